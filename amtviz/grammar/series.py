"""Panels of what was recorded during training: one line per training job and host."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.grammar.axes import Axis, integer_axis, number_axis, time_axis
from amtviz.grammar.cells import count_cells, draw_cells
from amtviz.grammar.context import HOVERED, MOST_LINES, SELECTING, ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.pinned import COLOUR, PINNED
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import DIM, HOVER, HOVER_EDGE, PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.unit_chart import UnitChart, unchecked
from amtviz.wording.times import time_unit

LINES_BACKGROUND = 150  # up to here all lines are drawn dimmed; above, cells that count them
LINES_SELECTED = 60  # more coloured lines than that can't be told apart: the best are drawn
_NUMBERED = 12  # up to here each trial's one value is written beside it
_ONE_VALUE = "one value a trial, in order of start"
_MOST_POINTS = 120  # of one line: more than one every second pixel can't be seen


def draw_series(
    context: ChartContext,
    name: str,
    view: str,
    title: str,
    *,
    unit: str = "",
    from_zero: bool = False,
    clock: bool = False,
) -> Panel:
    """Draw one metric of the selected trials over time, the others in grey.

    Parameters
    ----------
    context : ChartContext
    name : str
        The metric.
    view : str
        The panel's fixed name.
    title : str
    unit : str
        Of the metric, in words.
    from_zero : bool
        Begin the metric's axis at zero.
    clock : bool
        Draw over the time of day (UTC) in place of the time since the training job's first value.

    Returns
    -------
    Panel
    """
    points = series_points(context, name)
    objective = context.data.objective
    worse = objective.worse if name == objective.metric_name else None
    y = number_axis(unit or name, points["v"], "v", worse)
    if from_zero:
        y = replace(y, kind="linear", domain=(0.0, max(y.domain[1], 1.0)))
    points, x, label = _place(context, points, clock=clock)
    if left_out := context.series_left_out:
        label += f" · {MOST_LINES:,} best of {MOST_LINES + left_out:,}"
    lines = _Lines(context, view, points, x, y)
    if lines.count > LINES_SELECTED:
        label += f" · {LINES_SELECTED} best"
    chart = lay(
        view,
        lines.layers(),
        title=alt.TitleParams(title, subtitle=label),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
    )
    zoom = "clock" if clock else "elapsed" if x.kind == "linear" else None
    return Panel(chart, hover=f"{view}_ends", zoom=zoom)


def series_points(context: ChartContext, name: str) -> pd.DataFrame:
    """Return every point of one metric.

    Parameters
    ----------
    context : ChartContext
    name : str

    Returns
    -------
    pandas.DataFrame
        Columns ``i`` (trial), ``g`` (host), ``e`` (seconds since the training job's first value),
        ``c`` (milliseconds since 1970; NaN if unknown), ``v`` (value); by trial, host and time.
    """
    points, objective = context.points, context.data.objective
    names: Any = name
    if name == objective.metric_name and objective.members:
        names = context.metrics["TrainingJobName"].map(_own(context)).to_numpy(object)
    own = (points["m"] == names) & np.isfinite(points["v"]) & points["i"].notna()
    points = points.loc[own, ["i", "g", "e", "c", "v"]].astype({"i": "int64"})
    return points.sort_values(["i", "g", "c"], kind="stable").reset_index(drop=True)


def _own(context: ChartContext) -> dict[str, str]:
    """Return the objective of each trial's own algorithm, by TrainingJobName."""
    own = {
        (job.name, d.name): d.objective.metric_name
        for job in context.data.jobs
        for d in job.definitions
        if d.objective
    }
    names = context.data.trials[["TrainingJobName", "TuningJobName", "TrainingJobDefinitionName"]]
    return {trial: own.get((job, of), "") for trial, job, of in names.fillna("").to_numpy()}


def _place(
    context: ChartContext, points: pd.DataFrame, *, clock: bool
) -> tuple[pd.DataFrame, Axis, str]:
    """Put points on their time axis, and say in words what it is."""
    if clock:
        points = points[points["c"].notna()]  # steps of logs may have no time of day
        axis = time_axis("time (UTC)", points["c"], "c")
        return points.assign(x=points["c"]), replace(axis, field="x"), "over time (UTC)"
    longest = float(context.metrics["ElapsedSeconds"].max())  # of all panels: they zoom together
    if longest == 0:
        order = points["i"] + 1
        return points.assign(x=order), integer_axis("trial", order, "x"), _ONE_VALUE
    seconds, unit = time_unit(longest)
    axis = Axis("x", unit, "linear", (0.0, max(longest / seconds * 1.03, 1e-9)))
    return points.assign(x=points["e"] / seconds), axis, f"over {unit} of training"


class _Lines:
    """One panel's layers."""

    def __init__(
        self, context: ChartContext, view: str, points: pd.DataFrame, x: Axis, y: Axis
    ) -> None:
        self.context, self.view, self.points, self.x, self.y = context, view, points, x, y
        rows = _lines(points)
        self.data = SharedData(f"lines_{view}", rows)
        self.count = len(rows)
        self.dot = 34 if x.kind == "integer" else 16  # of one value, there is nothing else to see

    def layers(self) -> dict[str, alt.Chart]:
        """Return the layers from back to front, by what they hold."""
        # in the order of the rows: a missing value ends each host's line, so that one path draws
        # all dimmed trials, much faster than one path each
        line: dict[str, Any] = {"order": False, "clip": True, "tooltip": None, "strokeWidth": 1.2}
        selected = self._best_selected().transform_flatten(["u", "w"])
        pinned = UnitChart(self.data).transform_filter(PINNED).transform_flatten(["u", "w"])
        hovered = self._hovered_trial().transform_flatten(["u", "w"])
        selected = self._place(selected.mark_line(**line, opacity=0.7))
        # a line a trial: each has its own colour
        pinned = self._place(pinned.mark_line(**line | {"strokeWidth": 2.5}))
        pinned = pinned.encode(detail="i:N", color=COLOUR)
        numbers = {}
        if self.x.kind == "integer" and self.count <= _NUMBERED:
            numbers = {"numbers": self._numbers()}
        return {
            "anchor": self._anchor(),
            "background": self._background(line),
            "selected": selected.encode(color=self.context.trial_colour(), detail="i:N"),
            "ends": self._ends(),
            **numbers,
            "pinned": pinned,
            "hovered": self._place(hovered.mark_line(**line | {"strokeWidth": 3}, color=HOVER)),
            "hovered_end": self._hovered_end(),
        }

    def _anchor(self) -> alt.Chart:
        """State both scales; zooming and panning act on it."""
        chart = UnitChart(self.data).transform_filter("false").mark_point(tooltip=None)
        y = self.y.channel(alt.Y, axis=self.y.axis())
        return chart.encode(x=self.x.channel(alt.X), y=y)

    def _background(self, line: dict[str, Any]) -> alt.Chart:
        if self.points["i"].nunique() <= LINES_BACKGROUND:
            dim = UnitChart(self.data).transform_filter(SELECTING)
            dim = dim.transform_flatten(["u", "w"])
            return self._place(dim.mark_line(**line, color=DIM))
        counted = count_cells(self.x.cells(self.points["x"]), self.y.cells(self.points["v"]))
        rows = to_rows(counted.drop(columns="n"))
        cells = UnitChart(SharedData(f"cells_{self.view}", rows))
        cells = cells.transform_filter(SELECTING)
        return draw_cells(cells, self.x, self.y, DIM)

    @unchecked
    def _best_selected(self) -> alt.Chart:
        """Return the lines of the best of the selected trials."""
        # the lines look up their trials, once, and not the other way round at every brush
        fields = list(dict.fromkeys([*self.context.brushes, *self.context.strips, "j", "y", "k"]))
        source = alt.LookupData(data=self.context.trials, key="i", fields=fields)
        chart = UnitChart(self.data).transform_lookup(lookup="i", from_=source)
        return self.context.best_selected(chart, self.count, LINES_SELECTED)

    def _hovered_trial(self) -> alt.Chart:
        return UnitChart(self.data).transform_filter(HOVERED)

    def _place(self, chart: alt.Chart, x: str = "u", y: str = "w") -> alt.Chart:
        return chart.encode(x=self.x.channel(alt.X, x), y=self.y.channel(alt.Y, y))

    def _ends(self) -> alt.Chart:
        """Draw each selected line's last value: it also answers the pointer."""
        chart = self._best_selected().mark_point(
            filled=True, shape="circle", size=self.dot, opacity=0.7, clip=True, tooltip=None
        )
        return self._place(chart, "lx", "lv").encode(color=self.context.trial_colour())

    def _numbers(self) -> alt.Chart:
        """Write each selected trial's one value beside its dot."""
        chart = self._best_selected().mark_text(
            dy=-9, fontSize=10, clip=False, color=alt.ExprRef("ink"), tooltip=None
        )
        return self._place(chart, "lx", "lv").encode(text=alt.Text("lv:Q", format=".4~g"))

    @unchecked
    def _hovered_end(self) -> alt.Chart:
        computed, tooltip = self.context.tooltip
        fields = [c for c in self.context.frame.columns if c != "i"]
        source = alt.LookupData(data=self.context.trials, key="i", fields=fields)
        chart = self._hovered_trial().transform_lookup(lookup="i", from_=source)
        chart = chart.transform_calculate(**computed).mark_point(
            filled=True, shape="circle", size=60, color=HOVER, stroke=HOVER_EDGE, opacity=1
        )
        return self._place(chart, "lx", "lv").encode(tooltip=tooltip)


def _lines(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per trial: its points as two lists, ``u`` and ``w``, and the last of them.

    Points are sorted by trial and host.

    A missing value stands behind each host's points: see `_Lines.layers`.
    """
    trials, hosts = points["i"].to_numpy(), points["g"].to_numpy(object)
    along, values = points["x"].to_numpy(float), points["v"].to_numpy(float)
    begins = np.flatnonzero((trials[1:] != trials[:-1]) | (hosts[1:] != hosts[:-1])) + 1
    rows: dict[int, dict[str, Any]] = {}
    for line in np.split(np.arange(len(points)), begins) if len(points) else ():
        x, v = thin(along[line], values[line])
        xs, vs = _short(x), _short(v)
        trial = int(trials[line[0]])
        row = rows.setdefault(trial, {"i": trial, "u": [], "w": []})
        row["u"] += [*xs, None]
        row["w"] += [*vs, None]
        row |= {"lx": xs[-1], "lv": vs[-1]}
    return list(rows.values())


def thin(x: Any, v: Any, most: int = _MOST_POINTS) -> tuple[Any, Any]:
    """Keep both ends and each part's lowest and highest point of a long line.

    Parameters
    ----------
    x, v : numpy.ndarray of float
    most : int
        About how many points to keep.

    Returns
    -------
    x, v : numpy.ndarray of float
    """
    if len(v) <= most:
        return x, v
    parts = np.array_split(np.arange(len(v)), most // 2)
    kept = {0, len(v) - 1}
    for part in parts:
        kept |= {int(part[np.argmin(v[part])]), int(part[np.argmax(v[part])])}
    places = np.array(sorted(kept))
    return x[places], v[places]


def _short(values: Any) -> list[float]:
    """Five digits are more than a line's pixels show; times in milliseconds stay whole."""
    if np.max(np.abs(values)) >= 1e9:
        return [int(v) for v in values.tolist()]
    return [float(f"{v:.5g}") for v in values.tolist()]
