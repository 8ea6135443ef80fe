"""Where are the good values? One panel per hyperparameter: the objective against its value."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import altair as alt
import numpy as np

from amtviz.analysis.association import compute_association
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import Missing
from amtviz.charts.values.dependence import dependence_layers, dependence_parameter
from amtviz.findings.facts import Facts
from amtviz.grammar.axes import Axis
from amtviz.grammar.context import SELECTING, ChartContext, Panel
from amtviz.grammar.density import FEWEST, selected_density, static_density, told_density
from amtviz.grammar.layers import Drawn, lay, tell
from amtviz.grammar.scatter import draw_anchor, draw_scatter
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import ACCENT, DIM, PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables
from amtviz.settings import DrawOptions

ORDERED_ABOVE = 12  # more panels than that are ordered by strength of association
_CONSTANT = ("all trials have the same value", "trials with other values")
_UNSET = ("no trial has a value", "trials with values")
_FEW_VALUES = 8
_MANY_CATEGORIES = 20
_NARROWEST = 4  # pixels of half a violin
_VIOLIN = 0.42  # half its greatest width, where 1 is the distance between two values


def brushes(facts: Facts, context: ChartContext) -> list[str]:
    """Columns that this chart's panels brush."""
    every = [f"p{place}" for place in range(len(context.data.hyperparameters))]
    varied = [name for name in every if _varies(context, name)]
    return varied + [name for name in ("j", "df", "s") if _several(context, name)]


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw ``hyperparameter_0``… with densities, ``tuning_job``, ``algorithm``, ``status``."""
    charts: list[Panel | Missing] = []
    for place in _order(context):
        name, view = f"p{place}", f"hyperparameter_{place}"
        title = panel_title(context, name)
        if not _varies(context, name):
            none = context.frame[name].isna().all()
            charts.append(Missing(context.axes[name].title, *(_UNSET if none else _CONSTANT)))
            continue
        over = dependence_layers(facts, context, name)
        panel = draw_scatter(context, name, view, title, rug=context.options.advanced, over=over)
        switch = (dependence_parameter(context),) if over else ()
        charts.append(replace(panel, parameters=(*panel.parameters, *switch)))
        if _has_densities(context, name) and not context.all_equal:
            charts.append(draw_densities(context, name, f"{view}_density"))
    if _several(context, "j"):
        charts.append(draw_scatter(context, "j", "tuning_job", context.axes["j"].title))
    if _several(context, "df"):
        charts.append(draw_scatter(context, "df", "algorithm", "algorithm"))
    if _several(context, "s"):
        charts.append(draw_scatter(context, "s", "status", "status"))
    return charts


def draw_hyperparameters(
    data: TuningTables, *, advanced: bool = False, dependence: bool = False
) -> TuningChart:
    """Draw the objective against each hyperparameter, on its declared scale.

    Categorical and few-valued hyperparameters have the density of the objective per value
    beside. More than twelve are ordered by their association with the objective, strongest first.

    Parameters
    ----------
    data : TuningData
    advanced : bool
        Add a rug: a tick for each trial under the points.
    dependence : bool
        Begin with the partial dependence shown: the mean prediction, and a band that holds nine
        tenths of the single trials' curves. A box under the chart shows and hides it.

    Returns
    -------
    altair.VConcatChart
    """
    return draw_alone(CHART, data, DrawOptions(advanced=advanced, dependence=dependence))


def panel_title(context: ChartContext, name: str) -> str:
    """Name the hyperparameter, its scale if that isn't linear, and how many have no value."""
    axis = context.axes[name]
    title = axis.title
    if axis.kind in ("log", "reverse-log"):
        title += f" ({axis.kind.replace('-', ' ')} scale)"
    missing = int(context.frame[name].isna().sum())
    return f"{title} · {missing} without" if missing else title


def draw_densities(context: ChartContext, name: str, view: str) -> Panel | Missing:
    """Draw the density of the objective at each value as a violin, selected over all."""
    axis, y = context.axes[name], context.axes["y"]
    title = f"{axis.title}: density per value"
    everything = static_density(context, name)
    if everything.empty:
        few = f"no value has {FEWEST} trials with an objective"
        return Missing(title, few, "more trials a value")
    values = sorted(context.frame[name].dropna().unique())
    half = _VIOLIN * (1.0 if axis.kind == "category" else float(np.diff(values).min()))
    # no violin is cut at the panel's edge
    ends = (min(axis.domain[0], values[0] - half), max(axis.domain[1], values[-1] + half))
    axis = replace(axis, domain=ends)
    everything = everything.assign(
        x0=everything["g"] - half * everything["d"], x1=everything["g"] + half * everything["d"]
    )
    at: dict[str, Any] = {
        "x": axis.channel(alt.X, "x0"),
        "x2": "x1",
        "y": y.channel(alt.Y, "v"),
    }
    background = UnitChart(SharedData(f"density_{name}", to_rows(everything.drop(columns="d"))))
    background = background.transform_filter(SELECTING)
    selected = selected_density(context, name).transform_calculate(
        x0=f"datum.{name} - {half!r} * datum.d", x1=f"datum.{name} + {half!r} * datum.d"
    )
    area = partial(_violin, at)
    violins = area(selected, name, color=ACCENT, opacity=0.6)
    dim = [
        [group, curve["d"].tolist()] for group, curve in everything.groupby("g") if context.on_page
    ]
    told = told_density(context, name, "violins", half=half, colour="accent", opacity=0.6, dim=dim)
    layers: dict[str, alt.Chart | Drawn] = {
        "anchor": draw_anchor(context, axis.channel(alt.X), y.channel(alt.Y)),
        "background": Drawn(area(background, "g", color=DIM)),
        "selected": Drawn(violins, told),
    }
    chart = lay(view, layers, title=title, width=PANEL_WIDTH, height=PANEL_HEIGHT)
    spread = f"How the trials' values of {y.title} are spread for each {axis.title}."
    return Panel(
        chart,
        brush=name,
        parameters=y.parameters,
        shared=True,
        sentence=spread,
        drawn=tell(view, layers),
    )


def _violin(at: dict[str, Any], chart: alt.Chart, group: str, **mark: Any) -> alt.Chart:
    chart = chart.mark_area(orient="horizontal", tooltip=None, clip=True, **mark)
    return chart.encode(**at, detail=f"{group}:N")


def _has_densities(context: ChartContext, name: str) -> bool:
    axis: Axis = context.axes[name]
    if axis.kind == "category":
        return 1 < len(axis.labels) <= _MANY_CATEGORIES
    values = np.sort(context.frame[name].dropna().unique())
    if axis.kind not in ("integer", "linear") or not 1 < len(values) <= _FEW_VALUES:
        return False
    # a violin that is a hair's breadth wide, in a range much wider than its values, says nothing
    pixels = np.diff(values).min() / (axis.domain[1] - axis.domain[0]) * PANEL_WIDTH
    return bool(pixels * _VIOLIN >= _NARROWEST)


def _varies(context: ChartContext, name: str) -> bool:
    """Whether trials differ in it: the only trial's values are shown, too."""
    values = context.frame[name].dropna()
    return bool(values.nunique() > 1) or (len(context.frame) == 1 and len(values) == 1)


def _several(context: ChartContext, name: str) -> bool:
    return name in context.axes and bool(context.frame[name].nunique() > 1)


def _order(context: ChartContext) -> list[int]:
    hyperparameters = context.data.hyperparameters
    if len(hyperparameters) <= ORDERED_ABOVE:
        return list(range(len(hyperparameters)))
    strength = compute_association(context.data.trials, context.data.objective, hyperparameters)
    columns = [h.column for h in hyperparameters]
    return [columns.index(c) for c in strength.index]


CHART = Chart(
    name="hyperparameters",
    title="Hyperparameters",
    panels=panels,
    draw=draw_hyperparameters,
    brushes=brushes,
)
