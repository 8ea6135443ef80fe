"""What each look at tuning jobs means, and how long to wait until the next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from amtviz.errors import AwsError, ExpiredCredentialsError, TemporaryAwsError
from amtviz.live.status import Status, is_final
from amtviz.model import TuningTables

LONGEST_WAIT = 300.0  # seconds between looks that fail


@dataclass(frozen=True, eq=False)
class Look:
    """One look at the tuning jobs.

    Attributes
    ----------
    number : int
        From 1.
    at : datetime
        When AWS answered, UTC.
    data : TuningTables, optional
        What is known; None until a look succeeds.
    status : Status, optional
        The same in numbers.
    changed : bool
        Whether this look brought something new.
    ended : bool
        Whether nothing can change any more.
    problem : AwsError, optional
        Why this look failed; the next may not.
    wait : float
        Seconds until the next look; 0 after the last.
    """

    number: int
    at: datetime
    data: TuningTables | None
    status: Status | None
    changed: bool
    ended: bool
    problem: AwsError | None
    wait: float


class Looker:
    """Looks at tuning jobs, one look at a time; it doesn't wait itself.

    Parameters
    ----------
    fetch : callable
        Gives the tuning jobs as they are now.
    describe : callable
        Puts them in numbers.
    watched : collection of str
        Names of the tuning jobs to watch to their end, in lower case.
    interval : float
        Seconds from one look to the next while they succeed; each failure in a row doubles it, up
        to five minutes.
    now : callable
        The clock.
    """

    def __init__(
        self,
        fetch: Callable[[], TuningTables],
        describe: Callable[[TuningTables], Status],
        watched: Collection[str],
        interval: float,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._fetch = fetch
        self._describe = describe
        self._watched = watched
        self._interval = interval
        self._now = now
        self._number = 0
        self._failures = 0
        self._data: TuningTables | None = None
        self._status: Status | None = None

    def look(self) -> Look:
        """Look once.

        Returns
        -------
        Look

        Raises
        ------
        AmtvizError
            If the next look would fail as well: there is no such tuning job, or it is denied.
        """
        self._number += 1
        try:
            data = self._fetch()
        except (TemporaryAwsError, ExpiredCredentialsError) as error:
            self._failures += 1
            wait = self._interval * 2**self._failures
            return self._tell(False, error, min(wait, max(LONGEST_WAIT, self._interval)))
        self._failures = 0
        changed = self._data is None or differ(self._data, data)
        # also when nothing else than its time is new: what runs goes on costing
        self._data, self._status = data, self._describe(data)
        ended = has_ended(data, self._watched)
        return self._tell(changed, None, 0.0 if ended else self._interval, ended)

    def _tell(
        self, changed: bool, problem: AwsError | None, wait: float, ended: bool = False
    ) -> Look:
        return Look(
            self._number, self._now(), self._data, self._status, changed, ended, problem, wait
        )


def differ(one: TuningTables, other: TuningTables) -> bool:
    """Tell whether there is anything new to show."""
    return not (
        one.jobs == other.jobs
        and one.notices == other.notices
        and one.trials.equals(other.trials)
        and one.metrics.equals(other.metrics)
    )


def has_ended(data: TuningTables, watched: Collection[str]) -> bool:
    """Tell whether the watched tuning jobs are over, with all their trials."""
    # a job's name here may have its region added; its ARN is as AWS has it
    jobs = [j for j in data.jobs if (j.arn.rpartition("/")[2] or j.name).lower() in watched]
    own = data.trials[data.trials["TuningJobName"].isin([job.name for job in jobs])]
    statuses = [*(job.status for job in jobs), *own["TrainingJobStatus"].dropna()]
    return all(map(is_final, statuses))


def follow(
    looker: Looker, wait: Callable[[float], bool], tell: Iterable[Callable[[Look], None]]
) -> Look:
    """Look until the tuning jobs have ended, or until told to stop.

    Parameters
    ----------
    looker : Looker
    wait : callable
        Waits so many seconds, and says whether to stop.
    tell : iterable of callable
        Called with each look.

    Returns
    -------
    Look
        The last.
    """
    tell = list(tell)
    while True:
        look = looker.look()
        for one in tell:
            one(look)
        if look.ended or wait(look.wait):
            return look
