"""One chart by itself: its panels, linked among themselves, and the legend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import altair as alt

from amtviz.grammar.compose import compose, top_level
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_message
from amtviz.grammar.theme import COLUMNS, theme_params
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.settings import DRAW_DEFAULTS, DrawOptions

Panels = Callable[[ChartContext], list[Panel]]
Fields = Callable[[ChartContext], list[str]]


class Chart(Protocol):
    """What a module of the registry has.

    It may also have ``strips``, like ``brushes`` for axes with a brush of their own, and
    ``finding(context)``: a sentence or two on what the panels show, empty for nothing.
    """

    TITLE: str
    panels: Panels
    brushes: Fields


@dataclass(frozen=True)
class _Parts:
    """A chart that is given by its functions."""

    panels: Panels
    brushes: Fields
    strips: Fields


def draw_alone(
    data: TuningTables,
    panels: Panels,
    brushes: Fields,
    *,
    strips: Fields = lambda context: [],
    options: DrawOptions = DRAW_DEFAULTS,
) -> TuningChart:
    """Draw the panels of one chart, linked among themselves.

    Parameters
    ----------
    data : TuningTables
    panels, brushes, strips : callable
        The chart module's own.
    options : DrawOptions

    Returns
    -------
    TuningChart
    """
    return draw_grid(data, [_Parts(panels, brushes, strips)], options)


def draw_grid(
    data: TuningTables,
    charts: Sequence[Any],
    options: DrawOptions = DRAW_DEFAULTS,
    *,
    columns: int = COLUMNS,
    title: alt.TitleParams | None = None,
) -> TuningChart:
    """Draw the panels of several charts in one grid, linked by their brushes, hover and legend.

    Parameters
    ----------
    data : TuningTables
    charts : sequence of Chart
    options : DrawOptions
    columns : int
        Panels side by side.
    title : altair.TitleParams, optional

    Returns
    -------
    TuningChart
        It says so in words when there is no trial yet.
    """
    if not len(data.trials):
        return draw_nothing(data, title)
    context = make_context(data, charts, options)
    drawn = [panel for chart in charts for panel in chart.panels(context)]
    if not drawn:
        drawn = [draw_message("nothing of this was recorded", "nothing", "Nothing to draw")]
    return compose([(None, drawn)], context, columns=columns, title=title)


def make_context(
    data: TuningTables, charts: Iterable[Any], options: DrawOptions = DRAW_DEFAULTS
) -> ChartContext:
    """Make what charts share that are linked with each other.

    Parameters
    ----------
    data : TuningTables
    charts : iterable of Chart
    options : DrawOptions

    Returns
    -------
    ChartContext
    """
    context = ChartContext(data, options)
    brushes = [name for chart in charts for name in chart.brushes(context)]
    strips = [
        name for chart in charts if hasattr(chart, "strips") for name in chart.strips(context)
    ]
    return context.linked(dict.fromkeys(brushes), dict.fromkeys(strips), legend=True)


def draw_nothing(data: TuningTables, title: alt.TitleParams | None = None) -> TuningChart:
    """Draw in words that there is no trial yet."""
    jobs = "\n".join(f"{job.name}: {job.status}" for job in data.jobs)
    text = f"No training job has been started yet.\n{jobs}"
    message = draw_message(text, "nothing", "No trials yet")
    return TuningChart(vconcat=[message.chart], params=theme_params(), **top_level(title))
