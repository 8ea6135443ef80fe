"""Warm-start generations: what each tuning job gained over its parents, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from amtviz.analysis.convergence import compute_convergence
from amtviz.model import Hyperparameter, Objective, TuningJob
from amtviz.texts import list_distinct, number_distinct
from amtviz.wording.lists import join_words
from amtviz.wording.values import format_ends

_GENERATIONS = {
    "TuningJobName": "object",
    "Generation": "int64",
    "Parents": "object",
    "Unknown": "object",
    "WarmStartType": "object",
    "Trials": "int64",
    "BestBefore": "float64",
    "BestBeforeOf": "object",
    "Best": "float64",
    "Gain": "float64",
}
_CHANGES = {
    "TuningJobName": "object",
    "Parent": "object",
    "Hyperparameter": "object",
    "Change": "object",
    "Old": "object",
    "New": "object",
}


def find_ancestors(jobs: Iterable[TuningJob]) -> dict[str, tuple[str, ...]]:
    """Find every (grand)parent of each tuning job, those that aren't in the data as well.

    Parameters
    ----------
    jobs : iterable of TuningJob

    Returns
    -------
    dict of str to tuple of str
        Names of the ancestors, the nearest first, by name of the job.
    """
    parents = {job.name: job.parents for job in jobs}
    found = {}
    for name in parents:
        reached: dict[str, None] = {}
        ahead = list(parents[name])
        while ahead:
            parent = ahead.pop(0)
            if parent not in reached and parent != name:
                reached[parent] = None
                ahead += parents.get(parent, ())
        found[name] = tuple(reached)
    return found


def compute_generations(
    jobs: Sequence[TuningJob], trials: pd.DataFrame, objective: Objective
) -> pd.DataFrame:
    """Tell what each warm-started tuning job gained over all its ancestors.

    Parameters
    ----------
    jobs : sequence of TuningJob
    trials : pandas.DataFrame
        As in ``TuningData.trials``.
    objective : Objective

    Returns
    -------
    pandas.DataFrame
        A row per tuning job that has parents or is one, by generation and then in the order of
        ``jobs``; none without a warm start. Columns: TuningJobName; Generation (int64: 1 without
        parents, else one more than the latest of its parents; a parent that isn't in the data
        counts as of generation 1); Parents (tuple of str); Unknown (tuple of str: ancestors that
        aren't in the data, deleted for instance); WarmStartType (None without parents); Trials
        (int64: finished ones); BestBefore (float64: the best of all known ancestors); BestBeforeOf
        (the ancestor that found it, None without); Best (float64: of its own trials); Gain
        (float64: how much better Best is than BestBefore, negative when worse, whatever the
        direction; missing where either is).
    """
    ancestors = find_ancestors(jobs)
    is_parent = {parent for job in jobs for parent in job.parents}
    generations = _number_generations(jobs)
    table = compute_convergence(trials, objective)
    names = list_distinct(table["TuningJobName"])
    lines = table["BestSoFar"].groupby(number_distinct(table["TuningJobName"]))
    counts = dict(zip(names, lines.size(), strict=True))
    bests = pd.Series(lines.last().to_numpy(float), names, dtype="float64").sort_index().dropna()
    bests *= objective.sign  # more is better
    rows = []
    for job in jobs:
        if not job.parents and job.name not in is_parent:
            continue
        before = bests[bests.index.isin(ancestors[job.name])]
        own, best_before = bests.get(job.name), before.max() if len(before) else None
        known = own is not None and best_before is not None
        rows.append(
            {
                "TuningJobName": job.name,
                "Generation": generations[job.name],
                "Parents": job.parents,
                "Unknown": tuple(a for a in ancestors[job.name] if a not in generations),
                "WarmStartType": job.warm_start_type if job.parents else None,
                "Trials": counts.get(job.name, 0),
                "BestBefore": None if best_before is None else best_before * objective.sign,
                "BestBeforeOf": before.idxmax() if len(before) else None,
                "Best": None if own is None else own * objective.sign,
                "Gain": own - best_before if known else None,
            }
        )
    table = pd.DataFrame(rows, columns=list(_GENERATIONS)).astype(_GENERATIONS)
    return table.sort_values("Generation", kind="stable", ignore_index=True)


def compute_range_changes(jobs: Sequence[TuningJob]) -> pd.DataFrame:
    """Compare the ranges of each warm-started tuning job with those of its parents.

    Parameters
    ----------
    jobs : sequence of TuningJob

    Returns
    -------
    pandas.DataFrame
        A row per tuning job, parent in ``jobs`` and hyperparameter that either of them tuned, in
        the order of the child's, then the parent's. Columns: TuningJobName, Parent,
        Hyperparameter; Change (``same``; ``narrowed``, ``extended`` or ``shifted``; ``values
        dropped``, ``values added`` or both; ``scaling changed``; ``other kind``; ``new``;
        ``gone``; joined by `` and `` where several are true); Old, New (str: the range in words,
        or the value that it was fixed at, or ``not tuned``).
    """
    known = {job.name: job for job in jobs}
    rows = []
    for job in jobs:
        own = {h.name: h for h in job.hyperparameters}
        for parent in (known[name] for name in dict.fromkeys(job.parents) if name in known):
            theirs = {h.name: h for h in parent.hyperparameters}
            for name in [*own, *(name for name in theirs if name not in own)]:
                old, new = theirs.get(name), own.get(name)
                rows.append(
                    {
                        "TuningJobName": job.name,
                        "Parent": parent.name,
                        "Hyperparameter": name,
                        "Change": _name_change(old, new),
                        "Old": describe_range(old) if old else _describe_fixed(parent, name),
                        "New": describe_range(new) if new else _describe_fixed(job, name),
                    }
                )
    return pd.DataFrame(rows, columns=list(_CHANGES)).astype(_CHANGES)


def describe_range(hyperparameter: Hyperparameter) -> str:
    """Put a declared range in words: ``0.01–0.5``, ``gini, entropy``, ``1e-05 to 0.1``."""
    if hyperparameter.kind == "categorical":
        return ", ".join(hyperparameter.values) or "no values declared"
    if hyperparameter.low is None or hyperparameter.high is None:
        return "no bounds declared"
    return format_ends(hyperparameter.low, hyperparameter.high)


def _number_generations(jobs: Sequence[TuningJob]) -> dict[str, int]:
    """Return each tuning job's generation."""
    numbers = {job.name: 1 for job in jobs}
    for _ in jobs:  # each round settles one generation more, whatever the order
        for job in jobs:
            older = [numbers.get(parent, 1) for parent in job.parents]
            numbers[job.name] = 1 + max(older, default=0)
    return numbers


def _name_change(old: Hyperparameter | None, new: Hyperparameter | None) -> str:
    if old is None or new is None:
        return "new" if old is None else "gone"
    if old.kind != new.kind and "categorical" in (old.kind, new.kind):
        return "other kind"
    if new.kind == "categorical":
        dropped, added = set(old.values) - set(new.values), set(new.values) - set(old.values)
        found = [("values dropped", bool(dropped)), ("values added", bool(added))]
    else:
        moved = _name_move((old.low, old.high), (new.low, new.high))
        scaled = old.scaling != new.scaling
        found = [(moved, bool(moved)), ("scaling changed", scaled)]
        found.append(("other kind", old.kind != new.kind))
    return join_words([name for name, is_true in found if is_true]) or "same"


def _name_move(
    old: tuple[float | None, float | None], new: tuple[float | None, float | None]
) -> str:
    """Name how the ends of a range moved; empty when neither did."""
    if None in old or None in new:
        return "" if old == new else "bounds declared" if None in old else "bounds not declared"
    narrower = new[0] > old[0] or new[1] < old[1]  # type: ignore[operator]
    wider = new[0] < old[0] or new[1] > old[1]  # type: ignore[operator]
    if narrower and wider:
        return "shifted"
    return "narrowed" if narrower else "extended" if wider else ""


def _describe_fixed(job: TuningJob, name: str) -> str:
    """Say what an untuned hyperparameter was fixed at, where all definitions agree."""
    fixed: set[str] = set()
    for definition in job.definitions:
        statics: Mapping[str, str] = definition.static_hyperparameters
        if name in statics:
            fixed.add(str(statics[name]).strip('"'))
    return f"fixed at {fixed.pop()}" if len(fixed) == 1 else "not tuned"
