import pandas as pd
import pytest

from amtviz.errors import InputError
from amtviz.model import Objective
from amtviz.tidy import tidy_tuning_data
from tests.tidy.raw_answers import describe, raw_data, raw_job, record, summarize

FINALS = {"f1": 0.5, "loss": 2.0, "val:acc": 0.75, "ObjectiveMetric": 9.0}


def job(name, metric, direction="Maximize", finals=FINALS, value=0.5, **fields):
    trial = f"{name}-1"
    return raw_job(
        [summarize(trial, value, metric)],
        [record(trial, finals)],
        description=describe(name, metric, direction, **fields),
    )


def message_of(raw, objective=None):
    with pytest.raises(InputError) as error:
        tidy_tuning_data(raw, objective=objective)
    return str(error.value)


def test_objectives_that_differ_are_named_with_the_choices():
    raw = raw_data(job("a", "f1"), job("b", "loss", "Minimize"))
    assert message_of(raw) == (
        "The objectives differ: 'a' maximizes 'f1'; 'b' minimizes 'loss'. Pass objective= a metric "
        "that all have: 'f1', 'loss' and 'val:acc'."
    )


def test_directions_that_differ():
    raw = raw_data(job("a", "f1"), job("b", "f1", "Minimize"))
    assert message_of(raw).startswith(
        "The objectives differ: 'a' maximizes 'f1'; 'b' minimizes 'f1'."
    )
    data = tidy_tuning_data(raw, objective="f1")
    assert data.objective == Objective("f1", "Maximize")
    assert data.notices == (
        "The tuning jobs differ in the direction of 'f1': it is taken as Maximize, as in 'a'.",
    )


def test_nothing_in_common():
    raw = raw_data(job("a", "f1", finals={}), job("b", "loss", "Minimize", finals={}))
    assert message_of(raw) == (
        "The objectives differ: 'a' maximizes 'f1'; 'b' minimizes 'loss'. They have no metric in "
        "common, so draw the tuning jobs one by one."
    )


def test_another_metric_that_all_have():
    raw = raw_data(job("a", "f1", value=0.9), job("b", "loss", "Minimize", value=1.25))
    data = tidy_tuning_data(raw, objective="loss")
    assert data.objective == Objective("loss", "Minimize")
    # one from the records, one from its own answer, which comes first
    assert list(data.trials["loss"]) == [2.0, 1.25]
    assert list(data.trials["f1"]) == [0.5, 0.5]
    # Search's other name for the objective: the same values once more
    assert "ObjectiveMetric" not in data.trials


def test_a_metric_that_only_some_have_leaves_the_others_unscored():
    raw = raw_data(job("a", "f1", finals={"rec": 0.5}), job("b", "f1", finals={}))
    data = tidy_tuning_data(raw, objective="rec")
    assert data.trials["rec"].tolist()[0] == 0.5
    assert pd.isna(data.trials["rec"][1])
    assert any("1 of 2 trials has no value of 'rec'" in notice for notice in data.notices)


@pytest.mark.parametrize(
    ("metric", "declared", "expected", "reason"),
    [
        ("validation:rmse", "Maximize", "Minimize", "by its name"),
        ("eval_loss", "Maximize", "Minimize", "by its name"),
        ("test:error", "Maximize", "Minimize", "by its name"),
        ("val:accuracy", "Minimize", "Maximize", "by its name"),
        ("recall", "Minimize", "Maximize", "by its name"),
        ("zzz", "Minimize", "Minimize", "as the declared objectives"),
    ],
)
def test_the_direction_of_a_metric_that_none_optimizes(metric, declared, expected, reason):
    data = tidy_tuning_data(
        raw_data(job("a", "f9", declared, finals={metric: 1.0})), objective=metric
    )
    assert data.objective.direction == expected
    assert data.notices == (
        f"No tuning job optimizes '{metric}', so its direction is a guess: {expected}, {reason}.",
    )


def test_an_unknown_metric():
    assert message_of(raw_data(job("a", "f1")), "f2") == (
        "No tuning job has a metric 'f2'. Pass objective= one of 'f1', 'loss' and 'val:acc', or "
        "leave it out to use the declared one."
    )


def test_a_declared_metric_without_values_yet():
    definition = {"AlgorithmSpecification": {"MetricDefinitions": [{"Name": "rec", "Regex": "x"}]}}
    raw = raw_data(raw_job(description=describe(definition=definition)))
    assert tidy_tuning_data(raw, objective="rec").objective.metric_name == "rec"


def test_ancestors_with_another_objective_are_no_error():
    parent = job("old", "loss", "Minimize", value=3.0)
    stranger = job("older", "rmse", "Minimize", finals={})
    data = tidy_tuning_data(raw_data(job("new", "f1"), ancestors=[parent, stranger]))
    assert data.objective == Objective("f1", "Maximize")
    assert data.trials["f1"].tolist()[:2] == [0.5, 0.5]
    assert pd.isna(data.trials["f1"][2])
    assert data.notices[0] == (
        "The ancestor 'old' minimizes 'loss', another objective: its trials are scored by 'f1' "
        "where they have it."
    )


def test_without_a_declared_objective():
    undeclared = describe("a", metric=None)
    trial = summarize("t1", 0.5)
    trial["FinalHyperParameterTuningJobObjectiveMetric"]["Type"] = "Maximize"
    data = tidy_tuning_data(raw_data(raw_job([trial], description=undeclared)))
    assert data.objective == Objective("f1", "Maximize")
    raw = raw_data(
        raw_job([summarize("t1", None)], [record("t1", {"rec": 1})], description=undeclared)
    )
    assert message_of(raw) == (
        "No objective is declared by 'a'. Pass objective= a metric that all have: 'rec'."
    )
    assert message_of(raw_data(raw_job(description=undeclared))) == (
        "No objective is declared by 'a'. It has no other metric either, so there is nothing to "
        "draw its trials by."
    )


def test_a_metric_with_the_name_of_a_fixed_column():
    raw = raw_data(job("a", "FailureReason", finals={"f1": 1.0}))
    assert message_of(raw) == (
        "The objective metric 'FailureReason' has the name of a column of the trials table, so it "
        "can't be drawn. Pass objective= a metric that all have: 'f1'."
    )
