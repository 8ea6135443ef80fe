"""How well the parallel slots of a tuning job were used, and how long trials waited."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from amtviz.model import TuningJob
from amtviz.texts import list_distinct, number_distinct
from amtviz.wording.statuses import RUNNING_STATUSES


def assign_slots(
    trials: pd.DataFrame, at: datetime | None = None, jobs: Iterable[TuningJob] = ()
) -> pd.Series:
    """Put each tuning job's trials into as few slots as hold them without overlap.

    Which instance ran a trial isn't known: slots are filled greedily in the order in which trials
    take them, which needs no more of them than are held at once (interval colouring).

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    at : datetime, optional
        The end of those that still run; by default they run on for ever.
    jobs : iterable of TuningJob
        Where MaxParallelTrainingJobs is configured, a trial takes its slot when it is created, and
        waits there for its instance; elsewhere when it starts.

    Returns
    -------
    pandas.Series of Int64
        Slots are counted from 0 in each tuning job; missing without a start. The index is that of
        ``trials``.
    """
    slots = pd.Series(pd.NA, index=trials.index, dtype="Int64")
    spans = _spans(trials, at, _limits(jobs))
    for _, own in spans.groupby(number_distinct(spans["job"])):
        free: list[int] = []
        busy: list[tuple[float, int]] = []
        used = 0
        own = own.sort_values(["taken", "start"], kind="stable")
        for place, taken, end in own[["place", "taken", "end"]].itertuples(index=False):
            while busy and busy[0][0] <= taken:
                heapq.heappush(free, heapq.heappop(busy)[1])
            if free:
                slot = heapq.heappop(free)
            else:
                slot, used = used, used + 1
            heapq.heappush(busy, (end, slot))
            slots.iloc[int(place)] = slot
    return slots


def compute_slot_use(
    jobs: Iterable[TuningJob], trials: pd.DataFrame, at: datetime | None = None
) -> pd.DataFrame:
    """Compare how many trials ran at once with how many could have.

    Parameters
    ----------
    jobs : iterable of TuningJob
    trials : pandas.DataFrame
    at : datetime, optional
        When the data was fetched: the end of trials that still run.

    Returns
    -------
    pandas.DataFrame
        A row per tuning job with timed trials. Columns: TuningJobName; Slots (float64: the
        configured MaxParallelTrainingJobs, missing where unknown); Peak (int64: the most that ran
        at once); MeanRunning (float64: over the span); SpanSeconds (from when the first took a
        slot, as in `assign_slots`, to the last end); BusySeconds, WaitingSeconds (summed over
        trials: running, and holding a slot before the start); IdleSeconds (the rest of all slots,
        or of the peak).
    """
    limits = _limits(jobs)
    spans = _spans(trials, at, limits)
    spans = spans[np.isfinite(spans["end"])]
    rows = []
    for _, own in spans.groupby(number_distinct(spans["job"])):
        name = own["job"].iloc[0]
        span = float(own["end"].max() - own["taken"].min())
        busy = float((own["end"] - own["start"]).sum())
        if not span > 0:
            continue
        peak = _peak(own)
        waiting = float((own["start"] - own["taken"]).sum())
        slots = limits.get(str(name), np.nan)
        places = slots if np.isfinite(slots) else peak
        idle = max(0.0, places * span - busy - waiting)
        rows.append((name, slots, peak, busy / span, span, busy, waiting, idle))
    floats = ["MeanRunning", "SpanSeconds", "BusySeconds", "WaitingSeconds", "IdleSeconds"]
    frame = pd.DataFrame(rows, columns=["TuningJobName", "Slots", "Peak", *floats])
    return frame.astype(dict.fromkeys(["Slots", *floats], "float64") | {"Peak": "int64"})


def compute_waiting(trials: pd.DataFrame) -> pd.DataFrame:
    """Measure how long training jobs waited between their creation and the start of training.

    Parameters
    ----------
    trials : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        A row per tuning job. Columns: TuningJobName; Trials (int64: those with both times);
        Median, Ninth (float64, seconds: the median and the 90th percentile).
    """
    seconds = (trials["TrainingStartTime"] - trials["CreationTime"]).dt.total_seconds()
    names = trials.loc[(seconds >= 0).to_numpy(bool, na_value=False), "TuningJobName"]
    names = names.dropna()
    known = seconds[names.index].groupby(number_distinct(names))
    table = pd.DataFrame(
        {
            "TuningJobName": list_distinct(names),
            "Trials": known.size(),
            "Median": known.median(),
            "Ninth": known.quantile(0.9),
        }
    )
    return table.astype({"Trials": "int64", "Median": "float64", "Ninth": "float64"})


def count_running(
    trials: pd.DataFrame, at: datetime | None = None, steps: int = 120
) -> pd.DataFrame:
    """Count how many trials of each tuning job ran, on average, in equal steps of time.

    Parameters
    ----------
    trials : pandas.DataFrame
    at : datetime, optional
    steps : int
        Of each tuning job's own span.

    Returns
    -------
    pandas.DataFrame
        Columns: TuningJobName; Start, End (float64: milliseconds since 1970); Running (float64).
    """
    spans = _spans(trials, at)
    spans = spans[np.isfinite(spans["end"])]
    tables = []
    for _, own in spans.groupby(number_distinct(spans["job"])):
        name = own["job"].iloc[0]
        first = float(own["start"].min())
        own = own[["start", "end"]] - first  # seconds since 1970 have no digits to spare
        edges = np.linspace(0.0, own["end"].max(), steps + 1)
        if edges[-1] <= 0:
            continue
        # seconds of all trials before each edge: a difference of ramps
        before = sum(
            np.clip(edges[:, None], None, column.to_numpy()[None]).sum(axis=1) * sign
            for column, sign in ((own["end"], 1.0), (own["start"], -1.0))
        )
        running = np.diff(before) / np.diff(edges)
        times = (first + edges) * 1000
        part = {"Start": times[:-1], "End": times[1:], "Running": running}
        tables.append(pd.DataFrame({"TuningJobName": name} | part))
    columns = ["TuningJobName", "Start", "End", "Running"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def _limits(jobs: Iterable[TuningJob]) -> dict[str, float]:
    """Return MaxParallelTrainingJobs by tuning job, where it is configured."""
    limits = {job.name: job.limits.get("MaxParallelTrainingJobs") for job in jobs}
    return {name: float(limit) for name, limit in limits.items() if limit}


def _spans(
    trials: pd.DataFrame, at: datetime | None, limits: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Return when started trials took a slot, started and ended, in seconds since 1970."""
    zero = pd.Timestamp(0, tz="UTC")
    start = (trials["TrainingStartTime"] - zero).dt.total_seconds()
    end = (trials["TrainingEndTime"] - zero).dt.total_seconds()
    running = trials["TrainingJobStatus"].isin(RUNNING_STATUSES).fillna(False)
    created = (trials["CreationTime"] - zero).dt.total_seconds()
    taken = created.where(trials["TuningJobName"].isin(list(limits or {}))).fillna(start)
    now = np.inf if at is None else (pd.Timestamp(at) - zero).total_seconds()
    end = end.mask(end.isna() & running.astype(bool), now)
    frame = pd.DataFrame(
        {
            "job": trials["TuningJobName"].to_numpy(object),
            "place": range(len(trials)),
            "taken": np.minimum(taken.to_numpy(float), start.to_numpy(float)),
            "start": start.to_numpy(float),
            "end": np.maximum(end.to_numpy(float), start.to_numpy(float)),
        }
    )
    return frame.dropna(subset=["job", "start", "end"])


def _peak(own: pd.DataFrame) -> int:
    """Count the most that ran at once; one that ends as another starts doesn't overlap it."""
    times = np.concatenate([own["start"], own["end"]])
    steps = np.concatenate([np.ones(len(own)), -np.ones(len(own))])
    order = np.lexsort((steps, times))
    return int(np.cumsum(steps[order]).max())
