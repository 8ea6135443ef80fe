"""Watching in the background: the thread that looks, and the handle that a caller holds."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Sequence
from typing import Protocol

from amtviz.live.loop import Look, Looker, follow
from amtviz.model import TuningTables
from amtviz.progress import no_progress
from amtviz.wording.lists import plural

_NAP = 0.2  # seconds


class _Stopping(threading.Event):
    """Waits between looks, and ends the waiting when set."""


class View(Protocol):
    """Shows looks to somebody; every method is called at most once a look, by one thread."""

    def start(self, interval: float) -> None:
        """Get ready, before the first look."""

    def show(self, look: Look) -> None:
        """Show a look."""

    def stop(self, look: Look | None, error: BaseException | None) -> None:
        """Leave the last look as it will stay, or say what error ended it."""


class Watch:
    """Tuning jobs that are being watched; what `amtviz.watch` gives with ``block=False``.

    Attributes
    ----------
    data : TuningData, optional
        What the last look that succeeded gave; None before the first.
    running : bool
        Whether looks go on.
    """

    def __init__(self, looker: Looker, views: Sequence[View], interval: float) -> None:
        self._looker = looker
        self._views = views
        self._interval = interval
        self._stopping = _Stopping()
        self._done = threading.Event()
        self._closing = threading.Lock()
        self._closed = False
        self._look: Look | None = None
        self._error: BaseException | None = None

    def __repr__(self) -> str:
        known = "no look yet" if self.data is None else plural(len(self.data.trials), "trial")
        return f"Watch: {'running' if self.running else 'over'}, {known}"

    @property
    def data(self) -> TuningTables | None:
        """What the last look that succeeded gave."""
        return self._look.data if self._look else None

    @property
    def running(self) -> bool:
        """Whether looks go on."""
        return not self._done.is_set()

    def stop(self) -> None:
        """Look no more; what is shown stays. A look that is under way is left to itself."""
        self._stopping.set()
        self._close()
        self._done.set()

    def wait(self, timeout: float | None = None) -> TuningTables | None:
        """Wait until the tuning jobs have ended, or somebody stopped this.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.

        Returns
        -------
        TuningData or None
            What is known by then.

        Raises
        ------
        AmtvizError
            What ended the watching before the tuning jobs did.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        # in short waits: a long one can't be interrupted everywhere
        while not self._done.wait(_NAP) and (deadline is None or time.monotonic() < deadline):
            pass
        if self._error is not None:
            raise self._error
        return self.data

    def _begin(self) -> Watch:
        for view in self._views:
            view.start(self._interval)
        # the context says, in a notebook, which cell shows what the thread displays
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self._run,), name="amtviz-watch", daemon=True
        ).start()
        return self

    def _run(self) -> None:
        try:
            with no_progress():
                follow(self._looker, self._stopping.wait, [self._tell])
        except BaseException as error:
            self._error = error
        finally:
            self._close()
            self._done.set()

    def _tell(self, look: Look) -> None:
        with self._closing:
            if self._closed:  # it was stopped during this look
                return
            self._look = look
            for view in self._views:
                view.show(look)

    def _close(self) -> None:
        """Let each view end, once."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            for view in self._views:
                view.stop(self._look, self._error)


def start_watch(looker: Looker, views: Sequence[View], interval: float) -> Watch:
    """Begin to watch, in a thread of its own.

    Parameters
    ----------
    looker : Looker
    views : sequence of View
    interval : float
        Seconds from one look to the next.

    Returns
    -------
    Watch
    """
    return Watch(looker, views, interval)._begin()
