"""What happened inside each training job: the objective as it trained."""

from __future__ import annotations

from amtviz.charts.chart import Chart, draw_alone
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.series import draw_series, series_points
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the panels ``objective_progression`` and ``objective_progression_clock``.

    None when no training job recorded its objective more than once; no clock without times.
    """
    name = context.data.objective.metric_name
    points = series_points(context, name)
    if not points.groupby(["i", "g"]).size().gt(1).any():
        return []
    title = f"{name} during training"
    view = "objective_progression"
    drawn = [draw_series(context, name, view, title)]
    if points["c"].notna().any():
        drawn.append(draw_series(context, name, f"{view}_clock", title, clock=True))
    return drawn


def draw_objective_progression(data: TuningTables) -> TuningChart:
    """Draw the objective inside each training job, over elapsed time and over time of day.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when no training job recorded its objective more than once.
    """
    return draw_alone(CHART, data)


CHART = Chart(
    name="objective_progression",
    title="The objective during training",
    panels=panels,
    draw=draw_objective_progression,
)
