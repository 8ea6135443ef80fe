"""The nested parts of AWS's answers that both `fetch` and `tidy` read: one reader of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Answer = Mapping[str, Any]

# members that tell the items of a list apart
NAMING = ("Name", "ChannelName", "DefinitionName", "InstanceGroupName", "Key")


def read_definitions(description: Answer, summaries: Iterable[Answer] = ()) -> dict[str, Answer]:
    """Return the training-job definitions of a tuning job by name, each with all that holds for it.

    Parameters
    ----------
    description : mapping
        The answer of DescribeHyperParameterTuningJob.
    summaries : iterable of mapping
        Its trials: a definition whose name only they know is one, too.

    Returns
    -------
    dict of str to mapping
        At least one; the only one of most tuning jobs has the empty name. ``TuningObjective`` and
        ``HyperParameterRanges`` are the definition's own, else the tuning job's.
    """
    several = description.get("TrainingJobDefinitions") or ()
    described = [d for d in (description.get("TrainingJobDefinition"), *several) if d]
    found = {str(d.get("DefinitionName") or ""): d for d in described} or {"": {}}
    job = description.get("HyperParameterTuningJobName")
    own = [s for s in summaries if s.get("TuningJobName") in (None, job)]
    named = dict.fromkeys(str(s.get("TrainingJobDefinitionName") or "") for s in own)
    only = next(iter(found.values())) if len(found) == 1 else {}
    if named and "" in found and "" not in named:
        found = {}
    found |= {name: only for name in named if name and name not in found}
    config = description.get("HyperParameterTuningJobConfig") or {}
    shared = {
        "TuningObjective": config.get("HyperParameterTuningJobObjective") or {},
        "HyperParameterRanges": config.get("ParameterRanges") or {},
    }
    return {
        name: {**definition, **{key: definition.get(key) or shared[key] for key in shared}}
        for name, definition in found.items()
    }


def find_definition(name: object, definitions: Mapping[str, Answer]) -> str | None:
    """Return the name of the definition that a trial ran; None when several come into question."""
    if str(name or "") in definitions:
        return str(name or "")
    return next(iter(definitions)) if len(definitions) == 1 else None


@dataclass(frozen=True)
class Instances:
    """What a training job runs on.

    Attributes
    ----------
    groups : tuple of (str or None, int or None)
        Instance type and count; several in a heterogeneous cluster.
    """

    groups: tuple[tuple[str | None, int | None], ...]

    @property
    def type(self) -> str | None:
        """The instance type; of several, ``2 × ml.c5.xlarge + 1 × ml.g5.xlarge``."""
        types = {name for name, _ in self.groups}
        if len(types) == 1 or None in types:
            return types.pop() if len(types) == 1 else None
        return " + ".join(
            f"{1 if count is None else count} × {name}" for name, count in self.groups
        )

    @property
    def count(self) -> int | None:
        """Instances of all groups."""
        counts = [count for _, count in self.groups if count is not None]
        return sum(counts) if len(counts) == len(self.groups) else None


def read_instances(answer: Answer) -> list[Instances]:
    """Return what a definition or a training job may run on: one when that is certain.

    Parameters
    ----------
    answer : mapping
        With ``ResourceConfig`` or ``HyperParameterTuningResourceConfig``.

    Returns
    -------
    list of Instances
        Several where AWS chooses by what it has (preferences, or a list of configurations) and
        doesn't say what it chose; none when nothing is said.
    """
    config = answer.get("ResourceConfig") or {}
    tuning = answer.get("HyperParameterTuningResourceConfig") or {}
    if config.get("SelectedInstanceType"):
        count = config.get("SelectedInstanceCount") or config.get("InstanceCount")
        return [Instances(((config["SelectedInstanceType"], count),))]
    found = []
    for one, key in ((config, "InstancePreferences"), (tuning, "InstanceConfigs")):
        groups = one.get("InstanceGroups") or ()
        if groups:
            found.append(Instances(tuple(group for g in groups for group in _group(g))))
        for choice in one.get(key) or [one]:
            count = choice.get("InstanceCount", one.get("InstanceCount"))
            found += [Instances((group,)) for group in _group({**choice, "InstanceCount": count})]
    return list(dict.fromkeys(found))


def _group(entry: Answer) -> list[tuple[str | None, int | None]]:
    name, count = entry.get("InstanceType"), entry.get("InstanceCount")
    return [(name, count)] if name or count else []
