"""What the panels and the finding on the comparison share, computed once."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.comparison import Comparison, compute_comparison
from amtviz.analysis.lineage import find_ancestors
from amtviz.grammar.context import ChartContext

SURE = 0.95  # of redrawn searches: what is ahead in fewer can't be told apart


def comparison_of(context: ChartContext) -> Comparison:
    """Compare the tuning jobs, once."""
    data = context.data
    strategies = {job.name: job.strategy for job in data.jobs}
    made: Comparison = context.once(
        "comparison", lambda: compute_comparison(data.trials, data.objective, strategies)
    )
    return made


def compared(context: ChartContext) -> list[str]:
    """Name the tuning jobs that have a value."""
    table = comparison_of(context).jobs
    valued = ~table["Reason"].isin(["no trial has finished", "no trial has a value"])
    names: list[str] = table.loc[
        valued & (table["Yardstick"] == "trials"), "TuningJobName"
    ].tolist()
    return names


def is_fair(context: ChartContext, first: str, second: str) -> bool:
    """Tell whether two tuning jobs started with the same knowledge."""
    ancestors = ancestors_of(context)
    return set(ancestors.get(first, ())) == set(ancestors.get(second, ()))


def group_fairly(context: ChartContext, names: list[str]) -> list[list[str]]:
    """Group tuning jobs by what they started with."""
    ancestors = ancestors_of(context)
    groups: dict[frozenset[str], list[str]] = {}
    for name in names:
        groups.setdefault(frozenset(ancestors.get(name, ())), []).append(name)
    return list(groups.values())


def ancestors_of(context: ChartContext) -> dict[str, tuple[str, ...]]:
    """Give each tuning job's ancestors, the nearest first."""
    found: dict[str, tuple[str, ...]] = context.once(
        "ancestors", lambda: find_ancestors(context.data.jobs)
    )
    return found


def pair_of(context: ChartContext, one: str, two: str, yardstick: str) -> pd.Series:
    """Give a pair's row, as seen from the first of the two named."""
    pairs = comparison_of(context).pairs
    pairs = pairs[pairs["Yardstick"] == yardstick]
    row = pairs[(pairs["First"] == one) & (pairs["Second"] == two)]
    if len(row):
        return row.iloc[0]
    row = pairs[(pairs["First"] == two) & (pairs["Second"] == one)].iloc[0].copy()
    for end in ("Trials", "Best"):
        row[f"First{end}"], row[f"Second{end}"] = row[f"Second{end}"], row[f"First{end}"]
    row["Chance"] = 1 - row["Chance"]
    return row
