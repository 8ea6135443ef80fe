"""Which share of a tuning job's trials reaches each value: its empirical distribution."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amtviz.analysis.convergence import finished_in_order
from amtviz.analysis.expected_best import scores_in_order
from amtviz.model import Objective


def compute_edf(
    trials: pd.DataFrame, objective: Objective, by: str = "TuningJobName"
) -> pd.DataFrame:
    """Tell which share of a tuning job's trials reaches each objective value.

    Parameters
    ----------
    trials : pandas.DataFrame
        As in ``TuningData.trials``.
    objective : Objective
    by : str
        The column that groups trials.

    Returns
    -------
    pandas.DataFrame
        A row per group and distinct value, worst value first. Columns: ``by``; Value (float64);
        Trials (int64: those at least as good); Share (float64: of the finished trials, failed ones
        included).
    """
    frame, groups = finished_in_order(trials, objective, by)
    tables = []
    for _, rows in frame.groupby(groups, sort=True):
        scores = scores_in_order(rows, objective)
        values, counts = np.unique(scores[np.isfinite(scores)], return_counts=True)
        reached = counts[::-1].cumsum()[::-1]
        columns = {"Value": values * objective.sign, "Trials": reached}
        table = pd.DataFrame({**columns, "Share": reached / len(scores)})
        table.insert(0, by, rows[by].iloc[0])
        tables.append(table)
    dtypes = {"Value": "float64", "Trials": "int64", "Share": "float64"}
    if not tables:
        return pd.DataFrame(columns=[by, *dtypes]).astype(dtypes)
    return pd.concat(tables, ignore_index=True).astype(dtypes)
