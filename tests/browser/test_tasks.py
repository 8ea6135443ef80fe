"""What a person opens the page for, each in three actions at most from its first screen."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from amtviz import api
from tests.browser.scene import marks
from tests.test_suggest import MODULES, execute

MOST = 3  # actions
LAPTOP = {"width": 1280, "height": 720}
ARN = "arn:aws-cn:sagemaker:cn-north-1:123456789012:hyper-parameter-tuning-job/{}"
RANDOM, BAYESIAN = "digits-random", "digits-bayesian"


@pytest.fixture(scope="module")
def report(demo, tmp_path_factory):
    """Write a page of tuning jobs that ran in a partition with a console of its own."""
    jobs = tuple(replace(job, arn=ARN.format(job.name)) for job in demo.jobs)
    path = tmp_path_factory.mktemp("tasks") / "report.html"
    return api.write_report(replace(demo, jobs=jobs), path)


class Person:
    """Somebody who sees only what is in the window, and whose actions are counted."""

    def __init__(self, page):
        self.page = page
        self.actions = 0

    def click(self, locator):
        x, y = self._find(locator)
        self._click(x, y)

    def click_mark(self, view: str, layer: str):
        """Click the only mark of a layer."""
        (mark,) = marks(self.page, view, layer)
        assert 0 < mark["y"] < LAPTOP["height"]
        self.page.mouse.move(mark["x"] - 1, mark["y"])
        self._click(mark["x"], mark["y"])

    def drag_slider(self, slider, share: float):
        """Drag a slider from its right end to a share of its way."""
        self._act()
        middle, y = self._find(slider)
        box = slider.bounding_box()
        way = box["width"] - box["height"]  # of the middle of its round thumb
        self.page.mouse.move(middle + way / 2, y)
        self.page.mouse.down()
        self.page.mouse.move(middle + (share - 0.5) * way, y, steps=5)
        self.page.mouse.up()

    def read(self, locator) -> str:
        """Return a text that is wholly in the window."""
        self._find(locator)
        return re.sub(r"\s+", " ", locator.inner_text())

    def _click(self, x: float, y: float):
        self._act()
        self.page.mouse.click(x, y)

    def _act(self):
        self.actions += 1
        assert self.actions <= MOST

    def _find(self, locator) -> tuple[float, float]:
        """Return the middle of what is in the window, without scrolling to it."""
        locator.wait_for()
        self.page.evaluate("window.amtviz.settle()")
        box = locator.bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= LAPTOP["width"]
        assert box["y"] + box["height"] <= LAPTOP["height"]
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def person(open_page, report):
    permissions = ["clipboard-read", "clipboard-write"]
    return Person(open_page(report, viewport=LAPTOP, permissions=permissions))


def count(page, text: str) -> None:
    """Wait until the bar counts the selected trials so."""
    page.locator(".count", has_text=re.compile(f"^{text}$")).wait_for()


def test_the_best_trials_configuration(person, demo):
    best = demo.trials.loc[demo.trials["f1"].idxmax()]  # the objective is maximized
    person.click(person.page.get_by_role("button", name="Best trial"))
    told = person.read(person.page.locator("#more-best .winner"))
    assert best["TrainingJobName"] in told
    person.read(person.page.locator("#more-best .configuration"))
    shown = dict(
        person.page.locator("#more-best .configuration > div").evaluate_all(
            "all => all.map((each) => [...each.children].map((own) => own.innerText))"
        )
    )
    assert list(shown) == [h.name for h in demo.hyperparameters]
    assert shown.pop("criterion") == best["criterion"]
    for name, value in shown.items():
        assert float(value) == pytest.approx(best[name], rel=1e-3)
    assert person.actions == 1


def test_which_hyperparameter_matters(person, demo):
    numbers = [h.name for h in demo.hyperparameters if h.kind != "categorical"]
    order = demo.trials[numbers].corrwith(demo.trials["f1"], method="spearman").abs()
    strongest = order.idxmax()
    verdict = person.read(person.page.locator(".verdict"))
    (share,) = re.findall(rf"\. {strongest} matters most \((\d+) % of the variation\)", verdict)
    # so say the panels below, in that order
    first = person.read(person.page.locator("#overview .panel figcaption").first)
    assert first.startswith(strongest)
    assert first.endswith(f"explains {share} %")
    table = demo.importance().query("Question == 'explains'").set_index("Hyperparameter")
    assert int(share) == round(100 * table.at[strongest, "Importance"])
    assert person.actions == 0


def test_the_ranges_of_the_best_tenth_as_code(person, demo):
    page, tenth = person.page, demo.trials.nlargest(len(demo.trials) // 10, "f1")
    slider = page.get_by_label("Select the best trials")
    person.drag_slider(slider, (10 - 1) / (100 - 1))
    assert slider.input_value() == "10"
    count(page, f"{len(tenth)} of {len(demo.trials)} trials")
    person.click(page.locator("a.tools"))
    person.click(page.locator("#section-trials .code .copy"))
    copied = page.evaluate("navigator.clipboard.readText()")
    code = {3: copied, 2: page.locator("#section-trials pre[data-sdk='2']").text_content()}
    for sdk in MODULES:
        ranges = execute(code[sdk], sdk)["hyperparameter_ranges"]
        assert list(ranges) == [h.name for h in demo.hyperparameters]
        assert ranges.pop("criterion").given[0] == sorted(set(tenth["criterion"]))
        for name, made in ranges.items():
            low, high, _ = made.given
            assert low <= tenth[name].min()
            assert high >= tenth[name].max()
            assert (low, high) == pytest.approx((tenth[name].min(), tenth[name].max()), rel=0.01)
    assert person.actions == 3


def test_two_jobs_side_by_side(person, demo):
    page = person.page
    scores = demo.trials.groupby("TuningJobName")["f1"]
    best, median = scores.max(), scores.median()
    # which one did better, and whether that would hold
    person.click(page.get_by_role("button", name="Overview"))
    person.click(page.locator("#contents a", has_text="Next search"))
    told = person.read(page.locator("#section-next .finding").first)
    assert told.startswith(
        f"With 50 trials each, {BAYESIAN} found a better best f1 ({best[BAYESIAN]:.4g}) "
        f"than {RANDOM} ({best[RANDOM]:.4g})."
    )
    person.actions = 0
    # each one alone, in every chart
    for name in (RANDOM, BAYESIAN):
        person.click(page.locator("#legend button", has_text=name.removeprefix("digits-")))
        page.locator(".now", has_text=f"median {median[name]:.4g}").wait_for()
        assert person.read(page.locator(".now")) == (
            f"50 of 125 trials · best {best[name]:.4g} · median {median[name]:.4g}"
        )
    assert person.actions == 2


def test_the_logs_of_the_best_trial(person, demo):
    page, name = person.page, demo.trials.loc[demo.trials["f1"].idxmax(), "TrainingJobName"]
    person.click_mark("progress", "ring")
    person.click(page.locator(".bar").get_by_role("button", name="Compare"))
    link = page.get_by_role("link", name=f"Logs of {name}")
    person.read(link)  # the third action is a click on it
    assert person.actions == 2
    assert link.get_attribute("href") == (
        "https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1"
        f"#logStream:group=/aws/sagemaker/TrainingJobs;prefix={name};"
        "streamFilter=typeLogStreamPrefix"
    )
