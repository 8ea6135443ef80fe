"""What each warm start gained over its parents, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from amtviz.findings.facts import Facts
from amtviz.texts import list_distinct
from amtviz.wording.lists import join_few, join_words, plural
from amtviz.wording.names import name_job
from amtviz.wording.numbers import format_number, tell_apart

_MOST = 3  # warm starts that get a sentence each
_VERBS = {"narrowed": "narrowing", "extended": "extending", "shifted": "moving"}


def state_lineage(facts: Facts) -> str:
    """Say of each warm-started tuning job, the latest first, what it gained and what it changed.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        Empty without a warm start.
    """
    table = facts.generations
    started = table[table["Parents"].map(len) > 0]
    started = started.sort_values("Generation", ascending=False, kind="stable")
    parts = [_state(facts, row) for row in started.head(_MOST).itertuples()]
    left = len(started) - _MOST
    if left > 0:
        more = "One more tuning job was" if left == 1 else f"{left} more tuning jobs were"
        parts.append(f"{more} warm-started.")
    return " ".join(parts)


def _state(facts: Facts, row: Any) -> str:
    """Say what one warm-started tuning job gained, and what it changed."""
    metric = facts.tables.objective.metric_name
    parents = join_few([name_job(name) for name in row.Parents])
    text = f"{name_job(row.TuningJobName)}, started from {parents},"
    changed = _changes(facts, row.TuningJobName)
    unknown = join_few([name_job(name) for name in row.Unknown])
    if pd.isna(row.Best):
        return f"{text} has no trial with a value yet."
    if pd.isna(row.BestBefore):
        why = "none of its parents has a trial with a value"
        if row.Unknown:
            why = f"{unknown} {'are' if len(row.Unknown) > 1 else 'is'} not in this data"
        best = tell_apart([row.Best])[0]
        return f"{text} found {metric} {best}{changed}; what it gained isn't known, for {why}."
    before, best, gain = row.BestBefore, row.Best, abs(row.Gain)
    shown = tell_apart([before, best])
    known = "best known" if row.Unknown else "best"
    of = f"{name_job(row.BestBeforeOf)}'s {shown[0]}"
    if row.Gain > 0:
        did = f"improved the {known} {metric} by {format_number(gain, 2)}, from {of} to {shown[1]}"
    elif row.Gain < 0:
        did = f"didn't improve the {known} {metric}, {of}: it reached {shown[1]}"
    else:
        did = f"only reached the {known} {metric} that was there before, {of}"
    trials = plural(row.Trials, "trial")
    caveats = [f"{unknown}, not in this data, may have found better"] if row.Unknown else []
    if row.WarmStartType == "TransferLearning":
        caveats.append("transfer learning allows other data, so that this may be no gain")
    return "; ".join([f"{text} {did}, with {trials}{changed}", *caveats]) + "."


def _changes(facts: Facts, name: str) -> str:
    """Say how the ranges differ from the parents', beginning with a blank."""
    table = facts.range_changes
    table = table[table["TuningJobName"] == name]
    if not len(table):
        return ""
    words: dict[str, list[str]] = {}
    for hyperparameter in list_distinct(table["Hyperparameter"]):
        rows = table[(table["Hyperparameter"] == hyperparameter) & (table["Change"] != "same")]
        if len(rows):
            verb, rest = _say_change(" ".join(hyperparameter.split()), rows)
            words.setdefault(verb, []).append(rest)
    changed = join_words([f"{verb} {join_few(rests)}" for verb, rests in words.items()])
    return f", after {changed}" if words else ", in the same ranges"


def _say_change(name: str, rows: pd.DataFrame) -> tuple[str, str]:
    """Put a change in words: a verb, and what it was done to."""
    changes, olds = (list_distinct(rows[name]) for name in ("Change", "Old"))
    new, old = rows["New"].iloc[0], olds[0]
    if len(changes) > 1 or len(olds) > 1:
        return "setting", f"{name} to {new}"
    change = changes[0]
    if change in _VERBS:
        return _VERBS[change], f"{name} to {new}"
    if change == "new":
        return "also tuning", f"{name} ({new})"
    if change == "gone":
        return "no longer tuning", name
    if change == "scaling changed":
        return "changing the scaling of", name
    if change == "values dropped":
        return "keeping only", f"{new} of {name}"
    return "changing", f"{name} to {new} (was {old})"
