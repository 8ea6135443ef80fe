"""Answers that aren't AWS's: repeated, then a sentence, or a notice where the rest can be shown."""

from __future__ import annotations

import pytest

from amtviz.errors import AwsError, TemporaryAwsError
from amtviz.fetch import list_summaries
from amtviz.tidy import tidy_tuning_data
from tests.aws.faults import WRONG
from tests.aws.world import World
from tests.faults.scene import (
    DESCRIBE,
    ENRICHING,
    JOB,
    LIST,
    METRICS,
    NEEDED,
    SEARCH,
    answers,
    fetch,
    serve,
)

NOT_AWS = [*WRONG, "portal-redirect", "portal-403"]
TEMPORARY = [*NOT_AWS, "500", "503", "502-html", "reset", "throttled"]
# what these operations may well answer when there is nothing
EMPTY = ("empty-object", "empty-lists")


@pytest.mark.parametrize("operation", [*NEEDED, *ENRICHING])
@pytest.mark.parametrize("fault", TEMPORARY)
def test_one_wrong_answer_is_asked_for_again(aws: World, fault: str, operation: str) -> None:
    serve(aws)
    whole = fetch()
    aws.break_(fault, operation, times=1)
    again = fetch()
    if fault in EMPTY and operation == SEARCH:  # it asks by name then
        assert answers(again) == answers(whole)
        return
    assert answers(again) == answers(whole)
    assert again.notices == whole.notices


@pytest.mark.parametrize("operation", NEEDED)
@pytest.mark.parametrize("fault", [*TEMPORARY, "expired", "skewed"])
def test_what_stays_wrong_is_a_sentence(aws: World, fault: str, operation: str) -> None:
    serve(aws)
    aws.break_(fault, operation)
    with pytest.raises(AwsError) as caught:
        fetch()
    told = str(caught.value)
    assert told.endswith(".")
    assert "<" not in told
    if fault in NOT_AWS:
        assert isinstance(caught.value, TemporaryAwsError)
        assert f"sagemaker:{operation}" in told
        assert "isn't AWS" in told
        assert aws.calls[operation] == 3


@pytest.mark.parametrize("operation", ENRICHING)
@pytest.mark.parametrize("fault", [*TEMPORARY, "empty-lists", "expired"])
def test_what_only_adds_to_the_trials_becomes_a_notice(
    aws: World, fault: str, operation: str
) -> None:
    made = serve(aws)
    aws.break_(fault, operation)
    raw = fetch()
    assert len(raw.jobs[0].summaries) == len(made.summaries)
    lost = raw.jobs[0].records if operation == SEARCH else raw.jobs[0].series
    assert not lost
    data = tidy_tuning_data(raw)
    assert len(data.trials) == len(made.summaries)
    if operation == METRICS and fault in EMPTY:
        words = "CloudWatch answered nothing"
    else:
        words = "final metrics" if operation == SEARCH else "metrics during training"
    assert any(words in notice for notice in raw.notices)
    assert not any("<" in notice for notice in raw.notices)


def sentence_of(aws: World, fault: str) -> str:
    """Return what a fetch ends in whose tuning job can't be described."""
    serve(aws)
    aws.break_(fault, DESCRIBE)
    with pytest.raises(TemporaryAwsError) as caught:
        fetch()
    return str(caught.value)


def test_the_sentence_says_what_came(aws: World) -> None:
    assert sentence_of(aws, "portal") == (
        "What answers sagemaker:DescribeHyperParameterTuningJob in us-east-1 isn't AWS: it sent a "
        "web page, 'Airport Wi-Fi – sign in'. Sign in to the network, VPN or proxy if it asks for "
        "that, check AWS_ENDPOINT_URL if it is set, and try again."
    )


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("cut-json", "it sent an answer that was cut short."),
        ("empty-object", "it sent an answer without HyperParameterTuningJobName."),
        ("empty-body", "it sent an empty answer."),
        ("text", "it sent something unreadable."),
        ("portal-redirect", "it sent a web page, 'Airport Wi-Fi – sign in'."),
    ],
)
def test_what_came_is_told(aws: World, fault: str, words: str) -> None:
    assert words in sentence_of(aws, fault)


def test_a_clock_that_is_off_is_named(aws: World) -> None:
    serve(aws)
    aws.break_("skewed", DESCRIBE)
    with pytest.raises(AwsError) as caught:
        fetch()
    assert str(caught.value) == (
        "This machine's clock is 42 min behind AWS's, and AWS takes no request that is more than "
        "five minutes off (InvalidSignatureException). Set the clock and try again."
    )


@pytest.mark.parametrize("fault", NOT_AWS)
def test_the_list_of_tuning_jobs(aws: World, fault: str) -> None:
    serve(aws)
    aws.break_(fault, "ListHyperParameterTuningJobs", times=1)
    assert [job["HyperParameterTuningJobName"] for job in list_summaries()] == [JOB]
    aws.break_(fault, "ListHyperParameterTuningJobs")
    with pytest.raises(TemporaryAwsError, match="isn't AWS"):
        list_summaries()


@pytest.mark.parametrize("fault", NOT_AWS)
def test_the_help_with_a_wrong_name_may_fail(aws: World, fault: str) -> None:
    serve(aws)
    aws.break_(fault, "ListHyperParameterTuningJobs")
    with pytest.raises(AwsError, match="There is no tuning job 'job-b'"):
        fetch_named("job-b")


def fetch_named(name: str) -> None:
    from amtviz.fetch import fetch_raw

    fetch_raw([name])


@pytest.mark.parametrize("entry", [None, {}, {"TrainingJobName": None}])
def test_a_list_whose_trials_have_no_name_is_wrong(aws: World, entry: object) -> None:
    """botocore's model requires these fields: without them nothing can be told of a trial."""
    made = serve(aws)
    broken = [entry if entry is None else {**made.summaries[0], **entry}]
    if entry == {}:
        broken = [{}]
    answer = {"TrainingJobSummaries": broken}
    aws.answer_with(LIST, answer)
    with pytest.raises(TemporaryAwsError, match=r"without TrainingJobSummaries\[0\]"):
        fetch()
