"""An AWS that doesn't answer: told, ended, and left at once when somebody presses Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import amtviz
from amtviz.errors import AwsError, InputError, TemporaryAwsError
from amtviz.fetch import list_summaries, patience
from amtviz.fetch.patience import Patience, run_concurrently
from amtviz.store.cache import open_cache
from tests.aws.world import World
from tests.faults.scene import (
    DESCRIBE,
    ENRICHING,
    JOB,
    LIST,
    METRICS,
    SEARCH,
    answers,
    fetch,
    serve,
)

SHORT = 0.6  # seconds of silence in these tests, and 60 elsewhere


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(patience, "tell", lines.append)
    return lines


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is, in seconds: the one item may be set."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize("fault", ["silence", "slow"])
def test_silence_is_told_and_ends_in_a_sentence(aws: World, told: list[str], fault: str) -> None:
    serve(aws)
    aws.break_(fault, DESCRIBE)
    began = time.monotonic()
    with pytest.raises(TemporaryAwsError) as caught:
        fetch(timeout=SHORT)
    assert SHORT <= time.monotonic() - began < 10
    assert str(caught.value) == (
        f"AWS has not answered for 600 ms in us-east-1 at {aws.url}. Check the network, VPN or "
        "proxy, and AWS_ENDPOINT_URL if it is set; on a slow network, pass timeout=3."
    )
    assert told[0].startswith("AWS has not answered for 0 s; trying again, for up to 1 s more")


def test_by_default_silence_is_told_after_20_seconds_and_ends_after_60(
    told: list[str], clock: list[float]
) -> None:
    """The clock is played: the figures that the documentation promises."""
    waiting = Patience()
    client = FakeClient()
    waiting.watch(client)
    client.send()
    seconds = {}
    for second in range(60):
        clock[0] = second
        before = len(told)
        waiting.check()
        if len(told) > before:
            seconds[second] = told[-1]
    clock[0] = 60
    with pytest.raises(TemporaryAwsError, match="AWS has not answered for 1 min in eu-west-1"):
        waiting.check()
    assert seconds == {
        20: "AWS has not answered for 20 s; trying again, for up to 40 s more (Ctrl-C ends it).",
        40: "AWS has not answered for 40 s; trying again, for up to 20 s more (Ctrl-C ends it).",
    }


def test_any_answer_ends_the_silence_and_a_failure_does_not(
    told: list[str], clock: list[float]
) -> None:
    waiting = Patience()
    client = FakeClient()
    waiting.watch(client)
    client.send()
    client.send()
    clock[0] = 59
    client.receive(None)  # one of the two
    clock[0] = 100
    waiting.check()
    client.receive(ConnectionError())
    clock[0] = 118
    waiting.check()  # between two tries
    clock[0] = 119
    with pytest.raises(TemporaryAwsError):
        waiting.check()
    # nothing is out, so nobody is silent
    idle = Patience()
    idle.watch(client)
    client.send()
    client.receive(None)
    clock[0] = 1000
    idle.check()


class FakeClient:
    """As much of a botocore client as `Patience` watches."""

    class meta:
        region_name = "eu-west-1"
        endpoint_url = "https://there"

    def __init__(self) -> None:
        self._handlers: dict[str, Callable[..., None]] = {}
        self.meta.events = self  # type: ignore[attr-defined]

    def register_first(self, event: str, handler: Callable[..., None]) -> None:
        self._handlers[event] = handler

    register_last = register_first

    def send(self) -> None:
        self._handlers["before-send"]()

    def receive(self, exception: Exception | None) -> None:
        self._handlers["response-received"](exception=exception)


@pytest.mark.parametrize("operation", ENRICHING)
@pytest.mark.parametrize("fault", ["silence", "slow"])
def test_silence_about_what_only_adds_is_a_notice(aws: World, fault: str, operation: str) -> None:
    serve(aws)
    whole = fetch()
    aws.break_(fault, operation)
    raw = fetch(timeout=SHORT)
    assert raw.jobs[0].summaries == whole.jobs[0].summaries
    assert any("AWS has not answered for 600 ms" in notice for notice in raw.notices)
    if operation == SEARCH:
        assert not raw.jobs[0].records
        assert aws.calls[METRICS] == 1  # the whole one: after a silence nothing more is asked
    else:
        assert raw.jobs[0].records == whole.jobs[0].records


def test_a_slow_answer_has_its_time(aws: World) -> None:
    serve(aws)
    whole = fetch()
    aws.delay(SHORT / 2)
    assert answers(fetch(timeout=3 * SHORT)) == answers(whole)


def test_one_dead_connection_is_tried_again(aws: World) -> None:
    serve(aws)
    whole = fetch()
    for operation in (DESCRIBE, LIST, SEARCH, METRICS):
        aws.break_("silence", operation, times=1)
        assert answers(fetch(timeout=3 * SHORT)) == answers(whole)


def test_nobody_listens(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused connections are repeated as well, and named as what they are."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(TemporaryAwsError, match=r"Can't reach AWS in us-east-1 at http://127"):
        fetch(timeout=SHORT)


def test_the_list_of_tuning_jobs_ends_as_well(aws: World) -> None:
    aws.break_("silence")
    with pytest.raises(TemporaryAwsError, match="AWS has not answered for 600 ms"):
        list_summaries(timeout=SHORT)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "60", None, True])
def test_a_timeout_that_is_no_time(timeout: object) -> None:
    with pytest.raises(InputError) as caught:
        amtviz.fetch_tuning_data(JOB, timeout=timeout)
    assert str(caught.value) == (
        f"timeout={timeout!r} is no time to wait for AWS. Pass a number of seconds above 0, such "
        "as 60, which is the default."
    )
    with pytest.raises(InputError):
        amtviz.list_tuning_jobs(timeout=timeout)


def test_what_is_left_behind_asks_nothing_more(aws: World) -> None:
    serve(aws)
    aws.break_("silence", DESCRIBE)
    with pytest.raises(TemporaryAwsError):
        fetch(timeout=SHORT)
    asked = aws.calls[DESCRIBE]
    aws.heal()
    for thread in threading.enumerate():
        if thread.name == "amtviz":
            thread.join(10)
            assert not thread.is_alive()
    assert aws.calls[DESCRIBE] == asked
    assert not aws.calls[LIST]


def test_an_interrupt_leaves_calls_to_themselves() -> None:
    left, waiting = threading.Event(), Patience()

    def work(item: int) -> int:
        if item == 0:
            raise KeyboardInterrupt
        left.wait(60)
        return item

    with pytest.raises(KeyboardInterrupt):
        run_concurrently(work, range(3), waiting)
    assert isinstance(waiting.ended, AwsError)
    left.set()
    with pytest.raises(AwsError, match="was stopped"):
        run_concurrently(work, range(3), waiting)


@pytest.mark.parametrize(
    ("fault", "operation"),
    [("silence", DESCRIBE), ("slow", LIST), ("silence", METRICS), ("throttled", SEARCH)],
)
@pytest.mark.skipif(sys.platform == "win32", reason="its Ctrl-C is another")
def test_the_first_ctrl_c_ends_it(aws: World, fault: str, operation: str, tmp_path: Path) -> None:
    serve(aws)
    aws.break_(fault, operation)
    # a key of its own, or a call that another test left behind would be taken for the process's
    told, seconds = interrupt(aws, operation, 1, tmp_path, "AKIDOFTHEPROCESS")
    assert told.strip().endswith("Stopped. What the cache has by now isn't asked for again.")
    assert seconds < 1


@pytest.mark.skipif(sys.platform == "win32", reason="its Ctrl-C is another")
def test_pages_that_came_before_ctrl_c_are_kept(aws: World, tmp_path: Path) -> None:
    aws.page_limit = 2
    serve(aws, 12, series=())
    whole = fetch(metrics=False)
    aws.calls.clear()
    aws.break_("silence", LIST, after=4)
    interrupt(aws, LIST, 5, tmp_path)
    aws.heal()
    aws.calls.clear()
    with open_cache() as cache:
        assert answers(fetch(metrics=False, cache=cache)) == answers(whole)
    assert aws.calls[DESCRIBE] == 0
    assert aws.calls[LIST] == 3  # two that are missing, and one that is known


def interrupt(
    aws: World, operation: str, calls: int, folder: Path, key: str = "AKIDEXAMPLE"
) -> tuple[str, float]:
    """Press Ctrl-C in a fetch after so many calls; return what it says, and the seconds it took."""
    command = [sys.executable, "-m", "amtviz", "fetch", JOB, "-o", str(folder / "job.sqlite")]
    aws.requests.clear()
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "AWS_ACCESS_KEY_ID": key},
        # a job in the background of a shell ignores Ctrl-C, and so would what it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while count_calls(aws, operation, key) < calls:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    return told, time.monotonic() - began


def count_calls(aws: World, operation: str, key: str) -> int:
    return sum(call.operation == operation and call.access_key == key for call in [*aws.requests])


@pytest.mark.parametrize("operation", [LIST, SEARCH])
@pytest.mark.parametrize("fault", ["silence", "expired", "portal"])
def test_a_fetch_that_broke_off_goes_on_where_it_ended(
    aws: World, fault: str, operation: str
) -> None:
    """Pages that were read are kept, and the next fetch asks for the others only."""
    serve(aws, 12, series=())
    aws.page_limit = 2  # six pages
    whole = fetch(metrics=False)
    aws.calls.clear()
    aws.break_(fault, operation, after=4)
    timeout = SHORT if fault == "silence" else 60  # a busy machine is no silence
    with open_cache() as cache:
        if operation == LIST:
            with pytest.raises(AwsError):
                fetch(metrics=False, cache=cache, timeout=timeout)
        else:
            fetch(metrics=False, cache=cache, timeout=timeout)
    aws.heal()
    aws.calls.clear()
    with open_cache() as cache:
        again = fetch(metrics=False, cache=cache)
    assert answers(again) == answers(whole)
    assert aws.calls[operation] <= 3  # newest first: two that are missing, and one that is known
    aws.calls.clear()
    with open_cache() as cache:
        assert answers(fetch(metrics=False, cache=cache)) == answers(whole)
    assert not aws.calls
