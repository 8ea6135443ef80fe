"""Searches in which trials fail with a known chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amtviz import Hyperparameter, Objective, TuningData

OBJECTIVE = Objective("y", "Maximize")
RANGES = [
    Hyperparameter("max-depth", "integer", 1, 30, scaling="Linear"),
    Hyperparameter("rate", "continuous", 1e-5, 1e-1, scaling="Logarithmic"),
    Hyperparameter("kind", "categorical", values=("gini", "entropy", "log_loss")),
    Hyperparameter("share", "continuous", 0, 1, scaling="Linear"),
    Hyperparameter("layers", "integer", 1, 4, scaling="Linear"),
]


def make_points(count, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "max-depth": rng.integers(1, 31, count),
            "rate": 10 ** rng.uniform(-5, -1, count),
            "kind": rng.choice(["gini", "entropy", "log_loss"], count),
            "share": rng.uniform(0, 1, count),
            "layers": rng.integers(1, 5, count),
        }
    )


def make_failing(points, chance, seed=0, job="job", reason=None, ranges=RANGES, **columns):
    """Let each trial fail with its chance; they take 100 seconds each, one after the other."""
    rng = np.random.default_rng([seed, 1])
    failed = rng.uniform(size=len(points)) < chance
    start = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(100.0 * np.arange(len(points)))
    frame = points.assign(
        TuningJobName=job,
        TrainingJobName=[f"trial-{i:04d}-x" for i in range(len(points))],
        TrainingJobStatus=np.where(failed, "Failed", "Completed"),
        y=np.where(failed, np.nan, rng.normal(size=len(points))),
        TrainingStartTime=start,
        TrainingEndTime=start + pd.Timedelta(seconds=100),
        FailureReason=np.where(failed, reason, None),
        **columns,
    )
    return TuningData.from_frame(
        frame,
        objective="y",
        direction="Maximize",
        job_column="TuningJobName",
        hyperparameters=ranges,
    )


def deep_fails(points, above=24, often=0.6, else_=0.02):
    """Only deep trees fail often."""
    return np.where(points["max-depth"] > above, often, else_)
