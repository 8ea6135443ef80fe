"""The choice between three risks of a suggestion, and how sure it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amtviz import api
from amtviz.charts.page import draw_sections
from amtviz.findings.sureness import SURENESS
from amtviz.report import render_report
from amtviz.settings import DRAW_DEFAULTS
from amtviz.wording.values import format_range

RISKS = ("careful", "balanced", "bold")


@pytest.fixture(scope="module")
def report(demo, tmp_path_factory):
    path = tmp_path_factory.mktemp("risks") / "risks.html"
    return api.write_report(demo, path, sections=("next",))


def check(page, data, risk):
    shown = page.locator("div.risk:visible")
    assert shown.evaluate_all("all => all.map((each) => each.dataset.risk)") == [risk]
    rows = [
        "keep" if row.Change == "keep" else format_range(row.Kind, row.Low, row.High, row.Values)
        for row in data.suggest_ranges(risk).itertuples()
    ]
    assert shown.locator("tbody td:nth-child(3)").all_inner_texts() == rows
    code = shown.locator("pre:visible").inner_text()
    assert code.strip() == data.suggest_ranges_code(3, risk).strip()


def test_a_switch_shows_table_words_and_code_of_a_risk(open_page, report, demo):
    page = open_page(report)
    check(page, demo, "balanced")
    pressed = "button[data-risk][aria-pressed=true]"
    assert page.locator(pressed).inner_text() == "balanced"
    page.locator("button[data-risk=careful]").focus()
    page.keyboard.press("Enter")
    check(page, demo, "careful")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    check(page, demo, "bold")
    assert page.locator(pressed).all_inner_texts() == ["bold"]
    told = page.locator("div.risk:visible").inner_text()
    assert "Bold: goes by the next search's chance alone. The picture shows balanced." in told
    assert "At bold risk, the next tuning job should " in told


def test_without_javascript_balanced_is_shown(browser, report):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.absolute().as_uri())
    shown = page.locator("div.risk:visible")
    assert shown.count() == 1
    assert shown.get_attribute("data-risk") == "balanced"
    assert not page.locator("button[data-risk=bold]").is_visible()
    page.locator("#section-next details.sure summary").click()
    told = page.locator("#section-next details.sure").inner_text().replace("\u00a0", " ")
    assert all(paragraph in told for paragraph in SURENESS["next"])
    context.close()


def test_a_page_that_reloads_keeps_the_choices(open_page, demo, tmp_path):
    path = tmp_path / "watched.html"
    charts = draw_sections(demo, replace(DRAW_DEFAULTS, sections=("next",)))
    path.write_text(render_report(demo, charts, reload_seconds=600), "utf-8")
    page = open_page(path)
    page.locator("button[data-risk=bold]").click()
    page.locator("div.risk:visible button[data-sdk='2']").click()
    page.locator("details.sure summary").click()
    page.wait_for_function("history.state?.amtviz?.open.includes(true)")  # soon after the last
    page.reload()
    page.evaluate("window.amtviz.ready.then(() => null)")
    shown = page.locator("div.risk:visible")
    assert shown.get_attribute("data-risk") == "bold"
    assert shown.locator("pre:visible").get_attribute("data-sdk") == "2"
    assert page.locator("details.sure").get_attribute("open") is not None


_BROKEN = """() => [...document.querySelectorAll('.advice td:nth-child(-n+3)')].flatMap((cell) => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), broken = [];
  for (let text; (text = texts.nextNode()); )
    for (const { index, 0: word } of text.data.matchAll(/[\\w.]+/g)) {
      const range = new Range();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(word);
    }
  return broken;
})"""


def test_a_phone_breaks_no_number_of_the_table(open_page, report):
    page = open_page(report, viewport={"width": 390, "height": 800})
    searched = page.locator(".advice:visible td:nth-child(2)").first
    searched.evaluate("(cell) => { cell.textContent = 'not declared; tried -333.208 to 258.782'; }")
    assert page.evaluate(_BROKEN) == []
    searched.evaluate("(cell) => { cell.textContent = 'a'.repeat(200); }")
    assert searched.bounding_box()["width"] <= 260 + 30
