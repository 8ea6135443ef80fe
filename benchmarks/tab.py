"""A tab of headless Chromium whose main thread is measured.

What counts is ``ThreadTime`` of the DevTools protocol's ``Performance.getMetrics``: processor time
of the page's main thread, whatever it does: scripts, style, layout, painting, collecting garbage.
(It is what Linux's schedstat says of that thread, to the microsecond.) ``TaskDuration`` is time on
the clock, so on a busy machine it counts other programs, too. Tracing tells tasks apart, but slows
all of them, so it is used for the longest task of a step only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.chromium import ADVICE, find_chromiums, start_chromium

WINDOW = {"width": 1280, "height": 1400}  # pixels
REST = 900  # milliseconds: what a page puts off until nothing moves is counted with what caused it
_FRAMES = "() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"


class Tab:
    """One page in a browser of its own: the one before must not leave it warm or full."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.page = browser.new_page(viewport=WINDOW)
        self._protocol = self.page.context.new_cdp_session(self.page)
        self._protocol.send("Performance.enable")

    def spent(self) -> float:
        """Return the milliseconds of processor time that the main thread has taken so far."""
        metrics = self._protocol.send("Performance.getMetrics")["metrics"]
        return 1000 * next(each["value"] for each in metrics if each["name"] == "ThreadTime")

    def heap(self) -> float:
        """Return the megabytes that JavaScript holds, typed arrays included, without garbage."""
        self._protocol.send("HeapProfiler.collectGarbage")
        usage = self._protocol.send("Runtime.getHeapUsage")
        return (usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6

    def draw_frame(self) -> None:
        """Wait until what has changed is on the screen."""
        self.page.evaluate(_FRAMES)

    def rest(self) -> None:
        """Wait until the page has done what it put off."""
        self.page.wait_for_timeout(REST)

    def cost(self, steps: list[Callable[[], object]]) -> float:
        """Do steps, each drawn before the next; return the milliseconds of one."""
        self.rest()
        before = self.spent()
        for step in steps:
            step()
            self.draw_frame()
        self.rest()
        return (self.spent() - before) / len(steps)

    def longest_task(self, work: Callable[[], object]) -> float:
        """Return the milliseconds of processor time of the main thread's longest task in a step."""
        self.browser.start_tracing(page=self.page, categories=["toplevel", "devtools.timeline"])
        work()
        events = json.loads(self.browser.stop_tracing())["traceEvents"]
        threads = {
            (event["pid"], event["tid"])
            for event in events
            if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
        }
        tasks = (
            event["tdur"] / 1000
            for event in events
            if "tdur" in event and (event["pid"], event["tid"]) in threads
        )
        return max(tasks, default=0)


@contextmanager
def open_tab() -> Iterator[Tab]:
    """Start a browser with one tab, and end it."""
    with sync_playwright() as playwright:
        found = find_chromiums(playwright.chromium.executable_path)
        if not found:
            raise SystemExit(f"There is no Chromium. {ADVICE}")
        browser = start_chromium(playwright, found[0])
        try:
            yield Tab(browser)
        finally:
            browser.close()
