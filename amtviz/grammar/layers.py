"""Layers by name: so does a selection find its layer, and a reader of the picture what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt

from amtviz.grammar.unit_chart import layered


def label_rows(rows: alt.Chart, y: alt.Y, width: str) -> alt.Chart:
    """Write each row's text ``t`` over its mark, from the left.

    Parameters
    ----------
    rows : altair.Chart
    y : altair.Y
        Where the rows stand.
    width : str
        Expression: the pixels that a text may take.

    Returns
    -------
    altair.Chart
    """
    text = rows.mark_text(
        align="left",
        baseline="bottom",
        dy=-5,
        fontSize=10,
        limit=alt.expr(width),
        tooltip=None,
    )
    return text.encode(x=alt.value(0), y=y, text="t:N", color=alt.value(alt.expr("ink")))


@dataclass(frozen=True, eq=False)
class Drawn:
    """A layer of trials that a page's script draws itself, many times faster than Vega.

    Attributes
    ----------
    chart : altair.Chart
        The same for Vega, in every other place.
    told : mapping, optional
        What the script needs to know: its ``kind`` and what that asks for, see the page's
        ``kinds.js``. None for a layer that the script draws with another.
    """

    chart: alt.Chart
    told: Mapping[str, Any] | None = None


Layers = Mapping[str, alt.Chart | Drawn]


def tell(view: str, layers: Layers) -> dict[str, Mapping[str, Any] | None]:
    """Return what a page's script needs to know of the layers that it draws, by their names."""
    return {f"{view}_{n}": each.told for n, each in layers.items() if isinstance(each, Drawn)}


def lay(view: str, layers: Layers, **options: Any) -> Any:
    """Lay charts over each other in one view.

    Parameters
    ----------
    view : str
        The view's fixed name.
    layers : mapping of str to altair.Chart or Drawn
        From back to front, by what each holds. A layer that holds ``selected`` is called
        ``<view>_selected``; in a chart of several views, Altair puts a number behind that.
    **options
        Of the view: ``title``, ``width``, ``height``…

    Returns
    -------
    altair.LayerChart
    """
    charts = {n: each.chart if isinstance(each, Drawn) else each for n, each in layers.items()}
    named = (chart.properties(name=f"{view}_{what}") for what, chart in charts.items())
    return layered(*named, name=view, **options)
