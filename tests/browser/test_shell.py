"""What stands around the charts: verdict, folds, bar, contents, and the page's address."""

from __future__ import annotations

import re

import pytest

from amtviz import api
from amtviz.findings.facts import facts_of
from amtviz.findings.verdict import state_verdict
from tests.browser.scene import drag, signal
from tests.charts.scene import make_data, make_trials
from tests.contract.cases import CASES
from tests.test_javascript import AXE, ROOT, need

LAPTOP = {"width": 1280, "height": 720}
WIDE = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def whole(demo, tmp_path_factory):
    """The page of the demo with every section."""
    return api.write_report(demo, tmp_path_factory.mktemp("shell") / "demo.html")


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    """A page of one tuning job with failures."""
    data = make_data(make_trials(60))
    return api.write_report(data, tmp_path_factory.mktemp("shell") / "single.html")


def fragment(page) -> str:
    """Return what the page's address says once it has been written."""
    page.wait_for_timeout(0)
    return page.evaluate(
        """async () => {
            let before;
            do {
                before = location.hash;
                await new Promise((next) => setTimeout(next, 300));
            } while (location.hash !== before);
            return decodeURIComponent(location.hash);
        }"""
    )


def reopen(page, url: str) -> None:
    """Open an address as if it had been sent: in a page that knows nothing of it."""
    page.goto("about:blank")
    page.goto(url)
    page.evaluate("window.amtviz.ready.then(() => null)")
    page.visit.requests[:] = [page.visit.url]


# --- the first screen


@pytest.mark.parametrize("size", [LAPTOP, WIDE])
def test_the_first_screen_is_whole(open_page, whole, demo, size):
    page = open_page(whole, viewport=size)
    verdict = state_verdict(facts_of(demo))
    told = page.locator(".verdict")
    assert re.sub(r"\s+", " ", told.inner_text()) == "".join(text for text, _ in verdict.parts)
    assert told.locator("strong").all_inner_texts() == [
        text.replace(" %", "\u00a0%") for text, strong in verdict.parts if strong
    ]
    bottoms = page.evaluate(
        """[...document.querySelectorAll('.verdict, .bar, .rail .panel, #overview .panel')]
            .map((each) => each.getBoundingClientRect().bottom)"""
    )
    assert len(bottoms) == 2 + 2 + 5  # verdict, bar, progress and density, all hyperparameters
    assert max(bottoms) <= size["height"]


def test_nothing_scrolls_sideways_and_the_bar_is_in_its_window(open_page, whole):
    page = open_page(whole, viewport=PHONE)
    for width in (360, 390, 760, 1000, 1280, 1600, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("(width) => innerWidth === width", arg=width)
        page.evaluate("new Promise(requestAnimationFrame)")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        edges = page.locator(".bar > :visible").evaluate_all(
            "all => all.map((each) => each.getBoundingClientRect().right)"
        )
        assert max(edges) <= width


def test_quiet_lines_open_what_belongs_to_them(open_page, whole, demo):
    page = open_page(whole, viewport=LAPTOP)
    assert page.locator(".opened:visible").count() == 0
    lines = page.locator(".folds button")
    assert lines.all_inner_texts() == [
        "3 tuning jobs, 125 trials, 8 min 30 s of training",
        "Best trial",
    ]
    lines.nth(1).click()
    best = demo.trials.loc[demo.trials["f1"].idxmax()]
    assert best["TrainingJobName"] in page.locator("#more-best").inner_text()
    assert lines.nth(1).get_attribute("aria-expanded") == "true"
    lines.nth(1).click()
    assert not page.locator("#more-best").is_visible()


def test_what_aws_did_not_answer_stays_in_sight(open_page, whole):
    page = open_page(whole, viewport=LAPTOP)
    (notice,) = page.locator("details.warning summary").all()
    assert notice.is_visible()
    low = notice.bounding_box()["height"]
    notice.click()
    assert notice.bounding_box()["height"] > low  # the whole of a long one


# --- the bar


def test_a_click_in_the_legend_shows_one_job_alone_and_another_one_all(open_page, whole, demo):
    page = open_page(whole, viewport=LAPTOP)
    names = page.locator("#legend button")
    assert names.all_inner_texts() == ["random", "bayesian", "warm-start"]
    names.nth(1).click()
    own = demo.trials.loc[demo.trials["TuningJobName"] == "digits-bayesian", "f1"]
    page.wait_for_function("document.querySelector('.count').textContent.includes(' of ')")
    assert page.locator(".now").inner_text() == (
        f"{len(own)} of 125 trials · best {own.max():.4g} · median {own.median():.4g}"
    )
    pressed = "all => all.map((each) => each.getAttribute('aria-pressed'))"
    assert names.evaluate_all(pressed) == ["false", "true", "false"]
    assert page.evaluate("amtviz.views.progress.signal('legend').j") == [1]
    names.nth(1).click()
    page.wait_for_function("document.querySelector('.count').textContent === '125 trials'")
    assert names.evaluate_all(pressed) == ["true"] * 3


def test_clear_takes_back_brushes_and_jobs(open_page, whole):
    page = open_page(whole, viewport=LAPTOP)
    clear = page.locator("button.clear")
    assert not clear.is_visible()
    drag(page, "progress_group", 0.2, 0.6)
    page.locator("#legend button").first.click()
    clear.click()
    page.wait_for_function("document.querySelector('.count').textContent === '125 trials'")
    assert not clear.is_visible()


def test_colours_are_explained_where_they_are_chosen(open_page, whole, demo):
    page = open_page(whole, viewport=LAPTOP)
    assert not page.locator(".key").is_visible()
    page.get_by_label("Colour by").select_option("f1")
    values = demo.trials["f1"]
    assert page.locator(".key").inner_text().split() == [
        f"{values.min():.4g}",
        f"{values.max():.4g}",
    ]
    page.locator("button.which").click()  # the jobs can still be chosen
    page.locator("#legend button").first.click()
    page.wait_for_function("document.querySelector('.count').textContent.startsWith('50 of')")
    page.get_by_label("Colour by").select_option("criterion")
    assert page.locator(".key").inner_text().split() == ["gini", "entropy", "log_loss"] or set(
        page.locator(".key").inner_text().split()
    ) == {"gini", "entropy", "log_loss"}


def test_many_jobs_open_below_a_button(open_page, tmp_path):
    path = api.write_report(CASES["thirteen_jobs"](), tmp_path / "many.html", sections="progress")
    page = open_page(path, viewport=LAPTOP)
    assert not page.locator("#legend").is_visible()
    page.get_by_role("button", name="13 tuning jobs", exact=True).click()
    page.locator("#legend button").nth(3).click()
    page.wait_for_function("document.querySelector('.count').textContent === '5 of 65 trials'")


# --- contents and folds


def test_a_link_of_the_contents_opens_a_folded_section(open_page, whole):
    page = open_page(whole, viewport=WIDE)
    section = page.locator("#section-cost")
    section.locator("> summary").click()
    assert not section.locator(".finding").first.is_visible()
    gist = section.locator(".gist").inner_text()
    assert gist.endswith(".")
    assert gist in section.locator(".finding").first.text_content()
    page.locator("#contents a", has_text="Cost").click()
    page.wait_for_function("document.querySelector('#section-cost').open")
    page.wait_for_function(
        "document.querySelector('#contents [aria-current]').textContent === 'Cost'"
    )
    top = section.bounding_box()["y"]
    assert 40 < top < 120  # below the bar, not under it
    assert fragment(page) == "#section-cost"


def test_the_contents_open_from_the_bar_and_close_behind_a_choice(open_page, whole):
    page = open_page(whole, viewport=LAPTOP)
    contents = page.locator("#contents")
    assert not contents.is_visible()
    page.get_by_role("button", name="Overview").click()
    assert contents.locator("a").all_inner_texts() == [
        "Overview",
        "What matters",
        "Worth going on?",
        "Good values",
        "Cost",
        "Next search",
        "Inside the training jobs",
        "All trials",
    ]
    contents.locator("a", has_text="Next search").click()
    page.wait_for_function("document.querySelector('.here').textContent === 'Next search'")
    assert not contents.is_visible()


def test_printing_opens_everything_and_folds_it_again(open_page, whole):
    page = open_page(whole, viewport=LAPTOP)
    page.locator("#section-next > summary").click()
    page.evaluate(
        """() => addEventListener('beforeprint', () => {
            window.open = !document.querySelector('details.question:not([open]), .opened[hidden]');
        })"""
    )
    assert page.pdf().startswith(b"%PDF")
    page.wait_for_function("window.open === true")
    page.wait_for_function("!document.querySelector('#section-next').open")
    assert page.locator(".opened:visible").count() == 0


# --- the address


def test_a_page_opens_again_as_its_address_says(open_page, whole, demo):
    page = open_page(whole, viewport=LAPTOP)
    assert fragment(page) == ""
    drag(page, "progress_group", 0.3, 0.9)
    drag(page, "hyperparameter_3_group", 0.0, 0.5)
    page.locator("#legend button").nth(1).click()
    page.get_by_label("Colour by").select_option("n-estimators")
    page.locator("#section-cost > summary").click()
    told = fragment(page)
    assert "b.min-weight-fraction-leaf=" in told
    assert "job=digits-bayesian" in told
    assert "colour=n-estimators" in told
    assert "folded=cost" in told
    kept = ["b_p3", "b_t", "legend"]
    before = {name: signal(page, name) for name in kept}
    count = page.locator(".count").inner_text()
    assert " of 125 trials" in count
    reopen(page, page.url)
    page.wait_for_function(
        "(text) => document.querySelector('.count').textContent === text", arg=count
    )
    for name in ("b_p3", "b_t"):
        id = name.removeprefix("b_")
        assert signal(page, name)[id] == pytest.approx(before[name][id], rel=1e-8)
    assert signal(page, "legend")["j"] == [1]
    assert page.get_by_label("Colour by").input_value() == "p0"
    assert not page.evaluate("document.querySelector('#section-cost').open")
    page.locator("button.clear").click()
    page.wait_for_function("!location.hash.includes('job=')")
    assert fragment(page).endswith("?colour=n-estimators&folded=cost")


def test_back_selects_what_the_address_says_then(open_page, whole):
    page = open_page(whole, viewport=LAPTOP)
    drag(page, "progress_group", 0.3, 0.9)
    assert "b.start" in fragment(page)
    count = page.locator(".count").inner_text()
    told = "() => document.querySelector('.count')?.textContent"
    page.evaluate("location.hash = '#?job=digits-bayesian'")
    page.wait_for_function(f"({told})() === '50 of 125 trials'")
    page.go_back()
    page.wait_for_function(f"(text) => ({told})() === text", arg=count)
    assert "b.start" in fragment(page)


def test_a_link_to_a_section_goes_there(open_page, whole):
    page = open_page(whole, viewport=LAPTOP)
    reopen(page, f"{page.visit.url}#section-next?folded=next")
    page.wait_for_function("document.querySelector('.here').textContent === 'Next search'")
    assert page.evaluate("document.querySelector('#section-next').open")


@pytest.mark.parametrize(
    "hostile",
    [
        "section-</script><script>window.hacked=1</script>",
        "section-values?b.f1=%E0%A4%A&%=%&job=%zz&=&&&",
        "?b.f1=NaN..Infinity&b.__proto__=0..1&__proto__=1&colour=constructor&folded=__proto__",
        "?job=<img src=x onerror=window.hacked=1>&pin='\"><svg onload=window.hacked=1>&folded=<b>",
        "?b.f1=7..8&b.other-pages-hyperparameter=0..1&job=other-pages-job",
    ],
)
def test_an_address_that_is_not_of_this_page_selects_nothing(open_page, single, hostile):
    page = open_page(single)
    reopen(page, f"{page.visit.url}#{hostile}")
    assert page.evaluate("window.hacked") is None
    assert page.locator(".count").inner_text() == "60 trials"
    assert not page.locator("button.clear").is_visible()
    assert page.locator("main script, main img").count() == 0


# --- for everyone


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["whole", "single"])
def test_no_rule_for_everyone_is_broken(open_page, request, which, scheme):
    need(AXE.exists(), f"What everyone can use isn't checked: run npm ci in {ROOT} first.")
    page = open_page(request.getfixturevalue(which), viewport=LAPTOP, color_scheme=scheme)
    page.evaluate("window.amtviz.settle()")
    for line in page.locator(".folds button").all():
        line.click()
    page.evaluate(f"(() => {{ {AXE.read_text('utf-8')} }})()")
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations"
        ".filter(({impact}) => ['serious', 'critical'].includes(impact))"
        ".map(({id, nodes}) => [id, ...nodes.slice(0, 5).map(({html, failureSummary}) =>"
        " html.slice(0, 200) + ' ' + failureSummary)]))"
    )
    assert found == []


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(open_page, single):
    page = open_page(single, viewport=LAPTOP)
    reached = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => {
                const at = document.activeElement;
                if (at === document.body) return null;
                const {outlineStyle, outlineWidth} = getComputedStyle(at);
                return [at.closest('details')?.id ?? '', at.tagName, at.className,
                        outlineStyle !== 'none' && parseFloat(outlineWidth) > 0];
            }"""
        )
        if told is None:
            break
        section, tag, name, is_seen = told
        assert is_seen, told
        reached.add(tag)
        reached.add(section)
        reached.update(name.split())
    assert {"skip", "menu", "SELECT", "tools", "INPUT", "SUMMARY"} <= reached
    sections = set(page.locator("details.question").evaluate_all("all => all.map(({id}) => id)"))
    assert sections <= reached


def test_each_chart_has_a_name_and_a_sentence(open_page, whole):
    page = open_page(whole, viewport=LAPTOP)
    names = page.locator("[data-view]").evaluate_all(
        "all => all.map((each) => [each.getAttribute('role'), each.getAttribute('aria-label')])"
    )
    assert len(names) > 20
    for role, label in names:
        assert role == "group"
        title, _, sentence = label.partition(". ")
        assert title
        assert sentence.strip(), label
