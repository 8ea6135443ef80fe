"""List the trials of a tuning job, and search for what their summaries leave out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from amtviz.errors import AwsError
from amtviz.fetch.clients import Clients, attempt, run_concurrently
from amtviz.fetch.errors import AccessDeniedError, aws_errors
from amtviz.fetch.progress import progress
from amtviz.fetch.tuning_jobs import DescribedJob

PAGE = 100  # the most that AWS gives at once; its default is 10

Answers = list[dict[str, Any]]


def fetch_training_jobs(
    jobs: Sequence[DescribedJob], requested: int, clients: Clients
) -> tuple[list[Answers], list[Answers], list[str]]:
    """Fetch the trials of tuning jobs, side by side, under a progress bar.

    Parameters
    ----------
    jobs : sequence of DescribedJob
    requested : int
        How many of them, from the first, must be listed; the rest are ancestors.
    clients : Clients

    Returns
    -------
    summaries : list of list of dict
        Per job, every entry of ListTrainingJobsForHyperParameterTuningJob.
    records : list of list of dict
        Per job, the ``TrainingJob`` records of Search, of listed trials only; may be fewer.
    notices : list of str

    Raises
    ------
    AwsError
        If the trials of a requested job can't be listed.
    """
    with progress("Fetching trials", "trial", sum(_expected(job) for job in jobs)) as advance:

        def fetch(call: tuple[DescribedJob, bool]) -> Answers | AwsError:
            job, listing = call
            client = clients.get("sagemaker", job.session, job.region)
            if listing:
                return attempt(lambda: _list(client, job.name, advance))
            return attempt(lambda: _search(client, job))

        # the lists first: they must succeed, and the bar counts them
        listed = [(job, True) for job in jobs]
        answers = run_concurrently(fetch, [*listed, *((job, False) for job in jobs)])
    summaries: list[Answers] = []
    records: list[Answers] = []
    notices: list[str] = []
    for position, job in enumerate(jobs):
        trials, found = answers[position], answers[len(jobs) + position]
        if isinstance(trials, AwsError):
            if position < requested or not isinstance(trials, AccessDeniedError):
                raise trials
            notices.append(
                f"The trials of {job.name!r}, a warm-start parent, may not be listed "
                f"({trials.action} is denied): they are left out."
            )
            trials = found = []
        kept, missed = _reconcile(job, trials, found)
        summaries.append(trials)
        records.append(kept)
        notices += missed
    return summaries, records, list(dict.fromkeys(notices))


def _list(client: Any, name: str, advance: Callable[[int], None]) -> Answers:
    pages = client.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName=name,
        # sorting by the objective, the other order there is, drops the trials without one
        SortBy="CreationTime",
        SortOrder="Ascending",
        PaginationConfig={"PageSize": PAGE},
    )
    found: dict[str, dict[str, Any]] = {}  # pages shift while the job runs: the latest counts
    with aws_errors(client):
        for page in pages:
            found |= {trial["TrainingJobName"]: trial for trial in page["TrainingJobSummaries"]}
            advance(len(page["TrainingJobSummaries"]))
    return list(found.values())


def _search(client: Any, job: DescribedJob) -> Answers:
    if not _expected(job):
        return []
    found = _search_where(client, job, "TuningJobArn", "Equals", job.arn)
    # trials are named after their tuning job
    return found or _search_where(client, job, "TrainingJobName", "Contains", f"{job.name}-")


def _search_where(client: Any, job: DescribedJob, name: str, operator: str, value: str) -> Answers:
    pages = client.get_paginator("search").paginate(
        Resource="TrainingJob",
        SearchExpression={"Filters": [{"Name": name, "Operator": operator, "Value": value}]},
        PaginationConfig={"PageSize": PAGE},
    )
    with aws_errors(client):
        records = [result["TrainingJob"] for page in pages for result in page["Results"]]
    return [record for record in records if record.get("TuningJobArn", "").lower() == job.key]


def _reconcile(
    job: DescribedJob, trials: Answers, found: Answers | AwsError
) -> tuple[Answers, list[str]]:
    """Keep the records of listed trials, in the list's order, and say what is missing."""
    lost = "final metrics, billable time and instances"
    if isinstance(found, AccessDeniedError):
        return [], [f"The {lost} of the trials are unknown: {found.action} is denied."]
    if isinstance(found, AwsError):
        return [], [f"The {lost} of the trials of {job.name!r} are unknown. {found}"]
    by_name = {record["TrainingJobName"]: record for record in found}
    records = [by_name[name] for trial in trials if (name := trial["TrainingJobName"]) in by_name]
    notices = []
    if len(records) < len(trials):
        notices.append(
            f"Search knows {len(records)} of the {len(trials)} trials of {job.name!r}: the {lost} "
            "of the others are unknown. It lags behind; fetch again later for the rest."
        )
    if unlisted := len(by_name) - len(records):
        notices.append(
            f"Trials of {job.name!r} that Search knows but its list doesn't have yet are left out: "
            f"{unlisted}. Fetch again to have them."
        )
    return records, notices


def _expected(job: DescribedJob) -> int:
    """Count the trials that AWS says there are, for the bar and to save a search for none."""
    return sum((job.description.get("TrainingJobStatusCounters") or {}).values())
