from datetime import datetime, timezone

import numpy as np
import pandas as pd
import pytest

from amtviz.report.words import (
    format_counts,
    format_interval,
    format_seconds,
    format_status,
    format_time,
    format_value,
    plural,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456789, "0.123457"),
        (1e-5, "1e-05"),
        (3.0, "3"),
        (np.float64(-0.5), "-0.5"),
        (123456789.0, "123456789"),
        (1.5e300, "1.5e+300"),
        (2**53 + 1, "9007199254740993"),
        (np.int64(7), "7"),
        ("gini", "gini"),
        ("", ""),
        (True, "True"),
        (None, "–"),
        (float("nan"), "–"),
        (pd.NA, "–"),
        (pd.NaT, "–"),
        (float("inf"), "∞"),
        (-np.inf, "-∞"),
    ],
)
def test_values(value, text):
    assert format_value(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (7500, "2 h 5 min"),
        (7200, "2 h"),
        (86_400 + 60, "1 d"),
        (90_000, "1 d 1 h"),
    ],
)
def test_durations(seconds, text):
    assert format_seconds(seconds) == text


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


def test_statuses_and_counts():
    assert format_status("InProgress") == "in progress"
    assert format_status("Completed") == "completed"
    assert format_status("SomethingNew") == "somethingnew"
    assert format_status(pd.NA) == "unknown"
    assert format_counts({"Completed": 1200, "InProgress": 2}) == (
        "1,200 completed",
        "2 in progress",
    )
    assert plural(1, "trial") == "1 trial"
    assert plural(0, "trial") == "0 trials"
