"""How wide and high a chart alone is drawn: the one place that takes and checks it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import altair as alt

from amtviz.errors import InputError
from amtviz.grammar.context import Panel, Stretch
from amtviz.grammar.theme import PANEL_HEIGHT, PANEL_STEP, PANEL_WIDTH, WIDE, break_lines
from amtviz.grammar.tuning_chart import TuningChart

_LIMITS = {"width": (200, 10_000), "height": (50, 10_000)}  # pixels
_ROW = WIDE + 60  # pixels of a panel that takes a whole row, axes included
_MARGIN = 20  # pixels that the first panel's axis has beyond a step, and the last one's labels
_NAMED = 170  # pixels beside a panel whose rows have names
_LEAST = 0.8  # of its natural width, that a panel keeps rather than stand in one more column
_DOC = """
    width : int, optional
        Pixels of the whole chart, axes included: its panels wrap into as many columns as fit, and
        fill it. A panel of words keeps the room that these need. By default, each panel has its
        natural size.
    height : int, optional
        Pixels of each panel's picture; where rows have names, their number makes the height."""


@dataclass(frozen=True)
class Size:
    """What was asked for, in pixels: the whole width, and the height of each panel's picture.

    Raises
    ------
    InputError
        If one is no whole number of pixels, or leaves no room for a picture.
    """

    width: int | None = None
    height: int | None = None

    def __post_init__(self) -> None:
        for name, (least, most) in _LIMITS.items():
            value = getattr(self, name)
            if value is None:
                continue
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not whole or not least <= value <= most:
                raise InputError(
                    f"{name} can't be {value!r}. Give whole pixels from {least} to {most:,}."
                )


NATURAL = Size()
_asked: ContextVar[Size] = ContextVar("size", default=NATURAL)


def asked_size() -> Size:
    """Return the size that the function was called with that draws the chart."""
    return _asked.get()


def sized(draw: Callable[..., TuningChart]) -> Callable[..., TuningChart]:
    """Let a function that draws one chart take ``width`` and ``height``, and document them."""

    @functools.wraps(draw)
    def draw_sized(
        *args: Any, width: int | None = None, height: int | None = None, **named: Any
    ) -> TuningChart:
        token = _asked.set(Size(width, height))
        try:
            return draw(*args, **named)
        finally:
            _asked.reset(token)

    signature = inspect.signature(draw)
    keyword = inspect.Parameter.KEYWORD_ONLY
    own = [
        inspect.Parameter(name, keyword, default=None, annotation="int | None") for name in _LIMITS
    ]
    parameters = [*signature.parameters.values(), *own]
    draw_sized.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    before, heading, after = (draw.__doc__ or "").partition("\n\n    Returns\n")
    draw_sized.__doc__ = f"{before}{_DOC}{heading}{after}"
    return draw_sized


def choose_columns(panels: Sequence[Panel], size: Size) -> tuple[int, Stretch]:
    """Return how many columns panels stand in, and by how much their pictures grow.

    Parameters
    ----------
    panels : sequence of Panel
        At their natural sizes.
    size : Size
        Its width is known.

    Returns
    -------
    columns : int
    stretch : Stretch
    """
    width = size.width or 0
    narrow = [panel for panel in panels if not panel.wide]
    wide = width - _MARGIN - _ROW
    if not narrow:
        return 1, Stretch(0, wide, size.height, width)
    step = max(_step(panel) for panel in narrow)
    room = width - _MARGIN
    most = max(1, min(len(narrow), int(room / (_LEAST * step))))
    rows = -(-len(narrow) // most)
    columns = -(-len(narrow) // rows)  # rows of nearly as many panels each
    return columns, Stretch(room // columns - step, wide, size.height, width)


def _step(panel: Panel) -> int:
    own = panel.chart.width if isinstance(panel.chart, alt.LayerChart) else PANEL_WIDTH
    return PANEL_STEP if own <= PANEL_WIDTH else own + _NAMED


def _entitle(title: Any, width: int) -> alt.TitleParams:
    """Break what stands above a picture into lines of its width."""
    if not isinstance(title, alt.TitleParams):
        return alt.TitleParams(title, limit=width + 20)
    options = title.to_dict(validate=False) | {"limit": width + 20}
    notes = options.get("subtitle")
    if notes:
        notes = " · ".join(notes) if isinstance(notes, list) else notes
        options["subtitle"] = break_lines(notes, width).split("\n")
    return alt.TitleParams(**options)


def stretch_panels(panels: Sequence[Panel], stretch: Stretch) -> None:
    """Give panels' views their sizes."""
    for panel in panels:
        chart = panel.chart
        if isinstance(chart, alt.LayerChart):
            chart.width = stretch.width(chart.width)
            chart.title = _entitle(chart.title, chart.width)
            if chart.height == PANEL_HEIGHT:
                chart.height = stretch.height(PANEL_HEIGHT)
