"""How good are the selected trials? The density of the objective, by tuning job."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt

from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import ALL_EQUAL, Missing
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.density import FEWEST, TOO_FEW, selected_density, static_density_data
from amtviz.grammar.layers import lay
from amtviz.grammar.scatter import draw_anchor
from amtviz.grammar.theme import BACKGROUND, PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables


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
    empty = alt.Axis(labels=False, ticks=False, domain=False)
    peak = alt.Scale(domain=[0, 1.05], nice=False)
    height: Any = alt.X("k:Q", title=None, axis=empty, scale=peak)
    at: dict[str, Any] = {
        "x": alt.X("d:Q", title=None, stack=None),
        "y": axis.channel(alt.Y, "v"),
    }
    everything = static_density_data(context, "density")
    area: dict[str, Any] = {"orient": "horizontal", "opacity": 0.3, "tooltip": None}
    selected = selected_density(context, "j")
    coloured = {**at, "color": context.job_colour()}
    layers = {
        "anchor": draw_anchor(context, height, y_axis),
        "background": UnitChart(everything).mark_area(**area, color=BACKGROUND).encode(**at),
        "selected": selected.mark_area(**area).encode(**coloured),
        "outline": selected.mark_line(strokeWidth=1.5, tooltip=None).encode(
            **coloured, order=alt.Order("v:Q")
        ),
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
        )
    ]


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
