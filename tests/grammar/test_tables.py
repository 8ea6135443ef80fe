"""The rows that a page embeds, against the trials they were made of."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amtviz import Hyperparameter, TuningData
from amtviz.grammar.tables import build_tables, to_rows

START = pd.Timestamp("2026-03-01 12:00", tz="UTC")


def minutes(values: list[float | None]) -> pd.Series:
    times = [pd.NaT if v is None else START + pd.Timedelta(minutes=v) for v in values]
    return pd.Series(times, dtype="datetime64[ns, UTC]")


def make(direction: str = "Minimize", hyperparameters: list | None = None, **columns) -> TuningData:
    return TuningData.from_frame(
        pd.DataFrame(columns),
        objective="loss",
        direction=direction,
        hyperparameters=hyperparameters,
    )


# --- rows


def test_rows_are_strict_json() -> None:
    frame = pd.DataFrame(
        {
            "f": [1.5, math.nan, math.inf, -math.inf],
            "g": pd.Series([1.5, pd.NA, 2.0, None], dtype="Float64"),
            "i": pd.Series([1, pd.NA, 3, -4], dtype="Int64"),
            "n": np.array([1, 2, 3, 4], dtype="int32"),
            "s": pd.Series(["a", pd.NA, "</script>", "\u2028"], dtype="string"),
            "o": ["x", None, math.nan, 7],
            "b": pd.Series([True, pd.NA, False, True], dtype="boolean"),
            "z": [True, False, True, False],
        }
    )
    rows = to_rows(frame)
    assert json.loads(json.dumps(rows, allow_nan=False)) == [
        {"f": 1.5, "g": 1.5, "i": 1, "n": 1, "s": "a", "o": "x", "b": True, "z": True},
        {"f": None, "g": None, "i": None, "n": 2, "s": None, "o": None, "b": None, "z": False},
        {"f": None, "g": 2, "i": 3, "n": 3, "s": "</script>", "o": None, "b": False, "z": True},
        {"f": None, "g": None, "i": -4, "n": 4, "s": "\u2028", "o": 7, "b": True, "z": False},
    ]
    assert {type(value) for row in rows for value in row.values()} <= {
        *(int, float, str, bool, type(None)),
    }


def test_no_rows() -> None:
    assert to_rows(pd.DataFrame({"f": pd.Series(dtype="float64")})) == []
    assert to_rows(pd.DataFrame()) == []


def test_whole_numbers_stay_whole() -> None:
    values = [0.0, -3.0, 1_767_268_800_123.0, 2.0**49, 1e300]
    row = [r["f"] for r in to_rows(pd.DataFrame({"f": values}))]
    assert row == values
    assert [type(v) for v in row] == [int, int, int, int, float]


@settings(max_examples=100, deadline=None)
@given(
    offset=st.sampled_from([0.0, 1.0, 1e6, -1e9, 1.7e12]),
    spread=st.sampled_from([1e-3, 1.0, 1e3, 1e9]),
    shares=st.lists(st.floats(-1, 1), min_size=2, max_size=10),
)
def test_no_digit_that_a_screen_shows_is_lost(
    offset: float, spread: float, shares: list[float]
) -> None:
    """Also where the values are large and differ by little."""
    values = np.array([offset + spread * share for share in [-1.0, 1.0, *shares]])
    found = np.array([row["f"] for row in to_rows(pd.DataFrame({"f": values}))])
    assert np.abs(found - values).max() <= 2e-6 * (values.max() - values.min())


# --- times


def test_times_are_milliseconds_utc() -> None:
    start = pd.Series(
        pd.to_datetime(["2026-03-01T12:00:00.123456Z", "2026-03-01T17:30:30.9+05:30"], utc=True)
    ).dt.tz_convert("Asia/Kolkata")
    end = start + pd.Timedelta(seconds=25)
    frame, axes = build_tables(make(loss=[1.0, 2.0], TrainingStartTime=start, TrainingEndTime=end))
    expected = [
        datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone.utc).timestamp() * 1000,
        datetime(2026, 3, 1, 12, 0, 30, 900000, tzinfo=timezone.utc).timestamp() * 1000,
    ]
    rows = to_rows(frame)
    assert [row["t"] for row in rows] == pytest.approx(expected, abs=1)
    assert [row["c"] for row in rows] == pytest.approx(expected, abs=1)
    assert all(isinstance(row["t"], int) for row in rows)
    assert axes["t"].kind == "time"
    assert "o" not in axes


def test_trials_stand_in_the_order_of_their_start() -> None:
    data = make(
        loss=[1.0, 2.0, 3.0, 4.0],
        TrainingJobName=["a", "b", "c", "d"],
        TrainingStartTime=minutes([3, None, 1, 1]),
        CreationTime=minutes([0, 2, 0, 0]),
        TrainingEndTime=minutes([4, None, 4, 4]),
    )
    frame, _ = build_tables(data)
    assert frame["a"].tolist() == ["c", "d", "b", "a"]  # b by its creation
    assert frame["i"].tolist() == [0, 1, 2, 3]
    assert frame["y"].tolist() == [3.0, 4.0, 2.0, 1.0]
    assert frame["t"].tolist() == [START.timestamp() * 1000 + m * 60_000 for m in (1, 1, 2, 3)]
    assert frame["c"].isna().tolist() == [False, False, True, False]


@pytest.mark.parametrize(
    ("starts", "ends", "by_time"),
    [
        ([0, 10, 20], [9, 19, 29], True),
        ([0, 10, 75], [9, 65, 100], True),  # 10 of 100 minutes idle
        ([0, 10, 60], [9, 19, 100], False),  # 41 of 100
        ([0, 10, 54], [9, 19, 100], True),  # 35 of 100
        ([0, 10, 54.2], [9, 19, 100], False),
        ([0, 1, 60], [100, 2, 70], True),  # the first one ran all the time
        ([0, 10, 20], [9, None, 29], True),
        ([0, 0, 0], [None, None, None], True),
        ([0, None, 20], [9, 19, 29], False),
        ([None, None, None], [None, None, None], False),
    ],
)
def test_long_idle_gaps_and_unknown_times_give_the_order(
    starts: list, ends: list, by_time: bool
) -> None:
    data = make(
        loss=[1.0, 2.0, 3.0], TrainingStartTime=minutes(starts), TrainingEndTime=minutes(ends)
    )
    frame, axes = build_tables(data)
    assert ("t" in axes, "t" in frame) == (by_time, by_time)
    assert ("o" in axes, "o" in frame) == (not by_time, not by_time)
    if not by_time:
        assert frame["o"].tolist() == [1, 2, 3]
        assert axes["o"].title == "trial, in order of start"
        assert axes["o"].domain == (0.5, 3.5)


# --- objective and rank


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
@settings(max_examples=50, deadline=None)
@given(
    scores=st.lists(
        st.sampled_from([0.0, 1.0, -1.0, 2.5, 3.0, math.nan, math.inf, -math.inf]), max_size=12
    )
)
def test_ranks_are_pandas_own(direction: str, scores: list[float]) -> None:
    frame, axes = build_tables(make(direction, loss=pd.Series(scores, dtype="float64")))
    finite = pd.Series([s for s in scores if math.isfinite(s)], dtype="float64")
    ranked = finite.rank(method="first", ascending=direction == "Minimize")
    found = frame.loc[frame["y"].notna()]
    assert found["y"].tolist() == finite.tolist()
    assert found["k"].tolist() == ranked.tolist()
    assert frame.loc[frame["y"].isna(), "k"].isna().all()
    assert len(frame) == len(scores)
    assert axes["k"].domain[1] >= len(finite)


# --- hyperparameters


def test_integers_past_2_to_the_53_keep_their_digits_in_words() -> None:
    seeds = [2**53 + 1, 2**62 + 1, -(2**60) - 1, pd.NA]
    data = make(loss=[1.0, 2.0, 3.0, 4.0], seed=pd.Series(seeds, dtype="Int64"), small=[1, 2, 3, 4])
    rows = to_rows(build_tables(data)[0])
    assert [row["p0s"] for row in rows] == [str(2**53 + 1), str(2**62 + 1), str(-(2**60) - 1), None]
    places = [row["p0"] for row in rows[:3]]
    assert places == pytest.approx([float(seed) for seed in seeds[:3]], rel=1e-8)
    assert rows[3]["p0"] is None
    assert "p1s" not in rows[0]
    assert "p0s" not in build_tables(make(loss=[1.0], seed=[2**53]))[0]
    assert build_tables(make(loss=[1.0], seed=[-(2**53) - 1]))[0]["p0s"].tolist() == [
        str(-(2**53) - 1)
    ]


def test_reverse_logarithmic_values_stand_beside_their_places() -> None:
    h = Hyperparameter("momentum", "continuous", 0.5, 0.999, scaling="ReverseLogarithmic")
    data = make(loss=[1.0, 2.0], momentum=[0.9, 0.99], hyperparameters=[h])
    rows = to_rows(build_tables(data)[0])
    assert [row["p0"] for row in rows] == pytest.approx([1, 2])
    assert [row["p0s"] for row in rows] == ["0.9", "0.99"]


def test_categories_are_numbered_in_natural_order() -> None:
    h = Hyperparameter("kind", "categorical", values=("x", "10", "2"))
    data = make(loss=[1.0, 2.0, 3.0], kind=["x", None, "10"], hyperparameters=[h])
    frame, axes = build_tables(data)
    assert axes["p0"].labels == ("2", "10", "x")
    assert [row["p0"] for row in to_rows(frame)] == [2, None, 1]


def test_names_in_the_data_are_no_columns_of_the_rows() -> None:
    data = make(
        loss=[1.0, 2.0],
        y=[1.0, 2.0],
        k=["a", "b"],
        i=[3, 4],
        **{"a:b": [1, 2], "__proto__": [1, 2]},
    )
    frame, axes = build_tables(data)
    assert frame["y"].tolist() == [1.0, 2.0]
    assert [axes[f"p{n}"].title for n in range(5)] == ["y", "k", "i", "a:b", "__proto__"]
    assert set(frame.columns) >= {*"ijayksmxcef", "p0", "p1", "p2", "p3", "p4"}


# --- tuning jobs, statuses and the rest


def test_every_kind_of_data_survives_strict_json() -> None:
    data = make(
        loss=[1.0, math.inf, math.nan],
        n=pd.Series([1, None, 2**60], dtype="Int64"),
        c=["</script>", None, "é"],
        FailureReason=[None, 'it\'s "bad"\n', None],
        TrainingStartTime=minutes([None, 1, 2]),
    )
    rows = to_rows(build_tables(data)[0])
    again = json.loads(json.dumps(rows, allow_nan=False))
    assert again == rows
    # the trial that never started comes last
    assert [row["f"] for row in rows] == ['it\'s "bad"\n', None, None]
    assert [row["y"] for row in rows] == [None, None, 1]


def test_jobs_are_numbered_in_their_order_and_shapes_tell_statuses() -> None:
    data = make(
        loss=[1.0] * 6,
        TuningJobName=["tune-b", "tune-a", "tune-b", "tune-a", "tune-a", "tune-b"],
        TrainingJobStatus=["Completed", "Failed", "Stopped", "InProgress", "Odd", "Deleting"],
    )
    frame, axes = build_tables(data)
    assert data.job_names == ["tune-b", "tune-a"]
    assert frame["j"].tolist() == [0, 1, 0, 1, 1, 0]
    assert frame["m"].tolist() == [
        *["circle", "triangle-down", "cross", "triangle-right", "circle", "triangle-left"]
    ]
    assert axes["j"].labels == ("b", "a")
    assert axes["j"].title == "tuning job (tune-…)"
    assert axes["s"].labels == (
        *("Completed", "Deleting", "Failed", "InProgress", "Odd", "Stopped"),
    )


def test_points_of_a_strip_spread_evenly_and_stay_within_it() -> None:
    frame, _ = build_tables(make(loss=np.arange(500.0)))
    assert frame["x"].abs().max() <= 0.3
    counts = np.histogram(frame["x"], bins=10, range=(-0.3, 0.3))[0]
    assert counts.min() >= 45
    again, _ = build_tables(make(loss=np.arange(500.0)))
    assert frame["x"].tolist() == again["x"].tolist()
