"""Which trials failed, where in the ranges, and why?"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.failures import CATEGORY, FINE, NOT_SET, RANGE, UNSCORED
from amtviz.charts.chart import Chart, draw_alone
from amtviz.findings.facts import Facts
from amtviz.findings.failures import (
    describe_reason,
    describe_region,
    did_fail,
    rates_of,
    state_failures,
)
from amtviz.grammar.axes import natural_key
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.row_axis import row_axis
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import ACCENT, BACKGROUND, PANEL_HEIGHT, PANEL_WIDTH, WIDE
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables
from amtviz.wording.numbers import format_number
from amtviz.wording.times import format_duration

_MOST_PANELS = 4
_FEWEST_PANELS = 3  # drawn even where failing can't be told to depend on anything
_MOST_REGIONS = 8  # of categories
_LABEL, _COUNT = 90, 40  # pixels beside the rates
_RATES = PANEL_WIDTH - _LABEL  # pixels
_MOST_REASONS = 8
_CLASS = 130  # pixels
_BARS = 200  # pixels
_ROW = 24  # pixels
_CHARACTER = 6  # pixels of a digit
_LETTERS = 130  # of a reason


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw ``failures_0``… (the rate by region) and ``failures_reasons``; none without failures."""
    if not len(facts.failure_reasons):
        return []
    table = facts.failure_dependence
    shown = table.head(max(_FEWEST_PANELS, min(_MOST_PANELS, int(table["Depends"].sum()))))
    most = [rates_of(facts, name)["RateHigh"].max() for name in shown["Hyperparameter"]]
    right = min(1.0, max(most, default=1.0) * 1.04)  # the same for all, to be compared
    rates = [_draw_rates(facts, place, right) for place in range(len(shown))]
    return [*rates, _draw_reasons(facts, context)]


def draw_failures(data: TuningTables) -> TuningChart:
    """Draw how often trials fail by region of the hyperparameters, and the reasons, grouped.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when no trial failed.
    """
    return draw_alone(CHART, data)


def _draw_rates(facts: Facts, nth: int, right: float) -> Panel:
    """Draw one hyperparameter's regions: the rate with its interval, and the counts."""
    tested = facts.failure_dependence.iloc[nth]
    name = tested["Hyperparameter"]
    rates, left = _shown(rates_of(facts, name))
    ended = facts.outcomes.dropna()
    base = float(ended.ne(FINE).mean())
    names = [describe_region(row) for _, row in rates.iterrows()]
    rows = pd.DataFrame(
        {
            "r": range(len(rates)),
            "v": rates["Rate"],
            "l": rates["RateLow"],
            "h": rates["RateHigh"],
            "b": base,
            "t": [f"{k:,}/{n:,}" for k, n in zip(rates["Failed"], rates["Trials"], strict=True)],
        }
    )
    data = UnitChart(SharedData(f"failing_{nth}", to_rows(rows)))
    known = data.transform_filter("isValid(datum.v)")
    x = alt.X(
        "v:Q",
        title=None,
        scale=alt.Scale(domain=[0, right], nice=False),
        axis=alt.Axis(format=".0%" if right >= 0.05 else ".1%", tickCount=3, grid=True),
    )
    ink = alt.value(alt.expr("ink"))
    dashed = data.transform_filter("datum.r === 0").mark_rule(strokeDash=[3, 3], tooltip=None)
    line = known.mark_rule(color=ACCENT, strokeWidth=2, tooltip=None)
    point = known.mark_point(filled=True, color=ACCENT, opacity=1, size=44, tooltip=None)
    count = data.mark_text(align="left", fontSize=10, dx=6, limit=_COUNT, tooltip=None)
    layers = {
        "all": dashed.encode(x=alt.X("b:Q"), color=alt.value(BACKGROUND)),
        "interval": line.encode(x=alt.X("l:Q"), x2="h", y=alt.Y("r:Q")),
        "rate": point.encode(x=x, y=row_axis(names, _LABEL, labelPadding=6)),
        "count": count.encode(x=alt.value("width"), y=alt.Y("r:Q"), text="t:N", color=ink),
    }
    chart = lay(
        f"failures_{nth}",
        layers,
        title=alt.TitleParams(
            f"{did_fail(facts).capitalize()}, by {name}", subtitle=_note(tested, left)
        ),
        width=_RATES,
        height=PANEL_HEIGHT,
    )
    return Panel(chart)


def _shown(rates: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the regions as they stand from the top, and how many categories are left out."""
    ranges, missing = rates[rates["Region"] == RANGE], rates[rates["Region"] == NOT_SET]
    named = rates[(rates["Region"] == CATEGORY) & (rates["Trials"] > 0)]
    kept = named.sort_values("RateLow", ascending=False, kind="stable").head(_MOST_REGIONS)
    kept = kept.loc[sorted(kept.index, key=lambda place: natural_key(kept.at[place, "Category"]))]
    # numbers grow upwards, as on an axis
    return pd.concat([ranges.iloc[::-1], kept, missing]), len(named) - len(kept)


def _note(tested: pd.Series, left: int) -> str:
    """Say whether the differences between the regions may be chance."""
    note = f"p = {format_number(tested['Adjusted'], 2)}" if tested["Depends"] else "may be chance"
    if left:
        return f"{note} · dashed: all · {left} more"
    return f"{note} · lines: 90 % · dashed: all trials"


def _draw_reasons(facts: Facts, context: ChartContext) -> Panel:
    """Draw a bar for each reason: how many trials, how long they trained, and the words."""
    table = facts.failure_reasons
    shown = table.head(_MOST_REASONS)
    metric = facts.tables.objective.metric_name
    classes, words = [], []
    for _, row in shown.iterrows():
        unscored = row["Outcome"] == UNSCORED
        given = "no objective" if unscored else "failed"
        classes.append(given if pd.isna(row["Class"]) else str(row["Class"]))
        bare = row.to_frame().T.assign(Class=None).iloc[0]
        text = describe_reason(bare, _LETTERS)
        if unscored and pd.isna(row["Reason"]):
            text = f"completed without a value of {metric}"
        words.append(text)
    rows = pd.DataFrame(
        {
            "r": range(len(shown)),
            "z": 0,
            "n": shown["Trials"],
            "c": [
                _short(count, seconds)
                for count, seconds in zip(shown["Trials"], shown["LostSeconds"], strict=True)
            ],
            "t": words,
        }
    )
    data = UnitChart(SharedData("failing_why", to_rows(rows)))
    room = 24 + _CHARACTER * int(rows["c"].str.len().max())  # the counts' own
    most = int(shown["Trials"].max())
    width = context.width(WIDE - _CLASS)
    bars = f"min({_BARS}, {width} / 4)"
    ends: Any = [0, alt.expr(bars)]
    x = alt.X("z:Q", title=None, axis=None, scale=alt.Scale(domain=[0, most], range=ends))
    bar = data.mark_bar(color=ACCENT, opacity=0.75, height=12, orient="horizontal", tooltip=None)
    letters: dict[str, Any] = {"align": "left", "fontSize": 11, "tooltip": None}
    limit = alt.expr(f"{width} - {bars} - {room}")
    count, reason = data.mark_text(**letters), data.mark_text(**letters, limit=limit)
    beside, behind = (alt.value(alt.expr(f"{bars} + {pixels}")) for pixels in (8, room))
    ink = alt.value(alt.expr("ink"))
    y = alt.Y("r:Q")
    layers = {
        "trials": bar.encode(x=x, x2="n", y=row_axis(classes, _CLASS, labelPadding=6)),
        "count": count.encode(x=beside, y=y, text="c:N", color=ink),
        "reason": reason.encode(x=behind, y=y, text="t:N", color=ink),
    }
    chart = lay(
        "failures_reasons",
        layers,
        title=alt.TitleParams(
            f"Why they {did_fail(facts)}", subtitle=_reasons_note(table, len(shown)), limit=WIDE
        ),
        width=WIDE - _CLASS,
        height=max(2, len(shown)) * _ROW,
    )
    return Panel(chart, wide=True)


def _short(count: int, seconds: float) -> str:
    if np.isnan(seconds):
        return f"{count:,}"
    return f"{count:,} · {format_duration(seconds)}"


def _reasons_note(table: pd.DataFrame, shown: int) -> str:
    note = "trials and their training time, by reason; … stands for what differs between them"
    rest = table.iloc[shown:]
    if len(rest):
        note += f"; {len(rest):,} more reasons, {rest['Trials'].sum():,} trials"
    return note


CHART = Chart(
    name="failures",
    title="Failures",
    panels=panels,
    draw=draw_failures,
    finding=state_failures,
    empty="no trial has failed",
)
