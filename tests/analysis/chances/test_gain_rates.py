"""The tail and the rates behind the chances, against SciPy and against draws from the model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from amtviz.analysis.chances.gain_rates import (
    comes_in_runs,
    compute_gain_chances,
    count_drawn,
    seems_to_learn,
)
from amtviz.analysis.chances.gain_tail import fit_gain_tail
from tests.analysis.searches import normal


def simulate_gains(scores, k, size=200_000):
    """Draw the gain of k more trials from the model as it is documented, by SciPy and by luck."""
    rng = np.random.default_rng(5)
    best = np.sort(scores)[::-1]
    third = -(-len(best) // 3)
    excess = best[:third] - best[third]
    grid = [
        (shape, scale)
        for shape in np.linspace(-1, 0.8, 25)
        for scale in np.geomspace(0.15, 10, 31) * excess.mean()
    ]
    logs = np.array(
        [
            stats.genpareto.logpdf(excess, shape, scale=scale).sum()
            + stats.norm.logpdf(shape, -0.2, 0.3)
            for shape, scale in grid
        ]
    )
    weights = np.exp(logs - logs.max())
    shape, scale = np.array(grid)[rng.choice(len(grid), size, p=weights / weights.sum())].T
    exceeding = rng.binomial(k, rng.beta(1, len(best), size))
    # the highest of j uniform numbers, through the quantile function
    with np.errstate(divide="ignore"):
        highest = rng.uniform(size=size) ** (1 / exceeding)
    gains = stats.genpareto.ppf(highest, shape, scale=scale + shape * excess[0])
    return np.where(exceeding > 0, gains, 0)


@pytest.mark.parametrize(("n", "k"), [(12, 10), (40, 25)])
def test_the_tail_agrees_with_draws_from_the_model(n, k):
    scores = normal(n, seed=3)
    drawn = simulate_gains(scores, k)
    gains = np.array([0.0, 0.05, 0.2, 0.6, 1.5])
    chances = fit_gain_tail(scores).chances(n, k, gains)
    assert chances == pytest.approx([(drawn > gain).mean() for gain in gains], abs=0.006)
    assert chances[0] == pytest.approx(k / (n + k), abs=1e-5)


def test_no_tail_without_a_spread():
    assert fit_gain_tail(np.ones(30)) is None
    assert fit_gain_tail(np.array([1.0, *[-np.inf] * 20])) is None


def test_independent_draws_gain_by_the_tail_alone():
    scores, gains = normal(40), np.array([0.0, 0.1, 1.0])
    chances, distinct = compute_gain_chances(scores, "Random", False, 20, gains)
    assert distinct
    assert chances[0] == pytest.approx(20 / 60, abs=1e-12)
    assert chances[1:] == pytest.approx(fit_gain_tail(scores).chances(40, 20, gains)[1:])


def test_values_that_tie_slow_all_rates():
    scores = np.concatenate([normal(40), [normal(40).max()] * 2])
    chances, distinct = compute_gain_chances(scores, "Random", False, 21, np.array([0.0]))
    assert not distinct
    share = 12 / 14  # of the best 14, three are equal
    assert chances[0] == pytest.approx(1 - (42 / 63) ** share)


@pytest.mark.parametrize(
    ("strategy", "acceleration", "strength", "power"),
    [("Bayesian", 2.0, 3.2, 0), ("Hyperband", 1.3, 10.5, -0.3), ("other", 1.45, 4.0, 0.28)],
)
def test_rates_are_gamma_and_updated_by_the_searchs_own_steps(
    strategy, acceleration, strength, power
):
    """The best rises at trials 20 and 50 of 60."""
    scores = -np.arange(60.0)
    scores[19], scores[49] = 1.0, 2.0
    k = 30
    prior_rate = acceleration * 2**power * np.log(60 / 30) / np.log1p(k / 60)  # from k / (30 + k)
    exposure = sum((t / 60) ** 1.5 * np.log(t / (t - 1)) for t in range(2, 61))
    seen = (20 / 60) ** 1.5 + (50 / 60) ** 1.5
    rng = np.random.default_rng(0)
    rates = rng.gamma(strength * prior_rate + seen, 1 / (strength + exposure), 400_000)
    expected = 1 - np.exp(-rates * np.log1p(k / 60)).mean()
    chances, _ = compute_gain_chances(scores, strategy, True, k, np.array([0.0, 1.5]))
    assert count_drawn(scores, True) == 30
    assert chances[0] == pytest.approx(expected, abs=0.002)
    assert chances[1] < chances[0]


def test_what_the_next_trials_are_like():
    scores = np.arange(60.0)
    assert (count_drawn(scores, False), count_drawn(scores, True)) == (60, 30)
    assert count_drawn(scores[::-1], True) == 60


def test_the_newer_half_is_better_where_the_rank_sum_test_says_so():
    rng, told, expected = np.random.default_rng(1), [], []
    for _ in range(200):
        scores = rng.normal(size=31).round(1) + np.linspace(0, 1, 31).round(1)
        test = stats.mannwhitneyu(
            scores[15:], scores[:15], alternative="greater", use_continuity=False
        )
        told.append(seems_to_learn(scores))
        expected.append(test.pvalue < 0.1003)  # 1.28 is a little under the normal score of 10 %
    assert told == expected
    assert 0.2 < np.mean(told) < 0.9


def test_good_trials_that_come_in_runs():
    rng = np.random.default_rng(2)
    assert comes_in_runs(np.array([0.0] * 20 + [1.0] * 10 + [0.0] * 20 + [1.0] * 10))
    assert not comes_in_runs(np.array([0.0, 0.0, 1.0] * 20))
    assert np.mean([comes_in_runs(rng.normal(size=60)) for _ in range(1000)]) < 0.02
