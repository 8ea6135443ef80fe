from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from amtviz.analysis.chances.going_on import compute_going_on, judge_going_on
from amtviz.model import Objective
from tests.analysis.searches import make_search, normal

UP = Objective("y", "Maximize")
TIMES = ["TrainingStartTime", "TrainingEndTime", "CreationTime"]
NUMBERS = ["Chance", "Matters", "MattersFrom", "Gain", "Low", "High"]


def going_on(scores, strategy="Random", objective=UP, more=None, matters=0.02, **columns):
    trials = make_search(scores, **columns)
    return compute_going_on(trials, objective, {"a": strategy}, more=more, matters=matters)


@pytest.mark.parametrize(("n", "ks"), [(10, [3, 5, 10]), (40, [10, 20, 40])])
def test_the_chance_of_a_record_is_exact_for_a_random_search(n, ks):
    table = going_on(normal(n))
    assert table["More"].tolist() == ks
    assert np.allclose(table["Chance"], [k / (n + k) for k in ks])
    assert table["IsExact"].all()
    assert set(table["Basis"]) == {"random"}
    assert set(table["Drawn"]) == {n}
    assert (table["Matters"] < table["Chance"]).all()


def test_k_may_be_asked_for_up_to_the_number_of_trials():
    assert going_on(normal(30), more=[25, 5, 31, 0])["More"].tolist() == [5, 25]
    assert going_on(normal(30), more=[31, 99])["More"].tolist() == [30]
    assert going_on([1.0], more=[5])["Verdict"].tolist() == ["too few"]


def test_failed_trials_take_their_share_of_the_chance():
    scores = np.concatenate([normal(20), np.full(10, math.nan)])
    assert going_on(scores, more=[10])["Chance"].iloc[0] == pytest.approx(10 / 40)


@pytest.mark.parametrize("draw", ["normal", "uniform", "exponential"])
def test_simulated_random_searches_do_as_is_said(draw):
    rng, said, came, inside = np.random.default_rng(0), [], [], []
    for _ in range(300):
        scores = getattr(rng, draw)(size=60)
        told = judge_going_on(scores[:30], "Random", 30)
        gain = max(0.0, scores[30:].max() - scores[:30].max())
        unit = scores[:30].max() - np.median(scores[:30])
        said.append([told.chance, told.matters])
        came.append([gain > 0, gain >= 0.02 * unit])
        inside.append(told.low <= gain <= told.high)
    assert np.mean(said, axis=0) == pytest.approx(np.mean(came, axis=0), abs=0.08)
    assert np.mean(inside) >= 0.88


def test_a_gain_matters_from_the_share_that_is_asked_for():
    scores = normal(40)
    shares = [0.0, 0.02, 0.1, 0.5]
    told = [going_on(scores, more=[20], matters=share)["Matters"].iloc[0] for share in shares]
    assert told[0] == pytest.approx(20 / 60)
    assert told == sorted(told, reverse=True)
    assert told[-1] < 0.15
    unit = scores.max() - np.median(scores)
    assert going_on(scores)["MattersFrom"].tolist() == pytest.approx([0.02 * unit] * 3)


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
def test_minimizing_mirrors_maximizing_and_units_carry_over(strategy):
    scores = normal(30)
    up = going_on(scores, strategy)
    down = going_on(-1e-12 * scores, strategy, Objective("y", "Minimize"))
    assert np.allclose(down[["Chance", "Matters"]], up[["Chance", "Matters"]])
    assert np.allclose(down[["Gain", "High"]] / 1e-12, up[["Gain", "High"]])


def test_a_search_that_climbs_has_a_better_chance_than_a_random_one():
    climbing = normal(60, 1) + np.linspace(0, 3, 60)
    row = going_on(climbing, "Bayesian", more=[30]).iloc[0]
    assert (row["Basis"], row["IsExact"], row["Drawn"]) == ("its progress", False, 30)
    assert row["Chance"] > 0.6
    assert row["Verdict"] == "worth"


def test_rows_without_a_strategy_are_draws_unless_their_order_says_otherwise():
    climbing = normal(60, 1) + np.linspace(0, 3, 60)
    assert set(going_on(climbing, "")["Basis"]) == {"its progress"}
    for scores, columns in ((climbing, dict.fromkeys(TIMES, pd.NaT)), (normal(60, 2), {})):
        table = going_on(scores, "", **columns)
        assert set(table["Basis"]) == {"assumed random"}
        assert not table["IsExact"].any()
        assert np.allclose(table["Chance"], [0.2, 1 / 3, 0.5])
    unknown = compute_going_on(make_search(normal(20)), UP, {})
    assert set(unknown["Basis"]) == {"assumed random"}


def test_equal_values_arent_exact():
    table = going_on(normal(40).round(1))
    assert not table["IsExact"].any()
    assert (table["Chance"] < [0.2, 1 / 3, 0.5]).all()


def test_a_bogus_best_has_a_chance_but_no_gain():
    scores = normal(60)
    scores[7] = 1e6
    table = going_on(scores)
    assert set(table["Verdict"]) == {"bogus best"}
    assert np.allclose(table["Chance"], [0.2, 1 / 3, 0.5])
    assert table[NUMBERS[1:]].isna().all(axis=None)
    assert table["Reason"].iloc[0].startswith("the best value lies ")
    assert table["SecondsPerGain"].isna().all()


def test_verdicts_follow_the_chance_of_a_gain_that_matters():
    table = pd.concat([going_on(normal(30, seed), s) for seed in range(9) for s in ("Random", "x")])
    verdicts = np.select(
        [table["Matters"] >= 0.5, table["Matters"] < 0.2], ["worth", "unlikely"], "open"
    )
    assert table["Verdict"].tolist() == verdicts.tolist()
    assert set(verdicts) == {"worth", "unlikely", "open"}
    assert set(going_on(normal(19), "Bayesian")["Verdict"]) == {"early"}
    assert "early" not in set(going_on(normal(19), "Random")["Verdict"])


def test_no_gain_is_called_unlikely_of_a_search_that_learns():
    settled = np.concatenate([normal(60), 5 + normal(40, 1) * 1e-3])
    table = going_on(settled, "Bayesian")
    assert set(table["Verdict"]) == {"open"}
    assert table["Matters"].tolist() == [0.25] * 3
    assert (table["Chance"] >= 0.25).all()
    # a gain that is asked to be larger may well be unlikely, and isn't called so either
    larger = going_on(settled, "Bayesian", matters=0.5)
    assert (larger["Matters"] < 0.2).all()
    assert set(larger["Verdict"]) == {"open"}


def brackets():
    """Two brackets: 18 stopped early, 6 later, 3 trained to the end."""
    bracket = np.concatenate([normal(18, 1), normal(6, 2) + 3, normal(3, 3) + 6])
    return np.concatenate([bracket, bracket + 0.01])


@pytest.mark.parametrize(
    ("scores", "strategy", "verdict", "reason"),
    [
        ([1.5], "Random", "too few", "only 1 trial has a value"),
        (normal(9), "Random", "too few", "only 9 trials have a value"),
        ([math.nan] * 30, "Random", "too few", "no trial has a value"),
        (
            [*normal(13), 8.0, 9.0, *[math.nan] * 15],
            "Bayesian",
            "too few",
            "too few of the recent trials have a value",
        ),
        (
            np.minimum(normal(50) / 4 + 0.8, 1.0),
            "Bayesian",
            "ceiling",
            "12 trials have reached the best possible value",
        ),
        (
            np.append(normal(14).clip(max=0.5), [0.6] * 16),
            "Random",
            "ceiling",
            "16 of 30 trials share the best value",
        ),
        (normal(30), "Grid", "grid", "a grid search ends with its last combination"),
        (
            brackets(),
            "Hyperband",
            "brackets",
            "its good trials come in runs, as those of Hyperband's brackets do",
        ),
    ],
)
def test_it_says_why_nothing_can_be_said(scores, strategy, verdict, reason):
    (row,) = going_on(scores, strategy).to_dict("records")
    assert (row["Verdict"], row["Reason"], row["Basis"]) == (verdict, reason, "")
    assert all(math.isnan(row[name]) for name in NUMBERS)


def test_a_strategy_that_learns_needs_an_order():
    (row,) = going_on(normal(30), "Bayesian", **dict.fromkeys(TIMES, pd.NaT)).to_dict("records")
    assert (row["Verdict"], row["Reason"]) == ("no order", "the order of its trials isn't known")
    assert set(going_on(normal(30), "Random", **dict.fromkeys(TIMES, pd.NaT))["IsExact"]) == {True}


def test_the_cost_is_that_of_the_trials_that_the_next_are_like():
    seconds = [1000.0] * 20 + [10.0] * 20
    columns = {"BillableTimeInSeconds": seconds, "InstanceCount": 2}
    row = going_on(normal(40), more=[10], **columns).iloc[0]
    assert row["BilledSeconds"] == pytest.approx(10 * 1010)
    assert row["SecondsPerGain"] == pytest.approx(10 * 1010 / row["Matters"])
    climbing = np.append(normal(39), 2.9)
    recent = going_on(climbing, "Bayesian", more=[10], **columns).iloc[0]
    assert recent["BilledSeconds"] == pytest.approx(10 * 20)
    unknown = going_on(normal(40), EnableManagedSpotTraining=True, BillableTimeInSeconds=math.nan)
    assert unknown[["BilledSeconds", "SecondsPerGain"]].isna().all(axis=None)


def test_no_trial():
    table = compute_going_on(make_search([1.0]).iloc[:0], UP, {})
    assert len(table) == 0
    assert str(table["Gain"].dtype) == "float64"
