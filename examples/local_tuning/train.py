"""Train a random forest on handwritten digits: a training script as one gives it to SageMaker.

The forest grows in ten steps. After each, the script prints precision, recall and F1 (averages
over the ten digits) of ten-fold cross-validation, where metric definitions find them.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import StratifiedKFold

STEPS = 10


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n-estimators", type=int, default=100)
    parser.add_argument("--max-depth", type=int, default=None)
    parser.add_argument("--min-samples-leaf", type=int, default=1)
    parser.add_argument("--min-weight-fraction-leaf", type=float, default=0.0)
    parser.add_argument("--criterion", choices=["gini", "entropy", "log_loss"], default="gini")
    parser.add_argument("--random-state", type=int, default=0)
    parser.add_argument("--folds", type=int, default=10)
    # SageMaker tells a training script in these two variables where to read and write.
    parser.add_argument("--train", type=Path, default=os.environ.get("SM_CHANNEL_TRAIN", "data"))
    parser.add_argument("--model-dir", type=Path, default=os.environ.get("SM_MODEL_DIR", "model"))
    return parser.parse_args()


def read_channel(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Give the images, one a row, and their digits."""
    path = folder / "digits.csv"
    if not path.is_file():
        script = Path(__file__).with_name("prepare_data.py")
        sys.exit(f"There is no file '{path}'. Write it first: python {script} {folder}")
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1].astype(int)


def new_forest(arguments: argparse.Namespace) -> RandomForestClassifier:
    return RandomForestClassifier(
        n_estimators=arguments.n_estimators,
        max_depth=arguments.max_depth,
        min_samples_leaf=arguments.min_samples_leaf,
        min_weight_fraction_leaf=arguments.min_weight_fraction_leaf,
        criterion=arguments.criterion,
        random_state=arguments.random_state,
        warm_start=True,  # a later fit adds trees to those that stand
    )


def growth(n_estimators: int) -> list[int]:
    """Forest sizes after each step, ascending: at most ten, the last one the whole forest."""
    return sorted({-(-n_estimators * step // STEPS) for step in range(1, STEPS + 1)})


def main() -> None:
    arguments = parse_arguments()
    images, digits = read_channel(arguments.train)
    folds = StratifiedKFold(arguments.folds, shuffle=True, random_state=arguments.random_state)
    splits = [(new_forest(arguments), *rows) for rows in folds.split(images, digits)]
    predicted = np.empty_like(digits)
    for trees in growth(arguments.n_estimators):
        for forest, rows, held_out in splits:
            forest.set_params(n_estimators=trees).fit(images[rows], digits[rows])
            predicted[held_out] = forest.predict(images[held_out])
        precision, recall, f1, _ = precision_recall_fscore_support(
            digits, predicted, average="macro", zero_division=0
        )
        print(f"pre: {precision:.4f} rec: {recall:.4f} f1: {f1:.4f}", flush=True)

    arguments.model_dir.mkdir(parents=True, exist_ok=True)
    joblib.dump(
        new_forest(arguments).fit(images, digits), arguments.model_dir / "model.joblib", compress=3
    )


if __name__ == "__main__":
    main()
