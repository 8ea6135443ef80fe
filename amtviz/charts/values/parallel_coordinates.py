"""How do good values combine? Every trial as a line across the axes of the hyperparameters."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import altair as alt

from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.values.parallel_axes import (
    HEIGHT,
    LINES_BACKGROUND,
    LINES_SELECTED,
    STRIP,
    UNSET,
    describe_panel,
    draw_strip,
    label_expression,
    label_rows,
    path_expression,
    sample_test,
)
from amtviz.findings.facts import Facts
from amtviz.findings.parallel_coordinates import state_concentration
from amtviz.grammar.context import HOVERED, ChartContext, Panel
from amtviz.grammar.layers import lay
from amtviz.grammar.tables import SharedData
from amtviz.grammar.theme import DIM, HOVER, HOVER_EDGE, WIDE
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables

_WIDTH = WIDE - 60  # pixels; which end is better stands beside
_HIT = 7  # pixels: how wide a line is to the pointer
_ROW = 14  # pixels of a row of axis titles
_CHARACTER = 6.5  # pixels of a letter in an axis' title
_LABEL = 110  # pixels of a tick's label, at most
_INK, _PAPER = alt.ExprRef("ink"), alt.ExprRef("paper")


def strips(facts: Facts, context: ChartContext) -> list[str]:
    """Columns that an axis of their own brushes: the shown hyperparameters and the objective."""
    fields = facts.shown_axes.fields
    return [*fields, *(["y"] if fields and context.scored else [])]


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw the panel ``parallel_coordinates``; none without a hyperparameter."""
    return [_Lines(facts, context).panel()] if facts.shown_axes.fields else []


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
    """The panel: lines in one view, and on top of it a narrow view for each axis."""

    def __init__(self, facts: Facts, context: ChartContext) -> None:
        self.facts, self.context = facts, context
        fields = [*facts.shown_axes.fields, "y"]
        # lines and axes are drawn in pixels, once
        self.axes = [replace(context.axes[name], switched=False, shared=False) for name in fields]
        self.step = (_WIDTH - STRIP) / max(1, len(fields) - 1)
        self.places = [STRIP / 2 + nth * self.step for nth in range(len(fields))]
        self.path = path_expression(self.axes, self.places)
        self.title_rows = 2 if self._titles_collide() else 1

    def _titles_collide(self) -> bool:
        """Whether two neighbours' titles in one row would leave no gap."""
        widths = [len(axis.title) * _CHARACTER for axis in self.axes]
        half = [width / 2 for width in widths]
        half[0], half[-1] = widths[0], widths[-1]  # they begin or end at their axis
        return any(one + other > self.step - 10 for one, other in itertools.pairwise(half))

    def _subtitle(self) -> list[str]:
        lines = describe_panel(self.facts)
        if self.axes[-1].note:
            lines[-1] += f" At the objective's edge: {self.axes[-1].note}."
        if self.context.axes["y"].switched:
            lines[-1] += f" The objective's axis stays {self.axes[-1].kind}."
        return lines

    def panel(self) -> Panel:
        """Lay the axes over the lines: a drag that begins on an axis is that axis' own."""
        layers = {
            "background": self._background(),
            **self._selected(),
            **self._hovered(),
            **self._drawn_axes(),
            "titles": self._titles(),
            **self._notes(),
        }
        lines = lay("parallel_lines", layers, width=_WIDTH, height=UNSET)
        gap = self.step - STRIP
        axes = alt.concat(
            *(draw_strip(self.context, axis) for axis in self.axes),
            spacing=gap,
            bounds="flush",
            align="none",
        )
        title = alt.TitleParams(
            CHART.title,
            subtitle=self._subtitle(),
            offset=10,
            limit=_WIDTH,
        )
        chart = alt.concat(
            lines,
            axes,
            name="parallel_coordinates",
            title=title,
            spacing=-_WIDTH,
            bounds="flush",
            align="none",
        )
        fields = strips(self.facts, self.context)
        anchors = {name: f"parallel_axis_{name}_anchor" for name in fields}
        return Panel(chart, strips=anchors, hover="parallel_lines_target", wide=True)

    def _line(self, chart: alt.Chart, **mark: Any) -> alt.Chart:
        """Draw each row as one mark, whose shape is the trial's whole line."""
        options: dict[str, Any] = {"filled": False, "fill": None, "tooltip": None}
        chart = chart.transform_calculate(l=self.path).mark_point(**options | mark)
        return chart.encode(
            x=alt.value(0),
            y=alt.value(0),
            size=alt.value(4),  # at which a path's units are pixels
            shape=alt.Shape("l:N", scale=None),
        )

    def _background(self) -> alt.Chart:
        """Draw all trials dimmed; of many, a sample."""
        chart = UnitChart(self.context.trials).transform_filter(self.context.selecting)
        if len(self.context.frame) > LINES_BACKGROUND:
            chart = chart.transform_filter(sample_test(len(self.context.frame)))
        return self._line(chart, color=DIM, strokeWidth=1)

    def _selected(self) -> dict[str, alt.Chart]:
        """Draw the best of the selected trials, the best on top, and what answers the pointer."""
        context = self.context
        trials = UnitChart(context.trials)
        chart = context.best_selected(trials, len(context.frame), LINES_SELECTED)
        order = alt.Order("z:Q", sort="descending")
        lines = self._line(chart, strokeWidth=1.2, opacity=0.65)
        target = self._line(chart, strokeWidth=_HIT, strokeOpacity=0, color=HOVER)
        return {
            "selected": lines.encode(color=context.trial_colour(), order=order),
            "target": target.encode(order=order),
        }

    def _hovered(self) -> dict[str, alt.Chart]:
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
        return {"hovered_edge": edge, "hovered": line, "hovered_target": target}

    def _drawn_axes(self) -> dict[str, alt.Chart]:
        """Draw the axes over the lines, their labels with a rim that keeps them readable."""
        scored = [a for a in self.axes if a.field != "y" or self.context.scored]
        at: dict[str, Any] = {"y": alt.value(0), "y2": alt.value(HEIGHT)}
        axes = UnitChart(SharedData("parallel_axes", [{"x": x} for x in self.places]))
        ticks = UnitChart(
            SharedData("parallel_ticks", label_rows(scored, self.places[: len(scored)]))
        )
        ticks = ticks.transform_calculate(n=label_expression(scored))
        tick = ticks.mark_tick(orient="horizontal", size=6, thickness=1, color=_INK, tooltip=None)
        text: dict[str, Any] = {"align": "right", "dx": -6, "fontSize": 10, "limit": self._label()}
        rim = ticks.mark_text(**text, fill=None, stroke=_PAPER, strokeWidth=3, tooltip=None)
        label = ticks.mark_text(**text, color=_INK, tooltip=None)
        rule = axes.mark_rule(color=_INK, opacity=0.7, tooltip=None)
        return {
            "axes": rule.encode(x=_pixels(alt.X), **at),
            "ticks": tick.encode(x=_pixels(alt.X), y=_pixels(alt.Y)),
            "rims": rim.encode(x=_pixels(alt.X), y=_pixels(alt.Y), text="n:N"),
            "labels": label.encode(x=_pixels(alt.X), y=_pixels(alt.Y), text="n:N"),
        }

    def _label(self) -> float:
        return min(self.step - STRIP, _LABEL)

    def _titles(self) -> alt.Chart:
        """Write the true names over the axes; in two rows where one is too narrow."""
        last = len(self.axes) - 1
        rows = [
            {
                "x": x - STRIP / 2 if nth == 0 else x,
                "y": -12 - _ROW * (nth % self.title_rows),
                "n": axis.title,
                "g": "left" if nth == 0 else "right" if nth == last else "center",
            }
            for nth, (axis, x) in enumerate(zip(self.axes, self.places, strict=True))
        ]
        texts = self._texts("titles", rows, fontSize=11, fontWeight=600, limit=self._room())
        return texts.encode(tooltip=alt.Tooltip("n:N"))

    def _room(self) -> float:
        return self.title_rows * self.step - 8

    def _notes(self) -> dict[str, alt.Chart]:
        """Write where a trial without a value crosses, and which objective is better."""
        rows = [
            {
                "x": x,
                "y": UNSET + 11,
                "n": "not set" if axis.field != "y" else "none",
                "g": "center",
            }
            for axis, x in zip(self.axes, self.places, strict=True)
            if self.context.frame[axis.field].isna().any()
        ]
        marks = UnitChart(SharedData("parallel_unset", rows)).mark_tick(
            orient="horizontal", size=10, thickness=1, color=_INK, tooltip=None
        )
        marks = marks.encode(x=_pixels(alt.X), y=alt.value(UNSET))
        layers = {}
        if rows:
            layers = {"unset": marks, "unset_notes": self._texts("unset", rows, fontSize=10)}
        if self.context.scored:
            up = self.context.data.objective.sign > 0
            better = {
                "x": _WIDTH - STRIP / 2 + 6,
                "y": 5 if up else HEIGHT - 5,
                "n": "↑ better" if up else "↓ better",
                "g": "left",
            }
            layers["better"] = self._texts("better", [better], fontSize=10)
        return layers

    def _texts(self, name: str, rows: list[dict[str, Any]], **mark: Any) -> alt.Chart:
        """Write words at pixels."""
        chart = UnitChart(SharedData(f"parallel_{name}", rows)).mark_text(
            color=_INK, align=alt.ExprRef("datum.g"), tooltip=None, **mark
        )
        return chart.encode(
            x=_pixels(alt.X),
            y=_pixels(alt.Y),
            text="n:N",
        )


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
