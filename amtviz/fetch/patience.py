"""Calls side by side that a silent AWS can't hold up, and neither Ctrl-C nor the end of Python."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from amtviz.errors import AwsError
from amtviz.fetch.errors import explain_silence
from amtviz.progress import tell
from amtviz.settings import TIMEOUT
from amtviz.wording.times import format_duration

THREADS = 8  # SageMaker's control plane allows an account few calls a second
TOLD = 20.0  # seconds of silence until it is told
TRIES = 3  # how often a request is sent into the silence

_NAP = 0.1  # seconds between two looks at the clock

T = TypeVar("T")
R = TypeVar("R")


class Patience:
    """Watches over all requests of a fetch whether AWS answers any.

    Parameters
    ----------
    timeout : float
        Seconds without an answer after which the fetch ends.

    Attributes
    ----------
    ended : AwsError, optional
        Why nothing more is asked: AWS was silent, or the caller has left.
    """

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self.timeout = timeout
        self.ended: AwsError | None = None
        self._lock = threading.Lock()
        self._out = 0  # requests on their way
        self._since: float | None = None  # when the silence began
        self._told = 0  # times
        self._failure: Exception | None = None  # of the last request without an answer
        self._client: Any = None

    @property
    def try_seconds(self) -> float:
        """How long a single request may be without an answer until it is sent anew."""
        return self.timeout / TRIES

    def watch(self, client: Any) -> None:
        """Watch the requests of a client."""

        def sent(**_: Any) -> None:
            self._note_request(client)

        def received(exception: Exception | None = None, **_: Any) -> None:
            self._note_answer(exception)

        # a handler that answers in AWS's place ends the round of those after it
        client.meta.events.register_first("before-send", sent)
        client.meta.events.register_last("response-received", received)

    def _note_request(self, client: Any) -> None:
        if self.ended is not None:  # by a thread that was left behind
            raise self.ended
        with self._lock:
            self._client = client
            self._out += 1
            if self._since is None:
                self._since = time.monotonic()

    def _note_answer(self, failure: Exception | None) -> None:
        with self._lock:
            self._out = max(0, self._out - 1)
            if failure is not None:  # the silence goes on until an answer comes
                self._failure = failure
                return
            self._failure = None
            self._told = 0
            self._since = time.monotonic() if self._out else None
        if self.ended is not None:
            raise self.ended

    def check(self) -> None:
        """Tell on the terminal of a long silence, and raise a TemporaryAwsError after a longer."""
        if self.ended is not None:
            raise self.ended
        with self._lock:
            since, told, failure = self._since, self._told, self._failure
        if since is None:
            return
        silent = time.monotonic() - since
        if silent >= self.timeout:
            self.ended = explain_silence(failure, self._client, self.timeout)
            raise self.ended
        step = min(TOLD, self.try_seconds)
        if silent >= (told + 1) * step:
            self._told = told + 1
            left = format_duration(math.ceil(self.timeout - silent))
            tell(
                f"AWS has not answered for {format_duration(round(silent))}; trying again, for up "
                f"to {left} more (Ctrl-C ends it)."
            )

    def leave(self) -> None:
        """Ask nothing more: nobody waits for the answers any longer."""
        self.ended = self.ended or AwsError("The fetch was stopped.")


def run_concurrently(
    function: Callable[[T], R],
    items: Iterable[T],
    patience: Patience | None = None,
    threads: int = THREADS,
    *,
    unanswered: Callable[[T, AwsError], R] | None = None,
) -> list[R]:
    """Call a function on each item in threads, and return the answers in the items' order.

    Parameters
    ----------
    function : callable
    items : iterable
    patience : Patience, optional
        Watches over the calls.
    threads : int
    unanswered : callable, optional
        Return what stands for the answer about an item when AWS is silent, given the error; else
        that is raised.

    Returns
    -------
    list

    Raises
    ------
    Exception
        The first in the items' order; what hasn't begun by then is never begun. Calls that are
        under way are left to themselves: waiting for them could take minutes.
    """
    items = list(items)
    patience = patience or Patience()
    work = deque(enumerate(items))
    answers: dict[int, R] = {}
    failures: dict[int, BaseException] = {}
    changed = threading.Condition()

    def run() -> None:
        while True:
            try:
                place, item = work.popleft()
            except IndexError:
                return
            try:
                answers[place] = function(item)
            except BaseException as error:
                failures[place] = error
            with changed:
                changed.notify()

    try:
        if patience.ended is None:
            for _ in range(min(threads, len(items))):
                # a pool's threads are waited for at the end of Python, these aren't
                threading.Thread(target=run, name="amtviz", daemon=True).start()
        for place in range(len(items)):
            while place not in answers:
                if place in failures:
                    raise failures[place]
                patience.check()
                with changed:
                    if place not in answers and place not in failures:
                        changed.wait(_NAP)
    except BaseException as error:
        work.clear()
        if error is patience.ended and unanswered is not None:
            return [
                answers[place] if place in answers else unanswered(item, patience.ended)
                for place, item in enumerate(items)
            ]
        patience.leave()
        raise
    return [answers[place] for place in range(len(items))]


def run_watched(call: Callable[[], R], patience: Patience) -> R:
    """Make one call in a thread, so that `Patience` and Ctrl-C can end the wait for it."""
    (answer,) = run_concurrently(lambda _: call(), [None], patience)
    return answer
