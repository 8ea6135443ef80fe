"""Advice reviewed: what it is made of, which trials it holds, and how these did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from amtviz import Objective
from amtviz.analysis import compute_advice_review, suggest_ranges
from amtviz.analysis.advice import review
from tests.analysis.families import choice, make_job, number

RANGES = (
    number("rate", 1e-4, 1e-1, "Logarithmic"),
    number("depth", 1, 10, kind="integer"),
    choice("kind", "p", "q"),
)
OBJECTIVE = Objective("y", "Minimize")
JOBS = [make_job("old", RANGES), make_job("new", RANGES, ["old"])]


def sample(count: int, name: str, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rate = 10 ** rng.uniform(-4, -1, count)
    return pd.DataFrame(
        {
            "TuningJobName": name,
            "rate": rate,
            "depth": pd.array(rng.integers(1, 11, count), dtype="Int64"),
            "kind": rng.choice(["p", "q"], count),
            "y": (np.log10(rate) + 2) ** 2 + rng.normal(0, 0.02, count),
        }
    )


@pytest.fixture(scope="module")
def family():
    trials = pd.concat([sample(40, "old", 0), sample(60, "new", 1)], ignore_index=True)
    trials.loc[45, "y"] = np.nan
    return trials, compute_advice_review(JOBS, trials, OBJECTIVE, RANGES)


def test_the_advice_is_made_of_the_parents_trials_alone(family):
    trials, found = family
    old = trials[trials["TuningJobName"] == "old"]
    for risk in ("careful", "balanced", "bold"):
        alone = suggest_ranges(old, OBJECTIVE, RANGES, risk=risk)
        pd.testing.assert_frame_equal(found.advice["new", risk], alone)


def test_trials_in_and_out_of_it(family):
    trials, found = family
    advice = found.advice["new", "balanced"].set_index("Hyperparameter")
    own = trials[trials["TuningJobName"] == "new"]
    assert list(advice.loc["rate", ["Change"]]) == ["narrow"]
    inside = own["kind"].isin(advice.loc["kind", "Values"])
    for name in ("rate", "depth"):
        inside &= own[name].between(advice.loc[name, "Low"], advice.loc[name, "High"])
    assert found.inside["balanced"].dropna().tolist() == inside.tolist()
    row = found.table.set_index("Risk").loc["balanced"]
    scored = own["y"].notna()
    within, others = own["y"][scored & inside], own["y"][scored & ~inside]
    assert (row["KnownTrials"], row["Trials"], row["Inside"]) == (40, 59, len(within))
    assert (row["BestInside"], row["BestOutside"]) == (within.min(), others.min())
    assert (row["MedianInside"], row["MedianOutside"]) == (within.median(), others.median())
    assert (row["Best"], row["BestIsInside"]) == (own["y"].min(), within.min() < others.min())
    assert row["Verdict"] == "better"
    # the child declares what its parent did
    log = np.log10(advice.loc["rate", ["Low", "High"]].astype(float))
    share = np.diff(np.clip(log, -4, -1))[0] / 3
    depths = advice.loc["depth", "High"] - advice.loc["depth", "Low"] + 1
    share *= min(depths, 10) / 10 * len(advice.loc["kind", "Values"]) / 2
    assert row["SearchedInside"] == pytest.approx(share)


def advise(monkeypatch, low: float, high: float, change: str = "narrow") -> None:
    row = {"Hyperparameter": "x", "Low": low, "High": high, "Values": (), "Change": change}
    table = pd.DataFrame([row])
    monkeypatch.setattr(review, "suggest_by_risk", lambda *args: {"bold": table})


def reviewed(values, places, searched=(0.0, 1.0)) -> pd.Series:
    """Review a child at ``places`` of x, with these values; its parent ran one trial."""
    x = number("x", *searched)
    trials = pd.DataFrame({"y": [0.5, *values], "x": [0.5, *places]})
    trials["TuningJobName"] = ["old", *["new"] * len(values)]
    jobs = [make_job("old", [x]), make_job("new", [x], ["old"])]
    return compute_advice_review(jobs, trials, Objective("y", "Maximize"), [x]).table.iloc[0]


def test_luck_is_that_of_scipys_rank_test(monkeypatch):
    advise(monkeypatch, 0.0, 0.5)
    rng = np.random.default_rng(3)
    for gap in (0.0, 1.0, -2.0):
        places = np.repeat([0.1, 0.9], [8, 15])
        values = np.round(rng.normal(size=23) + gap * (places < 0.5), 1)  # with ties
        test = mannwhitneyu(values[:8], values[8:], method="asymptotic")
        row = reviewed(values, places)
        assert row["Luck"] == pytest.approx(test.pvalue)
        side = "better" if test.statistic > 60 else "worse"
        assert row["Verdict"] == (side if test.pvalue <= 0.1 else "open")
    equal = reviewed([0.5] * 10, [0.1] * 5 + [0.9] * 5)
    assert (equal["Verdict"], equal["Luck"]) == ("open", 1.0)
    assert equal["BestIsInside"] is pd.NA


@pytest.mark.parametrize(
    ("values", "places", "verdict"),
    [
        ([0.1, 0.2, 0.3], [0.1, 0.5, 0.6], "too few"),
        ([0.1, 0.2], [0.0, 0.5], "all inside"),  # the ends belong to it, as in a range of AWS
        ([0.1, 0.2], [0.7, 0.8], "none inside"),
        ([np.nan, np.inf], [0.1, 0.2], "no trials"),
        ([0.1, 0.2], [np.nan, 0.1], "all inside"),  # what isn't set can't be outside
    ],
)
def test_where_there_is_nothing_to_compare(values, places, verdict, monkeypatch):
    advise(monkeypatch, 0.0, 0.5)
    row = reviewed(values, places)
    assert row["Verdict"] == verdict
    assert np.isnan(row["Luck"])


@pytest.mark.parametrize(
    ("searched", "share"), [((0.25, 0.75), 0.5), ((0.6, 0.9), 0.0), ((0.5, 0.5), 1.0)]
)
def test_the_share_of_what_was_searched(searched, share, monkeypatch):
    advise(monkeypatch, 0.0, 0.5)
    assert reviewed([0.1], [0.6], searched)["SearchedInside"] == pytest.approx(share)


def test_no_change_is_no_advice(monkeypatch):
    advise(monkeypatch, 0.0, 1.0, "keep")
    assert reviewed([0.1, 0.2], [0.1, 0.5])["Verdict"] == "no change"


def test_only_warm_starts_whose_ancestors_ran_trials(family):
    trials, _ = family
    alone = compute_advice_review(JOBS[:1], trials, OBJECTIVE, RANGES)
    assert alone.table.empty
    assert alone.inside.isna().all(axis=None)
    orphan = [make_job("new", RANGES, ["deleted"])]
    assert compute_advice_review(orphan, trials, OBJECTIVE, RANGES).jobs == []
