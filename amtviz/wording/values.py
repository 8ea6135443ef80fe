"""Values and ranges of hyperparameters and metrics, as tables and sentences show them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from amtviz.wording.numbers import MISSING, format_number

_NO_NUMBERS = (MISSING, "∞", "-∞")


def format_value(value: Any) -> str:
    """Write one value of a table.

    Parameters
    ----------
    value : object
        A string, number, boolean, or anything that pandas calls missing.

    Returns
    -------
    str
        Floats as `format_number` writes them, integers in full, missing as ``–``.
    """
    if pd.isna(value):
        return MISSING
    return format_number(value) if pd.api.types.is_float(value) else str(value)


def format_range(kind: str, low: float, high: float, values: Sequence[str]) -> str:
    """Write a range as `format_ends` does, or a set as ``gini, entropy``."""
    if kind == "categorical":
        return ", ".join(values)
    return format_ends(low, high)


def name_category(text: str) -> str:
    """Write a category so that it is no number of the sentence: ``'2'``, but ``gini``."""
    try:
        float(text)
    except ValueError:
        return text
    return repr(text)


def format_interval(low: float, high: float, scaling: str) -> str:
    """Write a range for a sentence, to three digits; near 1, to six.

    Parameters
    ----------
    low, high : float
    scaling : str
        On a logarithmic scale the digits of each end count, else those of the range's width: what
        begins at 6e-10 and ends at 0.0375 begins at 0.

    Returns
    -------
    str
        ``0–0.0375``
    """
    width = high - low
    if scaling not in ("Logarithmic", "ReverseLogarithmic") and 0 < width < math.inf:
        digits = 2 - math.floor(math.log10(width))
        low, high = round(low, digits), round(high, digits)
    return format_ends(low, high, 6 if scaling == "ReverseLogarithmic" else 3)


def format_ends(low: float, high: float, digits: int = 6) -> str:
    """Write a range of numbers.

    Parameters
    ----------
    low, high : float
    digits : int
        Significant digits of a fraction, or more where the range is narrow.

    Returns
    -------
    str
        ``25–30``; ``-0.831 to -0.000151`` where a dash could be taken for a sign or an exponent
        stands; one number where both ends are the same.
    """
    ends = [_write_end(end, high - low, digits) for end in (low, high)]
    link = " to " if any("-" in end for end in ends) else "–"
    return link.join(dict.fromkeys(ends))


def _write_end(end: float, width: float, digits: int) -> str:
    """Write an end to a hundredth of the range's width, or to so many digits if that is more."""
    for count in range(digits, 17):
        text = format_number(end, count)
        if text in _NO_NUMBERS or abs(float(text) - end) <= 0.01 * width:
            break
    return text
