"""Warm starts by generation: the picture, the bars of ranges, and the sentences."""

from __future__ import annotations

import math

import pytest

from amtviz import TuningData, api
from amtviz.charts import draw_lineage
from amtviz.charts.next import lineage
from amtviz.findings.facts import facts_of
from amtviz.findings.lineage import state_lineage
from tests.analysis.families import RATE, choice, make_family, make_job, number
from tests.charts.scene import draw, draw_panels
from tests.contract.cases import CASES

PICTURE = 490  # pixels of the ranges
PARENT = make_job("a", [number("x", 0, 1), choice("k", "p", "q", "r")])


def state(data: TuningData) -> str:
    return state_lineage(facts_of(data))


def child(name="b", hyperparameters=PARENT.hyperparameters, parents=("a",), **fields):
    return make_job(name, hyperparameters, parents, **fields)


def test_the_demos_warm_start():
    assert state(api.load_demo()) == (
        "digits-warm-start, started from digits-random and digits-bayesian, improved the best f1 "
        "by 0.001, from digits-bayesian's 0.9566 to 0.9576, with 25 trials, after narrowing "
        "n-estimators to 50–200, max-depth to 6–20 and min-weight-fraction-leaf to 0.01–0.1."
    )


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
@pytest.mark.parametrize(
    ("best", "text"),
    [
        (3.0, "improved the best y by 1, from a's {2:g} to {3:g}, with 1 trial"),
        (1.0, "didn't improve the best y, a's {2:g}: it reached {1:g}, with 1 trial"),
        (2.0, "only reached the best y that was there before, a's {2:g}, with 1 trial"),
    ],
)
def test_gains_whatever_the_direction(direction, best, text):
    sign = 1 if direction == "Maximize" else -1
    data = make_family({"a": [sign * 2.0], "b": [sign * best]}, [PARENT, child()], direction)
    expected = text.format(None, sign * 1.0, sign * 2.0, sign * 3.0)
    assert state(data) == f"b, started from a, {expected}, in the same ranges."


@pytest.mark.parametrize(
    ("scores", "parents", "text"),
    [
        ({"a": [1.0], "b": [math.nan]}, ["a"], "b, started from a, has no trial with a value yet."),
        (
            {"a": [math.nan], "b": [1.0]},
            ["a"],
            "b, started from a, found y 1, in the same ranges; what it gained isn't known, for "
            "none of its parents has a trial with a value.",
        ),
        (
            {"a": [1.0], "b": [1.0]},
            ["gone"],
            "b, started from gone, found y 1; what it gained isn't known, for gone is not in this "
            "data.",
        ),
        (
            {"a": [1.0], "b": [2.0]},
            ["a", "gone"],
            "b, started from a and gone, improved the best known y by 1, from a's 1 to 2, with 1 "
            "trial, in the same ranges; gone, not in this data, may have found better.",
        ),
    ],
)
def test_what_isnt_known_is_said(scores, parents, text):
    assert state(make_family(scores, [PARENT, child(parents=parents)])) == text


def test_transfer_learning_may_be_no_gain():
    data = make_family(
        {"a": [1.0], "b": [2.0]}, [PARENT, child(warm_start_type="TransferLearning")]
    )
    assert state(data).endswith("transfer learning allows other data, so that this may be no gain.")


@pytest.mark.parametrize(
    ("hyperparameters", "text"),
    [
        ([number("x", 0, 2), PARENT.hyperparameters[1]], "after extending x to 0–2."),
        ([number("x", 0.5, 2), PARENT.hyperparameters[1]], "after moving x to 0.5–2."),
        ([number("x", 0, 1), choice("k", "p", "q")], "after keeping only p, q of k."),
        ([number("x", 0, 1)], "after no longer tuning k."),
        ([*PARENT.hyperparameters, RATE], "after also tuning rate (0.001–0.1)."),
    ],
)
def test_changed_ranges_in_words(hyperparameters, text):
    data = make_family({"a": [1.0], "b": [2.0]}, [PARENT, child(hyperparameters=hyperparameters)])
    assert state(data).endswith(text)


@pytest.mark.parametrize("case", ["usual", "thirteen_jobs", "one_trial"])
def test_nothing_is_drawn_without_a_warm_start(case):
    data = CASES[case]()
    assert draw_panels(lineage.CHART, data) == []
    assert state(data) == ""
    texts = draw(draw_lineage(CASES[case]()))["lineage"].marks("message", "text")
    assert [m["text"] for m in texts] == ["no tuning job was warm-started"]


def test_generations_stand_from_left_to_right_with_a_line_to_each_parent():
    jobs = [PARENT, child(parents=["a", "gone"]), child("c", parents=["b"])]
    view = draw(draw_lineage(make_family({"a": [1.0], "b": [2.0], "c": [1.5]}, jobs)))["lineage"]
    known = {m["x"] for m in view.marks("jobs", "symbol")}
    assert len(known) == 3
    assert len(view.marks("missing", "symbol")) == 1  # hollow: not in the data
    assert view.marks("missing", "symbol")[0]["x"] == min(known)
    assert len(view.marks("descent", "rule")) == 3
    details = {m["text"] for m in view.marks("results", "text")}
    assert details == {
        "not in this data",
        "best 1, 1 trial",
        "best 2, 1 better, 1 trial",
        "best 1.5, no gain, 0.5 worse, 1 trial",
    }


def test_bars_lie_on_the_declared_scale():
    jobs = [
        make_job("a", [number("x", 0.001, 0.1, "Logarithmic")]),
        make_job("b", [number("x", 0.01, 1, "Logarithmic")], ["a"]),
    ]
    view = draw(draw_lineage(make_family({"a": [1.0], "b": [2.0]}, jobs)))["lineage_ranges"]
    bars = sorted(view.marks("ranges", "rect"), key=lambda m: m["y"])
    ends = [(0, 2 / 3), (1 / 3, 1)]  # of the three decades from 0.001 to 1
    for bar, (low, high) in zip(bars, ends, strict=True):
        assert bar["x"] == pytest.approx(low * PICTURE, abs=0.5)
        assert bar["width"] == pytest.approx((high - low) * PICTURE, abs=0.5)
    assert [m["text"] for m in view.marks("bounds", "text")] == [
        "a: 0.001–0.1",
        "b: 0.01–1 (shifted, was 0.001–0.1)",
    ]


def test_categories_have_a_bar_each_and_every_name_its_row():
    jobs = [PARENT, child(hyperparameters=[number("x", 0, 0.5), choice("k", "p", "z")])]
    view = draw(draw_lineage(make_family({"a": [1.0], "b": [2.0]}, jobs)))["lineage_ranges"]
    assert len(view.marks("ranges", "rect")) == 2 + 3 + 2
    assert sorted(view.labels[0]) == ["k", "x"]


def test_unchanged_ranges_arent_drawn():
    views = draw(draw_lineage(make_family({"a": [1.0], "b": [2.0]}, [PARENT, child()])))
    assert "lineage" in views
    assert "lineage_ranges" not in views


def test_a_long_line_of_descent_shows_the_latest():
    jobs = [
        make_job(f"g-{n:02d}", [number("x", 0, 10 - n)], [f"g-{n - 1:02d}"] if n else [])
        for n in range(10)
    ]
    data = make_family({job.name: [float(n)] for n, job in enumerate(jobs)}, jobs)
    views = draw(draw_lineage(data))
    assert [m["text"] for m in views["lineage"].marks("names", "text")] == [
        f"g-{n:02d}" for n in range(5, 10)
    ]
    assert len(views["lineage_ranges"].marks("ranges", "rect")) == 8
    assert state(data).endswith("6 more tuning jobs were warm-started.")
