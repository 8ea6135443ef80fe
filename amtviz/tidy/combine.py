"""Several `TuningTables` to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.errors import InputError
from amtviz.model import (
    Direction,
    FetchReport,
    Objective,
    RawTuningData,
    TuningJob,
    TuningTables,
)
from amtviz.schema import TRIAL_COLUMNS, trial_dtypes
from amtviz.texts import number_distinct
from amtviz.tidy.columns import list_values
from amtviz.tidy.hyperparameters import fit_values
from amtviz.tidy.notes import read_notes, write_notes
from amtviz.tidy.objective import Candidate, choose_objective
from amtviz.tidy.ranges import assign_columns, merge_by_name
from amtviz.tidy.raw import read_raw, rename_columns, tidy_reading, tidy_tuning_data
from amtviz.tidy.trials import build_frame
from amtviz.tidy.values import convert_value


def combine_tuning_data(
    parts: Sequence[TuningTables], *, objective: str | None = None
) -> TuningTables:
    """Put several into one, each tuning job and each trial once.

    Parameters
    ----------
    parts : sequence of TuningTables
        From AWS, from stores, from DataFrames, in any mix.
    objective : str, optional
        A metric that all have, when their objectives differ.

    Returns
    -------
    TuningTables
        A part alone as it is. Jobs asked for first, in the order of the parts, then ancestors.
        With raw answers if every part has them.

    Raises
    ------
    InputError
        If there is no part, if the objectives differ, or if none has the metric asked for.
    """
    parts = list({id(part): part for part in parts}.values())
    if not parts:
        raise InputError("There is no tuning job to draw. Pass at least one name, ARN or tuner.")
    if len(parts) == 1 and objective in (None, parts[0].objective.metric_name):
        return parts[0]
    notices: list[str] = []
    candidates = [candidate for part in parts for candidate in _candidates(part, objective)]
    chosen = choose_objective(candidates, objective, notices)
    raws = [part.raw for part in parts if part.raw is not None]
    if len(raws) == len(parts):
        tables = tidy_reading(read_raw(_merge_raw(raws)), chosen, notices)
        return read_notes(tables, [write_notes(part.trials) for part in parts])
    parts = [_with_objective(part, chosen) for part in parts]
    return _merge_tables(parts, chosen, notices)


def _candidates(part: TuningTables, asked: str | None) -> list[Candidate]:
    """Return what a part's jobs say about metrics; without a wish, what it is scored by counts."""
    if part.raw is not None:
        candidates = read_raw(part.raw).candidates
        if asked is not None or part.objective.members:
            return candidates
        return [replace(c, declared=(part.objective,)) for c in candidates]
    metrics = (part.objective.metric_name, *_metric_columns(part))
    return [
        Candidate(job.name, (part.objective,), frozenset(metrics), metrics, job.is_ancestor)
        for job in part.jobs
    ]


def _metric_columns(part: TuningTables) -> list[str]:
    """Return columns of numbers that are neither fixed, objective nor hyperparameter."""
    used = {*TRIAL_COLUMNS, part.objective.metric_name, *(h.column for h in part.hyperparameters)}
    return [n for n in part.trials.columns if n not in used and part.trials[n].dtype == "float64"]


def _merge_raw(raws: Sequence[RawTuningData]) -> RawTuningData:
    asked = [job for raw in raws for job in raw.jobs[: raw.requested]]
    ancestors = [job for raw in raws for job in raw.jobs[raw.requested :]]
    notices = dict.fromkeys(notice for raw in raws for notice in raw.notices)
    report = _add_reports(raw.report for raw in raws)
    return RawTuningData((*asked, *ancestors), len(asked), tuple(notices), report)


def _add_reports(reports: Iterable[FetchReport | None]) -> FetchReport | None:
    """Add up what fetches did, each of them once."""
    once = {id(report): report for report in reports if report is not None}
    return sum(once.values(), FetchReport({}, 0.0)) if once else None


def _with_objective(part: TuningTables, objective: Objective) -> TuningTables:
    """Score a part by another of its metrics."""
    if part.raw is not None and part.objective.metric_name != objective.metric_name:
        part = tidy_tuning_data(part.raw, objective=objective.metric_name)
    return replace(part, objective=objective)


def _merge_tables(
    parts: Sequence[TuningTables], objective: Objective, told: Sequence[str]
) -> TuningTables:
    notices = [*dict.fromkeys(n for part in parts for n in part.notices), *told]
    jobs, labels = _merge_jobs(parts, notices)
    declared = [
        (label[part.jobs[0].name], h)
        for part, label in zip(parts, labels, strict=True)
        for h in part.hyperparameters
    ]
    union = merge_by_name(declared, notices)
    metrics, extras = _other_columns(parts, objective)
    taken = [*TRIAL_COLUMNS, objective.metric_name, *extras]
    by_hyperparameter, by_metric, collisions = assign_columns(union, metrics, taken)
    notices += collisions

    columns: dict[str, Any] = {name: _stack(parts, name) for name in TRIAL_COLUMNS}
    columns["TuningJobName"] = [
        label[name]
        for part, label in zip(parts, labels, strict=True)
        for name in part.trials["TuningJobName"]
    ]
    columns[objective.metric_name] = _stack(parts, objective.metric_name)
    columns |= {column: _stack(parts, name) for name, column in by_metric.items()}
    hyperparameters = []
    for merged in union:
        values = [
            convert_value(value, merged.kind)
            for part in parts
            for value in _part_values(part, merged.name)
        ]
        merged, values = fit_values(merged, values)
        merged = replace(merged, column=by_hyperparameter[merged.name])
        hyperparameters.append(merged)
        columns[merged.column] = values
    dtypes = trial_dtypes(objective.metric_name, hyperparameters, by_metric.values())
    trials = build_frame(columns, dtypes)
    if extras:
        frames = [part.trials.reindex(columns=extras) for part in parts]
        trials = pd.concat([trials, pd.concat(frames, ignore_index=True)], axis=1)
    times = [part.fetched_at for part in parts if part.fetched_at is not None]
    return TuningTables(
        jobs=tuple(rename_columns(job, by_hyperparameter) for job in jobs),
        objective=objective,
        hyperparameters=tuple(hyperparameters),
        trials=_sort_unique(trials, [job.name for job in jobs]),
        metrics=_merge_metrics(parts),
        notices=tuple(dict.fromkeys(notices)),
        fetched_at=min(times, default=None),
        fetch_report=_add_reports(part.fetch_report for part in parts),
        directions=_merge_directions(parts),
        unnoted=frozenset().union(*(part.unnoted for part in parts)),
    )


def _merge_directions(parts: Sequence[TuningTables]) -> dict[str, Direction]:
    """Return the direction of each objective on which all parts that have it agree."""
    found: dict[str, set[Direction]] = {}
    for part in parts:
        for name, direction in part.directions.items():
            found.setdefault(name, set()).add(direction)
    return {name: told.pop() for name, told in found.items() if len(told) == 1}


def _merge_jobs(
    parts: Sequence[TuningTables], notices: list[str]
) -> tuple[list[TuningJob], list[dict[str, str]]]:
    """Return each job once, and for each part the names that its jobs have now.

    A job is known by its ARN. One without (from a DataFrame) is always another one.
    """
    jobs: dict[object, TuningJob] = {}
    labels: list[dict[str, str]] = []
    for position, part in enumerate(parts):
        label = {name: name for name in part.trials["TuningJobName"]}
        for job in part.jobs:
            key = job.arn or (position, job.name)
            if key not in jobs:
                jobs[key] = replace(job, name=_free_name(job, jobs.values(), notices))
            elif not job.is_ancestor:
                jobs[key] = replace(jobs[key], is_ancestor=False)
            label[job.name] = jobs[key].name
        for job in part.jobs:
            key = job.arn or (position, job.name)
            jobs[key] = replace(jobs[key], parents=tuple(label.get(p, p) for p in job.parents))
        labels.append(label)
    return sorted(jobs.values(), key=lambda job: job.is_ancestor), labels


def _free_name(job: TuningJob, others: Any, notices: list[str]) -> str:
    used = {other.name for other in others}
    if job.name not in used:
        return job.name
    region = job.arn.split(":")[3] if job.arn.count(":") >= 5 else ""
    names = [f"{job.name} ({region})"] if region else []
    names += [f"{job.name} ({number})" for number in range(2, len(used) + 3)]
    name = next(name for name in names if name not in used)
    notices.append(f"Several tuning jobs are called {job.name!r}: one is shown as {name!r}.")
    return name


def _other_columns(
    parts: Sequence[TuningTables], objective: Objective
) -> tuple[list[str], list[str]]:
    """Return the final metrics, and the columns of the caller's own of another type."""
    metrics: dict[str, None] = {}
    extras: dict[str, None] = {}
    for part in parts:
        used = {*TRIAL_COLUMNS, objective.metric_name, *(h.column for h in part.hyperparameters)}
        for name in part.trials.columns:
            if name not in used:
                is_number = part.trials[name].dtype == "float64"
                (metrics if is_number else extras)[str(name)] = None
    return [name for name in metrics if name not in extras], list(extras)


def _stack(parts: Sequence[TuningTables], name: str) -> Any:
    """Put a column of all parts under each other, missing where a part lacks it."""
    columns = []
    for part in parts:
        # one part's metric may have the name of another part's hyperparameter
        of_hyperparameters = {h.column for h in part.hyperparameters}
        if name in part.trials and name not in of_hyperparameters:
            columns.append(part.trials[name])
        else:
            columns.append(pd.Series([float("nan")] * len(part.trials)))
    return pd.concat(columns, ignore_index=True)


def _part_values(part: TuningTables, name: str) -> list[Any]:
    for hyperparameter in part.hyperparameters:
        if hyperparameter.name == name:
            return list_values(part.trials[hyperparameter.column])
    return [None] * len(part.trials)


def _sort_unique(trials: pd.DataFrame, job_order: Sequence[str]) -> pd.DataFrame:
    rank: Mapping[str, int] = {name: position for position, name in enumerate(job_order)}
    once = trials[~_is_again(trials, ["TuningJobName", "TrainingJobName"])]
    ranks = pd.Series([rank.get(name, len(rank)) for name in once["TuningJobName"]], once.index)
    return once.loc[ranks.sort_values(kind="stable").index].reset_index(drop=True)


def _merge_metrics(parts: Sequence[TuningTables]) -> pd.DataFrame:
    metrics = pd.concat([part.metrics for part in parts], ignore_index=True)
    again = _is_again(metrics, ["TrainingJobName", "Host", "MetricName"], ["Timestamp"])
    return metrics[~again].reset_index(drop=True)


def _is_again(frame: pd.DataFrame, texts: Sequence[str], others: Sequence[str] = ()) -> pd.Series:
    """Tell which rows are, in these columns, as an earlier one."""
    numbers = {name: number_distinct(frame[name]) for name in texts}
    return frame[[*texts, *others]].assign(**numbers).duplicated()
