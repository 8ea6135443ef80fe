"""Start a tuning job: the only call of amtviz's that changes anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.exceptions import ClientError

from amtviz.errors import AwsError
from amtviz.fetch.clients import Clients
from amtviz.fetch.errors import aws_errors
from amtviz.fetch.patience import Patience, run_watched
from amtviz.settings import TIMEOUT

_SEE = "'amtviz show {}' tells"


def start_tuning_job(
    request: Mapping[str, Any],
    *,
    region: str | None = None,
    session: boto3.Session | None = None,
    timeout: float = TIMEOUT,
) -> str:
    """Create a tuning job, which AWS starts at once.

    Parameters
    ----------
    request : mapping
        What CreateHyperParameterTuningJob takes.
    region : str, optional
        In place of the session's own.
    session : boto3.Session, optional
    timeout : float
        Seconds without any answer of AWS's after which it ends.

    Returns
    -------
    str
        The ARN.

    Raises
    ------
    AwsError
        If the name is taken, a limit is exceeded, something is denied or refused, or AWS couldn't
        answer.
    """
    clients = Clients(session, patience=Patience(timeout))

    def create() -> str:
        client = clients.get("sagemaker", None, region)
        with aws_errors(client), _explained(request["HyperParameterTuningJobName"], client):
            answer = client.create_hyper_parameter_tuning_job(**request)
        return str(answer["HyperParameterTuningJobArn"])

    return run_watched(create, clients.patience)


@contextmanager
def _explained(name: str, client: Any) -> Iterator[None]:
    """Say what only this call is answered; `aws_errors` says the rest."""
    try:
        yield
    except ClientError as error:
        answer = error.response.get("Error", {})
        code, message = str(answer.get("Code", "")), str(answer.get("Message", "")).rstrip(". ")
        where = f"in {client.meta.region_name}"
        if code == "ResourceInUse":
            again = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
            own = f" It may be this one: AWS was asked twice; {_SEE.format(name)}." if again else ""
            raise AwsError(
                f"There is a tuning job {name!r} already {where}, and nothing was started.{own} "
                "Choose another name (name=, on the command line --name)."
            ) from error
        if code == "ResourceLimitExceeded":
            raise AwsError(
                f"AWS doesn't start {name!r}: {message}. Lower ResourceLimits."
                "MaxParallelTrainingJobs, choose another instance type, or ask for more in Service "
                "Quotas."
            ) from error
        if code == "ValidationException":
            raise AwsError(
                f"AWS refuses {name!r}: {message}. Set what it should be by its path, with "
                "changes={'Path': value} (on the command line, --set Path=value)."
            ) from error
        raise
