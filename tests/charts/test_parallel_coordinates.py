"""Parallel coordinates: lines where the values put them, whichever the scale."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from amtviz.charts import draw_parallel_coordinates
from amtviz.charts.importance import importance_of
from amtviz.charts.parallel_coordinates import shown
from amtviz.charts.standalone import make_context
from tests.charts import scene
from tests.charts.test_interactions import crossed
from tests.contract.cases import (
    all_failed,
    constant_hyperparameters,
    thirty_hyperparameters,
    thousand_trials,
)

DIM, SELECTED, HOVERED = 0, 1, 2
HEIGHT, FLOOR = 190, 22


@pytest.fixture(scope="module")
def data():
    return crossed(120)


@pytest.fixture(scope="module")
def names(data):
    return shown(make_context(data, []))


@pytest.fixture(scope="module")
def spec(data):
    return draw_parallel_coordinates(data).to_dict(validate=False)


def heights(data, name):
    """Pixels from the top of each trial's place, worked out by hand; missing on the floor."""
    trials = data.trials
    low = HEIGHT - FLOOR  # some have no momentum
    if name == "y":
        ends = scene.padded(trials["loss"], 0.05)
        share = scene.at(trials["loss"], *ends, 1.0)
    elif name == "p0":
        share = scene.at(np.log10(trials["rate"]), -5.16, -0.84, 1.0)
    elif name == "p1":
        share = scene.at(trials["depth"], 0.5, 12.5, 1.0)
    else:
        assert name == "p3"
        ends = -np.log10(1 - np.array([0.1, 0.9999]))
        pad = 0.04 * (ends[1] - ends[0])
        values = -np.log10(1 - trials["momentum"].astype(float))
        share = scene.at(values, ends[0] - pad, ends[1] + pad, 1.0)
    return np.where(np.isnan(share), low + FLOOR - 8, low * (1 - share))


def test_axes_stand_in_the_order_of_importance(data, names):
    context = make_context(data, [])
    ranking = importance_of(context).ranking
    places = {h.name: f"p{place}" for place, h in enumerate(data.hyperparameters)}
    assert names == [*(places[name] for name in ranking), "y"]


def test_lines_run_from_value_to_value(data, names, spec):
    views = scene.draw(spec)
    checked = 0
    for nth, (left, right) in enumerate(itertools.pairwise(names)):
        if "p2" in (left, right):
            continue  # categories are spread beside each other
        rules = views[f"parallel_gap_{nth}"].marks(SELECTED, "rule")
        found = np.array([[rule["y"], rule["y2"]] for rule in rules])
        expected = np.column_stack([heights(data, left), heights(data, right)])
        assert len(found) == len(data.trials)
        order, other = np.lexsort(found.round(1).T), np.lexsort(expected.round(1).T)
        assert found[order] == pytest.approx(expected[other], abs=0.15)
        checked += 1
    assert checked


def test_categories_lie_in_their_own_strips(data, spec):
    rules = scene.draw(spec)["parallel_p2"].marks(1, "rule")
    low = HEIGHT - FLOOR
    shares = 1 - np.array([rule["y"] for rule in rules]) / low
    codes = np.round(shares * 3 - 0.5).astype(int)
    counts = data.trials["kind"].value_counts()
    assert np.bincount(codes).tolist() == [counts["2"], counts["10"], counts["x"]]
    assert np.abs(shares * 3 - 0.5 - codes).max() <= 0.31


def test_a_trial_without_a_value_is_on_the_floor_and_not_dropped(data, names, spec):
    rules = scene.draw(spec)["parallel_p3"].marks(1, "rule")
    on_floor = [rule for rule in rules if rule["y"] > HEIGHT - FLOOR]
    assert len(on_floor) == data.trials["momentum"].isna().sum() > 0
    assert "below the axes: not set" in str(spec)


def test_brushes_elsewhere_and_on_axes_leave_the_selected_lines(data, names, spec):
    chosen = scene.draw(spec, jobs=(0,))
    assert len(chosen["parallel_gap_0"].marks(SELECTED, "rule")) == len(data.trials)
    params = {p["name"]: p for p in spec["params"]}
    for name in names:
        (layer,) = params[f"c_{name}"]["views"]
        assert layer.startswith(f"strip_{name}")
        assert params[f"c_{name}"]["select"]["encodings"] == ["y"]
    one = scene.draw(spec, hover=7)["parallel_gap_0"].marks(HOVERED, "rule")
    assert len(one) == 1


def test_of_many_trials_the_best_and_a_sample_are_drawn():
    data = thousand_trials()
    gap = scene.draw(draw_parallel_coordinates(data))["parallel_gap_0"]
    assert len(gap.marks(SELECTED, "rule")) == 150
    assert len(gap.marks(DIM, "rule")) == 250


def test_of_thirty_hyperparameters_twelve_have_an_axis():
    spec = draw_parallel_coordinates(thirty_hyperparameters()).to_dict(validate=False)
    assert sum(p["name"].startswith("c_") for p in spec["params"]) == 13
    assert "18 more hyperparameters left out" in str(spec)


@pytest.mark.parametrize("data", [all_failed(), constant_hyperparameters()])
def test_it_says_so_when_there_is_nothing_to_compare(data):
    view = scene.draw(draw_parallel_coordinates(data))["parallel_coordinates"]
    assert view.kinds == ["text"]
