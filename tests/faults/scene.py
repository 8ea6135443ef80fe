"""What the tests of faults fetch, and how they compare it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from amtviz.fetch import fetch_raw
from amtviz.model import RawTuningData, RawTuningJob
from amtviz.store.format import dumps
from tests.aws.world import World

DESCRIBE = "DescribeHyperParameterTuningJob"
LIST = "ListTrainingJobsForHyperParameterTuningJob"
SEARCH = "Search"
METRICS = "GetMetricData"
NEEDED = (DESCRIBE, LIST)
ENRICHING = (SEARCH, METRICS)

JOB = "job-a"


def serve(aws: World, trials: int = 5, **options: Any) -> RawTuningJob:
    """Serve a tuning job that has something of everything."""
    began = datetime.now(timezone.utc) - timedelta(hours=5)
    given = {"series": ["train:loss", "CPUUtilization"], "hosts": 1, "began": began, **options}
    return aws.generate(JOB, trials, **given)


def fetch(**options: Any) -> RawTuningData:
    return fetch_raw([JOB], **options)


def answers(raw: RawTuningData) -> list[str]:
    """Return all that AWS answered as text, to be compared: the cache keeps some times as text."""
    return [
        dumps(
            [
                job.description,
                job.summaries,
                job.records,
                [
                    (s.training_job, s.metric, s.timestamps.tolist(), s.values.tolist())
                    for s in job.series
                ],
            ]
        )
        for job in raw.jobs
    ]
