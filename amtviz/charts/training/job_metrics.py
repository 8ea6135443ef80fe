"""What happened inside each training job: the metrics that its algorithm reported."""

from __future__ import annotations

from collections.abc import Sequence

from amtviz.charts.chart import Chart, draw_alone
from amtviz.errors import InputError, join_choices
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.series import draw_series
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.schema import INSTANCE_METRICS
from amtviz.settings import DrawOptions
from amtviz.texts import list_distinct

MOST_UNASKED = 6  # more metrics than that are drawn only if they are named
_ALIAS = "ObjectiveMetric"  # the name that AWS gives the objective a second time


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the panels ``metric_0``…, in the order of the names."""
    names = choose_metrics(context.data, context.options.job_metrics)
    recorded = set(context.points["m"].unique())
    return [
        draw_series(context, name, f"metric_{place}", name)
        for place, name in enumerate(names)
        if name in recorded
    ]


def draw_job_metrics(data: TuningTables, job_metrics: Sequence[str] | None = None) -> TuningChart:
    """Draw each metric inside each training job over elapsed time.

    Parameters
    ----------
    data : TuningData
    job_metrics : sequence of str, optional
        By default the algorithm's own metrics, without the objective, if they are six or fewer.

    Returns
    -------
    altair.VConcatChart

    Raises
    ------
    InputError
        If there is no metric of such a name.
    """
    return draw_alone(CHART, data, DrawOptions(job_metrics=job_metrics))


def own_metrics(data: TuningTables) -> list[str]:
    """Name the metrics that the algorithm reported beside the objective."""
    metrics = data.metrics
    names = list_distinct(metrics.loc[metrics["Host"] == "", "MetricName"])
    left_out = {data.objective.metric_name, _ALIAS, *INSTANCE_METRICS}
    return sorted(str(name) for name in names if name not in left_out)


def choose_metrics(data: TuningTables, asked: Sequence[str] | None) -> list[str]:
    """Name the metrics to draw.

    Parameters
    ----------
    data : TuningData
    asked : sequence of str, optional

    Returns
    -------
    list of str

    Raises
    ------
    InputError
        If there is no metric of a name that was asked for.
    """
    if asked is None:
        own = own_metrics(data)
        return own if len(own) <= MOST_UNASKED else []
    declared = {name for job in data.jobs for name in job.metric_names}
    known = sorted({*map(str, list_distinct(data.metrics["MetricName"])), *declared})
    for name in asked:
        if name not in known:
            raise InputError(
                f"There is no metric {name!r} in these tuning jobs. Choose from "
                f"{join_choices(known)}."
            )
    return list(dict.fromkeys(asked))


CHART = Chart(
    name="job_metrics",
    title="Metrics during training",
    panels=panels,
    draw=draw_job_metrics,
)
