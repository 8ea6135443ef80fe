"""Partial dependence over the hyperparameters' panels: where the numbers put it, and its switch."""

from __future__ import annotations

import numpy as np
import pytest

from amtviz.charts import draw_dashboard, draw_hyperparameters
from amtviz.findings.facts import facts_of
from tests.charts import scene
from tests.charts.test_interactions import crossed
from tests.contract.cases import all_failed, one_trial


@pytest.fixture(scope="module")
def data():
    return crossed()


@pytest.fixture(scope="module")
def table(data):
    return facts_of(data).partial_dependence


def shown(data, **options):
    return scene.draw(draw_hyperparameters(data, **options).to_dict(validate=False))


def height(data, values):
    low, high = scene.padded(data.trials["loss"], 0.05)
    return scene.HEIGHT - scene.at(values, low, high, scene.HEIGHT)


def test_the_line_and_its_band_lie_where_the_numbers_are(data, table):
    view = shown(data, dependence=True)["hyperparameter_0"]  # rate, on a log axis
    own = table[table["Hyperparameter"] == "rate"]
    x = scene.at(own["Value"].astype(float), 10**-5.16, 10**-0.84, scene.WIDTH, log=True)
    (line,) = (groups for kind, groups in view.layers if kind == "line")
    found = scene.places(line[0], "x", "y")
    assert found == pytest.approx(np.column_stack([x, height(data, own["Mean"])]), abs=0.2)
    (band,) = (groups for kind, groups in view.layers if kind == "area")
    ends = np.sort(scene.places(band[0], "y", "y2"), axis=1)
    expected = np.sort([height(data, own["Low"]), height(data, own["High"])], axis=0).T
    assert ends == pytest.approx(expected, abs=0.2)


def test_each_category_has_its_mean_at_its_place(data, table):
    view = shown(data, dependence=True)["hyperparameter_2"]
    own = table[table["Hyperparameter"] == "kind"].set_index("Value")["Mean"]
    points = next(
        scene.places(groups[0], "x", "y")
        for kind, groups in view.layers
        if kind == "symbol" and len(groups[0]) == 3
    )
    expected = [own[name] for name in ("2", "10", "x")]
    at = scene.at([0, 1, 2], -0.5, 2.5, scene.WIDTH)
    assert points[np.argsort(points[:, 0])] == pytest.approx(
        np.column_stack([at, height(data, expected)]), abs=0.2
    )


def test_nothing_of_it_shows_until_it_is_asked_for(data):
    view = shown(data)["hyperparameter_0"]
    assert not any(groups[0] for kind, groups in view.layers if kind in ("line", "area") if groups)


def test_a_box_under_the_chart_shows_it(data):
    for chart in (draw_hyperparameters(data), draw_dashboard(data, sections=["values"])):
        params = {p["name"]: p for p in chart.to_dict(validate=False)["params"]}
        assert params["dependence"]["value"] is False
        assert params["dependence"]["bind"]["input"] == "checkbox"
    asked = draw_dashboard(data, sections=["values"], dependence=True)
    params = asked.to_dict(validate=False)["params"]
    assert next(p for p in params if p["name"] == "dependence")["value"] is True


@pytest.mark.parametrize("data", [one_trial(), all_failed()])
def test_it_is_not_offered_without_a_model_to_trust(data):
    spec = draw_hyperparameters(data, dependence=True).to_dict(validate=False)
    assert "dependence" not in {p["name"] for p in spec["params"]}
    assert not any(name.startswith("dependence") for name in spec["datasets"])
