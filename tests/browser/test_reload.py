"""A page that a watch writes anew: it reloads itself, and the reader keeps what was selected."""

from __future__ import annotations

import pytest

from amtviz import api
from amtviz.live.loop import Look
from amtviz.live.page import PageView
from amtviz.live.status import describe_status
from amtviz.settings import DrawOptions
from tests.browser.scene import Scene, drag, signal
from tests.charts.scene import make_data, make_trials

SECTIONS = ["progress", "values"]
TOP = "document.querySelector('#section-values').getBoundingClientRect().top"
SHOWN = "window.amtviz?.trials.length"


class Watched:
    """A page file, and what writes it."""

    def __init__(self, path) -> None:
        def render(data, seconds):
            return api.make_page(data, DrawOptions(SECTIONS), reload_seconds=seconds)

        self.path = path
        self.view = PageView(path, render)

    def write(self, trials: int, *, ended: bool = False, seconds: float = 600) -> None:
        """Write the page of so many trials; it reloads itself after so many seconds."""
        self.view.start(seconds)
        data = make_data(make_trials(60).head(trials))
        at = data.trials["TrainingStartTime"].max()
        look = Look(1, at, data, describe_status(data), True, ended, None, 1)
        self.view.show(look)


@pytest.fixture
def watched(tmp_path):
    file = Watched(tmp_path / "live.html")
    file.write(30, seconds=1)
    return file


def wait_for(page, trials: int) -> None:
    """Wait until a page with so many trials is drawn."""
    page.wait_for_function(f"{SHOWN} === {trials}")
    page.evaluate("window.amtviz.ready.then(() => null)")


def press(page, name: str) -> None:
    """Press a button without scrolling to it."""
    page.evaluate(
        "(name) => [...document.querySelectorAll('.live button')]"
        ".find((button) => button.textContent === name).click()",
        name,
    )


def test_a_reload_brings_back_what_was_selected(open_page, watched):
    page = open_page(watched.path)
    assert "reloads itself after 1 s" in page.locator(".folds").inner_text()
    press(page, "Pause")
    drag(page, "hyperparameter_0_group", 0.2, 0.7)
    brush = signal(page, "b_p0")
    selected = Scene(page).coloured("hyperparameter_1")
    page.evaluate("window.scrollTo({top: 300, behavior: 'instant'})")
    top = page.evaluate(TOP)
    assert page.evaluate("window.scrollY") > 0
    watched.write(60)
    press(page, "Follow")
    wait_for(page, 60)
    page.wait_for_function(f"Math.abs({TOP} - {top}) <= 1")
    assert signal(page, "b_p0")["p0"] == pytest.approx(brush["p0"], rel=1e-8)
    low, high = sorted(brush["p0"])
    trials = make_data(make_trials(60)).trials
    trials = trials.sort_values("TrainingStartTime", kind="stable").reset_index(drop=True)
    brushed = trials["rate"].between(low, high)
    inside = set(trials.index[brushed & trials["loss"].notna()])
    assert 0 < len(selected) < len(inside)
    # in the brushed section's view, and in another
    assert Scene(page).coloured("hyperparameter_1") == inside
    assert Scene(page).coloured("progress") == inside
    page.locator(".count", has_text=f"{brushed.sum()} of 60 trials").first.wait_for(
        state="attached"
    )
    # the brush itself is there: it can be moved and cleared
    page.mouse.dblclick(*Scene(page).at("hyperparameter_2", 0.9, 0.2))
    assert signal(page, "b_p0") == {}
    assert len(Scene(page).coloured("progress")) > len(inside)


def test_the_last_page_stays(open_page, watched):
    page = open_page(watched.path)
    press(page, "Pause")
    drag(page, "hyperparameter_0_group", 0.2, 0.7)
    brush = signal(page, "b_p0")
    watched.write(40, ended=True)
    press(page, "Follow")
    wait_for(page, 40)
    assert signal(page, "b_p0")["p0"] == pytest.approx(brush["p0"], rel=1e-8)
    assert "reloads itself" not in page.locator(".folds").inner_text()
    assert page.locator("meta[name=amtviz-reload]").count() == 0


def test_it_waits_longer_while_nothing_is_new(open_page, watched):
    page = open_page(watched.path)
    for seconds in (2, 4):
        page.wait_for_function(
            f"document.querySelector('.live').innerText.includes('after {seconds} s')"
        )


def test_it_waits_for_the_end_of_a_drag(open_page, watched):
    page = open_page(watched.path)
    press(page, "Pause")
    page.evaluate("window.same = true")
    drag(page, "hyperparameter_0_group", 0.2, 0.7, release=False)
    press(page, "Follow")
    watched.write(50)
    # the page's own clock: its next ticks are long past the time
    page.wait_for_function("(performance.now() > 6000)")
    assert page.evaluate("window.same")
    page.mouse.up()
    wait_for(page, 50)
    assert "p0" in signal(page, "b_p0")
