from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from amtviz.analysis.chances.rerun import compute_chance_to_win, find_sure_pairs
from tests.analysis.searches import normal


def integrate(likelihood, ratio=1.0):
    """Return the posterior mean of a n / (a n + m) under a Cauchy prior of log a, scale 0.3."""

    def weight(log):
        return likelihood(np.exp(log)) / (1 + (log / 0.3) ** 2)

    def win(log):
        return np.exp(log) * ratio / (1 + np.exp(log) * ratio)

    ends = {"a": -6, "b": 6, "points": [-0.5, 0, 0.5], "limit": 200}
    return quad(lambda log: weight(log) * win(log), **ends)[0] / quad(weight, **ends)[0]


def test_the_ranks_of_the_better_half_count():
    """First, first, second are the better half of six."""
    chance = compute_chance_to_win(np.array([9.0, 8.0, 1.0]), np.array([7.0, 3.0, 2.0]))
    # each next best is one of those left of its search: of 3 and 3, of 2 and 3, of 1 and 3
    expected = integrate(lambda a: a / (3 * a + 3) * a / (2 * a + 3) / (a + 3))
    assert chance == pytest.approx(expected, abs=1e-3)


def test_a_longer_search_wins_by_its_length():
    first, second = np.array([9.0, 8.0, 1.0, 0.5]), np.array([7.0, 3.0])
    expected = integrate(lambda a: a / (4 * a + 2) * a / (3 * a + 2) / (2 * a + 2), ratio=2)
    assert compute_chance_to_win(first, second) == pytest.approx(expected, abs=1e-3)


def test_neither_order_nor_unit_nor_an_outlier_counts():
    first, second = normal(30), normal(20, 1)
    chance = compute_chance_to_win(first, second)
    assert compute_chance_to_win(second, first) == pytest.approx(1 - chance)
    assert compute_chance_to_win(first[::-1], second) == chance
    assert compute_chance_to_win(np.exp(first) * 1e-12, np.exp(second) * 1e-12) == chance
    far = np.where(first == first.max(), 1e6, first)
    best_first = first.max() > second.max()
    assert best_first
    assert compute_chance_to_win(far, second) == chance


def test_equal_values_favour_neither():
    values = normal(30)
    assert compute_chance_to_win(values, values) == pytest.approx(0.5)
    assert compute_chance_to_win(np.ones(20), np.ones(20)) == pytest.approx(0.5)
    one = compute_chance_to_win(values.round(), normal(30, 1).round())
    assert compute_chance_to_win(normal(30, 1).round(), values.round()) == pytest.approx(1 - one)


def test_failed_trials_are_the_worst():
    first = np.concatenate([normal(20) + 1, np.full(10, -np.inf)])
    worst = np.where(np.isfinite(first), first, -99 - np.arange(30))
    assert compute_chance_to_win(first, normal(30, 1)) == compute_chance_to_win(
        worst, normal(30, 1)
    )


def test_long_searches_of_which_one_is_a_power_of_the_other_show_it():
    rng = np.random.default_rng(3)
    told = [
        compute_chance_to_win(rng.uniform(size=600) ** (1 / 3), rng.uniform(size=600))
        for _ in range(20)
    ]
    assert np.mean(told) == pytest.approx(3 / 4, abs=0.02)


def test_equal_searches_are_seldom_told_apart():
    rng = np.random.default_rng(4)
    told = np.array([compute_chance_to_win(*rng.normal(size=(2, 40))) for _ in range(300)])
    assert np.mean(told) == pytest.approx(0.5, abs=0.02)
    assert np.mean((told > 0.8) | (told < 0.2)) < 0.04


def test_pairs_are_named_by_holms_procedure():
    # 0.02 * 4 <= 0.2, 0.05 * 3 <= 0.2, 0.15 * 2 > 0.2, and no more after that
    chances = {("a", "b"): 0.95, ("a", "c"): 0.98, ("b", "c"): 0.85, ("c", "d"): 0.81}
    assert find_sure_pairs(chances, 0.8) == [("a", "c"), ("a", "b")]
    assert find_sure_pairs({("a", "b"): 0.8}, 0.8) == [("a", "b")]
    assert find_sure_pairs({}, 0.8) == []
