"""List the trials of a tuning job, and search for what their summaries leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from amtviz.errors import AwsError
from amtviz.fetch.clients import Clients, attempt, run_concurrently
from amtviz.fetch.errors import AccessDeniedError, aws_errors
from amtviz.fetch.kept import Answers, KeptTrials, is_finished_trial
from amtviz.fetch.tuning_jobs import DescribedJob
from amtviz.progress import progress

PAGE = 100  # the most that AWS gives at once; its default is 10


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
            if listing:
                return attempt(lambda: _list(clients, job, advance))
            return attempt(lambda: _search(clients, job))

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


def _list(clients: Clients, job: DescribedJob, advance: Callable[[int], None]) -> Answers:
    kept = clients.keeper.find_listed(job.kept_as)
    if kept.final:
        advance(len(kept.trials))
        return kept.trials
    client = clients.get("sagemaker", job.session, job.region)
    pages = client.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName=job.name,
        # sorting by the objective, the other order there is, drops the trials without one
        SortBy="CreationTime",
        SortOrder="Descending" if kept.trials else "Ascending",
        PaginationConfig={"PageSize": PAGE},
    )
    with aws_errors(client):
        trials = _merge(
            (page["TrainingJobSummaries"] for page in pages), kept, _expected(job), advance
        )
    clients.keeper.keep_listed(job.kept_as, job.description, trials)
    return trials


def _search(clients: Clients, job: DescribedJob) -> Answers:
    if not _expected(job):
        return []
    kept = clients.keeper.find_searched(job.kept_as)
    if kept.final:
        return kept.trials
    client = clients.get("sagemaker", job.session, job.region)
    found = _search_where(client, job, kept, "TuningJobArn", "Equals", job.arn)
    if not found:  # trials are named after their tuning job
        found = _search_where(client, job, kept, "TrainingJobName", "Contains", f"{job.name}-")
    clients.keeper.keep_searched(job.kept_as, job.description, found)
    return found


def _search_where(
    client: Any, job: DescribedJob, kept: KeptTrials, name: str, operator: str, value: str
) -> Answers:
    newest_first = {"SortBy": "CreationTime", "SortOrder": "Descending"} if kept.trials else {}
    pages = client.get_paginator("search").paginate(
        Resource="TrainingJob",
        SearchExpression={"Filters": [{"Name": name, "Operator": operator, "Value": value}]},
        PaginationConfig={"PageSize": PAGE},
        **newest_first,
    )
    with aws_errors(client):
        records = ([result["TrainingJob"] for result in page["Results"]] for page in pages)
        own = (
            [r for r in page if r.get("TuningJobArn", "").lower() == job.key] for page in records
        )
        return _merge(own, kept, _expected(job))


def _merge(
    pages: Iterable[Answers],
    kept: KeptTrials,
    expected: int,
    advance: Callable[[int], None] = lambda steps: None,
) -> Answers:
    """Read pages until the rest can only be finished trials that are kept, oldest first."""
    before = {trial["TrainingJobName"]: trial for trial in kept.trials}
    unfinished = {name for name, trial in before.items() if not is_finished_trial(trial)}
    found: dict[str, dict[str, Any]] = {}  # pages shift while the job runs: the latest counts
    for page in pages:
        names = [trial["TrainingJobName"] for trial in page]
        found |= dict(zip(names, page, strict=True))
        advance(len(page))
        reached = unfinished <= found.keys() and not before.keys().isdisjoint(names)
        if reached and len(before | found) >= expected:
            found = before | found
            break
    trials = list(found.values())
    return sorted(trials, key=lambda trial: trial["CreationTime"]) if before else trials


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
