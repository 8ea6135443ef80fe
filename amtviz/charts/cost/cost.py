"""What did it cost? Billable time by outcome, parallel slots in use, and waiting."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from amtviz.analysis.cost import OUTCOMES
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import NO_BILL, Missing
from amtviz.findings.cost import state_cost
from amtviz.findings.facts import Facts
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.row_axis import row_axis
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import BACKGROUND, PANEL_STEP
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables
from amtviz.settings import DrawOptions
from amtviz.texts import sum_by
from amtviz.wording.lists import plural
from amtviz.wording.names import short_names
from amtviz.wording.numbers import dollars_expression, format_number
from amtviz.wording.shares import share_expression
from amtviz.wording.times import time_unit

_MOST_ROWS = 12  # of a panel
_ROW = 24  # pixels
_LABEL = 110  # pixels of the names beside a panel
_WORDS = 70  # pixels for the number at the end of the longest bar
_WIDTH = PANEL_STEP - 10  # pixels
_CHARACTERS = 46  # that fit above a panel
_NARROW = PANEL_STEP - 60  # pixels


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw ``cost``, ``cost_types``, ``slots`` and ``waiting``, as far as AWS told."""
    table = facts.charged.table
    if not (table["BilledSeconds"] > 0).any():
        return [Missing(CHART.title, *NO_BILL)]
    drawn: list[Panel | Missing] = [_draw_outcomes(facts, context)]
    if table.loc[table["BilledSeconds"] > 0, "InstanceType"].nunique() > 1:
        drawn.append(_draw_types(facts, context))
    if len(facts.slots):
        drawn.append(_draw_slots(facts, context))
    waiting = facts.waiting
    if (waiting["Ninth"] >= 1).any():
        drawn.append(_draw_waiting(facts, context))
    return drawn


def draw_cost(data: TuningTables, *, prices: dict[str, float] | None = None) -> TuningChart:
    """Draw where the billable time went, how many parallel slots were used, and the waiting.

    Parameters
    ----------
    data : TuningData
    prices : dict of str to float, optional
        Dollars per instance-hour by instance type.

    Returns
    -------
    altair.VConcatChart
        It says so in words when no times are known.
    """
    return draw_alone(CHART, data, DrawOptions(prices=prices or {}))


def _draw_outcomes(facts: Facts, context: ChartContext) -> Panel:
    table, free = facts.charged.table, facts.charged.free
    table = table.assign(row=table["Outcome"])
    known = table.groupby("row")["BilledSeconds"].sum() > 0  # others' bills aren't known: no zero
    names = [name for name in OUTCOMES if known.get(name, False)]
    table = table[table["row"].isin(names)]
    title = "Where the time went" if free else CHART.title
    title = "Where the money went" if _is_priced(table) else title
    return _draw_bars(facts, context, table, names, "cost", title)


def _draw_types(facts: Facts, context: ChartContext) -> Panel:
    table = facts.charged.table
    table = table.assign(row=table["InstanceType"].replace("", "unknown type"))
    seconds = sum_by(table["BilledSeconds"], table["row"]).sort_values(ascending=False)
    names = [str(name) for name in seconds[seconds > 0].index]
    title = "By instance type"
    if len(names) > _MOST_ROWS:
        title += f", {_MOST_ROWS} of {len(names)}"
        names = names[:_MOST_ROWS]
    return _draw_bars(facts, context, table[table["row"].isin(names)], names, "cost_types", title)


def _draw_bars(
    facts: Facts,
    context: ChartContext,
    table: pd.DataFrame,
    names: Sequence[str],
    view: str,
    title: str,
) -> Panel:
    """Draw one bar a row, of parts in the colours of the tuning jobs, and its sum in words."""
    jobs = {name: place for place, name in enumerate(context.data.job_names)}
    priced = _is_priced(table)
    column = "Dollars" if priced else "BilledSeconds"
    totals = sum_by(table[column], table["row"])
    size, unit = (1.0, "dollars") if priced else time_unit(totals.max())
    parts = pd.DataFrame(
        {
            "r": table["row"].map({name: row for row, name in enumerate(names)}),
            "j": table["TuningJobName"].map(jobs),
            "v": table[column].astype("float64") / size,
        }
    )
    parts = parts.groupby(["r", "j"], as_index=False).sum()
    x = alt.X(
        "l:Q",
        title=None,
        scale=alt.Scale(domain=[0, float(totals.max()) / size * (1 + _WORDS / _WIDTH) or 1.0]),
        axis=alt.Axis(tickCount=4, grid=True, labelFlush=True),
    )
    chosen = UnitChart(SharedData(f"{view}_parts", to_rows(parts)))
    chosen = chosen.transform_filter(context.job_chosen)
    number = dollars_expression("datum.h") if priced else "format(datum.h, ',.3~r')"
    share = share_expression("datum.h", "datum.n")
    # summed up in the browser: a click in the legend leaves a part of them
    words = (
        chosen.transform_aggregate(h="sum(v)", groupby=["r"])
        .transform_joinaggregate(n="sum(h)")
        .transform_calculate(t=f"{number} + (datum.n > 0 ? ' · ' + {share} : '')")
    )
    order = [alt.SortField("j", order="ascending")]
    stacked = chosen.transform_stack(stack="v", as_=["l", "h"], groupby=["r"], sort=order)
    layers = {
        "parts": stacked.mark_bar(height=13, orient="horizontal", tooltip=None).encode(
            x=x,
            x2="h",
            y=_rows(names),
            color=context.job_colour(),
        ),
        "sums": words.mark_text(align="left", dx=6, fontSize=10.5, tooltip=None).encode(
            x=alt.X("h:Q"), y=alt.Y("r:Q"), text="t:N", color=alt.value(alt.expr("ink"))
        ),
    }
    chart = lay(
        view,
        layers,
        title=alt.TitleParams(
            f"{title}, {unit}", subtitle=_notes(facts, priced), limit=_WIDTH + 60
        ),
        width=_WIDTH,
        height=max(2, len(names)) * _ROW,
    )
    return Panel(chart)


def _is_priced(table: pd.DataFrame) -> bool:
    """Whether everything can be told in dollars."""
    return bool(table["Dollars"].notna().all())


def _notes(facts: Facts, priced: bool) -> list[str]:
    table, free = facts.charged.table, facts.charged.free
    notes = ["on a local machine: nothing was billed" if free else "all instances"]
    if facts.prices and not priced and not free:
        notes.append("in time: not every type has a price")
    unknown, elapsed = int(table["Unknown"].sum()), int(table["Elapsed"].sum())
    more = []
    if unknown:
        more.append(f"at least: {plural(unknown, 'trial')} without a bill")
    if elapsed and not free:
        more.append(f"{elapsed:,} by start and end")
    lines = [" · ".join(part) for part in (notes, more) if part]
    one = " · ".join(lines)
    return [one] if len(one) <= _CHARACTERS else lines


def _rows(names: Sequence[str]) -> alt.Y:
    return row_axis(names, _LABEL, rows=max(2, len(names)), labelFontSize=10.5)


def _short_names(context: ChartContext, table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the first tuning jobs' rows, numbered, and their short names."""
    every = context.data.job_names
    short = short_names(every)
    table = table.head(_MOST_ROWS)
    places = {name: place for place, name in enumerate(every)}
    rows = pd.DataFrame(
        {"r": range(len(table)), "j": [places[name] for name in table["TuningJobName"]]}
    )
    return rows, [short[str(name)] for name in table["TuningJobName"]]


def _of(jobs: int) -> str:
    """Say how many tuning jobs a panel has room for, if not for all."""
    return f", {_MOST_ROWS} of {jobs} jobs" if jobs > _MOST_ROWS else ""


def _draw_slots(facts: Facts, context: ChartContext) -> Panel:
    count = len(facts.slots)
    table = facts.slots.head(_MOST_ROWS)
    rows, names = _short_names(context, table)
    slots = table["Slots"].fillna(table["Peak"]).to_numpy(float)
    mean = table["MeanRunning"].to_numpy(float)
    waits = (table["WaitingSeconds"] / table["SpanSeconds"]).to_numpy(float)
    rows["z"], rows["m"], rows["w"], rows["h"] = 0.0, mean, mean + waits, slots
    guessed = table["Slots"].isna().any()
    looks = ["pale: waiting"] if (waits > 0.02 * slots).any() else []
    looks.append("wide: most at once" if guessed else "wide: configured")
    rows["t"] = [f"{format_number(a, 2)} of {b:.0f}" for a, b in zip(mean, slots, strict=True)]
    base = UnitChart(SharedData("slotuse", to_rows(rows))).transform_filter(context.job_chosen)
    most = float(max(slots.max(), rows["w"].max()))
    x = alt.X(
        "z:Q",
        title=None,
        scale=alt.Scale(domain=[0, most * (1 + _WORDS / _NARROW)], nice=False),
        axis=alt.Axis(tickCount=4, tickMinStep=1, format="d"),
    )
    bar = {"orient": "horizontal", "tooltip": None}
    layers = {
        "slots": base.mark_bar(height=15, color=BACKGROUND, opacity=0.28, **bar).encode(
            x=x, x2="h", y=_rows(names)
        ),
        "running": base.mark_bar(height=8, **bar).encode(
            x=alt.X("z:Q"), x2="m", y=alt.Y("r:Q"), color=context.job_colour()
        ),
        "waiting": base.mark_bar(height=8, opacity=0.45, **bar).encode(
            x=alt.X("m:Q"), x2="w", y=alt.Y("r:Q"), color=context.job_colour()
        ),
        "means": base.mark_text(align="left", dx=6, fontSize=10.5, tooltip=None).encode(
            x=alt.X("h:Q"), y=alt.Y("r:Q"), text="t:N", color=alt.value(alt.expr("ink"))
        ),
    }
    chart = lay(
        "slots",
        layers,
        title=alt.TitleParams(
            f"Parallel slots in use{_of(count)}", subtitle=" · ".join(["mean", *looks])
        ),
        width=_NARROW,
        height=max(2, len(names)) * _ROW,
    )
    return Panel(chart)


def _draw_waiting(facts: Facts, context: ChartContext) -> Panel:
    table = facts.waiting
    rows, names = _short_names(context, table)
    size, unit = time_unit(float(table["Ninth"].max()))
    rows["m"] = table["Median"].head(_MOST_ROWS).to_numpy(float) / size
    rows["h"] = table["Ninth"].head(_MOST_ROWS).to_numpy(float) / size
    base = UnitChart(SharedData("waiting_rows", to_rows(rows)))
    base = base.transform_filter(context.job_chosen)
    x = alt.X(
        "m:Q",
        title=None,
        scale=alt.Scale(domain=[0, float(rows["h"].max()) * 1.05], nice=False),
        axis=alt.Axis(tickCount=4, grid=True, labelFlush=True),
    )
    point = base.mark_point(filled=True, shape="circle", size=44, opacity=1, tooltip=None)
    layers = {
        "ninth": base.mark_rule(strokeWidth=2, tooltip=None).encode(
            x=x,
            x2="h",
            y=_rows(names),
            color=context.job_colour(),
        ),
        "median": point.encode(x=alt.X("m:Q"), y=alt.Y("r:Q"), color=context.job_colour()),
    }
    chart = lay(
        "waiting",
        layers,
        title=alt.TitleParams(
            f"Waiting for an instance, {unit}{_of(len(table))}",
            subtitle="dot: median; line: to the 90th percentile",
        ),
        width=_NARROW,
        height=max(2, len(names)) * _ROW,
    )
    return Panel(chart)


CHART = Chart(
    name="cost",
    title="Where the billable time went",
    panels=panels,
    draw=draw_cost,
    finding=state_cost,
)
