"""Snapshots as a stranger might make them: each a change to a file that amtviz wrote."""

from __future__ import annotations

import functools
import itertools
import json
import os
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from amtviz import TuningData
from amtviz.store import snapshot
from amtviz.store.format import DESCRIBE, LIST, SEARCH
from tests.tidy.raw_answers import describe, raw_data, raw_job, record, series_of, summarize

Craft = Callable[[Path], object]

TABLES = ("tuning_jobs", "answers", "series", "notices", "documents", "lookups")
# columns of each, by the kind that amtviz writes
TEXTS = {
    "tuning_jobs": ("account", "region", "job", "fetched_at"),
    "answers": ("account", "region", "job", "operation", "body"),
    "series": ("account", "region", "job", "training_job", "host", "metric"),
    "notices": ("text",),
}
NUMBERS = {"tuning_jobs": ("requested",), "series": ("period",)}
BLOBS = {"series": ("timestamps", '"values"')}

_ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
_VIEWS = {
    "plain": "SELECT 1",
    "endless": f"{_ENDLESS} x, x, x, x, x, x FROM n",
    "large": f"{_ENDLESS} zeroblob(900000000), x, x, x, x, x FROM n",
    "printed": "SELECT printf('%.*c', 900000000, 'x')",
    "itself": "SELECT * FROM {table}",
    "loading": "SELECT load_extension('x')",
    "joined": "SELECT a.*, b.* FROM notices a, notices b, notices c, notices d",
}
_STATEMENTS = {
    "a view more": "CREATE VIEW more AS SELECT 1",
    "a table more": "CREATE TABLE more (x)",
    "an index more": "CREATE INDEX more ON notices (text)",
    "an index of an expression": "CREATE INDEX more ON notices (upper(text))",
    "an insert trigger": "CREATE TRIGGER t AFTER INSERT ON notices BEGIN DELETE FROM notices; END",
    "a delete trigger": "CREATE TRIGGER t BEFORE DELETE ON answers BEGIN SELECT 1; END",
    "an update trigger": "CREATE TRIGGER t BEFORE UPDATE ON series BEGIN SELECT 1; END",
    "a column more": "ALTER TABLE notices ADD COLUMN more TEXT",
    "a computed column more": "ALTER TABLE notices ADD COLUMN more GENERATED ALWAYS AS (1)",
    "a column less": "ALTER TABLE series DROP COLUMN finest",
    "another column": "ALTER TABLE notices RENAME COLUMN text TO words",
    "full text search": "CREATE VIRTUAL TABLE more USING fts4(x)",
    "newer full text search": "CREATE VIRTUAL TABLE more USING fts5(x)",
    "boxes": "CREATE VIRTUAL TABLE more USING rtree(a, b, c)",
    "statistics": "ANALYZE",
}
_REMADE = {
    "a computed text": "CREATE TABLE notices (position INTEGER PRIMARY KEY, text AS (zeroblob(9)))",
    "a stored text": (
        "CREATE TABLE notices (position INTEGER PRIMARY KEY, text AS (hex(zeroblob(9))) STORED)"
    ),
    "a long definition": f"CREATE TABLE notices (position, text /* {'x' * 50_000} */)",
    "many columns": f"CREATE TABLE notices ({', '.join(f'c{n}' for n in range(1_900))})",
    "a virtual table": "CREATE VIRTUAL TABLE notices USING fts4(position, text)",
    "an order of its own": "CREATE TABLE notices (position INTEGER, text TEXT COLLATE strange)",
    "no table": "SELECT 1",
}
_JSON = {
    "empty": "",
    "half": '{"a": ',
    "null": "null",
    "a number": "5",
    "a text": '"x"',
    "a list": "[]",
    "a list of lists": "[[], []]",
    "an empty object": "{}",
    "deep lists": "[" * 100_000 + "]" * 100_000,
    "deep objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "a long number": '{"a": ' + "9" * 100_000 + "}",
    "no number": '{"a": NaN}',
    "two values": "{} {}",
    "a mark": "\ufeff{}",
    "many lists": "[" + "[],".join([""] * 700_000) + "[]]",
    "many objects": "[" + "{},".join([""] * 700_000) + "{}]",
    "a NUL": '{"a": "\0"}',
}
ODD = (None, True, -1, 1e308, float("nan"), "x", "2024-13-45", [[]], {"x": {"y": []}}, "\ud800")


def make_raw() -> Any:
    """Return the answers about one small tuning job, of every shape that is read."""
    trials = [f"t-{n}" for n in range(3)]
    return raw_data(
        raw_job(
            [summarize(name, 0.5 + n / 10) for n, name in enumerate(trials)],
            [record(name, [("loss", 0.3)]) for name in trials],
            [series_of(name, "loss", [0, 60], [2.0, 1.0]) for name in trials],
            description=describe(),
        )
    )


def make_data() -> TuningData:
    """Return the trials of a DataFrame, which are kept as a document."""
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0], "x": [0.1, 0.2, 0.3], "c": ["a", "b", "a"]})
    return TuningData.from_frame(frame, objective="y", direction="Maximize")


@functools.cache
def _written(kind: str) -> bytes:
    """Return a snapshot's bytes as amtviz writes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.sqlite")
        if kind == "document":
            make_data().save(path)
        else:
            snapshot.save_raw(path, replace(make_raw(), notices=("one", "two")))
        return path.read_bytes()


def save(path: Path, kind: str = "answers") -> None:
    """Write a snapshot as amtviz does."""
    path.write_bytes(_written(kind))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA journal_mode=MEMORY")
        yield db
        db.commit()


def run(path: Path, *statements: str, parameters: tuple[object, ...] = ()) -> None:
    """Change a snapshot with SQL."""
    with _opened(path) as db:
        for statement in statements:
            db.execute(statement, parameters)


def crafted(step: int = 1) -> Iterator[tuple[str, Craft]]:
    """Yield a name and how to make each file; most are to be refused, all to end in a sentence.

    Of the odd values in each place of an answer, each ``step``-th is tried.
    """
    yield from _of_schemas()
    yield from _of_values()
    yield from _of_bodies()
    yield from itertools.islice(_of_shapes(), 0, None, step)
    yield from _of_documents()
    yield from _of_bytes()


def _changed(*statements: str, parameters: tuple[object, ...] = ()) -> Craft:
    def craft(path: Path) -> None:
        save(path)
        run(path, *statements, parameters=parameters)

    return craft


def _of_schemas() -> Iterator[tuple[str, Craft]]:
    for table in TABLES:
        for what, select in _VIEWS.items():
            view = f"CREATE VIEW {table} AS {select.format(table=table)}"
            yield f"{what} view in place of {table}", _changed(f"DROP TABLE {table}", view)
    for what, statement in _STATEMENTS.items():
        yield what, _changed(statement)
    for what, statement in _REMADE.items():
        yield f"notices with {what}", _remade(statement)


def _remade(statement: str) -> Craft:
    def craft(path: Path) -> None:
        save(path)
        with _opened(path) as db:
            db.create_collation("strange", lambda a, b: 0)
            db.execute("DROP TABLE notices")
            db.execute(statement)

    return craft


def _of_values() -> Iterator[tuple[str, Craft]]:
    wrong = {
        "text": ("5", "x'00'", "2.5", "CAST(x'ff' AS TEXT)"),
        "number": ("'x'", "x'00'", "2.5"),
    }
    wrong["blob"] = ("'x'", "5", "x'00'", "zeroblob(16)")
    for kind, columns in (("text", TEXTS), ("number", NUMBERS), ("blob", BLOBS)):
        for table, names in columns.items():
            for name in names:
                for value in wrong[kind]:
                    yield (
                        f"{table}.{name} = {value}",
                        _changed(f"UPDATE OR IGNORE {table} SET {name} = {value}"),
                    )
    for value in ("soon", "2024-05-01T12:00:00", "2024-05-01", "99999-01-01T00:00:00+00:00", "0"):
        yield f"fetched_at {value}", _changed(f"UPDATE tuning_jobs SET fetched_at = '{value}'")
    for value in ("7fffffffffffffff", "8000000000000000", "ffffffffffffff7f"):
        times = f"x'{value * 2}'"
        yield f"times {value}", _changed(f"UPDATE series SET timestamps = {times}")
    for table in TABLES[:4]:
        yield f"no {table}", _changed(f"DELETE FROM {table}")


def _of_bodies() -> Iterator[tuple[str, Craft]]:
    for operation in (DESCRIBE, LIST, SEARCH):
        for what, body in _JSON.items():
            yield (
                f"{operation} is {what}",
                _changed(
                    f"UPDATE answers SET body = ? WHERE operation = '{operation}'",
                    parameters=(body,),
                ),
            )
    for what, body in _JSON.items():
        yield f"a document is {what}", _document(lambda _, body=body: body)


def _of_shapes() -> Iterator[tuple[str, Craft]]:
    """Put odd values into each place of each answer."""
    for operation in (DESCRIBE, LIST, SEARCH):
        for where in _places(_body_of(operation)):
            for odd in ODD:
                yield f"{operation} {where} = {odd!r:.30}", _answer(operation, where, odd)


def _body_of(operation: str) -> Any:
    (job,) = make_raw().jobs
    bodies: dict[str, Any] = {
        DESCRIBE: job.description,
        LIST: {"TrainingJobSummaries": list(job.summaries[:1])},
        SEARCH: {"Results": [{"TrainingJob": dict(job.records[0])}]},
    }
    return json.loads(json.dumps(bodies[operation], default=str))


def _answer(operation: str, where: tuple[Any, ...], odd: Any) -> Craft:
    def craft(path: Path) -> None:
        body = _put(_body_of(operation), where, odd)
        save(path)
        statement = f"UPDATE answers SET body = ? WHERE operation = '{operation}'"
        run(path, statement, parameters=(json.dumps(body),))

    return craft


def _of_documents() -> Iterator[tuple[str, Craft]]:
    body = _plain_document()
    for where in _places(body):
        for odd in ODD:
            yield (
                f"document {where} = {odd!r:.30}",
                _document(
                    lambda body, where=where, odd=odd: json.dumps(
                        _put(json.loads(body), where, odd)
                    )
                ),
            )
    for dtype in (
        "<U900000000",
        "S900000000",
        "Sparse[int]",
        "period[D]",
        "interval",
        "complex128",
    ):
        yield f"a column is {dtype}", _document(lambda b, d=dtype: b.replace('"Int64"', f'"{d}"'))


def _plain_document() -> Any:
    from amtviz.tidy import to_document

    return to_document(make_data())


def _document(change: Callable[[str], str]) -> Craft:
    def craft(path: Path) -> None:
        save(path, "document")
        with _opened(path) as db:
            ((body,),) = db.execute("SELECT body FROM documents")
            db.execute("UPDATE documents SET body = ?", (change(body),))

    return craft


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to each part of a JSON value; of a list, to its first entry."""
    if above:
        yield above
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _places(each, (*above, key))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*above, 0))


def _put(body: Any, where: tuple[Any, ...], value: Any) -> Any:
    inside = body
    for step in where[:-1]:
        inside = inside[step]
    inside[where[-1]] = value
    return body


def _of_bytes() -> Iterator[tuple[str, Craft]]:
    for count in (0, 15, 99, 100, 4096, 4100, 8192, 12_288, 20_000):
        yield f"the first {count} bytes", _bytes(lambda whole, count=count: whole[:count])
    for seed in range(40):
        yield f"noise {seed}", _bytes(lambda whole, seed=seed: _add_noise(whole, seed))
    for page in range(2, 16):
        yield f"page {page} is page 2", _bytes(lambda whole, page=page: _repeat(whole, page))
    for ending in ("-wal", "-journal", "-shm"):
        yield f"noise in {ending}", _beside(ending)
    yield "a folder", lambda path: path.mkdir()
    yield "no file", lambda path: None
    if hasattr(os, "mkfifo"):
        yield "a pipe", lambda path: os.mkfifo(path)
        yield "a link to nothing", lambda path: path.symlink_to(path.with_name("nothing"))
        yield "a link to itself", lambda path: path.symlink_to(path)
        yield "an endless device", lambda path: path.symlink_to("/dev/zero")


def _bytes(change: Callable[[bytes], bytes]) -> Craft:
    def craft(path: Path) -> None:
        save(path)
        path.write_bytes(change(path.read_bytes()))

    return craft


def _add_noise(whole: bytes, seed: int) -> bytes:
    chance, changed = random.Random(seed), bytearray(whole)
    for _ in range(1 + seed * seed):
        changed[chance.randrange(100, len(changed))] = chance.randrange(256)
    return bytes(changed)


def _repeat(whole: bytes, page: int) -> bytes:
    """Let a page stand twice: what points at one then points at the other's children."""
    at, size = (page - 1) * 4096, 4096
    return whole[:at] + whole[4096:8192] + whole[at + size :] if at < len(whole) else whole[:8192]


def _beside(ending: str) -> Craft:
    def craft(path: Path) -> None:
        save(path)
        path.with_name(f"{path.name}{ending}").write_bytes(os.urandom(5_000))

    return craft


def heavy() -> Iterator[tuple[str, Craft]]:
    """Yield the files that would take all memory or time, large ones among them."""
    for name, craft in crafted():
        if any(word in name for word in ("endless", "large", "printed", "joined", "many", "deep")):
            yield name, craft
    if sys.version_info >= (3, 11):  # before, Python can't tell SQLite how large is too large
        large = "CAST(zeroblob(300000000) AS TEXT)"
        yield "300 MB of text", _changed(f"UPDATE notices SET text = {large} WHERE position = 1")
        yield (
            "300 MB of bytes",
            _changed("UPDATE series SET timestamps = zeroblob(300000000) WHERE rowid = 1"),
        )
    wide = "[" + "0," * 21_000_000 + "0]"
    yield (
        "many values",
        _changed(f"UPDATE answers SET body = ? WHERE operation = '{LIST}'", parameters=(wide,)),
    )
    million = f"({_ENDLESS} x FROM n LIMIT 1000000)"
    yield (
        "a million tuning jobs",
        _changed(f"INSERT OR IGNORE INTO tuning_jobs SELECT x, x, '', '', 1, '' FROM {million}"),
    )
    yield (
        "a million notices",
        _changed(f"INSERT OR IGNORE INTO notices SELECT x, '' FROM {million}"),
    )
