"""What did it cost? Billable time by outcome, parallel slots in use, and waiting."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt
import pandas as pd

from amtviz.analysis.cost import OUTCOMES
from amtviz.findings.convergence_tables import time_unit
from amtviz.findings.cost import charged_of, slots_of, state_cost, waiting_of
from amtviz.grammar.chart import Chart
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_message
from amtviz.grammar.standalone import draw_alone
from amtviz.grammar.tables import SharedData, job_names, short_names, to_rows
from amtviz.grammar.theme import BACKGROUND, PANEL_STEP
from amtviz.model import TuningTables
from amtviz.settings import DrawOptions

TITLE = "Where the billable time went"
_MOST_ROWS = 12  # of a panel
_ROW = 24  # pixels
_LABEL = 110  # pixels of the names beside a panel
_WORDS = 70  # pixels for the number at the end of the longest bar
_WIDTH = PANEL_STEP - 10  # pixels
_CHARACTERS = 46  # that fit above a panel
_NARROW = PANEL_STEP - 60  # pixels


def brushes(context: ChartContext) -> list[str]:
    """Columns that this chart's panels brush: none."""
    return []


def panels(context: ChartContext) -> list[Panel]:
    """Draw ``cost``, ``cost_types``, ``slots`` and ``waiting``, as far as AWS told."""
    table, _ = charged_of(context)
    if not (table["BilledSeconds"] > 0).any():
        return []
    drawn = [_draw_outcomes(context)]
    if table.loc[table["BilledSeconds"] > 0, "InstanceType"].nunique() > 1:
        drawn.append(_draw_types(context))
    if len(slots_of(context)):
        drawn.append(_draw_slots(context))
    waiting = waiting_of(context)
    if (waiting["Ninth"] >= 1).any():
        drawn.append(_draw_waiting(context))
    return drawn


def finding(context: ChartContext) -> str:
    """Say what was billed, what was lost, how well slots were used and how long trials waited."""
    return state_cost(context)


def draw_cost(data: TuningTables, *, prices: dict[str, float] | None = None) -> alt.VConcatChart:
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
    return draw_alone(data, _panels_or_words, brushes, options=DrawOptions(prices=prices or {}))


def _panels_or_words(context: ChartContext) -> list[Panel]:
    return panels(context) or [draw_message("no billable time is known", "cost", TITLE)]


def _draw_outcomes(context: ChartContext) -> Panel:
    table, free = charged_of(context)
    table = table.assign(row=table["Outcome"])
    known = table.groupby("row")["BilledSeconds"].sum() > 0  # others' bills aren't known: no zero
    names = [name for name in OUTCOMES if known.get(name, False)]
    table = table[table["row"].isin(names)]
    title = "Where the time went" if free else TITLE
    title = "Where the money went" if _is_priced(table) else title
    return _draw_bars(context, table, names, "cost", title)


def _draw_types(context: ChartContext) -> Panel:
    table, _ = charged_of(context)
    table = table.assign(row=table["InstanceType"].replace("", "unknown type"))
    seconds = table.groupby("row")["BilledSeconds"].sum().sort_values(ascending=False)
    names = [str(name) for name in seconds[seconds > 0].index]
    title = "By instance type"
    if len(names) > _MOST_ROWS:
        title += f", {_MOST_ROWS} of {len(names)}"
        names = names[:_MOST_ROWS]
    return _draw_bars(context, table[table["row"].isin(names)], names, "cost_types", title)


def _draw_bars(
    context: ChartContext, table: pd.DataFrame, names: Sequence[str], view: str, title: str
) -> Panel:
    """Draw one bar a row, of parts in the colours of the tuning jobs, and its sum in words."""
    jobs = {name: place for place, name in enumerate(job_names(context.data))}
    priced = _is_priced(table)
    column = "Dollars" if priced else "BilledSeconds"
    sums = table.groupby(["row", "TuningJobName"], sort=False)[column].sum().reset_index()
    totals = sums.groupby("row")[column].sum()
    size, unit = (1.0, "dollars") if priced else time_unit(totals.max())
    parts = pd.DataFrame(
        {
            "r": sums["row"].map({name: row for row, name in enumerate(names)}),
            "j": sums["TuningJobName"].map(jobs),
            "v": sums[column].astype("float64") / size,
        }
    ).sort_values(["r", "j"])
    x = alt.X(
        "l:Q",
        title=None,
        scale=alt.Scale(domain=[0, float(totals.max()) / size * (1 + _WORDS / _WIDTH) or 1.0]),
        axis=alt.Axis(tickCount=4, grid=True, labelFlush=True),
    )
    chosen = Chart(SharedData(f"{view}_parts", to_rows(parts)))
    chosen = chosen.transform_filter(context.job_chosen)
    cents = "datum.h > 0 && datum.h < 0.005 ? '< $0.01' : '$' + format(datum.h, ',.2f')"
    number = f"({cents})" if priced else "format(datum.h, ',.3~r')"
    percent = (
        "datum.h > 0 && datum.h < 0.005 * datum.n ? '< 1' : format(100 * datum.h / datum.n, 'd')"
    )
    # summed up in the browser: a click in the legend leaves a part of them
    words = (
        chosen.transform_aggregate(h="sum(v)", groupby=["r"])
        .transform_joinaggregate(n="sum(h)")
        .transform_calculate(t=f"{number} + (datum.n > 0 ? ' · ' + ({percent}) + ' %' : '')")
    )
    order = [alt.SortField("j", order="ascending")]
    stacked = chosen.transform_stack(stack="v", as_=["l", "h"], groupby=["r"], sort=order)
    chart = alt.layer(
        stacked.mark_bar(height=13, orient="horizontal", tooltip=None).encode(
            x=x, x2="h", y=_rows(names), color=context.colour()
        ),
        words.mark_text(align="left", dx=6, fontSize=10.5, tooltip=None).encode(
            x=alt.X("h:Q"), y=alt.Y("r:Q"), text="t:N", color=alt.value(alt.expr("ink"))
        ),
        name=view,
        title=alt.TitleParams(
            f"{title}, {unit}", subtitle=_notes(context, priced), limit=_WIDTH + 60
        ),
        width=_WIDTH,
        height=max(2, len(names)) * _ROW,
    )
    return Panel(chart)


def _is_priced(table: pd.DataFrame) -> bool:
    """Whether everything can be told in dollars."""
    return bool(table["Dollars"].notna().all())


def _notes(context: ChartContext, priced: bool) -> list[str]:
    table, free = charged_of(context)
    notes = ["on a local machine: nothing was billed" if free else "all instances"]
    if context.options.prices and not priced and not free:
        notes.append("in time: not every type has a price")
    unknown, elapsed = int(table["Unknown"].sum()), int(table["Elapsed"].sum())
    more = []
    if unknown:
        more.append(f"at least: {unknown:,} trial{'s' * (unknown > 1)} without a bill")
    if elapsed and not free:
        more.append(f"{elapsed:,} by start and end")
    lines = [" · ".join(part) for part in (notes, more) if part]
    one = " · ".join(lines)
    return [one] if len(one) <= _CHARACTERS else lines


def _rows(names: Sequence[str]) -> alt.Y:
    """Give the axis of rows with a name each, the first on top."""
    return alt.Y(
        "r:Q",
        title=None,
        scale=alt.Scale(domain=[max(2, len(names)) - 0.5, -0.5], nice=False, zero=False),
        axis=alt.Axis(
            values=list(range(len(names))),
            tickCount=len(names),
            labelExpr=f"{json.dumps(list(names))}[datum.value]",
            labelLimit=_LABEL,
            labelOverlap=False,
            grid=False,
            ticks=False,
            domain=False,
            labelFontSize=10.5,
        ),
    )


def _short_names(context: ChartContext, table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Give the first tuning jobs' rows, numbered, and their short names."""
    every = job_names(context.data)
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


def _draw_slots(context: ChartContext) -> Panel:
    count = len(slots_of(context))
    table = slots_of(context).head(_MOST_ROWS)
    rows, names = _short_names(context, table)
    slots = table["Slots"].fillna(table["Peak"]).to_numpy(float)
    mean = table["MeanRunning"].to_numpy(float)
    waits = (table["WaitingSeconds"] / table["SpanSeconds"]).to_numpy(float)
    rows["z"], rows["m"], rows["w"], rows["h"] = 0.0, mean, mean + waits, slots
    guessed = table["Slots"].isna().any()
    looks = ["pale: waiting"] if (waits > 0.02 * slots).any() else []
    looks.append("wide: most at once" if guessed else "wide: configured")
    rows["t"] = [f"{a:.2g} of {b:.0f}" for a, b in zip(mean, slots, strict=True)]
    base = Chart(SharedData("slotuse", to_rows(rows))).transform_filter(context.job_chosen)
    most = float(max(slots.max(), rows["w"].max()))
    x = alt.X(
        "z:Q",
        title=None,
        scale=alt.Scale(domain=[0, most * (1 + _WORDS / _NARROW)], nice=False),
        axis=alt.Axis(tickCount=4, tickMinStep=1, format="d"),
    )
    bar = {"orient": "horizontal", "tooltip": None}
    chart = alt.layer(
        base.mark_bar(height=15, color=BACKGROUND, opacity=0.28, **bar).encode(
            x=x, x2="h", y=_rows(names)
        ),
        base.mark_bar(height=8, **bar).encode(
            x=alt.X("z:Q"), x2="m", y=alt.Y("r:Q"), color=context.colour()
        ),
        base.mark_bar(height=8, opacity=0.45, **bar).encode(
            x=alt.X("m:Q"), x2="w", y=alt.Y("r:Q"), color=context.colour()
        ),
        base.mark_text(align="left", dx=6, fontSize=10.5, tooltip=None).encode(
            x=alt.X("h:Q"), y=alt.Y("r:Q"), text="t:N", color=alt.value(alt.expr("ink"))
        ),
        name="slots",
        title=alt.TitleParams(
            f"Parallel slots in use{_of(count)}", subtitle=" · ".join(["mean", *looks])
        ),
        width=_NARROW,
        height=max(2, len(names)) * _ROW,
    )
    return Panel(chart)


def _draw_waiting(context: ChartContext) -> Panel:
    table = waiting_of(context)
    rows, names = _short_names(context, table)
    size, unit = time_unit(float(table["Ninth"].max()))
    rows["m"] = table["Median"].head(_MOST_ROWS).to_numpy(float) / size
    rows["h"] = table["Ninth"].head(_MOST_ROWS).to_numpy(float) / size
    base = Chart(SharedData("waiting_rows", to_rows(rows)))
    base = base.transform_filter(context.job_chosen)
    x = alt.X(
        "m:Q",
        title=None,
        scale=alt.Scale(domain=[0, float(rows["h"].max()) * 1.05], nice=False),
        axis=alt.Axis(tickCount=4, grid=True, labelFlush=True),
    )
    chart = alt.layer(
        base.mark_rule(strokeWidth=2, tooltip=None).encode(
            x=x, x2="h", y=_rows(names), color=context.colour()
        ),
        base.mark_point(filled=True, shape="circle", size=44, opacity=1, tooltip=None).encode(
            x=alt.X("m:Q"), y=alt.Y("r:Q"), color=context.colour()
        ),
        name="waiting",
        title=alt.TitleParams(
            f"Waiting for an instance, {unit}{_of(len(table))}",
            subtitle="dot: median; line: to the 90th percentile",
        ),
        width=_NARROW,
        height=max(2, len(names)) * _ROW,
    )
    return Panel(chart)
