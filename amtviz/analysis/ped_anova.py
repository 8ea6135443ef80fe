"""How far the best trials are distributed otherwise than all trials, per hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from amtviz.analysis.surrogate import MISSING, Dimension

Floats = NDArray[np.float64]

TOP = 0.1
FEWEST_IN_TOP = 5  # a density of fewer is the picture of a few accidents
_REPLICATES = 60
_GRID = 50
_NARROWEST = 0.5 / 1.64  # of a kernel, in cells, so that nine tenths of it lie in one
_TINY = 1e-12


def compute_divergences(
    inputs: Floats, target: Floats, dimensions: Sequence[Dimension], sign: int, *, seed: int = 0
) -> tuple[Floats, int]:
    """Measure each dimension's Pearson divergence of the best tenth from all, as shares.

    The estimator is that of PED-ANOVA (Watanabe, Bansal & Hutter, 2023): both densities are Parzen
    estimates on a grid of 50 cells, with Scott's bandwidth (1992) and a uniform prior of one
    trial's weight.

    Parameters
    ----------
    inputs : numpy.ndarray, trials × dimensions
        On the dimensions' scales; the last column holds random numbers.
    target : numpy.ndarray
        The objective.
    dimensions : sequence of Dimension
    sign : int
        1 when larger is better, -1 when smaller is.
    seed : int

    Returns
    -------
    shares : numpy.ndarray, replicates × dimensions
        Of bootstrap samples of the trials; each row's hyperparameters sum to 1. The last column is
        the random one's, on the same scale.
    in_top : int
        Trials in the best tenth.
    """
    trials = len(target)
    in_top = math.ceil(TOP * trials)
    if in_top < FEWEST_IN_TOP or np.ptp(target) == 0:
        return np.zeros((0, len(dimensions))), 0 if trials == 0 or np.ptp(target) == 0 else in_top
    rng = np.random.default_rng(seed)
    cells = [_to_cells(inputs[:, d], dimension) for d, dimension in enumerate(dimensions)]
    shares = np.zeros((_REPLICATES, len(dimensions)))
    for replicate in range(_REPLICATES):
        rows = rng.integers(0, trials, trials)
        best = rows[np.argsort(-sign * target[rows], kind="stable")[:in_top]]
        for d, (numbers, size, ordered) in enumerate(cells):
            own = numbers
            if d == len(dimensions) - 1:
                own = rng.permutation(numbers)  # other random numbers each time
            shares[replicate, d] = compute_divergence(own[best], own[rows], size, ordered=ordered)
    total = shares[:, :-1].sum(axis=1, keepdims=True)
    return np.where(total > 0, shares / np.where(total > 0, total, 1), 0.0), in_top


def compute_divergence(
    best: NDArray[np.int64], every: NDArray[np.int64], size: int, *, ordered: bool
) -> float:
    """Give the Pearson divergence of two samples of cells.

    Parameters
    ----------
    best, every : array of int
        Cells of the best trials, and of all; -1 where the value is missing.
    size : int
        Cells of the grid.
    ordered : bool
        False for categories.

    Returns
    -------
    float
        0 when both are distributed alike.
    """
    p, q = (_density(cells, size, ordered) + _TINY for cells in (best, every))
    return float(q @ (p / q - 1) ** 2)


def _to_cells(column: Floats, dimension: Dimension) -> tuple[NDArray[np.int64], int, bool]:
    """Give every trial's cell on the grid, the grid's size, and whether its cells are ordered."""
    scale = dimension.scale
    ordered = scale is None or scale.kind != "category"
    size = _GRID
    if scale is not None and scale.kind == "category":
        size = len(scale.categories)
    elif scale is not None and scale.hyperparameter.kind == "integer" and scale.kind == "linear":
        size = int(min(_GRID, max(1, round(scale.high - scale.low))))
    cells = np.clip(np.floor(column * size), 0, size - 1).astype(np.int64)
    return np.where(column == MISSING, -1, cells), size, ordered


def _density(cells: NDArray[np.int64], size: int, ordered: bool) -> Floats:
    """Estimate the probability of each cell; missing values have one more, in front."""
    present = cells[cells >= 0]
    trials, missing = len(cells), len(cells) - len(present)
    counts = np.bincount(present, minlength=size).astype(float)
    if ordered and len(present):
        counts = counts @ _kernels(counts, size)
    prior = 1.0 / (size + 1)
    whole = np.concatenate([[missing], counts])
    return np.asarray((whole + prior) / (trials + 1))


def _kernels(counts: Floats, size: int) -> Floats:
    """Give a normal kernel around every cell, cut off at both ends, cells × cells."""
    places, total = np.arange(size), counts.sum()
    mean = counts @ places / total
    deviation = math.sqrt(counts @ (places - mean) ** 2 / max(1.0, total - 1))
    cumulative = np.cumsum(counts)
    quartiles = np.searchsorted(cumulative, [total // 4, total * 3 // 4])
    spread = min(deviation, float(quartiles[1] - quartiles[0]) / 1.34)
    width = max(1.059 * spread * total**-0.2, _NARROWEST)
    ends = (np.arange(size + 1) - 0.5 - places[:, None]) / width
    mass = np.diff(_normal(ends), axis=1)
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))


def _normal(values: Floats) -> Floats:
    """Give the standard normal distribution function."""
    return np.asarray(0.5 * (1 + np.vectorize(math.erf)(values / math.sqrt(2))))
