"""The axes of parallel coordinates: which there are, where they put a trial, how they look.

Where an axis stands is no number of the specification, but follows from signals: a page lets its
reader put the axes into another order, hide some and change the chart's size.
"""

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
from amtviz.grammar.theme import WIDE

LINES_BACKGROUND = 200  # more are a sample: a thousand lines are one grey patch
LINES_SELECTED = 150  # more coloured lines can't be told apart: the best are drawn
_ORDERS = {
    "explains": "The most important hyperparameter stands left.",
    "reaches": "What most decides about reaching the best tenth stands left.",
    "declared": "Hyperparameters as declared: no ranking can be trusted yet.",
}
WIDTH = WIDE - 60  # pixels; which end is better stands beside
HEIGHT = 260  # pixels of the lines
BELOW = 20  # pixels from the axes' ends to where a trial without a value crosses
STRIP = 22  # pixels across: what a mouse can hit
ORDER = "axis_order"  # the signal that holds the axes that are shown, from the left
_CHARACTER = 6.5  # pixels of a letter in an axis' title


def axis_parameters(
    axes: Sequence[Axis], width: str, height: str
) -> tuple[alt.VariableParameter, ...]:
    """Return the signals that say where each axis stands.

    Parameters
    ----------
    axes : sequence of Axis
        In the order in which the chart begins.
    width, height : str
        Pixels of the lines, as expressions.

    Returns
    -------
    tuple of altair.VariableParameter
        ``axis_order`` (places in ``axes``, from the left; the others are hidden),
        ``parallel_width`` and ``parallel_height`` (pixels), ``axis_height`` (of an axis),
        ``axis_step`` (from one to the next), ``axis_places`` (from the left), ``title_rows`` and
        ``title_widths`` (of each axis).
    """
    widths = [len(axis.title) * _CHARACTER for axis in axes]
    places = ", ".join(f"{STRIP / 2} + {slot} * axis_step" for slot in range(len(axes)))
    expressions = {
        "parallel_width": width,
        "parallel_height": height,
        "axis_height": f"parallel_height - {BELOW}",
        "axis_step": f"(parallel_width - {STRIP}) / max(1, length({ORDER}) - 1)",
        "axis_places": f"[{places}]",
        "title_rows": f"{max(widths)} > axis_step - 10 ? 2 : 1",
        "title_widths": str(widths),
    }
    order = alt.VariableParameter(name=ORDER, value=list(range(len(axes))))
    return (order, *(alt.VariableParameter(name=n, expr=e) for n, e in expressions.items()))


def path_expressions(axes: Sequence[Axis]) -> dict[str, str]:
    """Write a trial's line as expressions: ``h``, its height on each axis, and ``l``, an SVG path.

    One mark per trial with its own shape is drawn several times faster than a line through rows
    that are folded at each brush, and answers the pointer along its whole length.

    Parameters
    ----------
    axes : sequence of Axis

    Returns
    -------
    dict of str to str
        Pixels, from the top.
    """
    corners = [
        f"(length({ORDER}) > {slot} ? "
        f"'{'L' if slot else 'M'}' + axis_places[{slot}] + ',' + datum.h[{ORDER}[{slot}]] : '')"
        for slot in range(len(axes))
    ]
    return {
        "h": f"[{', '.join(height_expression(axis) for axis in axes)}]",
        # the move stretches the mark's box, so that a level line has one as well
        "l": f"'M0,0M0,' + parallel_height + {' + '.join(corners)}",
    }


def height_expression(axis: Axis) -> str:
    """Write where a trial crosses an axis, in tenths of pixels from the lines' top."""
    field = f"datum.{axis.field}"
    value = axis.strip_expr() if axis.kind == "category" else field
    place = f"round(10 * axis_height * (1 - {axis.share_expr(value)})) / 10"
    missing = axis.nulls or axis.field == "y"
    return f"(isValid({field}) ? {place} : parallel_height)" if missing else f"({place})"


def tell_axis(axis: Axis) -> dict[str, Any]:
    """Tell a page's script what `height_expression` says.

    Parameters
    ----------
    axis : Axis

    Returns
    -------
    dict
        ``f`` (the column), ``spread`` (whether it is a category's place), ``low`` and ``high``
        (both ends), ``log``, ``free`` (then it is as the switch says), and ``edges`` where values
        beyond the ends are drawn.
    """
    return {
        "f": axis.field,
        "spread": axis.kind == "category",
        "low": axis.domain[0],
        "high": axis.domain[1],
        "log": axis.is_log,
        "free": axis.switched,
        "edges": list(axis.edges) if axis.beyond else None,
    }


def draw_strip(context: ChartContext, axis: Axis) -> alt.LayerChart:
    """Lay a narrow view over an axis, which carries its brush in the column's own units."""
    height = context.stretch.height(HEIGHT) - BELOW
    y = axis.channel(alt.Y, title=None, axis=None)
    # a layer of one: Altair renames single charts in a grid, and the view's name is fixed
    layers = {"anchor": draw_anchor(context, alt.Undefined, y)}
    return lay(f"parallel_axis_{axis.field}", layers, width=STRIP, height=height)


def axis_rows(axes: Sequence[Axis]) -> list[dict[str, Any]]:
    """Return a row for each axis: what a page needs to know to let a reader drag along it.

    Parameters
    ----------
    axes : sequence of Axis

    Returns
    -------
    list of dict
        ``g`` (its place), ``f`` (the column), ``n`` (title), ``low`` and ``high`` (both ends, in
        the field's units), ``log``, and ``free`` (then it is as the switch says).
    """
    return [
        {
            "g": place,
            "f": axis.field,
            "n": axis.title,
            "low": axis.domain[0],
            "high": axis.domain[1],
            "log": axis.is_log,
            "free": axis.switched,
        }
        for place, axis in enumerate(axes)
    ]


def sample_test(count: int) -> str:
    """Write which of that many trials the background draws, as an expression."""
    return f"datum.i * {GOLDEN!r} % 1 < {LINES_BACKGROUND / count!r}"


def sample_size(count: int) -> int:
    """Count the trials that `sample_test` lets through."""
    return int((np.arange(count) * GOLDEN % 1 < LINES_BACKGROUND / count).sum())


def describe_panel(facts: Facts, *, moves: bool) -> list[str]:
    """Say how to select, in which order the axes stand, and what isn't drawn.

    Parameters
    ----------
    facts : Facts
    moves : bool
        Whether a reader puts the axes into another order.

    Returns
    -------
    list of str
        One line or two.
    """
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
    title = ", its title to move it" if moves else ""
    first = f"Drag up or down an axis to select{title}; double-click clears. {_ORDERS[shown.order]}"
    return [first, " ".join(drawn)] if drawn else [first]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
