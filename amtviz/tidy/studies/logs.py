"""CSV and JSON logs of any program to `TuningTables`: one row a trial, or one file a trial."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import TuningTables
from amtviz.texts import write_halves
from amtviz.tidy.studies import mlflow, ray
from amtviz.tidy.studies.files import LOG_ENDINGS, list_files, read_rows
from amtviz.tidy.studies.roles import (
    BY_WORD,
    LOGGED,
    SECONDS,
    STEP,
    Rows,
    find_roles,
    is_empty,
    list_columns,
    read_moment,
    tell_apart,
)
from amtviz.tidy.studies.runs import (
    Point,
    Run,
    Wish,
    flatten,
    read_number,
    tidy_runs,
)
from amtviz.wording.lists import plural


def is_path(item: Any, wish: Wish) -> bool:
    """Tell a path."""
    return isinstance(item, str | os.PathLike)


def tidy_logs(path: str | os.PathLike[str], wish: Wish) -> TuningTables:
    """Make tidy tables of a file, or of a folder's files.

    Parameters
    ----------
    path : path-like
        A CSV or JSON file with a row a trial; or a folder of such, or of files that hold a trial
        each: its one row, or what it logged step by step, which a column such as ``step`` or
        ``epoch`` counts. What MLflow or Ray Tune wrote is read as that. When a step was logged
        stands in a column ``timestamp``, ``time``, ``datetime`` or ``wall_time`` (ISO 8601, or
        seconds or milliseconds since 1970), or in seconds in one such as ``elapsed_seconds``.
    wish : Wish

    Returns
    -------
    TuningTables
        Names of nested values are joined by ``.``. Parameters are what is in ``params``,
        ``config`` or ``hyperparameters``, if there is such; else what isn't the objective. Columns
        called ``status``, ``start_time``, ``end_time``, ``error`` and ``trial_id``, or as amtviz
        calls them, keep their meaning.

    Raises
    ------
    InputError
        If there are no logs, one can't be read, there is no such metric, or no direction.
    """
    what = repr(os.fspath(path))
    path = Path(path).expanduser().resolve()
    if not path.exists():
        raise InputError(f"There is no file or folder {what}. Check the path.")
    if path.is_dir():
        if ray.is_folder(path):
            return ray.tidy_experiment(path, wish)
        runs, notices = _read_folder(path, wish)
        return tidy_runs(runs, wish, what, notices)
    if path.suffix.lower() not in LOG_ENDINGS:
        raise InputError(
            f"{what} is no log that is read. Pass a file that ends in "
            f"{join_choices(LOG_ENDINGS)}, or a folder of such."
        )
    rows = read_rows(path)
    if not rows:
        raise InputError(f"There is no row in {what}. Pass a file in which trials are logged.")
    if "run_id" in rows[0] and any(name.startswith("metrics.") for name in rows[0]):
        return mlflow.tidy_experiment(pd.DataFrame(rows, dtype=object), replace(wish, client=None))
    if ray.is_table(rows):
        return ray.tidy_experiment(path, wish)
    flat = _flatten_rows(rows)
    return tidy_runs(_make_runs(flat, wish, path.stem, path.stem), wish, what)


def _read_folder(folder: Path, wish: Wish) -> tuple[list[Run], list[str]]:
    files = list_files(folder)
    if not files:
        hint = (
            " It may be MLflow's: pass mlflow.search_runs() to amtviz.from_mlflow."
            if next(folder.glob("*/meta.yaml"), None) or next(folder.glob("*/*/meta.yaml"), None)
            else ""
        )
        raise InputError(
            f"There is no log in the folder {str(folder)!r}. Pass one with files that end in "
            f"{join_choices(LOG_ENDINGS)}.{hint}"
        )
    logs = {file: _flatten_rows(read_rows(file)) for file in files}
    logs = {file: rows for file, rows in logs.items() if rows}
    if not any(len(rows) > 1 for rows in logs.values()):
        flat = [row for rows in logs.values() for row in rows]
        names = [file.stem for file in logs]
        return _make_runs(flat, wish, folder.name, "", names), []
    steps = {file: _find_step(rows) for file, rows in logs.items()}
    if all(step is not None for step in steps.values()):
        notices = [
            f"Each of {plural(len(logs), 'file')} is taken for one trial, for "
            f"{join_choices(sorted({str(step) for step in steps.values()}))} grows from row to "
            "row: its last row is the result."
        ]
        return _read_curves(logs, wish, folder.name, notices), notices
    runs = [
        run for file, rows in logs.items() for run in _make_runs(rows, wish, file.stem, file.stem)
    ]
    told = (
        f"Each row of {plural(len(logs), 'file')} is taken for one trial, each file for a search."
    )
    return runs, [told]


def _flatten_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {write_halves(name): value for name, value in flatten(row, ".").items()} for row in rows
    ]


def _find_step(rows: Rows) -> str | None:
    """Return the column that counts a trial's steps: it grows from row to row."""
    for name in list_columns(rows):
        if name.rpartition(".")[2].lower() in STEP:
            steps = [read_number(row.get(name)) for row in rows]
            known = [step for step in steps if step is not None]
            if len(known) == len(steps) and known == sorted(set(known)):
                return name
    return None


def _read_curves(logs: Mapping[Path, Rows], wish: Wish, job: str, notices: list[str]) -> list[Run]:
    """Return a trial a file: what stays the same in every file is a parameter."""
    names = list_columns([row for rows in logs.values() for row in rows])
    steady = {
        name
        for name in names
        if all(len({str(row[name]) for row in rows if name in row}) < 2 for rows in logs.values())
    }
    if all(len(rows) == 1 for rows in logs.values()):
        steady = set()
    last = []
    for rows in logs.values():
        ended: dict[str, Any] = {}
        for row in rows:
            ended |= {name: value for name, value in row.items() if not is_empty(value)}
        last.append({name: ended.get(name, rows[-1].get(name)) for name in list_columns(rows)})
    stems = [file.stem for file in logs]
    runs = _make_runs(last, wish, job, "", stems, steady)
    timed = True
    found = []
    for run, rows in zip(runs, logs.values(), strict=True):
        logged, moments = _read_moments(rows)
        seconds, own = _read_seconds(rows, moments)
        timed &= own
        counts = {name for name in run.metrics if name.lower() in (*STEP, *SECONDS)} | {logged}
        curve = [
            Point(name, number, at, moment)
            for row, at, moment in zip(rows, seconds, moments or [None] * len(rows), strict=True)
            for name in run.metrics
            if name not in counts
            and (number := read_number(row.get(name, row.get(f"metrics.{name}")))) is not None
        ]
        if moments:
            run = replace(
                run,
                start=run.start or moments[0],
                end=run.end or moments[-1],
                metrics={name: value for name, value in run.metrics.items() if name != logged},
            )
        found.append(replace(run, curve=curve if len(rows) > 1 else ()))
    if not timed:
        notices.append("The files have no times of their steps: a step is drawn as a second.")
    return found


def _read_moments(rows: Rows) -> tuple[str | None, list[pd.Timestamp]]:
    """Return the column that says when each row was logged, and these times; none if none does."""
    for name in list_columns(rows):
        if name.lower() in LOGGED:
            moments = [moment for row in rows if (moment := read_moment(row.get(name))) is not None]
            if len(moments) == len(rows) and moments == sorted(moments):
                return name, moments
    return None, []


def _read_seconds(rows: Rows, moments: Sequence[pd.Timestamp]) -> tuple[list[float], bool]:
    """Return when each row was logged, since the first; else its step."""
    if moments:
        return [(moment - moments[0]).total_seconds() for moment in moments], True
    names = list_columns(rows)
    own = next((name for name in names if name.lower() in SECONDS), None)
    column = own or _find_step(rows)
    values = [read_number(row.get(column)) if column else None for row in rows]
    if column is None or any(value is None for value in values):
        return [float(place) for place in range(len(rows))], False
    numbers = [value for value in values if value is not None]
    return [number - numbers[0] for number in numbers], own is not None


def _make_runs(
    rows: Rows,
    wish: Wish,
    job: str,
    stem: str,
    names: Sequence[str] = (),
    steady: set[str] | None = None,
) -> list[Run]:
    """Return a trial a row; without names those of a column, else numbers after the stem."""
    columns = list_columns(rows)
    roles = find_roles(rows, columns, wish.objective)
    params, metrics = tell_apart(rows, columns, roles, wish, steady)
    shown = [name for name in columns if name not in {*params, *metrics, *roles.values()}]
    runs = []
    for place, row in enumerate(rows):
        word = str(row.get(roles.get("status", ""), "") or "").lower()
        called = row.get(roles["name"]) if "name" in roles else None
        number = names[place] if names else f"{stem}-{place + 1:04d}"
        runs.append(
            Run(
                job=_text(row.get(roles.get("job", ""))) or job,
                name=number if is_empty(called) else _name(called, stem),
                status=BY_WORD.get(word, "Completed"),
                params={params[name]: row.get(name) for name in params},
                metrics={metrics[name]: row.get(name) for name in metrics},
                start=read_moment(row.get(roles.get("start", ""))),
                end=read_moment(row.get(roles.get("end", ""))),
                failure=_text(row.get(roles.get("failure", ""))),
                others={name: row.get(name) for name in shown},
            )
        )
    return runs


def _name(value: Any, stem: str) -> str:
    number = read_number(value)
    return str(value) if number is None else f"{stem}-{value}" if stem else f"trial {value}"


def _text(value: Any) -> str | None:
    return None if is_empty(value) else str(value)
