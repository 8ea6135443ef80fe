"""Values and ranges of hyperparameters and metrics, as tables and sentences show them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from amtviz.wording.numbers import MISSING, format_number


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
    """Write a range as ``1–20``, or a set as ``gini, entropy``."""
    if kind == "categorical":
        return ", ".join(values)
    return f"{format_number(low)}–{format_number(high)}"


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
    digits = 6 if scaling == "ReverseLogarithmic" else 3
    return f"{format_number(low, digits)}–{format_number(high, digits)}"
