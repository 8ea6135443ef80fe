"""Pairs of tuning jobs: which may be compared, and how one did against the other."""

from __future__ import annotations

import pandas as pd

from amtviz.findings.facts import Facts

SURE = 0.95  # of redrawn searches: what is ahead in fewer can't be told apart


def is_fair(facts: Facts, first: str, second: str) -> bool:
    """Tell whether two tuning jobs started with the same knowledge."""
    ancestors = facts.ancestors
    return set(ancestors.get(first, ())) == set(ancestors.get(second, ()))


def group_fairly(facts: Facts, names: list[str]) -> list[list[str]]:
    """Group tuning jobs by what they started with."""
    ancestors = facts.ancestors
    groups: dict[frozenset[str], list[str]] = {}
    for name in names:
        groups.setdefault(frozenset(ancestors.get(name, ())), []).append(name)
    return list(groups.values())


def pair_of(facts: Facts, one: str, two: str, yardstick: str) -> pd.Series:
    """Return a pair's row, as seen from the first of the two named."""
    pairs = facts.comparison.pairs
    pairs = pairs[pairs["Yardstick"] == yardstick]
    row = pairs[(pairs["First"] == one) & (pairs["Second"] == two)]
    if len(row):
        return row.iloc[0]
    row = pairs[(pairs["First"] == two) & (pairs["Second"] == one)].iloc[0].copy()
    for end in ("Trials", "Best"):
        row[f"First{end}"], row[f"Second{end}"] = row[f"Second{end}"], row[f"First{end}"]
    row["Chance"] = 1 - row["Chance"]
    return row
