"""The live table in a real pseudo-terminal, while a tuning job gains trials."""

from __future__ import annotations

import functools
import os
import signal
import sys
import time
from pathlib import Path

import pyte
import pytest

from tests.aws.world import World

pexpect = pytest.importorskip("pexpect")  # the test extra has it, but on Windows
ROOT = Path(__file__).parents[2]
WAIT = 120
COLUMNS, LINES = 100, 40


class Terminal:
    """A terminal with ``amtviz watch`` in it, and what is to be seen there."""

    def __init__(self, *arguments: str) -> None:
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "amtviz", "watch", *arguments, "--no-cache"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
            dimensions=(LINES, COLUMNS),
            encoding="utf-8",
            # whatever runs the tests may ignore it, and a child would, too
            preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.Stream(self.screen)
        self.ended = False

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display).strip()

    def wait_for(self, *words: str) -> str:
        """Wait until all of these are to be seen, and give all that is."""
        end = time.monotonic() + WAIT
        while not all(word in self.text for word in words):
            if self.ended or time.monotonic() > end:
                pytest.fail(f"{words} can't be seen:\n{self.text}", False)
            self._read()
        return self.text

    def wait(self) -> int | None:
        """Wait for the end, and give the exit code."""
        end = time.monotonic() + WAIT
        while not self.ended:
            if time.monotonic() > end:
                pytest.fail(f"it doesn't end:\n{self.text}", False)
            self._read()
        self.child.close()
        return self.child.exitstatus

    def _read(self) -> None:
        try:
            self._stream.feed(self.child.read_nonblocking(65_536, timeout=1))
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            self.ended = True


@pytest.fixture
def start():
    """Start the command in a terminal."""
    started = []

    def start_terminal(*arguments: str) -> Terminal:
        started.append(Terminal(*arguments))
        return started[-1]

    yield start_terminal
    for terminal in started:
        terminal.child.close(force=True)


def test_the_table_follows_the_tuning_job_to_its_end(aws: World, start) -> None:
    aws.advance("job-a", 2, most=5)
    terminal = start("job-a", "--interval", "1", "--price", "ml.m5.large=0.9")
    seen = terminal.wait_for("Looked at")
    job = aws.jobs["us-east-1", "job-a"]
    values = [
        trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for trial in job.summaries[:2]
    ]
    for words in (
        "job-a  in progress",
        "2 of 5  2 completed, 2 in progress",
        f"best validation:accuracy {max(values):.6g} by job-a-0",
        # a third of 300 seconds, on two instances, for each of two trials
        "6 min 40 s billed ($0.10), without 2 trials whose cost isn't known",
        "What more trials would gain can't be said",
        "…-004-",
        "★",
        "Ctrl-C ends it.",
    ):
        assert words in seen.replace("\n", " ")  # lines are wrapped
    aws.fail("ExpiredTokenException", "expired")
    seen = terminal.wait_for("credentials have expired", "Looking again in")
    assert "2 of 5  2 completed" in seen
    aws.recover()
    aws.advance("job-a", 5, most=5)
    assert terminal.wait() == 0
    assert "5 of 5  5 completed" in terminal.text
    assert terminal.text.endswith("Ended. job-a: completed.")
    assert terminal.text.count("latest trials") == 1  # drawn in its place
    assert not terminal.screen.cursor.hidden


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_and_leaves_the_last_table(aws: World, start, number, code) -> None:
    aws.advance("job-a", 2, most=5)
    terminal = start("job-a")
    terminal.wait_for("Looked at")
    assert terminal.screen.cursor.hidden
    terminal.child.kill(number)
    assert terminal.wait() == code
    assert "2 of 5  2 completed, 2 in progress" in terminal.text
    assert terminal.text.endswith("Stopped watching; the tuning jobs go on.")
    assert "Traceback" not in terminal.text
    assert not terminal.screen.cursor.hidden


def test_ctrl_c_doesnt_wait_for_aws(aws: World, start) -> None:
    aws.advance("job-a", 2, most=5)
    aws.delay(30)
    terminal = start("job-a")
    terminal.wait_for("Asking AWS, for")
    began = time.monotonic()
    terminal.child.sendintr()
    assert terminal.wait() == 130
    assert time.monotonic() - began < 15
