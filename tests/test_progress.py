"""Bars over long work: on a terminal, and nowhere that nobody looks at."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from types import SimpleNamespace

import pytest

from amtviz import progress

DEMO = [sys.executable, "-m", "amtviz", "demo", "--no-open", "--json", "-o"]


def read_all(terminal: int) -> str:
    """Read until the other side is closed."""
    parts = []
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux's way to say that
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()


def test_drawing_shows_a_bar_on_a_terminal_and_leaves_none(tmp_path):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 100, 0, 0))
    with subprocess.Popen(
        [*DEMO, str(tmp_path / "x.html")], stdout=subprocess.PIPE, stderr=theirs
    ) as demo:
        os.close(theirs)
        seen = read_all(ours)
        printed = demo.stdout.read()
    os.close(ours)
    assert demo.returncode == 0, seen
    assert printed.startswith(b"{")  # the bar is not in what programs read
    assert "Drawing:   0%" in seen
    assert "chart/s]" in seen
    assert seen.endswith("\r")
    assert seen.rpartition("\r")[0].rpartition("\r")[2].strip() == ""  # wiped


def test_no_bar_without_a_terminal(capsys):
    with progress.progress("Drawing", "chart", 3) as advance:
        advance(3)
    assert capsys.readouterr().err == ""


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def notebook(monkeypatch):
    """Pretend to be in a notebook's kernel, and return what its outputs hold."""
    outputs = []

    def display(bundle, **options):
        assert options == {"raw": True, "display_id": True}
        outputs.append([bundle])
        return SimpleNamespace(update=lambda bundle, raw: outputs[-1].append(bundle))

    shell = type("ZMQInteractiveShell", (), {})()
    shown = SimpleNamespace(display=display)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", shown)
    return outputs


def test_a_bar_in_a_notebook_is_empty_at_the_end(clock, notebook):
    with progress.progress("Drawing", "chart", 3) as advance:
        advance(1)
        assert notebook == []  # short work is spared it
        clock.now += 1
        advance(1)
        assert notebook[0][-1]["text/plain"] == "Drawing: 2 of 3 charts"
        assert '<progress value="2" max="3">' in notebook[0][-1]["text/html"]
        advance(1)  # too soon for another picture
    assert len(notebook) == 1
    assert notebook[0][1:] == [{"text/html": "", "text/plain": ""}]


def test_a_bar_is_emptied_when_the_work_fails(clock, notebook):
    def work():
        with progress.progress("Drawing", "chart", 3) as advance:
            clock.now += 1
            advance(1)
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert notebook[0][-1] == {"text/html": "", "text/plain": ""}


def test_silence_holds_in_a_notebook(clock, notebook):
    with progress.no_progress(), progress.progress("Drawing", "chart", 3) as advance:
        clock.now += 9
        advance(3)
    assert notebook == []


def test_a_line_is_told_on_a_terminal_only_and_not_where_something_else_draws(monkeypatch, capsys):
    progress.tell("AWS has not answered for 20 s")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    progress.tell("AWS has not answered for 20 s")
    assert capsys.readouterr().err == "AWS has not answered for 20 s\n"
    with progress.no_progress():
        progress.tell("AWS has not answered for 40 s")
    assert capsys.readouterr().err == ""
