"""What a fetch needn't ask for again, and what of its answers is worth keeping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from amtviz.model import RawSeries
from amtviz.store.cache import Cache, JobKey, KeptAnswer, KeptSeries
from amtviz.store.format import DESCRIBE, LIST, SEARCH

FINISHED_JOB = ("Completed", "Failed", "Stopped")
FINISHED_TRIAL = ("Completed", "Failed", "Stopped")
SETTLED = 15 * 60  # seconds after the end of a training job until its metrics are all there
SEARCHED = timedelta(days=1)  # what Search doesn't know so long after the end it never will
_SO_FAR = " (so far)"  # of pages: apart, for the file may be read as a snapshot

Answers = list[dict[str, Any]]


@dataclass(frozen=True)
class KeptTrials:
    """The trials of a tuning job as they were listed or searched; final: as they will stay."""

    trials: Answers
    final: bool


class Keeper:
    """Decides what is final; does nothing without a cache.

    Parameters
    ----------
    cache : Cache, optional
    """

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache

    @property
    def active(self) -> bool:
        """Whether there is a cache."""
        return self._cache is not None

    @property
    def notices(self) -> list[str]:
        """What went wrong with the cache."""
        return self._cache.notices if self._cache else []

    def find_description(
        self, identity: str | None, region: str, name: str
    ) -> tuple[dict[str, Any], datetime] | None:
        """Return the final description that these credentials got before, and when."""
        if self._cache is None or identity is None:
            return None
        key = self._cache.find_job(identity, region, name)
        kept = self._cache.find_answer(key, DESCRIBE) if key else None
        return (_with_times(kept.body), kept.asked_at) if kept and kept.final else None

    def keep_description(
        self,
        identity: str | None,
        name: str,
        key: JobKey,
        description: Mapping[str, Any],
        asked_at: datetime,
    ) -> None:
        """Keep what AWS just answered."""
        if self._cache is None:
            return
        before = self._cache.find_answer(key, DESCRIBE)
        created = description["CreationTime"].isoformat()
        if before and before.body["CreationTime"] != created:
            self._cache.forget_job(key)  # it was deleted, and this is another of that name
        final = description["HyperParameterTuningJobStatus"] in FINISHED_JOB
        self._cache.keep_answer(key, DESCRIBE, KeptAnswer(description, asked_at, final))
        if identity is not None:
            self._cache.keep_job(identity, name, key)

    def find_listed(self, key: JobKey) -> KeptTrials:
        """Return the entries of the last list; none if there wasn't one."""
        kept = self._find_latest(key, LIST)
        if kept is None:
            return KeptTrials([], False)
        return KeptTrials([_with_times(t) for t in kept.body["TrainingJobSummaries"]], kept.final)

    def keep_listed(
        self, key: JobKey, description: Mapping[str, Any], trials: Answers, whole: bool
    ) -> None:
        """Keep a list, oldest first; a whole one is final if the tuning job and all trials are."""
        if self._cache is None:
            return
        final = whole and _is_finished(description) and all(map(is_finished_trial, trials))
        body = {"TrainingJobSummaries": trials}
        operation = LIST if whole else LIST + _SO_FAR
        self._cache.keep_answer(key, operation, KeptAnswer(body, _now(), final))

    def find_searched(self, key: JobKey) -> KeptTrials:
        """Return the records of the last search; none if there wasn't one."""
        kept = self._find_latest(key, SEARCH)
        if kept is None:
            return KeptTrials([], False)
        records = [_with_times(result["TrainingJob"]) for result in kept.body["Results"]]
        return KeptTrials(records, kept.final)

    def keep_searched(
        self, key: JobKey, description: Mapping[str, Any], records: Answers, whole: bool
    ) -> None:
        """Keep the records of a search; final once none can be missing or change any more."""
        if self._cache is None:
            return
        counters = description.get("TrainingJobStatusCounters") or {}
        complete = len(records) >= sum(counters.values()) and all(map(is_finished_trial, records))
        ended = description.get("HyperParameterTuningEndTime") or description.get(
            "LastModifiedTime"
        )
        late = ended is not None and _now() - ended >= SEARCHED
        final = whole and _is_finished(description) and (complete or late)
        body = {"Results": [{"TrainingJob": record} for record in records]}
        operation = SEARCH if whole else SEARCH + _SO_FAR
        self._cache.keep_answer(key, operation, KeptAnswer(body, _now(), final))

    def _find_latest(self, key: JobKey, operation: str) -> KeptAnswer | None:
        """Return the last answer, whole or not."""
        if self._cache is None:
            return None
        names = (operation, operation + _SO_FAR)
        found = [kept for name in names if (kept := self._cache.find_answer(key, name))]
        return max(found, key=lambda kept: (kept.final, kept.asked_at), default=None)

    def find_series(self, key: JobKey, period: int | None) -> list[KeptSeries]:
        """Return the series of finished trials, also those that turned out to have no points."""
        return self._cache.find_series(key, period) if self._cache else []

    def keep_series(
        self, period: int | None, series: Iterable[tuple[JobKey, RawSeries, int]]
    ) -> None:
        """Keep series of trials that are over for `SETTLED` seconds, with or without points."""
        if self._cache is not None:
            self._cache.keep_series(period, series)


def is_finished_trial(trial: Mapping[str, Any]) -> bool:
    """Tell whether nothing about a listed trial or its record can change any more."""
    return (
        trial.get("TrainingJobStatus") in FINISHED_TRIAL
        and trial.get("ObjectiveStatus") != "Pending"
    )


def _is_finished(description: Mapping[str, Any]) -> bool:
    return description["HyperParameterTuningJobStatus"] in FINISHED_JOB


def _with_times(answer: dict[str, Any]) -> dict[str, Any]:
    """Turn an answer's own times back into times: kept answers hold text."""
    return {
        name: datetime.fromisoformat(value)
        if name.endswith("Time") and isinstance(value, str)
        else value
        for name, value in answer.items()
    }


def _now() -> datetime:
    return datetime.now(timezone.utc)
