"""The sentences on which tuning job did better."""

from __future__ import annotations

import math

import numpy as np
import pytest

from amtviz import TuningData, api
from amtviz.analysis.chances.contest import compute_contest
from amtviz.findings.comparison import state_comparison, write_budget
from amtviz.findings.facts import facts_of
from tests.analysis.families import RATE, make_family, make_job, number

RNG = np.random.default_rng(7)
GOOD, BAD = RNG.uniform(0.5, 1, 30), RNG.uniform(0, 0.6, 30)


def state(data: TuningData) -> str:
    return state_comparison(facts_of(data))


def pair(a=GOOD, b=BAD, direction="Maximize", jobs=None, **columns) -> TuningData:
    jobs = jobs or [make_job("job-a"), make_job("job-b")]
    return make_family({"job-a": a, "job-b": b}, jobs, direction, **columns)


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
def test_the_better_of_two_is_named(direction):
    sign = 1 if direction == "Maximize" else -1
    text = state(pair(sign * GOOD, sign * BAD, direction))
    best, other = sign * GOOD.max(), sign * BAD.max()
    assert text == (
        f"With 30 trials each, job-a found a better best y ({best:.4g}) than job-b "
        f"({other:.4g}). The same holds at equal time (30 min) and at equal billed time (30 min). "
        "job-a would probably do better again (over 90 in 100 such pairs did)."
    )


def test_what_happened_is_one_thing_and_what_would_happen_again_another():
    a, b = np.arange(20.0), np.arange(20.0) + 0.5
    assert state(pair(a, b)) == (
        "With 20 trials each, job-b found a better best y (19.5) than job-a (19). The same holds "
        "at equal time (20 min) and at equal billed time (20 min). One run each can't tell job-b "
        "from job-a."
    )
    same = state(pair(a, a))
    assert same.startswith("With 20 trials each, job-a and job-b found the same best y (19). The")
    assert same.endswith(" One run each can't tell job-a from job-b.")


def test_odds_are_said_as_they_were_computed():
    a = np.random.default_rng(3).normal(size=40)
    data = pair(a + 1.4, np.random.default_rng(4).normal(size=40))
    chance = compute_contest(data.trials, data.objective, {}).pairs["Chance"].iloc[0]
    assert 0.8 <= chance < 0.925
    told = f"job-a would probably do better again (about {100 * chance:.0f} in 100 such pairs did)."
    assert state(data).endswith(told)


def test_a_best_by_luck_against_a_better_search():
    """One lucky trial first; the other search has all of the next best."""
    lucky = np.concatenate([[10.0], np.zeros(29)])
    text = state(pair(lucky, 9 + np.arange(30.0) / 100))
    assert text.startswith("With 30 trials each, job-a found a better best y (10) than job-b")
    assert text.endswith(
        "job-b would probably do better if both were run again (over 90 in 100 such pairs did)."
    )


def test_other_outcomes_at_equal_time_and_cost_have_their_figures():
    data = pair(np.arange(30.0), np.linspace(0, 25, 30))
    slow = data.trials["TuningJobName"] == "job-a"
    data.trials.loc[slow, "BillableTimeInSeconds"] = 600.0
    text = state(data)
    assert "With 30 trials each, job-a found a better best y (29) than job-b (25)" in text
    assert "The same holds at equal time (30 min)." in text
    assert "At equal billed time (30 min), job-b had found 25 and job-a 2." in text


def test_verdicts_that_differ_are_said_with_what_is_equal():
    assert (
        " At equal trials, digits-bayesian would probably do better again (about 81 in 100 such "
        "pairs did); at equal time and equal training time, one run each can't tell "
        "digits-bayesian from digits-random. "
    ) in state(api.load_demo())


def test_nothing_is_billed_on_a_local_machine():
    assert "billed" not in state(api.load_demo())


def test_few_trials():
    text = state(pair([1.0], [2.0, 3.0]))
    assert text.startswith("With 1 trial each, job-b found a better best y (2) than job-a (1). ")
    assert text.endswith(" With fewer than 10 scored trials each, that may be luck.")


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        (
            [math.nan] * 2,
            [math.nan],
            "No tuning job has a trial with a value yet, so they can't be compared.",
        ),
        (
            [math.nan] * 2,
            [1.0],
            "Only job-b has trials with a value: there is nothing to compare.",
        ),
    ],
)
def test_nothing_to_compare(a, b, text):
    assert state(pair(a, b)) == text


def test_times_that_are_missing_are_said():
    none = {"TrainingEndTime": None, "BillableTimeInSeconds": np.nan, "InstanceCount": None}
    text = state(pair(**none))
    assert text.endswith(" No times are known.")
    assert "aren't all known" not in text
    assert "equal time" not in text
    assert state(pair(BillableTimeInSeconds=np.nan, InstanceCount=None)).endswith(
        " No billed times are known."
    )
    some = pair()
    some.trials.loc[3, "TrainingEndTime"] = None
    assert state(some).endswith(" The times of job-a aren't all known.")


def test_a_warm_start_isnt_compared_with_its_parents():
    jobs = [make_job("job-a"), make_job("job-b", parents=["job-a"])]
    assert state(pair(jobs=jobs)) == (
        "job-b started with what job-a had learnt, so it isn't a fair comparison with it."
    )
    jobs = [make_job("job-a"), make_job("job-b", parents=["gone"])]
    assert state(pair(jobs=jobs)) == (
        "job-b started with what gone had learnt, so it isn't a fair comparison with tuning jobs "
        "that weren't warm-started."
    )


def test_two_children_of_one_parent_are_a_fair_comparison():
    jobs = [make_job("job-a", parents=["old"]), make_job("job-b", parents=["old"])]
    text = state(pair(jobs=jobs))
    assert "job-a found a better best y" in text
    assert "fair" not in text


def test_other_ranges_are_named():
    other = number("rate", 0.001, 0.5, "Logarithmic")
    jobs = [make_job("job-a", [RATE]), make_job("job-b", [other])]
    assert state(pair(jobs=jobs)).endswith(
        "They searched different ranges of rate, which this compares as well."
    )


def test_the_best_of_many_isnt_said_to_be_better():
    scores = {f"t-{n}": np.random.default_rng(n).normal(size=30) for n in range(12)}
    best = max(scores, key=lambda name: scores[name].max())
    assert state(make_family(scores, [make_job(name) for name in scores])) == (
        f"Of 12 tuning jobs with 30 trials each, {best} found the best y "
        f"({scores[best].max():.4g}). The same holds at equal time (30 min) and at equal billed "
        "time (30 min). The best of 12 isn't shown to be better than the others."
    )


def test_a_leader_of_several_is_named():
    scores = {"t-a": GOOD + 1, "t-b": BAD, "t-c": BAD[::-1] - 0.001, "t-d": [0.3, 0.2]}
    text = state(make_family(scores, [make_job(name) for name in scores]))
    assert " t-a would probably do better than each of the others again. t-d has too few" in text
    scores["t-c"] = GOOD[::-1] + 0.999
    text = state(make_family(scores, [make_job(name) for name in scores]))
    assert (
        " The best of 3 isn't shown to be better than the others, but t-a would probably do "
        "better than t-b again." in text
    )


def test_the_best_at_another_yardstick_has_its_figure():
    scores = {"t-a": np.arange(30.0), "t-b": np.linspace(0, 25, 30), "t-c": np.zeros(30)}
    data = make_family(scores, [make_job(name) for name in scores])
    slow = data.trials["TuningJobName"] == "t-a"
    data.trials.loc[slow, "BillableTimeInSeconds"] = 600.0
    text = state(data)
    assert (
        "t-a found the best y (29). The same holds at equal time (30 min). At equal billed" in text
    )
    assert "At equal billed time (30 min), it is t-b (25)." in text


def test_budgets():
    assert write_budget("trials", 1.0) == "1 trial"
    assert write_budget("trials", 1200) == "1,200 trials"
    assert write_budget("time", 71.51) == "1 min 12 s"
    assert write_budget("cost", 3 * 3600.0) == "3 h"
    assert write_budget("cost", 5000 * 3600.0) == "208 d 8 h"
