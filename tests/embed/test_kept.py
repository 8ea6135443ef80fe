"""A text that takes long to make is made once, and never read if it isn't what was written."""

from __future__ import annotations

import platformdirs
import pytest

from amtviz.embed.kept import keep_text

TEXT = "const größe = 1;\n// 2\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stand for the user's cache folder, where it is to be used."""
    monkeypatch.delenv("AMTVIZ_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "amtviz"))
    return tmp_path / "amtviz"


@pytest.fixture
def keep():
    """Keep a text; return it and how often it was made by then."""
    made = []

    def make():
        made.append(1)
        return TEXT

    return lambda of="1.0": (keep_text("x.js", of, make), len(made))


def test_made_once_and_read_from_then_on(folder, keep):
    assert [keep(), keep(), keep()] == [(TEXT, 1)] * 3
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o077 == 0


def test_made_anew_of_other_versions(folder, keep):
    assert [keep(of) for of in ("1.0", "1.1", "1.1", "1.0")] == [(TEXT, n) for n in (1, 2, 2, 2)]
    assert len(list(folder.glob("*-x.js"))) == len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"\xff", b"alert(1)", "cut", "changed"])
def test_a_damaged_file_is_as_good_as_none(folder, keep, damage):
    keep()
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    damaged = {"cut": whole[:-1], "changed": whole.replace(b"1;", b"2;")}.get(damage, damage)
    path.write_bytes(damaged)
    assert [keep(), keep()] == [(TEXT, 2)] * 2


def test_a_folder_that_cannot_be_written_is_done_without(folder, keep):
    folder.write_text("a file")
    assert [keep(), keep()] == [(TEXT, 1), (TEXT, 2)]


@pytest.mark.parametrize("value", ["off", "/tmp/elsewhere.sqlite"])
def test_nothing_is_kept_where_the_variable_says_what_is(folder, keep, monkeypatch, value):
    monkeypatch.setenv("AMTVIZ_CACHE", value)
    assert [keep(), keep()] == [(TEXT, 1), (TEXT, 2)]
    assert not folder.exists()
