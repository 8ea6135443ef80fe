"""Describe one training job, where Search has not told of it."""

from __future__ import annotations

from typing import Any

import boto3

from amtviz.fetch.clients import Clients
from amtviz.fetch.errors import aws_errors
from amtviz.fetch.patience import Patience, run_watched
from amtviz.settings import TIMEOUT


def describe_training_job(
    name: str,
    *,
    region: str | None = None,
    session: boto3.Session | None = None,
    timeout: float = TIMEOUT,
) -> dict[str, Any]:
    """Return the answer of DescribeTrainingJob.

    Parameters
    ----------
    name : str
    region : str, optional
        In place of the session's own.
    session : boto3.Session, optional
    timeout : float
        Seconds without any answer of AWS's after which it ends.

    Returns
    -------
    dict

    Raises
    ------
    AwsError
        If AWS couldn't answer.
    """
    clients = Clients(session, patience=Patience(timeout))

    def describe() -> dict[str, Any]:
        client = clients.get("sagemaker", None, region)
        with aws_errors(client):
            return dict(client.describe_training_job(TrainingJobName=name))

    return run_watched(describe, clients.patience)
