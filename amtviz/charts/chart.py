"""What a chart of the registry is, and how it is drawn: alone, with others, and if it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import altair as alt

from amtviz.charts.missing import Missing, sort_out
from amtviz.charts.sized import NATURAL, Size, asked_size, choose_columns, stretch_panels
from amtviz.errors import AmtvizError
from amtviz.findings.facts import Facts, facts_of
from amtviz.findings.verdict import Verdict, state_verdict
from amtviz.grammar.compose import compose, top_level
from amtviz.grammar.context import ChartContext, Panel, Stretch
from amtviz.grammar.scatter import draw_message
from amtviz.grammar.tables import OwnColumn
from amtviz.grammar.theme import COLUMNS, PANEL_STEP, PANEL_WIDTH, break_lines, theme_params
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.settings import DRAW_DEFAULTS, DrawOptions
from amtviz.settings import options as session

Fields = Callable[[Facts, ChartContext], Sequence[str]]
Columns = Callable[[Facts], Mapping[str, OwnColumn]]
Said = TypeVar("Said")

_REPORT = (
    "Please report it, with the traceback that amtviz --debug shows (in Python: "
    "amtviz.options.debug = True)."
)


def no_fields(facts: Facts, context: ChartContext) -> Sequence[str]:
    """Return no column: the panels of the chart aren't brushed."""
    return ()


def no_columns(facts: Facts) -> Mapping[str, OwnColumn]:
    """Return no column: the chart adds none to the trials."""
    return {}


@dataclass(frozen=True, eq=False)
class Chart:
    """One chart of the registry: what it draws, what it says, and how it is drawn alone.

    Attributes
    ----------
    name : str
        As in the registry; its page in the gallery has the same name.
    title : str
    panels : callable
        Draws the panels from the facts; in place of one that would tell nothing, what is missing.
    draw : callable
        The public function that draws it alone: ``draw_<name>``.
    brushes : callable
        Columns that a drag across one of its panels selects by.
    strips : callable
        Columns that a drag along an axis of their own selects by.
    columns : callable
        Columns that it adds to the trials, by safe ids.
    finding : callable, optional
        Says in a sentence or two what the panels show; empty for nothing.
    empty : str
        What a chart alone says where there is no panel, and nothing is missing.
    """

    name: str
    title: str
    panels: Callable[[Facts, ChartContext], Sequence[Panel | Missing]]
    draw: Callable[..., TuningChart]
    brushes: Fields = no_fields
    strips: Fields = no_fields
    columns: Columns = no_columns
    finding: Callable[[Facts], str] | None = None
    empty: str = "nothing of this was recorded"


def draw_alone(
    chart: Chart, data: TuningTables, options: DrawOptions = DRAW_DEFAULTS
) -> TuningChart:
    """Draw the panels of one chart, linked among themselves, in the size that was asked for."""
    return draw_charts(data, [chart], options, size=asked_size())


def draw_charts(
    data: TuningTables,
    charts: Sequence[Chart],
    options: DrawOptions = DRAW_DEFAULTS,
    *,
    columns: int = COLUMNS,
    title: alt.TitleParams | None = None,
    size: Size = NATURAL,
) -> TuningChart:
    """Draw the panels of several charts in one grid, linked by their brushes, hover and legend.

    Parameters
    ----------
    data : TuningData
    charts : sequence of Chart
    options : DrawOptions
    columns : int
        Panels side by side.
    title : altair.TitleParams, optional
    size : Size

    Returns
    -------
    TuningChart
        It says so in words when there is no trial yet.
    """
    if not len(data.trials):
        return draw_nothing(data, title)
    facts = facts_of(data, options.prices)
    context = link(facts, charts, options)
    panels, missing = sort_out(each for chart in charts for each in chart.panels(facts, context))
    context.stretch = Stretch(whole=size.width)
    if not panels:
        texts = [break_lines(missing, PANEL_WIDTH) or chart.empty for chart in charts]
        panels = [
            draw_message(text, chart.name, chart.title)
            for text, chart in zip(texts, charts, strict=True)
        ]
        missing = ""
    elif size.width or size.height:
        if size.width:
            columns, context.stretch = choose_columns(panels, size)
        else:
            context.stretch = Stretch(tall=size.height)
        # some panels place their marks by their width
        again = (each for chart in charts for each in chart.panels(facts, context))
        panels, missing = sort_out(again)
        stretch_panels(panels, context.stretch)
    heading = alt.TitleParams("", subtitle=break_lines(missing, columns * PANEL_STEP).split("\n"))
    return compose([(heading if missing else None, panels)], context, columns=columns, title=title)


def link(
    facts: Facts,
    charts: Iterable[Chart],
    options: DrawOptions = DRAW_DEFAULTS,
    *,
    on_page: bool = False,
) -> ChartContext:
    """Return what charts share that are linked with each other."""
    charts = list(charts)
    own = own_columns(facts, charts)
    context = ChartContext(facts.tables, options, on_page=on_page, own=own)
    brushes: list[str] = []
    strips: list[str] = []
    for chart in charts:
        try:
            brushes += chart.brushes(facts, context)
            strips += chart.strips(facts, context)
        except Exception as error:  # its panels will say so
            _raise_if_asked(error)
    context.brushes = tuple(dict.fromkeys(brushes))
    if on_page and context.scored:
        strips.append("k")  # a page selects the best by their rank
    context.strips = tuple(dict.fromkeys(strips))
    context.legend = True
    return context


def own_columns(facts: Facts, charts: Iterable[Chart]) -> dict[str, OwnColumn]:
    """Return the columns that charts add to the trials, by safe ids."""
    own: dict[str, OwnColumn] = {}
    for chart in charts:
        try:
            own |= chart.columns(facts)
        except Exception as error:  # its panels will say so
            _raise_if_asked(error)
    return own


def draw_panels(
    chart: Chart, facts: Facts, context: ChartContext
) -> tuple[Sequence[Panel | Missing], list[str]]:
    """Draw a chart's panels, or one that says that it failed: the other charts stand.

    Returns
    -------
    panels : sequence of Panel or Missing
    notices : list of str
        Why it failed, if it did.
    """
    try:
        return chart.panels(facts, context), []
    except Exception as error:
        _raise_if_asked(error)
        text = f"This chart could not be drawn ({type(error).__name__}).\nThe others are whole."
        notice = f"The chart {chart.title!r} could not be drawn: {_describe(error)} {_REPORT}"
        return [draw_message(text, chart.name, chart.title)], [notice]


def state_finding(chart: Chart, facts: Facts) -> tuple[str, list[str]]:
    """Say what a chart shows; where that fails, say nothing, and why in a notice.

    Returns
    -------
    finding : str
        Empty where there is nothing to say.
    notices : list of str
    """
    if chart.finding is None:
        return "", []
    return _state(chart.finding, facts, "", f"What {chart.title!r} shows")


def state_overview(facts: Facts) -> tuple[Verdict, list[str]]:
    """Say what there is to know first; where that fails, as `state_finding` does."""
    return _state(state_verdict, facts, Verdict(()), "What there is to know first")


def _state(
    finding: Callable[[Facts], Said], facts: Facts, nothing: Said, what: str
) -> tuple[Said, list[str]]:
    try:
        return finding(facts), []
    except Exception as error:
        _raise_if_asked(error)
        return nothing, [f"{what} could not be said: {_describe(error)} {_REPORT}"]


def draw_nothing(data: TuningTables, title: alt.TitleParams | None = None) -> TuningChart:
    """Draw in words that there is no trial yet."""
    jobs = "\n".join(f"{job.name}: {job.status}" for job in data.jobs)
    text = f"No training job has been started yet.\n{jobs}"
    message = draw_message(text, "nothing", "No trials yet")
    params = [each.copy() for each in theme_params()]
    return TuningChart(vconcat=[message.chart], params=params, **top_level(title))


def _raise_if_asked(error: Exception) -> None:
    """Raise what is a person's to mend, and everything while debugging."""
    if session.debug or isinstance(error, AmtvizError):
        raise error


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split()) or 'no message'}."
