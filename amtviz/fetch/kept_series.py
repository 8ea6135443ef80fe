"""Which series of which trials needn't be asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from amtviz.fetch.kept import SETTLED, Keeper
from amtviz.fetch.plan import Period, Plan, Query
from amtviz.fetch.tuning_jobs import DescribedJob
from amtviz.fetch.wanted import WantedTrial
from amtviz.model import RawSeries


class KeptMetrics:
    """The kept series of the trials that a fetch wants.

    Parameters
    ----------
    jobs : sequence of DescribedJob
    wanted : sequence of sequence of WantedTrial
        Per job.
    keeper : Keeper
    now : float
        Seconds since 1970.
    period : int, optional
        As asked for: series of another one are kept apart.

    Attributes
    ----------
    found : dict of Query to RawSeries
        Those that have points.
    """

    def __init__(
        self,
        jobs: Sequence[DescribedJob],
        wanted: Sequence[Sequence[WantedTrial]],
        keeper: Keeper,
        now: float,
        period: int | None,
    ) -> None:
        self._jobs = jobs
        self._keeper = keeper
        self._period = period
        # a running trial ends now
        self._settled = {
            (trial.job, trial.training_job)
            for trials in wanted
            for trial in trials
            if now - trial.end >= SETTLED
        }
        self.found: dict[Query, RawSeries] = {}
        self._asked: set[Query] = set()
        self._periods: dict[tuple[int, str], Period] = {}
        for position, job in enumerate(jobs):
            for series, finest in keeper.find_series(job.kept_as, period):
                query = Query(position, series.training_job, series.host, series.metric)
                self._asked.add(query)
                if len(series.timestamps):
                    self.found[query] = series
                    self._periods[position, series.training_job] = Period(series.period, finest)

    def missing(self, wanted: Sequence[Sequence[WantedTrial]]) -> list[list[WantedTrial]]:
        """Leave out what is kept, and trials of which all is."""
        if not self._asked:
            return [list(trials) for trials in wanted]
        return [[trial for trial in map(self._reduce, trials) if trial.series] for trials in wanted]

    def _reduce(self, trial: WantedTrial) -> WantedTrial:
        series = tuple(
            (host, metric)
            for host, metric in trial.series
            if Query(trial.job, trial.training_job, host, metric) not in self._asked
        )
        return replace(trial, series=series)

    def keep(self, series: Iterable[tuple[Query, RawSeries]], plan: Plan) -> None:
        """Keep what CloudWatch answered completely, if nothing can be added to it any more."""
        self._keeper.keep_series(
            self._period,
            [
                (
                    self._jobs[query.job].kept_as,
                    answer,
                    plan.periods[query.job, query.training_job].finest,
                )
                for query, answer in series
                if (query.job, query.training_job) in self._settled
            ],
        )

    def merge(self, plans: Iterable[Plan]) -> Plan:
        """Return one plan without calls that also tells the periods of what is kept."""
        plans = list(plans)
        periods = dict(self._periods)
        for plan in plans:
            periods |= plan.periods
        return Plan(
            (),
            periods,
            tuple(trial for plan in plans for trial in plan.aged),
            tuple(trial for plan in plans for trial in plan.cut),
        )
