import time
from datetime import datetime, timedelta, timezone

import pandas as pd

from amtviz.tidy import tidy_frame, tidy_tuning_data
from amtviz.tidy.times import from_local, to_utc, to_utc_datetime
from tests.tidy.raw_answers import START, raw_data, raw_job, summarize


def test_every_shape_of_time_becomes_utc_nanoseconds():
    noon = pd.Timestamp("2024-05-01T12:00", tz="UTC")
    east = timezone(timedelta(hours=5, minutes=30))
    times = to_utc(
        [
            datetime(2024, 5, 1, 12, tzinfo=timezone.utc),
            datetime(2024, 5, 1, 17, 30, tzinfo=east),
            datetime(2024, 5, 1, 12),
            "2024-05-01T12:00:00Z",
            "2024-05-01T12:00:00.000000+00:00",
            "2024-05-01T17:30:00+05:30",
        ]
    )
    assert times.tolist() == [noon] * 6
    assert str(times.dtype) == "datetime64[ns, UTC]"


def test_what_is_no_time_is_missing():
    values = [None, "soon", "", "9999-12-31T00:00:00Z", datetime(9999, 12, 31), pd.NaT]
    times = to_utc(values)
    assert times.isna().all()
    assert str(times.dtype) == str(to_utc([]).dtype) == "datetime64[ns, UTC]"
    assert to_utc_datetime("soon") is None


def test_one_time_is_a_plain_datetime():
    time = to_utc_datetime("2024-05-01T14:00:00.123456+02:00")
    assert type(time) is datetime
    assert time == datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=timezone.utc)


def test_an_end_before_its_start_is_unknown():
    times = [("10:00", "10:30"), ("11:00", "10:59"), ("12:00", None)]
    df = pd.DataFrame(times, columns=["TrainingStartTime", "TrainingEndTime"])
    df = "2024-10-27T" + df + "Z"
    df["x"], df["f1"] = 1.0, 0.5
    data = tidy_frame(df, objective="f1", direction="Maximize", hyperparameters=["x"])
    assert data.trials["TrainingEndTime"].isna().tolist() == [False, True, True]
    assert data.trials["TrainingElapsedTimeSeconds"].tolist()[0] == 1800
    assert data.trials["TrainingElapsedTimeSeconds"].isna().tolist() == [False, True, True]
    told = (
        "1 trial ends before the start, as when a clock is put back ('trial-0002'): the end is "
        "taken as unknown."
    )
    assert told in data.notices
    before = START - timedelta(hours=1)
    raw = raw_data(raw_job([summarize("t1"), summarize("t2", TrainingEndTime=before)]))
    data = tidy_tuning_data(raw)
    assert data.trials["TrainingEndTime"].isna().tolist() == [False, True]
    assert told.replace("trial-0002", "t2") in data.notices


def test_local_times_in_the_hour_that_comes_twice_are_unclear(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        autumn = [datetime(2024, 10, 27, hour, 30) for hour in (1, 2, 3)]
        spring = [datetime(2024, 3, 31, hour, 30) for hour in (1, 2, 3)]
        aware = datetime(2024, 10, 27, 2, 30, tzinfo=timezone.utc)
        times, unclear = from_local([*autumn, *spring, None, aware])
    finally:
        monkeypatch.undo()
        time.tzset()
    assert unclear == 2
    assert [None if pd.isna(t) else t.strftime("%m-%d %H:%M") for t in times] == [
        "10-26 23:30", None, "10-27 02:30", "03-31 00:30", None, "03-31 01:30", None, "10-27 02:30",
    ]  # fmt: skip
