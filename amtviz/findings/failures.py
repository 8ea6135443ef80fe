"""What the failure panels show, in a sentence or two; and the names of regions."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.failures import (
    CATEGORY,
    FAILED,
    FEWEST,
    FINE,
    NOT_SET,
    UNSCORED,
    find_failing_part,
)
from amtviz.findings.facts import Facts
from amtviz.wording.lists import join_few, join_words
from amtviz.wording.numbers import format_number
from amtviz.wording.shares import format_share, format_share_interval
from amtviz.wording.times import format_duration
from amtviz.wording.values import format_ends

_LONGEST = 160  # characters of a reason in a sentence
_BRIEFLY = 80  # the same at the page's head


def rates_of(facts: Facts, name: str) -> pd.DataFrame:
    """Return the regions of one hyperparameter."""
    table = facts.failure_rates
    return table[table["Hyperparameter"] == name].reset_index(drop=True)


def state_failures(facts: Facts) -> str:
    """Say how many trials failed, why, and where; empty if none did.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
    """
    failed, unscored, ended = _count_outcomes(facts)
    if not failed + unscored:
        return ""
    parts = [_count(facts, failed, unscored, ended), _where(facts, facts.outcomes.value_counts())]
    return " ".join(part for part in parts if part)


def state_failed(facts: Facts) -> str:
    """Say in a line how many trials failed, and mostly why; empty if none did.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
    """
    failed, unscored, ended = _count_outcomes(facts)
    if not failed + unscored:
        return ""
    trials = f"{ended:,} {'ended ' if ended < len(facts.tables.trials) else ''}trials"
    without = f"completed without a value of {facts.tables.objective.metric_name}"
    parts = [_of_all(failed, ended, trials) + " failed" + _mostly(facts, failed)] if failed else []
    if unscored:
        parts.append(f"{f'{unscored:,}' if parts else _of_all(unscored, ended, trials)} {without}")
    return f"{'; '.join(parts)}."


def _count_outcomes(facts: Facts) -> tuple[int, int, int]:
    """Return how many trials failed, how many completed without a value, and how many ended."""
    counts = facts.outcomes.value_counts()
    return int(counts.get(FAILED, 0)), int(counts.get(UNSCORED, 0)), int(counts.sum())


def _of_all(count: int, ended: int, trials: str) -> str:
    if count < ended:
        return f"{count:,} of {trials}"
    return f"All {trials}" if ended > 1 else "The one trial"


def _mostly(facts: Facts, failed: int) -> str:
    """Return the reason that most share; else how many reasons there are."""
    table = facts.failure_reasons
    table = table[table["Outcome"] == FAILED]
    if not (table["Reason"].notna() | table["Class"].notna()).any():
        return ""
    if 2 * table["Trials"].iloc[0] <= failed:
        return f" for {len(table):,} different reasons"
    text = describe_reason(table.iloc[0], _BRIEFLY).rstrip(".!? ")
    return f", mostly: {text}" if len(table) > 1 else f": {text}"


def did_fail(facts: Facts) -> str:
    """Say what counts as failed in the rates: ``failed``, or what holds for all that do."""
    seen = set(facts.outcomes.dropna())
    return "failed" if UNSCORED not in seen else "gave no objective"


def describe_reason(row: pd.Series, longest: int) -> str:
    """Write a reason with its class, in one line of at most so many characters."""
    reason = "no reason given" if pd.isna(row["Reason"]) else str(row["Reason"])
    text = reason if pd.isna(row["Class"]) else f"{row['Class']}: {reason}"
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def describe_region(row: pd.Series) -> str:
    """Name a region as an axis does: ``25–30``."""
    if row["Region"] == CATEGORY:
        return str(row["Category"])
    if row["Region"] == NOT_SET:
        return "not set"
    return format_ends(float(row["Low"]), float(row["High"]), 4)


def describe_part(name: str, rates: pd.DataFrame, rows: tuple[int, ...]) -> str:
    """Name some regions of a hyperparameter as a sentence does: ``max-depth above 24``."""
    first, last = rates.iloc[rows[0]], rates.iloc[rows[-1]]
    if first["Region"] == CATEGORY:
        return f"{name} {join_words([str(v) for v in rates['Category'].iloc[list(rows)]], 'or')}"
    ranges = rates.index[rates["Region"] == "range"]
    if first["Region"] == NOT_SET or len(rows) == len(ranges):
        return f"{name} {'not set' if first['Region'] == NOT_SET else 'set'}"
    low, high = first["Low"], last["High"]
    # the ranges of an integer don't touch
    whole = bool((rates["Low"].shift(-1) > rates["High"]).any())
    if whole and low == high:
        return f"{name} {_number(low)}"
    if rows[-1] == ranges[-1]:
        return f"{name} above {_number(low - 1)}" if whole else f"{name} of at least {_number(low)}"
    if rows[0] == ranges[0]:
        return f"{name} {'up to' if whole else 'below'} {_number(high)}"
    return f"{name} from {_number(low)} to {_number(high)}"


def _count(facts: Facts, failed: int, unscored: int, ended: int) -> str:
    """Say how many trials failed of those that ended, and the most frequent reason."""
    table = facts.failure_reasons
    table = table[table["Outcome"] == FAILED]
    trials = f"{ended:,} trials" if ended != 1 else "trial"
    if ended < len(facts.tables.trials):
        trials += " that ended"
    metric = facts.tables.objective.metric_name
    without = f"completed without a value of {metric}"
    if not failed:
        text = f"No trial failed, but {unscored:,} of {trials} {without}"
        if unscored == ended:
            text = f"{_all(ended, trials)} {without}"
        return f"{text}.{_lost(facts)}"
    if failed == ended:
        text = f"{_all(ended, trials)} failed"
    else:
        text = f"{failed:,} of {trials} failed, {format_share(failed / ended)}"
    text += _why(table, failed)
    more = f" {unscored:,} more {without}." if unscored else ""
    return f"{text}.{more}{_lost(facts)}"


def _lost(facts: Facts) -> str:
    """Say how long they trained, and the share of that in all training."""
    seconds = float(facts.failure_reasons["LostSeconds"].sum())
    ended = facts.outcomes.notna()
    whole = float(facts.tables.trials.loc[ended, "TrainingElapsedTimeSeconds"].sum())
    if not 0 < seconds <= whole:
        return ""
    share = "" if seconds == whole else f", {format_share(seconds / whole)} of all training"
    return f" They trained for {format_duration(seconds)}{share}."


def _all(ended: int, trials: str) -> str:
    return f"All {trials}" if ended > 1 else f"The one {trials}"


def _why(table: pd.DataFrame, failed: int) -> str:
    """Return the reason that all or most share."""
    first = table.iloc[0]
    known = table[table["Reason"].notna() | table["Class"].notna()]
    if known.empty:
        return "; no reason was given"
    text = describe_reason(first, _LONGEST).rstrip(".!? ")
    if len(table) == 1:
        return f"{'; all with the same reason' if failed > 1 else ''}: {text}"
    if first["Trials"] == 1:
        example = describe_reason(known.iloc[0], _LONGEST).rstrip(".!? ")
        return f", each for another reason, such as {example}"
    return f"; the most frequent of {len(table)} reasons, {first['Trials']:,} times: {text}"


def _where(facts: Facts, counts: pd.Series) -> str:
    """Say where trials fail, or that nothing can be told."""
    fine = int(counts.get(FINE, 0))
    bad = int(counts.sum()) - fine
    what = "failing" if did_fail(facts) == "failed" else "giving no objective"
    if not fine:
        return ""
    if min(bad, fine) < FEWEST:
        few = "such trials" if bad < FEWEST else "other trials"
        return f"There are too few {few} to tell whether {what} depends on a hyperparameter."
    table = facts.failure_dependence
    found = table[table["Depends"]]
    if found.empty:
        unknown = f"{what.capitalize()} can't be told to depend on any hyperparameter."
        return unknown if len(table) else ""
    name = found["Hyperparameter"].iloc[0]
    rates = rates_of(facts, name)
    part = find_failing_part(rates)
    if part is None:
        return ""
    interval = format_share_interval(part.low, part.high)
    did = did_fail(facts)
    text = (
        f"Trials with {describe_part(name, rates, part.rows)} {did} in "
        f"{format_share(part.rate)} of cases (90 % interval {interval}), the others in "
        f"{format_share(part.others)}."
    )
    rest = found["Hyperparameter"].iloc[1:].tolist()
    if not rest:
        return text
    return f"{text} {what.capitalize()} goes with {join_few(rest, 3)}, too."


def _number(value: float) -> str:
    return format_number(value, 15)
