"""What should the next tuning job search? Suggested ranges beside the old ones."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.best_so_far import rank_trials
from amtviz.analysis.scale import Scale, make_scale
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.next.range_bars import number_span, value_spans
from amtviz.findings.facts import Facts
from amtviz.findings.next_ranges import state_suggestion
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.row_axis import row_axis
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import ACCENT, BACKGROUND, WIDE
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables
from amtviz.wording.values import format_interval

_ROW = 30  # pixels
_NAMES = 150  # pixels
_WORDS = 300  # pixels beside the picture for what changes
_LEAST = 0.35  # of the width, for the picture of the ranges
_MOST_TICKS = 25
_ENDS = (-0.18, 1.18)  # of the picture at least, in old ranges: extensions lie outside of 0 to 1
_MARGIN = 0.03


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the wide panel ``next_ranges``, one row per hyperparameter; none without any."""
    return [_draw(facts, context)] if len(context.data.hyperparameters) else []


def draw_next_ranges(data: TuningTables) -> TuningChart:
    """Draw the suggested range of each hyperparameter over the one that was searched.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
    """
    return draw_alone(CHART, data)


def _draw(facts: Facts, context: ChartContext) -> Panel:
    data, table = facts.tables, facts.suggestions["balanced"]
    bars, ticks, labels = [], [], []
    best = _best(data)
    for place, row in enumerate(table.itertuples()):
        hyperparameter = data.hyperparameters[place]
        scale = make_scale(hyperparameter, data.trials[hyperparameter.column])
        for low, high in _spans(row, scale):
            bars.append({"r": place, "l": low, "h": high})
        units = scale.to_unit(best[hyperparameter.column])
        if scale.kind == "category":  # beside each other, where many have the same
            units = units + np.linspace(-0.3, 0.3, len(units)) / max(1, len(scale.categories))
        ticks += [{"r": place, "u": float(u)} for u in units[np.isfinite(units)]]
        labels.append(_label(row))
    names = [str(name) for name in table["Hyperparameter"]]
    base = {
        "bars": SharedData("nextbars", to_rows(pd.DataFrame(bars, columns=["r", "l", "h"]))),
        "ticks": SharedData("nextticks", to_rows(pd.DataFrame(ticks, columns=["r", "u"]))),
        "rows": SharedData(
            "nextrows",
            to_rows(pd.DataFrame({"r": range(len(names)), "z": 0.0, "e": 1.0, "t": labels})),
        ),
    }
    width = context.width(WIDE - _NAMES)
    picture = f"max({_LEAST} * {width}, {width} - {_WORDS})"
    ends: Any = [0, alt.expr(picture)]
    x: dict[str, Any] = {
        "scale": alt.Scale(domain=_domain(bars), nice=False, zero=False, range=ends)
    }
    y = row_axis(names, _NAMES)
    height = max(2, len(names)) * _ROW
    old = UnitChart(base["rows"]).mark_bar(
        color=BACKGROUND, opacity=0.28, height=14, orient="horizontal", tooltip=None
    )
    new = UnitChart(base["bars"]).mark_bar(
        color=ACCENT, opacity=0.75, height=7, orient="horizontal", tooltip=None
    )
    tick = UnitChart(base["ticks"]).mark_tick(
        orient="vertical", size=16, thickness=1.5, opacity=0.55, tooltip=None, yOffset=0
    )
    words = UnitChart(base["rows"]).mark_text(
        align="left", fontSize=11, limit=alt.expr(f"{width} - {picture} - 10"), tooltip=None
    )
    ink = alt.value(alt.expr("ink"))
    right = alt.value(alt.expr(f"{picture} + 10"))
    layers = {
        "searched": old.encode(x=alt.X("z:Q", axis=None, title=None, **x), x2="e", y=y),
        "suggested": new.encode(x=alt.X("l:Q"), x2="h", y=alt.Y("r:Q")),
        "best": tick.encode(x=alt.X("u:Q"), y=alt.Y("r:Q"), color=ink),
        "changes": words.encode(x=right, y=alt.Y("r:Q"), text="t:N", color=ink),
    }
    chart = lay(
        "next_ranges",
        layers,
        title=alt.TitleParams(
            CHART.title,
            subtitle=f"wide: {_searched(data)}; narrow: what to search next at balanced risk; "
            f"{_ticks(len(best))}each on its scale",
            limit=WIDE,
        ),
        width=WIDE - _NAMES,
        height=height,
    )
    return Panel(chart, wide=True)


def _searched(data: TuningTables) -> str:
    declared = [h.declared for h in data.hyperparameters]
    if all(declared):
        return "what was searched"
    return (
        "what was searched, or tried where no range is declared"
        if any(declared)
        else "what was tried"
    )


def _domain(bars: list[dict[str, Any]]) -> list[float]:
    """Return the ends of a picture that holds all bars."""
    left = min([_ENDS[0], *(bar["l"] - _MARGIN for bar in bars)])
    return [left, max([_ENDS[1], *(bar["h"] + _MARGIN for bar in bars)])]


def _ticks(count: int) -> str:
    which = "the best trial" if count == 1 else f"the best {count} trials"
    return f"ticks: {which}; " if count else ""


def _best(data: TuningTables) -> pd.DataFrame:
    ranks = rank_trials(data.trials, data.objective)
    scored = int(ranks.notna().sum())
    count = int(np.clip(math.ceil(0.2 * scored), min(5, scored), _MOST_TICKS))
    return data.trials[(ranks <= count).fillna(False).to_numpy(bool)]


def _spans(row: Any, scale: Scale) -> list[tuple[float, float]]:
    """Return where the suggestion lies, in old ranges."""
    if scale.kind == "category":
        return value_spans(scale, row.Values)
    low, high = number_span(scale, row.Low, row.High)
    old_low, old_high = number_span(scale, row.OldLow, row.OldHigh)
    if not old_low < old_high:
        return [(0.0, 1.0)]
    ends = (np.array([low, high]) - old_low) / (old_high - old_low)
    return [(float(ends[0]), float(ends[1]))]


def _label(row: Any) -> str:
    if row.Change == "drop":
        return f"keep {', '.join(row.Values)} only"
    old = ", ".join(row.OldValues) or format_interval(row.OldLow, row.OldHigh, row.Scaling)
    if row.Change == "keep":
        return f"keep {old}"
    new = format_interval(row.Low, row.High, row.Scaling)
    return f"{old} → {new}"


CHART = Chart(
    name="next_ranges",
    title="What to search next",
    panels=panels,
    draw=draw_next_ranges,
    finding=state_suggestion,
)
