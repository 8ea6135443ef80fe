"""Tuning jobs that change while they are read, and an AWS that gives a part of what it has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amtviz.errors import ExpiredCredentialsError, TemporaryAwsError, TuningJobNotFoundError
from amtviz.store.cache import open_cache
from amtviz.tidy import tidy_tuning_data
from tests.aws.world import World
from tests.faults.scene import DESCRIBE, JOB, LIST, METRICS, SEARCH, answers, fetch, serve


@pytest.mark.parametrize("page", [1, 2, 4])
@pytest.mark.parametrize("operation", [LIST, SEARCH])
def test_a_job_that_grows_while_it_is_read(aws: World, operation: str, page: int) -> None:
    """What was there at the beginning is there, each trial once; more may be."""
    aws.page_limit = 2
    before = aws.advance(JOB, 6, most=30)
    aws.change(operation, page, lambda: aws.advance(JOB, 12, most=30))
    data = tidy_tuning_data(fetch())
    names = data.trials["TrainingJobName"].tolist()
    assert {s["TrainingJobName"] for s in before.summaries} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("cached", [False, True])
def test_a_job_that_shrinks_while_it_is_read(aws: World, cached: bool) -> None:
    """Trials may be deleted: those that are listed are shown."""
    aws.page_limit = 2
    made = serve(aws, 9, series=())
    left = replace(made, summaries=made.summaries[:4], records=made.records[:4])
    aws.change(LIST, 2, lambda: aws.add(left))
    with open_cache(cached) as cache:
        data = tidy_tuning_data(fetch(cache=cache))
    assert data.trials["TrainingJobName"].tolist() == [
        s["TrainingJobName"] for s in made.summaries[:4]
    ]


@pytest.mark.parametrize("page", [1, 3])
def test_a_job_that_is_deleted_while_it_is_read(aws: World, page: int) -> None:
    aws.page_limit = 2
    serve(aws, 9, series=())
    aws.change(LIST, page, lambda: aws.delete(JOB))
    with pytest.raises(TuningJobNotFoundError) as caught:
        fetch()
    assert str(caught.value) == (
        "The tuning job 'job-a' was deleted before all of its trials were read. What was saved of "
        "it earlier, with TuningData.save or as a page, is all there is."
    )


def test_a_parent_that_is_deleted_while_it_is_read(aws: World) -> None:
    aws.generate("parent", 3)
    serve(aws, parents=["parent"])
    aws.change(DESCRIBE, 2, lambda: None)
    aws.change(LIST, 1, lambda: aws.delete("parent"))
    raw = fetch()
    if len(raw.jobs[1].summaries) == 3:  # its list came first
        return
    assert raw.notices[0] == (
        "'parent', a warm-start parent, was deleted before its trials were read: they are left out."
    )
    assert len(tidy_tuning_data(raw).trials) == 5


def test_another_job_of_that_name(aws: World) -> None:
    """Deleted and begun anew between two fetches: nothing of the old one is taken for the new."""
    serve(aws, 9, series=())
    with open_cache() as cache:
        fetch(cache=cache)
    aws.delete(JOB)
    with open_cache() as cache:  # what is final is known without asking
        assert len(fetch(cache=cache).jobs[0].summaries) == 9
    aws.advance(JOB, 2, most=9)
    assert len(fetch().jobs[0].summaries) == 4


@pytest.mark.parametrize("share", [0.33, 0.6, 0.9])
def test_throttling_ends_with_everything_sooner_or_later(aws: World, share: float) -> None:
    """What one fetch got isn't asked for by the next: after some there is all."""
    aws.page_limit = 3
    serve(aws, 9, series=["train:loss"])
    whole = fetch()
    aws.break_("throttled", share=share)
    fetches = 0
    with open_cache() as cache:
        while True:
            fetches += 1
            try:
                raw = fetch(cache=cache)
            except TemporaryAwsError:
                continue
            if not any("throttled" in notice for notice in raw.notices):
                break
    assert answers(raw) == answers(whole)
    assert fetches <= {0.33: 1, 0.6: 2, 0.9: 30}[share]


@pytest.mark.parametrize("fault", ["500", "503", "502-html", "reset"])
def test_every_third_answer_fails(aws: World, fault: str) -> None:
    aws.page_limit = 2
    serve(aws, 9)
    whole = fetch()
    aws.break_(fault, share=0.33)
    again = fetch()
    assert answers(again) == answers(whole)
    assert again.notices == whole.notices


@pytest.mark.parametrize("after", [0, 1, 2, 4, 7])
def test_credentials_that_expire_in_the_middle(aws: World, after: int) -> None:
    """It says so, and with new credentials goes on from there."""
    aws.page_limit = 2
    serve(aws, 9)
    whole = fetch()
    aws.calls.clear()
    fetch()
    needed = sum(aws.calls.values())
    aws.break_("expired", after=after)
    with open_cache() as cache:
        try:
            told = fetch(cache=cache).notices
        except ExpiredCredentialsError as error:
            told = (str(error),)
    assert any("have expired (ExpiredTokenException)" in text for text in told)
    aws.heal()
    aws.calls.clear()
    with open_cache() as cache:
        assert answers(fetch(cache=cache)) == answers(whole)
    assert sum(aws.calls.values()) <= needed - after + 2  # a page that shows where it broke off


@pytest.mark.parametrize("status", ["InternalError", "Forbidden", "PartialData"])
def test_what_cloudwatch_gives_in_part(aws: World, status: str) -> None:
    serve(aws)
    aws.metric_status["train:loss"] = status
    raw = fetch()
    names = {series.metric for series in raw.jobs[0].series}
    assert names == {"CPUUtilization"}
    told = f"CloudWatch answered {status} for 'train:loss' of 5 trials: "
    assert any(notice.startswith(told) for notice in raw.notices)
    assert len(tidy_tuning_data(raw).trials) == 5


def test_answers_that_nobody_asked_for_are_left_out(aws: World) -> None:
    serve(aws)
    strange = [
        {"Id": "x", "Timestamps": [1, 2], "Values": [1.0, 2.0], "StatusCode": "Complete"},
        {"Timestamps": [1], "Values": [1.0]},
        {"Id": "m99999", "StatusCode": "Complete"},
        {"Id": "m0", "Timestamps": [60, 120, 180], "Values": [1.0, 2.0], "StatusCode": "Complete"},
        {"Id": "m1", "StatusCode": "NeverHeardOf"},
    ]
    aws.answer_with(METRICS, {"MetricDataResults": strange})
    raw = fetch()
    assert raw.jobs[0].series
    for series in raw.jobs[0].series:
        assert series.timestamps.tolist() == [60_000, 120_000]
        assert series.values.tolist() == [1.0, 2.0]
    assert any("NeverHeardOf" in notice for notice in raw.notices)
