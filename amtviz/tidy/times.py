"""Times as AWS gives them to UTC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timezone

import pandas as pd

from amtviz.errors import join_choices

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


def drop_early_ends(
    start: pd.Series, end: pd.Series, names: Sequence[object]
) -> tuple[pd.Series, list[str]]:
    """Take ends before their own starts for unknown: clocks went back, or were set.

    Parameters
    ----------
    start, end : pandas.Series of datetime64[ns, UTC]
    names : sequence of object
        The trials, for the notice.

    Returns
    -------
    end : pandas.Series
    notices : list of str
        One sentence, or none.
    """
    early = (end < start).tolist()
    if not any(early):
        return end, []
    told = [str(name) for name, is_early in zip(names, early, strict=True) if is_early]
    return end.mask(early), [
        f"{len(told)} {'trial ends' if len(told) == 1 else 'trials end'} before the start, as when "
        f"a clock is put back ({join_choices(told, limit=3)}): the end is taken as unknown."
    ]


def from_local(values: Iterable[object]) -> tuple[pd.Series, int]:
    """Turn this machine's own times, which have no zone, into UTC.

    Parameters
    ----------
    values : iterable of datetime or None
        Those with a zone keep it.

    Returns
    -------
    times : pandas.Series of datetime64[ns, UTC]
    unclear : int
        How many fall into an hour that the clocks go through twice, or leave out: they are NaT,
        for which of two instants is meant isn't known.
    """
    moments: list[datetime | None] = []
    unclear = 0
    for value in values:
        if not isinstance(value, datetime):
            moments.append(None)
            continue
        first, second = (value.replace(fold=fold).astimezone(timezone.utc) for fold in (0, 1))
        is_unclear = value.tzinfo is None and first != second
        unclear += is_unclear
        moments.append(None if is_unclear else value.astimezone(timezone.utc))
    return to_utc(moments), unclear
