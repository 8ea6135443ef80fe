"""The union of the jobs' hyperparameters, and the trials' values of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from amtviz.errors import join_choices
from amtviz.model import Hyperparameter, RawTuningJob, TuningJob
from amtviz.tidy.jobs import raw_ranges
from amtviz.tidy.ranges import guess_scaling, merge_by_name, read_auto_parameters
from amtviz.tidy.trials import Trial
from amtviz.tidy.values import (
    Value,
    convert_value,
    decode_value,
    explain_unreadable,
    fits_int64,
    infer_kind,
    parse_number,
    sort_naturally,
)


def complete_jobs(
    jobs: Sequence[TuningJob],
    raws: Sequence[RawTuningJob],
    trials: Sequence[Trial],
    notices: list[str],
) -> list[TuningJob]:
    """Add to each job the hyperparameters that it tuned without declaring a range.

    Their kind comes from another job that declares one, else from all the values.

    Parameters
    ----------
    jobs, raws : sequence
        The same jobs, side by side.
    trials : sequence of Trial
    notices : list of str
        Gets a sentence for each kind that is a guess.

    Returns
    -------
    list of TuningJob
    """
    silent: list[str] = []  # the real merge, later, tells about conflicts
    union = merge_by_name([(job.name, h) for job in jobs for h in job.hyperparameters], silent)
    known = {h.name: h for h in union}
    undeclared, texts = _find_undeclared(jobs, raws, trials)
    for name in texts:
        if name in known:
            continue
        kind = infer_kind(texts[name])
        numbers = [] if kind == "categorical" else map(parse_number, texts[name])
        scaling = guess_scaling(float(number) for number in numbers if number is not None)
        known[name] = Hyperparameter(name, kind, scaling=scaling)
        notices.append(
            f"No range is declared for {name!r}: it is taken as {kind}, judging by its values."
        )
    return [
        replace(job, hyperparameters=job.hyperparameters + tuple(known[name] for name in names))
        for job, names in zip(jobs, undeclared, strict=True)
    ]


def _find_undeclared(
    jobs: Sequence[TuningJob], raws: Sequence[RawTuningJob], trials: Sequence[Trial]
) -> tuple[list[list[str]], dict[str, list[object]]]:
    """Give, job by job, the names tuned without a range; and every value and hint of each."""
    texts: dict[str, list[object]] = {}
    names: list[dict[str, None]] = []
    declared_names = [{h.name for h in job.hyperparameters} for job in jobs]
    for declared, raw in zip(declared_names, raws, strict=True):
        found: dict[str, None] = {}
        for ranges in raw_ranges(raw):
            for name, hint in read_auto_parameters(ranges).items():
                if name not in declared:
                    found[name] = None
                    texts.setdefault(name, []).extend([] if hint is None else [hint])
        names.append(found)
    for trial in trials:
        for name, text in trial.tuned.items():
            if name not in declared_names[trial.job]:
                names[trial.job][name] = None
                texts.setdefault(name, []).append(text)
    return [list(found) for found in names], texts


def decode_hyperparameters(
    jobs: Sequence[TuningJob], trials: Sequence[Trial], notices: list[str]
) -> tuple[list[Hyperparameter], dict[str, list[Value | None]]]:
    """Merge the jobs' hyperparameters and decode every trial's values.

    Parameters
    ----------
    jobs : sequence of TuningJob
        With every hyperparameter that was tuned.
    trials : sequence of Trial
    notices : list of str
        Gets a sentence for each disagreement, and for values that can't be read.

    Returns
    -------
    hyperparameters : list of Hyperparameter
    values : dict of str to list
        By name, one for each trial; None where the trial has none.
    """
    union = merge_by_name([(job.name, h) for job in jobs for h in job.hyperparameters], notices)
    own = [{h.name: h for h in job.hyperparameters} for job in jobs]
    hyperparameters, columns = [], {}
    for merged in union:
        values = _decode_column(merged, own, trials, notices)
        # values that were numbers in another job are no surprise among the categories
        same = all(job[merged.name].kind == merged.kind for job in own if merged.name in job)
        fitted, values = fit_values(merged, values)
        hyperparameters.append(fitted)
        notices += explain_fit(merged, fitted) if same else []
        columns[merged.name] = values
    return hyperparameters, columns


def _decode_column(
    merged: Hyperparameter,
    own: Sequence[Mapping[str, Hyperparameter]],
    trials: Sequence[Trial],
    notices: list[str],
) -> list[Value | None]:
    name = merged.name
    values: list[Value | None] = []
    unreadable: list[str] = []
    cache: dict[tuple[int, Any], Value | None] = {}  # few-valued columns repeat the same text
    for trial in trials:
        text = trial.tuned.get(name)
        if text is None:
            values.append(None)
            continue
        key = (trial.job, str(text))
        if key not in cache:
            decoded = decode_value(own[trial.job][name], text)
            cache[key] = convert_value(decoded, merged.kind)
        values.append(cache[key])
        if cache[key] is None:
            unreadable.append(f"{text!r} in trial {trial.name!r}")
    if unreadable:
        notices.append(explain_unreadable(name, merged.kind, unreadable))
    return values


def fit_values(
    hyperparameter: Hyperparameter, values: list[Value | None]
) -> tuple[Hyperparameter, list[Value | None]]:
    """Make a hyperparameter hold all of its values: undeclared categories, and huge integers.

    Parameters
    ----------
    hyperparameter : Hyperparameter
    values : list of int, float, str or None

    Returns
    -------
    Hyperparameter, list
        Integers past 64 bits become continuous.
    """
    if hyperparameter.kind == "integer" and not all(fits_int64(value) for value in values):
        floats = [None if value is None else float(value) for value in values]
        return replace(hyperparameter, kind="continuous"), list(floats)
    if hyperparameter.kind == "categorical":
        seen = {str(value) for value in values if value is not None}
        extra = sort_naturally(seen.difference(hyperparameter.values))
        if extra:
            return replace(hyperparameter, values=hyperparameter.values + extra), values
    return hyperparameter, values


def explain_fit(declared: Hyperparameter, fitted: Hyperparameter) -> list[str]:
    """Tell what `fit_values` changed."""
    name = declared.name
    if fitted.kind != declared.kind:
        return [
            f"{name!r} has integers past 64 bits: it is kept as continuous, to about 16 digits."
        ]
    extra = fitted.values[len(declared.values) :]
    if extra and declared.values:
        told = join_choices(extra, limit=5)
        return [f"{name!r} has values that no range declares: {told}."]
    return []
