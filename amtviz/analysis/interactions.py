"""Which pairs of hyperparameters matter together, and what is predicted over both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from amtviz.analysis.surrogate import Dimension, Floats, Surrogate, fit_surrogate
from amtviz.model import Hyperparameter, Objective

_INTERVAL = (5, 95)  # percent
_POINTS = 1000
_MOST_DIMENSIONS = 14  # of more, those with the largest main effects: pairs grow with the square
_SCREENED = 8  # forests that choose the pairs; all of them measure the chosen


@dataclass(frozen=True, eq=False)
class Interactions:
    """The pairs that matter most.

    Attributes
    ----------
    pairs : pandas.DataFrame
        Columns: First, Second (names), Importance, Low, High (share of the objective's variation
        over the whole ranges that only both together explain; 90 % bootstrap interval), Chance
        (what a pair with a column of random numbers reaches). Strongest first.
    surfaces : tuple of pandas.DataFrame
        One for each of ``pairs``, a row per cell: X0, X1 (both ends on the first's scale, 0 to 1;
        below 0 for missing values), Y0, Y1 (the second's) and Predicted (objective, over all
        others).
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
    surrogate: Surrogate | None = None,
    seed: int = 0,
) -> Interactions:
    """Measure which pairs matter together, by the pairwise part of functional ANOVA.

    The variance of a random forest's exact marginal over two hyperparameters, less that of both
    alone (Hutter, Hoos & Leyton-Brown, 2014), as a share of the forest's whole variance.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    hyperparameters : sequence of Hyperparameter
    most_pairs : int
    surrogate : Surrogate, optional
        What `fit_surrogate` gave for the same trials, to save the time.
    seed : int

    Returns
    -------
    Interactions
    """
    surrogate = surrogate or fit_surrogate(trials, objective, hyperparameters, seed=seed)
    names = [h.name for h in surrogate.hyperparameters]
    reason = surrogate.reason
    if not reason and len(names) < 2:
        reason = "Only one hyperparameter has more than one value: there is no pair."
    if reason:
        return Interactions(_table([], np.zeros((0, 0)), 0.0), (), reason)
    from threadpoolctl import threadpool_limits  # scikit-learn brings it

    # threads gain nothing on matrices this small, and on a busy machine wait for each other: what
    # takes half a second took more than a minute
    with threadpool_limits(1, user_api="blas"):
        return _measure(surrogate, names, most_pairs, seed)


def _measure(
    surrogate: Surrogate, names: Sequence[str], most_pairs: int, seed: int
) -> Interactions:
    points = surrogate.draw_inputs(_POINTS, np.random.default_rng(seed))
    whole = np.array([float(np.var(forest.model.predict(points))) for forest in surrogate.forests])
    chosen = list(combinations(_strongest(surrogate), 2))
    screened = _shares(surrogate, chosen, whole[:_SCREENED])
    order = np.argsort(-screened.mean(axis=0), kind="stable")[:most_pairs]
    pairs = [chosen[place] for place in order]
    random = len(surrogate.dimensions) - 1
    beside = [(place, random) for place in dict.fromkeys(sum(pairs, ()))]
    shares = _shares(surrogate, [*pairs, *beside], whole)
    chance = float(np.percentile(shares[:, len(pairs) :], _INTERVAL[1]))
    table = _table([(names[a], names[b]) for a, b in pairs], shares[:, : len(pairs)], chance)
    surfaces = [_surface(surrogate, a, b) for a, b in pairs]
    order = np.argsort(-table["Importance"].to_numpy(), kind="stable")
    table = table.iloc[order].reset_index(drop=True)
    return Interactions(table, tuple(surfaces[place] for place in order), "")


def _strongest(surrogate: Surrogate) -> list[int]:
    """Give the dimensions whose pairs are looked at, in their order."""
    count = len(surrogate.dimensions) - 1
    if count <= _MOST_DIMENSIONS:
        return list(range(count))
    alone = np.zeros(count)
    for forest in surrogate.forests[:_SCREENED]:
        for place, marginal in enumerate(surrogate.marginals(forest)[:count]):
            alone[place] += np.var(marginal)
    return sorted(np.argsort(-alone, kind="stable")[:_MOST_DIMENSIONS].tolist())


def _shares(surrogate: Surrogate, pairs: Sequence[tuple[int, int]], whole: Floats) -> Floats:
    """Give what only both together explain, forests × pairs."""
    widths = [dimension.widths for dimension in surrogate.dimensions]
    shares = np.zeros((len(whole), len(pairs)))
    for row, variance in enumerate(whole):
        for place, (a, b) in enumerate(pairs):
            both = surrogate.pair_marginal(surrogate.forests[row], a, b)
            over_a, over_b = both @ widths[b], widths[a] @ both
            mean = widths[a] @ over_a
            rest = both - over_a[:, None] - over_b + mean
            own = widths[a] @ rest**2 @ widths[b]
            shares[row, place] = min(own / variance, 1.0) if variance else 0.0
    return shares


def _surface(surrogate: Surrogate, first: int, second: int) -> pd.DataFrame:
    """Give the mean of all forests' marginals over two dimensions, on a coarser grid."""
    mean = np.mean(
        [surrogate.pair_marginal(forest, first, second) for forest in surrogate.forests], axis=0
    )
    x, y = (_coarser(surrogate.dimensions[place]) for place in (first, second))
    values = x[0] @ mean @ y[0].T
    across, up = np.meshgrid(np.arange(len(values)), np.arange(values.shape[1]), indexing="ij")
    return pd.DataFrame(
        {
            "X0": x[1][across.ravel()],
            "X1": x[1][across.ravel() + 1],
            "Y0": y[1][up.ravel()],
            "Y1": y[1][up.ravel() + 1],
            "Predicted": values.ravel(),
        }
    )


def _coarser(dimension: Dimension, most: int = 16) -> tuple[Floats, Floats]:
    """Give a matrix that averages neighbouring cells, and the ends of the wider ones."""
    edges = dimension.edges
    own = int(dimension.has_missing)
    cells = len(edges) - 1 - own
    ordered = dimension.scale is None or dimension.scale.kind != "category"
    step = -(-cells // most) if ordered else 1
    starts = [*range(own), *range(own, own + cells, step)]
    ends = [*starts[1:], own + cells]
    matrix = np.zeros((len(starts), len(edges) - 1))
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        widths = np.diff(edges[start : end + 1])
        matrix[row, start:end] = widths / widths.sum()
    return matrix, edges[[*starts, len(edges) - 1]]


def _table(pairs: Sequence[tuple[str, str]], shares: Floats, chance: float) -> pd.DataFrame:
    low, high = np.percentile(shares, _INTERVAL, axis=0) if len(shares) else ([], [])
    return pd.DataFrame(
        {
            "First": pd.Series([pair[0] for pair in pairs], dtype="object"),
            "Second": pd.Series([pair[1] for pair in pairs], dtype="object"),
            "Importance": shares.mean(axis=0) if len(shares) else np.zeros(0),
            "Low": np.asarray(low, dtype=float),
            "High": np.asarray(high, dtype=float),
            "Chance": chance,
        }
    )
