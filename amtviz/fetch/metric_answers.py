"""The answers of CloudWatch to one query each, over pages and rounds, and what they lack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from amtviz.errors import AwsError, join_choices
from amtviz.fetch.errors import AccessDeniedError
from amtviz.fetch.plan import Query
from amtviz.model import RawSeries
from amtviz.wording.lists import plural

ROUNDS = 3  # how often a series that CloudWatch failed at is asked for
SHOWN_MESSAGES = 5


@dataclass(eq=False)
class MetricAnswer:
    """What one query got, over all pages and rounds."""

    query: Query
    period: int
    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    status: str = ""  # empty: not answered
    messages: list[str] = field(default_factory=list)
    error: AwsError | None = None

    @property
    def whole(self) -> bool:
        """Whether CloudWatch has nothing to add."""
        return self.status == "Complete" and self.error is None and not self.messages

    @cached_property
    def series(self) -> RawSeries:
        """The points in the order of time, each once."""
        milliseconds = np.rint(np.asarray(self.times, dtype=np.float64) * 1000).astype(np.int64)
        values = np.asarray(self.values, dtype=np.float64)
        if not (np.diff(milliseconds) > 0).all():  # asked for again: the latest answer counts
            milliseconds, latest = np.unique(milliseconds[::-1], return_index=True)
            values = values[::-1][latest]
        query = self.query
        return RawSeries(
            query.training_job, query.host, query.metric, self.period, milliseconds, values
        )


def list_points(page: Mapping[str, Any]) -> list[tuple[object, object]]:
    """Return what of a page can't come again: each point, and that a series is complete."""
    results = page.get("MetricDataResults") or ()
    return [
        (result.get("Id"), entry)
        for result in results
        for entry in (*(result.get("Timestamps") or ()), result.get("StatusCode"))
    ]


def merge_page(page: Mapping[str, Any], pending: Sequence[MetricAnswer]) -> None:
    """Add a page to the answers that it is about: ``m3`` is the fourth."""
    by_id = {f"m{number}": answer for number, answer in enumerate(pending)}
    for result in page.get("MetricDataResults") or ():
        answer = by_id.get(result.get("Id", ""))
        if answer is None:
            continue
        times, values = result.get("Timestamps") or (), result.get("Values") or ()
        paired = min(len(times), len(values))
        answer.times += times[:paired]
        answer.values += values[:paired]
        answer.status = result.get("StatusCode", "Complete")
        answer.messages = read_messages(result)


def read_messages(answer: Mapping[str, Any]) -> list[str]:
    """Return what CloudWatch says about a page, or about one of its results."""
    texts = [(m.get("Value") or "", m.get("Code") or "") for m in answer.get("Messages") or ()]
    return [f"{text} ({code})" if text and code else text or code for text, code in texts]


def explain_answers(answers: Sequence[MetricAnswer]) -> list[str]:
    """Say what is missing and why, one sentence a reason."""
    broken: dict[str, list[MetricAnswer]] = defaultdict(list)
    by_status: dict[str, list[MetricAnswer]] = defaultdict(list)
    notices: dict[str, None] = {}
    for answer in answers:
        if answer.status == "Complete":  # whole, also if the call broke off later
            continue
        if isinstance(answer.error, AccessDeniedError):
            action = answer.error.action
            notices[f"The metrics during training are unknown: {action} is denied."] = None
        elif answer.error is not None:
            broken[str(answer.error)].append(answer)
        else:
            by_status[answer.status].append(answer)
    for error, missing in broken.items():
        notices[
            f"{len(missing):,} of {len(answers):,} metrics during training are unknown or cut "
            f"short. {error}"
        ] = None
    for status, missing in by_status.items():
        notices[_explain_status(status, missing)] = None
    return [*notices, *quote_messages({text: None for a in answers for text in a.messages})]


def _explain_status(status: str, missing: Sequence[MetricAnswer]) -> str:
    names = join_choices(dict.fromkeys(answer.query.metric for answer in missing))
    trials = len({(answer.query.job, answer.query.training_job) for answer in missing})
    end = (
        "these credentials may not read them."
        if status == "Forbidden"
        else f"what is still missing after {ROUNDS} attempts may come with another fetch."
    )
    return (
        f"CloudWatch answered {status or 'nothing'} for {names} of {plural(trials, 'trial')}: {end}"
    )


def quote_messages(messages: Mapping[str, None]) -> list[str]:
    """Pass on what CloudWatch says, in its words; a few do where it says much the same."""
    shown = [f"CloudWatch says: {text}" for text in list(messages)[:SHOWN_MESSAGES]]
    if len(messages) > SHOWN_MESSAGES:
        shown.append(f"CloudWatch says {len(messages) - SHOWN_MESSAGES:,} more things like that.")
    return shown
