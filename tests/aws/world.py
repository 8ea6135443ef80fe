"""What the local AWS holds: tuning jobs by region, faults on demand, and a count of calls."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import numpy as np

from amtviz.model import RawSeries, RawTuningData, RawTuningJob
from tests.aws.generate import generate_tuning_job
from tests.aws.protocols import ApiError, Call
from tests.aws.shapes import check_shapes
from tests.aws.steps import cut

ACCOUNT = "123456789012"  # moto's own


class World:
    """The state behind the endpoint; the ``aws`` fixture gives a fresh one to each test.

    Attributes
    ----------
    url : str
        Where the endpoint listens; ``AWS_ENDPOINT_URL`` is set to it.
    calls : collections.Counter
        Calls by operation, throttled and denied ones included.
    requests : list of Call
        The same calls in the order they came, with their parameters.
    now : datetime
        CloudWatch's retention counts from here.
    page_limit : int
        Pages are never longer, whatever was asked for: AWS may do so.
    page_points : int
        A page of GetMetricData never has more points.
    search_lag : int
        Search doesn't know this many of each tuning job's last trials yet.
    search_by_arn : bool
        False: Search finds nothing by TuningJobArn.
    metric_status : dict of str to str
        By metric name, the StatusCode that GetMetricData answers with (``Forbidden``, …).
    instant : bool
        False: tuning jobs that are created here have finished no trial yet; see `step`.
    plans : dict
        By region and name, tuning jobs that were created here as they are to be in the end.
    """

    def __init__(self, url: str = "") -> None:
        self.url = url
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.jobs: dict[tuple[str, str], RawTuningJob] = {}
        self.calls: Counter[str] = Counter()
        self.requests: list[Call] = []
        self.now = datetime.now(timezone.utc)
        self.page_limit = 100_000
        self.page_points = 100_800
        self.search_lag = 0
        self.search_by_arn = True
        self.metric_status: dict[str, str] = {}
        self.instant = True
        self.plans: dict[tuple[str, str], RawTuningJob] = {}
        self._throttled: Counter[tuple[str, str]] = Counter()
        self._share = (0.0, random.Random(0))
        self._denied: set[tuple[str, str]] = set()
        self._latency = 0.0
        self._error: ApiError | None = None
        self._broken: list[_Broken] = []
        self.answers: dict[str, Any] = {}
        self._changes: list[tuple[str, int, Callable[[], None]]] = []
        self.healed = threading.Event()

    # what it holds

    def add(self, jobs: RawTuningJob | RawTuningData | Iterable[RawTuningJob]) -> None:
        """Serve tuning jobs: generated, or recorded (``amtviz.store.snapshot.load(path)[0]``)."""
        if isinstance(jobs, RawTuningJob):
            jobs = [jobs]
        elif isinstance(jobs, RawTuningData):
            jobs = jobs.jobs
        for given in jobs:
            job = RawTuningJob(
                given.name,
                given.account,
                given.region,
                _with_times(given.description),
                tuple(_with_times(summary) for summary in given.summaries),
                tuple(_with_times(record) for record in given.records),
                given.series,
                given.fetched_at,
            )
            check_shapes(job)
            self.jobs[job.region, job.name.lower()] = job

    def generate(self, name: str, trials: int = 10, **options: Any) -> RawTuningJob:
        """Serve a generated tuning job; options as `tests.aws.generate.generate_tuning_job`."""
        job = generate_tuning_job(name, trials, **options)
        self.add(job)
        return job

    def advance(
        self, name: str, finished: int, *, most: int, running: int = 2, **options: Any
    ) -> RawTuningJob:
        """Serve a job that runs, with so many trials finished; later calls let it go on.

        It ends with ``most`` trials. Options as `tests.aws.generate.generate_tuning_job`.
        """
        running = min(running, most - finished)
        statuses = ["Completed"] * finished + ["InProgress"] * running
        status = "InProgress" if finished < most else "Completed"
        return self.generate(
            name,
            len(statuses),
            **{"statuses": statuses, "status": status, "most": most, **options},
        )

    def delete(self, name: str, region: str = "us-east-1") -> None:
        """Delete a tuning job, as its owner may: children still name it as their parent."""
        del self.jobs[region, name.lower()]

    def step(self, name: str, trials: int = 1, region: str = "us-east-1") -> None:
        """Let a tuning job that was created here finish so many more of its trials."""
        key = region, name.lower()
        counters = self.jobs[key].description["TrainingJobStatusCounters"]
        self.add(cut(self.plans[key], counters["Completed"] + trials))

    def series(self, region: str) -> list[RawSeries]:
        return [s for (of, _), job in self.jobs.items() if of == region for s in job.series]

    # faults

    def throttle(
        self, operation: str = "", *, job: str = "", first: int = 0, share: float = 0.0
    ) -> None:
        """Throttle an operation's first calls (on one tuning job or all), or a share of all."""
        if first:
            self._throttled[operation, job.lower()] = first
        if share:
            self._share = (share, random.Random(0))

    def deny(self, operation: str, *, job: str = "") -> None:
        """Deny an operation, on one tuning job or on all."""
        self._denied.add((operation, job.lower()))

    def fail(self, code: str, message: str, status: int = 400) -> None:
        """Answer every call with an error, for example ``ExpiredTokenException``."""
        self._error = ApiError(code, message, status)

    def recover(self) -> None:
        """Answer again."""
        self._error = None

    def delay(self, seconds: float) -> None:
        """Answer every call that much later."""
        self._latency = seconds

    def break_(
        self,
        fault: str,
        operation: str = "",
        *,
        after: int = 0,
        times: int = 1_000_000,
        share: float = 1.0,
    ) -> None:
        """Answer an operation, or all, with one of `tests.aws.faults.FAULTS`.

        Parameters
        ----------
        after : int
            How many answers come before as they should.
        times : int
            How many answers are broken.
        share : float
            Of the answers that are broken.
        """
        self._broken.append(_Broken(fault, operation, after, times, share, random.Random(0)))

    def answer_with(self, operation: str, answer: Any) -> None:
        """Answer an operation with this, or what it returns, whatever is asked."""
        self.answers[operation] = answer

    def heal(self) -> None:
        """End all faults of `break_`, and let go of what hangs in them."""
        with self._lock:
            self._broken = []
        self.healed.set()
        self.healed = threading.Event()

    def change(self, operation: str, call: int, function: Callable[[], None]) -> None:
        """Call a function when an operation is called for the so-manieth time, counted from 1."""
        self._changes.append((operation, call, function))

    def next_fault(self, call: Call) -> str | None:
        """Return what is to happen to the answer to a call, if anything."""
        with self._lock:
            return next((f for b in self._broken if (f := b.next(call.operation))), None)

    def record(self, call: Call) -> None:
        """Count a call, and raise the fault that was asked for."""
        name = str(call.params.get("HyperParameterTuningJobName", "")).lower()
        targets = {(call.operation, ""), (call.operation, name)}
        with self._lock:
            self.calls[call.operation] += 1
            self.requests.append(call)
            due = [target for target in targets if self._throttled[target]]
            self._throttled.subtract(due)
            share, dice = self._share
            throttled = due or dice.random() < share
            count = self.calls[call.operation]
        for operation, at, function in self._changes:
            if (operation, at) == (call.operation, count):
                function()
        if self._latency:
            time.sleep(self._latency)
        if self._error:
            raise self._error
        if throttled:
            raise ApiError("ThrottlingException", "Rate exceeded")
        if targets & self._denied:
            action = f"{call.service}:{call.operation}"
            code = "AccessDeniedException" if call.service == "sagemaker" else "AccessDenied"
            raise ApiError(
                code,
                f"User: arn:aws:sts::{ACCOUNT}:assumed-role/Reader/me is not authorized to "
                f"perform: {action} because no identity-based policy allows the {action} action",
            )


@dataclass
class _Broken:
    fault: str
    operation: str
    after: int
    times: int
    share: float
    dice: random.Random

    def next(self, operation: str) -> str | None:
        if self.operation not in ("", operation):
            return None
        if self.after > 0:
            self.after -= 1
            return None
        if self.times <= 0 or self.dice.random() >= self.share:
            return None
        self.times -= 1
        return self.fault


def _with_times(value: Any) -> Any:
    """Give an answer back its datetimes: a store keeps them as text."""
    if isinstance(value, dict):
        return {
            key: datetime.fromisoformat(item)
            if isinstance(item, str) and key.endswith(("Time", "Timestamp"))
            else _with_times(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_with_times(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value
