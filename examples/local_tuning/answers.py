"""Say what happened in the words of AWS: the answers that its API gives about a tuning job.

Where an answer must hold something that a local run doesn't have, it is a placeholder that no one
can take for real: account 123456789012, and the instance type "local".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
from runner import PERIOD, Point
from tuning import FinishedTrial, FinishedTuningJob, TuningPlan, encode

from amtviz import Hyperparameter
from amtviz.model import RawSeries, RawTuningData, RawTuningJob

ACCOUNT = "123456789012"
REGION = "us-east-1"
RESOURCES = {"InstanceType": "local", "InstanceCount": 1}
NOTICE = (
    "These training jobs really ran, but on a local machine and not on AWS: the account and the "
    "region are placeholders, the instance type is 'local', and the billable seconds are those "
    "that each one ran: nothing was billed."
)

Answer = dict[str, Any]


def to_raw(jobs: Iterable[FinishedTuningJob]) -> RawTuningData:
    """Give all answers about finished tuning jobs, ready for ``amtviz.store.snapshot.save_raw``."""
    jobs = list(jobs)
    fetched_at = max(job.ended for job in jobs)
    raw = tuple(
        RawTuningJob(
            name=job.plan.name,
            account=ACCOUNT,
            region=REGION,
            description=describe(job),
            summaries=tuple(summarize(trial, job.plan) for trial in job.trials),
            records=tuple(record(trial, job.plan) for trial in job.trials),
            series=tuple(series for trial in job.trials for series in series_of(trial)),
            fetched_at=fetched_at,
        )
        for job in jobs
    )
    return RawTuningData(raw, requested=len(raw), notices=(NOTICE,))


def arn(kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{name}"


def describe(job: FinishedTuningJob) -> Answer:
    """Answer DescribeHyperParameterTuningJob."""
    plan = job.plan
    statuses = Counter(trial.run.status for trial in job.trials)
    objectives = Counter(_objective_status(trial, plan) for trial in job.trials)
    answer = {
        "HyperParameterTuningJobName": plan.name,
        "HyperParameterTuningJobArn": arn("hyper-parameter-tuning-job", plan.name),
        "HyperParameterTuningJobConfig": _config(plan),
        "TrainingJobDefinition": _definition(plan),
        "HyperParameterTuningJobStatus": "Completed",
        "CreationTime": job.created,
        "HyperParameterTuningEndTime": job.ended,
        "LastModifiedTime": job.ended,
        "TrainingJobStatusCounters": {
            "Completed": statuses["Completed"],
            "InProgress": 0,
            "RetryableError": 0,
            "NonRetryableError": statuses["Failed"],
            "Stopped": statuses["Stopped"],
        },
        "ObjectiveStatusCounters": {
            "Succeeded": objectives["Succeeded"],
            "Pending": 0,
            "Failed": objectives["Failed"],
        },
        "ConsumedResources": {"RuntimeInSeconds": sum(_seconds(trial) for trial in job.trials)},
    }
    answer |= _best("BestTrainingJob", [job], plan)
    if plan.parents:
        answer["WarmStartConfig"] = {
            "ParentHyperParameterTuningJobs": [
                {"HyperParameterTuningJobName": parent.plan.name} for parent in plan.parents
            ],
            "WarmStartType": "IdenticalDataAndAlgorithm",
        }
        answer |= _best("OverallBestTrainingJob", [*plan.parents, job], plan)
    return answer


def summarize(trial: FinishedTrial, plan: TuningPlan) -> Answer:
    """Give a trial's entry of ListTrainingJobsForHyperParameterTuningJob."""
    answer = {
        "TrainingJobName": trial.name,
        "TrainingJobArn": arn("training-job", trial.name),
        "CreationTime": trial.created,
        "TrainingStartTime": trial.run.started,
        "TrainingEndTime": trial.run.ended,
        "TrainingJobStatus": trial.run.status,
        "TunedHyperParameters": _tuned(trial),
        "ObjectiveStatus": _objective_status(trial, plan),
    }
    final = trial.final(plan.objective.metric_name)
    if final is not None:
        answer["FinalHyperParameterTuningJobObjectiveMetric"] = {
            "Type": plan.objective.direction,
            "MetricName": plan.objective.metric_name,
            "Value": final,
        }
    if trial.run.failure_reason:
        answer["FailureReason"] = trial.run.failure_reason
    return answer


def record(trial: FinishedTrial, plan: TuningPlan) -> Answer:
    """Give a trial's TrainingJob as Search has it."""
    run = trial.run
    last = {point.metric: point for point in run.metrics}
    answer = {
        "TrainingJobName": trial.name,
        "TrainingJobArn": arn("training-job", trial.name),
        "TuningJobArn": arn("hyper-parameter-tuning-job", plan.name),
        "TrainingJobStatus": run.status,
        "SecondaryStatus": run.secondary_status,
        "HyperParameters": {**_static(plan), **_tuned(trial)},
        "AlgorithmSpecification": _algorithm(plan),
        "ResourceConfig": RESOURCES,
        "StoppingCondition": {"MaxRuntimeInSeconds": plan.max_runtime},
        "CreationTime": trial.created,
        "TrainingStartTime": run.started,
        "TrainingEndTime": run.ended,
        "LastModifiedTime": run.ended,
        "SecondaryStatusTransitions": [
            {"Status": "Training", "StartTime": run.started, "EndTime": run.ended},
            {"Status": run.secondary_status, "StartTime": run.ended, "EndTime": run.ended},
        ],
        "FinalMetricDataList": [
            {"MetricName": p.metric, "Value": p.value, "Timestamp": p.time} for p in last.values()
        ],
        "TrainingTimeInSeconds": _seconds(trial),
        "BillableTimeInSeconds": _seconds(trial),
        "EnableManagedSpotTraining": False,
    }
    if run.failure_reason:
        answer["FailureReason"] = run.failure_reason
    return answer


def series_of(trial: FinishedTrial) -> list[RawSeries]:
    """Give each metric of a trial over time: the script's own, then those of the machine."""
    return [
        *_series(trial.name, "", trial.run.metrics),
        *_series(trial.name, f"{trial.name}/algo-1", trial.run.usage),
    ]


def _series(training_job: str, host: str, points: Iterable[Point]) -> list[RawSeries]:
    by_metric = groupby(sorted(points, key=lambda p: (p.metric, p.time)), lambda p: p.metric)
    return [
        RawSeries(
            training_job,
            host,
            metric,
            PERIOD,
            np.array([_milliseconds(p.time) for p in group], dtype=np.int64),
            np.array([p.value for p in group], dtype=np.float64),
        )
        for metric, group in ((metric, list(group)) for metric, group in by_metric)
    ]


def _config(plan: TuningPlan) -> Answer:
    config = {
        "Strategy": plan.strategy,
        "HyperParameterTuningJobObjective": {
            "Type": plan.objective.direction,
            "MetricName": plan.objective.metric_name,
        },
        "ResourceLimits": {
            "MaxNumberOfTrainingJobs": plan.trials,
            "MaxParallelTrainingJobs": plan.parallel,
        },
        "ParameterRanges": _ranges(plan.ranges),
        "TrainingJobEarlyStoppingType": "Off",  # Hyperband stops trials by itself
        "RandomSeed": plan.seed,
    }
    if plan.strategy == "Hyperband":
        least, most = plan.resources
        config["StrategyConfig"] = {
            "HyperbandStrategyConfig": {"MinResource": least, "MaxResource": most}
        }
    return config


def _ranges(hyperparameters: Iterable[Hyperparameter]) -> Answer:
    ranges: Answer = {
        "IntegerParameterRanges": [],
        "ContinuousParameterRanges": [],
        "CategoricalParameterRanges": [],
    }
    for h in hyperparameters:
        if h.kind == "categorical":
            entry: Answer = {"Name": h.name, "Values": [encode(value) for value in h.values]}
        else:
            entry = {
                "Name": h.name,
                "MinValue": str(h.low),
                "MaxValue": str(h.high),
                "ScalingType": h.scaling,
            }
        ranges[f"{h.kind.title()}ParameterRanges"].append(entry)
    return ranges


def _definition(plan: TuningPlan) -> Answer:
    return {
        "StaticHyperParameters": _static(plan),
        "AlgorithmSpecification": _algorithm(plan),
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/none",
        "OutputDataConfig": {"S3OutputPath": "s3://none/"},
        "ResourceConfig": RESOURCES,
        "StoppingCondition": {"MaxRuntimeInSeconds": plan.max_runtime},
    }


def _algorithm(plan: TuningPlan) -> Answer:
    return {
        "TrainingInputMode": "File",
        "MetricDefinitions": [
            {"Name": name, "Regex": regex} for name, regex in plan.metric_definitions.items()
        ],
    }


def _static(plan: TuningPlan) -> dict[str, str]:
    return {name: encode(value) for name, value in plan.static.items()}


def _tuned(trial: FinishedTrial) -> dict[str, str]:
    return {name: encode(value) for name, value in trial.hyperparameters.items()}


def _objective_status(trial: FinishedTrial, plan: TuningPlan) -> str:
    return "Failed" if trial.final(plan.objective.metric_name) is None else "Succeeded"


def _best(member: str, jobs: Iterable[FinishedTuningJob], plan: TuningPlan) -> Answer:
    """Give the best trial of the jobs under the member's name; nothing if none has an objective."""
    metric, sign = plan.objective.metric_name, plan.objective.sign
    scored = [
        (sign * value, job.plan, trial)
        for job in jobs
        for trial in job.trials
        if trial.run.status == "Completed" and (value := trial.final(metric)) is not None
    ]
    if not scored:
        return {}
    _, owner, trial = max(scored, key=lambda entry: entry[0])
    return {member: {**summarize(trial, owner), "TuningJobName": owner.name}}


def _seconds(trial: FinishedTrial) -> int:
    return round((trial.run.ended - trial.run.started).total_seconds())


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
