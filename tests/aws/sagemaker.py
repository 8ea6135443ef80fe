"""SageMaker's reading operations, as strict as documented."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from amtviz.model import TUNING_JOB_STATUSES, RawTuningJob
from tests.aws.protocols import ApiError, Call
from tests.aws.world import World

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")
_DEFAULT_PAGE = 10
_MOST = 100

Handler = Callable[[World, Call], dict[str, Any]]


class Unknown(Exception):
    """A tuning job that isn't in the world: moto may know it."""


def describe_tuning_job(world: World, call: Call) -> dict[str, Any]:
    return dict(find_tuning_job(world, call).description)


def list_tuning_jobs(world: World, call: Call) -> dict[str, Any]:
    wanted = call.params.get("NameContains", "").lower()
    jobs = [
        job
        for (region, name), job in world.jobs.items()
        if region == call.region and wanted in name
    ]
    status = call.params.get("StatusEquals")
    if status:
        _check_choice("statusEquals", status, TUNING_JOB_STATUSES)
        jobs = [j for j in jobs if j.description["HyperParameterTuningJobStatus"] == status]
    after = call.params.get("CreationTimeAfter")
    if after is not None:  # seconds since 1970, as the protocol has times
        jobs = [job for job in jobs if job.description["CreationTime"].timestamp() > after]
    by = call.params.get("SortBy", "Name")
    _check_choice("sortBy", by, ("Name", "Status", "CreationTime"))
    field = {
        "Name": "HyperParameterTuningJobName",
        "Status": "HyperParameterTuningJobStatus",
        "CreationTime": "CreationTime",
    }[by]
    jobs.sort(key=lambda job: job.description[field], reverse=_descending(call, "Ascending"))
    summaries = [
        {
            "HyperParameterTuningJobName": job.name,
            "HyperParameterTuningJobArn": job.description["HyperParameterTuningJobArn"],
            "HyperParameterTuningJobStatus": job.description["HyperParameterTuningJobStatus"],
            "Strategy": job.description["HyperParameterTuningJobConfig"]["Strategy"],
            "CreationTime": job.description["CreationTime"],
            "TrainingJobStatusCounters": job.description["TrainingJobStatusCounters"],
            "ObjectiveStatusCounters": job.description["ObjectiveStatusCounters"],
        }
        for job in jobs
    ]
    return _page(world, call, "HyperParameterTuningJobSummaries", summaries)


def list_training_jobs(world: World, call: Call) -> dict[str, Any]:
    trials = list(find_tuning_job(world, call).summaries)
    status = call.params.get("StatusEquals")
    if status:
        trials = [trial for trial in trials if trial["TrainingJobStatus"] == status]
    by = call.params.get("SortBy", "Name")
    _check_choice("sortBy", by, ("Name", "CreationTime", "Status", "FinalObjectiveMetricValue"))
    if by == "FinalObjectiveMetricValue":  # documented: those without a value are left out
        final = "FinalHyperParameterTuningJobObjectiveMetric"
        trials = [trial for trial in trials if final in trial]
        trials.sort(key=lambda trial: trial[final]["Value"], reverse=_descending(call, "Ascending"))
    else:
        field = {
            "Name": "TrainingJobName",
            "CreationTime": "CreationTime",
            "Status": "TrainingJobStatus",
        }[by]
        trials.sort(key=lambda trial: trial[field], reverse=_descending(call, "Ascending"))
    return _page(world, call, "TrainingJobSummaries", trials)


def search(world: World, call: Call) -> dict[str, Any]:
    if call.params.get("Resource") == "HyperParameterTuningJob":
        return _search_tuning_jobs(world, call)
    if call.params.get("Resource") != "TrainingJob":
        raise Unknown
    filters = call.params.get("SearchExpression", {}).get("Filters", [])
    if len(filters) > 20:
        raise _invalid("searchExpression.filters", filters, "have length less than or equal to 20")
    if not world.search_by_arn and any(f["Name"] == "TuningJobArn" for f in filters):
        return {"Results": []}
    records = [
        record
        for (region, _), job in world.jobs.items()
        if region == call.region
        for record in job.records[: max(len(job.records) - world.search_lag, 0)]
    ]
    for wanted in filters:
        records = _filter(records, wanted)
    if call.params.get("SortBy") == "CreationTime":
        newest_first = _descending(call, "Descending")
        records = sorted(records, key=lambda r: r["CreationTime"], reverse=newest_first)
    return _page(world, call, "Results", [{"TrainingJob": record} for record in records])


def _search_tuning_jobs(world: World, call: Call) -> dict[str, Any]:
    jobs = [job for (region, _), job in world.jobs.items() if region == call.region]
    if call.params.get("SortBy") == "CreationTime":
        newest_first = _descending(call, "Descending")
        jobs.sort(key=lambda job: job.description["CreationTime"], reverse=newest_first)
    found = [{"HyperParameterTuningJob": dict(job.description)} for job in jobs]
    return _page(world, call, "Results", found)


def describe_training_job(world: World, call: Call) -> dict[str, Any]:
    for (region, _), job in world.jobs.items():
        for record in job.records:
            if (
                region == call.region
                and record["TrainingJobName"] == call.params["TrainingJobName"]
            ):
                status = record["TrainingJobStatus"]
                running = {"SecondaryStatus": "Training" if status == "InProgress" else status}
                return running | record
    raise Unknown


OPERATIONS: dict[str, Handler] = {
    "DescribeHyperParameterTuningJob": describe_tuning_job,
    "ListHyperParameterTuningJobs": list_tuning_jobs,
    "ListTrainingJobsForHyperParameterTuningJob": list_training_jobs,
    "DescribeTrainingJob": describe_training_job,
    "Search": search,
}


def not_found(call: Call) -> ApiError:
    name = call.params.get("HyperParameterTuningJobName", "")
    return ApiError("ResourceNotFound", f"Amazon SageMaker can't find a tuning job named {name}")


def find_tuning_job(world: World, call: Call) -> RawTuningJob:
    """Give the tuning job that a call names, or raise what AWS answers."""
    name = call.params.get("HyperParameterTuningJobName", "")
    if not _NAME.fullmatch(name):
        pattern = "satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}"
        raise _invalid("hyperParameterTuningJobName", name, pattern)
    job = world.jobs.get((call.region, name.lower()))
    if job is None:
        raise Unknown
    return job


def _filter(records: list[Mapping[str, Any]], wanted: dict[str, str]) -> list[Mapping[str, Any]]:
    names = ("TrainingJobName", "TuningJobArn", "TrainingJobStatus", "TrainingJobArn")
    _check_choice("searchExpression.filters.name", wanted["Name"], names)
    operator = wanted.get("Operator", "Equals")
    _check_choice("searchExpression.filters.operator", operator, ("Equals", "Contains"))
    name, value = wanted["Name"], wanted["Value"]
    if operator == "Equals":
        return [record for record in records if record.get(name, "") == value]
    return [record for record in records if value in record.get(name, "")]


def _page(world: World, call: Call, key: str, items: Sequence[Any]) -> dict[str, Any]:
    size = call.params.get("MaxResults", _DEFAULT_PAGE)
    if not isinstance(size, int) or not 1 <= size <= _MOST:
        limit = "less than or equal to 100" if size > _MOST else "greater than or equal to 1"
        raise _invalid("maxResults", size, f"have value {limit}")
    asked = {name: v for name, v in call.params.items() if name not in ("NextToken", "MaxResults")}
    start = 0
    token = call.params.get("NextToken")
    if token is not None:
        try:
            start, same = json.loads(base64.b64decode(token, validate=True))
        except ValueError:
            start, same = 0, None
        if same != [call.operation, asked]:
            raise ApiError("ValidationException", "Invalid NextToken")
    end = start + min(size, world.page_limit)
    page: dict[str, Any] = {key: list(items[start:end])}
    if end < len(items):
        text = json.dumps([end, [call.operation, asked]])
        page["NextToken"] = base64.b64encode(text.encode()).decode()
    return page


def _descending(call: Call, default: str) -> bool:
    order = call.params.get("SortOrder", default)
    _check_choice("sortOrder", order, ("Ascending", "Descending"))
    return bool(order == "Descending")


def _check_choice(field: str, value: Any, choices: Sequence[str]) -> None:
    if value not in choices:
        raise _invalid(field, value, f"satisfy enum value set: [{', '.join(choices)}]")


def _invalid(field: str, value: Any, rule: str) -> ApiError:
    return ApiError(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: "
        f"Member must {rule}",
    )
