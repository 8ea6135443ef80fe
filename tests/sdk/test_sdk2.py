"""Tuners of SageMaker SDK 2, started by itself."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
import sagemaker
from botocore.exceptions import ParamValidationError
from sagemaker.analytics import HyperparameterTuningJobAnalytics
from sagemaker.estimator import Estimator
from sagemaker.sklearn import SKLearn
from sagemaker.tuner import (
    CategoricalParameter,
    ContinuousParameter,
    HyperparameterTuner,
    IntegerParameter,
    WarmStartConfig,
)

from amtviz import fetch_tuning_data, visualize_tuning_job
from amtviz.errors import InputError
from tests.aws.world import World
from tests.sdk import shared
from tests.sdk.conftest import ROLE, bucket

KINDS = {
    "max-depth": "integer",
    "min-weight-fraction-leaf": "continuous",
    "criterion": "categorical",
    "warm": "categorical",
}


def ranges() -> dict[str, Any]:
    return {
        "max-depth": IntegerParameter(1, 20),
        "min-weight-fraction-leaf": ContinuousParameter(1e-4, 0.5, scaling_type="Logarithmic"),
        "criterion": CategoricalParameter(["gini", "entropy", "log_loss"]),
        "warm": CategoricalParameter([1, 10, 2]),
    }


def session(region: str = "us-east-1") -> sagemaker.Session:
    return sagemaker.Session(boto3.Session(region_name=region), default_bucket=bucket(region))


def data(region: str = "us-east-1") -> dict[str, str]:
    return {"train": f"s3://{bucket(region)}/digits"}


@pytest.fixture
def forest(account: World, source_dir: str) -> Any:
    def make(region: str = "us-east-1", **options: Any) -> SKLearn:
        return SKLearn(
            entry_point="train.py",
            source_dir=source_dir,
            framework_version="1.2-1",
            role=ROLE,
            instance_type="ml.m5.large",
            hyperparameters={"folds": 3},
            sagemaker_session=session(region),
            **options,
        )

    return make


def tuner_of(estimator: Any, **options: Any) -> HyperparameterTuner:
    return HyperparameterTuner(
        estimator,
        "f1",
        options.pop("ranges", None) or ranges(),
        metric_definitions=shared.METRICS,
        max_jobs=options.pop("max_jobs", 12),
        max_parallel_jobs=2,
        **options,
    )


@pytest.fixture
def started(forest: Any) -> HyperparameterTuner:
    tuner = tuner_of(forest(), base_tuning_job_name="forest")
    tuner.fit(data(), wait=False)
    return tuner


def boosted(account: World) -> HyperparameterTuner:
    """Make a tuner of the built-in XGBoost."""
    estimator = Estimator(
        image_uri=sagemaker.image_uris.retrieve("xgboost", "us-east-1", "1.7-1"),
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.large",
        hyperparameters={"num_round": 100, "objective": "reg:squarederror"},
        sagemaker_session=session(),
        use_spot_instances=True,
        max_run=600,
        max_wait=1200,
    )
    return HyperparameterTuner(
        estimator,
        "validation:rmse",
        {
            "eta": ContinuousParameter(0.01, 0.5, scaling_type="Logarithmic"),
            "max_depth": IntegerParameter(2, 12),
        },
        objective_type="Minimize",
        max_jobs=6,
        max_parallel_jobs=3,
        base_tuning_job_name="boosted",
    )


def test_importing_amtviz_leaves_the_sdk_alone() -> None:
    shared.assert_importing_leaves_the_sdk_alone()


def test_a_tuner_that_was_not_started(forest: Any, account: World) -> None:
    for tuner in (tuner_of(forest()), boosted(account)):
        with pytest.raises(InputError) as caught:
            visualize_tuning_job(tuner)
        assert str(caught.value) == shared.NEVER_STARTED
        with pytest.raises(ParamValidationError):  # a crash, as coming_from_… says
            tuner.visualize_job()


def test_a_tuner_of_a_training_script(account: World, started: Any) -> None:
    trials = shared.assert_drawn(account, started, started.latest_tuning_job.name)
    assert len(trials) == 12
    shared.assert_kinds(fetch_tuning_data(started), KINDS)


def test_its_categories_lose_their_quotes(account: World, started: Any) -> None:
    job = account.jobs["us-east-1", started.latest_tuning_job.name]
    sent = {trial["TunedHyperParameters"]["warm"] for trial in job.summaries}
    assert sent <= {'"1"', '"10"', '"2"'}  # as SDK 2 sends them
    shown = fetch_tuning_data(started)
    assert set(shown.trials["warm"]) == {text.strip('"') for text in sent}
    (warm,) = [h for h in shown.hyperparameters if h.name == "warm"]
    assert warm.values == ("1", "10", "2")


def test_a_tuner_of_a_built_in_algorithm(account: World) -> None:
    tuner = boosted(account)
    tuner.fit(data() | {"validation": data()["train"]}, wait=False)
    name = tuner.latest_tuning_job.name
    shared.assert_drawn(account, tuner, name, "validation:rmse")
    shown = fetch_tuning_data(tuner)
    assert (shown.objective.metric_name, shown.objective.direction) == (
        "validation:rmse",
        "Minimize",
    )
    assert {h.name: h.scaling for h in shown.hyperparameters} == {
        "eta": "Logarithmic",
        "max_depth": "Auto",
    }
    assert "train:rmse" in shown.trials.columns
    assert shown.trials["EnableManagedSpotTraining"].all()


def test_attaching_to_a_tuning_job(account: World, started: Any) -> None:
    name = started.latest_tuning_job.name
    attached = HyperparameterTuner.attach(name, sagemaker_session=session())
    shared.assert_drawn(account, attached, name)


def test_what_else_stands_for_a_tuning_job(account: World, started: Any) -> None:
    name = started.latest_tuning_job.name
    assert [job.name for job in fetch_tuning_data(started.latest_tuning_job).jobs] == [name]
    for analytics in (started.analytics(), HyperparameterTuningJobAnalytics(name, session())):
        trials = shared.assert_drawn(account, analytics, name)
        shared.assert_analytics_agree(analytics, trials, "f1")


def test_several_algorithms_in_one_tuning_job(account: World, forest: Any) -> None:
    tuner = HyperparameterTuner.create(
        {"shallow": forest(), "deep": forest()},
        {"shallow": "f1", "deep": "f1"},
        {
            "shallow": {"max-depth": IntegerParameter(1, 4)},
            "deep": {"max-depth": IntegerParameter(10, 20), "lr": ContinuousParameter(0.1, 0.9)},
        },
        metric_definitions_dict={"shallow": shared.METRICS, "deep": shared.METRICS},
        max_jobs=8,
        max_parallel_jobs=2,
        base_tuning_job_name="both",
    )
    with pytest.raises(InputError) as caught:
        visualize_tuning_job(tuner)
    assert str(caught.value) == shared.NEVER_STARTED
    tuner.fit({"shallow": data(), "deep": data()}, include_cls_metadata={}, wait=False)
    trials = shared.assert_drawn(account, tuner, tuner.latest_tuning_job.name)
    by_definition = trials.groupby("TrainingJobDefinitionName")["max-depth"]
    assert by_definition.size().to_dict() == {"deep": 4, "shallow": 4}
    assert by_definition.max()["shallow"] <= 4 < 10 <= by_definition.min()["deep"]
    assert trials.set_index("TrainingJobDefinitionName").loc["shallow", "lr"].isna().all()


def test_two_regions_in_one_call(account: World, forest: Any) -> None:
    names = []
    tuners = []
    for region in ("us-east-1", "eu-west-1"):
        tuner = tuner_of(forest(region), base_tuning_job_name=region)
        tuner.fit(data(region), wait=False)
        tuners.append(tuner)
        names.append(tuner.latest_tuning_job.name)
    _, trials, _ = visualize_tuning_job(tuners, return_dfs=True)
    assert trials.groupby("TuningJobName").size().to_dict() == dict.fromkeys(names, 12)


def test_a_running_tuning_job_and_its_end(account: World, forest: Any) -> None:
    account.instant = False
    tuner = tuner_of(forest(), base_tuning_job_name="slow")
    tuner.fit(data(), wait=False)
    name = tuner.latest_tuning_job.name
    account.step(name, trials=3)
    statuses = fetch_tuning_data(tuner).trials["TrainingJobStatus"]
    assert statuses.value_counts().to_dict() == {"Completed": 3, "InProgress": 2}
    visualize_tuning_job(tuner)
    tuner.stop_tuning_job()
    shown = fetch_tuning_data(tuner)
    assert [job.status for job in shown.jobs] == ["Stopped"]
    assert shown.trials["TrainingJobStatus"].value_counts()["Stopped"] == 2


def test_the_suggested_code_starts_a_tuning_job(account: World, forest: Any) -> None:
    started = tuner_of(forest(), max_jobs=40, base_tuning_job_name="forest")
    started.fit(data(), wait=False)
    before = fetch_tuning_data(started)
    written: dict[str, Any] = {}
    exec(before.suggest_ranges_code(2), written)
    assert isinstance(written["warm_start_config"], WarmStartConfig)
    tuner = tuner_of(
        forest(),
        ranges=written["hyperparameter_ranges"],
        warm_start_config=written["warm_start_config"],
        base_tuning_job_name="again",
    )
    tuner.fit(data(), wait=False)
    asked = shared.last_request(account)
    parent = started.latest_tuning_job.name
    assert asked["WarmStartConfig"] == {
        "WarmStartType": "IdenticalDataAndAlgorithm",
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": parent}],
    }
    shared.assert_ranges_arrived(before, asked)
    after = fetch_tuning_data(tuner)
    assert [job.name for job in after.jobs] == [tuner.latest_tuning_job.name, parent]
    assert len(after.trials) == 52
    visualize_tuning_job(tuner, advanced=True)


def test_the_next_round_and_the_best_model(account: World, started: Any) -> None:
    shared.assert_next_round(account, started)
    shared.assert_deploys(account, started, 2)
