"""Which metric is the objective, its direction, and each trial's value of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from amtviz.errors import InputError, join_choices
from amtviz.model import Direction, Objective, TrainingJobDefinition, TuningJob
from amtviz.schema import TRIAL_COLUMNS
from amtviz.tidy.jobs import join_objectives, read_objective
from amtviz.tidy.trials import Trial
from amtviz.tidy.values import read_score
from amtviz.wording.lists import join_words
from amtviz.wording.statuses import format_counts

# Search calls the objective so besides its own name: another metric in each tuning job
ALIAS = "ObjectiveMetric"

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
    """What one training-job definition says about metrics.

    Attributes
    ----------
    job : str
        Its tuning job.
    declared : tuple of Objective
        Several when its trials name different ones; empty when it declares none.
    finals : frozenset of str
        Metrics with a final value in some trial.
    known : tuple of str
        Every metric it names.
    definition : str
        Empty for the only one of a tuning job.
    """

    job: str
    declared: tuple[Objective, ...]
    finals: frozenset[str]
    known: tuple[str, ...]
    is_ancestor: bool = False
    definition: str = ""

    def __str__(self) -> str:
        """Return who it is, in quotes."""
        return f"{self.definition!r} of {self.job!r}" if self.definition else repr(self.job)


def read_candidates(jobs: Sequence[TuningJob], trials: Sequence[Trial]) -> list[Candidate]:
    """Collect what each definition of each tuning job says about metrics.

    Parameters
    ----------
    jobs : sequence of TuningJob
    trials : sequence of Trial

    Returns
    -------
    list of Candidate
        In the order of the jobs and their definitions.
    """
    by_definition: dict[tuple[int, str | None], list[Trial]] = {}
    for trial in trials:
        by_definition.setdefault((trial.job, trial.definition), []).append(trial)
    return [
        _read_candidate(job, definition, by_definition.get((position, definition.name), []))
        for position, job in enumerate(jobs)
        for definition in job.definitions
    ]


def _read_candidate(
    job: TuningJob, definition: TrainingJobDefinition, trials: Sequence[Trial]
) -> Candidate:
    declared = dict.fromkeys([definition.objective] if definition.objective else [])
    finals: dict[str, None] = {}
    for trial in trials:
        final = trial.objective_metric
        if not definition.objective and (stated := read_objective(final)):
            declared.setdefault(stated)
        if final.get("MetricName"):
            finals[str(final["MetricName"])] = None
        finals |= dict.fromkeys(trial.final_metrics)
    finals.pop(ALIAS, None)
    known = [objective.metric_name for objective in declared]
    return Candidate(
        job=job.name,
        declared=tuple(declared),
        finals=frozenset(finals),
        known=tuple(dict.fromkeys([*known, *finals, *definition.metric_names])),
        is_ancestor=job.is_ancestor,
        definition=definition.name if len(job.definitions) > 1 else "",
    )


def choose_objective(
    candidates: Sequence[Candidate], asked: str | None, notices: list[str]
) -> Objective:
    """Choose the objective that all jobs share, or the one asked for.

    Algorithms of one tuning job may have different ones: AWS compares these as they are if all are
    to be maximized, or all minimized, and so does this.

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
    """Return a trial's final value of the objective; None when there is none."""
    definition = next((d for d in job.definitions if d.name == trial.definition), None)
    goal = (definition.objective if definition else None) or job.objective
    own = trial.objective_metric.get("MetricName") or (goal.metric_name if goal else None)
    if own in objective.metric_names:
        value = trial.objective_metric.get("Value")
        return read_score(trial.final_metrics.get(str(own)) if value is None else value)
    return read_score(trial.final_metrics.get(objective.metric_name))


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
    """Return the metrics that every definition of the jobs asked for has final values of."""
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
            f"No objective is declared by {join_choices(dict.fromkeys(c.job for c in asked_for))}. "
            f"{_advise(candidates)}"
        )
    joined = join_objectives(objectives)
    if joined is None or (joined.members and not _are_compared(joined, asked_for)):
        told = "; ".join(
            f"{c} {join_words([_tell(objective) for objective in c.declared])}"
            for c in asked_for
            if c.declared
        )
        raise InputError(f"The objectives differ: {told}. {_advise(candidates)}")
    if joined.members:
        names = join_choices(joined.members)
        notices.append(
            f"The algorithms {joined.direction.lower()} different metrics, {names}: each trial is "
            "scored by its own, as AWS compares them."
        )
    for candidate in candidates:
        others = [o for o in candidate.declared if o not in objectives and o != joined]
        if others:
            notices.append(
                f"The ancestor {candidate} {_tell(others[0])}, another objective: its trials "
                f"are scored by {joined.metric_name!r} where they have it."
            )
    return joined


def _are_compared(joined: Objective, candidates: Sequence[Candidate]) -> bool:
    """Tell whether one tuning job optimizes all of these metrics, so that AWS compares them."""
    by_job: dict[str, set[str]] = {}
    for candidate in candidates:
        names = {name for o in candidate.declared for name in o.metric_names}
        by_job.setdefault(candidate.job, set()).update(names)
    return any(names.issuperset(joined.members) for names in by_job.values())


def _asked_objective(candidates: Sequence[Candidate], asked: str, notices: list[str]) -> Objective:
    joined = join_objectives(dict.fromkeys(o for c in candidates for o in c.declared))
    if joined is not None and joined.metric_name == asked:
        return joined
    if not any(asked in c.known for c in candidates):
        everything = dict.fromkeys(name for c in candidates for name in c.known)
        choices = join_choices(find_common(candidates) or list(everything))
        raise InputError(
            f"No tuning job has a metric {asked!r}. Pass objective= one of {choices}, or leave it "
            "out to use the declared one."
        )
    declaring = [(str(c), o) for c in candidates for o in c.declared if o.metric_name == asked]
    if declaring:
        job, objective = declaring[0]
        if any(o != objective for _, o in declaring):
            notices.append(
                f"The tuning jobs differ in the direction of {asked!r}: it is taken as "
                f"{objective.direction}, as in {job}."
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
    asked_for = [c for c in candidates if not c.is_ancestor]
    if len({c.job for c in asked_for}) > 1:
        return "They have no metric in common, so draw the tuning jobs one by one."
    if len(asked_for) > 1:
        own = dict.fromkeys(n for c in asked_for for n in c.known if n != besides)
        return (
            f"They have no metric in common: pass objective= one of {join_choices(own)}, and the "
            "trials without it stay unscored."
        )
    return "It has no other metric either, so there is nothing to draw its trials by."
