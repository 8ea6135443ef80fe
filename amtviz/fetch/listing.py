"""List the tuning jobs of an account and region."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any

import boto3

from amtviz.errors import InputError, join_choices
from amtviz.fetch.clients import Clients
from amtviz.fetch.errors import aws_errors
from amtviz.model import TUNING_JOB_STATUSES

_PAGE = 100  # the most that AWS gives at once; its default is 10


def list_summaries(
    *,
    status: str | None = None,
    contains: str | None = None,
    since: datetime | None = None,
    most: int | None = None,
    session: boto3.Session | None = None,
) -> list[dict[str, Any]]:
    """List tuning jobs, newest first.

    Parameters
    ----------
    status : str, optional
        Only those with this status, in any case.
    contains : str, optional
        Only those with this in their name.
    since : datetime, optional
        Only those created after it.
    most : int, optional
        No more than that.
    session : boto3.Session, optional

    Returns
    -------
    list of dict
        ``HyperParameterTuningJobSummaries`` as AWS answers.

    Raises
    ------
    InputError
        If there is no such status.
    AwsError
        If AWS couldn't answer.
    """
    asked: dict[str, Any] = {"SortBy": "CreationTime", "SortOrder": "Descending"}
    if status is not None:
        known = {name.casefold(): name for name in TUNING_JOB_STATUSES}
        if status.casefold() not in known:
            raise InputError(
                f"There is no status {status!r}. Choose from {join_choices(TUNING_JOB_STATUSES)}."
            )
        asked["StatusEquals"] = known[status.casefold()]
    if contains:
        asked["NameContains"] = contains
    if since is not None:
        asked["CreationTimeAfter"] = since
    client = Clients(session).get("sagemaker")
    pages = client.get_paginator("list_hyper_parameter_tuning_jobs").paginate(
        **asked, PaginationConfig={"PageSize": _PAGE}
    )
    with aws_errors(client):
        found = (job for page in pages for job in page["HyperParameterTuningJobSummaries"])
        return list(islice(found, most))
