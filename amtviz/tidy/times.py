"""Times as AWS gives them to UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

_DTYPE = pd.DatetimeTZDtype("ns", "UTC")
_FIRST = pd.Timestamp.min.tz_localize("UTC")
_LAST = pd.Timestamp.max.tz_localize("UTC")


def to_utc(values: Sequence[object]) -> pd.Series:
    """Turn datetimes (of any timezone; naive is UTC) and ISO 8601 texts into UTC times.

    Parameters
    ----------
    values : sequence of datetime, str or None
        Both at once is fine.

    Returns
    -------
    pandas.Series of datetime64[ns, UTC]
        NaT for what is missing, isn't a time, or is outside the years 1678 to 2261.
    """
    objects = pd.Series(list(values), dtype=object)
    times = pd.to_datetime(objects, utc=True, format="ISO8601", errors="coerce")
    # pandas 3 counts microseconds here: nanoseconds reach less far
    return times.where((times > _FIRST) & (times < _LAST)).astype(_DTYPE)


def to_utc_datetime(value: object) -> datetime | None:
    """Turn one datetime or ISO 8601 text into a UTC datetime; None for what is missing."""
    time = to_utc([value]).iloc[0]
    return None if pd.isna(time) else time.to_pydatetime(warn=False)
