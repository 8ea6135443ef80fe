"""How good are the selected trials? The density of the objective, by tuning job."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np

from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import ALL_EQUAL, Missing
from amtviz.findings.facts import Facts
from amtviz.grammar.axes import Axis
from amtviz.grammar.context import SELECTING, ChartContext, Panel
from amtviz.grammar.density import (
    FEWEST,
    TOO_FEW,
    selected_density,
    static_density_data,
    told_density,
)
from amtviz.grammar.layers import Drawn, lay, tell
from amtviz.grammar.palette import RAMP_STEPS
from amtviz.grammar.scatter import FLOOR, draw_anchor
from amtviz.grammar.tables import SharedData
from amtviz.grammar.theme import DIM, PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables

_STOPS = 13  # colours along the density


def brushes(facts: Facts, context: ChartContext) -> list[str]:
    """Columns that this chart's panel brushes."""
    return ["y"] if context.scored >= FEWEST and not context.all_equal else []


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw the panel ``objective_density``."""
    title = f"Density of {context.axes['y'].title}"
    if context.scored < FEWEST:
        return [Missing(title, *TOO_FEW)]
    if context.all_equal:
        return [Missing(title, *ALL_EQUAL)]
    y = context.axes["y"]
    # a brush doesn't bear another scale on its own axis, but where a page guards it
    axis = y if context.on_page else replace(y, switched=False)
    y_axis = axis.channel(alt.Y)
    # the axis says nothing, for each curve is scaled to its own peak, but has its neighbours' room
    empty = alt.Axis(
        labels=False, ticks=False, domain=False, offset=FLOOR if context.unscored else 0
    )
    peak = alt.Scale(domain=[0, 1.05], nice=False)
    height: Any = alt.X("k:Q", title=None, axis=empty, scale=peak)
    at: dict[str, Any] = {
        "x": alt.X("d:Q", title=None, stack=None),
        "y": axis.channel(alt.Y, "v"),
    }
    everything = static_density_data(context, "density")
    every = UnitChart(everything).transform_filter(SELECTING)
    area: dict[str, Any] = {"orient": "horizontal", "tooltip": None}
    selected = selected_density(context, "j")
    fill, line, colours = _colours(context, axis)
    outline = selected.mark_line(strokeWidth=1.5, tooltip=None)
    outline = outline.encode(**at, **line, order=alt.Order("v:Q"))
    dim = _curve(everything) if context.on_page else []
    told = told_density(context, "j", "density", **colours, width=1.5, dim=dim)
    layers: dict[str, alt.Chart | Drawn] = {
        "anchor": draw_anchor(context, height, y_axis),
        "background": Drawn(every.mark_area(**area, color=DIM).encode(**at)),
        "selected": Drawn(selected.mark_area(**area).encode(**at, **fill), told),
        "outline": Drawn(outline),
    }
    scale = f"{'smoothed as' if axis.switched else 'stays'} {axis.kind}" if y.switched else ""
    notes = [note for note in (axis.note, scale) if note]
    shown = alt.TitleParams(title, subtitle=" · ".join(notes)) if notes else title
    chart = lay("objective_density", layers, title=shown, width=PANEL_WIDTH, height=PANEL_HEIGHT)
    return [
        Panel(
            chart,
            brush="y",
            upright=True,
            shared=True,
            parameters=axis.parameters,
            sentence=f"How the trials' values of {axis.title} are spread.",
            drawn=tell("objective_density", layers),
        )
    ]


def _curve(density: SharedData) -> list[list[float]]:
    """Return the curve of all trials: its height at each place."""
    return [[row["d"] for row in density.rows], [row["v"] for row in density.rows]]


def _colours(
    context: ChartContext, axis: Axis
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Colour areas and lines by tuning job; of one, the area as the trials at its side.

    Last, the same as a page's script needs it.
    """
    job = {"color": context.job_colour()}
    if context.coloured_by == "j":
        told = {"colour": "job", "opacity": 0.3}
        return job | {"opacity": alt.value(0.3)}, job, told
    accent = {"color": alt.value(alt.expr("accent")), "detail": "j:N"}
    told = {"colour": "accent", "opacity": 0.3}
    if axis.switched:  # the one scale doesn't tell where a colour lies on the other
        return accent | {"opacity": alt.value(0.3)}, accent, told
    places = np.linspace(*axis.unit_domain, _STOPS)
    good = np.sort(axis.unit(context.frame["y"].dropna()))
    better = np.searchsorted(good, places, side="right") / len(good)
    better = better if context.data.objective.sign > 0 else 1 - better
    steps = np.round(better * (RAMP_STEPS - 1)).astype(int)
    stops = [
        f"{{offset: {round(place / (_STOPS - 1), 4)}, color: ramp[{step}]}}"
        for place, step in enumerate(steps)
    ]
    ramp = f"{{gradient: 'linear', x1: 0, y1: 1, x2: 0, y2: 0, stops: [{', '.join(stops)}]}}"
    whole = alt.value(alt.expr(f"colours ? accent : {ramp}"))
    told |= {"opacity": 0.6, "ramp": steps.tolist()}
    return {"color": whole, "detail": "j:N", "opacity": alt.value(0.6)}, accent, told


def draw_objective_density(data: TuningTables) -> TuningChart:
    """Draw the density of the objective of the brushed trials, by tuning job, over that of all.

    The kernel's bandwidth follows Silverman's rule on all trials; every curve is scaled to its
    own peak, so that a few brushed trials stay visible.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
    """
    return draw_alone(CHART, data)


CHART = Chart(
    name="objective_density",
    title="Density of the objective",
    panels=panels,
    draw=draw_objective_density,
    brushes=brushes,
)
