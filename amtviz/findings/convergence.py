"""What the convergence panels show, in a sentence or two."""

from __future__ import annotations

import math

import pandas as pd

from amtviz.findings.facts import Facts
from amtviz.model import TuningJob
from amtviz.wording.names import name_job
from amtviz.wording.numbers import format_dollars, format_number, tell_apart
from amtviz.wording.shares import format_chance, format_share
from amtviz.wording.statuses import RUNNING_STATUSES
from amtviz.wording.times import format_duration

_MORE = 25  # of the trials that the sentence is about, at most
_LITTLE, _MUCH = 0.02, 0.1  # of the distance from the median trial to the best
_SETTLED = 75  # recent trials of a strategy that learns: with fewer, those it gave up still gained
_CRITERIA = {
    "MaxNumberOfTrainingJobs": "training jobs",
    "MaxRuntimeInSeconds": "runtime",
    "MaxNumberOfTrainingJobsNotImproving": "trials not improving",
}


def state_convergence(facts: Facts) -> str:
    """Say when the best was found, and what more trials can be expected to gain.

    It is about the tuning job that still runs, or else the one with the best value of all. More
    trials of the latter are called probably not worth it when they are expected to gain less than
    2 % of the distance from the median trial to the best, and probably worth going on from 10 %.
    Of a strategy that learns the former is said only if the estimate rests on 75 trials or more,
    and as many trials as it is about gained as little the last time.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
    """
    table = facts.convergence
    if not len(table):
        return "No trial has finished yet."
    best = table.groupby("j")["BestSoFar"].last().dropna() * facts.tables.objective.sign
    if not len(best):
        count = len(table)
        return (
            f"None of the {count:,} finished trials has a value, so there is no best yet."
            if count > 1
            else "The one finished trial has no value, so there is no best yet."
        )
    leader = int(best.idxmax())
    running = [
        place for place in best.index if _is_running(_job(facts, int(place))) and place != leader
    ]
    chosen = int(running[-1]) if running and not _is_running(_job(facts, leader)) else leader
    sentences = [_found(facts, chosen)]
    if chosen != leader:
        value = _number(facts, best[leader] * facts.tables.objective.sign)
        if best[leader] > best[chosen]:
            sentences.append(f"The best of all, {value}, is of {_name(facts, leader)}.")
    return " ".join(part for part in [*sentences, *_more(facts, chosen)] if part)


def _found(facts: Facts, place: int) -> str:
    """Say at which trial the best was found."""
    own = facts.convergence
    own = own[own["j"] == place]
    job, metric = _job(facts, place), facts.tables.objective.metric_name
    count = len(own)
    value = _number(facts, own["BestSoFar"].iloc[-1])
    if count == 1:
        return f"{_name(facts, place)} has finished one trial: {metric} {value}."
    at = int(own.loc[own["Improved"], "Trial"].max())
    late = int((own["Improved"] & (own["Trial"] > count / 2)).sum())
    times = {1: "once", 2: "twice"}.get(late, f"{late:,} times")
    half = f"improved {times} in its second half" if late else "did not improve in its second half"
    ending = f" and {half}" if count >= 4 else ""
    so_far = " so far" if _is_running(job) else ""
    name = _name(facts, place)
    return f"{name} found its best {metric}{so_far}, {value}, at trial {at:,} of {count:,}{ending}."


def _more(facts: Facts, place: int) -> list[str]:
    """Say what more trials would bring, and what would end the tuning job by itself."""
    gains = facts.expected_gain
    gains = gains[gains["j"] == place]
    reason = gains["Reason"].iloc[0]
    if reason:
        return [f"What more trials would gain can't be said: {reason}.", _nearest(facts, place)]
    row = gains[gains["More"] <= _MORE].iloc[-1] if (gains["More"] <= _MORE).any() else None
    row = gains.iloc[0] if row is None else row
    kind = {"exact": "a", "at most": "at most a", "estimated": "about a"}[row["ChanceIs"]]
    chance = f"{kind} {format_chance(row['Chance'])} chance"
    if row["Chance"] < 0.01 or row["Chance"] > 0.99:
        chance = f"a chance of {format_chance(row['Chance'])}"
    likeness = {
        "all trials": "",
        "recent half": " if they are like its recent half",
        "since the best": " if they are like those since its best",
    }[row["Draw"]]
    cost = _cost(row["BilledSeconds"], _price(facts, place))
    interval = f"90 % interval {format_number(row['Low'], 2)} to {format_number(row['High'], 2)}"
    gain = f"the expected gain is {format_number(row['Gain'], 2)} ({interval})"
    text = (
        f"{row['More']:,} more trials have {chance} of beating its best{likeness}, {cost}: "
        f"{gain}{_comparison(facts, place, row)}."
    )
    return [text, _nearest(facts, place)]


def _cost(seconds: float, price: float | None) -> str:
    if pd.isna(seconds):
        return "at a cost that isn't known"
    money = "" if price is None else f" ({format_dollars(seconds / 3600 * price)})"
    return f"for about {format_duration(seconds)} of billed time{money}"


def _price(facts: Facts, place: int) -> float | None:
    """Return the dollars per instance-hour, if the tuning job's trials have one price."""
    trials = facts.tables.trials
    types = trials.loc[trials["TuningJobName"] == _job_name(facts, place), "InstanceType"]
    prices = {facts.prices.get(str(name)) for name in types.dropna().unique()}
    return prices.pop() if len(prices) == 1 else None


def _comparison(facts: Facts, place: int, row: pd.Series) -> str:
    """Compare the expected gain with what the search gained over the median trial."""
    table, sign = facts.convergence, facts.tables.objective.sign
    bests = table.groupby("j")["BestSoFar"].last() * sign
    above = float(bests[place] - (facts.scores * sign).median())
    if bests[place] < bests.max() or not above > 0:
        return ""
    share = row["Gain"] / above
    judged = ""
    if share < _LITTLE and (
        row["ChanceIs"] != "estimated" or _is_settled(facts, place, row, above)
    ):
        judged = ": probably not worth it"
    elif share >= _MUCH:
        judged = ": probably worth going on"
    return f", {format_share(share)} of the distance from the median trial to the best{judged}"


def _is_settled(facts: Facts, place: int, row: pd.Series, above: float) -> bool:
    """Tell whether a strategy that learns seems to have learnt what it can."""
    if row["Drawn"] < max(_SETTLED, row["More"] + 1):
        return False
    table = facts.convergence
    own = table.loc[table["j"] == place, "BestSoFar"]
    lately = abs(own.iloc[-1] - own.iloc[-1 - row["More"]])
    return bool(lately < _LITTLE * above)


def _nearest(facts: Facts, place: int) -> str:
    """Name the limit that a running job is nearest to."""
    table = facts.completion
    own = table[(table["j"] == place) & table["Share"].notna()]
    if not _is_running(_job(facts, place)) or not len(own):
        return ""
    nearest = own.loc[[own["Share"].idxmax()]]
    return f"It still runs, at {next(describe_criterion(row) for row in nearest.itertuples())}."


def _number(facts: Facts, value: float) -> str:
    """Write a value so that it can be told from the median trial's."""
    return tell_apart([value, facts.scores.median()])[0]


def _name(facts: Facts, place: int) -> str:
    return name_job(_job_name(facts, place))


def _job_name(facts: Facts, place: int) -> str:
    return facts.tables.job_names[place]


def _job(facts: Facts, place: int) -> TuningJob | None:
    return facts.tables.jobs[place] if place < len(facts.tables.jobs) else None


def _is_running(job: TuningJob | None) -> bool:
    return job is not None and job.status in RUNNING_STATUSES


def describe_criterion(row: object) -> str:
    """Put one row of `amtviz.analysis.completion.compute_completion` in words."""
    criterion, limit, reached = row.Criterion, row.Limit, row.Reached  # type: ignore[attr-defined]
    if criterion == "ConvergenceDetected":
        return "until it converges"
    if criterion == "TargetObjectiveMetricValue":
        met = row.Share == 1  # type: ignore[attr-defined]
        return f"target {format_number(limit, 4)} " + ("reached" if met else "not reached")
    what = _CRITERIA[criterion]
    if criterion == "MaxRuntimeInSeconds":
        spent = "unknown" if math.isnan(reached) else format_duration(reached)
        return f"{what} {spent} of {format_duration(limit)}"
    return f"{reached:,.0f} of {limit:,.0f} {what}"
