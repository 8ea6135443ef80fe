"""What best value a search of so many trials could have expected, luck apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.convergence import finished_in_order
from amtviz.model import Objective

_STEPS = 200  # rows of one group at most
_VALUES = 500  # values that the best is looked for among, when there are more
_TOP = 100  # of these, how many of the best are kept one by one
_WINDOW = 0.1  # a trial's neighbours to either side, as a share of all trials

Floats = NDArray[np.float64]


def compute_expected_best(
    trials: pd.DataFrame,
    objective: Objective,
    strategies: Mapping[str, str],
    by: str = "TuningJobName",
) -> pd.DataFrame:
    """Estimate the best value that n trials give, over the luck of the draw.

    For random search every trial is redrawn from all of them: the expected validation performance
    of Dodge et al. (2019), "Show your work: improved reporting of experimental results", in closed
    form from the empirical distribution. Other strategies learn, so that an early trial isn't what
    a late one is: there a trial is redrawn from its neighbours in order, a tenth of all trials to
    either side (two at least). That is a bootstrap within sliding blocks of the order, and keeps
    what the search had learnt by then; also this needs no simulation, for the chance that the best
    stays below a value is the product of the trials' own. Both reach no further than what was
    observed, in value and in number, and lie a little below it at the end.

    Parameters
    ----------
    trials : pandas.DataFrame
        As in ``TuningData.trials``; failed trials are drawn as well, as trials without a value.
    objective : Objective
    strategies : mapping of str to str
        By group: ``Random``, or any other.
    by : str
        The column that groups trials.

    Returns
    -------
    pandas.DataFrame
        Columns: ``by``; Trials (int64, from 1 to the group's finished trials, 200 of them at most);
        Expected, Low, High (float64, the objective's own unit: mean and 90 % interval of the best
        of that many, given that one of them has a value; Low < High whatever the direction);
        Method (``random`` or ``neighbours``). No row for a group without a scored trial.
    """
    frame, groups = finished_in_order(trials, objective, by)
    tables = []
    for _, rows in frame.groupby(groups, sort=True):
        name = rows[by].iloc[0]
        is_random = strategies.get(name) == "Random"
        table = _expect(scores_in_order(rows, objective), is_random)
        if objective.sign < 0:
            table = -table.rename(columns={"Low": "High", "High": "Low"})
            table["Trials"] *= -1
        table.insert(0, by, name)
        tables.append(table.assign(Method="random" if is_random else "neighbours"))
    columns = [by, "Trials", "Expected", "Low", "High", "Method"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else _empty(columns)


def scores_in_order(rows: pd.DataFrame, objective: Objective) -> Floats:
    """Return the objective with more as better; minus infinity for a trial without a value."""
    values = rows[objective.metric_name].to_numpy(float, na_value=np.nan) * objective.sign
    return np.where(np.isfinite(values), values, -np.inf)


def _expect(scores: Floats, is_random: bool) -> pd.DataFrame:
    """Return the mean and the interval of the best of the first n of redrawn scores."""
    count = len(scores)
    support = _support(scores)
    steps = np.unique(np.round(np.geomspace(1, count, min(count, _STEPS))).astype(int))
    if count <= _STEPS:
        steps = np.arange(1, count + 1)
    below = _chance_below(scores, np.concatenate([[-np.inf], support]), steps, is_random)
    none = below[:, :1]  # no trial has a value
    known = (none[:, 0] < 1) & (len(support) > 0)
    steps, none, below = steps[known], none[known], below[known, 1:]
    cdf = (below - none) / (1 - none)
    mass = np.diff(cdf, axis=1, prepend=0.0)
    ends = [support[_first(cdf, level)] if len(steps) else support for level in (0.05, 0.95)]
    return pd.DataFrame(
        {"Trials": steps, "Expected": mass @ support, "Low": ends[0], "High": ends[1]}
    )


def _chance_below(scores: Floats, levels: Floats, steps: NDArray[Any], is_random: bool) -> Floats:
    """Return the chance that none of the first n redrawn scores exceeds a level, by n and level."""
    count = len(scores)
    under = scores[:, None] <= levels
    with np.errstate(divide="ignore"):
        if is_random:
            return np.exp(steps[:, None] * np.log(under.mean(axis=0)))
        half = max(2, round(count * _WINDOW))
        place = np.arange(count)
        first, last = np.maximum(place - half, 0), np.minimum(place + half + 1, count)
        total = np.vstack([np.zeros(len(levels), dtype=int), under.cumsum(axis=0)])
        share = (total[last] - total[first]) / (last - first)[:, None]
        return np.asarray(np.exp(np.log(share).cumsum(axis=0)[steps - 1]))


def _support(scores: Floats) -> Floats:
    """Return the distinct scores, thinned below the best where there are too many."""
    distinct = np.unique(scores[np.isfinite(scores)])
    if len(distinct) <= _VALUES:
        return distinct
    rest = len(distinct) - _TOP
    kept = np.linspace(0, rest - 1, _VALUES - _TOP).round().astype(int)
    return distinct[np.concatenate([kept, np.arange(rest, len(distinct))])]


def _first(cdf: Floats, level: float) -> NDArray[Any]:
    """Return the place of the lowest value that reaches a level, row by row."""
    return np.asarray((cdf >= level - 1e-12).argmax(axis=1))


def _empty(columns: list[str]) -> pd.DataFrame:
    dtypes = ["object", "int64", "float64", "float64", "float64", "object"]
    return pd.DataFrame(
        {name: pd.Series(dtype=dtype) for name, dtype in zip(columns, dtypes, strict=True)}
    )
