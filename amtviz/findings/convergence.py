"""What the convergence panels show, in a sentence or two."""

from __future__ import annotations

import math
from collections.abc import Collection

import pandas as pd

from amtviz.analysis.chances.going_on import FEWEST, MATTERS
from amtviz.findings.facts import Facts
from amtviz.model import TuningJob
from amtviz.texts import list_distinct
from amtviz.wording.lists import capital, join_words
from amtviz.wording.names import name_job
from amtviz.wording.numbers import format_dollars, format_number, tell_apart
from amtviz.wording.shares import format_share, say_chance
from amtviz.wording.statuses import RUNNING_STATUSES
from amtviz.wording.times import format_duration

_MORE = 25  # of the trials that the sentence is about, at most
GOING_ON = {
    "worth": "going on pays more often than not",
    "unlikely": "a gain that matters is unlikely",
    "early": "it is early to tell",
}
_WHY = {"early": ": it may still be choosing at random"}
_BASES = {
    "random": "",
    "assumed random": ", taking its trials for independent draws",
    "its progress": ", judged from its own progress and from other searches of its kind",
}
_CRITERIA = {
    "MaxNumberOfTrainingJobs": "training jobs",
    "MaxRuntimeInSeconds": "runtime",
    "MaxNumberOfTrainingJobsNotImproving": "trials not improving",
}


def state_convergence(facts: Facts, among: Collection[str] | None = None) -> str:
    """Say when the best was found, and what more trials can be expected to gain.

    It is about the tuning job that still runs, or else the one with the best value of all. Going on
    is said to pay more often than not from a chance of 50 % of a gain that matters, unless
    another tuning job has a better best, and such a gain unlikely under 20 %.

    Parameters
    ----------
    facts : Facts
    among : collection of str, optional
        The tuning jobs that it may be about; by default any.

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
    asked = best[[among is None or _job_name(facts, int(j)) in among for j in best.index]]
    if not len(asked):
        return f"No trial of {join_words([*map(name_job, among or ())])} has a value yet."
    chosen = int(asked.idxmax())
    running = [place for place in asked.index if _is_running(_job(facts, int(place)))]
    if running and not _is_running(_job(facts, chosen)):
        chosen = int(running[-1])
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


def choose_more(rows: pd.DataFrame) -> pd.Series:
    """Return the row of the most trials up to 25, or else of the fewest."""
    few = rows[rows["More"] <= _MORE]
    chosen: pd.Series = few.iloc[-1] if len(few) else rows.iloc[0]
    return chosen


def _more(facts: Facts, place: int) -> list[str]:
    """Say what more trials would bring, and what would end the tuning job by itself."""
    row = choose_more(facts.going_on[facts.going_on["j"] == place])
    if pd.isna(row["Chance"]):
        return [_withhold(row), _nearest(facts, place)]
    ahead = f"{row['More']:,} more trials, {_cost(facts, place, row['BilledSeconds'])}, have"
    exact, basis = bool(row["IsExact"]), _BASES[row["Basis"]]
    beating = say_about(row["Chance"], exact) + " of beating its best"
    if row["Verdict"] == "bogus best":
        doubt = f"Its best may be no true value: {row['Reason']}. {ahead} {beating}{basis}."
        return [doubt, _nearest(facts, place)]
    mattering = say_about(row["Matters"], not exact)  # said once
    text = (
        f"{ahead} {beating}{' (exact)' * exact} and {mattering} of a gain that matters "
        f"({format_number(row['MattersFrom'], 2)} or more: {format_share(MATTERS)} of the distance "
        f"from its median trial to its best){basis}."
    )
    told = row["Verdict"]
    verdict = f"{capital(GOING_ON[told])}{_WHY.get(told, '')}." if told in GOING_ON else ""
    bests = facts.convergence.groupby("j")["BestSoFar"].last() * facts.tables.objective.sign
    if told == "worth" and bests[place] < bests.max():
        verdict = ""  # it may gain, and still be behind
    return [text, verdict, _nearest(facts, place)]


def say_about(chance: float, exact: bool) -> str:
    """Write a chance with its article, as about so much unless it is exact."""
    text = say_chance(chance)
    return text if exact or text.startswith("a chance") else f"about {text}"


def _withhold(row: pd.Series) -> str:
    """Say why no chance is given."""
    reason = row["Reason"]
    if row["Verdict"] == "grid":
        return f"More trials of it bring nothing new: {reason}."
    if row["Verdict"] == "ceiling":
        return f"More trials have little to gain: {reason}."
    needed = f", and {FEWEST} are needed" if reason.startswith("only") else ""
    return f"What more trials would gain can't be said: {reason}{needed}."


def _cost(facts: Facts, place: int, seconds: float) -> str:
    if pd.isna(seconds):
        return "at a cost that isn't known"
    price = _price(facts, place)
    money = "" if price is None else f" ({format_dollars(seconds / 3600 * price)})"
    return f"for about {format_duration(seconds)} of {facts.charged.name}{money}"


def _price(facts: Facts, place: int) -> float | None:
    """Return the dollars per instance-hour, if the tuning job's trials have one price."""
    trials = facts.tables.trials
    types = trials.loc[trials["TuningJobName"] == _job_name(facts, place), "InstanceType"]
    prices = {facts.prices.get(str(name)) for name in list_distinct(types)}
    return prices.pop() if len(prices) == 1 else None


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
