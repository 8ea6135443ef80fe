"""Pages in frames: as high as they are, in the theme around them, and where no script runs."""

from __future__ import annotations

import pytest

from amtviz.embed import render_frame

PAGE = """<!DOCTYPE html><title>x</title><style>
body { margin: 0 } div { height: 700px }
@media (prefers-color-scheme: dark) { div { height: 900px } }
</style><a href="#there">go</a><div></div>
<p id="there" style="margin: 0; height: 30px">é &amp;</p>"""
# as in VS Code, whose notebooks let scripts of outputs run, but frames only from elsewhere
VS_CODE = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src https: data:; connect-src https:; child-src https: data:"
)
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def show(browser):
    """Show a frame in a page: ``show(background, policy)``."""
    contexts = []

    def show(background="#fff", policy="", **options):
        context = browser.new_context(color_scheme="null", **options)
        contexts.append(context)
        page = context.new_page()
        rule = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
        frame = render_frame(PAGE, title="a page", picture=PICTURE)
        body = f'<body style="background: {background}">{frame}'
        page.set_content(f"<!DOCTYPE html>{rule}{body}", wait_until="load")
        return page

    yield show
    for context in contexts:
        context.close()


def height(page, wanted):
    page.wait_for_function(
        f"Math.abs(document.querySelector('iframe').offsetHeight - {wanted}) < 40"
    )
    frame = page.frames[1]
    return frame.evaluate("document.documentElement.scrollHeight - window.innerHeight")


@pytest.mark.parametrize("policy", ["", VS_CODE], ids=["free", "as in VS Code"])
def test_a_frame_is_as_high_as_its_page(show, policy):
    page = show(policy=policy)
    assert height(page, 750) == 0
    assert page.frames[1].locator("#there").inner_text() == "é &"
    assert page.locator("img.amtviz-picture").is_hidden()
    # and follows it
    page.frames[1].evaluate("document.querySelector('div').style.height = '100px'")
    assert height(page, 150) == 0


def test_it_follows_the_theme_around_it(show):
    page = show("#111")
    assert height(page, 950) == 0
    page.evaluate("document.body.style.background = 'white'")
    assert height(page, 750) == 0


def test_links_stay_within_the_page(show):
    page = show()
    height(page, 750)
    frame = page.frames[1]
    frame.locator("a").click()
    frame.wait_for_function("location.hash === '#there'")
    assert frame.locator("#there").inner_text() == "é &"


def test_the_picture_stands_where_no_script_runs(show):
    page = show(java_script_enabled=False)
    assert page.locator("img.amtviz-picture").is_visible()
