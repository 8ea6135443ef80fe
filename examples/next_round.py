"""All the way round: report on a tuning job, start the next one, watch it, and look again.

No file is edited in between. The next tuning job searches the ranges that the trials so far suggest
and is warm-started from the first where AWS allows it; the second report has both, and says whether
the advice was right. It starts training jobs, which cost money: run it where that is meant.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import boto3

import amtviz
from amtviz.api import find_free_name


def best_of(data: amtviz.TuningData, job: str) -> float:
    """Give the best objective of a tuning job."""
    values = data.trials.loc[data.trials["TuningJobName"] == job, data.objective.metric_name]
    return float(values.max() if data.objective.direction == "Maximize" else values.min())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", help="a tuning job that has ended")
    parser.add_argument("-o", "--output", type=Path, default=Path(), help="folder of the reports")
    parser.add_argument("--max-jobs", type=int, help="trials of the next one; by default as many")
    parser.add_argument("--risk", choices=("careful", "balanced", "bold"), default="balanced")
    parser.add_argument("--interval", type=float, default=30, help="seconds between looks (30)")
    options = parser.parse_args()

    first = amtviz.fetch_tuning_data(options.job, metrics=False)
    amtviz.write_report(first, options.output / "first.html")

    request = first.next_tuning_job(options.risk, max_jobs=options.max_jobs)
    name = find_free_name(request)  # AWS may have one of that name, from a run before
    if name != request.name:
        request = first.next_tuning_job(options.risk, max_jobs=options.max_jobs, name=name)
    print(request.differences.to_string(index=False))
    for note in request.notes:
        print(note)
    client = boto3.client("sagemaker", region_name=request.region)
    started = client.create_hyper_parameter_tuning_job(**request)["HyperParameterTuningJobArn"]

    amtviz.watch(started, options.interval, trials_only=True)
    both = amtviz.fetch_tuning_data([options.job, started], metrics=False)
    amtviz.write_report(both, options.output / "second.html")

    metric = both.objective.metric_name
    for job in (options.job, request.name):
        print(f"{job}: best {metric} {best_of(both, job):.6g}")
    review = both.advice_review()
    for row in review[review["Risk"] == options.risk].itertuples():
        print(f"advice for {row.TuningJobName}: {row.Inside} of {row.Trials} inside, {row.Verdict}")
    print("model:", both.best_training_job()["S3ModelArtifacts"])


if __name__ == "__main__":
    main()
