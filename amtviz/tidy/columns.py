"""Columns of any DataFrame, of any dtype, to the typed columns of the trials table."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
from pandas.api import types

from amtviz.errors import InputError
from amtviz.model import Hyperparameter, Kind
from amtviz.schema import UTC_DTYPE
from amtviz.texts import write_halves
from amtviz.tidy.ranges import guess_scaling
from amtviz.tidy.times import to_utc
from amtviz.tidy.values import (
    Value,
    decode_value,
    explain_unreadable,
    format_number,
    read_score,
    sort_naturally,
)

_NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal")
_TIMES = ("datetime", "datetime64", "date", "time", "timedelta", "timedelta64", "period")
_OFFSET = re.compile(r"(Z|[+-]\d\d(:?\d\d)?)$")


def list_values(column: pd.Series) -> list[Any]:
    """Return a column's values as Python objects, None for missing ones."""
    missing = column.isna()
    return [None if gone else v for v, gone in zip(column.astype(object), missing, strict=True)]


def infer_column_kind(column: pd.Series) -> Kind | None:
    """Tell a hyperparameter's kind by a column's dtype; None for times and complex numbers.

    Booleans, texts, categories and any other object are categorical. Objects that are all numbers
    (as integers past 64 bits are) are numbers.
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype) or types.is_bool_dtype(dtype):
        return "categorical"
    if types.is_integer_dtype(dtype):
        return "integer"
    if types.is_float_dtype(dtype):
        return "continuous"
    content = _infer_content(column)
    if content in (*_TIMES, "complex"):
        return None
    if content in _NUMBERS:
        return "integer" if content == "integer" else "continuous"
    return "categorical"


def infer_hyperparameter(name: str, column: pd.Series) -> Hyperparameter | None:
    """Make a hyperparameter of a column: its kind and scaling are guesses, no range is declared.

    None as for its kind.
    """
    kind = infer_column_kind(column)
    if kind is None:
        return None
    if kind == "categorical":
        if isinstance(column.dtype, pd.CategoricalDtype):
            values = tuple(_to_text(category) for category in column.dtype.categories)
        else:
            values = sort_naturally(_to_text(v) for v in list_values(column) if v is not None)
        return Hyperparameter(name, kind, values=tuple(dict.fromkeys(values)), declared=False)
    numbers = [float(v) for v in list_values(column) if v is not None and math.isfinite(v)]
    return Hyperparameter(name, kind, scaling=guess_scaling(numbers), declared=False)


def write_dates(column: pd.Series) -> pd.Series:
    """Write dates and times as texts that sort by time, ``2024-05-01``; others as they are."""
    if _infer_content(column) not in ("datetime", "datetime64", "date", "period"):
        return column
    texts = pd.Series([None if v is None else str(v) for v in list_values(column)], dtype="string")
    return texts.str.removesuffix(" 00:00:00") if _all_midnight(texts) else texts


def _all_midnight(texts: pd.Series) -> bool:
    return bool(texts.dropna().str.endswith(" 00:00:00").all())


def read_values(
    hyperparameter: Hyperparameter, column: pd.Series, notices: list[str]
) -> list[Value | None]:
    """Read a column by the kind that is declared for it.

    Parameters
    ----------
    hyperparameter : Hyperparameter
    column : pandas.Series
    notices : list of str
        Gets a sentence for values that aren't of that kind; they become missing.

    Returns
    -------
    list of int, float, str or None
    """
    raw = list_values(column)
    values = [None if value is None else _read_value(hyperparameter, value) for value in raw]
    unreadable = [
        f"{r!r} in row {row}"
        for row, (r, value) in enumerate(zip(raw, values, strict=True))
        if r is not None and value is None
    ]
    if unreadable:
        notices.append(explain_unreadable(hyperparameter.name, hyperparameter.kind, unreadable))
    return values


def read_objective_column(column: pd.Series) -> list[float | None]:
    """Read the column to optimize; raise an InputError if it isn't numeric."""
    dtype = column.dtype
    content = "complex" if types.is_complex_dtype(dtype) else _infer_content(column)
    plain = types.is_bool_dtype(dtype) or types.is_integer_dtype(dtype)
    if (
        plain
        or types.is_float_dtype(dtype)
        or content in (*_NUMBERS, "empty", "boolean")
        or column.isna().all()
    ):
        return [None if value is None else read_score(value) for value in list_values(column)]
    example = column.dropna().iloc[0]
    raise InputError(
        f"The objective {str(column.name)!r} isn't numeric: it holds {example!r}, for instance. "
        "Choose another column, or convert it, for example with pandas.to_numeric."
    )


def read_fixed_column(column: pd.Series, dtype: str, notices: list[str]) -> pd.Series:
    """Read a column of ``TRIAL_COLUMNS``.

    Parameters
    ----------
    column : pandas.Series
    dtype : str
        The schema's.
    notices : list of str
        Gets a sentence when times have no timezone.

    Returns
    -------
    pandas.Series

    Raises
    ------
    InputError
        If a value can't be read as that.
    """
    name = str(column.name)
    try:
        if dtype == UTC_DTYPE:
            return _read_times(column, notices)
        if dtype == "string":
            texts = [None if v is None else _to_text(v) for v in list_values(column)]
            return pd.Series(texts, dtype="string")
        if types.is_timedelta64_dtype(column.dtype):
            return column.dt.total_seconds()
        if dtype != "boolean":
            column = pd.to_numeric(column)
        return column.astype(dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(
            f"The column {name!r} can't be read as {dtype} ({error}). Convert it, or give it "
            "another name if it means something else."
        ) from error


def _read_times(column: pd.Series, notices: list[str]) -> pd.Series:
    if types.is_numeric_dtype(column.dtype):
        raise ValueError("a number isn't a time: use pandas.to_datetime with its unit")
    values = list_values(column)
    times: pd.Series = to_utc(values)
    for value, time in zip(values, times, strict=True):
        if value is not None and pd.isna(time):
            raise ValueError(f"{value!r} is no ISO 8601 time")
    naive = any(
        _OFFSET.search(value) is None if isinstance(value, str) else value.tzinfo is None
        for value in values
        if value is not None
    )
    if naive:
        notices.append(f"The times in {str(column.name)!r} have no timezone: they are read as UTC.")
    return times


def _read_value(hyperparameter: Hyperparameter, value: Any) -> Value | None:
    if hyperparameter.kind == "categorical":
        return _to_text(value)
    if isinstance(value, float) and hyperparameter.kind == "continuous":
        return value  # infinities too, which no text from AWS can be
    return decode_value(hyperparameter, int(value) if isinstance(value, bool) else value)


def _to_text(value: object) -> str:
    return format_number(value) if isinstance(value, float) else write_halves(str(value))


def _infer_content(column: pd.Series) -> str:
    content = types.infer_dtype(column.astype(object), skipna=True)
    if content in ("mixed", "mixed-integer"):
        found = {type(value) for value in list_values(column)} - {type(None)}
        if found <= {int, float, Decimal}:
            return "decimal"
    return content


def describe_kinds(hyperparameters: Sequence[Hyperparameter]) -> str:
    """Tell the kinds of hyperparameters for a notice."""
    return ", ".join(f"{h.name!r} {h.kind}" for h in hyperparameters)
