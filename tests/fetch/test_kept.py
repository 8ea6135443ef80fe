"""What a second fetch asks for: nothing that can't have changed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import boto3
import pandas as pd
import pytest

from amtviz import fetch_tuning_data
from amtviz.errors import InputError, TuningJobNotFoundError
from amtviz.fetch import metrics as metrics_module
from tests.aws.generate import generate_tuning_job
from tests.aws.world import World

NOW = datetime.now(timezone.utc).replace(microsecond=0)
RECENTLY = NOW - timedelta(days=2)
SERIES = ("validation:accuracy", "CPUUtilization")
DESCRIBE = "DescribeHyperParameterTuningJob"
LIST = "ListTrainingJobsForHyperParameterTuningJob"


def same(one, other) -> None:
    pd.testing.assert_frame_equal(one.trials, other.trials)
    pd.testing.assert_frame_equal(one.metrics, other.metrics)
    assert one.jobs == other.jobs
    assert one.notices == other.notices


def fetch_again(aws: World, *names: str, **options):
    aws.calls.clear()
    aws.requests.clear()
    return fetch_tuning_data(list(names), **options)


def test_nothing_is_asked_twice_about_finished_jobs(aws: World) -> None:
    aws.generate("parent", 3, began=RECENTLY, series=SERIES)
    options = {"statuses": ("Completed", "Failed", "Stopped"), "nan": [3], "series": SERIES}
    aws.generate("child", 120, began=RECENTLY, parents=["parent"], **options)
    first = fetch_tuning_data("child")
    assert len(first.metrics)
    again = fetch_again(aws, "CHILD")
    assert not aws.calls
    same(first, again)
    assert again.fetched_at == first.fetched_at
    same(first, fetch_again(aws, "child", cache=False))
    assert aws.calls[DESCRIBE] == 2


def test_notices_come_again(aws: World) -> None:
    aws.generate("job-a", 4, began=NOW - timedelta(days=40), series=SERIES)
    aws.generate(
        "job-b", 4, began=RECENTLY - timedelta(days=1), seconds=86_400, series=SERIES, parallel=4
    )
    first = fetch_tuning_data(["job-a", "job-b"])
    assert len(first.notices) == 2  # periods chosen by age and by length
    same(first, fetch_again(aws, "job-a", "job-b"))
    assert not aws.calls


def test_another_period_is_asked_for_once(aws: World) -> None:
    aws.generate("job-a", 4, began=RECENTLY, seconds=1800, series=SERIES)
    fine = fetch_tuning_data("job-a")
    coarse = fetch_again(aws, "job-a", metrics_period=300)
    assert set(aws.calls) == {"GetMetricData"}
    same(coarse, fetch_again(aws, "job-a", metrics_period=300))
    same(fine, fetch_again(aws, "job-a"))
    assert not aws.calls
    assert len(coarse.metrics) < len(fine.metrics)


def test_trials_only_first_and_metrics_later(aws: World) -> None:
    aws.generate("job-a", 4, began=RECENTLY, series=SERIES)
    fetch_tuning_data("job-a", metrics=False)
    fetch_again(aws, "job-a")
    assert set(aws.calls) == {"GetMetricData"}


def test_metrics_are_final_a_quarter_of_an_hour_after_the_end(
    aws: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.generate("job-a", 2, began=NOW - timedelta(seconds=1200), seconds=600, series=SERIES)
    ended = NOW - timedelta(seconds=600)

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return current

    monkeypatch.setattr(metrics_module, "datetime", Clock)
    for seconds, asked in ((899, True), (899, True), (902, True), (903, False)):
        current = ended + timedelta(seconds=seconds)
        fetch_again(aws, "job-a")
        assert bool(aws.calls["GetMetricData"]) == asked
    assert not aws.calls


def test_a_running_job_is_asked_for_what_can_change(aws: World) -> None:
    def run(finished: int, trials: int) -> None:
        job = generate_tuning_job(
            "job-a",
            trials,
            began=NOW - timedelta(hours=3),
            seconds=120,
            status="InProgress",
            statuses=["Completed"] * finished + ["InProgress"] * (trials - finished),
            series=SERIES,
            parallel=10,
        )
        aws.add(job)

    run(240, 245)
    assert len(fetch_tuning_data("job-a").trials) == 245
    assert aws.calls[LIST] == 3
    run(243, 250)
    found = fetch_again(aws, "job-a")
    assert (aws.calls[DESCRIBE], aws.calls[LIST]) == (1, 1)
    asked = {
        dimension["Value"].partition("/")[0]
        for call in aws.requests
        if call.operation == "GetMetricData"
        for query in call.params["MetricDataQueries"]
        for dimension in query["MetricStat"]["Metric"]["Dimensions"]
    }
    # trials that ran before, and those that began since
    assert asked == set(found.trials["TrainingJobName"].iloc[240:])
    whole = fetch_again(aws, "job-a", cache=False)
    pd.testing.assert_frame_equal(found.trials, whole.trials)
    assert len(found.metrics) == len(whole.metrics)


def test_a_lagging_search_is_asked_again(aws: World) -> None:
    aws.generate("job-a", 5, began=NOW - timedelta(hours=9))
    aws.search_lag = 2
    assert "Search knows 3 of the 5 trials" in fetch_tuning_data("job-a").notices[0]
    aws.search_lag = 0
    assert fetch_again(aws, "job-a", metrics=False).notices == ()
    assert set(aws.calls) == {"Search"}


def test_denied_metrics_are_asked_again_once_allowed(aws: World) -> None:
    aws.generate("job-a", 2, began=RECENTLY, series=SERIES)
    aws.deny("GetMetricData")
    assert "cloudwatch:GetMetricData is denied" in fetch_tuning_data("job-a").notices[0]
    aws._denied.clear()
    assert len(fetch_again(aws, "job-a").metrics)
    assert set(aws.calls) == {"GetMetricData"}


def test_unfinished_answers_of_cloudwatch_are_asked_again(aws: World) -> None:
    aws.generate("job-a", 2, began=RECENTLY, series=SERIES)
    aws.metric_status = {"CPUUtilization": "InternalError"}
    fetch_tuning_data("job-a")
    aws.metric_status = {}
    data = fetch_again(aws, "job-a")
    assert set(data.metrics["MetricName"]) == set(SERIES)
    queries = [q for call in aws.requests for q in call.params["MetricDataQueries"]]
    assert {q["MetricStat"]["Metric"]["MetricName"] for q in queries} == {"CPUUtilization"}


def test_other_credentials_get_nothing(aws: World) -> None:
    arn = aws.generate("secret", 2, began=RECENTLY).description["HyperParameterTuningJobArn"]
    fetch_tuning_data("secret", metrics=False)
    other = boto3.Session("OTHERKEY", "secret", region_name="us-east-1")
    aws.clear()
    with pytest.raises(TuningJobNotFoundError):
        fetch_tuning_data("secret", session=other)
    with pytest.raises(TuningJobNotFoundError):
        fetch_tuning_data(arn, session=other)
    # the same name in their own account is another job
    aws.generate("secret", 5, account="999999999999", began=RECENTLY)
    assert len(fetch_tuning_data("secret", session=other, metrics=False).trials) == 5
    assert len(fetch_tuning_data("secret", metrics=False).trials) == 2
    with pytest.raises(InputError, match="belongs to account 123456789012"):
        fetch_tuning_data(arn, session=other)


def test_other_keys_of_the_account_ask_once_whether_they_may(aws: World) -> None:
    aws.generate("job-a", 2, began=RECENTLY, series=SERIES)
    fetch_tuning_data("job-a")
    other = boto3.Session("OTHERKEY", "secret", region_name="us-east-1")
    fetch_again(aws, "job-a", session=other)
    assert dict(aws.calls) == {DESCRIBE: 1}
    fetch_again(aws, "job-a", session=other)
    assert not aws.calls


def test_another_job_of_the_same_name(aws: World) -> None:
    aws.generate("job-a", 2, began=RECENTLY, series=SERIES)
    fetch_tuning_data("job-a")
    aws.generate("job-a", 3, began=RECENTLY + timedelta(days=1), series=SERIES)
    other = boto3.Session("OTHERKEY", "secret", region_name="us-east-1")
    data = fetch_tuning_data("job-a", session=other)
    same(data, fetch_tuning_data("job-a"))
    assert len(data.trials) == 3


def test_a_damaged_answer_is_set_aside_and_asked_again(aws: World, cache_file: Path) -> None:
    aws.generate("job-a", 3, began=RECENTLY)
    first = fetch_tuning_data("job-a", metrics=False)
    with closing(sqlite3.connect(cache_file)) as db, db:
        db.execute("UPDATE answers SET body = '{' WHERE operation = 'Search'")
    again = fetch_tuning_data("job-a", metrics=False)
    pd.testing.assert_frame_equal(first.trials, again.trials)
    (notice,) = again.notices
    assert notice.startswith("The cache is damaged (")
    assert notice.endswith(
        "it was set aside, and a new one was begun. 'amtviz cache info' tells where it is."
    )


_CHILD = """
import sys
import amtviz
print(len(amtviz.fetch_tuning_data(sys.argv[1:]).metrics))
"""


def start(*names: str) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, *names], env=environment, stdout=subprocess.PIPE, text=True
    )


def test_two_processes_at_once_lose_nothing(aws: World) -> None:
    for name in "abcd":
        aws.generate(f"job-{name}", 30, began=RECENTLY, series=SERIES)
    aws.delay(0.02)
    children = [start("job-a", "job-b", "job-c"), start("job-d", "job-c", "job-b")]
    points = [child.communicate()[0].strip() for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert points == [str(3 * 30 * 5 * 3)] * 2  # five minutes of one metric and of two hosts
    data = fetch_again(aws, "job-a", "job-b", "job-c", "job-d")
    assert not aws.calls
    assert len(data.metrics) == 4 * 30 * 5 * 3


def test_killed_in_the_middle_a_second_fetch_goes_on(aws: World, cache_file: Path) -> None:
    aws.generate("job-a", 300, began=RECENTLY, series=SERIES)  # 3,600 queries make eight calls
    aws.delay(0.2)
    child = start("job-a")
    until = time.monotonic() + 30
    # four go side by side: the sixth call begins after the first answers were kept
    while aws.calls["GetMetricData"] < 6 and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    aws.delay(0)
    data = fetch_again(aws, "job-a")
    assert set(aws.calls) == {"GetMetricData"}
    assert aws.calls["GetMetricData"] < 8
    assert data.notices == ()
    assert len(data.metrics) == 300 * 5 * 3
    with closing(sqlite3.connect(cache_file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("method", ["sso", "assume-role"])
def test_profiles_that_sign_in_are_told_by_their_role(
    aws: World, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"

    def session(role: str) -> boto3.Session:
        config.write_text(
            f"[profile p]\nregion=us-east-1\nrole_arn=arn:aws:iam::1:role/{role}\n"
            f"sso_account_id=123456789012\nsso_role_name={role}\n"
        )
        made = boto3.Session(profile_name="p")

        class Credentials:
            def get_frozen_credentials(self):
                raise AssertionError("it would sign in")

        Credentials.method = method
        monkeypatch.setattr(made, "get_credentials", Credentials)
        return made

    from amtviz.fetch.identity import identify

    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    one = identify(session("a"))
    assert one == identify(session("a"))
    assert one != identify(session("b"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere")
    assert one != identify(session("a"))
    assert len(one) == 64
