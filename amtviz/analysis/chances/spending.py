"""What each tuning job had tried and spent by the end of each trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.convergence import compute_convergence, finished_in_order
from amtviz.analysis.expected_best import scores_in_order
from amtviz.model import Objective

Floats = NDArray[np.float64]

YARDSTICKS = ("trials", "time", "cost")


@dataclass(frozen=True, eq=False)
class Spending:
    """One tuning job's finished trials in the order in which they ended, and what they cost.

    Attributes
    ----------
    scores : numpy.ndarray of float
        More is better; minus infinity without a value.
    spent : mapping of str to numpy.ndarray of float
        By yardstick, what had been spent by the end of each trial; empty where that isn't known.
    """

    scores: Floats
    spent: Mapping[str, Floats]

    @property
    def scored(self) -> int:
        """How many trials have a value."""
        return int(np.isfinite(self.scores).sum())

    def total(self, yardstick: str) -> float:
        """Return all that was spent; missing where unknown."""
        spent = self.spent[yardstick]
        return float(np.nanmax(spent)) if len(spent) else np.nan

    def within(self, yardstick: str, budget: float) -> Floats:
        """Return the scores of the trials that had ended within a budget."""
        return self.scores[: int((self.spent[yardstick] <= budget * (1 + 1e-9)).sum())]


def read_spending(trials: pd.DataFrame, objective: Objective, by: str) -> dict[str, Spending]:
    """Return what each group has tried and spent; none for one without a finished trial.

    Parameters
    ----------
    trials : pandas.DataFrame
        As in ``TuningData.trials``.
    objective : Objective
    by : str
        The column that groups trials.

    Returns
    -------
    dict of str to Spending
        By group. Yardsticks are ``trials`` (their number), ``time`` (seconds since the group's
        first creation or start) and ``cost`` (billed seconds of all instances).
    """
    frame, groups = finished_in_order(trials, objective, by)
    lines = compute_convergence(trials, objective, by).loc[frame.index]
    # instances that never started aren't billed, and need no time
    lines["Started"] = frame["TrainingStartTime"].notna()
    found = {}
    for _, rows in frame.groupby(groups, sort=True):
        scores = scores_in_order(rows, objective)
        spent = _spent(lines.loc[rows.index], np.isfinite(scores))
        found[str(rows[by].iloc[0])] = Spending(scores, spent)
    return found


def _spent(line: pd.DataFrame, is_scored: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return what had been spent by each trial's end, where that is known of all that count."""
    none: Floats = np.array([], dtype=np.float64)
    wall = line["WallSeconds"].to_numpy(float)
    billed = line["BilledSeconds"].to_numpy(float)
    unknown = (line["BilledFrom"] == "unknown").to_numpy(bool)
    missed = unknown & (line["Started"].to_numpy(bool) | is_scored)
    timed = np.isfinite(wall).any() and np.isfinite(wall[is_scored]).all()
    return {
        "trials": np.arange(1.0, len(line) + 1),
        # a trial without an end has no value, and takes the place of those before
        "time": np.nan_to_num(np.fmax.accumulate(wall)) if timed else none,
        "cost": billed if not missed.any() and billed[-1] > 0 else none,
    }
