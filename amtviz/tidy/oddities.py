"""What is odd about hyperparameters and their values: notices, for nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from amtviz.errors import join_choices
from amtviz.model import Hyperparameter
from amtviz.texts import list_distinct

_MANY = 20  # trials: fewer may have a different category each by chance


def explain_values(trials: pd.DataFrame, hyperparameters: Sequence[Hyperparameter]) -> list[str]:
    """Say which hyperparameters can't be told from each other, or from the trials themselves.

    Parameters
    ----------
    trials : pandas.DataFrame
    hyperparameters : sequence of Hyperparameter

    Returns
    -------
    list of str
    """
    notices = []
    twins: dict[tuple[object, ...], list[str]] = {}
    for one in hyperparameters:
        column = trials[one.column]
        if one.kind == "categorical" and differs_everywhere(column):
            notices.append(
                f"{one.name!r} has another value in each of {column.notna().sum():,} trials, as "
                "names of runs have: whether it matters can't be told."
            )
        if len(list_distinct(column)) > 1:
            values = tuple(
                None if gone else v for v, gone in zip(column, column.isna(), strict=True)
            )
            twins.setdefault(values, []).append(one.name)
    notices += [
        f"{join_choices(names)} have the same values in every trial: what one of them does can't "
        "be told from the others."
        for names in twins.values()
        if len(names) > 1
    ]
    return notices


def differs_everywhere(column: pd.Series) -> bool:
    """Tell whether each of many trials has a value of its own."""
    count = int(column.notna().sum())
    return count > _MANY and len(list_distinct(column)) == count


def explain_scaling(hyperparameter: Hyperparameter, who: str) -> list[str]:
    """Say that a range can't be on the scale that is declared for it.

    Parameters
    ----------
    hyperparameter : Hyperparameter
    who : str
        The tuning job or definition that declares it; empty for the caller.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    low, high, scaling = hyperparameter.low, hyperparameter.high, hyperparameter.scaling
    where = f" in {who!r}" if who else ""
    if scaling == "Logarithmic" and low is not None and low <= 0:
        return [
            f"The logarithmic range of {hyperparameter.name!r}{where} begins at {low:g}, which has "
            "no logarithm: its scale is linear."
        ]
    if scaling == "ReverseLogarithmic" and high is not None and high >= 1:
        return [
            f"The reverse-logarithmic range of {hyperparameter.name!r}{where} ends at {high:g}, "
            "and has to end below 1: its scale is linear."
        ]
    return []
