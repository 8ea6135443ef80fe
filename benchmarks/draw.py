"""What sharing the parts of copied views saves when the demo is drawn and shown in a notebook.

The same charts, with Altair's own copies and with ours, by turns: the ratio of the processor time.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from amtviz import TuningData, visualize_tuning_job
from amtviz.api import load_demo
from amtviz.grammar.unit_chart import UnitChart

SHARING = UnitChart.__deepcopy__


def measure(work: Callable[[], Any]) -> tuple[float, Any]:
    """Give the processor seconds that a call took, and what it gave."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def measure_cell(data: TuningData) -> tuple[float, float]:
    """Give the seconds to draw all charts, and to write them for the notebook."""
    drawing, chart = measure(lambda: visualize_tuning_job(data))
    writing, _ = measure(lambda: chart.to_dict(validate=False))
    return drawing, writing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    data = load_demo()
    measure_cell(data)  # imports
    cells: dict[str, list[tuple[float, float]]] = {"Altair's copies": [], "shared parts": []}
    for _ in range(rounds):
        del UnitChart.__deepcopy__
        cells["Altair's copies"].append(measure_cell(data))
        UnitChart.__deepcopy__ = SHARING  # type: ignore[method-assign]
        cells["shared parts"].append(measure_cell(data))
    for name, measured in cells.items():
        drawing, writing = (statistics.median(column) for column in zip(*measured, strict=True))
        print(f"{name:16}  drawn in {drawing:.2f} s, written in {writing:.2f} s")
    whole, shared = ([sum(cell) for cell in measured] for measured in cells.values())
    ratio = statistics.median(one / other for one, other in zip(whole, shared, strict=True))
    print(f"Altair's copies take {ratio:.2f} times as long.")


if __name__ == "__main__":
    main()
