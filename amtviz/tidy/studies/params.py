"""Parameters whose ranges nobody declared: their values, their kinds, and which to draw."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import Hyperparameter
from amtviz.texts import write_halves
from amtviz.tidy.columns import describe_kinds, infer_hyperparameter
from amtviz.tidy.values import explain_unreadable, infer_kind, parse_number

PREFIX = "params_"  # of their columns while they are read: none can hide another column
_NOT_FINITE = {"nan", "inf", "infinity"}


def read_params(params: Sequence[Mapping[str, Any]], notices: list[str]) -> dict[str, pd.Series]:
    """Return each parameter's values, numbers for texts where all are numbers.

    Parameters
    ----------
    params : sequence of mapping
        A trial each, by name.
    notices : list of str
        Gets a sentence for values that are no numbers among numbers.

    Returns
    -------
    dict of str to pandas.Series
        None is missing.
    """
    names = dict.fromkeys(str(name) for of in params for name in of)
    return {
        write_halves(name): _read_param(name, [of.get(name) for of in params], notices)
        for name in names
    }


def _read_param(name: str, values: list[Any], notices: list[str]) -> pd.Series:
    values = [str(value) if isinstance(value, list | Mapping) else value for value in values]
    known = [value for value in values if not _is_missing(value)]
    if all(isinstance(value, str) for value in known):
        finite = [text for text in known if text.strip("+-").lower() not in _NOT_FINITE]
        kind = infer_kind(finite)
        if kind != "categorical":
            numbers = [None if _is_missing(text) else parse_number(text) for text in values]
            odd = [text for text in known if parse_number(text) is None]
            if odd:
                notices.append(explain_unreadable(name, kind, list(map(repr, odd))))
            if kind == "continuous":
                numbers = [None if number is None else float(number) for number in numbers]
            return pd.Series(numbers, dtype="float64" if kind == "continuous" else object)
    return pd.Series([None if _is_missing(value) else value for value in values], dtype=object)


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def choose_hyperparameters(
    params: Mapping[str, pd.Series],
    asked: Iterable[str | Hyperparameter] | None,
    what: str,
    notices: list[str],
) -> list[Hyperparameter]:
    """Return what to draw, each with the column that it is in.

    Parameters
    ----------
    params : mapping of str to pandas.Series
        As `read_params` returns them.
    asked : iterable of str or Hyperparameter, optional
        By default those with several values; all, if none has.
    what : str
        Who holds them, for errors.
    notices : list of str
        Gets which have one value, and which kinds are guesses.

    Returns
    -------
    list of Hyperparameter

    Raises
    ------
    InputError
        If there is no such parameter.
    """
    wanted: Iterable[str | Hyperparameter] = (
        _several_valued(params, notices) if asked is None else asked
    )
    found, inferred = [], []
    for one in wanted:
        column = write_halves(one.column if isinstance(one, Hyperparameter) else str(one))
        if column not in params:
            raise InputError(
                f"There is no parameter {column!r} in {what}. Choose from {join_choices(params)}."
            )
        if isinstance(one, Hyperparameter):
            found.append(replace(one, column=f"{PREFIX}{column}"))
            continue
        guess = infer_hyperparameter(column, params[column])
        if guess is not None:  # JSON and texts hold no times
            found.append(replace(guess, column=f"{PREFIX}{column}"))
            inferred.append(guess)
    if inferred:
        notices.append(
            "Kinds are taken from the values, and no range is declared: "
            f"{describe_kinds(inferred)}."
        )
    return found


def _several_valued(params: Mapping[str, pd.Series], notices: list[str]) -> list[str]:
    fixed = [name for name, values in params.items() if len(set(map(str, values.dropna()))) < 2]
    if len(fixed) == len(params):
        return fixed
    if fixed:
        notices.append(
            f"No hyperparameter is made of {join_choices(fixed)}: "
            f"{'it has' if len(fixed) == 1 else 'each has'} one value in all trials. "
            "Name them in hyperparameters= to have them drawn."
        )
    return [name for name in params if name not in fixed]
