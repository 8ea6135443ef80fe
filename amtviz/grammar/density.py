"""Densities of the objective that the browser redraws from counts in bins."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from amtviz.analysis.density import compute_density
from amtviz.grammar.context import ChartContext
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.unit_chart import UnitChart

FEWEST = 3  # the density of fewer trials would be a picture of the kernel
TOO_FEW = (f"fewer than {FEWEST} trials have an objective yet", f"{FEWEST} with a value")


def static_density(context: ChartContext, by: str | None = None) -> pd.DataFrame:
    """Estimate the density of the objective of all trials, each curve scaled to its peak.

    Parameters
    ----------
    context : ChartContext
    by : str, optional
        Column id to split by.

    Returns
    -------
    pandas.DataFrame
        Columns ``g`` (the group; 0 without ``by``), ``v`` (objective), ``d`` (0 to 1); no rows
        for a group of fewer than `FEWEST` trials.
    """
    frame, grid = context.frame, context.grid
    frame = frame[frame["y"].notna()]
    bins = pd.Series(grid.bin(context.axes["y"].unit(frame["y"])), frame.index)
    groups = frame[by] if by else pd.Series(0, frame.index)
    values = context.axes["y"].from_unit(grid.centres)
    curves = []
    for group, members in bins.groupby(groups):
        if len(members) < FEWEST:
            continue
        density = compute_density(grid, members)
        curves.append(pd.DataFrame({"g": group, "v": values, "d": density / density.max()}))
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=["g", "v", "d"])


def static_density_data(context: ChartContext, name: str, by: str | None = None) -> SharedData:
    """Return `static_density` as a dataset of its own."""
    return SharedData(name, to_rows(static_density(context, by)))


def selected_density(context: ChartContext, by: str) -> alt.Chart:
    """Compute the density of the selected trials in the browser, each curve scaled to its peak.

    Counts per bin are spread over their neighbours by the grid's weights: the work depends on the
    number of bins, not of trials.

    Parameters
    ----------
    context : ChartContext
    by : str
        Column id to split by.

    Returns
    -------
    altair.Chart
        Without mark and encoding; rows of ``by``, ``v`` (objective) and ``d`` (0 to 1).
    """
    grid = context.grid
    weights = _weights(context)
    offsets = list(range(-grid.reach, grid.reach + 1))
    centre = context.axes["y"].from_unit_expr(f"{grid.low!r} + (datum.g + 0.5) * {grid.step!r}")
    return (
        UnitChart(context.trials)
        .transform_filter(f"isValid(datum.y) && isValid(datum.{by}) && {context.selected}")
        .transform_aggregate(n="count()", groupby=[by, "h"])
        .transform_joinaggregate(trials="sum(n)", groupby=[by])
        .transform_filter(f"datum.trials >= {FEWEST}")
        .transform_calculate(o=str(offsets), w=str(weights))
        .transform_flatten(["o", "w"])
        .transform_calculate(g="datum.h + datum.o", m="datum.n * datum.w")
        .transform_filter(f"datum.g >= 0 && datum.g < {grid.bins}")
        .transform_aggregate(d="sum(m)", groupby=[by, "g"])
        .transform_impute(
            impute="d",
            key="g",
            keyvals=alt.ImputeSequence(start=0, stop=grid.bins, step=1),
            value=0,
            groupby=[by],
        )
        .transform_joinaggregate(peak="max(d)", groupby=[by])
        .transform_calculate(d="datum.peak > 0 ? datum.d / datum.peak : 0", v=centre)
    )


def told_density(context: ChartContext, by: str, kind: str, **what: Any) -> dict[str, Any]:
    """Tell a page's script how to draw `selected_density`.

    Parameters
    ----------
    context : ChartContext
    by : str
        Column id to split by.
    kind : {"density", "violins"}
    **what
        How it looks.

    Returns
    -------
    dict
    """
    places = context.axes["y"].from_unit(context.grid.centres)
    return {
        "kind": kind,
        "of": "scored",
        "by": by,
        "fewest": FEWEST,
        "weights": _weights(context),
        "places": [float(f"{v:.9g}") for v in places],
    } | what


def _weights(context: ChartContext) -> list[Any]:
    return [float(f"{w:.6g}") for w in context.grid.weights]
