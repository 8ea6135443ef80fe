"""Pinned trials, the best as a selection, and any pair, under a real mouse and keyboard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from amtviz import api
from tests.browser.scene import marks, point_at
from tests.charts.scene import make_data, make_trials

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/job-0"
SECTIONS = ("progress", "values")
WHOLE = {"width": 1280, "height": 4000}


def named(trials: pd.DataFrame, number: int) -> str:
    return trials["TrainingJobName"].iloc[number]


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    """Scored trials in the order in which the page numbers them."""
    frame = make_trials(60).sort_values("TrainingStartTime", ignore_index=True)
    frame = frame.assign(loss=np.random.default_rng(3).normal(1, 0.2, 60))
    return frame.assign(accuracy=np.linspace(0, 1, 60))


@pytest.fixture(scope="module")
def report(tmp_path_factory, trials):
    """Write a page of two tuning jobs, of which AWS knows one."""
    data = make_data(trials)
    jobs = [replace(job, arn=ARN if job.name == "job-0" else "") for job in data.jobs]
    path = tmp_path_factory.mktemp("pins") / "report.html"
    return api.write_report(replace(data, jobs=tuple(jobs)), path, sections=SECTIONS)


@pytest.fixture
def page(open_page, report):
    return open_page(report, viewport=WHOLE)


def pins(page, view: str = "progress") -> set[int]:
    """Trials that a view rings."""
    return {mark["i"] for mark in marks(page, view, "pinned")}


def click(page, view: str, number: int) -> None:
    """Click on a trial's point, and leave it."""
    x, y = point_at(page, view, "selected", number)
    page.mouse.move(x - 1, y)
    page.mouse.click(x, y)


def rows(page) -> dict[str, list[str]]:
    """Read the comparison: its lines by what they are of."""
    read = page.locator("#pinned tbody tr").evaluate_all(
        "all => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"
    )
    return {cells[0]: cells[2:] for cells in read}


def isolated(page, view: str, trials: pd.DataFrame, job: str) -> int:
    """Return a trial of a job that no other one lies upon."""
    drawn = marks(page, view, "selected")
    at = np.array([[mark["x"], mark["y"]] for mark in drawn])
    for mark in drawn:
        apart = np.hypot(*(at - [mark["x"], mark["y"]]).T)
        if np.sort(apart)[1] > 14 and trials["TuningJobName"].iloc[mark["i"]] == job:
            return mark["i"]
    raise LookupError(f"no trial of {job} stands alone")


def test_a_click_pins_a_trial_everywhere_and_two_are_compared(page, trials):
    assert not page.locator("#pinned").is_visible()
    first = isolated(page, "progress", trials, "job-0")
    second = isolated(page, "hyperparameter_0", trials, "job-1")
    click(page, "progress", first)
    page.locator("#pinned").wait_for()
    assert page.locator("#pinned .finding").inner_text() == (
        "One trial is pinned: pin another to compare."
    )
    click(page, "hyperparameter_0", second)
    for view in ("progress", "hyperparameter_1", "training_jobs", "parallel_lines", "pair"):
        assert pins(page, view) == {first, second}, view
    both = trials.iloc[[first, second]]
    told = rows(page)
    assert told["loss"] == [f"{value:.6g}" for value in both["loss"]]
    assert told["rate"] == [f"{value:.6g}" for value in both["rate"]]
    assert told["accuracy"] == [f"{value:.6g}" for value in both["accuracy"]]
    assert told["tuning job"] == ["job-0", "job-1"]
    better = page.locator("#pinned tbody tr").first.locator("b").all_inner_texts()
    assert better == [f"{both['loss'].min():.6g}"]
    names = ["rate", "depth", "kind", "share"]
    differ = [name for name in names if both[name].nunique() > 1]
    assert [name for name in told if name in names] == differ
    gap = float(f"{both['loss'].max() - both['loss'].min():.3g}")
    said = page.locator("#pinned .finding").inner_text()
    assert f"{gap:g} ahead of" in said
    assert f"They differ in {len(differ)} of 4 hyperparameters." in said
    assert "status Completed" in page.locator("#pinned .same").inner_text()
    # another click releases
    click(page, "progress", first)
    assert pins(page) == {second}
    page.locator("#pinned button.release").click()
    page.locator("#pinned").wait_for(state="hidden")
    assert pins(page) == set()


def test_links_lead_to_the_training_job_and_its_logs(page, trials):
    known = isolated(page, "progress", trials, "job-0")
    click(page, "progress", known)
    click(page, "progress", isolated(page, "progress", trials, "job-1"))
    name = named(trials, known)
    links = page.locator("#pinned a")
    home = "https://eu-west-1.console.aws.amazon.com/{}/home?region=eu-west-1#"
    assert links.evaluate_all("all => all.map((link) => link.href)") == [
        f"{home.format('sagemaker')}/jobs/{name}",
        f"{home.format('cloudwatch')}logStream:group=/aws/sagemaker/TrainingJobs;prefix={name};"
        "streamFilter=typeLogStreamPrefix",
    ]
    assert set(links.evaluate_all("all => all.map((link) => link.rel)")) == {"noopener noreferrer"}


def test_a_drag_and_a_click_beside_a_point_pin_nothing(page):
    x, y = point_at(page, "progress", "selected", 5)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 5, steps=3)
    page.mouse.up()
    box = page.locator("[data-view=progress] canvas.marks").bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 3)
    assert pins(page) == set()


def test_enter_on_a_row_pins_and_a_fifth_takes_the_last_ones_place(page, trials):
    best = trials.sort_values("loss").index
    buttons = page.locator("table.trials .pick button")
    for place in range(4):
        buttons.nth(place).focus()
        page.keyboard.press("Enter")
    assert pins(page) == set(best[:4])
    assert [buttons.nth(place).inner_text() for place in range(5)] == ["A", "B", "C", "D", "+"]
    buttons.nth(4).focus()
    page.keyboard.press("Enter")
    assert pins(page) == {*best[:3], best[4]}
    assert buttons.nth(4).get_attribute("aria-pressed") == "true"
    page.locator(".pins button", has_text="Compare").click()
    release = page.get_by_role("button", name=f"Unpin {named(trials, best[1])}")
    assert release.is_visible()
    release.click()
    assert pins(page) == {best[0], best[2], best[4]}


# --- the best as a selection


def slide(page, percent: int) -> None:
    page.locator(".top input").fill(str(percent))


def test_the_best_are_a_selection_that_all_follow(page, trials):
    best = trials["loss"].nsmallest(6).index
    slide(page, 10)
    page.wait_for_function("document.querySelector('.count').textContent.startsWith('6 of 60')")
    assert page.locator(".top output").inner_text() == "10\u00a0%"
    for view in ("progress", "hyperparameter_0", "parallel_lines"):
        assert {mark["i"] for mark in marks(page, view, "selected")} == set(best), view
    listed = page.locator("table.trials tbody tr")
    page.wait_for_function("document.querySelector('table.trials').tBodies[0].rows.length === 6")
    assert listed.count() == 6
    code = page.locator("pre[data-sdk='3']:visible").inner_text()
    own = trials["depth"].loc[best]
    assert f"IntegerParameter({own.min()}, {own.max()}" in code
    page.locator("button.clear:visible").first.click()
    page.wait_for_function("document.querySelector('.top input').value === '100'")
    assert {mark["i"] for mark in marks(page, "progress", "selected")} == set(range(60))


def test_the_slider_answers_keys(page):
    slider = page.locator(".top input")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.count').textContent.startsWith('1 of 60')")
    assert slider.get_attribute("aria-valuetext") == "the best 1 %"


# --- any pair


def test_any_two_hyperparameters_show_their_trials(page, trials):
    up, across = (page.locator("[data-panel=pair] select").nth(nth) for nth in (0, 1))
    across.select_option(label="share")
    up.select_option(label="rate")
    drawn = sorted(marks(page, "pair", "selected"), key=lambda mark: mark["i"])
    assert [mark["i"] for mark in drawn] == list(range(60))
    x, y = (np.array([mark[side] for mark in drawn]) for side in "xy")
    # both axes are linear in what is expected, up to where they begin
    assert np.corrcoef(x, trials["share"])[0, 1] == pytest.approx(1, abs=1e-6)
    assert np.corrcoef(y, np.log10(trials["rate"]))[0, 1] == pytest.approx(-1, abs=1e-6)
    texts = {mark["text"] for mark in marks(page, "pair", "across_name")}
    assert texts == {"share"}
    up.select_option(label="share")
    assert across.evaluate("list => list.selectedOptions[0].text") == "rate"
    assert "trials only" in page.locator("[data-panel=pair] figcaption").inner_text()
    slide(page, 10)
    page.wait_for_function("document.querySelector('.count').textContent.startsWith('6 of 60')")
    best = set(trials["loss"].nsmallest(6).index)
    assert {mark["i"] for mark in marks(page, "pair", "selected")} == best
