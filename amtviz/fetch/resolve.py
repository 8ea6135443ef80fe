"""What a person passes as a tuning job: a name, an ARN or an SDK object, never imported here.

Objects are told apart by their attributes, so SageMaker SDK 2 and 3 both work, installed or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from amtviz.errors import InputError
from amtviz.fetch.pasted import (
    check_pipeline,
    explain_training_job,
    is_training_job,
    read_answer,
    read_console_url,
)

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")
_ARN = re.compile(
    r"arn:aws[a-z-]*:sagemaker:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):"
    r"hyper-parameter-tuning-job/(?P<name>[^/:]+)"
)

_ACCEPTED = (
    "a tuning job's name, its ARN, a HyperparameterTuner of SageMaker SDK 2 or 3 that was started, "
    "an SDK 3 HyperParameterTuningJob, or a HyperparameterTuningJobAnalytics"
)


@dataclass(frozen=True)
class TuningJobReference:
    """Which tuning job to ask for, and with what.

    Attributes
    ----------
    name : str
    session : boto3.Session, optional
        The object's own; None for the caller's.
    region, account : str, optional
        From an ARN; the region may also be the object's own.
    """

    name: str
    session: boto3.Session | None = None
    region: str | None = None
    account: str | None = None


def is_tuning_job_reference(obj: object) -> bool:
    """Tell whether an object stands for one tuning job, started or not.

    Parameters
    ----------
    obj : object

    Returns
    -------
    bool
    """
    return isinstance(obj, (str, Mapping)) or any(
        hasattr(type(obj), name) or name in getattr(obj, "__dict__", {})
        for name in (
            "hyper_parameter_tuning_job_name",  # SDK 3 HyperParameterTuningJob
            "latest_tuning_job",  # a tuner of either SDK
            "training_job_summaries",  # analytics of either SDK
            "job_name",  # what SDK 2 keeps as latest_tuning_job
        )
    )


def tuning_job_reference(obj: object) -> TuningJobReference:
    """Find out which tuning job an object stands for.

    Parameters
    ----------
    obj : object
        A name, an ARN, the address of its page in the console, an answer of AWS about it (a
        pipeline execution's step, too), a tuner of SageMaker SDK 2 or 3, an SDK 3
        ``HyperParameterTuningJob``, or an analytics object.

    Returns
    -------
    TuningJobReference

    Raises
    ------
    InputError
        If it is none of these, isn't a possible name, stands for a training job, or is a tuner that
        was never started; what a pipeline starts is told how to find.
    """
    if isinstance(obj, str):
        return _from_text(obj.strip())
    if isinstance(obj, Mapping):
        return _from_text(read_answer(obj))
    if not is_tuning_job_reference(obj):
        check_pipeline(obj)
        raise InputError(f"Can't take a {type(obj).__name__} for a tuning job. Pass {_ACCEPTED}.")
    # only a tuner that isn't a tuning job itself points at one
    tuner = getattr(obj, "hyper_parameter_tuning_job_name", None) is None and hasattr(
        obj, "latest_tuning_job"
    )
    job = getattr(obj, "latest_tuning_job", None) if tuner else obj
    name = _name_of(job)
    if name is None:
        check_pipeline(obj)
        raise InputError(
            f"The {type(obj).__name__} was never started, so it has no tuning job to show. Call "
            "its fit() (SageMaker SDK 2) or tune() (SDK 3) first, or pass the name of a tuning "
            "job that ran."
        )
    arn = _arn_of(job)
    session, region = _session_of(obj)
    from_arn = _ARN.fullmatch(arn or "")
    if from_arn:
        return TuningJobReference(name, session, from_arn["region"], from_arn["account"])
    return TuningJobReference(name, session, region)


def _from_text(text: str) -> TuningJobReference:
    page = read_console_url(text)
    if page is not None:
        return TuningJobReference(page[0], None, page[1])
    if text.startswith("arn:"):
        if is_training_job(text):
            raise explain_training_job(text)
        arn = _ARN.fullmatch(text)
        if arn is None:
            raise InputError(
                f"{text!r} is not the ARN of a tuning job. That looks like "
                "'arn:aws:sagemaker:<region>:<account>:hyper-parameter-tuning-job/<name>'."
            )
        return TuningJobReference(arn["name"], None, arn["region"], arn["account"])
    if _NAME.fullmatch(text):
        return TuningJobReference(text)
    if is_training_job(text):
        raise explain_training_job(text)
    raise InputError(
        f"{text!r} can't be a tuning job's name: that has 1 to 32 letters, digits and hyphens, and "
        f"no hyphen first or last. Pass {_ACCEPTED}."
    )


def _name_of(obj: object) -> str | None:
    # SDK 3 leaves unset fields as objects of its own, so only text counts
    for attribute in ("hyper_parameter_tuning_job_name", "job_name", "name"):
        name = getattr(obj, attribute, None)
        if isinstance(name, str) and name:
            return name
    return None


def _arn_of(obj: object) -> str | None:
    arn = getattr(obj, "hyper_parameter_tuning_job_arn", None)
    return arn if isinstance(arn, str) else None


def _session_of(obj: Any) -> tuple[boto3.Session | None, str | None]:
    """Return an SDK object's own boto3 session and region, if it has them."""
    sagemaker_session = getattr(obj, "sagemaker_session", None)
    session = getattr(sagemaker_session, "boto_session", None)
    region = getattr(sagemaker_session, "boto_region_name", None)
    if session is None:
        # an analytics object keeps a client only, which knows its region
        client = getattr(obj, "_sage_client", None)
        region = region or getattr(getattr(client, "meta", None), "region_name", None)
    return session, region if isinstance(region, str) else None
