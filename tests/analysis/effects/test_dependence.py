"""The objective's mean along one hyperparameter, and how well it is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, Objective
from amtviz.analysis.effects.dependence import COLUMNS, compute_dependence
from tests.analysis.planted import MINIMIZE, additive, draw, linear


def curve(table, name):
    own = table[table["Hyperparameter"] == name]
    return own["Value"].to_numpy(), own[["Mean", "Low", "High"]].to_numpy()


@pytest.fixture(scope="module")
def slopes():
    trials, ranges = draw(additive, 100, list("abcd"), noise=0.3)
    return trials, ranges, compute_dependence(trials, MINIMIZE, ranges)


def test_slopes_lie_in_their_interval(slopes):
    table = slopes[2]
    assert list(table) == COLUMNS
    inside = []
    for name, slope in {"a": 4, "b": 2, "c": 1, "d": 0}.items():
        values, (mean, low, high) = curve(table, name)[0].astype(float), curve(table, name)[1].T
        known = 3.5 + slope * (values - 0.5)
        inside.append(np.mean((low <= known) & (known <= high)))
        assert mean == pytest.approx(known, abs=0.5)
        assert (low <= mean).all()
        assert (mean <= high).all()
    assert np.mean(inside) > 0.7
    width = (table["High"] - table["Low"]).median()
    deviation = 0.3 * np.sqrt(21 / 12)  # of the noise
    assert 2 * 1.64 * deviation / np.sqrt(100) < width < 6 * 1.64 * deviation / np.sqrt(100)


def test_both_directions_are_mirrored(slopes):
    trials, ranges, small = slopes
    other = trials.assign(y=-trials["y"])
    large = compute_dependence(other, Objective("y", "Maximize"), ranges)
    assert small["Mean"].to_numpy() == pytest.approx(-large["Mean"].to_numpy(), abs=0.15)


def test_a_peak_is_where_it_was_planted():
    trials, ranges = draw(lambda x: -10 * (x[0] - 0.3) ** 2 + x[1], 60, ["a", "b"])
    values, numbers = curve(compute_dependence(trials, Objective("y", "Maximize"), ranges), "a")
    known = -10 * (values.astype(float) - 0.3) ** 2 + 0.5
    assert values[numbers[:, 0].argmax()] == pytest.approx(0.3, abs=0.05)
    assert numbers[:, 0] == pytest.approx(known, abs=0.05)


def test_a_log_range_is_followed_on_its_scale():
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"rate": 10 ** rng.uniform(-6, 0, 60), "b": rng.uniform(0, 1, 60)})
    trials["y"] = np.log10(trials["rate"]) + 0.5 * trials["b"]
    ranges = [Hyperparameter("rate", "continuous", 1e-6, 1, scaling="Logarithmic"), *linear("b")]
    values, numbers = curve(compute_dependence(trials, MINIMIZE, ranges), "rate")
    decades = np.log10(values.astype(float))
    assert decades == pytest.approx(np.linspace(-6, 0, 24))
    assert numbers[:, 0] == pytest.approx(decades + 0.25, abs=0.1)


@pytest.mark.parametrize(("low", "high", "steps"), [(1, 8, 8), (1, 200, 24)])
def test_integers_and_categories_are_followed_at_their_values(low, high, steps):
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"n": rng.integers(low, high + 1, 80), "k": rng.choice(["u", "v"], 80)})
    trials["y"] = trials["n"] / high + 2.0 * (trials["k"] == "v")
    ranges = [
        Hyperparameter("n", "integer", low, high, scaling="Linear"),
        Hyperparameter("k", "categorical", values=("u", "v")),
    ]
    table = compute_dependence(trials, MINIMIZE, ranges)
    values, numbers = curve(table, "n")
    values = values.astype(float)
    assert (values == np.round(values)).all()
    assert (values[0], values[-1], len(values)) == (low, high, steps)
    assert numbers[:, 0] == pytest.approx(values / high + 1, abs=0.06)
    values, numbers = curve(table, "k")
    assert values.tolist() == ["u", "v"]
    assert np.diff(numbers[:, 0]) == pytest.approx(2, abs=0.05)


def test_only_trials_that_have_a_value_are_followed():
    """Where depth isn't set the objective is 20; a kind that was never tried has no point."""
    rng = np.random.default_rng(0)
    kind = rng.choice(["tree", "line"], 120)
    depth = np.where(kind == "tree", rng.uniform(0, 10, 120), np.nan)
    trials = pd.DataFrame({"kind": kind, "depth": depth, "b": rng.uniform(0, 1, 120)})
    trials["y"] = np.where(kind == "tree", depth, 20.0)
    ranges = [
        Hyperparameter("kind", "categorical", values=("tree", "line", "net")),
        Hyperparameter("depth", "continuous", 0, 10, scaling="Linear"),
        *linear("b"),
    ]
    table = compute_dependence(trials, MINIMIZE, ranges)
    values, numbers = curve(table, "depth")
    assert numbers[:, 0] == pytest.approx(values.astype(float), abs=0.4)
    values, numbers = curve(table, "kind")
    assert values.tolist() == ["tree", "line"]
    assert numbers[:, 0] == pytest.approx([5, 20], abs=0.6)


def test_jobs_are_averaged():
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"a": rng.uniform(size=100), "b": rng.uniform(size=100)})
    trials["TuningJobName"] = np.repeat(["x", "y"], [75, 25])
    trials["y"] = 2 * trials["a"] + 40.0 * (trials["TuningJobName"] == "y")
    values, numbers = curve(compute_dependence(trials, MINIMIZE, linear("a", "b")), "a")
    assert numbers[:, 0] == pytest.approx(10 + 2 * values.astype(float), abs=0.1)


def test_without_trust_there_is_no_curve():
    trials, ranges = draw(additive, 60, list("abcd"))
    noise = trials.assign(y=np.random.default_rng(3).normal(size=60))
    for untrusted in (trials.head(0), trials.head(3), noise, trials.assign(y=np.nan)):
        table = compute_dependence(untrusted, MINIMIZE, ranges)
        assert table.empty
        assert list(table) == COLUMNS
        assert (table.dtypes[["Mean", "Low", "High"]] == "float64").all()
