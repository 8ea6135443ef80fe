"""How good the best trial was after so many trials, so much time and so many billed seconds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amtviz.model import Objective
from amtviz.texts import number_distinct
from amtviz.wording.statuses import RUNNING_STATUSES


def compute_convergence(
    trials: pd.DataFrame, objective: Objective, by: str = "TuningJobName"
) -> pd.DataFrame:
    """Follow the best objective value of each tuning job over its finished trials.

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
        One row per finished trial, failed ones included, in the order in which they ended within
        each group (without an end: started; without any time: of the rows, last). Columns: ``by``;
        TrainingJobName; Trial (int64, from 1); BestSoFar (float64, the objective's own unit,
        missing before the first scored trial); Improved (bool, the first scored trial included);
        WallSeconds (float64, from the group's first creation or start to this trial's end, missing
        without an end); BilledSeconds (float64, of all instances, of this and all earlier trials;
        those whose cost is unknown add nothing); BilledFrom (see `compute_billed_seconds`). The
        index is that of ``trials``.
    """
    frame, groups = finished_in_order(trials, objective, by)
    values = frame[objective.metric_name].astype("float64")
    score = values.where(np.isfinite(values)) * objective.sign
    best = score.groupby(groups).cummax().groupby(groups).ffill()
    before = best.groupby(groups).shift()
    billed = compute_billed_seconds(frame)
    begun = trials["CreationTime"].fillna(trials["TrainingStartTime"])
    begun = begun.groupby(number_distinct(trials[by])).transform("min")
    return pd.DataFrame(
        {
            by: frame[by],
            "TrainingJobName": frame["TrainingJobName"],
            "Trial": groups.groupby(groups).cumcount() + 1,
            "BestSoFar": best * objective.sign,
            "Improved": best.notna() & ~(best <= before),
            "WallSeconds": (frame["TrainingEndTime"] - begun.loc[frame.index]).dt.total_seconds(),
            "BilledSeconds": billed["BilledSeconds"].fillna(0).groupby(groups).cumsum(),
            "BilledFrom": billed["BilledFrom"],
        }
    )


def compute_billed_seconds(trials: pd.DataFrame) -> pd.DataFrame:
    """Return what each trial was billed, and where that is known from.

    Parameters
    ----------
    trials : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        Columns: BilledSeconds (float64: seconds times instances, missing where unknown);
        BilledFrom (``billed``: BillableTimeInSeconds; ``elapsed``: end minus start, for on-demand
        instances are billed for that; ``unknown``: neither, or spot instances without a bill, or
        the number of instances isn't known). The index is that of ``trials``.
    """
    billed = trials["BillableTimeInSeconds"].astype("float64")
    on_demand = ~trials["EnableManagedSpotTraining"].fillna(False).astype(bool)
    elapsed = trials["TrainingElapsedTimeSeconds"].astype("float64").where(on_demand)
    seconds = billed.fillna(elapsed) * trials["InstanceCount"].astype("Float64").astype("float64")
    source = np.where(seconds.isna(), "unknown", np.where(billed.notna(), "billed", "elapsed"))
    return pd.DataFrame({"BilledSeconds": seconds, "BilledFrom": source}, index=trials.index)


def finished_in_order(
    trials: pd.DataFrame, objective: Objective, by: str
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the finished trials in the order in which they ended within each group.

    Parameters
    ----------
    trials : pandas.DataFrame
    objective : Objective
        A trial that has a value of it counts as finished, whatever its status.
    by : str

    Returns
    -------
    frame : pandas.DataFrame
        Rows of ``trials``.
    groups : pandas.Series of int64
        Number of each row's group, by first appearance.
    """
    groups = pd.Series(number_distinct(trials[by]), trials.index)
    ended = ~trials["TrainingJobStatus"].isin(RUNNING_STATUSES)
    ended |= np.isfinite(trials[objective.metric_name].astype("float64"))
    finished = trials[ended & (groups >= 0)]
    end = finished["TrainingEndTime"].fillna(finished["TrainingStartTime"])
    order = pd.DataFrame({"group": groups, "end": end.fillna(finished["CreationTime"])})
    order = order.loc[finished.index].sort_values(["group", "end"], kind="stable")
    return trials.loc[order.index], order["group"]
