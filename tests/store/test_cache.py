"""The file of the cache: made, shared, damaged, denied, migrated, told about and cleared."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from amtviz.errors import StoreError
from amtviz.model import RawSeries
from amtviz.store import cache_file as cache_file_module
from amtviz.store import snapshot as store
from amtviz.store.cache import (
    Cache,
    JobKey,
    KeptAnswer,
    cache_path,
    clear_cache,
    open_cache,
    read_cache_info,
)
from amtviz.store.format import DESCRIBE, LIST, SCHEMA_VERSION, SEARCH, read_header

KEY = JobKey("123456789012", "us-east-1", "job-a")
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
WHERE = "'amtviz cache info' tells where it is."
GIVEN_UP = "nothing more is read from it or kept. Pass cache=False, or another path there or in "

FORMAT_1 = Path(__file__).parent.parent / "data" / "format-1.sqlite"  # written by the first version


def series(*values: float) -> RawSeries:
    times = np.arange(len(values), dtype="int64") * 60_000
    return RawSeries("t1", "", "loss", 60, times, np.array(values, dtype="float64"))


def fill(cache: Cache) -> None:
    cache.keep_job("me", "JOB-A", KEY)
    cache.keep_answer(KEY, DESCRIBE, KeptAnswer({"a": AT}, AT, True))
    cache.keep_answer(KEY, LIST, KeptAnswer({"TrainingJobSummaries": []}, AT, True))
    cache.keep_series(None, [(KEY, series(1, 2), 60)])


def test_what_is_kept_is_found_by_another(cache_file: Path) -> None:
    with closing(Cache(cache_file)) as cache:
        fill(cache)
        cache.keep_series(300, [(KEY, series(), 60)])
    with closing(Cache(cache_file)) as cache:
        assert cache.find_job("me", "us-east-1", "Job-A") == KEY
        assert cache.find_job("you", "us-east-1", "job-a") is None
        assert cache.find_job("me", "eu-west-1", "job-a") is None
        answer = cache.find_answer(KEY, DESCRIBE)
        assert answer == KeptAnswer({"a": AT.isoformat()}, AT, True)
        assert cache.find_answer(KEY, SEARCH) is None
        ((kept, finest),) = cache.find_series(KEY, None)
        assert (kept.metric, kept.values.tolist(), finest) == ("loss", [1, 2], 60)
        ((empty, _),) = cache.find_series(KEY, 300)
        assert len(empty.timestamps) == 0
        cache.forget_job(KEY)
        assert cache.find_job("me", "us-east-1", "job-a") is None
        assert cache.find_series(KEY, None) == []
        assert cache.notices == []


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        ((1, False), (2, False), 2),
        ((2, False), (1, False), 2),
        ((1, True), (2, False), 1),
        ((2, False), (1, True), 1),
    ],
)
def test_a_later_or_final_answer_stays(cache_file: Path, first, second, stays: int) -> None:
    with closing(Cache(cache_file)) as cache:
        for day, final in (first, second):
            cache.keep_answer(KEY, SEARCH, KeptAnswer(day, AT + timedelta(days=day), final))
        assert cache.find_answer(KEY, SEARCH).body == stays


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_may_read_it(cache_file: Path) -> None:
    with closing(Cache(cache_file)) as cache:
        fill(cache)
        modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in cache_file.parent.iterdir()}
        assert set(modes.values()) == {0o600}
        assert "cache.sqlite-wal" in modes
        assert stat.S_IMODE(cache_file.parent.stat().st_mode) == 0o700
        with closing(sqlite3.connect(cache_file)) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_where_it_is(cache_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_path() == cache_path(True) == cache_file
    assert cache_path("x.sqlite") == Path("x.sqlite")
    assert cache_path(False) is None
    monkeypatch.setenv("AMTVIZ_CACHE", "OFF")
    assert cache_path() is None
    with open_cache() as opened:
        assert opened is None
    monkeypatch.delenv("AMTVIZ_CACHE")
    assert cache_path() == Path(platformdirs.user_cache_dir("amtviz", False)) / "cache.sqlite"


@pytest.mark.parametrize("content", [b"not a database", b"\0" * 5000])
def test_a_damaged_file_is_set_aside(cache_file: Path, content: bytes) -> None:
    cache_file.parent.mkdir()
    cache_file.write_bytes(content)
    with closing(Cache(cache_file)) as cache:
        fill(cache)
        assert cache.notices == [
            "The cache is damaged (it is no database): it was set aside, and a new one was begun. "
            f"{WHERE}"
        ]
        assert cache.find_job("me", "us-east-1", "job-a") == KEY
    assert cache_file.with_name("cache.sqlite.damaged").read_bytes() == content


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_truncated_file_is_set_aside(cache_file: Path, keep: float) -> None:
    with closing(Cache(cache_file)) as cache:
        fill(cache)
        for number in range(200):
            key = KEY._replace(job=f"job-{number}")
            cache.keep_answer(key, LIST, KeptAnswer({"x": "y" * 3000}, AT, True))
    whole = cache_file.read_bytes()
    cache_file.write_bytes(whole[: int(len(whole) * keep) // 4096 * 4096 + 100])
    with closing(Cache(cache_file)) as cache:
        for number in range(200):
            cache.find_answer(KEY._replace(job=f"job-{number}"), LIST)
        fill(cache)
        assert cache.find_job("me", "us-east-1", "job-a") == KEY
        assert [" is damaged (" in notice for notice in cache.notices] == [True]
        assert cache.usable


def test_a_missing_table_is_damage(cache_file: Path) -> None:
    Cache(cache_file).close()
    with closing(sqlite3.connect(cache_file)) as db:
        db.execute("DROP TABLE lookups")
    with closing(Cache(cache_file)) as cache:
        assert cache.find_job("me", "us-east-1", "job-a") is None
        assert "is damaged (no such table: lookups)" in cache.notices[0]


_STRANGE = {
    "a trigger": (
        "CREATE TRIGGER t AFTER INSERT ON answers BEGIN DELETE FROM lookups; END",
        "it has a trigger 't', which amtviz has not",
    ),
    "a view": ("CREATE VIEW v AS SELECT 1", "it has a view 'v', which amtviz has not"),
    "another table": ("CREATE TABLE t (x)", "it has a table 't', which amtviz has not"),
    "a column more": ("ALTER TABLE series ADD COLUMN x", "its table 'series' has other columns"),
}


@pytest.mark.parametrize(("statement", "reason"), _STRANGE.values(), ids=_STRANGE)
def test_a_file_of_another_schema_is_set_aside(
    cache_file: Path, statement: str, reason: str
) -> None:
    with closing(Cache(cache_file)) as cache:
        fill(cache)
    with closing(sqlite3.connect(cache_file)) as db:
        db.execute(statement)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = cache_file.read_bytes()
    with pytest.raises(StoreError, match="Can't read the cache") as caught:
        read_cache_info(cache_file)
    assert reason in str(caught.value)
    assert cache_file.read_bytes() == whole
    with closing(Cache(cache_file)) as cache:
        assert cache.find_job("me", "us-east-1", "job-a") is None
        fill(cache)
        assert cache.find_job("me", "us-east-1", "job-a") == KEY
        (notice,) = cache.notices
        assert notice.startswith(f"The cache is damaged ({reason}): it was set aside")
        assert str(cache_file.parent) not in notice
    assert cache_file.with_name("cache.sqlite.damaged").read_bytes() == whole


@pytest.mark.parametrize(
    "change",
    ["body = '[[['", "body = x'00'", "asked_at = '2026-01-02T03:04:05'", "asked_at = 'soon'"],
)
def test_an_answer_of_another_shape_is_damage(cache_file: Path, change: str) -> None:
    with closing(Cache(cache_file)) as cache:
        fill(cache)
    with closing(sqlite3.connect(cache_file)) as db:
        db.execute(f"UPDATE answers SET {change}")
        db.execute("UPDATE answers SET body = ? WHERE body = '[[['", ["[" * 10_000])
        db.commit()
    with closing(Cache(cache_file)) as cache:
        assert cache.find_answer(KEY, DESCRIBE) is None
        assert [" is damaged (" in notice for notice in cache.notices] == [True]


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE precious (x)")
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Cache(path)
    assert str(caught.value) == (
        f"{str(path)!r} is a database of another program. Pass another path for the cache."
    )
    assert path.read_bytes() == before
    with pytest.raises(StoreError, match=r"is a folder\. Pass the path of a file in it\.$"):
        Cache(tmp_path)


def test_a_newer_file_is_left_alone(cache_file: Path) -> None:
    Cache(cache_file).close()
    with closing(sqlite3.connect(cache_file)) as db:
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    with closing(Cache(cache_file)) as cache:
        fill(cache)
        assert cache.notices == [
            f"The cache can't be used (a newer amtviz made it): {GIVEN_UP}AMTVIZ_CACHE. {WHERE}"
        ]


def test_a_folder_that_cannot_be_written(cache_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path, flags, mode=0o777):  # the superuser may write anywhere
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(cache_file_module.os, "open", refuse)
    with closing(Cache(cache_file)) as cache:
        fill(cache)
        assert cache.find_answer(KEY, DESCRIBE) is None
        assert cache.notices == [
            f"The cache can't be used (Permission denied): {GIVEN_UP}AMTVIZ_CACHE. {WHERE}"
        ]


def test_a_path_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with closing(Cache(tmp_path / "file" / "cache.sqlite")) as cache:
        assert not cache.usable
        assert "can't be used (" in cache.notices[0]


def test_a_full_disk(cache_file: Path) -> None:
    with closing(Cache(cache_file)) as cache:
        pages = cache.run(lambda db: db.execute("PRAGMA page_count").fetchone()[0], 0)
        cache.run(lambda db: db.execute(f"PRAGMA max_page_count={pages}").fetchone(), None)
        cache.keep_answer(KEY, DESCRIBE, KeptAnswer("x" * 100_000, AT, True))
        assert cache.notices == [
            f"The cache can't be used (database or disk is full): {GIVEN_UP}AMTVIZ_CACHE. {WHERE}"
        ]
    with closing(Cache(cache_file)) as cache:  # later there is room again
        fill(cache)
        assert cache.notices == []


def test_another_process_that_holds_it_too_long(
    cache_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_file_module, "BUSY_SECONDS", 0)
    with closing(Cache(cache_file)) as cache, closing(sqlite3.connect(cache_file)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert cache.find_job("me", "us-east-1", "job-a") is None
        assert cache.usable  # reading goes on
        fill(cache)
        assert "can't be used (database is locked)" in cache.notices[0]


def test_format_1_is_migrated_and_still_read(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    shutil.copy(FORMAT_1, path)
    assert read_header(path).version == 1
    before, _ = store.load(path)
    assert read_header(path).version == 1  # reading changes nothing
    with closing(Cache(path)) as cache:
        fill(cache)
        # the answers of a file of old aren't taken for the last word
        old = JobKey(*(getattr(before.jobs[0], name) for name in ("account", "region", "name")))
        assert cache.find_answer(old, DESCRIBE) is None
        assert cache.find_series(old, None) == []
        assert cache.notices == []
    assert read_header(path).version == SCHEMA_VERSION
    after, _ = store.load(path)
    assert [job.name for job in after.jobs] == [*(job.name for job in before.jobs), "job-a"]
    for one, other in zip(before.jobs, after.jobs[:-1], strict=True):
        assert one.description == other.description
        assert len(one.series) == len(other.series) > 0
        for a, b in zip(one.series, other.series, strict=True):
            assert (a.training_job, a.host, a.metric) == (b.training_job, b.host, b.metric)
            np.testing.assert_array_equal(a.values, b.values)


def test_a_new_file_and_a_migrated_one_are_the_same(tmp_path: Path) -> None:
    shutil.copy(FORMAT_1, tmp_path / "old")
    tables = []
    for name in ("old", "new"):
        Cache(tmp_path / name).close()
        with closing(sqlite3.connect(tmp_path / name)) as db:
            tables.append(
                {
                    table: db.execute(f"PRAGMA table_info({table})").fetchall()
                    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
                }
            )
    assert tables[0] == tables[1]
    assert set(tables[0]) == {
        *("tuning_jobs", "answers", "series", "notices", "documents", "lookups")
    }


def test_a_cache_in_use_can_be_read_as_a_snapshot(cache_file: Path) -> None:
    with closing(Cache(cache_file)) as cache:
        fill(cache)
        cache.keep_series(300, [(KEY, series(5), 60)])
        raw, _ = store.load(cache_file)
        assert [s.values.tolist() for s in raw.jobs[0].series] == [[1, 2]]


def test_info_and_clear(cache_file: Path) -> None:
    assert read_cache_info(cache_file).jobs == 0
    assert not cache_file.exists()
    clear_cache(cache_file)
    assert not cache_file.exists()
    with closing(Cache(cache_file)) as cache:
        fill(cache)
        cache.keep_series(None, [(KEY, series(*range(50_000)), 60)])
        cache.keep_answer(
            KEY._replace(job="b"), DESCRIBE, KeptAnswer({}, AT + timedelta(days=3), False)
        )
        info = read_cache_info(cache_file)
        assert (info.path, info.jobs, info.series) == (cache_file, 2, 1)
        assert (info.oldest, info.newest) == (AT, AT + timedelta(days=3))
        assert info.size > 800_000
    cache_file.with_name("cache.sqlite.damaged").write_bytes(b"x")
    clear_cache(cache_file)
    info = read_cache_info(cache_file)
    assert (info.jobs, info.series, info.oldest) == (0, 0, None)
    assert info.size < 100_000
    assert not cache_file.with_name("cache.sqlite.damaged").exists()
