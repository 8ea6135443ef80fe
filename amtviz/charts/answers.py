"""What answers each question: the panels and sentences of a section's charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amtviz.charts.chart import draw_panels, link, state_finding
from amtviz.charts.missing import Missing, sort_out
from amtviz.charts.sections import SECTIONS, Section, choose_sections
from amtviz.charts.training.job_metrics import choose_metrics
from amtviz.findings.facts import Facts, facts_of
from amtviz.grammar.context import ChartContext, Panel
from amtviz.model import TuningTables
from amtviz.progress import progress
from amtviz.settings import DrawOptions


@dataclass(frozen=True, eq=False)
class Answer:
    """What answers one question.

    Attributes
    ----------
    section : Section
    findings : tuple of str
        What each chart shows in words, as far as it says so; last, what isn't drawn, and why.
    panels : list of Panel
    notices : tuple of str
        Which charts and sentences failed, and why.
    """

    section: Section
    findings: tuple[str, ...]
    panels: list[Panel]
    notices: tuple[str, ...]


def choose_answers(data: TuningTables, options: DrawOptions) -> list[Section]:
    """Return the sections to draw; refuse a wrong name before any work.

    Raises
    ------
    InputError
        If there is no section or no metric of such a name.
    """
    chosen = choose_sections(options.sections)
    if SECTIONS["training"] in chosen and len(data.trials):
        choose_metrics(data, options.job_metrics)
    return chosen


def draw_answers(
    data: TuningTables, chosen: Sequence[Section], options: DrawOptions, *, on_page: bool = False
) -> tuple[Facts, ChartContext, list[Answer]]:
    """Draw the sections that have something to say or to draw, behind a bar.

    Parameters
    ----------
    data : TuningData
    chosen : sequence of Section
    options : DrawOptions
    on_page : bool
        See `ChartContext`.

    Returns
    -------
    facts : Facts
    context : ChartContext
    answers : list of Answer
    """
    facts = facts_of(data, options.prices)
    charts = [chart for section in chosen for chart in section.charts]
    answers = []
    with progress("Drawing", "chart", len(charts)) as advance:
        context = link(facts, charts, options, on_page=on_page)
        for section in chosen:
            every: list[Panel | Missing] = []
            findings, notices = [], []
            for chart in section.charts:
                drawn, failed = draw_panels(chart, facts, context)
                finding, unsaid = state_finding(chart, facts)
                every += drawn
                findings += [finding] if finding else []
                notices += [*failed, *unsaid]
                advance(1)
            panels, missing = sort_out(every)
            findings += [missing] if missing else []
            if panels or findings:
                answers.append(Answer(section, tuple(findings), panels, tuple(notices)))
    return facts, context, answers
