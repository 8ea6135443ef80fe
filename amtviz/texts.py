"""Free text as keys: pandas 2 compares it to its first NUL only where it looks for what is unique.

There ``""`` and ``"\\0"`` are one category, one name, one group. Python's own sets know better.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


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
