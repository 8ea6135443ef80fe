"""Tuning jobs with bills, waits and outcomes, for the cost panels and the timeline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from amtviz import TuningData

T0 = pd.Timestamp("2026-03-01 12:00", tz="UTC")


def make_costs(n: int = 24) -> TuningData:
    """Two tuning jobs on two instance types, every sixth trial failed, every eighth stopped."""
    rng = np.random.default_rng(0)
    at = np.arange(n) // 3 * 400 + 60 * (np.arange(n) % 3)
    seconds = rng.integers(100, 280, n)
    status = np.where(np.arange(n) % 6 == 5, "Failed", "Completed")
    status[::8] = "Stopped"
    frame = pd.DataFrame(
        {
            "TuningJobName": np.where(np.arange(n) < n / 2, "random", "bayesian"),
            "TrainingJobName": [f"trial-{i}" for i in range(n)],
            "TrainingJobStatus": status,
            "CreationTime": T0 + pd.to_timedelta(at, "s"),
            "TrainingStartTime": T0 + pd.to_timedelta(at + 30, "s"),
            "TrainingEndTime": T0 + pd.to_timedelta(at + 30 + seconds, "s"),
            "BillableTimeInSeconds": seconds,
            "InstanceType": np.where(np.arange(n) % 2, "ml.m5.large", "ml.c5.large"),
            "InstanceCount": 1,
            "loss": np.where(status == "Failed", np.nan, rng.normal(1, 0.2, n)),
            "x": rng.uniform(0, 1, n),
        }
    )
    return TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=["x"]
    )


def limited(data: TuningData, slots: int) -> TuningData:
    """Configure how many trials may run at once."""
    limits = {"MaxParallelTrainingJobs": slots}
    return replace(data, jobs=tuple(replace(job, limits=limits) for job in data.jobs))
