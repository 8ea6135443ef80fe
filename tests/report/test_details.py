"""What a page tells of single trials only: metrics, resources, and where AWS shows them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.report.details import collect_details, link_console

CONSOLES = {
    ("aws", "eu-west-1"): "eu-west-1.console.aws.amazon.com",
    ("aws-cn", "cn-north-1"): "cn-north-1.console.amazonaws.cn",
    ("aws-us-gov", "us-gov-west-1"): "us-gov-west-1.console.amazonaws-us-gov.com",
}


@pytest.mark.parametrize(("partition", "region"), CONSOLES)
def test_links_lead_to_the_console_of_the_partition(partition, region):
    arn = f"arn:{partition}:sagemaker:{region}:123456789012:hyper-parameter-tuning-job/search"
    console = CONSOLES[partition, region]
    assert link_console(arn) == {
        "job": f"https://{console}/sagemaker/home?region={region}#/jobs/{{}}",
        "logs": f"https://{console}/cloudwatch/home?region={region}#logStream:"
        "group=/aws/sagemaker/TrainingJobs;prefix={};streamFilter=typeLogStreamPrefix",
    }


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "arn:aws-iso:sagemaker:us-iso-east-1:123456789012:hyper-parameter-tuning-job/search",
        "arn:aws:sagemaker:evil.example/?:123456789012:hyper-parameter-tuning-job/search",
        "arn:aws:sagemaker:eu-west-1:123456789012:",
    ],
)
def test_without_a_known_console_there_is_no_link(arn):
    assert link_console(arn) is None


def test_metrics_stand_by_the_trials_numbers():
    """Trials are numbered in the order in which they started."""
    start = pd.Timestamp("2026-03-01", tz="UTC")
    frame = pd.DataFrame(
        {
            "TrainingJobName": ["late", "early", "middle"],
            "TrainingStartTime": [start + pd.Timedelta(minutes=m) for m in (9, 1, 5)],
            "InstanceType": ["ml.m5.large", None, "ml.c5.large"],
            "loss": [1.0, 2.0, 3.0],
            "x": [0.1, 0.2, 0.3],
            "accuracy": [0.9, np.nan, 0.7],
            "flag": [True, False, True],
            "never": [np.nan, np.nan, np.nan],
        }
    )
    data = TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=["x"]
    )
    details = collect_details(data)
    told = {
        column["title"]: (column["kind"], values)
        for column, values in zip(details["columns"], details["values"], strict=True)
    }
    assert told == {
        "accuracy": ("number", [None, 0.7, 0.9]),
        "instance": ("text", [None, "ml.c5.large", "ml.m5.large"]),
    }
    assert details["consoles"] == [None]
