"""How do good values combine? Every trial as a line across the axes of the hyperparameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt

from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.values.drawn_axes import label_expression, label_rows
from amtviz.charts.values.parallel_axes import (
    BELOW,
    HEIGHT,
    LINES_BACKGROUND,
    LINES_SELECTED,
    ORDER,
    STRIP,
    WIDTH,
    axis_parameters,
    axis_rows,
    describe_panel,
    draw_strip,
    path_expressions,
    sample_test,
    tell_axis,
)
from amtviz.findings.facts import Facts
from amtviz.findings.parallel_coordinates import state_concentration
from amtviz.grammar.axes import Axis
from amtviz.grammar.context import HOVERED, SELECTING, ChartContext, Panel
from amtviz.grammar.layers import Drawn, Layers, lay, tell
from amtviz.grammar.pinned import COLOUR, PINNED
from amtviz.grammar.switch import NAME as SWITCH
from amtviz.grammar.tables import SharedData
from amtviz.grammar.theme import DIM, HOVER, HOVER_EDGE
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables

VIEW = "parallel_lines"
_HIT = 7  # pixels: how wide a line is to the pointer
_ROW = 14  # pixels of a row of axis titles
_LABEL = 110  # pixels of a tick's label, at most
_INK, _PAPER = alt.ExprRef("ink"), alt.ExprRef("paper")


def strips(facts: Facts, context: ChartContext) -> list[str]:
    """Columns that an axis of their own brushes: the shown hyperparameters and the objective."""
    fields = facts.shown_axes.fields
    return [*fields, *(["y"] if fields and context.scored else [])]


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the panel ``parallel_coordinates``; none without a hyperparameter."""
    if not facts.shown_axes.fields:
        return []
    # Vega-Lite's own brushes don't bear that a scale changes: a page has others
    state: dict[str, Any] = {"shared": False} | ({} if context.on_page else {"switched": False})
    fields = [*facts.shown_axes.fields, "y"]
    lines = _Lines(facts, context, [replace(context.axes[name], **state) for name in fields])
    size = context.width(WIDTH), context.height(HEIGHT)
    parameters = (*axis_parameters(lines.axes, *size), *lines.axes[-1].parameters)
    hover = f"{VIEW}_target"
    if context.on_page:
        layers = lines.layers()
        chart = lines.draw(layers, title=lines.title())
        drawn = tell(VIEW, layers)
        return [Panel(chart, hover=hover, wide=True, parameters=parameters, drawn=drawn)]
    anchors = {name: f"parallel_axis_{name}_anchor" for name in strips(facts, context)}
    together = lines.draw_with_strips()
    return [Panel(together, strips=anchors, hover=hover, wide=True, parameters=parameters)]


def draw_parallel_coordinates(data: TuningTables) -> TuningChart:
    """Draw each trial as a line across the hyperparameters' axes to its objective.

    The most important hyperparameter stands left; at most twelve are shown. A drag up or down an
    axis selects by it. A hyperparameter that a trial doesn't have is crossed below its axis.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
    """
    return draw_alone(CHART, data)


class _Lines:
    """The panel: lines and axes in one view, whose axes stand where signals say."""

    def __init__(self, facts: Facts, context: ChartContext, axes: Sequence[Axis]) -> None:
        self.facts, self.context, self.axes = facts, context, axes
        self.paths = path_expressions(axes)
        self.width = context.stretch.width(WIDTH)
        self.height = context.stretch.height(HEIGHT)

    def title(self) -> alt.TitleParams:
        """Entitle the panel, and say what it needs to be read."""
        lines = describe_panel(self.facts, moves=self.context.on_page)
        if self.axes[-1].note:
            lines[-1] += f" At the objective's edge: {self.axes[-1].note}."
        if self.context.axes["y"].switched and not self.axes[-1].switched:
            lines[-1] += f" The objective's axis stays {self.axes[-1].kind}."
        return alt.TitleParams(CHART.title, subtitle=lines, offset=10, limit=self.width)

    def draw(self, layers: Layers, **options: Any) -> alt.LayerChart:
        """Draw the lines and the axes over them, and what is selected along these."""
        return lay(VIEW, layers, width=self.width, height=self.height, **options)

    def layers(self) -> dict[str, alt.Chart | Drawn]:
        """Return the layers from back to front, by what they hold."""
        return {
            "background": Drawn(self._background()),
            **self._selected(),
            **self._pinned(),
            **self._hovered(),
            **self._drawn_axes(),
            "titles": self._titles(),
            **self._notes(),
            **({"brushes": self._brushes()} if self.context.on_page else {}),
        }

    def draw_with_strips(self) -> alt.ConcatChart:
        """Lay a narrow view over each axis: a drag that begins on it is that axis' own."""
        strips = (draw_strip(self.context, axis) for axis in self.axes)
        gap = (self.width - STRIP) / (len(self.axes) - 1) - STRIP
        side: dict[str, Any] = {"bounds": "flush", "align": "none"}
        views = self.draw(self.layers()), alt.concat(*strips, spacing=gap, **side)
        name = "parallel_coordinates"
        return alt.concat(*views, name=name, title=self.title(), spacing=-self.width, **side)

    def _line(self, chart: alt.Chart, **mark: Any) -> alt.Chart:
        """Draw each row as one mark, whose shape is the trial's whole line."""
        options: dict[str, Any] = {"filled": False, "fill": None, "tooltip": None}
        chart = chart.transform_calculate(**self.paths).mark_point(**options | mark)
        return chart.encode(
            x=alt.value(0),
            y=alt.value(0),
            size=alt.value(4),  # at which a path's units are pixels
            shape=alt.Shape("l:N", scale=None),
        )

    def _background(self) -> alt.Chart:
        """Draw all trials dimmed; of many, a sample."""
        chart = UnitChart(self.context.trials)
        if len(self.context.frame) <= LINES_SELECTED:  # of more, some have no line of their own
            chart = chart.transform_filter(SELECTING)
        if len(self.context.frame) > LINES_BACKGROUND:
            chart = chart.transform_filter(sample_test(len(self.context.frame)))
        return self._line(chart, color=DIM, strokeWidth=1)

    def _selected(self) -> dict[str, Drawn]:
        """Draw the best of the selected trials, the best on top, and what answers the pointer."""
        context = self.context
        trials = UnitChart(context.trials)
        chart = context.best_selected(trials, len(context.frame), LINES_SELECTED)
        order = alt.Order("z:Q", sort="descending")
        lines = self._line(chart, strokeWidth=1.2, opacity=0.65)
        target = self._line(chart, strokeWidth=_HIT, strokeOpacity=0, color=HOVER)
        lines = lines.encode(color=context.trial_colour(), order=order)
        return {"selected": Drawn(lines, self._told()), "target": Drawn(target.encode(order=order))}

    def _told(self) -> dict[str, Any]:
        """Tell a page's script of the lines."""
        count = len(self.context.frame)
        sample = LINES_BACKGROUND / count if count > LINES_BACKGROUND else 1
        return {
            "kind": "lines",
            "of": "any",
            "axes": [tell_axis(axis) for axis in self.axes],
            "most": LINES_SELECTED if count > LINES_SELECTED else None,
            "colour": "trial",
            "width": 1.2,
            "opacity": 0.65,
            "sample": sample,
            "always": count > LINES_SELECTED,
            "hit": _HIT,
        }

    def _pinned(self) -> dict[str, alt.Chart]:
        """Draw the pinned trials over the others, on a rim that parts them."""
        chart = UnitChart(self.context.trials).transform_filter(PINNED)
        rim = self._line(chart, strokeWidth=5, color=_PAPER, opacity=1)
        line = self._line(chart, strokeWidth=2.5, opacity=1)
        return {"pinned_rims": rim, "pinned": line.encode(color=COLOUR)}

    def _hovered(self) -> dict[str, Drawn]:
        """Draw the hovered trial, and its tooltip as wide as a line is to the pointer."""
        chart = UnitChart(self.context.trials).transform_filter(HOVERED)
        computed, tooltip = self.context.tooltip
        edge = self._line(chart, strokeWidth=4.5, color=HOVER_EDGE, opacity=1)
        line = self._line(chart, strokeWidth=2.5, color=HOVER, opacity=1)
        target = self._line(
            chart.transform_calculate(**computed),
            strokeWidth=_HIT,
            strokeOpacity=0,
            color=HOVER,
            tooltip={"content": "encoding"},
        )
        target = target.encode(tooltip=tooltip)
        return {
            "hovered_edge": Drawn(edge),
            "hovered": Drawn(line),
            "hovered_target": Drawn(target),
        }

    def _shown(self, name: str, rows: list[dict[str, Any]], **computed: str) -> alt.Chart:
        """Return rows of axes (``g``) that are shown, with their place ``x`` from the left."""
        chart = UnitChart(SharedData(f"parallel_{name}", rows))
        return chart.transform_calculate(
            slot=f"indexof({ORDER}, datum.g)", x="axis_places[datum.slot]", **computed
        ).transform_filter("datum.slot >= 0")

    def _drawn_axes(self) -> dict[str, alt.Chart]:
        """Draw the axes over the lines, their labels with a rim that keeps them readable."""
        scored = [a for a in self.axes if a.field != "y" or self.context.scored]
        axes = self._shown("axes", axis_rows(self.axes))
        written = {
            "y": "round(10 * (1 - datum.u) * axis_height) / 10",
            "n": label_expression(scored),
        }
        ticks = self._shown("ticks", label_rows(scored, HEIGHT - BELOW), **written)
        if scored[-1].switched:
            ticks = ticks.transform_filter(f"!isValid(datum.s) || datum.s == {SWITCH}")
        tick = ticks.mark_tick(orient="horizontal", size=6, thickness=1, color=_INK, tooltip=None)
        limit = alt.ExprRef(f"min(axis_step - {STRIP}, {_LABEL})")
        text: dict[str, Any] = {"align": "right", "dx": -6, "fontSize": 10, "limit": limit}
        rim = ticks.mark_text(**text, fill=None, stroke=_PAPER, strokeWidth=3, tooltip=None)
        label = ticks.mark_text(**text, color=_INK, tooltip=None)
        rule = axes.mark_rule(color=_INK, opacity=0.7, tooltip=None)
        ends: dict[str, Any] = {"y": alt.value(0), "y2": alt.value(alt.ExprRef("axis_height"))}
        return {
            "axes": rule.encode(x=_pixels(alt.X), **ends),
            "ticks": tick.encode(x=_pixels(alt.X), y=_pixels(alt.Y)),
            "rims": rim.encode(x=_pixels(alt.X), y=_pixels(alt.Y), text="n:N"),
            "labels": label.encode(x=_pixels(alt.X), y=_pixels(alt.Y), text="n:N"),
        }

    def _titles(self) -> alt.Chart:
        """Write the true names over the axes; in two rows where one is too narrow."""
        last = f"length({ORDER}) - 1"
        # the outer ones begin at their axis, and leave the next one its half
        inner = f"datum.slot == 0 ? {ORDER}[title_rows] : {ORDER}[datum.slot - title_rows]"
        half = f"min(title_widths[{inner}] || 0, title_rows * axis_step) / 2"
        outer = f"datum.side != 'center' ? {half} : 0"
        texts = self._shown(
            "axes",
            axis_rows(self.axes),
            y=f"-12 - {_ROW} * (datum.slot % title_rows)",
            side=f"datum.slot == 0 ? 'left' : datum.slot == {last} ? 'right' : 'center'",
            room=f"title_rows * axis_step - 8 - ({outer})",
        ).mark_text(
            align=alt.ExprRef("datum.side"),
            dx=alt.ExprRef(f"datum.slot == 0 ? {-STRIP / 2} : 0"),
            color=_INK,
            fontSize=11,
            fontWeight=600,
            limit=alt.ExprRef("datum.room"),
        )
        return texts.encode(
            x=_pixels(alt.X), y=_pixels(alt.Y), text="n:N", tooltip=alt.Tooltip("n:N")
        )

    def _notes(self) -> dict[str, alt.Chart]:
        """Write where a trial without a value crosses, and which objective is better."""
        rows = [
            {"g": place, "n": "not set" if axis.field != "y" else "none"}
            for place, axis in enumerate(self.axes)
            if self.context.frame[axis.field].isna().any()
        ]
        layers = {}
        if rows:
            unset = self._shown("unset", rows, y="parallel_height")
            mark = unset.mark_tick(
                orient="horizontal", size=10, thickness=1, color=_INK, tooltip=None
            )
            note = unset.mark_text(dy=11, fontSize=10, color=_INK, tooltip=None)
            at = {"x": _pixels(alt.X), "y": _pixels(alt.Y)}
            layers = {"unset": mark.encode(**at), "unset_notes": note.encode(**at, text="n:N")}
        if self.context.scored:
            up = self.context.data.objective.sign > 0
            word = {"g": len(self.axes) - 1, "n": "↑ better" if up else "↓ better"}
            better = self._shown("better", [word], y="5" if up else "axis_height - 5")
            # beside the axis, or where it isn't the last, at its other end's free side
            text = better.mark_text(align="left", dx=6, fontSize=10, color=_INK, tooltip=None)
            layers["better"] = text.encode(x=_pixels(alt.X), y=_pixels(alt.Y), text="n:N")
        return layers

    def _brushes(self) -> alt.Chart:
        """Draw what is selected along each axis; a page's reader drags there."""
        axes = self.axes if self.context.scored else self.axes[:-1]
        brushes = [f"c_{axis.field}.{axis.field}" for axis in axes]
        ends = []
        for end in (0, 1):
            shares = [
                f"{brush} ? {axis.share_expr(f'{brush}[{end}]')} : 0"
                for axis, brush in zip(axes, brushes, strict=True)
            ]
            ends.append(f"(1 - [{', '.join(shares)}][datum.g]) * axis_height")
        chart = self._shown("axes", axis_rows(self.axes), y=ends[0], y2=ends[1])
        chart = chart.transform_filter(f"isValid([{', '.join(brushes)}][datum.g])")
        bar = chart.mark_rect(
            xOffset=-STRIP / 2,
            x2Offset=STRIP / 2,
            fill=_INK,
            fillOpacity=0.125,
            stroke=_INK,
            strokeOpacity=0.5,
            tooltip=None,
        )
        x = alt.X("x:Q", scale=None, axis=None)
        return bar.encode(x=x, x2="x", y=_pixels(alt.Y), y2="y2")


def _pixels(channel: type[Any]) -> Any:
    return channel(f"{channel.__name__.lower()}:Q", scale=None, axis=None)


CHART = Chart(
    name="parallel_coordinates",
    title="Parallel coordinates",
    panels=panels,
    draw=draw_parallel_coordinates,
    strips=strips,
    finding=state_concentration,
)
