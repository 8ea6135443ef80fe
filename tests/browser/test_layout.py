"""The page fills the window: full rows at any width, the overview in the first screen."""

from __future__ import annotations

import pytest

from amtviz import api
from tests.browser.scene import Scene, drag, locate, signal
from tests.contract.cases import thirty_hyperparameters

# each row of panels: its section, how many stand in it, and the share of the width they take
_ROWS = """() => [...document.querySelectorAll('.panels')].flatMap((section) => {
  const rows = [];
  let top = -Infinity;
  for (const panel of section.children) {
    const box = panel.getBoundingClientRect();
    if (box.top > top + 2) rows.push([]);
    top = box.top;
    rows.at(-1).push(box);
  }
  const width = section.getBoundingClientRect().width;
  return rows.map((row) => [
    section.dataset.panels, row.length, (row.at(-1).right - row[0].left) / width,
  ]);
})"""

# views whose picture hasn't the size that the layout gave it
_OFF = """() => Object.entries(amtviz.views).filter(([, view]) => {
  const place = view.container().getBoundingClientRect();
  const box = view.container().querySelector('canvas.marks').getBoundingClientRect();
  return Math.abs(box.width - place.width) > 1 || Math.abs(box.height - place.height) > 1;
}).map(([name]) => name)"""

_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def whole(demo, tmp_path_factory):
    """Write the demo's page with all sections."""
    return api.write_report(demo, tmp_path_factory.mktemp("layout") / "whole.html")


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Write a page of more hyperparameters than the first screen has room for."""
    path = tmp_path_factory.mktemp("layout") / "many.html"
    return api.write_report(thirty_hyperparameters(), path, sections=("progress", "values"))


def resize(page, width: int, height: int = 900) -> None:
    """Give the window a size, and wait until the pictures have followed."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))")
    page.wait_for_function(f"({_OFF})().length === 0")


def test_rows_are_full_and_nothing_scrolls_sideways_at_any_width(open_page, whole):
    page = open_page(whole, viewport={"width": 1280, "height": 900})
    page.evaluate("amtviz.settle()")
    page.evaluate("Object.values(amtviz.views).forEach((view) => { view.first = true; })")
    for width in (360, 390, 560, 768, 1000, 1280, 1440, 1600, 1920, 2560):
        resize(page, width)
        rows = page.evaluate(_ROWS)
        assert {row[0] for row in rows} >= {"overview", "importance", "progress", "values", "next"}
        assert all(0.98 < share < 1.001 for *_, share in rows), (width, rows)
        assert page.evaluate(_SIDEWAYS) == 0, width
        if width >= 1000:  # no panel of several stands alone
            assert all(count > 1 for name, count, _ in rows if name in ("overview", "progress"))
    # the views were resized, not drawn anew
    assert page.evaluate("Object.values(amtviz.views).every((view) => view.first)")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1080)])
def test_the_overview_is_complete_in_the_first_screen(open_page, whole, width, height):
    page = open_page(whole, viewport={"width": width, "height": height})
    box = "(({top, bottom}) => [top, bottom])(%s.getBoundingClientRect())"
    bottoms = page.evaluate(
        """() => [...document.querySelectorAll('.rail .marks, [data-panels=overview] .marks')]
            .map((canvas) => canvas.getBoundingClientRect().bottom)"""
    )
    assert len(bottoms) == 7  # progress, density and five hyperparameters
    assert max(bottoms) <= height
    places = [
        page.evaluate(box % f"document.querySelector('[data-view={name}] canvas.marks')")
        for name in ("progress", "objective_density")
    ]
    assert places[0] == places[1]
    # they share the axis to the pixel
    panels = Scene(page).panels
    assert panels["progress"][1::2] == panels["objective_density"][1::2]


def test_the_most_important_stand_first_with_their_share(open_page, whole, demo):
    page = open_page(whole, viewport={"width": 1280, "height": 720})
    table = demo.importance()
    table = table[table["Question"] == table["Question"].iloc[0]]
    order = table.sort_values("Importance", ascending=False)["Hyperparameter"].tolist()
    titles = page.locator("[data-panels=overview] .title").all_inner_texts()
    assert titles == order
    share = page.locator("[data-panels=overview] .share").first.inner_text()
    assert (
        share.strip().replace("\xa0", " ") == f"explains {round(100 * table['Importance'].max())} %"
    )


def test_what_has_no_room_stands_with_the_values(open_page, many):
    page = open_page(many, viewport={"width": 1280, "height": 720})
    shown = page.locator("[data-panels=overview] > .panel").count()
    moved = page.locator("[data-panels=values] > [data-panel^=hyperparameter_][data-shared]")
    link = page.locator(".lesser a")
    assert 2 <= shown < 12
    assert page.evaluate(_SIDEWAYS) == 0
    rest = int(link.inner_text().split()[0])
    assert rest == 30 - shown
    assert moved.count() >= rest
    link.click()
    page.wait_for_function("scrollY > 300")
    # what is moved is drawn there, once the reader comes to it
    page.wait_for_function(
        "document.querySelectorAll('[data-panels=values] > .panel canvas').length > 0"
    )


def test_views_are_drawn_when_the_reader_comes_near(open_page, whole):
    page = open_page(whole, viewport={"width": 1280, "height": 720})
    drawn = page.evaluate("Object.keys(amtviz.views)")
    assert {"progress", "objective_density", "hyperparameter_0"} <= set(drawn)
    assert "next_ranges" not in drawn
    places = "[...document.querySelectorAll('[data-view]')].map((each) => each.offsetHeight)"
    before = page.evaluate(places)
    page.evaluate("document.querySelector('[data-view=next_ranges]').scrollIntoView()")
    page.wait_for_function("amtviz.views.next_ranges !== undefined")
    assert page.evaluate(places) == before  # their heights were known
    page.evaluate("amtviz.settle()")
    assert len(page.evaluate("Object.keys(amtviz.views)")) == page.locator("[data-view]").count()


def test_a_brush_reaches_what_is_drawn_later(open_page, whole, demo):
    page = open_page(whole, viewport={"width": 1280, "height": 720})
    drag(page, "hyperparameter_0_group", 0.5, 0.9)
    low, high = sorted(signal(page, "b_p0")["p0"])  # draws all views
    trials = demo.trials.sort_values("TrainingStartTime", kind="stable").reset_index(drop=True)
    inside = set(trials.index[trials["n-estimators"].between(low, high)])
    scene = Scene(page)
    for panel in ("progress", "hyperparameter_3", "training_jobs"):
        assert scene.coloured(panel) == inside


def test_printing_draws_all_on_the_paper(open_page, whole):
    page = open_page(whole, viewport={"width": 1920, "height": 1080})
    page.evaluate(
        """() => addEventListener('beforeprint', () => queueMicrotask(() => {
            window.atPrint = document.querySelector('[data-panel=next_ranges]').style.width;
        }))"""
    )
    assert page.pdf().startswith(b"%PDF")
    page.wait_for_function("window.atPrint !== undefined")
    assert page.evaluate("parseFloat(window.atPrint)") <= 703
    page.wait_for_function(
        "Object.keys(amtviz.views).length === document.querySelectorAll('[data-view]').length"
    )
    page.wait_for_function(f"({_OFF})().length === 0")
    assert all(share > 0.98 for *_, share in page.evaluate(_ROWS))


def test_a_finger_scrolls_the_page_and_brushes_across(open_page, whole):
    page = open_page(whole, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert all(count == 1 for name, count, _ in page.evaluate(_ROWS) if name == "overview")
    finger = page.context.new_cdp_session(page)
    box = locate(page, "hyperparameter_3_group")

    def slide(across: float, down: float) -> None:
        start = {"x": box["x"] + 0.2 * box["width"], "y": box["y"] + 0.7 * box["height"]}
        steps = [
            {"x": start["x"] + across * k / 8, "y": start["y"] + down * k / 8} for k in range(9)
        ]
        for kind, step in zip(["touchStart", *["touchMove"] * 8], steps, strict=True):
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [step]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    slide(120, 3)
    page.wait_for_function("amtviz.views.hyperparameter_3.signal('b_p3').p3 !== undefined")
    brush = page.evaluate("amtviz.views.hyperparameter_3.signal('b_p3_x')")
    assert brush[1] - brush[0] == pytest.approx(120, abs=2)
    before = page.evaluate("scrollY")
    slide(0, -100)
    page.wait_for_function(f"scrollY > {before} + 50")
