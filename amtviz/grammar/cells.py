"""Cells that count marks, where there are too many to draw each."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from amtviz.grammar.axes import Axis

_FAINTEST, _DARKEST = 0.1, 0.9  # opacity of an empty cell, and of the fullest
COUNTED = alt.Opacity("o:Q", scale=None)  # the fuller, the darker: see `opacity_expr`


def count_cells(across: tuple[Any, Any, Any], up: tuple[Any, Any, Any]) -> pd.DataFrame:
    """Count points in the cells of two axes.

    Parameters
    ----------
    across, up : tuple of arrays
        What `Axis.cells` gave for the points' x and y: each one's cell (-1 for none), and both
        ends of every cell.

    Returns
    -------
    pandas.DataFrame
        One row per cell that holds a point. Columns ``x0``, ``x1``, ``y0``, ``y1`` (its ends) and
        ``n`` (points).
    """
    cells = pd.DataFrame({"x": across[0], "y": up[0]})
    cells = cells[(cells["x"] >= 0) & (cells["y"] >= 0)]
    counts = cells.value_counts(sort=False).rename("n").reset_index()
    return pd.DataFrame(
        {
            "x0": across[1][counts["x"]],
            "x1": across[2][counts["x"]],
            "y0": up[1][counts["y"]],
            "y1": up[2][counts["y"]],
            "n": counts["n"],
        }
    )


def opacity_expr(top: int) -> str:
    """Return the opacity ``o`` of a cell with ``n`` points, where the fullest has so many."""
    return f"{_FAINTEST} + {_DARKEST - _FAINTEST} * sqrt(datum.n / {top})"


def counted(top: int) -> dict[str, float]:
    """Tell a page's script the same: ``faint + more * sqrt(n / top)``."""
    return {"faint": _FAINTEST, "more": _DARKEST - _FAINTEST, "top": top}


def draw_cells(chart: alt.Chart, x: Axis, y: Axis, colour: str | alt.ExprRef) -> alt.Chart:
    """Draw rows of ``x0``, ``x1``, ``y0`` and ``y1`` as rectangles.

    Parameters
    ----------
    chart : altair.Chart
    x, y : Axis
    colour : str or altair.ExprRef

    Returns
    -------
    altair.Chart
    """
    return chart.mark_rect(color=colour, tooltip=None, clip=True, invalid=None).encode(
        x=x.channel(alt.X, "x0"),
        x2="x1",
        y=y.channel(alt.Y, "y0"),
        y2="y1",
    )
