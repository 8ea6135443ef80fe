"""The importance chart: bars and intervals where the numbers put them."""

from __future__ import annotations

import numpy as np
import pytest

from amtviz.analysis.effects.importance import EXPLAINS, REACHES
from amtviz.charts import draw_importance
from amtviz.findings.facts import facts_of
from tests.analysis.planted import draw
from tests.charts import scene
from tests.contract.cases import all_failed, one_trial, thirty_hyperparameters
from tests.findings.searches import data_of, multiplied, noise, slopes


@pytest.fixture(scope="module")
def views():
    return scene.draw(draw_importance(slopes()))


@pytest.mark.parametrize(
    ("method", "name"), [(EXPLAINS, "importance_explains"), (REACHES, "importance_reaches")]
)
def test_points_and_intervals_lie_where_the_numbers_are(views, method, name):
    table, view = facts_of(slopes()).importance.of(method), views[name]
    points = scene.places(view.marks(3, "symbol"), "x", "y")
    right = min(1.0, table["High"].max() * 1.05)
    assert points[:, 0] == pytest.approx(table["Importance"] / right * 320, abs=0.6)
    assert (np.diff(points[:, 1]) > 0).all()
    ends = np.sort([[m["x"], m["x2"]] for m in view.marks(2, "rule")], axis=1)
    assert ends == pytest.approx(table[["Low", "High"]].to_numpy() / right * 320, abs=0.6)
    assert list(table["Hyperparameter"])[::-1] in view.labels  # from the bottom


def test_bars_that_do_not_matter_are_pale(views):
    table = facts_of(slopes()).importance.of(EXPLAINS)
    opacities = [mark["opacity"] for mark in views["importance_explains"].marks(0, "rect")]
    matters = table["Low"] > 0.03
    assert opacities == matters.map({True: 0.6, False: 0.2}).tolist()
    assert set(matters) == {True, False}


def test_where_only_combinations_matter_no_bar_is_dark():
    view = scene.draw(draw_importance(multiplied()))["importance_explains"]
    assert {mark["opacity"] for mark in view.marks(0, "rect")} == {0.2}


@pytest.mark.parametrize("data", [one_trial(), all_failed(), noise(), thirty_hyperparameters()])
def test_without_a_ranking_it_says_so(data):
    views = scene.draw(draw_importance(data))
    (mark,) = views["importance"].marks("message", "text")
    assert mark["text"] == "no ranking can be trusted yet"


def test_thirty_hyperparameters_show_twelve():
    names = [f"h{i}" for i in range(30)]
    trials, ranges = draw(lambda x: 3 * x[0] + 2 * x[1] + x[2], 80, names, noise=0.1)
    view = scene.draw(draw_importance(data_of(trials, ranges)))["importance_explains"]
    assert len(view.marks(3, "symbol")) == 12
    names = next(labels for labels in view.labels if len(labels) == 12)
    assert {"h0", "h1", "h2"} <= set(names)
