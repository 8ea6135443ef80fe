"""Texts that differ only after a NUL are two, in every table, with every pandas."""

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, TuningData
from amtviz.findings.facts import facts_of
from amtviz.grammar.tables import build_tables
from amtviz.texts import list_distinct, number_distinct, sum_by

TEXTS = ["", "\0", "a\0", "a", "a\0b", "", None, "a"]
HYPERPARAMETERS = [
    Hyperparameter("rate", "continuous", 0.0, 1.0),
    Hyperparameter("c", "categorical"),
]


@pytest.mark.parametrize("dtype", [object, "string"])
def test_each_text_counts_once(dtype) -> None:
    values = pd.Series(TEXTS, dtype=dtype)
    assert list_distinct(values) == ["", "\0", "a\0", "a", "a\0b"]
    assert number_distinct(values).tolist() == [0, 1, 2, 3, 4, 0, -1, 3]
    assert sum_by(pd.Series(range(7)), values[values.notna()].reset_index(drop=True)).to_dict() == {
        "": 5, "\0": 1, "a": 9, "a\0": 2, "a\0b": 4,
    }  # fmt: skip


def trials_of(names: list[str]) -> TuningData:
    """Make trials of three categories, tuning jobs and instance types of these ascending names."""
    n, rng = 60, np.random.default_rng(3)
    start = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(np.arange(n) * 60, "s")
    category = rng.integers(0, 3, n)
    frame = pd.DataFrame(
        {
            "TuningJobName": np.array(names, object)[np.arange(n) // 20],
            "TrainingJobName": [f"trial-{i}" for i in range(n)],
            "TrainingJobStatus": np.where(category * rng.random(n) > 1.2, "Failed", "Completed"),
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.Timedelta(seconds=45),
            "BillableTimeInSeconds": 45,
            "InstanceType": np.array(names, object)[rng.integers(0, 3, n)],
            "InstanceCount": 1,
            "rate": rng.random(n),
            "c": np.array(names, object)[category],
        }
    )
    frame["loss"] = (category + frame["rate"]).where(frame["TrainingJobStatus"] == "Completed")
    return TuningData.from_frame(
        frame,
        objective="loss",
        direction="Minimize",
        hyperparameters=HYPERPARAMETERS,
        job_column="TuningJobName",
    )


def assert_same(table: pd.DataFrame, expected: pd.DataFrame, names: dict[str, str]) -> None:
    renamed = table.map(lambda value: names.get(value, value) if isinstance(value, str) else value)
    pd.testing.assert_frame_equal(renamed.astype(expected.dtypes), expected)


def test_what_is_computed_does_not_depend_on_names() -> None:
    plain, odd = ["a", "b", "c"], ["a", "a\0", "a\0b"]
    one, other = (facts_of(trials_of(names)) for names in (plain, odd))
    back = dict(zip(odd, plain, strict=True))
    assert build_tables(other.tables)[1]["p1"].labels == tuple(odd)
    for name in (
        "convergence", "expected_best", "going_on", "cost", "slots", "waiting",
        "failure_reasons", "failure_dependence", "failure_rates", "generations",
    ):  # fmt: skip
        assert_same(getattr(other, name), getattr(one, name), back)
    assert_same(other.importance.table, one.importance.table, {})
    assert_same(other.contest.jobs, one.contest.jobs, back)
