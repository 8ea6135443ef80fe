"""How far the best trials are distributed otherwise than all trials, per hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

TOP = 0.1
FEWEST_IN_TOP = 5  # a density of fewer is the picture of a few accidents
_MOST_TRIALS = 1000  # more are sampled
_SHUFFLES, _HALVES = 200, 40
_BLOCK = 20  # consecutive trials among which chance is thought to shuffle
_INTERVAL = (5, 95)  # percent
_GRID = 50
_NARROWEST = 0.5 / 1.64  # of a kernel, in cells, so that nine tenths of it lie in one
_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Column:
    """One hyperparameter's trials on a grid.

    Attributes
    ----------
    cells : numpy.ndarray
        Of each of all trials.
    size : int
        Cells of the grid.
    ordered : bool
        False for categories.
    here : numpy.ndarray
        Places of the trials in which it is live.
    """

    cells: Ints
    size: int
    ordered: bool
    here: Ints

    @cached_property
    def every(self) -> Floats:
        """The density of its trials."""
        return self.density(self.cells[self.here])

    def diverge(self, best: Ints) -> float:
        """Return the Pearson divergence of the best trials' cells from all; 0 if alike."""
        return float(self.every @ (self.density(best) / self.every - 1) ** 2)

    def density(self, cells: Ints) -> Floats:
        """Estimate the probability of each cell of the grid."""
        counts = np.bincount(cells, minlength=self.size).astype(np.float64)
        if self.ordered and len(cells):
            counts = counts @ _kernels(counts, self.size)
        return np.asarray((counts + 1 / self.size) / (len(cells) + 1))


@dataclass(frozen=True, eq=False)
class Reach:
    """Each hyperparameter's part in what tells the best tenth from the rest.

    Attributes
    ----------
    shares : numpy.ndarray, hyperparameters × 3
        Mean, low and high (90 % interval; three times the mean if nothing is trusted); means sum
        to 1, or are 0.
    chance : numpy.ndarray
        What the share of each would have to exceed: in 19 of 20 searches in which nothing decides,
        none does.
    in_top : int
        Trials in the best tenth; 0 if all are equal.
    trusted : bool
        Whether any share exceeds its chance.
    """

    shares: Floats
    chance: Floats
    in_top: int
    trusted: bool


def measure_reach(
    units: Floats,
    values: Floats,
    levels: Ints,
    group: Ints,
    live: Bools,
    sign: int,
    *,
    seed: int = 0,
) -> Reach:
    """Measure each hyperparameter's divergence of the best tenth from all, less what chance gives.

    The estimator is that of PED-ANOVA (Watanabe, Bansal & Hutter, 2023, "PED-ANOVA: Efficiently
    Quantifying Hyperparameter Importance in Arbitrary Subspaces"): the Pearson divergence of two
    Parzen estimates on a grid of 50 cells, with Scott's bandwidth (1992) and a uniform prior of one
    trial's weight. The best tenth is that of each group. What chance gives is measured by shuffling
    which trials are among the best, between trials that have the hyperparameter and ran at about
    the same time: an adaptive search has late trials that are good and that are alike. The mean of
    200 shuffles is subtracted; the line of chance is the 95 % quantile of the largest of all
    hyperparameters (the maximum of shadows, after Kursa & Rudnicki, 2010, Boruta). Intervals are
    quantiles over random halves of the trials, whose spread is that of a sample of twice their
    number. Of more than 1,000 trials, a random 1,000 are used.

    Parameters
    ----------
    units : numpy.ndarray, trials × hyperparameters
        In the order in which they ran, on the scales from 0 to 1.
    values : numpy.ndarray
        The objective.
    levels : numpy.ndarray
        How many values each can have: 0 for a number, c for categories, -c for values in order.
    group : numpy.ndarray
        Of each trial.
    live : numpy.ndarray, trials × hyperparameters
        Where each is set and not fixed.
    sign : int
        1 when larger is better, -1 when smaller is.
    seed : int

    Returns
    -------
    Reach
    """
    rng = np.random.default_rng(seed)
    if len(values) > _MOST_TRIALS:
        some = np.sort(rng.choice(len(values), _MOST_TRIALS, replace=False))
        units, values, group, live = units[some], values[some], group[some], live[some]
    trials, d = live.shape
    in_top = math.ceil(TOP * trials) if trials and np.ptp(values) > 0 else 0
    if in_top < FEWEST_IN_TOP or not live.any():
        return Reach(np.zeros((d, 3)), np.zeros(d), in_top, False)
    columns = [_make_column(units[:, j], int(levels[j]), live[:, j]) for j in range(d)]
    best, block = _find_best(values, group, sign), _find_blocks(group)
    own = _diverge(best, columns)
    shuffled = np.array([_diverge(best, columns, block, rng) for _ in range(_SHUFFLES)])
    mean, deviation = shuffled.mean(axis=0), np.maximum(shuffled.std(axis=0), _TINY)
    excess = np.maximum(own - mean, 0)
    largest = np.quantile(((shuffled - mean) / deviation).max(axis=1), 0.95)
    whole = excess.sum()
    if whole == 0:
        return Reach(np.zeros((d, 3)), np.zeros(d), in_top, False)
    shares, chance = excess / whole, largest * deviation / whole
    low = high = shares
    trusted = bool((shares > chance).any())
    if trusted:  # or nobody will ask for intervals
        low, high = _interval(units, values, levels, group, live, sign, rng)
    bounds = np.stack([shares, np.minimum(low, shares), np.maximum(high, shares)], axis=1)
    return Reach(bounds, chance, in_top, trusted)


def _make_column(units: Floats, level: int, live: Bools) -> Column:
    size = level if level > 0 else min(-level or _GRID, _GRID)
    cells = np.clip(np.floor(np.nan_to_num(units) * size), 0, size - 1).astype(np.int64)
    return Column(cells, size, level <= 0, np.flatnonzero(live))


def _find_best(values: Floats, group: Ints, sign: int) -> Bools:
    """Tell which trials are in the best tenth, by their place in their group."""
    place = np.empty(len(values))
    for g in np.unique(group):
        mine = np.flatnonzero(group == g)
        order = np.argsort(-sign * values[mine], kind="stable")
        place[mine[order]] = (np.arange(len(mine)) + 0.5) / len(mine)
    best = np.zeros(len(values), bool)
    best[np.argsort(place, kind="stable")[: math.ceil(TOP * len(values))]] = True
    return best


def _find_blocks(group: Ints) -> Ints:
    """Number runs of consecutive trials of a group."""
    block = np.zeros(len(group), np.int64)
    first = 0
    for g in np.unique(group):
        mine = np.flatnonzero(group == g)
        count = max(1, round(len(mine) / _BLOCK))
        block[mine] = first + np.arange(len(mine)) * count // len(mine)
        first += count
    return block


def _diverge(
    best: Bools,
    columns: Sequence[Column],
    block: Ints | None = None,
    rng: np.random.Generator | None = None,
) -> Floats:
    """Return each one's divergence among its trials, by their part of all.

    With blocks, the best are shuffled among the trials of each that have the hyperparameter.
    """
    found = np.zeros(len(columns))
    for place, column in enumerate(columns):
        here = column.here
        chosen = here[best[here]]
        if block is not None and rng is not None:
            sorted_best = best[here[np.argsort(block[here], kind="stable")]]
            chosen = here[np.argsort(block[here] + rng.uniform(size=len(here)))][sorted_best]
        if len(here):
            found[place] = len(here) / len(best) * column.diverge(column.cells[chosen])
    return found


def _interval(
    units: Floats,
    values: Floats,
    levels: Ints,
    group: Ints,
    live: Bools,
    sign: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return the interval of shares over random halves of the trials."""
    own, chance = [], []
    for _ in range(_HALVES):
        some = np.sort(rng.choice(len(values), len(values) // 2, replace=False))
        best = _find_best(values[some], group[some], sign)
        columns = [
            _make_column(units[some, j], int(level), live[some, j])
            for j, level in enumerate(levels)
        ]
        own.append(_diverge(best, columns))
        chance.append(_diverge(best, columns, _find_blocks(group[some]), rng))
    excess = np.maximum(np.array(own) - np.mean(chance, axis=0), 0)
    shares = excess / np.maximum(excess.sum(axis=1, keepdims=True), _TINY)
    low, high = np.percentile(shares, _INTERVAL, axis=0)
    return low, high


def _kernels(counts: Floats, size: int) -> Floats:
    """Return a normal kernel around every cell, cut off at both ends, cells × cells."""
    from scipy.special import ndtr  # dear to import: who only draws shouldn't wait for it

    places, total = np.arange(size), counts.sum()
    mean = counts @ places / total
    deviation = math.sqrt(counts @ (places - mean) ** 2 / max(1.0, total - 1))
    cumulative = np.cumsum(counts)
    quartiles = np.searchsorted(cumulative, [total // 4, total * 3 // 4])
    spread = min(deviation, float(quartiles[1] - quartiles[0]) / 1.34)
    width = max(1.059 * spread * total**-0.2, _NARROWEST)
    ends = (np.arange(size + 1) - 0.5 - places[:, None]) / width
    mass = np.diff(ndtr(ends), axis=1)
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))
