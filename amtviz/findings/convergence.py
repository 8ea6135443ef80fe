"""What the convergence panels show, in a sentence or two."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amtviz.findings.convergence_tables import completion, convergence, expected_gain, time_unit
from amtviz.grammar.context import ChartContext
from amtviz.grammar.tables import job_names
from amtviz.model import TuningJob

_MORE = 25  # of the trials that the sentence is about, at most
_LITTLE, _MUCH = 0.02, 0.1  # of the distance from the median trial to the best
_SETTLED = 75  # recent trials of a strategy that learns: with fewer, those it gave up still gained
_CRITERIA = {
    "MaxNumberOfTrainingJobs": "training jobs",
    "MaxRuntimeInSeconds": "runtime",
    "MaxNumberOfTrainingJobsNotImproving": "trials not improving",
}


def state_convergence(context: ChartContext) -> str:
    """Say when the best was found, and what more trials can be expected to gain.

    It is about the tuning job that still runs, or else the one with the best value of all. More
    trials of the latter are called probably not worth it when they are expected to gain less than
    2 % of the distance from the median trial to the best, and probably worth going on from 10 %.
    Of a strategy that learns the former is said only if the estimate rests on 75 trials or more,
    and as many trials as it is about gained as little the last time.

    Parameters
    ----------
    context : ChartContext

    Returns
    -------
    str
    """
    table = convergence(context)
    if not len(table):
        return "No trial has finished yet."
    best = table.groupby("j")["BestSoFar"].last().dropna() * context.data.objective.sign
    if not len(best):
        count = len(table)
        return (
            f"None of the {count:,} finished trials has a value, so there is no best yet."
            if count > 1
            else "The one finished trial has no value, so there is no best yet."
        )
    leader = int(best.idxmax())
    running = [
        place for place in best.index if _is_running(_job(context, int(place))) and place != leader
    ]
    chosen = int(running[-1]) if running and not _is_running(_job(context, leader)) else leader
    sentences = [_found(context, chosen)]
    if chosen != leader:
        value = _number(context, best[leader] * context.data.objective.sign)
        if best[leader] > best[chosen]:
            sentences.append(f"The best of all, {value}, is of {_name(context, leader)}.")
    return " ".join(part for part in [*sentences, *_more(context, chosen)] if part)


def _found(context: ChartContext, place: int) -> str:
    """Say at which trial the best was found."""
    own = convergence(context)
    own = own[own["j"] == place]
    job, metric = _job(context, place), context.data.objective.metric_name
    count = len(own)
    value = _number(context, own["BestSoFar"].iloc[-1])
    if count == 1:
        return f"{_name(context, place)} has finished one trial: {metric} {value}."
    at = int(own.loc[own["Improved"], "Trial"].max())
    late = int((own["Improved"] & (own["Trial"] > count / 2)).sum())
    times = {1: "once", 2: "twice"}.get(late, f"{late:,} times")
    half = f"improved {times} in its second half" if late else "did not improve in its second half"
    ending = f" and {half}" if count >= 4 else ""
    so_far = " so far" if _is_running(job) else ""
    name = _name(context, place)
    return f"{name} found its best {metric}{so_far}, {value}, at trial {at:,} of {count:,}{ending}."


def _more(context: ChartContext, place: int) -> list[str]:
    """Say what more trials would bring, and what would end the tuning job by itself."""
    gains = expected_gain(context)
    gains = gains[gains["j"] == place]
    reason = gains["Reason"].iloc[0]
    if reason:
        return [f"What more trials would gain can't be said: {reason}.", _nearest(context, place)]
    row = gains[gains["More"] <= _MORE].iloc[-1] if (gains["More"] <= _MORE).any() else None
    row = gains.iloc[0] if row is None else row
    kind = {"exact": "a", "at most": "at most a", "estimated": "about a"}[row["ChanceIs"]]
    chance = f"{kind} {100 * row['Chance']:.0f} % chance"
    if row["Chance"] < 0.01:
        chance = "a chance of less than 1 %"
    likeness = {
        "all trials": "",
        "recent half": " if they are like its recent half",
        "since the best": " if they are like those since its best",
    }[row["Draw"]]
    cost = _cost(row["BilledSeconds"], _price(context, place))
    interval = f"90 % interval {row['Low']:.2g} to {row['High']:.2g}"
    text = (
        f"{row['More']:,} more trials have {chance} of beating its best{likeness}, {cost}: "
        f"the expected gain is {row['Gain']:.2g} ({interval}){_comparison(context, place, row)}."
    )
    return [text, _nearest(context, place)]


def _cost(seconds: float, price: float | None) -> str:
    if pd.isna(seconds):
        return "at a cost that isn't known"
    size, unit = time_unit(seconds)
    number = f"{seconds / size:.2g}" if seconds < 100 * size else f"{seconds / size:,.0f}"
    money = "" if price is None else f" (${seconds / 3600 * price:,.2f})"
    return f"for about {number} billed {unit.removesuffix('s') if number == '1' else unit}{money}"


def _price(context: ChartContext, place: int) -> float | None:
    """Give the dollars per instance-hour, if the tuning job's trials have one price."""
    trials = context.data.trials
    types = trials.loc[trials["TuningJobName"] == _job_name(context, place), "InstanceType"]
    prices = {context.options.prices.get(str(name)) for name in types.dropna().unique()}
    return prices.pop() if len(prices) == 1 else None


def _comparison(context: ChartContext, place: int, row: pd.Series) -> str:
    """Compare the expected gain with what the search gained over the median trial."""
    table, sign = convergence(context), context.data.objective.sign
    bests = table.groupby("j")["BestSoFar"].last() * sign
    above = float(bests[place] - (context.frame["y"] * sign).median())
    if bests[place] < bests.max() or not above > 0:
        return ""
    share = row["Gain"] / above
    percent = "less than 0.1" if share < 0.001 else f"{100 * share:.{1 if share < 0.1 else 2}g}"
    judged = ""
    if share < _LITTLE and (
        row["ChanceIs"] != "estimated" or _is_settled(context, place, row, above)
    ):
        judged = ": probably not worth it"
    elif share >= _MUCH:
        judged = ": probably worth going on"
    return f", {percent} % of the distance from the median trial to the best{judged}"


def _is_settled(context: ChartContext, place: int, row: pd.Series, above: float) -> bool:
    """Tell whether a strategy that learns seems to have learnt what it can."""
    if row["Drawn"] < max(_SETTLED, row["More"] + 1):
        return False
    table = convergence(context)
    own = table.loc[table["j"] == place, "BestSoFar"]
    lately = abs(own.iloc[-1] - own.iloc[-1 - row["More"]])
    return bool(lately < _LITTLE * above)


def _nearest(context: ChartContext, place: int) -> str:
    """Name the limit that a running job is nearest to."""
    table = completion(context)
    own = table[(table["j"] == place) & table["Share"].notna()]
    if not _is_running(_job(context, place)) or not len(own):
        return ""
    nearest = own.loc[[own["Share"].idxmax()]]
    return f"It still runs, at {next(describe_criterion(row) for row in nearest.itertuples())}."


def describe_criterion(row: object) -> str:
    """Put one row of `amtviz.analysis.completion.compute_completion` in words."""
    criterion, limit, reached = row.Criterion, row.Limit, row.Reached  # type: ignore[attr-defined]
    if criterion == "ConvergenceDetected":
        return "until it converges"
    if criterion == "TargetObjectiveMetricValue":
        met = row.Share == 1  # type: ignore[attr-defined]
        return f"target {limit:.4g} " + ("reached" if met else "not reached")
    what = _CRITERIA[criterion]
    if criterion == "MaxRuntimeInSeconds":
        seconds, unit = time_unit(limit)
        spent = "unknown" if np.isnan(reached) else f"{reached / seconds:.3g}"
        return f"{what} {spent} of {limit / seconds:.3g} {unit}"
    return f"{reached:,.0f} of {limit:,.0f} {what}"


def _number(context: ChartContext, value: float) -> str:
    """Give digits enough to tell the value from the median trial's."""
    apart = abs(value - context.frame["y"].median())
    digits = int(np.ceil(np.log10(abs(value) / apart))) + 2 if value and apart > 0 else 4
    return f"{value:.{min(max(4, digits), 15)}g}"


def _name(context: ChartContext, place: int) -> str:
    name = _job_name(context, place)
    return name if len(name) <= 64 else f"{name[:63]}…"


def _job_name(context: ChartContext, place: int) -> str:
    return job_names(context.data)[place]


def _job(context: ChartContext, place: int) -> TuningJob | None:
    return context.data.jobs[place] if place < len(context.data.jobs) else None


def _is_running(job: TuningJob | None) -> bool:
    return job is not None and job.status == "InProgress"
