"""What the cost panels show, in sentences, and the tables that both share."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.cost import classify_outcomes, compute_spot_saving
from amtviz.analysis.interruptions import compute_interruptions
from amtviz.findings.facts import Facts
from amtviz.model import CUT_OFF_OUTCOMES
from amtviz.texts import sum_by
from amtviz.wording.lists import capital, join_words, plural
from amtviz.wording.numbers import format_dollars, format_number
from amtviz.wording.shares import format_share
from amtviz.wording.times import format_duration

_LOST = {
    "failed": "failed",
    "no value": "ended without a value",
    "stopped early": "stopped early",
    "out of time": "ran out of time",
    "out of spot": "ran out of spot instances",
}
_NAMED = 3  # instance types that a sentence spells out
_FEW = 0.9  # of the slots in use: below, the sentence says what the rest was
_NOTED = 0.005  # of the slots' time: less isn't worth a word


def state_cost(facts: Facts) -> str:
    """Say what was billable, what was lost, how well slots were used and how long trials waited.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        Empty where no trial is known to have taken any time.
    """
    table, free = facts.charged.table, facts.charged.free
    if not (table["BilledSeconds"] > 0).any():
        return _unknown(facts.tables.trials["TrainingElapsedTimeSeconds"].dropna())
    others = int(facts.cost["Trials"].sum() - table["Trials"].sum())
    total = _unbilled_total(table, others) if free else _total(table) + _beside(others)
    parts = [total, _lost(facts, table), _spot(facts), _interrupted(facts), _slots(facts)]
    return " ".join(part for part in [*parts, _waiting(facts)] if part)


def _unknown(seconds: pd.Series) -> str:
    """Say how long trials ran that nobody knows the bill of; empty if that isn't known either."""
    if not seconds.sum() > 0:
        return ""
    time = format_duration(float(seconds.sum()))
    if len(seconds) == 1:
        return f"The one trial ran for {time}; what it cost isn't known."
    return f"The {len(seconds):,} trials ran for {time} in all; what they cost isn't known."


def _unbilled_total(table: pd.DataFrame, others: int) -> str:
    trials, unknown = int(table["Trials"].sum()), int(table["Unknown"].sum())
    subject = plural(trials, "trial") if trials != 1 else "One trial"
    if unknown:
        subject = f"{trials - unknown:,} of {trials:,} trials"
    elif not others and trials > 1:
        subject = f"The {trials:,} trials"
    time = format_duration(float(table["BilledSeconds"].sum()))
    text = f"{subject} ran for {time} in all on a local machine: nothing was billed"
    return f"{text}. What the other {others:,} cost isn't known." if others else f"{text}."


def _beside(others: int) -> str:
    """Say how many trials ran on one's own machine beside those that were billed."""
    if not others:
        return ""
    more = f"{others:,} more trials" if others > 1 else "One more trial"
    return f" {more} ran on a local machine, unbilled."


def _total(table: pd.DataFrame) -> str:
    trials, unknown = int(table["Trials"].sum()), int(table["Unknown"].sum())
    running = table["Outcome"] == "running"
    seconds = float(table["BilledSeconds"].sum())
    priced = table["Dollars"].notna()
    known = trials - unknown
    subject = f"The {trials:,} trials" if trials != 1 else "The one trial"
    if unknown:
        subject = f"{known:,} of the {trials:,} trials"
    so_far = " so far" if running.any() else ""
    time = f"{format_duration(seconds)} of billable instance time"
    text = f"{subject} took {time}{_types(table)}{so_far}"
    if priced.any():
        text += _money(table, whole=bool(priced.all()) and not unknown)
    if unknown:
        others = "the other one" if unknown == 1 else f"the other {unknown:,}"
        text += f"; of {others} no bill is known"
    return f"{text}."


def _money(table: pd.DataFrame, *, whole: bool) -> str:
    dollars, priced = float(table["Dollars"].sum()), table["Dollars"].notna()
    text = f": {'' if whole else 'at least '}{format_dollars(dollars)} at the given prices"
    missing = sorted({str(name) or "unknown types" for name in table["InstanceType"][~priced]})
    if missing:
        have = "has" if len(missing) == 1 else "have"
        text += f", without {join_words(missing)}, which {have} no price"
    return text


def _types(table: pd.DataFrame) -> str:
    known = table[table["InstanceType"] != ""]
    seconds = sum_by(known["BilledSeconds"], known["InstanceType"])
    seconds = seconds[seconds > 0].sort_values(ascending=False)
    if len(seconds) == 1:
        return f" on {seconds.index[0]}"
    named = [
        f"{name} {format_duration(float(value))}" for name, value in seconds.head(_NAMED).items()
    ]
    more = [f"{len(seconds) - _NAMED} more types"] if len(seconds) > _NAMED else []
    return f" ({', '.join([*named, *more])})" if named else ""


def _lost(facts: Facts, table: pd.DataFrame) -> str:
    """Say what share ended without a value, and what went into those stopped early."""
    sums = table.groupby("Outcome")[["BilledSeconds", "Trials", "Unknown"]].sum()
    whole = float(sums["BilledSeconds"].sum())
    said: list[str] = []
    for outcome, words in _LOST.items():
        if outcome not in sums.index or sums.loc[outcome, "Unknown"] == sums.loc[outcome, "Trials"]:
            continue
        count = int(sums.loc[outcome, "Trials"])
        share = format_share(float(sums.loc[outcome, "BilledSeconds"]) / whole)
        went = "into" if said else "of it went into"
        why = _cut_off(facts) if outcome == "no value" else ""
        said.append(f"{share} {went} {plural(count, 'trial')} that {words}{why}")
    return capital(", ".join(said)) + "." if said else ""


def _cut_off(facts: Facts) -> str:
    """Say how many of the trials without a value a limit or a lack of spot instances ended."""
    tables = facts.tables
    outcomes = classify_outcomes(tables.trials, tables.objective)
    ends = tables.trials["SecondaryStatus"][outcomes == "no value"].astype(object)
    counts = ends.map(CUT_OFF_OUTCOMES).value_counts()
    told = [name for name in dict.fromkeys(CUT_OFF_OUTCOMES.values()) if name in counts]
    said = join_words([f"{counts[name]:,} {_LOST[name]}" for name in told])
    return f" ({said})" if said else ""


def _spot(facts: Facts) -> str:
    table = compute_spot_saving(facts.tables.trials)
    known = table.dropna(subset="SavedShare")
    if not len(table):
        return ""
    count = f"{plural(len(table), 'trial')} ran on spot instances"
    if not len(known):
        return f"{count}; what that saved isn't known, for AWS told no billable time."
    elapsed, billed = known["ElapsedSeconds"].sum(), known["BilledSeconds"].sum()
    of = "" if len(known) == len(table) else f" (as far as known: of {len(known):,})"
    if billed >= elapsed:
        return f"{count}, billed for all the time that they took{of}."
    saved = format_duration(float(elapsed - billed))
    return (
        f"{count}, billed {format_share(1 - billed / elapsed)} less than the time that they took: "
        f"{saved} of instance time saved{of}."
    )


def _interrupted(facts: Facts) -> str:
    """Say how often trials were interrupted, and what of their training may be done twice."""
    table = compute_interruptions(facts.tables.trials)
    if not len(table):
        return ""
    times, repeated = int(table["Times"].sum()), float(table["RepeatedSeconds"].sum())
    often = "once" if times == 1 else "twice" if times == 2 else f"{times:,} times"
    still = float(table["StillSeconds"].sum())
    text = f"{len(table):,} trials were interrupted, {often} in all"
    text = text if len(table) > 1 else f"One trial was interrupted {often}"
    text += f", and stood still for {format_duration(still)}" if still > 0 else ""
    if not repeated > 0:
        return f"{text}."
    return (
        f"{text}; {format_duration(repeated)} of instance time had been trained before the last "
        "restarts: that was trained again, unless from checkpoints."
    )


def _slots(facts: Facts) -> str:
    table = facts.slots
    if not len(table):
        return ""
    declared = table[table["Slots"].notna()]
    if len(declared) < len(table):
        return ""  # most at once says nothing of how many could have
    used = float(declared["BusySeconds"].sum())
    places = float((declared["Slots"] * declared["SpanSeconds"]).sum())
    share = used / places
    if len(declared) == 1:
        row = declared.iloc[0]
        mean = format_number(row["MeanRunning"], 2)
        text = f"On average {mean} of {row['Slots']:.0f} parallel slots were busy"
    else:
        text = (
            f"The tuning jobs' parallel slots were busy {format_share(min(1.0, share))} of the time"
        )
    if share < _FEW:
        waiting, idle = (float(declared[c].sum()) for c in ("WaitingSeconds", "IdleSeconds"))
        said = [f"trials waited {format_duration(waiting)} for instances"] * (
            waiting > _NOTED * places
        )
        said += [f"slots stood empty for {format_duration(idle)}"] * (idle > _NOTED * places)
        text += f"; in the rest, {join_words(said)}" if said else ""
    return f"{text}."


def _waiting(facts: Facts) -> str:
    table = facts.waiting
    data = facts.tables.trials
    seconds = (data["TrainingStartTime"] - data["CreationTime"]).dt.total_seconds()
    seconds = seconds[seconds >= 0]
    if not (table["Ninth"] >= 1).any():
        return ""
    median, ninth = (format_duration(float(seconds.quantile(q))) for q in (0.5, 0.9))
    return (
        f"A training job waited {median} for its instance (median; one in ten more than {ninth}), "
        "which isn't billed."
    )
