"""Tune on this machine, let amtviz make the next tuning job, run that, and compare the two.

Each trial really trains, in a subprocess. The first round is a random search in wide ranges. The
second is what ``TuningData.next_tuning_job`` says: its ranges, and the first round as its parent.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from answers import to_raw
from prepare_data import write_digits
from run import OBJECTIVE, make_plan
from tuning import FinishedTuningJob, TuningPlan, run_tuning_job

from amtviz import Hyperparameter, Objective, TuningData, write_report
from amtviz.store.snapshot import save_raw


def read_plan(request: Mapping[str, Any], before: Sequence[FinishedTuningJob]) -> TuningPlan:
    """Read a request to create a tuning job, as SageMaker would."""
    config, definition = request["HyperParameterTuningJobConfig"], request["TrainingJobDefinition"]
    objective, limits = config["HyperParameterTuningJobObjective"], config["ResourceLimits"]
    warm_start = request.get("WarmStartConfig", {}).get("ParentHyperParameterTuningJobs", ())
    parents = {parent["HyperParameterTuningJobName"] for parent in warm_start}
    metrics = definition["AlgorithmSpecification"]["MetricDefinitions"]
    return TuningPlan(
        name=request["HyperParameterTuningJobName"],
        strategy=config["Strategy"],
        ranges=tuple(_read_ranges(config["ParameterRanges"])),
        objective=Objective(objective["MetricName"], objective["Type"]),
        metric_definitions={metric["Name"]: metric["Regex"] for metric in metrics},
        trials=limits["MaxNumberOfTrainingJobs"],
        seed=config["RandomSeed"] + len(before),  # the searches must not begin with the same trials
        static={
            name: json.loads(text) for name, text in definition["StaticHyperParameters"].items()
        },
        parents=tuple(job for job in before if job.plan.name in parents),
        parallel=limits["MaxParallelTrainingJobs"],
        max_runtime=definition["StoppingCondition"]["MaxRuntimeInSeconds"],
    )


def _read_ranges(ranges: Mapping[str, Any]) -> list[Hyperparameter]:
    found = [
        Hyperparameter(
            item["Name"],
            kind,
            number(item["MinValue"]),
            number(item["MaxValue"]),
            scaling=item["ScalingType"],
        )
        for kind, number in (("integer", int), ("continuous", float))
        for item in ranges.get(f"{kind.title()}ParameterRanges", ())
    ]
    return found + [
        Hyperparameter(item["Name"], "categorical", values=tuple(map(json.loads, item["Values"])))
        for item in ranges.get("CategoricalParameterRanges", ())
    ]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("rounds.sqlite"))
    parser.add_argument("--report", type=Path, help="a page about both rounds to write as well")
    parser.add_argument("--trials", nargs=2, type=int, default=[50, 25], help="of each round")
    parser.add_argument("--risk", choices=("careful", "balanced", "bold"), default="balanced")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--parallel", type=int, default=2, help="trials at a time")
    parser.add_argument("--most-trees", type=int, default=200, help="of a forest")
    parser.add_argument("--folds", type=int, default=10, help="of the cross-validation")
    return parser.parse_args()


def best_of(job: FinishedTuningJob) -> float:
    """Give the best objective of a tuning job."""
    finals = [trial.final(OBJECTIVE.metric_name) for trial in job.trials]
    return max(value for value in finals if value is not None)


def main() -> None:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        channel, models = Path(folder, "train"), Path(folder, "models")
        write_digits(channel)
        script = Path(__file__).with_name("train.py")
        plan = make_plan("random", arguments.trials[0], arguments, ())
        jobs = [run_tuning_job(plan, script, channel, models)]
        save_raw(arguments.output, to_raw(jobs))

        data = TuningData.load(arguments.output)
        request = data.next_tuning_job(arguments.risk, max_jobs=arguments.trials[1])
        print(request.differences.to_string(index=False))
        jobs.append(run_tuning_job(read_plan(request, jobs), script, channel, models))
        save_raw(arguments.output, to_raw(jobs))

    both = TuningData.load(arguments.output)
    if arguments.report:
        write_report(both, arguments.report)
    for number, job in enumerate(jobs, start=1):
        name, trials = job.plan.name, len(job.trials)
        print(f"round {number}: {name}, {trials} trials, best f1 {best_of(job):.4f}")
    for row in both.advice_review().query("Risk == @arguments.risk").itertuples():
        print(f"advice: {row.Inside} of {row.Trials} inside, {row.Verdict}")
    print(f"wrote {arguments.output}")


if __name__ == "__main__":
    main()
