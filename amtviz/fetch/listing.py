"""List the tuning jobs of an account and region."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import islice
from typing import Any

import boto3

from amtviz.errors import InputError, join_choices
from amtviz.fetch.clients import Clients
from amtviz.fetch.pages import Pages
from amtviz.fetch.patience import Patience, run_concurrently
from amtviz.model import TUNING_JOB_STATUSES
from amtviz.settings import TIMEOUT

_LISTED = "HyperParameterTuningJobSummaries"
_PAGE = 100  # the most that AWS gives at once; its default is 10


def list_summaries(
    *,
    status: str | None = None,
    contains: str | None = None,
    since: datetime | None = None,
    most: int | None = None,
    session: boto3.Session | None = None,
    region: str | None = None,
    timeout: float = TIMEOUT,
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
    region : str, optional
        In place of the session's own.
    timeout : float
        Seconds without any answer of AWS's after which it ends.

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
    clients = Clients(session, patience=Patience(timeout))
    (found,) = run_concurrently(
        lambda _: _read(clients.get("sagemaker", None, region), asked, most),
        [None],
        clients.patience,
    )
    return found


def _read(client: Any, asked: dict[str, Any], most: int | None) -> list[dict[str, Any]]:
    pages = Pages(
        client,
        "list_hyper_parameter_tuning_jobs",
        lambda page: [job["HyperParameterTuningJobArn"] for job in page[_LISTED]],
        math.inf,  # nobody counts them
        **asked,
        PaginationConfig={"PageSize": _PAGE},
    )
    return list(islice((job for page in pages for job in page[_LISTED]), most))
