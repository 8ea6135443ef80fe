"""Whether tables that came out of a file are what tables are, whoever wrote the file."""

from __future__ import annotations

import functools
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Literal, get_args, get_origin

import pandas as pd

from amtviz.model import Hyperparameter, Objective, TuningTables
from amtviz.schema import METRIC_COLUMNS, trial_dtypes

_LONGEST = 100_000  # characters of a text
_LARGEST = 2**64  # of a whole number


def check_tables(tables: TuningTables) -> None:
    """Raise a ValueError that names what isn't as `TuningTables` describes it.

    Parameters
    ----------
    tables : TuningTables
    """
    for place, job in enumerate(tables.jobs):
        _check_record(job, f"jobs[{place}]")
        for name, limit in job.limits.items():
            if isinstance(limit, bool) or not isinstance(limit, int | float | Mapping | None):
                raise ValueError(f"the limit {name!r} of a tuning job is no number")
    _check_record(tables.objective, "objective")
    for place, hyperparameter in enumerate(tables.hyperparameters):
        _check_record(hyperparameter, f"hyperparameters[{place}]")
    _check_value(tables.notices, tuple[str, ...], "notices")
    _check_value(tables.fetched_at, datetime | None, "fetched_at")
    objective, ranges = tables.objective.metric_name, tables.hyperparameters
    _check_frame("trials", tables.trials, trial_dtypes(objective, ranges))
    _check_frame("metrics", tables.metrics, {n: c.dtype for n, c in METRIC_COLUMNS.items()})


def _check_frame(name: str, frame: pd.DataFrame, dtypes: Mapping[str, str]) -> None:
    for column, dtype in dtypes.items():
        if column not in frame:
            raise ValueError(f"{name} has no column {column!r}")
        found = str(frame[column].dtype)
        if found != dtype and not (dtype == "string" and found.startswith("str")):
            raise ValueError(f"column {column!r} of {name} is {found}, not {dtype}")


def _check_record(record: Any, what: str) -> None:
    """Compare each field with its annotation."""
    kind: Any = type(record)
    hints = _hints(kind)
    for field in fields(record):
        _check_value(getattr(record, field.name), hints[field.name], f"{what}.{field.name}")
    if isinstance(record, Objective) and record.direction not in ("Maximize", "Minimize"):
        raise ValueError(f"{what}.direction is {record.direction!r}")
    if isinstance(record, Hyperparameter):
        ends = [end for end in (record.low, record.high) if end is not None]
        if not all(map(math.isfinite, ends)) or ends != sorted(ends):
            raise ValueError(f"{what} ranges from {record.low} to {record.high}")


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _check_value(value: Any, hint: Any, what: str) -> None:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, typing.Union):
        options = [option for option in inner if option is not type(None)]
        if value is not None:
            _check_value(value, options[0], what)
        elif len(options) == len(inner):
            raise ValueError(f"{what} is missing")
    elif origin is Literal:
        if value not in inner:
            raise ValueError(f"{what} is {value!r:.60}")
    elif origin is tuple:
        _check_kind(value, tuple, what)
        for each in value:
            _check_value(each, inner[0], f"{what}[]")
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        _check_kind(value, Mapping, what)
        for key, each in value.items():
            _check_value(key, inner[0], f"a key of {what}")
            _check_value(each, inner[1], f"{what}[{key!r:.60}]")
    elif is_dataclass(hint):
        _check_kind(value, typing.cast(type, hint), what)
        _check_record(value, what)
    elif hint is not Any:
        _check_kind(value, hint, what)


def _check_kind(value: Any, kind: type, what: str) -> None:
    kinds = (int, float) if kind is float else (kind,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{what} is {type(value).__name__}, not {kind.__name__}")
    if isinstance(value, str) and len(value) > _LONGEST:
        raise ValueError(f"{what} has {len(value):,} characters")
    if isinstance(value, int) and abs(value) >= _LARGEST:
        raise ValueError(f"{what} has {len(str(value)):,} digits")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{what} has no time zone")
