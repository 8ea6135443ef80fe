"""Creating tuning jobs: what AWS documents as wrong is refused, and the rest has trials."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.aws.requests import IMAGE, XGBOOST, make_request, split_algorithms
from tests.aws.world import World

JOB = "HyperParameterTuningJobName"
Request = dict[str, Any]


@pytest.fixture
def sagemaker(aws: World) -> Any:
    return boto3.client("sagemaker")


@pytest.fixture
def request_() -> Request:
    return make_request()


def config(request: Request) -> Request:
    return request["HyperParameterTuningJobConfig"]


def definition(request: Request) -> Request:
    return request["TrainingJobDefinition"]


def ranges(request: Request) -> Request:
    return config(request)["ParameterRanges"]


def create(sagemaker: Any, request: Request) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**request)


def describe(sagemaker: Any, name: str = "mine") -> Request:
    return sagemaker.describe_hyper_parameter_tuning_job(**{JOB: name})


def trials(sagemaker: Any, name: str = "mine") -> list[Request]:
    answer = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        **{JOB: name}, MaxResults=100
    )
    return answer["TrainingJobSummaries"]


def records(sagemaker: Any) -> list[Request]:
    found = sagemaker.search(Resource="TrainingJob", MaxResults=100)["Results"]
    return [result["TrainingJob"] for result in found]


def test_what_is_created_has_run_at_once(sagemaker: Any, request_: Request) -> None:
    arn = sagemaker.create_hyper_parameter_tuning_job(**request_)["HyperParameterTuningJobArn"]
    assert arn == "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/mine"
    described = describe(sagemaker)
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert described["HyperParameterTuningJobConfig"] == config(request_)
    assert described["TrainingJobDefinition"]["AlgorithmSpecification"]["TrainingImage"] == IMAGE
    static = described["TrainingJobDefinition"]["StaticHyperParameters"]
    assert static == {"_tuning_objective_metric": "loss"}  # AWS's own
    found = trials(sagemaker)
    assert len(found) == 7
    for trial in found:
        tuned = trial["TunedHyperParameters"]
        assert set(tuned) == {"max-depth", "n-estimators", "lr", "momentum", "criterion"}
        assert 1 <= int(tuned["max-depth"]) <= 20
        assert 1e-5 <= float(tuned["lr"]) <= 0.1
        assert tuned["criterion"] in ("gini", "entropy", "2", "10")
        objective = trial["FinalHyperParameterTuningJobObjectiveMetric"]
        assert (objective["Type"], objective["MetricName"]) == ("Minimize", "loss")
    for record in records(sagemaker):
        assert record["ResourceConfig"]["InstanceType"] == "ml.c5.xlarge"
        assert [m["MetricName"] for m in record["FinalMetricDataList"]] == ["loss", "f1"]
        assert record["BillableTimeInSeconds"] == record["TrainingTimeInSeconds"]


def change(path: str, value: Any) -> Callable[[Request], None]:
    def apply(request: Request) -> None:
        *parents, last = path.split(".")
        for key in parents:
            request = request[key]
        request[last] = value

    return apply


def many_ranges(count: int) -> Request:
    numbers = [{"Name": f"p{i}", "MinValue": "0", "MaxValue": "1"} for i in range(count)]
    return {"ContinuousParameterRanges": numbers[:20], "IntegerParameterRanges": numbers[20:]}


def one_range(kind: str, low: str, high: str, scaling: str) -> Request:
    item = {"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scaling}
    return {f"{kind}ParameterRanges": [item]}


CONFIG = "HyperParameterTuningJobConfig"
RANGES_PATH = f"{CONFIG}.ParameterRanges"
DEFINITION = "TrainingJobDefinition"
PARENTS = [{JOB: "gone"}]
WARM = {"WarmStartType": "TransferLearning", "ParentHyperParameterTuningJobs": PARENTS}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (JOB, "x" * 33, "Member must have length less than or equal to 32"),
        (JOB, "a_b", "Member must satisfy regular expression pattern"),
        (f"{CONFIG}.Strategy", "Evolution", "enum value set: [Bayesian, Random, Hyperband, Grid]"),
        (f"{CONFIG}.Strategy", "Grid", "takes categorical hyperparameters only"),
        (f"{CONFIG}.ResourceLimits.MaxNumberOfTrainingJobs", 751, "can't exceed 750"),
        (f"{CONFIG}.ResourceLimits.MaxParallelTrainingJobs", 101, "can't exceed 100"),
        (f"{CONFIG}.ResourceLimits.MaxRuntimeInSeconds", 15768001, "equal to 15768000"),
        (RANGES_PATH, many_ranges(31), "to search can't exceed 30"),
        (RANGES_PATH, {}, "at least one hyperparameter range"),
        (
            RANGES_PATH,
            {"CategoricalParameterRanges": [{"Name": "x", "Values": list("abcdefghij" * 4)}]},
            "Member must have length less than or equal to 30",
        ),
        (RANGES_PATH, one_range("Integer", "3", "3", "Auto"), "MinValue of x must be less"),
        (RANGES_PATH, one_range("Integer", "0", "9", "Logarithmic"), "greater than 0"),
        (RANGES_PATH, one_range("Continuous", "0", "1", "ReverseLogarithmic"), "0 <= values < 1"),
        (f"{CONFIG}.HyperParameterTuningJobObjective.MetricName", "mse", "['loss', 'f1']"),
        (f"{DEFINITION}.RoleArn", "arn:aws:iam::123456789012:user/me", "Member must satisfy"),
        (f"{DEFINITION}.EnableManagedSpotTraining", True, "at least MaxRuntimeInSeconds"),
        (f"{DEFINITION}.StoppingCondition.MaxWaitTimeInSeconds", 90, "EnableManagedSpotTraining"),
        (f"{DEFINITION}.AlgorithmSpecification.TrainingImage", XGBOOST, "can't override"),
        ("WarmStartConfig", WARM, "The parent tuning job gone doesn't exist."),
        ("WarmStartConfig", WARM | {"ParentHyperParameterTuningJobs": PARENTS * 6}, "equal to 5"),
    ],
)
def test_what_is_refused(
    sagemaker: Any, request_: Request, path: str, value: Any, words: str
) -> None:
    change(path, value)(request_)
    with pytest.raises(ClientError) as caught:
        create(sagemaker, request_)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert words in caught.value.response["Error"]["Message"]


def test_the_limits_themselves_are_legal(sagemaker: Any, request_: Request) -> None:
    change(JOB, "x" * 32)(request_)
    change(RANGES_PATH, many_ranges(30))(request_)
    change(f"{CONFIG}.ResourceLimits.MaxParallelTrainingJobs", 100)(request_)
    create(sagemaker, request_)
    assert len(trials(sagemaker, "x" * 32)[0]["TunedHyperParameters"]) == 30


def test_there_is_one_kind_of_definition(sagemaker: Any, request_: Request) -> None:
    request_["TrainingJobDefinitions"] = [definition(request_)]
    with pytest.raises(ClientError, match="not both"):
        create(sagemaker, request_)
    for name in (DEFINITION, "TrainingJobDefinitions"):
        del request_[name]
    with pytest.raises(ClientError, match="Specify a TrainingJobDefinition or"):
        create(sagemaker, request_)


def test_a_name_is_used_once(sagemaker: Any, request_: Request) -> None:
    create(sagemaker, request_)
    with pytest.raises(ClientError) as caught:
        create(sagemaker, request_ | {JOB: "MINE"})
    assert caught.value.response["Error"]["Code"] == "ResourceInUse"


def test_trials_appear_step_by_step(aws: World, sagemaker: Any, request_: Request) -> None:
    aws.instant = False
    create(sagemaker, request_)
    seen = []
    for _ in range(5):
        counters = describe(sagemaker)["TrainingJobStatusCounters"]
        statuses = [trial["TrainingJobStatus"] for trial in trials(sagemaker)]
        seen.append((describe(sagemaker)[f"{JOB[:-4]}Status"], *map(statuses.count, STATUSES)))
        assert counters["Completed"] == statuses.count("Completed")
        assert counters["InProgress"] == statuses.count("InProgress")
        aws.step("mine", trials=2)
    running, done = "InProgress", "Completed"
    assert seen == [
        (running, 0, 2),
        (running, 2, 2),
        (running, 4, 2),
        (running, 6, 1),
        (done, 7, 0),
    ]
    names = [trial["TrainingJobName"] for trial in trials(sagemaker)]
    assert len(set(names)) == 7


STATUSES = ("Completed", "InProgress")


def test_a_trial_that_runs_has_no_end_yet(aws: World, sagemaker: Any, request_: Request) -> None:
    aws.instant = False
    create(sagemaker, request_)
    for answer in (*trials(sagemaker), *records(sagemaker)):
        assert not {"TrainingEndTime", "FinalMetricDataList", "BillableTimeInSeconds"} & set(answer)
        assert "TrainingStartTime" in answer or answer["TrainingJobStatus"] == "InProgress"


def test_a_tuning_job_can_be_stopped(aws: World, sagemaker: Any, request_: Request) -> None:
    aws.instant = False
    create(sagemaker, request_)
    aws.step("mine", trials=3)
    sagemaker.stop_hyper_parameter_tuning_job(**{JOB: "mine"})
    described = describe(sagemaker)
    assert described["HyperParameterTuningJobStatus"] == "Stopped"
    assert described["TrainingJobStatusCounters"]["Stopped"] == 2
    statuses = [trial["TrainingJobStatus"] for trial in trials(sagemaker)]
    assert statuses == ["Completed"] * 3 + ["Stopped"] * 2


def test_built_in_algorithms_bring_their_metrics(sagemaker: Any, request_: Request) -> None:
    algorithm = definition(request_)["AlgorithmSpecification"]
    algorithm |= {"TrainingImage": XGBOOST}
    del algorithm["MetricDefinitions"]
    config(request_)["HyperParameterTuningJobObjective"]["MetricName"] = "validation:rmse"
    create(sagemaker, request_)
    described = describe(sagemaker)["TrainingJobDefinition"]["AlgorithmSpecification"]
    names = [metric["Name"] for metric in described["MetricDefinitions"]]
    assert {"validation:rmse", "train:rmse", "validation:auc"} <= set(names)
    for record in records(sagemaker):
        final = [metric["MetricName"] for metric in record["FinalMetricDataList"]]
        assert final == ["train:rmse", "validation:rmse"]
    algorithm["TrainingImage"] = IMAGE
    with pytest.raises(ClientError, match="isn't one of the metrics"):
        create(sagemaker, request_ | {JOB: "other"})


def test_several_algorithms_have_their_own_ranges(sagemaker: Any, request_: Request) -> None:
    create(sagemaker, split_algorithms(request_))
    by_name = {}
    for trial in trials(sagemaker):
        by_name.setdefault(trial["TrainingJobDefinitionName"], []).append(
            tuple(sorted(trial["TunedHyperParameters"]))
        )
    assert by_name == {
        "trees": [("max-depth", "n-estimators")] * 4,
        "lines": [("lr", "momentum")] * 3,
    }
    described = describe(sagemaker)
    assert "TrainingJobDefinition" not in described
    assert len(described["TrainingJobDefinitions"]) == 2


def channel(uri: str) -> list[Request]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri}
    return [{"ChannelName": "train", "DataSource": {"S3DataSource": source}}]


def test_without_data_all_trials_fail(sagemaker: Any, request_: Request) -> None:
    definition(request_)["InputDataConfig"] = channel("s3://bucket/digits")
    create(sagemaker, request_)
    assert {trial["TrainingJobStatus"] for trial in trials(sagemaker)} == {"Failed"}
    described = describe(sagemaker)
    assert described["HyperParameterTuningJobStatus"] == "Failed"
    assert "no S3 objects found under 's3://bucket/digits'" in described["FailureReason"]
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="digits/a.csv", Body=b"1")
    create(sagemaker, request_ | {JOB: "again"})
    assert describe(sagemaker, "again")["HyperParameterTuningJobStatus"] == "Completed"


def test_spot_trials_say_so(sagemaker: Any, request_: Request) -> None:
    definition(request_)["EnableManagedSpotTraining"] = True
    definition(request_)["StoppingCondition"]["MaxWaitTimeInSeconds"] = 60
    create(sagemaker, request_)
    for record in records(sagemaker):
        assert record["EnableManagedSpotTraining"]
        assert record["BillableTimeInSeconds"] < record["TrainingTimeInSeconds"]


def warm_start(request: Request, kind: str, *parents: str) -> Request:
    named = [{JOB: parent} for parent in parents]
    config = {"WarmStartType": kind, "ParentHyperParameterTuningJobs": named}
    return copy.deepcopy(request) | {JOB: "child", "WarmStartConfig": config}


def test_a_warm_start_follows_its_parents(sagemaker: Any, request_: Request) -> None:
    create(sagemaker, request_)
    child = warm_start(request_, "IdenticalDataAndAlgorithm", "mine")
    create(sagemaker, child)
    assert describe(sagemaker, "child")["WarmStartConfig"] == child["WarmStartConfig"]
    ends = [trial["TrainingEndTime"] for trial in trials(sagemaker)]
    assert min(trial["TrainingStartTime"] for trial in trials(sagemaker, "child")) >= max(ends)


def test_what_a_warm_start_may_not_be(aws: World, sagemaker: Any, request_: Request) -> None:
    create(sagemaker, request_)

    def refused(kind: str, apply: Callable[[Request], None]) -> str:
        child = warm_start(request_, kind, "mine")
        apply(child)
        with pytest.raises(ClientError) as caught:
            create(sagemaker, child)
        return caught.value.response["Error"]["Message"]

    other_image = change(f"{DEFINITION}.AlgorithmSpecification.TrainingImage", XGBOOST[::-1])
    assert "training image must be" in refused("IdenticalDataAndAlgorithm", other_image)
    other = change(f"{CONFIG}.HyperParameterTuningJobObjective.Type", "Maximize")
    assert "objective metric must be" in refused("TransferLearning", other)
    fewer = change(RANGES_PATH, one_range("Integer", "1", "9", "Auto"))
    assert "number of static and tunable" in refused("TransferLearning", fewer)
    aws.instant = False
    create(sagemaker, request_ | {JOB: "running"})
    with pytest.raises(ClientError, match="The parent tuning job running must have ended"):
        create(sagemaker, warm_start(request_, "TransferLearning", "running"))


def test_iam_simulates_what_sdk_3_asks(aws: World) -> None:
    iam = boto3.client("iam")
    trust = {"Version": "2012-10-17", "Statement": []}
    role = iam.create_role(RoleName="Trainer", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role["Arn"], ActionNames=["s3:PutObject", "s3:GetObject"]
    )
    decisions = [(r["EvalActionName"], r["EvalDecision"]) for r in answer["EvaluationResults"]]
    assert decisions == [("s3:PutObject", "allowed"), ("s3:GetObject", "allowed")]
    assert iam.list_roles()["Roles"][0]["RoleName"] == "Trainer"  # moto's
