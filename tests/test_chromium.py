"""Which Chromium the tests take, and how ``python -m tests`` gets one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests import __main__ as command
from tests import chromium


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine with no Chromium anywhere; its only folder of programs."""
    monkeypatch.delenv("AMTVIZ_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_PLACES", (str(tmp_path / "place"),))
    return tmp_path


@pytest.fixture
def ran(bare, monkeypatch):
    """The commands that were run; each ends with exit code 100 and brings nothing."""
    commands = []

    def run(words, **options):
        commands.append(words)
        return SimpleNamespace(returncode=100)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(command, "start_chromium", lambda playwright, path: SimpleNamespace(
        close=lambda: None))  # fmt: skip
    return commands


def make_program(path):
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def machine(folder):
    """A Playwright whose own Chromium would be in this folder."""
    return SimpleNamespace(chromium=SimpleNamespace(executable_path=str(folder / "downloaded")))


def become(monkeypatch, user: int, *, apt: bool):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    which = {"apt-get": "/usr/bin/apt-get"} if apt else {}
    monkeypatch.setattr(shutil, "which", which.get)


@pytest.mark.skipif(sys.platform == "win32", reason="programs have a suffix there")
def test_the_best_is_on_the_path_then_playwrights_then_the_systems_place(bare):
    place = make_program(bare / "place")
    downloaded = make_program(bare / "downloaded")
    chrome = make_program(bare / "google-chrome")
    assert chromium.find_chromiums(downloaded) == [chrome, downloaded, place]


def test_the_variable_is_the_only_choice(bare, monkeypatch):
    downloaded, own = make_program(bare / "downloaded"), make_program(bare / "mine")
    monkeypatch.setenv("AMTVIZ_CHROMIUM", own)
    assert chromium.find_chromiums(downloaded) == [own]
    monkeypatch.setenv("AMTVIZ_CHROMIUM", "/no/browser")
    with pytest.raises(chromium.NoChromiumError) as caught:
        chromium.find_chromiums(downloaded)
    assert (
        str(caught.value)
        == f"AMTVIZ_CHROMIUM is '/no/browser', which is no file. {chromium.ADVICE}"
    )


def test_nothing_is_got_where_there_is_one(ran, bare):
    path = make_program(bare / "place")
    assert command.get_chromium(machine(bare)) == path
    assert ran == []


@pytest.mark.parametrize(("user", "apt"), [(1000, True), (0, False)])
def test_playwrights_own_is_downloaded(ran, bare, monkeypatch, capsys, user, apt):
    become(monkeypatch, user, apt=apt)
    with pytest.raises(chromium.NoChromiumError) as caught:
        command.get_chromium(machine(bare))
    line = f"{sys.executable} -m playwright install chromium"
    assert [" ".join(words) for words in ran] == [line]
    assert capsys.readouterr().out == f"There is no Chromium that starts; getting one: {line}\n"
    assert str(caught.value) == (
        f"The tests of the pages need Chromium, and {line} ended with exit code 100. "
        f"{chromium.ADVICE}"
    )


def test_root_on_debian_gets_the_systems_package(ran, bare, monkeypatch):
    become(monkeypatch, 0, apt=True)
    run = subprocess.run

    def install(words, **options):
        if words[1] == "install":
            make_program(bare / "place")
        return run(words, **options)

    monkeypatch.setattr(subprocess, "run", install)
    assert command.get_chromium(machine(bare)) == str(bare / "place")
    assert [" ".join(words) for words in ran] == [
        "apt-get update -qq",
        "apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji",
    ]


def test_one_that_does_not_start_is_passed_over(ran, bare, monkeypatch):
    broken, good = make_program(bare / "downloaded"), make_program(bare / "place")

    def start(playwright, path):
        if path == broken:
            raise command.Error("no libnss3.so\nmore")
        return SimpleNamespace(close=lambda: None)

    monkeypatch.setattr(command, "start_chromium", start)
    become(monkeypatch, 1000, apt=False)
    assert command.get_chromium(machine(bare)) == good
    os.remove(good)
    with pytest.raises(
        chromium.NoChromiumError, match=rf"{broken} doesn't start: no libnss3.so\. "
    ):
        command.get_chromium(machine(bare))
