from datetime import datetime, timedelta, timezone

import pandas as pd

from amtviz.tidy.times import to_utc, to_utc_datetime


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
