"""Where tuning jobs stand, in numbers: what every live view shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from amtviz.analysis.best_so_far import rank_trials
from amtviz.analysis.cost import LOCAL_TYPES, compute_cost
from amtviz.findings.convergence import state_convergence
from amtviz.findings.facts import facts_of
from amtviz.model import TuningJob, TuningTables
from amtviz.settings import DRAW_DEFAULTS, DrawOptions
from amtviz.wording.statuses import FINAL_STATUSES

_LATEST = 10  # trials


@dataclass(frozen=True)
class JobStatus:
    """One tuning job; ``most`` is its MaxNumberOfTrainingJobs, None without one."""

    name: str
    status: str
    strategy: str
    counts: Mapping[str, int]
    most: int | None

    @property
    def started(self) -> int:
        """How many trials it has."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class TrialStatus:
    """One trial; ``seconds`` and ``objective`` are None while it has none."""

    name: str
    job: str
    status: str
    objective: float | None
    seconds: float | None
    is_best: bool
    hyperparameters: Mapping[str, Any]


@dataclass(frozen=True)
class Status:
    """Where tuning jobs stand; warm-start parents count for nothing but a best in ``outlook``.

    Attributes
    ----------
    metric, direction : str
        The objective.
    jobs : tuple of JobStatus
    best : TrialStatus, optional
    latest : tuple of TrialStatus
        Running ones, then those that ended last; at most ten.
    billed_seconds : float
        Of all instances, up to now, as far as it is known.
    uncounted : int
        Trials whose billed seconds aren't known: of spot instances, those that run, for example.
    dollars : float, optional
        Of the billed seconds; None if an instance type has no price.
    outlook : str
        When the best was found, and what more trials can be expected to gain.
    """

    metric: str
    direction: str
    jobs: tuple[JobStatus, ...]
    best: TrialStatus | None
    latest: tuple[TrialStatus, ...]
    billed_seconds: float
    uncounted: int
    dollars: float | None
    outlook: str

    @property
    def counts(self) -> dict[str, int]:
        """Trials of all jobs by status."""
        total: dict[str, int] = {}
        for job in self.jobs:
            for status, count in job.counts.items():
                total[status] = total.get(status, 0) + count
        return total


def is_final(status: str) -> bool:
    """Tell whether nothing changes any more after a status of a tuning job or a trial."""
    return status in FINAL_STATUSES


def describe_status(data: TuningTables, options: DrawOptions = DRAW_DEFAULTS) -> Status:
    """Say where tuning jobs stand.

    Parameters
    ----------
    data : TuningTables
    options : DrawOptions
        Its prices make the cost, and what more trials would cost, dollars.

    Returns
    -------
    Status
    """
    jobs = [job for job in data.jobs if not job.is_ancestor]
    own = data.trials[data.trials["TuningJobName"].isin([job.name for job in jobs])]
    ranks = rank_trials(own, data.objective)
    best = own[ranks == 1].head(1)
    seconds, uncounted, dollars = _cost(data, own, options.prices)
    return Status(
        metric=data.objective.metric_name,
        direction=data.objective.direction,
        jobs=tuple(_job(job, own) for job in jobs),
        best=next(iter(_trials(data, best, best.index)), None),
        latest=_trials(data, _latest(own), best.index),
        billed_seconds=seconds,
        uncounted=uncounted,
        dollars=dollars,
        outlook=_outlook(data, options, [job.name for job in jobs]),
    )


def _job(job: TuningJob, trials: pd.DataFrame) -> JobStatus:
    statuses = trials.loc[trials["TuningJobName"] == job.name, "TrainingJobStatus"]
    counts = statuses.fillna("Unknown").value_counts()
    most = job.limits.get("MaxNumberOfTrainingJobs")
    return JobStatus(
        job.name,
        job.status,
        job.strategy,
        {str(status): int(count) for status, count in counts.items()},
        int(most) if most else None,
    )


def _latest(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials that run, and then those that ended last, the newest first."""
    running = ~trials["TrainingJobStatus"].fillna("").isin(FINAL_STATUSES)
    at = trials["TrainingEndTime"].fillna(trials["TrainingStartTime"])
    order = pd.DataFrame({"running": running, "at": at.fillna(trials["CreationTime"])})
    order = order.sort_values(["running", "at"], ascending=False, kind="stable")
    return trials.loc[order.index[:_LATEST]]


def _trials(data: TuningTables, trials: pd.DataFrame, best: pd.Index) -> tuple[TrialStatus, ...]:
    columns = {h.name: trials[h.column].tolist() for h in data.hyperparameters}
    objective = trials[data.objective.metric_name].astype("Float64")
    return tuple(
        TrialStatus(
            name=str(trials.at[row, "TrainingJobName"]),
            job=str(trials.at[row, "TuningJobName"]),
            status=_or_none(trials.at[row, "TrainingJobStatus"]) or "Unknown",
            objective=_or_none(objective.at[row]),
            seconds=_or_none(trials.at[row, "TrainingElapsedTimeSeconds"]),
            is_best=row in best,
            hyperparameters={name: _or_none(values[place]) for name, values in columns.items()},
        )
        for place, row in enumerate(trials.index)
    )


def _cost(
    data: TuningTables, trials: pd.DataFrame, prices: Mapping[str, float]
) -> tuple[float, int, float | None]:
    """Return the billed seconds, of how many trials they aren't known, and what they cost."""
    table = compute_cost(trials, data.objective, prices, at=data.fetched_at)
    table = table[~table["InstanceType"].isin(LOCAL_TYPES)]  # nobody bills for one's own machine
    billed = table[table["BilledSeconds"] > 0]
    whole = len(billed) > 0 and bool(billed["Dollars"].notna().all())
    dollars = float(billed["Dollars"].sum()) if whole else None
    return float(billed["BilledSeconds"].sum()), int(table["Unknown"].sum()), dollars


def _outlook(data: TuningTables, options: DrawOptions, watched: Sequence[str]) -> str:
    if not len(data.trials):
        return ""
    return state_convergence(facts_of(data, options.prices), watched or None)


def _or_none(value: Any) -> Any:
    """Return a missing or infinite value as None, and numpy's scalars as Python's."""
    if pd.isna(value) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.item() if hasattr(value, "item") else value
