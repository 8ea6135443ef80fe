"""List the tuning jobs of an account and region."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import islice
from typing import Any

import boto3

from amtviz.errors import AwsError, InputError, join_choices
from amtviz.fetch.clients import Clients, attempt
from amtviz.fetch.pages import Pages
from amtviz.fetch.patience import Patience, run_watched
from amtviz.fetch.related import search_tuning_jobs
from amtviz.model import TUNING_JOB_STATUSES
from amtviz.settings import TIMEOUT

_LISTED = "HyperParameterTuningJobSummaries"
_ARN = "HyperParameterTuningJobArn"
_PAGES = 3  # of Search, 100 tuning jobs each
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
    lineage: bool = False,
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
    lineage : bool
        Ask Search for the warm starts as well, if it may be asked.

    Returns
    -------
    list of dict
        ``HyperParameterTuningJobSummaries`` as AWS answers; those of which it is known have
        ``WarmStartConfig`` as well, empty without a warm start.

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
    found = run_watched(
        lambda: _read(clients.get("sagemaker", None, region), asked, most), clients.patience
    )
    if not lineage or not found:
        return found
    starts = run_watched(
        lambda: attempt(lambda: _find_warm_starts(clients, region, found)), clients.patience
    )
    if isinstance(starts, AwsError):
        return found
    return [
        {**job, "WarmStartConfig": starts[job[_ARN]]} if job[_ARN] in starts else job
        for job in found
    ]


def _find_warm_starts(
    clients: Clients, region: str | None, jobs: list[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the warm start of each tuning job by its ARN, of the 300 newest."""
    oldest = min(job["CreationTime"] for job in jobs)
    found = {
        str(job.get(_ARN)): dict(job.get("WarmStartConfig") or {})
        for job in search_tuning_jobs(clients, region=region, pages=_PAGES, since=oldest)
    }
    return {arn: start for arn, start in found.items() if arn}


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
