"""How do good trials run through all hyperparameters? A line each, and a brush on every axis."""

from __future__ import annotations

from typing import Any

import altair as alt

from amtviz.charts.axes import Axis
from amtviz.charts.context import HOVERED, ChartContext, Panel
from amtviz.charts.importance import importance_of
from amtviz.charts.scatter import draw_message
from amtviz.charts.standalone import draw_alone
from amtviz.charts.theme import BACKGROUND, HOVER, HOVER_EDGE, WIDE
from amtviz.model import TuningData

TITLE = "Parallel coordinates"
MOST_AXES = 12  # hyperparameters; of more, those that matter most
MOST_LINES = 150  # of the selected: the best of them
MOST_DIM = 250  # lines in the background: of more trials, an even sample
_HEIGHT = 190  # pixels, of which the floor is for values that aren't set
_FLOOR = 22
_AXIS = 12  # pixels across, where a drag selects


def shown(context: ChartContext) -> list[str]:
    """Give the columns with an axis, the objective last; empty for fewer than two."""
    data = context.data
    places = {h.name: place for place, h in enumerate(data.hyperparameters)}
    ranked = [f"p{places[name]}" for name in importance_of(context).ranking if name in places]
    names = list(dict.fromkeys([*ranked, *(f"p{place}" for place in places.values())]))
    varied = [name for name in names if context.frame[name].nunique() > 1]
    return [*varied[:MOST_AXES], "y"] if varied and context.scored else []


def brushes(context: ChartContext) -> list[str]:
    """Columns that this chart's panel brushes across: none."""
    return []


def strips(context: ChartContext) -> list[str]:
    """Columns whose axis has a brush of its own."""
    return shown(context)


def panels(context: ChartContext) -> list[Panel]:
    """Draw the wide panel ``parallel_coordinates``; none without a hyperparameter that varies."""
    names = shown(context)
    return [_draw(context, names)] if names else []


def draw_parallel_coordinates(data: TuningData) -> alt.VConcatChart:
    """Draw each trial as a line through all hyperparameters to the objective.

    A drag down an axis selects trials, there and everywhere.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        Up to twelve hyperparameters, the most important first. It says so in words when none
        varies or no trial has an objective.
    """
    return draw_alone(data, _panels_or_words, brushes, strips=strips)


def _panels_or_words(context: ChartContext) -> list[Panel]:
    nothing = draw_message("nothing varies yet", "parallel_coordinates", TITLE)
    return panels(context) or [nothing]


class _Lines:
    """The axes, and between each two of them the lines."""

    def __init__(self, context: ChartContext, names: list[str]) -> None:
        self.context, self.names = context, names
        self.gap = max(44, (WIDE - 60 - _AXIS * len(names)) // max(1, len(names) - 1))
        nulls = any(context.frame[name].isna().any() for name in names)
        self.low = _HEIGHT - (_FLOOR if nulls else 0)  # where the axes end
        self.nulls = nulls

    def unit(self, name: str) -> str:
        """Expression: the trial's place on an axis, 0 to 1; below it when there is no value."""
        axis = self.context.axes[name]
        low, high = axis.unit_domain
        value = f"datum.{name}"
        if axis.kind == "category":  # beside each other, where many have the same
            value = f"({value} + datum.x)"
        if axis.is_log:
            value = f"log({value}) / LN10"
        placed = f"({value} - {low:.9g}) / {high - low:.9g}"
        floor = -(_FLOOR - 8) / self.low
        return f"isValid(datum.{name}) ? {placed} : {floor:.4g}"

    def dim(self) -> alt.Chart:
        step = -(-len(self.context.frame) // MOST_DIM)
        chart = alt.Chart(self.context.trials)
        return chart.transform_filter(f"datum.i % {step} === 0") if step > 1 else chart

    def selected(self) -> alt.Chart:
        chart = alt.Chart(self.context.trials).transform_filter(self.context.selected)
        if len(self.context.frame) > MOST_LINES:
            best = [alt.SortField("k", order="ascending")]
            chart = chart.transform_filter("isValid(datum.k)")
            number = alt.WindowFieldDef(op="row_number", **{"as": "nth"})  # type: ignore[arg-type]
            chart = chart.transform_window([number], sort=best)
            chart = chart.transform_filter(f"datum.nth <= {MOST_LINES}")
        return chart

    def between(self, left: str, right: str, nth: int) -> Any:
        """Draw the lines from one axis to the next."""
        places = {"ul": self.unit(left), "ur": self.unit(right)}
        scale = alt.Scale(domain=[0, 1], range=[self.low, 0], nice=False, zero=False)
        y = alt.Y("ul:Q", axis=None, scale=scale, title=None)
        ends: dict[str, Any] = {"x": alt.value(0), "x2": alt.value(self.gap), "y": y}
        ends["y2"] = alt.Y2("ur")
        thin: dict[str, Any] = {"tooltip": None}
        colour = self.context.colour()
        targets = self._targets(y) if right == "y" else []
        return alt.layer(
            self.dim()
            .transform_calculate(**places)
            .mark_rule(color=BACKGROUND, opacity=0.14, **thin)
            .encode(**ends),
            self.selected()
            .transform_calculate(**places)
            .mark_rule(opacity=0.55, strokeWidth=1.1, **thin)
            .encode(**ends, color=colour),
            self.hovered()
            .transform_calculate(**places)
            .mark_rule(color=HOVER, strokeWidth=3, **thin)
            .encode(**ends),
            *targets,
            name=f"parallel_gap_{nth}",
            width=self.gap,
            height=_HEIGHT,
        )

    def hovered(self) -> alt.Chart:
        return alt.Chart(self.context.trials).transform_filter(HOVERED)

    def axis(self, name: str) -> Any:
        """Draw one axis, its name above, and the lines that pass it; a drag along it selects."""
        axis = self.context.axes[name]
        is_last = name == "y"
        scale = axis.scale(range=[self.low, 0])
        labels = self._labels(axis, is_last)
        nothing = alt.Chart(self.context.trials).transform_filter("false")
        y = alt.Y(f"{name}:Q", title=None, scale=scale, axis=labels)
        anchor = nothing.mark_point(tooltip=None).encode(y=y)
        layers = [anchor.properties(name=f"strip_{name}_axis")]
        unit = {"u": self.unit(name)}
        # places as pixels: a second scale of this view would need an axis of its own
        at = {"py": f"{self.low} * (1 - datum.u)"}
        across: dict[str, Any] = {"x": alt.value(0), "x2": alt.value(_AXIS)}
        pixels = alt.Y("py:Q", scale=None, axis=None, title=None)
        passing = self.selected().transform_calculate(**unit).transform_calculate(**at)
        rule = passing.mark_rule(opacity=0.55, strokeWidth=1.1, tooltip=None)
        layers.append(rule.encode(**across, y=pixels, color=self.context.colour()))
        return alt.layer(
            *layers,
            name=f"parallel_{name}",
            title=self._title(axis, is_last),
            width=_AXIS,
            height=_HEIGHT,
            resolve=alt.Resolve(
                scale=alt.ScaleResolveMap(y="independent"), axis=alt.AxisResolveMap(y="independent")
            ),
            view=alt.ViewConfig(stroke=None, fill=BACKGROUND, fillOpacity=0.16),
        )

    def _targets(self, y: alt.Y) -> list[alt.Chart]:
        """Give what answers the pointer: each selected line's end, beside the axis' brush."""
        unit = {"ul": self.unit("y")}
        x = alt.value(self.gap - 4)
        point: dict[str, Any] = {"filled": True, "shape": "circle", "tooltip": None}
        targets = (
            self.selected().transform_calculate(**unit).mark_point(**point, size=40, opacity=0.9)
        )
        computed, tooltip = self.context.tooltip()
        one = self.hovered().transform_calculate(**unit, **computed)
        return [
            targets.encode(x=x, y=y, color=self.context.colour()).properties(
                name="trials_parallel"
            ),
            one.mark_point(
                **point | {"tooltip": True}, size=90, color=HOVER, stroke=HOVER_EDGE, opacity=1
            ).encode(x=x, y=y, tooltip=tooltip),
        ]

    def _labels(self, axis: Axis, is_last: bool) -> alt.Axis:
        options: dict[str, Any] = {
            "orient": "right" if is_last else "left",
            "grid": False,
            "labelLimit": self.gap - 8,
            "labelPadding": 2,
            "domain": True,
            "labelFontWeight": 600,  # lines pass behind
        }
        if axis.kind == "category":
            made = axis.axis()
            options |= {"values": made.values, "labelExpr": made.labelExpr}
            return alt.Axis(**options)
        return axis.axis(**options | {"labelFlush": False})

    def _title(self, axis: Axis, is_last: bool) -> alt.TitleParams:
        text = axis.title
        if is_last:
            text += " ↑" if self.context.data.objective.sign > 0 else " ↓"
        return alt.TitleParams(
            text, anchor="middle", frame="group", fontSize=11, limit=self.gap + _AXIS - 6, offset=8
        )


def _draw(context: ChartContext, names: list[str]) -> Panel:
    lines = _Lines(context, names)
    views: list[Any] = []
    for nth, name in enumerate(names):
        views.append(lines.axis(name))
        if nth + 1 < len(names):
            views.append(lines.between(name, names[nth + 1], nth))
    better = "up" if context.data.objective.sign > 0 else "down"
    notes = [f"drag along any axis · on the last, {better} is better"]
    if len(context.frame) > MOST_LINES:
        notes.append(f"lines: the best {MOST_LINES} of the selected")
    if len(context.frame) > MOST_DIM:
        notes.append("grey: a sample of all")
    left = sum(
        context.frame[f"p{p}"].nunique() > 1 for p in range(len(context.data.hyperparameters))
    )
    left -= len(names) - 1
    if left > 0:
        notes.append(f"{left} more hyperparameters left out")
    if lines.nulls:
        notes.append("below the axes: not set")
    chart = alt.hconcat(
        *views,
        spacing=0,
        bounds="flush",
        name="parallel_coordinates",
        title=alt.TitleParams(TITLE, subtitle=" · ".join(notes), limit=WIDE, offset=26),
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(y="independent")),
    )
    return Panel(chart, strips={name: f"strip_{name}_" for name in names}, hover=True, wide=True)
