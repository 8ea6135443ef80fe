"""Which calls of GetMetricData carry the metrics of many trials: a plan, made without a call.

CloudWatch answers 500 queries a call, estimates its work from the call's whole window, and gives
nothing at all when the window begins before the time for which it keeps points that fine. So
trials of one period that trained about the same time go together.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from numbers import Integral
from typing import Any

from amtviz.errors import InputError
from amtviz.fetch.wanted import DAY, WantedTrial
from amtviz.wording.lists import join_words, plural

MOST_QUERIES = 500  # a call
MOST_POINTS = 100_800  # a call, counted as its window divided by the period for each query
POINTS = 200  # a series: more can't be told apart on a chart
# points of so many seconds are kept for so long
KEPT = ((60, 15 * DAY), (300, 63 * DAY), (3600, 455 * DAY))
MARGIN = 3600  # a call that is made so much later must still be legal
LAG = 120  # the last points may come so much after the end

# round periods, so that points of different trials stand for the same minutes
_ROUND = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400)


@dataclass(frozen=True)
class Query:
    """One series to ask for; ``host`` is empty for the algorithm's own metrics."""

    job: int
    training_job: str
    host: str
    metric: str


@dataclass(frozen=True)
class MetricCall:
    """One call of GetMetricData.

    Attributes
    ----------
    start, end : int
        Seconds since 1970; the end is exclusive.
    period : int
        Seconds, the same for every query.
    queries : tuple of Query
    """

    start: int
    end: int
    period: int
    queries: tuple[Query, ...]


@dataclass(frozen=True)
class Period:
    """The period of a trial's points, and the finest that there still is; in seconds."""

    chosen: int
    finest: int


@dataclass(frozen=True)
class Plan:
    """What to ask, and what was decided on the way.

    Attributes
    ----------
    calls : tuple of MetricCall
    periods : dict of (job, training job) to Period
        Of every trial that is asked for.
    aged : tuple of WantedTrial
        Trials that CloudWatch has forgotten, so they aren't asked for.
    cut : tuple of WantedTrial
        Trials of which it has forgotten the beginning.
    """

    calls: tuple[MetricCall, ...]
    periods: dict[tuple[int, str], Period]
    aged: tuple[WantedTrial, ...]
    cut: tuple[WantedTrial, ...]


@dataclass(frozen=True)
class _Window:
    start: int
    end: int
    trial: WantedTrial


def check_period(period: Any) -> int | None:
    """Return a valid ``metrics_period``.

    Parameters
    ----------
    period : int or None

    Returns
    -------
    int or None

    Raises
    ------
    InputError
        Unless it is None or a positive multiple of 60.
    """
    if period is None:
        return None
    whole = isinstance(period, Integral) and not isinstance(period, bool)
    if not whole or period <= 0 or period % 60:
        raise InputError(
            f"metrics_period={period!r} is no period of CloudWatch's. Pass a positive multiple of "
            "60 (seconds), such as 60, 300 or 3600, or leave it out to have it chosen."
        )
    return int(period)


def plan_calls(trials: Iterable[WantedTrial], now: float, period: int | None = None) -> Plan:
    """Plan the calls that ask for every series of every trial once.

    Parameters
    ----------
    trials : iterable of WantedTrial
        All of one account and region.
    now : float
        Seconds since 1970; the calls stay legal for an hour.
    period : int, optional
        Seconds between two points, raised where CloudWatch keeps none so fine. By default the
        finest that it keeps and that gives a series about 200 points.

    Returns
    -------
    Plan
    """
    oldest = math.ceil((now + MARGIN - KEPT[-1][1]) / 3600) * 3600
    windows: dict[int, list[_Window]] = defaultdict(list)
    periods: dict[tuple[int, str], Period] = {}
    aged, cut = [], []
    for trial in trials:
        if not trial.series:
            continue
        if trial.end <= oldest:
            aged.append(trial)
            continue
        if trial.start < oldest:
            cut.append(trial)
        window, of_trial = _choose(trial, oldest, now, period)
        periods[trial.job, trial.training_job] = of_trial
        windows[of_trial.chosen].append(window)
    calls = [call for chosen in sorted(windows) for call in _pack(windows[chosen], chosen)]
    return Plan(tuple(calls), periods, tuple(aged), tuple(cut))


def _choose(
    trial: WantedTrial, oldest: int, now: float, asked: int | None
) -> tuple[_Window, Period]:
    """Choose the first legal period that doesn't give a series too many points."""
    start = max(trial.start, oldest)
    most = POINTS if asked is None else MOST_POINTS
    for period in _candidates(asked):
        first = max(math.floor(start / period) * period, oldest)
        last = (math.floor((trial.end + LAG) / period) + 1) * period
        finest = _finest(now - first)
        fits = trial.end - start <= most * period and last - first <= MOST_POINTS * period
        if fits and period % finest == 0:
            return _Window(first, last, trial), Period(period, finest)
    raise AssertionError("the candidates never end")


def _candidates(asked: int | None) -> Iterator[int]:
    if asked is None:
        yield from _ROUND
        yield from count(2 * _ROUND[-1], _ROUND[-1])
        return
    for finest, _ in KEPT:  # the asked one first: it is a multiple of the finest
        yield math.ceil(asked / finest) * finest
    yield from count((asked // 3600 + 2) * 3600, 3600)


def _finest(age: float) -> int:
    """Return the period of which a call's must be a multiple, by the age of its start."""
    return next((period for period, kept in KEPT if age + MARGIN < kept), KEPT[-1][0])


def _pack(windows: Iterable[_Window], period: int) -> Iterator[MetricCall]:
    """Fill one call after the other, in the order of time."""
    queries: list[Query] = []
    first = last = 0
    for window in sorted(
        windows, key=lambda w: (w.start, w.end, w.trial.job, w.trial.training_job)
    ):
        job, name = window.trial.job, window.trial.training_job
        pending = [Query(job, name, host, metric) for host, metric in window.trial.series]
        while pending:
            if not queries:
                first, last = window.start, window.end
            end = max(last, window.end)
            room = min(MOST_QUERIES, MOST_POINTS // math.ceil((end - first) / period)) - len(
                queries
            )
            if room <= 0:
                yield MetricCall(first, last, period, tuple(queries))
                queries = []
                continue
            queries += pending[:room]
            pending = pending[room:]
            last = end
    if queries:
        yield MetricCall(first, last, period, tuple(queries))


def explain_plan(plan: Plan, fetched: Iterable[tuple[int, str]], asked: int | None) -> list[str]:
    """Say which periods were chosen, and why, and what is too old.

    Parameters
    ----------
    plan : Plan
    fetched : iterable of (job, training job)
        Trials that CloudWatch has points of: of others the period doesn't matter.
    asked : int, optional
        The period asked for.

    Returns
    -------
    list of str
        Nothing when every point is as it was recorded, or as asked for.
    """
    by_age: Counter[int] = Counter()
    by_length: Counter[int] = Counter()
    for key in fetched:
        period = plan.periods[key]
        if period.chosen == (asked or KEPT[0][0]):
            continue
        aged = period.chosen == period.finest if asked is None else asked % period.finest != 0
        (by_age if aged else by_length)[period.chosen] += 1
    notices = []
    if by_age:
        instead = f", not the metrics_period={asked} asked for" if asked else ""
        notices.append(
            f"Metrics are averages over {_spell(by_age)}{instead}: CloudWatch keeps points of 1 "
            "minute for 15 days, of 5 minutes for 63 days and of 1 hour for 455 days."
        )
    if by_length:
        notices.append(
            f"Metrics are averages over {_spell(by_length)}: that gives a series about {POINTS} "
            "points at most. Pass metrics_period= (in seconds) for finer ones."
        )
    if plan.aged:
        notices.append(
            f"Metrics of {plural(len(plan.aged), 'trial')} are left out: training ended more than "
            "455 days ago, and CloudWatch keeps them no longer."
        )
    if plan.cut:
        notices.append(
            f"The beginning of the metrics of {plural(len(plan.cut), 'trial')} is gone: CloudWatch "
            "keeps them for 455 days."
        )
    return notices


def _spell(trials: Mapping[int, int]) -> str:
    """Write ``5 minutes (12 trials) and 1 hour (1 trial)``."""
    return join_words(
        [f"{_spell_period(p)} ({plural(n, 'trial')})" for p, n in sorted(trials.items())]
    )


def _spell_period(period: int) -> str:
    unit, seconds = next(
        (name, size)
        for name, size in (("day", DAY), ("hour", 3600), ("minute", 60))
        if period % size == 0
    )
    return plural(period // seconds, unit)
