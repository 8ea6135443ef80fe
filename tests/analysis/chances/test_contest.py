from __future__ import annotations

import math
import time

import numpy as np
import pandas as pd
import pytest

from amtviz.analysis.chances.contest import compute_contest
from amtviz.analysis.chances.rerun import compute_chance_to_win
from amtviz.model import Objective
from tests.analysis.searches import make_search, normal

UP, DOWN = Objective("y", "Maximize"), Objective("y", "Minimize")


def search(a, b, **columns):
    return pd.concat([make_search(a, "a"), make_search(b, "b", **columns)], ignore_index=True)


def many(**scores):
    tables = [make_search(values, name) for name, values in scores.items()]
    return pd.concat(tables, ignore_index=True)


def row_of(table, yardstick="trials", **wanted):
    table = table[table["Yardstick"] == yardstick]
    for name, value in wanted.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_the_chance_is_that_of_as_many_trials_each():
    a, b = normal(25) + 0.3, normal(40, 1)
    pair = row_of(compute_contest(search(a, b), UP, {}).pairs)
    assert pair["Chance"] == compute_chance_to_win(a, b[:25])
    assert (pair["FirstTrials"], pair["SecondTrials"], pair["Budget"]) == (25, 25, 25)
    assert (pair["FirstBest"], pair["SecondBest"]) == (a.max(), b[:25].max())
    assert pair["Fair"]
    assert pair["Verdict"] == "open"


def test_minimizing_mirrors_maximizing():
    a, b = normal(15), normal(11, 1)
    up = compute_contest(search(a, b), UP, {})
    down = compute_contest(search(-a, -b), DOWN, {})
    assert np.allclose(down.pairs["Chance"], up.pairs["Chance"])
    assert down.standings.equals(up.standings)
    for table, columns in (("jobs", ["Best", "Median"]), ("pairs", ["FirstBest", "SecondBest"])):
        left, right = getattr(up, table)[columns], getattr(down, table)[columns]
        assert np.allclose(left, -right)


def test_each_yardstick_has_its_own_budget():
    """a: 20 trials of 60 s; b: 15 of 120 s on two instances."""
    a, b = np.arange(20.0), np.arange(15.0) + 0.5
    found = compute_contest(search(a, b, seconds=120.0, InstanceCount=2), UP, {})
    expected = {
        "trials": (15, 15, 15),
        "time": (20 * 60, 20, 10),
        "cost": (20 * 60, 20, 5),  # 240 billed seconds a trial of b
    }
    for yardstick, (budget, first, second) in expected.items():
        for job, values, count in (("a", a, first), ("b", b, second)):
            row = row_of(found.jobs, yardstick, TuningJobName=job)
            assert (row["Budget"], row["Trials"]) == (budget, count)
            assert row["Best"] == values[:count].max()
            assert row["Median"] == pytest.approx(np.median(values[:count]))
            assert row["Reason"] == ""
    by_time = row_of(found.pairs, "time")
    assert by_time["Chance"] == compute_chance_to_win(a, b[:10])
    by_cost = row_of(found.pairs, "cost")
    assert (by_cost["Reason"], by_cost["Verdict"]) == ("only 5 scored trials", "")
    assert row_of(found.standings, "cost")["Verdict"] == "too few"


def test_what_isnt_known_is_said():
    trials = search(np.arange(12.0), np.arange(12.0))
    of_b = trials["TuningJobName"] == "b"
    trials.loc[of_b, ["BillableTimeInSeconds", "TrainingElapsedTimeSeconds"]] = np.nan
    trials.loc[of_b, ["TrainingEndTime"]] = pd.NaT
    found = compute_contest(trials, UP, {})
    for yardstick, reason in (
        ("time", "its times aren't known"),
        ("cost", "its billed time isn't known"),
    ):
        assert row_of(found.jobs, yardstick, TuningJobName="b")["Reason"] == reason
        pair = row_of(found.pairs, yardstick)
        assert pair["Reason"] == reason
        assert math.isnan(pair["Chance"])
    assert row_of(found.jobs, "time", TuningJobName="a")["Best"] == 11
    assert set(found.standings["Yardstick"]) == {"trials"}


def test_a_trial_that_never_started_costs_nothing_and_takes_no_time():
    trials = search(np.arange(12.0), [math.nan, *np.arange(11.0)])
    first = trials.index[trials["TuningJobName"] == "b"][0]
    trials.loc[first, ["TrainingStartTime", "TrainingEndTime"]] = pd.NaT
    trials.loc[first, ["BillableTimeInSeconds", "TrainingElapsedTimeSeconds"]] = np.nan
    trials.loc[first, "CreationTime"] = trials.loc[first + 1, "TrainingStartTime"]
    table = compute_contest(trials, UP, {}).jobs
    for yardstick in ("time", "cost"):
        row = row_of(table, yardstick, TuningJobName="b")
        assert (row["Reason"], row["Best"], row["Scored"]) == ("", 10, 11)


def test_few_trials_have_no_chance_and_dont_hold_the_others_down():
    found = compute_contest(many(a=np.arange(30.0), b=np.arange(20.0), c=np.arange(3.0)), UP, {})
    assert row_of(found.jobs, TuningJobName="a")["Budget"] == 20
    few = row_of(found.jobs, TuningJobName="c")
    assert (few["Reason"], few["Total"]) == ("only 3 scored trials", 3)
    assert math.isnan(few["Best"])
    pair = row_of(found.pairs, First="a", Second="c")
    assert (pair["Reason"], pair["FirstBest"]) == ("only 3 scored trials", 2)
    assert math.isnan(pair["Chance"])
    standing = row_of(found.standings)
    assert (standing["Jobs"], standing["Leaders"]) == (("a", "b"), ("a", "b"))
    assert standing["Verdict"] == "can't tell"


def test_all_failed_and_nothing_at_all():
    found = compute_contest(search([math.nan] * 3, [math.nan] * 2), UP, {})
    assert set(found.jobs["Reason"]) == {"no trial has a value"}
    assert set(found.pairs["Reason"]) == {"no trial has a value"}
    none = compute_contest(search([], []), UP, {})
    assert not len(none.jobs)
    assert not len(none.pairs)
    assert list(none.standings) == ["Yardstick", "Jobs", "Leaders", "AheadOf", "Verdict"]


def test_a_clear_leader_is_named_and_the_other_way_round():
    good, bad = normal(40) + 2, normal(40, 1)
    for trials, verdict, leader in (
        (search(good, bad), "first", "a"),
        (search(bad, good), "second", "b"),
    ):
        found = compute_contest(trials, UP, {})
        assert row_of(found.pairs)["Verdict"] == verdict
        standing = row_of(found.standings)
        assert standing["Leaders"] == (leader,)
        assert standing["AheadOf"] == tuple({"a", "b"} - {leader})
        assert standing["Verdict"] == "leads"


def test_one_lucky_best_leads_nobody():
    lucky = np.append(normal(39), 9.0)
    standing = row_of(compute_contest(search(lucky, normal(40, 1)), UP, {}).standings)
    assert (standing["Leaders"], standing["Verdict"]) == (("a",), "can't tell")


def test_the_best_of_many_equals_is_one_of_many():
    scores = {f"job-{n}": normal(30, n) for n in range(12)}
    found = compute_contest(many(**scores), UP, {})
    standing = row_of(found.standings)
    best = max(scores, key=lambda name: scores[name].max())
    assert standing["Leaders"] == (best,)
    assert (standing["AheadOf"], standing["Verdict"]) == ((), "one of many")


def test_a_leader_of_some_isnt_one_of_all():
    scores = {"a": normal(60) + 3, "b": normal(60, 1) + 2.9, "c": normal(60, 2) - 2}
    scores["a"][0] = 9.0
    standing = row_of(compute_contest(many(**scores), UP, {}).standings)
    assert (standing["Leaders"], standing["AheadOf"]) == (("a",), ("c",))
    assert standing["Verdict"] == "one of many"


def test_warm_started_jobs_compete_among_those_that_started_alike():
    scores = {"a": normal(20), "b": normal(20, 1) + 9, "c": normal(20, 2) + 9}
    found = compute_contest(many(**scores), UP, {"b": ("a",), "c": ["a"]})
    assert row_of(found.pairs, First="a", Second="b")["Verdict"] == "unfair"
    assert not row_of(found.pairs, First="a", Second="c")["Fair"]
    assert row_of(found.pairs, First="b", Second="c")["Fair"]
    assert row_of(found.pairs, First="a", Second="b")["Chance"] < 0.2
    assert row_of(found.standings)["Jobs"] == ("b", "c")


def test_thirteen_tuning_jobs_have_78_pairs():
    found = compute_contest(many(**{f"job-{n}": np.arange(4.0) + n for n in range(13)}), UP, {})
    assert len(found.jobs) == 3 * 13
    assert len(found.pairs) == 3 * 78
    assert set(found.standings["Verdict"]) == {"too few"}


def test_ten_tuning_jobs_of_750_trials_take_about_a_second():
    rng = np.random.default_rng(0)
    trials = pd.concat(
        [make_search(rng.normal(size=750 - n), f"j{n}", seconds=60 + n) for n in range(10)],
        ignore_index=True,
    )
    taken = []
    for _ in range(2):
        begun = time.process_time()
        compute_contest(trials, UP, {})
        taken.append(time.process_time() - begun)
    assert min(taken) < 1.5
