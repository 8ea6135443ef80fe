"""CloudWatch's reading operations, as strict as documented."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import numpy as np

from amtviz.model import RawSeries
from tests.aws.protocols import ApiError, Call
from tests.aws.world import World

NAMESPACE = "/aws/sagemaker/TrainingJobs"
MOST_QUERIES = 500
MOST_POINTS = 100_800
POINTS_A_SECOND = {True: 180_000, False: 396_000}  # by whether StartTime is at most 3 hours old
HOUR, DAY = 3_600, 86_400
# points this old exist only at periods of at least that many seconds
RETENTION = ((15 * DAY, 60), (63 * DAY, 300), (455 * DAY, 3_600))
LISTED = 14 * DAY
LIST_PAGE = 500

_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_STATISTICS: dict[str, Callable[[np.ndarray], float]] = {
    "Average": np.mean,
    "Minimum": np.min,
    "Maximum": np.max,
    "Sum": np.sum,
    "SampleCount": len,
}


@dataclass(frozen=True)
class Query:
    id: str
    label: str
    metric: str
    dimensions: frozenset[tuple[str, str]]
    period: int
    statistic: str


def get_metric_data(world: World, call: Call) -> dict[str, Any]:
    queries = _queries(call.params.get("MetricDataQueries"))
    start, end = _seconds(call, "StartTime"), _seconds(call, "EndTime")
    if start >= end:
        raise _invalid("The parameter StartTime must be less than the parameter EndTime.")
    most = call.params.get("MaxDatapoints", MOST_POINTS)
    if not 1 <= most <= MOST_POINTS:
        raise _invalid(f"The parameter MaxDatapoints must be between 1 and {MOST_POINTS}.")
    order = call.params.get("ScanBy", "TimestampDescending")
    if order not in ("TimestampAscending", "TimestampDescending"):
        raise _invalid(f"Value '{order}' at 'scanBy' is not supported.")
    age = world.now.timestamp() - start
    if sum((end - start) / q.period for q in queries) > POINTS_A_SECOND[age <= 3 * HOUR]:
        raise ApiError("ThrottlingException", "Rate exceeded")
    index = {(s.metric, _dimensions(s)): s for s in world.series(call.region)}
    found = []
    for query in queries:
        series = index.get((query.metric, query.dimensions))
        times, values = _points(series, query, start, end, world.now.timestamp())
        if order == "TimestampDescending":
            times, values = times[::-1], values[::-1]
        found.append((query, times, values))
    return _page(world, call, found, min(most, world.page_points))


def list_metrics(world: World, call: Call) -> dict[str, Any]:
    recent = 3 * HOUR if call.params.get("RecentlyActive") else LISTED
    wanted = {(d["Name"], d.get("Value")) for d in call.params.get("Dimensions", ())}
    names = {name for name, value in wanted if value is None}
    pairs = {pair for pair in wanted if pair[1] is not None}
    metrics = []
    for series in world.series(call.region):
        dimensions = _dimensions(series)
        if (
            call.params.get("Namespace", NAMESPACE) == NAMESPACE
            and call.params.get("MetricName", series.metric) == series.metric
            and pairs <= dimensions
            and names <= {name for name, _ in dimensions}
            and len(series.timestamps)
            and world.now.timestamp() - series.timestamps[-1] / 1000 <= recent
        ):
            listed = [{"Name": name, "Value": value} for name, value in sorted(dimensions)]
            metrics.append(
                {"Namespace": NAMESPACE, "MetricName": series.metric, "Dimensions": listed}
            )
    start = _token(call)[0]
    page: dict[str, Any] = {"Metrics": metrics[start : start + LIST_PAGE]}
    if start + LIST_PAGE < len(metrics):
        page["NextToken"] = _make_token(call, start + LIST_PAGE, 0)
    return page


OPERATIONS = {"GetMetricData": get_metric_data, "ListMetrics": list_metrics}


def _queries(items: Any) -> list[Query]:
    if not items:
        raise _invalid("The parameter MetricDataQueries is required.")
    if len(items) > MOST_QUERIES:
        raise _invalid(
            f"The collection MetricDataQueries must not have a size greater than {MOST_QUERIES}."
        )
    ids = [item.get("Id", "") for item in items]
    for id_ in ids:
        if not _ID.fullmatch(id_):
            raise _invalid(
                f"The value '{id_}' at 'MetricDataQueries.Id' must start with a "
                "lowercase letter and hold letters, digits and underscores only."
            )
    if len(set(ids)) < len(ids):
        raise _invalid("The values for parameter id in MetricDataQueries are not unique.")
    return [_query(item) for item in items]


def _query(item: Mapping[str, Any]) -> Query:
    if "MetricStat" not in item:
        raise _invalid("This endpoint answers MetricStat queries only, no expressions.")
    stat = item["MetricStat"]
    metric, period = stat["Metric"], stat["Period"]
    if metric["Namespace"] != NAMESPACE:
        raise _invalid(f"This endpoint has no namespace {metric['Namespace']}.")
    if period not in (1, 5, 10, 20, 30) and (period < 60 or period % 60):
        raise _invalid(f"Period must be 1, 5, 10, 20, 30 or a multiple of 60, not {period}.")
    if stat["Stat"] not in _STATISTICS:
        raise _invalid(f"The value {stat['Stat']} for parameter Stat is not supported.")
    dimensions = frozenset((d["Name"], d["Value"]) for d in metric.get("Dimensions", ()))
    label = item.get("Label", metric["MetricName"])
    return Query(item["Id"], label, metric["MetricName"], dimensions, period, stat["Stat"])


def _points(
    series: RawSeries | None, query: Query, start: float, end: float, now: float
) -> tuple[list[int], list[float]]:
    """Aggregate a series: timestamps in seconds, ascending."""
    finest = _finest_period(now - start)
    if series is None or finest is None or query.period % finest:
        return [], []
    start -= start % finest
    seconds = series.timestamps // 1000
    # a point stays as long as the period asked for is kept
    kept = max(age for age, period in RETENTION if period <= max(query.period, 60))
    inside = (seconds >= start) & (seconds < end) & (seconds > now - kept)
    slots = seconds[inside] // query.period * query.period
    values = series.values[inside]
    times, firsts = np.unique(slots, return_index=True)
    if len(times) == len(slots) and query.statistic != "SampleCount":
        return times.tolist(), values.tolist()  # nothing to put together
    statistic = _STATISTICS[query.statistic]
    return times.tolist(), [float(statistic(part)) for part in np.split(values, firsts[1:])]


def _finest_period(age: float) -> int | None:
    if age <= 3 * HOUR:
        return 1
    return next((period for oldest, period in RETENTION if age <= oldest), None)


def _page(
    world: World, call: Call, found: list[tuple[Query, list[int], list[float]]], most: int
) -> dict[str, Any]:
    at, offset = _token(call)
    results, room, token = [], most, None
    for position in range(at, len(found)):
        query, times, values = found[position]
        first = offset if position == at else 0
        last = min(first + room, len(times))
        room -= last - first
        complete = last == len(times)
        result: dict[str, Any] = {
            "Id": query.id,
            "Label": query.label,
            "Timestamps": [datetime.fromtimestamp(t, timezone.utc) for t in times[first:last]],
            "Values": values[first:last],
            "StatusCode": "Complete" if complete else "PartialData",
        }
        if query.metric in world.metric_status:
            status = world.metric_status[query.metric]
            text = {"Code": status, "Value": f"{query.metric} can't be read"}
            result |= {"StatusCode": status, "Timestamps": [], "Values": [], "Messages": [text]}
        results.append(result)
        if not complete:
            token = _make_token(call, position, last)
            break
    page: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
    return page | ({"NextToken": token} if token else {})


def _make_token(call: Call, position: int, offset: int) -> str:
    return base64.b64encode(json.dumps([position, offset, _asked(call)]).encode()).decode()


def _token(call: Call) -> tuple[int, int]:
    token = call.params.get("NextToken")
    if token is None:
        return 0, 0
    try:
        position, offset, asked = json.loads(base64.b64decode(token, validate=True))
    except ValueError:
        asked = None
    if asked != _asked(call):
        raise ApiError("InvalidNextToken", "The next token specified is invalid.")
    return position, offset


def _asked(call: Call) -> Any:
    return json.loads(json.dumps({k: v for k, v in call.params.items() if k != "NextToken"}))


def _dimensions(series: RawSeries) -> frozenset[tuple[str, str]]:
    if series.host:
        return frozenset({("Host", series.host)})
    return frozenset({("TrainingJobName", series.training_job)})


def _seconds(call: Call, name: str) -> float:
    if name not in call.params:
        raise ApiError("MissingParameter", f"The request must contain the parameter {name}.")
    return float(call.params[name])


def _invalid(message: str) -> ApiError:
    return ApiError("ValidationError", message)
