"""Where trials fail: rates against SciPy, planted regions, and false alarms; reasons grouped."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from amtviz import Hyperparameter
from amtviz.analysis.failure_reasons import compute_failure_reasons, normalize_reason
from amtviz.analysis.failures import (
    compute_failure_dependence,
    compute_failure_rates,
    compute_outcomes,
    compute_wilson,
    find_failing_part,
)
from amtviz.tidy import tidy_frame
from tests.analysis.failing import OBJECTIVE, RANGES, deep_fails, make_failing, make_points


def rates_of(data, name=None):
    table = compute_failure_rates(data.trials, data.objective, data.hyperparameters)
    return table if name is None else table[table["Hyperparameter"] == name].reset_index(drop=True)


def dependence_of(data, **options):
    return compute_failure_dependence(data.trials, data.objective, data.hyperparameters, **options)


def reasons_of(data):
    return compute_failure_reasons(data.trials, data.objective)


# --- what counts


@pytest.mark.parametrize(
    ("status", "judged", "value", "outcome"),
    [
        ("Failed", "Failed", np.nan, "failed"),
        ("Failed", "Succeeded", 1.0, "failed"),
        ("Completed", "Succeeded", 1.0, "fine"),
        ("Completed", "Failed", np.nan, "no objective"),
        ("Completed", None, np.nan, "no objective"),
        ("Completed", None, np.inf, "no objective"),
        ("Completed", "Succeeded", np.nan, "no objective"),  # AWS has it, as "NaN" or 3.4e38
        ("Completed", "Pending", np.nan, None),
        ("Stopped", None, np.nan, "fine"),
        ("Stopped", "Succeeded", 1.0, "fine"),
        ("InProgress", "Pending", np.nan, None),
        ("Stopping", None, 1.0, None),
        ("Deleting", None, np.nan, None),
        (None, None, 1.0, "fine"),
        (None, None, np.nan, "no objective"),
    ],
)
def test_what_counts_as_failed(status, judged, value, outcome):
    frame = pd.DataFrame({"TrainingJobStatus": [status], "ObjectiveStatus": [judged], "y": [value]})
    trials = tidy_frame(frame, objective="y", direction="Maximize").trials
    found = compute_outcomes(trials, OBJECTIVE)
    assert found.where(found.notna(), None).tolist() == [outcome]


# --- rates


@pytest.mark.parametrize(("failed", "trials"), [(0, 1), (1, 1), (0, 9), (3, 7), (9, 9), (40, 1000)])
def test_the_interval_is_wilsons(failed, trials):
    low, high = compute_wilson(failed, trials)
    known = stats.binomtest(failed, trials).proportion_ci(0.9, method="wilson")
    assert (float(low), float(high)) == pytest.approx((known.low, known.high), abs=1e-12)


def test_no_trials_have_no_interval():
    assert np.isnan(compute_wilson([0], [0])).all()


def test_regions_are_equally_wide_on_the_declared_scale():
    points = make_points(200)
    data = make_failing(points, deep_fails(points))
    table = rates_of(data)
    assert table.groupby("Hyperparameter")["Trials"].sum().eq(200).all()
    depth = table[table["Hyperparameter"] == "max-depth"]
    assert depth[["Low", "High"]].to_numpy().tolist() == [[k, k + 5] for k in (1, 7, 13, 19, 25)]
    layers = table[table["Hyperparameter"] == "layers"]
    assert layers["Low"].tolist() == layers["High"].tolist() == [1, 2, 3, 4]
    rate = table[table["Hyperparameter"] == "rate"]
    assert np.log10(rate["Low"]).tolist() == pytest.approx([-5, -4.2, -3.4, -2.6, -1.8], abs=0.02)
    kind = table[table["Hyperparameter"] == "kind"]
    assert kind["Category"].tolist() == ["gini", "entropy", "log_loss"]


def test_counts_are_those_of_pandas():
    points = make_points(150, seed=3)
    data = make_failing(points, deep_fails(points), seed=3)
    failed = data.trials["TrainingJobStatus"].eq("Failed").to_numpy(bool)
    for _, row in rates_of(data).iterrows():
        values = points[row["Hyperparameter"]]
        inside = values == row["Category"]
        if row["Region"] == "range":
            top = RANGES[1].high if row["Hyperparameter"] == "rate" else 1.0
            whole = row["Hyperparameter"] in ("max-depth", "layers")
            below = values <= row["High"] if whole or row["High"] == top else values < row["High"]
            inside = (values >= row["Low"]) & below
        assert (row["Trials"], row["Failed"]) == (inside.sum(), failed[inside].sum())
        assert row["Rate"] == failed[inside].mean()
        assert row["RateLow"] <= row["Rate"] <= row["RateHigh"]


def test_what_is_not_set_is_a_region_and_what_runs_is_not_counted():
    points = make_points(60).astype({"max-depth": "Int64"})
    points.loc[:19, "max-depth"] = pd.NA
    data = make_failing(points, np.arange(60) < 20)
    trials = data.trials.copy()
    trials.loc[50:, "TrainingJobStatus"] = "InProgress"
    table = compute_failure_rates(trials, data.objective, data.hyperparameters)
    depth = table[table["Hyperparameter"] == "max-depth"]
    assert depth["Region"].tolist() == ["range"] * (len(depth) - 1) + ["not set"]
    assert depth.iloc[-1][["Trials", "Failed", "Rate"]].tolist() == [20, 20, 1.0]
    assert depth["Trials"].sum() == 50


@pytest.mark.parametrize("scaling", ["Linear", "Logarithmic"])
@pytest.mark.parametrize(("low", "high"), [(1, 2), (1, 6), (1, 7), (3, 100), (1, 10_000)])
def test_every_integer_has_one_region(low, high, scaling):
    ranges = [Hyperparameter("n", "integer", low, high, scaling=scaling)]
    points = pd.DataFrame({"n": np.unique(np.geomspace(low, high, 60).astype(int))})
    points = pd.concat([points] * (1 + 60 // len(points)), ignore_index=True)
    data = make_failing(points, 0.5 * np.ones(len(points)), ranges=ranges)
    table = rates_of(data)
    assert table["Low"].iloc[0] == low
    assert table["High"].iloc[-1] == high
    assert (table["Low"].iloc[1:].to_numpy() == table["High"].iloc[:-1].to_numpy() + 1).all()
    assert 2 <= len(table) <= 5
    inside = [points["n"].between(a, b).sum() for a, b in zip(table.Low, table.High, strict=True)]
    assert table["Trials"].tolist() == inside


def test_reverse_log_ranges_and_their_round_borders():
    ranges = [Hyperparameter("m", "continuous", 0.5, 0.9999, scaling="ReverseLogarithmic")]
    points = pd.DataFrame({"m": 1 - np.geomspace(0.5, 0.0001, 100)})
    table = rates_of(make_failing(points, 0.5 * np.ones(100), ranges=ranges))
    assert table["Trials"].tolist() == pytest.approx([20] * 5, abs=2)
    assert (table["High"].iloc[:-1].to_numpy() == table["Low"].iloc[1:].to_numpy()).all()


def test_empty_tables_are_typed():
    data = make_failing(make_points(0), np.zeros(0))
    empty = [
        (compute_failure_rates(data.trials, data.objective, []), ["Trials", "Failed"], "int64"),
        (dependence_of(data), ["ChiSquare", "PValue", "Adjusted"], "float64"),
        (reasons_of(data), ["LostSeconds"], "float64"),
    ]
    for table, numbers, dtype in empty:
        assert table.empty
        assert all(table[name].dtype == dtype for name in numbers)


# --- dependence


def test_the_statistic_is_pearsons_and_p_is_that_of_exact_tests():
    points = make_points(300, seed=5)
    data = make_failing(points, np.where(points["layers"] > 2, 0.35, 0.3), seed=5)
    table = dependence_of(data).set_index("Hyperparameter")
    for name in table.index:
        rates = rates_of(data, name)
        counts = np.array([rates["Failed"], rates["Trials"] - rates["Failed"]])
        known = stats.chi2_contingency(counts[:, counts.sum(axis=0) > 0], correction=False)
        assert table.loc[name, "ChiSquare"] == pytest.approx(known.statistic)
        assert table.loc[name, "PValue"] == pytest.approx(known.pvalue, abs=0.05)
    two = [Hyperparameter("layers", "categorical", values=("a", "b"))]
    points = make_points(60, seed=5)
    points = points.assign(layers=np.where(points["layers"] > 2, "a", "b"))
    data = make_failing(points, np.where(points["layers"] == "a", 0.35, 0.1), seed=5, ranges=two)
    counts = rates_of(data)
    exact = stats.fisher_exact([counts["Failed"], counts["Trials"] - counts["Failed"]])
    only = dependence_of(data).iloc[0]
    assert only["PValue"] == pytest.approx(exact.pvalue, abs=0.03)
    assert only["Adjusted"] == only["PValue"]  # nothing to correct for


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_region_is_found(seed):
    points = make_points(100, seed)
    data = make_failing(points, deep_fails(points), seed)
    table = dependence_of(data)
    first = table.iloc[0]
    assert first["Hyperparameter"] == "max-depth"
    assert first["Depends"]
    assert (table["Adjusted"] >= table["PValue"]).all()
    rates = rates_of(data, "max-depth")
    part = find_failing_part(rates)
    assert rates["Low"].iloc[part.rows[0]] == 25
    assert rates["High"].iloc[part.rows[-1]] == 30
    assert part.others < 0.1


def test_a_planted_category_is_found():
    points = make_points(90)
    data = make_failing(points, points["kind"].isin(["gini", "log_loss"]) * 0.5)
    assert dependence_of(data)["Hyperparameter"].iloc[0] == "kind"
    rates = rates_of(data, "kind")
    part = find_failing_part(rates)
    assert rates["Category"].iloc[list(part.rows)].tolist() == ["gini", "log_loss"]
    assert part.others == 0


def test_random_failures_seldom_look_like_a_dependence():
    alarms = 0
    for seed in range(100):
        points = make_points(50, seed)
        data = make_failing(points, np.full(50, 0.15), seed)
        alarms += bool(dependence_of(data)["Depends"].any())
    assert alarms <= 10  # 5 % are meant


def test_the_interval_of_the_part_holds_the_true_rate():
    held = found = 0
    for seed in range(40):
        points = make_points(60, seed)
        data = make_failing(points, deep_fails(points), seed)
        table = dependence_of(data)
        if len(table) and table["Depends"].iloc[0]:
            name = table["Hyperparameter"].iloc[0]
            part = find_failing_part(rates_of(data, name))
            row = rates_of(data, name).iloc[list(part.rows)]
            inside = points["max-depth"].between(row["Low"].iloc[0], row["High"].iloc[-1])
            truth = deep_fails(points)[inside].mean() if name == "max-depth" else np.nan
            found += 1
            held += bool(part.low <= truth <= part.high)
    assert found > 30
    assert held / found > 0.84


def test_another_tuning_job_is_not_mistaken_for_the_cause():
    """One job failed often, for a reason of its own, and searched deeper trees."""
    points = make_points(100)
    second = np.arange(100) >= 50
    points["max-depth"] = np.where(second, 25, 5) + points["max-depth"] % 5
    job = np.where(second, "second", "first")
    data = make_failing(points, np.where(second, 0.5, 0.0), job=job)
    rates = rates_of(data, "max-depth")
    counts = np.array([rates["Failed"], rates["Trials"] - rates["Failed"]])
    assert stats.chi2_contingency(counts[:, counts.sum(axis=0) > 0]).pvalue < 1e-4
    table = dependence_of(data).set_index("Hyperparameter")
    assert not table.loc["max-depth", "Depends"]


def test_the_same_trials_give_the_same_p():
    points = make_points(50)
    data = make_failing(points, deep_fails(points))
    pd.testing.assert_frame_equal(dependence_of(data), dependence_of(data))
    assert not dependence_of(data).equals(dependence_of(data, seed=1))


@pytest.mark.parametrize("failed", [0, 2, 38, 40])
def test_too_few_of_either_kind_are_not_tested(failed):
    data = make_failing(make_points(40), np.arange(40) < failed)
    assert dependence_of(data).empty


def test_no_part_where_all_are_alike():
    data = make_failing(make_points(40), np.ones(40))
    assert find_failing_part(rates_of(data, "kind")) is None


# --- reasons

USER = (
    "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\n"
    'ErrorMessage "ValueError: depth {0} at [{0}, 2] is too large\n"\n'
    'Command "/usr/bin/python3 train.py --depth {0} --name "a"", exit code: 1'
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (USER.format(3), USER.format(25)),
        (
            "ClientError: no file s3://a/b-1.csv, line 3",
            "ClientError: no file s3://c/d.csv, line 4",
        ),
        ("x: 1.5e-07 of 2,000", "x: 3 of 1"),
        ("KeyError: 'val_loss'", "KeyError: 'auc'"),
        ("at 2026-01-01T10:00:00Z in 0x7ffe", "at 2025-12-31 23:59:59.123 in 0x1a"),
        (
            "request 3f2504e0-4f89-11d3-9a0c-0305e82c3301 was cut",
            "request 7b1c04e0-0000-11d3-9a0c-1305e82c33ff was cut",
        ),
        ("shape (3, 4) and [1, 2, 3]", "shape (12, 1, 5) and [7]"),
        ("grew to -3", "grew to 12"),
        ("4x5 cells", "12x7 cells"),
    ],
)
def test_what_differs_in_values_only_is_one_reason(one, other):
    assert normalize_reason(one) == normalize_reason(other)
    assert "…" in normalize_reason(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AlgorithmError: out of memory, exit code: 137", "AlgorithmError: out, exit code: 137"),
        ("AlgorithmError: , exit code: 1", "AlgorithmError: , exit code: 137"),
        ("expected float32", "expected float64"),
        ("ClientError: a", "AlgorithmError: a"),
        (USER.format(3), USER.format(3).replace("ValueError", "TypeError")),
        ('ErrorMessage "bad depth"', 'ErrorMessage "bad rate"'),
    ],
)
def test_other_words_and_exit_codes_are_other_reasons(one, other):
    assert normalize_reason(one) != normalize_reason(other)


def test_a_trials_own_names_dont_count():
    one = normalize_reason("job-a-001 of job-a broke", "job-a-001", "job-a")
    assert one == normalize_reason("job-b-77 of job-b broke", "job-b-77", "job-b") == "… of … broke"


def test_of_reasons_that_aws_cut_the_beginning_counts():
    words = "File train.py calls itself. " * 60
    one, other = (f"AlgorithmError: {value} {words}"[:1024] for value in (3, 1_000_000))
    assert one[-20:] != other[-20:]
    assert normalize_reason(one) == normalize_reason(other)


def test_only_the_message_is_left_of_what_containers_write():
    text = normalize_reason(USER.format(3))
    assert text == "AlgorithmError: ValueError: depth … at […] is too large, exit code: 1"


def reasoned():
    points = make_points(12)
    data = make_failing(points, np.arange(12) < 9)
    trials = data.trials.copy()
    reasons = [USER.format(k) for k in (7, 8, 9, 10)] + ["ClientError: b"] * 2
    reasons += ["CapacityError: c", "no prefix", None]
    trials["FailureReason"] = pd.array([*reasons, None, None, None], dtype="string")
    trials.loc[11, "y"] = np.nan
    return trials, data.objective


def test_reasons_are_counted_with_their_trials_and_time():
    table = compute_failure_reasons(*reasoned())
    assert table["Trials"].tolist() == [4, 2, 1, 1, 1, 1]
    assert table["Class"].where(table["Class"].notna(), None).tolist() == [
        *("AlgorithmError", "ClientError", "CapacityError"),
        *(None, None, None),
    ]
    first = table.iloc[0]
    assert first["Example"] == USER.format(7)
    assert (first["FirstTrial"], first["LastTrial"]) == ("trial-0000-x", "trial-0003-x")
    assert table["LostSeconds"].tolist() == [400, 200, 100, 100, 100, 100]
    assert table["Outcome"].tolist() == ["failed"] * 5 + ["no objective"]
    assert table["Reason"].iloc[1:4].tolist() == ["b", "c", "no prefix"]
    assert table["Reason"].iloc[4:].isna().all()


def test_a_reason_that_all_give_in_the_same_words_keeps_its_numbers():
    points = make_points(5)
    data = make_failing(points, np.ones(5), reason="ClientError: 5 of 7 files")
    assert reasons_of(data)["Reason"].tolist() == ["5 of 7 files"]


def test_unknown_times_are_missing_not_zero():
    trials, objective = reasoned()
    table = compute_failure_reasons(trials.assign(TrainingElapsedTimeSeconds=np.nan), objective)
    assert table["LostSeconds"].isna().all()
