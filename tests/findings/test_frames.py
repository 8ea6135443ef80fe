"""The numbers behind charts and sentences, against plain pandas."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from amtviz import api
from amtviz.cli.group import main
from amtviz.schema import NUMBER_COLUMNS
from tests.contract.cases import CASES
from tests.findings.finished import make, normal, search


@pytest.fixture(scope="module")
def demo():
    return api.load_demo()


@pytest.mark.parametrize("case", ["empty", "one_trial", "all_failed", "mixed_statuses"])
def test_every_table_is_typed_also_when_it_is_empty(case):
    numbers = CASES[case]().numbers()
    assert list(numbers) == list(NUMBER_COLUMNS)
    for name, columns in NUMBER_COLUMNS.items():
        dtypes = {column: str(dtype) for column, dtype in numbers[name].dtypes.items()}
        assert dtypes == {column: told.dtype for column, told in columns.items()}


def test_changing_an_answer_changes_no_other(demo):
    table = demo.convergence()
    table["BestSoFar"] = 0.0
    assert demo.convergence()["BestSoFar"].max() == demo.trials["f1"].max()


def test_convergence_is_the_running_maximum(demo):
    table = demo.convergence()
    for name, rows in demo.trials.sort_values("TrainingEndTime").groupby("TuningJobName"):
        own = table[table["TuningJobName"] == name]
        assert own["BestSoFar"].tolist() == rows["f1"].cummax().tolist()
        assert own["TrainingJobName"].tolist() == rows["TrainingJobName"].tolist()
        assert own["Improved"].sum() == (rows["f1"].cummax().diff() != 0).sum()
        assert own["WallSeconds"].iloc[-1] == pytest.approx(
            (rows["TrainingEndTime"].max() - rows["CreationTime"].min()).total_seconds()
        )


def test_the_expected_gain_of_a_random_search_is_exact():
    scores = normal(40)
    table = make(search(scores)).expected_gain()
    assert table["More"].tolist() == [10, 20, 40]
    assert table["Chance"].tolist() == pytest.approx([1 / 5, 1 / 3, 1 / 2])
    assert table["IsExact"].all()
    matters = 0.02 * (scores.max() - np.median(scores))
    assert table["MattersFrom"].tolist() == pytest.approx([matters] * 3)
    assert table["BilledSeconds"].tolist() == [1200, 2400, 4800]
    (row,) = make(search(normal(5))).expected_gain().to_dict("records")
    assert (row["Verdict"], row["Reason"]) == ("too few", "only 5 trials have a value")


def test_cost_adds_up_with_prices():
    frame = search([1.0, math.nan, 2.0], InstanceType="ml.m5.large")
    table = make(frame).cost({"ml.m5.large": 0.12})
    seconds = frame["BillableTimeInSeconds"] * frame["InstanceCount"]
    by_outcome = seconds.groupby(frame["TrainingJobStatus"].str.lower()).sum()
    assert table.set_index("Outcome")["BilledSeconds"].to_dict() == by_outcome.to_dict()
    assert table["Dollars"].sum() == pytest.approx(seconds.sum() / 3600 * 0.12)
    assert make(frame).cost()["Dollars"].isna().all()


def test_comparison_has_both_sides_of_each_pair(demo):
    table = demo.comparison()
    assert len(table) == 3 * 2 * 3
    row = table[(table["TuningJobName"] == "digits-bayesian") & (table["At"] == "trials")]
    row = row.set_index("Other").loc["digits-warm-start"]
    trials = demo.trials.sort_values("TrainingEndTime").groupby("TuningJobName")["f1"]
    assert row["Trials"] == row["OtherTrials"] == row["Budget"] == 25
    assert row["Best"] == trials.head(25)[demo.trials["TuningJobName"] == "digits-bayesian"].max()
    assert row["OtherBest"] == trials.max()["digits-warm-start"]
    assert (row["Fair"], row["Verdict"]) == (False, "unfair")
    turned = table.rename(columns={"TuningJobName": "Other", "Other": "TuningJobName"})
    both = table.merge(turned, on=["TuningJobName", "Other", "At"], suffixes=("", "Turned"))
    assert np.allclose(both["Chance"] + both["ChanceTurned"], 1)
    assert (both["Best"] == both["OtherBestTurned"]).all()
    ahead = table["Fair"] & (table["Chance"] >= 0.8)
    assert (table["Verdict"] == "better").tolist() == ahead.tolist()
    behind = table["Fair"] & (table["Chance"] <= 0.2)
    assert (table["Verdict"] == "worse").tolist() == behind.tolist()


def test_failures_count_by_region():
    frame = search([1.0, math.nan] * 20).assign(rate=np.linspace(0, 1, 40))
    table = make(frame).failures()
    failed = frame["score"].isna()
    assert (table["Trials"].sum(), table["Failed"].sum()) == (40, 20)
    for row in table.itertuples():
        last = row.High == table["High"].max()
        inside = (frame["rate"] >= row.Low) & (
            (frame["rate"] <= row.High) if last else (frame["rate"] < row.High)
        )
        assert (row.Trials, row.Failed) == (inside.sum(), failed[inside].sum())
        assert row.Rate == pytest.approx(failed[inside].mean())
    assert not table["Depends"].any()


def test_lineage_is_the_gain_over_the_best_parent(demo):
    table = demo.lineage().set_index("TuningJobName")
    best = demo.trials.groupby("TuningJobName")["f1"].max()
    assert table["Best"].to_dict() == best.to_dict()
    row = table.loc["digits-warm-start"]
    assert row["Parents"] == ("digits-random", "digits-bayesian")
    assert row["Gain"] == pytest.approx(best["digits-warm-start"] - best["digits-bayesian"])
    assert CASES["two_trials"]().lineage().empty


def test_importance_answers_two_questions_or_says_why_not(demo):
    table = demo.importance()
    assert table.attrs["reason"] == ""
    assert all(question.startswith(("explains", "reaches")) for question in table["Question"])
    for _, rows in table.groupby("Question"):
        assert set(rows["Hyperparameter"]) == {h.name for h in demo.hyperparameters}
        assert rows["Importance"].is_monotonic_decreasing
    pairs = demo.interactions()
    assert set(pairs["First"]) | set(pairs["Second"]) <= set(table["Hyperparameter"])
    for none in (CASES["two_trials"]().importance(), CASES["two_trials"]().interactions()):
        assert none.empty
        assert none.attrs["reason"].startswith("2 scored trials are too few")


def test_show_prints_them_as_json(demo, tmp_path):
    path = tmp_path / "demo.sqlite"
    demo.save(path)
    result = CliRunner().invoke(main, ["show", str(path), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    for name, columns in NUMBER_COLUMNS.items():
        assert len(told[name]) == len(demo.numbers()[name])
        assert list(told[name][0]) == list(columns)
    table = demo.comparison()
    chances = pd.Series([row["Chance"] for row in told["comparison"]])
    assert np.allclose(chances, table["Chance"])
    assert told["lineage"][2]["Parents"] == ["digits-random", "digits-bayesian"]
    assert told["cost"][0]["Dollars"] is None
