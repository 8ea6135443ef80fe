"""What the cost panels show, in sentences, and the tables that both share."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.cost import compute_cost, compute_spot_saving
from amtviz.analysis.slots import compute_slot_use, compute_waiting
from amtviz.charts.context import ChartContext
from amtviz.charts.convergence_tables import time_unit

_NAMED = 3  # instance types that a sentence spells out
_FEW = 0.9  # of the slots in use: below, the sentence says how many were idle


def cost_of(context: ChartContext) -> pd.DataFrame:
    """Give what was billed, computed once."""
    data = context.data
    table: pd.DataFrame = context.once(
        "cost", lambda: compute_cost(data.trials, data.objective, context.prices)
    )
    return table


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
        Empty where no billable time is known.
    """
    table = cost_of(context)
    if not len(table) or not (table["BilledSeconds"] > 0).any():
        return ""
    parts = [_total(context, table), _lost(table), _spot(context), _slots(context)]
    return " ".join(part for part in [*parts, _waiting(context)] if part)


def _total(context: ChartContext, table: pd.DataFrame) -> str:
    trials, unknown = int(table["Trials"].sum()), int(table["Unknown"].sum())
    seconds = float(table["BilledSeconds"].sum())
    priced = table["Dollars"].notna()
    known = trials - unknown
    subject = f"The {known:,} trials" if known != 1 else "One trial"
    if unknown:
        subject = f"{known:,} of the {trials:,} trials"
    text = f"{subject} took {_time(seconds)} of billable instance time{_types(table)}"
    if priced.any():
        dollars = f"${table['Dollars'].sum():,.2f} at the given prices"
        text += f": {dollars}" if priced.all() else f": at least {dollars}"
        if not priced.all():
            missing = sorted({str(n) or "unknown types" for n in table["InstanceType"][~priced]})
            have = "has" if len(missing) == 1 else "have"
            text += f", without {', '.join(missing[:_NAMED])}, which {have} no price"
    if unknown:
        text += f"; of {'one' if unknown == 1 else f'the other {unknown:,}'} no bill is known"
    return f"{text}."


def _types(table: pd.DataFrame) -> str:
    seconds = table[table["InstanceType"] != ""].groupby("InstanceType")["BilledSeconds"].sum()
    seconds = seconds[seconds > 0].sort_values(ascending=False)
    if len(seconds) == 1:
        return f" on {seconds.index[0]}"
    named = [f"{name} {_time(float(value))}" for name, value in seconds.head(_NAMED).items()]
    more = [f"{len(seconds) - _NAMED} more types"] if len(seconds) > _NAMED else []
    return f" ({', '.join([*named, *more])})" if named else ""


def _lost(table: pd.DataFrame) -> str:
    """Say what share ended without a value, and what stopping early may have saved."""
    seconds = table.groupby("Outcome")[["BilledSeconds", "Trials"]].sum()
    whole = float(seconds["BilledSeconds"].sum())
    said = []
    for outcome, words in (("failed", "failed"), ("no value", "ended without a value")):
        if outcome in seconds.index:
            count = int(seconds.loc[outcome, "Trials"])
            share = _percent(float(seconds.loc[outcome, "BilledSeconds"]) / whole)
            said.append(f"{share} of it went into {count:,} trial{'s' * (count > 1)} that {words}")
    if "stopped early" in seconds.index:
        count = int(seconds.loc["stopped early", "Trials"])
        share = _percent(float(seconds.loc["stopped early", "BilledSeconds"]) / whole)
        said.append(f"{share} into {count:,} that {'was' if count == 1 else 'were'} stopped early")
    if not said:
        return ""
    text = ", ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def _spot(context: ChartContext) -> str:
    table = compute_spot_saving(context.data.trials)
    known = table.dropna(subset="SavedShare")
    if not len(table):
        return ""
    count = f"{len(table):,} trial{'s' * (len(table) > 1)} ran on spot instances"
    if not len(known):
        return f"{count}; what that saved isn't known, for AWS told no billable time."
    elapsed, billed = known["ElapsedSeconds"].sum(), known["BilledSeconds"].sum()
    of = "" if len(known) == len(table) else f" ({len(known):,} whose bill is known)"
    return (
        f"{count}, billed {_percent(1 - billed / elapsed)} less than the time that they took{of}."
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
        text += f": {_time(float(declared['IdleSeconds'].sum()))} of slot time stood idle"
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
