"""A page that is written anew at each change, and reloads itself in an open browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from amtviz.files import replacing
from amtviz.live.loop import Look
from amtviz.model import TuningTables
from amtviz.report import reload_tag


class PageView:
    """Writes the page; what is written last doesn't reload itself any more.

    Parameters
    ----------
    path : pathlib.Path
    render : callable
        Gives the page of tuning jobs, with the tag that makes it reload after so many seconds.
    """

    def __init__(self, path: Path, render: Callable[[TuningTables, float], str]) -> None:
        self._path = path
        self._render = render
        self._interval = 0.0
        self._page: str | None = None  # as it was written, if it reloads itself

    def start(self, interval: float) -> None:
        """Take the time after which a page reloads itself."""
        self._interval = interval

    def show(self, look: Look) -> None:
        """Write the page if something changed."""
        if look.changed and look.data is not None:
            self._page = self._render(look.data, self._interval)
            if look.ended:
                self._finish()
            else:
                self._write(self._page)

    def stop(self, look: Look | None, error: BaseException | None) -> None:
        """Write the page without the tag: nobody writes a newer one."""
        if self._page is not None:
            self._finish()

    def _finish(self) -> None:
        assert self._page is not None
        self._write(self._page.replace(reload_tag(self._interval), "", 1))
        self._page = None

    def _write(self, page: str) -> None:
        with replacing(self._path) as beside:
            beside.write_text(page, encoding="utf-8")
