"""What does a good objective cost? The objective against times, costs and other final metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.measures import Measure, find_pair_front, objective_measure
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import Missing
from amtviz.charts.values.pair import draw_any_two, share_channel
from amtviz.findings.facts import Facts
from amtviz.findings.trade_offs import state_trade_offs
from amtviz.grammar.axes import Axis
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_scatter
from amtviz.grammar.tables import OwnColumn, SharedData, to_rows
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables
from amtviz.settings import DrawOptions
from amtviz.wording.lists import plural
from amtviz.wording.times import time_unit

VIEW = "trade_off"  # of any two, on a page
_FRONT = "On the front with"
_MOST_PANELS = 3
_MOST_CHOICES = 8  # columns beside the objective, to choose from
_SHORT = {"training time": "time", "billed time": "billed"}
_MANY = 40  # trials on a front, whose rings are small
_NONE = (
    "nothing else that differs is known of three trials that have an objective",
    "end times, billed times or other final metrics",
)


def columns(facts: Facts) -> Mapping[str, OwnColumn]:
    """Return what the objective is drawn against, and on which fronts each trial is."""
    found = {
        f"m{nth}": OwnColumn(_title(measure), _in_unit(measure))
        for nth, measure in enumerate(facts.measures[:_MOST_CHOICES])
    }
    drawn = _drawn(facts)
    if drawn:
        index = facts.tables.trials.index
        of = {
            _SHORT.get(measure.title, measure.title): index.isin(facts.fronts[measure.name].index)
            for measure in drawn
        }
        told = pd.DataFrame(of, index)
        fronts = told.apply(lambda row: " + ".join(told.columns[row]) or "none", axis=1)
        scored = np.isfinite(objective_measure(facts.tables).values.to_numpy(float))
        fronts = fronts.astype("string").where(scored)
        found["fr"] = OwnColumn(_FRONT.lower(), fronts, listed=True)
    return found


def brushes(facts: Facts, context: ChartContext) -> list[str]:
    """Columns that this chart's panels brush."""
    drawn = [f"m{facts.measures.index(measure)}" for measure in _drawn(facts)]
    return [*drawn, "fr"] if drawn else []


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw ``trade_off_0``…, ``front``, and on a page ``trade_off`` of any two columns."""
    measures = facts.measures[:_MOST_CHOICES]
    if not measures:
        return [Missing(CHART.title, *_NONE)]
    panels: list[Panel | Missing] = [
        _draw(facts, context, nth, measures.index(measure))
        for nth, measure in enumerate(_drawn(facts))
    ]
    if panels:
        metric = context.data.objective.metric_name
        front = draw_scatter(context, "fr", "front", _FRONT)
        note = f"none: beaten in {metric} and the other; drag to select"
        front.chart.title = alt.TitleParams(_FRONT, subtitle=note)
        panels.append(front)
    if context.on_page and len(measures) > 1:
        panels.append(_draw_any(facts, context))
    return panels


def draw_trade_offs(data: TuningTables, *, prices: dict[str, float] | None = None) -> TuningChart:
    """Draw the objective against what it may have to be traded for, with the Pareto front.

    That is the cost or billed time, the training time, and other final metrics of which it is
    known whether more is better: the first three of these.

    Parameters
    ----------
    data : TuningData
    prices : dict of str to float, optional
        Dollars per instance-hour by instance type.

    Returns
    -------
    altair.VConcatChart
        It says so in words when there is nothing to trade.
    """
    return draw_alone(CHART, data, DrawOptions(prices=prices or {}))


def _drawn(facts: Facts) -> list[Measure]:
    """Return the measures that have a panel of their own."""
    choices = facts.measures[:_MOST_CHOICES]
    return [measure for measure in facts.traded if measure in choices][:_MOST_PANELS]


def _title(measure: Measure) -> str:
    if measure.unit == "seconds":
        return f"{measure.title}, {time_unit(float(measure.values.max()))[1]}"
    return f"{measure.title}, dollars" if measure.unit else measure.title


def _in_unit(measure: Measure) -> pd.Series:
    if measure.unit != "seconds":
        return measure.values
    return measure.values / time_unit(float(measure.values.max()))[0]


def _draw(facts: Facts, context: ChartContext, nth: int, place: int) -> Panel:
    """Draw the objective against one measure, and their front."""
    measure, field = facts.measures[place], f"m{place}"
    x, y = context.axes[field], context.axes["y"]
    front = facts.fronts[measure.name]
    points = _points(context, front.index, field, "y")
    view = f"trade_off_{nth}"
    stairs = _stairs(points, measure)
    line = UnitChart(SharedData(f"{view}_line", to_rows(stairs)))
    at = {"x": x.channel(alt.X, "u"), "y": y.channel(alt.Y, "v")}
    point = UnitChart(SharedData(f"{view}_points", to_rows(points)))
    over = {
        "front": _line(line).encode(**at, order=alt.Order("n:Q")),
        "on_front": _ring(point, len(front)).encode(**at),
    }
    panel = draw_scatter(context, field, view, x.title, over=over)
    metric = context.data.objective.metric_name
    panel.chart.title = alt.TitleParams(
        x.title, subtitle=f"line: the front, {plural(len(front), 'trial')}"
    )
    sentence = f"{panel.sentence} The line joins the trials that none beats in both {metric} and "
    return replace(panel, sentence=f"{sentence}{measure.title}.")


def _line(chart: alt.Chart) -> alt.Chart:
    strong = alt.ExprRef("strong")
    return chart.mark_line(color=strong, strokeWidth=1.3, opacity=0.8, clip=True, tooltip=None)


def _ring(chart: alt.Chart, count: int) -> alt.Chart:
    """Draw a ring around the trials on a front, as many as there may be."""
    size, width = (50, 1.3) if count <= _MANY else (22, 0.9)
    ring: dict[str, Any] = {"filled": False, "shape": "circle", "size": size, "strokeWidth": width}
    return chart.mark_point(color=alt.ExprRef("strong"), opacity=1, tooltip=None, **ring)


def _points(context: ChartContext, index: pd.Index, across: str, up: str) -> pd.DataFrame:
    """Return the places of a front's trials on two axes."""
    trials = context.data.trials.loc[index, "TrainingJobName"]
    frame = context.frame[context.frame["a"].isin(trials)]
    return pd.DataFrame(
        {"u": frame[across].astype(float), "v": frame[up].astype(float)}
    ).sort_values(["u", "v"], ignore_index=True)


def _stairs(points: pd.DataFrame, across: Measure) -> pd.DataFrame:
    """Return the corners of the line below which all other trials lie, from left to right."""
    rows: list[tuple[float, float]] = []
    for u, v in points.itertuples(index=False):
        if rows:
            last = rows[-1]
            # from here on, or up to here, the better one can be had
            rows.append((u, last[1]) if across.direction == "Minimize" else (last[0], v))
        rows.append((u, v))
    return pd.DataFrame(rows, columns=["u", "v"]).assign(n=range(len(rows)))


def _draw_any(facts: Facts, context: ChartContext) -> Panel:
    """Draw the trials over any two of the objective, costs and metrics, with their front."""
    measures = [objective_measure(facts.tables), *facts.measures[:_MOST_CHOICES]]
    fields = ["y", *(f"m{place}" for place in range(len(measures) - 1))]
    lines, points = [], []
    for pair in combinations(range(len(measures)), 2):
        front = find_pair_front(*(measures[place] for place in pair))
        for across, up in (pair, pair[::-1]):
            found = _points(context, front.index, fields[across], fields[up])
            found["u"] = _share(context.axes[fields[across]], found["u"])
            found["v"] = _share(context.axes[fields[up]], found["v"])
            chosen = {"g": across, "h": up}
            points.append(found.assign(**chosen))
            lines.append(_stairs(found, measures[across]).assign(**chosen))
    test = f"datum.g == {VIEW}_x && datum.h == {VIEW}_y"
    line, point = (
        UnitChart(SharedData(f"{VIEW}_{name}", to_rows(_stack(rows)))).transform_filter(test)
        for name, rows in (("line", lines), ("points", points))
    )
    at = {"x": share_channel(alt.X, "u"), "y": share_channel(alt.Y, "v")}
    over = {
        "front": _line(line).encode(**at, order=alt.Order("n:Q")),
        "on_front": _ring(point, max(map(len, points))).encode(**at),
    }
    note = "coloured by the objective; line: the front, where it is known which way is better"
    title = alt.TitleParams("Any two of them", subtitle=note)
    begin = (1, 2)  # across and up: what has no panel of its own
    return draw_any_two(context, VIEW, fields, begin, title, over)


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Put frames below one another; empty ones decide on no column's type."""
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1])


def _share(axis: Axis, values: pd.Series) -> pd.Series:
    """Return how far along an axis values stand, as `Axis.share_expr` writes it."""
    low, high = axis.unit_domain
    units = np.asarray(axis.unit(values), dtype=float)
    return pd.Series((units - low) / (high - low), values.index)


CHART = Chart(
    name="trade_offs",
    title="Trade-offs",
    panels=panels,
    draw=draw_trade_offs,
    brushes=brushes,
    columns=columns,
    finding=state_trade_offs,
    empty="there is nothing to trade the objective for",
)
