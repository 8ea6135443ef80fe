"""What the page says in words and tables: computed here, drawn by the template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from amtviz.analysis.best_so_far import rank_trials
from amtviz.grammar.theme import job_colour
from amtviz.model import TuningJob, TuningTables
from amtviz.texts import list_distinct
from amtviz.wording.lists import join_few, join_words, plural
from amtviz.wording.numbers import MISSING
from amtviz.wording.statuses import FINAL_STATUSES, format_counts, format_status
from amtviz.wording.times import format_duration, format_interval, format_time
from amtviz.wording.values import format_value

_BEST = 10  # rows of the table of the best trials
AGAIN = "Make the report again later."
_NAMED = 3  # tuning jobs that a title spells out


@dataclass(frozen=True)
class JobRow:
    """One tuning job in the table; every text is ready to be shown, empty where unknown."""

    name: str
    colour: str
    status: str
    is_final: bool
    is_ancestor: bool
    strategy: str
    parents: tuple[str, ...]
    warm_start_type: str
    trials: tuple[str, ...]
    best: str
    best_trial: str
    is_best: bool
    interval: str
    failure_reason: str


@dataclass(frozen=True)
class TrialRow:
    """One of the best trials; ``values`` are those of the hyperparameters, in their order.

    ``algorithm`` is empty where the trials ran one only.
    """

    rank: int
    name: str
    job: str
    objective: str
    values: tuple[str, ...]
    algorithm: str = ""


@dataclass(frozen=True)
class Notice:
    """What there is to know about the data.

    Attributes
    ----------
    text : str
    is_open : bool
        Whether something is missing, was denied or failed: it changes what the rest means, so it
        isn't folded away.
    """

    text: str
    is_open: bool = False


@dataclass(frozen=True)
class Summary:
    """Everything on the page but the charts.

    Attributes
    ----------
    size : str
        How much there is, in a few words.
    facts : tuple of (label, value, detail)
        The figures at the head of the page.
    unfinished : str
        A sentence when something still runs, else empty.
    best : tuple of TrialRow
        Best first, at most ten; empty when no trial has an objective.
    """

    title: str
    size: str
    facts: tuple[tuple[str, str, str], ...]
    objective: str
    hyperparameters: tuple[str, ...]
    jobs: tuple[JobRow, ...]
    best: tuple[TrialRow, ...]
    unfinished: str
    notices: tuple[Notice, ...]


def summarize(data: TuningTables, *, title: str | None = None) -> Summary:
    """Put tuning jobs into words and tables.

    Parameters
    ----------
    data : TuningTables
    title : str, optional
        By default, the names of the tuning jobs.

    Returns
    -------
    Summary
    """
    ranks = rank_trials(data.trials, data.objective)
    ranked = data.trials.loc[ranks.dropna().sort_values().index]
    return Summary(
        title=title or _default_title(data),
        size=_size(data),
        facts=_facts(data, ranked),
        objective=data.objective.metric_name,
        hyperparameters=tuple(h.name for h in data.hyperparameters),
        jobs=tuple(
            _job_row(data, job, ranked, job_colour(place)) for place, job in enumerate(data.jobs)
        ),
        best=_best_trials(data, ranked.head(_BEST)),
        unfinished=_unfinished(data),
        notices=_notices(data),
    )


def _default_title(data: TuningTables) -> str:
    names = [job.name for job in data.jobs if not job.is_ancestor]
    if len(data.jobs) == 1 and not data.jobs[0].arn:  # from a DataFrame: the name says little
        return f"Tuning of {data.objective.metric_name}"
    if len(names) > _NAMED:
        return f"{join_few(names, _NAMED)} tuning jobs"
    return join_words(names)


def _size(data: TuningTables) -> str:
    parts = [plural(len(data.jobs), "tuning job"), plural(len(data.trials), "trial")]
    seconds = data.trials["TrainingElapsedTimeSeconds"].sum()
    time = f"{format_duration(seconds)} of training"
    return ", ".join([*parts, time] if seconds > 0 else parts)


def _notices(data: TuningTables) -> tuple[Notice, ...]:
    """Return all notices: those that came with AWS's answers tell what these lack."""
    fetched = data.raw.notices if data.raw is not None else ()
    return tuple(Notice(text, text in fetched) for text in data.notices)


def _facts(data: TuningTables, ranked: pd.DataFrame) -> tuple[tuple[str, str, str], ...]:
    objective, trials = data.objective, data.trials
    word = "larger" if objective.sign > 0 else "smaller"
    best, of = MISSING, "no trial has an objective value yet"
    if len(ranked):
        best = format_value(ranked[objective.metric_name].iloc[0])
        of = f"of {plural(len(ranked), 'scored trial')}"
    unscored = len(trials) - len(ranked)
    detail = ", ".join(format_counts(_by_status(trials)))
    if unscored and len(ranked):
        detail += f"; {unscored:,} without an objective value"
    facts = [
        ("Objective", objective.metric_name, f"{objective.direction.lower()}: {word} is better"),
        ("Best", best, of),
        ("Trials", f"{len(trials):,}", detail),
    ]
    if len(data.jobs) > 1:
        facts.append(("Tuning jobs", f"{len(data.jobs):,}", _ancestors(data)))
    seconds = trials["TrainingElapsedTimeSeconds"].sum()
    if seconds > 0:
        facts.append(("Training time", format_duration(seconds), "all trials together"))
    if data.fetched_at is not None:
        facts.append(("Fetched", format_time(data.fetched_at), "UTC"))
    return tuple(facts)


def _ancestors(data: TuningTables) -> str:
    count = sum(job.is_ancestor for job in data.jobs)
    return (
        f"{count:,} of them as warm-start {'parent' if count == 1 else 'parents'}" if count else ""
    )


def _by_status(trials: pd.DataFrame) -> dict[str, int]:
    """Count trials by status, the most frequent first."""
    counts = trials["TrainingJobStatus"].fillna("unknown").value_counts()
    return {str(name): int(count) for name, count in counts.items()}


def _job_row(data: TuningTables, job: TuningJob, ranked: pd.DataFrame, colour: str) -> JobRow:
    trials = data.trials[_is_of(data.trials, job)]
    own = ranked[_is_of(ranked, job)]
    start, end = _interval(job, trials)
    return JobRow(
        name=job.name,
        colour=colour,
        # rows of a DataFrame have no tuning job whose end would be news
        status=format_status(job.status) if job.arn or not _is_final(job) else "",
        is_final=_is_final(job),
        is_ancestor=job.is_ancestor,
        strategy=job.strategy,
        parents=job.parents,
        warm_start_type=job.warm_start_type or "",
        trials=format_counts(_by_status(trials)),
        best=format_value(own[data.objective.metric_name].iloc[0]) if len(own) else MISSING,
        best_trial=str(own["TrainingJobName"].iloc[0]) if len(own) else "",
        is_best=len(own) > 0 and own.index[0] == ranked.index[0],
        interval=format_interval(start, end),
        failure_reason=job.failure_reason or "",
    )


def _is_of(trials: pd.DataFrame, job: TuningJob) -> Any:
    return (trials["TuningJobName"] == job.name).fillna(False).to_numpy(bool)


def _interval(job: TuningJob, trials: pd.DataFrame) -> tuple[datetime | None, datetime | None]:
    """Return when a tuning job began and ended; its trials' times if it doesn't say."""
    start = job.created or _or_none(trials["TrainingStartTime"].min())
    last = _or_none(trials["TrainingEndTime"].max()) if _is_final(job) else None
    return start, job.ended or last


def _or_none(time: Any) -> datetime | None:
    return None if pd.isna(time) else time


def _is_final(job: TuningJob) -> bool:
    return not job.status or job.status in FINAL_STATUSES


def _best_trials(data: TuningTables, best: pd.DataFrame) -> tuple[TrialRow, ...]:
    of = data.trials["TrainingJobDefinitionName"]
    columns = ["TrainingJobName", "TuningJobName", data.objective.metric_name]
    columns += ["TrainingJobDefinitionName"]
    is_one = len(list_distinct(of)) < 2
    columns += [h.column for h in data.hyperparameters]
    # column by column: rows of mixed types would turn integers into floats
    texts = [[format_value(value) for value in best[column]] for column in columns]
    return tuple(
        TrialRow(rank, name, job, objective, tuple(values), "" if is_one else algorithm)
        for rank, (name, job, objective, algorithm, *values) in enumerate(
            zip(*texts, strict=True), start=1
        )
    )


def _unfinished(data: TuningTables) -> str:
    running = [job.name for job in data.jobs if not _is_final(job)]
    statuses = data.trials["TrainingJobStatus"].dropna()
    open_trials = int((~statuses.isin(FINAL_STATUSES)).sum())
    if not running and not open_trials:
        return ""
    what = []
    if running:
        what.append(plural(len(running), "tuning job"))
    if open_trials:
        what.append(plural(open_trials, "trial"))
    one = len(running) + open_trials == 1
    return (
        f"Not final: {join_words(what)} {'is' if one else 'are'} still running, so these figures "
        f"can change. {AGAIN}"
    )
