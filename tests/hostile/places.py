"""The same trials with texts in one place or another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from amtviz import Hyperparameter, TuningData
from amtviz.schema import METRIC_COLUMNS
from amtviz.texts import write_halves

PLACES = (
    "category", "trial", "reason", "instance type", "status", "algorithm", "job", "hyperparameter",
    "metric", "job's reason",
)  # fmt: skip


def make_trials(texts: Sequence[str], place: str, objective: str = "loss") -> TuningData:
    """Return two trials for each text, which stands in that place."""
    count, rng = 2 * len(texts), np.random.default_rng(0)
    own = np.array([write_halves(text) for text in texts], object)
    each = own[np.arange(count) % len(texts)]
    start = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(np.arange(count) * 50, "s")
    failed = (np.arange(count) % 2 == 1) & (place == "reason")
    frame = pd.DataFrame(
        {
            "TuningJobName": "job",
            "TrainingJobName": [f"t-{n}" for n in range(count)],
            "TrainingJobStatus": np.where(failed, "Failed", "Completed"),
            "CreationTime": start - pd.Timedelta("30s"),
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.Timedelta("90s"),
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "BillableTimeInSeconds": 90,
            "TrainingJobDefinitionName": None,
            "FailureReason": None,
            "x": rng.random(count),
            "k": rng.choice(["a", "b"], count),
        }
    )
    frame[objective] = np.where(failed, np.nan, rng.random(count) + frame["x"])
    names = ["x", "k"]
    columns = {
        "category": "k", "reason": "FailureReason", "instance type": "InstanceType",
        "status": "TrainingJobStatus", "algorithm": "TrainingJobDefinitionName",
        "job": "TuningJobName",
    }  # fmt: skip
    if place in columns:
        frame[columns[place]] = pd.Series(each, dtype=object)
    elif place == "trial":
        frame["TrainingJobName"] = pd.Series(
            [text if n < len(own) else f"{text}{n}" for n, text in enumerate(each)], dtype=object
        )
    elif place == "hyperparameter":
        numbers = pd.DataFrame(rng.random((count, len(own))), columns=pd.Index(own, dtype=object))
        frame = pd.concat([frame, numbers], axis=1)
        names += list(own)
    kinds = {"k": "categorical"}
    data = TuningData.from_frame(
        frame,
        objective=objective,
        direction="Minimize",
        hyperparameters=[Hyperparameter(n, kinds.get(n, "continuous"), **_range(n)) for n in names],
        job_column="TuningJobName",
    )
    if place == "metric":
        return replace(data, metrics=_series(data, own))
    if place == "job's reason":
        jobs = [replace(data.jobs[0], name=f"job {n}", failure_reason=t) for n, t in enumerate(own)]
        return replace(data, jobs=(*data.jobs, *jobs))
    return data


def _range(name: str) -> dict[str, float]:
    return {} if name == "k" else {"low": 0.0, "high": 1.0}


def _series(data: TuningData, names: Sequence[str]) -> pd.DataFrame:
    trials = data.trials["TrainingJobName"].iloc[:2].tolist()
    rows = [
        (trial, "", name, data.trials["TrainingStartTime"].iloc[0], float(step), float(step))
        for trial in trials
        for name in names
        for step in range(3)
    ]
    frame = pd.DataFrame(rows, columns=list(METRIC_COLUMNS))
    return frame.astype({name: column.dtype for name, column in METRIC_COLUMNS.items()})
