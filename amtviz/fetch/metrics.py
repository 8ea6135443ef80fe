"""What CloudWatch recorded during training, in few calls side by side."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from typing import Any

import numpy as np

from amtviz.errors import AwsError, join_choices
from amtviz.fetch.clients import Clients, attempt
from amtviz.fetch.errors import AccessDeniedError
from amtviz.fetch.kept_series import KeptMetrics
from amtviz.fetch.pages import Pages
from amtviz.fetch.patience import run_concurrently
from amtviz.fetch.plan import MetricCall, Plan, Query, explain_plan, plan_calls
from amtviz.fetch.tuning_jobs import DescribedJob
from amtviz.fetch.wanted import WantedTrial, list_wanted
from amtviz.model import RawSeries
from amtviz.progress import progress
from amtviz.wording.lists import plural

NAMESPACE = "/aws/sagemaker/TrainingJobs"
STATISTIC = "Average"
# CloudWatch answers about 400,000 points a second, which is four of the largest calls
THREADS = 4
ROUNDS = 3  # how often a series that CloudWatch failed at is asked for
SHOWN_MESSAGES = 5

_UNFINISHED = ("InternalError", "PartialData", "")  # worth another call; Forbidden isn't


@dataclass(eq=False)
class _Answer:
    """What one query got, over all pages and rounds."""

    query: Query
    period: int
    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    status: str = ""  # empty: not answered
    messages: list[str] = field(default_factory=list)
    error: AwsError | None = None

    @property
    def whole(self) -> bool:
        """Whether CloudWatch has nothing to add."""
        return self.status == "Complete" and self.error is None and not self.messages

    @cached_property
    def series(self) -> RawSeries:
        """The points in the order of time, each once."""
        milliseconds = np.rint(np.asarray(self.times, dtype=np.float64) * 1000).astype(np.int64)
        values = np.asarray(self.values, dtype=np.float64)
        if not (np.diff(milliseconds) > 0).all():  # asked for again: the latest answer counts
            milliseconds, latest = np.unique(milliseconds[::-1], return_index=True)
            values = values[::-1][latest]
        query = self.query
        return RawSeries(
            query.training_job, query.host, query.metric, self.period, milliseconds, values
        )


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
    kept = KeptMetrics(jobs, wanted, clients.keeper, now, period)
    plans = _plan(jobs, kept.missing(wanted), clients, now, period)
    merged = kept.merge(plan for _, plan in plans)
    calls = [(client, call) for client, plan in plans for call in plan.calls]
    fetcher = _Fetcher()
    with progress("Fetching metrics", "metric", sum(len(c.queries) for _, c in calls)) as advance:

        def fetch(item: tuple[Any, MetricCall]) -> list[_Answer]:
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
    notices += _explain_answers(answers) + fetcher.messages()
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

    def fetch(self, client: Any, call: MetricCall) -> list[_Answer]:
        """Make a call, and again for what CloudWatch failed at."""
        answers = [_Answer(query, call.period) for query in call.queries]
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
        return _quote(self._messages)

    def _ask(self, client: Any, call: MetricCall, pending: Sequence[_Answer]) -> None:
        if id(client) in self._denials:
            raise self._denials[id(client)]
        # a series has no more points than periods, and a status a page or so
        points = (math.ceil((call.end - call.start) / call.period) + 5) * len(pending)
        pages = Pages(
            client,
            "get_metric_data",
            _list_points,
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
                    self._messages |= dict.fromkeys(_read_messages(page))
                _merge_page(page, pending)
        except AccessDeniedError as error:
            self._denials[id(client)] = error
            raise
        if pages.endless:
            for answer in pending:
                answer.messages.append("the pages of its answer didn't come to an end")


def _fail(call: MetricCall, error: AwsError) -> list[_Answer]:
    """Return what stands for the answers to a call that got none."""
    return [_Answer(query, call.period, error=error) for query in call.queries]


def _list_points(page: Mapping[str, Any]) -> list[tuple[object, object]]:
    """Return what of a page can't come again: each point, and that a series is complete."""
    results = page.get("MetricDataResults") or ()
    return [
        (result.get("Id"), entry)
        for result in results
        for entry in (*(result.get("Timestamps") or ()), result.get("StatusCode"))
    ]


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


def _merge_page(page: Mapping[str, Any], pending: Sequence[_Answer]) -> None:
    by_id = {f"m{number}": answer for number, answer in enumerate(pending)}
    for result in page.get("MetricDataResults") or ():
        answer = by_id.get(result.get("Id", ""))
        if answer is None:
            continue
        times, values = result.get("Timestamps") or (), result.get("Values") or ()
        paired = min(len(times), len(values))
        answer.times += times[:paired]
        answer.values += values[:paired]
        answer.status = result.get("StatusCode", "Complete")
        answer.messages = _read_messages(result)


def _read_messages(answer: Mapping[str, Any]) -> list[str]:
    texts = [(m.get("Value") or "", m.get("Code") or "") for m in answer.get("Messages") or ()]
    return [f"{text} ({code})" if text and code else text or code for text, code in texts]


def _collect(
    kept: Mapping[Query, RawSeries],
    answers: Iterable[_Answer],
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


def _explain_answers(answers: Sequence[_Answer]) -> list[str]:
    """Say what is missing and why, one sentence a reason."""
    broken: dict[str, list[_Answer]] = defaultdict(list)
    by_status: dict[str, list[_Answer]] = defaultdict(list)
    notices: dict[str, None] = {}
    for answer in answers:
        if answer.status == "Complete":  # whole, also if the call broke off later
            continue
        if isinstance(answer.error, AccessDeniedError):
            action = answer.error.action
            notices[f"The metrics during training are unknown: {action} is denied."] = None
        elif answer.error is not None:
            broken[str(answer.error)].append(answer)
        else:
            by_status[answer.status].append(answer)
    for error, missing in broken.items():
        notices[
            f"{len(missing):,} of {len(answers):,} metrics during training are unknown or cut "
            f"short. {error}"
        ] = None
    for status, missing in by_status.items():
        notices[_explain_status(status, missing)] = None
    return [*notices, *_quote({text: None for a in answers for text in a.messages})]


def _explain_status(status: str, missing: Sequence[_Answer]) -> str:
    names = join_choices(dict.fromkeys(answer.query.metric for answer in missing))
    trials = len({(answer.query.job, answer.query.training_job) for answer in missing})
    end = (
        "these credentials may not read them."
        if status == "Forbidden"
        else f"what is still missing after {ROUNDS} attempts may come with another fetch."
    )
    return (
        f"CloudWatch answered {status or 'nothing'} for {names} of {plural(trials, 'trial')}: {end}"
    )


def _quote(messages: Mapping[str, None]) -> list[str]:
    """Pass on what CloudWatch says, in its words; a few do where it says much the same."""
    shown = [f"CloudWatch says: {text}" for text in list(messages)[:SHOWN_MESSAGES]]
    if len(messages) > SHOWN_MESSAGES:
        shown.append(f"CloudWatch says {len(messages) - SHOWN_MESSAGES:,} more things like that.")
    return shown
