"""Reading a database that a stranger may have made: what SQLite may do with it, and for how long.

A database brings its own schema. Views and triggers are programs, pages may point at each other in
circles, and a value may be larger than the memory. Here only known tables are read, no more bytes
than the file has, and in a bounded number of steps.
"""

from __future__ import annotations

import functools
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from amtviz.store.format import SCHEMA_VERSION, migrate, migrate_to, read_version

LARGEST = 256_000_000  # bytes of a value
_LARGEST_SQL = 20_000  # characters of a table's definition
_MOST_STEPS = 50_000_000  # of SQLite's machine: far more than the largest store takes
_STEPS = 100_000  # between two looks at that
_MOST_VALUES = 20_000_000  # of a document
_MOST_GROUPS = 600_000  # its objects and lists: 60 for each of 10,000 trials

_READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION)
_PRAGMAS = {"user_version", "table_xinfo"}


class GuardedReader:
    """A store that is open for reading only, whoever made it.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    sqlite3.DatabaseError
        If it holds anything but the tables of its format; from any method, if it is damaged.
    """

    def __init__(self, path: Path) -> None:
        # immutable: a store in a read-only place (an installed package) must open too
        beside = path.with_name(f"{path.name}-wal")
        mode = "mode=ro" if beside.exists() else "immutable=1"
        self._left = path.stat().st_size + (beside.stat().st_size if beside.exists() else 0)
        self._steps = 0
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)
        try:
            harden(self._db)
            self._db.set_progress_handler(self._count, _STEPS)
            self._db.set_authorizer(_authorize)
            self.version = read_version(self._db)
            check_schema(self._db)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def select(
        self,
        query: str,
        parameters: Sequence[object] = (),
        *,
        kinds: Sequence[type],
        most: int = 2_000_000,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield rows whose values are of these kinds.

        Raises
        ------
        ValueError
            If one isn't, if there are more rows than that, or if they hold more than the file
            does, as those of a page that is read again and again.
        """
        for number, row in enumerate(self._db.execute(query, tuple(parameters))):
            if number >= most:
                raise ValueError(f"it has more than {most:,} rows in a table")
            for value, kind in zip(row, kinds, strict=True):
                if type(value) is not kind:
                    raise ValueError(f"a value is {type(value).__name__}, not {kind.__name__}")
                self._left -= len(value) if isinstance(value, str | bytes) else 1
            if self._left < 0:
                raise ValueError("it says the same again and again")
            yield row

    def _count(self) -> int:
        self._steps += _STEPS
        return int(self._steps > _MOST_STEPS)  # other than 0 interrupts


def harden(db: sqlite3.Connection) -> None:
    """Let a database's schema run no code, as far as this Python and SQLite know how to."""
    db.execute("PRAGMA trusted_schema=OFF")
    db.execute("PRAGMA cell_size_check=ON")
    if sys.version_info >= (3, 11):
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
        db.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LARGEST_SQL)
        db.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1)
    if sys.version_info >= (3, 12):
        db.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        db.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        db.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False)


def open_store(path: Path, wait: float) -> sqlite3.Connection:
    """Open a store for reading and writing, and bring it to this code's format.

    Parameters
    ----------
    path : pathlib.Path
    wait : float
        Seconds, for other processes that hold it.

    Returns
    -------
    sqlite3.Connection
        For any thread, and without transactions of its own.

    Raises
    ------
    sqlite3.DatabaseError
        If it holds anything but the tables of its format, or is damaged.
    """
    db = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
    try:
        harden(db)
        db.execute("BEGIN")  # another process may be migrating it
        check_schema(db)
        db.execute("COMMIT")
        migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def check_schema(db: sqlite3.Connection) -> None:
    """Raise a DatabaseError if a database holds anything but the tables of its format."""
    known = _known_tables(min(read_version(db), SCHEMA_VERSION))
    found = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 100")
    for kind, name, table, sql in found.fetchall():
        if kind == "index" and sql is None and table in known:
            continue  # of a primary key
        if kind != "table" or name not in known or not str(sql).startswith("CREATE TABLE"):
            raise sqlite3.DatabaseError(f"it has a {kind} {str(name)[:60]!r}, which amtviz has not")
        if _columns(db, name) != known[name]:
            raise sqlite3.DatabaseError(f"its table {name!r} has other columns")


def read_json(text: str) -> Any:
    """Read JSON that isn't too large or too deep to be what AWS answers.

    Raises
    ------
    ValueError
        If it is, or isn't JSON.
    """
    _check_values(text)
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("its values are nested too deep") from None


def read_time(text: str) -> datetime:
    """Return a time with its zone; raise a ValueError if it has none."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"the time {text!r} has no zone")
    return at


def check_json(text: str) -> str:
    """Return JSON that `read_json` will read again; raise a ValueError if it won't."""
    if len(text) > LARGEST:
        raise ValueError(f"one answer has {len(text):,} characters, and {LARGEST:,} can be read")
    _check_values(text)
    return text


def _check_values(text: str) -> None:
    if text.count(",") > _MOST_VALUES or text.count("{") + text.count("[") > _MOST_GROUPS:
        raise ValueError("it holds more values than trials have")


def expect(value: Any, kind: type, what: str) -> Any:
    """Return a value that is of a kind; raise a ValueError if it isn't."""
    if not isinstance(value, kind):
        raise ValueError(f"{what} is {type(value).__name__}, not {kind.__name__}")
    return value


def expect_objects(values: Any, what: str) -> tuple[Mapping[str, Any], ...]:
    """Return a list of JSON's objects; raise a ValueError if it isn't one."""
    entries: Iterable[Any] = expect(values, list, what)
    return tuple(expect(entry, dict, f"one of {what}") for entry in entries)


@functools.cache
def _known_tables(version: int) -> dict[str, list[tuple[str, int]]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate_to(db, version)
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE sql > ''")]
        return {name: _columns(db, name) for name in names}


def _columns(db: sqlite3.Connection, table: str) -> list[tuple[str, int]]:
    """Return each column's name, and whether it is computed or hidden."""
    rows = db.execute(f"PRAGMA table_xinfo({table})").fetchmany(100)
    return [(name, hidden) for _, name, _, _, _, _, hidden in rows]


def _authorize(
    action: int, first: str | None, second: str | None, database: str | None, via: str | None
) -> int:
    """Allow reading tables, but not through a view or a trigger, and no function."""
    is_plain = action in _READING or (action == sqlite3.SQLITE_READ and via is None)
    is_asked = action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS
    return sqlite3.SQLITE_OK if is_plain or is_asked else sqlite3.SQLITE_DENY
