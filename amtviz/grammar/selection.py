"""What a reader's selections mean, in Python: which trials they hold, and which ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from amtviz.analysis.scale import name_scaling
from amtviz.grammar.axes import JITTER, Axis
from amtviz.grammar.context import ChartContext
from amtviz.grammar.tables import start_times
from amtviz.model import Hyperparameter

Selections = Mapping[str, Mapping[str, Any]]

Ends = tuple[float, float]

_DIGITS = 3  # of a bound, or of the range's width where that is smaller
_POWERS = 22  # a float is no power of ten past that
_LARGEST = 1e12  # last digits: more of them are left as they are


def select_trials(context: ChartContext, selections: Selections) -> pd.DataFrame:
    """Return the trials that lie inside every brush and whose tuning job is chosen.

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
        axis = context.axes[field]
        if axis.beyond:
            places = np.clip(places, *axis.edges)
        low, high = _touching(axis, low, high)
        inside &= (places >= low) & (places <= high)
    jobs = (selections.get("legend") or {}).get("j")
    if jobs:
        inside &= frame["j"].isin(jobs).to_numpy()
    trials = context.data.trials
    chosen = start_times(trials).index[inside]
    return trials[trials.index.isin(chosen)]


def narrow_ranges(context: ChartContext, selections: Selections) -> list[Hyperparameter]:
    """Return each hyperparameter that is brushed, with the range that its brushes leave.

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
        of the brush. One whose brushes hold no such value, or don't overlap, is left out.
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
    """Return the brush that selects values or a range, in the units of an axis.

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
    ends = narrow_range(
        hyperparameter.kind, axis.kind, (low, high), _limits(hyperparameter, values)
    )
    if ends is None:
        return None
    number = int if hyperparameter.kind == "integer" else float
    scaling = name_scaling(hyperparameter.scaling, axis.kind)
    return replace(hyperparameter, low=number(ends[0]), high=number(ends[1]), scaling=scaling)


def _limits(hyperparameter: Hyperparameter, values: pd.Series) -> Ends:
    """Return the ends beyond which nothing was declared or tried."""
    ends: Iterable[Any] = [hyperparameter.low, hyperparameter.high, *values.dropna()]
    finite = [end for end in ends if end is not None and math.isfinite(end)]
    return min(finite, default=math.inf), max(finite, default=-math.inf)


def narrow_range(kind: str, scale: str, brush: Ends, limits: Ends) -> Ends | None:
    """Clip a brush and round it outward; the page does the same.

    Parameters
    ----------
    kind : {"integer", "continuous"}
    scale : str
        ``"reverse-log"`` if the axis has -log10(1 - value).
    brush : pair of float
        In the units of the axis.
    limits : pair of float
        The smallest and the largest value.

    Returns
    -------
    pair of float or None
        Within the limits, three digits of the brush's width or of the end. None where the brush
        holds no value that may be searched.
    """
    (low, high), (least, most) = brush, limits
    if scale == "reverse-log" and kind != "integer":
        # near 1 it is the distance from 1 whose digits count
        apart = narrow_range(kind, "log", (10**-high, 10**-low), (1 - most, 1 - least))
        if apart is None:
            return None
        low, high = round(1 - apart[1], 15), round(1 - apart[0], 15)
    else:
        if scale == "reverse-log":
            low, high = 1 - 10**-low, 1 - 10**-high
        if kind == "integer":
            low, high = math.ceil(low - 1e-9), math.floor(high + 1e-9)
        low, high = max(low, least), min(high, most)
        if not low <= high:
            return None
        if kind != "integer":
            width = high - low
            low, high = _round_to(low, width, math.floor), _round_to(high, width, math.ceil)
    return max(low, least), min(high, most)


def _round_to(value: float, width: float, towards: Callable[[float], int]) -> float:
    """Round an end to few digits of a range's width or of its own size."""
    size = min(abs(value), width)
    if not size > 0:
        return value
    power = _DIGITS - 1 - math.floor(math.log10(size))
    scaled = value / 10.0**-power if power < 0 else value * 10.0 ** min(power, _POWERS)
    if abs(power) > _POWERS or abs(scaled) > _LARGEST:
        return value
    nearest = round(scaled)
    lost = max(1e-9, 1e-15 * abs(scaled))  # of the last digit, in a float
    whole = nearest if abs(scaled - nearest) <= lost else towards(scaled)
    return whole * 10.0**-power if power < 0 else whole / 10.0**power
