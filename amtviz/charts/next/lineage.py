"""What did each warm start gain? Generations from parent to child, and how ranges changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import pandas as pd

from amtviz.analysis.lineage import describe_range
from amtviz.analysis.scale import Scale, make_scale
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.next.range_bars import number_span, value_spans
from amtviz.findings.facts import Facts
from amtviz.findings.lineage import state_lineage
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.row_axis import row_axis
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import BACKGROUND, WIDE
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import Hyperparameter, TuningJob, TuningTables
from amtviz.texts import list_distinct
from amtviz.wording.lists import plural
from amtviz.wording.names import short_names
from amtviz.wording.numbers import format_number, tell_apart

_MOST_GENERATIONS = 5  # more would leave no room for names
_NODE = 44  # pixels from one tuning job to the one below
_LETTER = 6.4  # pixels
_NAMES = 150  # pixels
_WORDS = 380  # pixels beside the bars
_LEAST = 0.35  # of the width, for the bars
_BAR = 15  # pixels from one tuning job's bar to the next
_MOST_BARS = 40
_MOST_JOBS = 8  # bars of a hyperparameter


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the wide panels ``lineage`` and ``lineage_ranges``; none without a warm start."""
    table = facts.generations
    if not len(table):
        return []
    ranges = _draw_ranges(facts, context)
    return [_draw_tree(facts, context), *([ranges] if ranges else [])]


def draw_lineage(data: TuningTables) -> TuningChart:
    """Draw the warm-start generations: from which tuning job to which, and what that gained.

    Below it, the range of each hyperparameter that a warm start changed, in every generation.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when no tuning job was warm-started.
    """
    return draw_alone(CHART, data)


def _draw_tree(facts: Facts, context: ChartContext) -> Panel:
    nodes, left_out = _nodes(facts)
    edges = _edges(facts, nodes)
    columns = nodes["x"].max() + 1
    rows = nodes["r"].max() + 1
    base = UnitChart(SharedData("kin", to_rows(nodes[["j", "x", "r", "t", "d"]])))
    lines = UnitChart(SharedData("descent", to_rows(edges)))
    x = alt.X(
        "x:Q",
        axis=None,
        scale=alt.Scale(domain=[-10 * columns / WIDE, columns], nice=False, zero=False),
    )
    y = alt.Y("r:Q", axis=None, scale=alt.Scale(domain=[rows - 0.4, -0.6], nice=False, zero=False))
    text: dict[str, Any] = {
        "align": "left",
        "dx": 12,
        "limit": alt.expr(f"{context.width(WIDE)} / {columns} - 30"),
        "tooltip": None,
    }
    ink = alt.value(alt.expr("ink"))
    point = {"size": 110, "shape": "circle", "opacity": 1, "tooltip": None}
    known, deleted = (base.transform_filter(f"{no}isValid(datum.j)") for no in ("", "!"))
    subtitle = "each generation begins with what the one before had learnt; gain over all ancestors"
    if left_out:
        subtitle += f" · the latest {int(columns)} of {int(columns) + left_out} generations"
    # each begins behind its parent's words
    begin = alt.expr(f"min(datum.w, {context.width(WIDE)} / {columns} - 16)")
    line = lines.mark_rule(
        color=BACKGROUND, strokeWidth=1.5, opacity=0.7, tooltip=None, xOffset=begin
    )
    hollow = deleted.mark_point(filled=False, color=BACKGROUND, strokeWidth=1.5, **point)
    name = base.mark_text(**text, dy=-7, fontSize=11.5, fontWeight=600)
    result = base.mark_text(**text, dy=8, fontSize=11)
    layers = {
        "descent": line.encode(x=x, x2="x1", y=y, y2="r1"),
        "jobs": known.mark_point(filled=True, **point).encode(x=x, y=y, color=context.job_colour()),
        "missing": hollow.encode(x=x, y=y),
        "names": name.encode(x=x, y=y, text="t:N", color=ink),
        "results": result.encode(x=x, y=y, text="d:N", color=ink),
    }
    chart = lay(
        "lineage",
        layers,
        title=alt.TitleParams(CHART.title, subtitle=subtitle, limit=WIDE),
        width=WIDE,
        height=int(max(1, rows) * _NODE),
    )
    return Panel(chart, wide=True)


def _nodes(facts: Facts) -> tuple[pd.DataFrame, int]:
    """Place each tuning job in its generation's column; parents that are gone in the first."""
    table = facts.generations
    places = {name: place for place, name in enumerate(facts.tables.job_names)}
    left_out = max(0, int(table["Generation"].max()) - _MOST_GENERATIONS)
    gone = dict.fromkeys(p for parents in table["Parents"] for p in parents if p not in places)
    rows: list[dict[str, Any]] = [
        {"n": name, "g": 1, "j": None, "d": "not in this data"} for name in gone
    ]
    rows += [
        {
            "n": row.TuningJobName,
            "g": row.Generation,
            "j": places[row.TuningJobName],
            "d": _describe(row, brief=table["Generation"].max() > 3),
        }
        for row in table.itertuples()
    ]
    nodes = pd.DataFrame(rows).astype({"j": "Int64"})
    nodes = nodes[nodes["g"] > left_out].reset_index(drop=True)
    nodes["x"] = (nodes["g"] - left_out - 1).astype(float)
    size = nodes.groupby("g")["g"].transform("size")
    nodes["r"] = nodes.groupby("g").cumcount() + (size.max() - size) / 2
    nodes["t"] = [" ".join(name.split()) for name in nodes["n"]]
    return nodes, left_out


def _describe(row: Any, *, brief: bool) -> str:
    """Return the best of a tuning job and its gain in few words."""
    trials = plural(row.Trials, "trial")
    if pd.isna(row.Best):
        return f"{trials}, none with a value"
    ending = "" if brief else f", {trials}"
    if pd.isna(row.Gain):
        return f"best {tell_apart([row.Best])[0]}{ending}"
    best = tell_apart([row.Best, row.BestBefore])[0]
    gain = f"{format_number(row.Gain, 2)} better" if row.Gain > 0 else "no gain"
    if row.Gain < 0:
        gain += f", {format_number(-row.Gain, 2)} worse"
    return f"best {best}, {gain}{ending}"


def _edges(facts: Facts, nodes: pd.DataFrame) -> pd.DataFrame:
    """Return a line from each parent to its child, and the pixels of the parent's words."""
    ends = nodes.assign(w=nodes[["t", "d"]].map(len).max(axis=1) * _LETTER + 20).set_index("n")
    # lines of one column begin below each other
    words = ends.groupby("x")["w"].transform("max")
    rows = []
    for row in facts.generations.itertuples():
        for parent in row.Parents:
            if parent in ends.index and row.TuningJobName in ends.index:
                child = ends.loc[row.TuningJobName]
                one = ends.loc[parent]
                rows.append((one["x"], one["r"], child["x"], child["r"], words[parent]))
    return pd.DataFrame(rows, columns=["x", "r", "x1", "r1", "w"], dtype="float64")


def _draw_ranges(facts: Facts, context: ChartContext) -> Panel | None:
    """Draw the range of each changed hyperparameter in each tuning job, on the declared scale."""
    changes = facts.range_changes
    changed = list_distinct(changes.loc[changes["Change"] != "same", "Hyperparameter"])
    jobs = _jobs_of_ranges(facts)
    drawn = [h for h in context.data.hyperparameters if h.name in changed]
    if not drawn:
        return None
    most = max(3, _MOST_BARS // len(jobs))
    shown = drawn[:most]
    step = len(jobs) + 0.8  # rows from one hyperparameter to the next
    bars, words, frames = [], [], []
    for nth, hyperparameter in enumerate(shown):
        top = nth * step
        frames.append({"r": top - 0.5, "r1": top + len(jobs) - 0.5, "l": 0.0, "h": 1.0})
        for place, job in enumerate(jobs):
            row = top + place
            spans, text = _range_of(facts, hyperparameter, job)
            j = context.data.job_names.index(job.name)
            bars += [{"j": j, "r": row - 0.3, "r1": row + 0.3, "l": a, "h": b} for a, b in spans]
            words.append({"j": j, "r": row, "t": text})
    middle = [nth * step + (len(jobs) - 1) / 2 for nth in range(len(shown))]
    names = [" ".join(h.name.split()) for h in shown]
    total = len(shown) * step - 0.8
    y = row_axis(names, _NAMES, places=middle, rows=total)
    unchanged = len(context.data.hyperparameters) - len(drawn)
    notes = ["colour: the tuning job; each on its declared scale; grey: all ranges together"]
    if len(shown) < len(drawn):
        notes.append(f"{len(shown)} of {len(drawn)} that changed")
    if unchanged:
        notes.append(f"{unchanged} unchanged")
    chart = _layer_ranges(context, (frames, bars, words), y).properties(
        title=alt.TitleParams("Ranges by generation", subtitle=" · ".join(notes), limit=WIDE),
        height=int(total * _BAR),
    )
    return Panel(chart, wide=True)


def _layer_ranges(
    context: ChartContext, tables: tuple[Sequence[Any], Sequence[Any], Sequence[Any]], y: alt.Y
) -> Any:
    frames, bars, words = (pd.DataFrame(list(rows)) for rows in tables)
    if not len(bars):
        bars = pd.DataFrame(columns=["j", "r", "r1", "l", "h"])
    width = context.width(WIDE - _NAMES)
    picture = f"max({_LEAST} * {width}, {width} - {_WORDS})"
    side: Any = [0, alt.expr(picture)]
    x = alt.X("l:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False, zero=False, range=side))
    right = alt.value(alt.expr(f"{picture} + 10"))
    room = alt.expr(f"{width} - {picture} - 12")
    whole, bar, text = (
        UnitChart(SharedData(name, to_rows(rows)))
        for name, rows in (("spans", frames), ("ranges", bars), ("bounds", words))
    )
    options: dict[str, Any] = {"tooltip": None, "strokeWidth": 0}
    layers = {
        # clipped: rounding past the edge would move what lies below
        "all": whole.mark_rect(**options, color=BACKGROUND, opacity=0.16, clip=True).encode(
            x=x, x2="h", y=y, y2="r1"
        ),
        "ranges": bar.transform_filter(context.job_chosen)
        .mark_rect(**options, opacity=0.85)
        .encode(x=x, x2="h", y=y, y2="r1", color=context.job_colour()),
        "bounds": text.transform_filter(context.job_chosen)
        .mark_text(align="left", fontSize=10.5, limit=room, tooltip=None)
        .encode(x=right, y=y, text="t:N", color=alt.value(alt.expr("ink"))),
    }
    return lay("lineage_ranges", layers, width=WIDE - _NAMES)


def _jobs_of_ranges(facts: Facts) -> list[TuningJob]:
    """Return the tuning jobs whose ranges are drawn: the latest generations, oldest first."""
    names = facts.generations["TuningJobName"].tolist()[-_MOST_JOBS:]
    known = {job.name: job for job in facts.tables.jobs}
    return [known[name] for name in names]


def _range_of(
    facts: Facts, hyperparameter: Hyperparameter, job: TuningJob
) -> tuple[list[tuple[float, float]], str]:
    """Return where a tuning job's range lies on the scale of all, and the range in words."""
    short = short_names(facts.tables.job_names)[job.name]
    changes = facts.range_changes
    rows = changes[
        (changes["TuningJobName"] == job.name)
        & (changes["Hyperparameter"] == hyperparameter.name)
        & (changes["Change"] != "same")
    ]
    told = dict.fromkeys(
        f"{row.Change}" + (f", was {row.Old}" if row.Change != "gone" else "")
        for row in rows.itertuples()
    )
    ending = f" ({'; '.join(told)})" if told else ""
    own = next((h for h in job.hyperparameters if h.name == hyperparameter.name), None)
    if own is None:
        fixed = rows["New"].iloc[0] if len(rows) else "not tuned"
        return [], f"{short}: {fixed}"
    text = f"{short}: {describe_range(own)}{ending}"
    scale = _scale(facts, hyperparameter)
    if scale.kind == "category":
        return value_spans(scale, own.values), text
    if own.low is None or own.high is None:
        return [], text
    low, high = number_span(scale, float(own.low), float(own.high))
    return [(low, max(high, low + 0.004))], text


def _scale(facts: Facts, hyperparameter: Hyperparameter) -> Scale:
    """Return a scale that holds the ranges of all tuning jobs drawn, whatever else was tried."""
    ranges = [
        h
        for job in _jobs_of_ranges(facts)
        for h in job.hyperparameters
        if h.name == hyperparameter.name
    ]
    every = replace(
        hyperparameter,
        low=min((h.low for h in ranges if h.low is not None), default=hyperparameter.low),
        high=max((h.high for h in ranges if h.high is not None), default=hyperparameter.high),
        values=tuple(dict.fromkeys(v for h in (hyperparameter, *ranges) for v in h.values)),
    )
    return make_scale(every, facts.tables.trials[hyperparameter.column])


CHART = Chart(
    name="lineage",
    title="Warm-start generations",
    panels=panels,
    draw=draw_lineage,
    finding=state_lineage,
    empty="no tuning job was warm-started",
)
