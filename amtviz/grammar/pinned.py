"""The trials that a page's reader pinned: a ring and a letter around each, in every panel."""

from __future__ import annotations

import functools
from typing import Any

import altair as alt

LETTERS = "ABCD"  # at most so many are pinned
PINNED = "indexof(pins, datum.i) >= 0"
# Each is legible as text on white; embed/theme.js has the same for dark paper.
PIN_COLOURS = ("#7030d8", "#0e7465", "#a65b00", "#2170b2")

_BESIDE = 13  # pixels from the point to its letter
_RIGHT = 0.92  # of a panel: further right, a letter would be cut off
_SLOT = "indexof(pins, datum.i)"
COLOUR = alt.value(alt.expr(f"pin_colours[{_SLOT}]"))
_LETTER = alt.value(alt.expr(f"'{LETTERS}'[{_SLOT}]"))


@functools.cache
def pin_params() -> tuple[alt.VariableParameter, ...]:
    """Return the signals that say which trials are pinned, by number, and their colours."""
    return (
        alt.VariableParameter(name="pins", value=[]),
        alt.VariableParameter(name="pin_colours", value=list(PIN_COLOURS)),
    )


def draw_pinned(placed: alt.Chart, across: str) -> dict[str, alt.Chart]:
    """Draw a ring around each pinned trial, and its letter beside it.

    Parameters
    ----------
    placed : altair.Chart
        The trials that a panel can place, with their x and y.
    across : str
        How far to the right one stands, from 0 to 1, as an expression: at the right end, the
        letter stands left of the ring.

    Returns
    -------
    dict of str to altair.Chart
        Layers by what they hold. No mark of them answers the pointer.
    """
    chart = placed.transform_filter(PINNED)
    ring = chart.mark_point(
        shape="circle", size=120, filled=False, strokeWidth=2.2, opacity=1, tooltip=None
    )
    beside = alt.ExprRef(f"{across} > {_RIGHT} ? -{_BESIDE} : {_BESIDE}")
    text: dict[str, Any] = {"dx": beside, "fontSize": 12, "fontWeight": 700, "tooltip": None}
    paper = alt.ExprRef("paper")
    rim = chart.mark_text(**text, fill=None, stroke=paper, strokeWidth=3)
    letter = chart.mark_text(**text, opacity=1)
    return {
        "pinned": ring.encode(color=COLOUR),
        "pinned_rims": rim.encode(text=_LETTER),
        "pinned_letters": letter.encode(text=_LETTER, color=COLOUR),
    }
