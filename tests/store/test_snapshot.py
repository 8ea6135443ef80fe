import os
import sqlite3
from contextlib import closing
from datetime import datetime, timezone

import numpy as np
import pytest

from amtviz.errors import StoreError
from amtviz.installation import pip_install
from amtviz.model import RawSeries, RawTuningData, RawTuningJob
from amtviz.store import format as store_format
from amtviz.store import snapshot as store

FETCHED = datetime(2024, 5, 1, 12, 30, 15, 123456, tzinfo=timezone.utc)


def make_raw(name="job-a", **description):
    series = RawSeries(
        "t1",
        "t1/algo-1",
        "CPUUtilization",
        60,
        np.array([0, 60_000, 2**52], dtype="int64"),
        np.array([1.5, np.nan, np.inf]),
    )
    jobs = tuple(
        RawTuningJob(
            name=name,
            account="123456789012",
            region=region,
            description={"CreationTime": FETCHED, "Big": 2**60 + 1, **description},
            summaries=({"TrainingJobName": "</script>ü🎉", "Value": 0.1}, {}),
            records=({"TrainingJobName": "t1", "None": None},),
            series=(series,),
            fetched_at=FETCHED,
        )
        for region in ("eu-west-1", "us-east-1")
    )
    return RawTuningData(jobs, 1, ("first", "second"))


def message_of(function, *arguments):
    with pytest.raises(StoreError) as error:
        function(*arguments)
    return str(error.value)


def files_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_raw_answers_come_back(tmp_path):
    path = tmp_path / "a #?%.amtviz"
    store.save_raw(path, make_raw())
    raw, documents = store.load(path)
    assert documents == {}
    assert (raw.requested, raw.notices) == (1, ("first", "second"))
    for saved, loaded in zip(make_raw().jobs, raw.jobs, strict=True):
        assert loaded.description == {"CreationTime": FETCHED.isoformat(), "Big": 2**60 + 1}
        for name in ("name", "account", "region", "summaries", "records", "fetched_at"):
            assert getattr(loaded, name) == getattr(saved, name)
        (one,), (other,) = saved.series, loaded.series
        assert (one.training_job, one.host, one.metric, one.period) == (
            other.training_job,
            other.host,
            other.metric,
            other.period,
        )
        np.testing.assert_array_equal(one.timestamps, other.timestamps)
        np.testing.assert_array_equal(one.values, other.values)
        assert (other.timestamps.dtype, other.values.dtype) == ("int64", "float64")
    assert files_in(tmp_path) == [path.name]


def test_documents_come_back(tmp_path):
    body = {"a": [1, None, 2**60 + 1, "ü\u2028"], "nested": {"b": 0.1}}
    store.save_document(tmp_path / "a", "frame", body)
    raw, documents = store.load(str(tmp_path / "a"))
    assert documents == {"frame": body}
    assert raw.jobs == ()


def test_a_read_only_store_in_a_read_only_folder_opens(tmp_path):
    folder = tmp_path / "installed"
    folder.mkdir()
    store.save_raw(folder / "a", make_raw())
    os.chmod(folder / "a", 0o444)
    os.chmod(folder, 0o555)
    try:
        assert len(store.load(folder / "a")[0].jobs) == 2
        assert files_in(folder) == ["a"]
    finally:
        os.chmod(folder, 0o755)


def test_a_store_is_replaced(tmp_path):
    store.save_raw(tmp_path / "a", make_raw("old"))
    store.save_raw(tmp_path / "a", make_raw("new"))
    assert [job.name for job in store.load(tmp_path / "a")[0].jobs] == ["new", "new"]


@pytest.mark.parametrize("content", [b"", b"precious notes", b"SQLite format 3\0" + b"\0" * 200])
def test_another_file_is_neither_read_nor_replaced(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    expected = f"{str(path)!r} is not an amtviz store. Pass a file that TuningData.save wrote."
    assert message_of(store.load, path) == expected
    assert message_of(store.save_raw, path, make_raw()) == expected
    assert message_of(store.save_document, path, "a", {}) == expected
    assert path.read_bytes() == content
    assert files_in(tmp_path) == ["notes.txt"]


def test_a_folder_is_no_store(tmp_path):
    assert message_of(store.load, tmp_path) == (
        f"There is no file {str(tmp_path)!r}. Check the path."
    )
    assert message_of(store.save_raw, tmp_path, make_raw()) == (
        f"{str(tmp_path)!r} is a folder. Pass the path of a file in it."
    )


def test_another_database_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE precious (x); INSERT INTO precious VALUES (1);")
    assert "is not an amtviz store" in message_of(store.save_raw, path, make_raw())
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT x FROM precious").fetchall() == [(1,)]


def test_a_missing_file(tmp_path):
    path = tmp_path / "none"
    assert message_of(store.load, path) == f"There is no file {str(path)!r}. Check the path."
    assert not path.exists()


def test_a_folder_that_does_not_exist(tmp_path):
    path = tmp_path / "nowhere" / "a"
    assert message_of(store.save_raw, path, make_raw()) == (
        f"Can't write {str(path)!r}: No such file or directory. Choose another place."
    )


def test_a_newer_store_is_neither_read_nor_replaced(tmp_path):
    path = tmp_path / "a"
    store.save_raw(path, make_raw())
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version={store_format.SCHEMA_VERSION + 1}")
    expected = (
        f"{str(path)!r} was written by a newer amtviz (its format is 3, this one reads up to 2). "
        f"Upgrade amtviz: {pip_install(upgrade=True)}"
    )
    assert message_of(store.load, path) == expected
    assert message_of(store.save_raw, path, make_raw()) == expected


def test_a_truncated_store_is_damaged(tmp_path):
    path = tmp_path / "a"
    store.save_raw(path, make_raw())
    path.write_bytes(path.read_bytes()[:5000])
    message = message_of(store.load, path)
    assert message.startswith(f"{str(path)!r} is damaged (")
    assert message.endswith("Fetch the tuning jobs again and save them anew.")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE answers SET body = '{'",
        "DELETE FROM answers",
        "UPDATE answers SET body = '{}'",
        "UPDATE tuning_jobs SET fetched_at = 'soon'",
        "UPDATE series SET \"values\" = x'00'",
        "DROP TABLE notices",
    ],
)
def test_damaged_rows(tmp_path, damage):
    path = tmp_path / "a"
    store.save_raw(path, make_raw())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(damage)
    assert message_of(store.load, path).startswith(f"{str(path)!r} is damaged (")


def test_a_crash_while_writing_leaves_the_old_store(tmp_path):
    path = tmp_path / "a"
    store.save_raw(path, make_raw("old"))
    before = path.read_bytes()
    # the second job can't be written, after the first was
    raw = make_raw("new")
    broken = RawTuningData((raw.jobs[0], make_raw(unknown=object()).jobs[1]), 2, ())
    with pytest.raises(TypeError, match="a object can't be stored"):
        store.save_raw(path, broken)
    assert path.read_bytes() == before
    assert files_in(tmp_path) == ["a"]


def test_a_full_disk_leaves_the_old_store(tmp_path, monkeypatch):
    path = tmp_path / "a"
    store.save_raw(path, make_raw("old"))

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "replace", fail)
    assert message_of(store.save_raw, path, make_raw("new")) == (
        f"Can't write {str(path)!r}: No space left on device. Free some space, or choose another "
        "place."
    )
    monkeypatch.undo()
    assert store.load(path)[0].jobs[0].name == "old"
    assert files_in(tmp_path) == ["a"]


def test_an_interruption_just_before_the_end_leaves_the_old_store(tmp_path, monkeypatch):
    path = tmp_path / "a"
    store.save_raw(path, make_raw("old"))

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(store.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.save_raw(path, make_raw("new"))
    monkeypatch.undo()
    assert store.load(path)[0].jobs[0].name == "old"
    assert files_in(tmp_path) == ["a"]
