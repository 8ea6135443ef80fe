"""What the next tuning job should search, in a sentence."""

from __future__ import annotations

from typing import Any

from amtviz.analysis.advice.next_ranges import Risk
from amtviz.findings.facts import Facts
from amtviz.wording.lists import capital, join_words
from amtviz.wording.values import format_interval

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
        return f"{text} {capital(reasons[0])}" if same else text
    parts = [_say(row) for row in changed.head(4).itertuples()]
    if len(changed) > 4:
        parts.append(f"{len(changed) - 4} more changes below")
    kept = len(table) - len(changed)
    rest = f", and keep the other {kept}" if kept > 1 else ", and keep the other" if kept else ""
    return f"At {risk} risk, the next tuning job should {'; '.join(parts)}{rest}."


def _say(row: Any) -> str:
    name = row.Hyperparameter
    if row.Change == "drop":
        gone = [value for value in row.OldValues if value not in row.Values]
        return f"drop {join_words(gone)} from {name}"
    old = format_interval(row.OldLow, row.OldHigh, row.Scaling)
    new = format_interval(row.Low, row.High, row.Scaling)
    verb = {"narrow": "narrow", "extend": "extend", "shift": "move"}[row.Change]
    return f"{verb} {name} to {new} (was {old})"
