"""Everything AWS answers about tuning jobs, as it answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

import boto3

from amtviz.fetch.clients import Clients
from amtviz.fetch.resolve import tuning_job_reference
from amtviz.fetch.training_jobs import fetch_training_jobs
from amtviz.fetch.tuning_jobs import describe_ancestors, describe_tuning_jobs
from amtviz.model import RawSeries, RawTuningData, RawTuningJob


def fetch_raw(
    tuning_jobs: Sequence[object],
    *,
    ancestors: bool = True,
    metrics: bool = True,
    session: boto3.Session | None = None,
    metrics_period: int | None = None,
) -> RawTuningData:
    """Fetch tuning jobs, their trials and their warm-start ancestors.

    Parameters
    ----------
    tuning_jobs : sequence of object
        Names, ARNs, tuners of SageMaker SDK 2 or 3, SDK 3 ``HyperParameterTuningJob`` and
        analytics objects, in any mix. One that comes again is fetched once, in its first place.
    ancestors : bool
        Fetch the warm-start parents, their parents, and so on.
    metrics, metrics_period
        For what CloudWatch recorded during training; it isn't asked yet, so ``series`` is empty.
    session : boto3.Session, optional
        For names and ARNs; a tuner's jobs are fetched with the tuner's own. By default, boto3's
        default session. An ARN's region comes before the session's.

    Returns
    -------
    RawTuningData

    Raises
    ------
    InputError
        If something isn't a tuning job, or is a tuner that was never started.
    TuningJobNotFoundError
        If there is no such tuning job; the message offers the closest names.
    AwsError
        If AWS couldn't answer: denied, throttled, expired, unreachable or not configured.
    """
    references = [tuning_job_reference(item) for item in tuning_jobs]
    clients = Clients(session)
    jobs = describe_tuning_jobs(references, clients)
    requested = len(jobs)
    notices: list[str] = []
    if ancestors:
        parents, notices = describe_ancestors(jobs, clients)
        jobs = [*jobs, *parents]
    summaries, records, more = fetch_training_jobs(jobs, requested, clients)
    series: list[tuple[RawSeries, ...]] = [() for _ in jobs]  # CloudWatch's, one tuple a job
    fetched_at = datetime.now(timezone.utc)
    return RawTuningData(
        tuple(
            RawTuningJob(
                job.name,
                job.account,
                job.region,
                job.description,
                tuple(summaries[position]),
                tuple(records[position]),
                series[position],
                fetched_at,
            )
            for position, job in enumerate(jobs)
        ),
        requested,
        (*notices, *more),
    )
