"""Cost, parallel slots and waiting, worked out by hand and by plain loops."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Objective, TuningData, TuningJob
from amtviz.analysis.cost import classify_outcomes, compute_cost, compute_spot_saving
from amtviz.analysis.slots import assign_slots, compute_slot_use, compute_waiting, count_running

LOSS = Objective("loss", "Minimize")
T0 = pd.Timestamp("2026-03-01 12:00", tz="UTC")


def trials_of(rows: list[dict]) -> pd.DataFrame:
    """Trials from times in seconds; ``job``, ``start``, ``end``, ``created`` and AWS's columns."""
    frame = pd.DataFrame([{"loss": 1.0} | row for row in rows])
    for short, name in (
        ("created", "CreationTime"),
        ("start", "TrainingStartTime"),
        ("end", "TrainingEndTime"),
    ):
        if short in frame:
            frame[name] = T0 + pd.to_timedelta(frame.pop(short), "s")
    frame["TuningJobName"] = frame.pop("job") if "job" in frame else "job"
    frame["x"] = np.arange(len(frame)) / 7
    return TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=["x"]
    ).trials


BILLS = [
    {"job": "a", "InstanceType": "ml.m5.large", "InstanceCount": 1, "BillableTimeInSeconds": 3600},
    {"job": "a", "InstanceType": "ml.m5.large", "InstanceCount": 2, "BillableTimeInSeconds": 1800},
    {"job": "a", "InstanceType": "ml.p3", "InstanceCount": 1, "BillableTimeInSeconds": 900},
    {
        "job": "b",
        "InstanceType": "ml.m5.large",
        "InstanceCount": 1,
        "BillableTimeInSeconds": 360,
        "TrainingJobStatus": "Failed",
        "loss": np.nan,
    },
    {"job": "b", "InstanceType": "ml.m5.large", "InstanceCount": 1},  # no bill, no times
]


def test_seconds_and_dollars_by_hand():
    table = compute_cost(trials_of(BILLS), LOSS, {"ml.m5.large": 0.5})
    rows = {
        (r.TuningJobName, r.InstanceType, r.Outcome): (r.Trials, r.Unknown, r.BilledSeconds)
        for r in table.itertuples()
    }
    assert rows == {
        ("a", "ml.m5.large", "completed"): (2, 0, 7200.0),
        ("a", "ml.p3", "completed"): (1, 0, 900.0),
        ("b", "ml.m5.large", "failed"): (1, 0, 360.0),
        ("b", "ml.m5.large", "completed"): (1, 1, 0.0),
    }
    dollars = table.set_index(["TuningJobName", "InstanceType", "Outcome"])["Dollars"]
    assert dollars["a", "ml.m5.large", "completed"] == pytest.approx(1.0)
    assert dollars["b", "ml.m5.large", "failed"] == pytest.approx(0.05)
    assert np.isnan(dollars["a", "ml.p3", "completed"])


def test_without_prices_nothing_is_in_dollars():
    assert compute_cost(trials_of(BILLS), LOSS)["Dollars"].isna().all()


def test_an_empty_table_has_the_same_columns():
    every = trials_of(BILLS)
    empty = compute_cost(every.iloc[:0], LOSS)
    assert list(empty.columns) == list(compute_cost(every, LOSS).columns)
    assert len(empty) == 0


@pytest.mark.parametrize(
    ("status", "loss", "outcome"),
    [
        ("Completed", 1.0, "completed"),
        ("Completed", np.nan, "no value"),
        ("Stopped", 1.0, "stopped early"),
        ("Stopped", np.nan, "no value"),
        ("Failed", np.nan, "failed"),
        ("Failed", 1.0, "failed"),
        ("InProgress", np.nan, "running"),
        ("Stopping", 1.0, "running"),
        ("Deleting", 1.0, "completed"),
        ("Completed", np.inf, "no value"),
    ],
)
def test_outcomes(status, loss, outcome):
    trials = trials_of([{"TrainingJobStatus": status, "loss": loss}])
    assert classify_outcomes(trials, LOSS).tolist() == [outcome]


def test_what_still_runs_is_counted_up_to_now_unless_it_is_on_spot():
    running = {"TrainingJobStatus": "InProgress", "loss": np.nan, "end": np.nan}
    trials = trials_of(
        [
            {"start": 0, "end": 60, "InstanceCount": 1, "EnableManagedSpotTraining": False},
            running | {"start": 100, "InstanceCount": 3, "EnableManagedSpotTraining": False},
            running | {"start": 100, "InstanceCount": 3, "EnableManagedSpotTraining": True},
            running | {"start": np.nan, "InstanceCount": 1, "EnableManagedSpotTraining": False},
        ]
    )
    at = (T0 + pd.Timedelta(seconds=150)).to_pydatetime()
    table = compute_cost(trials, LOSS, at=at).set_index("Outcome")
    counts = ["Trials", "Elapsed", "Unknown", "BilledSeconds"]
    assert table.loc["completed", counts].tolist() == [1, 1, 0, 60.0]
    assert table.loc["running", counts].tolist() == [3, 1, 2, 150.0]
    assert compute_cost(trials, LOSS).set_index("Outcome").loc["running", "Unknown"] == 3


def test_what_spot_saved():
    spot = {"EnableManagedSpotTraining": True, "start": 0, "end": 1000, "InstanceCount": 2}
    trials = trials_of(
        [
            spot | {"BillableTimeInSeconds": 250},
            spot,  # its bill isn't known
            {"EnableManagedSpotTraining": False, "start": 0, "end": 10, "InstanceCount": 1},
        ]
    )
    table = compute_spot_saving(trials)
    assert len(table) == 2
    assert table["SavedShare"].iloc[0] == pytest.approx(0.75)
    assert table[["ElapsedSeconds", "BilledSeconds"]].iloc[0].tolist() == [2000.0, 500.0]
    assert np.isnan(table["SavedShare"].iloc[1])


# --- slots


def random_trials(seed: int, n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 300, n)
    rows = [
        {"job": "ab"[k % 2], "start": int(s), "end": int(s + rng.integers(1, 60))}
        for k, s in enumerate(start)
    ]
    return trials_of(rows)


def most_at_once(own: pd.DataFrame) -> int:
    """Count at each start, by a plain loop."""
    return max(
        int(((own["TrainingStartTime"] <= t) & (own["TrainingEndTime"] > t)).sum())
        for t in own["TrainingStartTime"]
    )


@pytest.mark.parametrize("seed", range(5))
def test_slots_never_overlap_and_are_as_few_as_ran_at_once(seed):
    trials = random_trials(seed)
    slots = assign_slots(trials)
    for _, own in trials.assign(slot=slots).groupby("TuningJobName"):
        assert own["slot"].max() + 1 == most_at_once(own)
        for _, lane in own.groupby("slot"):
            lane = lane.sort_values("TrainingStartTime")
            ends = lane["TrainingEndTime"].shift().iloc[1:]
            assert (lane["TrainingStartTime"].iloc[1:] >= ends).all()


@pytest.mark.parametrize("seed", range(5))
def test_use_of_slots_against_a_sweep_by_the_second(seed):
    trials = random_trials(seed)
    use = compute_slot_use([], trials).set_index("TuningJobName")
    for name, own in trials.groupby("TuningJobName"):
        first, last = own["TrainingStartTime"].min(), own["TrainingEndTime"].max()
        seconds = pd.date_range(first, last, freq="s", inclusive="left")
        running = [
            int(((own["TrainingStartTime"] <= t) & (own["TrainingEndTime"] > t)).sum())
            for t in seconds
        ]
        assert use.loc[name, "MeanRunning"] == pytest.approx(np.mean(running))
        assert use.loc[name, "Peak"] == max(running)
        assert use.loc[name, "BusySeconds"] == sum(running)
        assert use.loc[name, "IdleSeconds"] == max(running) * len(seconds) - sum(running)
        assert np.isnan(use.loc[name, "Slots"])  # no limit was configured
        steps = count_running(trials, steps=len(seconds))
        counted = steps.loc[steps["TuningJobName"] == name, "Running"]
        assert counted.to_numpy() == pytest.approx(running, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_a_configured_slot_is_held_from_creation(seed):
    """By the second: running, waiting in a slot, and slots that nothing holds."""
    trials = random_trials(seed)
    rng = np.random.default_rng(seed + 100)
    waits = pd.to_timedelta(rng.integers(0, 40, len(trials)), "s")
    trials = trials.assign(CreationTime=trials["TrainingStartTime"] - waits)
    jobs = [
        TuningJob(name, "", "Completed", "Random", LOSS, (), (), (), limits=limits)
        for name, limits in (("a", {"MaxParallelTrainingJobs": 30}), ("b", {}))
    ]
    use = compute_slot_use(jobs, trials).set_index("TuningJobName")
    slots = assign_slots(trials, jobs=jobs)
    own = trials[trials["TuningJobName"] == "a"]
    created, start, end = (own[c] for c in ("CreationTime", "TrainingStartTime", "TrainingEndTime"))
    seconds = pd.date_range(created.min(), end.max(), freq="s", inclusive="left")
    running = [int(((start <= t) & (end > t)).sum()) for t in seconds]
    waiting = [int(((created <= t) & (start > t)).sum()) for t in seconds]
    row = use.loc["a"]
    assert row["BusySeconds"] == sum(running)
    assert row["WaitingSeconds"] == sum(waiting)
    assert row["IdleSeconds"] == 30 * len(seconds) - sum(running) - sum(waiting)
    assert row["MeanRunning"] == pytest.approx(np.mean(running))
    held = np.add(running, waiting)
    assert slots[own.index].max() + 1 == held.max()
    for _, lane in own.assign(slot=slots).groupby("slot"):
        lane = lane.sort_values("CreationTime")
        assert (lane["CreationTime"].iloc[1:] >= lane["TrainingEndTime"].shift().iloc[1:]).all()
    # without a limit nothing says that a trial waited in a slot
    assert use.loc["b", "WaitingSeconds"] == 0


def test_one_that_still_runs_ends_when_it_was_looked_at():
    trials = trials_of(
        [
            {"start": 0, "end": 100},
            {"start": 50, "end": np.nan, "TrainingJobStatus": "InProgress"},
            {"start": 120, "end": 140},
            {"start": 60, "end": np.nan},  # ended, nobody knows when
        ]
    )
    at = (T0 + pd.Timedelta(seconds=200)).to_pydatetime()
    use = compute_slot_use([], trials, at).iloc[0]
    assert (use["Peak"], use["BusySeconds"], use["SpanSeconds"]) == (2, 100 + 150 + 20, 200)
    assert assign_slots(trials, at).tolist() == [0, 1, 0, pd.NA]
    assert assign_slots(trials).tolist() == [0, 1, 0, pd.NA]


def test_waiting_is_from_creation_to_start():
    trials = trials_of(
        [{"created": 0, "start": wait, "end": wait + 10} for wait in (10, 20, 30, 40, 100)]
        + [{"created": np.nan, "start": 5, "end": 6}]
    )
    row = compute_waiting(trials).iloc[0]
    assert (row["Trials"], row["Median"]) == (5, 30.0)
    assert row["Ninth"] == pytest.approx(np.quantile([10, 20, 30, 40, 100], 0.9))


def test_nothing_timed_gives_empty_tables():
    trials = trials_of([{"job": "a"}, {"job": "b"}])
    for table in (compute_slot_use([], trials), compute_waiting(trials), count_running(trials)):
        assert len(table) == 0
        assert "TuningJobName" in table
    assert assign_slots(trials).isna().all()
