"""Whether the advice for a warm start was right, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from amtviz.findings.facts import Facts
from amtviz.wording.lists import join_few, plural
from amtviz.wording.names import name_job
from amtviz.wording.numbers import tell_apart
from amtviz.wording.shares import format_chance, format_share


def state_advice_review(facts: Facts) -> str:
    """Say of the latest warm start how it did in and out of what its parents' trials suggest.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        At balanced risk; empty without a warm start.
    """
    table = facts.advice_review.table
    table = table[table["Risk"] == "balanced"]
    if not len(table):
        return ""
    row: Any = next(table.itertuples())
    known = {job.name for job in facts.tables.jobs}
    sources = [name_job(name) for name in facts.ancestors[row.TuningJobName] if name in known]
    what = f"{plural(row.KnownTrials, 'trial')} of {join_few(sources)}"
    child = name_job(row.TuningJobName)
    if row.Verdict == "no change":
        return f"From the {what}, balanced advice for {child} would have been to keep all ranges."
    ranges = plural(row.Changes, "range")
    text = f"From the {what}, balanced advice for {child} would have changed {ranges}."
    return f"{text} {_come_true(row, facts.tables.objective.metric_name)}"


def _come_true(row: Any, metric: str) -> str:
    """Say how many trials lie inside, where the best is, and what the medians tell."""
    if row.Verdict == "no trials":
        return "It has no trial with a value yet."
    share = ""
    if row.SearchedInside < 1:
        share = f", as would {format_share(row.SearchedInside)} of random ones in its ranges"
    if row.Verdict == "none inside":
        trials = (
            f"None of its {row.Trials:,} trials lies"
            if row.Trials > 1
            else "Its one trial doesn't lie"
        )
        return f"{trials} in them{share}, so that nothing tells whether that was right."
    if row.Verdict == "all inside":
        trials = f"All of its {row.Trials:,} trials lie" if row.Trials > 1 else "Its one trial lies"
        return f"{trials} in them{share}: none outside tells whether that was right."
    best = tell_apart([row.Best])[0]
    lie = "lies" if row.Inside == 1 else "lie"
    text = f"{row.Inside:,} of its {row.Trials:,} trials {lie} in them{share}. "
    if pd.isna(row.BestIsInside):
        text += f"The best, {metric} {best}, is both in and out of them"
    else:
        where = "one of these" if row.BestIsInside else "none of these"
        chance = row.Inside / row.Trials
        luck = format_chance(chance if row.BestIsInside else 1 - chance)
        text += f"The best, {metric} {best}, is {where} (luck alone does that in {luck})"
    if row.Verdict == "too few":
        few = min(row.Inside, row.Trials - row.Inside)
        side = "inside" if few == row.Inside else "outside"
        return f"{text}; {few} {side} {'is' if few == 1 else 'are'} too few to compare medians."
    inside, outside = tell_apart([row.MedianInside, row.MedianOutside])
    is_better = {"better": "better than", "worse": "worse than", "open": "beside"}[row.Verdict]
    text += f"; their median is {inside}, {is_better} the others' {outside}"
    if row.Verdict == "open":
        return f"{text}, which luck may explain."
    return f"{text} (luck alone does that in {format_chance(row.Luck)})."
