"""CSV and JSON files that any program may have written: their rows, values as they stand there."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amtviz.errors import InputError, join_choices
from amtviz.tidy.values import sort_naturally

LOG_ENDINGS = (".csv", ".json", ".jsonl", ".ndjson")
_LARGEST = 256_000_000  # bytes
_MOST = 10_000  # files of a folder


def list_files(folder: Path, pattern: str = "*") -> list[Path]:
    """Return a folder's files that `read_rows` reads, in the order of their names.

    Raises
    ------
    InputError
        If there are more than 10,000.
    """
    found = {
        str(path.relative_to(folder)): path
        for path in folder.glob(pattern)
        if path.suffix.lower() in LOG_ENDINGS and path.is_file() and not path.name.startswith(".")
    }
    if len(found) > _MOST:
        raise InputError(
            f"{str(folder)!r} holds {len(found):,} files. Pass a folder with {_MOST:,} at most, or "
            "one file with a row for each trial."
        )
    return [found[name] for name in sort_naturally(found)]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a file's rows.

    Parameters
    ----------
    path : pathlib.Path
        CSV with a header (commas, semicolons or tabs), JSON (an object, a list of objects, or what
        ``DataFrame.to_json`` writes), or an object a line.

    Returns
    -------
    list of dict
        Of CSV, texts; what is nested in JSON stays so.

    Raises
    ------
    InputError
        If it can't be read, or isn't that; the message says in which line.
    """
    text = read_text(path)
    if not text.strip():
        raise InputError(f"{str(path)!r} is empty. Pass a file in which trials are logged.")
    rows = _read_csv(path, text) if path.suffix.lower() == ".csv" else _read_json(path, text)
    wrong = [row for row in rows if not isinstance(row, Mapping)]
    if wrong:
        raise InputError(
            f"{str(path)!r} holds {json.dumps(wrong[0]):.40} where a trial should be. Write an "
            "object with names and values for each trial."
        )
    return rows


def read_text(path: Path) -> str:
    """Return what a file holds; raise an InputError if it can't be read, or isn't UTF-8."""
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise InputError(
                f"{str(path)!r} has {size:,} bytes. Pass a file of {_LARGEST:,} at most."
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{str(path)!r} isn't text in UTF-8 (byte {error.start}). Convert it first."
        ) from error
    except OSError as error:
        raise InputError(
            f"Can't read {str(path)!r}: {error.strerror or error}. Check the path."
        ) from error


def _read_csv(path: Path, text: str) -> list[dict[str, Any]]:
    lines = text.splitlines(keepends=True)
    sign = next((sign for sign in ",;\t" if sign in lines[0]), ",")
    reader = csv.reader(lines, delimiter=sign)
    try:
        header = next(reader)
        repeated = sorted({name for name in header if name and header.count(name) > 1})
        if repeated:
            raise InputError(
                f"{str(path)!r} has several columns called {join_choices(repeated)}. Give each a "
                "name of its own."
            )
        rows = []
        for cells in reader:
            if len(cells) > len(header):
                raise InputError(
                    f"Line {reader.line_num} of {str(path)!r} has {len(cells)} values for "
                    f"{len(header)} columns. Mend it, or quote values that have a {sign!r}."
                )
            row = dict(zip(header, cells, strict=False))  # a row may end early
            row.pop("", None)  # the index that pandas writes
            if any(row.values()):
                rows.append(row)
        return rows
    except csv.Error as error:
        raise InputError(
            f"Line {reader.line_num} of {str(path)!r} is no CSV: {error}. Mend it."
        ) from error


def _read_json(path: Path, text: str) -> list[Any]:
    lines = [line for line in text.split("\n") if line.strip()]
    if (
        len(lines) > 1
        and not text.endswith("\n")
        and not _is_json(lines[-1])
        and _is_json(lines[0])
    ):
        lines.pop()  # it is still being written
    if path.suffix.lower() != ".json" or len(lines) > 1:
        try:
            return [json.loads(line) for line in lines]
        except (ValueError, RecursionError) as error:
            if path.suffix.lower() != ".json" or len(lines) == 1:
                raise _explain(path, error, lines) from error
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _explain(path, error, []) from error
    if isinstance(found, list):
        return found
    return _turn(found) if _is_by_column(found) else [found]


def _explain(path: Path, error: Exception, lines: list[str]) -> InputError:
    """Name the first line that is no JSON, where each is to be."""
    where = ""
    number = next((place for place, line in enumerate(lines, 1) if not _is_json(line)), None)
    if number is not None:
        where = f"Line {number} of "
    reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return InputError(f"{where}{str(path)!r} is no JSON: {reason}. Mend it, or leave the file out.")


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_by_column(found: Any) -> bool:
    """Tell what ``DataFrame.to_json`` writes: ``{"lr": {"0": 0.1, "1": 0.2}, …}``."""
    if not isinstance(found, Mapping) or not found:
        return False
    columns = list(found.values())
    return all(
        isinstance(column, Mapping)
        and column
        and column.keys() == columns[0].keys()
        and all(key.isdecimal() for key in column)
        for column in columns
    )


def _turn(columns: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    keys = next(iter(columns.values()))
    return [{name: column[key] for name, column in columns.items()} for key in keys]
