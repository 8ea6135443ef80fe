"""How near a tuning job is to the limits and criteria that end it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pandas as pd

from amtviz.analysis.convergence import compute_convergence
from amtviz.model import Objective, TuningJob


def compute_completion(
    jobs: Iterable[TuningJob],
    trials: pd.DataFrame,
    objective: Objective,
    at: datetime | None = None,
) -> pd.DataFrame:
    """Compare each tuning job with the limits and completion criteria of its configuration.

    Parameters
    ----------
    jobs : iterable of TuningJob
    trials : pandas.DataFrame
        As in ``TuningData.trials``.
    objective : Objective
    at : datetime, optional
        When the data was fetched, for the runtime of a job that hasn't ended.

    Returns
    -------
    pandas.DataFrame
        A row per job and criterion that was set. Columns: TuningJobName; Criterion (AWS's own
        name); Limit, Reached (float64: training jobs, seconds, the objective, or finished training
        jobs since the last improvement; missing for ConvergenceDetected, of which AWS tells no
        progress); Share (float64: Reached / Limit; of TargetObjectiveMetricValue 1 when it is
        reached, else missing, for an objective has no zero to count from).
    """
    lines = compute_convergence(trials, objective)
    rows: list[tuple[str, str, float, float, float]] = []
    for job in jobs:
        line = lines[lines["TuningJobName"] == job.name]
        started = int((trials["TuningJobName"] == job.name).sum())
        best = float(line["BestSoFar"].iloc[-1]) if len(line) else np.nan
        improved = line.loc[line["Improved"], "Trial"].max()  # missing before the first
        since = len(line) - (0 if pd.isna(improved) else int(improved))
        ended = job.ended or at
        ran = (ended - job.created).total_seconds() if ended and job.created else np.nan
        limits = job.limits
        counted = [
            ("MaxNumberOfTrainingJobs", limits.get("MaxNumberOfTrainingJobs"), started),
            ("MaxRuntimeInSeconds", limits.get("MaxRuntimeInSeconds"), ran),
            (
                "MaxNumberOfTrainingJobsNotImproving",
                (limits.get("BestObjectiveNotImproving") or {}).get(
                    "MaxNumberOfTrainingJobsNotImproving"
                ),
                since,
            ),
        ]
        for criterion, limit, reached in counted:
            if limit:
                rows.append((job.name, criterion, limit, reached, reached / float(limit)))
        target = limits.get("TargetObjectiveMetricValue")
        if target is not None:
            met = (best - float(target)) * objective.sign >= 0
            share = 1.0 if met else np.nan
            rows.append((job.name, "TargetObjectiveMetricValue", target, best, share))
        if (limits.get("ConvergenceDetected") or {}).get("CompleteOnConvergence") == "Enabled":
            rows.append((job.name, "ConvergenceDetected", np.nan, np.nan, np.nan))
    frame = pd.DataFrame(rows, columns=["TuningJobName", "Criterion", "Limit", "Reached", "Share"])
    return frame.astype(dict.fromkeys(["Limit", "Reached", "Share"], "float64"))
