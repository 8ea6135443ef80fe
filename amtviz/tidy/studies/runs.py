"""What tools that declare no ranges tell of their trials to `TuningTables`: what they share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import Direction, Hyperparameter, TuningTables
from amtviz.schema import METRIC_COLUMNS, TRIAL_COLUMNS, empty_metrics
from amtviz.texts import has_halves, write_halves
from amtviz.tidy.frame import tidy_frame
from amtviz.tidy.studies.params import PREFIX, choose_hyperparameters, read_params
from amtviz.wording.lists import plural


@dataclass(frozen=True)
class Wish:
    """What whoever reads a study asks for.

    Attributes
    ----------
    objective : str or int, optional
        A metric's name; of a study with several objectives its place as well.
    direction : {"Maximize", "Minimize"}, optional
    hyperparameters : sequence of str or Hyperparameter, optional
        The parameters to draw; by default those with several values.
    client : object, optional
        Whom to ask for what the study itself doesn't hold.
    """

    objective: str | int | None = None
    direction: Direction | None = None
    hyperparameters: Sequence[str | Hyperparameter] | None = None
    client: Any = None

    def __post_init__(self) -> None:
        asked: Any = self.hyperparameters
        if isinstance(asked, str | Hyperparameter):  # a name alone is one name
            asked = (asked,)
        if not isinstance(asked, Iterable | None):
            raise InputError(f"hyperparameters={asked!r} names none. Pass a list of names.")
        if asked is not None:
            every = list(asked)
            once = [one for place, one in enumerate(every) if one not in every[:place]]
            object.__setattr__(self, "hyperparameters", once)


@dataclass(frozen=True)
class Point:
    """A metric's value at some time; ``seconds`` are since the trial's first point."""

    metric: str
    value: float
    seconds: float
    time: pd.Timestamp | None = None


@dataclass(frozen=True)
class Run:
    """One trial as its tool tells of it.

    Attributes
    ----------
    job, name : str
        What becomes the tuning job, and the trial.
    status : str
        A training job's. Only of completed runs the objective is a result.
    params, metrics : mapping
        By name; a parameter that isn't set is None or missing, and so is a metric without value.
    start, end : object
        Times that `pandas.Timestamp` reads; without a zone they are UTC.
    seconds : float, optional
        From start to end, where that is known better than by these.
    failure : str, optional
    curve : sequence of Point
    others : mapping
        What else is kept of it in the trials, by column.
    """

    job: str
    name: str
    status: str
    params: Mapping[str, Any]
    metrics: Mapping[str, Any]
    start: Any = None
    end: Any = None
    seconds: float | None = None
    failure: str | None = None
    curve: Sequence[Point] = ()
    others: Mapping[str, Any] = field(default_factory=dict)


def tidy_runs(
    runs: Sequence[Run], wish: Wish, what: str, notices: Sequence[str] = ()
) -> TuningTables:
    """Make tidy tables of runs.

    Parameters
    ----------
    runs : sequence of Run
        In the order in which they ran.
    wish : Wish
    what : str
        Who holds them, for errors: ``the MLflow runs``.
    notices : sequence of str
        What was noticed while they were read.

    Returns
    -------
    TuningTables
        Only completed runs have a value of the objective; the last one of the others is in a
        column ``… (last reported)``. Parameters with one value in all runs stay in the trials, and
        are no hyperparameters unless the wish names them.

    Raises
    ------
    InputError
        If there are no runs, no such metric or parameter, or the direction isn't given.
    """
    if not runs:
        raise InputError(f"There is no trial in {what}. Pass one in which something ran.")
    told = list(notices)
    runs = [_without_halves(run) for run in runs]
    metric = _choose_metric(runs, wish.objective, what)
    if wish.direction not in ("Maximize", "Minimize"):
        given = "" if wish.direction is None else f"direction is {wish.direction!r}. "
        raise InputError(
            f"{given}Which values of {metric!r} are better isn't said in {what}. Pass "
            "direction='Maximize' or 'Minimize'."
        )
    names = _name_apart(runs)
    columns: dict[str, Any] = {
        "TuningJobName": [run.job for run in runs],
        "TrainingJobName": names,
        "TrainingJobStatus": [run.status for run in runs],
    }
    columns |= _times_and_reasons(runs)
    columns |= _metric_columns(runs, metric)
    params = read_params([run.params for run in runs], told)
    hyperparameters = choose_hyperparameters(params, wish.hyperparameters, what, told)
    for one in hyperparameters:
        columns[one.column] = params[one.column.removeprefix(PREFIX)]
    drawn = {one.column.removeprefix(PREFIX) for one in hyperparameters}
    for name, values in params.items():
        if name not in drawn:
            taken = name in columns or name in TRIAL_COLUMNS
            columns[f"{name} (parameter)" if taken else name] = values
    for name in dict.fromkeys(name for run in runs for name in run.others):
        values = pd.Series([run.others.get(name) for run in runs], dtype=object)
        columns[f"{name} (other)" if name in columns else name] = values
    tables = tidy_frame(
        pd.DataFrame(columns),
        objective=metric,
        direction=wish.direction,
        hyperparameters=hyperparameters,
        job_column="TuningJobName",
    )
    curves = _join_curves(runs, names, told)
    return replace(tables, metrics=curves, notices=tuple(dict.fromkeys([*told, *tables.notices])))


def flatten(nested: Mapping[Any, Any], sign: str) -> dict[str, Any]:
    """Return ``{"a": {"b": 1}}`` as ``{"a/b": 1}``, with the sign given between; lists stay."""
    flat: dict[str, Any] = {}
    waiting = [("", nested)]
    while waiting:  # not recursive: a file may be nested deeper than Python's stack
        before, mapping = waiting.pop()
        for key, value in mapping.items():
            name = f"{before}{key}"
            if isinstance(value, Mapping) and value:
                waiting.append((f"{name}{sign}", value))
            else:
                flat[name] = value
    return flat


def read_number(value: Any) -> float | None:
    """Return a metric's value, a number or its text; None for what is none."""
    if value is None or isinstance(value, list | Mapping):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
    except OverflowError:  # a whole number of hundreds of digits, which JSON can hold
        return math.inf if value > 0 else -math.inf


def _without_halves(run: Run) -> Run:
    """Write halves of surrogate pairs, which JSON can hold and no table."""
    texts = {
        name: getattr(run, name)
        for name in ("job", "name", "failure", "params", "metrics", "others")
    }
    return replace(run, **write_halves(texts)) if has_halves(texts) else run


def _choose_metric(runs: Sequence[Run], asked: str | int | None, what: str) -> str:
    known = dict.fromkeys(name for run in runs for name in run.metrics)
    if asked is None and len(known) == 1:
        return next(iter(known))
    name = write_halves(str(asked))
    if asked is not None and name in known:
        return name
    columns = dict.fromkeys(name for run in runs for name in (*run.params, *run.others))
    hint = f"Pass objective= one of {join_choices(known)}" if known else "Log one in each of them"
    if asked is not None and name in columns:
        values = [{**run.params, **run.others}.get(name) for run in runs]
        wrong = [one for one in values if one not in (None, "") and read_number(one) is None]
        why = f"is no number: {wrong[0]!r:.80}" if wrong else "is no metric, or has no value"
        raise InputError(f"{name!r} in {what} {why}. {hint}.")
    if not known:
        has = f" It has {join_choices(columns, 5)}." if columns else ""
        raise InputError(f"There is no metric in {what}.{has} {hint}.")
    said = "Several metrics are" if asked is None else f"There is no metric {asked!r}"
    raise InputError(f"{said} in {what}. Pass objective= one of {join_choices(known)}.")


def _name_apart(runs: Sequence[Run]) -> list[str]:
    """Return the runs' names, with a number after those that were there before."""
    seen: Counter[str] = Counter()
    names = []
    for run in runs:
        name = run.name
        while seen[name]:
            seen[run.name] += 1
            name = f"{run.name} ({seen[run.name]})"
        seen[name] += 1
        names.append(name)
    return names


def _times_and_reasons(runs: Sequence[Run]) -> dict[str, Any]:
    """Return the fixed columns of which anything is known."""
    found: dict[str, list[Any]] = {
        "TrainingStartTime": [read_time(run.start) for run in runs],
        "TrainingEndTime": [read_time(run.end) for run in runs],
        "TrainingElapsedTimeSeconds": [run.seconds for run in runs],
        "FailureReason": [run.failure for run in runs],
    }
    return {
        name: pd.Series(values, dtype=object)
        for name, values in found.items()
        if any(value is not None for value in values)
    }


def read_time(value: Any) -> pd.Timestamp | None:
    """Return a time in UTC; None for what is missing or none."""
    try:
        time = pd.Timestamp(value)
    except (TypeError, ValueError):
        return None
    if pd.isna(time):
        return None
    return time.tz_localize("UTC") if time.tzinfo is None else time.tz_convert("UTC")


def from_epoch(value: float, unit: Literal["s", "ms"]) -> pd.Timestamp | None:
    """Return the time so many seconds or milliseconds after 1970; None for what is none."""
    try:
        return pd.Timestamp(value, unit=unit, tz="UTC")
    except (TypeError, ValueError, OverflowError):
        return None


def _metric_columns(runs: Sequence[Run], objective: str) -> dict[str, pd.Series]:
    columns: dict[str, pd.Series] = {}
    completed = [run.status == "Completed" for run in runs]
    for name in dict.fromkeys(name for run in runs for name in run.metrics):
        values = pd.Series([read_number(run.metrics.get(name)) for run in runs], dtype="float64")
        if name == objective:
            columns[name] = values.where(completed)
            last = values.mask(completed)
            if last.notna().any():
                columns[f"{name} (last reported)"] = last
        else:
            columns[f"{name} (metric)" if name in TRIAL_COLUMNS else name] = values
    return columns


def _join_curves(runs: Sequence[Run], names: Sequence[str], notices: list[str]) -> pd.DataFrame:
    """Return the curves as ``metrics``, without what can't be drawn."""
    rows = [
        (name, "", point.metric, point.time, point.seconds, point.value)
        for run, name in zip(runs, names, strict=True)
        for point in run.curve
    ]
    finite = [row for row in rows if math.isfinite(row[5])]
    if len(finite) < len(rows):
        notices.append(
            f"{plural(len(rows) - len(finite), 'point')} of metrics over time "
            f"{'is' if len(rows) - len(finite) == 1 else 'are'} no finite number: left out."
        )
    if not finite:
        return empty_metrics()
    frame = pd.DataFrame(finite, columns=list(METRIC_COLUMNS))
    frame["Timestamp"] = pd.to_datetime(frame["Timestamp"], utc=True)
    return frame.astype({name: column.dtype for name, column in METRIC_COLUMNS.items()})
