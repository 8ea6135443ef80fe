"""What the best objective costs, and what the front of trials is, in words."""

from __future__ import annotations

from amtviz.analysis.measures import Bargain, Measure
from amtviz.findings.facts import Facts
from amtviz.wording.lists import join_few, plural
from amtviz.wording.names import name_job
from amtviz.wording.numbers import format_dollars, format_number, tell_apart
from amtviz.wording.shares import format_share
from amtviz.wording.times import format_duration

_MUCH = 0.8  # said below; of the best's cost at most, to be worth a word


def state_trade_offs(facts: Facts) -> str:
    """Say which trial is cheaper than the best and nearly as good, and how many are on the front.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        Empty where there is nothing that the objective could be traded for.
    """
    bargain = [_bargain(facts, facts.bargain)] if facts.bargain else []
    fronts = [_front(facts, measure) for measure in facts.traded[:1]]
    return " ".join([*bargain, *fronts, *_too(facts)])


def _bargain(facts: Facts, found: Bargain) -> str:
    """Say what the cheapest trial near the best saves, if that is much."""
    metric, data, cost = facts.tables.objective.metric_name, facts.tables, found.cost
    values = data.trials.set_index("TrainingJobName")[data.objective.metric_name]
    best = tell_apart([float(values[found.best])])[0]
    if found.cheap == found.best or not found.cheap_cost <= _MUCH * found.best_cost:
        near = format_number(found.margin, 2)
        return (
            f"No trial within {near} of the best {metric}, {best}, takes less than 80 % of "
            f"its {cost.title}, {write_cost(cost, found.best_cost)}."
        )
    gap = format_number(found.gap, 2)
    near = (
        f"within {gap} of the best {metric}, {best},"
        if found.gap
        else f"as good as the best ({metric} {best})"
    )
    share = format_share(found.cheap_cost / found.best_cost)
    return (
        f"{name_job(found.cheap)} is {near} at {share} of its {cost.title}: "
        f"{write_cost(cost, found.cheap_cost)} rather than {write_cost(cost, found.best_cost)}, "
        "as far as one run of each tells."
    )


def _front(facts: Facts, measure: Measure) -> str:
    """Say how many trials are on the front of the objective and a measure."""
    metric, count = facts.tables.objective.metric_name, len(facts.fronts[measure.name])
    both = int((facts.scores.index.isin(measure.values.dropna().index)).sum())
    one = count == 1
    return (
        f"{count:,} of {plural(both, 'trial')} {'is' if one else 'are'} on the front of {metric} "
        f"and {measure.title}: every other one is beaten by one that is at least as good in both."
    )


def _too(facts: Facts) -> list[str]:
    """Say in what the best trial is the best, too, so that nothing is traded."""
    metric = facts.tables.objective.metric_name
    told = [m.title for m in facts.measures if m.direction and m not in facts.traded]
    return [f"The best {metric} is the best in {join_few(told)}, too."] if told else []


def write_cost(cost: Measure, value: float) -> str:
    """Write a value of a measure with its unit."""
    if cost.unit == "seconds":
        return format_duration(value)
    return format_dollars(value) if cost.unit == "dollars" else format_number(value, 4)
