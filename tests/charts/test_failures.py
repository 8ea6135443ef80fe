"""The failures chart: rates where the counts put them, reasons as words, and true sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from amtviz import Hyperparameter, TuningData, api
from amtviz.charts import draw_failures
from amtviz.charts.cost.failures import CHART
from amtviz.findings.facts import facts_of
from amtviz.findings.failures import state_failures
from tests.analysis.failing import RANGES, deep_fails, make_failing, make_points
from tests.charts import scene
from tests.contract.cases import CASES, HOSTILE, all_failed, mixed_statuses, nan_objective, usual

WIDTH = 130  # pixels of the rates


def sentence(data):
    return state_failures(facts_of(data))


@pytest.fixture(scope="module")
def deep():
    points = make_points(100, seed=2)
    return make_failing(points, deep_fails(points), seed=2, reason="AlgorithmError: too deep.")


@pytest.fixture(scope="module")
def views(deep):
    return scene.draw(draw_failures(deep))


def counts_of(data):
    """Failures and trials by six depths each, the deepest first, counted by pandas."""
    bins = pd.cut(data.trials["max-depth"].astype(int), [0, 6, 12, 18, 24, 30])
    failed = data.trials["TrainingJobStatus"].eq("Failed")
    table = failed.groupby(bins.astype("string")).agg(["sum", "count"])
    order = ["(24, 30]", "(18, 24]", "(12, 18]", "(6, 12]", "(0, 6]"]
    return table.loc[order].astype(int).to_numpy().tolist()


def test_rates_lie_where_the_counts_put_them(deep, views):
    counts = counts_of(deep)
    limits = [stats.binomtest(k, n).proportion_ci(0.9, method="wilson") for k, n in counts]
    view = views["failures_0"]
    assert view.title == "Failed, by max-depth"
    points = scene.places(view.marks("rate", "symbol"), "x", "y")
    assert (np.diff(points[:, 1]) > 0).all()
    rates = np.array([k / n for k, n in counts])
    most = max(high for _, high in limits) * 1.04  # the deepest are the worst of all
    assert points[:, 0] == pytest.approx(rates / most * WIDTH, abs=0.6)
    ends = np.sort([[m["x"], m["x2"]] for m in view.marks("interval", "rule")], axis=1)
    assert ends == pytest.approx(np.array(limits) / most * WIDTH, abs=0.6)
    base = deep.trials["TrainingJobStatus"].eq("Failed").mean()
    assert [m["x"] for m in view.marks("all", "rule")] == pytest.approx(
        [base / most * WIDTH], abs=0.6
    )
    assert [m["text"] for m in view.marks("count", "text")] == [f"{k}/{n}" for k, n in counts]
    assert ["1–6", "7–12", "13–18", "19–24", "25–30"] in view.labels  # from the bottom


def test_what_may_be_chance_is_drawn_as_such(deep, views):
    assert sorted(name for name in views if name.startswith("failures_")) == [
        *(f"failures_{nth}" for nth in range(3)),
        "failures_reasons",
    ]
    drawn = [panel.chart.title.subtitle for panel in scene.draw_panels(CHART, deep)]
    assert drawn[0].startswith("p = 0.0")
    assert all(text.startswith("may be chance") for text in drawn[1:3])


def test_the_sentence_says_where_and_why(deep):
    (failed, trials), *rest = counts_of(deep)
    low, high = stats.binomtest(failed, trials).proportion_ci(0.9, method="wilson")
    others = sum(k for k, _ in rest) / sum(n for _, n in rest)
    every = failed + sum(k for k, _ in rest)
    assert sentence(deep) == (
        f"{every} of 100 trials failed, {every} %; all with the same reason: AlgorithmError: too "
        f"deep. They trained for {every * 100 // 60} min {every * 100 % 60} s, {every} % of all "
        "training. "
        f"Trials with max-depth above 24 failed in {100 * failed / trials:.0f} % of cases (90 % "
        f"interval {100 * low:.0f}–{100 * high:.0f} %), the others in {100 * others:.0f} %."
    )


def fails_where(test, ranges=RANGES, points=None):
    points = make_points(120) if points is None else points
    return sentence(make_failing(points, test(points).to_numpy(float), ranges=ranges))


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (lambda p: p["max-depth"] <= 12, "Trials with max-depth up to 12 failed in 100 % "),
        (lambda p: p["max-depth"].between(7, 18), "with max-depth from 7 to 18 failed in 100 %"),
        (lambda p: p["layers"] == 3, "Trials with layers 3 failed in 100 % "),
        (lambda p: p["share"] >= 0.8, "Trials with share of at least 0.8 failed in 100 % "),
        (lambda p: p["share"] < 0.4, "Trials with share below 0.4 failed in 100 % "),
        (lambda p: p["share"].between(0.2, 0.4), "with share from 0.2 to 0.4 failed in 100 %"),
        (lambda p: p["rate"] >= 0.0025, "Trials with rate of at least 0.0025 failed in 100 % "),
        (lambda p: p["kind"] == "gini", "Trials with kind gini failed in 100 % "),
        (lambda p: p["kind"] != "gini", "Trials with kind entropy or log_loss failed in 100 % "),
    ],
)
def test_parts_are_named_as_they_are(test, words):
    text = fails_where(test)
    assert words in text
    assert "the others in 0 %." in text


@pytest.mark.parametrize(("unset", "words"), [(True, "share not set"), (False, "share set")])
def test_parts_without_a_value_are_named(unset, words):
    points = make_points(60)
    points.loc[:29, "share"] = np.nan
    text = fails_where(lambda p: p["share"].isna() == unset, points=points)
    assert f"Trials with {words} failed in 100 % of cases (90 % interval 92–100 %)" in text


def test_several_that_it_goes_with_are_named():
    points = make_points(120)
    points["share"] = points["max-depth"] / 30
    text = fails_where(lambda p: p["max-depth"] > 24, points=points)
    assert text.endswith("the others in 0 %. Failing goes with share, too.")


def test_random_failures_depend_on_nothing():
    text = sentence(make_failing(make_points(60), np.arange(60) % 6 == 0))
    assert text == (
        "10 of 60 trials failed, 17 %; no reason was given. They trained for 16 min 40 s, 17 % of "
        "all training. Failing can't be told to depend on any hyperparameter."
    )


def reasoned(*reasons, fine=30):
    data = make_failing(make_points(len(reasons) + fine), np.arange(len(reasons) + fine) >= fine)
    trials = data.trials.assign(TrainingElapsedTimeSeconds=np.nan)
    trials.loc[fine:, "FailureReason"] = list(reasons)
    return TuningData(data.jobs, data.objective, data.hyperparameters, trials, data.metrics)


FEW = "There are too few such trials to tell whether failing depends on a hyperparameter."


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (["ClientError: x 3"], f"1 of 31 trials failed, 3 %: ClientError: x 3. {FEW}"),
        (
            ["ClientError: x 3", "ClientError: x 4"],
            f"2 of 32 trials failed, 6 %; all with the same reason: ClientError: x …. {FEW}",
        ),
        (
            ["ClientError: x", "y"],
            "2 of 32 trials failed, 6 %, each for another reason, such as ClientError: x. " + FEW,
        ),
        (
            ["ClientError: x", "y", "y"],
            "3 of 33 trials failed, 9 %; the most frequent of 2 reasons, 2 times: y. ",
        ),
    ],
)
def test_reasons_in_the_sentence(reasons, words):
    assert sentence(reasoned(*reasons)).startswith(words)


def test_too_few_that_did_not_fail():
    text = sentence(reasoned(*["x"] * 20, fine=2))
    assert text.endswith(FEW.replace("such", "other"))


def test_all_failed_says_so_and_names_no_region():
    assert sentence(all_failed()) == (
        "All 8 trials failed; all with the same reason: AlgorithmError: </script>. They trained "
        "for 10 min 40 s."
    )
    assert list(scene.draw(draw_failures(all_failed()))) == ["legend", "failures_reasons"]
    one = sentence(reasoned("ClientError: x", fine=0))
    assert one == "The one trial failed: ClientError: x."


def test_trials_without_an_objective_are_a_group_of_their_own():
    text = sentence(nan_objective())
    assert text.startswith("No trial failed, but 12 of 30 trials completed without a value of loss")
    view = scene.draw(draw_failures(nan_objective()))
    assert view["failures_0"].title.startswith("Gave no objective, by ")
    words = [m["text"] for m in view["failures_reasons"].marks("reason", "text")]
    assert words == ["completed without a value of loss"]
    data = reasoned("x", "x", "x")
    data.trials.loc[:4, "y"] = np.nan
    assert (
        "3 of 33 trials failed, 9 %; all with the same reason: x. 5 more completed without a"
        in (sentence(data))
    )


def test_what_still_runs_does_not_count():
    assert sentence(mixed_statuses()).startswith(
        "5 of 15 trials that ended failed, 33 %; no reason"
    )


@pytest.mark.parametrize("data", [usual(), api.load_demo()])
def test_without_failures_nothing_is_drawn_or_said(data):
    assert scene.draw_panels(CHART, data) == []
    assert sentence(data) == ""
    alone = scene.draw(draw_failures(data))["failures"]
    assert [mark["text"] for mark in alone.marks("message", "text")] == ["no trial has failed"]


@pytest.mark.parametrize("case", [name for name in CASES if name != "empty"])
def test_the_sentence_is_true_of_every_table(case):
    data = CASES[case]()
    failed = int(data.trials["TrainingJobStatus"].eq("Failed").sum())
    text = sentence(data)
    lost = data.trials["TrainingJobStatus"].isna() | data.trials["TrainingJobStatus"].eq(
        "Completed"
    )
    lost &= ~np.isfinite(data.trials[data.objective.metric_name])
    if not failed + lost.sum():
        assert text == ""
    elif failed:
        assert text.startswith((f"{failed:,} of ", f"All {failed:,} trials"))
    else:
        assert text.startswith(f"No trial failed, but {lost.sum():,} of ")


def test_hostile_reasons_and_names_are_only_text():
    points = make_points(len(HOSTILE) * 4)
    which = np.resize(HOSTILE, len(points))
    ranges = [*RANGES, Hyperparameter("which", "categorical", values=tuple(HOSTILE))]
    data = make_failing(
        points.assign(which=which), which == HOSTILE[8], reason=HOSTILE[8] * 3, ranges=ranges
    )
    chart = draw_failures(data)
    spec = chart.to_dict(validate=False)
    rows = [row for name, rows in spec["datasets"].items() if "why" in name for row in rows]
    assert [row["t"] for row in rows] == [HOSTILE[8] * 3]
    assert f"Trials with which {HOSTILE[8]} failed in 100 % of cases" in sentence(data)
    assert scene.draw(chart)["failures_0"].title == "Failed, by which"


def test_many_reasons_and_categories_leave_some_out():
    words = ["alpha", "beta", "gamma", "delta", "eps", "zeta", "eta", "theta", "iota", "kappa"]
    points = make_points(200)
    kind = np.array(words)[np.arange(200) // 20]
    ranges = [Hyperparameter("kind", "categorical", values=tuple(words))]
    data = make_failing(points.assign(kind=kind), kind == "iota", reason=kind, ranges=ranges)
    trials = data.trials.copy()
    failed = trials.index[trials["TrainingJobStatus"].eq("Failed")]
    trials.loc[failed, "FailureReason"] = [words[k % 10] for k in range(len(failed))]
    data = TuningData(data.jobs, data.objective, data.hyperparameters, trials, data.metrics)
    drawn = scene.draw_panels(CHART, data)
    assert drawn[0].chart.title.subtitle.endswith("· 2 more")
    assert drawn[-1].chart.title.subtitle.endswith("; 2 more reasons, 4 trials")
    view = scene.draw(draw_failures(data))
    assert len(view["failures_0"].marks("rate", "symbol")) == 8
    assert len(view["failures_reasons"].marks("trials", "rect")) == 8
