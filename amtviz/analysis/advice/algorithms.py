"""What to search next where a tuning job has several algorithms: each by its own trials."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from amtviz.analysis.advice.next_ranges import RISKS, Risk, suggest_by_risk
from amtviz.model import Hyperparameter, Objective, TuningJob


def suggest_by_algorithm(
    trials: pd.DataFrame, objective: Objective, jobs: Iterable[TuningJob]
) -> dict[Risk, dict[str, pd.DataFrame]]:
    """Suggest ranges for each training-job definition.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    jobs : iterable of TuningJob

    Returns
    -------
    dict of str to dict
        By risk and the definition's name, what `amtviz.analysis.suggest_ranges` returns. No
        definitions where every tuning job has one only.
    """
    of = trials["TrainingJobDefinitionName"].fillna("")
    found = {
        name: suggest_by_risk(trials[of == name], objective, hyperparameters)
        for name, hyperparameters in find_algorithms(jobs).items()
    }
    return {risk: {name: tables[risk] for name, tables in found.items()} for risk in RISKS}


def find_algorithms(jobs: Iterable[TuningJob]) -> dict[str, tuple[Hyperparameter, ...]]:
    """Return the ranges of each definition by name; none where every tuning job has one only."""
    jobs = [job for job in jobs if not job.is_ancestor]
    if all(len(job.definitions) < 2 for job in jobs):
        return {}
    found: dict[str, tuple[Hyperparameter, ...]] = {}
    for job in jobs:
        for definition in job.definitions:
            found.setdefault(definition.name, definition.hyperparameters)
    return found


def find_owners(
    jobs: Iterable[TuningJob], hyperparameter: Hyperparameter
) -> dict[str, Hyperparameter]:
    """Return a hyperparameter as each of several algorithms that has it declares it.

    Parameters
    ----------
    jobs : iterable of TuningJob
    hyperparameter : Hyperparameter
        One of ``TuningData.hyperparameters``.

    Returns
    -------
    dict of str to Hyperparameter
        By the definition's name, each under its true name; empty for tuning jobs of one algorithm.
    """
    name = hyperparameter.name
    return {
        algorithm: own
        for algorithm, declared in find_algorithms(jobs).items()
        for own in declared
        if name in (own.name, f"{own.name} ({algorithm})")
    }
