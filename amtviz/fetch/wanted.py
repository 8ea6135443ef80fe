"""Which metrics a trial can have in CloudWatch, and when: known without asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amtviz.answers import Answer, find_definition, read_definitions, read_instances
from amtviz.schema import INSTANCE_METRICS
from amtviz.wording.statuses import RUNNING_STATUSES

DAY = 86_400
MOST_HOSTS = 100  # instances of a trial whose own metrics are asked for: each is billed
LONGEST = 28 * DAY  # the most that a training job may run


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
    hosts_left : int
        How many of its instances aren't among them: those after the first `MOST_HOSTS`.
    """

    job: int
    training_job: str
    start: float
    end: float
    series: tuple[tuple[str, str], ...]
    hosts_left: int = 0


def list_wanted(
    job: int,
    description: Answer,
    summaries: Sequence[Answer],
    records: Sequence[Answer],
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
    definitions = read_definitions(description, summaries)
    trials = [{**by_name.get(s["TrainingJobName"], {}), **s} for s in summaries]
    names = _metric_names(definitions, trials)
    wanted = []
    for trial in trials:
        window = _window(trial, now)
        if window is None:
            continue
        name = trial["TrainingJobName"]
        definition = find_definition(trial.get("TrainingJobDefinitionName"), definitions)
        hosts = _count_hosts(trial, definitions, definition)
        series = [("", metric) for metric in names[definition]]
        asked = min(hosts, MOST_HOSTS)
        series += [
            (f"{name}/algo-{n}", metric) for n in range(1, asked + 1) for metric in INSTANCE_METRICS
        ]
        wanted.append(WantedTrial(job, name, *window, tuple(series), hosts - asked))
    return wanted, len(trials) - len(wanted)


def _metric_names(
    definitions: Mapping[str, Answer], trials: Sequence[Answer]
) -> dict[str | None, dict[str, None]]:
    """Return the algorithm's metrics of each definition; under None, those of all."""
    names: dict[str | None, dict[str, None]] = {None: {}}
    for name, definition in definitions.items():
        algorithm = definition.get("AlgorithmSpecification") or {}
        objective = {"Name": _metric(definition["TuningObjective"])}
        entries = [*(algorithm.get("MetricDefinitions") or ()), objective]
        names[name] = {str(entry["Name"]): None for entry in entries if entry.get("Name")}
    for trial in trials:
        final = trial.get("FinalHyperParameterTuningJobObjectiveMetric")
        found = [_metric(entry) for entry in (*(trial.get("FinalMetricDataList") or ()), final)]
        ran = find_definition(trial.get("TrainingJobDefinitionName"), definitions)
        names[ran].update((name, None) for name in found if name)
    names[None] = {name: None for of_definition in names.values() for name in of_definition}
    return names


def _metric(entry: Answer | None) -> str:
    return str((entry or {}).get("MetricName") or "")


def _window(trial: Answer, now: float) -> tuple[float, float] | None:
    """Return when a trial trained, or None if it never did."""
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


def _count_hosts(trial: Answer, definitions: Mapping[str, Answer], definition: str | None) -> int:
    """Return a trial's own number of instances, or the most that its definition allows."""
    possible = definitions.values() if definition is None else [definitions[definition]]
    choices = read_instances(trial) or [i for d in possible for i in read_instances(d)]
    return max([1, *(choice.count or 1 for choice in choices)])
