"""What a good objective may have to be traded for: costs, times and the other final metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from amtviz.analysis.cost import LOCAL_TYPES
from amtviz.analysis.pareto import add_costs, compute_pareto, find_direction, list_metrics
from amtviz.analysis.scale import to_floats
from amtviz.model import Direction, TuningTables

FEWEST = 3  # trials that have an objective, too
MATTERS = 0.02  # of the distance from the median trial to the best: less is no loss


@dataclass(frozen=True, eq=False)
class Measure:
    """One thing that trials cost, or did beside the objective.

    Attributes
    ----------
    name : str
        A column of the trials, ``BilledSeconds`` or ``Dollars``.
    title : str
        In words.
    values : pandas.Series of float64
        By the trials' index; NaN where missing.
    direction : {"Maximize", "Minimize"}, optional
        None where nothing tells which is better.
    unit : {"seconds", "dollars", ""}
        Of what it costs; empty for a metric.
    """

    name: str
    title: str
    values: pd.Series
    direction: Direction | None
    unit: Literal["seconds", "dollars", ""] = ""


@dataclass(frozen=True, eq=False)
class Bargain:
    """The cheapest trial that is as good as the best, or nearly so.

    Attributes
    ----------
    cost : Measure
    best, cheap : str
        Names of both training jobs; the same where no other is cheaper.
    gap : float
        How much worse the cheap one's objective is.
    margin : float
        How much worse it may be.
    best_cost, cheap_cost : float
    """

    cost: Measure
    best: str
    cheap: str
    gap: float
    margin: float
    best_cost: float
    cheap_cost: float


def list_measures(tables: TuningTables, prices: Mapping[str, float] | None = None) -> list[Measure]:
    """List what the objective can be drawn against.

    A study's other objectives stand first, then costs, then metrics whose direction is known.

    Parameters
    ----------
    tables : TuningTables
    prices : mapping of str to float, optional
        Dollars per instance-hour by instance type.

    Returns
    -------
    list of Measure
        Those of which at least three trials with an objective have different values. Billed time
        only where it isn't training time by another name: on spot instances, or on several types
        or numbers of instances; dollars in its place where prices are given.
    """
    trials = add_costs(tables.trials, prices)
    spot = trials["EnableManagedSpotTraining"].fillna(False).astype(bool)
    kinds = trials[["InstanceType", "InstanceCount"]].drop_duplicates()
    names = {"Dollars": "cost", "BilledSeconds": "billed time"}
    if not (spot.any() or len(kinds) > 1) or trials["InstanceType"].isin(LOCAL_TYPES).any():
        del names["BilledSeconds"]
    names["TrainingElapsedTimeSeconds"] = "training time"
    found = []
    for name, title in names.items():
        values = _floats(trials, name)
        unit: Literal["seconds", "dollars"] = "dollars" if name == "Dollars" else "seconds"
        found.append(Measure(name, title, values, "Minimize", unit))
    for name in list_metrics(tables):
        found.append(Measure(name, name, _floats(trials, name), find_direction(tables, name)))
    scored = np.isfinite(_floats(trials, tables.objective.metric_name))
    told = [m for m in found if m.values[scored].notna().sum() >= FEWEST]
    told = [m for m in told if m.values[scored].nunique() > 1]
    if any(m.unit == "dollars" for m in told):
        told = [m for m in told if m.name != "BilledSeconds"]
    return sorted(told, key=lambda m: (m.name not in tables.directions, m.direction is None))


def find_pair_front(up: Measure, across: Measure) -> pd.DataFrame:
    """Return the front of two measures.

    Parameters
    ----------
    up, across : Measure
        Of the same trials; without a direction of both, no trial is on it.

    Returns
    -------
    pandas.DataFrame
        A row per trial on it, by the index of the trials, the best of ``up`` first. Columns: up,
        across.
    """
    values = pd.DataFrame({"up": up.values, "across": across.values})
    if up.direction is None or across.direction is None:
        return values.iloc[:0]
    return compute_pareto(values, {"up": up.direction, "across": across.direction})


def objective_measure(tables: TuningTables) -> Measure:
    """Return the objective as a measure."""
    name = tables.objective.metric_name
    return Measure(name, name, _floats(tables.trials, name), tables.objective.direction)


def find_bargain(tables: TuningTables, cost: Measure) -> Bargain | None:
    """Find the cheapest trial whose objective is worse than the best by so little that it doesn't
    matter: 2 % of the distance from the median trial to the best.

    Parameters
    ----------
    tables : TuningTables
    cost : Measure
        Best small.

    Returns
    -------
    Bargain, optional
        None where the best trial's cost isn't known.
    """
    score = objective_measure(tables).values.dropna() * tables.objective.sign
    best = cost.values[score.index[score == score.max()]].dropna()
    if not len(best):
        return None
    margin = MATTERS * float(score.max() - score.median())
    enough = score.max() - margin * (1 + 1e-9)
    near = cost.values[score.index[score >= enough]].dropna()
    # of equally good ones, the cheapest is the best
    top, cheap = best.idxmin(), near.idxmin()
    names = tables.trials["TrainingJobName"]
    return Bargain(
        cost,
        str(names[top]),
        str(names[cheap]),
        float(score.max() - score[cheap]),
        margin,
        float(best[top]),
        float(near[cheap]),
    )


def _floats(trials: pd.DataFrame, name: str) -> pd.Series:
    values = pd.Series(to_floats(trials[name]), trials.index)
    return values.where(np.isfinite(values))
