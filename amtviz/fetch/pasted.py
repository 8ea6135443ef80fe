"""What people paste for a tuning job: a console's address, an answer of AWS, a pipeline's step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from amtviz.errors import InputError

_CONSOLE = re.compile(
    r"((?P<region>[a-z]{2}(-[a-z]+)+-\d)\.)?"
    r"(console\.aws\.amazon\.com|console\.amazonaws\.cn|console\.amazonaws-us-gov\.com)"
)
_TUNING_JOB = re.compile(r"hyper-(parameter-)?tuning-jobs?/(?P<name>[^/?#;]+)")
_TRAINING_JOB = re.compile(r"(^|/)(training-)?jobs?/(?P<name>[^/?#;]+)")
_TRIAL = re.compile(r"(?P<name>[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31})-\d{3,}-[0-9a-f]{8}")
_TRAINING_ARN = re.compile(r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:training-job/(?P<name>.+)")

_FIND = (
    "Find it in the list of amtviz.list_tuning_jobs(), or pass the step of "
    "execution.list_steps() whose Metadata has a TuningJob."
)


def is_training_job(text: str) -> bool:
    """Tell whether a text is the ARN of a training job, or a name as tuning jobs give them."""
    return bool(_TRAINING_ARN.fullmatch(text) or _TRIAL.fullmatch(text))


def explain_training_job(text: str, tuning_job: object = None) -> InputError:
    """Return the error that says to which tuning job a training job belongs.

    Parameters
    ----------
    text : str
        Its name or ARN.
    tuning_job : str, optional
        The ARN of its tuning job, if that is known; else the name tells.
    """
    arn = _TRAINING_ARN.fullmatch(text)
    trial = _TRIAL.fullmatch(arn["name"] if arn else text)
    owner = str(tuning_job or "").rpartition("/")[2] or (trial["name"] if trial else "")
    what = "ARN" if arn else "name"
    if owner:
        return InputError(
            f"{text!r} is the {what} of a training job. Pass its tuning job: {owner!r}."
        )
    return InputError(
        f"{text!r} is the {what} of a training job, and not one that a tuning job named. Pass the "
        "tuning job's name: describe_training_job answers its TuningJobArn."
    )


def read_console_url(text: str) -> tuple[str, str | None] | None:
    """Return the name and region in the address of a tuning job's page in the console.

    Parameters
    ----------
    text : str

    Returns
    -------
    name : str
    region : str, optional
        None when the address doesn't say. Nothing at all when the text is no address.

    Raises
    ------
    InputError
        If it is another address, or that of a training job.
    """
    if not text.lower().startswith(("https://", "http://")):
        return None
    url = urlsplit(text)
    host = _CONSOLE.fullmatch((url.hostname or "").lower())
    where = unquote(f"{url.path}#{url.fragment}")
    job = _TUNING_JOB.search(where)
    if host and job:
        asked = parse_qs(url.query).get("region") or [host["region"]]
        return job["name"], asked[0]
    training = _TRAINING_JOB.search(where)
    if host and training:
        raise explain_training_job(training["name"])
    raise InputError(
        f"{text!r} isn't the address of a tuning job in the AWS console. That ends in "
        "'#/hyper-tuning-jobs/<name>'; or pass the tuning job's name or ARN."
    )


def read_answer(answer: Mapping[Any, Any]) -> str:
    """Return the name or ARN of the tuning job that an answer of AWS is about.

    Parameters
    ----------
    answer : mapping
        Of describe_hyper_parameter_tuning_job, one of the list of tuning jobs, or a step of
        list_pipeline_execution_steps or its Metadata.

    Raises
    ------
    InputError
        If it is about a training job, or about neither.
    """
    for key in ("HyperParameterTuningJobArn", "HyperParameterTuningJobName"):
        if isinstance(answer.get(key), str):
            return str(answer[key])
    metadata = answer.get("Metadata") or answer
    if isinstance(metadata, Mapping):
        step = {key: metadata.get(key) or {} for key in ("TuningJob", "TrainingJob")}
        if step["TuningJob"].get("Arn"):
            return str(step["TuningJob"]["Arn"])
        if step["TrainingJob"].get("Arn"):
            raise explain_training_job(str(step["TrainingJob"]["Arn"]))
    if isinstance(answer.get("TrainingJobName"), str):
        raise explain_training_job(answer["TrainingJobName"], answer.get("TuningJobArn"))
    raise InputError(
        f"There is no tuning job in this {type(answer).__name__} with "
        f"{', '.join(map(repr, list(answer)[:5])) or 'nothing in it'}. Pass the answer of "
        "describe_hyper_parameter_tuning_job, or a pipeline execution's step that has a TuningJob."
    )


def check_pipeline(obj: object) -> None:
    """Raise an error with the way to the tuning job if only a pipeline will start it.

    Parameters
    ----------
    obj : object
        A tuner without a tuning job, a ``TuningStep``, or anything else.

    Raises
    ------
    InputError
    """
    if "TuningStep" in _class_names(obj):
        raise InputError(
            "A TuningStep describes what its pipeline will start: each execution has a tuning job "
            f"of its own. {_FIND}"
        )
    if "PipelineSession" in _class_names(getattr(obj, "sagemaker_session", None)):
        raise InputError(
            f"The {type(obj).__name__} has a PipelineSession, so that the pipeline starts its "
            f"tuning job, not the tuner. {_FIND}"
        )


def _class_names(obj: object) -> set[str]:
    return {kind.__name__ for kind in type(obj).__mro__}
