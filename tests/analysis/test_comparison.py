import math
import time

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln

from amtviz.analysis.comparison import compute_comparison, compute_edf
from amtviz.model import Objective
from tests.analysis.searches import make_search

UP, DOWN = Objective("y", "Maximize"), Objective("y", "Minimize")
RANDOM = {"a": "Random", "b": "Random"}


def search(a, b, **columns):
    return pd.concat([make_search(a, "a"), make_search(b, "b", **columns)], ignore_index=True)


def row_of(table, yardstick="trials", **wanted):
    table = table[table["Yardstick"] == yardstick]
    for name, value in wanted.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def hit(good, size, draws):
    """Chance that one of the draws is good, where the share of good ones is Beta(good, rest)."""
    if good in (0, size):
        return float(good > 0)
    return 1 - math.exp(betaln(good, size - good + draws) - betaln(good, size - good))


@pytest.mark.parametrize(("good", "other"), [(1, 0), (3, 1), (2, 2), (12, 5), (0, 0)])
def test_the_chance_of_two_valued_searches_is_that_of_the_beta_distribution(good, other):
    a = [1.0] * good + [0.0] * (12 - good)
    b = [1.0] * other + [0.0] * (20 - other)
    pair = row_of(compute_comparison(search(a, b), UP, RANDOM).pairs)
    one, two = hit(good, 12, 12), hit(other, 20, 12)
    expected = one * (1 - two) + 0.5 * (one * two + (1 - one) * (1 - two))
    assert pair["Chance"] == pytest.approx(expected)
    assert (pair["FirstTrials"], pair["SecondTrials"], pair["Budget"]) == (12, 12, 12)


def test_a_search_that_learns_is_redrawn_within_fifths_of_its_order():
    """All 50 scores of a fifth differ only there: 10 trials each, 4, 0, 0, 5 and 1 of them good."""
    counts = [4, 0, 0, 5, 1]
    a = [score for n in counts for score in [1.0] * n + [0.0] * (10 - n)]
    b = [0.0] * 34
    pair = row_of(compute_comparison(search(a, b), UP, {"a": "Bayesian", "b": "Random"}).pairs)
    draws = [10, 10, 10, 4, 0]  # the first 34
    missed = math.prod(1 - hit(n, 10, d) for n, d in zip(counts, draws, strict=True))
    assert pair["Chance"] == pytest.approx(1 - missed + missed / 2)


def test_the_chance_agrees_with_a_simulated_bayesian_bootstrap():
    rng = np.random.default_rng(3)
    scores = {"a": rng.normal(0.2, 1, 30), "b": rng.normal(0, 1, 25)}
    bests = {
        name: np.array(
            [
                rng.choice(values, 25, p=rng.dirichlet(np.ones(len(values)))).max()
                for _ in range(6000)
            ]
        )
        for name, values in scores.items()
    }
    wins = (bests["a"] > bests["b"]) + 0.5 * (bests["a"] == bests["b"])
    pair = row_of(compute_comparison(search(scores["a"], scores["b"]), UP, RANDOM).pairs)
    assert pair["Chance"] == pytest.approx(wins.mean(), abs=0.02)


def test_minimizing_mirrors_maximizing():
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=15), rng.normal(size=11)
    up = compute_comparison(search(a, b), UP, RANDOM)
    down = compute_comparison(search(-a, -b), DOWN, RANDOM)
    assert np.allclose(up.pairs["Chance"], down.pairs["Chance"])
    for table, columns in (("jobs", ["Best", "Median"]), ("pairs", ["FirstBest", "SecondBest"])):
        left, right = getattr(up, table)[columns], getattr(down, table)[columns]
        assert np.allclose(left, -right)


def test_each_yardstick_has_its_own_budget():
    """a: 20 trials of 60 s; b: 15 of 120 s on two instances."""
    a, b = np.arange(20.0), np.arange(15.0) + 0.5
    trials = search(a, b, seconds=120.0, InstanceCount=2)
    table = compute_comparison(trials, UP, RANDOM).jobs
    expected = {
        "trials": (15, 15, 15),
        "time": (20 * 60, 20, 10),
        "cost": (20 * 60, 20, 5),  # 240 billed seconds a trial of b
    }
    for yardstick, (budget, first, second) in expected.items():
        for job, values, count in (("a", a, first), ("b", b, second)):
            row = row_of(table, yardstick, TuningJobName=job)
            assert (row["Budget"], row["Trials"]) == (budget, count)
            assert row["Best"] == values[:count].max()
            assert row["Median"] == pytest.approx(np.median(values[:count]))
            assert row["Reason"] == ""


def test_what_isnt_known_is_said():
    trials = search(np.arange(12.0), np.arange(12.0))
    of_b = trials["TuningJobName"] == "b"
    trials.loc[of_b, ["BillableTimeInSeconds", "TrainingElapsedTimeSeconds"]] = np.nan
    trials.loc[of_b, ["TrainingEndTime"]] = pd.NaT
    found = compute_comparison(trials, UP, RANDOM)
    time_row, cost_row = (
        row_of(found.jobs, yardstick, TuningJobName="b") for yardstick in ("time", "cost")
    )
    assert time_row["Reason"] == "its times aren't known"
    assert cost_row["Reason"] == "its billed time isn't known"
    assert row_of(found.pairs, "cost")["Reason"] == "its billed time isn't known"
    assert np.isnan(row_of(found.pairs, "time")["Chance"])
    assert row_of(found.jobs, "time", TuningJobName="a")["Best"] == 11
    assert row_of(found.jobs, "trials", TuningJobName="b")["Best"] == 11


def test_a_trial_that_never_started_costs_nothing_and_takes_no_time():
    trials = search(np.arange(12.0), [math.nan, *np.arange(11.0)])
    first = trials.index[trials["TuningJobName"] == "b"][0]
    trials.loc[first, ["TrainingStartTime", "TrainingEndTime"]] = pd.NaT
    trials.loc[first, ["BillableTimeInSeconds", "TrainingElapsedTimeSeconds"]] = np.nan
    trials.loc[first, "CreationTime"] = trials.loc[first + 1, "TrainingStartTime"]
    table = compute_comparison(trials, UP, RANDOM).jobs
    for yardstick in ("time", "cost"):
        row = row_of(table, yardstick, TuningJobName="b")
        assert (row["Reason"], row["Best"], row["Scored"]) == ("", 10, 11)


def test_few_trials_have_no_chance_and_dont_hold_the_others_down():
    names = ["a", "b", "c"]
    counts = [30, 20, 3]
    trials = pd.concat(
        [make_search(np.arange(float(n)), name) for name, n in zip(names, counts, strict=True)],
        ignore_index=True,
    )
    found = compute_comparison(trials, UP, {})
    assert row_of(found.jobs, TuningJobName="a")["Budget"] == 20
    few = row_of(found.jobs, TuningJobName="c")
    assert (few["Reason"], few["Total"]) == ("only 3 scored trials", 3)
    assert np.isnan(few["Best"])
    pair = row_of(found.pairs, First="a", Second="c")
    assert (pair["Reason"], pair["FirstBest"]) == ("only 3 scored trials", 2)
    assert np.isnan(pair["Chance"])


def test_all_failed_and_nothing_at_all():
    found = compute_comparison(search([math.nan] * 3, [math.nan] * 2), UP, RANDOM)
    assert set(found.jobs["Reason"]) == {"no trial has a value"}
    assert set(found.pairs["Reason"]) == {"no trial has a value"}
    none = compute_comparison(search([], []), UP, {})
    assert not len(none.jobs)
    assert not len(none.pairs)


def test_thirteen_tuning_jobs_have_78_pairs():
    trials = pd.concat(
        [make_search(np.arange(4.0) + n, f"job-{n}") for n in range(13)], ignore_index=True
    )
    found = compute_comparison(trials, UP, {})
    assert len(found.jobs) == 3 * 13
    assert len(found.pairs) == 3 * 78


def test_ten_tuning_jobs_of_750_trials_take_well_under_a_second():
    rng = np.random.default_rng(0)
    trials = pd.concat(
        [make_search(rng.normal(size=750 - n), f"j{n}", seconds=60 + n) for n in range(10)],
        ignore_index=True,
    )
    taken = []
    for _ in range(3):
        begun = time.process_time()
        compute_comparison(trials, UP, {})
        taken.append(time.process_time() - begun)
    assert min(taken) < 1


@pytest.mark.parametrize("objective", [UP, DOWN])
def test_the_edf_is_the_share_at_least_as_good(objective):
    scores = [3.0, 1.0, math.nan, 5.0, 3.0]
    table = compute_edf(search(scores, [math.nan]), objective)
    assert table["TuningJobName"].unique().tolist() == ["a"]
    for row in table.itertuples():
        as_good = [s for s in scores if (s - row.Value) * objective.sign >= 0]
        assert row.Trials == len(as_good)
        assert row.Share == pytest.approx(len(as_good) / 5)
    best_last = [1.0, 3.0, 5.0] if objective is UP else [5.0, 3.0, 1.0]
    assert table["Value"].tolist() == best_last
    assert not len(compute_edf(search([], []), objective))
