"""The statuses of tuning jobs and training jobs: which of them are final, and how they are said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RUNNING_STATUSES = ("InProgress", "Stopping")
# what is being deleted runs no more, even if deleting fails
FINAL_STATUSES = ("Completed", "Failed", "Stopped", "Deleting", "DeleteFailed")
_WORDS = {"InProgress": "in progress", "DeleteFailed": "delete failed"}


def format_status(status: Any) -> str:
    """Write a status in words: ``in progress``; missing as ``unknown``."""
    return _WORDS.get(status, status.lower()) if isinstance(status, str) else "unknown"


def format_counts(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Write how many there are of each status: ``48 completed``, ``2 failed``."""
    return tuple(f"{count:,} {format_status(name)}" for name, count in counts.items())
