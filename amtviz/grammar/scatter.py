"""The panel that most charts are: the objective against one column."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.grammar.axes import Axis
from amtviz.grammar.cells import COUNTED, count_cells, counted, draw_cells, opacity_expr
from amtviz.grammar.context import (
    BEST_AS_POINTS,
    HOVERED,
    SELECTING,
    ChartContext,
    Panel,
)
from amtviz.grammar.layers import Drawn, lay, tell
from amtviz.grammar.pinned import COLOUR, PINNED, draw_pinned
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import (
    ACCENT,
    BACKGROUND,
    DIM,
    HOVER,
    HOVER_EDGE,
    INFEASIBLE,
    PANEL_HEIGHT,
    PANEL_WIDTH,
    STATUS_SHAPES,
    enlarged,
    point_area,
    ring_area,
)
from amtviz.grammar.unit_chart import UnitChart

_BEST = alt.AggregatedFieldDef(op="argmin", field="k", **{"as": "best"})
_BARE = 8  # pixels of a panel without points
_HOVERED = 110  # square pixels
FLOOR, _RUG = 13, 10  # pixels between points and axis for unscored trials, and for the rug


def draw_scatter(
    context: ChartContext,
    name: str,
    view: str,
    title: str,
    *,
    rug: bool = False,
    x_axis: alt.Axis | None = None,
    y: Axis | None = None,
    over: Mapping[str, alt.Chart] | None = None,
) -> Panel:
    """Draw the objective of the selected trials against one column, the others in grey.

    Parameters
    ----------
    context : ChartContext
    name : str
        The column's id in ``context.axes``.
    view : str
        The panel's fixed name.
    title : str
    rug : bool
        Add a tick for every selected trial under the points.
    x_axis : altair.Axis, optional
        In place of the column's own.
    y : Axis, optional
        The objective's, of these trials alone; by default that of all, which panels share.
    over : mapping of str to altair.Chart, optional
        Layers of the caller's own, by what they hold, between the selected trials and the hovered.

    Returns
    -------
    Panel
    """
    panel = _Scatter(context, name, rug, y or context.axes["y"])
    layers: dict[str, alt.Chart | Drawn] = {"anchor": panel.anchor(x_axis)}
    layers["background"] = Drawn(panel.background())
    layers |= panel.selected() | dict(over or {})
    if context.scored:
        layers["ring"] = panel.ring()
    if context.unscored:
        layers["unscored"] = panel.floor()
    if context.frame["sd"].eq(INFEASIBLE).any():
        layers["infeasible"] = panel.infeasible()
    if rug:
        layers["rug"] = panel.rug_ticks()
    layers |= panel.pinned()
    layers |= panel.hovered()
    height = PANEL_HEIGHT if context.scored else _BARE
    chart = lay(view, layers, title=title, width=PANEL_WIDTH, height=height)
    hover = f"{view}_{panel.answering}"
    return Panel(
        chart,
        brush=name,
        hover=hover,
        parameters=panel.y.parameters,
        shared=y is None,
        sentence=f"Each trial's {panel.y.title} over its {panel.x.title}; what is dragged across "
        "is selected.",
        drawn=tell(view, layers),
    )


def draw_anchor(context: ChartContext, x: Any, y: Any) -> alt.Chart:
    """Draw nothing, but state both scales and carry the panel's brush.

    One empty layer, called ``anchor``, does both for every panel, whatever its other layers draw.
    """
    nothing = UnitChart(context.trials).transform_filter("false")
    return nothing.mark_point(tooltip=None).encode(x=x, y=y)


def draw_message(text: str, view: str, title: str) -> Panel:
    """Draw a panel that says in words why it has no picture."""
    nothing = UnitChart(SharedData("nothing", [{}]))
    chart = nothing.mark_text(color=BACKGROUND, fontSize=12, lineBreak="\n", tooltip=None)
    chart = chart.encode(text=alt.value(text))
    # a layer of one: Altair renames single charts in a grid, and the view's name is fixed
    return Panel(lay(view, {"message": chart}, title=title, width=PANEL_WIDTH, height=PANEL_HEIGHT))


class _Scatter:
    """One scatter panel's layers."""

    def __init__(self, context: ChartContext, name: str, rug: bool, y: Axis) -> None:
        self.context = context
        self.x, self.y = context.axes[name], y
        self.rug_height = _RUG if rug else 0
        self.floor_height = FLOOR if context.unscored else 0
        area = point_area(context.scored)
        self.area = area
        self.size, self.ring_size = enlarged(area), enlarged(ring_area(area))
        # Vega needn't look for missing values where the filters leave none
        self.invalid: Any = "filter" if self.x.nulls else None

    def at(self, chart: alt.Chart) -> alt.Chart:
        """Place trials on x; those of a category spread over its strip."""
        if self.x.kind != "category":
            return chart.encode(x=self.x.channel(alt.X, self.x.field))
        return chart.transform_calculate(at=self.x.strip_expr()).encode(
            x=self.x.channel(alt.X, "at")
        )

    def points(self, test: str, **mark: Any) -> alt.Chart:
        """Draw scored trials that pass a test."""
        chart = UnitChart(self.context.trials).transform_filter(f"isValid(datum.y) && {test}")
        options: dict[str, Any] = {
            "filled": True,
            "size": self.size,
            "opacity": 1,
            "invalid": self.invalid,
            "tooltip": None,
        }
        chart = chart.mark_point(**options | mark)
        return self.at(chart).encode(y=self.y.channel(alt.Y, "y"))

    def anchor(self, x_axis: alt.Axis | None) -> alt.Chart:
        """State both scales and carry the brush."""
        axis = self.y.axis() if self.context.scored else None
        y = self.y.channel(alt.Y, axis=axis)
        x_axis = x_axis or self.x.axis()
        x_axis["offset"] = self.rug_height + self.floor_height
        x = self.x.channel(alt.X, axis=x_axis)
        return draw_anchor(self.context, x, y)

    def background(self) -> alt.Chart:
        """Draw all trials in flat grey once some are selected; of many, the cells that hold any."""
        if not self.context.aggregated:
            return self.points(SELECTING, color=DIM, shape="circle")
        cells = SharedData(f"cells_{self.x.field}", to_rows(self._cells.drop(columns="n")))
        chart = UnitChart(cells).transform_filter(SELECTING)
        return draw_cells(chart, self.x, self.y, DIM)

    @property
    def answering(self) -> str:
        """The layer whose marks answer the pointer."""
        return "best" if self.context.aggregated else "selected"

    def selected(self) -> dict[str, Drawn]:
        """Draw the selected trials: each one, or where there are too many, cells and the best."""
        context = self.context
        told: dict[str, Any] = {"of": "scored", "area": self.area, "grows": True}
        told |= {
            "colour": "trial",
            "ring": _HOVERED,
            "shape": None if context.one_shape else "m",
            "one": context.frame["m"].iloc[0],
        }
        if context.aggregated:
            best = self.points(f"datum.k <= {BEST_AS_POINTS} && {context.selected}")
            told_best = self.told("points", **told, most=BEST_AS_POINTS)
            return {
                "selected": self._selected_cells(),
                "best": Drawn(self._styled(best), told_best),
            }
        width = _outline(context.scored)
        outline = {"stroke": alt.ExprRef("paper"), "strokeWidth": width}
        points = self._styled(self.points(context.selected, **outline))
        told |= {"rim": "paper", "width": width, "dim": True}
        return {"selected": Drawn(points, self.told("points", **told))}

    def told(self, kind: str, **what: Any) -> dict[str, Any]:
        """Tell a page's script of a layer of trials over this x."""
        spread = self.x.kind == "category"
        return {"kind": kind, "x": self.x.field, "spread": spread, "y": "y"} | what

    def _styled(self, chart: alt.Chart) -> alt.Chart:
        """Colour and shape trials, and draw better ones over others."""
        context = self.context
        one = alt.value(context.frame["m"].iloc[0])
        return chart.encode(
            color=context.trial_colour(),
            shape=one if context.one_shape else context.shape(),
            order=alt.Order("k:Q", sort="descending"),
        )

    def ring(self) -> alt.Chart:
        """Ring the best trial, selected or not."""
        ring: dict[str, Any] = {"filled": False, "shape": "circle", "strokeWidth": 2}
        return self.points(
            "datum.k === 1", color=alt.ExprRef("strong"), size=self.ring_size, **ring
        )

    @cached_property
    def _cells(self) -> pd.DataFrame:
        """Count all trials in cells: a two-dimensional histogram made here, not in the browser."""
        return count_cells(self.context.cells(self.x), self.context.cells(self.y))

    def _selected_cells(self) -> Drawn:
        """Count the selected trials in the same cells, each in the colour of its best trial."""
        context, name = self.context, self.x.field
        top = int(max(self._cells["n"], default=1))
        _, x_low, x_high = context.cells(self.x)
        _, y_low, y_high = context.cells(self.y)
        chart = (
            UnitChart(context.trials)
            .transform_filter(f"isValid(datum.y) && {context.selected}")
            .transform_aggregate([_BEST], n="count()", groupby=[f"{name}x", "q"])
            .transform_filter(f"isValid(datum.{name}x)")
            .transform_calculate(
                x0=f"{_array(x_low)}[datum.{name}x]",
                x1=f"{_array(x_high)}[datum.{name}x]",
                y0=f"{_array(y_low)}[datum.q]",
                y1=f"{_array(y_high)}[datum.q]",
                i="datum.best.i",
                j="datum.best.j",
                k="datum.best.k",
                o=opacity_expr(top),
            )
        )
        cells = draw_cells(chart, self.x, self.y, ACCENT)
        cells = cells.encode(color=context.trial_colour(), opacity=COUNTED)
        across, up = (
            [_short(low), _short(high)] for low, high in ((x_low, x_high), (y_low, y_high))
        )
        told = {"keys": [f"{name}x", "q"], "across": across, "up": up, "colour": "trial"}
        return Drawn(cells, self.told("cells", **told, **counted(top), of="scored", dim=True))

    def floor(self) -> Drawn:
        """Draw trials without an objective as ticks under the points."""
        computed, tooltip = self.context.tooltip_with_reason
        test = f"!isValid(datum.y) && datum.sd !== '{INFEASIBLE}' && {self.context.selected}"
        ticks = self._ticks(test, self.rug_height, self.floor_height - 4, thickness=2)
        # the tooltip is also what lets them answer the pointer
        chart = ticks.chart.transform_calculate(**computed).encode(tooltip=tooltip)
        thick = {"size": self.floor_height - 2, "thickness": 4}
        below = self._below(self.rug_height, thick["size"])
        told = {**(ticks.told or {}), "of": "unscored", "hovered": thick | {"below": below}}
        return Drawn(chart, told)

    def infeasible(self) -> Drawn:
        """Draw trials that break a constraint under the points, with a shape of their own."""
        computed, tooltip = self.context.tooltip_with_reason
        test = f"datum.sd === '{INFEASIBLE}' && {self.context.selected}"
        shape, area = STATUS_SHAPES[INFEASIBLE], 22
        chart = UnitChart(self.context.trials).transform_filter(test)
        mark = chart.mark_point(
            filled=True,
            shape=shape,
            size=area,
            invalid=self.invalid,
            yOffset=self.floor_height / 2,
        )
        placed = self.at(mark).encode(y=alt.value("height"), color=self.context.trial_colour())
        chart = placed.transform_calculate(**computed).encode(tooltip=tooltip)
        told: dict[str, Any] = {"y": None, "below": self.floor_height / 2, "of": "infeasible"}
        told |= {"one": shape, "area": area, "colour": "trial", "opacity": 0.7}
        return Drawn(chart, self.told("points", **told))

    def rug_ticks(self) -> Drawn:
        """Draw where the selected trials lie on x."""
        if not self.context.aggregated:
            return self._ticks(self.context.selected, 0, _RUG - 3, thickness=1, opacity=0.6)
        return self._rug_cells()

    def _rug_cells(self) -> Drawn:
        name = self.x.field
        index, low, high = self.context.cells(self.x)
        top = int(np.bincount(index[index >= 0]).max(initial=1))
        chart = (
            UnitChart(self.context.trials)
            .transform_filter(self.context.selected)
            .transform_aggregate(n="count()", groupby=[f"{name}x"])
            .transform_filter(f"isValid(datum.{name}x)")
            .transform_calculate(
                x0=f"{_array(low)}[datum.{name}x]",
                x1=f"{_array(high)}[datum.{name}x]",
                o=opacity_expr(top),
            )
        )
        cells = draw_cells(chart, self.x, self.y, ACCENT)
        bottom = self.floor_height + _RUG
        cells.mark.clip = False  # it lies below the points
        cells.mark.yOffset, cells.mark.y2Offset = bottom - _RUG + 2, bottom - 2
        chart = cells.encode(y=alt.value("height"), y2=alt.value("height"), opacity=COUNTED)
        told = {"keys": [f"{name}x"], "across": [_short(low), _short(high)], "colour": "accent"}
        ends = {"below": [bottom - _RUG + 2, bottom - 2]}
        return Drawn(chart, self.told("cells", **told, **ends, **counted(top), of="any"))

    def _below(self, above: int, height: int) -> float:
        """Return the pixels from the points down to ticks so high, so far above the axis."""
        return self.rug_height + self.floor_height - above - height / 2 - 2

    def _ticks(self, test: str, above: int, height: int, **mark: Any) -> Drawn:
        """Draw ticks between points and axis, so many pixels above it."""
        chart = UnitChart(self.context.trials).transform_filter(test)
        options: dict[str, Any] = {
            "orient": "vertical",
            "size": height,
            "opacity": 1,
            "tooltip": None,
            "invalid": self.invalid,
            "yOffset": self._below(above, height),
        }
        options |= mark
        ticks = self.at(chart.mark_tick(**options)).encode(
            y=alt.value("height"), color=self.context.trial_colour()
        )
        told = {name: options[name] for name in ("size", "thickness", "opacity")}
        told |= {"below": options["yOffset"], "colour": "trial", "of": "any"}
        return Drawn(ticks, self.told("ticks", **told))

    def pinned(self) -> dict[str, alt.Chart]:
        """Ring the pinned trials; those without an objective are thicker ticks."""
        value = self.x.strip_expr() if self.x.kind == "category" else f"datum.{self.x.field}"
        layers = draw_pinned(self.points("true"), self.x.share_expr(value))
        if self.context.unscored:
            test, height = f"!isValid(datum.y) && {PINNED}", self.floor_height - 2
            tick = self._ticks(test, self.rug_height, height, thickness=4).chart
            layers["pinned_unscored"] = tick.encode(color=COLOUR)
        return layers

    def hovered(self) -> dict[str, Drawn]:
        """Draw the one hovered trial with its tooltip: a tooltip on every mark is slow."""
        marked: dict[str, Any] = {"color": HOVER, "tooltip": {"content": "encoding"}}
        ring: dict[str, Any] = {
            "size": _HOVERED,
            "stroke": HOVER_EDGE,
            "strokeWidth": 2,
            "shape": "circle",
        }
        computed, tooltip = self.context.tooltip
        point = self.points(HOVERED, **marked, **ring)
        chart = point.transform_calculate(**computed).encode(tooltip=tooltip)
        layers = {"hovered": Drawn(chart)}
        if self.context.unscored:
            test, height = f"!isValid(datum.y) && {HOVERED}", self.floor_height - 2
            tick = self._ticks(test, self.rug_height, height, thickness=4, **marked).chart
            computed, tooltip = self.context.tooltip_with_reason
            tick = tick.transform_calculate(**computed)
            tick = tick.encode(color=alt.value(HOVER), tooltip=tooltip)
            layers["hovered_unscored"] = Drawn(tick)
        return layers


def _outline(count: int) -> float:
    """Return the width of the rim in the paper's colour: of many points, it washes colours out."""
    return 0.7 if count <= 300 else 0.4


def _short(values: Any) -> list[float]:
    return [float(f"{v:.15g}") for v in values]


def _array(values: Any) -> str:
    return json.dumps(_short(values))
