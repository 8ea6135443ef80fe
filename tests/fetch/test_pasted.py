"""References as people paste them: addresses, answers, training jobs, pipelines."""

from __future__ import annotations

from typing import Any

import pytest

import amtviz
from amtviz.errors import InputError, TuningJobNotFoundError
from amtviz.fetch import TuningJobReference, tuning_job_reference
from tests.aws.world import World
from tests.fetch.fakes import HyperparameterTuner

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/bayes-1"
TRIAL = "bayes-1-007-0a1b2c3d"
TRIAL_ARN = f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{TRIAL}"
WHOLE = TuningJobReference("bayes-1", None, "eu-west-1", "123456789012")
FIND = (
    "Find it in the list of amtviz.list_tuning_jobs(), or pass the step of execution.list_steps() "
    "whose Metadata has a TuningJob."
)


@pytest.mark.parametrize(
    "url",
    [
        "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1"
        "#/hyper-tuning-jobs/bayes-1",
        "https://console.aws.amazon.com/sagemaker/home?region=eu-west-1#/hyper-tuning-jobs/bayes-1"
        "?tab=trainingJobs",
        " https://eu-west-1.console.aws.amazon.com/sagemaker/home#/hyper-tuning-jobs/bayes-1/tags",
    ],
)
def test_a_console_url(url: str) -> None:
    assert tuning_job_reference(url) == TuningJobReference("bayes-1", None, "eu-west-1")


def test_a_console_url_is_fetched(aws: World) -> None:
    aws.generate("bayes-1", trials=2, region="eu-west-1")
    url = "https://eu-west-1.console.aws.amazon.com/sagemaker/home#/hyper-tuning-jobs/bayes-1"
    assert len(amtviz.fetch_tuning_data(url, metrics=False).trials) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"HyperParameterTuningJobName": "bayes-1", "HyperParameterTuningJobArn": ARN},
        {"StepName": "Tune", "Metadata": {"TuningJob": {"Arn": ARN}}},
        {"TuningJob": {"Arn": ARN}},
    ],
)
def test_answers_of_aws(answer: dict[str, Any]) -> None:
    assert tuning_job_reference(answer) == WHOLE


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (TRIAL_ARN, f"'{TRIAL_ARN}' is the ARN of a training job. Pass its tuning job: 'bayes-1'."),
        (
            {"Metadata": {"TrainingJob": {"Arn": TRIAL_ARN}}},
            f"'{TRIAL_ARN}' is the ARN of a training job. Pass its tuning job: 'bayes-1'.",
        ),
        (
            {"TrainingJobName": "own-name", "TuningJobArn": ARN},
            "'own-name' is the name of a training job. Pass its tuning job: 'bayes-1'.",
        ),
        (
            {"TrainingJobName": "own-name"},
            "'own-name' is the name of a training job, and not one that a tuning job named. Pass "
            "the tuning job's name: describe_training_job answers its TuningJobArn.",
        ),
        (
            f"https://console.aws.amazon.com/sagemaker/home?region=eu-west-1#/jobs/{TRIAL}",
            f"'{TRIAL}' is the name of a training job. Pass its tuning job: 'bayes-1'.",
        ),
        (
            "https://example.com/hyper-tuning-jobs/bayes-1",
            "'https://example.com/hyper-tuning-jobs/bayes-1' isn't the address of a tuning job in "
            "the AWS console. That ends in '#/hyper-tuning-jobs/<name>'; or pass the tuning job's "
            "name or ARN.",
        ),
        (
            {"StepName": "Train"},
            "There is no tuning job in this dict with 'StepName'. Pass the answer of "
            "describe_hyper_parameter_tuning_job, or a pipeline execution's step that has a "
            "TuningJob.",
        ),
    ],
)
def test_what_belongs_to_a_tuning_job_or_to_none(given: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        tuning_job_reference(given)
    assert str(caught.value) == message


def test_the_name_of_a_training_job_that_could_be_a_tuning_jobs(aws: World) -> None:
    with pytest.raises(TuningJobNotFoundError) as caught:
        amtviz.fetch_tuning_data(TRIAL)
    assert str(caught.value) == (
        f"There is no tuning job '{TRIAL}' in us-east-1. '{TRIAL}' is the name of a training job. "
        "Pass its tuning job: 'bayes-1'."
    )


class Session:
    boto_session = None


class PipelineSession(Session):
    """As of SageMaker SDK 2: fit() only describes a step."""


class TuningStep:
    """As of SageMaker SDK 2."""

    name = "Tune"


def test_what_a_pipeline_starts_is_told_how_to_find() -> None:
    tuner = HyperparameterTuner(None)
    tuner.sagemaker_session = PipelineSession()
    with pytest.raises(InputError) as caught:
        tuning_job_reference(tuner)
    assert str(caught.value) == (
        "The HyperparameterTuner has a PipelineSession, so that the pipeline starts its tuning "
        f"job, not the tuner. {FIND}"
    )
    with pytest.raises(InputError) as caught:
        tuning_job_reference(TuningStep())
    assert str(caught.value) == (
        "A TuningStep describes what its pipeline will start: each execution has a tuning job of "
        f"its own. {FIND}"
    )
