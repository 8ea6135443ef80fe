"""Requests to create tuning jobs that AWS takes."""

from __future__ import annotations

import copy
from typing import Any

from tests.aws.generate import RANGES

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"


def make_request(name: str = "mine", trials: int = 7) -> dict[str, Any]:
    """Return a request for one algorithm, an image of one's own."""
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "ResourceLimits": {"MaxNumberOfTrainingJobs": trials, "MaxParallelTrainingJobs": 2},
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ParameterRanges": copy.deepcopy(RANGES),
        },
        "TrainingJobDefinition": {
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": "loss", "Regex": "loss=(.*)"},
                    {"Name": "f1", "Regex": "f1=(.*)"},
                ],
            },
            "RoleArn": "arn:aws:iam::123456789012:role/Trainer",
            "OutputDataConfig": {"S3OutputPath": "s3://bucket"},
            "ResourceConfig": {
                "InstanceType": "ml.c5.xlarge",
                "InstanceCount": 1,
                "VolumeSizeInGB": 30,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
    }


def split_algorithms(request: dict[str, Any]) -> dict[str, Any]:
    """Return the same for two algorithms, each with a part of the ranges."""
    request = copy.deepcopy(request)
    one, config = request.pop("TrainingJobDefinition"), request["HyperParameterTuningJobConfig"]
    objective = config.pop("HyperParameterTuningJobObjective")
    both = config.pop("ParameterRanges")
    parts = {"trees": "IntegerParameterRanges", "lines": "ContinuousParameterRanges"}
    request["TrainingJobDefinitions"] = [
        one
        | {
            "DefinitionName": name,
            "TuningObjective": objective,
            "HyperParameterRanges": {part: both[part]},
        }
        for name, part in parts.items()
    ]
    return request
