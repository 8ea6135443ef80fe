"""One SQLite file of raw answers: the snapshot a person keeps, and the bundled demo.

Raw answers are kept rather than tables, so that a newer amtviz can read more out of an old file.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from amtviz.errors import StoreError
from amtviz.files import replacing
from amtviz.model import RawSeries, RawTuningData, RawTuningJob

APPLICATION_ID = 0x616D7476  # "amtv": says whose file it is, also to file(1)
SCHEMA_VERSION = 1

_DESCRIBE = "DescribeHyperParameterTuningJob"
_LIST = "ListTrainingJobsForHyperParameterTuningJob"
_SEARCH = "Search"

_SCHEMA = """
CREATE TABLE tuning_jobs (
    position INTEGER PRIMARY KEY,
    account TEXT NOT NULL, region TEXT NOT NULL, job TEXT NOT NULL,
    requested INTEGER NOT NULL,
    fetched_at TEXT NOT NULL,
    UNIQUE (account, region, job)
);
CREATE TABLE answers (
    account TEXT NOT NULL, region TEXT NOT NULL, job TEXT NOT NULL, operation TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (account, region, job, operation)
);
CREATE TABLE series (
    account TEXT NOT NULL, region TEXT NOT NULL, job TEXT NOT NULL,
    training_job TEXT NOT NULL, host TEXT NOT NULL, metric TEXT NOT NULL,
    period INTEGER NOT NULL,
    timestamps BLOB NOT NULL, "values" BLOB NOT NULL,
    PRIMARY KEY (account, region, job, training_job, host, metric)
);
CREATE TABLE notices (position INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE documents (name TEXT PRIMARY KEY, body TEXT NOT NULL);
"""


def save_raw(path: str | os.PathLike[str], raw: RawTuningData) -> None:
    """Write raw answers to a new store, in place of the store that may be there.

    Parameters
    ----------
    path : path-like
    raw : RawTuningData

    Raises
    ------
    StoreError
        If the path holds another kind of file, or can't be written.
    """
    with _replacing(path) as db:
        for position, job in enumerate(raw.jobs):
            _insert_job(db, position, job, requested=position < raw.requested)
        db.executemany("INSERT INTO notices VALUES (?, ?)", enumerate(raw.notices))


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
        db.execute("INSERT INTO documents VALUES (?, ?)", (name, _dumps(body)))


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
        If there is no such file, or it isn't a store, is damaged, or is newer than this code.
    """
    path = Path(path)
    if not path.is_file():
        raise StoreError(f"There is no file {str(path)!r}. Check the path.")
    check_is_store(path)
    try:
        # immutable: a store in a read-only place (an installed package) must open too
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as db:
            return _read_raw(db), {
                name: json.loads(body) for name, body in db.execute("SELECT * FROM documents")
            }
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{str(path)!r} is damaged ({error}). Fetch the tuning jobs again and save them anew."
        ) from error


def check_is_store(path: Path) -> None:
    """Raise a StoreError unless the file is a store that this code can read."""
    with open(path, "rb") as file:
        header = file.read(100)
    # bytes 60-63 and 68-71 of an SQLite header: the user version and the application id
    if header[:15] != b"SQLite format 3" or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise StoreError(
            f"{str(path)!r} is not an amtviz store. Pass a file that TuningData.save wrote."
        )
    version = int.from_bytes(header[60:64], "big")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{str(path)!r} was written by a newer amtviz (its format is {version}, this one reads "
            f"up to {SCHEMA_VERSION}). Upgrade amtviz: pip install -U amtviz"
        )


@contextmanager
def _replacing(path: str | os.PathLike[str]) -> Iterator[sqlite3.Connection]:
    """Open a new store that takes its place in one step, so a crash leaves the old one whole."""
    path = Path(path)
    if path.is_dir():
        raise StoreError(f"{str(path)!r} is a folder. Pass the path of a file in it.")
    if path.exists():
        check_is_store(path)
    try:
        with replacing(path) as beside, closing(sqlite3.connect(beside)) as db:
            db.executescript(
                f"PRAGMA application_id={APPLICATION_ID};PRAGMA user_version={SCHEMA_VERSION};"
                + _SCHEMA
            )
            with db:
                yield db
    except (OSError, sqlite3.OperationalError) as error:  # no permission, or the disk is full
        why = getattr(error, "strerror", None) or error
        raise StoreError(f"Can't write {str(path)!r}: {why}.") from error


def _insert_job(
    db: sqlite3.Connection, position: int, job: RawTuningJob, *, requested: bool
) -> None:
    key = (job.account, job.region, job.name)
    db.execute(
        "INSERT INTO tuning_jobs VALUES (?, ?, ?, ?, ?, ?)",
        (position, *key, requested, job.fetched_at.isoformat()),
    )
    answers = {
        _DESCRIBE: job.description,
        _LIST: {"TrainingJobSummaries": job.summaries},
        _SEARCH: {"Results": [{"TrainingJob": record} for record in job.records]},
    }
    db.executemany(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
        [(*key, operation, _dumps(body)) for operation, body in answers.items()],
    )
    db.executemany(
        "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *key,
                s.training_job,
                s.host,
                s.metric,
                s.period,
                s.timestamps.astype("<i8").tobytes(),
                s.values.astype("<f8").tobytes(),
            )
            for s in job.series
        ],
    )


def _read_raw(db: sqlite3.Connection) -> RawTuningData:
    jobs = []
    requested = 0
    rows = db.execute(
        "SELECT account, region, job, requested, fetched_at FROM tuning_jobs ORDER BY position"
    ).fetchall()
    for account, region, name, was_requested, fetched_at in rows:
        key = (account, region, name)
        answers = {
            operation: json.loads(body)
            for operation, body in db.execute(
                "SELECT operation, body FROM answers WHERE account=? AND region=? AND job=?", key
            )
        }
        series = tuple(
            RawSeries(
                training_job,
                host,
                metric,
                period,
                np.frombuffer(timestamps, "<i8"),
                np.frombuffer(values, "<f8"),
            )
            for training_job, host, metric, period, timestamps, values in db.execute(
                'SELECT training_job, host, metric, period, timestamps, "values" FROM series '
                "WHERE account=? AND region=? AND job=? ORDER BY rowid",
                key,
            )
        )
        requested += was_requested
        jobs.append(
            RawTuningJob(
                name,
                account,
                region,
                answers[_DESCRIBE],
                tuple(answers[_LIST]["TrainingJobSummaries"]),
                tuple(result["TrainingJob"] for result in answers[_SEARCH]["Results"]),
                series,
                datetime.fromisoformat(fetched_at),
            )
        )
    notices = tuple(text for (text,) in db.execute("SELECT text FROM notices ORDER BY position"))
    return RawTuningData(tuple(jobs), requested, notices)


def _dumps(body: Any) -> str:
    return json.dumps(body, default=_encode, separators=(",", ":"))


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} can't be stored")
