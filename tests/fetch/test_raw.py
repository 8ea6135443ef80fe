"""All of a fetch, against the local AWS endpoint."""

from __future__ import annotations

import io
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import boto3
import pytest

from amtviz.errors import AwsError
from amtviz.model import RawTuningData
from amtviz.store import snapshot as store
from tests.aws.world import World
from tests.fetch.fakes import (
    HyperparameterTuner,
    HyperParameterTuningJob,
    HyperparameterTuningJobAnalytics,
    _TuningJob,
)
from tests.fetch.fakes import fetch_trials as fetch_raw


def names(raw: RawTuningData) -> list[str]:
    return [job.name for job in raw.jobs]


def test_answers_are_kept_as_they_came(aws: World) -> None:
    made = aws.generate("bayes-1", 7, statuses=("Completed", "Failed", "InProgress", "Stopped"))
    raw = fetch_raw(["bayes-1"])
    (job,) = raw.jobs
    assert (job.name, job.account, job.region) == ("bayes-1", "123456789012", "us-east-1")
    assert job.description == made.description
    assert job.summaries == made.summaries
    assert job.records == made.records
    assert job.series == ()
    assert (raw.requested, raw.notices) == (1, ())
    assert timedelta() <= datetime.now(timezone.utc) - job.fetched_at < timedelta(minutes=5)


def test_nothing_of_the_transport_is_kept(aws: World, tmp_path: Path) -> None:
    aws.generate("bayes-1", 3)
    raw = fetch_raw(["bayes-1"])
    store.save_raw(tmp_path / "job.amtviz", raw)
    text = (tmp_path / "job.amtviz").read_bytes()
    assert b"bayes-1-001" in text
    assert b"ResponseMetadata" not in text
    assert b"RequestId" not in text


def test_a_saved_fetch_can_be_served_and_fetched_again(aws: World, tmp_path: Path) -> None:
    aws.generate("random-1", 12, nan=[3], statuses=("Completed", "Failed"))
    aws.generate("bayes-1", 5, parents=["random-1"])
    first = fetch_raw(["bayes-1"])
    store.save_raw(tmp_path / "job.amtviz", first)
    aws.clear()
    aws.add(store.load(tmp_path / "job.amtviz")[0])
    again = fetch_raw(["bayes-1"])
    assert names(again) == ["bayes-1", "random-1"]
    for old, new in zip(first.jobs, again.jobs, strict=True):
        assert new.description == old.description
        # as text, since NaN isn't equal to itself
        assert json.dumps(new.summaries, default=str) == json.dumps(old.summaries, default=str)
        assert json.dumps(new.records, default=str) == json.dumps(old.records, default=str)


def test_optional_fields_may_all_be_missing(aws: World) -> None:
    made = aws.generate("bayes-1", 3, sparse=True, parents=["random-1"])
    aws.generate("random-1", 2, sparse=True)
    raw = fetch_raw(["bayes-1"])
    assert raw.jobs[0].description == made.description
    assert [len(job.summaries) for job in raw.jobs] == [3, 2]


def test_a_tuning_job_of_the_barest_description(aws: World) -> None:
    made = aws.generate("bayes-1", 2)
    for key in ("WarmStartConfig", "TrainingJobDefinition"):
        made.description.pop(key, None)
    aws.add(made)
    assert len(fetch_raw(["bayes-1"]).jobs[0].summaries) == 2


def test_every_kind_of_reference_in_one_call(aws: World) -> None:
    jobs = [aws.generate(f"job-{i}", 2) for i in range(6)]
    session = boto3.Session(region_name="us-east-1")
    raw = fetch_raw(
        [
            HyperparameterTuner(_TuningJob("job-3"), session),
            "job-1",
            HyperparameterTuner(HyperParameterTuningJob("job-0"), session),
            jobs[5].description["HyperParameterTuningJobArn"],
            HyperParameterTuningJob("job-4"),
            HyperparameterTuningJobAnalytics("job-2"),
        ]
    )
    assert names(raw) == ["job-3", "job-1", "job-0", "job-5", "job-4", "job-2"]
    assert raw.requested == 6


def test_a_job_that_comes_again_is_fetched_once_in_its_first_place(aws: World) -> None:
    arn = aws.generate("job-a", 2).description["HyperParameterTuningJobArn"]
    aws.generate("job-b", 2)
    own = boto3.Session("other", "secret", region_name="us-east-1")
    raw = fetch_raw(
        ["job-a", "job-b", HyperparameterTuner(_TuningJob("job-b"), own), "job-a", arn, "JOB-A"]
    )
    assert names(raw) == ["job-a", "job-b"]
    assert raw.requested == 2
    assert aws.calls["ListTrainingJobsForHyperParameterTuningJob"] == 2


def test_nothing_asked_for(aws: World) -> None:
    raw = fetch_raw([])
    assert (raw.jobs, raw.requested, raw.notices) == ((), 0, ())
    assert not aws.calls


def test_jobs_of_two_regions(aws: World) -> None:
    here = aws.generate("job-a", 2)
    there = aws.generate("job-a", 3, region="eu-west-1")
    raw = fetch_raw(["job-a", there.description["HyperParameterTuningJobArn"]])
    assert [(job.region, len(job.summaries)) for job in raw.jobs] == [
        ("us-east-1", 2),
        ("eu-west-1", 3),
    ]
    assert (
        here.description["HyperParameterTuningJobArn"]
        != there.description["HyperParameterTuningJobArn"]
    )
    assert {call.region for call in aws.requests} == {"us-east-1", "eu-west-1"}


def test_an_arn_needs_no_region_of_the_session(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    arn = aws.generate("job-a", 2, region="eu-west-1").description["HyperParameterTuningJobArn"]
    assert len(fetch_raw([arn]).jobs[0].summaries) == 2


def test_a_tuners_own_session_is_used_for_its_jobs_and_their_parents(aws: World) -> None:
    aws.generate("random-1", 2, region="eu-west-1")
    aws.generate("bayes-1", 2, region="eu-west-1", parents=["random-1"])
    aws.generate("job-a", 2, region="us-west-2")
    aws.generate("job-b", 2)
    own = boto3.Session("TUNERSKEY", "secret", region_name="eu-west-1")
    given = boto3.Session("GIVENKEY", "secret", region_name="us-west-2")
    fetch_raw([HyperparameterTuner(_TuningJob("bayes-1"), own), "job-a"], session=given)
    assert {(call.access_key, call.region) for call in aws.requests} == {
        ("TUNERSKEY", "eu-west-1"),
        ("GIVENKEY", "us-west-2"),
    }
    aws.requests.clear()
    fetch_raw(["job-b"])
    assert {(call.access_key, call.region) for call in aws.requests} == {
        ("AKIDEXAMPLE", "us-east-1")
    }


def test_boto3s_default_session_is_respected(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.generate("job-a", 2, region="eu-west-1")
    default = boto3.Session("DEFAULT", "secret", region_name="eu-west-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", default)
    fetch_raw(["job-a"])
    assert {call.access_key for call in aws.requests} == {"DEFAULT"}


def test_throttling_of_a_share_of_calls_loses_nothing(aws: World) -> None:
    for i in range(4):
        aws.generate(f"job-{i}", 250)
    asked = [f"job-{i}" for i in range(4)]
    calm = fetch_raw(asked)
    unthrottled = aws.calls.total()
    aws.calls.clear()
    aws.throttle(share=0.2)
    stormy = fetch_raw(asked)
    assert aws.calls.total() > unthrottled
    assert stormy.notices == ()
    for expected, job in zip(calm.jobs, stormy.jobs, strict=True):
        assert (job.name, job.summaries, job.records) == (
            expected.name,
            expected.summaries,
            expected.records,
        )


def test_ten_attempts(aws: World) -> None:
    aws.generate("job-a", 2)
    aws.throttle("DescribeHyperParameterTuningJob", first=9)
    assert names(fetch_raw(["job-a"])) == ["job-a"]
    assert aws.calls["DescribeHyperParameterTuningJob"] == 10
    aws.throttle("DescribeHyperParameterTuningJob", first=10)
    with pytest.raises(AwsError) as caught:
        fetch_raw(["job-a"])
    assert str(caught.value) == (
        "AWS throttled sagemaker:DescribeHyperParameterTuningJob in us-east-1 10 times in a row "
        "(ThrottlingException: Rate exceeded). Others may be using up the account's rate: wait a "
        "minute and try again, or ask for fewer tuning jobs at once."
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_bar_where_nobody_watches(aws: World, capsys: pytest.CaptureFixture[str]) -> None:
    aws.generate("job-a", 120)
    fetch_raw(["job-a"])
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.generate("job-a", 120)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    fetch_raw(["job-a"])
    assert "Fetching trials" in terminal.getvalue()
    assert "/120" in terminal.getvalue()


def test_no_stderr_at_all(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.generate("job-a", 3)
    monkeypatch.setattr(sys, "stderr", None)
    assert names(fetch_raw(["job-a"])) == ["job-a"]
