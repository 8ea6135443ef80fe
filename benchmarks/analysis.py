"""How long each analysis of the hyperparameters takes.

Processor time rather than the clock's, which on a busy machine measures the neighbours; set
OMP_NUM_THREADS=1 for that of one core. Importing SciPy happens once and is measured on its own.
Effects are learnt once; importance, interactions and dependence are told from them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from amtviz import Hyperparameter, Objective
from amtviz.analysis.effects.dependence import compute_dependence
from amtviz.analysis.effects.fit import fit_effects
from amtviz.analysis.effects.importance import compute_importance
from amtviz.analysis.effects.interactions import compute_interactions
from amtviz.analysis.failures import compute_failure_dependence

OBJECTIVE = Objective("loss", "Minimize")
GOALS = {500: 3, 5000: 6}  # seconds of importance with its intervals, learning included


def make_trials(count: int, hyperparameters: int) -> tuple[pd.DataFrame, list[Hyperparameter]]:
    """Draw a random search; numbers on three scales, categories, and a tenth that failed."""
    rng = np.random.default_rng(0)
    columns: dict[str, Any] = {}
    ranges = []
    for place in range(hyperparameters):
        name = f"h{place}"
        if place % 4 == 1:
            columns[name] = 10 ** rng.uniform(-5, -1, count)
            ranges.append(Hyperparameter(name, "continuous", 1e-5, 1e-1, scaling="Logarithmic"))
        elif place % 4 == 2:
            columns[name] = rng.integers(1, 33, count)
            ranges.append(Hyperparameter(name, "integer", 1, 32, scaling="Linear"))
        elif place % 4 == 3:
            columns[name] = rng.choice(["a", "b", "c", "d"], count)
            ranges.append(Hyperparameter(name, "categorical", values=("a", "b", "c", "d")))
        else:
            columns[name] = rng.uniform(0, 1, count)
            ranges.append(Hyperparameter(name, "continuous", 0, 1, scaling="Linear"))
    trials = pd.DataFrame(columns)
    slope = np.sin(6 * trials["h0"]) + np.log10(trials["h1"]) * trials["h2"] / 32
    trials["loss"] = slope + (trials["h3"] == "a") + rng.normal(0, 0.2, count)
    failed = rng.uniform(size=count) < 0.1
    trials["TrainingJobStatus"] = np.where(failed, "Failed", "Completed")
    trials.loc[failed, "loss"] = np.nan
    return trials.assign(TuningJobName="job", ObjectiveStatus=None), ranges


def measure(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measure_all(trials: pd.DataFrame, ranges: list[Hyperparameter]) -> dict[str, float]:
    """Return the seconds of each analysis; importance includes what the next two need."""
    given = (trials, OBJECTIVE, ranges)
    effects = fit_effects(*given)
    return {
        "importance": measure(lambda: compute_importance(*given)),
        "interactions": measure(lambda: compute_interactions(*given, effects=effects)),
        "dependence": measure(lambda: compute_dependence(*given, effects=effects)),
        "failures": measure(lambda: compute_failure_dependence(*given)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, nargs="+", default=list(GOALS))
    parser.add_argument("--hyperparameters", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.hyperparameters < 4:
        parser.error("the objective needs four hyperparameters: pass --hyperparameters 4 or more")
    print(f"importing SciPy, once: {measure(lambda: __import__('amtviz.analysis.shares')):.2f} s")
    for count in options.trials:
        rounds = [
            measure_all(*make_trials(count, options.hyperparameters)) for _ in range(options.rounds)
        ]
        print(f"\n{count:,} trials of {options.hyperparameters} hyperparameters")
        for name in rounds[0]:
            goal = GOALS.get(count) if name == "importance" else None
            words = f" (goal: at most {goal} s)" if goal else ""
            print(f"  {name:14s} {statistics.median(r[name] for r in rounds):6.2f} s{words}")


if __name__ == "__main__":
    main()
