"""The account's other tuning jobs, found by one call: what they came from, and which are alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from amtviz.answers import read_definitions
from amtviz.errors import AwsError, join_choices
from amtviz.fetch.clients import Clients, attempt
from amtviz.fetch.errors import AccessDeniedError
from amtviz.fetch.pages import Pages
from amtviz.fetch.patience import run_concurrently
from amtviz.fetch.resolve import TuningJobReference
from amtviz.fetch.tuning_jobs import DescribedJob, describe_tuning_jobs
from amtviz.wording.lists import plural
from amtviz.wording.statuses import RUNNING_STATUSES

MOST_RELATED = 5  # more lines than that can't be told apart in a chart
_PAGE = 100  # the most that AWS gives at once
_USABLE = ("Completed", "Stopped", *RUNNING_STATUSES)

Answer = Mapping[str, Any]


def search_tuning_jobs(
    clients: Clients,
    *,
    session: Any = None,
    region: str | None = None,
    pages: int = 1,
    since: datetime | None = None,
) -> list[Answer]:
    """Return the newest tuning jobs as AWS describes them, 100 a call.

    Parameters
    ----------
    clients : Clients
    session : boto3.Session, optional
    region : str, optional
    pages : int
        How many calls, at most.
    since : datetime, optional
        Ask for no more pages once they are older than that.

    Returns
    -------
    list of mapping
        The newest first; empty descriptions are left out.

    Raises
    ------
    AwsError
        If AWS couldn't answer.
    """
    found = Pages(
        clients.get("sagemaker", session, region),
        "search",
        lambda page: [job["HyperParameterTuningJobName"] for job in _jobs_of(page)],
        math.inf,  # pages are counted here
        Resource="HyperParameterTuningJob",
        SortBy="CreationTime",
        SortOrder="Descending",
        PaginationConfig={"PageSize": _PAGE},
    )
    jobs: list[Answer] = []
    for page in islice(found, pages):
        jobs += _jobs_of(page)
        times = [job["CreationTime"] for job in jobs if job.get("CreationTime")]
        if since is not None and times and times[-1] <= since:
            break
    return jobs


def find_related(
    jobs: Sequence[DescribedJob], clients: Clients
) -> tuple[list[DescribedJob], list[str]]:
    """Find other tuning jobs that optimize the same metric of the same algorithm.

    Parameters
    ----------
    jobs : sequence of DescribedJob
    clients : Clients

    Returns
    -------
    related : list of DescribedJob
        Five at most, the newest: of the 100 newest tuning jobs of each region that ``jobs`` are in.
        Those that failed, or of which no training job ended, are passed over.
    notices : list of str
        Which were found, among how many, or why AWS couldn't say.
    """
    wanted = {goal for job in jobs for goal in _goals(job.description)}
    if not wanted:
        names = join_choices(job.name for job in jobs)
        return [], [
            f"Which tuning jobs are related can't be told: the description of {names} names no "
            "algorithm image, or no objective."
        ]
    places = list(dict.fromkeys((job.session, job.region) for job in jobs))
    answers = run_concurrently(
        lambda place: attempt(
            lambda: search_tuning_jobs(clients, session=place[0], region=place[1])
        ),
        places,
        clients.patience,
    )
    failed = next((answer for answer in answers if isinstance(answer, AwsError)), None)
    if failed is not None:
        return [], [_explain_failure(failed)]
    known = {job.key for job in jobs}
    others: list[Answer] = []
    references = []
    for (session, region), answer in zip(places, answers, strict=True):
        assert not isinstance(answer, AwsError)
        found = [j for j in answer if str(j.get("HyperParameterTuningJobArn")).lower() not in known]
        others += found
        references += [
            TuningJobReference(str(job["HyperParameterTuningJobName"]), session, region)
            for job in found
            if _is_usable(job) and wanted & _goals(job)
        ]
    related = attempt(lambda: describe_tuning_jobs(references[:MOST_RELATED], clients))
    if isinstance(related, AwsError):
        return [], [_explain_failure(related)]
    found_names = [reference.name for reference in references]
    told = _tell(found_names[:MOST_RELATED], found_names[MOST_RELATED:], len(others))
    return related, [told]


def _jobs_of(page: Answer) -> list[Answer]:
    found = [result.get("HyperParameterTuningJob") or {} for result in page.get("Results") or ()]
    return [job for job in found if job.get("HyperParameterTuningJobName")]


def _goals(description: Answer) -> set[tuple[str, str, str]]:
    """Return image or algorithm, metric and direction of each definition that names them."""
    goals = set()
    for definition in read_definitions(description).values():
        algorithm = definition.get("AlgorithmSpecification") or {}
        objective = definition["TuningObjective"]
        goal = (
            str(algorithm.get("TrainingImage") or algorithm.get("AlgorithmName") or ""),
            str(objective.get("MetricName") or ""),
            str(objective.get("Type") or ""),
        )
        if all(goal):
            goals.add(goal)
    return goals


def _is_usable(job: Answer) -> bool:
    counters = job.get("TrainingJobStatusCounters") or {}
    ended = (counters.get("Completed") or 0) + (counters.get("Stopped") or 0)
    return job.get("HyperParameterTuningJobStatus") in _USABLE and ended > 0


def _tell(names: Sequence[str], more: Iterable[str], searched: int) -> str:
    among = f"the {searched:,} newest others" if searched > 1 else plural(searched, "other")
    if not names:
        return f"No related tuning job: none of {among} has the same objective and algorithm image."
    told = (
        f"{plural(len(names), 'related tuning job')} of the same objective and algorithm image, "
        f"among {among}: {join_choices(names)}."
    )
    left = list(more)
    return f"{told} {len(left):,} more may be named: {join_choices(left, 5)}." if left else told


def _explain_failure(error: AwsError) -> str:
    if isinstance(error, AccessDeniedError):
        return (
            "Which tuning jobs are related isn't known: these credentials may not call "
            f"{error.action}."
        )
    return f"Which tuning jobs are related isn't known: {error}"
