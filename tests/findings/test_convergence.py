"""The sentences on how the search went, and whether it is worth going on."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from amtviz import TuningData
from amtviz.analysis.chances.going_on import compute_going_on
from amtviz.findings.convergence import state_convergence
from amtviz.findings.facts import facts_of
from amtviz.model import TuningJob
from amtviz.wording.shares import say_chance
from tests.contract.cases import CASES
from tests.findings.finished import make, normal, search


def state(data: TuningData) -> str:
    return state_convergence(facts_of(data))


def test_a_finished_random_search() -> None:
    scores = normal(50)
    data = make(search(scores))
    at_trial = int(scores.argmax()) + 1
    records = [i for i in range(25, 50) if scores[i] > scores[:i].max()]
    assert len(records) > 2
    row = compute_going_on(data.trials, data.objective, {"search": "Random"}).iloc[1]
    assert 0.2 <= row["Matters"] < 0.5  # so that no verdict is due
    matters = 0.02 * (scores.max() - np.median(scores))
    assert state(data) == (
        f"search found its best score, {scores.max():.4g}, at trial {at_trial} of 50 and improved "
        f"{len(records)} times in its second half. 25 more trials, for about 50 min of billed "
        "time, have a 33 % chance of beating its best (exact) and about "
        f"{say_chance(row['Matters'])} of a gain that matters ({matters:.2g} or more: 2 % of "
        "the distance from its median trial to its best)."
    )


def test_of_a_search_that_learns_it_says_what_it_is_judged_by() -> None:
    data = make(search(normal(50)), search={"strategy": "Bayesian"})
    row = compute_going_on(data.trials, data.objective, {"search": "Bayesian"}).iloc[1]
    assert row["Verdict"] == "worth"
    assert (
        f"have about a {100 * row['Chance']:.0f} % chance of beating its best and a "
        f"{100 * row['Matters']:.0f} % chance of a gain that matters" in state(data)
    )
    assert state(data).endswith(
        ", judged from its own progress and from other searches of its kind. Going on pays "
        "more often than not."
    )


def test_rows_without_a_strategy_are_said_to_be_taken_for_independent() -> None:
    data = make(search(np.sort(normal(20))[::-1]), search={"strategy": ""})
    text = state(data)
    assert "have about a 50 % chance of beating its best and a " in text
    assert ", taking its trials for independent draws." in text


def test_a_gain_that_matters_is_called_unlikely() -> None:
    rng = np.random.default_rng(0)
    settled = np.append(rng.uniform(0, 1, 400), 1 + rng.uniform(0, 0.001, 400))
    assert state(make(search(settled))).endswith(" A gain that matters is unlikely.")


def test_equal_values_make_a_chance_inexact() -> None:
    text = state(make(search(normal(40).round(1))))
    assert "(exact)" not in text
    assert "20 more trials, for about 40 min of billed time, have about a " in text


def test_early_in_a_search_that_learns_it_says_so() -> None:
    data = make(search(normal(12)), search={"strategy": "Bayesian"})
    assert state(data).endswith(" It is early to tell: it may still be choosing at random.")


@pytest.mark.parametrize(
    ("scores", "strategy", "ending"),
    [
        (
            np.minimum(normal(60) / 4 + 0.8, 1.0),
            "Bayesian",
            " More trials have little to gain: 12 trials have reached the best possible value.",
        ),
        (
            normal(30),
            "Grid",
            " More trials of it bring nothing new: a grid search ends with its last combination.",
        ),
        (
            [*normal(13), 8.0, 9.0, *[math.nan] * 15],
            "Bayesian",
            " would gain can't be said: too few of the recent trials have a value.",
        ),
    ],
)
def test_where_no_chance_is_known_none_is_said(scores, strategy, ending) -> None:
    text = state(make(search(scores), search={"strategy": strategy}))
    assert text.endswith(ending)
    assert "chance" not in text


def test_a_bogus_best_is_named_and_its_gain_withheld() -> None:
    scores = normal(60)
    scores[7] = 1e6
    text = state(make(search(scores)))
    assert " Its best may be no true value: the best value lies " in text
    assert text.endswith(" have a 20 % chance of beating its best.")
    assert "matters" not in text


def test_nothing_is_billed_on_a_local_machine() -> None:
    frame = search(normal(30), InstanceType="local", BillableTimeInSeconds=math.nan)
    text = state(make(frame.assign(TrainingElapsedTimeSeconds=60.0)))
    assert "15 more trials, for about 30 min of training time, have a" in text
    assert "billed" not in text


def test_a_running_search_is_what_it_is_about() -> None:
    limits = {"MaxNumberOfTrainingJobs": 100}
    data = make(
        search(normal(30) + 9, "first"),
        search(normal(24, 1), "second"),
        second={"status": "InProgress", "strategy": "Bayesian", "limits": limits},
    )
    text = state(data)
    assert text.startswith("second found its best score so far, ")
    assert f"The best of all, {data.trials['score'].max():.4g}, is of first." in text
    assert "24 more trials, for about 48 min of billed time, have about " in text
    assert "more often than not" not in text  # it may gain, and still be behind
    assert text.endswith("It still runs, at 24 of 100 training jobs.")


def test_money_where_a_price_was_given() -> None:
    data = make(search(normal(30), InstanceType="ml.m5.large"))
    facts = facts_of(data, {"ml.m5.large": 0.12})
    # 15 trials of a minute on 2 instances
    assert "for about 30 min of billed time ($0.06), have a" in state_convergence(facts)
    other = facts_of(data, {"ml.c5.large": 0.12})
    assert "for about 30 min of billed time, have a" in state_convergence(other)
    mixed = make(search(normal(30), InstanceType=["ml.m5.large", "ml.c5.large"] * 15))
    facts = facts_of(mixed, {"ml.m5.large": 0.12})
    assert "for about 30 min of billed time, have a" in state_convergence(facts)


def test_small_searches() -> None:
    assert state(make(search([1.5]))) == (
        "search has finished one trial: score 1.5. What more trials would gain can't be said: "
        "only 1 trial has a value, and 10 are needed."
    )
    assert state(make(search([1.5, 2.5]))).startswith(
        "search found its best score, 2.5, at trial 2 of 2. What more trials would gain can't"
    )
    assert state(make(search([1.0, 2.0, 1.5, 1.8]))).startswith(
        "search found its best score, 2, at trial 2 of 4 and did not improve in its second"
    )
    assert state(make(search([math.nan]))) == (
        "The one finished trial has no value, so there is no best yet."
    )
    assert state(make(search([math.nan] * 3))) == (
        "None of the 3 finished trials has a value, so there is no best yet."
    )
    running = search([math.nan] * 3).assign(TrainingJobStatus="InProgress")
    assert state(make(running)) == "No trial has finished yet."


def test_values_that_differ_little_are_told_apart() -> None:
    text = state(CASES["tiny_spread"]())
    assert text.startswith("first found its best loss, 1000000000, at trial 1 of 20 ")
    scores = [1e6 + i / 1000 for i in range(12)]
    assert "its best score, 1000000.011, at" in state(make(search(scores)))


def test_an_unknown_cost_is_said() -> None:
    scores = normal(3000)
    frame = search(scores, BillableTimeInSeconds=math.nan, EnableManagedSpotTraining=True)
    text = state(make(frame))
    assert "750 more trials, at a cost that isn't known, have a 20 % chance" in text


@pytest.mark.parametrize("case", [name for name in CASES if name != "empty"])
def test_every_case_has_a_whole_sentence(case: str) -> None:
    text = state(CASES[case]())
    assert text.endswith(".")
    assert "nan" not in text.replace("nan_", "")
    assert "inf " not in text


def test_a_job_known_only_by_its_description_is_left_out() -> None:
    other = TuningJob("idle", "", "InProgress", "Random", None, (), (), ())
    data = make(search(normal(12)))
    data = dataclasses.replace(data, jobs=(other, *data.jobs))
    assert state(data).startswith("search found its best score, ")
