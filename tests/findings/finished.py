"""Finished tuning jobs of one hyperparameter, by their scores."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from amtviz import TuningData
from tests.charts.scene import START


def search(scores, job="search", seconds=60.0, **columns) -> pd.DataFrame:
    scores = pd.Series(scores, dtype="float64")
    start = START + pd.to_timedelta(np.arange(len(scores)) * seconds, "s")
    return pd.DataFrame(
        {
            "TuningJobName": job,
            "TrainingJobName": [f"{job}-{i:03d}" for i in range(len(scores))],
            "TrainingJobStatus": np.where(scores.isna(), "Failed", "Completed"),
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.to_timedelta(seconds, "s"),
            "BillableTimeInSeconds": seconds,
            "InstanceCount": 2,
            "score": scores,
            "rate": 0.1,
            **columns,
        }
    )


def make(*frames: pd.DataFrame, direction="Maximize", **jobs: dict) -> TuningData:
    data = TuningData.from_frame(
        pd.concat(frames, ignore_index=True),
        objective="score",
        direction=direction,
        hyperparameters=["rate"],
        job_column="TuningJobName",
    )
    usual = {"strategy": "Random", "status": "Completed"}
    changed = [dataclasses.replace(job, **(usual | jobs.get(job.name, {}))) for job in data.jobs]
    return dataclasses.replace(data, jobs=tuple(changed))


def normal(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n).round(6)
