import numpy as np
import pandas as pd

from amtviz.model import RawSeries
from amtviz.schema import METRIC_COLUMNS
from amtviz.tidy.series import tidy_series
from tests.tidy.raw_answers import raw_job, series_of


def test_elapsed_counts_from_the_first_point_of_the_training_job():
    jobs = [
        raw_job(
            series=[
                series_of("t1", "loss", [120, 180], [2.0, 1.0]),
                series_of("t1", "CPUUtilization", [60, 120], [50.0, 60.0], host="t1/algo-1"),
                series_of("t2", "loss", [600], [3.0]),
                series_of("t3", "loss", [], []),
            ]
        ),
        raw_job(series=[series_of("t1", "loss", [120, 180], [2.0, 1.0])]),
    ]
    frame = tidy_series(jobs)
    assert {n: str(d) for n, d in frame.dtypes.items()} == {
        n: c.dtype for n, c in METRIC_COLUMNS.items()
    }
    assert list(frame["ElapsedSeconds"]) == [60, 120, 0, 60, 0]
    assert list(frame["Host"]) == ["", "", "t1/algo-1", "t1/algo-1", ""]
    assert list(frame["Value"]) == [2.0, 1.0, 50.0, 60.0, 3.0]
    assert frame["Timestamp"][0] == pd.Timestamp("2024-05-01T12:02:00Z")


def test_many_points_agree_with_plain_pandas():
    rng = np.random.default_rng(0)
    series = [
        RawSeries(
            f"t{n % 40}",
            "",
            f"m{n}",
            60,
            np.sort(rng.integers(0, 10**9, 500)),
            rng.normal(size=500),
        )
        for n in range(200)
    ]
    frame = tidy_series([raw_job(series=series)])
    assert len(frame) == 100_000
    firsts = frame.groupby("TrainingJobName")["Timestamp"].transform("min")
    expected = (frame["Timestamp"] - firsts).dt.total_seconds()
    pd.testing.assert_series_equal(frame["ElapsedSeconds"], expected, check_names=False)
