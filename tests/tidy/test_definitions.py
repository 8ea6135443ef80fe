"""The unit is the training-job definition: several algorithms in one tuning job."""

import pandas as pd
import pytest

from amtviz.errors import InputError
from amtviz.model import Hyperparameter, Objective
from amtviz.tidy import combine_tuning_data, from_document, tidy_tuning_data, to_document
from tests.tidy.raw_answers import RANGES, describe, raw_data, raw_job, record, summarize

AUC, ACCURACY = "validation:auc", "test:binary_classification_accuracy"
EITHER = f"{AUC} or {ACCURACY}"
DEPTH = {"IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "9"}]}
NAMES = {"CategoricalParameterRanges": [{"Name": "depth", "Values": ["low", "high"]}]}
ETA = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1"}]}


def define(name, ranges, metric, direction="Maximize", **fields):
    return {
        "DefinitionName": name,
        "TuningObjective": {"Type": direction, "MetricName": metric},
        "HyperParameterRanges": ranges,
        "AlgorithmSpecification": {"MetricDefinitions": [{"Name": metric, "Regex": "x"}]},
    } | fields


def job_of(*definitions, summaries=(), records=(), name="job-a"):
    description = describe(name, metric=None, ranges=None)
    return raw_job(
        summaries, records, description=description | {"TrainingJobDefinitions": list(definitions)}
    )


def documented(*, records=True, second=ACCURACY, direction="Maximize", name="job-a"):
    """Give AWS's documented example: XGBoost by its AUC, the linear learner by its accuracy."""
    finals = [("t1", 0.9, AUC, "xgb", DEPTH), ("t2", 0.8, second, "linear", ETA)]
    tuned = {"xgb": {"depth": "3"}, "linear": {"eta": "0.5"}}
    return job_of(
        define("xgb", DEPTH, AUC),
        define("linear", ETA, second, direction),
        summaries=[
            summarize(t, value, metric, tuned=tuned[of], TrainingJobDefinitionName=of)
            for t, value, metric, of, _ in finals
        ],
        records=[record(t, {metric: value}) for t, value, metric, _, _ in finals if records],
        name=name,
    )


@pytest.mark.parametrize("records", [True, False])
def test_algorithms_of_one_direction_are_scored_each_by_its_own_metric(records):
    data = tidy_tuning_data(raw_data(documented(records=records)))
    assert data.objective == Objective(EITHER, "Maximize", (AUC, ACCURACY))
    assert data.jobs[0].objective == data.objective
    assert list(data.trials[EITHER]) == [0.9, 0.8]
    assert list(data.trials["TrainingJobDefinitionName"]) == ["xgb", "linear"]
    # the metrics' own names stay, whether Search answered or not
    assert data.trials[AUC].tolist()[0] == 0.9
    assert data.trials[AUC].isna().tolist() == [False, True]
    assert data.trials[ACCURACY].tolist()[1] == 0.8
    assert (
        f"The algorithms maximize different metrics, '{AUC}' and '{ACCURACY}': each trial is "
        "scored by its own, as AWS compares them."
    ) in data.notices
    assert from_document(to_document(data)).objective == data.objective


def test_more_names_than_fit_an_axis():
    metrics = ["a", "b", "c", "d"]
    job = job_of(
        *(define(f"of-{m}", ETA, m) for m in metrics),
        summaries=[
            summarize(f"t{m}", n, m, tuned={"eta": "0.5"}, TrainingJobDefinitionName=f"of-{m}")
            for n, m in enumerate(metrics)
        ],
    )
    data = tidy_tuning_data(raw_data(job))
    assert data.objective == Objective("objective", "Maximize", tuple(metrics))
    assert list(data.trials["objective"]) == [0, 1, 2, 3]


def test_two_directions_are_an_error_whose_advice_works():
    raw = raw_data(documented(second="loss", direction="Minimize"))
    with pytest.raises(InputError) as error:
        tidy_tuning_data(raw)
    assert str(error.value) == (
        f"The objectives differ: 'xgb' of 'job-a' maximizes '{AUC}'; 'linear' of 'job-a' minimizes "
        f"'loss'. They have no metric in common: pass objective= one of '{AUC}' and 'loss', and "
        "the trials without it stay unscored."
    )
    data = tidy_tuning_data(raw, objective="loss")
    assert data.objective == Objective("loss", "Minimize")
    assert data.trials["loss"].isna().tolist() == [True, False]
    assert data.trials["loss"][1] == 0.8


def test_one_job_that_compares_metrics_lets_another_join():
    single = raw_job(
        [summarize("s1", 0.7, AUC, tuned={"depth": "2"})],
        description=describe("single", AUC, ranges=DEPTH),
    )
    data = tidy_tuning_data(raw_data(documented(), single))
    assert list(data.trials[EITHER]) == [0.9, 0.8, 0.7]
    parts = [tidy_tuning_data(raw_data(job)) for job in (documented(), documented(name="job-b"))]
    assert combine_tuning_data(parts).trials[EITHER].tolist() == [0.9, 0.8, 0.9, 0.8]
    other = raw_job([summarize("o1", 0.1, "f1")], description=describe("other", "f1"))
    with pytest.raises(InputError, match="The objectives differ"):
        tidy_tuning_data(raw_data(documented(), other))


def test_one_name_of_two_kinds_is_two_hyperparameters():
    job = job_of(
        define("forest", DEPTH, "f1"),
        define("boost", NAMES, "f1"),
        summaries=[
            summarize("t1", tuned={"depth": "3"}, TrainingJobDefinitionName="forest"),
            summarize("t2", tuned={"depth": "low"}, TrainingJobDefinitionName="boost"),
        ],
    )
    data = tidy_tuning_data(raw_data(job))
    forest = Hyperparameter("depth (forest)", "integer", 1, 9)
    boost = Hyperparameter("depth (boost)", "categorical", values=("low", "high"))
    assert data.hyperparameters == data.jobs[0].hyperparameters == (forest, boost)
    assert data.trials["depth (forest)"].tolist() == [3, pd.NA]
    assert data.trials["depth (boost)"].tolist() == [pd.NA, "low"]
    own = data.jobs[0].definitions[0].hyperparameters[0]
    assert (own.name, own.column) == ("depth", "depth (forest)")
    assert (
        "'depth' is integer in 'forest', categorical in 'boost': each is a hyperparameter of its "
        "own, 'depth (forest)' and 'depth (boost)'."
    ) in data.notices
    assert not any("taken as" in n or "No range" in n for n in data.notices)


def test_a_range_of_another_definition_is_none_of_ones_own():
    job = job_of(
        define("forest", DEPTH, "f1"),
        define("boost", ETA, "f1"),
        summaries=[
            summarize("t1", tuned={"depth": "3"}, TrainingJobDefinitionName="forest"),
            summarize("t2", tuned={"eta": "1", "new": "7"}, TrainingJobDefinitionName="boost"),
        ],
    )
    data = tidy_tuning_data(raw_data(job))
    by_name = {d.name: [h.name for h in d.hyperparameters] for d in data.jobs[0].definitions}
    assert by_name == {"forest": ["depth"], "boost": ["eta", "new"]}
    assert [h.name for h in data.hyperparameters] == ["depth", "eta", "new"]


def test_a_definition_that_only_the_trials_name_loses_nothing():
    definition = {
        "StaticHyperParameters": {"seed": "1"},
        "ResourceConfig": {"InstanceType": "ml.a", "InstanceCount": 3},
    }
    job = raw_job(
        [summarize("t1", TrainingJobDefinitionName="algo")],
        description=describe(definition=definition),
    )
    data = tidy_tuning_data(raw_data(job))
    row = data.trials.iloc[0]
    assert (row["TrainingJobDefinitionName"], row["InstanceType"], row["max-depth"]) == (
        "algo",
        "ml.a",
        3,
    )
    assert [d.name for d in data.jobs[0].definitions] == ["algo"]
    assert data.jobs[0].definitions[0].static_hyperparameters == {"seed": "1"}


def test_a_value_that_is_static_in_one_job_and_tuned_in_another():
    statics = {"eta": '"0.25"', "criterion": "log_loss", "seed": "1"}
    parent = raw_job(
        [summarize("p1", tuned={"max-depth": "4"})],
        description=describe(
            "parent",
            ranges={"IntegerParameterRanges": [RANGES["IntegerParameterRanges"][0]]},
            definition={"StaticHyperParameters": statics},
        ),
    )
    child = raw_job([summarize("c1"), summarize("c2", tuned={})], description=describe("child"))
    data = tidy_tuning_data(raw_data(child, ancestors=[parent]))
    rows = data.trials.set_index("TrainingJobName")
    assert rows.loc["p1", ["max-depth", "eta", "criterion"]].tolist() == [4, 0.25, "log_loss"]
    assert rows.loc["c2", ["max-depth", "eta", "criterion"]].isna().all()
    assert data.hyperparameters[2].values == ("gini", "entropy", "log_loss")
    # the range is what was searched, and nobody searched a static value
    assert (data.hyperparameters[1].low, data.hyperparameters[1].high) == (0.001, 1)
    assert [n for n in data.notices if "billed" not in n] == []


def test_a_value_that_is_static_in_one_definition_and_tuned_in_another():
    job = job_of(
        define("forest", DEPTH, "f1"),
        define("boost", ETA, "f1", StaticHyperParameters={"depth": "6"}),
        summaries=[
            summarize("t1", tuned={"depth": "3"}, TrainingJobDefinitionName="forest"),
            summarize("t2", tuned={"eta": "1"}, TrainingJobDefinitionName="boost"),
        ],
    )
    data = tidy_tuning_data(raw_data(job))
    assert data.trials["depth"].tolist() == [3, 6]
    assert data.trials["eta"].isna().tolist() == [True, False]
