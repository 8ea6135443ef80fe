"""The planner: whatever the trials' ages, lengths and overlaps, every call is legal."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amtviz.errors import InputError
from amtviz.fetch.plan import Plan, check_period, explain_plan, plan_calls
from amtviz.fetch.wanted import WantedTrial

# what a busy machine needs for an example is nothing about the planner
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
MINUTE, HOUR, DAY = 60, 3600, 86_400
NOW = 1_790_000_123.4
PERIODS = [None, 60, 120, 300, 420, 3600, 5400, 90_000]


def trial(
    name: str, age: float, seconds: float, series: int = 7, job: int = 0, now: float = NOW
) -> WantedTrial:
    start = now - age
    wanted = tuple(("", f"metric-{n}") for n in range(series))
    return WantedTrial(job, name, start, min(start + seconds, now), wanted)


def required(age: float) -> int:
    """What CloudWatch documents: by the age of the start, periods are multiples of this."""
    if age <= 15 * DAY:
        return 60
    return 300 if age <= 63 * DAY else 3600


@st.composite
def trials(draw: st.DrawFn) -> list[WantedTrial]:
    """Draw tuning jobs of any age, and in each trials one after the other or side by side."""
    found = []
    for job in range(draw(st.integers(1, 3))):
        age = draw(st.sampled_from([0, 1, 14.99, 15, 20, 62.99, 63, 100, 454, 455, 500]))
        age = age * DAY + draw(st.integers(0, 3 * HOUR))
        gap = draw(st.sampled_from([0, 7, 600, DAY]))
        lengths = st.sampled_from([0, 1, 119, 12_000, 12_001, 3 * DAY, 28 * DAY, 90 * DAY])
        series = draw(st.sampled_from([1, 7, 12, 130, 600]))
        for number in range(draw(st.integers(0, 25))):
            seconds = draw(lengths | st.integers(0, 6 * HOUR))
            found.append(
                trial(f"t{job}-{number}", max(age - number * gap, 0), seconds, series, job)
            )
    return found


def check_limits(plan: Plan) -> None:
    for call in plan.calls:
        assert call.start < call.end
        assert 1 <= len(call.queries) <= 500
        assert len(call.queries) * (call.end - call.start) / call.period <= 100_800
        for later in (0, HOUR):
            age = NOW + later - call.start
            assert call.period % required(age) == 0
            assert age <= 455 * DAY


def check_asked_once(plan: Plan, wanted: list[WantedTrial]) -> None:
    asked = Counter(query for call in plan.calls for query in call.queries)
    assert set(asked.values()) <= {1}
    aged = {(one.job, one.training_job) for one in plan.aged}
    expected = {
        (one.job, one.training_job, host, metric)
        for one in wanted
        if (one.job, one.training_job) not in aged
        for host, metric in one.series
    }
    assert {(q.job, q.training_job, q.host, q.metric) for q in asked} == expected


@unhurried
@given(trials(), st.sampled_from(PERIODS))
def test_any_mix_of_ages_lengths_and_overlaps(
    wanted: list[WantedTrial], period: int | None
) -> None:
    plan = plan_calls(wanted, NOW, period)
    check_limits(plan)
    check_asked_once(plan, wanted)
    by_key = {(one.job, one.training_job): one for one in wanted}
    oldest = NOW - 455 * DAY
    for one in plan.aged:
        assert one.end < oldest + 2 * HOUR + 1
    for call in plan.calls:
        for query in call.queries:
            one = by_key[query.job, query.training_job]
            assert plan.periods[query.job, query.training_job].chosen == call.period
            # nothing of the trial is outside of the call, and what comes late is inside
            assert call.start <= max(one.start, oldest + 2 * HOUR)
            assert call.end >= one.end + 2 * MINUTE
            if period is None:
                assert (one.end - max(one.start, oldest)) / call.period <= 201
            else:
                assert call.period >= period


@unhurried
@given(trials())
def test_the_order_of_the_trials_does_not_matter(wanted: list[WantedTrial]) -> None:
    one, other = plan_calls(wanted, NOW), plan_calls(wanted[::-1], NOW)
    assert one.periods == other.periods
    assert [(c.start, c.end, len(c.queries)) for c in one.calls] == [
        (c.start, c.end, len(c.queries)) for c in other.calls
    ]


@pytest.mark.parametrize(
    ("days", "seconds", "period"),
    [
        (1, 2 * MINUTE, 60),
        (1, 200 * MINUTE, 60),
        (1, 201 * MINUTE, 120),
        (10, 3 * DAY, 1800),
        (14.9, 2 * MINUTE, 60),
        (14.97, 2 * MINUTE, 300),  # it may be too old by the time of the call
        (20, 2 * MINUTE, 300),
        (20, 3 * DAY, 1800),
        (62.9, 2 * MINUTE, 300),
        (100, 2 * MINUTE, 3600),
        (100, 3 * DAY, 3600),
        (100, 28 * DAY, 14_400),
    ],
)
def test_periods_by_age_and_length(days: float, seconds: int, period: int) -> None:
    plan = plan_calls([trial("t", days * DAY, seconds)], NOW)
    assert [call.period for call in plan.calls] == [period]


@pytest.mark.parametrize(
    ("days", "asked", "period"),
    [
        (1, 60, 60),
        (1, 420, 420),
        (20, 60, 300),
        (20, 420, 600),
        (100, 420, 3600),
        (100, 7200, 7200),
    ],
)
def test_a_period_asked_for_is_raised_where_age_forbids_it(
    days: float, asked: int, period: int
) -> None:
    plan = plan_calls([trial("t", days * DAY, 3 * DAY, series=1)], NOW, asked)
    assert {call.period for call in plan.calls} == {period}


def test_trials_that_cloudwatch_forgot() -> None:
    gone, straddling, there = (
        trial("gone", 500 * DAY, HOUR),
        trial("straddling", 456 * DAY, 3 * DAY),
        trial("there", 454 * DAY, HOUR),
    )
    plan = plan_calls([gone, straddling, there], NOW)
    assert (plan.aged, plan.cut) == ((gone,), (straddling,))
    assert set(plan.periods) == {(0, "straddling"), (0, "there")}
    check_limits(plan)


def test_few_calls_for_many_trials() -> None:
    wanted = [trial(f"t{n}", 4 * DAY - (n // 10) * 31 * MINUTE, 30 * MINUTE) for n in range(500)]
    plan = plan_calls(wanted, NOW)
    check_limits(plan)
    check_asked_once(plan, wanted)
    assert len(plan.calls) == math.ceil(500 * 7 / 443)


def test_one_long_trial_does_not_spoil_the_calls_of_short_ones() -> None:
    short = [trial(f"t{n}", 4 * DAY - n * MINUTE, 2 * MINUTE) for n in range(142)]
    alone = plan_calls(short, NOW)
    together = plan_calls([trial("long", 4 * DAY, 3 * DAY), *short], NOW)
    assert len(together.calls) == len(alone.calls) + 1


def test_a_trial_of_many_hosts_is_split() -> None:
    plan = plan_calls([trial("t", DAY, 30 * MINUTE, series=1200)], NOW)
    assert [len(call.queries) for call in plan.calls] == [500, 500, 200]


def test_nothing_to_plan() -> None:
    assert plan_calls([], NOW) == Plan((), {}, (), ())
    assert plan_calls([trial("t", DAY, HOUR, series=0)], NOW).calls == ()


@pytest.mark.parametrize("period", [0, -60, 90, 60.0, "60", True, math.nan])
def test_a_period_that_cannot_be(period: Any) -> None:
    with pytest.raises(InputError) as caught:
        check_period(period)
    assert str(caught.value) == (
        f"metrics_period={period!r} is no period of CloudWatch's. Pass a positive multiple of 60 "
        "(seconds), such as 60, 300 or 3600, or leave it out to have it chosen."
    )


def told(wanted: list[WantedTrial], asked: int | None = None) -> list[str]:
    plan = plan_calls(wanted, NOW, asked)
    return explain_plan(plan, plan.periods, asked)


def test_points_as_recorded_need_no_notice() -> None:
    assert told([trial("t", DAY, HOUR)]) == []
    assert told([trial("t", DAY, 3 * DAY)], 60) == []
    assert told([trial("t", DAY, HOUR)], 420) == []
    plan = plan_calls([trial("t", 100 * DAY, HOUR)], NOW)
    assert explain_plan(plan, [], None) == []  # nor does what has no points


def test_what_age_and_length_did_is_told() -> None:
    wanted = [
        *(trial(f"a{n}", 20 * DAY, HOUR) for n in range(12)),
        trial("b", 100 * DAY, HOUR),
        trial("c", 5 * DAY, 3 * DAY),
        trial("d", 100 * DAY, 28 * DAY),
        trial("e", 30 * DAY, 12 * DAY),
        *(trial(f"f{n}", 500 * DAY, HOUR) for n in range(2)),
        trial("g", 456 * DAY, 3 * DAY),
    ]
    assert told(wanted) == [
        "Metrics are averages over 5 minutes (12 trials) and 1 hour (2 trials): CloudWatch keeps "
        "points of 1 minute for 15 days, of 5 minutes for 63 days and of 1 hour for 455 days.",
        "Metrics are averages over 30 minutes (1 trial), 2 hours (1 trial) and 4 hours (1 trial): "
        "that gives a series about 200 points at most. Pass metrics_period= (in seconds) for finer "
        "ones.",
        "Metrics of 2 trials are left out: training ended more than 455 days ago, and CloudWatch "
        "keeps them no longer.",
        "The beginning of the metrics of 1 trial is gone: CloudWatch keeps them for 455 days.",
    ]


def test_a_raised_period_is_told() -> None:
    assert told([trial("a", 20 * DAY, HOUR), trial("b", DAY, HOUR)], 60) == [
        "Metrics are averages over 5 minutes (1 trial), not the metrics_period=60 asked for: "
        "CloudWatch keeps points of 1 minute for 15 days, of 5 minutes for 63 days and of 1 hour "
        "for 455 days."
    ]
