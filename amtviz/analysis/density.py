"""Kernel density of the objective on a fixed grid, so that a page can redraw it cheaply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_REACH = 3.5  # a Gaussian kernel is cut that many standard deviations from its centre
_STEPS_PER_BANDWIDTH = 3
_MIN_BINS, _MAX_BINS = 40, 160


@dataclass(frozen=True, eq=False)
class DensityGrid:
    """A grid of equal bins and the weights with which one bin's count reaches its neighbours.

    Counting values in bins and adding up the weights is the binned kernel estimate of Wand (1994),
    "Fast computation of multivariate kernel estimators": it depends on the number of bins, not of
    values.

    Attributes
    ----------
    low, step : float
        Lower end of the first bin and width of each, in the units of the values.
    bins : int
    bandwidth : float
        Standard deviation of the Gaussian kernel, in the units of the values.
    weights : numpy.ndarray of float
        From ``-reach`` to ``+reach`` bins away; they sum to 1.
    """

    low: float
    step: float
    bins: int
    bandwidth: float
    weights: NDArray[np.float64]

    @property
    def reach(self) -> int:
        """How many bins to either side a value counts in."""
        return len(self.weights) // 2

    @property
    def centres(self) -> NDArray[np.float64]:
        """Middle of each bin."""
        return np.asarray(self.low + (np.arange(self.bins) + 0.5) * self.step, dtype=np.float64)

    def bin(self, values: ArrayLike) -> NDArray[np.int64]:
        """Return each value's bin; a missing or infinite value gets -1."""
        values = np.asarray(values, dtype=float)
        finite = np.isfinite(values)
        bins = np.full(values.shape, -1, dtype=np.int64)
        places = np.floor((values[finite] - self.low) / self.step)
        bins[finite] = np.clip(places, 0, self.bins - 1).astype(np.int64)
        return bins


def compute_density_grid(values: ArrayLike, low: float, high: float) -> DensityGrid:
    """Choose the grid and the bandwidth from the values themselves.

    Parameters
    ----------
    values : array of float
        Missing and infinite ones are left out.
    low, high : float
        Ends of the grid.

    Returns
    -------
    DensityGrid
        Its bandwidth is Silverman's (1986, eq. 3.31) ``0.9 min(sd, IQR / 1.34) n**(-1/5)``.
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    span = high - low
    bandwidth = min(max(_silverman(known), span / 60), span / 5)
    bins = int(np.clip(np.ceil(span / bandwidth * _STEPS_PER_BANDWIDTH), _MIN_BINS, _MAX_BINS))
    step = span / bins
    reach = max(1, int(np.ceil(_REACH * bandwidth / step)))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / bandwidth) ** 2)
    return DensityGrid(float(low), float(step), bins, float(bandwidth), weights / weights.sum())


def compute_density(grid: DensityGrid, bins: ArrayLike) -> NDArray[Any]:
    """Estimate the density of binned values.

    Parameters
    ----------
    grid : DensityGrid
    bins : array of int
        What ``grid.bin`` gave; negative ones are left out.

    Returns
    -------
    numpy.ndarray of float, shape (grid.bins,)
        Density per unit of the values at ``grid.centres``; zeros when there is no value.
    """
    bins = np.asarray(bins, dtype=np.int64)
    bins = bins[bins >= 0]
    if not len(bins):
        return np.zeros(grid.bins)
    counts = np.bincount(bins, minlength=grid.bins).astype(float)
    smooth = np.convolve(counts, grid.weights)[grid.reach : grid.reach + grid.bins]
    return np.asarray(smooth / (len(bins) * grid.step))


def _silverman(values: NDArray[np.float64]) -> float:
    if len(values) < 2:
        return 0.0
    spread = float(np.std(values, ddof=1))
    upper, lower = np.percentile(values, [75, 25])
    if upper > lower:
        spread = min(spread, float(upper - lower) / 1.34)
    return 0.9 * spread * len(values) ** -0.2
