"""The charts of all sections: in one chart for a notebook, or one chart a section for a page."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import pandas as pd

from amtviz.analysis.best_so_far import rank_trials
from amtviz.charts.next.next_ranges import suggestion_of
from amtviz.charts.sections import Section, choose_sections, state_findings
from amtviz.grammar.columns import describe_columns
from amtviz.grammar.compose import compose
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_message
from amtviz.grammar.standalone import draw_nothing, make_context
from amtviz.grammar.theme import COLUMNS, PANEL_STEP
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.progress import progress
from amtviz.settings import DRAW_DEFAULTS, DrawOptions

_CHARACTER = 6  # pixels of a letter in a subtitle


@dataclass(frozen=True, eq=False)
class SectionView:
    """One section of a page.

    Attributes
    ----------
    name : str
    question : str
        The heading.
    findings : tuple of str
        What each chart shows in words, as far as it says so.
    chart : altair.VConcatChart, optional
        None when there is nothing to draw.
    """

    name: str
    question: str
    findings: tuple[str, ...]
    chart: alt.VConcatChart | None


@dataclass(frozen=True, eq=False)
class PageCharts:
    """The charts of a page.

    Each selection lives in one of them, and is a plain parameter of the same name in those that
    read it.

    Attributes
    ----------
    legend : altair.VConcatChart
        When there is no trial, a sentence that says so.
    sections : tuple of SectionView
    columns : tuple of dict
        See `amtviz.grammar.columns.describe_columns`.
    trials : tuple of dict
        The rows of the dataset ``trials``, whether or not one of the charts draws them.
    suggestion : pandas.DataFrame, optional
        What to search next; None where that section isn't drawn.
    """

    legend: alt.VConcatChart
    sections: tuple[SectionView, ...]
    columns: tuple[dict[str, Any], ...]
    trials: tuple[dict[str, Any], ...] = ()
    suggestion: pd.DataFrame | None = None


def draw_dashboard(
    data: TuningTables,
    options: DrawOptions = DRAW_DEFAULTS,
    *,
    columns: int = COLUMNS,
    title: bool = True,
    **named: Any,
) -> TuningChart:
    """Draw the charts of all sections in one chart, all linked.

    Drag across any panel to select trials; drags combine; double-click clears. Hover marks a
    trial in every panel and shows its whole configuration. A click in the legend chooses tuning
    jobs.

    Parameters
    ----------
    data : TuningData
    options : DrawOptions
    columns : int
        Panels side by side.
    title : bool
        Head the chart with the objective and the best trial.
    **named
        Options by name, in place of those of ``options``: ``sections``, ``advanced``,
        ``job_metrics``, ``prices`` and ``dependence``, as in `amtviz.visualize_tuning_job`.

    Returns
    -------
    TuningChart

    Raises
    ------
    InputError
        If there is no section or no metric of such a name.
    """
    options = replace(options, **named)
    chosen = choose_sections(options.sections)
    heading = _title(data) if title else None
    if not len(data.trials):
        return draw_nothing(data, heading)
    with _drawing(chosen) as advance:
        context = _context(data, chosen, options)
        answers = list(_answers(chosen, context, advance))
    width = columns * PANEL_STEP
    groups: list[tuple[alt.TitleParams | None, Sequence[Panel]]] = []
    for section, findings, panels in answers:
        # Vega breaks no lines
        lines = [line for text in findings for line in textwrap.wrap(text, width // _CHARACTER)]
        question = alt.TitleParams(section.question, subtitle=lines, fontSize=15, limit=width)
        groups.append((question, panels or [draw_message("nothing to draw", "nothing", "")]))
    return compose(groups, context, columns=columns, title=heading)


def draw_sections(data: TuningTables, options: DrawOptions = DRAW_DEFAULTS) -> PageCharts:
    """Draw the charts of each section as a chart of its own, for a page that links them.

    Parameters
    ----------
    data : TuningTables
    options : DrawOptions

    Returns
    -------
    PageCharts

    Raises
    ------
    InputError
        As `draw_dashboard`.
    """
    chosen = choose_sections(options.sections)
    if not len(data.trials):
        return PageCharts(draw_nothing(data), (), ())
    with _drawing(chosen) as advance:
        context = _context(data, chosen, options)
        answers = list(_answers(chosen, context, advance))
    names = {id(section): name for name, section in chosen.items()}
    views = []
    for section, findings, panels in answers:
        chart = compose([(None, panels)], context, with_legend=False) if panels else None
        views.append(SectionView(names[id(section)], section.question, findings, chart))
    suggestion = suggestion_of(context) if "next" in chosen else None
    columns = tuple(describe_columns(context))
    rows = tuple(context.trials.rows)
    return PageCharts(compose([], context), tuple(views), columns, rows, suggestion)


def _context(
    data: TuningTables, chosen: Mapping[str, Section], options: DrawOptions
) -> ChartContext:
    charts = [chart for section in chosen.values() for chart in section.charts.values()]
    return make_context(data, charts, options)


def _drawing(chosen: Mapping[str, Section]) -> AbstractContextManager[Callable[[int], None]]:
    """Show a bar while the charts of these sections are drawn."""
    charts = sum(len(section.charts) for section in chosen.values())
    return progress("Drawing", "chart", charts, patience=1)


def _answers(
    chosen: Mapping[str, Section], context: ChartContext, advance: Callable[[int], None]
) -> Iterator[tuple[Section, tuple[str, ...], list[Panel]]]:
    """Yield each section that has something to say or to draw."""
    for section in chosen.values():
        panels: list[Panel] = []
        for chart in section.charts.values():
            panels += chart.panels(context)
            advance(1)
        findings = state_findings(section, context)
        if panels or findings:
            yield section, findings, panels


def _title(data: TuningTables) -> alt.TitleParams:
    objective = data.objective
    best = data.trials[rank_trials(data.trials, objective) == 1]
    text = f"{objective.metric_name} ({objective.direction.lower()})"
    for value, name in zip(best[objective.metric_name], best["TrainingJobName"], strict=True):
        text += f": best {value:.6g} by {name}"
    hint = (
        "Drag across any panel to select trials; double-click clears; click a job to see it alone."
    )
    return alt.TitleParams(text, subtitle=hint, fontSize=15, limit=COLUMNS * PANEL_STEP, offset=12)
