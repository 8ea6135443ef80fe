"""Answers of AWS that never change, kept in one file so that they aren't asked for again.

The file is a store (see ``store.py``) that every process of a user may write to at the same time.
Whatever goes wrong with it, a fetch goes on without it, and a notice says so.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from amtviz.errors import StoreError
from amtviz.files import user_cache_folder
from amtviz.model import RawSeries
from amtviz.store.cache_file import BUSY_SECONDS, VARIABLE, CacheFile
from amtviz.store.format import (
    LIST,
    SERIES_COLUMNS,
    check_is_store,
    dumps,
    read_series,
    series_row,
)
from amtviz.store.guard import check_json, open_store, read_json, read_time

_TABLES = ("tuning_jobs", "answers", "series", "lookups")
_OF_JOB = "WHERE account = ? AND region = ? AND job = ?"


class JobKey(NamedTuple):
    """What identifies a tuning job; ``job`` is its name as AWS writes it."""

    account: str
    region: str
    job: str


class KeptAnswer(NamedTuple):
    """An answer of AWS; a final one never changes."""

    body: Any
    asked_at: datetime
    final: bool


class KeptSeries(NamedTuple):
    """A series, maybe without points, and the finest period there was when it was asked for."""

    series: RawSeries
    finest: int


@dataclass(frozen=True)
class CacheInfo:
    """What a cache holds.

    Attributes
    ----------
    path : pathlib.Path
    size : int
        Bytes on disk.
    jobs, series : int
        Tuning jobs, and series that have points.
    oldest, newest : datetime, optional
        When the first and the last of its answers was asked for, UTC; None if there are none.
    """

    path: Path
    size: int
    jobs: int
    series: int
    oldest: datetime | None
    newest: datetime | None


def cache_path(cache: bool | str | os.PathLike[str] = True) -> Path | None:
    """Return the file that a ``cache`` option means.

    Parameters
    ----------
    cache : bool or path-like
        True: what the environment variable AMTVIZ_CACHE says, else the user's cache directory.

    Returns
    -------
    pathlib.Path or None
        None for no cache: the option is False, or the variable is ``off``.
    """
    if cache is False:
        return None
    if cache is not True:
        return Path(cache).expanduser()
    named = os.environ.get(VARIABLE, "")
    if named.lower() == "off":
        return None
    if named:
        return Path(named).expanduser()
    return user_cache_folder() / "cache.sqlite"


class Cache(CacheFile):
    """Kept answers and series; every method may be called from any thread."""

    def find_job(self, identity: str, region: str, name: str) -> JobKey | None:
        """Return the tuning job that an identity once found by a name, in any case."""

        def find(db: sqlite3.Connection) -> JobKey | None:
            row = db.execute(
                "SELECT account, region, job FROM lookups WHERE identity=? AND region=? AND name=?",
                (identity, region, name.lower()),
            ).fetchone()
            return JobKey(*row) if row else None

        return self.run(find, None)

    def keep_job(self, identity: str, name: str, key: JobKey) -> None:
        """Remember which tuning job an identity found by a name."""
        self.write(
            "INSERT OR REPLACE INTO lookups VALUES (?, ?, ?, ?, ?)",
            [(identity, key.region, name.lower(), key.account, key.job)],
        )

    def find_answer(self, key: JobKey, operation: str) -> KeptAnswer | None:
        """Return the last answer to an operation about a tuning job."""

        def find(db: sqlite3.Connection) -> KeptAnswer | None:
            row = db.execute(
                f"SELECT body, asked_at, final FROM answers {_OF_JOB} AND operation = ? "
                "AND asked_at <> ''",  # those of a migrated file are of unknown age
                (*key, operation),
            ).fetchone()
            if row is None:
                return None
            return KeptAnswer(read_json(row[0]), read_time(row[1]), bool(row[2]))

        return self.run(find, None)

    def keep_answer(self, key: JobKey, operation: str, answer: KeptAnswer) -> None:
        """Keep an answer unless a later one, or a final one, is there, or it is too large."""
        asked_at = answer.asked_at.astimezone(timezone.utc).isoformat(timespec="microseconds")
        try:
            body = check_json(dumps(answer.body))
        except ValueError:
            return  # it would be taken for damage

        def keep(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "body = excluded.body, asked_at = excluded.asked_at, final = excluded.final "
                "WHERE excluded.final > final "
                "OR excluded.final = final AND excluded.asked_at >= asked_at",
                (*key, operation, body, asked_at, answer.final),
            )
            if operation == LIST:  # then it can be read as a snapshot
                db.execute(
                    "INSERT INTO tuning_jobs (account, region, job, requested, fetched_at) "
                    "VALUES (?, ?, ?, 1, ?) "
                    "ON CONFLICT DO UPDATE SET fetched_at = excluded.fetched_at",
                    (*key, asked_at),
                )

        self.transact(keep)

    def find_series(self, key: JobKey, asked: int | None) -> list[KeptSeries]:
        """Return the series of a tuning job that were asked for with that period."""

        def find(db: sqlite3.Connection) -> list[KeptSeries]:
            rows = db.execute(
                f"SELECT finest, {SERIES_COLUMNS} FROM series {_OF_JOB} AND asked = ? "
                "AND finest > 0",
                (*key, asked or 0),
            )
            return [KeptSeries(read_series(*row), finest) for finest, *row in rows]

        return self.run(find, [])

    def keep_series(self, asked: int | None, kept: Iterable[tuple[JobKey, RawSeries, int]]) -> None:
        """Keep series, with or without points; the number is the finest period there still was."""
        self.write(
            f"INSERT OR REPLACE INTO series (account, region, job, {SERIES_COLUMNS}, asked, finest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*key, *series_row(series), asked or 0, finest) for key, series, finest in kept],
        )

    def forget_job(self, key: JobKey) -> None:
        """Drop all that is kept about a tuning job."""

        def forget(db: sqlite3.Connection) -> None:
            for table in _TABLES:
                db.execute(f"DELETE FROM {table} {_OF_JOB}", key)

        self.transact(forget)

    def forget_everything(self) -> None:
        """Drop all that is kept, and give the space back."""

        def forget(db: sqlite3.Connection) -> None:
            for table in _TABLES:
                db.execute(f"DELETE FROM {table}")

        self.transact(forget)
        self.run(lambda db: db.execute("VACUUM"), None)
        self.run(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), None)


@contextmanager
def open_cache(cache: bool | str | os.PathLike[str] = True) -> Iterator[Cache | None]:
    """Open the cache that a ``cache`` option means, and close it at the end.

    Parameters
    ----------
    cache : bool or path-like
        As in `cache_path`.

    Yields
    ------
    Cache or None

    Raises
    ------
    StoreError
        If the path is a folder or a database of another program.
    """
    path = cache_path(cache)
    if path is None:
        yield None
        return
    with closing(Cache(path)) as opened:
        yield opened


def read_cache_info(path: Path) -> CacheInfo:
    """Tell what a cache holds.

    Parameters
    ----------
    path : pathlib.Path
        Of a cache, or of one to be.

    Returns
    -------
    CacheInfo

    Raises
    ------
    StoreError
        If it isn't an amtviz store, is damaged, or is newer than this code.
    """
    if not path.exists() or not path.stat().st_size:
        return CacheInfo(path, 0, 0, 0, None, None)
    check_is_store(path)
    size = sum(f.stat().st_size for f in (path, path.with_name(f"{path.name}-wal")) if f.exists())
    try:
        with closing(open_store(path, BUSY_SECONDS)) as db:
            jobs, oldest, newest = db.execute(
                "SELECT count(DISTINCT account || '/' || region || '/' || job), min(asked_at), "
                "max(asked_at) FROM answers WHERE asked_at <> ''"
            ).fetchone()
            (series,) = db.execute("SELECT count(*) FROM series WHERE timestamps <> x''").fetchone()
        first, last = (read_time(at) if at else None for at in (oldest, newest))
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise StoreError(f"Can't read the cache {str(path)!r}: {error}.") from error
    return CacheInfo(path, size, jobs, series, first, last)


def clear_cache(path: Path) -> None:
    """Forget everything that a cache holds, and what was set aside.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    StoreError
        If it isn't an amtviz store, or can't be written.
    """
    if path.exists():
        with closing(Cache(path)) as cache:
            # row by row: other processes may have the file open
            cache.forget_everything()
            if not cache.usable:
                raise StoreError(" ".join(cache.notices))
    for ending in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}.damaged{ending}").unlink(missing_ok=True)
