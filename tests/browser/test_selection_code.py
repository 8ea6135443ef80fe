"""A selection as code: what was brushed, read by a real browser and executed by Python."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, TuningData, api
from amtviz.sdk_code import RANGE_IMPORTS, write_ranges
from tests.browser.conftest import deselect
from tests.browser.scene import Scene, drag, signal
from tests.contract.cases import HOSTILE, hostile_names
from tests.test_suggest import execute

WHOLE = {"width": 1280, "height": 7000}
SECTIONS = ("progress", "values")  # in whose panels is brushed
CODE = "#section-trials pre[data-sdk='{}']"
ROWS = "amtviz.ranges().rows"


def every_kind() -> TuningData:
    """Each kind on each scaling, with declared ranges that are wider than what was tried."""
    rng = np.random.default_rng(3)
    n = 60
    frame = pd.DataFrame(
        {
            "loss": rng.normal(1, 0.2, n),
            "lin": rng.uniform(1_000_000, 1_000_050, n),
            "log": 10 ** rng.uniform(-5, -1, n),
            "rev": 1 - 10 ** rng.uniform(-4, -0.5, n),
            "auto": 10 ** rng.uniform(-7, 0, n),
            "count": rng.integers(1, 9, n),
            "steps": np.round(10 ** rng.uniform(0, 4, n)).astype(int),
            "kind": rng.choice(["10", "2", "x"], n),
        }
    )
    ranges = [
        Hyperparameter("lin", "continuous", 1_000_000, 1_000_100, scaling="Linear"),
        Hyperparameter("log", "continuous", 2.0**-22, 0.5, scaling="Logarithmic"),
        Hyperparameter("rev", "continuous", 0.1, 0.99995, scaling="ReverseLogarithmic"),
        Hyperparameter("auto", "continuous", 1e-8, 1.0),
        Hyperparameter("count", "integer", 1, 20, scaling="Linear"),
        Hyperparameter("steps", "integer", 1, 20_000, scaling="Logarithmic"),
        Hyperparameter("kind", "categorical", values=("x", "2", "10", "never tried")),
    ]
    return TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=ranges
    )


@pytest.fixture(scope="module")
def data():
    return every_kind()


@pytest.fixture(scope="module")
def report(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("kinds") / "kinds.html"
    return api.write_report(data, path, sections=SECTIONS)


@pytest.fixture(scope="module")
def drawn(open_once, report):
    return open_once(report, viewport=WHOLE)


@pytest.fixture
def page(drawn):
    yield drawn
    deselect(drawn)
    drawn.wait_for_function("document.querySelector('#section-trials .code').hidden")


def shown_code(page, sdk):
    page.wait_for_function("!document.querySelector('#section-trials .code').hidden")
    page.evaluate("window.amtviz.settle()")
    return page.locator(CODE.format(sdk)).text_content()


def as_table(rows):
    """Give the page's rows as `suggest_ranges` would."""
    table = pd.DataFrame(
        [
            [r["name"], r["kind"], r["low"], r["high"], tuple(r["values"]), r["scaling"]]
            for r in rows
        ],
        columns=["Hyperparameter", "Kind", "Low", "High", "Values", "Scaling"],
    )
    return table.astype({"Low": float, "High": float})


def made_ranges(page):
    """Check the page's lines against Python's own, execute them, and give either SDK's ranges."""
    page.evaluate("window.amtviz.settle()")
    table = as_table(page.evaluate(ROWS))
    for sdk in RANGE_IMPORTS:
        notes, _, lines = shown_code(page, sdk).partition("from sagemaker")
        assert all(line.startswith("# ") for line in notes.splitlines())
        assert f"from sagemaker{lines}" == write_ranges(table, sdk)
    second, third = (
        execute(shown_code(page, sdk), sdk)["hyperparameter_ranges"] for sdk in RANGE_IMPORTS
    )
    kinds = [[(name, type(made), made.given) for name, made in r.items()] for r in (second, third)]
    assert kinds[0] == kinds[1]
    return third


def value_ends(page, name, place):
    """Give a brush's ends as values."""
    ends = sorted(signal(page, f"b_p{place}")[f"p{place}"])
    return [1 - 10**-end for end in ends] if name == "rev" else ends


def test_nothing_brushed_shows_no_code_but_an_invitation(page):
    assert not page.locator("#section-trials .code").is_visible()
    assert page.locator("#section-trials .hint").inner_text().startswith("Drag across a chart")


@pytest.mark.parametrize(("place", "name"), [*enumerate(["lin", "log", "rev", "auto"])])
def test_a_continuous_brush_is_its_range_to_three_digits_outward(page, data, place, name):
    drag(page, f"hyperparameter_{place}_group", 0.31, 0.67)
    low, high = value_ends(page, name, place)
    ranges = made_ranges(page)
    first, second, scaling = ranges[name].given
    declared = {h.name: h for h in data.hyperparameters}
    read = {"auto": "Logarithmic"}  # more than three decades
    assert scaling == read.get(name, declared[name].scaling)
    assert declared[name].low <= first <= low < high <= second <= declared[name].high
    # outward by less than a hundredth: of the width, or of the value on a log scale
    if name == "lin":
        assert max(low - first, second - high) <= (high - low) / 100
    else:
        near = (lambda v: 1 - v) if name == "rev" else (lambda v: v)
        for brushed, written in ((low, first), (high, second)):
            assert abs(near(brushed) - near(written)) <= near(brushed) / 100
            assert len(f"{near(written):.12g}".replace(".", "").lstrip("0").split("e")[0]) <= 3
    # the others are as declared
    for other in data.hyperparameters:
        if other.name == name:
            continue
        given = ranges[other.name].given
        if other.kind == "categorical":
            assert tuple(given[0]) == other.values
        else:
            assert given[:2] == pytest.approx((other.low, other.high), rel=1e-14)
    assert f'# As brushed: "{name}".\n# The others are as declared.\n' in shown_code(page, 3)


@pytest.mark.parametrize(("place", "name"), [(4, "count"), (5, "steps")])
def test_an_integer_brush_gives_the_integers_inside(page, place, name):
    drag(page, f"hyperparameter_{place}_group", 0.22, 0.58)
    low, high = value_ends(page, name, place)
    first, second, _ = made_ranges(page)[name].given
    inside = [n for n in range(1, 20_001) if low <= n <= high]
    assert (first, second) == (inside[0], inside[-1])
    assert isinstance(first, int)
    assert isinstance(second, int)


def test_a_brush_past_the_declared_end_stops_there(page, data):
    drag(page, "hyperparameter_1_group", 0.0, 0.5)
    low, _ = value_ends(page, "log", 1)
    assert low < 2.0**-22  # the axis has a margin
    made_ranges(page)
    assert page.evaluate(ROWS)[1]["low"] == 2.0**-22


def test_one_integer_left_is_to_be_made_static(page):
    # the axis of twenty integers has half a step of margin
    drag(page, "hyperparameter_4_group", *((v - 0.5) / 20 for v in (2.7, 3.3)))
    low, high = value_ends(page, "count", 4)
    assert 2 < low <= 3 <= high < 4
    assert "count" not in made_ranges(page)
    assert '# "count": one value is left, make it static: 3\n' in shown_code(page, 2)


def test_a_brush_between_integers_keeps_the_declared_range(page):
    drag(page, "hyperparameter_4_group", *((v - 0.5) / 20 for v in (2.2, 2.8)))
    low, high = value_ends(page, "count", 4)
    assert 2 < low < high < 3
    assert made_ranges(page)["count"].given[:2] == (1, 20)
    told = " ".join(shown_code(page, 3).replace("# ", "").split())
    assert '"count" is kept as declared: its brush holds no value of that range.' in told
    assert told.startswith("No trial lies in this selection.")


def test_categories_that_the_brush_touches_stand_in_the_declared_order(page):
    drag(page, "hyperparameter_6_group", 0.05, 0.4)  # the axis: 2, 10, never tried, x
    given = made_ranges(page)["kind"].given[0]
    assert given == ["2", "10"]
    page.locator("button.clear").click()
    drag(page, "hyperparameter_6_group", 0.3, 0.95)
    assert made_ranges(page)["kind"].given[0] == ["x", "10", "never tried"]


def test_a_brush_on_the_objective_searches_what_its_trials_span(page, data):
    drag(page, "objective_density_group", 0.05, 0.45, down=True)
    low, high = sorted(signal(page, "b_y")["y"])
    trials = data.trials[data.trials["loss"].between(low, high)]
    assert 1 < len(trials) < len(data.trials)
    ranges = made_ranges(page)
    told = " ".join(shown_code(page, 3).split("from sagemaker")[0].replace("# ", "").split())
    assert told == (
        "What was brushed is what the next job searches: each range spans the values of the "
        f"{len(trials)} selected trials."
    )
    for name in ("lin", "log", "rev", "auto", "count", "steps"):
        first, second, _ = ranges[name].given
        slack = 1e-9 * (second - first)
        assert first - slack <= trials[name].min() <= trials[name].max() <= second + slack
        if name in ("count", "steps"):
            assert (first, second) == (trials[name].min(), trials[name].max())
        elif name == "lin":
            width = trials[name].max() - trials[name].min()
            assert trials[name].min() - first <= width / 100
            assert second - trials[name].max() <= width / 100
        elif name != "rev":
            assert trials[name].min() / first <= 1.01
            assert second / trials[name].max() <= 1.01
    assert set(ranges["kind"].given[0]) == set(trials["kind"])


def test_a_brush_beside_others_keeps_its_own_range(page, data):
    drag(page, "objective_density_group", 0.05, 0.6, down=True)
    drag(page, "hyperparameter_1_group", 0.2, 0.9)
    worst, best = sorted(signal(page, "b_y")["y"])
    low, high = value_ends(page, "log", 1)
    trials = data.trials
    trials = trials[trials["loss"].between(worst, best) & trials["log"].between(low, high)]
    ranges = made_ranges(page)
    assert ranges["log"].given[0] <= low
    assert ranges["log"].given[1] >= high
    assert ranges["steps"].given[:2] == (trials["steps"].min(), trials["steps"].max())
    assert f"# The others span the {len(trials)} selected trials.\n" in shown_code(page, 3)


def test_hostile_names_stay_strings(open_page, tmp_path):
    path = tmp_path / "hostile.html"
    page = open_page(api.write_report(hostile_names(), path, sections=SECTIONS), viewport=WHOLE)
    for place in (0, len(HOSTILE)):  # the first, and the category
        drag(page, f"hyperparameter_{place}_group", 0.1, 0.8)
    ranges = made_ranges(page)
    assert list(ranges) == [HOSTILE[0], "which"]  # no range is declared of the others
    assert set(ranges["which"].given[0]) < set(HOSTILE)
    drag(page, "objective_density_group", 0.1, 0.6, down=True)
    assert list(made_ranges(page)) == [*HOSTILE, "which"]


def test_one_switch_and_a_copy_button(open_page, report):
    page = open_page(report, viewport=WHOLE, permissions=["clipboard-read", "clipboard-write"])
    drag(page, "hyperparameter_1_group", 0.3, 0.6)
    block = page.locator("#section-trials .code")
    page.evaluate("window.amtviz.settle()")
    assert page.locator(CODE.format(3)).is_visible()
    block.locator("button", has_text="SDK 2").click()
    assert page.locator(CODE.format(2)).is_visible()
    assert not page.locator(CODE.format(3)).is_visible()
    page.keyboard.press("Tab")  # the copy button stands behind the switch
    page.keyboard.press("Enter")
    block.locator("button", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == shown_code(page, 2)
    assert re.search(r"from sagemaker\.tuner import", copied)


def test_code_follows_the_brush_and_goes_with_it(page):
    drag(page, "hyperparameter_1_group", 0.3, 0.6)
    before = shown_code(page, 3)
    drag(page, "hyperparameter_1_group", 0.5, 0.9)
    assert shown_code(page, 3) != before
    page.mouse.dblclick(*Scene(page).at("hyperparameter_3", 0.9, 0.2))
    page.wait_for_function("document.querySelector('#section-trials .code').hidden")
