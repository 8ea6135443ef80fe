"""Trials that no other one beats in every respect: the Pareto front of several metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.convergence import compute_billed_seconds
from amtviz.analysis.cost import compute_dollars
from amtviz.analysis.scale import to_floats
from amtviz.errors import InputError, join_choices
from amtviz.model import Direction, TuningTables
from amtviz.schema import TRIAL_COLUMNS

TIMES = ("TrainingElapsedTimeSeconds", "BillableTimeInSeconds")
COSTS = ("BilledSeconds", "Dollars")  # computed: of all instances of a trial

# a metric's direction by the words of its name, where it has words of one kind alone
_LARGER = frozenset(
    (
        *("acc", "accuracy", "ap", "auc", "f1", "fbeta", "kappa", "map", "mcc", "ndcg", "pre"),
        *("prec", "precision", "r2", "rec", "recall", "reward", "specificity", "throughput"),
    )
)
_SMALLER = frozenset(
    (
        *("bytes", "cost", "duration", "err", "error", "latency", "logloss", "loss", "mae"),
        *("mape", "merror", "mlogloss", "mse", "perplexity", "rmse", "rmsle", "seconds", "size"),
        *("time", "wer"),
    )
)
_WORD = re.compile(r"[A-Z]?[a-z]+[0-9]?|[A-Z]+[0-9]?|[0-9]+")


def find_front(values: NDArray[np.float64], signs: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which rows no other row beats.

    A row beats another if it is at least as good in every column, and better in one. Equal rows
    don't beat each other: all of them are on the front, or none is.

    Parameters
    ----------
    values : numpy.ndarray, rows × columns
    signs : sequence of int
        By column, 1 where larger is better, -1 where smaller is.

    Returns
    -------
    numpy.ndarray of bool
        Never true for a row with a missing or infinite value.
    """
    complete = np.isfinite(values).all(axis=1)
    scores = values[complete] * np.asarray(signs)
    distinct, of = np.unique(-scores, axis=0, return_inverse=True)
    front = np.zeros(len(distinct), dtype=bool)
    kept = np.empty((0, scores.shape[1]))
    # sorted by the first column, then the next: no row can beat one that stands before it
    for place, row in enumerate(distinct):
        if not (kept <= row).all(axis=1).any():
            front[place] = True
            kept = np.vstack([kept, row])
    on_front = np.zeros(len(values), dtype=bool)
    on_front[complete] = front[of.reshape(-1)]
    return on_front


def compute_pareto(trials: pd.DataFrame, directions: Mapping[str, Direction]) -> pd.DataFrame:
    """Find the trials that no other one beats in all of some metrics.

    Parameters
    ----------
    trials : pandas.DataFrame
        A row per trial, with a column per metric.
    directions : mapping of str to {"Maximize", "Minimize"}
        By metric.

    Returns
    -------
    pandas.DataFrame
        The rows of ``trials`` that are on the front, the best of the first metric first; of
        equal ones, the best of the next. Trials without a finite value of each aren't on it.
    """
    names = list(directions)
    values = np.column_stack([to_floats(trials[name]) for name in names])
    signs = [1 if directions[name] == "Maximize" else -1 for name in names]
    front = find_front(values, signs)
    scores = values[front] * np.array(signs)
    order = np.lexsort(-scores.T[::-1])  # sorts by its last key first; stable
    return trials[front].iloc[order]


def add_costs(trials: pd.DataFrame, prices: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return trials with what each was billed.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    prices : mapping of str to float, optional
        Dollars per instance-hour by instance type.

    Returns
    -------
    pandas.DataFrame
        With the columns BilledSeconds (float64: of all instances) and Dollars (float64), missing
        where unknown; columns of these names stay as they are.
    """
    seconds = compute_billed_seconds(trials)["BilledSeconds"]
    types = trials["InstanceType"].astype("string").fillna("")
    costs = {"BilledSeconds": seconds, "Dollars": compute_dollars(seconds, types, prices)}
    return trials.assign(**{name: each for name, each in costs.items() if name not in trials})


def list_metrics(tables: TuningTables) -> list[str]:
    """Return the columns of other final metrics: numbers that AWS's own columns don't name."""
    objective = tables.objective.metric_name
    used = {*TRIAL_COLUMNS, objective, *(h.column for h in tables.hyperparameters)}
    return [
        str(name)
        for name in tables.trials.columns
        if name not in used
        and pd.api.types.is_numeric_dtype(tables.trials[name])
        and not pd.api.types.is_bool_dtype(tables.trials[name])
    ]


def find_direction(tables: TuningTables, name: str) -> Direction | None:
    """Tell whether more of a metric is better, as far as that is known.

    Parameters
    ----------
    tables : TuningTables
    name : str
        A column of the trials, or one of ``COSTS``.

    Returns
    -------
    {"Maximize", "Minimize"}, optional
        Of the objective and of other objectives as declared; times and costs are best small; of
        others by the words of the name, such as ``accuracy`` and ``loss``.
    """
    objective = tables.objective
    if name == objective.metric_name:
        return objective.direction
    if name in tables.directions:
        return tables.directions[name]
    if name in (*TIMES, *COSTS):
        return "Minimize"
    goals = {
        goal.direction
        for job in tables.jobs
        for goal in (job.objective, *(each.objective for each in job.definitions))
        if goal is not None and name in goal.metric_names
    }
    if len(goals) == 1:
        return goals.pop()
    words = {word.casefold() for word in _WORD.findall(name)}
    is_larger, is_smaller = bool(words & _LARGER), bool(words & _SMALLER)
    if is_larger == is_smaller:
        return None
    return "Maximize" if is_larger else "Minimize"


def choose_directions(
    tables: TuningTables,
    metrics: Iterable[str],
    given: Mapping[str, Direction] | None = None,
) -> dict[str, Direction]:
    """Return the direction of each metric that a front is asked for.

    Parameters
    ----------
    tables : TuningTables
    metrics : iterable of str
    given : mapping of str to {"Maximize", "Minimize"}, optional
        Goes before what is known.

    Returns
    -------
    dict of str to str

    Raises
    ------
    InputError
        If there are fewer than two metrics, one isn't there or is no number, or a direction is
        wrong or unknown.
    """
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        raise InputError(f"directions={given!r}. Pass a dict by metric: {{'loss': 'Minimize'}}.")
    listed = (
        metrics if isinstance(metrics, Iterable) and not isinstance(metrics, str) else [metrics]
    )
    names = list(dict.fromkeys(map(str, listed)))
    known = [tables.objective.metric_name, *list_metrics(tables), *TIMES, *COSTS]
    if len(names) < 2:
        passed = f"only {names[0]!r}" if names else "no metric"
        raise InputError(
            f"A front needs two metrics or more, not {passed}. Choose from {join_choices(known)}."
        )
    for name in given:
        if name not in names:
            raise InputError(
                f"directions names {name!r}, which isn't among the metrics. Choose from "
                f"{join_choices(names)}."
            )
    numbers = {*known, *(h.column for h in tables.hyperparameters if h.kind != "categorical")}
    found: dict[str, Direction] = {}
    for name in names:
        if name not in numbers:
            raise InputError(f"There is no metric {name!r}. Choose from {join_choices(known)}.")
        direction = given.get(name) or find_direction(tables, name)
        if direction is None:
            raise InputError(
                f"Whether more of {name!r} is better isn't known. Pass directions={{{name!r}: "
                "'Maximize'}, or 'Minimize'."
            )
        if direction not in get_args(Direction):
            raise InputError(
                f"directions has {direction!r} for {name!r}. Pass 'Maximize' or 'Minimize'."
            )
        found[name] = direction
    return found
