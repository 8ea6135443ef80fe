"""What a training job's steps tell of interruptions: restarts, standstill and repeated training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pandas as pd

from amtviz.tidy.times import to_utc

_STARTS = ("Starting", "Pending", "Restarting")
_TRAINING = "Training"
# after it has trained, it stands still in these
_STILL = frozenset(
    (
        *_STARTS,
        *("Interrupted", "LaunchingMLInstances", "PreparingTrainingStack"),
        *("Downloading", "DownloadingTrainingImage"),
    )
)


@dataclass(frozen=True)
class Interruptions:
    """What the steps of one training job tell.

    Attributes
    ----------
    restarts : int, optional
        How often it began once more.
    still : str, optional
        When it stood still between training and training again, or the end: from–to in seconds
        since its start, several parted by ``; ``. None where it never did.
    repeated : float, optional
        Seconds that it trained before its last restart.

    All are None where AWS didn't tell the steps.
    """

    restarts: int | None = None
    still: str | None = None
    repeated: float | None = None


def read_interruptions(record: Mapping[str, Any]) -> Interruptions:
    """Read ``SecondaryStatusTransitions``, in whatever order they are."""
    steps = record.get("SecondaryStatusTransitions")
    if not steps:
        return Interruptions()
    times = to_utc([step.get("StartTime") for step in steps])
    order = times.sort_values(kind="stable").index
    names = [steps[place].get("Status") for place in order]
    begun = times[order].tolist()
    over = to_utc([steps[order[-1]].get("EndTime")])[0]
    ends = [*begun[1:], over]
    starts = [name in _STARTS for name in names]
    again = [n for n, (before, now) in enumerate(pairwise(starts), 1) if now and not before]
    trained = [
        (end - begin).total_seconds()
        for name, begin, end in zip(names[: again[-1]] if again else (), begun, ends, strict=False)
        if name == _TRAINING and not pd.isna(end - begin)
    ]
    start = to_utc([record.get("TrainingStartTime")])[0]
    return Interruptions(len(again), _write_still(names, begun, ends, start), sum(trained, 0.0))


def _write_still(names: list[Any], begun: list[Any], ends: list[Any], start: Any) -> str | None:
    """Write when a training job stood still after it had begun to train."""
    if _TRAINING not in names or pd.isna(start):
        return None
    first = names.index(_TRAINING)
    steps = list(zip(names, begun, ends, strict=True))[first:]
    spans = []
    for is_still, group in groupby(steps, lambda step: step[0] in _STILL):
        found = list(group)
        low, high = ((each - start).total_seconds() for each in (found[0][1], found[-1][2]))
        if is_still and high > low:  # false where an end isn't known
            spans.append(f"{_write(low)}–{_write(high)}")
    return "; ".join(spans) or None


def _write(seconds: float) -> str:
    return f"{round(seconds, 3):f}".rstrip("0").rstrip(".")
