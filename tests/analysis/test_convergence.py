import math

import numpy as np
import pandas as pd
import pytest

from amtviz.analysis.convergence import compute_billed_seconds, compute_convergence
from amtviz.model import Objective
from amtviz.tidy import tidy_frame
from tests.analysis.searches import START, make_search


def random_trials(seed, n=30):
    rng = np.random.default_rng(seed)
    start = START + pd.to_timedelta(rng.integers(0, 900, n), "s")
    scores = rng.choice([0.0, 1.0, 2.0, 3.0, math.nan, math.inf], n)
    df = pd.DataFrame(
        {
            "TuningJobName": rng.choice(["a", "b"], n),
            "TrainingJobName": [f"t{i}" for i in range(n)],
            "TrainingJobStatus": rng.choice(["Completed", "Failed", "InProgress"], n),
            "y": scores,
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.to_timedelta(rng.integers(1, 500, n), "s"),
            "BillableTimeInSeconds": rng.integers(1, 50, n),
            "InstanceCount": rng.integers(1, 4, n),
        }
    )
    return tidy_frame(df, objective="y", direction="Maximize").trials


def follow_naively(trials, sign):
    """Give one tuple per finished trial, by a plain loop."""
    found = []
    for job in dict.fromkeys(trials["TuningJobName"]):
        own = [row for row in trials.itertuples() if row.TuningJobName == job]
        begun = min(row.TrainingStartTime for row in own)
        best, billed = None, 0.0
        running = [
            row.TrainingJobStatus == "InProgress" and not math.isfinite(row.y) for row in own
        ]
        done = [row for row, still in zip(own, running, strict=True) if not still]
        done.sort(key=lambda row: (row.TrainingEndTime, row.Index))
        for count, row in enumerate(done, 1):
            billed += row.BillableTimeInSeconds * row.InstanceCount
            improved = math.isfinite(row.y) and (best is None or sign * row.y > sign * best)
            best = row.y if improved else best
            wall = (row.TrainingEndTime - begun).total_seconds()
            found.append((row.TrainingJobName, count, best, improved, wall, billed))
    return found


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_a_plain_loop(direction, seed):
    trials, objective = random_trials(seed), Objective("y", direction)
    lines = compute_convergence(trials, objective)
    columns = ["TrainingJobName", "Trial", "BestSoFar", "Improved", "WallSeconds", "BilledSeconds"]
    found = lines[columns].astype(object).where(lines[columns].notna(), None)
    assert [*found.itertuples(index=False, name=None)] == follow_naively(trials, objective.sign)
    assert trials.loc[lines.index, "TrainingJobName"].tolist() == lines["TrainingJobName"].tolist()
    assert set(lines["BilledFrom"]) == {"billed"}


def test_a_failed_trial_counts_and_costs():
    trials = make_search([math.nan, 1.0, math.nan, 2.0], InstanceCount=3)
    lines = compute_convergence(trials, Objective("y", "Maximize"))
    assert lines["Trial"].tolist() == [1, 2, 3, 4]
    assert lines["BestSoFar"].tolist()[1:] == [1.0, 1.0, 2.0]
    assert math.isnan(lines["BestSoFar"].iloc[0])
    assert lines["Improved"].tolist() == [False, True, False, True]
    assert lines["BilledSeconds"].tolist() == [180, 360, 540, 720]
    assert lines["WallSeconds"].tolist() == [60, 120, 180, 240]


def test_time_counts_from_the_creation_of_the_first_training_job():
    created = START - pd.Timedelta(seconds=90)
    lines = compute_convergence(
        make_search([1, 2], CreationTime=created), Objective("y", "Maximize")
    )
    assert lines["WallSeconds"].tolist() == [150, 210]


def test_without_times_the_rows_order_counts_and_time_is_missing():
    df = pd.DataFrame({"y": [1.0, 3.0, 2.0]})
    trials = tidy_frame(df, objective="y", direction="Maximize").trials
    lines = compute_convergence(trials, Objective("y", "Maximize"))
    assert lines["BestSoFar"].tolist() == [1, 3, 3]
    assert lines["WallSeconds"].isna().all()
    assert lines["BilledSeconds"].tolist() == [0, 0, 0]
    assert lines["BilledFrom"].tolist() == ["unknown"] * 3


def test_where_the_billed_seconds_come_from():
    trials = make_search(
        [1.0] * 5,
        BillableTimeInSeconds=[40, math.nan, math.nan, 40, math.nan],
        EnableManagedSpotTraining=[True, False, True, False, None],
        InstanceCount=pd.Series([2, 2, 2, None, 1], dtype="Int64"),
    )
    billed = compute_billed_seconds(trials)
    assert billed["BilledFrom"].tolist() == ["billed", "elapsed", "unknown", "unknown", "elapsed"]
    expected = [80, 120, math.nan, math.nan, 60]
    assert np.array_equal(billed["BilledSeconds"], expected, equal_nan=True)


@pytest.mark.parametrize("name", ["group", "end", "order"])
def test_an_objective_may_have_any_name(name):
    df = pd.DataFrame(
        {name: [2.0, 1.0], "end": [0.5, 0.6]} if name != "end" else {name: [2.0, 1.0]}
    )
    trials = tidy_frame(df, objective=name, direction="Minimize").trials
    lines = compute_convergence(trials, Objective(name, "Minimize"))
    assert lines["BestSoFar"].tolist() == [2.0, 1.0]


def test_no_trial():
    trials = make_search([1.0]).iloc[:0]
    lines = compute_convergence(trials, Objective("y", "Maximize"))
    assert len(lines) == 0
    assert str(lines["BestSoFar"].dtype) == "float64"
