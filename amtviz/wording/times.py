"""Durations, times, and the units of time axes."""

from __future__ import annotations

import math
from datetime import datetime

from amtviz.wording.numbers import MISSING, format_number

# a small unit, how many of it make the large one, and how many of it make one larger still
_PAIRS = (
    (1, "s", 60, "min", 3_600),
    (60, "min", 60, "h", 1_440),
    (3_600, "h", 24, "d", math.inf),
)
_UNITS = (
    (0.18, 0.001, "milliseconds"),
    (180, 1, "seconds"),
    (3 * 3_600, 60, "minutes"),
    (math.inf, 3_600, "hours"),
)


def format_duration(seconds: float) -> str:
    """Write a duration in its two largest units: ``2 h 5 min``.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str
        Below a minute in one unit with three digits: ``59.6 s``, ``0.27 ms``. Missing is ``–``.
    """
    if not math.isfinite(seconds):
        return format_number(seconds)
    if seconds < 0:
        return f"-{format_duration(-seconds)}"
    if round(seconds, 1) < 60:
        unit, size = ("ms", 1000) if 0 < seconds < 0.9995 else ("s", 1)
        return f"{float(f'{seconds * size:.3g}'):g} {unit}"
    size, small, per, large = next(
        (size, small, per, large)
        for size, small, per, large, most in _PAIRS
        if round(seconds / size) < most
    )
    count, rest = divmod(round(seconds / size), per)
    return f"{count:,} {large}" + (f" {rest} {small}" if rest else "")


def format_time(time: datetime | None) -> str:
    """Write a time as ``2026-01-31 12:05``; missing as ``–``."""
    # pandas' missing time is a datetime that doesn't equal itself
    return MISSING if time is None or time != time else f"{time:%Y-%m-%d %H:%M}"


def format_interval(start: datetime | None, end: datetime | None) -> str:
    """Write start and end, without the end's day when it is the start's; empty for neither."""
    if start is None and end is None:
        return ""
    if start is not None and end is not None and start.date() == end.date():
        return f"{format_time(start)} – {end:%H:%M}"
    return f"{format_time(start)} – {format_time(end) if end else '…'}"


def time_unit(longest: float) -> tuple[float, str]:
    """Choose the unit of an axis of times up to so many seconds: its seconds, and its name."""
    return next((seconds, name) for most, seconds, name in _UNITS if not longest > most)
