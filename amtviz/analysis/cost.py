"""What the trials were billed, by outcome, and what of it spot instances saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from amtviz.analysis.convergence import compute_billed_seconds
from amtviz.model import CUT_OFF_OUTCOMES, Objective
from amtviz.settings import check_prices
from amtviz.texts import number_distinct
from amtviz.wording.statuses import RUNNING_STATUSES

OUTCOMES = (
    *("completed", "stopped early", "out of time", "out of spot"),
    *("running", "no value", "failed"),
)
LOCAL_TYPES = ("local", "local_gpu")  # one's own machine: nobody bills for it


def compute_cost(
    trials: pd.DataFrame,
    objective: Objective,
    prices: Mapping[str, float] | None = None,
    by: str = "TuningJobName",
    at: datetime | None = None,
) -> pd.DataFrame:
    """Add up what was billed, by tuning job, instance type and outcome.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    prices : mapping of str to float, optional
        Dollars per instance-hour by instance type, for each type of several groups.
    by : str
        The column that groups trials.
    at : datetime, optional
        When the data was fetched: what still runs, not on spot instances, is counted up to then.

    Returns
    -------
    pandas.DataFrame
        A row per group, instance type and outcome that has trials. Columns: ``by``; InstanceType
        (empty where unknown); Outcome (one of ``OUTCOMES``: see `classify_outcomes`); Trials,
        Elapsed, Unknown (int64: trials, those whose seconds are end minus start for want of a bill,
        and those of which neither is known); BilledSeconds (float64, of all instances; unknown ones
        add nothing; of ``LOCAL_TYPES`` the seconds that they ran); Dollars (float64, missing
        without a price).
    """
    columns = [by, "InstanceType", "Outcome"]
    billed = compute_billed_seconds(_up_to(trials, at))
    frame = pd.DataFrame(
        {
            by: trials[by],
            "InstanceType": trials["InstanceType"].astype("string").fillna(""),
            "Outcome": classify_outcomes(trials, objective).astype("string"),
            "Seconds": billed["BilledSeconds"],
            "Elapsed": billed["BilledFrom"] == "elapsed",
            "Unknown": billed["BilledFrom"] == "unknown",
        }
    )
    frame = frame[frame[by].notna()]
    groups = frame.groupby([number_distinct(frame[name]) for name in columns], sort=False)
    table = pd.DataFrame(
        {
            **groups[columns].first(),
            "Trials": groups.size().astype("int64"),
            "Elapsed": groups["Elapsed"].sum().astype("int64"),
            "Unknown": groups["Unknown"].sum().astype("int64"),
            "BilledSeconds": groups["Seconds"].sum().astype("float64"),
        }
    ).reset_index(drop=True)
    table["Dollars"] = compute_dollars(table["BilledSeconds"], table["InstanceType"], prices)
    return table


def compute_dollars(
    seconds: pd.Series, types: pd.Series, prices: Mapping[str, float] | None
) -> pd.Series:
    """Return what instances cost.

    Parameters
    ----------
    seconds : pandas.Series of float64
        Billed, of all instances.
    types : pandas.Series of str
        As in the column InstanceType, also several groups.
    prices : mapping of str to float, optional
        Dollars per instance-hour by instance type.

    Returns
    -------
    pandas.Series of float64
        NaN where a price is missing.
    """
    known = check_prices(prices)
    price = types.map(lambda name: _find_price(name, known)).astype("float64")
    return seconds / 3600 * price


def _find_price(name: str, prices: Mapping[str, float]) -> float:
    """Return dollars per instance-hour, of several groups the mean over their instances."""
    groups = [group.partition(" × ") for group in name.split(" + ")]
    if not all(count.isdecimal() and len(count) < 9 for count, _, _ in groups):
        return prices.get(name, np.nan)
    counts = [int(count) for count, _, _ in groups]
    cost = sum(
        n * prices.get(type_, np.nan) for n, (_, _, type_) in zip(counts, groups, strict=True)
    )
    return cost / sum(counts) if sum(counts) else np.nan


def _up_to(trials: pd.DataFrame, at: datetime | None) -> pd.DataFrame:
    """Let trials that still run end now; by themselves they have no end."""
    if at is None:
        return trials
    so_far = (pd.Timestamp(at) - trials["TrainingStartTime"]).dt.total_seconds().clip(lower=0)
    running = trials["TrainingJobStatus"].isin(RUNNING_STATUSES).fillna(False).astype(bool)
    elapsed = trials["TrainingElapsedTimeSeconds"].astype("float64")
    return trials.assign(TrainingElapsedTimeSeconds=elapsed.fillna(so_far.where(running)))


def classify_outcomes(trials: pd.DataFrame, objective: Objective) -> pd.Series:
    """Tell what became of each trial.

    Parameters
    ----------
    trials : pandas.DataFrame
    objective : Objective

    Returns
    -------
    pandas.Series of str
        ``running``; ``failed``; ``out of time`` (its longest time ended it, with a value); ``out
        of spot`` (a lack of spot instances did, with a value); ``stopped early`` (stopped
        otherwise, with a value); ``completed`` (with a value); ``no value`` (ended without one, for
        another reason than failing). The index is that of ``trials``.
    """
    status = trials["TrainingJobStatus"].astype("string").fillna("")
    scored = np.isfinite(trials[objective.metric_name].astype("float64"))
    outcome = pd.Series("no value", index=trials.index, dtype="object")
    outcome[scored] = "completed"
    outcome[scored & (status == "Stopped")] = "stopped early"
    if "SecondaryStatus" in trials:
        cut = trials["SecondaryStatus"].astype(object).map(CUT_OFF_OUTCOMES)
        outcome = outcome.mask(scored & (status == "Stopped") & cut.notna(), cut)
    outcome[status == "Failed"] = "failed"
    outcome[status.isin(RUNNING_STATUSES)] = "running"
    return outcome


def compute_spot_saving(trials: pd.DataFrame) -> pd.DataFrame:
    """Compare what spot trials were billed with how long they took.

    Parameters
    ----------
    trials : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        A row per trial on spot instances. Columns: TrainingJobName; ElapsedSeconds, BilledSeconds
        (float64: of all instances, its training time as AWS counts it, else from start to end with
        interruptions, and as billed; missing where unknown); SavedShare (float64: 1 - billed /
        elapsed, missing where either is).
    """
    spot = trials[trials["EnableManagedSpotTraining"].fillna(False).astype(bool)]
    count = spot["InstanceCount"].astype("Float64").astype("float64")
    elapsed = spot["TrainingElapsedTimeSeconds"].astype("float64")
    elapsed = spot["TrainingTimeInSeconds"].astype("float64").fillna(elapsed) * count
    billed = spot["BillableTimeInSeconds"].astype("float64") * count
    return pd.DataFrame(
        {
            "TrainingJobName": spot["TrainingJobName"],
            "ElapsedSeconds": elapsed,
            "BilledSeconds": billed,
            "SavedShare": 1 - billed / elapsed.where(elapsed > 0),
        }
    )
