"""Optuna studies to `TuningTables`, by what a study offers: Optuna itself isn't imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import Direction, Hyperparameter, TuningTables
from amtviz.schema import METRIC_COLUMNS, empty_metrics
from amtviz.tidy.frame import tidy_frame
from amtviz.tidy.studies.runs import Wish
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


def is_study(item: Any, wish: Wish) -> bool:
    """Tell a study by what it offers."""
    return all(hasattr(item, name) for name in ("trials", "directions", "study_name"))


def tidy_study(study: Any, wish: Wish) -> TuningTables:
    """Make tidy tables of one Optuna study.

    Parameters
    ----------
    study : optuna.study.Study
    wish : Wish
        Its objective is which of several objectives to draw; the others stay in the trials, and
        the directions of all in ``directions``. A study knows the rest itself.

    Returns
    -------
    TuningTables
        Only trials that are complete, and that keep all constraints, have a value of the
        objective, so that only these are ranked. Pruned ones are ``Stopped``; their last value is
        in a column ``… (last reported)``. Values of trials that break a constraint are in one
        ``… (infeasible)``, beside ``Feasible`` and ``constraint …``. Values over steps are
        ``metrics``; their steps are spread evenly over the trial, for Optuna keeps no times.
        Ranges are the study's own distributions, where these changed the widest.

    Raises
    ------
    InputError
        If an objective isn't known.
    """
    names = _objective_names(study)
    place = _choose(study, names, wish.objective)
    trials = study.trials
    ranges = _ranges(trials)
    notices: list[str] = []
    columns: dict[str, Any] = {
        "TuningJobName": pd.Series([study.study_name] * len(trials), dtype="object"),
        "TrainingJobName": [f"{study.study_name}-{trial.number}" for trial in trials],
        "TrainingJobStatus": [_STATUSES.get(trial.state.name) for trial in trials],
    }
    # Optuna keeps the machine's own time, without its zone
    for column, field in _TIMES.items():
        columns[column], unclear = from_local(getattr(trial, field) for trial in trials)
        if unclear:
            notices.append(
                f"{unclear} times in {column!r} of {study.study_name!r} are unknown: they fall "
                "into the hour that the clocks go through twice, or leave out."
            )
    columns |= _values(trials, names, place, notices)
    for one in ranges:
        columns[one.column] = pd.Series(
            [_value(one, trial.params) for trial in trials], dtype="object"
        )
    directions = dict(zip(names, map(_read_direction, study.directions), strict=True))
    tables = tidy_frame(
        pd.DataFrame(columns),
        objective=names[place],
        direction=directions[names[place]],
        hyperparameters=ranges,
        job_column="TuningJobName",
    )
    curves = _curves(trials, tables.trials, names[place])
    if len(curves):
        notices.append(
            f"Optuna keeps no times of the values over steps of {study.study_name!r}: the steps "
            "are spread evenly over each trial."
        )
    told = directions if len(names) > 1 else {}
    return replace(tables, metrics=curves, notices=(*tables.notices, *notices), directions=told)


def _read_direction(direction: Any) -> Direction:
    return "Maximize" if direction.name.upper() == "MAXIMIZE" else "Minimize"


def _values(
    trials: Sequence[Any], names: Sequence[str], place: int, notices: list[str]
) -> dict[str, pd.Series]:
    """Return the objectives of complete, feasible trials, and apart what the others have."""
    broken = [dict(_constraints(trial)) for trial in trials]
    feasible = [all(value <= 0 for value in own.values()) for own in broken]
    complete = [trial.state.name == "COMPLETE" for trial in trials]
    counted = [a and b for a, b in zip(complete, feasible, strict=True)]
    columns: dict[str, pd.Series] = {}
    for number, name in enumerate(names):
        values = [None if trial.values is None else trial.values[number] for trial in trials]
        known = pd.Series(values, dtype="float64")
        # of the other objectives every value stays: these aren't ranked
        columns[name] = known.where(counted) if number == place else known
        if number == place and not all(feasible):
            columns[f"{name} (infeasible)"] = known.where([not ok for ok in feasible])
    last = pd.Series([_last(trial) for trial in trials], dtype="float64")
    if last.notna().any():
        columns[f"{names[place]} (last reported)"] = last
    if any(broken):
        columns["Feasible"] = pd.Series(feasible, dtype="boolean").where(
            [bool(own) for own in broken]
        )
        for key in dict.fromkeys(key for own in broken for key in own):
            columns[f"constraint {key}"] = pd.Series(
                [own.get(key) for own in broken], dtype="float64"
            )
    if count := feasible.count(False):
        notices.append(
            f"{count} of {len(trials)} trials break a constraint: they stay in the table, "
            f"unscored, their values in {f'{names[place]} (infeasible)'!r}."
        )
    return columns


def _constraints(trial: Any) -> Mapping[str, float]:
    """Return a trial's constraints by name, kept where at most 0: of Optuna 5, or of older ones."""
    own = getattr(trial, "constraints", None)
    if isinstance(own, Mapping):
        return own
    old = getattr(trial, "system_attrs", {}).get("constraints") or ()
    return {str(number): value for number, value in enumerate(old)}


def _last(trial: Any) -> float | None:
    """Return the last value that a pruned trial reported."""
    reported = trial.intermediate_values
    return reported[max(reported)] if trial.state.name == "PRUNED" and reported else None


def _curves(trials: Sequence[Any], table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return what trials reported over steps, as ``metrics``."""
    parts = []
    ends = zip(
        trials,
        table["TrainingJobName"],
        table["TrainingStartTime"],
        table["TrainingElapsedTimeSeconds"],
        strict=True,
    )
    for trial, name, start, seconds in ends:
        steps = sorted(trial.intermediate_values)
        if not steps or pd.isna(start):
            continue
        # a trial that still runs has no end: a second a step
        whole = float(len(steps)) if pd.isna(seconds) else float(seconds)
        span = (steps[-1] - steps[0]) or 1
        elapsed = pd.Series([(step - steps[0]) / span * whole for step in steps], dtype="float64")
        parts.append(
            pd.DataFrame(
                {
                    "TrainingJobName": name,
                    "Host": "",
                    "MetricName": metric,
                    "Timestamp": start + pd.to_timedelta(elapsed, unit="s"),
                    "ElapsedSeconds": elapsed,
                    "Value": [float(trial.intermediate_values[step]) for step in steps],
                }
            )
        )
    if not parts:
        return empty_metrics()
    frame = pd.concat(parts, ignore_index=True)
    return frame.astype({name: column.dtype for name, column in METRIC_COLUMNS.items()})


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
    """Return every parameter that any trial had, with the widest of its distributions."""
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
