"""Summaries of tuning jobs to a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from amtviz.schema import LISTING_COLUMNS
from amtviz.tidy.times import to_utc
from amtviz.tidy.trials import build_frame


def tidy_listing(summaries: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Make a table of the answers of ListHyperParameterTuningJobs.

    Parameters
    ----------
    summaries : sequence of mapping

    Returns
    -------
    pandas.DataFrame
        One row per tuning job, in their order. Columns: see ``amtviz.schema.LISTING_COLUMNS``.
    """
    counters = [summary.get("TrainingJobStatusCounters") or {} for summary in summaries]
    columns: dict[str, Any] = {
        "TuningJobName": [summary["HyperParameterTuningJobName"] for summary in summaries],
        "TuningJobStatus": [summary["HyperParameterTuningJobStatus"] for summary in summaries],
        "Strategy": [summary.get("Strategy") for summary in summaries],
        "CreationTime": to_utc([summary.get("CreationTime") for summary in summaries]),
        "HyperParameterTuningEndTime": to_utc(
            [summary.get("HyperParameterTuningEndTime") for summary in summaries]
        ),
        "Completed": [counts.get("Completed", 0) for counts in counters],
        "InProgress": [counts.get("InProgress", 0) for counts in counters],
        "Stopped": [counts.get("Stopped", 0) for counts in counters],
        "Failed": [
            counts.get("NonRetryableError", 0) + counts.get("RetryableError", 0)
            for counts in counters
        ],
        "TuningJobArn": [summary.get("HyperParameterTuningJobArn") for summary in summaries],
    }
    return build_frame(columns, {name: c.dtype for name, c in LISTING_COLUMNS.items()})
