"""What stands for a tuning job, and what doesn't."""

from __future__ import annotations

from pathlib import Path

import boto3
import pandas as pd
import pytest

from amtviz.errors import InputError
from amtviz.fetch import TuningJobReference, is_tuning_job_reference, tuning_job_reference
from tests.fetch.fakes import (
    HyperparameterTuner,
    HyperParameterTuningJob,
    HyperparameterTuningJobAnalytics,
    Unassigned,
    _TuningJob,
)

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/bayes-1"
ACCEPTED = (
    "a tuning job's name, its ARN, a HyperparameterTuner of SageMaker SDK 2 or 3 that was started, "
    "an SDK 3 HyperParameterTuningJob, or a HyperparameterTuningJobAnalytics"
)


@pytest.fixture
def tokyo() -> boto3.Session:
    return boto3.Session("key", "secret", region_name="ap-northeast-1")


def test_a_name() -> None:
    assert tuning_job_reference(" bayes-1\n") == TuningJobReference("bayes-1")


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_an_arn_brings_region_and_account(partition: str) -> None:
    arn = ARN.replace("arn:aws:", f"arn:{partition}:")
    expected = TuningJobReference("bayes-1", None, "eu-west-1", "123456789012")
    assert tuning_job_reference(arn) == expected


def test_tuners_of_both_sdks_bring_their_session(tokyo: boto3.Session) -> None:
    expected = TuningJobReference("bayes-1", tokyo, "ap-northeast-1")
    for job in (_TuningJob("bayes-1"), HyperParameterTuningJob("bayes-1")):
        assert tuning_job_reference(HyperparameterTuner(job, tokyo)) == expected


def test_a_tuning_job_of_sdk_2_alone(tokyo: boto3.Session) -> None:
    job = HyperparameterTuner(_TuningJob("bayes-1"), tokyo)
    job.latest_tuning_job.sagemaker_session = job.sagemaker_session
    expected = TuningJobReference("bayes-1", tokyo, "ap-northeast-1")
    assert tuning_job_reference(job.latest_tuning_job) == expected


def test_a_resource_of_sdk_3_brings_the_region_of_its_arn() -> None:
    expected = TuningJobReference("bayes-1", None, "eu-west-1", "123456789012")
    assert tuning_job_reference(HyperParameterTuningJob("bayes-1", ARN)) == expected
    assert tuning_job_reference(HyperParameterTuningJob("bayes-1")) == TuningJobReference("bayes-1")


def test_analytics_bring_the_region_of_their_client(tokyo: boto3.Session) -> None:
    analytics = HyperparameterTuningJobAnalytics("bayes-1", tokyo.client("sagemaker"))
    assert tuning_job_reference(analytics) == TuningJobReference("bayes-1", None, "ap-northeast-1")


@pytest.mark.parametrize("nothing", [None, Unassigned(), HyperParameterTuningJob(Unassigned())])
def test_a_tuner_that_was_never_started(nothing: object) -> None:
    with pytest.raises(InputError) as caught:
        tuning_job_reference(HyperparameterTuner(nothing))
    assert str(caught.value) == (
        "The HyperparameterTuner was never started, so it has no tuning job to show. Call its "
        "fit() (SageMaker SDK 2) or tune() (SDK 3) first, or pass the name of a tuning job that "
        "ran."
    )


@pytest.mark.parametrize(
    ("thing", "type_name"),
    [
        (7, "int"),
        (None, "NoneType"),
        (b"bayes-1", "bytes"),
        (Path("bayes-1"), "PosixPath"),
        (pd.DataFrame({"name": ["bayes-1"], "job_name": ["x"]}), "DataFrame"),
        (pd.Series([1], name="bayes-1"), "Series"),
    ],
)
def test_anything_else(thing: object, type_name: str) -> None:
    assert not is_tuning_job_reference(thing)
    with pytest.raises(InputError) as caught:
        tuning_job_reference(thing)
    assert str(caught.value) == f"Can't take a {type_name} for a tuning job. Pass {ACCEPTED}."


def test_what_api_must_not_take_apart() -> None:
    for thing in (
        "bayes-1",
        HyperparameterTuner(),
        HyperParameterTuningJob("bayes-1"),
        HyperparameterTuningJobAnalytics("bayes-1"),
        _TuningJob("bayes-1"),
    ):
        assert is_tuning_job_reference(thing)


@pytest.mark.parametrize("name", ["", "a b", "-a", "a-", "x" * 33, "bayes/1", "bayes_1", "größe"])
def test_an_impossible_name(name: str) -> None:
    with pytest.raises(InputError) as caught:
        tuning_job_reference(name)
    assert str(caught.value) == (
        f"{name!r} can't be a tuning job's name: that has 1 to 32 letters, digits and hyphens, and "
        f"no hyphen first or last. Pass {ACCEPTED}."
    )


def test_a_training_job_leads_to_its_tuning_job() -> None:
    with pytest.raises(InputError) as caught:
        tuning_job_reference("sagemaker-xgboost-240101-1200-042-0a1b2c3d")
    assert str(caught.value) == (
        "'sagemaker-xgboost-240101-1200-042-0a1b2c3d' is the name of a training job. Pass its "
        "tuning job: 'sagemaker-xgboost-240101-1200'."
    )


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3:::bucket",
        "arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/",
    ],
)
def test_the_arn_of_something_else(arn: str) -> None:
    with pytest.raises(InputError) as caught:
        tuning_job_reference(arn)
    assert str(caught.value) == (
        f"{arn!r} is not the ARN of a tuning job. That looks like "
        "'arn:aws:sagemaker:<region>:<account>:hyper-parameter-tuning-job/<name>'."
    )
