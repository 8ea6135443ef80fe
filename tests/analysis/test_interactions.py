"""Pairs that matter together, and the predicted surface over both."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, Objective
from amtviz.analysis.interactions import compute_interactions
from tests.analysis.planted import MINIMIZE, additive, draw, ishigami, product


def test_a_pure_interaction_is_found_and_predicted():
    trials, ranges = draw(product, 500, list("abc"))
    found = compute_interactions(trials, MINIMIZE, ranges)
    first = found.pairs.iloc[0]
    assert {first["First"], first["Second"]} == {"a", "b"}
    assert first["Importance"] > 0.75
    assert first["Low"] <= first["Importance"] <= first["High"]
    assert first["Low"] > first["Chance"]
    surface = found.surfaces[0]
    x, y = (surface[[f"{c}0", f"{c}1"]].mean(axis=1) - 0.5 for c in "XY")
    assert np.corrcoef(surface["Predicted"], x * y)[0, 1] > 0.9
    assert len(surface) <= 400


def test_ishigami_pairs():
    trials, ranges = draw(ishigami, 1000, list("abc"), low=-np.pi, high=np.pi)
    pairs = compute_interactions(trials, MINIMIZE, ranges).pairs
    assert pairs.iloc[0][["First", "Second"]].tolist() == ["a", "c"]
    assert pairs["Importance"].iloc[0] == pytest.approx(0.2437, abs=0.1)
    assert pairs["Importance"].iloc[1] < 0.06


def test_an_additive_function_has_no_pair_that_matters():
    trials, ranges = draw(additive, 400, list("abcd"), noise=0.1)
    found = compute_interactions(trials, MINIMIZE, ranges)
    assert len(found.pairs) == len(found.surfaces) == 3
    assert found.pairs["Importance"].max() < 0.03


def test_surfaces_cover_the_ranges_and_average_to_the_prediction():
    trials, ranges = draw(product, 300, list("abc"))
    trials["k"] = np.random.default_rng(0).choice(["u", "v"], 300)
    trials["y"] += (trials["k"] == "u") * trials["a"]
    ranges = [ranges[0], Hyperparameter("k", "categorical", values=("u", "v"))]
    found = compute_interactions(trials, MINIMIZE, ranges)
    surface = found.surfaces[0]
    area = (surface["X1"] - surface["X0"]) * (surface["Y1"] - surface["Y0"])
    assert area.sum() == pytest.approx(1)
    assert surface["Y0"].nunique() == 2
    by_kind = surface.groupby("Y0")["Predicted"].mean()
    assert by_kind.iloc[0] - by_kind.iloc[1] == pytest.approx(0.5, abs=0.1)


def test_nothing_to_pair():
    trials, ranges = draw(additive, 100, list("abcd"), noise=0.05)
    alone = compute_interactions(trials, MINIMIZE, ranges[:1])
    assert alone.reason == "Only one hyperparameter has more than one value: there is no pair."
    assert alone.pairs.empty
    assert alone.surfaces == ()
    few = compute_interactions(trials.head(5), MINIMIZE, ranges)
    assert few.reason.startswith("5 scored trials are too few")


def test_thirty_hyperparameters_pair_the_strongest():
    names = [f"h{i}" for i in range(30)]
    trials, ranges = draw(lambda x: 5 * x[3] * x[17] + 3 * x[3], 400, names)
    pairs = compute_interactions(trials, MINIMIZE, ranges).pairs
    assert {pairs["First"].iloc[0], pairs["Second"].iloc[0]} == {"h3", "h17"}


def test_both_directions_find_the_same_pairs_and_mirror_the_surface():
    trials, ranges = draw(product, 300, list("abc"))
    found = compute_interactions(trials, MINIMIZE, ranges)
    other = compute_interactions(trials.assign(y=-trials["y"]), Objective("y", "Maximize"), ranges)
    pd.testing.assert_frame_equal(other.pairs, found.pairs)
    for surface, mirrored in zip(found.surfaces, other.surfaces, strict=True):
        assert np.allclose(surface["Predicted"], -mirrored["Predicted"])


def test_a_category_that_turns_a_slope_around():
    """Of y = ±(x - 1/2) with a sign by category, nothing is explained alone: all is the pair's."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"x": rng.uniform(0, 1, 500), "k": rng.choice(["up", "down"], 500)})
    trials["y"] = (trials["x"] - 0.5) * np.where(trials["k"] == "up", 1, -1)
    ranges = [
        Hyperparameter("x", "continuous", 0, 1, scaling="Linear"),
        Hyperparameter("k", "categorical", values=("up", "down")),
    ]
    first = compute_interactions(trials, MINIMIZE, ranges).pairs.iloc[0]
    assert {first["First"], first["Second"]} == {"x", "k"}
    assert first["Importance"] > 0.8


def test_a_pair_on_log_scales_is_found_on_them():
    """In linear space the product of both logarithms would be that of the largest tenth."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({name: 10 ** rng.uniform(-6, 0, 500) for name in "ab"})
    trials["y"] = (np.log10(trials["a"]) + 3) * (np.log10(trials["b"]) + 3)
    ranges = [Hyperparameter(n, "continuous", 1e-6, 1, scaling="Logarithmic") for n in "ab"]
    found = compute_interactions(trials, MINIMIZE, ranges)
    assert found.pairs["Importance"].iloc[0] > 0.75
    surface = found.surfaces[0]
    x, y = (6 * surface[[f"{c}0", f"{c}1"]].mean(axis=1) - 3 for c in "XY")
    assert np.corrcoef(surface["Predicted"], x * y)[0, 1] > 0.9


def test_missing_values_are_a_row_of_the_surface():
    """Where b isn't set, a is worth 2 per unit; else nothing."""
    trials, ranges = draw(lambda x: 0 * x[0], 600, list("ab"))
    unset = np.arange(600) % 2 == 0
    trials["y"] = np.where(unset, 2 * trials["a"], 0.0)
    trials.loc[unset, "b"] = np.nan
    found = compute_interactions(trials, MINIMIZE, ranges)
    pair = found.pairs.iloc[0]
    # half of the trials: variance 1/3 - 1/4 alone of a, 1/4 of b, and as much as a's together
    assert pair["Importance"] == pytest.approx(1 / 5, abs=0.06)
    surface = found.surfaces[0]
    ends = ["X0", "Y0"] if pair["First"] == "b" else ["Y0", "X0"]
    row = surface[surface[ends[0]] < 0].sort_values(ends[1])
    assert row["Predicted"].iloc[-1] - row["Predicted"].iloc[0] == pytest.approx(1.9, abs=0.3)
    assert surface.loc[surface[ends[0]] >= 0, "Predicted"].abs().max() < 0.2
