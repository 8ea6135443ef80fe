"""The importance chart: bars and intervals where the numbers put them, and its sentences."""

from __future__ import annotations

import numpy as np
import pytest

from amtviz import TuningData
from amtviz.analysis.importance import EXPLAINS, REACHES, compute_importance
from amtviz.charts import draw_importance
from amtviz.findings.facts import facts_of
from amtviz.findings.importance import state_importance
from tests.analysis.planted import additive, draw, product
from tests.charts import scene
from tests.contract.cases import all_failed, one_trial, thirty_hyperparameters


def data_of(trials, ranges, direction="Minimize"):
    return TuningData.from_frame(trials, objective="y", direction=direction, hyperparameters=ranges)


def sentence(data):
    return state_importance(facts_of(data))


@pytest.fixture(scope="module")
def planted():
    return data_of(*draw(additive, 300, list("abcd"), noise=0.1))


def test_points_and_intervals_lie_where_the_numbers_are(planted):
    views = scene.draw(draw_importance(planted))
    found = compute_importance(planted.trials, planted.objective, planted.hyperparameters)
    for method, view in ((EXPLAINS, "importance_explains"), (REACHES, "importance_reaches")):
        table = found.of(method)
        points = scene.places(views[view].marks(3, "symbol"), "x", "y")
        right = min(1.0, table["High"].max() * 1.05)
        assert points[:, 0] == pytest.approx(table["Importance"] / right * 320, abs=0.6)
        assert (np.diff(points[:, 1]) > 0).all()
        lines = views[view].marks(2, "rule")
        ends = np.sort([[m["x"], m["x2"]] for m in lines], axis=1)
        assert ends == pytest.approx(table[["Low", "High"]].to_numpy() / right * 320, abs=0.6)
        assert list(table["Hyperparameter"])[::-1] in views[view].labels  # from the bottom


def test_the_sentence_names_what_matters(planted):
    found = compute_importance(planted.trials, planted.objective, planted.hyperparameters)
    first = found.of(EXPLAINS).iloc[0]
    assert sentence(planted).startswith(
        f"a matters most: alone it explains {100 * first['Importance']:.0f} % (90 % interval "
        f"{100 * first['Low']:.0f}–{100 * first['High']:.0f} %) of the variation in y over the "
        "whole ranges, b "
    )
    assert sentence(planted).endswith(f"hasn't seen with R² {found.r2:.2f}.")


def test_a_pure_interaction_is_no_hyperparameters_own():
    text = sentence(data_of(*draw(product, 400, list("abc"))))
    assert text.startswith("No hyperparameter alone explains much of the variation in y: the most,")
    assert "combinations explain 9" in text


def test_a_sample_is_said():
    trials, ranges = draw(additive, 1500, list("abcd"), noise=0.1)
    assert sentence(data_of(trials, ranges)).endswith("; it learnt from 1,000 of 1,500 trials.")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (one_trial(), "1 scored trial is too few to tell which of 3 hyperparameters matter: "),
        (all_failed(), "0 scored trials are too few to tell which of 3 hyperparameters matter: "),
        (thirty_hyperparameters(), "60 scored trials are too few to tell which of 30 hyper"),
    ],
)
def test_too_few_trials_print_no_ranking(data, words):
    assert sentence(data).startswith(words)
    views = scene.draw(draw_importance(data))
    assert views["importance_explains"].kinds == ["text"]


def test_thirty_hyperparameters_show_twelve():
    names = [f"h{i}" for i in range(30)]
    trials, ranges = draw(lambda x: 3 * x[0] + 2 * x[1] + x[2], 300, names, noise=0.1)
    view = scene.draw(draw_importance(data_of(trials, ranges)))["importance_explains"]
    assert len(view.marks(3, "symbol")) == 12
    names = next(labels for labels in view.labels if len(labels) == 12)
    assert {"h0", "h1", "h2"} <= set(names)
