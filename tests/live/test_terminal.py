"""The live table in a real pseudo-terminal, while a tuning job gains trials."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.aws.world import World

pexpect = pytest.importorskip("pexpect")  # the test extra has it, but on Windows
ROOT = Path(__file__).parents[2]
WAIT = 120


@pytest.fixture
def terminal(aws: World):
    """Start the command in a terminal of 100 columns."""
    started = []

    def start(*arguments: str):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "amtviz", "watch", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "NO_COLOR": "1"},
            dimensions=(40, 100),
            encoding="utf-8",
            timeout=WAIT,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def test_the_table_follows_the_tuning_job_to_its_end(aws: World, terminal) -> None:
    aws.advance("job-a", 2, most=5)
    child = terminal("job-a", "--interval", "1", "--no-cache")
    child.expect("job-a")
    child.expect(re.compile(r"2.{0,3} of 5|2/5"))
    aws.advance("job-a", 5, most=5)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_ctrl_c_ends_it_cleanly_and_gives_the_cursor_back(aws: World, terminal) -> None:
    aws.advance("job-a", 2, most=5)
    child = terminal("job-a", "--interval", "30", "--no-cache")
    child.expect("job-a")
    child.sendintr()
    child.expect(pexpect.EOF)
    shown = child.before
    child.close()
    assert child.exitstatus == 130
    assert "Traceback" not in shown
    assert shown.rfind("\x1b[?25h") > shown.rfind("\x1b[?25l")  # the cursor is shown again
