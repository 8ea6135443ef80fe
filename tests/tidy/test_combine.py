from dataclasses import replace

import pandas as pd
import pytest

from amtviz.errors import InputError
from amtviz.model import Objective
from amtviz.schema import trial_dtypes
from amtviz.tidy import combine_tuning_data, tidy_frame, tidy_tuning_data
from tests.tidy.raw_answers import describe, raw_data, raw_job, record, series_of, summarize


def of_job(name, value=0.5, *, finals=(), **fields):
    trial = f"{name}-1"
    return raw_job(
        [summarize(trial, value, fields.get("metric", "f1"))],
        [record(trial, finals)],
        [series_of(trial, "loss", [0, 60], [2.0, 1.0])],
        description=describe(name, **fields),
    )


def of_frame(**columns):
    return tidy_frame(pd.DataFrame(columns), objective="f1", direction="Maximize")


def test_one_part_stays_as_it_is():
    data = of_frame(f1=[1.0])
    assert combine_tuning_data([data]) is data
    assert combine_tuning_data([data, data]) is data


def test_none_is_an_error():
    with pytest.raises(InputError) as error:
        combine_tuning_data([])
    assert str(error.value).startswith("There is no tuning job to draw.")


def test_raw_parts_are_as_one_fetch():
    parent = of_job("parent", 0.1)
    a, b = of_job("a", 0.2), of_job("b", 0.3)
    parts = [
        tidy_tuning_data(raw_data(a, ancestors=[parent], notices=["Denied."])),
        tidy_tuning_data(raw_data(b, parent, notices=["Denied."])),
    ]
    combined = combine_tuning_data(parts)
    together = tidy_tuning_data(raw_data(a, b, parent, notices=["Denied."]))
    pd.testing.assert_frame_equal(combined.trials, together.trials)
    pd.testing.assert_frame_equal(combined.metrics, together.metrics)
    assert combined.jobs == together.jobs
    assert combined.notices == together.notices
    assert combined.raw.requested == 3


def test_an_objective_chosen_before_is_kept():
    finals = {"f1": 0.5, "loss": 2.0}
    parts = [
        tidy_tuning_data(raw_data(of_job(name, finals=finals, metric=metric)), objective="f1")
        for name, metric in (("a", "loss"), ("b", "rec"))
    ]
    combined = combine_tuning_data(parts)
    assert combined.objective == Objective("f1", "Maximize")
    assert list(combined.trials["f1"]) == [0.5, 0.5]


@pytest.mark.parametrize("stored", [False, True])
def test_objectives_that_differ(stored):
    finals = {"f1": 0.5, "loss": 2.0}
    parts = [
        tidy_tuning_data(raw_data(of_job("a", finals=finals))),
        tidy_tuning_data(
            raw_data(of_job("b", finals=finals, metric="loss", direction="Minimize", value=2.5))
        ),
    ]
    if stored:
        parts[0] = replace(parts[0], raw=None)
    with pytest.raises(InputError) as error:
        combine_tuning_data(parts)
    assert str(error.value) == (
        "The objectives differ: 'a' maximizes 'f1'; 'b' minimizes 'loss'. Pass objective= a metric "
        "that all have: 'f1' and 'loss'."
    )
    combined = combine_tuning_data(parts, objective="loss")
    assert combined.objective == Objective("loss", "Minimize")
    assert list(combined.trials["loss"]) == [2.0, 2.5]
    assert list(combined.trials["f1"]) == [0.5, 0.5]


def test_frames_and_tuning_jobs_together():
    fetched = tidy_tuning_data(raw_data(of_job("a", finals={"extra": 3.0})))
    frame = of_frame(
        **{
            "f1": [0.1, 0.2],
            "max-depth": [2.5, 30.0],
            "criterion": ["mse", "gini"],
            "extra": [1, 2],
        }
    )
    combined = combine_tuning_data([fetched, frame])
    by_name = {h.name: h for h in combined.hyperparameters}
    assert by_name["max-depth"].kind == "continuous"
    assert (by_name["max-depth"].low, by_name["max-depth"].high) == (1, 20)
    assert by_name["criterion"].values == ("gini", "entropy", "mse")
    assert list(combined.trials["max-depth"]) == [3.0, 2.5, 30.0]
    # a metric of one and a hyperparameter of the other
    assert combined.trials["extra"].tolist() == [pd.NA, 1, 2]
    assert combined.trials["extra (metric)"].tolist()[0] == 3.0
    assert combined.trials["extra (metric)"].isna().tolist() == [False, True, True]
    dtypes = {name: str(dtype) for name, dtype in combined.trials.dtypes.items()}
    expected = trial_dtypes("f1", combined.hyperparameters, ["extra (metric)"])
    assert dtypes == expected
    assert list(dtypes) == list(expected)
    assert len(combined.metrics) == 2
    assert combined.fetched_at == fetched.fetched_at
    assert combined.raw is None


def test_two_frames_lose_no_trial():
    parts = [of_frame(f1=[0.1, 0.2], x=[1, 2]), of_frame(f1=[0.3], x=["a"])]
    combined = combine_tuning_data(parts)
    assert [job.name for job in combined.jobs] == ["trials", "trials (2)"]
    assert list(combined.trials["TuningJobName"]) == ["trials", "trials", "trials (2)"]
    assert list(combined.trials["x"]) == ["1", "2", "a"]
    assert combined.hyperparameters[0].values == ("a", "1", "2")
    assert "Several tuning jobs are called 'trials': one is shown as 'trials (2)'." in (
        combined.notices
    )
    assert "'x' is integer in 'trials' and categorical in 'trials (2)': it is taken as " in (
        " ".join(combined.notices)
    )


def test_a_job_that_two_parts_share_is_kept_once():
    parent = of_job("parent", 0.1)
    parts = [
        replace(tidy_tuning_data(raw_data(of_job("a"), ancestors=[parent])), raw=None),
        tidy_tuning_data(raw_data(parent)),
        of_frame(f1=[0.9]),
    ]
    combined = combine_tuning_data(parts)
    assert [(job.name, job.is_ancestor) for job in combined.jobs] == [
        ("a", False),
        ("parent", False),
        ("trials", False),
    ]
    assert list(combined.trials["TrainingJobName"]) == ["a-1", "parent-1", "trial-0001"]
    assert len(combined.metrics) == 4


def test_columns_of_the_callers_own_stay():
    df = pd.DataFrame({"f1": [0.1], "x": [1], "note": ["hi"]})
    frame = tidy_frame(df, objective="f1", direction="Maximize", hyperparameters=["x"])
    combined = combine_tuning_data([frame, of_frame(f1=[0.2], x=[2])])
    assert combined.trials["note"].tolist()[0] == "hi"
    assert combined.trials["note"].isna().tolist() == [False, True]
    assert str(combined.trials["x"].dtype) == "Int64"
