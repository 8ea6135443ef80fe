"""A tuning job as AWS told of it on its way: while it ran, or after it was stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from amtviz.model import RawTuningJob

_FINAL = "FinalHyperParameterTuningJobObjectiveMetric"
_LATER = {
    "TrainingEndTime",
    "TrainingTimeInSeconds",
    "BillableTimeInSeconds",
    "FinalMetricDataList",
    "ModelArtifacts",
    "FailureReason",
    _FINAL,
}


def cut(job: RawTuningJob, finished: int) -> RawTuningJob:
    """Give the job as it was when only so many of its trials had finished, and some ran."""
    if finished >= len(job.summaries):
        return job
    limits = job.description["HyperParameterTuningJobConfig"]["ResourceLimits"]
    started = finished + limits["MaxParallelTrainingJobs"]
    done = {summary["TrainingJobName"] for summary in job.summaries[:finished]}
    description = {k: v for k, v in job.description.items() if k != "HyperParameterTuningEndTime"}
    return _counted(
        replace(
            job,
            description={**description, "HyperParameterTuningJobStatus": "InProgress"},
            summaries=(*job.summaries[:finished], *map(_running, job.summaries[finished:started])),
            records=(*job.records[:finished], *map(_running, job.records[finished:started])),
            series=tuple(series for series in job.series if series.training_job in done),
        )
    )


def stop(job: RawTuningJob) -> RawTuningJob:
    """Give the job as it is after a stop: its trials that ran have stopped, too."""
    if job.description["HyperParameterTuningJobStatus"] != "InProgress":
        return job
    return _counted(
        replace(
            job,
            description={**job.description, "HyperParameterTuningJobStatus": "Stopped"},
            summaries=_stopped(job.summaries),
            records=_stopped(job.records),
        )
    )


def _running(answer: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in answer.items() if key not in _LATER}
    pending = {"ObjectiveStatus": "Pending"} if "ObjectiveStatus" in kept else {}
    return kept | pending | {"TrainingJobStatus": "InProgress"}


def _stopped(answers: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    found = []
    for answer in answers:
        ran = answer["TrainingJobStatus"] == "InProgress"
        ended = {"TrainingJobStatus": "Stopped"} if ran else {}
        if ran and "ObjectiveStatus" in answer:
            ended["ObjectiveStatus"] = "Failed"
        found.append({**answer, **ended})
    return tuple(found)


def _counted(job: RawTuningJob) -> RawTuningJob:
    statuses = [summary["TrainingJobStatus"] for summary in job.summaries]
    objectives = [summary.get("ObjectiveStatus", "Pending") for summary in job.summaries]
    counters = {
        "TrainingJobStatusCounters": {
            "Completed": statuses.count("Completed"),
            "InProgress": statuses.count("InProgress"),
            "RetryableError": 0,
            "NonRetryableError": statuses.count("Failed"),
            "Stopped": statuses.count("Stopped"),
        },
        "ObjectiveStatusCounters": {
            name: objectives.count(name) for name in ("Succeeded", "Pending", "Failed")
        },
    }
    return replace(job, description={**job.description, **counters})
