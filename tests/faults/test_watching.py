"""`amtviz watch` over hours: through all that AWS may answer, and in flat memory."""

from __future__ import annotations

import gc

import pytest

from amtviz import api
from amtviz.errors import TemporaryAwsError
from amtviz.live.loop import Looker
from amtviz.tuning_data import TuningData
from tests.aws.faults import WRONG
from tests.aws.world import World
from tests.faults.scene import DESCRIBE, JOB, LIST

GROWN = 500  # objects in all looks: one look alone makes thousands


def make_looker() -> Looker:
    return Looker(look_once, lambda data: None, {JOB}, 30)


def look_once() -> TuningData:
    return api.fetch_tuning_data(JOB, metrics=False)


@pytest.mark.parametrize("operation", [DESCRIBE, LIST])
@pytest.mark.parametrize("fault", [*WRONG, "portal-redirect", "502-html", "throttled", "reset"])
def test_a_wrong_answer_makes_it_wait_and_go_on(aws: World, fault: str, operation: str) -> None:
    aws.advance(JOB, 2, most=8)
    looker = make_looker()
    first = looker.look()
    aws.break_(fault, operation)
    failed = looker.look()
    assert isinstance(failed.problem, TemporaryAwsError)
    assert failed.wait > first.wait
    assert failed.data is first.data
    aws.heal()
    aws.advance(JOB, 4, most=8)
    after = looker.look()
    assert after.problem is None
    assert after.changed
    assert len(after.data.trials) == 6


def test_memory_is_flat(aws: World, looks: int) -> None:
    """Looks at a job that runs, of which each third fails in one way or another."""
    aws.advance(JOB, 3, most=8)
    faults = [*WRONG, "expired", "throttled", "500"]
    looker = make_looker()

    def take(count: int) -> None:
        for number in range(count):
            if number % 3 == 0:
                aws.break_(faults[number // 3 % len(faults)], DESCRIBE)
            looker.look()
            aws.heal()
            aws.requests.clear()

    take(3 * len(faults))  # each fault once: what is made once is made
    before = count_objects()
    take(looks)
    last = looker.look()  # one that fails holds on to its error
    grown = count_objects() - before
    assert last.number == looks + 3 * len(faults) + 1
    assert grown < GROWN, f"{grown} objects in {looks} looks"


def count_objects() -> int:
    gc.collect()
    return len(gc.get_objects())
