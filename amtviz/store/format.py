"""The format of a store: its tables and their migration, and how answers and series are written."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from amtviz.errors import StoreError
from amtviz.installation import pip_install
from amtviz.model import RawSeries

APPLICATION_ID = 0x616D7476  # "amtv": says whose file it is, also to file(1)
SCHEMA_VERSION = 2

DESCRIBE = "DescribeHyperParameterTuningJob"
LIST = "ListTrainingJobsForHyperParameterTuningJob"
SEARCH = "Search"

# Format 2 is format 1 and the step below, so that a new file and a migrated one are the same.
_FORMAT_1 = """
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
# A final answer never changes. A series that was asked for and has no points is kept as well;
# "asked" is the period that was asked for, 0 if it was chosen, "finest" what there still was then.
_FORMAT_2 = """
ALTER TABLE answers ADD COLUMN asked_at TEXT NOT NULL DEFAULT '';
ALTER TABLE answers ADD COLUMN final INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series RENAME TO series_1;
CREATE TABLE series (
    account TEXT NOT NULL, region TEXT NOT NULL, job TEXT NOT NULL,
    training_job TEXT NOT NULL, host TEXT NOT NULL, metric TEXT NOT NULL,
    period INTEGER NOT NULL,
    timestamps BLOB NOT NULL, "values" BLOB NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0, finest INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, region, job, asked, training_job, host, metric)
);
INSERT INTO series SELECT *, 0, 0 FROM series_1 ORDER BY rowid;
DROP TABLE series_1;
CREATE TABLE lookups (
    identity TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
    account TEXT NOT NULL, job TEXT NOT NULL,
    PRIMARY KEY (identity, region, name)
);
"""
_FORMATS = (_FORMAT_1, _FORMAT_2)

SERIES_COLUMNS = 'training_job, host, metric, period, timestamps, "values"'


def migrate(db: sqlite3.Connection) -> None:
    """Bring an empty database or one of an older format to this code's, in one step.

    Parameters
    ----------
    db : sqlite3.Connection
        In no transaction.
    """
    migrate_to(db, SCHEMA_VERSION)


def migrate_to(db: sqlite3.Connection, version: int) -> None:
    """Do the same to any version, which older files have."""
    if read_version(db) >= version:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        # read again with the lock held: another process may have done it
        for step in _FORMATS[read_version(db) : version]:
            for statement in step.split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={version}")
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def read_version(db: sqlite3.Connection) -> int:
    """Return the number of a database's format; 0 for an empty one."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


class Header(NamedTuple):
    """Whose database a file is, and of which format."""

    application_id: int
    version: int


def read_header(path: Path) -> Header | None:
    """Read what stands at the beginning of a file; None if it is no SQLite database."""
    with open(path, "rb") as file:
        header = file.read(100)
    if header[:15] != b"SQLite format 3":
        return None
    return Header(int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big"))


def check_is_store(path: Path) -> None:
    """Raise a StoreError unless the file is a store that this code can read."""
    header = read_header(path)
    if header is None or header.application_id != APPLICATION_ID:
        raise StoreError(
            f"{str(path)!r} is not an amtviz store. Pass a file that TuningData.save wrote."
        )
    version = header.version
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{str(path)!r} was written by a newer amtviz (its format is {version}, this one reads "
            f"up to {SCHEMA_VERSION}). Upgrade amtviz: {pip_install(upgrade=True)}"
        )


def series_row(series: RawSeries) -> tuple[Any, ...]:
    """Return a series as the values of `SERIES_COLUMNS`."""
    return (
        series.training_job,
        series.host,
        series.metric,
        series.period,
        series.timestamps.astype("<i8").tobytes(),
        series.values.astype("<f8").tobytes(),
    )


def read_series(
    training_job: str, host: str, metric: str, period: int, timestamps: bytes, values: bytes
) -> RawSeries:
    """Return the series of the values of `SERIES_COLUMNS`."""
    times, numbers = np.frombuffer(timestamps, "<i8"), np.frombuffer(values, "<f8")
    if len(times) != len(numbers):
        raise ValueError("a metric has other times than values")
    return RawSeries(training_job, host, metric, period, times, numbers)


def dumps(body: Any) -> str:
    """Return an answer as JSON, its times as ISO 8601 text."""
    return json.dumps(body, default=_encode, separators=(",", ":"))


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} can't be stored")
