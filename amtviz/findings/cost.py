"""What the cost panels show, in sentences, and the tables that both share."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.cost import LOCAL_TYPES, compute_cost, compute_spot_saving
from amtviz.analysis.slots import compute_slot_use, compute_waiting
from amtviz.findings.convergence_tables import time_unit
from amtviz.grammar.context import ChartContext

_LOST = {
    "failed": "failed",
    "no value": "ended without a value",
    "stopped early": "stopped early",
    "cut off": "ran out of time or spot instances",
}
_NAMED = 3  # instance types that a sentence spells out
_FEW = 0.9  # of the slots in use: below, the sentence says what the rest was
_NOTED = 0.005  # of the slots' time: less isn't worth a word


def cost_of(context: ChartContext) -> pd.DataFrame:
    """Give what was billed, computed once."""
    data = context.data
    table: pd.DataFrame = context.once(
        "cost",
        lambda: compute_cost(data.trials, data.objective, context.prices, at=data.fetched_at),
    )
    return table


def charged_of(context: ChartContext) -> tuple[pd.DataFrame, bool]:
    """Give the rows of `cost_of` to tell of, and whether nobody bills them.

    Those that ran on one's own machine count only where no other trial's bill is known.
    """
    table = cost_of(context)
    local = table["InstanceType"].isin(LOCAL_TYPES) & table["Dollars"].isna()
    free = not (table.loc[~local, "BilledSeconds"] > 0).any() and bool(local.any())
    return table[local if free else ~local], free


def slots_of(context: ChartContext) -> pd.DataFrame:
    """Give the use of the parallel slots, computed once."""
    data = context.data
    table: pd.DataFrame = context.once(
        "slots", lambda: compute_slot_use(data.jobs, data.trials, data.fetched_at)
    )
    return table


def waiting_of(context: ChartContext) -> pd.DataFrame:
    """Give how long trials waited, computed once."""
    table: pd.DataFrame = context.once("waiting", lambda: compute_waiting(context.data.trials))
    return table


def state_cost(context: ChartContext) -> str:
    """Say what was billable, what was lost, how well slots were used and how long trials waited.

    Parameters
    ----------
    context : ChartContext

    Returns
    -------
    str
        Empty where no trial is known to have taken any time.
    """
    table, free = charged_of(context)
    if not (table["BilledSeconds"] > 0).any():
        return _unknown(context.data.trials["TrainingElapsedTimeSeconds"].dropna())
    others = int(cost_of(context)["Trials"].sum() - table["Trials"].sum())
    total = _unbilled_total(table, others) if free else _total(table) + _beside(others)
    parts = [total, _lost(table), _spot(context), _slots(context)]
    return " ".join(part for part in [*parts, _waiting(context)] if part)


def _unknown(seconds: pd.Series) -> str:
    """Say how long trials ran that nobody knows the bill of; empty if that isn't known either."""
    if not seconds.sum() > 0:
        return ""
    time = _time(float(seconds.sum()))
    if len(seconds) == 1:
        return f"The one trial ran for {time}; what it cost isn't known."
    return f"The {len(seconds):,} trials ran for {time} in all; what they cost isn't known."


def _unbilled_total(table: pd.DataFrame, others: int) -> str:
    trials, unknown = int(table["Trials"].sum()), int(table["Unknown"].sum())
    subject = "One trial" if trials == 1 else f"{trials:,} trials"
    if unknown:
        subject = f"{trials - unknown:,} of {trials:,} trials"
    elif not others and trials > 1:
        subject = f"The {trials:,} trials"
    time = _time(float(table["BilledSeconds"].sum()))
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
    text = f"{subject} took {_time(seconds)} of billable instance time{_types(table)}{so_far}"
    if priced.any():
        text += _money(table, whole=bool(priced.all()) and not unknown)
    if unknown:
        others = "the other one" if unknown == 1 else f"the other {unknown:,}"
        text += f"; of {others} no bill is known"
    return f"{text}."


def _money(table: pd.DataFrame, *, whole: bool) -> str:
    dollars, priced = float(table["Dollars"].sum()), table["Dollars"].notna()
    sum_ = "less than $0.01" if whole and 0 < dollars < 0.005 else f"${dollars:,.2f}"
    text = f": {'' if whole else 'at least '}{sum_} at the given prices"
    missing = sorted({str(name) or "unknown types" for name in table["InstanceType"][~priced]})
    if missing:
        have = "has" if len(missing) == 1 else "have"
        text += f", without {', '.join(missing)}, which {have} no price"
    return text


def _types(table: pd.DataFrame) -> str:
    seconds = table[table["InstanceType"] != ""].groupby("InstanceType")["BilledSeconds"].sum()
    seconds = seconds[seconds > 0].sort_values(ascending=False)
    if len(seconds) == 1:
        return f" on {seconds.index[0]}"
    named = [f"{name} {_time(float(value))}" for name, value in seconds.head(_NAMED).items()]
    more = [f"{len(seconds) - _NAMED} more types"] if len(seconds) > _NAMED else []
    return f" ({', '.join([*named, *more])})" if named else ""


def _lost(table: pd.DataFrame) -> str:
    """Say what share ended without a value, and what went into those stopped early."""
    sums = table.groupby("Outcome")[["BilledSeconds", "Trials", "Unknown"]].sum()
    whole = float(sums["BilledSeconds"].sum())
    said: list[str] = []
    for outcome, words in _LOST.items():
        if outcome not in sums.index or sums.loc[outcome, "Unknown"] == sums.loc[outcome, "Trials"]:
            continue
        count = int(sums.loc[outcome, "Trials"])
        share = _percent(float(sums.loc[outcome, "BilledSeconds"]) / whole)
        went = "into" if said else "of it went into"
        said.append(f"{share} {went} {count:,} trial{'s' * (count > 1)} that {words}")
    text = ", ".join(said)
    return f"{text[0].upper()}{text[1:]}." if said else ""


def _spot(context: ChartContext) -> str:
    table = compute_spot_saving(context.data.trials)
    known = table.dropna(subset="SavedShare")
    if not len(table):
        return ""
    count = f"{len(table):,} trial{'s' * (len(table) > 1)} ran on spot instances"
    if not len(known):
        return f"{count}; what that saved isn't known, for AWS told no billable time."
    elapsed, billed = known["ElapsedSeconds"].sum(), known["BilledSeconds"].sum()
    of = "" if len(known) == len(table) else f" (as far as known: of {len(known):,})"
    if billed >= elapsed:
        return f"{count}, billed for all the time that they took{of}."
    saved = _time(float(elapsed - billed))
    return (
        f"{count}, billed {_percent(1 - billed / elapsed)} less than the time that they took: "
        f"{saved} of instance time saved{of}."
    )


def _slots(context: ChartContext) -> str:
    table = slots_of(context)
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
        text = f"On average {row['MeanRunning']:.2g} of {row['Slots']:.0f} parallel slots were busy"
    else:
        text = f"The tuning jobs' parallel slots were busy {_percent(min(1.0, share))} of the time"
    if share < _FEW:
        waiting, idle = (float(declared[c].sum()) for c in ("WaitingSeconds", "IdleSeconds"))
        said = [f"trials waited {_time(waiting)} for instances"] * (waiting > _NOTED * places)
        said += [f"slots stood empty for {_time(idle)}"] * (idle > _NOTED * places)
        text += f"; in the rest, {' and '.join(said)}" if said else ""
    return f"{text}."


def _waiting(context: ChartContext) -> str:
    table = waiting_of(context)
    data = context.data.trials
    seconds = (data["TrainingStartTime"] - data["CreationTime"]).dt.total_seconds()
    seconds = seconds[seconds >= 0]
    if not (table["Ninth"] >= 1).any():
        return ""
    return (
        f"A training job waited {_time(float(seconds.median()))} for its instance (median; one in "
        f"ten more than {_time(float(seconds.quantile(0.9)))}), which isn't billed."
    )


def _time(seconds: float) -> str:
    size, unit = time_unit(seconds)
    text = f"{seconds / size:,.3g}" if seconds < 1000 * size else f"{seconds / size:,.0f}"
    return f"{text} {unit[:-1] if text == '1' and unit.endswith('s') else unit}"


def _percent(share: float) -> str:
    return "less than 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"
