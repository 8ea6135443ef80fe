"""Parallel coordinates under a real mouse: on a page, and in one chart with others."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pandas as pd
import pytest

from amtviz import api
from amtviz.charts import draw_dashboard
from amtviz.embed import load_bundle, to_script_json
from tests.browser.conftest import deselect
from tests.browser.scene import Scene, drag, is_in_layer, signal
from tests.charts.scene import make_data, make_trials

WHOLE = {"width": 1280, "height": 3000}  # a mouse reaches only what is in the window
SECTIONS = ("progress", "values")
OTHERS = ("progress", "hyperparameter_0", "hyperparameter_1", "hyperparameter_3", "tuning_job")
HOVERED = re.compile(r"#f6c700|rgb\(246, 199, 0\)")


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    """Scored trials in the order in which the page numbers them; every fifth without a share."""
    frame = make_trials(60).sort_values("TrainingStartTime", ignore_index=True)
    frame = frame.assign(loss=np.random.default_rng(3).normal(1, 0.2, 60))
    return frame.assign(share=frame["share"].where(frame.index % 5 > 0))


_ONE_CHART = """<div id="chart"></div><script>{bundle}</script><script>
const ready = vegaEmbed("#chart", {spec}).then(({{ view }}) => {{
  window.amtviz.views = {{ chart: view }};
}});
window.amtviz = {{ ready, settle: () => window.amtviz.views.chart.runAsync().then(() => null) }};
</script>"""


@pytest.fixture(scope="module", params=["page", "one chart"])
def report(request, tmp_path_factory, trials):
    data = make_data(trials)
    path = tmp_path_factory.mktemp("parallel") / "report.html"
    if request.param == "page":
        return api.write_report(data, path, sections=SECTIONS)
    spec = to_script_json(draw_dashboard(data, sections=SECTIONS).to_dict(validate=False))
    path.write_text(_ONE_CHART.format(bundle=load_bundle(), spec=spec), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def drawn(open_once, report):
    return open_once(report, viewport=WHOLE)


@pytest.fixture
def page(drawn):
    """Give the page, or the chart, with nothing selected."""
    yield drawn
    if drawn.locator("button.clear").count():
        deselect(drawn)
    else:
        drawn.mouse.dblclick(*Scene(drawn).at("progress", 0.9, 0.1))
        drawn.mouse.move(0, 0)


def axes(page) -> dict[str, list[float]]:
    """Where a drag along each axis begins: x, y, width and height in the window, by its column."""
    panels = Scene(page).panels
    own = {n.removeprefix("parallel_axis_"): b for n, b in panels.items() if "_axis_" in n}
    if own:
        return own
    strips = page.locator(".axes .strip").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().toJSON())"
    )
    fields = page.evaluate("amtviz.views.parallel_lines.data('parallel_axes').map((row) => row.f)")
    sides = ("x", "y", "width", "height")
    return {f: [s[side] for side in sides] for f, s in zip(fields, strips, strict=True)}


def drag_along(page, name: str, start: float, end: float) -> None:
    """Drag up or down an axis, from one share of its height to another."""
    x, y, width, height = axes(page)[name]
    page.mouse.move(x + 0.5 * width, y + start * height)
    page.mouse.down()
    page.mouse.move(x + 0.9 * width, y + end * height, steps=4)
    page.mouse.up()


def lines(page) -> set[int]:
    """Trials whose line is drawn as selected."""
    return {m["i"] for m in Scene(page).marks if is_in_layer(m, "parallel_lines", "selected")}


def check(page, inside: pd.Series) -> None:
    """Every panel, the lines and no other trial."""
    expected = set(inside.index[inside])
    assert 0 < len(expected) < len(inside)
    assert lines(page) == expected
    scene = Scene(page)
    for panel in OTHERS:
        drawn = inside & inside.index.isin(placed_in(panel, inside))
        assert scene.coloured(panel) == set(drawn.index[drawn]), panel


def placed_in(panel: str, inside: pd.Series) -> pd.Index:
    """Trials that a panel can place."""
    return inside.index[inside.index % 5 > 0] if panel == "hyperparameter_3" else inside.index


def test_a_drag_on_a_log_axis_selects_everywhere_just_what_pandas_selects(page, trials):
    assert lines(page) == set(trials.index)
    drag_along(page, "p0", 0.7, 0.3)
    low, high = sorted(signal(page, "c_p0")["p0"])
    # the axis is 4 decades and 0.16 to either side
    assert np.log10([low, high]) == pytest.approx(
        [-5.16 + 0.3 * 4.32, -5.16 + 0.7 * 4.32], abs=0.03
    )
    check(page, trials["rate"].between(low, high))


def test_a_drag_on_a_category_takes_it_whole(page, trials):
    drag_along(page, "p2", 0.55, 0.5)  # from the bottom: 2, 10, x
    check(page, trials["kind"] == "10")


def test_a_missing_value_is_outside_every_drag_on_its_axis(page, trials):
    drag_along(page, "p3", 0.999, 0.001)
    check(page, trials["share"].notna())


def test_a_drag_on_the_objective_and_one_in_a_panel_intersect(page, trials):
    drag_along(page, "y", 0.95, 0.4)
    low, high = sorted(signal(page, "c_y")["y"])
    drag(page, "hyperparameter_0_group", 0.3, 0.95)
    left, right = sorted(signal(page, "b_p0")["p0"])
    both = trials["loss"].between(low, high) & trials["rate"].between(left, right)
    assert both.sum() < trials["loss"].between(low, high).sum()
    check(page, both)


def test_two_axes_intersect_and_a_double_click_clears_both(page, trials):
    drag_along(page, "p0", 0.9, 0.2)
    drag_along(page, "p1", 0.9, 0.4)
    low, high = sorted(signal(page, "c_p0")["p0"])
    bottom, top = sorted(signal(page, "c_p1")["p1"])
    check(page, trials["rate"].between(low, high) & trials["depth"].between(bottom, top))
    page.mouse.dblclick(*Scene(page).at("progress", 0.9, 0.1))
    assert lines(page) == set(trials.index)
    assert signal(page, "c_p0") == signal(page, "c_p1") == {}
    drag_along(page, "p0", 0.9, 0.2)
    x, y, width, height = axes(page)["p0"]
    page.mouse.dblclick(x + width / 2, y + height / 2)
    assert lines(page) == set(trials.index)


def test_a_drag_between_the_axes_selects_nothing(page, trials):
    scene = Scene(page)
    page.mouse.move(*scene.at("parallel_lines", 0.1, 0.1))
    page.mouse.down()
    page.mouse.move(*scene.at("parallel_lines", 0.15, 0.9), steps=4)
    page.mouse.up()
    assert lines(page) == set(trials.index)


def middle_of(page, trials: pd.DataFrame, trial: int) -> tuple[float, float]:
    """Where the trial's line is halfway between two axes of numbers, worked out by hand."""
    row, loss = trials.loc[trial], trials["loss"]
    heights = {
        "p0": (np.log10(row["rate"]) + 5.16) / 4.32,
        "p1": (row["depth"] - 0.5) / 6,
        "p3": (row["share"] + 0.04) / 1.08,
        "y": ((row["loss"] - loss.min()) / (loss.max() - loss.min()) + 0.05) / 1.1,
    }
    boxes = sorted((box, name) for name, box in axes(page).items())
    (left, first), (right, second) = next(
        pair
        for pair in itertools.pairwise(boxes)
        if all(np.isfinite(heights.get(name, np.nan)) for _, name in pair)
    )
    middle = (heights[first] + heights[second]) / 2
    return (left[0] + right[0] + left[2]) / 2, left[1] + left[3] * (1 - middle)


def marked(page, trial: int) -> set[str]:
    return {
        m["panel"]
        for m in Scene(page).marks
        if m["i"] == trial
        and (HOVERED.search(str(m["fill"])) or is_in_layer(m, "parallel_lines", "hovered"))
    }


def test_the_pointer_finds_a_line_and_marks_its_trial_everywhere(page, trials):
    drag_along(page, "y", 0.999, 0.9)  # few lines: no other one lies over it
    best = int(trials["loss"].idxmin())
    x, y = middle_of(page, trials, best)
    page.mouse.move(x, y + 30)
    page.mouse.move(x, y + 2)
    page.mouse.move(x, y + 1)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    row = trials.loc[best]
    for known in (row["TrainingJobName"], row["kind"], f"{row['loss']:.6g}"):
        assert known in tooltip.inner_text()
    assert {*OTHERS, "parallel_lines"} - marked(page, best) <= {"hyperparameter_3"}
    assert signal(page, "hover")["i"] == [best]


def test_a_trial_under_the_pointer_elsewhere_marks_its_line(page, trials):
    point = next(m for m in Scene(page).marks if m["panel"] == "progress" and m["i"] == 7)
    page.mouse.move(point["x"] - 1, point["y"])
    page.mouse.move(point["x"], point["y"])
    drawn = [m for m in Scene(page).marks if is_in_layer(m, "parallel_lines", "hovered")]
    assert [m["i"] for m in drawn] == signal(page, "hover")["i"]
