"""Summaries of tuning jobs to a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from amtviz.schema import LISTING_COLUMNS
from amtviz.tidy.times import to_utc
from amtviz.tidy.trials import build_frame
from amtviz.tidy.values import fits_int64


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
        "TuningJobName": [summary.get("HyperParameterTuningJobName") for summary in summaries],
        "TuningJobStatus": [summary.get("HyperParameterTuningJobStatus") for summary in summaries],
        "Strategy": [summary.get("Strategy") for summary in summaries],
        "CreationTime": to_utc([summary.get("CreationTime") for summary in summaries]),
        "HyperParameterTuningEndTime": to_utc(
            [summary.get("HyperParameterTuningEndTime") for summary in summaries]
        ),
        "Completed": _count(counters, "Completed"),
        "InProgress": _count(counters, "InProgress"),
        "Stopped": _count(counters, "Stopped"),
        "Failed": _count(counters, "NonRetryableError", "RetryableError"),
        "Parents": [_name_parents(summary.get("WarmStartConfig")) for summary in summaries],
        "TuningJobArn": [summary.get("HyperParameterTuningJobArn") for summary in summaries],
    }
    return build_frame(columns, {name: c.dtype for name, c in LISTING_COLUMNS.items()})


def _name_parents(start: Mapping[str, Any] | None) -> str | None:
    """Return the names of the parents, empty for none; None where that isn't known."""
    if start is None:
        return None
    parents = start.get("ParentHyperParameterTuningJobs") or ()
    names = [str(parent.get("HyperParameterTuningJobName") or "") for parent in parents]
    return " ".join(filter(None, names))


def _count(counters: Sequence[Mapping[str, Any]], *names: str) -> list[int]:
    """Add up what each tuning job counts under some names."""
    sums = [sum(counts.get(name) or 0 for name in names) for counts in counters]
    return [count if fits_int64(count) else 0 for count in sums]
