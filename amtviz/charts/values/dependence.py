"""Partial dependence: layers that lie over a hyperparameter's panel while they are asked for."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.unit_chart import UnitChart

_PARAMETER = "dependence"


def dependence_parameter(context: ChartContext) -> alt.VariableParameter:
    """Return the switch: a signal, and a box to tick under the chart."""
    box = alt.BindCheckbox(input="checkbox", name="show partial dependence ")
    return alt.VariableParameter(name=_PARAMETER, value=context.options.dependence, bind=box)


def dependence_layers(facts: Facts, context: ChartContext, name: str) -> dict[str, alt.Chart]:
    """Draw the mean prediction and the band of the trials' own curves over a column's values.

    Parameters
    ----------
    facts : Facts
    context : ChartContext
    name : str
        The column's id: ``p0``…

    Returns
    -------
    dict of str to altair.Chart
        By what they hold.
        None where no model of the trials can be trusted.
    """
    data = context.data
    table = facts.partial_dependence
    own = table[table["Hyperparameter"] == data.hyperparameters[int(name[1:])].name]
    if own.empty:
        return {}
    x, y = context.axes[name], context.axes["y"]
    if x.kind == "category":
        places = {label: float(place) for place, label in enumerate(x.labels)}
        at = own["Value"].map(places)
    else:
        at = own["Value"].astype("float64")
        at = -np.log10(1 - at) if x.kind == "reverse-log" else at
    rows = pd.DataFrame({"u": at, "v": own["Mean"], "l": own["Low"], "h": own["High"]})
    if y.is_log or y.switched:  # a prediction may be 0 or less, which would stand at the top
        rows[["v", "l", "h"]] = rows[["v", "l", "h"]].clip(lower=y.domain[0])
    source = UnitChart(SharedData(f"dependence_{name}", to_rows(rows))).transform_filter(_PARAMETER)
    ink = alt.value(alt.expr("ink"))
    across = x.channel(alt.X, "u")
    if x.kind == "category":
        band = source.mark_rule(strokeWidth=6, opacity=0.25, tooltip=None)
        line = source.mark_point(filled=True, size=60, shape="diamond", opacity=1, tooltip=None)
    else:
        band = source.mark_area(opacity=0.16, clip=True, tooltip=None)
        line = source.mark_line(strokeWidth=2, clip=True, tooltip=None)
    return {
        "dependence_band": band.encode(x=across, y=y.channel(alt.Y, "l"), y2="h", color=ink),
        "dependence": line.encode(x=across, y=y.channel(alt.Y, "v"), color=ink),
    }
