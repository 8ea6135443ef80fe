"""Which hyperparameters parallel coordinates show, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from amtviz.analysis.effects.importance import Importance
from amtviz.model import TuningTables
from amtviz.texts import list_distinct

MOST_AXES = 12  # hyperparameters: more axes leave no room for their labels


@dataclass(frozen=True)
class ShownAxes:
    """Which columns have an axis.

    Attributes
    ----------
    places : tuple of int
        Of the hyperparameters, most important first.
    order : {"explains", "reaches", "declared"}
        What gave the order: the first measure of importance that can be trusted, if one can.
    constant, left_out : int
        How many hyperparameters have no axis: every trial had the same value; too many.
    """

    places: tuple[int, ...]
    order: Literal["explains", "reaches", "declared"]
    constant: int
    left_out: int

    @property
    def fields(self) -> tuple[str, ...]:
        """Their column ids."""
        return tuple(f"p{place}" for place in self.places)


def choose_axes(tables: TuningTables, importance: Importance) -> ShownAxes:
    """Choose the hyperparameters to draw: those that varied, most important first."""
    ranks = {name: rank for rank, name in enumerate(importance.ranking)}
    hyperparameters = tables.hyperparameters
    in_order = sorted(
        range(len(hyperparameters)),
        key=lambda place: ranks.get(hyperparameters[place].name, len(hyperparameters)),
    )
    columns = [tables.trials[h.column] for h in hyperparameters]
    varied = [place for place in in_order if _is_varied(columns[place])]
    kept = varied or in_order  # of a single trial, everything is constant
    order: Any = "declared"
    if ranks:
        order = "explains" if importance.explains_trusted else "reaches"
    return ShownAxes(
        tuple(kept[:MOST_AXES]), order, len(in_order) - len(kept), len(kept[MOST_AXES:])
    )


def _is_varied(values: pd.Series) -> bool:
    """Tell whether trials differ in it: also those that have it from those that don't."""
    return len(list_distinct(values)) + bool(values.isna().any()) > 1
