"""The nested parts of AWS's answers that both `fetch` and `tidy` read: one reader of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Answer = Mapping[str, Any]


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
