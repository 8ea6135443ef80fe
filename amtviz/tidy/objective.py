"""Which metric is the objective, its direction, and each trial's value of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from amtviz.errors import InputError, join_choices
from amtviz.model import Direction, Objective, TuningJob
from amtviz.schema import TRIAL_COLUMNS
from amtviz.tidy.jobs import read_objective
from amtviz.tidy.trials import Trial
from amtviz.wording.lists import join_words
from amtviz.wording.statuses import format_counts

# Search calls the objective so besides its own name: another metric in each tuning job
_ALIAS = "ObjectiveMetric"

_SMALLER_IS_BETTER = re.compile(
    r"loss|err(or)?s?$|^m?error|rmse|rmsle|mse|mae|mape|perplexity|^wer$|^cer$|cost|latency"
    r"|duration|entropy|deviance"
)
_LARGER_IS_BETTER = re.compile(
    r"^acc|accuracy|auc|^f\d*$|^f1|precision|recall|^r2$|score|^map$|ndcg|bleu|rouge|iou|dice"
    r"|reward|throughput|sensitivity|specificity|kappa|^mcc$|^rec$|^pre$"
)


@dataclass(frozen=True)
class Candidate:
    """What one tuning job says about metrics.

    Attributes
    ----------
    declared : tuple of Objective
        Several when its definitions differ; empty when it declares none.
    finals : frozenset of str
        Metrics with a final value in some trial.
    known : tuple of str
        Every metric it names.
    """

    job: str
    declared: tuple[Objective, ...]
    finals: frozenset[str]
    known: tuple[str, ...]
    is_ancestor: bool = False


def read_candidates(jobs: Sequence[TuningJob], trials: Sequence[Trial]) -> list[Candidate]:
    """Collect what each tuning job says about metrics.

    Parameters
    ----------
    jobs : sequence of TuningJob
    trials : sequence of Trial

    Returns
    -------
    list of Candidate
        In the order of the jobs.
    """
    candidates = []
    for position, job in enumerate(jobs):
        own = [trial for trial in trials if trial.job == position]
        declared = dict.fromkeys(d.objective for d in job.definitions if d.objective)
        if job.objective:
            declared = {job.objective: None} | declared
        finals: dict[str, None] = {}
        for trial in own:
            final = trial.summary.get("FinalHyperParameterTuningJobObjectiveMetric") or {}
            if not job.objective and (stated := read_objective(final)):
                declared.setdefault(stated)
            if final.get("MetricName"):
                finals[str(final["MetricName"])] = None
            finals |= dict.fromkeys(trial.final_metrics)
        finals.pop(_ALIAS, None)
        known = [objective.metric_name for objective in declared]
        candidates.append(
            Candidate(
                job=job.name,
                declared=tuple(declared),
                finals=frozenset(finals),
                known=tuple(dict.fromkeys([*known, *finals, *job.metric_names])),
                is_ancestor=job.is_ancestor,
            )
        )
    return candidates


def choose_objective(
    candidates: Sequence[Candidate], asked: str | None, notices: list[str]
) -> Objective:
    """Choose the objective that all jobs share, or the one asked for.

    Parameters
    ----------
    candidates : sequence of Candidate
        At least one.
    asked : str, optional
        The metric to use instead of the declared one.
    notices : list of str
        Gets what had to be decided.

    Returns
    -------
    Objective

    Raises
    ------
    InputError
        If the jobs asked for differ in metric or direction, declare none, or don't know the metric
        asked for.
    """
    if asked is None:
        objective = _shared_objective(candidates, notices)
    else:
        objective = _asked_objective(candidates, asked, notices)
    if objective.metric_name in TRIAL_COLUMNS:
        raise InputError(
            f"The objective metric {objective.metric_name!r} has the name of a column of the "
            "trials table, so it can't be drawn. "
            f"{_advise(candidates, besides=objective.metric_name)}"
        )
    return objective


def objective_value(trial: Trial, objective: Objective, job: TuningJob) -> float | None:
    """Give a trial's final value of the objective; None when there is none."""
    final = trial.summary.get("FinalHyperParameterTuningJobObjectiveMetric") or {}
    declared = job.objective.metric_name if job.objective else None
    if (final.get("MetricName") or declared) == objective.metric_name:
        value = final.get("Value")
        if value is not None:
            return float(value)
    return trial.final_metrics.get(objective.metric_name)


def explain_unscored(
    statuses: Sequence[str | None], scored: Sequence[bool], objective: Objective
) -> list[str]:
    """Say how many trials have no value of the objective, and in which status they are."""
    missing = [s or "unknown" for s, has in zip(statuses, scored, strict=True) if not has]
    if not missing:
        return []
    told = ", ".join(format_counts(Counter(missing)))
    return [
        f"{len(missing):,} of {len(statuses):,} trials {'has' if len(missing) == 1 else 'have'} no "
        f"value of {objective.metric_name!r} ({told}): kept in the table, unscored."
    ]


def find_common(candidates: Sequence[Candidate]) -> list[str]:
    """Give the metrics that every tuning job asked for has final values of."""
    asked_for = [c for c in candidates if not c.is_ancestor] or list(candidates)
    # a job without trials has no final values yet: what it is going to measure counts
    sets = [c.finals or frozenset(c.known) for c in asked_for]
    names = dict.fromkeys(name for c in asked_for for name in c.known)
    return [name for name in names if all(name in found for found in sets)]


def _shared_objective(candidates: Sequence[Candidate], notices: list[str]) -> Objective:
    asked_for = [c for c in candidates if not c.is_ancestor] or list(candidates)
    objectives = list(dict.fromkeys(o for c in asked_for for o in c.declared))
    if not objectives:
        raise InputError(
            f"No objective is declared by {join_choices(c.job for c in asked_for)}. "
            f"{_advise(candidates)}"
        )
    if len(objectives) > 1:
        told = "; ".join(
            f"{c.job!r} {join_words([_tell(objective) for objective in c.declared])}"
            for c in asked_for
            if c.declared
        )
        raise InputError(f"The objectives differ: {told}. {_advise(candidates)}")
    for candidate in candidates:
        others = [o for o in candidate.declared if o != objectives[0]]
        if others:
            notices.append(
                f"The ancestor {candidate.job!r} {_tell(others[0])}, another objective: its trials "
                f"are scored by {objectives[0].metric_name!r} where they have it."
            )
    return objectives[0]


def _asked_objective(candidates: Sequence[Candidate], asked: str, notices: list[str]) -> Objective:
    if not any(asked in c.known for c in candidates):
        everything = dict.fromkeys(name for c in candidates for name in c.known)
        choices = join_choices(find_common(candidates) or everything)
        raise InputError(
            f"No tuning job has a metric {asked!r}. Pass objective= one of {choices}, or leave it "
            "out to use the declared one."
        )
    declaring = [(c.job, o) for c in candidates for o in c.declared if o.metric_name == asked]
    if declaring:
        job, objective = declaring[0]
        if any(o != objective for _, o in declaring):
            notices.append(
                f"The tuning jobs differ in the direction of {asked!r}: it is taken as "
                f"{objective.direction}, as in {job!r}."
            )
        return objective
    direction, reason = _guess_direction(asked, candidates)
    notices.append(
        f"No tuning job optimizes {asked!r}, so its direction is a guess: {direction}, {reason}."
    )
    return Objective(asked, direction)


def _guess_direction(metric: str, candidates: Sequence[Candidate]) -> tuple[Direction, str]:
    words = [word for word in re.split(r"[^a-z0-9]+", metric.lower()) if word]
    if any(_SMALLER_IS_BETTER.search(word) for word in words):
        return "Minimize", "by its name"
    if any(_LARGER_IS_BETTER.search(word) for word in words):
        return "Maximize", "by its name"
    directions = list(dict.fromkeys(o.direction for c in candidates for o in c.declared))
    if len(directions) == 1:
        return directions[0], "as the declared objectives"
    return "Maximize", "for want of any sign"


def _tell(objective: Objective) -> str:
    return f"{objective.direction.lower()}s {objective.metric_name!r}"


def _advise(candidates: Sequence[Candidate], besides: str | None = None) -> str:
    """Say which metrics may be passed instead."""
    common = [name for name in find_common(candidates) if name != besides]
    if common:
        return f"Pass objective= a metric that all have: {join_choices(common)}."
    if len([c for c in candidates if not c.is_ancestor]) > 1:
        return "They have no metric in common, so draw the tuning jobs one by one."
    return "It has no other metric either, so there is nothing to draw its trials by."
