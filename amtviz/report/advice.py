"""What to search next, as the page shows it: a table with the evidence, and code to copy."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from amtviz.model import TuningTables
from amtviz.sdk_code import write_suggestion
from amtviz.wording.values import format_range


@dataclass(frozen=True)
class AdviceRow:
    """One hyperparameter; every text is ready to be shown."""

    name: str
    old: str
    change: str
    new: str
    evidence: str


@dataclass(frozen=True)
class Advice:
    """The suggestion.

    Attributes
    ----------
    rows : tuple of AdviceRow
    code : dict of int to str
        By the generation of the SageMaker SDK, the newest first.
    """

    rows: tuple[AdviceRow, ...]
    code: dict[int, str]


def advise(data: TuningTables, table: pd.DataFrame | None) -> Advice | None:
    """Put suggested ranges into words and code.

    Parameters
    ----------
    data : TuningTables
    table : pandas.DataFrame, optional
        What `amtviz.analysis.suggest_ranges` gave.

    Returns
    -------
    Advice, optional
        None when there is no suggestion.
    """
    if table is None or not len(table):
        return None
    rows = tuple(
        AdviceRow(
            row.Hyperparameter,
            format_range(row.Kind, row.OldLow, row.OldHigh, row.OldValues),
            row.Change,
            format_range(row.Kind, row.Low, row.High, row.Values),
            row.Evidence,
        )
        for row in table.itertuples()
    )
    return Advice(rows, {sdk: write_suggestion(data, table, sdk) for sdk in (3, 2)})
