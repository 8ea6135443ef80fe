"""The charts of all sections: in one chart for a notebook, or one chart a section for a page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from amtviz.analysis.best_so_far import rank_trials
from amtviz.charts.chart import draw_nothing, draw_panels, link, state_finding
from amtviz.charts.sections import SECTIONS, Section, choose_sections
from amtviz.charts.training.job_metrics import choose_metrics
from amtviz.findings.facts import facts_of
from amtviz.grammar.columns import describe_columns
from amtviz.grammar.compose import compose
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_message
from amtviz.grammar.theme import COLUMNS, PANEL_STEP
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.progress import progress
from amtviz.settings import DRAW_DEFAULTS, DrawOptions
from amtviz.wording.numbers import format_number

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
    notices : tuple of str
        Which charts and sentences failed, and why.
    """

    legend: alt.VConcatChart
    sections: tuple[SectionView, ...]
    columns: tuple[dict[str, Any], ...]
    trials: tuple[dict[str, Any], ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Answer:
    """What answers one question."""

    section: Section
    findings: tuple[str, ...]
    panels: list[Panel]
    notices: tuple[str, ...]


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
    heading = _title(data) if title else None
    chosen = choose_sections(options.sections)
    if not len(data.trials):
        return draw_nothing(data, heading)
    context, answers = _answer(data, chosen, options)
    width = columns * PANEL_STEP
    groups: list[tuple[alt.TitleParams | None, Sequence[Panel]]] = []
    for answer in answers:
        # Vega breaks no lines
        wrapped = (textwrap.wrap(text, width // _CHARACTER) for text in answer.findings)
        lines = [line for lines in wrapped for line in lines]
        question = answer.section.question
        titled = alt.TitleParams(question, subtitle=lines, fontSize=15, limit=width)
        groups.append((titled, answer.panels or [draw_message("nothing to draw", "nothing", "")]))
    return compose(groups, context, columns=columns, title=heading)


def draw_sections(data: TuningTables, options: DrawOptions = DRAW_DEFAULTS) -> PageCharts:
    """Draw the charts of each section as a chart of its own, for a page that links them.

    Parameters
    ----------
    data : TuningData
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
    context, answers = _answer(data, chosen, options)
    views = []
    for answer in answers:
        section, panels = answer.section, answer.panels
        chart = compose([(None, panels)], context, with_legend=False) if panels else None
        views.append(SectionView(section.name, section.question, answer.findings, chart))
    return PageCharts(
        compose([], context),
        tuple(views),
        tuple(describe_columns(context)),
        tuple(context.trials.rows),
        tuple(notice for answer in answers for notice in answer.notices),
    )


def _answer(
    data: TuningTables, chosen: Sequence[Section], options: DrawOptions
) -> tuple[ChartContext, list[_Answer]]:
    """Draw the sections that have something to say or to draw, behind a bar."""
    if SECTIONS["training"] in chosen:
        choose_metrics(data, options.job_metrics)  # a wrong name is refused before any work
    facts = facts_of(data, options.prices)
    charts = [chart for section in chosen for chart in section.charts]
    answers = []
    with progress("Drawing", "chart", len(charts)) as advance:
        context = link(facts, charts, options)
        for section in chosen:
            panels: list[Panel] = []
            findings, notices = [], []
            for chart in section.charts:
                drawn, failed = draw_panels(chart, facts, context)
                finding, unsaid = state_finding(chart, facts)
                panels += drawn
                findings += [finding] if finding else []
                notices += [*failed, *unsaid]
                advance(1)
            if panels or findings:
                answers.append(_Answer(section, tuple(findings), panels, tuple(notices)))
    return context, answers


def _title(data: TuningTables) -> alt.TitleParams:
    objective = data.objective
    best = data.trials[rank_trials(data.trials, objective) == 1]
    text = f"{objective.metric_name} ({objective.direction.lower()})"
    for value, name in zip(best[objective.metric_name], best["TrainingJobName"], strict=True):
        text += f": best {format_number(value)} by {name}"
    hint = (
        "Drag across any panel to select trials; double-click clears; click a job to see it alone."
    )
    return alt.TitleParams(text, subtitle=hint, fontSize=15, limit=COLUMNS * PANEL_STEP, offset=12)
