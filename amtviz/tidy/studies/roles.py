"""What the columns of logs hold, judging by their names and values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from amtviz.schema import TRIAL_COLUMNS
from amtviz.texts import write_halves
from amtviz.tidy.studies.runs import Wish, read_number, read_time

# what a column is, by its name in any case; the first that there is
_JOB = ("tuningjobname", "study_name")
_STATUS = ("trainingjobstatus", "status", "state")
_NAME = ("trainingjobname", "trial_name", "run_name", "trial_id", "run_id", "trial", "number")
_START = ("trainingstarttime", "start_time", "datetime_start")
_END = ("trainingendtime", "end_time", "datetime_complete")
_FAILURE = ("failurereason", "error", "exception")
STEP = ("step", "global_step", "epoch", "iteration", "training_iteration")
SECONDS = ("elapsedseconds", "elapsed_seconds", "elapsed", "time_total_s", "seconds")
LOGGED = ("timestamp", "time", "datetime", "wall_time", "_timestamp")  # when a step was
_STATUSES = {
    "Completed": "completed complete finished succeeded success ok done terminated",
    "Failed": "failed fail failure error errored crashed",
    "Stopped": "stopped pruned killed cancelled canceled",
    "InProgress": "inprogress in_progress running pending scheduled waiting queued",
}
BY_WORD = {word: status for status, words in _STATUSES.items() for word in words.split()}
_PARAMETER = re.compile(
    r"(?:params_|(?:params|parameters|hyperparameters|hparams|config)[./])(.+)", re.DOTALL
)

Rows = Sequence[Mapping[str, Any]]


def list_columns(rows: Rows) -> list[str]:
    """Return every column that any row has, in the order of first appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def find_roles(rows: Rows, columns: Sequence[str], objective: object) -> dict[str, str]:
    """Return which columns hold what is known of any trial, judging by names and values."""
    by_name = {name.lower(): name for name in reversed(columns) if name != objective}
    tests: dict[str, tuple[Sequence[str], Callable[[Any], bool]]] = {
        "job": (_JOB, lambda value: isinstance(value, str)),
        "status": (_STATUS, lambda value: str(value).lower() in BY_WORD),
        "name": (_NAME, lambda value: not isinstance(value, list)),
        "start": (_START, lambda value: read_moment(value) is not None),
        "end": (_END, lambda value: read_moment(value) is not None),
        "failure": (_FAILURE, lambda value: isinstance(value, str) and read_number(value) is None),
    }
    roles = {}
    for role, (names, fits) in tests.items():
        for column in (by_name[name] for name in names if name in by_name):
            values = [row[column] for row in rows if not is_empty(row.get(column))]
            distinct = role != "name" or len(set(map(str, values))) == len(rows)
            if values and distinct and all(map(fits, values)):
                roles[role] = column
                break
    return roles


def tell_apart(
    rows: Rows,
    columns: Sequence[str],
    roles: Mapping[str, str],
    wish: Wish,
    steady: set[str] | None,
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the columns of parameters and of metrics, each with the name that it gets.

    Of logs over steps, ``steady`` are the columns that stay the same in each file.
    """
    free = [name for name in columns if name not in {*roles.values(), *TRIAL_COLUMNS}]
    marked = {name: found[1] for name in free if (found := _PARAMETER.fullmatch(name))}
    numeric = [name for name in free if _is_numeric(rows, name)]
    metrics = {name: name.removeprefix("metrics.") for name in numeric if name not in marked}
    objective = None if wish.objective is None else write_halves(str(wish.objective))
    if objective in metrics or len(set(metrics.values())) < len(metrics):
        metrics = {name: name for name in metrics}
    if marked or wish.objective is None:
        return marked, metrics
    if steady is not None:
        params = [name for name in free if name in steady]
    else:
        params = [name for name in free if metrics.get(name) != objective]
        asked = wish.hyperparameters
        if asked is not None:
            named = {str(getattr(one, "column", one)) for one in asked}
            if named <= {*params}:  # else all are choices
                params = [name for name in params if name in named or name not in metrics]
    if objective not in metrics.values():
        return {}, metrics  # to be told which there are
    return (
        {name: name for name in params},
        {name: called for name, called in metrics.items() if name not in params},
    )


def _is_numeric(rows: Rows, name: str) -> bool:
    values = [row[name] for row in rows if not is_empty(row.get(name))]
    return bool(values) and all(read_number(value) is not None for value in values)


def is_empty(value: Any) -> bool:
    """Tell a value that isn't there: null, or nothing between two commas."""
    return value is None or value == ""


def read_moment(value: Any) -> pd.Timestamp | None:
    """Read a time: ISO 8601, or seconds or milliseconds since 1970."""
    if is_empty(value):
        return None
    number = read_number(value)
    if number is None:
        return read_time(value)
    unit = "ms" if number > 1e11 else "s"
    return pd.Timestamp(number, unit=unit, tz="UTC") if 1e9 < number < 1e13 else None
