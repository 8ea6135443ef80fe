import itertools
import math

import numpy as np
import pytest

from amtviz.analysis.expected_best import compute_expected_best
from amtviz.model import Objective
from tests.analysis.searches import make_search

SCORES = [3.0, 1.0, math.nan, 5.0, 2.0]


def enumerate_bests(scores, n, neighbours):
    """Give the best of every way to redraw the first n trials that gives a value, with weights."""
    pools = []
    for place in range(n):
        pool = scores
        if neighbours is not None:
            pool = scores[max(0, place - neighbours) : place + neighbours + 1]
        pools.append(pool)
    found = {}
    for drawn in itertools.product(*pools):
        known = [score for score in drawn if not math.isnan(score)]
        if known:
            found[max(known)] = found.get(max(known), 0) + 1
    total = sum(found.values())
    return {best: count / total for best, count in sorted(found.items())}


def quantile(bests, level):
    below = 0.0
    for best, share in bests.items():
        below += share
        if below >= level - 1e-12:
            return best
    raise AssertionError


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
def test_it_agrees_with_every_way_to_redraw(strategy):
    table = compute_expected_best(make_search(SCORES), Objective("y", "Maximize"), {"a": strategy})
    assert table["Trials"].tolist() == [1, 2, 3, 4, 5]
    assert set(table["Method"]) == {"random" if strategy == "Random" else "neighbours"}
    for row in table.itertuples():
        bests = enumerate_bests(SCORES, row.Trials, None if strategy == "Random" else 2)
        assert row.Expected == pytest.approx(sum(b * p for b, p in bests.items()))
        assert row.Low == quantile(bests, 0.05)
        assert row.High == quantile(bests, 0.95)


def test_minimizing_mirrors_maximizing():
    up = compute_expected_best(make_search(SCORES), Objective("y", "Maximize"), {"a": "Random"})
    down = compute_expected_best(
        make_search([-s for s in SCORES]), Objective("y", "Minimize"), {"a": "Random"}
    )
    assert np.allclose(down[["Expected", "Low", "High"]], -up[["Expected", "High", "Low"]])
    assert down["Trials"].tolist() == up["Trials"].tolist()
    assert (down["Low"] <= down["High"]).all()


def test_the_formula_of_dodge_et_al():
    scores = np.random.default_rng(0).normal(size=40)
    table = compute_expected_best(make_search(scores), Objective("y", "Maximize"), {"a": "Random"})
    values = np.sort(scores)
    share = np.arange(41) / 40
    for row in table.itertuples():
        expected = values @ (share[1:] ** row.Trials - share[:-1] ** row.Trials)
        assert row.Expected == pytest.approx(expected)


def test_many_trials_are_thinned_without_harm():
    scores = np.random.default_rng(1).normal(size=3000)
    table = compute_expected_best(make_search(scores), Objective("y", "Maximize"), {"a": "Random"})
    assert len(table) <= 200
    assert table["Trials"].iloc[[0, -1]].tolist() == [1, 3000]
    values = np.sort(scores)
    share = np.arange(3001) / 3000
    exact = [values @ np.diff(share**n) for n in table["Trials"]]
    assert np.allclose(table["Expected"], exact, atol=0.01)


def test_it_keeps_what_a_search_has_learnt():
    """Shuffled, a search that climbs would show its best early; redrawn nearby, it climbs."""
    climbing = np.arange(50.0)
    table = compute_expected_best(
        make_search(climbing), Objective("y", "Maximize"), {"a": "Bayesian"}
    )
    assert (np.abs(table["Expected"] - climbing) < 5).all()
    assert table["High"].max() <= climbing.max()


def test_nothing_is_said_of_a_job_without_a_score():
    trials = make_search([math.nan] * 4)
    table = compute_expected_best(trials, Objective("y", "Maximize"), {})
    assert len(table) == 0
    assert len(compute_expected_best(trials.iloc[:0], Objective("y", "Maximize"), {})) == 0


def test_it_begins_where_a_value_can_be_drawn():
    scores = [math.nan] * 10 + [1.0, 2.0]
    table = compute_expected_best(make_search(scores), Objective("y", "Maximize"), {"a": "x"})
    assert table["Trials"].iloc[0] == 9  # the first whose neighbours include a scored one
