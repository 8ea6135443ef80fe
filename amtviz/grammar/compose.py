"""Put panels into one chart, or each into its own: with every selection and its layers."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import altair as alt

from amtviz.grammar.axes import LABELLED
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.legend import draw_legend
from amtviz.grammar.pinned import pin_params
from amtviz.grammar.theme import COLUMNS, theme_config, theme_params
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import unchecked

# made once: nothing of them is ever changed
_ACROSS = alt.IntervalSelectionConfig(type="interval", encodings=["x"])
_ALONG = alt.IntervalSelectionConfig(type="interval", encodings=["y"])
_HOVER = alt.PointSelectionConfig(type="point", on="pointerover", fields=["i"], clear=False)
_CLICK = alt.PointSelectionConfig(type="point", on="click", fields=["j"], toggle="true")
_LABELLED = alt.VariableParameter(name=LABELLED, value=True)


def compose(
    rows: Sequence[tuple[alt.TitleParams | None, Sequence[Panel]]],
    context: ChartContext,
    *,
    columns: int = COLUMNS,
    title: alt.TitleParams | None = None,
) -> TuningChart:
    """Compose one chart of groups of panels, each under its title.

    Parameters
    ----------
    rows : sequence of (title, panels)
    context : ChartContext
        Its brushes that none of these panels has become plain parameters.
    columns : int
        Panels side by side.
    title : altair.TitleParams, optional

    Returns
    -------
    TuningChart
    """
    groups: list[Any] = [_arrange(panels, columns, heading) for heading, panels in rows]
    groups.insert(0, draw_legend(context, columns))
    # everything by keyword: each method of a chart would copy all panels once more
    chart = TuningChart(vconcat=groups, spacing=24, **top_level(title))
    panels = [panel for _, group in rows for panel in group]
    placed = list(_leaves(chart.vconcat[1:], panels))
    parameters = _parameters(context, panels, placed, chart.vconcat[0])
    chart.params = [each.copy() for each in parameters]  # for whoever draws may change them
    return chart


def compose_panel(panel: Panel, context: ChartContext) -> alt.LayerChart:
    """Make a chart of one panel, for a page that places, sizes and links such charts.

    Parameters
    ----------
    panel : Panel
    context : ChartContext

    Returns
    -------
    altair.LayerChart
        Without title and configuration. Selections of other panels are plain parameters, and so
        are inputs, which a page has once. ``width`` and ``height`` are those of the whole picture.
    """
    chart: alt.LayerChart = panel.chart.copy(deep=False)
    chart.title = alt.Undefined
    chart.autosize = alt.AutoSizeParams(type="fit", contains="padding")
    # its own alone: an input beside every panel would be one too many
    own = tuple(
        alt.VariableParameter(name=p.name, value=p.value, expr=p.expr) for p in panel.parameters
    )
    alone = replace(panel, parameters=own)
    chart.params = [_LABELLED, *_parameters(context, [alone], [chart], None)]
    return chart


def top_level(title: alt.TitleParams | None) -> dict[str, Any]:
    """Return what stands at the top of every chart."""
    return {
        "config": alt.Config(**theme_config()),
        "title": alt.Undefined if title is None else title,
        # SVG has an element for every mark of every panel: slow by the hundred
        "usermeta": {"embedOptions": {"renderer": "canvas"}},
    }


def _arrange(
    panels: Sequence[Panel], columns: int, heading: alt.TitleParams | None
) -> alt.VConcatChart | alt.ConcatChart:
    """Put panels in rows, wide ones alone, under one heading."""
    rows: list[Any] = []
    narrow: list[Any] = []
    for panel in [*panels, None]:
        if narrow and (panel is None or panel.wide):
            rows.append(alt.concat(*narrow, columns=columns, resolve=_independent("x", "y")))
            narrow = []
        if panel is not None:
            (rows if panel.wide else narrow).append(panel.chart)
    options = {} if heading is None else {"title": heading}
    return alt.vconcat(*rows, spacing=18, resolve=_independent("x", "y"), **options)


def _leaves(groups: Sequence[Any], panels: Sequence[Panel]) -> Iterator[Any]:
    """Yield each panel's chart as it stands in the finished chart, where Altair renamed layers."""
    placed = iter(panels)
    for group in groups:
        for row in group.vconcat:
            # a grid has columns; a panel may be made of views side by side
            if isinstance(row, alt.ConcatChart) and row.columns is not alt.Undefined:
                for chart in row.concat:
                    next(placed)
                    yield chart
            else:
                next(placed)
                yield row


@unchecked
def _parameters(
    context: ChartContext, panels: Sequence[Panel], charts: Sequence[Any], legend: Any
) -> list[Any]:
    """Return every parameter: the theme's, the panels' own, and selections with their layers.

    Selections are stated here rather than added to each layer, for Altair merges the views of
    selections that sit on different layers of one view; and from the finished charts, for it
    renames layers.
    """
    brushes: dict[str, list[str]] = {}
    upright = {panel.brush for panel in panels if panel.upright}
    strips: dict[str, list[str]] = {}
    zooms: dict[str, list[str]] = {}
    hovers = []
    own: dict[str, Any] = {}
    for panel, chart in zip(panels, charts, strict=True):
        own |= {str(parameter.name): parameter for parameter in panel.parameters}
        if panel.brush:
            brushes.setdefault(panel.brush, []).append(_layer_name(chart, f"{chart.name}_anchor"))
        for name, layer in panel.strips.items():
            strips.setdefault(name, []).append(_layer_name(chart, layer))
        if panel.zoom:
            zooms.setdefault(panel.zoom, []).append(_layer_name(chart, f"{chart.name}_anchor"))
        if panel.hover:
            hovers.append(_layer_name(chart, panel.hover))
    parameter = alt.TopLevelSelectionParameter
    selections = [
        *(
            parameter(name=f"b_{name}", select=_ALONG if name in upright else _ACROSS, views=v)
            for name, v in brushes.items()
        ),
        *(parameter(name=f"c_{name}", select=_ALONG, views=v) for name, v in strips.items()),
        *(
            parameter(name=f"zoom_{name}", select=_ACROSS, bind="scales", views=v)
            for name, v in zooms.items()
        ),
        # a selection without a view would sit on every view
        *([parameter(name="hover", select=_HOVER, views=hovers)] if hovers else []),
    ]
    if legend is not None:
        jobs = _layer_name(legend, "legend_jobs")
        selections.append(parameter(name="legend", select=_CLICK, views=[jobs]))
    made = {str(selection.name) for selection in selections}
    wanted = [
        *(f"b_{name}" for name in context.brushes),
        *(f"c_{name}" for name in context.strips),
        *(["legend"] if context.legend else []),
    ]
    foreign = [_foreign(name) for name in wanted if name not in made]
    return [
        *theme_params(),
        *pin_params(),
        context.selecting_param(),
        *own.values(),
        *foreign,
        *selections,
    ]


@functools.cache
def _foreign(name: str) -> alt.VariableParameter:
    """Return the plain parameter that a selection of another chart is in this one."""
    return alt.VariableParameter(name=name, value={})


def _layer_name(chart: Any, given: str) -> str:
    """Find what a layer is called now, wherever it stands: Altair put a number behind its name."""
    pattern = re.compile(rf"{re.escape(given)}(_\d+)?")
    found = next((name for name in _names(chart) if pattern.fullmatch(name)), None)
    if found is None:
        raise LookupError(f"no layer is called {given!r}")
    return found


def _names(chart: Any) -> Iterator[str]:
    for kind in ("layer", "concat", "hconcat", "vconcat"):
        children: Iterable[Any] = getattr(chart, kind, None) or ()
        for child in () if children is alt.Undefined else children:
            name = getattr(child, "name", alt.Undefined)
            if isinstance(name, str):
                yield name
            yield from _names(child)


def _independent(*channels: str) -> alt.Resolve:
    modes: dict[str, Any] = dict.fromkeys(channels, "independent")
    return alt.Resolve(scale=alt.ScaleResolveMap(**modes))
