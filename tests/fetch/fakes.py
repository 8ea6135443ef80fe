"""Objects with the attributes that SageMaker SDK 2 and 3 give theirs."""

from __future__ import annotations

from functools import partial
from typing import Any

import boto3

from amtviz.fetch import fetch_raw

# what CloudWatch adds has tests of its own, in test_metrics.py
fetch_trials = partial(fetch_raw, metrics=False)


class Unassigned:
    """What SDK 3 leaves in a field that isn't set."""

    def __bool__(self) -> bool:
        return False


class Session:
    """``sagemaker.Session``."""

    def __init__(self, boto_session: boto3.Session) -> None:
        self.boto_session = boto_session
        self.boto_region_name = boto_session.region_name


class _TuningJob:
    """What SDK 2 keeps as ``latest_tuning_job``."""

    def __init__(self, name: str, sagemaker_session: Session | None = None) -> None:
        self.sagemaker_session = sagemaker_session
        self.job_name = name

    @property
    def name(self) -> str:
        return self.job_name


class HyperParameterTuningJob:
    """``sagemaker.core.resources.HyperParameterTuningJob`` of SDK 3."""

    def __init__(self, name: str, arn: Any = None) -> None:
        self.hyper_parameter_tuning_job_name = name
        self.hyper_parameter_tuning_job_arn = arn or Unassigned()

    def __getitem__(self, key: str) -> Any:
        raise TypeError("not subscriptable")


class HyperparameterTuner:
    """The tuner of both: what differs is what ``latest_tuning_job`` holds."""

    def __init__(self, job: Any = None, boto_session: boto3.Session | None = None) -> None:
        self.base_tuning_job_name = "base"
        self.latest_tuning_job = job
        self.sagemaker_session = Session(boto_session) if boto_session else None


class HyperparameterTuningJobAnalytics:
    """Of both: a name, a client in private, and properties that call AWS."""

    def __init__(self, name: str, client: Any = None) -> None:
        self._name = name
        self._sage_client = client

    @property
    def name(self) -> str:
        return self._name

    def training_job_summaries(self, force_refresh: bool = False) -> list[Any]:
        raise AssertionError("it would call AWS")

    @property
    def tuning_ranges(self) -> Any:
        raise AssertionError("it would call AWS")
