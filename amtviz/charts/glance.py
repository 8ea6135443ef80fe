"""The charts at a glance: one row of panels, as the picture for where no JavaScript runs."""

from __future__ import annotations

from amtviz.charts.chart import draw_nothing, draw_panels, link
from amtviz.charts.page import RAIL, share_panels
from amtviz.charts.progress import objective_density, progress
from amtviz.charts.values import hyperparameters
from amtviz.findings.facts import facts_of
from amtviz.grammar.compose import compose
from amtviz.grammar.context import Panel
from amtviz.grammar.theme import COLUMNS
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.model import TuningTables
from amtviz.settings import DRAW_DEFAULTS, DrawOptions

_CHARTS = (progress.CHART, objective_density.CHART, hyperparameters.CHART)


def draw_glance(data: TuningTables, options: DrawOptions = DRAW_DEFAULTS) -> TuningChart:
    """Draw progress, the objective's density and the hyperparameters that matter most, in a row.

    Parameters
    ----------
    data : TuningData
    options : DrawOptions

    Returns
    -------
    TuningChart
        It says so in words when there is no trial yet.
    """
    if not len(data.trials):
        return draw_nothing(data)
    facts = facts_of(data, options.prices)
    context = link(facts, _CHARTS, options)
    panels = {
        str(panel.chart.name): panel
        for chart in _CHARTS
        for panel in draw_panels(chart, facts, context)[0]
        if isinstance(panel, Panel)  # or what is missing
    }
    shown = [panels[view] for view in (*RAIL, *share_panels(facts)) if view in panels]
    return compose([(None, shown[:COLUMNS])], context)
