"""Where the best configurations can be expected: a Gaussian process asked many times."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.scale import Scale

Floats = NDArray[np.float64]

_MOST = 300  # trials that it learns from: the best third of these, and others at random
_CANDIDATES = 1500
_DRAWS = 40
_BEST_OF_DRAW = 10
_CATEGORY = 0.7  # distance between two categories, where 1 is a whole range


@dataclass(frozen=True, eq=False)
class Promising:
    """What a model of the trials expects.

    Attributes
    ----------
    points : numpy.ndarray, points × hyperparameters
        Where it expects the best, on the scales from 0 to 1.
    r2 : float
        How well it predicts each trial from all others, on normal scores of the objective.
    """

    points: Floats
    r2: float


def find_promising(
    units: Floats, score: Floats, scales: Sequence[Scale], seed: int = 0
) -> Promising:
    """Find where the best configurations can be expected.

    A Gaussian process (Matérn 5/2 with a length scale for each hyperparameter, and noise) learns
    the normal scores of the objective. Forty functions are drawn from it on random candidates of
    the ranges (Thompson, 1933), and the ten best candidates of each are kept: together they
    show where the best may lie, as far as the trials can tell.

    Parameters
    ----------
    units : numpy.ndarray, trials × hyperparameters
        On the scales from 0 to 1; NaN where missing.
    score : numpy.ndarray
        Larger is better; finite.
    scales : sequence of Scale
    seed : int

    Returns
    -------
    Promising
    """
    # scikit-learn takes a second to import, and few pages need this
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(seed)
    rows = _choose(score, rng)
    target = _normal_scores(score[rows])
    missing = np.asarray(np.isnan(units).any(axis=0))
    inputs = _encode(units[rows], scales, missing)
    kernel = ConstantKernel(1.0, (0.1, 10)) * Matern(
        np.full(inputs.shape[1], 0.5), (0.1, 10), nu=2.5
    ) + WhiteKernel(0.1, (1e-3, 1))
    model = GaussianProcessRegressor(kernel, n_restarts_optimizer=1, random_state=seed)
    # threads of BLAS cost more than they save on matrices this small
    with warnings.catch_warnings(), threadpool_limits(1, user_api="blas"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length scale at its bound is fine
        model.fit(inputs, target)
        candidates = rng.uniform(size=(_CANDIDATES, len(scales)))
        mean, covariance = model.predict(_encode(candidates, scales, missing), return_cov=True)
        covariance[np.diag_indices(_CANDIDATES)] += 1e-8
        draws = rng.multivariate_normal(mean, covariance, size=_DRAWS, method="cholesky")
    best = np.argsort(-draws, axis=1)[:, :_BEST_OF_DRAW]
    return Promising(candidates[best.ravel()], _left_out_r2(model, target))


def _choose(score: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    order = np.argsort(-score, kind="stable")
    if len(order) <= _MOST:
        return order
    best = _MOST // 3
    return np.concatenate([order[:best], rng.choice(order[best:], _MOST - best, replace=False)])


def _normal_scores(values: Floats) -> Floats:
    """Give each value's place in a normal distribution: outliers and units don't matter."""
    shares = (pd.Series(values).rank().to_numpy() - 0.5) / len(values)
    normal = NormalDist()
    return np.array([normal.inv_cdf(share) for share in shares])


def _encode(units: Floats, scales: Sequence[Scale], missing: NDArray[np.bool_]) -> Floats:
    """Give the model's inputs: categories as corners, missing values in the middle, and marked."""
    columns = []
    for place, scale in enumerate(scales):
        column = units[:, place]
        if scale.kind == "category":
            count = len(scale.categories)
            codes = np.where(np.isnan(column), -1, np.floor(column * count))
            columns.append(_CATEGORY * (codes[:, None] == np.arange(count)))
        else:
            columns.append(np.where(np.isnan(column), 0.5, column)[:, None])
        if missing[place]:
            columns.append(_CATEGORY * np.isnan(column)[:, None])
    return np.hstack(columns)


def _left_out_r2(model: object, target: Floats) -> float:
    """Give R² of each trial predicted from all others, in closed form (Rasmussen, 2006, 5.12)."""
    inverse = np.linalg.inv(model.L_ @ model.L_.T)  # type: ignore[attr-defined]
    residuals = (inverse @ target) / np.diag(inverse)
    return float(1 - np.sum(residuals**2) / np.sum((target - target.mean()) ** 2))
