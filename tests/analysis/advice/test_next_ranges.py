"""Suggested ranges: narrowed where the best must lie, extended at a bound, honest otherwise."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, Objective, TuningData
from amtviz.analysis import suggest_by_risk, suggest_ranges
from amtviz.analysis.advice.one_range import Searched, suggest_interval
from amtviz.analysis.scale import make_scale
from amtviz.errors import InputError
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
    assert idle["Evidence"] == "Leaving it out explains the trials just as well: keep it."


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (4, "4 of the best 8 trials and 95 % of where a model of all trials expects the best lie"),
        (3, "Only 3 of the best 8 trials lie at 0.4–0.6, but so does 95 % of where a model of"),
        (1, "Only 1 of the best 8 trials lies at 0.4–0.6, but so does 95 % of where a model of"),
        (0, "None of the best 8 trials lies at 0.4–0.6, but so does 95 % of where a model of"),
    ],
)
def test_what_speaks_against_the_advice_is_said_first(inside, words):
    best = np.array([0.5] * inside + [0.1] * (8 - inside))
    units = np.concatenate([best, np.linspace(0, 1, 12)])
    scale = make_scale(real("x"), pd.Series(units))
    old = Searched(scale, 0.0, 1.0, (), True, units, np.arange(20) < 8)
    optima = np.concatenate([np.full(95, 0.5), np.full(5, 0.9)])[:, None]
    found = SimpleNamespace(idle=[False], optima=optima)
    box = SimpleNamespace(low=[0.4], high=[0.6])
    advice = suggest_interval(old, found, box, 0)
    assert advice.change == "narrow"
    assert advice.evidence.startswith(words)
    assert advice.evidence.endswith(": narrow to it.")


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
    assert " in the top tenth of the range" in row["Evidence"]
    assert row["Evidence"].endswith(": extend upwards and drop the rest.")


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
        assert 0 < row["Low"] < row["High"] < 0.3
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
    assert row["Evidence"].startswith("None of the best 12 trials has 'c' (")
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


def test_the_bolder_the_smaller():
    ranges = [real(name) for name in "abcd"]
    trials = sample(lambda t: -((t[["a", "b", "c", "d"]] - 0.45) ** 2).sum(axis=1), ranges)
    volumes = []
    for risk, table in suggest_by_risk(trials, MAXIMIZE, ranges).items():
        alone = suggest_ranges(trials, MAXIMIZE, ranges, risk=risk)
        pd.testing.assert_frame_equal(table, alone)
        assert ((table["Low"] < 0.45) & (table["High"] > 0.45)).all()
        volumes.append((table["High"] - table["Low"]).prod())
    assert volumes == sorted(volumes, reverse=True)
    assert volumes[2] < volumes[0] < 0.5


def test_another_risk_is_refused():
    with pytest.raises(InputError) as caught:
        suggest_ranges(pd.DataFrame(), MAXIMIZE, [], risk="wild")
    assert str(caught.value) == (
        "There is no risk 'wild'. Choose from 'careful', 'balanced' and 'bold'."
    )


def bowl(trials):
    return -((trials["a"] - 0.3) ** 2) - (trials["b"] - 0.6) ** 2


@pytest.mark.parametrize("count", [25, 50])
def test_what_is_idle_is_kept_in_nine_of_ten_searches(count):
    idle = [real("i"), real("j"), Hyperparameter("k", "categorical", values=("u", "v", "w"))]
    ranges = [real("a"), real("b"), *idle]
    changed = 0
    for seed in range(5):
        table = advise(bowl, ranges, count=count, seed=seed, noise=0.05)
        assert table.loc["a", "Change"] == "narrow"
        changed += int((table.loc[["i", "j", "k"], "Change"] != "keep").sum())
    assert changed <= 2  # of 15


def test_unit_and_diverged_values_change_nothing():
    ranges = [real("a"), real("b")]
    trials = sample(lambda t: -((t["a"] - 0.4) ** 2), ranges)
    table = suggest_ranges(trials, MAXIMIZE, ranges)
    worst = trials.nsmallest(3, "y").index
    diverged = trials.assign(y=trials["y"].mask(trials.index.isin(worst), trials["y"] * 1e9))
    for other in (diverged, trials.assign(y=trials["y"] * 1e-12)):
        pd.testing.assert_frame_equal(suggest_ranges(other, MAXIMIZE, ranges), table)


def test_what_is_not_declared_is_not_called_searched():
    ranges = [real("a", 10, 50), real("b")]
    frame = sample(lambda t: t["a"], ranges)
    declared = TuningData.from_frame(
        frame, objective="y", direction="Maximize", hyperparameters=ranges
    )
    guessed = TuningData.from_frame(frame, objective="y", direction="Maximize")
    assert " tenth of the range" in declared.suggest_ranges()["Evidence"][0]
    row = guessed.suggest_ranges().iloc[0]
    assert " tenth of the values tried" in row["Evidence"]
    assert (row["OldLow"], row["OldHigh"]) == (frame["a"].min(), frame["a"].max())


def test_an_auto_range_that_was_read_as_log_says_so():
    ranges = [real("rate", 1e-5, 1e-2, "Auto"), real("size", 1, 20, "Auto")]
    trials = sample(lambda t: t["size"], [real("rate", 1e-5, 1e-2, "Logarithmic"), ranges[1]])
    table = suggest_ranges(trials, MAXIMIZE, ranges)
    assert table["Scaling"].tolist() == ["Logarithmic", "Auto"]
    zero = [real("rate", 0, 1e-2, "Logarithmic"), ranges[1]]  # AWS takes none from zero
    assert suggest_ranges(trials, MAXIMIZE, zero)["Scaling"].tolist() == ["Linear", "Auto"]


def test_as_many_values_as_trials_tell_nothing():
    rng = np.random.default_rng(0)
    seeds = Hyperparameter("seed", "categorical", values=tuple(map(str, range(40))))
    trials = sample(lambda t: -((t["a"] - 0.4) ** 2), [real("a")], count=40)
    trials["seed"] = pd.array(rng.permutation(seeds.values), dtype="string")
    row = suggest_ranges(trials, MAXIMIZE, [real("a"), seeds]).iloc[1]
    assert row["Change"] == "keep"
    assert row["Values"] == seeds.values
    assert row["Evidence"] == (
        "40 values were tried in 40 trials: which are better can't be told, keep all. SageMaker "
        "takes 30 values at most: choose."
    )


def test_many_categories_and_trials_take_little_time():
    rng = np.random.default_rng(0)
    many = Hyperparameter("k", "categorical", values=tuple(map(str, range(300))))
    ranges = [many, *(real(name) for name in "abcdefghi")]
    trials = sample(lambda t: -((t["a"] - 0.4) ** 2) - t["b"], ranges, count=5000)
    effect = pd.Series(rng.normal(size=300), index=many.values)
    trials["y"] += 0.1 * trials["k"].map(effect).astype(float)
    begin = time.process_time()
    table = suggest_ranges(trials, MAXIMIZE, ranges)
    assert time.process_time() - begin < 10
    assert table["Change"].tolist()[1:3] == ["narrow", "narrow"]


def test_a_value_that_none_of_the_best_has_is_dropped_with_enough_trials():
    kind = Hyperparameter("kind", "categorical", values=("a", "b", "c", "d", "e"))
    score = {"a": 1.0, "b": 0.9, "c": 0.8, "d": 0.2, "e": 0.0}
    ranges = [kind, real("x")]
    row = advise(
        lambda t: t["kind"].map(score).astype(float) + 0.3 * t["x"], ranges, count=150
    ).loc["kind"]
    assert not {"d", "e"} & set(row["Values"])


def test_a_conditional_hyperparameter_is_judged_where_it_is_set():
    rng = np.random.default_rng(1)
    ranges = [
        Hyperparameter("clf", "categorical", values=("tree", "svm")),
        real("depth"),
        real("c"),
    ]
    trials = sample(lambda t: t["depth"], ranges, count=80)
    tree = trials["clf"] == "tree"
    trials["depth"] = trials["depth"].where(tree)
    trials["c"] = trials["c"].where(~tree)
    trials["y"] = np.where(tree, 2 - (trials["depth"] - 0.3) ** 2, 1 - (trials["c"] - 0.7) ** 2)
    trials["y"] += rng.normal(0, 0.01, 80)
    table = suggest_ranges(trials, MAXIMIZE, ranges).set_index("Hyperparameter")
    assert table.loc["clf", "Values"] == ("tree",)
    assert table.loc["depth", "Change"] == "narrow"
    assert table.loc["depth", "Low"] < 0.3 < table.loc["depth", "High"]
    assert table.loc["c", "Change"] == "keep"  # it isn't set where the best are
    assert table.loc["c", "Evidence"] == "It is set in none of the best trials: keep it."


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
