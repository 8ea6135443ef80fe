"""The panels beside the best so far: what more trials gain, and what ends a tuning job."""

from __future__ import annotations

import json

import altair as alt
import numpy as np
import pandas as pd

from amtviz.findings.convergence import choose_more, describe_criterion
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.layers import label_rows
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import BACKGROUND, PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.unit_chart import UnitChart, layered
from amtviz.wording.names import short_names
from amtviz.wording.shares import format_chance
from amtviz.wording.times import format_duration

_MOST_BARS, _MOST_COSTS = 9, 4  # more have no room for their labels, or for what they cost
_MOST_CRITERIA = 6


def draw_going_on(facts: Facts, context: ChartContext) -> Panel | None:
    """Draw the panel ``going_on``: the gain of k more trials, and the chance that it matters.

    None where no gain is known: the finding says why.
    """
    title = "What k more trials bring"
    known, asked = _bars(facts)
    if not len(known):
        return None
    costs = [""] * len(known)
    if len(known) <= _MOST_COSTS:
        costs = [_short_time(seconds) for seconds in known["c"]]
    labels = [[f"+{k:,}", cost] for k, cost in zip(known["k"], costs, strict=True)]
    bars = UnitChart(SharedData("gaining", to_rows(known))).transform_filter(context.job_chosen)
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[-0.5, len(known) - 0.5], nice=False, zero=False),
        axis=alt.Axis(
            values=list(range(len(known))),
            labelExpr=f"{json.dumps(labels)}[datum.value]",
            labelOverlap=False,
            labelFlush=False,
        ),
    )
    top = float(known["h"].max()) * 1.18 or 1.0  # room for the chances
    y = alt.Y(
        "l:Q",
        title=f"gain in {context.data.objective.metric_name}",
        scale=alt.Scale(domain=[0, top], nice=False, zero=True),
        axis=alt.Axis(tickCount=4, format=".3~g" if 1e-3 <= top < 1e4 else ".3~s"),
    )
    rule = bars.mark_rule(strokeWidth=6, opacity=0.6, tooltip=None)
    chance = bars.mark_text(fontSize=9, dy=-6, baseline="bottom", tooltip=None)
    told = known["j"].nunique()
    subtitle = f"90 % range, chance that it matters{', cost' if any(costs) else ''}"
    if told < asked:
        subtitle = f"{told} of {asked} tuning jobs · %: chance to matter"
    chart = layered(
        rule.encode(x=x, y=y, y2=alt.Y2("h"), color=context.job_colour()),
        chance.encode(x=x, y=alt.Y("h:Q"), text="t:N", color=alt.value(alt.expr("ink"))),
        name="going_on",
        title=alt.TitleParams(title, subtitle=subtitle),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
    )
    return Panel(chart)


def _bars(facts: Facts) -> tuple[pd.DataFrame, int]:
    """Return a bar per tuning job and k, as many as have room, and the number of tuning jobs."""
    table = facts.going_on
    asked = table["j"].nunique()
    known = table[table["Matters"].notna()]
    if len(known) > _MOST_BARS:  # one of each tuning job, or of those with the best values
        known = pd.DataFrame([choose_more(rows) for _, rows in known.groupby("j")])
        best = facts.convergence.groupby("j")["BestSoFar"].last() * facts.tables.objective.sign
        order = known["j"].map(best).sort_values(ascending=False, kind="stable").index
        known = known.loc[order[:_MOST_BARS]]
    known = known.sort_values(["j", "More"], kind="stable")
    return (
        pd.DataFrame(
            {
                "j": known["j"].astype("int64"),
                "x": np.arange(len(known)),
                "k": known["More"].astype("int64"),
                "l": known["Low"].astype("float64"),
                "h": known["High"].astype("float64"),
                "c": known["BilledSeconds"].astype("float64"),
                "t": [format_chance(chance, brief=True) for chance in known["Matters"]],
            }
        ),
        asked,
    )


def _short_time(seconds: float) -> str:
    """Write how long trials take; empty when it isn't known."""
    return "" if np.isnan(seconds) else format_duration(seconds)


def draw_completion(facts: Facts, context: ChartContext) -> Panel | None:
    """Draw the panel ``completion``: how much of each limit and criterion is used up."""
    table = facts.completion
    if not len(table):
        return None
    shown = table.sort_values("Share", ascending=False, kind="stable", na_position="last")
    shown = shown.head(_MOST_CRITERIA).sort_values(["j", "Criterion"], kind="stable")
    names = context.data.job_names
    short = list(short_names(names).values())
    several = len(names) > 1
    rows = pd.DataFrame(
        {
            "j": shown["j"],
            "y": np.arange(len(shown)),
            "s": shown["Share"].fillna(0).clip(0, 1),
            "t": [
                (f"{short[row.j][:20]}: " if several else "") + describe_criterion(row)
                for row in shown.itertuples()
            ],
        }
    )
    subtitle = "share of each limit used up"
    if len(table) > len(rows):
        subtitle += f" · {len(rows)} of {len(table)}"
    base = UnitChart(SharedData("completing", to_rows(rows)))
    count = max(4, len(rows))
    x = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[count - 0.5, -0.5], nice=False, zero=False))
    percent = alt.Axis(format="%", tickCount=3)
    track = base.mark_rule(strokeWidth=5, opacity=0.25, color=BACKGROUND, tooltip=None)
    bar = base.mark_rule(strokeWidth=5, tooltip=None)
    chart = layered(
        track.encode(x=alt.value(0), x2=alt.value("width"), y=y),
        bar.transform_calculate(z="0").encode(
            x=alt.X("z:Q", scale=x, axis=percent, title=None),
            x2=alt.X2("s"),
            y=y,
            color=context.job_colour(),
        ),
        label_rows(base, y, context.width(PANEL_WIDTH)),
        name="completion",
        title=alt.TitleParams("What ends the tuning job", subtitle=subtitle),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
    )
    return Panel(chart)
