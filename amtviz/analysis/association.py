"""How strongly a hyperparameter goes with the objective, to put the telling panels first."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from amtviz.model import Hyperparameter, Kind, Objective
from amtviz.texts import number_distinct

_PARTS = 5


def compute_association(
    trials: pd.DataFrame, objective: Objective, hyperparameters: Iterable[Hyperparameter]
) -> pd.Series:
    """Measure the association of each hyperparameter with the objective, on ranks.

    It is the effect size of the Kruskal-Wallis test, eta squared of H adjusted for the number of
    groups (Tomczak & Tomczak, 2014), of the objective between categories or between five equally
    filled parts of a number's range: it sees a peak in the middle as well as a slope.

    Parameters
    ----------
    trials : pandas.DataFrame
    objective : Objective
    hyperparameters : iterable of Hyperparameter

    Returns
    -------
    pandas.Series of float64
        0 to 1, strongest first, by the hyperparameter's column; 0 where nothing can be said.
    """
    values = trials[objective.metric_name].astype("float64")
    ranks = values.where(np.isfinite(values)).rank()
    strength = {
        h.column: _effect_size(_groups(trials[h.column], h.kind), ranks) for h in hyperparameters
    }
    return pd.Series(strength, dtype="float64").sort_values(ascending=False, kind="stable")


def _groups(values: pd.Series, kind: Kind) -> pd.Series:
    if kind == "categorical" or values.nunique() <= _PARTS:
        numbers = pd.Series(number_distinct(values.astype("string")), values.index)
        return numbers.where(values.notna())
    # as floats, for pandas 2 ranks the missing values of integers as well
    order = pd.Series(values.to_numpy(float, na_value=np.nan), values.index).rank()
    return np.ceil(order / values.notna().sum() * _PARTS)


def _effect_size(groups: pd.Series, ranks: pd.Series) -> float:
    known = groups.notna() & ranks.notna()
    y, groups = ranks[known].rank(), groups[known]
    trials, parts = len(y), groups.nunique()
    total = float(((y - y.mean()) ** 2).sum())
    if parts < 2 or trials <= parts or total == 0:
        return 0.0
    means = y.groupby(groups).transform("mean")
    h = (trials - 1) * float(((means - y.mean()) ** 2).sum()) / total
    return max(0.0, (h - parts + 1) / (trials - parts))
