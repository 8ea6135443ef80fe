"""How long importance and interactions take, as multiples of one plain random forest.

The forest is scikit-learn's RandomForestRegressor(100) fit to the same trials in the same run: a
machine that is slow is so for both. Processor time rather than the clock's, which on a busy machine
measures the neighbours; all of it runs on one core. Importing scikit-learn happens once and is
measured on its own.
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
from amtviz.analysis.dependence import compute_dependence
from amtviz.analysis.failures import compute_failure_dependence
from amtviz.analysis.importance import compute_importance
from amtviz.analysis.interactions import compute_interactions
from amtviz.analysis.surrogate import fit_surrogate

OBJECTIVE = Objective("loss", "Minimize")
GOALS = {500: 3, 5000: 10}  # seconds of importance with its intervals


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
    """Give the seconds of the plain forest first, then of each analysis."""
    from sklearn.ensemble import RandomForestRegressor

    scored = trials.dropna(subset="loss")
    inputs = pd.DataFrame({h.name: pd.factorize(scored[h.name], sort=True)[0] for h in ranges})
    given = (trials, OBJECTIVE, ranges)
    surrogate = fit_surrogate(*given)
    return {
        "forest": measure(lambda: RandomForestRegressor(100).fit(inputs, scored["loss"])),
        "importance": measure(lambda: compute_importance(*given)),
        "interactions": measure(lambda: compute_interactions(*given, surrogate=surrogate)),
        "dependence": measure(lambda: compute_dependence(*given, surrogate=surrogate)),
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
    seconds = measure(lambda: __import__("sklearn.ensemble"))
    seconds += measure(lambda: __import__("sklearn.model_selection"))
    print(f"importing scikit-learn, once: {seconds:.2f} s")
    for count in options.trials:
        rounds = [
            measure_all(*make_trials(count, options.hyperparameters)) for _ in range(options.rounds)
        ]
        plain = min(r["forest"] for r in rounds)
        print(f"\n{count:,} trials of {options.hyperparameters} hyperparameters")
        print(f"  plain forest   {plain:6.2f} s")
        for name in list(rounds[0])[1:]:
            ratio = statistics.median(r[name] / r["forest"] for r in rounds)
            goal = GOALS.get(count) if name == "importance" else None
            words = f" (goal: at most {goal} s)" if goal else ""
            print(f"  {name:14s} {min(r[name] for r in rounds):6.2f} s, ratio {ratio:.1f}{words}")


if __name__ == "__main__":
    main()
