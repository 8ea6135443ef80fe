"""What CloudWatch recorded during training, in few calls side by side."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from amtviz.errors import AwsError
from amtviz.fetch.clients import Clients, attempt
from amtviz.fetch.errors import AccessDeniedError
from amtviz.fetch.kept_series import KeptMetrics
from amtviz.fetch.metric_answers import (
    ROUNDS,
    MetricAnswer,
    explain_answers,
    list_points,
    merge_page,
    quote_messages,
    read_messages,
)
from amtviz.fetch.pages import Pages
from amtviz.fetch.patience import run_concurrently
from amtviz.fetch.plan import MetricCall, Plan, Query, explain_plan, plan_calls
from amtviz.fetch.tuning_jobs import DescribedJob
from amtviz.fetch.wanted import MOST_HOSTS, WantedTrial, list_wanted
from amtviz.model import RawSeries
from amtviz.progress import progress
from amtviz.wording.lists import plural

NAMESPACE = "/aws/sagemaker/TrainingJobs"
STATISTIC = "Average"
# CloudWatch answers about 400,000 points a second, which is four of the largest calls
THREADS = 4

_UNFINISHED = ("InternalError", "PartialData", "")  # worth another call; Forbidden isn't


@dataclass(frozen=True, eq=False)
class FetchedMetrics:
    """What CloudWatch answered.

    Attributes
    ----------
    series : list of tuple of RawSeries
        Per tuning job, in the order of its trials; without those that have no points.
    notices : list of str
    asked : int
        How many metrics CloudWatch bills: each query of each page of an answer.
    """

    series: list[tuple[RawSeries, ...]]
    notices: list[str]
    asked: int


def fetch_metrics(
    jobs: Sequence[DescribedJob],
    summaries: Sequence[Sequence[Mapping[str, Any]]],
    records: Sequence[Sequence[Mapping[str, Any]]],
    clients: Clients,
    period: int | None = None,
) -> FetchedMetrics:
    """Fetch the metrics of all trials, those of running ones up to now.

    Parameters
    ----------
    jobs : sequence of DescribedJob
    summaries, records : sequence of sequence of dict
        Per job, its trials as listed and as searched.
    clients : Clients
    period : int, optional
        Seconds between two points, see `plan_calls`.

    Returns
    -------
    FetchedMetrics
        What couldn't be fetched is in the notices: nothing is raised.
    """
    now = datetime.now(timezone.utc).timestamp()
    wanted, unstarted = [], 0
    for position, job in enumerate(jobs):
        trials, never = list_wanted(
            position, job.description, summaries[position], records[position], now
        )
        wanted.append(trials)
        unstarted += never
    notices: list[str] = []
    if unstarted:
        notices.append(
            f"There are no metrics of {plural(unstarted, 'trial')} that didn't start training."
        )
    large = sum(trial.hosts_left > 0 for trials in wanted for trial in trials)
    if large:
        notices.append(
            f"Instance metrics are those of the first {MOST_HOSTS} instances for "
            f"{plural(large, 'trial')} with more."
        )
    kept = KeptMetrics(jobs, wanted, clients.keeper, now, period)
    plans = _plan(jobs, kept.missing(wanted), clients, now, period)
    merged = kept.merge(plan for _, plan in plans)
    calls = [(client, call) for client, plan in plans for call in plan.calls]
    fetcher = _Fetcher()
    with progress("Fetching metrics", "metric", sum(len(c.queries) for _, c in calls)) as advance:

        def fetch(item: tuple[Any, MetricCall]) -> list[MetricAnswer]:
            answers = fetcher.fetch(*item)
            if not fetcher.messages():  # they may be about any of them
                kept.keep([(a.query, a.series) for a in answers if a.whole], merged)
            advance(len(answers))
            return answers

        fetched_calls = run_concurrently(
            fetch,
            calls,
            clients.patience,
            THREADS,
            unanswered=lambda item, error: _fail(item[1], error),
        )
    answers = [answer for found in fetched_calls for answer in found]
    found = _collect(kept.found, answers, wanted)
    fetched = {(position, s.training_job) for position, of in enumerate(found) for s in of}
    notices += explain_plan(merged, [key for key in merged.periods if key in fetched], period)
    notices += explain_answers(answers) + fetcher.messages()
    return FetchedMetrics(found, list(dict.fromkeys(notices)), fetcher.asked)


def _plan(
    jobs: Sequence[DescribedJob],
    wanted: Sequence[Sequence[WantedTrial]],
    clients: Clients,
    now: float,
    period: int | None,
) -> list[tuple[Any, Plan]]:
    """Make one plan a client: a call can't reach over accounts and regions."""
    by_client: dict[int, tuple[Any, list[WantedTrial]]] = {}
    for job, trials in zip(jobs, wanted, strict=True):
        if not trials:
            continue  # a client takes time to make
        client = clients.get("cloudwatch", job.session, job.region)
        by_client.setdefault(id(client), (client, []))[1].extend(trials)
    return [(client, plan_calls(trials, now, period)) for client, trials in by_client.values()]


class _Fetcher:
    """Makes calls, from any thread."""

    def __init__(self) -> None:
        self.asked = 0
        self._lock = threading.Lock()
        self._denials: dict[int, AccessDeniedError] = {}  # by client: then it isn't asked again
        self._messages: dict[str, None] = {}

    def fetch(self, client: Any, call: MetricCall) -> list[MetricAnswer]:
        """Make a call, and again for what CloudWatch failed at."""
        answers = [MetricAnswer(query, call.period) for query in call.queries]
        pending = answers
        for _ in range(ROUNDS):
            error = attempt(lambda: self._ask(client, call, pending))  # noqa: B023 (run at once)
            for answer in pending:
                answer.error = error
            if error is not None:
                break
            pending = [answer for answer in pending if answer.status in _UNFINISHED]
            if not pending:
                break
        return answers

    def messages(self) -> list[str]:
        """Return what CloudWatch said about whole calls."""
        return quote_messages(self._messages)

    def _ask(self, client: Any, call: MetricCall, pending: Sequence[MetricAnswer]) -> None:
        if id(client) in self._denials:
            raise self._denials[id(client)]
        # a series has no more points than periods, and a status a page or so
        points = (math.ceil((call.end - call.start) / call.period) + 5) * len(pending)
        pages = Pages(
            client,
            "get_metric_data",
            list_points,
            points,
            MetricDataQueries=[
                _query(f"m{number}", answer.query, call.period)
                for number, answer in enumerate(pending)
            ],
            StartTime=datetime.fromtimestamp(call.start, timezone.utc),
            EndTime=datetime.fromtimestamp(call.end, timezone.utc),
            ScanBy="TimestampAscending",
        )
        try:
            for page in pages:
                with self._lock:
                    self.asked += len(pending)
                    self._messages |= dict.fromkeys(read_messages(page))
                merge_page(page, pending)
        except AccessDeniedError as error:
            self._denials[id(client)] = error
            raise
        if pages.endless:
            for answer in pending:
                answer.messages.append("the pages of its answer didn't come to an end")


def _fail(call: MetricCall, error: AwsError) -> list[MetricAnswer]:
    """Return what stands for the answers to a call that got none."""
    return [MetricAnswer(query, call.period, error=error) for query in call.queries]


def _query(id_: str, query: Query, period: int) -> dict[str, Any]:
    name, value = ("Host", query.host) if query.host else ("TrainingJobName", query.training_job)
    return {
        "Id": id_,
        "MetricStat": {
            "Metric": {
                "Namespace": NAMESPACE,
                "MetricName": query.metric,
                "Dimensions": [{"Name": name, "Value": value}],
            },
            "Period": period,
            "Stat": STATISTIC,
        },
    }


def _collect(
    kept: Mapping[Query, RawSeries],
    answers: Iterable[MetricAnswer],
    wanted: Sequence[Sequence[WantedTrial]],
) -> list[tuple[RawSeries, ...]]:
    """Put the series in the order of the trials, and of what was wanted of each."""
    found = dict(kept)
    found |= {answer.query: answer.series for answer in answers if answer.times}
    return [
        tuple(
            found[query]
            for trial in trials
            for host, metric in trial.series
            if (query := Query(trial.job, trial.training_job, host, metric)) in found
        )
        for trials in wanted
    ]
