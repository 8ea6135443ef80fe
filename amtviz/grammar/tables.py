"""The trials as the browser gets them: safe column ids, numbers on axes, JSON-able rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.best_so_far import rank_trials
from amtviz.analysis.slots import assign_slots
from amtviz.grammar.axes import (
    GOLDEN,
    JITTER,
    Axis,
    category_axis,
    hyperparameter_axis,
    integer_axis,
    measured_axis,
    number_axis,
    time_axis,
)
from amtviz.grammar.switch import can_switch
from amtviz.grammar.theme import INFEASIBLE, STATUS_SHAPES, job_shape
from amtviz.model import CUT_OFF_STATUSES, TuningTables
from amtviz.texts import list_distinct
from amtviz.wording.names import shared_prefix, short_names, without_times
from amtviz.wording.statuses import RUNNING_STATUSES

_EXACT_INTEGER = 2**53  # larger ones lose digits as JavaScript numbers
_ALL_DIGITS = 17  # of a float
_IDLE_SHARE = 0.35  # past that share of idle time, the trials' order is drawn instead of the time


class SharedData(alt.NamedData):
    """Rows that are embedded once in a chart's ``datasets``, however many layers draw them."""

    def __init__(self, name: str, rows: list[dict[str, Any]]) -> None:
        super().__init__(name=name)
        object.__setattr__(self, "_rows", rows)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows themselves, not to be changed."""
        rows: list[dict[str, Any]] = self._rows
        return rows

    def __deepcopy__(self, memo: Any = None) -> SharedData:
        return self  # rows are never changed, and copying them for every layer is slow

    def copy(self, deep: Any = True, ignore: Any = None) -> SharedData:
        """Return itself: the rows are never changed."""
        return self

    def to_dict(
        self,
        validate: bool = True,
        *,
        ignore: list[str] | None = None,
        context: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Name the dataset here and put its rows at the top of the chart."""
        if context is not None:
            context.setdefault("datasets", {})[self._kwds["name"]] = self._rows
        return {"name": self._kwds["name"]}


@dataclass(frozen=True, eq=False)
class OwnColumn:
    """A column that a chart adds to the trials, to be drawn and brushed as others are.

    Attributes
    ----------
    title : str
    values : pandas.Series
        By the index of ``TuningData.trials``: text is a category, numbers are measured.
    names : tuple of str
        Categories that its axis has, whether or not a trial has them.
    listed : bool
        Whether the table of trials has it.
    """

    title: str
    values: pd.Series
    names: tuple[str, ...] = ()
    listed: bool = False


def to_rows(frame: pd.DataFrame, exact: Collection[str] = ()) -> list[dict[str, Any]]:
    """Convert a table to JSON-able rows: missing is null, times are milliseconds.

    Parameters
    ----------
    frame : pandas.DataFrame
    exact : collection of str
        Columns that keep every digit; others keep those that a screen can show.

    Returns
    -------
    list of dict
    """
    columns = []
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_float_dtype(values):
            values = values.astype("float64")
            digits = _ALL_DIGITS if name in exact else _digits(values)
            columns.append([_short(v, digits) if np.isfinite(v) else None for v in values.tolist()])
        else:
            columns.append(values.astype(object).where(values.notna(), None).tolist())
    names = list(frame.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _digits(values: pd.Series) -> int:
    """Return the digits that place values on an axis: more where large ones differ little."""
    finite = values[np.isfinite(values)]
    spread = finite.max() - finite.min()
    if not spread > 0:
        return 9
    return int(np.clip(np.ceil(7 + np.log10(finite.abs().max() / spread)), 9, _ALL_DIGITS))


def _short(value: float, digits: int) -> float | int:
    """Drop digits that no screen shows; times in milliseconds and other integers stay whole."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.{digits}g}")


def build_tables(
    data: TuningTables, own: Mapping[str, OwnColumn] | None = None
) -> tuple[pd.DataFrame, dict[str, Axis]]:
    """Return the trials under safe column ids, and the axis of every column that can be drawn.

    Parameters
    ----------
    data : TuningTables
    own : mapping of str to OwnColumn, optional
        What charts add, by safe ids.

    Returns
    -------
    frame : pandas.DataFrame
        In the order of start. Columns ``i`` (its number), ``j`` (tuning job's number), ``a``
        (training job), ``y`` (objective), ``k`` (rank), ``t`` (start, milliseconds since 1970) or
        ``o`` (order of start), ``p0``… (hyperparameters, as places on their axes), ``p0s``… (the
        same in words where a number would lose digits), ``s`` (status), ``sd`` (what
        that doesn't say), ``df`` (of several algorithms), ``m`` (shape), ``x``
        (place within a category's strip), ``c`` (start), ``e`` (seconds), ``f`` (failure reason),
        ``star`` and ``note`` (if any has one), ``w`` (parallel slot) and, if any waited, ``v``
        (milliseconds from creation to start).
    axes : dict of str to Axis
    """
    start = start_times(data.trials)
    trials = data.trials.loc[start.index]
    names = data.job_names
    objective = trials[data.objective.metric_name].astype("float64")
    ranks = rank_trials(trials, data.objective)
    frame = pd.DataFrame(
        {
            "j": trials["TuningJobName"].map({n: i for i, n in enumerate(names)}).to_numpy(),
            "a": trials["TrainingJobName"].to_numpy(object),
            "y": objective.where(np.isfinite(objective)).to_numpy(),
            "k": ranks.astype("Float64").to_numpy(float, na_value=np.nan),
        }
    )
    frame.insert(0, "i", range(len(frame)))
    axes = {
        "y": number_axis(
            data.objective.metric_name,
            frame["y"],
            "y",
            data.objective.worse,
            switched=can_switch(frame["y"].min(), frame["y"].max()),
        ),
        "k": integer_axis("rank, best first", frame["k"], "k"),
    }
    if start.notna().all() and len(start) and not _mostly_idle(trials, start):
        frame["t"] = milliseconds(start).to_numpy()
        axes["t"] = time_axis("start time (UTC)", frame["t"], "t")
    else:
        frame["o"] = np.arange(1, len(frame) + 1)
        axes["o"] = integer_axis("trial, in order of start", frame["o"], "o")
    for number, hyperparameter in enumerate(data.hyperparameters):
        name = f"p{number}"
        values = trials[hyperparameter.column].reset_index(drop=True)
        axes[name], numbers = hyperparameter_axis(hyperparameter, values, name)
        frame[name] = numbers.to_numpy(float)
        exact = hyperparameter.kind == "integer" and (values.abs() > _EXACT_INTEGER).any()
        if exact or axes[name].kind == "reverse-log":
            frame[f"{name}s"] = values.astype("string").to_numpy(object)
    _add_jobs_and_statuses(frame, axes, trials, names)
    _add_slots(frame, trials, data)
    for name, column in (own or {}).items():
        values = column.values.loc[start.index].reset_index(drop=True)
        if pd.api.types.is_numeric_dtype(values):
            axes[name], frame[name] = measured_axis(column.title, values, name)
        else:
            axes[name], frame[name] = category_axis(column.title, values, name, column.names)
    return frame, axes


def _add_slots(frame: pd.DataFrame, trials: pd.DataFrame, data: TuningTables) -> None:
    running = trials["TrainingJobStatus"].isin(RUNNING_STATUSES).fillna(False)
    ends = frame["e"].notna() | (running.to_numpy(bool) & (data.fetched_at is not None))
    slots = assign_slots(trials, data.fetched_at, data.jobs).astype("Float64")
    frame["w"] = slots.to_numpy(float, na_value=np.nan)
    frame["w"] = frame["w"].where(frame["c"].notna() & ends)
    waits = milliseconds(trials["TrainingStartTime"]) - milliseconds(trials["CreationTime"])
    waits = waits.to_numpy(float, na_value=np.nan)
    if (waits >= 1000).any():  # less is no time on any axis
        frame["v"] = np.where(waits >= 1000, waits, 0)


def start_times(trials: pd.DataFrame) -> pd.Series:
    """Return when each trial started (was created, if it never did), in the order of that."""
    start = trials["TrainingStartTime"].fillna(trials["CreationTime"])
    return start.sort_values(kind="stable")


def _add_jobs_and_statuses(
    frame: pd.DataFrame, axes: dict[str, Axis], trials: pd.DataFrame, names: Sequence[str]
) -> None:
    algorithm = trials["TrainingJobDefinitionName"].reset_index(drop=True).replace("", pd.NA)
    if len(list_distinct(algorithm)) > 1:
        axes["df"], frame["df"] = category_axis("algorithm", algorithm, "df")
    frame["sd"] = _details(trials)
    status = trials["TrainingJobStatus"].reset_index(drop=True).fillna("Unknown")
    shared = shared_prefix(without_times(names))
    title = f"tuning job ({shared}…)" if shared else "tuning job"
    labels = tuple(short_names(names).values())
    axes["j"] = Axis("j", title, "category", (-0.5, max(1, len(names)) - 0.5), labels)
    axes["s"], frame["s"] = category_axis("status", status, "s")
    frame["m"] = [
        STATUS_SHAPES.get(d, STATUS_SHAPES.get(s, job_shape(j)))
        for j, s, d in zip(frame["j"], status, frame["sd"], strict=True)
    ]
    # neighbours stand apart on a category's strip
    spread = (np.arange(len(frame)) * GOLDEN) % 1
    frame["x"] = np.round((spread - 0.5) * 2 * JITTER, 3)
    elapsed, start = trials["TrainingElapsedTimeSeconds"], trials["TrainingStartTime"]
    frame["e"] = elapsed.to_numpy(float)
    frame["c"] = milliseconds(start).to_numpy()
    frame["f"] = trials["FailureReason"].to_numpy(object)
    if trials["Star"].fillna(False).any():
        frame["star"] = ["★" if star else None for star in trials["Star"].fillna(False)]
    if trials["Note"].notna().any():
        frame["note"] = trials["Note"].to_numpy(object)


def _details(trials: pd.DataFrame) -> list[str | None]:
    """Return what a trial's status doesn't say: a limit ended it, or it broke a constraint."""
    secondary = trials["SecondaryStatus"]
    details = secondary.where(secondary.isin(CUT_OFF_STATUSES)).astype(object)
    if "Feasible" in trials:
        details = details.mask(trials["Feasible"].eq(False).fillna(False).astype(bool), INFEASIBLE)
    return [None if pd.isna(detail) else str(detail) for detail in details]


def milliseconds(times: pd.Series) -> pd.Series:
    """Count the whole milliseconds since 1970-01-01 UTC."""
    return ((times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(milliseconds=1)).round()


def _mostly_idle(trials: pd.DataFrame, start: pd.Series) -> bool:
    """Whether gaps between tuning jobs would leave most of a time axis empty."""
    end = trials["TrainingEndTime"].fillna(start)
    gaps = (start.shift(-1) - end.cummax()).dt.total_seconds()
    span = (max(end.max(), start.max()) - start.min()).total_seconds()
    idle = gaps.clip(lower=0)
    return bool(span > 0 and idle.max() > _IDLE_SHARE * span)
