"""Values and ranges of hyperparameters and metrics, as tables and sentences show them."""

from __future__ import annotations

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
