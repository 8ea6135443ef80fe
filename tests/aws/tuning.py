"""SageMaker's writing operations on tuning jobs: nothing runs, but there are trials all the same.

A new tuning job has completed at once; with ``World.instant = False`` it has finished no trial,
and `World.step` lets it go on.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

from amtviz.model import RawTuningJob
from tests.aws.generate import generate_tuning_job
from tests.aws.protocols import Call
from tests.aws.sagemaker import find_tuning_job
from tests.aws.steps import cut, stop
from tests.aws.tuning_rules import (
    check_new_tuning_job,
    definitions_of,
    objective_of,
    own_metrics,
    ranges_of,
)
from tests.aws.world import ACCOUNT, World

UTILIZATION = ("CPUUtilization", "MemoryUtilization")
_FINAL = "FinalHyperParameterTuningJobObjectiveMetric"


def create_tuning_job(world: World, call: Call) -> dict[str, Any]:
    check_new_tuning_job(world, call)
    job = _play(world, call)
    world.plans[call.region, job.name.lower()] = job
    ended = job.description["HyperParameterTuningJobStatus"] == "Failed"
    world.add(job if world.instant or ended else cut(job, 0))
    return {"HyperParameterTuningJobArn": job.description["HyperParameterTuningJobArn"]}


def _play(world: World, call: Call) -> RawTuningJob:
    """Make the tuning job that was asked for, with all its trials."""
    params, name = call.params, call.params["HyperParameterTuningJobName"]
    config = params["HyperParameterTuningJobConfig"]
    definitions = [_complete(config, definition) for definition in definitions_of(params)]
    missing = next(filter(None, (_missing_data(world, call, d) for d in definitions)), None)
    count = _trials(config, definitions)
    played = [
        generate_tuning_job(
            name,
            count,
            region=call.region,
            account=ACCOUNT,
            ranges=ranges_of(config, definition),
            objective=objective_of(config, definition)["MetricName"],
            direction=objective_of(config, definition)["Type"],
            strategy=config["Strategy"],
            status="Failed" if missing else "Completed",
            statuses=("Failed",) if missing else ("Completed",),
            quoted=False,  # as the request has them, quoted or not
            began=_start(world, call),
            series=(*_metric_names(definition), *UTILIZATION),
            parallel=config["ResourceLimits"]["MaxParallelTrainingJobs"],
            hosts=_resources(definition)["InstanceCount"],
            score=_scorer(ranges_of(config, definition), objective_of(config, definition)["Type"]),
        )
        for definition in definitions
    ]
    job = _merge(played, definitions, missing)
    description = dict(job.description)
    description.pop("TrainingJobDefinition")
    asked = {key: value for key, value in params.items() if key != "Tags"}
    both = {"TrainingJobDefinition": definitions[0], "TrainingJobDefinitions": definitions}
    description |= asked | {key: value for key, value in both.items() if key in params}
    if missing:
        description["FailureReason"] = f"All training jobs failed. {missing}"
    return replace(job, description=description)


def _complete(config: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    """Add what AWS itself adds to a definition."""
    metric = objective_of(config, definition)["MetricName"]
    static = definition.get("StaticHyperParameters", {}) | {"_tuning_objective_metric": metric}
    algorithm = dict(definition["AlgorithmSpecification"])
    own = own_metrics(definition)
    if own:
        algorithm["MetricDefinitions"] = [
            {"Name": m, "Regex": rf".*{m.replace(':', '-')}:([-+]?[0-9.eE+-]+)"} for m in own
        ]
    return {
        **definition,
        "StaticHyperParameters": static,
        "AlgorithmSpecification": algorithm,
        "ResourceConfig": _resources(definition),
    }


def _metric_names(definition: Mapping[str, Any]) -> list[str]:
    metric = definition["StaticHyperParameters"]["_tuning_objective_metric"]
    own = own_metrics(definition)
    names = [m["Name"] for m in definition["AlgorithmSpecification"].get("MetricDefinitions", ())]
    # a built-in algorithm reports the metrics of its own objective, not all that it knows
    return [m for m in own if m.partition(":")[2] == metric.partition(":")[2]] or names or [metric]


def _resources(definition: Mapping[str, Any]) -> dict[str, Any]:
    return (
        definition.get("HyperParameterTuningResourceConfig")
        or definition.get("ResourceConfig")
        or {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}
    )


def _trials(config: Mapping[str, Any], definitions: Sequence[Mapping[str, Any]]) -> int:
    most = config["ResourceLimits"].get("MaxNumberOfTrainingJobs", 10)
    if config["Strategy"] == "Grid":
        categories = ranges_of(config, definitions[0])["CategoricalParameterRanges"]
        return math.prod(len(item["Values"]) for item in categories)
    return int(most)


def _start(world: World, call: Call) -> datetime:
    """When the first trial starts: now, or when the last parent has ended."""
    parents = call.params.get("WarmStartConfig", {}).get("ParentHyperParameterTuningJobs", ())
    ends = [
        summary["TrainingEndTime"]
        for parent in parents
        for summary in world.jobs[
            call.region, parent["HyperParameterTuningJobName"].lower()
        ].summaries
        if "TrainingEndTime" in summary
    ]
    return max([world.now.replace(microsecond=0), *ends])


def _merge(
    played: Sequence[RawTuningJob], definitions: Sequence[Mapping[str, Any]], failure: str | None
) -> RawTuningJob:
    """Take the trials in turn from what each definition alone would have tried."""
    summaries, records, series = [], [], []
    for place in range(len(played[0].summaries)):
        which = place % len(played)
        definition = definitions[which]
        summary, record = dict(played[which].summaries[place]), dict(played[which].records[place])
        if failure:
            summary["FailureReason"] = record["FailureReason"] = failure
        if "DefinitionName" in definition:
            summary["TrainingJobDefinitionName"] = definition["DefinitionName"]
        spot = bool(definition.get("EnableManagedSpotTraining"))
        record["EnableManagedSpotTraining"] = spot
        record |= _carried(definition, summary)
        if not spot and "TrainingTimeInSeconds" in record:
            record["BillableTimeInSeconds"] = record["TrainingTimeInSeconds"]
        series += [s for s in played[which].series if s.training_job == summary["TrainingJobName"]]
        if _FINAL in summary:
            record["FinalMetricDataList"] = _final(summary, record, definition, series)
        summaries.append(summary)
        records.append(record)
    return replace(
        played[0], summaries=tuple(summaries), records=tuple(records), series=tuple(series)
    )


def _carried(definition: Mapping[str, Any], summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a training job has of its definition, and where its model is."""
    kept = ("AlgorithmSpecification", "Environment", "InputDataConfig", "RoleArn", "VpcConfig")
    name, output = summary["TrainingJobName"], definition["OutputDataConfig"]["S3OutputPath"]
    return {
        **{key: definition[key] for key in (*kept, "StoppingCondition") if key in definition},
        "OutputDataConfig": {"KmsKeyId": "", **definition["OutputDataConfig"]},  # as AWS answers
        "ResourceConfig": _resources(definition),
        "HyperParameters": definition["StaticHyperParameters"] | summary["TunedHyperParameters"],
        "ModelArtifacts": {"S3ModelArtifacts": f"{output.rstrip('/')}/{name}/output/model.tar.gz"},
    }


def _final(
    summary: Mapping[str, Any],
    record: Mapping[str, Any],
    definition: Mapping[str, Any],
    series: Sequence[Any],
) -> list[dict[str, Any]]:
    """Give the last value of each metric; that of the objective is the trial's own."""
    objective, when = summary[_FINAL], summary["TrainingEndTime"]
    last = {s.metric: float(s.values[-1]) for s in series if not s.host and len(s.values)}
    last[objective["MetricName"]] = objective["Value"]
    return [
        {"MetricName": name, "Value": last[name], "Timestamp": when}
        for name in _metric_names(definition)
        if name in last
    ]


def _scorer(ranges: Mapping[str, Any], direction: str) -> Any:
    """Score a trial by how near it is to the middle of the upper half of each range."""
    numbers = {
        item["Name"]: item
        for kind in ("IntegerParameterRanges", "ContinuousParameterRanges")
        for item in ranges.get(kind, ())
    }

    def score(values: Mapping[str, str], dice: random.Random) -> float:
        places = [_place(float(values[name]), item) for name, item in numbers.items()]
        loss = sum((place - 0.75) ** 2 for place in places) / max(len(places), 1)
        loss += 0.01 * (1 + dice.gauss(0, 0.2))
        return round(loss if direction == "Minimize" else 0.95 - loss, 6)

    return score


def _place(value: float, item: Mapping[str, Any]) -> float:
    ends = [float(item["MinValue"]), float(item["MaxValue"])]
    if item.get("ScalingType") == "Logarithmic":
        value, *ends = (math.log(number) for number in (value, *ends))
    return (value - ends[0]) / (ends[1] - ends[0])


def _missing_data(world: World, call: Call, definition: Mapping[str, Any]) -> str | None:
    """Say that a channel has no data in S3, as its trials would."""
    s3 = boto3.client(
        "s3",
        endpoint_url=world.url,
        region_name=call.region,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
    )
    for channel in definition.get("InputDataConfig", ()):
        uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        try:
            found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)["KeyCount"]
        except ClientError:
            found = 0
        if not found:
            return f"ClientError: Data download failed: no S3 objects found under '{uri}'."
    return None


def stop_tuning_job(world: World, call: Call) -> dict[str, Any]:
    world.add(stop(find_tuning_job(world, call)))
    return {}


OPERATIONS = {
    "CreateHyperParameterTuningJob": create_tuning_job,
    "StopHyperParameterTuningJob": stop_tuning_job,
}
