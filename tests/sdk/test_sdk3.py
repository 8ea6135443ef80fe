"""Tuners of SageMaker SDK 3, started by itself."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from sagemaker.core import image_uris, shapes
from sagemaker.core.analytics import HyperparameterTuningJobAnalytics
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.core.resources import HyperParameterTuningJob
from sagemaker.core.training.configs import Compute, InputData, SourceCode, StoppingCondition
from sagemaker.train import ModelTrainer
from sagemaker.train.tuner import HyperparameterTuner

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


def session(region: str = "us-east-1") -> Session:
    return Session(boto3.Session(region_name=region), default_bucket=bucket(region))


def data(region: str = "us-east-1") -> list[InputData]:
    return [InputData(channel_name="train", data_source=f"s3://{bucket(region)}/digits")]


@pytest.fixture
def forest(account: World, source_dir: str) -> Any:
    def make(region: str = "us-east-1", name: str = "forest") -> ModelTrainer:
        return ModelTrainer(
            training_image=image_uris.retrieve("sklearn", region, version="1.2-1"),
            source_code=SourceCode(source_dir=source_dir, entry_script="train.py"),
            role=ROLE,
            compute=Compute(instance_type="ml.m5.large", instance_count=1),
            hyperparameters={"folds": 3},
            base_job_name=name,
            sagemaker_session=session(region),
        )

    return make


def tuner_of(trainer: ModelTrainer, **options: Any) -> HyperparameterTuner:
    return HyperparameterTuner(
        trainer,
        "f1",
        options.pop("ranges", None) or ranges(),
        metric_definitions=shared.METRICS,
        max_jobs=options.pop("max_jobs", 12),
        max_parallel_jobs=2,
        **options,
    )


def name_of(tuner: HyperparameterTuner) -> str:
    return tuner.latest_tuning_job.hyper_parameter_tuning_job_name


@pytest.fixture
def started(forest: Any) -> HyperparameterTuner:
    tuner = tuner_of(forest(), base_tuning_job_name="forest")
    tuner.tune(data(), wait=False)
    return tuner


def boosted(account: World) -> HyperparameterTuner:
    """Make a tuner of the built-in XGBoost."""
    trainer = ModelTrainer(
        training_image=image_uris.retrieve("xgboost", "us-east-1", version="1.7-1"),
        role=ROLE,
        compute=Compute(
            instance_type="ml.m5.large", instance_count=1, enable_managed_spot_training=True
        ),
        stopping_condition=StoppingCondition(
            max_runtime_in_seconds=600, max_wait_time_in_seconds=1200
        ),
        hyperparameters={"num_round": 100, "objective": "reg:squarederror"},
        sagemaker_session=session(),
    )
    return HyperparameterTuner(
        trainer,
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


def test_a_tuner_of_a_training_script(account: World, started: Any) -> None:
    trials = shared.assert_drawn(account, started, name_of(started))
    assert len(trials) == 12
    shared.assert_kinds(fetch_tuning_data(started), KINDS)


def test_its_categories_are_sent_plain(account: World, started: Any) -> None:
    job = account.jobs["us-east-1", name_of(started)]
    sent = {trial["TunedHyperParameters"]["warm"] for trial in job.summaries}
    assert sent <= {"1", "10", "2"}
    shown = fetch_tuning_data(started)
    assert set(shown.trials["warm"]) == sent
    (warm,) = [h for h in shown.hyperparameters if h.name == "warm"]
    assert warm.values == ("1", "10", "2")


def test_a_tuner_of_a_built_in_algorithm(account: World) -> None:
    tuner = boosted(account)
    validation = InputData(channel_name="validation", data_source=data()[0].data_source)
    tuner.tune([*data(), validation], wait=False)
    shared.assert_drawn(account, tuner, name_of(tuner), "validation:rmse")
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


def test_the_resource_of_a_tuning_job(account: World, started: Any) -> None:
    name = name_of(started)
    shared.assert_drawn(account, HyperParameterTuningJob.get(name), name)
    for resource in (
        started.latest_tuning_job,
        started.describe(),
        HyperParameterTuningJob.get(name, session=boto3.Session(), region="us-east-1"),
    ):
        assert [job.name for job in fetch_tuning_data(resource).jobs] == [name]


def test_a_resource_of_another_region(account: World, forest: Any) -> None:
    tuner = tuner_of(forest("eu-west-1"), base_tuning_job_name="forest")
    tuner.tune(data("eu-west-1"), wait=False)
    europe = boto3.Session(region_name="eu-west-1")
    resource = HyperParameterTuningJob.get(name_of(tuner), session=europe, region="eu-west-1")
    shared.assert_drawn(account, resource, name_of(tuner))


def test_its_analytics(account: World, started: Any) -> None:
    name = name_of(started)
    for analytics in (started.analytics(), HyperparameterTuningJobAnalytics(name, session())):
        trials = shared.assert_drawn(account, analytics, name)
        shared.assert_analytics_agree(analytics, trials, "f1")


def definition(name: str, **ranges: tuple[str, str]) -> shapes.HyperParameterTrainingJobDefinition:
    """Make a definition that searches max-depth, and lr if it has continuous ends."""
    (integer, continuous) = (ranges["integer"], ranges.get("continuous"))
    numbers = {
        "integer_parameter_ranges": [
            shapes.IntegerParameterRange(
                name="max-depth", min_value=integer[0], max_value=integer[1]
            )
        ]
    }
    if continuous:
        numbers["continuous_parameter_ranges"] = [
            shapes.ContinuousParameterRange(
                name="lr", min_value=continuous[0], max_value=continuous[1]
            )
        ]
    return shapes.HyperParameterTrainingJobDefinition(
        definition_name=name,
        tuning_objective=shapes.HyperParameterTuningJobObjective(type="Maximize", metric_name="f1"),
        hyper_parameter_ranges=shapes.ParameterRanges(**numbers),
        algorithm_specification=shapes.HyperParameterAlgorithmSpecification(
            training_image=image_uris.retrieve("sklearn", "us-east-1", version="1.2-1"),
            training_input_mode="File",
            metric_definitions=[
                shapes.MetricDefinition(name=m["Name"], regex=m["Regex"]) for m in shared.METRICS
            ],
        ),
        role_arn=ROLE,
        output_data_config=shapes.OutputDataConfig(s3_output_path=f"s3://{bucket('us-east-1')}"),
        resource_config=shapes.ResourceConfig(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=30
        ),
        stopping_condition=shapes.StoppingCondition(max_runtime_in_seconds=600),
    )


def test_several_algorithms_in_one_tuning_job(account: World, forest: Any) -> None:
    tuner = HyperparameterTuner.create(
        {"shallow": forest(name="shallow"), "deep": forest(name="deep")},
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
    # its tune() can't start them (aws/sagemaker-python-sdk, pull request 5794); the resource can
    job = HyperParameterTuningJob.create(
        "both",
        shapes.HyperParameterTuningJobConfig(
            strategy="Random",
            resource_limits=shapes.ResourceLimits(
                max_number_of_training_jobs=8, max_parallel_training_jobs=2
            ),
        ),
        training_job_definitions=[
            definition("shallow", integer=("1", "4")),
            definition("deep", integer=("10", "20"), continuous=("0.1", "0.9")),
        ],
    )
    trials = shared.assert_drawn(account, job, "both")
    by_definition = trials.groupby("TrainingJobDefinitionName")["max-depth"]
    assert by_definition.size().to_dict() == {"deep": 4, "shallow": 4}
    assert by_definition.max()["shallow"] <= 4 < 10 <= by_definition.min()["deep"]
    assert trials.set_index("TrainingJobDefinitionName").loc["shallow", "lr"].isna().all()


def test_two_regions_in_one_call(account: World, forest: Any) -> None:
    tuners = []
    for region in ("us-east-1", "eu-west-1"):
        tuner = tuner_of(forest(region), base_tuning_job_name=region)
        tuner.tune(data(region), wait=False)
        tuners.append(tuner)
    _, trials, _ = visualize_tuning_job(tuners, return_dfs=True)
    expected = dict.fromkeys(map(name_of, tuners), 12)
    assert trials.groupby("TuningJobName").size().to_dict() == expected


def test_a_running_tuning_job_and_its_end(account: World, forest: Any) -> None:
    account.instant = False
    tuner = tuner_of(forest(), base_tuning_job_name="slow")
    tuner.tune(data(), wait=False)
    account.step(name_of(tuner), trials=3)
    statuses = fetch_tuning_data(tuner).trials["TrainingJobStatus"]
    assert statuses.value_counts().to_dict() == {"Completed": 3, "InProgress": 2}
    visualize_tuning_job(tuner)
    tuner.stop_tuning_job()
    shown = fetch_tuning_data(tuner)
    assert [job.status for job in shown.jobs] == ["Stopped"]
    assert shown.trials["TrainingJobStatus"].value_counts()["Stopped"] == 2


def test_the_suggested_code_starts_a_tuning_job(account: World, forest: Any) -> None:
    started = tuner_of(forest(), max_jobs=40, base_tuning_job_name="forest")
    started.tune(data(), wait=False)
    before = fetch_tuning_data(started)
    written: dict[str, Any] = {}
    exec(before.suggest_ranges_code(3), written)
    assert isinstance(written["warm_start_config"], shapes.HyperParameterTuningJobWarmStartConfig)
    tuner = tuner_of(
        forest(),
        ranges=written["hyperparameter_ranges"],
        warm_start_config=written["warm_start_config"],
        base_tuning_job_name="again",
    )
    tuner.tune(data(), wait=False)
    asked = shared.last_request(account)
    assert asked["WarmStartConfig"] == {
        "WarmStartType": "IdenticalDataAndAlgorithm",
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": name_of(started)}],
    }
    shared.assert_ranges_arrived(before, asked)
    after = fetch_tuning_data(tuner)
    assert [job.name for job in after.jobs] == [name_of(tuner), name_of(started)]
    assert len(after.trials) == 52
    visualize_tuning_job(tuner, advanced=True)


def test_the_next_round_and_the_best_model(account: World, started: Any) -> None:
    shared.assert_next_round(account, started)
    shared.assert_deploys(account, started, 3)
