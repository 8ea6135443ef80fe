"""The chart of advice reviewed: sides, medians and ranges, and its whole sentence."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData, api
from amtviz.charts import draw_advice_review
from amtviz.charts.missing import Missing
from amtviz.charts.next import advice_review
from amtviz.findings.advice_review import state_advice_review
from amtviz.findings.facts import Facts, facts_of
from tests.analysis.families import make_family, make_job, number
from tests.charts.scene import at, draw, draw_panels, padded, places
from tests.contract.cases import CASES

WIDE, NARROW = number("x", 0.0, 1.0), number("x", 0.2, 1.0)
ROW = {
    "TuningJobName": "new",
    "Risk": "balanced",
    "KnownTrials": 40,
    "Changes": 2,
    "SearchedInside": 0.25,
    "Trials": 20,
    "Inside": 8,
    "Best": 0.9,
    "BestInside": 0.9,
    "BestOutside": 0.8,
    "MedianInside": 0.7,
    "MedianOutside": 0.6,
    "BestIsInside": True,
    "Luck": 0.03,
    "Verdict": "better",
}


@pytest.fixture(scope="module")
def family() -> TuningData:
    """A peak at 0.7 that a warm start searched in part beside."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, 80)
    scores = -((x - 0.7) ** 2) + rng.normal(0, 0.03, 80)
    parts = {"old": scores[:40], "new": scores[40:]}
    data = make_family(parts, [make_job("old", [WIDE]), make_job("new", [NARROW], ["old"])])
    return dataclasses.replace(data, trials=data.trials.assign(x=x))


def test_each_trial_stands_on_its_side(family):
    table = family.advice_review().set_index("Risk").loc["balanced"]
    view = draw(draw_advice_review(family))["advice_0"]
    values = family.trials["y"][family.trials["TuningJobName"] == "new"]
    inside = places(view.marks("selected", "symbol"), "x")[:, 0] < 110
    assert (inside.sum(), len(inside)) == (table["Inside"], 40)
    heights = places(view.marks("selected", "symbol"), "y")[:, 0]
    expected = 160 - at(values, *padded(values, 0.05), 160)
    assert sorted(heights) == pytest.approx(sorted(expected), abs=0.2)
    medians = [table["MedianInside"], table["MedianOutside"]]
    drawn = places(view.marks("medians", "rule"), "y")[:, 0]
    assert drawn == pytest.approx(160 - at(medians, *padded(values, 0.05), 160), abs=0.2)


def test_ticks_lie_in_the_old_range_also_where_the_child_went_beyond_it(family):
    beyond = make_job("new", [number("x", 0.0, 2.0)], ["old"])
    data = dataclasses.replace(
        family,
        jobs=(family.jobs[0], beyond),
        hyperparameters=(number("x", 0.0, 2.0),),
    )
    view = draw(draw_advice_review(data))["advice_ranges"]
    (old,), (line,) = (view.marks(layer, "rect") for layer in ("searched", "tried"))
    assert line["width"] == pytest.approx(2 * old["width"], abs=0.6)
    own = data.trials[data.trials["TuningJobName"] == "new"]
    best = old["x"] + own.nlargest(8, "y")["x"] * old["width"]
    ticks = places(view.marks("best", "rect"), "x", "width").sum(axis=1)
    assert sorted(ticks) == pytest.approx(sorted(best), abs=1.6)


def test_ranges_of_advice_and_search_lie_over_the_old_ones(family):
    advice = facts_of(family).advice_review.advice["new", "balanced"].iloc[0]
    view = draw(draw_advice_review(family))["advice_ranges"]
    (old,), (bar,), (line,) = (
        view.marks(layer, "rect") for layer in ("searched", "suggested", "tried")
    )
    for mark, low, high in ((bar, advice["Low"], advice["High"]), (line, 0.2, 1.0)):
        assert mark["x"] == pytest.approx(old["x"] + low * old["width"], abs=0.6)
        assert mark["width"] == pytest.approx((high - low) * old["width"], abs=0.6)
    (words,) = view.marks("changes", "text")
    assert words["text"] == f"advice: {advice['Low']:.3g}–{advice['High']:.3g}; searched: 0.2–1"


def say(family: TuningData, **told) -> str:
    table = pd.DataFrame([ROW | told]).astype({"BestIsInside": "boolean"})
    found = dataclasses.replace(facts_of(family).advice_review, table=table)
    facts = Facts(family)
    vars(facts)["advice_review"] = found
    return state_advice_review(facts)


START = "From the 40 trials of old, balanced advice for new would have changed 2 ranges. "
SHARE = "in them, as would 25 % of random ones in its ranges"


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (
            {},
            f"8 of its 20 trials lie {SHARE}. The best, y 0.9, is one of these (luck alone does "
            "that in 40 %); their median is 0.7, better than the others' 0.6 (luck alone does that "
            "in 3 %).",
        ),
        (
            {"BestIsInside": False, "Verdict": "open", "Luck": 0.5, "SearchedInside": 1.0},
            "8 of its 20 trials lie in them. The best, y 0.9, is none of these (luck alone does "
            "that in 60 %); their median is 0.7, beside the others' 0.6, which luck may explain.",
        ),
        (
            {"BestIsInside": None, "Verdict": "too few", "Inside": 1},
            f"1 of its 20 trials lies {SHARE}. The best, y 0.9, is both in and out of them; 1 "
            "inside is too few to compare medians.",
        ),
        (
            {"Verdict": "all inside", "Inside": 20},
            f"All of its 20 trials lie {SHARE}: none outside tells whether that was right.",
        ),
        (
            {"Verdict": "none inside", "Inside": 0},
            f"None of its 20 trials lies {SHARE}, so that nothing tells whether that was right.",
        ),
        ({"Verdict": "no trials", "Trials": 0}, "It has no trial with a value yet."),
    ],
)
def test_what_is_said(told, text, family):
    assert say(family, **told) == START + text


def test_no_change_is_said(family):
    assert say(family, Verdict="no change") == (
        "From the 40 trials of old, balanced advice for new would have been to keep all ranges."
    )


def test_the_demos_warm_start():
    assert state_advice_review(facts_of(api.load_demo())) == (
        "From the 100 trials of digits-random and digits-bayesian, balanced advice for "
        "digits-warm-start would have changed 3 ranges. All of its 25 trials lie in them, as would "
        "35 % of random ones in its ranges: none outside tells whether that was right."
    )


def test_without_a_warm_start_a_line_says_what_would_bring_it():
    (missing,) = draw_panels(advice_review.CHART, CASES["usual"]())
    assert isinstance(missing, Missing)
    assert state_advice_review(facts_of(CASES["usual"]())) == ""
