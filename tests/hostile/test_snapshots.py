"""A file from a stranger ends in tables or in a sentence: soon, and in little memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import amtviz
from amtviz.errors import AmtvizError, InputError, StoreError
from tests.hostile.files import crafted, heavy, make_data, make_raw, save

SECONDS = 1.0
MEGABYTES = 200


def try_to_load(path: Path) -> tuple[str, str]:
    """Return what came of a file: ``read``, or the error's name; and what it says."""
    try:
        data = amtviz.TuningData.load(path)
        return "read", f"{data!r}{data._repr_html_()}"
    except AmtvizError as error:
        return type(error).__name__, str(error)


def test_every_crafted_file_ends_in_tables_or_a_sentence(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(amtviz.options, "debug", False)
    ended: Counter[str] = Counter()
    slow = []
    for number, (name, craft) in enumerate(crafted()):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "file.sqlite"
        craft(path)
        begun = time.process_time()
        outcome, said = try_to_load(path)
        if time.process_time() - begun > SECONDS:
            slow.append(name)
        assert outcome in ("read", "StoreError", "InputError"), (name, outcome, said)
        if outcome != "read":
            assert said.endswith((".", '"', "amtviz")), (name, said)
            assert len(said) < 1_000, name
        ended[outcome] += 1
    print(dict(ended))
    assert slow == []
    assert ended.total() >= 1_000
