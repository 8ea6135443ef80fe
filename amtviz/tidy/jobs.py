"""Descriptions to `TuningJob`."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from amtviz.answers import read_definitions, read_instances
from amtviz.model import Objective, RawTuningJob, TrainingJobDefinition, TuningJob
from amtviz.tidy.ranges import read_ranges
from amtviz.tidy.times import to_utc_datetime

_NAMED = 3  # objectives that fit an axis title

_CODE = ("sagemaker_program", "sagemaker_submit_directory")  # where the SDK says what script runs


def label_jobs(jobs: Sequence[RawTuningJob]) -> tuple[list[str], list[str]]:
    """Name each job as it is shown, its own unless two jobs share it.

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
        Its definitions have the hyperparameters with a declared range; the job itself none yet.
    """
    description = raw.description
    config = _get(description, "HyperParameterTuningJobConfig")
    definitions = [
        _read_definition(name, definition, label, notices)
        for name, definition in read_definitions(description, raw.summaries).items()
    ]
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
        objective=join_objectives(d.objective for d in definitions if d.objective),
        hyperparameters=(),
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


def read_objective(entry: Mapping[str, Any]) -> Objective | None:
    """Read ``{"Type": ..., "MetricName": ...}``; None unless both are there."""
    name, direction = entry.get("MetricName"), entry.get("Type")
    if not name or direction not in ("Maximize", "Minimize"):
        return None
    return Objective(str(name), direction)


def join_objectives(objectives: Iterable[Objective]) -> Objective | None:
    """Make one of the objectives that algorithms have, for AWS compares them as they are.

    Parameters
    ----------
    objectives : iterable of Objective

    Returns
    -------
    Objective or None
        Named by all of up to three names, else ``objective``; None when there is none, or one is to
        be maximized and another minimized.
    """
    distinct = list(dict.fromkeys(objectives))
    if len(distinct) == 1:
        return distinct[0]
    if len({objective.direction for objective in distinct}) != 1:
        return None
    members = tuple(dict.fromkeys(n for objective in distinct for n in objective.metric_names))
    name = " or ".join(members) if len(members) <= _NAMED else "objective"
    return Objective(name, distinct[0].direction, members)


def _read_definition(
    name: str, definition: Mapping[str, Any], label: str, notices: list[str]
) -> TrainingJobDefinition:
    metrics = _get(definition, "AlgorithmSpecification").get("MetricDefinitions") or ()
    types = [name for choice in read_instances(definition) for name, _ in choice.groups if name]
    return TrainingJobDefinition(
        name=name,
        objective=read_objective(definition["TuningObjective"]),
        hyperparameters=tuple(
            read_ranges(definition["HyperParameterRanges"], name or label, notices)
        ),
        static_hyperparameters=_get(definition, "StaticHyperParameters"),
        metric_names=tuple(dict.fromkeys(str(m["Name"]) for m in metrics if m.get("Name"))),
        instance_types=tuple(dict.fromkeys(types)),
        retry_attempts=_get(definition, "RetryStrategy").get("MaximumRetryAttempts"),
        task=digest_task(definition),
    )


def digest_task(definition: Mapping[str, Any]) -> str:
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
    """Return a nested mapping, empty when AWS left it out."""
    value: Mapping[str, Any] = mapping.get(key) or {}
    return value
