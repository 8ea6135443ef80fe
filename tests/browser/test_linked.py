"""The linked dashboard under a real mouse, in the report page."""

from __future__ import annotations

import re

import pytest

from amtviz import api
from tests.browser.conftest import deselect
from tests.browser.scene import WHOLE, Scene, drag, is_in_layer, signal
from tests.contract.cases import hostile_names, mixed_statuses, ten_thousand_trials

HOVERED = re.compile(r"gold|#f6c700|rgb\(246, 199, 0\)", re.IGNORECASE)


@pytest.fixture(scope="module")
def drawn(open_once, demo_report):
    return open_once(demo_report, viewport=WHOLE)


@pytest.fixture
def page(drawn):
    yield drawn
    deselect(drawn)


def started(data):
    """Trials in the order that the page numbers them."""
    return data.trials.sort_values("TrainingStartTime", kind="stable").reset_index(drop=True)


def test_every_panel_of_the_demo_is_there(page, demo):
    panels = Scene(page).panels
    expected = {"progress", "objective_density", "training_jobs", "tuning_job"}
    expected |= {f"hyperparameter_{i}" for i in range(len(demo.hyperparameters))}
    expected |= {"objective_progression", "objective_progression_clock", "metric_0", "cpu"}
    assert expected <= set(panels)
    # progress and density share their axis
    assert panels["progress"][1::2] == panels["objective_density"][1::2]
    assert all(width > 0 and height > 0 for _, _, width, height in panels.values())


def test_a_drag_selects_in_every_panel_just_what_pandas_selects(page, demo):
    before = Scene(page)
    drag(page, "hyperparameter_0_group", 0.5, 0.9)
    low, high = sorted(signal(page, "b_p0")["p0"])
    trials = started(demo)
    inside = set(trials.index[trials["n-estimators"].between(low, high)])
    assert 0 < len(inside) < len(trials)
    after = Scene(page)
    for panel in ("progress", "hyperparameter_0", "hyperparameter_1", "training_jobs"):
        assert before.coloured(panel) == set(trials.index)
        assert after.coloured(panel) == inside
    for panel in ("objective_density", "objective_progression", "hyperparameter_4_density"):
        assert before.paths[panel] != after.paths[panel]


def test_two_brushes_intersect_and_a_double_click_clears_both(page, demo):
    drag(page, "hyperparameter_0_group", 0.3, 0.95)
    drag(page, "objective_density_group", 0.5, 0.01, down=True)
    low, high = sorted(signal(page, "b_p0")["p0"])
    worst, best = sorted(signal(page, "b_y")["y"])
    trials = started(demo)
    inside = trials["n-estimators"].between(low, high) & trials["f1"].between(worst, best)
    assert 0 < inside.sum() < trials["f1"].between(worst, best).sum()
    assert Scene(page).coloured("hyperparameter_2") == set(trials.index[inside])
    page.mouse.dblclick(*Scene(page).at("hyperparameter_3", 0.9, 0.2))
    assert signal(page, "b_p0") == {}
    assert signal(page, "b_y") == {}
    assert Scene(page).coloured("hyperparameter_2") == set(trials.index)


def test_a_category_is_taken_whole(page, demo):
    drag(page, "hyperparameter_4_group", 0.02, 0.1)
    trials = started(demo)
    entropy = set(trials.index[trials["criterion"] == "entropy"])
    assert Scene(page).coloured("progress") == entropy


def test_axes_stay_where_they_are_while_brushing(page):
    def labels():
        marks = Scene(page).marks
        return [(m["panel"], m["text"], m["x"], m["y"]) for m in marks if m["type"] == "text"]

    before = labels()
    drag(page, "hyperparameter_0_group", 0.1, 0.2)
    assert labels() == before


def test_hover_marks_the_trial_in_every_panel_and_tells_its_configuration(page, demo):
    trials = started(demo)
    best = int(trials["f1"].idxmax())
    point = next(
        m
        for m in Scene(page).marks
        if m["panel"] == "hyperparameter_3" and m["type"] == "symbol" and m["i"] == best
    )
    page.mouse.move(point["x"] - 1, point["y"])
    page.mouse.move(point["x"], point["y"])
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    text = tooltip.inner_text()
    row = trials.loc[best]
    for known in (row["TrainingJobName"], row["TuningJobName"], row["criterion"], "Completed"):
        assert known in text
    assert f"{row['n-estimators']}" in text
    assert f"{row['f1']:.6g}" in text
    marked = {
        m["panel"]
        for m in Scene(page).marks
        if m["i"] == best and m["type"] == "symbol" and HOVERED.search(str(m["fill"]))
    }
    assert {"progress", "training_jobs", "tuning_job", "objective_progression"} <= marked
    assert {f"hyperparameter_{i}" for i in range(5)} <= marked


def test_the_legend_chooses_tuning_jobs(page, demo):
    trials = started(demo)
    job = page.locator("#legend button[title=digits-bayesian]")
    job.click()
    bayesian = trials["TuningJobName"] == "digits-bayesian"
    assert Scene(page).coloured("hyperparameter_1") == set(trials.index[bayesian])
    page.locator("#legend button[title=digits-random]").click()
    random = trials["TuningJobName"] == "digits-random"
    assert Scene(page).coloured("hyperparameter_1") == set(trials.index[random])
    page.locator("#legend button[title=digits-random]").click()
    assert Scene(page).coloured("hyperparameter_1") == set(trials.index)


def test_zooming_the_time_keeps_the_brush(open_page, demo_report):
    page = open_page(demo_report, viewport=WHOLE)
    drag(page, "hyperparameter_0_group", 0.5, 0.9)
    brushed = signal(page, "b_p0")
    chosen = Scene(page).coloured("progress")
    wide = Scene(page).paths["objective_progression"]
    page.mouse.move(*Scene(page).at("objective_progression", 0.2, 0.5))
    page.mouse.wheel(0, -300)
    page.wait_for_function(
        "window.amtviz.views.objective_progression.signal('zoom_elapsed').x !== undefined"
    )
    assert Scene(page).paths["objective_progression"] != wide
    assert signal(page, "b_p0") == brushed
    assert Scene(page).coloured("progress") == chosen


def test_hostile_strings_are_only_text(open_page, tmp_path):
    page = open_page(api.write_report(hostile_names(), tmp_path / "hostile.html"), viewport=WHOLE)
    # the data, the bundled libraries and the page's own: none came from a string
    assert page.evaluate("document.querySelectorAll('script').length") == 3
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    point = next(m for m in Scene(page).marks if m["panel"] == "progress" and m["i"] == 3)
    page.mouse.move(point["x"] - 1, point["y"])
    page.mouse.move(point["x"], point["y"])
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    for name in ("a[0]", 'say "hi"', "back\\slash", "<img src=x onerror=alert(1)>", "__proto__"):
        assert name in tooltip.inner_text()
    assert page.evaluate("document.querySelectorAll('img').length") == 0


def test_unscored_trials_tell_their_reason(open_page, tmp_path):
    data = mixed_statuses()
    page = open_page(api.write_report(data, tmp_path / "mixed.html"), viewport=WHOLE)
    scene = Scene(page)
    ticks = [
        m
        for m in scene.marks
        if m["panel"] == "progress" and m["type"] == "rect" and m["i"] is not None
    ]
    unscored = int(data.trials["loss"].isna().sum())
    assert len({m["i"] for m in ticks}) == unscored
    page.mouse.move(ticks[0]["x"] + 1, ticks[0]["y"] + 3)
    page.mouse.move(ticks[0]["x"] + 1, ticks[0]["y"] + 4)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert "no objective was reported" in tooltip.inner_text()
    # below the points
    assert (
        max(m["y"] for m in scene.marks if m["type"] == "symbol" and m["panel"] == "progress")
        < (ticks[0]["y"])
    )


def test_ten_thousand_trials_brush_as_counts(open_page, tmp_path):
    page = open_page(
        api.write_report(ten_thousand_trials(), tmp_path / "many.html"), viewport=WHOLE
    )
    before = Scene(page)
    drag(page, "hyperparameter_0_group", 0.2, 0.5)
    after = Scene(page)

    def cells(scene):
        marks = [m for m in scene.marks if m["type"] == "rect"]
        return [m for m in marks if is_in_layer(m, "progress", "selected")]

    assert 0 < len(cells(after)) < len(cells(before)) < 2_000
