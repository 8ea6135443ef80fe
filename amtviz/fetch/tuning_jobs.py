"""Describe tuning jobs, and the warm-start parents they came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import Any

import boto3
from botocore.exceptions import ClientError

from amtviz.errors import AwsError, InputError, TuningJobNotFoundError, join_choices
from amtviz.fetch.clients import Clients, attempt
from amtviz.fetch.errors import AccessDeniedError, aws_errors, is_not_found
from amtviz.fetch.pasted import explain_training_job, is_training_job
from amtviz.fetch.patience import run_concurrently
from amtviz.fetch.resolve import TuningJobReference
from amtviz.store.cache import JobKey


@dataclass(frozen=True, eq=False)
class DescribedJob:
    """A tuning job that AWS described.

    Attributes
    ----------
    description : dict
        The answer of DescribeHyperParameterTuningJob.
    session : boto3.Session, optional
        Whose client is to ask on; None for the caller's.
    asked_at : datetime
        When AWS was asked, UTC: before this fetch if the answer was kept.
    """

    description: dict[str, Any]
    session: boto3.Session | None
    asked_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def name(self) -> str:
        """The name as AWS writes it: what was asked for may differ in case."""
        return str(self.description["HyperParameterTuningJobName"])

    @property
    def arn(self) -> str:
        """The ARN as AWS writes it."""
        return str(self.description["HyperParameterTuningJobArn"])

    @property
    def region(self) -> str:
        """The region of the ARN."""
        return self._read_arn(3)

    @property
    def account(self) -> str:
        """The account of the ARN, 12 digits."""
        return self._read_arn(4)

    def _read_arn(self, place: int) -> str:
        parts = self.arn.split(":")
        return parts[place] if len(parts) > place else ""

    @property
    def key(self) -> str:
        """What identifies it: names are unique in any case, and ARNs may lower it."""
        return self.arn.lower()

    @property
    def kept_as(self) -> JobKey:
        """What identifies it in the cache."""
        return JobKey(self.account, self.region, self.name)

    @property
    def parents(self) -> dict[str, str]:
        """Names of the warm-start parents by key, in the declared order."""
        config = self.description.get("WarmStartConfig") or {}
        entries = config.get("ParentHyperParameterTuningJobs") or ()
        names = [(entry or {}).get("HyperParameterTuningJobName") for entry in entries]
        prefix = self.key.rpartition("/")[0]  # parents are of the same account and region
        return {f"{prefix}/{name.lower()}": name for name in names if name}


def describe_tuning_jobs(
    references: Iterable[TuningJobReference], clients: Clients
) -> list[DescribedJob]:
    """Describe tuning jobs side by side, each one once.

    Parameters
    ----------
    references : iterable of TuningJobReference
    clients : Clients

    Returns
    -------
    list of DescribedJob
        In the order of the references; one that comes again is left out.

    Raises
    ------
    AwsError
        If a job doesn't exist or AWS couldn't answer.
    InputError
        If an ARN's account isn't the one of the credentials.
    """
    jobs: dict[str, DescribedJob] = {}
    for job in run_concurrently(
        lambda reference: _describe(reference, clients),
        dict.fromkeys(references),
        clients.patience,
    ):
        jobs.setdefault(job.key, job)
    return list(jobs.values())


def describe_ancestors(
    jobs: Sequence[DescribedJob], clients: Clients
) -> tuple[list[DescribedJob], list[str]]:
    """Describe the warm-start parents of tuning jobs, their parents, and so on.

    Parameters
    ----------
    jobs : sequence of DescribedJob
    clients : Clients

    Returns
    -------
    ancestors : list of DescribedJob
        Breadth first: the parents in the jobs' order and each in its declared order, then their
        parents. Without those in ``jobs``.
    notices : list of str
        Which parents are deleted or denied, and which lead back to themselves.
    """
    known = {job.key: job for job in jobs}
    asked = set(known)
    notices: list[str] = []
    level = list(jobs)
    while level:
        missing: dict[str, tuple[str, DescribedJob]] = {}
        for child in level:
            for key, name in child.parents.items():
                if key not in asked:
                    missing.setdefault(key, (name, child))
        asked |= missing.keys()
        answers = run_concurrently(
            lambda parent: _describe_parent(*parent, clients), missing.values(), clients.patience
        )
        level = [answer for answer in answers if isinstance(answer, DescribedJob)]
        notices += [answer for answer in answers if isinstance(answer, str)]
        known |= {job.key: job for job in level}
    return list(known.values())[len(jobs) :], notices + _find_cycle(known)


def _describe_parent(name: str, child: DescribedJob, clients: Clients) -> DescribedJob | str:
    reference = TuningJobReference(name, child.session, child.region)
    answer = attempt(lambda: _describe(reference, clients, suggest=False))
    if isinstance(answer, TuningJobNotFoundError):
        return (
            f"Tuning job {child.name!r} was warm-started from {name!r}, which doesn't exist any "
            "more: its trials are left out."
        )
    if isinstance(answer, AccessDeniedError):
        return (
            f"Tuning job {child.name!r} was warm-started from {name!r}, which these credentials "
            f"may not read ({answer.action} is denied): its trials are left out."
        )
    if isinstance(answer, AwsError):
        raise answer
    return answer


def _find_cycle(jobs: dict[str, DescribedJob]) -> list[str]:
    graph = {key: [parent for parent in job.parents if parent in jobs] for key, job in jobs.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names = join_choices(sorted({jobs[key].name for key in error.args[1]}))
        return [f"Warm-start parents lead back to where they began ({names}): each is shown once."]
    return []


def _describe(
    reference: TuningJobReference, clients: Clients, *, suggest: bool = True
) -> DescribedJob:
    identity, region = clients.identify(reference.session, reference.region)
    kept = clients.keeper.find_description(identity, region, reference.name)
    if kept is not None:
        return _check_account(DescribedJob(kept[0], reference.session, kept[1]), reference)
    client = clients.get("sagemaker", reference.session, reference.region)
    with aws_errors(client):
        try:
            description = client.describe_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=reference.name
            )
        except ClientError as error:
            if not is_not_found(error):
                raise
            raise _not_found(reference, client, suggest) from error
    del description["ResponseMetadata"]
    job = _check_account(DescribedJob(description, reference.session), reference)
    clients.keeper.keep_description(
        identity, reference.name, job.kept_as, description, job.asked_at
    )
    return job


def _check_account(job: DescribedJob, reference: TuningJobReference) -> DescribedJob:
    if reference.account not in (None, job.account):
        raise InputError(
            f"The ARN of {reference.name!r} belongs to account {reference.account}, but the "
            f"credentials to account {job.account}. Pass session=boto3.Session(profile_name=...) "
            "for the ARN's account."
        )
    return job


def _not_found(reference: TuningJobReference, client: Any, suggest: bool) -> TuningJobNotFoundError:
    where = client.meta.region_name
    if reference.account:
        where = f"{where} of account {reference.account}"
    names = _other_names(reference.name, client) if suggest else []
    by_lower = {name.lower(): name for name in names}
    close = [by_lower[name] for name in get_close_matches(reference.name.lower(), by_lower)]
    if not close and is_training_job(reference.name):
        hint = str(explain_training_job(reference.name))
    elif close:
        hint = f"Did you mean {' or '.join(map(repr, close))}?"
    elif names:
        hint = (
            f"The latest ones there are {join_choices(names[:3])}; check the name, the region and "
            "the account."
        )
    else:
        hint = "Check the name, the region and the account."
    return TuningJobNotFoundError(f"There is no tuning job {reference.name!r} in {where}. {hint}")


def _other_names(name: str, client: Any) -> list[str]:
    """List the latest tuning jobs, and those that share a half of the name: a slip is in one."""
    half = len(name) // 2
    names: dict[str, None] = {}
    filters = [{}, {"NameContains": name[:half]}, {"NameContains": name[half:]}]
    with suppress(AwsError), aws_errors(client):  # maybe denied, and the names are only a help
        for narrowed in filters if half else filters[:1]:
            answer = client.list_hyper_parameter_tuning_jobs(
                MaxResults=100, SortBy="CreationTime", SortOrder="Descending", **narrowed
            )
            for summary in answer["HyperParameterTuningJobSummaries"]:
                names[summary["HyperParameterTuningJobName"]] = None
    return list(names)
