"""The union of the jobs' hyperparameters, and the trials' values of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from amtviz.answers import read_definitions
from amtviz.errors import join_choices
from amtviz.model import Hyperparameter, RawTuningJob, TuningJob
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
from amtviz.wording.lists import join_words


def complete_jobs(
    jobs: Sequence[TuningJob],
    raws: Sequence[RawTuningJob],
    trials: Sequence[Trial],
    notices: list[str],
) -> list[TuningJob]:
    """Add what definitions tuned without declaring a range, and tell like names of kinds apart.

    The kind of an undeclared one comes from another definition that declares it, else from all the
    values.

    Parameters
    ----------
    jobs, raws : sequence
        The same jobs, side by side.
    trials : sequence of Trial
    notices : list of str
        Gets a sentence for each kind that is a guess, and for each name of two kinds.

    Returns
    -------
    list of TuningJob
        With hyperparameters of the job, and columns as these are called.
    """
    silent: list[str] = []  # the real merge, later, tells about conflicts
    known = {h.name: h for h in merge_by_name(_declared(jobs), silent)}
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
    completed = [
        replace(
            job,
            definitions=tuple(
                replace(
                    d,
                    hyperparameters=d.hyperparameters
                    + tuple(
                        replace(known[name], declared=False)
                        for name in undeclared[position, d.name]
                    ),
                )
                for d in job.definitions
            ),
        )
        for position, job in enumerate(jobs)
    ]
    return _tell_apart(completed, notices)


def _declared(jobs: Sequence[TuningJob]) -> list[tuple[str, Hyperparameter]]:
    """Return who declares what, each hyperparameter under the name of its column."""
    return [
        (d.name or job.name, replace(h, name=h.column))
        for job in jobs
        for d in job.definitions
        for h in d.hyperparameters
    ]


def _find_undeclared(
    jobs: Sequence[TuningJob], raws: Sequence[RawTuningJob], trials: Sequence[Trial]
) -> tuple[dict[tuple[int, str], list[str]], dict[str, list[object]]]:
    """Return, by job and definition, names tuned without a range; and all values and hints."""
    texts: dict[str, list[object]] = {}
    declared: dict[tuple[int, str], set[str]] = {}
    found: dict[tuple[int, str], dict[str, None]] = {}
    for position, (job, raw) in enumerate(zip(jobs, raws, strict=True)):
        definitions = read_definitions(raw.description, raw.summaries)
        for d in job.definitions:
            key = position, d.name
            declared[key] = {h.name for h in d.hyperparameters}
            autos = read_auto_parameters(definitions[d.name]["HyperParameterRanges"])
            found[key] = {name: None for name in autos if name not in declared[key]}
            for name in found[key]:
                hint = autos[name]
                texts.setdefault(name, []).extend([] if hint is None else [hint])
    for trial in trials:
        names = [d.name for d in jobs[trial.job].definitions]
        possible = [(trial.job, n) for n in names if trial.definition in (None, n)]
        for name, text in trial.tuned.items():
            if not any(name in declared[key] for key in possible):
                found[possible[0]][name] = None
                texts.setdefault(name, []).append(text)
    return {key: list(names) for key, names in found.items()}, texts


def _tell_apart(jobs: Sequence[TuningJob], notices: list[str]) -> list[TuningJob]:
    """Name a column for each of several hyperparameters of one name but different kinds."""
    labels = _label_kinds(jobs, notices)
    told = []
    for job in jobs:
        definitions = tuple(
            replace(
                d,
                hyperparameters=tuple(
                    replace(h, column=labels.get((d.name, h.name), h.column))
                    for h in d.hyperparameters
                ),
            )
            for d in job.definitions
        )
        job = replace(job, definitions=definitions)
        told.append(replace(job, hyperparameters=tuple(merge_by_name(_declared([job]), notices))))
    return told


def _label_kinds(jobs: Sequence[TuningJob], notices: list[str]) -> dict[tuple[str, str], str]:
    """Return new names by definition and name, of hyperparameters whose definitions differ."""
    kinds: dict[str, dict[str, set[str]]] = {}
    owners: dict[str, str] = {}
    for job in jobs:
        for d in job.definitions:
            owners.setdefault(d.name, d.name or job.name)
            for h in d.hyperparameters:
                kinds.setdefault(h.name, {}).setdefault(d.name, set()).add(h.kind)
    labels: dict[tuple[str, str], str] = {}
    for name, by_definition in kinds.items():
        by_kind: dict[str, list[str]] = {}
        for definition, found in by_definition.items():
            by_kind.setdefault(join_words(sorted(found)), []).append(definition)
        if len(by_kind) == 1:
            continue
        told = []
        for kind, definitions in by_kind.items():
            label = f"{name} ({', '.join(owners[d] for d in definitions)})"
            while label in kinds:
                label += f" ({kind})"
            labels |= {(definition, name): label for definition in definitions}
            told.append(f"{kind} in {join_choices(owners[d] for d in definitions)}")
        notices.append(
            f"{name!r} is {', '.join(told)}: each is a hyperparameter of its own, "
            f"{join_choices(dict.fromkeys(labels[d, name] for d in by_definition))}."
        )
    return labels


def decode_hyperparameters(
    jobs: Sequence[TuningJob], trials: Sequence[Trial], notices: list[str]
) -> tuple[list[Hyperparameter], dict[str, list[Value | None]]]:
    """Merge the definitions' hyperparameters and decode every trial's values.

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
        By name, one for each trial: as tuned, else as fixed; None where the trial has neither.
    """
    union = merge_by_name(_declared(jobs), notices)
    own = _own_hyperparameters(jobs)
    hyperparameters, columns = [], {}
    for merged in union:
        values = _decode_column(merged, own, trials, notices)
        # values that were numbers in another job are no surprise among the categories
        found = (by_name[merged.name] for by_name in own.values() if merged.name in by_name)
        same = all(h.kind == merged.kind for h in found)
        fitted, values = fit_values(merged, values)
        notices += explain_fit(merged, fitted) if same else []
        fitted, columns[merged.name] = fit_values(fitted, _fill_fixed(fitted, trials, values))
        hyperparameters.append(fitted)
    return hyperparameters, columns


def _own_hyperparameters(
    jobs: Sequence[TuningJob],
) -> dict[tuple[int, str | None], dict[str, Hyperparameter]]:
    """Return the hyperparameters of each definition by column; of None, those of any."""
    own: dict[tuple[int, str | None], dict[str, Hyperparameter]] = {}
    for position, job in enumerate(jobs):
        anyone = own.setdefault((position, None), {})
        for d in job.definitions:
            own[position, d.name] = {h.column: h for h in d.hyperparameters}
            for h in d.hyperparameters:
                anyone.setdefault(h.column, h)
    return own


def _decode_column(
    merged: Hyperparameter,
    own: Mapping[tuple[int, str | None], Mapping[str, Hyperparameter]],
    trials: Sequence[Trial],
    notices: list[str],
) -> list[Value | None]:
    values: list[Value | None] = []
    unreadable: list[str] = []
    cache: dict[tuple[int, str | None, str], Value | None] = {}  # few-valued columns repeat texts
    for trial in trials:
        declared = own[trial.job, trial.definition].get(merged.name)
        text = None if declared is None else trial.tuned.get(declared.name)
        if declared is None or text is None:
            values.append(None)
            continue
        key = (trial.job, trial.definition, str(text))
        if key not in cache:
            cache[key] = convert_value(decode_value(declared, text), merged.kind)
        values.append(cache[key])
        if cache[key] is None:
            unreadable.append(f"{text!r} in trial {trial.name!r}")
    if unreadable:
        notices.append(explain_unreadable(merged.name, merged.kind, unreadable))
    return values


def _fill_fixed(
    merged: Hyperparameter, trials: Sequence[Trial], values: Sequence[Value | None]
) -> list[Value | None]:
    """Fill in, for trials that didn't tune a hyperparameter, the value that it was fixed at.

    Not those of two hyperparameters that share a name: which of them is fixed isn't known.
    """
    filled = list(values)
    for place, trial in enumerate(trials):
        fixed = trial.fixed.get(merged.name)
        if fixed is not None and filled[place] is None and merged.name not in trial.tuned:
            filled[place] = decode_value(merged, fixed)
    return filled


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
