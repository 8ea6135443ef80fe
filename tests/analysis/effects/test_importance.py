"""Importance as a table: of known functions, of groups, and where nothing can be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, Objective
from amtviz.analysis.effects.fit import fit_effects
from amtviz.analysis.effects.importance import EXPLAINS, REACHES, compute_importance
from tests.analysis.planted import MINIMIZE, additive, draw, ishigami, linear

COLUMNS = ["Hyperparameter", "Method", "Importance", "Low", "High", "Chance"]


def shares(found, method=EXPLAINS):
    return found.of(method).set_index("Hyperparameter")["Importance"]


@pytest.fixture(scope="module")
def slopes():
    trials, ranges = draw(additive, 120, list("abcd"), noise=0.2)
    effects = fit_effects(trials, MINIMIZE, ranges)
    return trials, ranges, effects, compute_importance(trials, MINIMIZE, ranges, effects=effects)


def test_an_additive_function(slopes):
    _, _, effects, found = slopes
    assert list(found.table) == COLUMNS
    assert found.ranking[:2] == ("a", "b")
    table = found.of(EXPLAINS).set_index("Hyperparameter")
    for name, square in {"a": 16, "b": 4, "c": 1, "d": 0}.items():
        known = square / 21 / 1.04  # a noise of a fifth of the deviation
        assert table.loc[name, "Low"] - 0.01 <= known <= table.loc[name, "High"] + 0.01
    assert found.noise.low - 0.01 <= 0.04 / 1.04 <= found.noise.high + 0.01
    assert not found.combines
    assert (table["Chance"] == 0.03).all()
    assert table.loc["d", "Low"] < 0.03 < table.loc["b", "Low"]
    assert shares(found).sum() + found.combined.mean + found.noise.mean == pytest.approx(1)
    assert (found.scored, found.used, effects.used) == (120, 120, 120)
    assert (found.group, found.grouped_by, found.together) == (None, (), ())
    assert found.reason == ""


def test_what_decides_about_the_best_tenth(slopes):
    found = slopes[3]
    table = found.of(REACHES).set_index("Hyperparameter")
    assert found.reaches_trusted
    assert table["Importance"].idxmax() == "a"
    assert table["Importance"].sum() == pytest.approx(1)
    assert table.loc["a", "Importance"] > table.loc["a", "Chance"]
    assert table.loc["d", "Importance"] <= table.loc["d", "Chance"]


def test_what_is_known_of_each(slopes):
    table = slopes[3].hyperparameters.set_index("Hyperparameter")
    assert table.index.tolist() == list("abcd")
    assert table["Told"].all()
    assert (table["Live"] == 1).all()
    assert (table["DecidedBy"] == "").all()
    assert table["Most"].tolist() == [1, 0, 0, 0]
    assert (table["All"] == table["Among"]).all()
    assert (table["TotalHigh"] >= table["Total"]).all()


def test_ishigami_combines():
    trials, ranges = draw(ishigami, 150, list("abc"), low=-np.pi, high=np.pi)
    found = compute_importance(trials, MINIMIZE, ranges)
    known = {"a": 0.3139, "b": 0.4424, "c": 0.0}
    assert shares(found).to_dict() == pytest.approx(known, abs=0.03)
    assert found.combines
    assert found.combined.mean == pytest.approx(0.2437, abs=0.03)


def test_both_directions_explain_the_same(slopes):
    trials, ranges, _, found = slopes
    other = compute_importance(trials.assign(y=-trials["y"]), Objective("y", "Maximize"), ranges)
    assert shares(other).to_dict() == pytest.approx(shares(found).to_dict(), abs=0.03)
    assert shares(other, REACHES).to_dict() == shares(found, REACHES).to_dict()


def test_unscored_trials_dont_count(slopes):
    trials, ranges, _, found = slopes
    spoilt = pd.concat([trials, trials.head(20).assign(y=np.nan), trials.head(5).assign(y=np.inf)])
    pd.testing.assert_frame_equal(compute_importance(spoilt, MINIMIZE, ranges).table, found.table)


def test_a_log_range_is_read_on_its_scale():
    """Of y = 2 log10(rate) + 6 other, a rate over 6 decades explains 4 : 1."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame({"rate": 10 ** rng.uniform(-6, 0, 80), "other": rng.uniform(0, 1, 80)})
    trials["y"] = 2 * np.log10(trials["rate"]) + 6 * trials["other"]
    ranges = [
        Hyperparameter("rate", "continuous", 1e-6, 1, scaling="Logarithmic"),
        *linear("other"),
    ]
    found = compute_importance(trials, MINIMIZE, ranges)
    assert shares(found).to_dict() == pytest.approx({"rate": 0.8, "other": 0.2}, abs=0.02)


def test_categories_and_integers_in_closed_form():
    """Three equally likely categories worth 0, 1 and 3, and layers 1 to 4."""
    rng = np.random.default_rng(0)
    worth = {"x": 0.0, "10": 1.0, "2": 3.0}
    kind, layers = rng.choice([*worth], 120), rng.integers(1, 5, 120)
    trials = pd.DataFrame({"kind": kind, "layers": pd.array(layers, dtype="Int64")})
    trials["y"] = trials["kind"].map(worth).astype(float) + 0.5 * (layers - 2.5) ** 2
    ranges = [
        Hyperparameter("kind", "categorical", values=tuple(worth)),
        Hyperparameter("layers", "integer", 1, 4, scaling="Linear"),
    ]
    variances = np.array([np.var([0, 1, 3]), np.var(0.5 * (np.arange(1, 5) - 2.5) ** 2)])
    known = dict(zip(["kind", "layers"], variances / variances.sum(), strict=True))
    found = compute_importance(trials, MINIMIZE, ranges)
    assert shares(found).to_dict() == pytest.approx(known, abs=0.03)


def make_jobs(column="TuningJobName"):
    """Two jobs that differ by 2; the first fixed what the second tunes in vain."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame(rng.uniform(size=(100, 3)), columns=["a", "b", "epochs"])
    trials[column] = np.repeat(["parent", "child"], 50)
    trials.loc[:49, "epochs"] = 0.1
    trials["y"] = 2.0 * (trials[column] == "child") + trials["a"] + 0.1 * rng.normal(size=100)
    return trials, linear("a", "b", "epochs")


@pytest.mark.parametrize("column", ["TuningJobName", "TrainingJobDefinitionName"])
def test_what_a_job_makes_is_not_laid_at_a_hyperparameters_door(column):
    trials, ranges = make_jobs(column)
    found = compute_importance(trials, MINIMIZE, ranges)
    inside = 1 / 12 + 0.01
    assert found.grouped_by == (column,)
    assert found.group.low - 0.01 <= 1 / (1 + inside) <= found.group.high + 0.01
    assert found.ranking[0] == "a"
    assert shares(found)["a"] == pytest.approx(1 / 12 / inside, abs=0.06)
    rest = found.hyperparameters.set_index("Hyperparameter")
    assert rest.loc["epochs", "AllLow"] < 0.01
    assert rest.loc["epochs", "Live"] == 0.5
    assert rest.loc["a", "All"] < 0.15
    assert shares(found).sum() + found.combined.mean + found.noise.mean == pytest.approx(1)
    reaches = found.of(REACHES).set_index("Hyperparameter")
    assert reaches.loc["epochs", "Importance"] <= reaches.loc["epochs", "Chance"]


def test_without_groups_the_job_is_the_hyperparameters():
    trials, ranges = make_jobs()
    found = compute_importance(trials, MINIMIZE, ranges, groups=())
    assert (found.group, found.grouped_by) == (None, ())
    assert shares(found)["epochs"] > 0.3


def test_a_conditional_hyperparameter_is_measured_where_it_is_set():
    rng = np.random.default_rng(0)
    kind = rng.choice(["tree", "line"], 120)
    trials = pd.DataFrame({"kind": pd.array(kind, dtype="string"), "noise": rng.uniform(size=120)})
    depth = pd.array(rng.integers(1, 9, 120), dtype="Int64")
    depth[kind != "tree"] = pd.NA
    trials["depth"] = depth
    trials["y"] = np.where(kind == "tree", trials["depth"].fillna(0).astype(float), 12.0)
    ranges = [
        Hyperparameter("kind", "categorical", values=("tree", "line")),
        Hyperparameter("depth", "integer", 1, 8, scaling="Linear"),
        *linear("noise"),
    ]
    found = compute_importance(trials, MINIMIZE, ranges)
    rest = found.hyperparameters.set_index("Hyperparameter")
    own = (64 - 1) / 12  # of eight equally likely values
    between = (12 - 4.5) ** 2 / 4
    assert rest.loc["depth", "DecidedBy"] == "kind"
    assert rest.loc["depth", "Among"] == pytest.approx(1, abs=0.03)
    assert shares(found)["kind"] == pytest.approx(between / (between + own / 2), abs=0.03)
    assert shares(found)["depth"] == pytest.approx(own / 2 / (between + own / 2), abs=0.03)
    assert found.ranking[-1] == "noise"


@pytest.mark.parametrize("count", [0, 1, 2, 12, 19])
def test_few_trials_have_no_ranking(count):
    trials, ranges = draw(additive, 40, list("abcd"))
    found = compute_importance(trials.head(count), MINIMIZE, ranges)
    assert (found.ranking, found.noise, found.used) == ((), None, 0)
    assert found.table.empty
    assert list(found.table) == COLUMNS
    assert found.hyperparameters["Told"].tolist() == [False] * 4
    verb = "trial is" if count == 1 else "trials are"
    assert found.reason == (
        f"{count} scored {verb} too few to tell which of 4 hyperparameters matter: it takes at "
        "least 20."
    )


def test_thirty_hyperparameters_need_sixty_trials():
    trials, ranges = draw(lambda x: 5 * x[0], 59, [f"h{i}" for i in range(30)])
    found = compute_importance(trials, MINIMIZE, ranges)
    assert found.ranking == ()
    assert found.reason.endswith("which of 30 hyperparameters matter: it takes at least 60.")


def test_noise_has_no_ranking_and_a_reason():
    trials, ranges = draw(additive, 60, list("abcd"))
    noise = trials.assign(y=np.random.default_rng(3).normal(size=60))
    found = compute_importance(noise, MINIMIZE, ranges)
    assert not found.explains_trusted
    assert found.of(EXPLAINS).empty
    assert found.noise.high > 0.9
    assert found.reason.startswith(
        "No hyperparameter can be said to matter yet: of the variation in y, "
    )
    assert found.reason.endswith("looks like noise after 60 trials. More trials would tell.")


def test_where_nothing_varies_there_is_a_reason():
    trials, ranges = draw(additive, 60, list("abcd"))
    same = compute_importance(trials.assign(y=1.0), MINIMIZE, ranges)
    assert same.reason == (
        "All trials have the same objective value: nothing explains a difference."
    )
    still = compute_importance(trials.assign(a=1.0, b=0.5, c=1.0, d=0.0), MINIMIZE, ranges)
    assert still.reason == "No hyperparameter has more than one value among the scored trials."
    alone = trials.assign(TuningJobName=[f"job-{i}" for i in range(60)])
    found = compute_importance(alone, MINIMIZE, ranges)
    assert found.reason == (
        "No hyperparameter has more than one value among the scored trials of one group."
    )
    assert compute_importance(trials, MINIMIZE, []).table.empty


def test_what_was_never_varied_is_left_out():
    trials, ranges = draw(additive, 60, list("abcd"))
    found = compute_importance(trials.assign(b=0.5), MINIMIZE, ranges)
    assert set(found.of(EXPLAINS)["Hyperparameter"]) == {"a", "c", "d"}
    rest = found.hyperparameters.set_index("Hyperparameter")
    assert not rest.loc["b", "Told"]
    assert rest.loc["b", "Live"] == 0
