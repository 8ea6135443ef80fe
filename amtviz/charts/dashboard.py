"""The charts of all sections in one chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt

from amtviz.analysis.best_so_far import rank_trials
from amtviz.charts.answers import choose_answers, draw_answers
from amtviz.charts.chart import draw_nothing, own_columns
from amtviz.charts.sections import CHARTS
from amtviz.findings.facts import facts_of
from amtviz.grammar.compose import compose
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.theme import COLUMNS, PANEL_STEP, break_lines
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.settings import DRAW_DEFAULTS, DrawOptions
from amtviz.wording.numbers import format_number


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
    chosen = choose_answers(data, options)
    if not len(data.trials):
        return draw_nothing(data, heading)
    _, context, answers = draw_answers(data, chosen, options)
    width = columns * PANEL_STEP
    groups: list[tuple[alt.TitleParams | None, Sequence[Panel]]] = []
    for answer in answers:
        # Vega breaks no lines
        lines = [line for text in answer.findings for line in break_lines(text, width).split("\n")]
        question = answer.section.question
        titled = alt.TitleParams(question, subtitle=lines, fontSize=15, limit=width)
        groups.append((titled, answer.panels))
    return compose(groups, context, columns=columns, title=heading)


def selection_context(data: TuningTables) -> ChartContext:
    """Return what selections refer to: the trials' columns, those that charts add included."""
    return ChartContext(data, own=own_columns(facts_of(data), CHARTS.values()))


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
