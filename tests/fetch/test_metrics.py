"""Metrics of CloudWatch, against the strict local endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import numpy as np
import pandas as pd
import pytest

from amtviz.errors import InputError
from amtviz.fetch import fetch_raw
from amtviz.fetch.metrics import THREADS
from amtviz.model import RawSeries, RawTuningData, RawTuningJob
from amtviz.schema import INSTANCE_METRICS
from amtviz.tidy import tidy_tuning_data
from tests.aws.world import World
from tests.fetch.fakes import HyperparameterTuner, _TuningJob

OWN = ("validation:accuracy", "train:loss")
ALL = (*OWN, *INSTANCE_METRICS)
MINUTE, HOUR, DAY = 60, 3600, 86_400

Key = tuple[str, str, str]


def ago(seconds: float) -> datetime:
    return datetime.now(timezone.utc) - timedelta(seconds=seconds)


def key(series: RawSeries) -> Key:
    return series.training_job, series.host, series.metric


def average(series: RawSeries, period: int) -> pd.Series:
    """Recompute what CloudWatch makes of points: means over whole periods."""
    times = pd.to_datetime(series.timestamps, unit="ms")
    return pd.Series(series.values, index=times).groupby(times.floor(f"{period}s")).mean()


def check_series(raw: RawTuningData, made: RawTuningJob, period: int, job: int = 0) -> None:
    """Every series that was recorded came back whole, and none besides."""
    found = raw.jobs[job].series
    assert [key(s) for s in found] == [key(s) for s in sorted_as_listed(made)]
    recorded = {key(s): s for s in made.series}
    for series in found:
        assert series.period == period
        assert (series.timestamps.dtype, series.values.dtype) == (np.int64, np.float64)
        expected = average(recorded[key(series)], period)
        times = pd.to_datetime(series.timestamps, unit="ms")
        np.testing.assert_array_equal(times.to_numpy("M8[ms]"), expected.index.to_numpy("M8[ms]"))
        np.testing.assert_allclose(series.values, expected.to_numpy(), rtol=1e-12)


def sorted_as_listed(made: RawTuningJob) -> list[RawSeries]:
    """Trial after trial, the algorithm's own metrics first, then host after host."""
    order = {summary["TrainingJobName"]: n for n, summary in enumerate(made.summaries)}
    return sorted(made.series, key=lambda s: (order[s.training_job], s.host, ALL.index(s.metric)))


def points(raw: RawTuningData) -> dict[Key, list[tuple[int, float]]]:
    return {
        key(s): list(zip(s.timestamps.tolist(), s.values.tolist(), strict=True))
        for job in raw.jobs
        for s in job.series
    }


@pytest.mark.parametrize("hosts", [1, 4])
@pytest.mark.parametrize(
    ("days", "seconds", "period"),
    [
        (1, 2 * MINUTE, 60),
        (4, 3 * DAY, 1800),
        (20, 2 * MINUTE, 300),
        (20, 3 * DAY, 1800),
        (100, 2 * MINUTE, 3600),
        (100, 3 * DAY, 3600),
    ],
)
def test_values_are_averages_over_the_period(
    aws: World, days: int, seconds: int, period: int, hosts: int
) -> None:
    made = aws.generate(
        "job-a", 4, began=ago(days * DAY), seconds=seconds, series=ALL, hosts=hosts, parallel=4
    )
    raw = fetch_raw(["job-a"])
    check_series(raw, made, period)
    assert len(raw.jobs[0].series) == 4 * (2 + 5 * hosts)
    assert aws.calls["ListMetrics"] == 0
    assert aws.calls["GetMetricData"] == 1
    why = {60: [], 300: ["1 minute for 15 days"], 3600: ["1 minute for 15 days"]}
    expected = why.get(period, ["about 200 points at most"])
    assert [part in notice for part, notice in zip(expected, raw.notices, strict=True)] == [
        True
    ] * len(expected)


def test_ages_in_one_fetch(aws: World) -> None:
    made = {
        days: aws.generate(f"job-{days}", 3, began=ago(days * DAY), series=ALL)
        for days in (1, 20, 100, 500)
    }
    raw = fetch_raw([f"job-{days}" for days in made])
    for job, (days, period) in enumerate({1: 60, 20: 300, 100: 3600}.items()):
        check_series(raw, made[days], period, job)
    assert raw.jobs[3].series == ()
    assert raw.notices == (
        "Metrics are averages over 5 minutes (3 trials) and 1 hour (3 trials): CloudWatch keeps "
        "points of 1 minute for 15 days, of 5 minutes for 63 days and of 1 hour for 455 days.",
        "Metrics of 3 trials are left out: training ended more than 455 days ago, and CloudWatch "
        "keeps them no longer.",
    )
    assert aws.calls["GetMetricData"] == 3


def test_many_trials_need_few_calls(aws: World) -> None:
    made = aws.generate("job-a", 200, began=ago(4 * DAY), seconds=600, series=ALL, parallel=10)
    raw = fetch_raw(["job-a"])
    check_series(raw, made, 60)
    asked = 200 * (2 + 2 * 5)
    assert aws.calls["GetMetricData"] == -(-asked // 500)
    ids = [
        [query["Id"] for query in call.params["MetricDataQueries"]]
        for call in aws.requests
        if call.operation == "GetMetricData"
    ]
    assert sorted(map(len, ids)) == [400, 500, 500, 500, 500]
    assert all(of == [f"m{n}" for n in range(len(of))] for of in ids)


def test_a_trial_still_running_comes_up_to_now(aws: World) -> None:
    made = aws.generate(
        "job-a",
        3,
        began=ago(10 * MINUTE),
        seconds=8 * MINUTE,
        series=ALL,
        statuses=("InProgress", "Stopping", "Completed"),
        parallel=3,
    )
    raw = fetch_raw(["job-a"])
    check_series(raw, made, 60)
    (call,) = [call for call in aws.requests if call.operation == "GetMetricData"]
    assert call.params["EndTime"] > aws.now.timestamp()


def test_pages_are_followed_and_merged(aws: World) -> None:
    made = aws.generate("job-a", 4, began=ago(DAY), seconds=600, series=ALL)
    aws.page_points = 4 * 12 * 10 // 3 + 1
    raw = fetch_raw(["job-a"])
    check_series(raw, made, 60)
    assert aws.calls["GetMetricData"] == 3
    assert raw.report is not None
    assert raw.report.metrics == 3 * 4 * 12


def test_throttling_loses_nothing(aws: World) -> None:
    for job in "ab":
        aws.generate(f"job-{job}", 150, began=ago(4 * DAY), series=ALL, parallel=10)
    calm = fetch_raw(["job-a", "job-b"])
    unthrottled = aws.calls["GetMetricData"]
    aws.calls.clear()
    aws.page_points = 3000
    aws.throttle(share=0.3)
    stormy = fetch_raw(["job-a", "job-b"])
    assert aws.calls["GetMetricData"] > unthrottled
    assert (stormy.notices, points(stormy)) == (calm.notices, points(calm))


def test_throttling_beyond_the_retries_leaves_the_rest(aws: World) -> None:
    made = aws.generate("job-a", 3, began=ago(DAY), series=ALL)
    aws.throttle("GetMetricData", first=10)
    raw = fetch_raw(["job-a"])
    assert raw.jobs[0].summaries == made.summaries
    assert raw.notices == (
        "36 of 36 metrics during training are unknown or cut short. AWS throttled "
        "cloudwatch:GetMetricData in us-east-1 10 times in a row (ThrottlingException: Rate "
        "exceeded). Others may be using up the account's rate: wait a minute and try again, or ask "
        "for fewer tuning jobs at once.",
    )


def test_what_came_whole_before_a_call_broke_off_is_kept(aws: World) -> None:
    made = aws.generate("job-a", 2, began=ago(DAY), seconds=600, series=OWN)
    aws.page_points = 25  # two series and a half
    pages = iter(range(100))
    record = aws.record

    def fail_on_the_second(call: Any) -> None:
        record(call)
        if call.operation == "GetMetricData" and next(pages):
            aws.throttle("GetMetricData", first=10)
            record(call)

    aws.record = fail_on_the_second  # type: ignore[method-assign]
    try:
        raw = fetch_raw(["job-a"])
    finally:
        del aws.record  # type: ignore[attr-defined]
    lengths = [len(series.timestamps) for series in raw.jobs[0].series]
    assert lengths == [10, 10, 5]
    whole = {key(s): s for s in made.series}
    for series in raw.jobs[0].series[:2]:
        np.testing.assert_array_equal(series.values, whole[key(series)].values)
    assert raw.notices[0].startswith(
        "12 of 24 metrics during training are unknown or cut short. AWS throttled "
    )


def test_cloudwatch_denied(aws: World) -> None:
    made = aws.generate("job-a", 300, began=ago(4 * DAY), series=ALL, parallel=10)
    aws.generate("job-b", 2, began=ago(4 * DAY), series=ALL)
    aws.deny("GetMetricData")
    raw = fetch_raw(["job-a", "job-b"])
    assert [job.series for job in raw.jobs] == [(), ()]
    assert (raw.jobs[0].summaries, raw.jobs[0].records) == (made.summaries, made.records)
    assert raw.notices == (
        "The metrics during training are unknown: cloudwatch:GetMetricData is denied.",
    )
    assert aws.calls["GetMetricData"] <= THREADS  # the others aren't even tried
    data = tidy_tuning_data(raw)
    assert (len(data.trials), len(data.metrics)) == (302, 0)


class Passing(dict[str, str]):
    """Statuses that only the first answers have."""

    def __init__(self, times: int, **statuses: str) -> None:
        super().__init__({"train:loss": next(iter(statuses.values()))})
        self.left = times

    def __contains__(self, metric: object) -> bool:
        self.left -= super().__contains__(metric)
        return super().__contains__(metric) and self.left >= 0


@pytest.mark.parametrize("status", ["InternalError", "PartialData"])
def test_a_status_that_passes_leaves_no_trace(aws: World, status: str) -> None:
    made = aws.generate("job-a", 3, began=ago(DAY), series=ALL)
    aws.metric_status = Passing(3 + 2, status=status)
    raw = fetch_raw(["job-a"])
    check_series(raw, made, 60)
    assert raw.notices == ()
    sizes = [
        len(call.params["MetricDataQueries"])
        for call in aws.requests
        if call.operation == "GetMetricData"
    ]
    assert sizes == [36, 3, 2]  # only what failed is asked for again


@pytest.mark.parametrize(
    ("status", "calls", "end"),
    [
        ("Forbidden", 1, "these credentials may not read them."),
        (
            "InternalError",
            3,
            "what is still missing after 3 attempts may come with another fetch.",
        ),
        ("PartialData", 3, "what is still missing after 3 attempts may come with another fetch."),
    ],
)
def test_a_status_that_stays_is_told(aws: World, status: str, calls: int, end: str) -> None:
    made = aws.generate("job-a", 3, began=ago(DAY), series=ALL)
    aws.metric_status["train:loss"] = status
    raw = fetch_raw(["job-a"])
    assert len(raw.jobs[0].series) == len(made.series) - 3
    assert raw.notices == (
        f"CloudWatch answered {status} for 'train:loss' of 3 trials: {end}",
        f"CloudWatch says: train:loss can't be read ({status})",
    )
    assert aws.calls["GetMetricData"] == calls


def test_messages_about_whole_calls_are_told(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.generate("job-a", 1, began=ago(DAY), series=OWN)
    from tests.aws import cloudwatch, server

    def with_messages(world: World, call: Any) -> dict[str, Any]:
        answer = cloudwatch.get_metric_data(world, call)
        texts = [{"Code": "MaxMetricsExceeded", "Value": f"Message {n}"} for n in range(7)]
        return answer | {"Messages": texts}

    monkeypatch.setitem(server._OPERATIONS, "GetMetricData", with_messages)
    notices = fetch_raw(["job-a"]).notices
    assert notices == (
        *(f"CloudWatch says: Message {n} (MaxMetricsExceeded)" for n in range(5)),
        "CloudWatch says 2 more things like that.",
    )


def test_trials_that_never_started_are_told(aws: World) -> None:
    made = aws.generate("job-a", 4, began=ago(DAY), series=ALL, statuses=("Completed", "Failed"))
    raw = fetch_raw(["job-a"])
    check_series(raw, made, 60)
    assert raw.notices == ("There are no metrics of 2 trials that didn't start training.",)


def test_a_period_asked_for(aws: World) -> None:
    made = aws.generate("job-a", 2, began=ago(4 * DAY), seconds=3 * DAY, series=ALL)
    for period in (60, 7200):
        raw = fetch_raw(["job-a"], metrics_period=period)
        check_series(raw, made, period)
        assert raw.notices == ()


def test_a_period_that_cannot_be_is_refused_before_any_call(aws: World) -> None:
    with pytest.raises(InputError, match="metrics_period=90 is no period of CloudWatch's"):
        fetch_raw(["job-a"], metrics_period=90)
    assert not aws.calls


def test_jobs_of_several_regions_and_sessions(aws: World) -> None:
    here = aws.generate("job-a", 2, began=ago(DAY), series=ALL)
    there = aws.generate("job-a", 2, region="eu-west-1", began=ago(DAY), series=ALL)
    own = boto3.Session("TUNERSKEY", "secret", region_name="eu-west-1")
    raw = fetch_raw(["job-a", HyperparameterTuner(_TuningJob("job-a"), own)])
    check_series(raw, here, 60, 0)
    check_series(raw, there, 60, 1)
    asked = {(c.access_key, c.region) for c in aws.requests if c.operation == "GetMetricData"}
    assert asked == {("AKIDEXAMPLE", "us-east-1"), ("TUNERSKEY", "eu-west-1")}


def test_without_metrics_cloudwatch_is_not_asked(aws: World) -> None:
    aws.generate("job-a", 2, began=ago(DAY), series=ALL)
    raw = fetch_raw(["job-a"], metrics=False)
    assert raw.jobs[0].series == ()
    assert aws.calls["GetMetricData"] == 0
    assert raw.report is not None
    assert "CloudWatch" not in str(raw.report)


def test_the_report_says_what_was_done(aws: World) -> None:
    aws.generate("job-a", 120, began=ago(DAY), series=ALL)
    aws.throttle("Search", first=1)
    raw = fetch_raw(["job-a"])
    report = raw.report
    assert report is not None
    assert report.calls == dict(aws.calls)
    assert report.metrics == 120 * 12
    assert report.dollars == pytest.approx(120 * 12 / 1000 * 0.01)
    assert re.fullmatch(
        r"Fetched in [\d.]+ m?s with 9 calls \(.*\b3 Search\b.*\); CloudWatch bills 1,440 metrics "
        r"\(\$0\.01\)\.",
        str(report),
    )
    data = tidy_tuning_data(raw)
    assert data.fetch_report is report
    assert len(data.metrics) == sum(len(s.values) for s in raw.jobs[0].series)


@pytest.fixture
def hooked() -> Iterator[tuple[boto3.Session, list[str]]]:
    session, seen = boto3.Session(region_name="us-east-1"), []

    def note(event_name: str, **_: Any) -> None:
        seen.append(event_name)

    session.events.register("before-call.cloudwatch", note)
    return session, seen


def test_only_amtviz_reads_times_its_own_way(
    aws: World, hooked: tuple[boto3.Session, list[str]]
) -> None:
    aws.generate("job-a", 1, began=ago(DAY), series=ALL)
    session, seen = hooked
    assert len(fetch_raw(["job-a"], session=session).jobs[0].series) == 12
    assert seen == ["before-call.cloudwatch.GetMetricData"]  # what the session hooks still holds
    params = next(c.params for c in aws.requests if c.operation == "GetMetricData")
    for client in (session.client("cloudwatch"), boto3.client("cloudwatch")):
        results = client.get_metric_data(**{k: v for k, v in params.items() if k != "NextToken"})[
            "MetricDataResults"
        ]
        assert all(isinstance(t, datetime) for r in results for t in r["Timestamps"])


def test_instances_past_the_first_hundred_are_told(aws: World) -> None:
    aws.generate("job-a", 2, series=["train:loss"], hosts=130)
    raw = fetch_raw(["job-a"])
    assert raw.notices[0] == (
        "Instance metrics are those of the first 100 instances for 2 trials with more."
    )
    assert aws.calls["GetMetricData"] == 3  # 2 × (2 + 5 × 100) metrics, of which 500 go into one
