"""Tune a random forest on handwritten digits, on this machine, and write an amtviz store.

Each trial really trains, in a subprocess. By default: a random search, a Bayesian search, and a
Bayesian search that is warm-started from both with narrower ranges.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from answers import to_raw
from prepare_data import write_digits
from strategies import make_grid
from tuning import FinishedTrial, FinishedTuningJob, TuningPlan, run_tuning_job

from amtviz import Hyperparameter, Objective
from amtviz.store.snapshot import save_raw

METRICS = {name: rf"{name}: ([0-9.]+)" for name in ("pre", "rec", "f1")}
OBJECTIVE = Objective("f1", "Maximize")
CRITERION = Hyperparameter("criterion", "categorical", values=("gini", "entropy", "log_loss"))

# strategy and ranges of each tuning job that can be run, by the end of its name
STRATEGIES = {
    "random": "Random",
    "bayesian": "Bayesian",
    "warm-start": "Bayesian",
    "hyperband": "Hyperband",
    "grid": "Grid",
}
PARENTS = 5  # that many a warm start can have at most


def _integer(name: str, low: int, high: int) -> Hyperparameter:
    return Hyperparameter(name, "integer", low, high, scaling="Linear")


def _continuous(name: str, low: float, high: float) -> Hyperparameter:
    return Hyperparameter(name, "continuous", low, high, scaling="Linear")


def make_ranges(job: str, most_trees: int) -> tuple[Hyperparameter, ...]:
    """Give the ranges that a tuning job searches; forests have ``most_trees`` trees at most."""
    if job == "grid":
        return (
            Hyperparameter("max-depth", "categorical", values=("4", "8", "16")),
            Hyperparameter("min-weight-fraction-leaf", "categorical", values=("0.01", "0.1")),
            CRITERION,
        )
    if job == "warm-start":  # around the best of the two searches before
        return (
            _integer("n-estimators", most_trees // 4, most_trees),
            _integer("max-depth", 6, 20),
            _integer("min-samples-leaf", 1, 10),
            _continuous("min-weight-fraction-leaf", 0.01, 0.1),
            CRITERION,
        )
    return (
        _integer("n-estimators", 1, most_trees),
        _integer("max-depth", 1, 20),
        _integer("min-samples-leaf", 1, 10),
        _continuous("min-weight-fraction-leaf", 0.01, 0.5),
        CRITERION,
    )


def make_plan(
    job: str, trials: int, arguments: argparse.Namespace, before: Iterable[FinishedTuningJob]
) -> TuningPlan:
    """Plan one tuning job; ``before`` are those that ran already."""
    ranges = make_ranges(job, arguments.most_trees)
    before = tuple(before)
    plan = TuningPlan(
        name=f"digits-{job}",
        strategy=STRATEGIES[job],
        ranges=ranges,
        objective=OBJECTIVE,
        metric_definitions=METRICS,
        trials=trials,
        seed=arguments.seed + len(before),  # the searches must not begin with the same trials
        static={"random-state": arguments.seed, "folds": arguments.folds},
        parallel=arguments.parallel,
    )
    if job == "grid":
        return replace(
            plan,
            trials=min(trials, len(make_grid(ranges))),
            static={**plan.static, "n-estimators": arguments.most_trees},
        )
    return replace(plan, parents=before[-PARENTS:] if job == "warm-start" else ())


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("demo.sqlite"))
    parser.add_argument(
        "--jobs", nargs="+", choices=STRATEGIES, default=["random", "bayesian", "warm-start"]
    )
    parser.add_argument(
        "--trials", nargs="+", type=int, default=[50, 50, 25], help="how many, for each of the jobs"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--parallel", type=int, default=2, help="trials at a time")
    parser.add_argument("--most-trees", type=int, default=200, help="of a forest")
    parser.add_argument("--folds", type=int, default=10, help="of the cross-validation")
    arguments = parser.parse_args()
    if len(arguments.trials) != len(arguments.jobs):
        parser.error(
            f"--trials has {len(arguments.trials)} numbers for {len(arguments.jobs)} jobs "
            f"({', '.join(arguments.jobs)}). Give one number for each job."
        )
    if len(set(arguments.jobs)) != len(arguments.jobs):
        parser.error("--jobs names a job twice. Name each once.")
    if arguments.jobs[0] == "warm-start":
        parser.error("--jobs starts with warm-start. Name the jobs it learns from before it.")
    return arguments


def main() -> None:
    arguments = parse_arguments()
    began = time.monotonic()
    jobs: list[FinishedTuningJob] = []

    def show(trial: FinishedTrial) -> None:
        seconds = (trial.run.ended - trial.run.started).total_seconds()
        f1 = trial.final(OBJECTIVE.metric_name)
        print(f"{trial.name}  {trial.run.status}  f1 {f1}  {seconds:.1f} s", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        channel, models = Path(folder, "train"), Path(folder, "models")
        write_digits(channel)
        script = Path(__file__).with_name("train.py")
        for job, trials in zip(arguments.jobs, arguments.trials, strict=True):
            plan = make_plan(job, trials, arguments, jobs)
            jobs.append(run_tuning_job(plan, script, channel, models, show))
            save_raw(arguments.output, to_raw(jobs))  # what is done is kept if the next one breaks
    print(f"wrote {arguments.output} in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
