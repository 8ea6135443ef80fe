from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from amtviz.errors import InputError
from amtviz.model import Hyperparameter, Objective
from amtviz.schema import trial_dtypes
from amtviz.tidy import tidy_frame


def tidy(df, objective="y", direction="Maximize", **options):
    return tidy_frame(df, objective=objective, direction=direction, **options)


def message_of(df, **options):
    with pytest.raises(InputError) as error:
        tidy(df, **options)
    return str(error.value)


FRAME = pd.DataFrame(
    {
        "y": [0.5, np.nan, 1.5],
        "depth": [3, 10, 2],
        "eta": [0.1, 0.2, np.nan],
        "criterion": ["b10", "b9", None],
        "flag": [True, False, True],
        "size": pd.Categorical(["S", "L", "S"], categories=["S", "M", "L"]),
        "nullable": pd.array([1, None, 2**60 + 1], dtype="Int64"),
        "when": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]),
    },
    index=[7, 7, 9],
)


def test_kinds_come_from_the_dtypes():
    before = FRAME.copy(deep=True)
    data = tidy(FRAME)
    pd.testing.assert_frame_equal(FRAME, before)
    assert data.hyperparameters == (
        Hyperparameter("depth", "integer", declared=False),
        Hyperparameter("eta", "continuous", declared=False),
        Hyperparameter("criterion", "categorical", values=("b9", "b10"), declared=False),
        Hyperparameter("flag", "categorical", values=("False", "True"), declared=False),
        Hyperparameter("size", "categorical", values=("S", "M", "L"), declared=False),
        Hyperparameter("nullable", "integer", scaling="Logarithmic", declared=False),
    )
    dtypes = {name: str(dtype) for name, dtype in data.trials.dtypes.items()}
    when = dtypes.pop("when")
    assert dtypes == trial_dtypes("y", data.hyperparameters)
    assert when.startswith("datetime64")
    assert data.trials["nullable"][2] == 2**60 + 1
    assert list(data.trials["flag"]) == ["True", "False", "True"]
    assert list(data.trials["TrainingJobName"]) == ["trial-0001", "trial-0002", "trial-0003"]
    assert set(data.trials["TrainingJobStatus"]) == {"Completed"}
    assert [job.name for job in data.jobs] == ["trials"]
    assert data.notices == (
        "Kinds are taken from the columns, and no range is declared: 'depth' integer, 'eta' "
        "continuous, 'criterion' categorical, 'flag' categorical, 'size' categorical, 'nullable' "
        "integer.",
        "No hyperparameter is made of 'when': times and complex numbers have no range. They stay "
        "in the table.",
        "1 of 3 trials has no value of 'y' (1 completed): kept in the table, unscored.",
    )


def test_objects_are_read_by_what_they_hold():
    df = pd.DataFrame(
        {
            "y": pd.Series([1, Decimal("2.5"), None], dtype=object),
            "huge": [2**70, 1, 2],
            "decimal": [Decimal("0.5"), None, Decimal(2)],
            "layers": [[32], [32, 16], None],
            "day": [date(2024, 1, 1)] * 3,
            "unsigned": np.array([2**63, 1, 2], dtype="uint64"),
        }
    )
    data = tidy(df)
    kinds = {h.name: h.kind for h in data.hyperparameters}
    assert kinds == {
        "huge": "continuous",
        "decimal": "continuous",
        "layers": "categorical",
        "unsigned": "continuous",
    }
    assert data.trials["huge"][0] == 2.0**70
    assert data.trials["unsigned"][0] == 2.0**63
    assert list(data.trials["layers"][:2]) == ["[32]", "[32, 16]"]
    assert data.trials["y"].tolist()[:2] == [1.0, 2.5]


def test_named_hyperparameters_leave_the_rest_untouched():
    eta = Hyperparameter(
        "learning rate", "continuous", 0.01, 1, scaling="Logarithmic", column="eta"
    )
    depth = Hyperparameter("depth", "categorical", values=("2", "3"))
    data = tidy(FRAME, hyperparameters=[eta, depth, "flag"])
    assert data.hyperparameters[0].low == 0.01
    assert [h.column for h in data.hyperparameters] == ["learning rate", "depth", "flag"]
    assert data.trials["learning rate"].tolist()[:2] == [0.1, 0.2]
    assert list(data.trials["depth"]) == ["3", "10", "2"]
    assert data.hyperparameters[1].values == ("2", "3", "10")
    assert "'depth' has values that no range declares: '10'." in data.notices
    assert data.trials.columns[-4:].tolist() == ["criterion", "size", "nullable", "when"]
    pd.testing.assert_series_equal(data.trials["size"], FRAME["size"].reset_index(drop=True))


def test_values_of_another_kind_are_missing_and_told():
    whole = Hyperparameter("eta", "integer")
    data = tidy(FRAME, hyperparameters=[whole])
    assert data.trials["eta"].isna().all()
    assert data.notices[0] == (
        "2 values of 'eta' can't be read as integer, and are shown as missing: 0.1 in row 0; "
        "0.2 in row 1."
    )


def test_fixed_columns_keep_their_meaning():
    df = pd.DataFrame(
        {
            "y": [1, 2],
            "TuningJobName": ["a", "b"],
            "TrainingJobName": ["x", "x"],
            "TrainingJobStatus": ["InProgress", None],
            "TrainingStartTime": pd.to_datetime(["2024-01-01 00:00", "2024-01-01 01:00"]),
            "TrainingEndTime": pd.to_datetime(
                ["2024-01-01 01:00+01:00", "2024-01-01 03:00+01:00"], utc=True
            ).tz_convert("Europe/Berlin"),
            "BillableTimeInSeconds": [10, 20],
            "InstanceCount": [1, 2],
        }
    )
    data = tidy(df)
    assert data.hyperparameters == ()
    assert [(job.name, job.status) for job in data.jobs] == [
        ("a", "InProgress"),
        ("b", "Completed"),
    ]
    assert list(data.trials["TrainingElapsedTimeSeconds"]) == [0, 3600]
    assert str(data.trials["TrainingStartTime"].dtype) == "datetime64[ns, UTC]"
    assert data.notices == (
        "The times in 'TrainingStartTime' have no timezone: they are read as UTC.",
        "Trials without a TrainingJobStatus are taken as Completed.",
    )


def test_texts_as_times():
    df = pd.DataFrame({"y": [1.0], "CreationTime": ["2024-01-01T02:00:00+02:00"]})
    assert tidy(df).trials["CreationTime"][0] == pd.Timestamp("2024-01-01", tz="UTC")
    assert tidy(df).notices == ()
    wrong = df.assign(CreationTime=["soon"])
    assert message_of(wrong) == (
        "The column 'CreationTime' can't be read as datetime64[ns, UTC] ('soon' is no ISO 8601 "
        "time). Convert it, or give it another name if it means something else."
    )
    assert "pandas.to_datetime" in message_of(df.assign(CreationTime=[1700000000]))


def test_a_fixed_column_of_seconds_may_be_the_objective():
    df = pd.DataFrame({"BillableTimeInSeconds": [30, 10], "depth": [1, 2]})
    data = tidy(df, objective="BillableTimeInSeconds", direction="Minimize")
    assert data.objective == Objective("BillableTimeInSeconds", "Minimize")
    assert list(data.trials["BillableTimeInSeconds"]) == [30.0, 10.0]
    assert [h.name for h in data.hyperparameters] == ["depth"]


def test_the_job_column():
    df = pd.DataFrame({"y": [1.0, 2.0, 3.0], "study": [2.0, 1.0, None], "x": [1, 2, 3]})
    data = tidy(df, job_column="study")
    assert [job.name for job in data.jobs] == ["2", "1", "trials"]
    assert list(data.trials["TuningJobName"]) == ["2", "1", "trials"]
    assert [h.name for h in data.hyperparameters] == ["x"]
    assert "1 trials have no 'study': they are shown as 'trials'." in data.notices


def test_a_hyperparameter_named_as_a_fixed_column():
    df = pd.DataFrame({"y": [1.0], "InstanceType": ["ml.a"]})
    data = tidy(df, hyperparameters=["InstanceType"])
    assert data.hyperparameters[0].column == "InstanceType (hyperparameter)"
    assert data.trials["InstanceType (hyperparameter)"][0] == "ml.a"
    assert data.trials["InstanceType"][0] == "ml.a"


def test_no_rows():
    data = tidy(FRAME.iloc[:0])
    assert len(data.trials) == 0
    assert [job.name for job in data.jobs] == ["trials"]
    assert data.trials["y"].dtype == "float64"


def test_labels_that_are_no_text():
    df = pd.DataFrame([[1.0, 2], [3.0, 4]])
    data = tidy(df, objective=0)
    assert data.objective.metric_name == "0"
    assert data.hyperparameters[0].name == "1"


def test_errors_name_the_value_the_choices_and_the_next_step():
    df = pd.DataFrame({"y": [1.0], "x": [1], "text": ["a"]})
    assert message_of(df, objective="z") == (
        "There is no column 'z' for objective=. The columns are 'y', 'x' and 'text'."
    )
    assert message_of(df, job_column="z").startswith("There is no column 'z' for job_column=.")
    assert message_of(df, objective="text") == (
        "The objective 'text' isn't numeric: it holds 'a', for instance. Choose another column, or "
        "convert it, for example with pandas.to_numeric."
    )
    assert message_of(df, direction="max") == ("direction is 'max'. Pass 'Maximize' or 'Minimize'.")
    assert message_of(df, hyperparameters=["z"]) == (
        "There is no column 'z' for hyperparameters=. Choose from 'x' and 'text'."
    )
    assert message_of(df, hyperparameters=["y"]) == (
        "'y' is the objective: leave it out of hyperparameters=."
    )
    assert message_of(df, hyperparameters=[Hyperparameter("x", "real")]) == (
        "The kind of 'x' is 'real'. Pass 'integer', 'continuous' and 'categorical'."
    )
    lasting = FRAME.assign(when=FRAME["when"] - FRAME["when"].min())
    assert message_of(lasting, hyperparameters=["when"]).startswith(
        "The hyperparameter 'when' holds timedelta64["
    )
    assert message_of(df.set_axis(["y", "x", "x"], axis=1)) == (
        "The DataFrame has several columns called 'x'. Give each column a name of its own."
    )
    assert message_of([1]) == (
        "df is a list, not a pandas.DataFrame. Pass pandas.DataFrame(…) of it, or its to_pandas()."
    )
    assert message_of(df.assign(InstanceType="a"), objective="InstanceType") == (
        "'InstanceType' is a fixed column (for example ml.m5.large; of several groups "
        "2 × ml.c5.xlarge + 1 × ml.g5.xlarge), so it can't be the objective. "
        "Give the column another name."
    )
    twice = pd.DataFrame({"y": [1.0, 2.0], "TrainingJobName": ["a", "a"]})
    assert message_of(twice) == (
        "Two trials of 'trials' are called 'a' in TrainingJobName. Give each trial one row and a "
        "name of its own, or drop the column."
    )
    assert message_of(df.assign(InstanceCount=["many"])).startswith(
        "The column 'InstanceCount' can't be read as Int64 ("
    )


def test_a_diverged_objective_is_unscored():
    df = pd.DataFrame({"x": range(5), "loss": [1.0, np.inf, -np.inf, 3.4e38, np.nan]})
    data = tidy_frame(df, objective="loss", direction="Minimize")
    assert data.trials["loss"].isna().tolist() == [False, True, True, True, True]
    assert data.notices[-1] == (
        "4 of 5 trials have no value of 'loss' (4 completed): kept in the table, unscored."
    )
