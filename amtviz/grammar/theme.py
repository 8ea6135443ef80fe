"""Sizes, colours and the dashboard's Vega-Lite configuration."""

from __future__ import annotations

from typing import Any

import altair as alt

from amtviz.model import CUT_OFF_STATUSES

PANEL_WIDTH = 220  # pixels, without axes: four panels fit a 1,280-pixel laptop
PANEL_HEIGHT = 160
COLUMNS = 4
PANEL_STEP = PANEL_WIDTH + 50  # from one panel's left edge to the next one's, axes included
WIDE = COLUMNS * PANEL_STEP - 60  # pixels of a panel that takes a whole row

# Petroff (2021), "Accessible color sequences for data visualization", ten colours chosen for
# colour-blind readers; the two greys stand last, for the background is grey as well.
JOB_COLOURS = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#832db6",
    "#92dadd",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#94a4a2",
)
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
BACKGROUND = "#9aa0a6"  # the dim picture of all trials
ACCENT = "#647a91"  # selected trials where no one tuning job owns the mark
HOVER = "#f6c700"
HOVER_EDGE = "#7a1f1f"

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def job_colour(index: int) -> str:
    """Colour of the tuning job at that place in ``TuningData.jobs``."""
    return JOB_COLOURS[index % len(JOB_COLOURS)]


def job_shape(index: int) -> str:
    """Shape of the completed trials of the tuning job at that place."""
    return JOB_SHAPES[index // len(JOB_COLOURS) % len(JOB_SHAPES)]


def theme_params() -> list[alt.VariableParameter]:
    """Return the three signals through which a page switches between light and dark."""
    light = {"ink": "#33383d", "rule": "#e3e6e8", "paper": "white"}
    return [alt.VariableParameter(name=name, value=value) for name, value in light.items()]


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
        "axisX": {"grid": False, "minExtent": 22},  # panels side by side stand on one line
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
