"""The axes of parallel coordinates: which there are, where they put a trial, how they look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from amtviz.findings.facts import Facts
from amtviz.grammar.axes import GOLDEN, Axis
from amtviz.grammar.context import ChartContext
from amtviz.grammar.layers import lay
from amtviz.grammar.scatter import draw_anchor
from amtviz.grammar.ticks import decades, log_ticks, round_steps

LINES_BACKGROUND = 200  # more are a sample: a thousand lines are one grey patch
LINES_SELECTED = 150  # more coloured lines can't be told apart: the best are drawn
_ORDERS = {
    "explains": "The most important hyperparameter stands left.",
    "reaches": "What most decides about reaching the best tenth stands left.",
    "declared": "Hyperparameters as declared: no ranking can be trusted yet.",
}
HEIGHT = 240  # pixels of an axis
UNSET = HEIGHT + 20  # where a trial without a value crosses, in pixels from the top
STRIP = 22  # pixels across: what a mouse can hit
_LABEL = 13  # pixels of a category's name


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
        value = axis.strip_expr()
    value = axis.shown(value)
    if axis.is_log:
        value = f"log({value}) / LN10"
    low, high = axis.unit_domain
    place = f"round({10 * HEIGHT} - ({value} - {low!r}) * {10 * HEIGHT / (high - low)!r}) / 10"
    missing = axis.nulls or axis.field == "y"
    return f"(isValid(datum.{axis.field}) ? {place} : {UNSET})" if missing else f"({place})"


def draw_strip(context: ChartContext, axis: Axis) -> alt.LayerChart:
    """Lay a narrow view over an axis, which carries its brush in the column's own units."""
    y = axis.channel(alt.Y, title=None, axis=None)
    # a layer of one: Altair renames single charts in a grid, and the view's name is fixed
    layers = {"anchor": draw_anchor(context, alt.Undefined, y)}
    return lay(f"parallel_axis_{axis.field}", layers, width=STRIP, height=HEIGHT)


def label_rows(axes: Sequence[Axis], places: Sequence[float]) -> list[dict[str, Any]]:
    """Return the ticks of all axes: ``x`` and ``y`` in pixels, ``value``, and ``g``, which axis."""
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
        steps = decades(-high, -low)
        if len(steps) <= 2:
            steps = 1 - round_steps(1 - 10.0**-low, 1 - 10.0**-high, whole=False)
        return -np.log10(steps)
    if axis.is_log:
        return log_ticks(*axis.unit_domain)
    return round_steps(low, high, whole=axis.kind == "integer")


def sample_test(count: int) -> str:
    """Write which of that many trials the background draws, as an expression."""
    return f"datum.i * {GOLDEN!r} % 1 < {LINES_BACKGROUND / count!r}"


def sample_size(count: int) -> int:
    """Count the trials that `sample_test` lets through."""
    return int((np.arange(count) * GOLDEN % 1 < LINES_BACKGROUND / count).sum())


def describe_panel(facts: Facts) -> list[str]:
    """Say how to select, in which order the axes stand, and what isn't drawn."""
    shown = facts.shown_axes
    count = len(facts.tables.trials)
    drawn = []
    if count > LINES_SELECTED:
        grey = f"all {count:,} trials"
        if count > LINES_BACKGROUND:
            grey = f"{sample_size(count)} of {count:,} trials, evenly taken"
        drawn.append(f"Colour: the {LINES_SELECTED} best of the selected; grey: {grey}.")
    if shown.left_out:
        which = "last declared" if shown.order == "declared" else "least important"
        total = len(facts.tables.hyperparameters)
        drawn.append(f"{shown.left_out} of {total} hyperparameters are left out, the {which}.")
    if shown.constant:
        drawn.append(f"{shown.constant} that never varied {_are(shown.constant)} left out.")
    first = f"Drag up or down an axis to select; double-click clears. {_ORDERS[shown.order]}"
    return [first, " ".join(drawn)] if drawn else [first]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
