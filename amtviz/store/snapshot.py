"""One SQLite file of raw answers: the snapshot a person keeps, the bundled demo, and the cache.

Raw answers are kept rather than tables, so that a newer amtviz can read more out of an old file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from amtviz.errors import FileError, StoreError
from amtviz.files import replacing
from amtviz.model import RawTuningData, RawTuningJob
from amtviz.store.format import (
    DESCRIBE,
    LIST,
    SEARCH,
    SERIES_COLUMNS,
    check_is_store,
    dumps,
    migrate,
    read_series,
    series_row,
)
from amtviz.store.guard import (
    GuardedReader,
    check_json,
    expect,
    expect_objects,
    read_json,
    read_time,
)
from amtviz.wording.signs import show_signs

_MOST_JOBS = 10_000  # more than a cache gathers in years
_MOST_NOTICES = 10_000


def save_raw(
    path: str | os.PathLike[str],
    raw: RawTuningData,
    documents: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Write raw answers to a new store, in place of the store that may be there.

    Parameters
    ----------
    path : path-like
    raw : RawTuningData
    documents : mapping of str to mapping, optional
        What isn't AWS's and stands beside them, by name; empty ones are left out.

    Raises
    ------
    StoreError
        If the path holds another kind of file, or can't be written.
    """
    with _replacing(path) as db:
        for position, job in enumerate(raw.jobs):
            _insert_job(db, position, job, requested=position < raw.requested)
        db.executemany("INSERT INTO notices VALUES (?, ?)", enumerate(raw.notices))
        rows = [(name, check_json(dumps(body))) for name, body in (documents or {}).items() if body]
        db.executemany("INSERT INTO documents VALUES (?, ?)", rows)


def save_document(path: str | os.PathLike[str], name: str, body: Mapping[str, Any]) -> None:
    """Write one JSON document to a new store: data that didn't come from AWS.

    Parameters
    ----------
    path : path-like
    name : str
    body : mapping
        Anything that JSON can hold.

    Raises
    ------
    StoreError
        If the path holds another kind of file, or can't be written.
    """
    with _replacing(path) as db:
        db.execute("INSERT INTO documents VALUES (?, ?)", (name, check_json(dumps(body))))


def load(path: str | os.PathLike[str]) -> tuple[RawTuningData, dict[str, Any]]:
    """Read a store.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    raw : RawTuningData
        Without jobs if the store holds documents only. Times in it are ISO 8601 strings.
    documents : dict
        By name.

    Raises
    ------
    StoreError
        If there is no such file, or it isn't a store, is damaged, holds what no store does, or is
        newer than this code.
    """
    path = Path(path)
    if not path.is_file():
        raise StoreError(f"There is no file {str(path)!r}. Check the path.")
    check_is_store(path)
    try:
        with closing(GuardedReader(path)) as store:
            return _read_raw(store), {
                name: expect(read_json(body), dict, f"document {name[:60]!r}")
                for name, body in store.select("SELECT * FROM documents", kinds=(str, str))
            }
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError, OverflowError) as error:
        reason = show_signs(str(error)[:200])
        raise StoreError(
            f"{str(path)!r} is damaged ({reason}). Fetch the tuning jobs again and save them anew."
        ) from error


@contextmanager
def _replacing(path: str | os.PathLike[str]) -> Iterator[sqlite3.Connection]:
    """Open a new store that takes its place in one step, so a crash leaves the old one whole."""
    path = Path(path)
    if path.is_dir():
        raise StoreError(f"{str(path)!r} is a folder. Pass the path of a file in it.")
    if path.exists():
        check_is_store(path)
    try:
        with replacing(path, private=True) as beside, closing(sqlite3.connect(beside)) as db:
            migrate(db)
            with db:
                yield db
    # no permission, the disk is full, or it is too large to be read again
    except (OSError, ValueError, sqlite3.OperationalError) as error:
        named = isinstance(error, FileError)
        raise StoreError(str(error) if named else f"Can't write {str(path)!r}: {error}.") from error


def _insert_job(
    db: sqlite3.Connection, position: int, job: RawTuningJob, *, requested: bool
) -> None:
    key = (job.account, job.region, job.name)
    fetched_at = job.fetched_at.isoformat()
    db.execute(
        "INSERT INTO tuning_jobs VALUES (?, ?, ?, ?, ?, ?)", (position, *key, requested, fetched_at)
    )
    answers = {
        DESCRIBE: job.description,
        LIST: {"TrainingJobSummaries": job.summaries},
        SEARCH: {"Results": [{"TrainingJob": record} for record in job.records]},
    }
    db.executemany(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, 0)",
        [
            (*key, operation, check_json(dumps(body)), fetched_at)
            for operation, body in answers.items()
        ],
    )
    db.executemany(
        f"INSERT INTO series (account, region, job, {SERIES_COLUMNS}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*key, *series_row(series)) for series in job.series],
    )


def _read_raw(store: GuardedReader) -> RawTuningData:
    jobs = []
    requested = 0
    rows = store.select(
        "SELECT account, region, job, requested, fetched_at FROM tuning_jobs ORDER BY position",
        kinds=(str, str, str, int, str),
        most=_MOST_JOBS,
    )
    for account, region, name, was_requested, fetched_at in rows:
        jobs.append(_read_job(store, (account, region, name), fetched_at))
        requested += was_requested
    notices = store.select(
        "SELECT text FROM notices ORDER BY position", kinds=(str,), most=_MOST_NOTICES
    )
    return RawTuningData(tuple(jobs), requested, tuple(text for (text,) in notices))


def _read_job(store: GuardedReader, key: tuple[str, str, str], fetched_at: str) -> RawTuningJob:
    account, region, name = key
    # a cache also knows of series without points, and of those with another period
    usual = " AND asked = 0 AND timestamps <> x''" if store.version > 1 else ""
    of_job = "WHERE account=? AND region=? AND job=?"
    answers = {
        operation: expect(read_json(body), dict, operation)
        for operation, body in store.select(
            f"SELECT operation, body FROM answers {of_job}", key, kinds=(str, str)
        )
    }
    series = store.select(
        f"SELECT {SERIES_COLUMNS} FROM series {of_job}{usual} ORDER BY rowid",
        key,
        kinds=(str, str, str, int, bytes, bytes),
    )
    found = expect_objects(answers.get(SEARCH, {}).get("Results", []), "Results")
    at = read_time(fetched_at)
    return RawTuningJob(
        name,
        account,
        region,
        answers[DESCRIBE],
        expect_objects(answers[LIST]["TrainingJobSummaries"], "TrainingJobSummaries"),
        tuple(expect(result["TrainingJob"], dict, "TrainingJob") for result in found),
        tuple(read_series(*row) for row in series),
        at,
    )
