import math

import numpy as np
import pytest
from scipy import stats

from amtviz.analysis.expected_gain import compute_expected_gain
from amtviz.model import Objective
from tests.analysis.searches import make_search

UP = Objective("y", "Maximize")


def gain(scores, strategy="Random", more=(10, 25), objective=UP, **columns):
    return compute_expected_gain(
        make_search(scores, **columns), objective, {"a": strategy}, more=more
    )


def normal(n, seed=0):
    return np.random.default_rng(seed).normal(size=n)


@pytest.mark.parametrize("n", [10, 30, 50])
def test_the_chance_of_a_record(n):
    table = gain(normal(n))
    ks = [*(k for k in (10, 25) if k < n), n]
    assert table["More"].tolist() == ks
    assert np.allclose(table["Chance"], [k / (n + k) for k in ks])
    assert set(table["ChanceIs"]) == {"exact"}
    assert set(table["Drawn"]) == {n}


def test_failed_trials_take_their_share_of_the_chance():
    scores = np.concatenate([normal(20), np.full(10, math.nan)])
    assert gain(scores, more=(10,))["Chance"].iloc[0] == pytest.approx(10 / 40)


def simulate(scores, k, size=400_000):
    """Draw the gain of k more trials from the model as it is documented, by SciPy and by luck."""
    rng = np.random.default_rng(5)
    best = np.sort(scores)[::-1]
    n = len(best)
    third = -(-n // 3)
    excess = best[:third] - best[third]
    shapes = np.linspace(-1, 0.8, 37)
    scales = np.geomspace(0.15, 10, 45) * excess.mean()
    grid = [(c, s) for c in shapes for s in scales]
    logs = np.array(
        [
            stats.genpareto.logpdf(excess, c, scale=s).sum() + stats.norm.logpdf(c, -0.2, 0.3)
            for c, s in grid
        ]
    )
    weights = np.exp(logs - logs.max())
    picked = rng.choice(len(grid), size, p=weights / weights.sum())
    c, s = np.array(grid)[picked].T
    s = s + c * excess[0]
    exceeding = rng.binomial(k, rng.beta(1, n, size))
    # the highest of j uniform numbers, through the quantile function
    with np.errstate(divide="ignore"):
        highest = rng.uniform(size=size) ** (1 / exceeding)
    gains = stats.genpareto.ppf(highest, c, scale=s)
    return np.where(exceeding > 0, gains, 0)


@pytest.mark.parametrize(("n", "k"), [(12, 10), (40, 25)])
def test_it_agrees_with_draws_from_the_model(n, k):
    scores = normal(n, seed=3)
    row = gain(scores, more=(k,)).iloc[0]
    drawn = simulate(scores, k)
    assert row["Chance"] == pytest.approx((drawn > 0).mean(), abs=0.005)
    assert row["Gain"] == pytest.approx(drawn.mean(), rel=0.03)
    assert row["High"] == pytest.approx(np.quantile(drawn, 0.95), rel=0.03)
    assert row["Low"] == 0


def test_a_search_that_learns_draws_from_its_recent_half_or_since_its_best():
    scores = normal(60, seed=4)
    scores[45] = scores.max() + 0.1
    row = gain(scores, "Bayesian").iloc[1]
    assert (row["Draw"], row["Drawn"], row["ChanceIs"]) == ("recent half", 30, "estimated")
    assert row["Chance"] == pytest.approx(25 / 55)
    drawn = simulate(scores[30:], 25)
    assert row["Gain"] == pytest.approx(drawn.mean(), rel=0.04)
    scores[19] = scores.max() + 0.1
    row = gain(scores, "Bayesian").iloc[1]
    assert (row["Draw"], row["Drawn"]) == ("since the best", 41)
    assert row["Chance"] == pytest.approx(25 / 66)
    drawn = simulate(scores[19:], 25)
    assert row["Gain"] == pytest.approx(drawn.mean(), rel=0.04)
    scores[0] = scores.max() + 0.1
    assert set(gain(scores, "Bayesian")["Draw"]) == {"all trials"}


SHAPES = {
    "uniform": lambda rng, n: rng.uniform(size=n),
    "normal": lambda rng, n: rng.normal(size=n),
    "beta": lambda rng, n: rng.beta(8, 2, n),
    "exponential": lambda rng, n: rng.exponential(size=n),
    "bowl": lambda rng, n: -(rng.uniform(-1, 1, (n, 5)) ** 2).sum(axis=1),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_interval_holds_the_true_gain_of_simulated_searches(shape):
    rng, inside, expected = np.random.default_rng(0), [], []
    for _ in range(120):
        scores = SHAPES[shape](rng, 75)
        row = gain(scores[:50], more=(25,)).iloc[0]
        inside.append(row["Low"] <= max(0.0, scores[50:].max() - scores[:50].max()) <= row["High"])
        expected.append(row["Gain"])
    many = [SHAPES[shape](rng, 75) for _ in range(4000)]
    true = np.mean([max(0.0, scores[50:].max() - scores[:50].max()) for scores in many])
    assert np.mean(inside) >= 0.85
    assert 0.8 < np.mean(expected) / true < 4


def test_minimizing_mirrors_maximizing_and_units_carry_over():
    scores = normal(30)
    up = gain(scores)
    down = gain(5 - 100 * scores, objective=Objective("y", "Minimize"))
    assert np.allclose(down["Chance"], up["Chance"])
    assert np.allclose(down[["Gain", "High"]], 100 * up[["Gain", "High"]])


def test_equal_bests_make_the_chance_a_bound():
    scores = np.append(normal(29), normal(29).max())
    assert set(gain(scores)["ChanceIs"]) == {"at most"}


def test_the_cost_is_that_of_the_draw():
    seconds = [1000.0] * 20 + [10.0] * 20
    columns = {"BillableTimeInSeconds": seconds, "InstanceCount": 2}
    assert gain(normal(40), **columns)["BilledSeconds"].iloc[0] == pytest.approx(10 * 1010)
    climbing = np.append(normal(39), 9.0)
    recent = gain(climbing, "Bayesian", **columns)
    assert recent["BilledSeconds"].iloc[0] == pytest.approx(10 * 20)
    unknown = gain(normal(40), EnableManagedSpotTraining=True, BillableTimeInSeconds=math.nan)
    assert unknown["BilledSeconds"].isna().all()


@pytest.mark.parametrize(
    ("scores", "strategy", "reason"),
    [
        ([1.0], "Random", "1 trial has a value: too few"),
        (normal(9), "Random", "9 trials have a value: too few"),
        ([math.nan] * 30, "Random", "0 trials have a value: too few"),
        ([1.0] * 30, "Random", "the best third of the trials have one and the same value"),
        (
            normal(30),
            "Grid",
            "a grid search ends with its last combination, and its order isn't random",
        ),
        (
            [*normal(13), 8.0, 9.0, *[math.nan] * 15],
            "Bayesian",
            "too few of the recent trials have a value",
        ),
    ],
)
def test_it_says_why_nothing_can_be_said(scores, strategy, reason):
    (row,) = gain(scores, strategy).to_dict("records")
    assert row["Reason"] == reason
    assert math.isnan(row["Chance"])


def test_no_trial():
    table = compute_expected_gain(make_search([1.0]).iloc[:0], UP, {})
    assert len(table) == 0
    assert str(table["Gain"].dtype) == "float64"
