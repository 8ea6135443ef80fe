"""Which trials are best? Training jobs ranked by their objective."""

from __future__ import annotations

import json

import altair as alt

from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import ALL_EQUAL, NO_OBJECTIVE, Missing
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_scatter
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.wording.names import shared_prefix

_NAMED = 12  # up to here every training job is named on the axis; above, ranks are numbered


def brushes(facts: Facts, context: ChartContext) -> list[str]:
    """Columns that this chart's panel brushes."""
    return ["k"] if context.scored and not context.all_equal else []


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw the panel ``training_jobs``."""
    if not context.scored:
        return [Missing(CHART.title, *NO_OBJECTIVE)]
    if context.all_equal:
        return [Missing(CHART.title, *ALL_EQUAL)]
    labels = _names(context) if context.scored <= _NAMED else _ranks(context)
    return [draw_scatter(context, "k", "training_jobs", CHART.title, x_axis=labels)]


def draw_training_jobs(data: TuningTables) -> TuningChart:
    """Draw the training jobs ranked by their objective, best first.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
    """
    return draw_alone(CHART, data)


def _ranks(context: ChartContext) -> alt.Axis:
    """Number the ranks from 1, for there is no rank 0."""
    quarter = context.scored // 4
    step = max(1, round(quarter, 1 - len(str(quarter))))
    values = [1, *range(step, context.scored + 1, step)]
    return context.axes["k"].axis(values=values, tickCount=len(values))  # or Vega drops some


def _names(context: ChartContext) -> alt.Axis:
    """Name each rank's training job, without what all their names begin with."""
    ranked = context.frame.dropna(subset="k").sort_values("k")["a"].tolist()
    shared = len(shared_prefix(ranked))
    names = ["", *(name[shared:] for name in ranked)]  # the best has rank 1
    return context.axes["k"].axis(
        values=list(range(1, len(names))),
        tickCount=len(names),
        labelExpr=f"{json.dumps(names)}[datum.value]",
        labelAngle=-35,
        labelLimit=96,
        labelOverlap=False,
        labelFlush=False,
    )


CHART = Chart(
    name="training_jobs",
    title="Training jobs, best first",
    panels=panels,
    draw=draw_training_jobs,
    brushes=brushes,
)
