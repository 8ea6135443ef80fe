"""What amtviz costs in Python: the first call in a process, and the same call again.

    python benchmarks/draw.py --against ../another-checkout

- report: `write_report` of 500 generated trials of ten hyperparameters with seven metrics.
- cell: the demo drawn and displayed, as by a notebook's cell.

Processor time rather than the clock's, which on a busy machine measures the neighbours; importing
amtviz and making the trials are left out, importing SciPy and bundling the charts' JavaScript are
not (that is kept in the user's cache folder, unless AMTVIZ_CACHE is set). Each round is a fresh
process; with ``--against``, those of two checkouts take turns, and the ratio is the median over
the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
GOALS = {"report": (2.5, 0.6), "cell": (2.0, 0.5)}  # seconds, first and again
SIZE = "500x10x7"


def measure(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measure_here(what: str) -> list[float]:
    """Return the seconds of a call in this process, and of the same call again."""
    import amtviz.api

    if what == "report":
        from generated import Size, generate_trials  # beside this script

        data = generate_trials(Size.read(SIZE))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.html"
            return [measure(lambda: amtviz.write_report(data, path)) for _ in range(2)]
    amtviz.options.renderer = "html"
    data = amtviz.api.load_demo()
    return [
        measure(lambda: amtviz.visualize_tuning_job(data)._repr_mimebundle_()) for _ in range(2)
    ]


def measure_checkout(what: str, checkout: Path) -> list[float]:
    """Return the same of a fresh process with a checkout's amtviz."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--measure", what]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", type=Path, help="another checkout, to compare with")
    parser.add_argument("--measure", choices=GOALS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure_here(options.measure)))
        return
    checkouts = [HERE.parent, *([options.against.resolve()] if options.against else [])]
    for what, goals in GOALS.items():
        rounds = [
            [measure_checkout(what, checkout) for checkout in checkouts]
            for _ in range(options.rounds)
        ]
        for place, (when, goal) in enumerate(zip(("first", "again"), goals, strict=True)):
            times = [[each[place] for each in one] for one in rounds]
            median = statistics.median(one[0] for one in times)
            line = f"{what:7s} {when}  {median:5.2f} s (goal: at most {goal} s)"
            if options.against:
                ratio = statistics.median(one[0] / one[1] for one in times)
                line += f", {ratio:.2f} × that of {checkouts[1].name}"
            print(line)


if __name__ == "__main__":
    main()
