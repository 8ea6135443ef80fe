"""Where the best trials run, in a sentence."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from amtviz.analysis.best_so_far import rank_trials
from amtviz.analysis.scale import Scale, make_scale, to_floats
from amtviz.findings.facts import Facts
from amtviz.texts import list_distinct
from amtviz.wording.lists import join_words
from amtviz.wording.numbers import format_number

_FEWEST = 5  # trials in the best tenth
_NARROW = 0.5  # of what was tried
_CHANCE = 0.01  # that one hyperparameter of all looks so narrow by luck
_MOST_NAMED = 3


class _Narrow(NamedTuple):
    """A hyperparameter on which the best run through little of what was tried."""

    chance: float
    words: str


def state_concentration(facts: Facts) -> str:
    """Say where the best tenth of the trials runs, with counts.

    A hyperparameter is named if the best lie within less than half of what all scored trials
    tried, or all have one category, and so few of all trials do that it isn't luck. Of fewer than
    50 scored trials nothing is said but their number.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        Empty without a hyperparameter.
    """
    tables, scores = facts.tables, facts.scores
    wanted = len(scores) // 10
    if not tables.hyperparameters:
        return ""
    if wanted < _FEWEST:
        return (
            f"Where the best lie can't be told yet: {len(scores)} of the {10 * _FEWEST} scored "
            f"trials that it takes."
        )
    # equal objectives are equally good, whatever their rank
    signed = scores * tables.objective.sign
    ranks = rank_trials(tables.trials, tables.objective).reindex(scores.index)
    best = signed.index[signed >= signed[ranks <= wanted].min()]
    found = []
    for hyperparameter in tables.hyperparameters:
        values = tables.trials[hyperparameter.column]
        tried = values.loc[scores.index]
        found.append(_narrow(make_scale(hyperparameter, values), tried, tried.loc[best]))
    most = _CHANCE / len(tables.hyperparameters)
    told = sorted(each for each in found if each and each.chance <= most)
    if len(best) >= 2 * wanted:
        return f"{len(best):,} of {len(scores):,} scored trials are equally good: no best tenth."
    if not told:
        return (
            f"The best {len(best):,} of {len(scores):,} scored trials crowd in no hyperparameter's "
            "range more than chance explains."
        )
    words = join_words([each.words for each in told[:_MOST_NAMED]])
    return f"The best {len(best):,} of {len(scores):,} scored trials all have {words}."


def _narrow(scale: Scale, tried: pd.Series, best: pd.Series) -> _Narrow | None:
    """Compare the best with all on one hyperparameter; None where they aren't narrower."""
    choices = len(list_distinct(tried))
    if best.isna().any() or choices < 2:
        return None
    name, m = scale.hyperparameter.name, len(best)
    if scale.kind == "category":
        if len(list_distinct(best)) > 1:
            return None
        inside = int((tried == best.iloc[0]).sum())
        chance = choices * (inside / len(tried)) ** m
        return _Narrow(chance, f"{name} {best.iloc[0]} (as {inside:,} of all do)")
    values, own = to_floats(tried), to_floats(best)
    low, high = float(own.min()), float(own.max())
    inside = int(((values >= low) & (values <= high)).sum())
    share = inside / len(values)
    ends = pd.Series([low, high, np.nanmin(values), np.nanmax(values)])
    first, last, least, most = scale.to_unit(ends)
    if last - first >= _NARROW * (most - least):
        return None
    # that m draws from all lie within some stretch that holds this share of them
    chance = m * share ** (m - 1) - (m - 1) * share**m
    begin, end = _written(scale, low, up=False), _written(scale, high, up=True)
    between = begin if begin == end else f"from {begin} to {end}"
    return _Narrow(chance, f"{name} {between} (as {inside:,} of all do)")


def _written(scale: Scale, value: float, *, up: bool) -> str:
    """Write an end of a range in three digits, rounded outwards."""
    if scale.kind == "reverse-log":
        return format_number(value)
    if value.is_integer():
        return format_number(value)
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = (math.ceil if up else math.floor)(value * 10.0**digits) / 10.0**digits
    return format_number(rounded, 3)
