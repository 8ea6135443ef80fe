"""A file from a stranger ends in tables or in a sentence: soon, and in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import amtviz
from amtviz.errors import AmtvizError
from tests.hostile.files import crafted, heavy, run, save

SECONDS = 1.0  # of the processor
MEGABYTES = 200


def try_to_load(path: Path) -> tuple[str, str]:
    """Return what came of a file: ``read``, or the error's name; and what it says."""
    try:
        data = amtviz.TuningData.load(path)
        return "read", f"{data!r}{data._repr_html_()}"
    except AmtvizError as error:
        return type(error).__name__, str(error)


@pytest.fixture(autouse=True)
def as_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amtviz.options, "debug", False)


def test_every_crafted_file_ends_in_tables_or_a_sentence(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    # ten values in each place: each third, and so each of them in one place or another
    step = 3 if pytestconfig.getoption("--cases") <= 2000 else 1
    ended: Counter[str] = Counter()
    slow = []
    for number, (name, craft) in enumerate(crafted(step)):
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
            assert len(said) < 1_000, name
            assert said.isprintable(), (name, said)
        ended[outcome] += 1
        for file in folder.iterdir():  # thousands of files
            if file.is_file() or file.is_symlink():
                file.unlink()
    assert slow == []
    assert ended["StoreError"] > 1_000 / step
    assert ended.total() > 1_500 / step


_CHILD = """
import json, resource, sys, time
import amtviz
from pathlib import Path
from tests.hostile.files import save
from tests.hostile.test_snapshots import try_to_load
def peak():
    unit = 1024 if sys.platform != "darwin" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
amtviz.options.debug = False
plain = Path(sys.argv[1], "plain.sqlite")
save(plain)
try_to_load(plain)
before, seconds = peak(), {}
for path in sys.argv[2:]:
    begun = time.process_time()
    outcome, said = try_to_load(Path(path))
    seconds[path] = [outcome, time.process_time() - begun]
print(json.dumps({"seconds": seconds, "megabytes": peak() - before}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only POSIX tells how much memory was used")
def test_heavy_files_are_refused_in_a_second_and_200_megabytes(tmp_path: Path) -> None:
    paths = {}
    for number, (name, craft) in enumerate(heavy()):
        path = tmp_path / f"{number}.sqlite"
        craft(path)
        paths[str(path)] = name
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(tmp_path), *paths], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["megabytes"] < MEGABYTES
    late = {paths[path]: each for path, each in found["seconds"].items() if each[1] > SECONDS}
    assert late == {}
    read = [paths[path] for path, each in found["seconds"].items() if each[0] != "StoreError"]
    assert read == []


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("CREATE VIEW more AS SELECT 1", "it has a view 'more', which amtviz has not"),
        ("ALTER TABLE notices ADD COLUMN more", "its table 'notices' has other columns"),
        ("UPDATE tuning_jobs SET requested = 'x'", "a value is str, not int"),
        ("UPDATE answers SET body = '[]'", "DescribeHyperParameterTuningJob is list, not dict"),
        (
            "UPDATE tuning_jobs SET fetched_at = '2024-05-01T12:00:00'",
            "the time '2024-05-01T12:00:00' has no zone",
        ),
    ],
)
def test_the_sentence_says_what_is_wrong(tmp_path: Path, statement: str, reason: str) -> None:
    path = tmp_path / "file.sqlite"
    save(path)
    run(path, statement)
    assert try_to_load(path) == (
        "StoreError",
        f"{str(path)!r} is damaged ({reason}). Fetch the tuning jobs again and save them anew.",
    )


def test_a_trigger_never_runs(tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite"
    save(path)
    run(path, "CREATE TRIGGER t AFTER INSERT ON notices BEGIN DELETE FROM answers; END")
    before = path.read_bytes()
    assert try_to_load(path)[0] == "StoreError"
    assert path.read_bytes() == before
