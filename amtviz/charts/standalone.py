"""One chart by itself: its panels, the legend where it is needed, and the theme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt

from amtviz.charts.context import ChartContext, Panel
from amtviz.charts.legend import draw_legend
from amtviz.charts.scatter import draw_message
from amtviz.charts.theme import COLUMNS, theme_config, theme_params
from amtviz.model import TuningData

Panels = Callable[[ChartContext], list[Panel]]
Brushes = Callable[[ChartContext], list[str]]


def draw_alone(
    data: TuningData,
    panels: Panels,
    brushes: Brushes,
    *,
    advanced: bool = False,
    job_metrics: Sequence[str] | None = None,
) -> alt.VConcatChart:
    """Draw the panels of one chart, linked among themselves.

    Parameters
    ----------
    data : TuningData
    panels, brushes : callable
        The chart module's own.
    advanced : bool
    job_metrics : sequence of str, optional

    Returns
    -------
    altair.VConcatChart
    """
    return draw_grid(data, [(panels, brushes)], advanced=advanced, job_metrics=job_metrics)


def draw_grid(
    data: TuningData,
    charts: Sequence[tuple[Panels, Brushes]],
    *,
    advanced: bool = False,
    job_metrics: Sequence[str] | None = None,
    columns: int = COLUMNS,
    title: alt.TitleParams | None = None,
) -> alt.VConcatChart:
    """Draw the panels of several charts in one grid, linked by their brushes, hover and legend.

    Parameters
    ----------
    data : TuningData
    charts : sequence of (panels, brushes)
    advanced : bool
    job_metrics : sequence of str, optional
        Names of the metrics to draw; by default the algorithm's own, if they are few.
    columns : int
        Panels side by side.
    title : altair.TitleParams, optional

    Returns
    -------
    altair.VConcatChart
        It says so in words when there is no trial yet.
    """
    if not len(data.trials):
        message = draw_message(_no_trials(data), "nothing", "No trials yet")
        return alt.vconcat(message.chart, params=theme_params(), **_top_level(title))
    context = ChartContext(data, advanced, None if job_metrics is None else tuple(job_metrics))
    names = [name for _, brushes in charts for name in brushes(context)]
    context = context.linked(dict.fromkeys(names), legend=True)
    drawn = [panel for panels, _ in charts for panel in panels(context)]
    if not drawn:
        drawn = [draw_message("nothing of this was recorded", "nothing", "During training")]
    # everything by keyword: each method of a chart would copy all panels once more
    panel_grid = alt.concat(
        *(panel.chart for panel in drawn),
        columns=columns,
        resolve=_independent("x", "y"),
    )
    chart = alt.vconcat(draw_legend(context, columns), panel_grid, spacing=10, **_top_level(title))
    legend, placed = chart.vconcat  # as Altair renamed them
    chart.params = [*theme_params(), *_selections(drawn, placed.concat, legend)]
    return chart


def _selections(
    panels: Sequence[Panel], charts: Sequence[Any], legend: Any
) -> list[alt.TopLevelSelectionParameter]:
    """Give every selection with the layers it sits on.

    Stated here rather than added to each layer, for Altair merges the views of selections that
    sit on different layers of one view; and from the finished charts, for it renames layers.
    """
    brushes: dict[str, list[str]] = {}
    zooms: dict[str, list[str]] = {}
    hovers = []
    for panel, chart in zip(panels, charts, strict=True):
        if panel.brush:
            brushes.setdefault(panel.brush, []).append(_layer_name(chart, "brush"))
        if panel.zoom:
            zooms.setdefault(panel.zoom, []).append(_layer_name(chart, "zoom"))
        if panel.hover:
            hovers.append(_layer_name(chart, "trials"))
    brush = alt.IntervalSelectionConfig(type="interval", encodings=["x"])
    hover = alt.PointSelectionConfig(type="point", on="pointerover", fields=["i"], clear=False)
    click = alt.PointSelectionConfig(type="point", on="click", fields=["j"], toggle="true")
    parameter = alt.TopLevelSelectionParameter
    return [
        *(parameter(name=f"b_{name}", select=brush, views=v) for name, v in brushes.items()),
        *(
            parameter(name=f"zoom_{name}", select=brush, bind="scales", views=v)
            for name, v in zooms.items()
        ),
        # a selection without a view would sit on every view
        *([parameter(name="hover", select=hover, views=hovers)] if hovers else []),
        parameter(name="legend", select=click, views=[_layer_name(legend, "jobs")]),
    ]


def _layer_name(chart: Any, role: str) -> str:
    names = (str(layer.name) for layer in chart.layer if layer.name is not alt.Undefined)
    return next(name for name in names if name.startswith(f"{role}_"))


def _independent(*channels: str) -> alt.Resolve:
    modes: dict[str, Any] = dict.fromkeys(channels, "independent")
    return alt.Resolve(scale=alt.ScaleResolveMap(**modes))


def _top_level(title: alt.TitleParams | None) -> dict[str, Any]:
    return {
        "config": alt.Config(**theme_config()),
        "title": alt.Undefined if title is None else title,
        # SVG has an element for every mark of every panel: slow by the hundred
        "usermeta": {"embedOptions": {"renderer": "canvas"}},
    }


def _no_trials(data: TuningData) -> str:
    jobs = "\n".join(f"{job.name}: {job.status}" for job in data.jobs)
    return f"No training job has been started yet.\n{jobs}"
