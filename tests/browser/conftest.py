"""A real Chromium without a network, and pages that must load without an error or a request."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from amtviz import api
from tests.browser.scene import WHOLE
from tests.chromium import ADVICE, NoChromiumError, find_chromiums, start_chromium


# Not for the whole session: while Playwright is up, other tests can't run an event loop.
@pytest.fixture(scope="package")
def browser():
    """Chromium, started once for the tests of this folder."""
    with sync_playwright() as playwright:
        try:
            found = find_chromiums(playwright.chromium.executable_path)
        except NoChromiumError as error:
            pytest.fail(str(error), False)
        if not found:
            pytest.fail(f"The tests of the pages need Chromium, and there is none. {ADVICE}", False)
        chromium = start_chromium(playwright, found[0])
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def demo():
    return api.load_demo()


@pytest.fixture(scope="package")
def demo_report(demo, tmp_path_factory):
    """Write a page of the demo with the sections whose panels are brushed, hovered or zoomed."""
    path = tmp_path_factory.mktemp("demo") / "demo.html"
    return api.write_report(demo, path, sections=("progress", "values", "training"))


@pytest.fixture
def page(open_page, demo_report):
    """Open the page of the demo; a file with pages of its own has a fixture of this name."""
    return open_page(demo_report, viewport=WHOLE)


class Visit:
    """One opened page, and everything that went wrong on it."""

    def __init__(self, browser, path, options):
        self.url = Path(path).absolute().as_uri()
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.context = browser.new_context(**options)
        self.context.route("**/*", self._guard)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))

    @staticmethod
    def _guard(route):
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            route.abort()

    def _listen(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    def open(self):
        self.page.goto(self.url)
        self.page.evaluate("window.amtviz.ready.then(() => null)")

    def check(self):
        assert self.errors == []
        assert set(self.requests) == {self.url}


@contextmanager
def opening(browser):
    """Give what opens pages, and close and check them at the end."""
    visits = []

    def open_file(path, **context_options):
        context_options.setdefault("viewport", {"width": 1280, "height": 800})
        context_options.setdefault("reduced_motion", "reduce")  # or scrolling takes its time
        visit = Visit(browser, path, context_options)
        visits.append(visit)
        visit.page.visit = visit
        visit.open()
        return visit.page

    yield open_file
    for visit in visits:
        visit.context.close()
    for visit in visits:
        visit.check()


@pytest.fixture
def open_page(browser):
    """Open a page file and wait until its charts are drawn: ``open_page(path, **context)``.

    At the end, no page may have had an error or made a request but for its own file. A test that
    provokes errors on purpose empties the page's list of them: ``page.visit.errors.clear()``.
    """
    with opening(browser) as open_file:
        yield open_file


@pytest.fixture(scope="module")
def open_once(browser):
    """Open a page as ``open_page`` does, for all tests of a file that only select: `deselect`."""
    with opening(browser) as open_file:
        yield open_file


def deselect(page):
    """Leave a page to the next test: nothing is selected, and the pointer is on no chart."""
    page.mouse.move(0, 0)
    page.evaluate("document.querySelector('button.clear').click()")
    page.evaluate("window.amtviz.settle()")
    assert page.visit.errors == []
