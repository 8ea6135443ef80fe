"""Partial dependence against scikit-learn's own, and on functions with known curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence

from amtviz import Hyperparameter, Objective
from amtviz.analysis.dependence import compute_dependence
from amtviz.analysis.surrogate import fit_surrogate
from tests.analysis.planted import MINIMIZE, additive, draw

COLUMNS = ["Hyperparameter", "Value", "Mean", "Low", "High"]


def curve(table, name):
    own = table[table["Hyperparameter"] == name]
    return own["Value"].to_numpy(), own[["Mean", "Low", "High"]].to_numpy(float)


def linear(*names):
    return [Hyperparameter(name, "continuous", 0, 1, scaling="Linear") for name in names]


class Predictor(RegressorMixin, BaseEstimator):
    """A surrogate as scikit-learn wants it."""

    def __init__(self, surrogate=None):
        self.surrogate = surrogate
        self.fitted_ = True

    def fit(self, inputs, target):
        return self

    def predict(self, inputs):
        return self.surrogate.predict(inputs)


@pytest.fixture(scope="module")
def sixty():
    """As many trials as are followed; both ends of each range are among them."""
    trials, ranges = draw(additive, 58, list("abcd"))
    ends = pd.DataFrame({name: [0.0, 1.0] for name in "abcd"}).assign(y=[0.0, 7.0])
    trials = pd.concat([trials, ends], ignore_index=True)
    surrogate = fit_surrogate(trials, MINIMIZE, ranges)
    return surrogate, compute_dependence(trials, MINIMIZE, ranges, surrogate=surrogate)


@pytest.mark.parametrize("place", range(4))
def test_scikit_learn_gives_the_same(sixty, place):
    surrogate, table = sixty
    theirs = partial_dependence(
        Predictor(surrogate),
        surrogate.inputs,
        [place],
        kind="both",
        method="brute",
        grid_resolution=24,
        percentiles=(0, 1),
    )
    values, ours = curve(table, "abcd"[place])
    assert values.astype(float) == pytest.approx(theirs["grid_values"][0])
    assert ours[:, 0] == pytest.approx(theirs["average"][0])
    single = theirs["individual"][0]  # trials × values
    assert pytest.approx(np.percentile(single, [5, 95], axis=0)) == ours[:, 1:].T
    inside = (single >= ours[:, 1] - 1e-9) & (single <= ours[:, 2] + 1e-9)
    assert (inside.mean(axis=0) >= 0.9).all()  # where curves lie on each other, more
    assert (inside.mean(axis=0) < 1).any() or np.ptp(single) < 1e-9


def test_an_additive_function_has_its_slopes_and_its_spread():
    trials, ranges = draw(additive, 500, list("abcd"), noise=0.05)
    table = compute_dependence(trials, MINIMIZE, ranges)
    assert list(table) == COLUMNS
    for name, slope in {"a": 4, "b": 2, "d": 0}.items():
        values, (mean, low, high) = curve(table, name)[0], curve(table, name)[1].T
        assert np.polyfit(values.astype(float), mean, 1)[0] == pytest.approx(slope, abs=0.6)
        assert (low <= mean).all()
        assert (mean <= high).all()
    # the trials differ by b, c and d: the spread of 2 b + c between its 5 % and 95 % points
    _, (_, low, high) = curve(table, "a")[0], curve(table, "a")[1].T
    rest = trials["y"] - 4 * trials["a"]
    known = np.subtract(*np.percentile(rest, [95, 5]))
    assert np.median(high - low) == pytest.approx(known, rel=0.35)


def test_a_peak_is_where_it_was_planted():
    trials, ranges = draw(lambda x: -10 * (x[0] - 0.3) ** 2 + x[1], 500, ["a", "b"])
    values, numbers = curve(compute_dependence(trials, Objective("y", "Maximize"), ranges), "a")
    known = -10 * (values.astype(float) - 0.3) ** 2 + 0.5
    assert values[numbers[:, 0].argmax()] == pytest.approx(0.3, abs=0.1)
    assert numbers[:, 0] == pytest.approx(known, abs=0.5)


def test_both_directions_are_mirrored():
    trials, ranges = draw(additive, 200, list("abcd"), noise=0.05)
    small = compute_dependence(trials, MINIMIZE, ranges)
    other = trials.assign(y=-trials["y"])
    large = compute_dependence(other, Objective("y", "Maximize"), ranges)
    assert np.allclose(small["Mean"], -large["Mean"])
    assert np.allclose(small["Low"], -large["High"])
    assert np.allclose(small["High"], -large["Low"])


def test_categories_differ_by_what_they_are_worth():
    trials, ranges = draw(additive, 200, list("abcd"), noise=0.05)
    trials["k"] = pd.array(np.random.default_rng(0).choice(["u", "v"], 200), dtype="string")
    trials["y"] += np.where(trials["k"] == "v", 5.0, 0.0)
    ranges = [*ranges, Hyperparameter("k", "categorical", values=("u", "v"))]
    values, numbers = curve(compute_dependence(trials, MINIMIZE, ranges), "k")
    assert values.tolist() == ["u", "v"]
    assert np.diff(numbers[:, 0]) == pytest.approx(5, abs=0.5)


def test_a_log_range_is_followed_on_its_scale():
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"rate": 10 ** rng.uniform(-6, 0, 400), "b": rng.uniform(0, 1, 400)})
    trials["y"] = np.log10(trials["rate"]) + 0.5 * trials["b"]
    ranges = [Hyperparameter("rate", "continuous", 1e-6, 1, scaling="Logarithmic"), *linear("b")]
    values, numbers = curve(compute_dependence(trials, MINIMIZE, ranges), "rate")
    decades = np.log10(values.astype(float))
    assert decades == pytest.approx(np.linspace(-6, 0, 24))
    assert numbers[:, 0] == pytest.approx(decades + 0.25, abs=0.35)


@pytest.mark.parametrize(("low", "high", "steps"), [(1, 8, 8), (0, 3, 4), (1, 200, 24)])
def test_integers_are_followed_at_integers_in_the_range(low, high, steps):
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"n": rng.integers(low, high + 1, 300), "b": rng.uniform(0, 1, 300)})
    trials["y"] = trials["n"] / high + 0.2 * trials["b"]
    ranges = [Hyperparameter("n", "integer", low, high, scaling="Linear"), *linear("b")]
    values, numbers = curve(compute_dependence(trials, MINIMIZE, ranges), "n")
    values = values.astype(float)
    assert (values == np.round(values)).all()
    assert (values[0], values[-1], len(values)) == (low, high, steps)
    assert (np.diff(values) > 0).all()
    assert numbers[:, 0] == pytest.approx(values / high + 0.1, abs=0.08)


def test_only_trials_that_have_a_value_are_followed():
    """Where depth isn't set the objective is 20: a curve of those trials would mean nothing."""
    rng = np.random.default_rng(0)
    kind = rng.choice(["tree", "line"], 400)
    depth = np.where(kind == "tree", rng.uniform(0, 10, 400), np.nan)
    trials = pd.DataFrame({"kind": kind, "depth": depth, "b": rng.uniform(0, 1, 400)})
    trials["y"] = np.where(kind == "tree", depth, 20.0)
    ranges = [
        Hyperparameter("kind", "categorical", values=("tree", "line")),
        Hyperparameter("depth", "continuous", 0, 10, scaling="Linear"),
        *linear("b"),
    ]
    values, numbers = curve(compute_dependence(trials, MINIMIZE, ranges), "depth")
    known = values.astype(float)
    assert numbers[1:-1, 0] == pytest.approx(known[1:-1], abs=1.0)
    assert numbers[[0, -1], 0] == pytest.approx(known[[0, -1]], abs=1.5)  # a forest's ends are flat
    assert numbers.max() < 12


def test_without_trust_there_is_no_curve():
    trials, ranges = draw(additive, 60, list("abcd"))
    noise = trials.assign(y=np.random.default_rng(3).normal(size=60))
    for untrusted in (trials.head(0), trials.head(3), noise, trials.assign(y=np.nan)):
        table = compute_dependence(untrusted, MINIMIZE, ranges)
        assert table.empty
        assert list(table) == COLUMNS
        assert (table.dtypes[["Mean", "Low", "High"]] == "float64").all()


def test_the_same_trials_give_the_same_curves():
    trials, ranges = draw(additive, 100, list("abcd"))
    once, again = (compute_dependence(trials, MINIMIZE, ranges) for _ in range(2))
    pd.testing.assert_frame_equal(once, again)
