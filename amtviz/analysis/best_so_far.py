"""How good the best trial was at any time, and how the trials rank."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amtviz.model import Objective
from amtviz.texts import number_distinct


def compute_best_so_far(
    trials: pd.DataFrame, objective: Objective, by: str = "TuningJobName"
) -> pd.DataFrame:
    """Follow the best objective value of each tuning job over the start times of its trials.

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
        Columns: ``by``, TrainingJobName, Time (UTC: TrainingStartTime, or CreationTime without
        one) and BestSoFar (float64, the objective's own unit). Only the trials that improved on
        the best, and the last scored one of each group, which ends its line; in order of time
        within each group. Missing and infinite values don't count. The index is that of
        ``trials``. Trials without any time come last, in the order of the rows.
    """
    frame = pd.DataFrame(
        {
            by: trials[by],
            "TrainingJobName": trials["TrainingJobName"],
            "Time": trials["TrainingStartTime"].fillna(trials["CreationTime"]),
            "BestSoFar": trials[objective.metric_name],
        }
    )
    frame["group"] = number_distinct(trials[by])
    frame = frame[np.isfinite(frame["BestSoFar"])].sort_values(["group", "Time"], kind="stable")
    groups = frame["group"]
    score = frame["BestSoFar"] * objective.sign
    best = score.groupby(groups).cummax()
    improved = best.gt(best.groupby(groups).shift(fill_value=-np.inf))
    last = ~groups.duplicated(keep="last")
    frame["BestSoFar"] = best * objective.sign
    return frame.loc[improved | last, [by, "TrainingJobName", "Time", "BestSoFar"]]


def rank_trials(trials: pd.DataFrame, objective: Objective) -> pd.Series:
    """Rank trials by their objective.

    Parameters
    ----------
    trials : pandas.DataFrame
        As in ``TuningData.trials``.
    objective : Objective

    Returns
    -------
    pandas.Series of Int64
        1 is the best; of equal trials the first row is better. Missing (NA) for those whose
        objective is missing or infinite.
    """
    values = trials[objective.metric_name]
    finite = values.where(np.isfinite(values))
    ranks = finite.rank(method="first", ascending=objective.direction == "Minimize")
    return ranks.astype("Int64").rename("Rank")
