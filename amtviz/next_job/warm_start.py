"""What a warm start may learn from, by the rules that AWS documents."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amtviz.analysis.effects.tasks import TRANSFER, choose_warm_start, explain_transfer
from amtviz.answers import read_definitions
from amtviz.model import TuningJob
from amtviz.next_job.ranges import count_hyperparameters
from amtviz.sdk_code import MOST_PARENTS, READY
from amtviz.tidy.jobs import digest_task
from amtviz.wording.lists import plural

Request = Mapping[str, Any]

_LEARNING = ("Bayesian", "Random")  # strategies that AWS documents a warm start for


@dataclass(frozen=True, eq=False)
class Candidate:
    """A tuning job that may become a parent.

    Attributes
    ----------
    name : str
        AWS's own.
    place : tuple of str
        Its account and region.
    job : TuningJob
    request : mapping
        What a request would have to say to create it again.
    rank : int, optional
        Its place among them by the best trial; None if none of its trials has a value.
    """

    name: str
    place: tuple[str, str]
    job: TuningJob
    request: Request
    rank: int | None


def make_warm_start(
    request: Request, followed: Candidate, candidates: Sequence[Candidate]
) -> tuple[dict[str, Any] | None, list[str]]:
    """Make the warm start of a request, if it may have one.

    Parameters
    ----------
    request : mapping
        Without it.
    followed : Candidate
        What the request continues, in the same account and region.
    candidates : sequence of Candidate

    Returns
    -------
    config : dict or None
        ``WarmStartConfig``.
    notes : list of str
        Who is left out, and why; why it is TransferLearning, if it is.
    """
    strategy = request["HyperParameterTuningJobConfig"].get("Strategy")
    if len(read_definitions(request)) > 1:
        return None, ["No warm start: AWS has it for a single algorithm only."]
    if strategy not in _LEARNING:
        return None, [f"No warm start: AWS documents it for Bayesian and Random, not {strategy}."]
    fit, notes = [], []
    for each in sorted(candidates, key=lambda each: math.inf if each.rank is None else each.rank):
        reason = _explain_unfit(request, followed.place, each)
        if reason:
            notes.append(f"{each.name!r} is no parent of the warm start: {reason}.")
        else:
            fit.append(each)
    if len(fit) > MOST_PARENTS:
        notes.append(
            f"The warm start has the {MOST_PARENTS} tuning jobs with the best trials, the most "
            f"that AWS takes: {plural(len(fit) - MOST_PARENTS, 'other')} left out."
        )
        fit = fit[:MOST_PARENTS]
    if not fit:
        return None, ["No warm start: none of these tuning jobs can be a parent.", *notes]
    named = {each.job.name for each in (*fit, followed)}
    kind, reason = choose_warm_start([each.job for each in candidates], named)
    if not reason and _task(request) != _task(followed.request):
        kind, reason = TRANSFER, explain_transfer("differ")
    notes += [reason] if reason else []
    return {
        "ParentHyperParameterTuningJobs": [
            {"HyperParameterTuningJobName": each.name} for each in fit
        ],
        "WarmStartType": kind,
    }, notes


def _explain_unfit(request: Request, place: tuple[str, str], parent: Candidate) -> str:
    """Say why a tuning job can't be a parent; empty if it can."""
    if parent.place != place:
        return "it ran in another region or account"
    if parent.job.status not in READY:
        return f"it hasn't ended ({parent.job.status})"
    if parent.rank is None:
        return "none of its trials has a value"
    if len(read_definitions(parent.request)) > 1:
        return "it has several algorithms"
    if _objective(parent.request) != _objective(request):
        return "its objective is another one"
    counts = [_count(each) for each in (parent.request, request)]
    if counts[0] != counts[1]:
        return (
            f"it has {counts[0]} static and tunable hyperparameters, and this has {counts[1]}; AWS "
            "wants as many"
        )
    return ""


def _only(request: Request) -> Request:
    return next(iter(read_definitions(request).values()))


def _objective(request: Request) -> dict[str, Any]:
    return dict(_only(request)["TuningObjective"])


def _count(request: Request) -> int:
    return count_hyperparameters(_only(request), _only(request)["HyperParameterRanges"])


def _task(request: Request) -> str:
    return digest_task(_only(request))
