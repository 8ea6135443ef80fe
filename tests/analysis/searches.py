"""Small tables of trials in the order in which they ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amtviz.tidy import tidy_frame

START = pd.Timestamp("2026-01-01", tz="UTC")


def normal(n, seed=0):
    return np.random.default_rng(seed).normal(size=n)


def make_search(scores, job="a", direction="Maximize", seconds=60.0, **columns):
    """One trial after the other, each of so many seconds; a missing score failed."""
    scores = pd.Series(scores, dtype="float64")
    start = START + pd.to_timedelta(np.arange(len(scores)) * seconds, "s")
    df = pd.DataFrame(
        {
            "TuningJobName": job,
            "TrainingJobName": [f"{job}-{i}" for i in range(len(scores))],
            "TrainingJobStatus": np.where(scores.isna(), "Failed", "Completed"),
            "y": scores,
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.to_timedelta(seconds, "s"),
            "BillableTimeInSeconds": seconds,
            "InstanceCount": 1,
            **columns,
        }
    )
    return tidy_frame(df, objective="y", direction=direction).trials
