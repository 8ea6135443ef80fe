"""A disk without room ends in a sentence, and leaves what was there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from amtviz import api
from amtviz.cli import main
from amtviz.errors import FileError, StoreError
from amtviz.live import PageView

SAID = "No space left on device"


@pytest.fixture(scope="module")
def data():
    return api.load_demo()


@pytest.fixture
def full(monkeypatch) -> None:
    """Let every write of text, and every file that takes another's place, find no room."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, SAID)

    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(os, "replace", refuse)


def sentence(path: Path) -> str:
    return f"Can't write {str(path)!r}: {SAID}. Free some space, or choose another place."


@pytest.mark.parametrize("kind", ["to_csv", "to_parquet"])
def test_tables(data, tmp_path, full, kind) -> None:
    with pytest.raises(FileError) as caught:
        getattr(data, kind)(tmp_path)
    ending = kind.removeprefix("to_")
    assert str(caught.value) == sentence(tmp_path / f"trials.{ending}")
    assert list(tmp_path.iterdir()) == []


def test_a_saved_file(data, tmp_path, full) -> None:
    with pytest.raises(StoreError) as caught:
        data.save(tmp_path / "a.sqlite")
    assert str(caught.value) == (
        f"Can't write {str(tmp_path / 'a.sqlite')!r}: {SAID}. Free some space, or choose another "
        "place."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_page(data, tmp_path, full, monkeypatch) -> None:
    monkeypatch.setattr(api, "make_page", lambda *_, **__: "<!doctype html>")
    path = tmp_path / "page.html"
    path.write_bytes(b"before")
    with pytest.raises(FileError) as caught:
        api.write_report(data, path)
    assert str(caught.value) == sentence(path)
    assert isinstance(caught.value, OSError)
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    assert path.read_bytes() == b"before"
    done = CliRunner().invoke(main, ["demo", "--no-open", "-o", str(path)])
    assert done.exit_code == 1
    assert (
        done.output == f"Error: Can't write {str(path)!r}: {SAID}. Choose another place with -o.\n"
    )


def test_a_watched_page(tmp_path, full) -> None:
    view = PageView(tmp_path / "page.html", lambda data, seconds: "<!doctype html>")
    with pytest.raises(FileError) as caught:
        view._write("<!doctype html>")
    assert str(caught.value) == sentence(tmp_path / "page.html")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_the_output() -> None:
    import subprocess
    import sys

    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "amtviz", "completion", "bash"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    said = done.stderr.decode()
    assert done.returncode != 0
    assert "Traceback" not in said
    assert SAID in said
