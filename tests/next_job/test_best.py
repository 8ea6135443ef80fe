"""The best training job: as AWS described it, on the terminal, and in the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from amtviz import TuningData, api, fetch_tuning_data
from amtviz.cli import main
from amtviz.deploy_code import write_deployment
from amtviz.errors import InputError
from tests.aws.requests import IMAGE, make_request
from tests.aws.world import World


@pytest.fixture
def best(aws: World) -> dict[str, Any]:
    """Return what DescribeTrainingJob answers about the best trial of a tuning job called mine."""
    client, request = boto3.client("sagemaker"), make_request()
    request["TrainingJobDefinition"] |= {
        "StaticHyperParameters": {"epochs": "3"},
        "Environment": {"LEVEL": "zq-secret"},
    }
    client.create_hyper_parameter_tuning_job(**request)
    name = client.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="mine", SortBy="FinalObjectiveMetricValue", MaxResults=1
    )["TrainingJobSummaries"][0]["TrainingJobName"]
    answer: dict[str, Any] = client.describe_training_job(TrainingJobName=name)
    aws.calls.clear()
    return answer


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["best", "mine", "--no-cache", *arguments])


def check(found: dict[str, Any], best: dict[str, Any]) -> None:
    assert found["TrainingJobName"] == best["TrainingJobName"]
    assert found["S3ModelArtifacts"] == best["ModelArtifacts"]["S3ModelArtifacts"]
    assert found["TrainingImage"] == IMAGE
    assert found["RoleArn"] == "arn:aws:iam::123456789012:role/Trainer"
    assert found["HyperParameters"] == best["HyperParameters"]
    assert found["HyperParameters"]["epochs"] == "3"
    assert found["Environment"] == {"LEVEL": "zq-secret"}
    final = {m["MetricName"]: m["Value"] for m in best["FinalMetricDataList"]}
    assert found["Objective"] == {
        "MetricName": "loss",
        "Type": "Minimize",
        "Value": pytest.approx(final["loss"], rel=1e-6),
    }


def test_it_is_what_describe_training_job_answers(aws: World, best: dict[str, Any]) -> None:
    data = fetch_tuning_data("mine", metrics=False, cache=False)
    check(data.best_training_job(), best)
    check(json.loads(run("--json").stdout), best)
    assert aws.calls["DescribeTrainingJob"] == 0  # Search has told all
    text = run("--sdk", "2").stdout
    assert f"Model: {best['ModelArtifacts']['S3ModelArtifacts']}" in text.splitlines()
    assert text.rstrip().endswith(write_deployment(best["TrainingJobName"], "us-east-1", 2).strip())


def test_without_search_it_costs_one_call_which_may_be_denied(
    aws: World, best: dict[str, Any]
) -> None:
    aws.deny("Search")
    check(json.loads(run("--json").stdout), best)
    assert aws.calls["DescribeTrainingJob"] == 1
    aws.deny("DescribeTrainingJob")
    result = run()
    assert result.exit_code == 0
    assert "It isn't known where the model is. Access denied:" in result.stderr
    assert f"Image: {IMAGE}" in result.stdout.splitlines()


def test_a_saved_demo_shows_categories_plainly_and_why_there_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "demo.sqlite"
    api.load_demo().save(path)
    result = CliRunner().invoke(main, ["best", str(path)])
    assert "  criterion = entropy" in result.stdout.splitlines()
    assert "Model:" not in result.stdout
    assert result.stderr == (
        "It isn't known where the model is: what was saved doesn't say. 'amtviz best "
        "digits-warm-start' asks AWS.\n"
    )


def test_the_page_has_it_and_an_anonymous_one_has_not(
    aws: World, best: dict[str, Any], tmp_path: Path
) -> None:
    data = fetch_tuning_data("mine", metrics=False, cache=False)
    model = best["ModelArtifacts"]["S3ModelArtifacts"]
    page = api.write_report(data, tmp_path / "page.html", sections=["cost"]).read_text(
        encoding="utf-8"
    )
    assert f'data-copy="{model}"' in page
    assert "job = TrainingJob.get(name, region=region)" in page
    assert "zq-secret" not in page  # environment variables may be secret
    hidden = api.write_report(data, tmp_path / "hidden.html", sections=["cost"], anonymous=True)
    assert model not in hidden.read_text(encoding="utf-8")


def test_what_has_no_best_training_job_says_so(aws: World) -> None:
    aws.generate("failed", trials=3, statuses=("Failed",))
    with pytest.raises(InputError, match="no trial, of 3, has a value"):
        fetch_tuning_data("failed", metrics=False, cache=False).best_training_job()
    frame = pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]})
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    with pytest.raises(InputError, match=r"There is no training job of SageMaker's here"):
        data.best_training_job()
