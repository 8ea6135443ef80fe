"""What the next tuning job should search: a range or a set for each hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.advice.one_range import Advice, Searched, suggest_interval, suggest_values
from amtviz.analysis.advice.promising import Promising, find_promising
from amtviz.analysis.best_so_far import rank_trials
from amtviz.analysis.scale import Scale, make_scale, name_scaling, to_floats
from amtviz.errors import InputError, join_choices
from amtviz.model import Hyperparameter, Objective

Risk = Literal["careful", "balanced", "bold"]

RISKS: dict[Risk, float] = {"careful": 0.5, "balanced": 0.15, "bold": 0.0}
"""By risk, what cutting off an optimum costs, in chances that the next search beats the old."""

FEWEST = 20  # scored trials; fewer can't tell a good region from luck
LEAST_R2 = 0.1  # of the model; below, it knows no more than the mean
_GOOD = 0.2  # the share of the trials that count as the best, in words
_FEWEST_GOOD, _MOST_GOOD = 5, 25

COLUMNS = {
    "Hyperparameter": "object",
    "Kind": "object",
    "Low": "float64",
    "High": "float64",
    "Values": "object",
    "Scaling": "object",
    "OldLow": "float64",
    "OldHigh": "float64",
    "OldValues": "object",
    "Change": "object",
    "Evidence": "object",
}


def suggest_ranges(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    risk: Risk = "balanced",
) -> pd.DataFrame:
    """Suggest what the next tuning job should search, hyperparameter by hyperparameter.

    A Gaussian process learns the objective from all trials. Functions drawn from it propose
    smaller and larger parts of the ranges around their optima, and other draws judge them (see
    `amtviz.analysis.advice.promising`): by the chance that the next search does better there than
    in the old ranges, and by the optima that would be cut off, which count for nothing if `risk` is
    ``bold`` and most if it is ``careful``. Hyperparameters without which the trials are explained
    as well are left whole. A range is extended where the best press against its bound. If the
    model predicts left-out trials no better than their mean would, all is kept. Everything is
    measured on the declared scale.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    hyperparameters : sequence of Hyperparameter
        With the ranges that were searched.
    risk : {"balanced", "careful", "bold"}

    Returns
    -------
    pandas.DataFrame
        One row per hyperparameter, in their order. Columns: Hyperparameter (name), Kind
        (``integer``, ``continuous``, ``categorical``), Low, High (float64; missing for
        categories), Values (tuple of str; empty for numbers), Scaling (as declared; ``Auto`` is
        resolved where it means ``Logarithmic``), OldLow, OldHigh, OldValues (what was declared,
        else what was tried), Change (``keep``, ``narrow``, ``extend``, ``shift`` or ``drop``),
        Evidence (a sentence).

    Raises
    ------
    InputError
        If there is no such risk.
    """
    check_risk(risk)
    return suggest_by_risk(trials, objective, hyperparameters, risks=[risk])[risk]


def check_risk(risk: Risk) -> Risk:
    """Return the risk, or raise if there is none such.

    Raises
    ------
    InputError
    """
    if risk not in RISKS:
        raise InputError(f"There is no risk {risk!r}. Choose from {join_choices(RISKS)}.")
    return risk


def suggest_by_risk(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    risks: Iterable[Risk] = ("careful", "balanced", "bold"),
) -> dict[Risk, pd.DataFrame]:
    """Suggest for several risks at once: the model is taught once.

    Parameters
    ----------
    trials, objective, hyperparameters
        As for `suggest_ranges`.
    risks : iterable of {"careful", "balanced", "bold"}

    Returns
    -------
    dict of str to pandas.DataFrame
        What `suggest_ranges` returns, by risk.
    """
    ranks = rank_trials(trials, objective)
    scored = trials[ranks.notna().to_numpy()]
    ranks = ranks.dropna().astype(int)
    good = int(np.clip(math.ceil(_GOOD * len(scored)), _FEWEST_GOOD, _MOST_GOOD))
    is_good = (ranks <= good).to_numpy()
    scales = [make_scale(h, trials[h.column]) for h in hyperparameters]
    units = [scale.to_unit(scored[scale.hyperparameter.column]) for scale in scales]
    searched = [
        _searched(scale, trials[scale.hyperparameter.column], found, is_good)
        for scale, found in zip(scales, units, strict=True)
    ]
    found, reason = _ask(scored[objective.metric_name], objective, units, scales)
    if found is None:
        return {risk: _table(searched, [old.keep(reason) for old in searched]) for risk in risks}
    tables = {}
    for risk in risks:
        box = found.choose(RISKS[risk])
        advice = [
            suggest_values(old, found, box, place)
            if old.scale.kind == "category"
            else suggest_interval(old, found, box, place)
            for place, old in enumerate(searched)
        ]
        tables[risk] = _table(searched, advice)
    return tables


def _table(searched: Sequence[Searched], advice: Sequence[Advice]) -> pd.DataFrame:
    rows = []
    for old, new in zip(searched, advice, strict=True):
        h = old.scale.hyperparameter
        scaling = h.scaling if h.kind == "categorical" else name_scaling(h.scaling, old.scale.kind)
        rows.append(
            (
                *(h.name, h.kind, new.low, new.high, new.values, scaling),
                *(old.low, old.high, old.values, new.change, new.evidence),
            )
        )
    table: dict[str, Any] = {
        name: pd.Series([row[place] for row in rows], dtype=dtype)
        for place, (name, dtype) in enumerate(COLUMNS.items())
    }
    return pd.DataFrame(table)


def _ask(
    values: pd.Series,
    objective: Objective,
    units: list[NDArray[np.float64]],
    scales: Sequence[Scale],
) -> tuple[Promising | None, str]:
    """Return where the best can be expected, or why that can't be told."""
    if len(values) < FEWEST:
        trials = "trial is" if len(values) == 1 else "trials are"
        return None, f"{len(values)} scored {trials} too few to tell: keep it; run {FEWEST} first."
    if values.nunique() < 2 or not scales:
        return None, "All trials have the same objective value: keep it."
    score = values.to_numpy(float) * objective.sign
    found = find_promising(np.column_stack(units), score, scales)
    if found.r2 < LEAST_R2:
        return None, (
            "A model of these trials predicts left-out ones no better than their mean would "
            f"(R² {found.r2:.2f}): keep it; more trials may tell."
        )
    return found, ""


def _searched(
    scale: Scale, column: pd.Series, units: NDArray[np.float64], is_good: NDArray[np.bool_]
) -> Searched:
    """Return what was searched: as declared, or else what was tried."""
    h = scale.hyperparameter
    if scale.kind == "category":
        return Searched(scale, None, None, scale.categories, bool(h.values), units, is_good)
    tried = to_floats(column)
    tried = tried[np.isfinite(tried)]
    low = h.low if h.low is not None else min(tried, default=0.0)
    high = h.high if h.high is not None else max(tried, default=1.0)
    declared = h.low is not None and h.high is not None
    return Searched(scale, float(low), float(high), (), declared, units, is_good)
