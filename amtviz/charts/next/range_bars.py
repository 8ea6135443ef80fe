"""Ranges as bars on a hyperparameter's declared scale, one row below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.best_so_far import rank_trials
from amtviz.analysis.scale import Scale
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.row_axis import row_axis
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import ACCENT, BACKGROUND, WIDE
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import Objective

Spans = Sequence[tuple[float, float]]  # from left to right; 0 to 1 is what was searched before

_ROW = 30  # pixels
_NAMES = 150  # pixels
_WORDS = 300  # pixels beside the picture for what changes
_LEAST = 0.35  # of the width, for the picture of the ranges
_ENDS = (-0.18, 1.18)  # of the picture at least, in old ranges: extensions lie outside of 0 to 1
_MARGIN = 0.03
_MOST_BEST = 25
_THIN = 0.004  # of an old range, for a range that is one value


@dataclass(frozen=True)
class RangeRow:
    """One hyperparameter: what is suggested and what was searched, over what was before.

    Attributes
    ----------
    name : str
    suggested : sequence of (float, float)
    text : str
        What changes, in words.
    searched : sequence of (float, float)
    ticks : sequence of float
        Where the best trials lie.
    """

    name: str
    suggested: Spans
    text: str
    searched: Spans = ()
    ticks: Sequence[float] = ()


def value_spans(scale: Scale, values: Sequence[str]) -> list[tuple[float, float]]:
    """Return where values of a categorical hyperparameter lie on its scale, from 0 to 1."""
    count = max(1, len(scale.categories))
    return [
        ((place + 0.03) / count, (place + 0.97) / count)
        for place, name in enumerate(scale.categories)
        if name in values
    ]


def number_span(scale: Scale, low: float, high: float) -> tuple[float, float]:
    """Return where both ends of a range lie on a numeric scale, from 0 to 1."""
    left, right = scale.to_unit(pd.Series([low, high]))
    return float(left), float(right)


def spans_over(scale: Scale, row: Any, low: float, high: float, values: Sequence[str]) -> Spans:
    """Return where a range lies in the old one.

    Parameters
    ----------
    scale : Scale
    row : named tuple
        Of what `amtviz.analysis.suggest_ranges` returns: OldLow and OldHigh are 0 and 1.
    low, high : float
        Of a number.
    values : sequence of str
        Of a category.
    """
    if scale.kind == "category":
        return value_spans(scale, values)
    old_low, old_high = number_span(scale, row.OldLow, row.OldHigh)
    if not old_low < old_high:
        return [(0.0, 1.0)]
    ends = (np.array(number_span(scale, low, high)) - old_low) / (old_high - old_low)
    return [(float(ends[0]), float(ends[1]))]


def best_ticks(scale: Scale, row: Any, best: pd.DataFrame) -> list[float]:
    """Return where the best trials lie in the old range; those of a category beside each other."""
    units = scale.to_unit(best[scale.hyperparameter.column])
    if scale.kind == "category":
        units = units + np.linspace(-0.3, 0.3, len(units)) / max(1, len(scale.categories))
    else:
        # the scale may be wider: it holds what other tuning jobs tried
        low, high = number_span(scale, row.OldLow, row.OldHigh)
        units = (units - low) / (high - low) if low < high else units
    return [float(unit) for unit in units[np.isfinite(units)]]


def best_fifth(trials: pd.DataFrame, objective: Objective) -> pd.DataFrame:
    """Return the best fifth of the scored trials, at least five of them and at most 25."""
    ranks = rank_trials(trials, objective)
    scored = int(ranks.notna().sum())
    count = int(np.clip(np.ceil(0.2 * scored), min(5, scored), _MOST_BEST))
    return trials[(ranks <= count).fillna(False).to_numpy(bool)]


def name_ticks(count: int) -> str:
    """Say what the ticks are; empty without any."""
    which = "the best trial" if count == 1 else f"the best {count} trials"
    return f"ticks: {which}; " if count else ""


def draw_range_rows(
    context: ChartContext,
    view: str,
    title: alt.TitleParams,
    rows: Sequence[RangeRow],
    searched_by: int | None = None,
) -> Panel:
    """Draw a wide panel with a row for each hyperparameter.

    Parameters
    ----------
    context : ChartContext
    view : str
        The panel's name, whose datasets begin with it.
    title : altair.TitleParams
    rows : sequence of RangeRow
    searched_by : int, optional
        The number of the tuning job whose colour the searched ranges have.

    Returns
    -------
    Panel
    """
    bars: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    ticks: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        bars += [{"r": place, "l": low, "h": high} for low, high in row.suggested]
        lines += [
            {"r": place, "l": low, "h": max(high, low + _THIN), "j": searched_by}
            for low, high in row.searched
        ]
        ticks += [{"r": place, "u": unit} for unit in row.ticks]
    texts = [{"r": place, "z": 0.0, "e": 1.0, "t": row.text} for place, row in enumerate(rows)]
    width = context.width(WIDE - _NAMES)
    picture = f"max({_LEAST} * {width}, {width} - {_WORDS})"
    ends: Any = [0, alt.expr(picture)]
    x: dict[str, Any] = {
        "scale": alt.Scale(domain=_domain([*bars, *lines]), nice=False, zero=False, range=ends)
    }
    y = row_axis([row.name for row in rows], _NAMES)
    ink = alt.value(alt.expr("ink"))
    right = alt.value(alt.expr(f"{picture} + 10"))
    bar: dict[str, Any] = {"orient": "horizontal", "tooltip": None}
    whole = _base(f"{view}_rows", texts, "rzet")
    layers = {
        "searched": whole.mark_bar(color=BACKGROUND, opacity=0.28, height=14, **bar).encode(
            x=alt.X("z:Q", axis=None, title=None, **x), x2="e", y=y
        ),
        "suggested": _base(f"{view}_bars", bars, "rlh")
        .mark_bar(color=ACCENT, opacity=0.75, height=7, **bar)
        .encode(x=alt.X("l:Q"), x2="h", y=alt.Y("r:Q")),
    }
    if lines:
        line = _base(f"{view}_lines", lines, "rlhj").mark_bar(height=3, yOffset=10, **bar)
        layers["tried"] = line.encode(
            x=alt.X("l:Q"), x2="h", y=alt.Y("r:Q"), color=context.job_colour()
        )
    tick = _base(f"{view}_ticks", ticks, "ru").mark_tick(
        orient="vertical", size=16, thickness=1.5, opacity=0.55, tooltip=None, yOffset=0
    )
    words = whole.mark_text(
        align="left", fontSize=11, limit=alt.expr(f"{width} - {picture} - 10"), tooltip=None
    )
    layers |= {
        "best": tick.encode(x=alt.X("u:Q"), y=alt.Y("r:Q"), color=ink),
        "changes": words.encode(x=right, y=alt.Y("r:Q"), text="t:N", color=ink),
    }
    height = max(2, len(rows)) * _ROW
    chart = lay(view, layers, title=title, width=WIDE - _NAMES, height=height)
    return Panel(chart, wide=True)


def _base(name: str, rows: Sequence[dict[str, Any]], columns: str) -> UnitChart:
    return UnitChart(SharedData(name, to_rows(pd.DataFrame(rows, columns=list(columns)))))


def _domain(bars: Sequence[dict[str, Any]]) -> list[float]:
    """Return the ends of a picture that holds all bars."""
    left = min([_ENDS[0], *(bar["l"] - _MARGIN for bar in bars)])
    return [left, max([_ENDS[1], *(bar["h"] + _MARGIN for bar in bars)])]
