"""The interactions chart: cells where the numbers put them, and trials on top."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, TuningData
from amtviz.charts import draw_interactions
from amtviz.findings.facts import facts_of
from tests.charts import scene
from tests.contract.cases import all_failed, one_trial
from tests.findings.searches import slopes

RANGES = [
    Hyperparameter("rate", "continuous", 1e-5, 1e-1, scaling="Logarithmic"),
    Hyperparameter("depth", "integer", 1, 12),
    Hyperparameter("kind", "categorical", values=("2", "10", "x")),
    Hyperparameter("momentum", "continuous", 0.1, 0.9999, scaling="ReverseLogarithmic"),
]


def crossed(n: int = 200, direction: str = "Minimize") -> TuningData:
    """Two pairs that matter together, on all four kinds of axes; some values are missing."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "rate": 10 ** rng.uniform(-5, -1, n),
            "depth": rng.integers(1, 13, n),
            "kind": rng.choice(["2", "10", "x"], n),
            "momentum": 1 - 10 ** -rng.uniform(0.05, 4, n),
        }
    )
    first = (np.log10(frame["rate"]) + 3) * (frame["depth"] - 6) / 6
    second = (frame["kind"] == "x") * (np.log10(1 - frame["momentum"]) + 2) * 2
    sign = 1 if direction == "Minimize" else -1
    frame["loss"] = sign * (first + second + rng.normal(0, 0.1, n))
    frame.loc[::40, "momentum"] = np.nan
    return TuningData.from_frame(
        frame, objective="loss", direction=direction, hyperparameters=RANGES
    )


@pytest.fixture(scope="module")
def data() -> TuningData:
    return crossed()


@pytest.fixture(scope="module")
def views(data):
    return scene.draw(draw_interactions(data))


def places_of(data, name, values):
    """Pixels from the low end of an axis: its padded range, on the declared scale."""
    values = np.asarray(values, dtype=float)
    if name == "kind":  # 2, 10, x
        return scene.at(values, -0.5, 2.5, 1.0)
    if name == "rate":
        return scene.at(np.log10(values), -5.16, -0.84, 1.0)
    if name == "depth":
        return scene.at(values, 0.5, 12.5, 1.0)
    low, high = -np.log10(1 - np.array([0.1, 0.9999]))
    pad = 0.04 * (high - low)
    return scene.at(-np.log10(1 - values), low - pad, high + pad, 1.0)


def test_the_two_planted_pairs_are_drawn_first(data, views):
    found = facts_of(data).interactions
    pairs = [set(pair) for pair in zip(found.pairs["First"], found.pairs["Second"], strict=True)]
    assert pairs[:2] == [{"kind", "momentum"}, {"rate", "depth"}]
    for nth in range(2):
        share = found.pairs["Importance"].iloc[nth]
        assert views[f"interaction_{nth}"].title == f"Together they explain {100 * share:.0f} %"


def test_trials_lie_where_their_values_are(data, views):
    points = scene.places(views["interaction_1"].marks(2, "symbol"), "x", "y")
    trials = data.trials
    x = places_of(data, "rate", trials["rate"]) * scene.WIDTH
    y = (1 - places_of(data, "depth", trials["depth"])) * scene.HEIGHT
    expected = np.column_stack([x, y])
    assert len(points) == len(trials)
    order, other = np.lexsort(points.round(1).T), np.lexsort(expected.round(1).T)
    assert points[order] == pytest.approx(expected[other], abs=0.15)


def test_trials_without_a_value_have_no_place(data, views):
    points = views["interaction_0"].marks(2, "symbol")
    assert len(points) == data.trials["momentum"].notna().sum()


def test_cells_cover_the_declared_ranges(data, views):
    cells = views["interaction_1"].marks(1, "rect")
    left = min(cell["x"] for cell in cells)
    right = max(cell["x"] + cell["width"] for cell in cells)
    ends = places_of(data, "rate", [1e-5, 1e-1]) * scene.WIDTH
    assert [left, right] == pytest.approx(ends, abs=1.0)
    top = min(cell["y"] for cell in cells)
    bottom = max(cell["y"] + cell["height"] for cell in cells)
    assert [top, bottom] == pytest.approx([0, scene.HEIGHT], abs=1.0)


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_good_cells_are_where_good_was_planted(direction):
    """The darkest cell of rate and depth is a corner: both high, or both low, is bad."""
    cells = scene.draw(draw_interactions(crossed(direction=direction)))["interaction_1"]
    colours = {
        (cell["x"] > scene.WIDTH / 2, cell["y"] < scene.HEIGHT / 2): []
        for cell in cells.marks(1, "rect")
    }
    for cell in cells.marks(1, "rect"):
        brightness = sum(int(part) for part in cell["fill"].strip("rgb()").split(","))
        colours[cell["x"] > scene.WIDTH / 2, cell["y"] < scene.HEIGHT / 2].append(brightness)
    mean = {corner: np.mean(values) for corner, values in colours.items()}
    # right: a high rate; up: deep; their product is small where they differ
    assert max(mean[True, False], mean[False, True]) < min(mean[True, True], mean[False, False])


@pytest.mark.parametrize("data", [one_trial(), all_failed(), slopes()])
def test_without_a_pair_it_says_so(data):
    assert scene.draw(draw_interactions(data))["interactions"].kinds == ["text"]


def test_a_page_stays_small():
    spec = draw_interactions(crossed(2000)).to_dict(validate=False)
    surfaces = [rows for name, rows in spec["datasets"].items() if name.startswith("surface")]
    assert 2 <= len(surfaces) <= 3
    assert len(str(surfaces)) < 100_000


def test_past_800_trials_only_the_best_are_points():
    data = crossed(1500)
    points = scene.draw(draw_interactions(data))["interaction_1"].marks(2, "symbol")
    assert len(points) == 200
