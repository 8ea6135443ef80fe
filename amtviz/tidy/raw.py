"""Raw answers to `TuningTables`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from amtviz.errors import InputError
from amtviz.model import Objective, RawTuningData, RawTuningJob, TuningJob, TuningTables
from amtviz.schema import TRIAL_COLUMNS, trial_dtypes
from amtviz.texts import has_halves, write_halves
from amtviz.tidy.hyperparameters import complete_jobs, decode_hyperparameters
from amtviz.tidy.jobs import label_jobs, read_job
from amtviz.tidy.objective import (
    ALIAS,
    Candidate,
    choose_objective,
    explain_unscored,
    objective_value,
    read_candidates,
)
from amtviz.tidy.oddities import explain_values
from amtviz.tidy.ranges import assign_columns
from amtviz.tidy.series import tidy_series
from amtviz.tidy.trials import Trial, build_frame, collect_trials, fixed_columns


@dataclass(frozen=True, eq=False)
class Reading:
    """What raw answers say before an objective is chosen: ``jobs`` stand beside ``raw.jobs``."""

    raw: RawTuningData
    jobs: tuple[TuningJob, ...]
    trials: tuple[Trial, ...]
    notices: tuple[str, ...]

    @property
    def candidates(self) -> list[Candidate]:
        """What each tuning job says about metrics."""
        return read_candidates(self.jobs, self.trials)


def tidy_tuning_data(raw: RawTuningData, *, objective: str | None = None) -> TuningTables:
    """Make tidy tables of raw answers.

    Parameters
    ----------
    raw : RawTuningData
        Times in it are datetimes, or ISO 8601 texts when it comes from a store.
    objective : str, optional
        Another metric to use as the objective: one that all tuning jobs have.

    Returns
    -------
    TuningTables
        Trials in the order of its jobs, then by creation time. Two tuning jobs of one name are
        told apart as ``name (region)``.

    Raises
    ------
    InputError
        If there is no tuning job, if the objectives differ, or if no job has the metric asked for.
    """
    reading = read_raw(raw)
    notices: list[str] = []
    chosen = choose_objective(reading.candidates, objective, notices)
    return tidy_reading(reading, chosen, notices)


def read_raw(raw: RawTuningData) -> Reading:
    """Read descriptions and trials; raise an InputError if there is no tuning job."""
    if not raw.jobs:
        raise InputError("There is no tuning job to draw. Pass at least one name, ARN or tuner.")
    raw = _unique_jobs(_without_halves(raw))
    labels, told = label_jobs(raw.jobs)
    notices = [*raw.notices, *told]
    by_identity = {
        (job.account, job.region, job.name): label
        for job, label in zip(raw.jobs, labels, strict=True)
    }
    jobs = [
        read_job(job, label, by_identity, is_ancestor=position >= raw.requested, notices=notices)
        for position, (job, label) in enumerate(zip(raw.jobs, labels, strict=True))
    ]
    trials = collect_trials(raw.jobs, labels, by_identity, notices)
    jobs = complete_jobs(jobs, raw.jobs, trials, notices)
    return Reading(raw, tuple(jobs), tuple(trials), tuple(notices))


def tidy_reading(reading: Reading, objective: Objective, told: Sequence[str] = ()) -> TuningTables:
    """Make the tables, by an objective that is decided.

    Parameters
    ----------
    reading : Reading
    objective : Objective
    told : sequence of str
        Notices about the choice of the objective.

    Returns
    -------
    TuningTables
    """
    raw, jobs, trials = reading.raw, reading.jobs, reading.trials
    notices = [*reading.notices, *told]
    hyperparameters, values = decode_hyperparameters(jobs, trials, notices)
    finals = [trial.final_metrics for trial in trials]
    declared = dict.fromkeys(name for job in jobs for name in job.metric_names)
    found = dict.fromkeys(name for final in finals for name in final)
    if ALIAS not in declared:
        found.pop(ALIAS, None)
    metrics = [n for n in declared | found if n in found and n != objective.metric_name]
    taken = [*TRIAL_COLUMNS, objective.metric_name]
    by_hyperparameter, by_metric, collisions = assign_columns(hyperparameters, metrics, taken)
    notices += collisions
    hyperparameters = [replace(h, column=by_hyperparameter[h.name]) for h in hyperparameters]

    columns = fixed_columns(trials, notices)
    scores = [objective_value(trial, objective, jobs[trial.job]) for trial in trials]
    columns[objective.metric_name] = scores
    columns |= {by_hyperparameter[name]: column for name, column in values.items()}
    columns |= {c: [final.get(name) for final in finals] for name, c in by_metric.items()}
    frame = build_frame(
        columns, trial_dtypes(objective.metric_name, hyperparameters, by_metric.values())
    )
    scored = frame[objective.metric_name].notna().tolist()
    statuses = [trial.get("TrainingJobStatus") for trial in trials]
    notices += explain_unscored(statuses, scored, objective)
    notices += explain_values(frame, hyperparameters)
    return TuningTables(
        jobs=tuple(rename_columns(job, by_hyperparameter) for job in jobs),
        objective=objective,
        hyperparameters=tuple(hyperparameters),
        trials=_sort_trials(frame, [job.name for job in jobs]),
        metrics=tidy_series(raw.jobs),
        notices=tuple(dict.fromkeys(notices)),
        # the oldest answer: everything shown is at least as fresh as that
        fetched_at=min(job.fetched_at for job in raw.jobs),
        raw=raw,
        fetch_report=raw.report,
    )


def _without_halves(raw: RawTuningData) -> RawTuningData:
    """Write halves of surrogate pairs as text, which is what tables and files can hold."""
    jobs = []
    for job in raw.jobs:
        told = {n: getattr(job, n) for n in ("name", "description", "summaries", "records")}
        series = [(one.training_job, one.host, one.metric) for one in job.series]
        if has_halves([told, series]):
            names = [dict(zip(("training_job", "host", "metric"), s, strict=True)) for s in series]
            whole = zip(job.series, write_halves(names), strict=True)
            told = write_halves(told)
            job = replace(job, **told, series=tuple(replace(one, **own) for one, own in whole))
        jobs.append(job)
    return replace(raw, jobs=tuple(jobs), notices=write_halves(raw.notices))


def _unique_jobs(raw: RawTuningData) -> RawTuningData:
    """Keep each tuning job once, as asked for if it is both that and an ancestor."""
    asked: dict[tuple[str, str, str], RawTuningJob] = {}
    for job in raw.jobs[: raw.requested]:
        asked.setdefault((job.account, job.region, job.name), job)
    everything = dict(asked)
    for job in raw.jobs[raw.requested :]:
        everything.setdefault((job.account, job.region, job.name), job)
    return replace(raw, jobs=tuple(everything.values()), requested=len(asked))


def rename_columns(job: TuningJob, columns: Mapping[str, str]) -> TuningJob:
    """Tell a job's own hyperparameters, and its definitions', which columns they have."""
    renamed = tuple(replace(h, column=columns[h.name]) for h in job.hyperparameters)
    by_column = {h.column: columns[h.name] for h in job.hyperparameters}
    definitions = tuple(
        replace(
            d,
            hyperparameters=tuple(
                replace(h, column=by_column.get(h.column, h.column)) for h in d.hyperparameters
            ),
        )
        for d in job.definitions
    )
    return replace(job, hyperparameters=renamed, definitions=definitions)


def _sort_trials(frame: pd.DataFrame, job_order: Sequence[str]) -> pd.DataFrame:
    """Sort by tuning job as given (unknown ones last), then creation time, then name."""
    rank = {name: position for position, name in enumerate(job_order)}
    keys = pd.DataFrame(
        {
            "job": [rank.get(name, len(rank)) for name in frame["TuningJobName"]],
            "time": frame["CreationTime"],
            "name": frame["TrainingJobName"].to_numpy(dtype=object),
        }
    )
    order = keys.sort_values(["job", "time", "name"], kind="stable").index
    return frame.take(np.asarray(order)).reset_index(drop=True)
