"""Which tuning job did better? Distributions, bests at equal budgets, and chances pair by pair."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.chances.spending import YARDSTICKS
from amtviz.analysis.edf import compute_edf
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import ALL_EQUAL, NO_BILL, NO_ENDS, Missing
from amtviz.charts.next.chances import draw_chances
from amtviz.findings.comparison import name_yardstick, state_comparison, write_budget
from amtviz.findings.facts import Facts
from amtviz.grammar.axes import Axis, number_axis
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.layers import Drawn, label_rows, lay, tell
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart, layered
from amtviz.model import TuningTables
from amtviz.wording.lists import capital, plural
from amtviz.wording.names import short_names
from amtviz.wording.numbers import tell_apart
from amtviz.wording.statuses import RUNNING_STATUSES

_MOST_JOBS = 14  # rows of a panel
_ROW = 26  # pixels
_TITLES = {"trials": "With {} each", "time": "In {} each", "cost": "For {} of {} each"}


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw ``comparison_edf``, then by trials, time and cost the bests, and a matrix of chances.

    Views ``comparison_trials``…, ``chances_trials``…; nothing for one tuning job.
    """
    if len(facts.compared) < 2:
        return []
    if context.all_equal:
        return [Missing(CHART.title, *ALL_EQUAL)]
    budgets = [_draw_budget(facts, context, yardstick) for yardstick in YARDSTICKS]
    matrices = [draw_chances(facts, yardstick) for yardstick in YARDSTICKS]
    return [_draw_edf(context), *budgets, *(panel for panel in matrices if panel)]


def draw_comparison(data: TuningTables) -> TuningChart:
    """Draw which tuning job did better, at equal trials, equal time and equal billed time.

    Beside it, the share of each tuning job's trials that reach a value, and for up to six tuning
    jobs the chance that one would beat another if both were run again.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when there are fewer than two tuning jobs to compare.
    """
    return draw_alone(CHART, data)


def _draw_edf(context: ChartContext) -> Panel:
    """Draw which share of the selected trials reaches each value, over that of all trials."""
    up = context.data.objective.sign > 0
    axis = context.axes["y"]
    places = {name: place for place, name in enumerate(context.data.job_names)}
    edf = compute_edf(context.data.trials, context.data.objective)
    edf = pd.DataFrame(
        {"j": edf["TuningJobName"].map(places), "v": edf["Value"], "s": edf["Share"]}
    )
    x = replace(axis, field="v", beyond=0, shared=False)
    every = UnitChart(SharedData("reaching", to_rows(_thin(edf))))
    line: dict[str, Any] = {
        "interpolate": "step-before" if up else "step-after",
        "clip": True,
        "tooltip": None,
    }
    y = alt.Y(
        "s:Q",
        title="share of trials",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format=".0%", tickCount=4),
    )
    shown = {"x": x.channel(alt.X, "v"), "y": y, "color": context.job_colour()}
    dim = every.transform_filter(context.job_chosen).mark_line(**line, strokeWidth=1, opacity=0.45)
    nothing = every.transform_filter("false").mark_point(tooltip=None)
    selected = _selected_edf(context, axis, up)
    layers = {
        "anchor": nothing.encode(x=x.channel(alt.X), y=y),
        "all": dim.encode(**shown),
        "selected": Drawn(
            selected.chart.mark_line(**line, strokeWidth=2.2).encode(**shown),
            {**(selected.told or {}), "width": 2.2},
        ),
    }
    chart = lay(
        "comparison_edf",
        layers,
        title=alt.TitleParams(
            "Share of trials that reach a value",
            subtitle=f"{axis.title} {'or more' if up else 'or less'}; thick: selected",
        ),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
    )
    return Panel(chart, parameters=axis.parameters, drawn=tell("comparison_edf", layers))


def _thin(edf: pd.DataFrame, most: int = 200) -> pd.DataFrame:
    """Leave out steps too small to see, but neither end."""
    place = edf.groupby("j").cumcount()
    size = edf.groupby("j")["j"].transform("size")
    step = np.maximum(1, -(-size // most))
    return edf[(place % step == 0) | (place == size - 1)]


def _selected_edf(context: ChartContext, axis: Axis, up: bool) -> Drawn:
    """Count the selected trials at least as good as each value; of many, as each bin's end."""
    running = [n for n, name in enumerate(context.axes["s"].labels) if name in RUNNING_STATUSES]
    finished = f"(isValid(datum.y) || indexof({running}, datum.s) < 0)"
    key, value = "y", "datum.y"
    if context.aggregated:
        grid = context.grid
        end = f"{grid.low!r} + (datum.h + {0 if up else 1}) * {grid.step!r}"
        key, value = "h", axis.from_unit_expr(end)
    told: dict[str, Any] = {"kind": "shares", "of": "any", "up": up, "running": running}
    told |= {"key": key, "ends": None}
    if context.aggregated:
        bins = np.arange(context.grid.bins) + (0 if up else 1)
        told["ends"] = axis.from_unit(context.grid.low + bins * context.grid.step).tolist()
    chart = (
        UnitChart(context.trials)
        .transform_filter(f"{finished} && {context.selected}")
        .transform_aggregate(n="count()", groupby=["j", key])
        .transform_joinaggregate(all="sum(n)", groupby=["j"])
        .transform_filter(f"isValid(datum.{key})")
        .transform_window(
            c="sum(n)",
            groupby=["j"],
            sort=[alt.SortField(key, order="descending" if up else "ascending")],
        )
        .transform_calculate(v=value, s="datum.c / datum.all")
    )
    return Drawn(chart, told)


def _draw_budget(facts: Facts, context: ChartContext, yardstick: str) -> Panel | Missing:
    """Draw each tuning job's median and best within one budget."""
    table = facts.contest.jobs
    known = table[table["Best"].notna()]
    rows = table[table["Yardstick"] == yardstick]
    view = f"comparison_{yardstick}"
    if rows["Best"].notna().sum() == 0:
        title = capital(f"at {name_yardstick(facts, yardstick)}")
        few = ("too few trials have a value", "a trial with a value of each tuning job")
        return Missing(title, *{"time": NO_ENDS, "cost": NO_BILL}.get(yardstick, few))
    budget = write_budget(yardstick, rows["Budget"].iloc[0])
    rows, left_out = _choose_rows(context, rows)
    ends = pd.concat([known["Best"], known["Median"]])
    switched = context.axes["y"].switched
    axis = number_axis(context.data.objective.metric_name, ends, "b", switched=switched)
    base = UnitChart(SharedData(f"at{yardstick}", to_rows(_budget_rows(context, rows))))
    count = max(4, len(rows))
    y = alt.Y("r:Q", axis=None, scale=alt.Scale(domain=[count - 0.3, -0.7], nice=False, zero=False))
    best, median = axis.channel(alt.X, "b"), axis.channel(alt.X, "m")
    base, every = base.transform_filter(f"{context.job_chosen} && isValid(datum.b)"), base
    notes = ["line: median to best"]
    if left_out:
        notes.append(f"{len(rows)} of {len(rows) + left_out}, best first")
    chart = layered(
        every.transform_filter("false")
        .mark_point(tooltip=None)
        .encode(x=axis.channel(alt.X, axis=axis.axis()), y=y),
        base.mark_rule(strokeWidth=3, opacity=0.5, tooltip=None).encode(
            x=median, x2=alt.X2("b"), y=y, color=context.job_colour()
        ),
        base.mark_tick(orient="vertical", size=10, thickness=2, tooltip=None).encode(
            x=median, y=y, color=context.job_colour()
        ),
        base.mark_point(filled=True, size=60, opacity=1, shape="circle", tooltip=None).encode(
            x=best, y=y, color=context.job_colour()
        ),
        label_rows(every.transform_filter(context.job_chosen), y, context.width(PANEL_WIDTH)),
        name=view,
        title=alt.TitleParams(
            _TITLES[yardstick].format(budget, facts.charged.name), subtitle=" · ".join(notes)
        ),
        width=PANEL_WIDTH,
        height=max(PANEL_HEIGHT, count * _ROW),
    )
    return Panel(chart, parameters=axis.parameters)


def _choose_rows(context: ChartContext, rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Keep the tuning jobs' order, or where there are too many, the best."""
    if len(rows) <= _MOST_JOBS:
        return rows, 0
    order = (rows["Best"] * context.data.objective.sign).sort_values(
        ascending=False, kind="stable", na_position="last"
    )
    return rows.loc[order.index[:_MOST_JOBS]], len(rows) - _MOST_JOBS


def _budget_rows(context: ChartContext, rows: pd.DataFrame) -> pd.DataFrame:
    short = short_names(context.data.job_names)
    places = {name: place for place, name in enumerate(short)}
    texts = iter(tell_apart(rows["Best"].dropna()))
    labels = []
    for row in rows.itertuples():
        name = short[str(row.TuningJobName)]
        if pd.isna(row.Best):
            labels.append(f"{name}: {row.Reason}")
            continue
        count = f" ({plural(row.Trials, 'trial')})" if row.Yardstick != "trials" else ""
        labels.append(f"{name}: {next(texts)}{count}")
    return pd.DataFrame(
        {
            "j": [places[str(name)] for name in rows["TuningJobName"]],
            "r": range(len(rows)),
            "b": rows["Best"].to_numpy(),
            "m": rows["Median"].to_numpy(),
            "t": labels,
        }
    )


CHART = Chart(
    name="comparison",
    title="Comparison of the tuning jobs",
    panels=panels,
    draw=draw_comparison,
    finding=state_comparison,
    empty="fewer than two tuning jobs\nhave trials with a value",
)
