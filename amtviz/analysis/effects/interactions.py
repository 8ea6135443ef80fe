"""Which pairs of hyperparameters matter together, and what is expected over both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amtviz.analysis.effects.fit import GROUPS, FittedEffects, Floats, fit_effects
from amtviz.model import Hyperparameter, Objective

_MOST_CELLS = 16  # of a number's range


@dataclass(frozen=True, eq=False)
class Interactions:
    """The pairs that matter most.

    Attributes
    ----------
    pairs : pandas.DataFrame
        Columns: First, Second (names), Importance, Low, High (share of the objective's variation
        within groups that only both together explain; 90 % interval), Chance (what Low has to
        exceed for the pair to be named). Strongest first.
    surfaces : tuple of pandas.DataFrame
        One for each of ``pairs``, a row per cell: X0, X1 (both ends on the first's scale, 0 to 1),
        Y0, Y1 (the second's) and Predicted (objective, over all others).
    reason : str
        Why nothing can be told, as a sentence; empty if it can.
    """

    pairs: pd.DataFrame
    surfaces: tuple[pd.DataFrame, ...]
    reason: str


def compute_interactions(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    most_pairs: int = 3,
    groups: Sequence[str] = GROUPS,
    effects: FittedEffects | None = None,
    seed: int = 0,
) -> Interactions:
    """Measure which pairs matter together, by their second-order Sobol indices.

    Of the same draws as `amtviz.analysis.effects.importance.compute_importance`. A pair is to be
    named only where the lower end of its interval exceeds ``Chance``: on additive functions that
    happens in less than one search of ten.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    hyperparameters : sequence of Hyperparameter
    most_pairs : int
    groups : sequence of str
        Columns of ``trials`` that tell groups apart; those that it lacks are ignored.
    effects : FittedEffects, optional
        What `fit_effects` returned for the same trials, to save the time.
    seed : int

    Returns
    -------
    Interactions
    """
    # SciPy is dear to import: who only draws shouldn't wait for it
    from amtviz.analysis.shares import PAIR_NAMED

    fitted = effects or fit_effects(trials, objective, hyperparameters, groups=groups, seed=seed)
    found, reason = [], fitted.reason
    if fitted.shares is not None:
        told = fitted.shares.told
        found = [(p, s) for p, s in fitted.shares.pairs.items() if told[list(p)].all()]
        if not found:
            reason = "No two hyperparameters vary together: there is no pair."
    found.sort(key=lambda item: -item[1][0])
    found = found[:most_pairs]
    names, numbers = fitted.names, np.array([s for _, s in found]).reshape(-1, 3)
    pairs = pd.DataFrame(
        {
            "First": pd.Series([names[i] for (i, _), _ in found], dtype="object"),
            "Second": pd.Series([names[j] for (_, j), _ in found], dtype="object"),
            "Importance": numbers[:, 0],
            "Low": numbers[:, 1],
            "High": numbers[:, 2],
            "Chance": PAIR_NAMED,
        }
    )
    return Interactions(pairs, tuple(_surface(fitted, i, j) for (i, j), _ in found), reason)


def _surface(fitted: FittedEffects, first: int, second: int) -> pd.DataFrame:
    """Return the expected objective in cells of two hyperparameters."""
    assert fitted.sample is not None
    x, y = (_cut(int(fitted.levels[place])) for place in (first, second))
    means = x[1] @ fitted.sample.surface(first, second, x[2], y[2]) @ y[1].T
    across, up = np.meshgrid(np.arange(len(means)), np.arange(means.shape[1]), indexing="ij")
    return pd.DataFrame(
        {
            "X0": x[0][across.ravel()],
            "X1": x[0][across.ravel() + 1],
            "Y0": y[0][up.ravel()],
            "Y1": y[0][up.ravel() + 1],
            "Predicted": means.ravel(),
        }
    )


def _cut(level: int) -> tuple[Floats, Floats, Floats]:
    """Return the edges of cells, and a matrix that averages places in each, and those places."""
    count = abs(level) or _MOST_CELLS
    places = (np.arange(count) + 0.5) / count
    step = -(-count // _MOST_CELLS) if level < 0 else 1
    starts = np.arange(0, count, step)
    cell = np.arange(count) // step
    matrix = (cell == np.arange(len(starts))[:, None]).astype(np.float64)
    edges = np.append(starts, count) / count
    return edges, matrix / matrix.sum(axis=1, keepdims=True), places
