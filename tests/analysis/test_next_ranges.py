"""Suggested ranges: narrowed where the best must lie, extended at a bound, honest otherwise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, Objective
from amtviz.analysis import suggest_ranges
from tests.contract.cases import CASES

MAXIMIZE, MINIMIZE = Objective("y", "Maximize"), Objective("y", "Minimize")


def real(name, low=0.0, high=1.0, scaling="Linear"):
    return Hyperparameter(name, "continuous", low, high, scaling=scaling)


def whole(name, low, high, scaling="Linear"):
    return Hyperparameter(name, "integer", low, high, scaling=scaling)


def sample(function, ranges, count=60, seed=0, noise=0.02):
    """Draw trials at random on the declared scales."""
    rng = np.random.default_rng(seed)
    columns = {}
    for h in ranges:
        if h.kind == "categorical":
            columns[h.name] = pd.array(rng.choice(h.values, count), dtype="string")
        elif h.scaling == "Logarithmic":
            columns[h.name] = 10 ** rng.uniform(np.log10(h.low), np.log10(h.high), count)
        else:
            columns[h.name] = rng.uniform(h.low, h.high, count)
        if h.kind == "integer":
            columns[h.name] = pd.array(np.round(columns[h.name]).astype(int), dtype="Int64")
    trials = pd.DataFrame(columns)
    values = np.asarray(function(trials), dtype=float)
    return trials.assign(y=values + rng.normal(0, noise * np.ptp(values), count))


def advise(function, ranges, objective=MAXIMIZE, **options):
    trials = sample(function, ranges, **options)
    trials["y"] *= objective.sign
    return suggest_ranges(trials, objective, ranges).set_index("Hyperparameter")


@pytest.mark.parametrize("objective", [MAXIMIZE, MINIMIZE])
def test_narrows_around_a_peak_and_leaves_what_does_nothing(objective):
    ranges = [real("peak"), real("idle")]
    table = advise(lambda t: -((t["peak"] - 0.4) ** 2), ranges, objective)
    peak, idle = table.loc["peak"], table.loc["idle"]
    assert peak["Change"] == "narrow"
    assert 0.1 < peak["Low"] < 0.4 < peak["High"] < 0.7
    assert (idle["Change"], idle["Low"], idle["High"]) == ("keep", 0, 1)
    trials = sample(lambda t: -((t["peak"] - 0.4) ** 2), ranges)
    inside = trials.nlargest(12, "y")["peak"].between(peak["Low"], peak["High"]).sum()
    assert peak["Evidence"].startswith(f"{inside} of the best 12 trials and ")
    assert peak["Evidence"].endswith(f"lie at {peak['Low']:.3g}–{peak['High']:.3g}: narrow to it.")
    assert idle["Evidence"].endswith(" of the range: keep it.")


def test_a_log_range_is_narrowed_on_its_scale():
    ranges = [real("rate", 1e-6, 1, "Logarithmic"), real("other")]
    row = advise(lambda t: -((np.log10(t["rate"]) + 3) ** 2), ranges).loc["rate"]
    assert 1e-5 < row["Low"] < 1e-3 < row["High"] < 1e-1
    assert row["Scaling"] == "Logarithmic"


def test_extends_where_the_best_press_against_a_bound():
    ranges = [real("size", 10, 50), real("other")]
    row = advise(lambda t: t["size"], ranges).loc["size"]
    assert row["Change"] == "shift"
    assert row["High"] == 56  # three twentieths of the range further
    assert row["Low"] > 30
    assert "in the top tenth of the range: extend upwards and drop the rest." in row["Evidence"]


@pytest.mark.parametrize(
    ("hyperparameter", "sign", "limit"),
    [
        (real("share", 0.0, 1.0), 1, "high"),
        (real("share", 0.0, 1.0), -1, "low"),
        (whole("count", 1, 20), -1, "low"),
        (whole("split", 2, 30), -1, "low"),
        (real("from_zero", 0, 5), -1, "low"),
    ],
)
def test_no_bound_is_passed_that_means_something(hyperparameter, sign, limit):
    ranges = [hyperparameter, real("other")]
    name = hyperparameter.name
    row = advise(lambda t: sign * t[name].astype(float), ranges).loc[name]
    assert row["Low" if limit == "low" else "High"] == getattr(hyperparameter, limit)


def test_a_positive_range_stays_positive():
    for ranges in (
        [real("rate", 0.01, 0.5), real("o")],
        [real("rate", 1e-4, 1, "Logarithmic"), real("o")],
    ):
        row = advise(lambda t: -t["rate"], ranges).loc["rate"]
        assert 0 < row["Low"] < 1.2 * ranges[0].low
    row = advise(lambda t: t["rate"], [real("rate", 0.1, 0.5), real("o")]).loc["rate"]
    assert 0.5 < row["High"] <= 0.75  # it looks like a fraction


def test_integers_stay_integers_and_apart():
    ranges = [whole("depth", 1, 30), real("other")]
    row = advise(lambda t: -((t["depth"].astype(float) - 12) ** 2), ranges).loc["depth"]
    assert row["Low"] == int(row["Low"]) < 12 < row["High"] == int(row["High"])
    assert row["High"] - row["Low"] < 20


def test_a_bad_category_is_dropped_and_a_good_one_never():
    ranges = [Hyperparameter("kind", "categorical", values=("a", "b", "c")), real("x")]
    score = {"a": 1.0, "b": 1.0, "c": 0.0}
    row = advise(lambda t: t["kind"].map(score).astype(float) + 0.1 * t["x"], ranges).loc["kind"]
    assert row["Change"] == "drop"
    assert row["Values"] == ("a", "b")
    assert row["OldValues"] == ("a", "b", "c")
    assert "have 'c'" in row["Evidence"]
    assert row["Evidence"].endswith("drop it.")
    idle = advise(lambda t: t["x"], ranges).loc["kind"]
    assert idle["Change"] == "keep"
    assert idle["Values"] == ("a", "b", "c")


def test_noise_changes_nothing():
    ranges = [real("a"), real("b"), Hyperparameter("k", "categorical", values=("u", "v"))]
    changed = 0
    for seed in range(10):
        trials = sample(lambda t: 0 * t["a"], ranges, seed=seed)
        trials["y"] = np.random.default_rng(seed + 100).normal(size=len(trials))
        changed += (suggest_ranges(trials, MAXIMIZE, ranges)["Change"] != "keep").any()
    assert changed <= 2


def test_few_trials_change_nothing():
    ranges = [real("a"), real("b")]
    table = advise(lambda t: t["a"], ranges, count=19)
    assert (table["Change"] == "keep").all()
    assert table["Evidence"].unique().tolist() == [
        "19 scored trials are too few to tell: keep it; run 20 first."
    ]


def test_conditional_values():
    rng = np.random.default_rng(0)
    ranges = [real("a"), whole("depth", 1, 9)]
    trials = sample(lambda t: -((t["a"] - 0.5) ** 2), ranges, count=80)
    trials["depth"] = trials["depth"].where(rng.uniform(size=80) < 0.5, pd.NA)
    table = suggest_ranges(trials, MAXIMIZE, ranges).set_index("Hyperparameter")
    assert table.loc["a", "Change"] == "narrow"
    assert table.loc["depth", "Low"] >= 1


def test_the_same_trials_give_the_same_advice():
    ranges = [real("a"), real("b")]
    trials = sample(lambda t: -((t["a"] - 0.5) ** 2), ranges)
    pd.testing.assert_frame_equal(
        suggest_ranges(trials, MAXIMIZE, ranges), suggest_ranges(trials, MAXIMIZE, ranges)
    )


@pytest.mark.parametrize("case", CASES)
def test_any_trials_get_ranges_that_aws_takes(case):
    data = CASES[case]()
    table = data.suggest_ranges()
    assert list(table["Hyperparameter"]) == [h.name for h in data.hyperparameters]
    for row in table.itertuples():
        assert row.Evidence.endswith(".")
        if row.Kind == "categorical":
            assert set(row.Values) <= set(row.OldValues)
            assert len(row.Values) >= min(1, len(row.OldValues))
        elif row.OldLow < row.OldHigh:
            assert row.Low < row.High
        if row.Change == "keep":
            assert (row.Values, row.Low, row.High) == (
                row.OldValues,
                pytest.approx(row.OldLow, nan_ok=True),
                pytest.approx(row.OldHigh, nan_ok=True),
            )
