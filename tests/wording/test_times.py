from datetime import datetime, timezone

import numpy as np
import pandas as pd
import pytest

from amtviz.wording.times import format_duration, format_interval, format_time, time_unit


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.00027, "0.27 ms"),
        (0.4, "400 ms"),
        (0.9996, "1 s"),
        (1.234, "1.23 s"),
        (12, "12 s"),
        (59.6, "59.6 s"),
        (59.96, "1 min"),
        (61, "1 min 1 s"),
        (119.7, "2 min"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (86_000, "23 h 53 min"),
        (86_399.6, "1 d"),
        (86_400 + 60, "1 d"),
        (90_000, "1 d 1 h"),
        (3 * 86_400 - 600, "3 d"),
        (1200 * 86_400, "1,200 d"),
        (-90, "-1 min 30 s"),
        (np.float64(30), "30 s"),
        (np.nan, "–"),
        (np.inf, "∞"),
    ],
)
def test_durations(seconds, text):
    assert format_duration(seconds) == text


def test_every_duration_is_near_what_is_written():
    """Read back, it is off by half a step of the smaller unit at most."""
    sizes = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
    rng = np.random.default_rng(1)
    for seconds in np.exp(rng.uniform(np.log(1e-4), np.log(1e8), 3000)):
        words = format_duration(seconds).replace(",", "").split()
        parts = list(zip(map(float, words[::2]), words[1::2], strict=True))
        assert len(parts) <= 2
        read = sum(count * sizes[unit] for count, unit in parts)
        step = {"ms": seconds / 100, "s": seconds / 100, "min": 1.0, "h": 60.0, "d": 3600.0}
        assert abs(read - seconds) <= step[parts[0][1]] / 2 + 0.05


def test_times():
    start = datetime(2026, 1, 31, 23, 5, 59, tzinfo=timezone.utc)
    later = start.replace(minute=50)
    assert format_time(start) == "2026-01-31 23:05"
    assert format_time(None) == "–"
    assert format_time(pd.NaT) == "–"
    assert format_interval(start, later) == "2026-01-31 23:05 – 23:50"
    assert format_interval(start, pd.Timestamp("2026-02-01 01:00", tz="UTC")) == (
        "2026-01-31 23:05 – 2026-02-01 01:00"
    )
    assert format_interval(start, None) == "2026-01-31 23:05 – …"
    assert format_interval(None, later) == "– – 2026-01-31 23:50"
    assert format_interval(None, None) == ""


@pytest.mark.parametrize(
    ("longest", "unit"),
    [
        (0, (1, "seconds")),
        (0.00027, (0.001, "milliseconds")),
        (180, (1, "seconds")),
        (181, (60, "minutes")),
        (3 * 3600 + 1, (3600, "hours")),
        (np.inf, (3600, "hours")),
        (np.nan, (1, "seconds")),
    ],
)
def test_units_of_axes(longest, unit):
    assert time_unit(longest) == unit
