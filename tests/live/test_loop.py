"""The loop by itself: what it tells, and how long it waits, without waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from amtviz import fetch_tuning_data
from amtviz.errors import (
    AwsError,
    ExpiredCredentialsError,
    TemporaryAwsError,
    TuningJobNotFoundError,
)
from amtviz.live.loop import LONGEST_WAIT, Looker, differ, follow, has_ended
from amtviz.live.status import describe_status
from tests.aws.world import World

WATCHED = {"job-a"}


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)
        return False


class Script:
    """Gives one answer after the other; errors are raised."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)

    def __call__(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def stages(aws: World):
    """The same tuning job after 2, 5 and all 8 trials."""
    found = []
    for finished in (2, 5, 8):
        aws.advance("job-a", finished, most=8)
        found.append(fetch_tuning_data("job-a", cache=False))
    return found


def play(*answers, interval: float = 30):
    """Follow a script to its end, and give the looks and the waits."""
    clock, looks = Clock(), []
    looker = Looker(Script(*answers), describe_status, WATCHED, interval, clock)
    follow(looker, clock.wait, [looks.append])
    return looks, clock


def test_it_looks_until_the_tuning_job_has_ended(stages) -> None:
    first, second, last = stages
    looks, clock = play(first, first, second, last)
    assert [look.changed for look in looks] == [True, False, True, True]
    assert [look.ended for look in looks] == [False, False, False, True]
    assert [look.number for look in looks] == [1, 2, 3, 4]
    assert clock.waits == [30, 30, 30]
    assert [look.wait for look in looks] == [30, 30, 30, 0]
    assert [(look.at - looks[0].at).seconds for look in looks] == [0, 30, 60, 90]
    assert looks[-1].data is last
    assert looks[2].status.counts == {"Completed": 5, "InProgress": 2}


@pytest.mark.parametrize("kind", [TemporaryAwsError, ExpiredCredentialsError])
def test_failures_make_it_wait_longer_and_success_ends_that(stages, kind) -> None:
    first, _, last = stages
    errors = [kind(f"number {n}") for n in range(6)]
    looks, clock = play(first, *errors, first, errors[0], last)
    assert clock.waits == [30, 60, 120, 240, 300, 300, 300, 30, 60]
    assert max(clock.waits) == LONGEST_WAIT
    failed = looks[1:7]
    assert [str(look.problem) for look in failed] == [f"number {n}" for n in range(6)]
    # what was known stays
    assert all(look.data is first and not look.changed for look in failed)
    assert looks[7].problem is None
    assert not looks[7].changed


def test_a_long_interval_is_never_shortened(stages) -> None:
    _, clock = play(stages[0], TemporaryAwsError("x"), stages[-1], interval=1000)
    assert clock.waits == [1000, 1000]


def test_it_may_fail_from_the_first_look(stages) -> None:
    looks, _ = play(TemporaryAwsError("x"), stages[-1])
    assert looks[0].data is None
    assert looks[0].status is None
    assert looks[1].changed


@pytest.mark.parametrize("kind", [TuningJobNotFoundError, AwsError])
def test_what_the_next_look_would_meet_again_ends_it(stages, kind) -> None:
    with pytest.raises(kind, match="no such"):
        play(stages[0], kind("no such"))


def test_told_to_stop_it_stops(stages) -> None:
    looks = []
    looker = Looker(Script(stages[0], stages[1]), describe_status, WATCHED, 30)
    last = follow(looker, lambda seconds: True, [looks.append])
    assert looks == [last]


def test_it_ends_with_the_last_trial_and_only_with_the_watched_jobs(aws: World, stages) -> None:
    running, _, over = stages
    assert not has_ended(running, WATCHED)
    assert has_ended(over, WATCHED)
    # the job says that it is over, a trial doesn't yet
    statuses = over.trials["TrainingJobStatus"].copy()
    statuses.iloc[-1] = "Stopping"
    assert not has_ended(
        replace(over, trials=over.trials.assign(TrainingJobStatus=statuses)), WATCHED
    )
    aws.advance("job-b", 1, most=3)
    both = fetch_tuning_data(["job-a", "job-b"])
    assert has_ended(both, WATCHED)
    assert not has_ended(both, {"job-a", "job-b"})


def test_names_with_their_region_added_are_still_watched(aws: World) -> None:
    for region in ("us-east-1", "eu-west-1"):
        aws.advance("job-a", 1, most=3, region=region)
    arn = "arn:aws:sagemaker:{}:123456789012:hyper-parameter-tuning-job/job-a"
    data = fetch_tuning_data([arn.format("us-east-1"), arn.format("eu-west-1")])
    assert len({job.name for job in data.jobs}) == 2
    assert not has_ended(data, WATCHED)


def test_what_is_new(stages) -> None:
    first, second, _ = stages
    assert not differ(first, first)
    assert differ(first, second)
    assert differ(first, replace(first, notices=("x",)))
    later = replace(first, fetched_at=first.fetched_at + timedelta(minutes=1))
    assert not differ(first, later)
