import pytest

from amtviz.model import Hyperparameter
from amtviz.schema import (
    LISTING_COLUMNS,
    METRIC_COLUMNS,
    NUMBER_COLUMNS,
    TRIAL_COLUMNS,
    empty_metrics,
    trial_dtypes,
)


def test_the_order_of_the_trials_columns():
    dtypes = trial_dtypes(
        "f1",
        [
            Hyperparameter("n", "integer"),
            Hyperparameter("x", "continuous"),
            Hyperparameter("FailureReason", "categorical", column="FailureReason (hyperparameter)"),
        ],
        ["loss"],
    )
    assert list(dtypes)[:9] == [
        "TuningJobName",
        "TrainingJobName",
        "TrainingJobStatus",
        "ObjectiveStatus",
        "f1",
        "n",
        "x",
        "FailureReason (hyperparameter)",
        "loss",
    ]
    assert list(dtypes)[9:] == list(TRIAL_COLUMNS)[4:]
    assert [dtypes[name] for name in ("f1", "n", "x", "loss")] == [
        "float64",
        "Int64",
        "float64",
        "float64",
    ]
    assert dtypes["FailureReason (hyperparameter)"] == "string"


def test_empty_metrics_are_typed():
    frame = empty_metrics()
    assert len(frame) == 0
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        name: column.dtype for name, column in METRIC_COLUMNS.items()
    }


@pytest.mark.parametrize(
    "columns",
    [
        TRIAL_COLUMNS,
        METRIC_COLUMNS,
        LISTING_COLUMNS,
        *NUMBER_COLUMNS.values(),
    ],
)
def test_columns_say_what_they_hold_and_their_unit(columns):
    for name, column in columns.items():
        assert column.name == name
        assert column.description
        if "Seconds" in name:
            assert "seconds" in column.unit or "billed" in column.description
        if column.dtype.startswith("datetime64"):
            assert (column.dtype, column.unit) == ("datetime64[ns, UTC]", "UTC")
