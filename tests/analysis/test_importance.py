"""Importance on functions with known answers, and against Optuna's evaluators."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.distributions import FloatDistribution
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator

from amtviz import Hyperparameter, Objective, api
from amtviz.analysis.importance import EXPLAINS, REACHES, compute_importance
from amtviz.analysis.ped_anova import compute_divergence
from amtviz.analysis.surrogate import fit_surrogate
from tests.analysis.planted import MINIMIZE, additive, draw, ishigami, product

MAXIMIZE = Objective("y", "Maximize")


@functools.cache
def known(name: str, count: int = 400, noise: float = 0.1):
    function, names, low, high = {
        "additive": (additive, "abcd", 0, 1),
        "ishigami": (ishigami, "abc", -np.pi, np.pi),
        "product": (product, "abc", 0, 1),
    }[name]
    trials, ranges = draw(function, count, list(names), low=low, high=high, noise=noise)
    return trials, ranges, compute_importance(trials, MINIMIZE, ranges)


def shares(found, method=EXPLAINS):
    return found.of(method).set_index("Hyperparameter")["Importance"]


def test_an_additive_function():
    trials, _, found = known("additive")
    assert found.ranking == ("a", "b", "c", "d")
    assert shares(found).to_dict() == pytest.approx(
        {"a": 16 / 21, "b": 4 / 21, "c": 1 / 21, "d": 0}, abs=0.07
    )
    assert found.combined < 0.05
    assert found.r2 > 0.8
    assert (found.scored, found.used) == (len(trials), len(trials))


def test_the_ishigami_function():
    found = known("ishigami", 1000, 0.0)[2]
    known_shares = {"a": 0.3139, "b": 0.4424, "c": 0.0}
    assert shares(found).to_dict() == pytest.approx(known_shares, abs=0.08)
    assert found.combined == pytest.approx(0.2437, abs=0.08)
    assert found.ranking == ("b", "a", "c")


def test_a_pure_interaction_leaves_nothing_to_explain_alone():
    found = known("product")[2]
    assert found.combined > 0.8
    assert shares(found).max() < 0.1


def test_what_does_nothing_is_told_from_what_does_by_chance():
    table = known("additive")[2].of(EXPLAINS).set_index("Hyperparameter")
    assert table.loc["d", "Importance"] < 0.01
    assert (table.loc[["a", "b", "c"], "Low"] > table.loc["a", "Chance"]).all()
    assert table["Chance"].nunique() == 1


@pytest.mark.parametrize("name", ["additive", "ishigami", "product"])
def test_intervals_hold_the_estimate(name):
    table = known(name)[2].table
    assert (table["Low"] <= table["Importance"]).all()
    assert (table["Importance"] <= table["High"]).all()
    numbers = table[["Importance", "Low", "High", "Chance"]].to_numpy()
    assert ((numbers >= 0) & (numbers <= 1)).all()


def test_both_directions_explain_the_same():
    trials, ranges, found = known("additive")
    other = compute_importance(trials.assign(y=-trials["y"]), MAXIMIZE, ranges)
    pd.testing.assert_frame_equal(other.table, found.table)


def test_the_direction_decides_what_the_best_are():
    """Only small values of y depend on b: b decides about the best of a minimization."""
    trials, ranges = draw(lambda x: np.where(x[0] < 0.5, x[1], 3 + 0 * x[1]), 400, ["a", "b"])
    small = compute_importance(trials, MINIMIZE, ranges)
    large = compute_importance(trials, MAXIMIZE, ranges)
    assert shares(small, REACHES)["b"] > 0.6
    assert shares(large, REACHES)["b"] < 0.25


def test_the_same_trials_give_the_same_numbers():
    trials, ranges, found = known("additive")
    again = compute_importance(trials, MINIMIZE, ranges)
    pd.testing.assert_frame_equal(again.table, found.table)
    shared = fit_surrogate(trials, MINIMIZE, ranges)
    reused = compute_importance(trials, MINIMIZE, ranges, surrogate=shared)
    pd.testing.assert_frame_equal(reused.table, found.table)


def study_of(trials, distributions, direction="minimize"):
    study = optuna.create_study(direction=direction)
    names = list(distributions)
    for row in trials.itertuples():
        study.add_trial(
            optuna.create_trial(
                params={name: getattr(row, name) for name in names},
                distributions=distributions,
                value=row.y,
            )
        )
    return study


@pytest.mark.parametrize(("name", "tolerance"), [("additive", 0.08), ("ishigami", 0.12)])
def test_optunas_fanova_agrees(name, tolerance):
    trials, ranges, found = known(name)
    low, high = ranges[0].low, ranges[0].high
    study = study_of(trials, {h.name: FloatDistribution(low, high) for h in ranges})
    theirs = FanovaImportanceEvaluator(seed=0).evaluate(study)
    total = sum(theirs.values())
    ours = shares(found) / shares(found).sum()
    assert ours.to_dict() == pytest.approx({k: v / total for k, v in theirs.items()}, abs=tolerance)


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_optunas_ped_anova_agrees(direction):
    trials, ranges = draw(additive, 400, list("abcd"), noise=0.1)
    found = compute_importance(trials, Objective("y", direction), ranges)
    study = study_of(trials, {h.name: FloatDistribution(0, 1) for h in ranges}, direction.lower())
    known = inspect.signature(PedAnovaImportanceEvaluator).parameters
    quantile = "target_quantile" if "target_quantile" in known else "baseline_quantile"
    theirs = PedAnovaImportanceEvaluator(**{quantile: 0.1}).evaluate(study)
    total = sum(theirs.values())
    expected = {name: value / total for name, value in theirs.items()}
    assert shares(found, REACHES).to_dict() == pytest.approx(expected, abs=0.1)


def test_the_divergence_of_categories_and_of_missing_values_in_closed_form():
    every = np.repeat([0, 1, 2], [200, 100, 100])
    # all of the best in a category that half of the trials have: 1/2 (2 - 1)² + 1/2 (0 - 1)²
    assert compute_divergence(np.zeros(4000, int), every, 3, ordered=False) == pytest.approx(
        1, abs=0.02
    )
    assert compute_divergence(every, every, 3, ordered=False) == 0
    half = np.repeat([-1, 0], 2000)
    assert compute_divergence(np.full(4000, -1), half, 1, ordered=True) == pytest.approx(
        1, abs=0.02
    )


def test_a_log_range_is_read_on_its_scale():
    """In linear space nine tenths of the trials would lie in one tenth of the range."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"rate": 10 ** rng.uniform(-6, 0, 300), "other": rng.uniform(0, 1, 300)})
    trials["y"] = (np.log10(trials["rate"]) + 3) ** 2 + rng.normal(0, 0.3, 300)
    ranges = [
        Hyperparameter("rate", "continuous", 1e-6, 1, scaling="Logarithmic"),
        Hyperparameter("other", "continuous", 0, 1, scaling="Linear"),
    ]
    found = compute_importance(trials, MINIMIZE, ranges)
    assert shares(found)["rate"] > 0.85


def test_categories_integers_and_conditional_values():
    rng = np.random.default_rng(0)
    count = 400
    kind = rng.choice(["tree", "line"], count)
    depth = pd.array(np.where(kind == "tree", rng.integers(1, 9, count), -1), dtype="Int64")
    depth[kind != "tree"] = pd.NA
    trials = pd.DataFrame({"kind": pd.array(kind, dtype="string"), "depth": depth})
    trials["noise"] = rng.uniform(0, 1, count)
    trials["y"] = np.where(kind == "tree", trials["depth"].fillna(0).astype(float), 12.0)
    ranges = [
        Hyperparameter("kind", "categorical", values=("tree", "line")),
        Hyperparameter("depth", "integer", 1, 8, scaling="Linear"),
        Hyperparameter("noise", "continuous", 0, 1, scaling="Linear"),
    ]
    found = compute_importance(trials, MINIMIZE, ranges)
    assert found.r2 > 0.95
    assert found.ranking[-1] == "noise"
    assert shares(found)["noise"] < 0.01
    assert shares(found).sum() + found.combined == pytest.approx(1, abs=0.02)


def test_a_log_range_in_closed_form_and_read_linearly_by_mistake():
    """Of y = 2 log10(rate) + 6 other, rate over 6 decades explains 4 : 1."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"rate": 10 ** rng.uniform(-6, 0, 500), "other": rng.uniform(0, 1, 500)})
    trials["y"] = 2 * np.log10(trials["rate"]) + 6 * trials["other"]
    other = Hyperparameter("other", "continuous", 0, 1, scaling="Linear")
    found = {
        scaling: shares(
            compute_importance(
                trials,
                MINIMIZE,
                [Hyperparameter("rate", "continuous", 1e-6, 1, scaling=scaling), other],
            )
        )
        for scaling in ("Logarithmic", "Linear")
    }
    assert found["Logarithmic"].to_dict() == pytest.approx({"rate": 0.8, "other": 0.2}, abs=0.06)
    assert found["Linear"]["rate"] < 0.3  # over a linear range, most decades are a hair


def test_categories_in_closed_form():
    """Three equally likely categories worth 0, 1 and 3 beside a slope of 2."""
    rng = np.random.default_rng(0)
    worth = {"x": 0.0, "10": 1.0, "2": 3.0}
    trials = pd.DataFrame({"kind": rng.choice([*worth], 400), "slope": rng.uniform(0, 1, 400)})
    trials["y"] = trials["kind"].map(worth).astype(float) + 2 * trials["slope"]
    ranges = [
        Hyperparameter("kind", "categorical", values=tuple(worth)),
        Hyperparameter("slope", "continuous", 0, 1, scaling="Linear"),
    ]
    variances = np.array([np.var([0, 1, 3]), 4 / 12])
    known_shares = dict(zip(["kind", "slope"], variances / variances.sum(), strict=True))
    found = compute_importance(trials, MINIMIZE, ranges)
    assert shares(found).to_dict() == pytest.approx(known_shares, abs=0.05)
    assert found.combined < 0.03


def test_missing_values_in_closed_form():
    """Half of the trials have no depth and 2 in its place, beside a slope of 1."""
    rng = np.random.default_rng(0)
    depth, slope = rng.uniform(0, 1, 600), rng.uniform(0, 1, 600)
    unset = np.arange(600) % 2 == 0
    trials = pd.DataFrame({"depth": np.where(unset, np.nan, depth), "slope": slope})
    trials["y"] = np.where(unset, 2.0, depth) + slope
    ranges = [Hyperparameter(n, "continuous", 0, 1, scaling="Linear") for n in ("depth", "slope")]
    # of a mixture of 2 and a uniform number: E[v²] - E[v]²
    variances = np.array([(4 + 1 / 3) / 2 - ((2 + 1 / 2) / 2) ** 2, 1 / 12])
    known_shares = dict(zip(["depth", "slope"], variances / variances.sum(), strict=True))
    found = compute_importance(trials, MINIMIZE, ranges)
    assert shares(found).to_dict() == pytest.approx(known_shares, abs=0.04)
    assert found.combined < 0.03


@pytest.mark.parametrize("count", [0, 1, 2, 12, 29])
def test_few_trials_have_no_ranking(count):
    trials, ranges = draw(additive, 40, list("abcd"))
    found = compute_importance(trials.head(count), MINIMIZE, ranges)
    assert found.ranking == ()
    assert found.table.empty
    assert list(found.table) == [
        *("Hyperparameter", "Method", "Importance", "Low", "High", "Chance"),
    ]
    if count > 2:
        assert found.reason == (
            f"{count} scored trials are too few to tell which of 4 hyperparameters matter: it "
            "takes at least 30."
        )


def test_noise_has_no_ranking():
    trials, ranges = draw(additive, 40, list("abcd"))
    noise = trials.assign(y=np.random.default_rng(3).normal(size=40))
    found = compute_importance(noise, MINIMIZE, ranges)
    assert not found.explains_trusted
    assert found.of(EXPLAINS).empty
    assert found.r2 < 0.3
    assert found.reason.startswith("No ranking by what explains the variation can be trusted: ")


def test_the_best_of_noise_and_of_too_few_trials_have_no_ranking():
    """Of thirty searches in which nothing matters, hardly one may have a ranking."""
    ranked = 0
    for seed in range(30):
        trials, ranges = draw(additive, 80, list("abcd"))
        noise = trials.assign(y=np.random.default_rng(seed).normal(size=80))
        ranked += bool(compute_importance(noise, MINIMIZE, ranges).ranking)
    assert ranked <= 6
    names = [f"h{i}" for i in range(30)]
    trials, ranges = draw(lambda x: 5 * x[0], 60, names)
    assert compute_importance(trials, MINIMIZE, ranges).ranking == ()
    trials, ranges = draw(lambda x: 5 * x[0], 100, names)
    assert compute_importance(trials, MINIMIZE, ranges).of(REACHES)["Hyperparameter"][0] == "h0"


def test_unscored_trials_and_outliers_dont_count():
    trials, ranges, found = known("additive")
    spoilt = pd.concat([trials, trials.head(20).assign(y=np.nan), trials.head(5).assign(y=np.inf)])
    pd.testing.assert_frame_equal(compute_importance(spoilt, MINIMIZE, ranges).table, found.table)
    exploded = trials.assign(y=trials["y"].where(trials.index != 7, 1e9))
    other = compute_importance(exploded, MINIMIZE, ranges)
    assert other.ranking == found.ranking
    assert shares(other).to_dict() == pytest.approx(shares(found).to_dict(), abs=0.1)


def test_of_many_trials_a_thousand_are_learnt_from():
    trials, ranges = draw(additive, 3000, list("abcd"), noise=0.1)
    found = compute_importance(trials, MINIMIZE, ranges)
    assert (found.scored, found.used) == (3000, 1000)
    assert shares(found)["a"] == pytest.approx(16 / 21, abs=0.07)


def test_what_was_never_varied_is_left_out():
    trials, ranges = draw(additive, 60, list("abcd"))
    found = compute_importance(trials.assign(b=0.5), MINIMIZE, ranges)
    assert set(found.of(EXPLAINS)["Hyperparameter"]) == {"a", "c", "d"}
    same = compute_importance(trials.assign(y=1.0), MINIMIZE, ranges)
    assert same.reason == (
        "All trials have the same objective value: nothing explains a difference."
    )
    still = compute_importance(trials.assign(a=1.0, b=0.5, c=1.0, d=0.0), MINIMIZE, ranges)
    assert still.reason == "No hyperparameter has more than one value among the scored trials."


def test_the_demo_is_decided_by_the_leaf_fraction():
    data = api.load_demo()
    found = compute_importance(data.trials, data.objective, data.hyperparameters)
    assert found.ranking[0] == "min-weight-fraction-leaf"
    assert found.r2 > 0.8
