"""Odd but ordinary hyperparameters: each told, none lost."""

import datetime as dt

import pandas as pd
import pytest

from amtviz.model import Hyperparameter
from amtviz.tidy import tidy_frame, tidy_tuning_data
from tests.tidy.raw_answers import describe, raw_data, raw_job, summarize


def read(hyperparameters=None, **columns):
    df = pd.DataFrame(columns)
    df["f1"] = [n / len(df) for n in range(len(df))]
    return tidy_frame(df, objective="f1", direction="Maximize", hyperparameters=hyperparameters)


def told(data, name):
    return [notice for notice in data.notices if name in notice and "taken from" not in notice]


@pytest.mark.parametrize("make", [pd.Timestamp, dt.date.fromisoformat, pd.Period])
def test_dates_are_categories_in_their_order(make):
    days = ["2024-10-09", "2023-12-31", "2024-10-10"]
    data = read(["since"], since=[make(day) for day in days])
    (since,) = data.hyperparameters
    assert (since.kind, since.values) == ("categorical", tuple(sorted(days)))
    assert list(data.trials["since"]) == days


def test_times_keep_their_hours():
    data = read(["since"], since=[pd.Timestamp("2024-10-09T12"), pd.Timestamp("2024-10-09"), None])
    assert data.hyperparameters[0].values == ("2024-10-09 00:00:00", "2024-10-09 12:00:00")
    assert pd.isna(data.trials["since"][2])


def test_integers_that_are_dates_and_unix_times_keep_every_digit():
    stamps = [1_700_000_000_123_456_789, 1_700_000_000_123_456_790]
    data = read(since=[20241009, 20241010], stamp=stamps)
    assert list(data.trials["stamp"]) == stamps
    assert list(data.trials["since"]) == [20241009, 20241010]


def test_names_of_runs_are_no_hyperparameter_unless_asked_for():
    runs = [f"run-{n}" for n in range(2000)]
    data = read(run=runs, x=range(2000))
    assert [h.name for h in data.hyperparameters] == ["x"]
    assert list(data.trials["run"]) == runs
    assert told(data, "'run'") == [
        "No hyperparameter is made of 'run': each trial has a value of its own, as names of runs "
        "have. They stay in the table; name them in hyperparameters= to have them drawn."
    ]
    asked = read(["run"], run=runs)
    assert told(asked, "'run'") == [
        "'run' has another value in each of 2,000 trials, as names of runs have: whether it "
        "matters can't be told."
    ]
    assert [h.name for h in read(run=runs[:20]).hyperparameters] == ["run"]


def test_columns_that_are_the_same_are_named():
    data = read(a=[1, 2, 3], b=[1.0, 2.0, 3.0], c=[3, 2, 1], d=[7, 7, 7], e=[7, 7, 7])
    assert told(data, "same values") == [
        "'a' and 'b' have the same values in every trial: what one of them does can't be told from "
        "the others."
    ]


def test_a_scale_that_cant_be_is_told():
    def ranges(low, high, scaling):
        return {"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scaling}

    for entry, sentence in (
        (
            ranges("0", "1", "Logarithmic"),
            "The logarithmic range of 'x' in 'job-a' begins at 0, which has no logarithm: its "
            "scale is linear.",
        ),
        (
            ranges("0.5", "1.5", "ReverseLogarithmic"),
            "The reverse-logarithmic range of 'x' in 'job-a' ends at 1.5, and has to end below 1: "
            "its scale is linear.",
        ),
        (ranges("0.1", "1", "Logarithmic"), None),
    ):
        description = describe(ranges={"ContinuousParameterRanges": [entry]})
        job = raw_job([summarize("t1", tuned={"x": "0.5"})], description=description)
        assert told(tidy_tuning_data(raw_data(job)), "'x'") == [sentence] * (sentence is not None)
    x = Hyperparameter("x", "continuous", 0, 1, scaling="Logarithmic")
    assert told(read([x], x=[0.1, 0.2]), "'x'") == [
        "The logarithmic range of 'x' begins at 0, which has no logarithm: its scale is linear."
    ]
