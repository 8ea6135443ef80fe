"""A bar over long work, on a terminal or in a notebook only."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_silent: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def progress(
    title: str, unit: str, total: int, *, patience: float = 0
) -> Iterator[Callable[[int], None]]:
    """Show a bar while the block runs.

    Parameters
    ----------
    title, unit : str
    total : int
        In units.
    patience : float
        Seconds without a bar in a notebook, where one leaves a trace in the file.

    Yields
    ------
    callable
        Moves the bar on by as many units, from any thread.
    """
    with warnings.catch_warnings():
        # without ipywidgets a notebook gets a bar of text, and needn't be told so
        warnings.filterwarnings("ignore", message="IProgress not found")
        from tqdm.auto import tqdm  # slow to import, needed when asked to wait

    lock = threading.Lock()
    options = {"total": total, "desc": title, "unit": unit, "leave": False}
    delay = 0 if _is_terminal() else patience
    with tqdm(**options, disable=not _is_watched(), delay=delay) as bar:

        def advance(steps: int) -> None:
            with lock:
                bar.update(steps)

        yield advance


def tell(text: str) -> None:
    """Write a line above the bar, on a terminal only."""
    if _silent.get() or not _is_terminal():
        return
    from tqdm.auto import tqdm  # slow to import, needed when asked to wait

    tqdm.write(text, file=sys.stderr)


@contextmanager
def no_progress() -> Iterator[None]:
    """Show no bars in the block: something else draws on the terminal or in the notebook."""
    before = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(before)


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _is_watched() -> bool:
    if _silent.get():
        return False
    if _is_terminal():
        return True
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"
