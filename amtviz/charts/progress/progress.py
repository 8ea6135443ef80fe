"""Is the search getting anywhere? The objective over time, with the best so far."""

from __future__ import annotations

import altair as alt
import pandas as pd

from amtviz.analysis.best_so_far import compute_best_so_far
from amtviz.charts.chart import Chart, draw_alone
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_scatter
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables


def brushes(facts: Facts, context: ChartContext) -> list[str]:
    """Columns that this chart's panel brushes."""
    return [context.time_field]


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the panel ``progress``."""
    name = context.time_field
    best = SharedData("best", to_rows(_best_so_far(context)))
    line = (
        UnitChart(best)
        .transform_filter(context.job_chosen)
        .mark_line(interpolate="step-after", strokeDash=[4, 3], strokeWidth=1.5, tooltip=None)
        .encode(
            x=context.axes[name].channel(alt.X, name),
            y=context.axes["y"].channel(alt.Y, "y"),
            **context.line_colour(),
        )
    )
    title = f"{CHART.title}, by {context.axes[name].title}"
    return [draw_scatter(context, name, "progress", title, over={"best_so_far": line})]


def draw_progress(data: TuningTables) -> TuningChart:
    """Draw the objective of every trial over its start time, and the best so far of each job.

    Failed and unscored trials are ticks under the points. Where jobs lie far apart in time, or
    times are unknown, the order of the trials takes the place of the time.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
    """
    return draw_alone(CHART, data)


def _best_so_far(context: ChartContext) -> pd.DataFrame:
    data = context.data
    best = compute_best_so_far(data.trials, data.objective)
    frame = context.frame[["a", "j", context.time_field]]
    place = {name: index for index, name in enumerate(data.job_names)}
    best = best.assign(j=best["TuningJobName"].map(place), a=best["TrainingJobName"])
    merged = best.merge(frame, on=["a", "j"], how="left")
    return merged[["j", context.time_field]].assign(y=merged["BestSoFar"])


CHART = Chart(
    name="progress",
    title="Progress",
    panels=panels,
    draw=draw_progress,
    brushes=brushes,
)
