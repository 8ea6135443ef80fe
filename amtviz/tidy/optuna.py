"""Optuna studies to `TuningTables`, by what a study offers: Optuna itself isn't imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import Direction, Hyperparameter, TuningTables
from amtviz.tidy.combine import combine_tuning_data
from amtviz.tidy.frame import tidy_frame
from amtviz.tidy.times import from_local

_STATUSES = {
    "COMPLETE": "Completed",
    "PRUNED": "Stopped",
    "FAIL": "Failed",
    "RUNNING": "InProgress",
    "WAITING": "InProgress",
}
_TIMES = {"TrainingStartTime": "datetime_start", "TrainingEndTime": "datetime_complete"}
_PREFIX = "params_"  # as in Study.trials_dataframe: no parameter can hide another column


def tidy_optuna(studies: Any, *, objective: str | int | None = None) -> TuningTables:
    """Make tidy tables of one or more Optuna studies.

    Parameters
    ----------
    studies : optuna.study.Study, or iterable of them
    objective : str or int, optional
        Which of several objectives to draw: its name or place. The others stay in the trials.

    Returns
    -------
    TuningTables
        One tuning job a study, one trial a trial: pruned ones are ``Stopped``, and keep the last
        value that they reported. Ranges are the studies' own distributions, where these changed
        the widest. Values over steps are left out, for a step has no time.

    Raises
    ------
    InputError
        If something isn't a study, two have the same name, or an objective isn't known.
    """
    found = [studies] if _is_study(studies) else list(studies) if _is_iterable(studies) else []
    wrong = next((one for one in found if not _is_study(one)), None)
    if not found or wrong is not None:
        given = studies if wrong is None else wrong
        raise InputError(
            f"Can't take a {type(given).__name__} for an Optuna study. Pass an optuna.Study, or a "
            "list of them."
        )
    names = [study.study_name for study in found]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise InputError(
            f"Several studies are called {join_choices(sorted(repeated))}. Give each a name of its "
            "own: optuna.create_study(study_name=…)."
        )
    return combine_tuning_data([_tidy_study(study, objective) for study in found])


def _is_study(item: Any) -> bool:
    return all(hasattr(item, name) for name in ("trials", "directions", "study_name"))


def _is_iterable(item: Any) -> bool:
    return hasattr(item, "__iter__") and not isinstance(item, str)


def _tidy_study(study: Any, objective: str | int | None) -> TuningTables:
    names = _objective_names(study)
    place = _choose(study, names, objective)
    trials = study.trials
    ranges = _ranges(trials)
    columns: dict[str, Any] = {
        "TuningJobName": pd.Series([study.study_name] * len(trials), dtype="object"),
        "TrainingJobName": [f"{study.study_name}-{trial.number}" for trial in trials],
        "TrainingJobStatus": [_STATUSES.get(trial.state.name) for trial in trials],
    }
    # Optuna keeps the machine's own time, without its zone
    notices = []
    for column, field in _TIMES.items():
        columns[column], unclear = from_local(getattr(trial, field) for trial in trials)
        if unclear:
            notices.append(
                f"{unclear} times in {column!r} of {study.study_name!r} are unknown: they fall "
                "into the hour that the clocks go through twice, or leave out."
            )
    for number, name in enumerate(names):
        values = [None if trial.values is None else trial.values[number] for trial in trials]
        columns[name] = pd.Series(values, dtype="float64")
    for one in ranges:
        columns[one.column] = pd.Series(
            [_value(one, trial.params) for trial in trials], dtype="object"
        )
    direction: Direction = (
        "Maximize" if study.directions[place].name.upper() == "MAXIMIZE" else "Minimize"
    )
    tables = tidy_frame(
        pd.DataFrame(columns),
        objective=names[place],
        direction=direction,
        hyperparameters=ranges,
        job_column="TuningJobName",
    )
    return replace(tables, notices=(*tables.notices, *notices))


def _objective_names(study: Any) -> list[str]:
    """Name the objectives as the study does, else as its table does."""
    count = len(study.directions)
    given = getattr(study, "metric_names", None)
    if given:
        return [str(name) for name in given]
    return ["value"] if count == 1 else [f"values_{place}" for place in range(count)]


def _choose(study: Any, names: Sequence[str], objective: str | int | None) -> int:
    if objective is None and len(names) == 1:
        return 0
    if isinstance(objective, int) and 0 <= objective < len(names):
        return objective
    if objective in names:
        return names.index(str(objective))
    what = "has several objectives" if objective is None else f"has no objective {objective!r}"
    raise InputError(
        f"The study {study.study_name!r} {what}. Pass objective= one of {join_choices(names)}."
    )


def _ranges(trials: Sequence[Any]) -> list[Hyperparameter]:
    """Give every parameter that any trial had, with the widest of its distributions."""
    found: dict[str, dict[str, Any]] = {}
    for trial in trials:
        for name, distribution in trial.distributions.items():
            found.setdefault(str(name), {})[repr(distribution)] = distribution
    return [_range(name, list(distributions.values())) for name, distributions in found.items()]


def _range(name: str, distributions: Sequence[Any]) -> Hyperparameter:
    column = f"{_PREFIX}{name}"
    if any(hasattr(one, "choices") for one in distributions):
        values = [value for one in distributions for value in _all_values(one)]
        return Hyperparameter(
            name, "categorical", values=tuple(dict.fromkeys(map(str, values))), column=column
        )
    whole = all(type(one).__name__.startswith("Int") for one in distributions)
    return Hyperparameter(
        name,
        "integer" if whole else "continuous",
        min(one.low for one in distributions),
        max(one.high for one in distributions),
        scaling="Logarithmic" if all(one.log for one in distributions) else "Linear",
        column=column,
    )


def _all_values(distribution: Any) -> Sequence[Any]:
    return getattr(distribution, "choices", None) or (distribution.low, distribution.high)


def _value(one: Hyperparameter, params: dict[str, Any]) -> Any:
    if one.name not in params:
        return None  # a conditional parameter
    value = params[one.name]
    return str(value) if one.kind == "categorical" else value
