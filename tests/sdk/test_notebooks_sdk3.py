"""The notebooks for SageMaker SDK 3, run as they are."""

from __future__ import annotations

from pathlib import Path

from tests.aws.world import World
from tests.sdk import notebooks


def test_sagemaker_sdk3(account: World, tmp_path: Path) -> None:
    run = notebooks.run_notebook(account, "sagemaker_sdk3.ipynb", tmp_path)
    notebooks.assert_it_tuned(account, run)
    notebooks.assert_the_script_trains(account, run)
    notebooks.assert_it_left_nothing(run, "digits-sdk3.html", "digits-sdk3.sqlite")


def test_xgboost_builtin(account: World, tmp_path: Path) -> None:
    run = notebooks.run_notebook(account, "xgboost_builtin.ipynb", tmp_path)
    notebooks.assert_it_tuned(account, run)
    for asked in run.asked:
        definition = asked["TrainingJobDefinition"]
        assert "MetricDefinitions" not in definition["AlgorithmSpecification"]  # its own
        channels = {c["ChannelName"]: c["ContentType"] for c in definition["InputDataConfig"]}
        assert channels == {"train": "text/csv", "validation": "text/csv"}
        config = asked["HyperParameterTuningJobConfig"]
        assert config["HyperParameterTuningJobObjective"] == {
            "Type": "Minimize",
            "MetricName": "validation:rmse",
        }
        scaling = {
            item["Name"]: item["ScalingType"]
            for item in config["ParameterRanges"]["ContinuousParameterRanges"]
        }
        logarithmic = dict.fromkeys(("eta", "alpha", "lambda"), "Logarithmic")
        assert scaling == {**logarithmic, "subsample": "Linear"}
    notebooks.assert_it_left_nothing(run, "diabetes.html")
