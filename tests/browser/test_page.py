"""The page itself, around a small chart: policy, theme, print, columns, hostile text."""

from dataclasses import replace

import pytest

from amtviz.report import render_report
from tests.browser.scene import drag, hover
from tests.report.samples import HOSTILE, make_data, make_page, make_panel, make_trials

BRUSH = "amtviz.views.panel_0.signal('b_x')"
COLOURS = "['ink', 'rule', 'paper'].map((name) => amtviz.views.panel_0.signal(name))"
DARK = ["#cdd3d8", "#2c3238", "#15181b"]
LIGHT = ["#2f353b", "#e4e7ea", "#ffffff"]


@pytest.fixture(scope="module")
def write(tmp_path_factory):
    """Write a page, and give its path."""

    def write_page(data=None, *panels, **options):
        data = data or make_data()
        path = tmp_path_factory.mktemp("page") / "page.html"
        html = render_report(data, make_page(data, *panels), **options)
        path.write_text(html, encoding="utf-8")
        return path

    return write_page


@pytest.fixture(scope="module")
def plain(write):
    return write()


@pytest.fixture(scope="module")
def hostile(write):
    df = make_trials()
    df["kernel"] = HOSTILE[1]
    df["TrainingJobName"] = [f"{HOSTILE[row % 3]}{row}" for row in range(len(df))]
    df["TuningJobName"] = [HOSTILE[row % 2] for row in range(len(df))]
    data = make_data(df)
    jobs = tuple(
        replace(job, failure_reason=HOSTILE[0], strategy=HOSTILE[1], parents=HOSTILE)
        for job in data.jobs
    )
    data = replace(data, jobs=jobs, notices=HOSTILE)
    return write(data, make_panel(data, texts=HOSTILE), title=HOSTILE[0])


def brush(page):
    """Drag across the middle of a panel with the mouse, and wait for the brush."""
    drag(page, "panel_0_group", 0.3, 0.7)
    page.wait_for_function(f"{BRUSH}.x !== undefined")
    return page.evaluate(f"{BRUSH}.x")


def test_hostile_text_is_shown_and_does_nothing(open_page, hostile):
    page = open_page(hostile)
    assert page.evaluate("window.hacked") is None
    assert page.title() == " ".join(HOSTILE[0].split())
    assert page.locator("img, main script").count() == 0
    # what would break a line is written as an escape
    shown = [text.replace("\u2028", r"\u2028").replace("\u2029", r"\u2029") for text in HOSTILE]
    assert page.locator("#more-notices li").all_text_contents() == shown
    assert page.evaluate("amtviz.views.panel_0.data('trials').map((row) => row.text)")[:3] == (
        list(HOSTILE)
    )


def test_hostile_text_in_a_tooltip_is_text(open_page, hostile):
    page = open_page(hostile)
    hover(page, "panel_0_points_marks")
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert HOSTILE[0] in tooltip.inner_text()
    assert tooltip.locator("img, script").count() == 0
    assert page.evaluate("window.hacked") is None


def test_policy_stops_injected_scripts_and_every_request(open_page, plain):
    page = open_page(plain)
    failed = []
    page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    blocked = page.evaluate(
        """async () => {
            const blocked = [];
            addEventListener('securitypolicyviolation', (event) => {
                blocked.push(event.effectiveDirective);
            });
            document.body.insertAdjacentHTML(
                'beforeend', '<img src="data:," onerror="window.hacked = 1">');
            const script = document.createElement('script');
            script.textContent = 'window.hacked = 2';
            document.body.append(script);
            const refused = await fetch('https://example.com/').then(() => false, () => true);
            const beacon = new Image();
            const failed = new Promise((resolve) => beacon.addEventListener('error', resolve));
            beacon.src = 'https://example.com/beacon.png';
            await failed;
            while (blocked.length < 4) await new Promise(requestAnimationFrame);
            return {blocked, refused, hacked: window.hacked};
        }"""
    )
    assert blocked["refused"]
    assert blocked.get("hacked") is None
    assert sorted(blocked["blocked"]) == [
        "connect-src",
        "img-src",
        "script-src-attr",
        "script-src-elem",
    ]
    assert failed == [("https://example.com/beacon.png", "csp")]
    # what was refused is an error in the console, and Chromium tells of the image's request
    page.visit.errors.clear()
    page.visit.requests[:] = [page.visit.url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_follows_the_reader_from_the_start(open_page, plain, scheme):
    page = open_page(plain, color_scheme=scheme)
    colours = page.evaluate(COLOURS)
    assert colours == {"light": LIGHT, "dark": DARK}[scheme]
    # the charts lie on the page without an edge, and text has the same colour
    of_page = page.evaluate(
        """() => {
            const page = getComputedStyle(document.body);
            const question = getComputedStyle(document.querySelector('.question'));
            const hex = (rgb) => '#' + rgb.match(/[0-9]+/g).map(
                (part) => (+part).toString(16).padStart(2, '0')).join('');
            return [hex(page.color), hex(question.borderTopColor), hex(page.backgroundColor)];
        }"""
    )
    assert of_page == colours


def test_theme_changes_keep_the_brush(open_page, plain):
    page = open_page(plain, color_scheme="light")
    extent = brush(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{COLOURS}.join() === '{','.join(DARK)}'")
    assert page.evaluate(f"{BRUSH}.x") == extent
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{COLOURS}.join() === '{','.join(LIGHT)}'")
    assert page.evaluate(f"{BRUSH}.x") == extent


def test_printing_is_light_and_puts_all_back(open_page, plain):
    page = open_page(plain, color_scheme="dark")
    extent = brush(page)
    page.evaluate(
        f"""() => {{
            window.printed = [];
            const note = () => window.printed.push({COLOURS});
            addEventListener('beforeprint', note);
            addEventListener('afterprint', note);
        }}"""
    )
    assert page.pdf().startswith(b"%PDF")
    page.wait_for_function("window.printed.length === 2")
    assert page.evaluate("window.printed") == [LIGHT, DARK]
    assert page.evaluate(f"{BRUSH}.x") == extent


def test_the_table_of_trials_is_printed_with_its_heads_and_without_buttons(open_page, plain):
    page = open_page(plain)
    page.emulate_media(media="print")
    assert page.locator("table.trials tbody tr").count() == 20
    assert page.locator("table.trials thead", has_text="loss").is_visible()
    for button in ("Next", "Copy CSV", "Clear"):
        assert not page.locator(f"main button:text-is('{button}')").first.is_visible()


def test_nothing_is_wider_than_the_paper(open_page, plain):
    page = open_page(plain)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})  # A4 without its margins
    wide = page.evaluate(
        """() => Array.from(document.querySelectorAll('main *'))
            .filter((node) => node.getBoundingClientRect().right > 701)
            .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert wide == []


@pytest.mark.parametrize("width", [1280, 1920])
def test_no_sideways_scrolling(open_page, write, width):
    long = "a-tuning-job-with-a-name-as-long-"
    data = make_data(make_trials(48, jobs=tuple(f"{long[:30]}{n:02d}" for n in range(12))))
    page = open_page(
        write(replace(data, notices=("x" * 400,))), viewport={"width": width, "height": 800}
    )
    assert (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        == 0
    )
    page.locator(".folds button").first.click()
    assert (
        page.evaluate(
            """() => Array.from(document.querySelectorAll('.scroll'))
            .filter((box) => box.scrollWidth > box.clientWidth).length"""
        )
        == 0
    )


@pytest.mark.parametrize(("wanted", "element"), [("svg", "svg.marks"), ("canvas", "canvas")])
def test_the_chart_chooses_its_renderer_and_can_be_saved(open_page, write, wanted, element):
    data = make_data()
    panel = make_panel(data)
    chart = panel.chart.properties(usermeta={"embedOptions": {"renderer": wanted}})
    page = open_page(write(data, replace(panel, chart=chart)))
    assert page.locator(f"[data-view=panel_0] {element}").count() == 1
    page.locator("[data-view=panel_0]").hover()
    page.locator("[data-view=panel_0] details > summary").click()
    assert page.locator("[data-view=panel_0] .vega-actions a").all_inner_texts() == [
        "Save as SVG",
        "Save as PNG",
    ]
    with page.expect_download() as download:
        page.locator("[data-view=panel_0] .vega-actions a", has_text="SVG").click()
    assert download.value.path().read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("breaking", "when"),
    [
        ("no such (expression", "drawn"),  # Vega can't read it
        ("datum.y.no.such", "drawn"),  # it stops Vega while it runs
        ("ink == 'gone' ? datum.y.no.such : true", "later"),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_so_and_the_others_stand(browser, write, breaking, when):
    data = make_data()
    panels = [make_panel(data, name=f"panel_{place}") for place in range(3)]
    chart = panels[1].chart.transform_filter(breaking)
    panels[1] = replace(panels[1], title="Panel 1", chart=chart)
    page = browser.new_page()
    uncaught = []
    page.on("pageerror", lambda error: uncaught.append(str(error)))
    page.goto(write(data, *panels).as_uri())
    message = page.locator("#amtviz-message")
    ready = page.evaluate("amtviz.ready.then(() => 'drawn', () => 'failed')")
    page.evaluate("amtviz.settle()")
    assert ready == ("failed" if when == "drawn" else "drawn")
    assert message.is_visible() == (when == "drawn")
    page.evaluate("amtviz.views.panel_1?.signal('ink', 'gone').runAsync().then(() => null)")
    message.wait_for()
    brush(page)
    told = message.inner_text()
    assert told.startswith("Could not be drawn: “Panel 1” (")
    assert "The others are whole. Open the page in a current version of Firefox" in told
    assert "please report it" in told
    broken = page.locator("[data-view=panel_1]").inner_text()
    assert broken.startswith("This chart could not be drawn (")
    assert broken.endswith("The others are whole.")
    # what is brushed in one of the others reaches the other
    page.wait_for_function("amtviz.views.panel_2.signal('b_x').x !== undefined")
    assert page.evaluate("Object.keys(amtviz.views)") == ["panel_0", "panel_2"]
    assert page.locator("[data-view] canvas.marks").count() == 2
    assert uncaught == []
    page.context.close()
