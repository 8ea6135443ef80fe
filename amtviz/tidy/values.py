"""Hyperparameter values as AWS sends them (always text) to numbers and categories."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from amtviz.model import Hyperparameter, Kind
from amtviz.wording.lists import plural

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_INT64 = range(-(2**63), 2**63)
_DIGITS = re.compile(r"(\d+)", re.ASCII)

_DIVERGED = 3.4e38  # 32-bit floats end just above: a loss there is as good as infinite

Value = int | float | str


def read_score(value: Any) -> float | None:
    """Read an objective's value, a number or text such as ``-Infinity``.

    Returns
    -------
    float or None
        None for what is no finite number, or is as large as 32-bit floats get: the trial diverged,
        and counts as unscored wherever trials are counted, ranked or drawn.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < _DIVERGED else None


def decode_value(hyperparameter: Hyperparameter, text: object) -> Value | None:
    """Read one value by the type that its range declares.

    Parameters
    ----------
    hyperparameter : Hyperparameter
    text : object
        What ``TunedHyperParameters`` holds: ``12``, ``"12"``, ``[12]``, ``gini`` or ``"gini"``.

    Returns
    -------
    int, float, str or None
        None when the text isn't of that type; never for a categorical one.
    """
    if hyperparameter.kind == "categorical":
        return decode_category(str(text), hyperparameter.values)
    number = parse_number(text)
    if hyperparameter.kind == "continuous":
        return None if number is None else float(number)
    return number if isinstance(number, int) else None


def convert_value(value: Value | None, kind: Kind) -> Value | None:
    """Turn a decoded value into another kind, when jobs disagree about it."""
    if value is None or (kind == "integer" and isinstance(value, int)):
        return value
    if kind == "categorical":
        return format_number(value) if isinstance(value, float) else str(value)
    number = parse_number(value)
    if kind == "continuous":
        return None if number is None else float(number)
    return number if isinstance(number, int) else None


def format_number(value: float) -> str:
    """Write a number the shortest way that reads back the same, ``12`` rather than ``12.0``."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def parse_number(text: object) -> int | float | None:
    """Read a number, plain, JSON-quoted or in brackets; whole numbers come back as exact ints."""
    plain = _unwrap(str(text))
    if not _NUMBER.fullmatch(plain) or not math.isfinite(float(plain)):
        return None
    # Decimal, since int("1e3") fails and int(float("9007199254740993")) is off by one
    number = Decimal(plain)
    return int(number) if number == number.to_integral_value() else float(plain)


def decode_categories(values: Iterable[object]) -> tuple[str, ...]:
    """Read the declared categories: without JSON's quotes if every one of them has quotes."""
    texts = [str(value) for value in values]
    plain = [_unquote(text) for text in texts]
    quoted = all(p != t for p, t in zip(plain, texts, strict=True))
    return tuple(dict.fromkeys(plain if quoted else texts))


def decode_category(text: str, declared: tuple[str, ...]) -> str:
    """Find the declared category that a text stands for, or give it without JSON's quotes."""
    plain = _unquote(text)
    for candidate in (text, plain, _unwrap(text)):
        if candidate in declared:
            return candidate
    return plain


def infer_kind(texts: Iterable[object]) -> Kind:
    """Guess a kind where no range is declared: integer or continuous if all values are."""
    numbers = [parse_number(text) for text in texts]
    if not numbers or any(number is None for number in numbers):
        return "categorical"
    return "integer" if all(isinstance(number, int) for number in numbers) else "continuous"


def fits_int64(value: object) -> bool:
    """Say whether an Int64 column can hold it."""
    return not isinstance(value, int) or value in _INT64


def sort_naturally(texts: Iterable[str]) -> tuple[str, ...]:
    """Sort categories as people do: numbers by size, and 2 before 10 inside of names."""

    def key(text: str) -> tuple[bool, float, list[tuple[bool, int, str]]]:
        number = parse_number(text)
        parts = [
            (not part.isdecimal(), int(part) if part.isdecimal() else 0, part.lower())
            for part in _DIGITS.split(text)
            if part
        ]
        return number is None, 0.0 if number is None else float(number), parts

    return tuple(sorted(dict.fromkeys(texts), key=lambda text: (key(text), text)))


def explain_unreadable(name: str, kind: Kind, unreadable: Sequence[str]) -> str:
    """Say which values of a hyperparameter are missing since they can't be read.

    Parameters
    ----------
    name, kind : str
        The hyperparameter's.
    unreadable : sequence of str
        Each value with the place where it stands.

    Returns
    -------
    str
    """
    are = "is" if len(unreadable) == 1 else "are"
    more = " and more" if len(unreadable) > 3 else ""
    return (
        f"{plural(len(unreadable), 'value')} of {name!r} can't be read as {kind}, and {are} shown "
        f"as missing: {'; '.join(unreadable[:3])}{more}."
    )


def _unquote(text: str) -> str:
    """Take JSON's quotes off, if the text is a JSON string."""
    if text[:1] != '"':
        return text
    try:
        value = json.loads(text)
        # a lone surrogate (legal in JSON) is no text that could be written anywhere
        value.encode()
    except ValueError:
        return text
    return str(value)


def _unwrap(text: str) -> str:
    """Take JSON's quotes and brackets off, however many there are."""
    while True:
        text = text.strip()
        inner = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else _unquote(text)
        if inner == text:
            return text
        text = inner
