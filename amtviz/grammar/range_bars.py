"""Ranges as bars on a hyperparameter's declared scale, one row below the other."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt
import pandas as pd

from amtviz.analysis.scale import Scale


def value_spans(scale: Scale, values: Sequence[str]) -> list[tuple[float, float]]:
    """Give where values of a categorical hyperparameter lie on its scale, from 0 to 1."""
    count = max(1, len(scale.categories))
    return [
        ((place + 0.03) / count, (place + 0.97) / count)
        for place, name in enumerate(scale.categories)
        if name in values
    ]


def number_span(scale: Scale, low: float, high: float) -> tuple[float, float]:
    """Give where both ends of a range lie on a numeric scale, from 0 to 1."""
    left, right = scale.to_unit(pd.Series([low, high]))
    return float(left), float(right)


def row_axis(
    names: Sequence[str], places: Sequence[float], ends: tuple[float, float], limit: int
) -> alt.Y:
    """Encode rows ``r`` from the top, with a name beside each.

    Parameters
    ----------
    names : sequence of str
    places : sequence of float
        The row of each name: names stand at whole numbers, or anywhere between.
    ends : tuple of float
        The row at the bottom, and the one at the top.
    limit : int
        Pixels for a name.
    """
    by_place = json.dumps({f"{place:.2f}": name for place, name in zip(places, names, strict=True)})
    return alt.Y(
        "r:Q",
        title=None,
        scale=alt.Scale(domain=list(ends), nice=False, zero=False),
        axis=alt.Axis(
            values=list(places),
            tickCount=len(places),
            labelExpr=f"{by_place}[format(datum.value, '.2f')]",
            labelLimit=limit,
            labelOverlap=False,
            grid=False,
            ticks=False,
            domain=False,
            labelFontSize=11,
        ),
    )
