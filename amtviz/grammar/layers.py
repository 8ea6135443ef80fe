"""Layers by name: so does a selection find its layer, and a reader of the picture what it holds."""

from __future__ import annotations

from collections.abc import Mapping
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


def lay(view: str, layers: Mapping[str, alt.Chart], **options: Any) -> Any:
    """Lay charts over each other in one view.

    Parameters
    ----------
    view : str
        The view's fixed name.
    layers : mapping of str to altair.Chart
        From back to front, by what each holds. A layer that holds ``selected`` is called
        ``<view>_selected``; in a chart of several views, Altair puts a number behind that.
    **options
        Of the view: ``title``, ``width``, ``height``…

    Returns
    -------
    altair.LayerChart
    """
    named = (layer.properties(name=f"{view}_{what}") for what, layer in layers.items())
    return layered(*named, name=view, **options)
