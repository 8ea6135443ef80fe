"""Pairs that matter together, and the predicted surface over both."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter
from amtviz.analysis.dependence import compute_dependence
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


def test_partial_dependence_follows_an_additive_function():
    trials, ranges = draw(additive, 500, list("abcd"), noise=0.05)
    table = compute_dependence(trials, MINIMIZE, ranges)
    assert list(table) == ["Hyperparameter", "Value", "Mean", "Low", "High"]
    for name, slope in {"a": 4, "b": 2, "d": 0}.items():
        own = table[table["Hyperparameter"] == name]
        fitted = np.polyfit(own["Value"].astype(float), own["Mean"], 1)[0]
        assert fitted == pytest.approx(slope, abs=0.6)
        assert (own["Low"] <= own["Mean"]).all()
        assert (own["Mean"] <= own["High"]).all()
    # the trials differ by b, c and d: the spread of 2 b + c between its 5 % and 95 % points
    own = table[table["Hyperparameter"] == "a"]
    rest = trials["y"] - 4 * trials["a"]
    assert (own["High"] - own["Low"]).median() == pytest.approx(
        np.subtract(*np.percentile(rest, [95, 5])), rel=0.35
    )


def test_partial_dependence_on_categories_and_without_trust():
    trials, ranges = draw(additive, 200, list("abcd"), noise=0.05)
    trials["k"] = pd.array(np.random.default_rng(0).choice(["u", "v"], 200), dtype="string")
    trials["y"] += np.where(trials["k"] == "v", 5.0, 0.0)
    ranges = [*ranges, Hyperparameter("k", "categorical", values=("u", "v"))]
    own = compute_dependence(trials, MINIMIZE, ranges).query("Hyperparameter == 'k'")
    assert own["Value"].tolist() == ["u", "v"]
    assert own["Mean"].diff().iloc[1] == pytest.approx(5, abs=0.5)
    nothing = compute_dependence(trials.head(3), MINIMIZE, ranges)
    assert nothing.empty
    assert list(nothing) == ["Hyperparameter", "Value", "Mean", "Low", "High"]
