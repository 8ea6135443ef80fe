"""What the next tuning job should search, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from amtviz.analysis.advice.next_ranges import Risk
from amtviz.findings.facts import Facts
from amtviz.wording.lists import capital, join_words
from amtviz.wording.values import format_interval, format_range, name_category

_CHANGED = ("narrow", "extend", "shift", "drop")


def state_suggestion(facts: Facts, risk: Risk = "balanced") -> str:
    """Say what to narrow, extend and drop, or that no change is supported, and why."""
    table = facts.suggestions[risk]
    changed = table[table["Change"].isin(_CHANGED)]
    if not len(table):
        return ""
    if changed.empty:
        reasons = table["Evidence"].unique()
        same = len(reasons) == 1 and len(table) > 1
        text = "These trials support no change of the ranges for the next tuning job."
        return " ".join([text, *([capital(reasons[0])] if same else []), *_say_again(facts, table)])
    parts = [_say(row) for row in changed.head(4).itertuples()]
    if len(changed) > 4:
        parts.append(f"{len(changed) - 4} more changes below")
    kept = len(table) - len(changed)
    rest = f", and keep the other {kept}" if kept > 1 else ", and keep the other" if kept else ""
    advice = f"At {risk} risk, the next tuning job should {'; '.join(parts)}{rest}."
    return " ".join([advice, *_say_again(facts, table)])


def _say_again(facts: Facts, table: pd.DataFrame) -> Iterator[str]:
    """Say where keeping all that was searched is more than the latest tuning job searched."""
    jobs = [job for job in facts.tables.jobs if job.hyperparameters]
    dated = {job.created: job for job in jobs if job.created is not None}
    if len(dated) < 2:
        return
    latest = dated[max(dated)]
    last = {h.name: h for h in latest.hyperparameters}
    again = []
    for row in table[table["Change"] == "keep"].itertuples():
        h: Any = last.get(row.Hyperparameter)
        if h is None or h.kind != row.Kind:
            continue
        if h.kind == "categorical":
            narrower = bool(set(row.OldValues) - set(h.values))
        else:
            narrower = h.low is not None and (row.OldLow < h.low or row.OldHigh > h.high)
        if narrower:
            of_all = format_range(row.Kind, row.OldLow, row.OldHigh, row.OldValues)
            of_last = format_range(h.kind, h.low, h.high, h.values)
            again.append(f"{row.Hyperparameter} {of_all} (in {latest.name} {of_last})")
    if again:
        yield f"Keep means all that was ever searched: {'; '.join(again)}."


def _say(row: Any) -> str:
    name = row.Hyperparameter
    if row.Change == "drop":
        gone = [name_category(value) for value in row.OldValues if value not in row.Values]
        return f"drop {join_words(gone)} from {name}"
    old = format_interval(row.OldLow, row.OldHigh, row.Scaling)
    new = format_interval(row.Low, row.High, row.Scaling)
    verb = {"narrow": "narrow", "extend": "extend", "shift": "move"}[row.Change]
    return f"{verb} {name} to {new} (was {old})"
