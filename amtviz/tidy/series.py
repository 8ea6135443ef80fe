"""CloudWatch series to the long table of metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from amtviz.model import RawSeries, RawTuningJob
from amtviz.schema import METRIC_COLUMNS, empty_metrics


def tidy_series(jobs: Sequence[RawTuningJob]) -> pd.DataFrame:
    """Put all series into one long table.

    Parameters
    ----------
    jobs : sequence of RawTuningJob

    Returns
    -------
    pandas.DataFrame
        Columns: see ``amtviz.schema.METRIC_COLUMNS``; one row per point, series after series.
        ``ElapsedSeconds`` counts from the first point of the training job, in any of its series.
    """
    series: dict[tuple[str, str, str], RawSeries] = {}
    for job in jobs:
        for one in job.series:
            series.setdefault((one.training_job, one.host, one.metric), one)
    kept = [one for one in series.values() if len(one.timestamps)]
    if not kept:
        return empty_metrics()
    lengths = [len(one.timestamps) for one in kept]
    starts: dict[str, int] = {}
    for one in kept:
        first = int(one.timestamps.min())
        starts[one.training_job] = min(first, starts.get(one.training_job, first))
    milliseconds = np.concatenate([one.timestamps for one in kept]).astype("int64")
    first_points = np.repeat([starts[one.training_job] for one in kept], lengths)
    columns = {
        "TrainingJobName": _repeat([one.training_job for one in kept], lengths),
        "Host": _repeat([one.host for one in kept], lengths),
        "MetricName": _repeat([one.metric for one in kept], lengths),
        "Timestamp": pd.to_datetime(milliseconds, unit="ms", utc=True),
        "ElapsedSeconds": (milliseconds - first_points) / 1000,
        "Value": np.concatenate([one.values for one in kept]),
    }
    frame = pd.DataFrame(columns)
    return frame.astype({name: column.dtype for name, column in METRIC_COLUMNS.items()})


def _repeat(names: Sequence[str], lengths: Sequence[int]) -> Any:
    return pd.array(list(names), dtype="string").repeat(lengths)
