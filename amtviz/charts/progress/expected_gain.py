"""The panels beside the best so far: what more trials gain, and what ends a tuning job."""

from __future__ import annotations

import json

import altair as alt
import numpy as np
import pandas as pd

from amtviz.findings.convergence import describe_criterion
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_message
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import BACKGROUND, PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.unit_chart import UnitChart
from amtviz.wording.names import short_names
from amtviz.wording.shares import format_chance
from amtviz.wording.times import format_duration

_MOST_DOTS = 9  # more have no room for their labels
_MOST_CRITERIA = 6


def draw_gains(facts: Facts, context: ChartContext) -> Panel:
    """Draw the panel ``expected_gain``: the expected gain of k more trials, with its interval."""
    title = "Expected gain of k more trials"
    known, asked = _dots(facts)
    if not len(known):
        reasons = facts.expected_gain["Reason"].unique()
        text = "nothing can be said yet:\ntoo few trials have a value"
        if len(reasons) == 1 and "too few" not in reasons[0]:
            words = reasons[0].replace(", and", ",\nand").replace(" have one", "\nhave one")
            text = f"nothing can be said:\n{words}"
        return draw_message(text, "expected_gain", title)
    costs = [_short_time(seconds) for seconds in known["c"]]
    labels = [[f"+{k:,}", cost] for k, cost in zip(known["k"], costs, strict=True)]
    most = float(known["h"].max())
    dots = UnitChart(SharedData("gaining", to_rows(known))).transform_filter(context.job_chosen)
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
    top = most * 1.18 or 1.0  # room for the chances
    y = alt.Y(
        "g:Q",
        title=f"gain in {context.data.objective.metric_name}",
        scale=alt.Scale(domain=[0, top], nice=False, zero=True),
        axis=alt.Axis(tickCount=4, format=".3~g" if 1e-3 <= top < 1e4 else ".3~s"),
    )
    rule = dots.mark_rule(strokeWidth=2, opacity=0.55, tooltip=None)
    point = dots.mark_point(filled=True, size=46, opacity=1, shape="circle", tooltip=None)
    chance = dots.mark_text(fontSize=9, dy=-6, baseline="bottom", tooltip=None)
    left_out = asked - known["j"].nunique()
    subtitle = "mean, 90 % range, chance to beat"
    subtitle += "; below: cost" if any(costs) else ""
    if left_out:
        subtitle = f"{left_out} of {asked} tuning jobs left out · %: chance"
    chart = alt.layer(
        rule.encode(x=x, y=alt.Y("l:Q"), y2=alt.Y2("h"), color=context.colour()),
        point.encode(x=x, y=y, color=context.colour()),
        chance.encode(x=x, y=alt.Y("h:Q"), text="t:N", color=alt.value(alt.expr("ink"))),
        name="expected_gain",
        title=alt.TitleParams(title, subtitle=subtitle),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
    )
    return Panel(chart)


def _dots(facts: Facts) -> tuple[pd.DataFrame, int]:
    """Give a dot per tuning job and k, as many as have room, and the number of tuning jobs."""
    table = facts.expected_gain
    asked = table["j"].nunique()
    known = table[table["Chance"].notna()]
    if len(known) > _MOST_DOTS:  # the most trials up to 25 of each, or of the best jobs
        few = known[known["More"] <= 25]
        known = pd.concat([few, known]).drop_duplicates("j", keep="first")
        known = pd.concat([few.sort_values("More").groupby("j").tail(1), known])
        known = known.drop_duplicates("j")
        best = facts.convergence.groupby("j")["BestSoFar"].last() * facts.tables.objective.sign
        order = known["j"].map(best).sort_values(ascending=False, kind="stable").index
        known = known.loc[order[:_MOST_DOTS]]
    known = known.sort_values(["j", "More"], kind="stable")
    return (
        pd.DataFrame(
            {
                "j": known["j"],
                "x": np.arange(len(known)),
                "k": known["More"].astype("int64"),
                "g": known["Gain"],
                "l": known["Low"],
                "h": known["High"],
                "c": known["BilledSeconds"],
                "t": [format_chance(chance, brief=True) for chance in known["Chance"]],
            }
        ),
        asked,
    )


def _short_time(seconds: float) -> str:
    """Write a billed time; empty when it isn't known."""
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
    text = base.mark_text(
        align="left", baseline="bottom", dy=-5, fontSize=10, limit=PANEL_WIDTH, tooltip=None
    )
    chart = alt.layer(
        track.encode(x=alt.value(0), x2=alt.value(PANEL_WIDTH), y=y),
        bar.transform_calculate(z="0").encode(
            x=alt.X("z:Q", scale=x, axis=percent, title=None),
            x2=alt.X2("s"),
            y=y,
            color=context.colour(),
        ),
        text.encode(x=alt.value(0), y=y, text="t:N", color=alt.value(alt.expr("ink"))),
        name="completion",
        title=alt.TitleParams("What ends the tuning job", subtitle=subtitle),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
    )
    return Panel(chart)
