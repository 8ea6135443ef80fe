"""Everything AWS answers about tuning jobs, as it answered."""

from __future__ import annotations

import time
from collections.abc import Sequence

import boto3

from amtviz.fetch.clients import Clients
from amtviz.fetch.kept import Keeper
from amtviz.fetch.metrics import FetchedMetrics, fetch_metrics
from amtviz.fetch.patience import Patience
from amtviz.fetch.plan import check_period
from amtviz.fetch.related import find_related
from amtviz.fetch.resolve import tuning_job_reference
from amtviz.fetch.training_jobs import fetch_training_jobs
from amtviz.fetch.tuning_jobs import describe_ancestors, describe_tuning_jobs
from amtviz.model import FetchReport, RawTuningData, RawTuningJob
from amtviz.settings import TIMEOUT
from amtviz.store.cache import Cache


def fetch_raw(
    tuning_jobs: Sequence[object],
    *,
    ancestors: bool = True,
    related: bool = False,
    metrics: bool = True,
    session: boto3.Session | None = None,
    metrics_period: int | None = None,
    cache: Cache | None = None,
    timeout: float = TIMEOUT,
) -> RawTuningData:
    """Fetch tuning jobs, their trials and their warm-start ancestors.

    Parameters
    ----------
    tuning_jobs : sequence of object
        Names, ARNs, tuners of SageMaker SDK 2 or 3, SDK 3 ``HyperParameterTuningJob`` and
        analytics objects, in any mix. One that comes again is fetched once, in its first place.
    ancestors : bool
        Fetch the warm-start parents, their parents, and so on.
    related : bool
        Fetch the account's other tuning jobs of the same objective and algorithm image as well,
        five at most, as if they were asked for; see `amtviz.fetch.related.find_related`.
    metrics : bool
        Fetch what CloudWatch recorded during training.
    metrics_period : int, optional
        Seconds between two points of it, a positive multiple of 60; by default the finest that
        CloudWatch keeps at the trial's age, and that gives a series about 200 points.
    session : boto3.Session, optional
        For names and ARNs; a tuner's jobs are fetched with the tuner's own. By default, boto3's
        default session. An ARN's region comes before the session's.
    cache : Cache, optional
        What is in it and final isn't asked for again; what becomes final is kept.
    timeout : float
        Seconds without any answer of AWS's after which the fetch ends.

    Returns
    -------
    RawTuningData

    Raises
    ------
    InputError
        If something isn't a tuning job, is a tuner that was never started, or if the period isn't
        a multiple of 60.
    TuningJobNotFoundError
        If there is no such tuning job; the message offers the closest names.
    AwsError
        If AWS couldn't answer: denied, throttled, expired, unreachable, silent or not configured.
        When it is Search or CloudWatch that couldn't, a notice says so.
    """
    began = time.perf_counter()
    metrics_period = check_period(metrics_period)
    references = [tuning_job_reference(item) for item in tuning_jobs]
    clients = Clients(session, Keeper(cache), Patience(timeout))
    jobs = describe_tuning_jobs(references, clients)
    notices: list[str] = []
    if related:
        others, notices = find_related(jobs, clients)
        jobs = [*jobs, *others]
    requested = len(jobs)
    if ancestors:
        parents, told = describe_ancestors(jobs, clients)
        jobs, notices = [*jobs, *parents], [*notices, *told]
    summaries, records, more = fetch_training_jobs(jobs, requested, clients)
    found = FetchedMetrics([() for _ in jobs], [], 0)
    if metrics:
        found = fetch_metrics(jobs, summaries, records, clients, metrics_period)
    return RawTuningData(
        tuple(
            RawTuningJob(
                job.name,
                job.account,
                job.region,
                job.description,
                tuple(summaries[position]),
                tuple(records[position]),
                found.series[position],
                job.asked_at,
            )
            for position, job in enumerate(jobs)
        ),
        requested,
        (*notices, *more, *found.notices, *clients.keeper.notices),
        FetchReport(dict(clients.calls), time.perf_counter() - began, found.asked),
    )
