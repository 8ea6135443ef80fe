"""What the parallel coordinates say in words: what is drawn, and where the best trials run."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from amtviz.charts.values.parallel_axes import shown_axes
from amtviz.grammar.axes import GOLDEN, Axis
from amtviz.grammar.context import ChartContext
from amtviz.wording.words import join_words

LINES_BACKGROUND = 200  # more are a sample: a thousand lines are one grey patch
LINES_SELECTED = 150  # more coloured lines can't be told apart: the best are drawn
_FEWEST = 5  # trials in the best tenth
_NARROW = 0.5  # of what was tried
_CHANCE = 0.01  # that one hyperparameter of all looks so narrow by luck
_MOST_NAMED = 3
_ORDERS = {
    "explains": "The most important hyperparameter stands left.",
    "reaches": "What most decides about reaching the best tenth stands left.",
    "declared": "Hyperparameters as declared: no ranking can be trusted yet.",
}


class _Narrow(NamedTuple):
    """A hyperparameter on which the best run through little of what was tried."""

    chance: float
    words: str


def sample_test(count: int) -> str:
    """Write which of that many trials the background draws, as an expression."""
    return f"datum.i * {GOLDEN!r} % 1 < {LINES_BACKGROUND / count!r}"


def sample_size(count: int) -> int:
    """Count the trials that `sample_test` lets through."""
    return int((np.arange(count) * GOLDEN % 1 < LINES_BACKGROUND / count).sum())


def describe_panel(context: ChartContext) -> list[str]:
    """Say how to select, in which order the axes stand, and what isn't drawn."""
    shown = shown_axes(context)
    count = len(context.frame)
    drawn = []
    if count > LINES_SELECTED:
        grey = f"all {count:,} trials"
        if count > LINES_BACKGROUND:
            grey = f"{sample_size(count)} of {count:,} trials, evenly taken"
        drawn.append(f"Colour: the {LINES_SELECTED} best of the selected; grey: {grey}.")
    if shown.left_out:
        which = "last declared" if shown.order == "declared" else "least important"
        total = len(context.data.hyperparameters)
        drawn.append(f"{shown.left_out} of {total} hyperparameters are left out, the {which}.")
    if shown.constant:
        drawn.append(f"{shown.constant} that never varied {_are(shown.constant)} left out.")
    first = f"Drag up or down an axis to select; double-click clears. {_ORDERS[shown.order]}"
    return [first, " ".join(drawn)] if drawn else [first]


def state_concentration(context: ChartContext) -> str:
    """Say where the best tenth of the trials runs, with counts.

    A hyperparameter is named if the best lie within less than half of what all scored trials
    tried, or all have one category, and so few of all trials do that it isn't luck. Of fewer than
    50 scored trials nothing is said but their number.

    Parameters
    ----------
    context : ChartContext

    Returns
    -------
    str
        Empty without a hyperparameter.
    """
    scored = context.frame[context.frame["y"].notna()]
    wanted = len(scored) // 10
    fields = [f"p{place}" for place in range(len(context.data.hyperparameters))]
    if not fields:
        return ""
    if wanted < _FEWEST:
        return (
            f"Where the best lie can't be told yet: {len(scored)} of the {10 * _FEWEST} scored "
            f"trials that it takes."
        )
    # equal objectives are equally good, whatever their rank
    worst = scored.loc[scored["k"] <= wanted, "y"]
    limit = worst.min() if context.data.objective.sign > 0 else worst.max()
    best = scored[(scored["y"] - limit) * context.data.objective.sign >= 0]
    found = [_narrow(context.axes[name], scored[name], best[name]) for name in fields]
    told = sorted(each for each in found if each and each.chance <= _CHANCE / len(fields))
    if len(best) >= 2 * wanted:
        return f"{len(best):,} of {len(scored):,} scored trials are equally good: no best tenth."
    if not told:
        return (
            f"The best {len(best):,} of {len(scored):,} scored trials crowd in no hyperparameter's "
            "range more than chance explains."
        )
    words = join_words([each.words for each in told[:_MOST_NAMED]])
    return f"The best {len(best):,} of {len(scored):,} scored trials all have {words}."


def _narrow(axis: Axis, tried: pd.Series, best: pd.Series) -> _Narrow | None:
    """Compare the best with all on one hyperparameter; None where they aren't narrower."""
    if best.isna().any() or tried.nunique() < 2:
        return None
    low, high = best.min(), best.max()
    inside = int(tried.between(low, high).sum())
    share, m = inside / len(tried), len(best)
    if axis.kind == "category":
        if low != high:
            return None
        chance = tried.nunique() * share**m
        return _Narrow(chance, f"{axis.title} {axis.labels[int(low)]} (as {inside:,} of all do)")
    units, ends = axis.unit([low, high]), axis.unit([tried.min(), tried.max()])
    if units[1] - units[0] >= _NARROW * (ends[1] - ends[0]):
        return None
    # that m draws from all lie within some stretch that holds this share of them
    chance = m * share ** (m - 1) - (m - 1) * share**m
    first, last = _written(axis, low, up=False), _written(axis, high, up=True)
    between = first if first == last else f"from {first} to {last}"
    return _Narrow(chance, f"{axis.title} {between} (as {inside:,} of all do)")


def _written(axis: Axis, value: float, *, up: bool) -> str:
    """Write an end of a range in three digits, rounded outwards."""
    if axis.kind == "reverse-log":
        return f"{1 - 10.0**-value:.6g}"
    if axis.kind == "integer" or value.is_integer():
        return f"{value:.0f}"
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = (math.ceil if up else math.floor)(value * 10.0**digits) / 10.0**digits
    return f"{rounded:.3g}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
