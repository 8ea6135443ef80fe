"""A tuning job with a secret in every kind of field that AWS's answers have."""

from __future__ import annotations

from typing import Any

from amtviz.model import RawTuningData
from tests.tidy.raw_answers import describe, raw_data, raw_job, record, series_of, summarize

KINDS = (
    "names of tuning jobs", "names of training jobs", "names of hyperparameters", "categories",
    "the objective's name", "names of other metrics", "names of algorithms",
    "names of warm-start parents", "failure reasons of training jobs",
    "failure reasons of tuning jobs", "numbers of accounts in failure reasons", "names of hosts",
    "ARNs", "numbers of accounts", "roles",
    "S3 paths of inputs", "S3 paths of outputs", "container images", "environment variables",
    "fixed hyperparameters' names", "fixed hyperparameters' values", "channels", "networks", "keys",
    "patterns of metrics", "messages of transitions", "tags", "names of checkpoints",
    "S3 path of the best model", "S3 paths of other models", "image of the best model",
)  # fmt: skip
ACCOUNT = "998877665544"


def secret(kind: str) -> str:
    """Return the text that stands for a kind."""
    if kind == "numbers of accounts":
        return ACCOUNT
    if kind == "numbers of accounts in failure reasons":
        return "112233445566"
    return f"zq{KINDS.index(kind):02d}secret"


def make_raw() -> RawTuningData:
    """Return answers about a tuning job of two algorithms, of which one trial failed."""
    name = secret("names of tuning jobs")
    job = raw_job(
        [_summary(n) for n in range(12)],
        [_record(n) for n in range(12)],
        [
            series_of(_trial(0), secret("names of other metrics"), [0, 60], [2.0, 1.0]),
            series_of(
                _trial(0), "CPUUtilization", [0, 60], [20.0, 10.0], f"{secret('names of hosts')}/a"
            ),
        ],
        description=_description(name),
    )
    return raw_data(job)


def _trial(number: int) -> str:
    return f"{secret('names of training jobs')}-{number}"


def _description(name: str) -> dict[str, Any]:
    goal = {"Type": "Maximize", "MetricName": secret("the objective's name")}
    ranges = {
        "ContinuousParameterRanges": [
            {"Name": secret("names of hyperparameters"), "MinValue": "0", "MaxValue": "1"}
        ],
        "CategoricalParameterRanges": [
            {"Name": "kind", "Values": [f'"{secret("categories")}"', '"other"']}
        ],
    }
    base = {
        "TuningObjective": goal,
        "HyperParameterRanges": ranges,
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{secret('roles')}",
        "StaticHyperParameters": {
            secret("fixed hyperparameters' names"): secret("fixed hyperparameters' values")
        },
        "AlgorithmSpecification": {
            "TrainingImage": f"{ACCOUNT}.dkr.ecr.x.amazonaws.com/{secret('container images')}",
            "TrainingInputMode": "File",
            "MetricDefinitions": [
                {
                    "Name": secret("names of other metrics"),
                    "Regex": secret("patterns of metrics"),
                }
            ],
        },
        "InputDataConfig": [
            {
                "ChannelName": secret("channels"),
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": f"s3://{secret('S3 paths of inputs')}/x",
                    }
                },
            }
        ],
        "OutputDataConfig": {
            "S3OutputPath": f"s3://{secret('S3 paths of outputs')}/x",
            "KmsKeyId": secret("keys"),
        },
        "VpcConfig": {"SecurityGroupIds": [secret("networks")], "Subnets": ["subnet-1"]},
        "CheckpointConfig": {"S3Uri": f"s3://{secret('names of checkpoints')}/x"},
        "Environment": {"TOKEN": secret("environment variables")},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }
    definitions = [
        base | {"DefinitionName": secret("names of algorithms")},
        base | {"DefinitionName": "second"},
    ]
    found = describe(name, metric=None, ranges=None)
    found["HyperParameterTuningJobArn"] = (
        f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:hyper-parameter-tuning-job/{secret('ARNs')}"
    )
    return found | {
        "TrainingJobDefinitions": definitions,
        "FailureReason": f"ClientError: {secret('failure reasons of tuning jobs')}",
        "HyperParameterTuningJobStatus": "Failed",
        "WarmStartConfig": {
            "ParentHyperParameterTuningJobs": [
                {"HyperParameterTuningJobName": secret("names of warm-start parents")}
            ],
            "WarmStartType": "TransferLearning",
        },
        "Tags": [{"Key": "team", "Value": secret("tags")}],
    }


def _summary(number: int) -> dict[str, Any]:
    failed = number == 3
    reason = (
        f"AlgorithmError: {secret('failure reasons of training jobs')}: arn:aws:iam::"
        f"{secret('numbers of accounts in failure reasons')}:role/x can't read"
    )
    return summarize(
        _trial(number),
        None if failed else 0.1 * number,
        secret("the objective's name"),
        minute=number,
        tuned={
            secret("names of hyperparameters"): str(0.05 + number * 0.07),
            "kind": f'"{secret("categories")}"' if number % 2 else '"other"',
        },
        TrainingJobDefinitionName=secret("names of algorithms") if number % 2 else "second",
        TrainingJobArn=f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:training-job/{secret('ARNs')}",
        TrainingJobStatus="Failed" if failed else "Completed",
        FailureReason=reason if failed else None,
    )


def _record(number: int) -> dict[str, Any]:
    return record(
        _trial(number),
        {secret("names of other metrics"): 0.3},
        SecondaryStatusTransitions=[
            {
                "Status": "Starting",
                "StartTime": "2024-05-01T12:00:00+00:00",
                "StatusMessage": secret("messages of transitions"),
            }
        ],
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{secret('roles')}",
        ModelArtifacts={"S3ModelArtifacts": f"s3://x/{secret(_model(number))}/model.tar.gz"},
        AlgorithmSpecification={"TrainingImage": f"x/{secret('image of the best model')}"},
        HyperParameters={
            secret("fixed hyperparameters' names"): secret("fixed hyperparameters' values")
        },
        Environment={"TOKEN": secret("environment variables")},
    )


def _model(number: int) -> str:
    """Return which kind a trial's model is: the last has the best value."""
    return "S3 path of the best model" if number == 11 else "S3 paths of other models"
