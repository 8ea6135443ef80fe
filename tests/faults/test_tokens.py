"""Tokens that never settle: reading ends by what there can be, and a notice says so."""

from __future__ import annotations

import pytest

from amtviz.fetch import list_summaries
from amtviz.fetch.pages import IDLE
from amtviz.store.cache import open_cache
from tests.aws.world import World
from tests.faults.scene import JOB, LIST, METRICS, SEARCH, answers, fetch, serve

ENDLESS = ("tokens-in-turn", "tokens-forever")
SENTENCE = (
    "AWS's pages about the trials of 'job-a' didn't come to an end: they were read up to {}, and "
    "AWS counts 5. Fetch again if some are missing."
)


@pytest.mark.parametrize("fault", ENDLESS)
@pytest.mark.parametrize("operation", [LIST, SEARCH, METRICS])
def test_they_end_with_everything_and_a_notice(aws: World, operation: str, fault: str) -> None:
    serve(aws)
    whole = fetch()
    aws.calls.clear()
    aws.break_(fault, operation)
    with open_cache() as cache:
        raw = fetch(cache=cache)
    assert answers(raw) == answers(whole)
    # A, B and A again; or as many pages without anything new as there may be
    assert aws.calls[operation] == (3 if fault == "tokens-in-turn" else IDLE + 1)
    told = (
        "CloudWatch says: the pages of its answer didn't come to an end"
        if operation == METRICS
        else SENTENCE.format("5 trials")
    )
    assert told in raw.notices
    # it isn't taken for whole: the next fetch asks once more
    aws.heal()
    aws.calls.clear()
    with open_cache() as cache:
        again = fetch(cache=cache)
    assert answers(again) == answers(whole)
    assert again.notices == whole.notices
    assert set(aws.calls) == {operation}


@pytest.mark.parametrize("fault", ENDLESS)
def test_a_list_of_tuning_jobs(aws: World, fault: str) -> None:
    serve(aws)
    aws.break_(fault, "ListHyperParameterTuningJobs")
    found = list_summaries()
    assert {job["HyperParameterTuningJobName"] for job in found} == {JOB}


def test_the_same_token_twice(aws: World) -> None:
    serve(aws)
    answer = {"TrainingJobSummaries": list(aws.jobs["us-east-1", JOB].summaries), "NextToken": "A"}
    aws.answer_with(LIST, answer)
    raw = fetch()
    assert len(raw.jobs[0].summaries) == 5
    assert SENTENCE.format("5 trials") in raw.notices


def test_trials_without_end(aws: World) -> None:
    """Each page has new trials, many more than the tuning job may have."""
    made = serve(aws, most=20)
    pages = iter(range(100_000))

    def invent() -> dict[str, object]:
        page = next(pages)
        trials = [
            {**made.summaries[0], "TrainingJobName": f"t-{page}-{place}"} for place in range(100)
        ]
        return {"TrainingJobSummaries": trials, "NextToken": f"token-{page}"}

    aws.answer_with(LIST, invent)
    raw = fetch(metrics=False)
    # twice as many as it may have, and a thousand that nobody counts
    assert len(raw.jobs[0].summaries) == 1100
    assert SENTENCE.format("1,100 trials") in raw.notices


def test_pages_without_anything_new_are_no_end_by_themselves(aws: World) -> None:
    """Search may filter a page to nothing, and name the next."""
    made = serve(aws, 12, series=())
    whole = fetch()
    records = [{"TrainingJob": record} for record in made.records]
    given = iter([[]] * (IDLE - 1) + [records[:6]] + [[]] * (IDLE - 1) + [records[6:]])
    left = list(range(2 * IDLE))

    def answer() -> dict[str, object]:
        page: dict[str, object] = {"Results": next(given)}
        left.pop()
        return page | ({"NextToken": f"token-{len(left)}"} if left else {})

    aws.answer_with(SEARCH, answer)
    assert answers(fetch()) == answers(whole)
