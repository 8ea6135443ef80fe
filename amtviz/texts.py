"""Free text in tables: what tells it apart, and what no table can hold.

pandas 2 compares texts to their first NUL only where it looks for what is unique: there ``""`` and
``"\\0"`` are one category, one name, one group. Python's own sets know better. Half of a surrogate
pair, which JSON can hold, is nothing that UTF-8 can, nor pandas with pyarrow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_HALF = re.compile("[\ud800-\udfff]")


def has_halves(value: Any) -> bool:
    """Tell whether half of a surrogate pair stands anywhere in a value, as JSON has it."""
    if isinstance(value, str):
        return not value.isascii() and _HALF.search(value) is not None
    if isinstance(value, Mapping):
        return any(has_halves(key) or has_halves(each) for key, each in value.items())
    return isinstance(value, list | tuple) and any(map(has_halves, value))


def write_halves(value: Any) -> Any:
    """Return a value with ``\\ud800`` in six letters for half of a surrogate pair."""
    if isinstance(value, str):
        return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", value)
    if isinstance(value, Mapping):
        return {write_halves(key): write_halves(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(write_halves, value))
    return value


def list_distinct(values: pd.Series) -> list[Any]:
    """Return each value once, by first appearance, without missing ones."""
    return list(dict.fromkeys(values.dropna().tolist()))


def number_distinct(values: pd.Series) -> NDArray[np.int64]:
    """Return the place of each value in `list_distinct`, to group by; -1 where it is missing."""
    places = {value: place for place, value in enumerate(list_distinct(values))}
    return np.array([places.get(value, -1) for value in values.tolist()], dtype=np.int64)


def sum_by(values: pd.Series, texts: pd.Series) -> pd.Series:
    """Return the sum of the values that have each text, in the order of the texts."""
    sums = values.groupby(number_distinct(texts)).sum()
    return sums.set_axis(list_distinct(texts)).sort_index()
