"""Rows from the top, each with its name beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt


def row_axis(
    names: Sequence[str],
    limit: int,
    *,
    places: Sequence[float] | None = None,
    rows: float | None = None,
    field: str = "r",
    **axis: Any,
) -> alt.Y:
    """Encode a field that numbers rows from 0 at the top.

    Parameters
    ----------
    names : sequence of str
    limit : int
        Pixels for a name.
    places : sequence of float, optional
        The row of each name, which may lie between two; by default 0, 1, …
    rows : float, optional
        How many rows there is room for; by default as many as there are names.
    field : str
    **axis
        As in ``altair.Axis``.

    Returns
    -------
    altair.Y
    """
    places = list(range(len(names)) if places is None else places)
    by_place = json.dumps({f"{place:.2f}": name for place, name in zip(places, names, strict=True)})
    options: dict[str, Any] = {
        "values": places,
        "tickCount": len(places),
        "labelExpr": f"{by_place}[format(datum.value, '.2f')]",
        "labelLimit": limit,
        "labelOverlap": False,
        "labelFontSize": 11,
        "grid": False,
        "ticks": False,
        "domain": False,
    }
    bottom = (len(names) if rows is None else rows) - 0.5
    return alt.Y(
        f"{field}:Q",
        title=None,
        scale=alt.Scale(domain=[bottom, -0.5], nice=False, zero=False),
        axis=alt.Axis(**options | axis),
    )
