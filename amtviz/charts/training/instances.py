"""How busy the machines were: CPU, memory, disk and GPU of each instance during training."""

from __future__ import annotations

from amtviz.charts.chart import Chart, draw_alone
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.series import draw_series
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables

# metric: panel name, title, unit
_PANELS = {
    "CPUUtilization": ("cpu", "CPU", "% of one core"),
    "MemoryUtilization": ("memory", "Memory", "% of the instance"),
    "GPUUtilization": ("gpu", "GPU", "% of one GPU"),
    "GPUMemoryUtilization": ("gpu_memory", "GPU memory", "% of one GPU's"),
    "DiskUtilization": ("disk", "Disk", "% of the instance"),
}


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the panels ``cpu``, ``memory``, ``gpu``, ``gpu_memory`` and ``disk`` that have data."""
    recorded = set(context.points["m"].unique())
    return [
        draw_series(context, metric, view, title, unit=unit, from_zero=True)
        for metric, (view, title, unit) in _PANELS.items()
        if metric in recorded
    ]


def draw_instances(data: TuningTables) -> TuningChart:
    """Draw how busy each instance of each training job was, over elapsed time.

    CPU and GPU are percent of one core or GPU, so that four busy cores are 400 %.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when nothing was recorded.
    """
    return draw_alone(CHART, data)


CHART = Chart(
    name="instances",
    title="Instances during training",
    panels=panels,
    draw=draw_instances,
)
