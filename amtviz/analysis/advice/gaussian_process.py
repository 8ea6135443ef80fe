"""A Gaussian process over hyperparameters: one length scale each, whatever their kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amtviz.analysis.scale import Scale

Floats = NDArray[np.float64]

_DIFFERENT = 0.7  # distance of two categories, where 1 is a whole range
_ABSENT = 0.5  # distance of a missing value from the middle of the range
_MEAN = 1.0  # variance of the mean: where trials crowd, they don't decide it alone
_LENGTH = 1.0  # standard deviation of the log of a length scale, before any trial
_NOISE, _NOISE_SD = 0.05, 1.5  # the same of the noise's share of the variance
_SIGNAL_SD = 0.7
_BOUNDS = {"length": (0.05, 30.0), "signal": (0.1, 10.0), "noise": (1e-4, 1.5)}
_USELESS = 1e3  # a length at which a hyperparameter changes nothing
_MORE_NOISE = (1.0, 1.6, 2.5, 4.0)  # what is left out may be noise
_ROOT5 = np.sqrt(5.0)


@dataclass(frozen=True, eq=False)
class GaussianProcess:
    """What it learnt.

    Attributes
    ----------
    units : numpy.ndarray, trials × hyperparameters
        On the scales from 0 to 1; NaN where missing.
    categorical : numpy.ndarray of bool
    lengths : numpy.ndarray
        One for each hyperparameter, in whole ranges; long where it changes little.
    signal, noise : float
        Variances.
    weights : numpy.ndarray
        The inverse of the trials' covariance times their target.
    lower : numpy.ndarray
        The Cholesky factor of that covariance.
    evidence : numpy.ndarray
        For each hyperparameter, by how much the log of the likelihood falls without it.
    r2 : float
        Of each trial predicted from all others.
    """

    units: Floats
    categorical: NDArray[np.bool_]
    lengths: Floats
    signal: float
    noise: float
    weights: Floats
    lower: Floats
    evidence: Floats
    r2: float

    def mean(self, points: Floats) -> Floats:
        """Return the expected target at points."""
        return np.asarray(self._cross(points, self.units) @ self.weights)

    def posterior(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the mean and the covariance at points, without noise."""
        cross = self._cross(points, self.units)
        half = _solve_lower(self.lower, cross.T)
        return cross @ self.weights, self._cross(points, points) - half.T @ half

    def draw(self, points: Floats, count: int, rng: np.random.Generator) -> Floats:
        """Draw functions given the trials: draws × points."""
        mean, covariance = self.posterior(points)
        covariance[np.diag_indices(len(points))] += 1e-6
        normal = rng.normal(size=(count, len(points)))
        return np.asarray(mean + normal @ np.linalg.cholesky(covariance).T)

    def _cross(self, left: Floats, right: Floats) -> Floats:
        squares = np.zeros((len(left), len(right)))
        for place, length in enumerate(self.lengths):
            squares += _distance(left, right, place, self.categorical[place]) / length**2
        return _MEAN + self.signal * _matern(squares)[0]


def fit(units: Floats, target: Floats, scales: Sequence[Scale]) -> GaussianProcess:
    """Teach a process (Matérn 5/2; Rasmussen & Williams 2006, chapters 4 and 5).

    Length scales, signal and noise are those of the greatest posterior density; lengths are
    expected to be longer the more hyperparameters there are (Hvarfner et al. 2024, "Vanilla
    Bayesian optimization performs great in high dimensions").

    Parameters
    ----------
    units : numpy.ndarray, trials × hyperparameters
    target : numpy.ndarray
        Of variance 1.
    scales : sequence of Scale

    Returns
    -------
    GaussianProcess
    """
    from scipy.optimize import minimize  # dear to import

    categorical = np.array([scale.kind == "category" for scale in scales])
    count = len(scales)
    squares = np.stack([_distance(units, units, j, categorical[j]) for j in range(count)])
    expected = np.append(np.full(count, np.log(0.5 * np.sqrt(count))), [0.0, np.log(_NOISE)])
    spread = np.append(np.full(count, _LENGTH), [_SIGNAL_SD, _NOISE_SD])
    bounds = [*[_BOUNDS["length"]] * count, _BOUNDS["signal"], _BOUNDS["noise"]]

    def loss(theta: Floats) -> tuple[float, Floats]:
        value, gradient = _likelihood(theta, squares, target)
        away = (theta - expected) / spread
        return -value + 0.5 * float(away @ away), -gradient + away / spread

    found = minimize(
        loss, expected, jac=True, method="L-BFGS-B", bounds=np.log(bounds), options={"maxiter": 60}
    )
    theta = np.asarray(found.x)
    covariance = _covariance(theta, squares)
    lower = np.linalg.cholesky(covariance)
    inverse = np.linalg.inv(covariance)
    weights = np.asarray(inverse @ target, dtype=np.float64)
    left_out = weights / np.diag(inverse)  # residuals (Rasmussen & Williams 2006, 5.12)
    whole, _ = _likelihood(theta, squares, target)
    evidence = [whole - _without(theta, place, squares, target) for place in range(count)]
    return GaussianProcess(
        units,
        categorical,
        np.exp(theta[:count]),
        float(np.exp(theta[-2])),
        float(np.exp(theta[-1])),
        weights,
        np.asarray(lower, dtype=np.float64),
        np.array(evidence),
        float(1 - left_out @ left_out / np.sum((target - target.mean()) ** 2)),
    )


def _distance(left: Floats, right: Floats, place: int, categorical: bool) -> Floats:
    """Return squared distances in one hyperparameter."""
    a, b = left[:, place, None], right[None, :, place]
    gone_a, gone_b = np.isnan(a), np.isnan(b)
    if categorical:
        same = (a == b) | (gone_a & gone_b)
        return np.where(same, 0.0, _DIFFERENT**2)
    apart = (np.where(gone_a, 0.5, a) - np.where(gone_b, 0.5, b)) ** 2
    return np.asarray(apart + _ABSENT**2 * (gone_a != gone_b))


def _matern(squares: Floats) -> tuple[Floats, Floats]:
    """Return the kernel, and minus twice its slope by the squared distance."""
    root = _ROOT5 * np.sqrt(squares)
    decay = np.exp(-root)
    return (1 + root + root**2 / 3) * decay, 5 / 3 * (1 + root) * decay


def _kernel(theta: Floats, squares: Floats) -> Floats:
    scaled = np.tensordot(np.exp(-2 * theta[:-2]), squares, 1)
    return np.asarray(_MEAN + np.exp(theta[-2]) * _matern(scaled)[0])


def _covariance(theta: Floats, squares: Floats) -> Floats:
    covariance = _kernel(theta, squares)
    covariance[np.diag_indices(len(covariance))] += np.exp(theta[-1])
    return covariance


def _solve_lower(lower: Floats, right: Floats) -> Floats:
    from scipy.linalg import solve_triangular  # dear to import

    return np.asarray(solve_triangular(lower, right, lower=True, check_finite=False))


def _likelihood(theta: Floats, squares: Floats, target: Floats) -> tuple[float, Floats]:
    """Return the log likelihood (without its constant) and its gradient by the logs."""
    from scipy.linalg.lapack import dpotrf, dpotri  # dear to import

    steep, signal, noise = np.exp(-2 * theta[:-2]), np.exp(theta[-2]), np.exp(theta[-1])
    kernel, slope = _matern(np.tensordot(steep, squares, 1))
    covariance = _MEAN + signal * kernel
    covariance[np.diag_indices(len(covariance))] += noise
    lower, _ = dpotrf(covariance, lower=1)
    inverse, _ = dpotri(lower, lower=1)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    weights = inverse @ target
    value = -0.5 * float(target @ weights) - float(np.log(np.diag(lower)).sum())
    pull = np.outer(weights, weights) - inverse
    by_length = 0.5 * signal * steep * np.tensordot(squares, pull * slope, 2)
    by_signal = 0.5 * signal * np.sum(pull * kernel)
    return value, np.append(by_length, [by_signal, 0.5 * noise * np.trace(pull)])


def _without(theta: Floats, place: int, squares: Floats, target: Floats) -> float:
    """Return the log likelihood if a hyperparameter changed nothing but were noise."""
    from scipy.linalg.lapack import dpotrf  # dear to import

    changed = theta.copy()
    changed[place] = np.log(_USELESS)
    kernel = _kernel(changed, squares)
    own = np.diag(kernel).copy()
    best = -np.inf
    for factor in _MORE_NOISE:
        kernel[np.diag_indices(len(own))] = own + np.exp(theta[-1] + np.log(factor))
        lower, _ = dpotrf(kernel, lower=1)
        half = _solve_lower(lower, target)
        best = max(best, float(-0.5 * half @ half - np.log(np.diag(lower)).sum()))
    return best
