"""Every hostile text in a page, a page that is watched and a notebook's frame: none runs."""

from __future__ import annotations

import csv
import io

import pytest
import vl_convert as vlc
from playwright.sync_api import sync_playwright

from amtviz import api
from amtviz.charts import draw_progress
from amtviz.embed import render_chart, render_frame
from amtviz.embed.literals import MARK, MISREAD, mark_literals
from amtviz.store.export import guard
from amtviz.texts import write_halves
from tests.browser.conftest import Visit
from tests.chromium import ADVICE, find_chromiums, start_chromium
from tests.hostile.places import make_trials
from tests.hostile.strings import ALL, PROTOTYPE, SOME

# each text of these costs a panel, a row of the legend or a tuning job of its own
PLACES = {
    "category": ALL, "trial": ALL, "reason": ALL, "instance type": ALL, "status": ALL,
    "algorithm": SOME, "job": SOME, "hyperparameter": SOME[:20], "metric": PROTOTYPE,
}  # fmt: skip
_COLUMNS = {
    "category": "k", "trial": "TrainingJobName", "reason": "FailureReason",
    "status": "TrainingJobStatus", "algorithm": "TrainingJobDefinitionName",
    "job": "TuningJobName",
}  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        found = find_chromiums(playwright.chromium.executable_path)
        if not found:
            pytest.fail(f"The tests of the pages need Chromium, and there is none. {ADVICE}", False)
        chromium = start_chromium(playwright, found[0])
        yield chromium
        chromium.close()


def look_at(browser, path, look, *, ready: bool = True):
    """Open a page without a network, and return what a function finds; nothing may go wrong."""
    visit = Visit(browser, path, {"viewport": {"width": 1280, "height": 900}})
    visit.page.on("dialog", lambda dialog: visit.errors.append(f"dialog: {dialog.message}"))
    visit.page.goto(visit.url)
    if ready:
        visit.page.evaluate("window.amtviz.ready.then(() => null)")
    found = look(visit.page)
    assert visit.page.evaluate("window.ran") is None
    visit.context.close()
    visit.check()
    return found


@pytest.mark.parametrize("place", PLACES)
def test_pages(browser, tmp_path, place) -> None:
    texts = PLACES[place]
    data = make_trials(texts, place)
    path = tmp_path / "page.html"
    path.write_text(api.make_page(data, reload_seconds=3600), encoding="utf-8")

    def look(page):
        page.evaluate("window.amtviz.settle()")
        with page.expect_download() as download:
            page.click("button.download-csv")
        return page.inner_text("body"), download.value.path().read_bytes().decode()

    body, table = look_at(browser, path, look)
    assert "could not be drawn" not in body
    assert " undefined" not in body.replace("\xa0", " ") or "undefined" in texts
    head, *rows = csv.reader(io.StringIO(table, newline=""), strict=True)
    expected = {guard(write_halves(text)) for text in texts}
    if place in _COLUMNS:
        cells = [row[head.index(_COLUMNS[place])] for row in rows]
        assert expected <= set(cells)
    if place == "hyperparameter":
        assert expected <= set(head)


@pytest.mark.parametrize("place", ["category", "job", "hyperparameter", "status", "metric"])
def test_the_widget_draws_names_that_vega_misreads(place) -> None:
    data = make_trials(PROTOTYPE, place)
    widget = api.explore(data, trials_only=True)
    assert set(widget.selected["TrainingJobName"]) == set(data.trials["TrainingJobName"])
    assert len(vlc.vegalite_to_svg(widget.spec)) > 10_000  # Vega stops at one


def test_notebook_frames(browser, tmp_path) -> None:
    for place in ("category", "job"):
        path = tmp_path / f"{place}.html"
        chart = draw_progress(make_trials(SOME, place))
        frame = render_frame(render_chart(chart.to_dict()), title="charts")
        path.write_text(f"<!doctype html><body>{frame}</body>", encoding="utf-8")

        def look(page):
            page.frames[-1].wait_for_function("window.amtviz?.views?.chart")
            return page.frames[-1].evaluate("[window.ran ?? null, document.title]")

        assert look_at(browser, path, look, ready=False)[0] is None


def test_objectives(browser, tmp_path) -> None:
    """Draw a chart of each objective in one page, for it is the title of axes and of the page."""
    path = tmp_path / "page.html"
    chart = draw_progress(make_trials(["a", "b"], "category"))
    path.write_text(render_chart(chart.to_dict()), encoding="utf-8")  # it has Vega-Embed
    objectives = [write_halves(text) for text in [*PROTOTYPE, *SOME[-8:]]]
    specs = [
        draw_progress(make_trials(["a", "b"], "category", objective)).to_dict(validate=False)
        for objective in objectives
    ]
    draw = """async (specs) => {
        const failed = [];
        for (const spec of specs) {
            const place = document.createElement("div");
            document.body.append(place);
            try { (await vegaEmbed(place, spec, { ast: false })).finalize(); }
            catch (error) { failed.push([spec.usermeta, String(error)]); }
            place.remove();
        }
        return failed;
    }"""
    assert look_at(browser, path, lambda page: page.evaluate(draw, specs), ready=False) == []


@pytest.mark.parametrize("text", sorted(MISREAD))
def test_the_mark_stands_where_vega_reads_only(text) -> None:
    spec = {
        "title": text,
        "axis": {"labelExpr": f'["{text}", "a{text}", "\\"{text}\\""][datum.value]'},
        "datasets": {"trials": [{"a": text}]},
    }
    assert mark_literals(spec) == {
        "title": text + MARK,
        "axis": {"labelExpr": f'["{text}{MARK}", "a{text}", "\\"{text}\\""][datum.value]'},
        "datasets": {"trials": [{"a": text}]},
    }
    assert mark_literals(f"datum.a == '{text}' ? 1 : 0") == f"datum.a == '{text}{MARK}' ? 1 : 0"


def test_the_mark_is_invisible() -> None:
    import vl_convert

    def draw(title: str) -> bytes:
        axis = {"field": "a", "type": "quantitative", "title": title}
        spec = {"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": axis}}
        return vl_convert.vegalite_to_png(spec)

    assert draw("tostring") == draw(f"tostring{MARK}")
    assert draw("tostring") != draw("tostring.")
