"""Was the advice right? A warm start's trials in and out of what its parents' trials suggest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import altair as alt

from amtviz.analysis.lineage import describe_range
from amtviz.analysis.scale import Scale, make_scale
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import Missing
from amtviz.charts.next.range_bars import (
    RangeRow,
    Spans,
    best_fifth,
    best_ticks,
    draw_range_rows,
    name_ticks,
    spans_over,
)
from amtviz.findings.advice_review import state_advice_review
from amtviz.findings.facts import Facts
from amtviz.grammar.axes import Axis, number_axis
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_scatter
from amtviz.grammar.tables import OwnColumn, SharedData
from amtviz.grammar.theme import WIDE
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import Hyperparameter, TuningTables
from amtviz.wording.lists import plural
from amtviz.wording.names import name_job, short_names
from amtviz.wording.values import format_interval

_SIDES = ("inside", "outside")
_NONE = ("no tuning job here was started from trials that are here, too", "a warm start's parents")
_HALF = 0.36  # of the width of a side, that its median is long


def columns(facts: Facts) -> Mapping[str, OwnColumn]:
    """Return on which side of balanced advice each trial of a warm start lies, by tuning job."""
    found = facts.advice_review
    side = found.inside["balanced"].map({True: _SIDES[0], False: _SIDES[1]}).astype("string")
    jobs = facts.tables.trials["TuningJobName"]
    return {
        f"r{nth}": OwnColumn(f"{name_job(name)}: advice", side.where(jobs == name), _SIDES)
        for nth, name in enumerate(found.jobs)
    }


def brushes(facts: Facts, context: ChartContext) -> list[str]:
    """Columns that this chart's panels brush."""
    return [name for name in columns(facts) if context.frame[name].nunique() > 1]


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw ``advice_0``… a warm start each, and the wide panel ``advice_ranges`` of the latest."""
    review = facts.advice_review
    if not review.jobs:
        return [Missing(CHART.title, *_NONE)]
    balanced = review.table[review.table["Risk"] == "balanced"]
    drawn: list[Panel | Missing] = [
        _draw_sides(context, nth, row)
        for nth, row in enumerate(balanced.itertuples())
        if 0 < row.Inside < row.Trials
    ]
    is_there = len(review.advice[review.jobs[0], "balanced"])  # parents may have tuned nothing
    return [*drawn, *([_draw_ranges(facts, context)] if is_there else [])]


def draw_advice_review(data: TuningTables) -> TuningChart:
    """Draw the trials of each warm start in and out of what its parents' trials suggest.

    Below, the ranges of the latest: what was searched before, what the advice would have been,
    and what was searched.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when no tuning job was warm-started.
    """
    return draw_alone(CHART, data)


def _draw_sides(context: ChartContext, nth: int, row: Any) -> Panel:
    rows = [
        {"g": place - _HALF, "g1": place + _HALF, "v": float(median)}
        for place, median in enumerate((row.MedianInside, row.MedianOutside))
    ]
    x, y = context.axes[f"r{nth}"], _axis_of(context, f"r{nth}")
    median = UnitChart(SharedData(f"advice_medians_{nth}", rows)).mark_rule(
        strokeWidth=2, color=alt.ExprRef("strong"), tooltip=None, clip=True
    )
    over = {"medians": median.encode(x=x.channel(alt.X, "g"), x2="g1", y=y.channel(alt.Y, "v"))}
    panel = draw_scatter(context, f"r{nth}", f"advice_{nth}", CHART.title, y=y, over=over)
    short = short_names(context.data.job_names)[row.TuningJobName]
    panel.chart.title = alt.TitleParams(
        f"{short}: {row.Inside:,} of {row.Trials:,} inside",
        subtitle=f"of balanced advice from {plural(row.KnownTrials, 'trial')}; line: median",
    )
    of = f"of each trial of {name_job(row.TuningJobName)}"
    sentence = f"The {y.title} {of}, in and out of balanced advice."
    return replace(panel, sentence=sentence)


def _axis_of(context: ChartContext, name: str) -> Axis:
    """Return the objective's axis of the trials in a column alone: all others' would squeeze it."""
    y, values = context.axes["y"], context.frame["y"].where(context.frame[name].notna())
    axis = number_axis(y.title, values, "y", context.data.objective.worse)
    return replace(axis, elastic=y.elastic)


def _draw_ranges(facts: Facts, context: ChartContext) -> Panel:
    data, name = facts.tables, facts.advice_review.jobs[0]
    table = facts.advice_review.advice[name, "balanced"]
    job = next(job for job in data.jobs if job.name == name)
    own = {h.name: h for h in job.hyperparameters}
    best = best_fifth(data.trials[data.trials["TuningJobName"] == name], data.objective)
    hyperparameters = {h.name: h for h in data.hyperparameters}
    rows = []
    for row in table.itertuples():
        hyperparameter = hyperparameters[str(row.Hyperparameter)]
        scale = make_scale(hyperparameter, data.trials[hyperparameter.column])
        tried = own.get(hyperparameter.name)
        searched = [] if tried is None else _spans(scale, row, tried)
        rows.append(
            RangeRow(
                hyperparameter.name,
                spans_over(scale, row, row.Low, row.High, row.Values),
                _tell(row, tried),
                searched,
                best_ticks(scale, row, best),
            )
        )
    short = short_names(data.job_names)[name]
    title = alt.TitleParams(
        f"Advice and ranges of {short}",
        subtitle="wide: what was searched before; narrow: balanced advice from those trials; line: "
        f"what {short} searched; {name_ticks(len(best))}each on its scale",
        limit=WIDE,
    )
    place = data.job_names.index(name)
    return draw_range_rows(context, "advice_ranges", title, rows, searched_by=place)


def _spans(scale: Scale, row: Any, tried: Hyperparameter) -> Spans:
    if scale.kind == "category":
        return spans_over(scale, row, 0.0, 1.0, tried.values)
    if tried.low is None or tried.high is None:
        return []
    return spans_over(scale, row, tried.low, tried.high, ())


def _tell(row: Any, tried: Hyperparameter | None) -> str:
    """Say what the advice would have been, and what was searched."""
    advised = _write(row, row.Low, row.High, row.Values)
    told = f"advice: {'keep ' if row.Change == 'keep' else ''}{advised}"
    if tried is None:
        return f"{told}; not tuned"
    searched = describe_range(tried)
    if tried.kind == "categorical" or (tried.low is not None and tried.high is not None):
        searched = _write(row, tried.low, tried.high, tried.values)
    return f"{told}, as searched" if searched == advised else f"{told}; searched: {searched}"


def _write(row: Any, low: Any, high: Any, values: Sequence[str]) -> str:
    """Write a range on the scale of a suggestion."""
    if row.Kind == "categorical":
        return ", ".join(values)
    return format_interval(low, high, row.Scaling)


CHART = Chart(
    name="advice_review",
    title="Was the advice right?",
    panels=panels,
    draw=draw_advice_review,
    brushes=brushes,
    columns=columns,
    finding=state_advice_review,
    empty="no tuning job was warm-started",
)
