"""A bar over long work, on a terminal or in a notebook only."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any, Protocol

from amtviz.wording.lists import plural
from amtviz.wording.signs import show_signs

_silent: ContextVar[bool] = ContextVar("silent", default=False)
_PATIENCE = 1  # seconds without a bar in a notebook
_STEP = 0.2  # seconds from one picture of a bar to the next


class _Bar(Protocol):
    def update(self, steps: int) -> Any: ...
    def close(self) -> Any: ...


@contextmanager
def progress(title: str, unit: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar while the block runs, and nothing of it afterwards.

    Parameters
    ----------
    title, unit : str
    total : int
        In units.

    Yields
    ------
    callable
        Moves the bar on by as many units, from any thread.
    """
    bar = _make_bar(title, unit, total)
    lock = threading.Lock()

    def advance(steps: int) -> None:
        with lock:
            bar.update(steps)

    try:
        yield advance
    finally:
        bar.close()


def tell(text: str) -> None:
    """Write a line above the bar, on a terminal only."""
    if _silent.get() or not _is_terminal():
        return
    from tqdm import tqdm  # slow to import, needed when asked to wait

    tqdm.write(show_signs(text), file=sys.stderr)


@contextmanager
def no_progress() -> Iterator[None]:
    """Show no bars in the block: something else draws on the terminal or in the notebook."""
    before = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(before)


def _make_bar(title: str, unit: str, total: int) -> _Bar:
    if not _silent.get() and _is_notebook():
        return _NotebookBar(title, unit, total)
    from tqdm import tqdm  # slow to import, needed when asked to wait

    is_watched = not _silent.get() and _is_terminal()
    words = {"desc": show_signs(title), "unit": show_signs(unit)}
    bar: _Bar = tqdm(total=total, **words, leave=False, disable=not is_watched)
    return bar


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


class _NotebookBar:
    """A bar in an output of its own, which is emptied at the end: it can't be taken away."""

    def __init__(self, title: str, unit: str, total: int) -> None:
        self._title, self._unit, self._total = title, unit, total
        self._done = 0
        self._next = time.monotonic() + _PATIENCE
        self._handle: Any = None

    def update(self, steps: int) -> None:
        self._done += steps
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _STEP
        words = f"{self._title}: {self._done:,} of {plural(self._total, self._unit)}"
        bar = f'<progress value="{self._done}" max="{self._total}"></progress> {escape(words)}'
        self._show({"text/html": bar, "text/plain": words})

    def close(self) -> None:
        if self._handle is not None:
            self._show({"text/html": "", "text/plain": ""})

    def _show(self, bundle: dict[str, str]) -> None:
        if self._handle is not None:
            self._handle.update(bundle, raw=True)
            return
        from IPython.display import display  # there in a notebook, which this is

        self._handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call, unused-ignore]


def _is_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"
