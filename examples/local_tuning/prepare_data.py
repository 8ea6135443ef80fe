"""Write the handwritten digits that scikit-learn ships into a folder, as a training channel."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

FILE_NAME = "digits.csv"


def write_digits(folder: Path) -> Path:
    """Write 1,797 images of 8 x 8 pixels (0-16), one a row, the digit in the last column."""
    images, digits = load_digits(return_X_y=True)
    header = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    np.savetxt(
        path,
        np.column_stack([images, digits]),
        fmt="%d",
        delimiter=",",
        header=",".join([*header, "digit"]),
        comments="",
    )
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("data"))
    print(f"wrote {write_digits(parser.parse_args().folder)}")
