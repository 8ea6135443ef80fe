import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amtviz.analysis import compute_best_so_far, rank_trials
from amtviz.model import Objective
from amtviz.tidy import tidy_frame

START = pd.Timestamp("2024-01-01", tz="UTC")
DIRECTIONS = pytest.mark.parametrize("direction", ["Maximize", "Minimize"])


def make_trials(rows):
    """Rows of (job, value, start minute or None, creation minute or None)."""
    df = pd.DataFrame(
        {
            "TuningJobName": [job for job, *_ in rows],
            "y": pd.Series([value for _, value, *_ in rows], dtype="float64"),
            "TrainingStartTime": _times([start for _, _, start, _ in rows]),
            "CreationTime": _times([created for *_, created in rows]),
        }
    )
    return tidy_frame(df, objective="y", direction="Maximize").trials


def _times(minutes):
    times = [pd.NaT if m is None else START + pd.Timedelta(minutes=m) for m in minutes]
    return pd.Series(times, dtype="datetime64[ns, UTC]")


def follow_naively(trials, direction):
    """Give (job, trial, best) of each trial that improves, and of the last scored one."""
    found = []
    for job in dict.fromkeys(trials["TuningJobName"]):
        rows = trials[trials["TuningJobName"] == job]
        order = []
        for position, row in enumerate(rows.itertuples()):
            time = row.TrainingStartTime
            time = row.CreationTime if pd.isna(time) else time
            if math.isfinite(row.y):
                order.append((pd.isna(time), 0 if pd.isna(time) else time.value, position, row))
        best = None
        order.sort(key=lambda entry: entry[:3])
        for *_, row in order:
            better = best is None or (row.y > best if direction == "Maximize" else row.y < best)
            best = row.y if better else best
            if better or row is order[-1][-1]:
                found.append((job, row.TrainingJobName, best))
    return found


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from([-2.0, -1.0, 0.0, 0.5, 3.0, math.nan, math.inf, -math.inf]),
        st.none() | st.integers(0, 5),
        st.none() | st.integers(0, 5),
    ),
    max_size=12,
)


@DIRECTIONS
@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_it_agrees_with_a_plain_loop(direction, rows):
    trials = make_trials(rows)
    lines = compute_best_so_far(trials, Objective("y", direction))
    found = list(
        zip(lines["TuningJobName"], lines["TrainingJobName"], lines["BestSoFar"], strict=True)
    )
    assert found == follow_naively(trials, direction)
    assert list(lines.columns) == ["TuningJobName", "TrainingJobName", "Time", "BestSoFar"]
    assert str(lines["Time"].dtype) == "datetime64[ns, UTC]"
    assert trials.loc[lines.index, "TrainingJobName"].tolist() == lines["TrainingJobName"].tolist()


@DIRECTIONS
@given(rows=ROWS)
@settings(max_examples=40, deadline=None)
def test_ranks_agree_with_sorting(direction, rows):
    trials = make_trials(rows)
    ranks = rank_trials(trials, Objective("y", direction))
    assert str(ranks.dtype) == "Int64"
    sign = -1 if direction == "Maximize" else 1
    finite = [i for i in trials.index if np.isfinite(trials["y"][i])]
    expected = sorted(finite, key=lambda i: (sign * trials["y"][i], i))
    assert ranks.dropna().sort_values().index.tolist() == expected
    assert ranks.dropna().sort_values().tolist() == list(range(1, len(finite) + 1))
    assert ranks.isna().sum() == len(trials) - len(finite)


def test_another_grouping():
    trials = make_trials([("a", 1.0, 0, 0), ("b", 2.0, 1, 1), ("a", 1.5, 2, 2)])
    lines = compute_best_so_far(
        trials.assign(everything="all"), Objective("y", "Maximize"), by="everything"
    )
    assert lines["BestSoFar"].tolist() == [1.0, 2.0, 2.0]
    assert lines.columns[0] == "everything"
