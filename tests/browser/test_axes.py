"""The axes of parallel coordinates, moved, hidden and selected along, by mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData, api
from tests.browser.scene import marks, signal
from tests.charts.scene import make_data, make_trials

VIEW = "parallel_lines"
WHOLE = {"width": 1280, "height": 4000}


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    frame = make_trials(60).sort_values("TrainingStartTime", ignore_index=True)
    return frame.assign(loss=np.random.default_rng(3).normal(1, 0.2, 60))


@pytest.fixture(scope="module")
def report(tmp_path_factory, trials):
    path = tmp_path_factory.mktemp("axes") / "report.html"
    return api.write_report(make_data(trials), path, sections=("values",))


@pytest.fixture
def page(open_page, report):
    return open_page(report, viewport=WHOLE)


def titles(page) -> list[str]:
    """Names of the axes, from the left, as they are drawn."""
    drawn = marks(page, VIEW, "titles")
    return [mark["text"] for mark in sorted(drawn, key=lambda mark: mark["x"])]


def handle(page, name: str):
    return page.locator(f".axes .move[title='{name}']")


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def strip(page, name: str):
    page.evaluate("window.amtviz.settle()")
    place = page.locator(".axes .move").evaluate_all(
        "(all, name) => all.findIndex((each) => each.title === name)", name
    )
    return page.locator(".axes .strip").nth(place)


def drag_along(page, name: str, start: float, end: float) -> None:
    """Drag along an axis, from one share of its height, from the top, to another."""
    place = strip(page, name)
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    x = box["x"] + box["width"] / 2
    page.mouse.move(x, box["y"] + start * box["height"])
    page.mouse.down()
    page.mouse.move(x + 6, box["y"] + end * box["height"], steps=4)
    page.mouse.up()


def selected(page) -> set[int]:
    return {mark["i"] for mark in marks(page, VIEW, "selected")}


def test_titles_lie_over_the_names(page):
    for name in titles(page):
        drawn = next(m for m in marks(page, VIEW, "titles") if m["text"] == name)
        box = handle(page, name).bounding_box()
        assert box["x"] - 4 <= drawn["x"] <= box["x"] + box["width"] + 4
        assert box["y"] <= drawn["y"] <= box["y"] + box["height"]


def test_a_title_dragged_to_the_left_brings_its_axis(page, trials):
    before = titles(page)
    page.mouse.move(*middle(handle(page, before[3])))
    page.mouse.down()
    page.mouse.move(*middle(handle(page, before[1])), steps=5)
    page.mouse.up()
    assert titles(page) == [before[0], before[3], before[1], before[2], before[4]]
    # lines and brushes go along
    drag_along(page, before[3], 0.001, 0.5)
    field = f"p{['rate', 'depth', 'kind', 'share'].index(before[3])}"
    low, high = sorted(signal(page, f"c_{field}")[field])
    column = trials[before[3]]
    if before[3] == "kind":
        column = column.map({"2": 0, "10": 1, "x": 2})
        low, high = low - 0.3, high + 0.3
    assert selected(page) == set(trials.index[column.between(low, high)])


def test_keys_move_hide_and_select(page, trials):
    before = titles(page)
    handle(page, before[0]).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert titles(page) == [before[1], before[2], before[0], *before[3:]]
    label = handle(page, before[0]).get_attribute("aria-label")
    assert label.startswith(f"{before[0]}, axis 3 of 5.")
    page.keyboard.press("Delete")
    assert titles(page) == [before[1], before[2], *before[3:]]
    # the focus is where the axis was, and brings the next one away
    page.wait_for_function(f"document.activeElement.title === '{before[3]}'")
    show = page.get_by_role("button", name=f"Show {before[0]}")
    show.focus()
    page.keyboard.press("Enter")
    assert sorted(titles(page)) == sorted(before)
    loss = handle(page, "loss")
    loss.focus()
    page.keyboard.press("ArrowUp")
    low, high = sorted(signal(page, "c_y")["y"])
    ends = trials["loss"].min(), trials["loss"].max()
    pad = 0.05 * (ends[1] - ends[0])
    third = (ends[1] - ends[0] + 2 * pad) / 3
    assert [low, high] == pytest.approx([ends[0] - pad + third, ends[0] - pad + 2 * third])
    assert selected(page) == set(trials.index[trials["loss"].between(low, high)])
    page.keyboard.press("ArrowUp")
    moved = sorted(signal(page, "c_y")["y"])
    assert moved[1] - moved[0] == pytest.approx(high - low)
    assert moved[0] - low == pytest.approx(0.05 * 3 * third)
    page.keyboard.press("Escape")
    assert signal(page, "c_y") == {}
    assert selected(page) == set(trials.index)


def test_a_button_hides_an_axis_and_two_stay(page):
    before = titles(page)
    for name in before[:-2]:
        handle(page, name).hover()
        page.get_by_role("button", name=f"Hide {name}").click()
    assert titles(page) == before[-2:]
    page.get_by_role("button", name=f"Hide {before[-1]}").click(force=True)
    assert titles(page) == before[-2:]
    page.get_by_role("button", name=f"Show {before[0]}").click()
    assert titles(page) == [before[0], *before[-2:]]


def test_a_brush_moves_and_a_click_takes_it_away(page):
    drag_along(page, "share", 0.6, 0.3)
    low, high = sorted(signal(page, "c_p3")["p3"])
    drag_along(page, "share", 0.45, 0.55)
    assert sorted(signal(page, "c_p3")["p3"]) == pytest.approx(
        [low - 0.1 * 1.08, high - 0.1 * 1.08], abs=0.005
    )
    page.mouse.click(*middle(strip(page, "share")))
    assert signal(page, "c_p3") == {}


def test_the_objectives_axis_follows_the_switch_under_brushes(open_page, tmp_path):
    """Ticks, lines, density and brushes stand where the scale has them, and no error stops Vega."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 1, 40)
    frame = pd.DataFrame({"x": x, "loss": 10 ** (2 * x - 1) + rng.uniform(0, 0.01, 40)})
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    path = api.write_report(data, tmp_path / "switched.html", sections=("progress", "values"))
    page = open_page(path)
    drag_along(page, "loss", 0.99, 0.5)
    brush = signal(page, "c_y")["y"]
    inside = set(frame.index[frame["loss"].between(*sorted(brush))])
    assert selected(page) == inside
    page.get_by_role("button", name="View").click()
    box = page.locator("input[name=log_objective]")
    box.check()
    assert signal(page, "c_y")["y"] == brush
    assert selected(page) == inside
    ticks = {mark["text"]: mark["y"] for mark in marks(page, VIEW, "labels")}
    assert {"0.1", "1"} <= set(ticks)
    (rect,) = marks(page, VIEW, "brushes")
    height = signal(page, "axis_height")
    least = max(frame["loss"].min() - 0.05 * np.ptp(frame["loss"]), frame["loss"].min() / 2)
    most = frame["loss"].max() + 0.05 * np.ptp(frame["loss"])
    top = height * (1 - np.log(max(brush) / least) / np.log(most / least))
    assert rect["ownY"] == pytest.approx(top, abs=1)
    page.keyboard.press("Escape")
    drag_along(page, "loss", 0.9, 0.2)
    low, high = sorted(signal(page, "c_y")["y"])
    expected = least * (most / least) ** np.array([0.1, 0.8])
    assert [low, high] == pytest.approx(expected, rel=0.03)
    assert selected(page) == set(frame.index[frame["loss"].between(low, high)])
    page.get_by_role("button", name="View").click()
    box.uncheck()
    assert signal(page, "c_y")["y"] == pytest.approx([low, high])
