"""How do two columns go together that a page's reader chooses? The trials alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import altair as alt

from amtviz.charts.values.drawn_axes import label_expression, label_rows
from amtviz.findings.facts import Facts
from amtviz.findings.interactions import column_scale, telling_pairs
from amtviz.grammar.context import BEST_AS_POINTS, HOVERED, SELECTING, ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.pinned import draw_pinned
from amtviz.grammar.tables import SharedData
from amtviz.grammar.theme import (
    DIM,
    HOVER,
    HOVER_EDGE,
    PANEL_HEIGHT,
    PANEL_WIDTH,
    point_area,
    ring_area,
)
from amtviz.grammar.unit_chart import UnitChart

_BELOW = 14  # pixels from the points to the labels
_INK = alt.ExprRef("ink")


def draw_pair(facts: Facts, context: ChartContext) -> Panel:
    """Draw the trials over two hyperparameters that signals choose, coloured by the objective.

    Nothing is predicted: that takes computing, and is done for the pairs that matter.

    Parameters
    ----------
    facts : Facts
    context : ChartContext

    Returns
    -------
    Panel
        As `draw_any_two`, called ``pair``. Its parameter ``pair_known`` has of each pair that has
        a panel of its own both places and that panel.
    """
    known = _known_pairs(facts)
    begin = (known[0][0], known[0][1]) if known else _most_important(facts)
    fields = [f"p{place}" for place in range(len(context.data.hyperparameters))]
    title = alt.TitleParams(
        "Any two hyperparameters",
        subtitle="trials only, coloured by the objective: nothing is predicted",
    )
    panel = draw_any_two(context, "pair", fields, begin, title)
    return replace(panel, parameters=(*panel.parameters, _parameter("pair_known", known)))


def draw_any_two(
    context: ChartContext,
    view: str,
    fields: Sequence[str],
    begin: tuple[int, int],
    title: alt.TitleParams,
    over: Mapping[str, alt.Chart] | None = None,
) -> Panel:
    """Draw the trials over two columns that signals choose, coloured by the objective.

    Parameters
    ----------
    context : ChartContext
    view : str
        The panel's fixed name.
    fields : sequence of str
        The columns to choose from, by their ids in ``context.axes``.
    begin : tuple of int
        Places among them: across, and up.
    title : altair.TitleParams
    over : mapping of str to altair.Chart, optional
        Layers of the caller's own, in shares of both axes, over the selected trials.

    Returns
    -------
    Panel
        Its parameters are ``<view>_x`` and ``<view>_y`` (places among the fields) and
        ``<view>_names``: what the fields are called.
    """
    drawing = _Pair(context, view, fields)
    layers = {
        "anchor": drawing.anchor(),
        "grid": drawing.grid(),
        **drawing.background(),
        "selected": drawing.selected(),
        **(over or {}),
        "best": drawing.ring(),
        **drawing.labels(),
        **draw_pinned(drawing.placed(), "datum.pu"),
        "hovered": drawing.hovered(),
    }
    if context.aggregated:
        title = title.copy()
        title.subtitle = f"{title.subtitle}; selected of the best {BEST_AS_POINTS}"
    chart = lay(view, layers, title=title, width=PANEL_WIDTH, height=PANEL_HEIGHT)
    values = {
        drawing.across: begin[0],
        drawing.up: begin[1],
        f"{view}_names": [axis.title for axis in drawing.axes],
    }
    parameters = tuple(_parameter(name, value) for name, value in values.items())
    return Panel(chart, hover=f"{view}_selected", parameters=parameters)


def _parameter(name: str, value: Any) -> alt.VariableParameter:
    return alt.VariableParameter(name=name, value=value)


def _known_pairs(facts: Facts) -> list[list[Any]]:
    known: list[list[Any]] = []
    for nth, place in enumerate(telling_pairs(facts)):
        pair = facts.interactions.pairs.iloc[place]
        fields = [column_scale(facts, pair[end])[0] for end in ("First", "Second")]
        known.append([*(int(field.removeprefix("p")) for field in fields), f"interaction_{nth}"])
    return known


def _most_important(facts: Facts) -> tuple[int, int]:
    first, second = (*facts.shown_axes.places, 0, 1)[:2]
    return first, second


class _Pair:
    """The panel's layers."""

    def __init__(self, context: ChartContext, view: str, fields: Sequence[str]) -> None:
        self.context, self.view = context, view
        self.across, self.up = f"{view}_x", f"{view}_y"  # signals
        # its axes are drawn as marks, with labels of their own
        axes = (context.axes[name] for name in fields)
        self.axes = [replace(axis, switched=False, shared=False) for axis in axes]
        self.size = point_area(context.scored)

    def _place(self, chosen: str) -> str:
        """Write how far along its axis a trial stands on the chosen hyperparameter."""
        shares = []
        for axis in self.axes:
            field = f"datum.{axis.field}"
            value = axis.strip_expr() if axis.kind == "category" else field
            shares.append(f"isValid({field}) ? {axis.share_expr(value)} : null")
        return f"[{', '.join(shares)}][{chosen}]"

    def placed(self, test: str = "true") -> alt.Chart:
        """Place the scored trials that have both and pass a test."""
        chart = UnitChart(self.context.trials).transform_calculate(
            pu=self._place(self.across), pv=self._place(self.up)
        )
        both = "isValid(datum.y) && isValid(datum.pu) && isValid(datum.pv)"
        chart = chart.transform_filter(both).transform_filter(test)
        return chart.encode(x=share_channel(alt.X, "pu"), y=share_channel(alt.Y, "pv"))

    def points(self, test: str, **mark: Any) -> alt.Chart:
        """Draw such trials as points."""
        options: dict[str, Any] = {"filled": True, "size": self.size, "shape": "circle"}
        options |= {"opacity": 1, "tooltip": None}
        return self.placed(test).mark_point(**options | mark)

    def anchor(self) -> alt.Chart:
        """State both scales."""
        nothing = UnitChart(self.context.trials).transform_filter("false")
        x, y = (share_channel(c, f, scale=True) for c, f in ((alt.X, "pu"), (alt.Y, "pv")))
        return nothing.mark_point(tooltip=None).encode(x=x, y=y)

    def background(self) -> dict[str, alt.Chart]:
        """Draw all trials in flat grey once some are selected, if they are few enough."""
        if self.context.aggregated:
            return {}
        return {"background": self.points(SELECTING, color=DIM)}

    def selected(self) -> alt.Chart:
        """Draw the selected trials in the colours of the objective, the best on top."""
        context = self.context
        test = f"datum.k <= {BEST_AS_POINTS} && {context.selected}"
        test = test if context.aggregated else context.selected
        chart = self.points(test, stroke=alt.ExprRef("paper"), strokeWidth=0.5)
        order = alt.Order("k:Q", sort="descending")
        return chart.encode(color=context.objective_colour(), order=order)

    def ring(self) -> alt.Chart:
        """Ring the best trial, selected or not."""
        ring: dict[str, Any] = {"filled": False, "strokeWidth": 2, "size": ring_area(self.size)}
        return self.points("datum.k === 1", color=alt.ExprRef("strong"), **ring)

    def _ticks(self, chosen: str) -> alt.Chart:
        rows = SharedData(f"{self.view}_ticks", label_rows(self.axes, PANEL_HEIGHT))
        return UnitChart(rows).transform_filter(f"datum.g == {chosen}")

    def grid(self) -> alt.Chart:
        """Draw a line at each label of the second."""
        rule = self._ticks(self.up).mark_rule(color=alt.ExprRef("rule"), tooltip=None)
        return rule.encode(y=share_channel(alt.Y, "u"))

    def labels(self) -> dict[str, alt.Chart]:
        """Write the values along both axes, and what they are."""
        text: dict[str, Any] = {"fontSize": 10, "color": _INK, "tooltip": None}
        words = label_expression(self.axes)
        width, height = self.context.width(PANEL_WIDTH), self.context.height(PANEL_HEIGHT)
        across = (
            self._ticks(self.across)
            .transform_calculate(n=words)
            .mark_text(**text, limit=alt.ExprRef(f"{width} / 4"))
        )
        up = (
            self._ticks(self.up)
            .transform_calculate(n=words)
            .mark_text(**text, align="right", dx=-6, limit=70)
        )
        names = [{"n": axis.title, "g": place} for place, axis in enumerate(self.axes)]
        name = UnitChart(SharedData(f"{self.view}_marks", names))
        below = alt.value(alt.ExprRef(f"{height} + {_BELOW}"))
        named = text | {"fontSize": 10.5}
        return {
            "across": across.encode(x=share_channel(alt.X, "u"), y=below, text="n:N"),
            "up": up.encode(x=alt.value(0), y=share_channel(alt.Y, "u"), text="n:N"),
            "across_name": name.transform_filter(f"datum.g == {self.across}")
            .mark_text(**named, align="right", dy=15)
            .encode(x=alt.value("width"), y=below, text="n:N"),
            "up_name": name.transform_filter(f"datum.g == {self.up}")
            .mark_text(**named, align="left")
            .encode(x=alt.value(0), y=alt.value(-10), text="n:N"),
        }

    def hovered(self) -> alt.Chart:
        """Draw the one hovered trial with its tooltip."""
        computed, tooltip = self.context.tooltip
        ring: dict[str, Any] = {"size": 110, "color": HOVER, "stroke": HOVER_EDGE}
        point = self.points(HOVERED, **ring, strokeWidth=2, tooltip={"content": "encoding"})
        return point.transform_calculate(**computed).encode(tooltip=tooltip)


def share_channel(channel: type[Any], field: str, *, scale: bool = False) -> Any:
    """Encode how far along an axis of the panel something stands, from 0 to 1."""
    options = {"scale": alt.Scale(domain=[0, 1], nice=False)} if scale else {}
    return channel(f"{field}:Q", axis=None, title=None, **options)
