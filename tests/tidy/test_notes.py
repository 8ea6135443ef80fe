"""Notes and stars on trials: kept in files, shown on pages, and never lost."""

from __future__ import annotations

import json
import sqlite3

import pandas as pd
import pytest
from click.testing import CliRunner

import amtviz
from amtviz import TuningData
from amtviz.api import make_page
from amtviz.cli import main
from amtviz.errors import InputError, StoreError
from amtviz.grammar.tables import build_tables
from amtviz.settings import DrawOptions
from amtviz.tidy import Pseudonyms
from amtviz.tidy.notes import LONGEST_NOTE
from tests.charts.scene import make_trials

HOSTILE = "</script><script>alert(1)</script>\u2028 =HYPERLINK(1) \x1b[31m {{7*7}}"


@pytest.fixture
def job(aws) -> TuningData:
    aws.generate("job-a", 4)
    aws.generate("job-b", 3)
    return amtviz.fetch_tuning_data(["job-a", "job-b"], metrics=False)


def read(data: TuningData) -> dict[str, tuple[object, object]]:
    rows = data.trials[["TrainingJobName", "Note", "Star"]].itertuples(index=False)
    return {
        name: (None if pd.isna(note) else note, None if pd.isna(star) else star)
        for name, note, star in rows
        if not (pd.isna(note) and pd.isna(star))
    }


def test_notes_are_kept_with_raw_answers(job, tmp_path):
    first, second = job.trials["TrainingJobName"][:2]
    noted = job.note(first, f" {HOSTILE} ").star(first).star(second).star(second, False)
    assert read(job) == {}  # it stays as it is
    assert read(noted) == {first: (HOSTILE, True), second: (None, False)}
    noted.save(tmp_path / "a.sqlite")
    loaded = TuningData.load(tmp_path / "a.sqlite")
    assert read(loaded) == {first: (HOSTILE, True)}
    assert loaded.raw is not None
    assert read(loaded.note(first, "").star(first, False)) == {first: (None, False)}
    both = amtviz.fetch_tuning_data([tmp_path / "a.sqlite", "job-b"], metrics=False)
    assert read(both) == {first: (HOSTILE, True)}
    assert both.raw is not None


def test_notes_are_kept_with_other_trials_and_older_files_open(tmp_path):
    data = TuningData.from_frame(make_trials(5), objective="loss", direction="Minimize")
    path = tmp_path / "a.sqlite"
    noted = data.note(data.trials["TrainingJobName"][2], "again")
    noted.save(path)
    assert read(TuningData.load(path)) == read(noted)
    with sqlite3.connect(path) as db:  # as it was written before there were notes
        name, body = db.execute("SELECT * FROM documents").fetchone()
        document = json.loads(body)
        document["trials"] = [c for c in document["trials"] if c["name"] not in ("Note", "Star")]
        db.execute("UPDATE documents SET body = ? WHERE name = ?", (json.dumps(document), name))
    older = TuningData.load(path)
    assert read(older) == {}
    noted.save(path)
    data.save(path)
    assert read(TuningData.load(path)) == read(noted)


def test_saving_over_a_file_keeps_its_notes_or_is_refused(job, tmp_path):
    path = tmp_path / "a.sqlite"
    first, second = job.trials["TrainingJobName"][:2]
    noted = job.note(first, "one").star(second)
    noted.save(path)
    job.note(second, "two").save(path)
    both = {first: ("one", None), second: ("two", True)}
    assert read(TuningData.load(path)) == both
    other = amtviz.fetch_tuning_data("job-b", metrics=False)
    before = path.read_bytes()
    sentence = (
        f"{str(path)!r} has notes or stars of 2 trials that this data doesn't have, {first!r} and "
        f"{second!r}: they would be lost. Save under another name, or the tuning jobs of these "
        "trials together with this data."
    )
    for save in (other.save, lambda path: other.write_notebook(path.with_suffix(".ipynb"))):
        with pytest.raises(StoreError) as caught:
            save(path)
        assert sentence in str(caught.value)
    result = CliRunner().invoke(main, ["fetch", "job-b", "-o", str(path), "--no-metrics"])
    assert result.exit_code == 1
    assert sentence in result.output
    assert path.read_bytes() == before
    assert not path.with_suffix(".ipynb").exists()
    # what was taken away doesn't come back
    TuningData.load(path).note(first, "").star(second, False).save(path)
    assert read(TuningData.load(path)) == {second: ("two", None)}


def test_a_damaged_file_is_not_replaced(tmp_path):
    data = TuningData.from_frame(make_trials(5), objective="loss", direction="Minimize")
    path = tmp_path / "a.sqlite"
    data.save(path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE documents SET body = '{'")
    with pytest.raises(StoreError) as caught:
        data.save(path)
    assert str(caught.value) == (
        f"{str(path)!r} is damaged: notes that it may have can't be read, and would be lost. Save "
        "under another name."
    )


def test_wrong_notes_in_a_file_are_passed_over(job, tmp_path):
    path = tmp_path / "a.sqlite"
    first, second = job.trials["TrainingJobName"][:2]
    job.note(first, "x").save(path)
    wrong = {first: ["x"], second: {"Note": 7, "Star": "yes"}, "nobody": {"Note": "x"}}
    with sqlite3.connect(path) as db:
        db.execute("UPDATE documents SET body = ?", (json.dumps(wrong),))
    assert read(TuningData.load(path)) == {}


def test_a_page_shows_notes_as_text():
    plain = pd.DataFrame({"x": [1, 2, 3], "loss": [3, 2, 1]})
    data = TuningData.from_frame(plain, objective="loss", direction="Minimize")
    first = data.trials["TrainingJobName"][0]
    noted = data.note(first, HOSTILE).star(first)
    frame, _ = build_tables(noted)
    rows = frame[frame["note"].notna()]
    assert rows[["a", "note", "star"]].values.tolist() == [[first, HOSTILE, "★"]]
    assert "note" not in build_tables(data)[0]
    page = make_page(noted, DrawOptions(sections=["progress"]))
    assert "<script>alert(1)" not in page
    for id, name in (("note", "Note"), ("star", "Star")):
        column = {"id": id, "title": id, "kind": "text", "name": name}
        assert json.dumps(column, separators=(",", ":")) in page
    hidden = Pseudonyms(noted).tables()
    assert hidden.trials["Note"].isna().all()
    assert hidden.trials["Star"].sum() == 1


def test_a_trial_is_found_by_its_ending_or_number(job):
    first = job.trials["TrainingJobName"][0]
    assert read(job.note(first[-8:], "x")) == {first: ("x", None)}
    alone = amtviz.fetch_tuning_data("job-a", metrics=False)
    ended = alone.trials.sort_values("TrainingEndTime", kind="stable")["TrainingJobName"].tolist()
    assert read(alone.star("trial 2")) == {ended[1]: (None, True)}
    assert message_of(job, "trial 1", "x").startswith("'trial 1' may be 'job-a-00")
    frame = pd.DataFrame({"loss": [1, 2], "TrainingJobName": ["a-002-0a1b2c3d", "a-001-0a1b2c3e"]})
    named = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    assert named.find_trial("trial 1") == "a-002-0a1b2c3d"
    assert message_of(named, "1", "x") == (
        "'1' may be 'a-002-0a1b2c3d' or 'a-001-0a1b2c3e'. Pass the name of one."
    )
    assert message_of(named, "7", "x").startswith("There is no trial '7'. ")


def message_of(data, *arguments) -> str:
    with pytest.raises(InputError) as caught:
        data.note(*arguments)
    return str(caught.value)


def test_a_trial_that_there_is_not_is_told_with_near_ones(job):
    first = job.trials["TrainingJobName"][0]
    assert message_of(job, first[-3:], "x") == (
        f"There is no trial {first[-3:]!r}. Did you mean {first!r}?"
    )
    assert first in message_of(job, first[:-1], "x")
    assert message_of(job, "?", "x").startswith("There is no trial '?'. Pass one of 'job-a-001-")
    assert message_of(job, first, "x" * 2001) == (
        "The note has 2,001 characters. Pass 2,000 at most."
    )
    assert LONGEST_NOTE == 2000
    assert message_of(job, first, 7) == "A note is a text, not of the type int. Pass a str."
    assert message_of(job, first, None).startswith("A note is a text, not of the type NoneType.")
    for name in (None, pd.NA, [first], "\udcff"):
        assert message_of(job, name, "x").startswith(f"There is no trial {name!r}. ")
    with pytest.raises(InputError, match=r"starred or not, and not 'no'\. Pass True or False"):
        job.star(first, "no")
    twice = pd.DataFrame({"loss": [1, 2], "TuningJobName": ["a", "b"], "TrainingJobName": "t"})
    data = TuningData.from_frame(twice, objective="loss", direction="Minimize")
    assert message_of(data, "t", "x") == (
        "Several trials are called 't', in 'a' and 'b'. Note one in data that holds its tuning "
        "job alone."
    )


def test_the_command_notes_in_a_file_that_fetch_keeps(job, tmp_path):
    path = str(tmp_path / "a.sqlite")
    first, second = job.trials["TrainingJobName"][:2]

    def run(*arguments: str):
        return CliRunner().invoke(main, arguments)

    assert run("fetch", "job-a", "-o", path, "--no-metrics").exit_code == 0
    assert run("note", path).output == "There is no note and no star.\n"
    assert run("note", path, first, "one\x1b[31m", "--star").output == f"{first}  ★  one\\x1b[31m\n"
    assert run("note", path, second, "two").output == f"{second}  two\n"
    assert run("fetch", "job-a", "-o", path, "--no-metrics").exit_code == 0
    shown = json.loads(run("note", path, "--json").output)["trials"]
    assert [(row["TrainingJobName"], row["Star"], row["Note"]) for row in shown] == [
        (first, True, "one\x1b[31m"),
        (second, None, "two"),
    ]
    assert run("note", path, second, "a\nb").output == f"{second}  a\\nb\n"  # a trial a line
    assert run("note", path, second, "").output == f"{second}\n"
    assert run("note", path, second).exit_code == 2
    assert run("note", path, "nobody", "x").output.startswith(
        "Error: There is no trial 'nobody'. Pass one of"
    )
