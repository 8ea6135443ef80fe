"""Brushes on the axes of the parallel coordinates, with a real mouse, linked with all panels."""

from __future__ import annotations

import pytest

from amtviz import api
from tests.browser.scene import Scene, drag, locate, signal

WHOLE = {"width": 1280, "height": 9000}


@pytest.fixture(scope="module")
def demo():
    return api.load_demo()


@pytest.fixture(scope="module")
def report(demo, tmp_path_factory):
    path = tmp_path_factory.mktemp("parallel") / "demo.html"
    return api.write_report(demo, path, sections=["progress", "values"])


@pytest.fixture
def page(open_page, report):
    return open_page(report, viewport=WHOLE)


def started(data):
    return data.trials.sort_values("TrainingStartTime", kind="stable").reset_index(drop=True)


def drag_along(page, column: str, top: float, bottom: float) -> list[float]:
    """Drag down an axis, from one share of its height to another; give the range selected."""
    box = locate(page, f"parallel_{column}_group")
    x = box["x"] + box["width"] / 2
    page.mouse.move(x, box["y"] + top * box["height"])
    page.mouse.down()
    page.mouse.move(x, box["y"] + bottom * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(f"amtviz.views.values.signal('c_{column}').{column} !== undefined")
    return sorted(signal(page, f"c_{column}")[column])


def lines(page) -> int:
    """How many lines are drawn as selected between the first two axes."""
    return sum(
        mark["panel"] == "parallel_gap_0"
        and mark["type"] == "rule"
        and mark["mark"].startswith("parallel_gap_0_layer_1")
        for mark in Scene(page).marks
    )


def test_a_drag_along_an_axis_selects_what_pandas_selects(page, demo):
    trials = started(demo)
    assert lines(page) == len(trials)
    low, high = drag_along(page, "p3", 0.3, 0.95)  # min-weight-fraction-leaf
    inside = set(trials.index[trials["min-weight-fraction-leaf"].between(low, high)])
    assert 0 < len(inside) < len(trials)
    scene = Scene(page)
    for panel in ("progress", "training_jobs", "hyperparameter_0", "hyperparameter_3"):
        assert scene.coloured(panel) == inside
    assert lines(page) == len(inside)


def test_axes_and_panels_combine_and_a_double_click_clears(page, demo):
    trials = started(demo)
    low, high = drag_along(page, "p0", 0.0, 0.5)  # n-estimators
    drag(page, "hyperparameter_1_group", 0.5, 0.9)  # max-depth, in a panel
    left, right = sorted(signal(page, "b_p1")["p1"])
    inside = trials["n-estimators"].between(low, high) & trials["max-depth"].between(left, right)
    assert 0 < inside.sum() < len(trials)
    assert Scene(page).coloured("progress") == set(trials.index[inside])
    assert lines(page) == inside.sum()
    page.mouse.dblclick(*Scene(page).at("progress", 0.5, 0.5))
    page.wait_for_function("amtviz.views.values.signal('c_p0').p0 === undefined")
    assert Scene(page).coloured("progress") == set(trials.index)
    assert lines(page) == len(trials)


def test_a_category_is_taken_whole(page, demo):
    trials = started(demo)
    names = list(demo.hyperparameters[4].values)
    low, high = drag_along(page, "p4", 0.70, 0.92)  # within the strip of the first category
    assert -0.5 < low < high < 0.5
    first = sorted(names)[0]
    inside = set(trials.index[trials["criterion"] == first])
    assert Scene(page).coloured("hyperparameter_0") == inside


def test_the_objective_has_a_brush_and_its_ends_answer_the_pointer(page, demo):
    trials = started(demo)
    low, high = drag_along(page, "y", 0.0, 0.2)
    inside = set(trials.index[trials["f1"].between(low, high)])
    assert 0 < len(inside) < len(trials)
    assert Scene(page).coloured("hyperparameter_0") == inside
    scene = Scene(page)
    end = next(m for m in scene.marks if m["panel"] == "parallel_gap_4" and m["type"] == "symbol")
    page.mouse.move(end["x"] - 1, end["y"])
    page.mouse.move(end["x"], end["y"])
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert "n-estimators" in tooltip.inner_text()
    assert signal(page, "hover")["i"][0] in inside
