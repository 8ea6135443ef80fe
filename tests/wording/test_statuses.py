import pandas as pd
import pytest

from amtviz.model import TUNING_JOB_STATUSES
from amtviz.wording.statuses import (
    FINAL_STATUSES,
    RUNNING_STATUSES,
    format_counts,
    format_status,
)


def test_each_status_is_either_running_or_final():
    assert not set(RUNNING_STATUSES) & set(FINAL_STATUSES)
    assert {*RUNNING_STATUSES, *FINAL_STATUSES} == set(TUNING_JOB_STATUSES)
    assert set(RUNNING_STATUSES) == {"InProgress", "Stopping"}


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("InProgress", "in progress"),
        ("Completed", "completed"),
        ("DeleteFailed", "delete failed"),
        ("SomethingNew", "somethingnew"),
        (pd.NA, "unknown"),
        (None, "unknown"),
        (float("nan"), "unknown"),
    ],
)
def test_statuses(status, text):
    assert format_status(status) == text


def test_counts():
    counts = {"Completed": 1200, "InProgress": 2}
    assert format_counts(counts) == ("1,200 completed", "2 in progress")
