"""Trials: every page, and what Search adds."""

from __future__ import annotations

import math

import pytest

from amtviz.errors import AwsError
from amtviz.fetch.errors import AccessDeniedError
from tests.aws.world import World
from tests.fetch.fakes import fetch_trials as fetch_raw

LIST = "ListTrainingJobsForHyperParameterTuningJob"
LOST = "final metrics, billable time and instances"


@pytest.mark.parametrize(
    ("trials", "lists", "searches"),
    [(0, 1, 0), (1, 1, 1), (99, 1, 1), (100, 1, 1), (101, 2, 2), (750, 8, 8)],
)
def test_every_page_and_no_call_more(aws: World, trials: int, lists: int, searches: int) -> None:
    made = aws.generate("job-a", trials, statuses=("Completed", "Failed", "InProgress"))
    raw = fetch_raw(["job-a"])
    assert raw.jobs[0].summaries == made.summaries
    assert raw.jobs[0].records == made.records
    assert raw.notices == ()
    assert (aws.calls[LIST], aws.calls["Search"]) == (lists, searches)
    assert {call.params["MaxResults"] for call in aws.requests if call.operation == LIST} == {100}


def test_pages_shorter_than_asked_for(aws: World) -> None:
    made = aws.generate("job-a", 25)
    aws.page_limit = 7
    raw = fetch_raw(["job-a"])
    assert (raw.jobs[0].summaries, raw.jobs[0].records) == (made.summaries, made.records)


def test_trials_without_an_objective_are_kept(aws: World) -> None:
    aws.generate("job-a", 6, statuses=("Completed", "Failed", "InProgress"), nan=[0])
    (job,) = fetch_raw(["job-a"]).jobs
    final = "FinalHyperParameterTuningJobObjectiveMetric"
    assert [final in trial for trial in job.summaries] == [True, False, False] * 2
    assert math.isnan(job.summaries[0][final]["Value"])
    assert job.summaries[1]["FailureReason"] == (
        "AlgorithmError: ExecuteUserScriptError: Exit code 1"
    )


def test_trials_of_one_job_arent_anothers(aws: World) -> None:
    for name, trials in (("job", 3), ("job-1", 4), ("my-job-1", 5)):
        aws.generate(name, trials)
    aws.search_by_arn = False  # then names are all there is: 'job-' is in each of them
    raw = fetch_raw(["job", "job-1", "my-job-1"])
    for job in raw.jobs:
        listed = [trial["TrainingJobName"] for trial in job.summaries]
        assert [record["TrainingJobName"] for record in job.records] == listed
        assert all(name.startswith(f"{job.name}-") for name in listed)
    assert [len(job.records) for job in raw.jobs] == [3, 4, 5]
    assert raw.notices == ()


def test_search_by_arn_and_else_by_name(aws: World) -> None:
    made = aws.generate("job-a", 120)
    aws.search_by_arn = False
    assert fetch_raw(["job-a"]).jobs[0].records == made.records
    filters = [
        call.params["SearchExpression"]["Filters"]
        for call in aws.requests
        if call.operation == "Search"
    ]
    arn = made.description["HyperParameterTuningJobArn"]
    by_name = [{"Name": "TrainingJobName", "Operator": "Contains", "Value": "job-a-"}]
    by_arn = [{"Name": "TuningJobArn", "Operator": "Equals", "Value": arn}]
    assert filters == [by_arn, by_name, by_name]


def test_search_that_lags_behind(aws: World) -> None:
    made = aws.generate("job-a", 12)
    aws.search_lag = 5
    raw = fetch_raw(["job-a"])
    assert len(raw.jobs[0].summaries) == 12
    assert raw.jobs[0].records == made.records[:7]
    assert raw.notices == (
        f"Search knows 7 of the 12 trials of 'job-a': the {LOST} of the others are unknown. It "
        "lags behind; fetch again later for the rest.",
    )


def test_search_that_finds_nothing(aws: World) -> None:
    aws.generate("job-a", 12)
    aws.search_lag = 12
    raw = fetch_raw(["job-a"])
    assert (len(raw.jobs[0].summaries), raw.jobs[0].records) == (12, ())
    assert raw.notices == (
        f"Search knows 0 of the 12 trials of 'job-a': the {LOST} of the others are unknown. It "
        "lags behind; fetch again later for the rest.",
    )


def test_search_that_is_ahead_of_the_list(aws: World) -> None:
    made = aws.generate("job-a", 12)
    aws.jobs["us-east-1", "job-a"] = type(made)(**{**vars(made), "summaries": made.summaries[:10]})
    raw = fetch_raw(["job-a"])
    assert raw.jobs[0].records == made.records[:10]
    assert raw.notices == (
        "Trials of 'job-a' that Search knows but its list doesn't have yet are left out: 2. Fetch "
        "again to have them.",
    )


def test_search_denied(aws: World) -> None:
    aws.generate("job-a", 3)
    aws.generate("job-b", 3)
    aws.deny("Search")
    raw = fetch_raw(["job-a", "job-b"])
    assert [(len(job.summaries), len(job.records)) for job in raw.jobs] == [(3, 0), (3, 0)]
    assert raw.notices == (f"The {LOST} of the trials are unknown: sagemaker:Search is denied.",)


def test_search_throttled_beyond_the_retries(aws: World) -> None:
    aws.generate("job-a", 3)
    aws.throttle("Search", first=10)
    raw = fetch_raw(["job-a"])
    assert len(raw.jobs[0].summaries) == 3
    assert raw.notices == (
        f"The {LOST} of the trials of 'job-a' are unknown. AWS throttled sagemaker:Search in "
        "us-east-1 10 times in a row (ThrottlingException: Rate exceeded). Others may be using up "
        "the account's rate: wait a minute and try again, or ask for fewer tuning jobs at once.",
    )


@pytest.mark.parametrize("operation", ["DescribeHyperParameterTuningJob", LIST])
def test_what_must_be_allowed(aws: World, operation: str) -> None:
    aws.generate("job-a", 3)
    aws.deny(operation)
    with pytest.raises(AccessDeniedError) as caught:
        fetch_raw(["job-a"])
    assert caught.value.action == f"sagemaker:{operation}"
    assert str(caught.value) == (
        "Access denied: arn:aws:sts::123456789012:assumed-role/Reader/me may not call "
        f"sagemaker:{operation} in us-east-1. Ask the account's administrator to allow it; this "
        'policy is all that amtviz needs: {"Version": "2012-10-17", "Statement": [{"Effect": '
        '"Allow", "Action": ["sagemaker:DescribeHyperParameterTuningJob", '
        '"sagemaker:ListTrainingJobsForHyperParameterTuningJob", "sagemaker:Search", '
        '"sagemaker:DescribeTrainingJob", "sagemaker:ListHyperParameterTuningJobs", '
        '"cloudwatch:GetMetricData"], "Resource": "*"}]}'
    )


def test_a_list_that_breaks_off_is_an_error(aws: World) -> None:
    aws.generate("job-a", 250)
    aws.throttle(LIST, first=10)
    with pytest.raises(AwsError, match="AWS throttled sagemaker:ListTrainingJobs"):
        fetch_raw(["job-a"])
