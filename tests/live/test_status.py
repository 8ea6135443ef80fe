"""Where tuning jobs stand, against pandas and the generated answers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone

import pandas as pd
import pytest

from amtviz import TuningData, fetch_tuning_data
from amtviz.live.lines import to_json
from amtviz.live.loop import Look
from amtviz.live.status import describe_status
from amtviz.live.words import say_best, say_cost, say_job
from amtviz.settings import DrawOptions
from tests.aws.world import World
from tests.contract.cases import CASES


def test_counts_best_and_latest(aws: World) -> None:
    aws.advance("job-a", 5, most=20, running=3)
    data = fetch_tuning_data("job-a")
    status = describe_status(data)
    (job,) = status.jobs
    assert (job.status, job.started, job.most) == ("InProgress", 8, 20)
    assert dict(job.counts) == {"Completed": 5, "InProgress": 3}
    values = data.trials.set_index("TrainingJobName")["validation:accuracy"].dropna()
    assert status.best.name == values.idxmax()
    assert status.best.objective == values.max()
    assert [trial.status for trial in status.latest] == ["InProgress"] * 3 + ["Completed"] * 5
    ended = data.trials.sort_values("TrainingEndTime", ascending=False, kind="stable")
    names = ended.dropna(subset="TrainingEndTime")["TrainingJobName"].tolist()
    assert [trial.name for trial in status.latest[3:]] == names
    assert [trial.is_best for trial in status.latest].count(True) == 1


def test_minimize_finds_the_smallest(aws: World) -> None:
    aws.generate("job-a", 6, direction="Minimize")
    data = fetch_tuning_data("job-a")
    assert describe_status(data).best.objective == data.trials["validation:accuracy"].min()


def test_cost(aws: World) -> None:
    aws.advance("job-a", 6, most=20, running=2, seconds=300, hosts=2)
    data = fetch_tuning_data("job-a")
    status = describe_status(data)
    assert status.billed_seconds == 6 * 2 * 100  # a third of the time, on two instances
    assert status.uncounted == 2  # spot instances, without a bill yet
    assert status.dollars is None
    priced = describe_status(data, DrawOptions(prices={"ml.m5.large": 0.9}))
    assert priced.dollars == pytest.approx(6 * 2 * 100 / 3600 * 0.9)
    assert say_cost(priced) == "20 min billed ($0.30), without 2 trials whose cost isn't known"
    assert describe_status(data, DrawOptions(prices={"ml.c5.large": 1})).dollars is None


def test_parents_count_for_nothing(aws: World) -> None:
    aws.generate("parent", 9)
    aws.advance("child", 2, most=4, parents=["parent"])
    status = describe_status(fetch_tuning_data("child"))
    assert [job.name for job in status.jobs] == ["child"]
    assert sum(status.counts.values()) == 4
    assert all(trial.job == "child" for trial in status.latest)
    assert status.best.job == "child"
    assert status.outlook.startswith("child found its best validation:accuracy so far")


@pytest.mark.parametrize("ended", [False, True])
def test_the_outlook_is_of_the_watched_job_whoever_has_the_best(aws: World, ended: bool) -> None:
    aws.generate("parent", 9)
    aws.advance("child", 3, most=3 if ended else 5, running=0 if ended else 2, parents=["parent"])
    data = fetch_tuning_data("child")
    trials = data.trials.assign(
        **{"validation:accuracy": data.trials["validation:accuracy"] - 9 * _is_child(data)}
    )
    outlook = describe_status(replace(data, trials=trials)).outlook
    assert outlook.startswith("child found its best")
    assert " is of parent." in outlook
    trials["validation:accuracy"] = trials["validation:accuracy"].mask(_is_child(data))
    outlook = describe_status(replace(data, trials=trials)).outlook
    assert outlook == "No trial of child has a value yet."


def _is_child(data: TuningData) -> pd.Series:
    return (data.trials["TuningJobName"] == "child").astype(bool)


def test_nothing_yet(aws: World) -> None:
    aws.advance("job-a", 0, most=10, running=0)
    status = describe_status(fetch_tuning_data("job-a"))
    assert say_best(status) == "no trial has a value of validation:accuracy yet"
    assert say_cost(status) == "0 s billed"
    assert say_job(status.jobs[0]) == "in progress, 0 of 10 trials started"
    assert (status.latest, status.outlook) == ((), "")


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_told_in_json(name) -> None:
    data = CASES[name]()
    status = describe_status(data)
    look = Look(1, datetime.now(timezone.utc), data, status, True, True, None, 0)
    told = json.loads(json.dumps(to_json(look), allow_nan=False, default=str))
    assert sum(told["trials"].values()) <= len(data.trials)
    assert say_best(status)
    assert say_cost(status)
    assert all(say_job(job) for job in status.jobs)
