"""Generated tuning jobs, in the shape of AWS's own answers."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from zlib import crc32

import numpy as np

from amtviz.model import RawSeries, RawTuningJob

Score = Callable[[Mapping[str, str], random.Random], float]
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=timezone.utc)

# every kind and scaling that AWS has
RANGES: dict[str, Any] = {
    "IntegerParameterRanges": [
        {"Name": "max-depth", "MinValue": "1", "MaxValue": "20", "ScalingType": "Linear"},
        {"Name": "n-estimators", "MinValue": "1", "MaxValue": "200", "ScalingType": "Auto"},
    ],
    "ContinuousParameterRanges": [
        {"Name": "lr", "MinValue": "1e-5", "MaxValue": "0.1", "ScalingType": "Logarithmic"},
        {
            "Name": "momentum",
            "MinValue": "0.5",
            "MaxValue": "0.999",
            "ScalingType": "ReverseLogarithmic",
        },
    ],
    "CategoricalParameterRanges": [{"Name": "criterion", "Values": ["gini", "entropy", "2", "10"]}],
}


def generate_tuning_job(
    name: str,
    trials: int = 10,
    *,
    region: str = "us-east-1",
    account: str = "123456789012",
    ranges: Mapping[str, Any] = RANGES,
    objective: str = "validation:accuracy",
    direction: str = "Maximize",
    strategy: str = "Bayesian",
    status: str = "Completed",
    parents: Sequence[str] = (),
    statuses: Sequence[str] = ("Completed",),
    nan: Sequence[int] = (),
    quoted: bool = True,
    sparse: bool = False,
    began: datetime = BEGAN,
    seconds: int = 300,
    series: Sequence[str] = (),
    parallel: int = 2,
    hosts: int = 2,
    score: Score | None = None,
    most: int = 500,
) -> RawTuningJob:
    """Make a tuning job with its trials; the same arguments give the same job.

    Parameters
    ----------
    statuses : sequence of str
        Of the training jobs, in turn: Completed, Failed, Stopped, InProgress, …
    nan : sequence of int
        Positions of the trials whose objective is NaN.
    quoted : bool
        Categorical values as JSON, as the framework estimators of SageMaker SDK 2 send them.
    sparse : bool
        Leave out every field that AWS calls optional.
    began : datetime
        When the first trial started.
    seconds : int
        How long each trial runs.
    series : sequence of str
        Metrics with a point a minute: the algorithm's own, or instance metrics of each host.
    parallel : int
        How many trials run at a time.
    hosts : int
        Instances of a trial.
    score : callable, optional
        Gives a trial's objective by its hyperparameters' values.
    most : int
        MaxNumberOfTrainingJobs.
    """
    dice = random.Random(crc32(name.encode()))
    arn = f"arn:aws:sagemaker:{region}:{account}"
    summaries, records, points = [], [], []
    for i in range(trials):
        trial = f"{name}-{i + 1:03d}-{dice.getrandbits(32):08x}"
        start = began + timedelta(seconds=(i // parallel) * (seconds + 60) + i % parallel)
        values = {key: str(value) for key, value in _sample(ranges, dice).items()}
        summary = {
            "TrainingJobName": trial,
            "TrainingJobArn": f"{arn}:training-job/{trial}",
            "CreationTime": start - timedelta(seconds=60),
            "TrainingJobStatus": statuses[i % len(statuses)],
            "TunedHyperParameters": _quote(values, ranges) if quoted else values,
        }
        value = math.nan if i in nan else (score or _score)(values, dice)
        if not sparse:
            summary |= _optional(summary, start, seconds, name, objective, direction, value)
        summaries.append(summary)
        records.append(_record(summary, f"{arn}:hyper-parameter-tuning-job/{name}", sparse, hosts))
        if summary["TrainingJobStatus"] != "Failed":
            points += _series(trial, series, start, seconds, hosts, dice)
    return RawTuningJob(
        name,
        account,
        region,
        _description(
            summaries,
            name=name,
            arn=arn,
            strategy=strategy,
            status=status,
            direction=direction,
            objective=objective,
            ranges=ranges,
            parents=parents,
            sparse=sparse,
            began=began,
            parallel=parallel,
            hosts=hosts,
            most=most,
        ),
        tuple(summaries),
        tuple(records),
        tuple(points),
        began + timedelta(days=1),
    )


def _sample(ranges: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for r in ranges.get("IntegerParameterRanges", ()):
        values[r["Name"]] = dice.randint(int(r["MinValue"]), int(r["MaxValue"]))
    for r in ranges.get("ContinuousParameterRanges", ()):
        low, high = float(r["MinValue"]), float(r["MaxValue"])
        logarithmic = r.get("ScalingType") == "Logarithmic"
        values[r["Name"]] = (
            math.exp(dice.uniform(math.log(low), math.log(high)))
            if logarithmic
            else dice.uniform(low, high)
        )
    for r in ranges.get("CategoricalParameterRanges", ()):
        values[r["Name"]] = dice.choice(r["Values"])
    return values


def _quote(values: dict[str, str], ranges: Mapping[str, Any]) -> dict[str, str]:
    categorical = {r["Name"] for r in ranges.get("CategoricalParameterRanges", ())}
    return {
        key: json.dumps(value) if key in categorical else value for key, value in values.items()
    }


def _score(values: Mapping[str, str], dice: random.Random) -> float:
    depth = float(values.get("max-depth", 10))
    return round(0.9 - 0.001 * (depth - 12) ** 2 + dice.gauss(0, 0.02), 6)


def _optional(
    summary: Mapping[str, Any],
    start: datetime,
    seconds: int,
    name: str,
    objective: str,
    direction: str,
    value: float,
) -> dict[str, Any]:
    status = summary["TrainingJobStatus"]
    if status == "Failed":
        reason = "AlgorithmError: ExecuteUserScriptError: Exit code 1"
        return {"TuningJobName": name, "ObjectiveStatus": "Failed", "FailureReason": reason}
    if status == "InProgress":
        return {
            "TuningJobName": name,
            "ObjectiveStatus": "Pending",
            "TrainingStartTime": start,
        }
    return {
        "TuningJobName": name,
        "ObjectiveStatus": "Succeeded",
        "TrainingStartTime": start,
        "TrainingEndTime": start + timedelta(seconds=seconds),
        "FinalHyperParameterTuningJobObjectiveMetric": {
            "Type": direction,
            "MetricName": objective,
            "Value": value,
        },
    }


def _record(
    summary: Mapping[str, Any], tuning_job_arn: str, sparse: bool, hosts: int
) -> dict[str, Any]:
    record = {
        "TrainingJobName": summary["TrainingJobName"],
        "TrainingJobArn": summary["TrainingJobArn"],
        "TuningJobArn": tuning_job_arn,
        "TrainingJobStatus": summary["TrainingJobStatus"],
        "CreationTime": summary["CreationTime"],
        "HyperParameters": summary["TunedHyperParameters"],
    }
    if sparse:
        return record
    record |= {
        "ResourceConfig": _resources(hosts),
        "EnableManagedSpotTraining": True,
    }
    final = summary.get("FinalHyperParameterTuningJobObjectiveMetric")
    if final:
        when, value = summary["TrainingEndTime"], final["Value"]
        span = int((when - summary["TrainingStartTime"]).total_seconds())
        record |= {
            "TrainingStartTime": summary["TrainingStartTime"],
            "TrainingEndTime": when,
            "TrainingTimeInSeconds": span,
            "BillableTimeInSeconds": span // 3,
            "FinalMetricDataList": [
                {"MetricName": final["MetricName"], "Value": value, "Timestamp": when},
                {"MetricName": "train:loss", "Value": 1 - value, "Timestamp": when},
            ],
        }
    return record


def _description(
    summaries: Sequence[Mapping[str, Any]],
    *,
    name: str,
    arn: str,
    strategy: str,
    status: str,
    direction: str,
    objective: str,
    ranges: Mapping[str, Any],
    parents: Sequence[str],
    sparse: bool,
    began: datetime,
    parallel: int,
    hosts: int,
    most: int,
) -> dict[str, Any]:
    counted = [summary["TrainingJobStatus"] for summary in summaries]
    scored = sum(summary.get("ObjectiveStatus") == "Succeeded" for summary in summaries)
    description: dict[str, Any] = {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobArn": f"{arn}:hyper-parameter-tuning-job/{name}",
        "HyperParameterTuningJobConfig": {
            "Strategy": strategy,
            "ResourceLimits": {"MaxParallelTrainingJobs": parallel},
            "HyperParameterTuningJobObjective": {"Type": direction, "MetricName": objective},
            "ParameterRanges": dict(ranges),
        },
        "HyperParameterTuningJobStatus": status,
        "CreationTime": began - timedelta(minutes=5),
        "TrainingJobStatusCounters": {
            "Completed": counted.count("Completed"),
            "InProgress": counted.count("InProgress"),
            "RetryableError": 0,
            "NonRetryableError": counted.count("Failed"),
            "Stopped": counted.count("Stopped"),
        },
        "ObjectiveStatusCounters": {
            "Succeeded": scored,
            "Pending": counted.count("InProgress"),
            "Failed": len(counted) - scored - counted.count("InProgress"),
        },
    }
    if parents:
        description["WarmStartConfig"] = {
            "WarmStartType": "TransferLearning",
            "ParentHyperParameterTuningJobs": [
                {"HyperParameterTuningJobName": parent} for parent in parents
            ],
        }
    if sparse:
        return description
    metrics = [objective, "train:loss"]
    description["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] = most
    description["TrainingJobDefinition"] = {
        "StaticHyperParameters": {"_tuning_objective_metric": objective},
        "AlgorithmSpecification": {
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": m, "Regex": f"{m}=([0-9.]+)"} for m in metrics],
        },
        "ResourceConfig": _resources(hosts),
        "RoleArn": "arn:aws:iam::123456789012:role/Trainer",
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
    }
    if status != "InProgress":
        description["HyperParameterTuningEndTime"] = began + timedelta(hours=8)
    return description


def _resources(hosts: int) -> dict[str, Any]:
    return {"InstanceType": "ml.m5.large", "InstanceCount": hosts, "VolumeSizeInGB": 30}


def _series(
    trial: str,
    metrics: Sequence[str],
    start: datetime,
    seconds: int,
    hosts: int,
    dice: random.Random,
) -> list[RawSeries]:
    first = int(start.timestamp()) // 60 * 60_000
    times = np.arange(first, first + seconds * 1000, 60_000, dtype=np.int64)
    names = [f"{trial}/algo-{number + 1}" for number in range(hosts)]
    found = []
    for metric in metrics:
        instance = metric.endswith("Utilization")
        for host in names if instance else ("",):
            top = 100 * dice.random() if instance else dice.random()
            values = top * (1 - np.exp(-np.arange(1, len(times) + 1) / 5))
            found.append(RawSeries(trial, host, metric, 60, times, values))
    return found
