"""Linked Altair charts; ``draw_<name>`` draws the chart of that name in `CHARTS` alone."""

from collections.abc import Callable

from amtviz.charts.answers import choose_answers
from amtviz.charts.dashboard import draw_dashboard
from amtviz.charts.glance import draw_glance
from amtviz.charts.page import PageCharts, PanelView, SectionView, draw_sections
from amtviz.charts.sections import CHARTS, SECTIONS
from amtviz.charts.sized import sized
from amtviz.grammar.tuning_chart import Page, TuningChart

_DRAWN = {chart.draw.__name__: sized(chart.draw) for chart in CHARTS.values()}

__all__ = [
    "CHARTS",
    "SECTIONS",
    "Page",
    "PageCharts",
    "PanelView",
    "SectionView",
    "TuningChart",
    "choose_answers",
    "draw_dashboard",
    "draw_glance",
    "draw_sections",
    *_DRAWN,
]


def __getattr__(name: str) -> Callable[..., TuningChart]:
    """Return the function that draws a chart of the registry alone."""
    if name not in _DRAWN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _DRAWN[name]


def __dir__() -> list[str]:
    return sorted(__all__)
