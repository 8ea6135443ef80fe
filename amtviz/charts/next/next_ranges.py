"""What should the next tuning job search? Suggested ranges beside the old ones."""

from __future__ import annotations

from typing import Any

import altair as alt

from amtviz.analysis.scale import make_scale
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.next.range_bars import (
    RangeRow,
    best_fifth,
    best_ticks,
    draw_range_rows,
    name_ticks,
    spans_over,
)
from amtviz.findings.facts import Facts
from amtviz.findings.next_ranges import state_suggestion
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.theme import WIDE
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.wording.values import format_interval


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the wide panel ``next_ranges``, one row per hyperparameter; none without any."""
    return [_draw(facts, context)] if len(context.data.hyperparameters) else []


def draw_next_ranges(data: TuningTables) -> TuningChart:
    """Draw the suggested range of each hyperparameter over the one that was searched.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
    """
    return draw_alone(CHART, data)


def _draw(facts: Facts, context: ChartContext) -> Panel:
    data, table = facts.tables, facts.suggestions["balanced"]
    best = best_fifth(data.trials, data.objective)
    rows = []
    for hyperparameter, row in zip(data.hyperparameters, table.itertuples(), strict=True):
        scale = make_scale(hyperparameter, data.trials[hyperparameter.column])
        suggested = spans_over(scale, row, row.Low, row.High, row.Values)
        rows.append(
            RangeRow(
                str(row.Hyperparameter), suggested, _label(row), ticks=best_ticks(scale, row, best)
            )
        )
    title = alt.TitleParams(
        CHART.title,
        subtitle=f"wide: {_searched(data)}; narrow: what to search next at balanced risk; "
        f"{name_ticks(len(best))}each on its scale",
        limit=WIDE,
    )
    return draw_range_rows(context, "next_ranges", title, rows)


def _searched(data: TuningTables) -> str:
    declared = [h.declared for h in data.hyperparameters]
    if all(declared):
        return "what was searched"
    return (
        "what was searched, or tried where no range is declared"
        if any(declared)
        else "what was tried"
    )


def _label(row: Any) -> str:
    if row.Change == "drop":
        return f"keep {', '.join(row.Values)} only"
    old = ", ".join(row.OldValues) or format_interval(row.OldLow, row.OldHigh, row.Scaling)
    if row.Change == "keep":
        return f"keep {old}"
    new = format_interval(row.Low, row.High, row.Scaling)
    return f"{old} → {new}"


CHART = Chart(
    name="next_ranges",
    title="What to search next",
    panels=panels,
    draw=draw_next_ranges,
    finding=state_suggestion,
)
