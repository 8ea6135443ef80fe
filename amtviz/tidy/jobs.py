"""Descriptions to `TuningJob`."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from amtviz.model import Hyperparameter, Objective, RawTuningJob, TrainingJobDefinition, TuningJob
from amtviz.tidy.ranges import merge_by_name, read_ranges
from amtviz.tidy.times import to_utc_datetime

Resource = tuple[str | None, int | None]

_CODE = ("sagemaker_program", "sagemaker_submit_directory")  # where the SDK says what script runs


def label_jobs(jobs: Sequence[RawTuningJob]) -> tuple[list[str], list[str]]:
    """Give each job the name to show it under, its own unless two jobs share it.

    Parameters
    ----------
    jobs : sequence of RawTuningJob

    Returns
    -------
    labels : list of str
        ``name``, or ``name (region)``, ``name (account)`` or ``name (account, region)``.
    notices : list of str
    """
    count = Counter(job.name for job in jobs)
    regions = Counter((job.name, job.region) for job in jobs)
    accounts = Counter((job.name, job.account) for job in jobs)
    labels = []
    for job in jobs:
        if count[job.name] == 1:
            labels.append(job.name)
        elif all(regions[name, region] == 1 for name, region in regions if name == job.name):
            labels.append(f"{job.name} ({job.region})")
        elif all(accounts[name, account] == 1 for name, account in accounts if name == job.name):
            labels.append(f"{job.name} ({job.account})")
        else:
            labels.append(f"{job.name} ({job.account}, {job.region})")
    clashes = dict.fromkeys(job.name for job in jobs if count[job.name] > 1)
    notices = [
        f"{count[name]} tuning jobs are called {name!r}, so each is shown as "
        + " or ".join(
            repr(label) for job, label in zip(jobs, labels, strict=True) if job.name == name
        )
        + "."
        for name in clashes
    ]
    return labels, notices


def read_job(
    raw: RawTuningJob,
    label: str,
    labels: Mapping[tuple[str, str, str], str],
    *,
    is_ancestor: bool,
    notices: list[str],
) -> TuningJob:
    """Read a description.

    Parameters
    ----------
    raw : RawTuningJob
    label : str
        The name to show it under.
    labels : mapping of (account, region, name) to str
        Labels of all jobs, for the parents' names.
    is_ancestor : bool
    notices : list of str
        Gets what couldn't be read.

    Returns
    -------
    TuningJob
        With the hyperparameters that have a declared range.
    """
    description = raw.description
    config = _get(description, "HyperParameterTuningJobConfig")
    objective = read_objective(_get(config, "HyperParameterTuningJobObjective"))
    shared = read_ranges(_get(config, "ParameterRanges"), label, notices)
    definitions = [
        _read_definition(definition, objective, shared, label, notices)
        for definition in raw_definitions(raw)
    ]
    declared = [(label, h) for h in shared]
    declared += [(d.name or label, h) for d in definitions for h in d.hyperparameters]
    objectives = {d.objective for d in definitions}
    if objective is None and len(objectives) == 1:
        objective = objectives.pop()
    warm_start = _get(description, "WarmStartConfig")
    parents = [
        str(parent.get("HyperParameterTuningJobName"))
        for parent in warm_start.get("ParentHyperParameterTuningJobs") or ()
    ]
    return TuningJob(
        name=label,
        arn=str(description.get("HyperParameterTuningJobArn") or ""),
        status=str(description.get("HyperParameterTuningJobStatus") or "Unknown"),
        strategy=str(config.get("Strategy") or "Unknown"),
        objective=objective,
        hyperparameters=tuple(merge_by_name(declared, notices)),
        definitions=tuple(definitions),
        metric_names=tuple(dict.fromkeys(n for d in definitions for n in d.metric_names)),
        parents=tuple(labels.get((raw.account, raw.region, p), p) for p in parents),
        warm_start_type=warm_start.get("WarmStartType"),
        limits={**_get(config, "ResourceLimits"), **_get(config, "TuningJobCompletionCriteria")},
        created=to_utc_datetime(description.get("CreationTime")),
        ended=to_utc_datetime(description.get("HyperParameterTuningEndTime")),
        status_counters=_get(description, "TrainingJobStatusCounters"),
        objective_counters=_get(description, "ObjectiveStatusCounters"),
        failure_reason=description.get("FailureReason"),
        is_ancestor=is_ancestor,
    )


def raw_definitions(raw: RawTuningJob) -> list[Mapping[str, Any]]:
    """Give the description's one or several training-job definitions, as AWS answered."""
    single = raw.description.get("TrainingJobDefinition")
    several = raw.description.get("TrainingJobDefinitions") or ()
    return [d for d in (single, *several) if d]


def raw_ranges(raw: RawTuningJob) -> list[Mapping[str, Any]]:
    """Give every set of ranges in the description: the job's own, then the definitions'."""
    config = _get(raw.description, "HyperParameterTuningJobConfig")
    return [
        _get(config, "ParameterRanges"),
        *(_get(d, "HyperParameterRanges") for d in raw_definitions(raw)),
    ]


def read_objective(entry: Mapping[str, Any]) -> Objective | None:
    """Read ``{"Type": ..., "MetricName": ...}``; None unless both are there."""
    name, direction = entry.get("MetricName"), entry.get("Type")
    if not name or direction not in ("Maximize", "Minimize"):
        return None
    return Objective(str(name), direction)


def read_resources(definition: Mapping[str, Any]) -> list[Resource]:
    """Give the instance types and counts that a definition allows; one means it is certain."""
    tuning = _get(definition, "HyperParameterTuningResourceConfig")
    entries = [_get(definition, "ResourceConfig"), *(tuning.get("InstanceConfigs") or ())]
    if not tuning.get("InstanceConfigs"):
        entries.append(tuning)
    return [
        (entry.get("InstanceType"), entry.get("InstanceCount"))
        for entry in entries
        if entry.get("InstanceType")
    ]


def _read_definition(
    definition: Mapping[str, Any],
    objective: Objective | None,
    shared: Sequence[Hyperparameter],
    label: str,
    notices: list[str],
) -> TrainingJobDefinition:
    name = str(definition.get("DefinitionName") or "")
    own = read_ranges(_get(definition, "HyperParameterRanges"), name or label, notices)
    metrics = _get(definition, "AlgorithmSpecification").get("MetricDefinitions") or ()
    types = [type_ for type_, _ in read_resources(definition) if type_]
    return TrainingJobDefinition(
        name=name,
        objective=read_objective(_get(definition, "TuningObjective")) or objective,
        hyperparameters=tuple(own or shared),
        static_hyperparameters=_get(definition, "StaticHyperParameters"),
        metric_names=tuple(dict.fromkeys(str(m["Name"]) for m in metrics if m.get("Name"))),
        instance_types=tuple(dict.fromkeys(types)),
        task=_digest_task(definition),
    )


def _digest_task(definition: Mapping[str, Any]) -> str:
    """Return what tells apart what definitions run on which data; empty where that isn't known."""
    algorithm = {**_get(definition, "AlgorithmSpecification")}
    algorithm.pop("MetricDefinitions", None)
    if not (algorithm.get("TrainingImage") or algorithm.get("AlgorithmName")):
        return ""
    channels = definition.get("InputDataConfig") or ()
    static = _get(definition, "StaticHyperParameters")
    task = {
        "algorithm": algorithm,
        "channels": sorted(channels, key=lambda channel: str(channel.get("ChannelName"))),
        "code": {name: static.get(name) for name in _CODE},
        "environment": _get(definition, "Environment"),
    }
    text = json.dumps(task, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _get(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Give a nested mapping, empty when AWS left it out."""
    value: Mapping[str, Any] = mapping.get(key) or {}
    return value
