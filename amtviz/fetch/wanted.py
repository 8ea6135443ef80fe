"""Which metrics a trial can have in CloudWatch, and when: known without asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amtviz.schema import INSTANCE_METRICS
from amtviz.wording.statuses import RUNNING_STATUSES

DAY = 86_400
LONGEST = 28 * DAY  # the most that a training job may run

_Answer = Mapping[str, Any]


@dataclass(frozen=True)
class WantedTrial:
    """A trial whose metrics are to be fetched.

    Attributes
    ----------
    job : int
        The position of its tuning job.
    training_job : str
    start, end : float
        Of the training, seconds since 1970; the end of a running trial is now.
    series : tuple of (host, metric)
        The algorithm's own metrics with an empty host, then the instances'.
    """

    job: int
    training_job: str
    start: float
    end: float
    series: tuple[tuple[str, str], ...]


def list_wanted(
    job: int,
    description: _Answer,
    summaries: Sequence[_Answer],
    records: Sequence[_Answer],
    now: float,
) -> tuple[list[WantedTrial], int]:
    """List the series that the trials of a tuning job can have.

    Parameters
    ----------
    job : int
        The tuning job's position.
    description, summaries, records : mapping, sequences of mapping
        What AWS answered about it.
    now : float
        Seconds since 1970.

    Returns
    -------
    wanted : list of WantedTrial
        In the order of the summaries.
    unstarted : int
        How many trials never started (yet), so that there is nothing to fetch.
    """
    by_name = {record["TrainingJobName"]: record for record in records}
    definitions = _definitions(description)
    trials = [{**by_name.get(s["TrainingJobName"], {}), **s} for s in summaries]
    names = _metric_names(description, definitions, trials)
    wanted = []
    for trial in trials:
        window = _window(trial, now)
        if window is None:
            continue
        name = trial["TrainingJobName"]
        definition = _definition_of(trial, definitions)
        hosts = _count_hosts(trial, definitions, definition)
        series = [("", metric) for metric in names[definition]]
        series += [
            (f"{name}/algo-{n}", metric) for n in range(1, hosts + 1) for metric in INSTANCE_METRICS
        ]
        wanted.append(WantedTrial(job, name, *window, tuple(series)))
    return wanted, len(trials) - len(wanted)


def _definitions(description: _Answer) -> dict[str, _Answer]:
    """Give the training-job definitions by name; the only one of most tuning jobs has none."""
    several = description.get("TrainingJobDefinitions") or ()
    single = description.get("TrainingJobDefinition") or {}
    return {str(d.get("DefinitionName") or ""): d for d in several} or {"": single}


def _definition_of(trial: _Answer, definitions: Mapping[str, _Answer]) -> str:
    """Give the name of the definition that a trial ran; empty, for all, when it isn't known."""
    name = str(trial.get("TrainingJobDefinitionName") or "")
    return name if name in definitions else ""


def _metric_names(
    description: _Answer, definitions: Mapping[str, _Answer], trials: Sequence[_Answer]
) -> dict[str, dict[str, None]]:
    """Give the algorithm's metrics of each definition, those of all under the empty name."""
    config = description.get("HyperParameterTuningJobConfig") or {}
    names: dict[str, dict[str, None]] = {"": {}}
    for name, definition in definitions.items():
        algorithm = definition.get("AlgorithmSpecification") or {}
        objective = definition.get("TuningObjective") or config.get(
            "HyperParameterTuningJobObjective"
        )
        entries = [*(algorithm.get("MetricDefinitions") or ()), {"Name": _metric(objective)}]
        names[name] = {str(entry["Name"]): None for entry in entries if entry.get("Name")}
    for trial in trials:
        final = trial.get("FinalHyperParameterTuningJobObjectiveMetric")
        found = [_metric(entry) for entry in (*(trial.get("FinalMetricDataList") or ()), final)]
        names[_definition_of(trial, definitions)].update((name, None) for name in found if name)
    names[""] = {name: None for of_definition in names.values() for name in of_definition}
    return names


def _metric(entry: _Answer | None) -> str:
    return str((entry or {}).get("MetricName") or "")


def _window(trial: _Answer, now: float) -> tuple[float, float] | None:
    """Give when a trial trained, or None if it never did."""
    status = trial.get("TrainingJobStatus")
    began = trial.get("TrainingStartTime")
    if began is None and status == "Completed":  # then it ran, though AWS doesn't say when
        began = trial.get("CreationTime")
    if began is None:
        return None
    start = began.timestamp()
    ended = trial.get("TrainingEndTime")
    if ended is None and status not in RUNNING_STATUSES:
        ended = trial.get("LastModifiedTime")
    end = min(now, start + LONGEST) if ended is None else ended.timestamp()
    return start, max(start, end)


def _count_hosts(trial: _Answer, definitions: Mapping[str, _Answer], definition: str) -> int:
    """Give a trial's own number of instances, or the most that its definition allows."""
    own = _instances(trial.get("ResourceConfig"))
    if own:
        return own
    possible = [definitions[definition]] if definition in definitions else definitions.values()
    return max([1, *(count for d in possible for count in _declared_instances(d))])


def _declared_instances(definition: _Answer) -> Iterable[int]:
    tuning = definition.get("HyperParameterTuningResourceConfig") or {}
    yield _instances(definition.get("ResourceConfig"))
    yield _instances(tuning)
    for config in tuning.get("InstanceConfigs") or ():
        yield _instances(config)


def _instances(config: _Answer | None) -> int:
    """Count the instances of a ResourceConfig; 0 when it doesn't say."""
    groups = (config or {}).get("InstanceGroups") or ()
    return (config or {}).get("InstanceCount") or sum(g.get("InstanceCount", 0) for g in groups)
