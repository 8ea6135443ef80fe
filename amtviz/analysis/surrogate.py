"""A random forest that stands for the objective, and its exact marginals over the ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.scale import Scale, make_scale, to_floats
from amtviz.model import Hyperparameter, Objective
from amtviz.wording.lists import plural

Floats = NDArray[np.float64]

FEWEST_TRIALS = 30  # fewer teach a forest little, whatever its R² says
FEWEST_PER_HYPERPARAMETER = 3
LEAST_R2 = 0.3  # of cross-validation; below, the forest misses most of the variation
MOST_TRIALS = 1000  # more are sampled: no chart shows how little more would change
MISSING = -10.0  # where a missing value stands, far below the range from 0 to 1

_REPLICATES = 40
_TREES = 8  # of each replicate's forest
_CELLS = 32  # that a number's range is cut into
_FOLDS = 5
_OUTLYING = 3.0  # quartile distances past the worse quartile, where values are cut off
_OPTIONS: dict[str, Any] = {"min_samples_leaf": 2, "max_features": 0.7}


@dataclass(frozen=True, eq=False)
class Dimension:
    """One column of the surrogate's inputs.

    Attributes
    ----------
    scale : Scale, optional
        None for the column of random numbers that shows what chance gives.
    edges : numpy.ndarray
        Ends of its cells, ascending up to 1. Missing values, if any, have the first cell, below 0
        and as wide as their share of the trials.
    """

    scale: Scale | None
    edges: Floats

    @property
    def widths(self) -> Floats:
        """Each cell's share of the whole dimension."""
        return np.asarray(np.diff(self.edges) / (self.edges[-1] - self.edges[0]))

    @property
    def centres(self) -> Floats:
        """The middle of each cell, as an input of the forest."""
        centres = (self.edges[:-1] + self.edges[1:]) / 2
        return np.where(centres < 0, MISSING, centres)

    @property
    def has_missing(self) -> bool:
        """Whether the first cell is that of missing values."""
        return bool(self.edges[0] < 0)


@dataclass(frozen=True, eq=False)
class Forest:
    """Regression trees as boxes; the leaves of all of them, one after the other.

    Attributes
    ----------
    low, high : numpy.ndarray, leaves × dimensions
    values : numpy.ndarray
        Each leaf's prediction, divided by the number of trees.
    model : sklearn.ensemble.RandomForestRegressor
    """

    low: Floats
    high: Floats
    values: Floats
    model: Any


@dataclass(frozen=True, eq=False)
class Surrogate:
    """What random forests learnt of the objective.

    Attributes
    ----------
    dimensions : tuple of Dimension
        One per hyperparameter with more than one value, then the random one.
    forests : tuple of Forest
        One per bootstrap replicate of the trials; none if it can't be trusted.
    inputs : numpy.ndarray, trials × dimensions
        The trials that it learnt from.
    target : numpy.ndarray
        Their objective; outlying bad values are cut off.
    r2 : float
        Cross-validated: the share of variation predicted on trials not learnt from; NaN for too
        few trials.
    scored : int
        Trials with an objective; those learnt from may be a sample of them.
    reason : str
        Why it can't be trusted, as a sentence; empty if it can.
    """

    dimensions: tuple[Dimension, ...]
    forests: tuple[Forest, ...]
    inputs: Floats
    target: Floats
    r2: float
    scored: int
    reason: str

    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]:
        """Those that it learnt from."""
        return tuple(d.scale.hyperparameter for d in self.dimensions if d.scale is not None)

    def marginals(self, forest: Forest) -> list[Floats]:
        """Give a forest's mean prediction in each cell of each dimension, over all others."""
        weights = self._weights(forest)
        return [
            self._overlap(forest, d).T @ (weights / self._share(forest, d))
            for d in range(len(self.dimensions))
        ]

    def pair_marginal(self, forest: Forest, first: int, second: int) -> Floats:
        """Give a forest's mean prediction in each cell of two dimensions, over all others."""
        weights = self._weights(forest)
        weights = weights / (self._share(forest, first) * self._share(forest, second))
        left = self._overlap(forest, first) * weights[:, None]
        return np.asarray(left.T @ self._overlap(forest, second))

    def predict(self, inputs: Floats, forests: int = 5) -> Floats:
        """Predict the objective at inputs, with the first few forests."""
        models = [forest.model for forest in self.forests[:forests]]
        return np.asarray(np.mean([model.predict(inputs) for model in models], axis=0))

    def draw_inputs(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw points that are equally likely over the whole of every dimension."""
        ends = np.array([[d.edges[0], d.edges[-1]] for d in self.dimensions])
        points = rng.uniform(ends[:, 0], ends[:, 1], (count, len(ends)))
        return np.where(points < 0, MISSING, points)

    def _overlap(self, forest: Forest, dimension: int) -> Floats:
        """Give the share of each cell that each leaf covers, leaves × cells."""
        edges = self.dimensions[dimension].edges
        low, high = forest.low[:, dimension, None], forest.high[:, dimension, None]
        inside = np.minimum(high, edges[1:]) - np.maximum(low, edges[:-1])
        return np.asarray(np.maximum(inside, 0) / np.diff(edges))

    def _share(self, forest: Forest, dimension: int) -> Floats:
        edges = self.dimensions[dimension].edges
        width = forest.high[:, dimension] - forest.low[:, dimension]
        return np.asarray(width / (edges[-1] - edges[0]))

    def _weights(self, forest: Forest) -> Floats:
        """Give each leaf's prediction times its volume."""
        whole = np.array([d.edges[-1] - d.edges[0] for d in self.dimensions])
        return np.asarray(forest.values * np.prod((forest.high - forest.low) / whole, axis=1))


def fewest_trials(declared: int) -> int:
    """Give how many scored trials it takes to rank so many declared hyperparameters."""
    return max(FEWEST_TRIALS, FEWEST_PER_HYPERPARAMETER * declared)


def fit_surrogate(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    seed: int = 0,
) -> Surrogate:
    """Teach random forests the objective, one for each of forty bootstrap samples of the trials.

    The forests see every hyperparameter on its declared scale. Missing values (of conditional
    hyperparameters) are a place of their own; objective values that are far worse than the rest
    are cut off at three quartile distances, or they alone would be the variation.

    Parameters
    ----------
    trials : pandas.DataFrame
    objective : Objective
    hyperparameters : sequence of Hyperparameter
    seed : int

    Returns
    -------
    Surrogate
    """
    values = to_floats(trials[objective.metric_name])
    finite = np.isfinite(values)
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(finite)
    if len(rows) > MOST_TRIALS:
        rows = np.sort(rng.choice(rows, MOST_TRIALS, replace=False))
    target = _cut_outliers(values[rows], objective.sign)
    dimensions, columns = [], []
    for hyperparameter in hyperparameters:
        column = trials[hyperparameter.column]
        scale = make_scale(hyperparameter, column)
        units = scale.to_unit(column.iloc[rows])
        if len(np.unique(units[np.isfinite(units)])) + np.isnan(units).any() > 1:
            dimensions.append(_dimension(scale, units))
            columns.append(np.where(np.isnan(units), MISSING, units))
    dimensions.append(Dimension(None, np.linspace(0, 1, _CELLS + 1)))
    columns.append(rng.uniform(size=len(rows)))
    inputs = np.column_stack(columns)
    r2, reason = _judge(inputs[:, :-1], target, len(hyperparameters), seed)
    forests: tuple[Forest, ...] = ()
    if not reason:
        forests = tuple(_fit(inputs, target, dimensions, rng) for _ in range(_REPLICATES))
    return Surrogate(tuple(dimensions), forests, inputs, target, r2, int(finite.sum()), reason)


def _cut_outliers(values: Floats, sign: int) -> Floats:
    if len(values) < 4:
        return values
    worse, better = np.percentile(values * sign, [25, 75])
    return np.maximum(values * sign, worse - _OUTLYING * (better - worse)) * sign


def _dimension(scale: Scale, units: Floats) -> Dimension:
    count = len(scale.categories) if scale.kind == "category" else _CELLS
    if scale.hyperparameter.kind == "integer" and scale.kind == "linear":
        count = int(min(count, max(1, round(scale.high - scale.low))))
    edges = np.linspace(min(0.0, np.nanmin(units)), max(1.0, np.nanmax(units)), count + 1)
    missing = float(np.isnan(units).mean())
    if missing:
        edges = np.concatenate([[-missing / (1 - missing)], edges])
    return Dimension(scale, edges)


def _judge(inputs: Floats, target: Floats, declared: int, seed: int) -> tuple[float, str]:
    """Cross-validate, and say why nothing can be told from these trials; empty if it can."""
    trials, varied = inputs.shape
    fewest = fewest_trials(declared)
    if trials < fewest:
        return np.nan, (
            f"{plural(trials, 'scored trial')} {'is' if trials == 1 else 'are'} too few to tell "
            f"which of {declared} hyperparameters matter: it takes at least {fewest}."
        )
    if not varied:
        return np.nan, "No hyperparameter has more than one value among the scored trials."
    if np.ptp(target) == 0:
        return np.nan, "All trials have the same objective value: nothing explains a difference."
    from sklearn.ensemble import RandomForestRegressor  # slow to import
    from sklearn.model_selection import KFold, cross_val_predict

    model = RandomForestRegressor(60, random_state=seed, **_OPTIONS)
    folds = KFold(_FOLDS, shuffle=True, random_state=seed)
    guesses = cross_val_predict(model, inputs, target, cv=folds)
    r2 = 1 - float(((target - guesses) ** 2).sum() / ((target - target.mean()) ** 2).sum())
    if r2 < LEAST_R2:
        return r2, (
            "No ranking by what explains the variation can be trusted: a model of these trials "
            f"predicts trials that it hasn't seen with R² {r2:.2f} only, where 1 "
            f"is perfect and {LEAST_R2} the least to rely on."
        )
    return r2, ""


def _fit(
    inputs: Floats, target: Floats, dimensions: Sequence[Dimension], rng: np.random.Generator
) -> Forest:
    """Teach one forest a bootstrap sample, with other random numbers in the last column."""
    from sklearn.ensemble import RandomForestRegressor  # slow to import

    rows = rng.integers(0, len(target), len(target))
    sample = inputs[rows]
    sample[:, -1] = rng.uniform(size=len(rows))
    model = RandomForestRegressor(
        _TREES, bootstrap=False, random_state=int(rng.integers(2**31)), **_OPTIONS
    )
    model.fit(sample, target[rows])
    parts = [_boxes(tree.tree_, dimensions) for tree in model.estimators_]
    low, high, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Forest(low, high, values / _TREES, model)


def _boxes(tree: Any, dimensions: Sequence[Dimension]) -> tuple[Floats, Floats, Floats]:
    """Give the box and the value of every leaf of one of scikit-learn's trees."""
    low = np.tile([d.edges[0] for d in dimensions], (tree.node_count, 1))
    high = np.tile([d.edges[-1] for d in dimensions], (tree.node_count, 1))
    left, right = tree.children_left, tree.children_right
    level = np.array([0])
    while len(level):
        level = level[left[level] >= 0]  # those that split
        split, at = tree.feature[level], np.maximum(tree.threshold[level], MISSING)
        # between the place of missing values and the least value there is nothing but the border
        at = np.where(at < 0, np.where(at > MISSING, 0.0, at), at)
        for children, side in ((left[level], high), (right[level], low)):
            low[children], high[children] = low[level], high[level]
            side[children, split] = at
        level = np.concatenate([left[level], right[level]])
    leaves = left < 0
    return low[leaves], high[leaves], tree.value[leaves, 0, 0]
