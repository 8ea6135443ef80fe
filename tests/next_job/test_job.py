"""The next tuning job's request: AWS takes it, nothing is lost, and nothing is invented."""

from __future__ import annotations

import copy
from typing import Any

import boto3
import pandas as pd
import pytest

from amtviz import TuningData, fetch_tuning_data
from amtviz.errors import InputError
from amtviz.model import RawTuningData
from amtviz.next_job.names import propose_name
from amtviz.next_job.ranges import set_ranges
from amtviz.tidy import tidy_tuning_data
from tests.aws.generate import generate_tuning_job
from tests.aws.requests import XGBOOST, make_request, split_algorithms
from tests.aws.world import World

CONFIG, DEFINITION = "HyperParameterTuningJobConfig", "TrainingJobDefinition"
JOB = "HyperParameterTuningJobName"
Request = dict[str, Any]


@pytest.fixture
def data() -> TuningData:
    """A tuning job called job-1 with too few trials for other ranges."""
    job = generate_tuning_job("job-1", 3)
    return TuningData.of(tidy_tuning_data(RawTuningData((job,), 1, ())))


def full_request(name: str = "mine", trials: int = 7) -> Request:
    """Return a request with everything that is to be carried over."""
    request = make_request(name, trials)
    request[CONFIG] |= {
        "TrainingJobEarlyStoppingType": "Auto",
        "RandomSeed": 7,
        "TuningJobCompletionCriteria": {
            "TargetObjectiveMetricValue": 0.0001,
            "BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 9},
        },
    }
    request[DEFINITION] |= {
        "StaticHyperParameters": {"epochs": "3", "sagemaker_program": '"train.py"'},
        "Environment": {"LEVEL": "debug"},
        "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
        "CheckpointConfig": {"S3Uri": "s3://bucket/checkpoints"},
        "RetryStrategy": {"MaximumRetryAttempts": 2},
        "EnableManagedSpotTraining": True,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 90},
    }
    return request


def run(request: Request) -> TuningData:
    request = copy.deepcopy(request)
    for each in request.get("TrainingJobDefinitions", [request.get(DEFINITION)]):
        each["OutputDataConfig"]["KmsKeyId"] = ""  # what AWS answers where none was asked for
    boto3.client("sagemaker").create_hyper_parameter_tuning_job(**request)
    return fetch_tuning_data(request[JOB], metrics=False, cache=False)


def without_ranges(request: Request) -> Request:
    """Return what must be the same in a parent and its child."""
    rest = copy.deepcopy(request)
    for name in (JOB, "WarmStartConfig"):
        rest.pop(name, None)
    for part in (rest[CONFIG], *rest.get("TrainingJobDefinitions", ())):
        part.pop("ParameterRanges", None)
        part.pop("HyperParameterRanges", None)
    return rest


def xgboost(request: Request) -> Request:
    algorithm = request[DEFINITION]["AlgorithmSpecification"]
    algorithm["TrainingImage"] = XGBOOST
    del algorithm["MetricDefinitions"]  # its own, which the answer has
    request[DEFINITION]["StaticHyperParameters"] = {"num_round": "9"}
    request[CONFIG]["HyperParameterTuningJobObjective"]["MetricName"] = "validation:rmse"
    return request


@pytest.mark.parametrize("change", [copy.deepcopy, xgboost, split_algorithms])
def test_what_is_created_comes_back_as_it_was_asked_for(aws: World, change: Any) -> None:
    asked = change(full_request())
    child = run(asked).next_tuning_job()
    assert child.name == "mine-2"
    assert without_ranges(child) == without_ranges(asked)  # nothing lost, nothing invented
    grandchild = run(dict(child)).next_tuning_job("careful")  # and what was made of it, too
    assert without_ranges(grandchild) == without_ranges(asked)
    assert grandchild.name == "mine-3"
    differs = set(child.differences["Path"].str.split(".").str[0])
    assert differs <= {JOB, CONFIG, "WarmStartConfig", *_definitions(asked)}
    if "TrainingJobDefinitions" in asked:
        assert "WarmStartConfig" not in child
        assert child.notes[0] == "No warm start: AWS has it for a single algorithm only."
    else:
        assert grandchild["WarmStartConfig"] == {
            "WarmStartType": "IdenticalDataAndAlgorithm",
            "ParentHyperParameterTuningJobs": [
                {JOB: name} for name in _best_first("mine", "mine-2")
            ],
        }


def _definitions(request: Request) -> list[str]:
    listed = request.get("TrainingJobDefinitions", ())
    return [f"TrainingJobDefinitions[{each['DefinitionName']}]" for each in listed]


def _best_first(*names: str) -> list[str]:
    client, final = boto3.client("sagemaker"), "FinalHyperParameterTuningJobObjectiveMetric"

    def least(name: str) -> float:
        best = client.list_training_jobs_for_hyper_parameter_tuning_job(
            **{JOB: name}, SortBy="FinalObjectiveMetricValue", SortOrder="Ascending", MaxResults=1
        )
        return float(best["TrainingJobSummaries"][0][final]["Value"])

    return sorted(names, key=least)


def test_the_ranges_are_those_suggested_as_texts(aws: World) -> None:
    data = run(full_request(trials=24))
    child, table = data.next_tuning_job(), data.suggest_ranges()
    ranges = child[CONFIG]["ParameterRanges"]
    items = {item["Name"]: item for kind in ranges.values() for item in kind}
    changed = 0
    for row in table.itertuples():
        item = items.pop(row.Hyperparameter)
        if row.Kind == "categorical":
            assert set(item["Values"]) == set(row.Values)
        else:
            assert [type(item[end]) for end in ("MinValue", "MaxValue")] == [str, str]
            assert float(item["MinValue"]) == pytest.approx(row.Low)
            assert float(item["MaxValue"]) == pytest.approx(row.High)
            changed += row.Change != "keep"
    assert items == {}
    assert changed > 0
    assert data.next_tuning_job(max_jobs=5)[CONFIG]["ResourceLimits"] == {
        "MaxNumberOfTrainingJobs": 5,
        "MaxParallelTrainingJobs": 2,
    }


def advice(*rows: tuple[str, str, float, float, tuple[str, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["Hyperparameter", "Kind", "Low", "High", "Values"])
    return table.assign(Scaling="Linear", Change="keep")


def test_what_is_no_range_any_more_becomes_static_and_quotes_stay() -> None:
    ranges = {
        "IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "9"}],
        "ContinuousParameterRanges": [
            {"Name": "lr", "MinValue": "1e-5", "MaxValue": "0.1", "ScalingType": "Auto"}
        ],
        "CategoricalParameterRanges": [{"Name": "kind", "Values": ['"a"', '"b"', '"c"']}],
    }
    definition: Request = {"StaticHyperParameters": {"fixed": "1"}}
    table = advice(
        ("depth", "integer", 4, 4, ()),
        ("lr", "continuous", 1e-5, 0.01, ()),
        ("kind", "categorical", float("nan"), float("nan"), ("c", "a")),
        ("fixed", "integer", 1, 3, ()),
    )
    wider = advice(("depth", "integer", 1, 12, ()), ("lr", "continuous", 1e-5, 0.1, ()))
    assert set_ranges({}, copy.deepcopy(ranges), wider) == [
        "'depth' is widened: ranges are compared with all that was searched, not with the tuning "
        "job before alone."
    ]
    assert set_ranges({}, copy.deepcopy(ranges), wider.assign(Change="extend")) == []
    notes = set_ranges(definition, ranges, table)
    assert definition["StaticHyperParameters"] == {"fixed": "1", "depth": "4"}
    assert ranges == {
        "ContinuousParameterRanges": [
            {"Name": "lr", "MinValue": "1e-5", "MaxValue": "0.01", "ScalingType": "Linear"}
        ],
        "CategoricalParameterRanges": [{"Name": "kind", "Values": ['"c"', '"a"']}],
    }
    assert notes == [
        "'fixed': fixed in the tuning job that this follows, searched in another one, and stays "
        "fixed."
    ]


def test_parents_that_aws_would_refuse_are_left_out_and_it_is_said(aws: World) -> None:
    run(make_request("mine"))
    other = make_request("other-data")
    other[DEFINITION]["Environment"] = {"DATA": "new"}
    run(other)
    fewer = make_request("fewer")
    del fewer[CONFIG]["ParameterRanges"]["CategoricalParameterRanges"]
    run(fewer)
    aws.instant = False
    run(make_request("runs"))
    names = ["mine", "other-data", "fewer", "runs"]
    data = fetch_tuning_data(names, metrics=False, cache=False)
    child = data.next_tuning_job(changes={f"{CONFIG}.RandomSeed": "3"})
    if child.parent == "fewer":  # whichever found the best, it takes those that are like it
        assert child["WarmStartConfig"]["ParentHyperParameterTuningJobs"] == [{JOB: "fewer"}]
    else:
        parents = child["WarmStartConfig"]["ParentHyperParameterTuningJobs"]
        assert {parent[JOB] for parent in parents} == {"mine", "other-data"}
        assert child["WarmStartConfig"]["WarmStartType"] == "TransferLearning"
        assert any("for image, script, input data or environment differ" in n for n in child.notes)
        assert 'warm_start_type="TransferLearning"' in data.suggest_ranges_code()
        assert (
            "'fewer' is no parent of the warm start: it has 4 static and tunable hyperparameters, "
            "and this has 5; AWS wants as many." in child.notes
        )
    assert any("'runs' is no parent of the warm start: it hasn't ended" in n for n in child.notes)
    boto3.client("sagemaker").create_hyper_parameter_tuning_job(**child)


def test_a_warm_start_is_of_the_kind_that_its_changes_leave(aws: World) -> None:
    data = run(make_request("mine"))
    same = data.next_tuning_job()
    assert same["WarmStartConfig"]["WarmStartType"] == "IdenticalDataAndAlgorithm"
    assert 'warm_start_type="IdenticalDataAndAlgorithm"' in data.suggest_ranges_code()
    other = data.next_tuning_job(changes={f"{DEFINITION}.Environment": {"DATA": "new"}})
    assert other["WarmStartConfig"]["WarmStartType"] == "TransferLearning"
    told = set(other.notes) - set(same.notes)
    assert told == {
        "The warm start is TransferLearning, for image, script, input data or environment differ: "
        "where you know that they are the same, make it IdenticalDataAndAlgorithm."
    }


def test_a_grid_keeps_its_size_and_has_no_warm_start(aws: World) -> None:
    request = make_request("grid")
    request[CONFIG] |= {
        "Strategy": "Grid",
        "ParameterRanges": {"CategoricalParameterRanges": [{"Name": "k", "Values": ["1", "2"]}]},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
    }
    data = run(request)
    assert data.next_tuning_job().notes == (
        "No warm start: AWS documents it for Bayesian and Random, not Grid.",
        "Nothing but the name differs from 'grid'. It tries the same combinations again.",
    )
    with pytest.raises(InputError, match="a grid tries each of its 2 combinations once"):
        data.next_tuning_job(max_jobs=7)


PATH = f"{CONFIG}.ParameterRanges.IntegerParameterRanges"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Strategy": 1}, "CreateHyperParameterTuningJob has no 'Strategy'. Choose from 'Hyper"),
        (
            {f"{PATH}[9].MinValue": 1},
            "a list without '9'. Choose from 'max-depth' and 'n-estimators'",
        ),
        ({f"{CONFIG}.Strategy.x": 1}, f"{CONFIG}.Strategy is a string, with nothing in it."),
        ({f"{CONFIG}.RandomSeed": "x"}, "RandomSeed can't be 'x': it has the type integer."),
        ({f"{CONFIG}.Strategy": "Best"}, "Strategy must be one of 'Bayesian', 'Random', 'Hyperba"),
        ({f"{DEFINITION}.RoleArn": "arn:aws:iam::1:user/me"}, "RoleArn must match arn:aws"),
        ({f"{DEFINITION}.RoleArn": None}, f'Missing required parameter in {DEFINITION}: "RoleArn"'),
        ({f"{CONFIG}.ResourceLimits.MaxRuntimeInSeconds": 60}, "120"),
        ({f"{CONFIG}.RandomSeed": True}, "RandomSeed must be a number, and is True"),
        (
            {f"{CONFIG}.TuningJobCompletionCriteria.TargetObjectiveMetricValue": "NaN"},
            "TargetObjectiveMetricValue must be a finite number, and is nan",
        ),
        (["Strategy"], "changes is ['Strategy']. Pass a dict of paths, as texts, with values."),
        ({CONFIG: None}, f'Missing required parameter in input: "{CONFIG}"'),
        ({DEFINITION: None}, f"it has neither {DEFINITION} nor {DEFINITION}s. Set one of them."),
        ({DEFINITION: "3"}, f"Invalid type for parameter {DEFINITION}, value: 3"),
        ({f"{CONFIG}.ParameterRanges": {"IntegerParameterRanges": 3}}, "value: 3, type: <class"),
        ({f"{DEFINITION}.StaticHyperParameters.": 1}, "names nothing in"),
        ({JOB: "JOB-1"}, "There is a tuning job 'JOB-1' already. 'JOB-2' is free."),
        ({"": 1}, "'' is no path into CreateHyperParameterTuningJob. Write members with dots"),
    ],
)
def test_what_cannot_be_changed_so_is_named(data: TuningData, changes: Request, words: str) -> None:
    with pytest.raises(InputError) as caught:
        data.next_tuning_job(changes=changes)
    assert words in str(caught.value)


def test_changes_reach_everything_that_aws_takes(data: TuningData) -> None:
    static = f"{DEFINITION}.StaticHyperParameters"
    child = data.next_tuning_job(
        name="mine",
        changes={
            f"{PATH}[n-estimators].MaxValue": 30,
            f"{PATH}.0.MinValue": "3",
            f"{static}.a.b": 1,
            f"{DEFINITION}.RetryStrategy.MaximumRetryAttempts": 3,
            "Tags[0].Key": "team",
            "Tags[0].Value": "vision",
            f"{CONFIG}.TuningJobCompletionCriteria.TargetObjectiveMetricValue": "0.99",
            "WarmStartConfig.WarmStartType": "TransferLearning",
            "WarmStartConfig.ParentHyperParameterTuningJobs": [{JOB: "one"}],
        },
    )
    first, second = child[CONFIG]["ParameterRanges"]["IntegerParameterRanges"][:2]
    assert (first["MinValue"], second["MaxValue"]) == ("3", "30")
    assert child[DEFINITION]["StaticHyperParameters"] == {"a.b": "1"}
    assert child["Tags"] == [{"Key": "team", "Value": "vision"}]
    assert child[CONFIG]["TuningJobCompletionCriteria"] == {"TargetObjectiveMetricValue": 0.99}
    assert child["WarmStartConfig"]["ParentHyperParameterTuningJobs"] == [{JOB: "one"}]
    shown = child.differences.set_index("Path").loc[f"{static}.a.b"]
    assert list(shown) == ["–", "1"]
    gone = data.next_tuning_job(
        changes={f"{CONFIG}.ParameterRanges.CategoricalParameterRanges": None}
    )
    assert "CategoricalParameterRanges" not in gone[CONFIG]["ParameterRanges"]


def test_names_are_possible_and_free(data: TuningData) -> None:
    assert propose_name("digits", ["digits"]) == "digits-2"
    assert propose_name("digits-2", ["digits-2", "Digits-3"]) == "digits-4"
    assert propose_name("x" * 32, ["x" * 32]) == "x" * 30 + "-2"
    for name, words in {
        "my job!": "'my job!' can't be a tuning job's name: that has 1 to 32 letters, digits and "
        "hyphens, and no hyphen first or last. 'my-job' would do.",
        "": "'' can't be a tuning job's name: that has 1 to 32 letters, digits and hyphens, and no "
        "hyphen first or last.",
        "JOB-1": "There is a tuning job 'JOB-1' already. 'JOB-2' is free.",
    }.items():
        with pytest.raises(InputError) as caught:
            data.next_tuning_job(name=name)
        assert str(caught.value) == words


def test_without_a_description_there_is_nothing_to_follow() -> None:
    frame = pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]})
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    with pytest.raises(InputError) as caught:
        data.next_tuning_job()
    assert str(caught.value) == (
        "There is no description of a tuning job here to make the next one from: these trials come "
        "from a DataFrame or another tuner, or their names were replaced. Fetch the tuning job "
        "itself, amtviz.fetch_tuning_data('my-tuning-job'), or take the ranges of suggest_ranges() "
        "and suggest_ranges_code()."
    )
