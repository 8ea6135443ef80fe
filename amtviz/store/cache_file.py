"""A file that every process of a user may write to at the same time, and that may break.

Whatever goes wrong with it, the caller goes on without it, and a notice says so.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from amtviz.errors import StoreError
from amtviz.store.format import APPLICATION_ID, SCHEMA_VERSION, read_header
from amtviz.store.guard import open_store
from amtviz.wording.signs import show_signs

VARIABLE = "AMTVIZ_CACHE"
# a notice stands in pages that others read, and a path names who wrote them
_WHERE = "'amtviz cache info' tells where it is."
BUSY_SECONDS = 10.0  # how long another process may hold the file

_T = TypeVar("_T")
_DAMAGED = (sqlite3.DatabaseError, ValueError, KeyError, TypeError)


class CacheFile:
    """A store, open for reading and writing from any thread.

    Parameters
    ----------
    path : pathlib.Path
        Made anew if it doesn't exist.

    Attributes
    ----------
    notices : list of str
        What went wrong with the file; it is empty and keeps nothing from then on, unless it was
        damaged: then it is set aside, and a new one is begun.

    Raises
    ------
    StoreError
        If the path is a folder or a database of another program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: list[str] = []
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._given_up = False
        if path.is_dir():
            raise StoreError(f"{str(path)!r} is a folder. Pass the path of a file in it.")
        self.run(lambda db: None, None)

    def close(self) -> None:
        """Close the file; another call opens it again."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    @property
    def usable(self) -> bool:
        """Whether the file can still be read and written."""
        return not self._given_up

    def write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """Run a statement for each row, in one step."""
        if rows:
            self.transact(lambda db: db.executemany(statement, rows))

    def transact(self, function: Callable[[sqlite3.Connection], Any]) -> None:
        """Call a function that writes: all that it writes is kept, or nothing."""

        def within(db: sqlite3.Connection) -> None:
            db.execute("BEGIN IMMEDIATE")  # waits here for another process, not halfway
            try:
                function(db)
                db.execute("COMMIT")
            except BaseException:
                db.rollback()
                raise

        self.run(within, None)

    def run(self, function: Callable[[sqlite3.Connection], _T], otherwise: _T) -> _T:
        """Call a function on the open file; whatever goes wrong with it becomes a notice."""
        with self._lock:
            if self._given_up:
                return otherwise
            try:
                try:
                    return function(self._open())
                except _DAMAGED as error:
                    # other such errors say that it is locked, full or read-only
                    if isinstance(error, sqlite3.OperationalError) and "no such" not in str(error):
                        raise
                    self._set_aside(error)
                    return function(self._open())
            except (OSError, *_DAMAGED) as error:
                self._give_up(str(getattr(error, "strerror", None) or error))
                return otherwise

    def _open(self) -> sqlite3.Connection:
        if self._db is not None:
            return self._db
        self.path.absolute().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # created by hand, for SQLite would let others read it; what it adds beside gets this mode
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        self._file = _identify(self.path)
        if self.path.stat().st_size:
            header = read_header(self.path)
            if header is None:
                raise sqlite3.DatabaseError("it is no database")
            if header.application_id != APPLICATION_ID:
                raise StoreError(
                    f"{str(self.path)!r} is a database of another program. Pass another path for "
                    "the cache."
                )
            if header.version > SCHEMA_VERSION:
                raise OSError("a newer amtviz made it")
        db = open_store(self.path, BUSY_SECONDS)
        try:
            with suppress(sqlite3.OperationalError):  # another process is just doing it
                db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
        except BaseException:
            db.close()
            raise
        self._db = db
        return db

    def _set_aside(self, error: Exception) -> None:
        self.close()
        if _identify(self.path) != self._file:
            return  # another process has set it aside, and this is the new one
        aside = self.path.with_name(f"{self.path.name}.damaged")
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.replace(f"{self.path}{ending}", f"{aside}{ending}")
        self.notices.append(
            f"The cache is damaged ({show_signs(str(error)[:200])}): it was set aside, and a new "
            f"one was begun. {_WHERE}"
        )

    def _give_up(self, reason: str) -> None:
        self._given_up = True
        self.close()
        self.notices.append(
            f"The cache can't be used ({show_signs(reason[:200])}): nothing more is read from it "
            f"or kept. Pass cache=False, or another path there or in {VARIABLE}. {_WHERE}"
        )


def _identify(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
