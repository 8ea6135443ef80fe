"""Orthonormal functions of one hyperparameter over its range, and how they vary a priori."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LENGTHS = np.geomspace(0.05, 6.0, 25)  # of the process, in widths of the range
_GRID = np.linspace(0, 1, 401)
_FUNCTIONS = 24  # of a number: about twelve waves over its range
_TYPICAL = 0.3  # length whose eigenfunctions are taken
_LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class Basis:
    """Functions with mean 0 and variance 1 over a range, uncorrelated with each other.

    Attributes
    ----------
    at : numpy.ndarray, nodes × functions
        Their values at evenly spaced places from 0 to 1, or at each of a few values.
    discrete : bool
        Whether the nodes are all the values that there are: code k of c lies in [k/c, (k+1)/c).
    log_variances : numpy.ndarray, lengths × functions, or functions
        Logarithms of the variances of the coefficients, for each of `LENGTHS`; those of categories
        know no length. Variances sum to 1.
    """

    at: Floats
    discrete: bool
    log_variances: Floats

    @property
    def count(self) -> int:
        """How many functions there are."""
        return self.at.shape[1]

    def evaluate(self, units: Floats) -> Floats:
        """Return the functions at places from 0 to 1, places × functions."""
        if self.discrete:
            return self.at[to_codes(units, len(self.at))]
        return np.stack([np.interp(units, _GRID, values) for values in self.at.T], axis=1)

    def variances(self, log_length: float) -> tuple[Floats, Floats]:
        """Return the coefficients' variances, and their slopes by the logarithm of the length."""
        if self.log_variances.ndim == 1:
            return np.exp(self.log_variances), np.zeros(self.count)
        grid = np.log(LENGTHS)
        log_length = float(np.clip(log_length, grid[0], grid[-1] - 1e-9))
        left = int(np.searchsorted(grid, log_length, side="right") - 1)
        rise = self.log_variances[left + 1] - self.log_variances[left]
        slopes = rise / (grid[left + 1] - grid[left])
        variances = np.exp(self.log_variances[left] + (log_length - grid[left]) * slopes)
        variances /= variances.sum()
        return variances, variances * (slopes - variances @ slopes)


def to_codes(units: Floats, count: int) -> Ints:
    """Return which of so many equal parts of the range each place lies in."""
    return np.minimum((units * count).astype(np.int64), count - 1)


@lru_cache(maxsize=1)
def smooth_basis() -> Basis:
    """Return the basis of a number: a line, then the Matérn-5/2 kernel's eigenfunctions."""
    weights = np.full(len(_GRID), 1 / (len(_GRID) - 1))
    weights[[0, -1]] /= 2
    return _matern_basis(_GRID, weights, _FUNCTIONS, discrete=False)


@lru_cache(maxsize=64)
def ordinal_basis(count: int) -> Basis:
    """Return the basis of so many equally likely values in order."""
    places = (np.arange(count) + 0.5) / count
    functions = min(_FUNCTIONS, count - 1)
    return _matern_basis(places, np.full(count, 1 / count), functions, discrete=True)


def category_basis(weights: Floats) -> Basis:
    """Return contrasts of categories so weighed, each category's effect as uncertain as others'."""
    root = np.sqrt(weights)
    centred = np.eye(len(weights)) - np.outer(root, root)
    values, vectors = np.linalg.eigh(centred @ np.diag(weights) @ centred)
    values = np.maximum(values[1:], _LEAST)
    return Basis(vectors[:, 1:] / root[:, None], True, np.log(values / values.sum()))


def _matern_basis(places: Floats, weights: Floats, functions: int, *, discrete: bool) -> Basis:
    root = np.sqrt(weights)
    line = np.stack([np.ones_like(places), places - 0.5], axis=1) * root[:, None]
    line, _ = np.linalg.qr(line)
    centred = np.eye(len(places)) - line @ line.T
    gaps = np.abs(places[:, None] - places)

    def kernel(length: float) -> Floats:
        steps = np.sqrt(5) * gaps / length
        return np.asarray(root[:, None] * (1 + steps + steps**2 / 3) * np.exp(-steps) * root)

    _, vectors = np.linalg.eigh(centred @ kernel(_TYPICAL) @ centred)
    basis = np.concatenate([line[:, 1:], vectors[:, ::-1][:, : functions - 1]], axis=1)
    rows: Any = [((kernel(length) @ basis) * basis).sum(axis=0) for length in LENGTHS]
    rows = np.maximum(rows, _LEAST)
    return Basis(basis / root[:, None], discrete, np.log(rows / rows.sum(axis=1, keepdims=True)))
