"""Numbers, times and statuses as a person reads them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

MISSING = "–"
# Statuses after which nothing changes any more.
FINAL_STATUSES = frozenset({"Completed", "Failed", "Stopped", "DeleteFailed"})
_WORDS = {"InProgress": "in progress", "DeleteFailed": "delete failed"}
_EXACT = 1e15  # past it a float has no digits to spare


def format_value(value: Any) -> str:
    """Write one value of a table.

    Parameters
    ----------
    value : object
        A string, number, boolean, or anything that pandas calls missing.

    Returns
    -------
    str
        Floats to six significant digits, integers (also as floats) in full, missing as ``–``.
    """
    if pd.isna(value):
        return MISSING
    if not pd.api.types.is_float(value):
        return str(value)
    number = float(value) + 0.0  # never -0
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    return f"{number:.0f}" if number.is_integer() and abs(number) < _EXACT else f"{number:.6g}"


def format_time(time: datetime | None) -> str:
    """Write a time as ``2026-01-31 12:05``; missing as ``–``."""
    return MISSING if pd.isna(time) or time is None else f"{time:%Y-%m-%d %H:%M}"


def format_interval(start: datetime | None, end: datetime | None) -> str:
    """Write start and end, without the end's day when it is the start's; empty for neither."""
    if start is None and end is None:
        return ""
    if start is not None and end is not None and start.date() == end.date():
        return f"{format_time(start)} – {end:%H:%M}"
    return f"{format_time(start)} – {format_time(end) if end else '…'}"


def format_seconds(seconds: float) -> str:
    """Write a duration in its two largest units: ``2 h 5 min``."""
    units = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    left = round(seconds)
    parts: list[str] = []
    for size, unit in units:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
    return " ".join(part for part in parts[:2] if part) or "0 s"


def format_status(status: Any) -> str:
    """Write a status in words: ``in progress``."""
    return "unknown" if pd.isna(status) else _WORDS.get(str(status), str(status).lower())


def format_counts(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Write how many there are of each status: ``48 completed``, ``2 failed``."""
    return tuple(f"{count:,} {format_status(name)}" for name, count in counts.items())


def plural(count: int, noun: str) -> str:
    """Write a count with its noun: ``1 trial``, ``1,200 trials``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def format_range(kind: str, low: float, high: float, values: Sequence[str]) -> str:
    """Write a range as ``1–20``, or a set as ``gini, entropy``."""
    if kind == "categorical":
        return ", ".join(values)
    return f"{format_value(low)}–{format_value(high)}"
