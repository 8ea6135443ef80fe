"""Datasets as the page holds them: in columns, names once, numbers as short as they can be."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Rows = Sequence[Mapping[str, Any]]

# Little-endian types of numbers as JavaScript's typed arrays have them, the shortest first.
_INTEGERS = ("u1", "u2", "u4", "i4")
_SAMPLE = 100  # values that tell how long a column's numbers are as text


def pack_rows(rows: Rows) -> dict[str, Any]:
    """Pack the rows of a dataset; ``report/columns.js`` unpacks them.

    Parameters
    ----------
    rows : sequence of mapping
        As JSON has them; a key that a row lacks is null.

    Returns
    -------
    dict
        ``count``, and by their names ``columns``, each in the shortest of these forms: ``same``
        (the value of all rows), ``u1`` … ``f8`` (base64 of numbers, NaN where one is missing),
        ``digits`` (numbers and nulls as JSON), ``texts`` (the distinct ones) with ``at`` (a column
        of places in it), ``lists`` (a column of all their elements) with ``sizes`` (a column),
        ``values`` (anything).

    Raises
    ------
    ValueError
        If a number is NaN or infinite.
    """
    names = dict.fromkeys(name for row in rows for name in row)
    return {
        "count": len(rows),
        "columns": {name: _pack([row.get(name) for row in rows]) for name in names},
    }


def _pack(values: list[Any]) -> dict[str, Any]:
    kinds = set(map(type, values))
    first = values[0]
    if len(kinds) == 1 and values.count(first) == len(values):
        return {"same": first}
    kinds.discard(type(None))
    if all(issubclass(kind, (int, float)) and kind is not bool for kind in kinds):
        return _pack_numbers(values)
    if kinds == {str}:
        distinct = list(dict.fromkeys(values))
        if 2 * len(distinct) < len(values):
            places = {text: place for place, text in enumerate(distinct)}
            return {"texts": distinct, "at": _pack([places[text] for text in values])}
    if kinds == {list} and None not in values and any(values):
        elements = _pack([each for own in values for each in own])
        return {"lists": elements, "sizes": _pack([len(own) for own in values])}
    return {"values": values}


def used_columns(spec: Any, packed: dict[str, Any]) -> dict[str, list[str]]:
    """Return the columns of each dataset that a chart may read: those whose names occur in it.

    Parameters
    ----------
    spec : dict
        Of Vega-Lite or Vega, without data.
    packed : dict
        Its datasets by name, as `pack_rows` returns them.

    Returns
    -------
    dict of str to list of str
    """
    words = set(re.findall(r"\w+", json.dumps(spec)))
    return {
        name: [each for each in dataset["columns"] if each in words]
        for name, dataset in packed.items()
    }


def _pack_numbers(values: list[Any]) -> dict[str, Any]:
    numbers = np.array([np.nan if value is None else value for value in values], dtype=float)
    missing = np.isnan(numbers)
    if np.isinf(numbers).any() or missing.sum() != values.count(None):
        raise ValueError("Out of range float values are not JSON compliant")
    kind = _shortest(numbers, has_missing=bool(missing.any()))
    sample = values[:: max(1, len(values) // _SAMPLE)]
    if len(json.dumps(sample, separators=(",", ":"))) / len(sample) < int(kind[1]) * 4 / 3:
        return {"digits": values}
    return {kind: base64.b64encode(numbers.astype(f"<{kind}").tobytes()).decode()}


def _shortest(numbers: np.ndarray, *, has_missing: bool) -> str:
    """Return the shortest type that loses nothing."""
    if not has_missing and (numbers == np.round(numbers)).all():
        for kind in _INTEGERS:
            limits = np.iinfo(kind)
            if limits.min <= numbers.min() and numbers.max() <= limits.max:
                return kind
    with np.errstate(over="ignore"):
        return "f4" if np.array_equal(numbers.astype("f4"), numbers, equal_nan=True) else "f8"
