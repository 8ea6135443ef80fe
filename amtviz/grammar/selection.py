"""What a reader's selections mean, in Python: which trials they hold, and which ranges."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from amtviz.grammar.axes import JITTER, Axis
from amtviz.grammar.context import ChartContext
from amtviz.grammar.tables import start_times
from amtviz.model import Hyperparameter

Selections = Mapping[str, Mapping[str, Any]]

_DIGITS = 2  # of a range's width, beyond its first, that its ends are rounded to


def select_trials(context: ChartContext, selections: Selections) -> pd.DataFrame:
    """Give the trials that lie inside every brush and whose tuning job is chosen.

    It is what `ChartContext.selected` says to the browser.

    Parameters
    ----------
    context : ChartContext
    selections : mapping
        As Vega has them: ``{"b_p0": {"p0": [low, high]}, "legend": {"j": [0, 2]}}``, brushes of
        panels (``b_``) and of axes (``c_``) in the units of the axis; empty ones select nothing.

    Returns
    -------
    pandas.DataFrame
        Rows of ``data.trials`` in their order, all columns.
    """
    frame = context.frame
    inside = np.ones(len(frame), dtype=bool)
    for field, low, high in read_brushes(context, selections):
        places = frame[field].to_numpy(float, na_value=np.nan)
        low, high = _touching(context.axes[field], low, high)
        inside &= (places >= low) & (places <= high)
    jobs = (selections.get("legend") or {}).get("j")
    if jobs:
        inside &= frame["j"].isin(jobs).to_numpy()
    trials = context.data.trials
    chosen = start_times(trials).index[inside]
    return trials[trials.index.isin(chosen)]


def narrow_ranges(context: ChartContext, selections: Selections) -> list[Hyperparameter]:
    """Give each hyperparameter that is brushed, with the range that its brushes leave.

    Parameters
    ----------
    context : ChartContext
    selections : mapping
        As in `select_trials`.

    Returns
    -------
    list of Hyperparameter
        In the order of ``data.hyperparameters``. Ends lie within the declared range or the
        values that were tried, on integers for integers, and else at round numbers just outside
        of the brush. One whose brushes leave no category, or don't overlap, is left out.
    """
    ends: dict[str, tuple[float, float]] = {}
    for field, low, high in read_brushes(context, selections):
        before = ends.get(field, (-math.inf, math.inf))
        ends[field] = max(low, before[0]), min(high, before[1])
    narrowed = []
    for place, hyperparameter in enumerate(context.data.hyperparameters):
        field = f"p{place}"
        if field in ends and ends[field][0] <= ends[field][1]:
            column = context.data.trials[hyperparameter.column]
            found = _narrow(hyperparameter, context.axes[field], *ends[field], column)
            narrowed += [] if found is None else [found]
    return narrowed


def read_brushes(
    context: ChartContext, selections: Selections
) -> Iterator[tuple[str, float, float]]:
    """Yield field, low and high of every brush that isn't empty.

    Parameters
    ----------
    context : ChartContext
    selections : mapping
        As in `select_trials`.
    """
    for name, value in selections.items():
        family, _, field = name.partition("_")
        extent: Sequence[float] | None = (value or {}).get(field)
        if family in ("b", "c") and field in context.axes and extent:
            yield field, min(extent), max(extent)  # whichever end the drag began at


def brush_of(axis: Axis, chosen: Any) -> tuple[float, float]:
    """Give the brush that selects values or a range, in the units of an axis.

    Parameters
    ----------
    axis : Axis
    chosen : pair of numbers, or iterable of str
        Lowest and highest value; of a category, names that stand side by side on the axis.

    Raises
    ------
    ValueError
        If it isn't such: the message says what it should be.
    """
    if axis.kind == "category":
        names = [chosen] if isinstance(chosen, str) else [str(name) for name in chosen]
        places = sorted(axis.labels.index(name) for name in names if name in axis.labels)
        unknown = [name for name in names if name not in axis.labels]
        if unknown or not places or places[-1] - places[0] >= len(set(places)):
            raise ValueError(f"one or more neighbours of {', '.join(map(repr, axis.labels))}")
        return places[0] - JITTER, places[-1] + JITTER
    try:
        low, high = sorted(map(float, chosen))
    except (TypeError, ValueError):
        low = high = math.nan
    if not math.isfinite(high - low):
        raise ValueError("the lowest and the highest value, as in (0.1, 0.5)")
    if axis.kind == "reverse-log":
        if high >= 1:
            raise ValueError("a lowest and a highest value below 1")
        low, high = -math.log10(1 - low), -math.log10(1 - high)
    return low, high


def _touching(axis: Axis, low: float, high: float) -> tuple[float, float]:
    """Widen a brush on categories: touching a strip of points takes the whole category."""
    beside = JITTER if axis.kind == "category" else 0
    return low - beside, high + beside


def _narrow(
    hyperparameter: Hyperparameter, axis: Axis, low: float, high: float, values: pd.Series
) -> Hyperparameter | None:
    if hyperparameter.kind == "categorical":
        low, high = _touching(axis, low, high)
        names = {name for place, name in enumerate(axis.labels) if low <= place <= high}
        order = dict.fromkeys([*hyperparameter.values, *axis.labels])
        kept = tuple(name for name in order if name in names)
        return replace(hyperparameter, values=kept) if kept else None
    ends = _outside(axis, low, high)
    if hyperparameter.kind == "integer":
        ends = _whole(axis, low, high)
    least, most = _limits(hyperparameter, values)
    number = int if hyperparameter.kind == "integer" else float
    low, high = (number(min(max(end, least), most)) for end in ends)
    return replace(hyperparameter, low=low, high=high)


def _outside(axis: Axis, low: float, high: float) -> tuple[float, float]:
    """Give the round numbers just outside of a brush."""
    if axis.kind == "reverse-log":
        beyond = _round_up(10**-low, 10**-low), _round_down(10**-high, 10**-high)
        return round(1 - beyond[0], 15), round(1 - beyond[1], 15)
    sizes = (low, high) if axis.is_log else (high - low, high - low)
    return _round_down(low, sizes[0]), _round_up(high, sizes[1])


def _whole(axis: Axis, low: float, high: float) -> tuple[float, float]:
    """Give the integers in a brush; those beside it where it is between two."""
    if axis.kind == "reverse-log":
        low, high = 1 - 10**-low, 1 - 10**-high
    first, last = math.ceil(low), math.floor(high)
    return (first, last) if first <= last else (last, first)


def _limits(hyperparameter: Hyperparameter, values: pd.Series) -> tuple[float, float]:
    """Give the ends beyond which an axis has only its margin."""
    ends: Iterable[Any] = [hyperparameter.low, hyperparameter.high, *values.dropna()]
    finite = [end for end in ends if end is not None and math.isfinite(end)]
    return min(finite, default=-math.inf), max(finite, default=math.inf)


def _round_down(value: float, size: float) -> float:
    """Round to a few digits of a size, never up."""
    return _rounded(value, size, math.floor)


def _round_up(value: float, size: float) -> float:
    """Round to a few digits of a size, never down."""
    return _rounded(value, size, math.ceil)


def _rounded(value: float, size: float, towards: Any) -> float:
    if not size > 0:
        return value
    digits = _DIGITS - math.floor(math.log10(size))
    scaled = value * 10.0 ** min(digits, 308)
    if not math.isfinite(scaled) or abs(digits) > 300:  # 10**309 is no float
        return value
    nearest = round(scaled)  # what a float just misses is no reason for another step
    whole = nearest if math.isclose(scaled, nearest, rel_tol=1e-12) else towards(scaled)
    return whole / 10.0**digits if digits >= 0 else float(whole * 10**-digits)
