"""Which tuning jobs and algorithms run the same task, so that one function underlies them all."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import pandas as pd

from amtviz.model import Hyperparameter, TrainingJobDefinition, TuningJob

TRANSFER = "TransferLearning"

_SAME_TASK = "IdenticalDataAndAlgorithm"
_BOOKKEEPING = ("sagemaker_", "_")  # of the SDK and of AWS: names of jobs, levels of logs

Unit = tuple[str, str]  # names of a tuning job and of one of its training-job definitions


def merge_same_tasks(
    trials: pd.DataFrame, jobs: Sequence[TuningJob], hyperparameters: Sequence[Hyperparameter]
) -> pd.DataFrame:
    """Name all trials of the same task after the first tuning job and definition that runs it.

    Two definitions run the same task where the same algorithm works on the same input data, or a
    warm start of type IdenticalDataAndAlgorithm says so, with the same hyperparameters, and those
    that no definition tunes are fixed at the same values. What isn't known stays apart.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    jobs : sequence of TuningJob
    hyperparameters : sequence of Hyperparameter
        All that any definition tunes.

    Returns
    -------
    pandas.DataFrame
        The trials with other TuningJobName and TrainingJobDefinitionName.
    """
    units = {(job.name, d.name): d for job in jobs for d in job.definitions}
    first: dict[Hashable, Unit] = {}
    tasks = _find_tasks(jobs, units)
    tuned = {h.name for h in hyperparameters}
    same = {
        unit: first.setdefault((tasks[unit], *_fixed(definition, tuned)), unit)
        for unit, definition in units.items()
    }
    only = {job.name: job.definitions[0].name for job in jobs if len(job.definitions) == 1}
    names = trials["TuningJobName"].astype("string").fillna("")
    if "TrainingJobDefinitionName" in trials:
        definitions = trials["TrainingJobDefinitionName"].astype("string").fillna("")
    else:
        definitions = pd.Series("", index=trials.index, dtype="string")
    merged = [
        same.get((name, only.get(name, definition)), (name, definition))
        for name, definition in zip(names, definitions, strict=True)
    ]
    return trials.assign(
        TuningJobName=pd.array([name for name, _ in merged], dtype="string"),
        TrainingJobDefinitionName=pd.array([name for _, name in merged], dtype="string"),
    )


def choose_warm_start(jobs: Sequence[TuningJob], names: Collection[str]) -> tuple[str, str]:
    """Choose the type of a warm start, by whether tuning jobs run the same task.

    Parameters
    ----------
    jobs : sequence of TuningJob
    names : collection of str
        Which of them are its parents, or what it continues.

    Returns
    -------
    kind : {"IdenticalDataAndAlgorithm", "TransferLearning"}
    reason : str
        Why it is TransferLearning, in a sentence; empty if it isn't.
    """
    units = {(job.name, d.name): d for job in jobs for d in job.definitions}
    tasks = _find_tasks(jobs, units)
    found = {task for unit, task in tasks.items() if unit[0] in names}
    if len(found) == 1 and set(names) <= {name for name, _ in units}:
        return _SAME_TASK, ""
    known = all(isinstance(task, str) for task in found)
    return TRANSFER, explain_transfer("differ" if known else "aren't all known")


def explain_transfer(what: str) -> str:
    """Say why a warm start is TransferLearning: what image, script and data do."""
    return (
        f"The warm start is {TRANSFER}, for image, script, input data or environment {what}: where "
        f"you know that they are the same, make it {_SAME_TASK}."
    )


def _find_tasks(
    jobs: Sequence[TuningJob], units: Mapping[Unit, TrainingJobDefinition]
) -> dict[Unit, Hashable]:
    """Return each definition's task: by its digest, else its own, joined by warm starts."""
    tasks: dict[Unit, Hashable] = {unit: d.task or unit for unit, d in units.items()}
    alone = {
        job.name: (job.name, d.name)
        for job in jobs
        if len(job.definitions) == 1
        for d in job.definitions
    }
    for job in jobs:
        if job.warm_start_type != _SAME_TASK or job.name not in alone:
            continue
        for parent in job.parents:
            if parent in alone:
                joined, kept = tasks[alone[parent]], tasks[alone[job.name]]
                tasks = {u: kept if task == joined else task for u, task in tasks.items()}
    return tasks


def _fixed(
    definition: TrainingJobDefinition, tuned: set[str]
) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Return the names that a definition gives values to, and the values that nobody tunes."""
    static = {
        name: value
        for name, value in definition.static_hyperparameters.items()
        if not name.startswith(_BOOKKEEPING)
    }
    names = frozenset([*static, *(h.name for h in definition.hyperparameters)])
    return names, frozenset((n, value) for n, value in static.items() if n not in tuned)
