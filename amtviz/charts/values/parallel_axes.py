"""The axes of parallel coordinates: which there are, where they put a trial, how they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import numpy as np

from amtviz.charts.importance.importance import importance_of
from amtviz.grammar.axes import Axis
from amtviz.grammar.context import ChartContext
from amtviz.grammar.scatter import draw_anchor

MOST_AXES = 12  # hyperparameters: more axes leave no room for their labels
HEIGHT = 240  # pixels of an axis
UNSET = HEIGHT + 20  # where a trial without a value crosses, in pixels from the top
STRIP = 22  # pixels across: what a mouse can hit
_LABEL = 13  # pixels of a category's name
_TICKS = 6  # at most about that many


@dataclass(frozen=True)
class ShownAxes:
    """Which columns have an axis.

    Attributes
    ----------
    fields : tuple of str
        Hyperparameters, most important first.
    order : {"explains", "reaches", "declared"}
        What gave the order: the first measure of importance that can be trusted, if one can.
    constant, left_out : int
        How many hyperparameters have no axis: every trial had the same value; too many.
    """

    fields: tuple[str, ...]
    order: Literal["explains", "reaches", "declared"]
    constant: int
    left_out: int


def shown_axes(context: ChartContext) -> ShownAxes:
    """Choose the hyperparameters to draw, once."""
    found: ShownAxes = context.once("parallel axes", lambda: _choose(context))
    return found


def _choose(context: ChartContext) -> ShownAxes:
    names = [h.name for h in context.data.hyperparameters]
    found = importance_of(context)
    places = {name: place for place, name in enumerate(found.ranking)}
    in_order = sorted(range(len(names)), key=lambda p: places.get(names[p], len(names)))
    fields = [f"p{place}" for place in in_order]
    varied = [name for name in fields if context.frame[name].nunique(dropna=False) > 1]
    kept = varied or fields  # of a single trial, everything is constant
    constant, left_out = len(fields) - len(kept), len(kept[MOST_AXES:])
    order: Any = "declared"
    if places:
        order = "explains" if found.explains_trusted else "reaches"
    return ShownAxes(tuple(kept[:MOST_AXES]), order, constant, left_out)


def path_expression(axes: Sequence[Axis], places: Sequence[float]) -> str:
    """Write a trial's line as an expression that gives an SVG path, in pixels.

    One mark per trial with its own shape is drawn several times faster than a line through rows
    that are folded at each brush, and answers the pointer along its whole length.

    Parameters
    ----------
    axes : sequence of Axis
    places : sequence of float
        Where each axis stands, in pixels from the left.

    Returns
    -------
    str
    """
    corners = [
        f"'{'L' if nth else 'M'}{x:.1f},' + {height_expression(axis)}"
        for nth, (axis, x) in enumerate(zip(axes, places, strict=True))
    ]
    # the move stretches the mark's box, so that a level line has one as well
    return f"'M0,0M0,{UNSET}' + {' + '.join(corners)}"


def height_expression(axis: Axis) -> str:
    """Write where a trial crosses an axis, in tenths of pixels from its top."""
    value = f"datum.{axis.field}"
    if axis.kind == "category":
        value = f"{value} + datum.x"  # spread over the category's strip
    elif axis.is_log:
        value = f"log({value}) / LN10"
    low, high = axis.unit_domain
    place = f"round({10 * HEIGHT} - ({value} - {low!r}) * {10 * HEIGHT / (high - low)!r}) / 10"
    missing = axis.nulls or axis.field == "y"
    return f"(isValid(datum.{axis.field}) ? {place} : {UNSET})" if missing else f"({place})"


def draw_strip(context: ChartContext, axis: Axis) -> alt.LayerChart | alt.FacetChart:
    """Lay a narrow view over an axis, which carries its brush in the column's own units."""
    y = axis.channel(alt.Y, title=None, axis=None)
    anchor = draw_anchor(context, alt.Undefined, y, "").properties(name=f"strip_{axis.field}_")
    # a layer of one: Altair renames single charts in a grid, and the view's name is fixed
    name = f"parallel_axis_{axis.field}"
    return alt.layer(anchor, name=name, width=STRIP, height=HEIGHT)


def label_rows(axes: Sequence[Axis], places: Sequence[float]) -> list[dict[str, Any]]:
    """Give the ticks of all axes: ``x`` and ``y`` in pixels, ``value``, and ``g``, which axis."""
    return [
        {"x": x, "y": y, "value": value, "g": nth}
        for nth, (axis, x) in enumerate(zip(axes, places, strict=True))
        for value, y in zip(*_ticks(axis), strict=True)
    ]


def label_expression(axes: Sequence[Axis]) -> str:
    """Write a tick's label as an expression: as every panel writes the same column."""
    written = []
    for axis in axes:
        options = axis.axis().to_dict(validate=False)
        written.append(options.get("labelExpr") or f"format(datum.value, '{options['format']}')")
    return f"[{', '.join(written)}][datum.g]"


def _ticks(axis: Axis) -> tuple[list[float], list[float]]:
    """Choose an axis' ticks: values in the field's units, and pixels from the top."""
    low, high = axis.unit_domain
    values = _tick_values(axis)
    pixels = HEIGHT - (axis.unit(values) - low) / (high - low) * HEIGHT
    return [float(v) for v in values], [round(float(p), 1) for p in pixels]


def _tick_values(axis: Axis) -> Any:
    if axis.kind == "category":
        step = -(-len(axis.labels) * _LABEL // HEIGHT)
        return np.arange(0, len(axis.labels), step, dtype=float)
    low, high = axis.domain
    if axis.kind == "reverse-log":  # its units are powers of the distance from 1
        steps = _decades(-high, -low)
        if len(steps) <= 2:
            steps = 1 - _round_steps(1 - 10.0**-low, 1 - 10.0**-high, whole=False)
        return -np.log10(steps)
    if axis.is_log:
        steps = _decades(*axis.unit_domain)
        if len(steps) > 2:
            return steps
    return _round_steps(low, high, whole=axis.kind == "integer")


def _decades(low: float, high: float) -> Any:
    """Give the powers of ten between two exponents; of few of those, also 2 and 5 times them."""
    powers = np.arange(np.ceil(low), np.floor(high) + 1)
    if len(powers) > 2:
        return 10.0 ** powers[:: -(-len(powers) // _TICKS)]
    steps = np.outer(10.0 ** np.arange(np.floor(low), high), [1, 2, 5]).ravel()
    return steps[(steps >= 10.0**low) & (steps <= 10.0**high)]


def _round_steps(low: float, high: float, *, whole: bool) -> Any:
    """Give multiples of 1, 2 or 5 times a power of ten."""
    least = (high - low) / _TICKS
    power = 10.0 ** np.floor(np.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    step = max(step, 1.0) if whole else step
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
