"""Sizes, colours and the dashboard's Vega-Lite configuration."""

from __future__ import annotations

import functools
import textwrap
from typing import Any

import altair as alt
import numpy as np

from amtviz.grammar import palette
from amtviz.grammar.palette import JOB_COLOURS
from amtviz.model import CUT_OFF_STATUSES

PANEL_WIDTH = 220  # pixels, without axes: four panels fit a 1,280-pixel laptop
PANEL_HEIGHT = 160
COLUMNS = 4
PANEL_STEP = PANEL_WIDTH + 50  # from one panel's left edge to the next one's, axes included
WIDE = COLUMNS * PANEL_STEP - 60  # pixels of a panel that takes a whole row

# After ten tuning jobs the colours repeat with the next shape.
JOB_SHAPES = ("circle", "square", "triangle-up", "diamond")
INFEASIBLE = "infeasible"  # a trial that breaks a constraint
_CROSSED = "M-1,-0.7L-0.7,-1L0,-0.3L0.7,-1L1,-0.7L0.3,0L1,0.7L0.7,1L0,0.3L-0.7,1L-1,0.7L-0.3,0Z"
_HOURGLASS = "M-0.8,-0.9H0.8L-0.8,0.9H0.8Z"
# Trials that did not complete have their own shape, whatever the tuning job.
STATUS_SHAPES = {
    "InProgress": "triangle-right",
    "Stopped": "cross",
    "Stopping": "triangle-right",
    "Failed": "triangle-down",
    "Deleting": "triangle-left",
    INFEASIBLE: _CROSSED,
    **dict.fromkeys(CUT_OFF_STATUSES, _HOURGLASS),
}
BACKGROUND = "#9aa0a6"  # what lies behind marks that stand for several trials
DIM = alt.ExprRef("dim")  # trials that aren't selected
ACCENT = alt.ExprRef("accent")  # selected trials where no one tuning job owns the mark
HOVER = "#f6c700"
HOVER_EDGE = "#7a1f1f"

_CHARACTER = 6  # pixels of a letter in a subtitle
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def job_colour(index: int) -> str:
    """Colour of the tuning job at that place in ``TuningData.jobs``."""
    return JOB_COLOURS[index % len(JOB_COLOURS)]


def job_shape(index: int) -> str:
    """Shape of the completed trials of the tuning job at that place."""
    return JOB_SHAPES[index // len(JOB_COLOURS) % len(JOB_SHAPES)]


def break_lines(text: str, width: float) -> str:
    """Break a text into lines of so many pixels, as subtitles have them: Vega breaks none."""
    return "\n".join(textwrap.wrap(text, int(width / _CHARACTER)))


def point_area(count: int) -> float:
    """Square pixels of a trial's point: many are small."""
    return float(np.clip(30 * np.sqrt(150 / max(count, 1)), 11, 30).round(1))


def enlarged(area: float) -> alt.ExprRef:
    """Enlarge points with the window, as panels grow with it."""
    return alt.ExprRef(f"{round(area, 3)} * enlarged")


def ring_area(point: float) -> float:
    """Square pixels of the ring around a point of that area."""
    return round(2.6 * point + 50, 1)


@functools.cache
def theme_params() -> tuple[alt.VariableParameter, ...]:
    """Return the signals through which a page switches between light and dark, and colours trials.

    ``colours`` is null, or an array of CSS colours by the trials' numbers ``i``, which goes before
    the colours that `ChartContext.trial_colour` gives them; ``enlarged`` is a factor of the areas
    of points.
    """
    light: dict[str, Any] = {
        "ink": palette.INK,
        "rule": palette.RULE,
        "paper": "#ffffff",
        "strong": palette.STRONG,
        "dim": palette.DIM,
        "unknown": palette.UNKNOWN,
        "accent": palette.ACCENT,
        "job_colours": list(JOB_COLOURS),
        "ramp": palette.blend(palette.RAMP_ENDS, palette.RAMP_STEPS),
        "colours": None,
        "enlarged": 1,
    }
    return tuple(alt.VariableParameter(name=name, value=value) for name, value in light.items())


def theme_config() -> dict[str, Any]:
    """Return the configuration of a dashboard; it needs the signals of `theme_params`."""
    ink, rule = {"expr": "ink"}, {"expr": "rule"}
    return {
        "aria": False,  # thousands of marks with a description each; the page has a table instead
        "background": {"expr": "paper"},
        "font": _FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": ink,
            "titleColor": ink,
            "domainColor": rule,
            "tickColor": rule,
            "gridColor": rule,
            "labelFontSize": 10,
            "titleFontSize": 10.5,
            "titleFontWeight": "normal",
            "titlePadding": 4,
            "tickSize": 4,
            "titleLimit": PANEL_HEIGHT,
        },
        "axisX": {
            "grid": False,
            "minExtent": 22,  # panels side by side stand on one line
            "labelOverlap": "greedy",
            "labelSeparation": 6,
        },
        "title": {
            "color": ink,
            "subtitleColor": ink,
            "anchor": "start",
            "frame": "group",
            "fontSize": 12,
            "fontWeight": 600,
            "subtitleFontSize": 10.5,
            "offset": 6,
            "limit": PANEL_WIDTH + 30,
        },
        "concat": {"spacing": 14},
    }
