"""Pairs that matter together, and the expected objective over both."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, Objective
from amtviz.analysis.effects.interactions import compute_interactions
from tests.analysis.planted import MINIMIZE, additive, draw, ishigami, product


@pytest.fixture(scope="module")
def crossed():
    trials, ranges = draw(product, 80, list("abc"))
    return trials, ranges, compute_interactions(trials, MINIMIZE, ranges)


def middles(surface):
    return tuple(surface[[f"{c}0", f"{c}1"]].mean(axis=1).to_numpy() for c in "XY")


def test_a_pure_interaction_is_found_and_predicted(crossed):
    found = crossed[2]
    first = found.pairs.iloc[0]
    assert (first["First"], first["Second"]) == ("a", "b")
    assert first["Importance"] == pytest.approx(1, abs=0.03)
    assert first["Low"] > first["Chance"]
    assert (found.pairs["Low"].iloc[1:] < found.pairs["Chance"].iloc[1:]).all()
    x, y = middles(found.surfaces[0])
    assert found.surfaces[0]["Predicted"].to_numpy() == pytest.approx(
        (x - 0.5) * (y - 0.5), abs=0.01
    )
    assert len(found.surfaces[0]) == 256


def test_both_directions_find_the_same_pairs(crossed):
    trials, ranges, found = crossed
    other = compute_interactions(trials.assign(y=-trials["y"]), Objective("y", "Maximize"), ranges)
    assert other.pairs[["First", "Second"]].iloc[0].tolist() == ["a", "b"]
    assert other.surfaces[0]["Predicted"].to_numpy() == pytest.approx(
        -found.surfaces[0]["Predicted"], abs=0.01
    )


def test_ishigami_pairs():
    trials, ranges = draw(ishigami, 150, list("abc"), low=-np.pi, high=np.pi)
    pairs = compute_interactions(trials, MINIMIZE, ranges, most_pairs=2).pairs
    assert pairs.iloc[0][["First", "Second"]].tolist() == ["a", "c"]
    assert pairs["Importance"].tolist() == pytest.approx([0.2437, 0], abs=0.03)


def test_additive_functions_have_no_pair_to_name():
    named = 0
    for seed in range(4):
        trials, ranges = draw(additive, 60, list("abcd"), noise=0.5, seed=seed)
        pairs = compute_interactions(trials, MINIMIZE, ranges).pairs
        named += bool((pairs["Low"] > pairs["Chance"]).any())
    assert named <= 1


def test_a_category_that_turns_a_slope_around():
    """Of y = ±(x - 1/2) with a sign by category, nothing is explained alone: all is the pair's."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"x": rng.uniform(0, 1, 80), "k": rng.choice(["up", "down"], 80)})
    trials["y"] = (trials["x"] - 0.5) * np.where(trials["k"] == "up", 1, -1)
    ranges = [
        Hyperparameter("x", "continuous", 0, 1, scaling="Linear"),
        Hyperparameter("k", "categorical", values=("up", "down")),
    ]
    found = compute_interactions(trials, MINIMIZE, ranges)
    first, surface = found.pairs.iloc[0], found.surfaces[0]
    assert (first["First"], first["Second"]) == ("x", "k")
    assert first["Importance"] > 0.95
    x, k = middles(surface)
    assert surface["Predicted"].to_numpy() == pytest.approx(
        (x - 0.5) * np.where(k < 0.5, 1, -1), abs=0.03
    )
    area = (surface["X1"] - surface["X0"]) * (surface["Y1"] - surface["Y0"])
    assert area.sum() == pytest.approx(1)


def test_what_is_set_for_one_choice_pairs_with_others_there():
    """With kind v, slope and depth multiply; the surface is that of the trials that have both."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame(rng.uniform(size=(120, 2)), columns=["slope", "depth"])
    trials["kind"] = rng.choice(["u", "v"], 120)
    has = trials["kind"] == "v"
    trials["depth"] = trials["depth"].where(has)
    trials["y"] = np.where(has, 4 * (trials["slope"] - 0.5) * (trials["depth"] - 0.5) + 3, 0.0)
    trials["y"] += 0.05 * rng.normal(size=120)
    ranges = [
        *(Hyperparameter(n, "continuous", 0, 1, scaling="Linear") for n in ("slope", "depth")),
        Hyperparameter("kind", "categorical", values=("u", "v")),
    ]
    found = compute_interactions(trials, MINIMIZE, ranges)
    places = found.pairs.set_index(["First", "Second"]).index.get_loc(("slope", "depth"))
    x, y = middles(found.surfaces[places])
    known = 4 * (x - 0.5) * (y - 0.5) + 3
    assert found.surfaces[places]["Predicted"].to_numpy() == pytest.approx(known, abs=0.2)
    whole = 9 / 4 + 16 / 144 / 2
    assert found.pairs["Importance"].iloc[places] == pytest.approx(16 / 144 / 2 / whole, abs=0.01)


def test_many_integers_share_cells():
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"n": rng.integers(1, 33, 60), "x": rng.uniform(size=60)})
    trials["y"] = (trials["n"] - 16.5) * (trials["x"] - 0.5)
    ranges = [
        Hyperparameter("n", "integer", 1, 32, scaling="Linear"),
        Hyperparameter("x", "continuous", 0, 1, scaling="Linear"),
    ]
    surface = compute_interactions(trials, MINIMIZE, ranges).surfaces[0]
    assert surface["X0"].nunique() == surface["Y0"].nunique() == 16
    x, y = middles(surface)
    assert surface["Predicted"].to_numpy() == pytest.approx((32 * x - 16) * (y - 0.5), abs=0.5)


def test_nothing_to_pair():
    trials, ranges = draw(additive, 60, list("abcd"), noise=0.05)
    alone = compute_interactions(trials, MINIMIZE, ranges[:1])
    assert alone.reason == "No two hyperparameters vary together: there is no pair."
    assert alone.pairs.empty
    assert alone.surfaces == ()
    few = compute_interactions(trials.head(5), MINIMIZE, ranges)
    assert few.reason.startswith("5 scored trials are too few")
    assert few.pairs.empty
