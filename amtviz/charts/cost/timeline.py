"""When did what run? Training jobs in their parallel slots."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.interruptions import list_interruptions
from amtviz.analysis.slots import count_running
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import NO_ENDS, Missing
from amtviz.findings.facts import Facts
from amtviz.grammar.axes import Axis, number_axis, time_axis
from amtviz.grammar.context import HOVERED, SELECTING, ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.pinned import COLOUR, PINNED
from amtviz.grammar.row_axis import row_axis
from amtviz.grammar.tables import OwnColumn, SharedData, to_rows
from amtviz.grammar.theme import BACKGROUND, DIM, HOVER, HOVER_EDGE, STATUS_SHAPES, WIDE
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import CUT_OFF_STATUSES, TuningTables
from amtviz.wording.lists import join_words
from amtviz.wording.names import short_names
from amtviz.wording.statuses import RUNNING_STATUSES
from amtviz.wording.times import time_unit

MOST_BARS = 800  # trials that are drawn as bars; above, how many ran at once
_MOST_ROWS = 60
_TALLEST = 14  # pixels of a slot
_HEIGHT = 330  # pixels at most
_NAMES = 110  # pixels
_WIDTH = WIDE - _NAMES
_AREA = 130  # pixels of the picture of how many ran at once


def columns(facts: Facts) -> Mapping[str, OwnColumn]:
    """Return how often each trial was started again, if any was."""
    restarts = facts.tables.trials["RestartCount"]
    if not (restarts > 0).any():
        return {}
    return {"rs": OwnColumn("restarts", restarts, listed=True)}


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw the wide panel ``timeline``; none where no start or end is known."""
    timed = context.frame["w"].notna()
    if not (_ends(context) > context.frame["c"])[timed].any():
        return [Missing(CHART.title, *NO_ENDS)]
    rows = _lay_out(context)
    if timed.sum() > MOST_BARS or rows["rows"] > _MOST_ROWS:
        return [_draw_counts(context)]
    return [_draw_bars(context, rows)]


def draw_timeline(data: TuningTables) -> TuningChart:
    """Draw when each training job ran, in as many rows as ran at once.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when no times are known. More than 800 training jobs are drawn as the
        number that ran at once.
    """
    return draw_alone(CHART, data)


def _now(context: ChartContext) -> float:
    """Return the end of what still runs, in milliseconds; NaN if it isn't known."""
    fetched = context.data.fetched_at
    return np.nan if fetched is None else pd.Timestamp(fetched).timestamp() * 1000


def _ends(context: ChartContext) -> pd.Series:
    frame = context.frame
    return (frame["c"] + frame["e"] * 1000).fillna(_now(context)).where(frame["w"].notna())


def _lay_out(context: ChartContext) -> dict[str, Any]:
    """Return each tuning job's first row, its number of slots, and each trial's row."""
    slots = context.frame["w"]
    counts = slots.groupby(context.frame["j"]).max().add(1).dropna().astype(int)
    first, total = {}, 0.0
    for job, count in counts.items():
        first[int(job)] = total
        total += count + 0.6  # a gap between tuning jobs
    return {"first": first, "counts": counts, "rows": total - 0.6}


def _time(context: ChartContext) -> tuple[Axis, str, str, str]:
    """Return the time axis, and the expressions of a trial's creation, start and end on it."""
    frame = context.frame
    taken = frame["c"] - frame.get("v", 0)
    taken = taken.where(frame["w"].notna())
    wait = "datum.c - datum.v"
    end = f"isValid(datum.e) ? datum.c + datum.e * 1000 : {json.dumps(_or_none(_now(context)))}"
    if context.time_field == "t":
        span = pd.concat([taken, _ends(context)]).dropna()
        axis = time_axis("time (UTC)", span, "c")
        return axis, wait, "datum.c", end
    # far apart in time: each tuning job's clock starts with it
    begin = taken.groupby(frame["j"]).min()
    starts = [_or_none(begin.get(j, np.nan)) for j in range(len(context.axes["j"].labels))]
    zero = f"{json.dumps(starts)}[datum.j]"
    longest = (_ends(context) - frame["j"].map(begin)).max() / 1000
    size, unit = time_unit(float(longest))
    axis = number_axis(f"{unit} since the tuning job's start", pd.Series([0, longest / size]), "c")
    axis = Axis("c", axis.title, "linear", axis.domain)
    made = (f"(({at}) - {zero}) / {1000 * size}" for at in (wait, "datum.c", end))
    return (axis, *made)  # type: ignore[return-value]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _draw_bars(context: ChartContext, rows: dict[str, Any]) -> Panel:
    axis, created, begun, ended = _time(context)
    firsts = [rows["first"].get(j) for j in range(len(context.axes["j"].labels))]
    place = f"{json.dumps(firsts)}[datum.j] + datum.w"
    height = min(_HEIGHT, max(40, round(rows["rows"] * (_TALLEST + 4))))
    thick = max(2.0, height / rows["rows"] * 0.78)
    timed = UnitChart(context.trials).transform_filter("isValid(datum.w)")
    timed = timed.transform_calculate(at=begun, to=ended, up=place)
    x, x_end = axis.channel(alt.X, "at"), "to"
    y = alt.Y("up:Q", title=None)
    failed = _status(context, "Failed")
    stopped = _status(context, "Stopped")
    bar: dict[str, Any] = {"orient": "horizontal", "height": thick, "tooltip": None, "clip": True}
    # one that begins as another ends is still told apart
    edge: dict[str, Any] = {"stroke": alt.ExprRef("paper"), "strokeWidth": 0.7}
    chosen = timed.transform_filter(context.selected)
    whole = chosen.transform_filter(f"!({failed}) && !({stopped})")
    layers = {"anchor": _anchor(context, axis, rows)}
    if "v" in context.frame:
        waits = UnitChart(context.trials).transform_filter("isValid(datum.w) && datum.v > 0")
        waits = waits.transform_calculate(at=created, to=begun, up=place)
        thin = waits.mark_rule(color=BACKGROUND, strokeWidth=1, tooltip=None, clip=True)
        layers["waits"] = thin.encode(x=x, x2=x_end, y=y)
    layers |= {
        # what answers the pointer, selected or not
        "target": timed.mark_bar(fillOpacity=0, **bar).encode(x=x, x2=x_end, y=y),
        "background": timed.transform_filter(SELECTING)
        .mark_bar(color=DIM, **bar)
        .encode(x=x, x2=x_end, y=y),
        "whole": whole.mark_bar(**bar, **edge).encode(
            x=x, x2=x_end, y=y, color=context.trial_colour()
        ),
        "stopped": chosen.transform_filter(stopped)
        .mark_bar(opacity=0.5, **bar, **edge)
        .encode(x=x, x2=x_end, y=y, color=context.trial_colour()),
        "failed": chosen.transform_filter(failed)
        .mark_bar(filled=False, strokeWidth=1.5, **bar | {"height": thick - 1.5})
        .encode(x=x, x2=x_end, y=y, color=context.trial_colour()),
    }
    gaps = _gaps(context)
    if len(gaps):
        still = UnitChart(SharedData("interruptions", to_rows(gaps)))
        still = still.transform_calculate(at=begun, to=ended, up=place)
        gap = still.mark_bar(color=alt.ExprRef("paper"), **bar | {"height": thick * 0.6})
        layers["interrupted"] = gap.encode(x=x, x2=x_end, y=y)
    cut = f"indexof({json.dumps(CUT_OFF_STATUSES)}, datum.sd) >= 0"
    if context.frame["sd"].isin(CUT_OFF_STATUSES).any():
        glass: dict[str, Any] = {"shape": STATUS_SHAPES[CUT_OFF_STATUSES[0]], "size": 40}
        glass |= {"filled": True, "opacity": 1, "xOffset": 6, "tooltip": None}
        ends = chosen.transform_filter(cut).mark_point(**glass)
        layers["cut_off"] = ends.encode(
            x=axis.channel(alt.X, "to"), y=y, color=context.trial_colour()
        )
    running = _status(context, *RUNNING_STATUSES)
    if running != "false":
        arrow: dict[str, Any] = {"shape": STATUS_SHAPES["InProgress"], "size": 60, "xOffset": 6}
        arrow |= {"filled": True, "opacity": 1, "clip": False, "tooltip": None}
        ends = chosen.transform_filter(running).mark_point(**arrow)
        ends = ends.encode(x=axis.channel(alt.X, "to"), y=y, color=context.trial_colour())
        layers["running"] = ends
    # on paper, for a bar may have the very colour of a pin
    pinned = timed.transform_filter(PINNED)
    rim = {"fillOpacity": 0, "opacity": 1, "strokeWidth": 3.5, "stroke": alt.ExprRef("paper")}
    layers["pinned_rims"] = pinned.mark_bar(**bar, **rim).encode(x=x, x2=x_end, y=y)
    layers["pinned"] = pinned.mark_bar(**bar, fillOpacity=0, opacity=1, strokeWidth=2).encode(
        x=x, x2=x_end, y=y, stroke=COLOUR
    )
    layers["hovered"] = _hovered(context, timed, x, y, bar)
    chart = lay(
        "timeline",
        layers,
        title=alt.TitleParams(
            f"{CHART.title}, {axis.title}", subtitle=_legend(context), limit=WIDE
        ),
        width=_WIDTH,
        height=height,
    )
    return Panel(chart, hover="timeline_target", wide=True)


def _gaps(context: ChartContext) -> pd.DataFrame:
    """Return when trials stood still, in the columns of trials: slot, start and seconds."""
    spans = list_interruptions(context.data.trials)
    names = context.data.trials["TrainingJobName"]
    spans["a"] = names.loc[spans.index].to_numpy(object)
    found = spans.merge(context.frame[["a", "j", "w", "c"]], on="a").dropna(subset=["w", "c"])
    return pd.DataFrame(
        {
            "j": found["j"],
            "w": found["w"],
            "c": found["c"] + found["From"] * 1000,
            "e": found["To"] - found["From"],
            "v": 0.0,
        }
    )


def _anchor(context: ChartContext, axis: Axis, rows: dict[str, Any]) -> alt.Chart:
    """State both scales, and name each tuning job beside its slots."""
    names = list(short_names(context.data.job_names).values())
    middles = [rows["first"][j] + (rows["counts"][j] - 1) / 2 for j in rows["first"]]
    labels = [names[j] for j in rows["first"]]
    nothing = UnitChart(context.trials).transform_filter("false").mark_point(tooltip=None)
    return nothing.encode(
        x=axis.channel(alt.X, axis=axis.axis(grid=True)),
        y=row_axis(labels, _NAMES, field="w", places=middles, rows=rows["rows"]),
    )


def _hovered(
    context: ChartContext, timed: alt.Chart, x: Any, y: Any, bar: dict[str, Any]
) -> alt.Chart:
    computed, tooltip = context.tooltip
    one = timed.transform_filter(HOVERED).transform_calculate(**computed)
    mark = one.mark_bar(color=HOVER, stroke=HOVER_EDGE, strokeWidth=1.2, **bar | {"tooltip": True})
    return mark.encode(x=x, x2="to", y=y, tooltip=tooltip)


def _status(context: ChartContext, *names: str) -> str:
    """Expression: has the trial one of these statuses?"""
    labels = context.axes["s"].labels
    codes = [place for place, name in enumerate(labels) if name in names]
    return " || ".join(f"datum.s === {code}" for code in codes) or "false"


def _legend(context: ChartContext) -> str:
    """Say what the bars' looks mean, as far as they occur."""
    seen = set(context.axes["s"].labels)
    said = []
    if "Stopped" in seen:
        cut = context.frame["sd"].isin(CUT_OFF_STATUSES) & context.frame["w"].notna()
        early = context.data.trials["TrainingJobStatus"].eq("Stopped").sum() > cut.sum()
        said += ["pale: stopped"] if early else []
        if cut.any():
            causes = context.frame.loc[cut, "sd"].value_counts()
            told = join_words([f"{cause} {count:,}" for cause, count in causes.items()])
            said.append(f"hourglass: cut off ({told})")
    if "Failed" in seen:
        said.append("hollow: failed")
    if seen & {*RUNNING_STATUSES}:
        said.append("arrow: still running")
    if "v" in context.frame:
        said.append("thin line: waiting")
    spot = context.data.trials["EnableManagedSpotTraining"].fillna(False).astype(bool)
    if len(context.data.trials["Interruptions"].dropna()):
        said.append("gap: interrupted")
    if (spot & context.data.trials["RestartCount"].isna()).any():
        said.append("spot: interruptions are inside the bars, AWS doesn't say when")
    untimed = int(context.frame["w"].isna().sum())
    if untimed:
        said.append(f"{untimed:,} without a start or an end not drawn")
    return " · ".join(said) or "one bar a training job, from start to end"


def _draw_counts(context: ChartContext) -> Panel:
    """Draw how many training jobs ran at once, of each tuning job."""
    data = context.data
    table = count_running(data.trials, data.fetched_at)
    places = {name: place for place, name in enumerate(data.job_names)}
    rows = pd.DataFrame(
        {"j": table["TuningJobName"].map(places), "u": table["Start"], "n": table["Running"]}
    )
    axis, *_ = _time(context)
    if context.time_field != "t":
        begin = rows.groupby("j")["u"].transform("min")
        size, _unit = time_unit(float((rows["u"] - begin).max() / 1000))
        rows["u"] = (rows["u"] - begin) / 1000 / size
    y = number_axis("training jobs at once", pd.Series([0.0, float(rows["n"].max())]), "n")
    base = UnitChart(SharedData("running", to_rows(rows))).transform_filter(context.job_chosen)
    line = base.mark_line(interpolate="step-after", strokeWidth=1.5, clip=True, tooltip=None)
    nothing = UnitChart(context.trials).transform_filter("false").mark_point(tooltip=None)
    line = line.encode(
        x=axis.channel(alt.X, "u"), y=y.channel(alt.Y, "n"), color=context.job_colour()
    )
    anchor = nothing.encode(
        x=axis.channel(alt.X), y=y.channel(alt.Y, "k", scale=y.scale(), axis=y.axis())
    )
    chart = lay(
        "timeline",
        {"anchor": anchor, "running": line},
        title=alt.TitleParams(
            f"Training jobs at once, {axis.title}",
            subtitle="mean of each of 120 steps; too many training jobs to draw each",
            limit=WIDE,
        ),
        width=_WIDTH,
        height=_AREA,
    )
    return Panel(chart, wide=True)


CHART = Chart(
    name="timeline",
    title="Training jobs in their parallel slots",
    panels=panels,
    draw=draw_timeline,
    columns=columns,
)
