"""What CreateHyperParameterTuningJob refuses: documented limits that no model states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amtviz.model import RawTuningJob
from tests.aws.constraints import check_request
from tests.aws.protocols import ApiError, Call
from tests.aws.world import World

MOST_RANGES = 30
MOST_TRIALS = 750
MOST_PARALLEL = 100
_ENDED = ("Completed", "Stopped", "Failed")
_KINDS = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")
# of each built-in algorithm: it brings its own metric definitions
BUILT_IN = {
    "sagemaker-xgboost": [
        f"{part}:{metric}"
        for part in ("train", "validation")
        for metric in ("auc", "error", "logloss", "mae", "merror", "mlogloss", "rmse")
    ]
}


def check_new_tuning_job(world: World, call: Call) -> None:
    """Raise what AWS answers to a request that it can't take."""
    check_request("sagemaker", call.operation, call.params)
    name = call.params["HyperParameterTuningJobName"]
    if (call.region, name.lower()) in world.jobs:
        arn = world.jobs[call.region, name.lower()].description["HyperParameterTuningJobArn"]
        raise ApiError("ResourceInUse", f"Tuning job names must be unique: {arn} exists already.")
    for reason in _reasons(world, call):
        raise ApiError("ValidationException", reason)


def definitions_of(params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the training job definitions: one, or one for each algorithm."""
    one = params.get("TrainingJobDefinition")
    return [one] if one else list(params.get("TrainingJobDefinitions", ()))


def ranges_of(config: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    """Give the ranges that a definition's trials are drawn from."""
    return definition.get("HyperParameterRanges") or config.get("ParameterRanges") or {}


def objective_of(config: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    return definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective") or {}


def own_metrics(definition: Mapping[str, Any]) -> list[str]:
    """Give the metrics of a built-in algorithm; none for a script or one's own image."""
    image = definition["AlgorithmSpecification"].get("TrainingImage", "")
    if "sagemaker_program" in definition.get("StaticHyperParameters", {}):
        return []
    return BUILT_IN.get(image.rpartition("/")[2].partition(":")[0], [])


def _reasons(world: World, call: Call) -> Iterator[str]:
    params = call.params
    config = params["HyperParameterTuningJobConfig"]
    definitions = definitions_of(params)
    if "TrainingJobDefinition" in params and "TrainingJobDefinitions" in params:
        yield "Specify either TrainingJobDefinition or TrainingJobDefinitions, not both."
    if not definitions:
        yield "Specify a TrainingJobDefinition or TrainingJobDefinitions."
    limits = config["ResourceLimits"]
    if limits.get("MaxNumberOfTrainingJobs", 1) > MOST_TRIALS:
        yield f"MaxNumberOfTrainingJobs can't exceed {MOST_TRIALS}."
    if limits["MaxParallelTrainingJobs"] > MOST_PARALLEL:
        yield f"MaxParallelTrainingJobs can't exceed {MOST_PARALLEL}."
    if config["Strategy"] == "Hyperband" and config.get("TrainingJobEarlyStoppingType") == "Auto":
        yield "TrainingJobEarlyStoppingType must be Off with the Hyperband strategy."
    for definition in definitions:
        ranges = ranges_of(config, definition)
        yield from _ranges(ranges)
        if config["Strategy"] == "Grid" and (ranges.keys() & set(_KINDS[:2])):
            numbers = [r for kind in _KINDS[:2] for r in ranges.get(kind, ())]
            if numbers:
                yield "The Grid strategy takes categorical hyperparameters only."
        yield from _objective(objective_of(config, definition), definition)
        yield from _spot(definition)
    yield from _parents(world, call)


def _ranges(ranges: Mapping[str, Any]) -> Iterator[str]:
    items = [item for kind in _KINDS for item in ranges.get(kind, ())]
    names = [item["Name"] for item in items]
    if not items and not ranges.get("AutoParameters"):
        yield "Specify at least one hyperparameter range."
    if len(items) > MOST_RANGES:
        yield f"The number of hyperparameters to search can't exceed {MOST_RANGES}."
    if len(set(names)) < len(names):
        yield "Hyperparameter names must be unique."
    for kind, number in ((_KINDS[0], int), (_KINDS[1], float)):
        for item in ranges.get(kind, ()):
            low, high = number(item["MinValue"]), number(item["MaxValue"])
            scaling = item.get("ScalingType", "Auto")
            if not low < high:
                yield f"MinValue of {item['Name']} must be less than its MaxValue."
            if scaling == "Logarithmic" and low <= 0:
                yield f"Logarithmic scaling of {item['Name']} needs values greater than 0."
            if scaling == "ReverseLogarithmic" and not (number is float and 0 <= low < high < 1):
                yield f"ReverseLogarithmic scaling of {item['Name']} needs 0 <= values < 1."


def _objective(objective: Mapping[str, Any], definition: Mapping[str, Any]) -> Iterator[str]:
    if not objective:
        yield "Specify an objective metric."
        return
    metric = objective["MetricName"]
    own = own_metrics(definition)
    defined = [m["Name"] for m in definition["AlgorithmSpecification"].get("MetricDefinitions", ())]
    image = definition["AlgorithmSpecification"].get("TrainingImage")
    if own and defined:
        yield "You can't override the metric definitions of Amazon SageMaker algorithms."
    elif image and metric not in (own or defined):
        yield f"The objective metric {metric} isn't one of the metrics: {own or defined}."


def _spot(definition: Mapping[str, Any]) -> Iterator[str]:
    stopping = definition["StoppingCondition"]
    wait = stopping.get("MaxWaitTimeInSeconds")
    if definition.get("EnableManagedSpotTraining"):
        if wait is None or wait < stopping.get("MaxRuntimeInSeconds", 86_400):
            yield "MaxWaitTimeInSeconds must be at least MaxRuntimeInSeconds for spot training."
    elif wait is not None:
        yield "MaxWaitTimeInSeconds needs EnableManagedSpotTraining."


def _parents(world: World, call: Call) -> Iterator[str]:
    start = call.params.get("WarmStartConfig")
    if start is None:
        return
    for parent in start["ParentHyperParameterTuningJobs"]:
        name = parent["HyperParameterTuningJobName"]
        job = world.jobs.get((call.region, name.lower()))
        if job is None:
            yield f"The parent tuning job {name} doesn't exist."
        elif job.description["HyperParameterTuningJobStatus"] not in _ENDED:
            yield f"The parent tuning job {name} must have ended."
        else:
            yield from _unlike(job, call.params, start["WarmStartType"])


def _unlike(parent: RawTuningJob, params: Mapping[str, Any], kind: str) -> Iterator[str]:
    """Yield what documented rule of a warm start the parent breaks."""
    config = params["HyperParameterTuningJobConfig"]
    old_config = parent.description["HyperParameterTuningJobConfig"]
    old_definitions = definitions_of(parent.description)
    for new, old in zip(definitions_of(params), old_definitions, strict=False):
        images = [d["AlgorithmSpecification"].get("TrainingImage") for d in (new, old)]
        if objective_of(config, new) != objective_of(old_config, old):
            yield f"The objective metric must be that of the parent tuning job {parent.name}."
        if images[1] is None:
            continue  # generated, not started here
        if kind == "IdenticalDataAndAlgorithm" and images[0] != images[1]:
            yield f"The training image must be that of the parent tuning job {parent.name}."
        if _count(config, new) != _count(old_config, old):
            yield (
                "The number of static and tunable hyperparameters must be that of the parent "
                f"tuning job {parent.name}."
            )


def _count(config: Mapping[str, Any], definition: Mapping[str, Any]) -> int:
    static = set(definition.get("StaticHyperParameters", ())) - {"_tuning_objective_metric"}
    return len(static) + sum(len(ranges_of(config, definition).get(kind, ())) for kind in _KINDS)
