"""The objective on a scale that no outlier and no unit bends, and where a search didn't look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from amtviz.analysis.shares.basis import Bools, Floats, Ints, to_codes

_POINTS = 2048  # that stand for the whole ranges
_FENCE = 3.0  # interquartile ranges beyond the quartiles (Tukey's far fence)
_ACCIDENTS = 0.1  # most wild values that can be accidents, of all trials
_LEVEL = 0.03  # of the test whether anything foretells them
_REACHED = 0.95  # of the ranges: nearer to a random trial than the rest


def compute_volumes(units: Floats, rng: np.random.Generator) -> Floats:
    """Return the part of the ranges that lies nearest to each trial.

    That is what a trial stands for, wherever else a search has looked.
    """
    points = rng.uniform(size=(_POINTS, units.shape[1]))
    tree = cKDTree(units + 1e-9 * rng.normal(size=units.shape))  # equal ones share
    counts = np.bincount(tree.query(points)[1], minlength=len(units)) + 0.1
    return np.asarray(counts / counts.sum())


def tame(values: Floats, volumes: Floats) -> Floats:
    """Move diverged values to the worst ordinary one, on either side.

    Diverged is what lies beyond Tukey's far fence and beyond either a tenfold gap or five times
    the distance of the 90 % quantile, quantiles being those of the ranges, not of the trials.

    Parameters
    ----------
    values, volumes : numpy.ndarray
        The objective, and what each trial stands for (see `compute_volumes`).

    Returns
    -------
    numpy.ndarray
    """
    values = values.astype(np.float64)

    def quantiles(numbers: Floats, at: float | Sequence[float]) -> Floats:
        order = np.argsort(numbers)
        places = np.cumsum(volumes[order]) - volumes[order] / 2
        return np.asarray(np.interp(at, places, numbers[order]))

    middle = float(quantiles(values, 0.5))
    for sign in (1, -1):
        away = sign * (values - middle)
        q25, q75, q90 = quantiles(away, [0.25, 0.75, 0.9])
        near = q75 + _FENCE * (q75 - q25)
        wide = max(near, 5 * q90, float(np.quantile(away, 0.9)))
        ordered = np.sort(away)
        limit = ordered[ordered <= near][-1]
        for value in ordered[ordered > near]:
            if value > 10 * max(limit, near / 2) or value > wide:
                break
            limit = value
        values = np.where(away > limit, middle + sign * limit, values)
    return values


def are_accidents(units: Floats, wild: Bools) -> bool:
    """Tell whether nothing foretells which trials diverged: few, and nowhere in particular."""
    if not wild.any() or wild.sum() > _ACCIDENTS * len(wild):
        return False
    from scipy.stats import ks_2samp, mannwhitneyu  # dear to import, seldom needed

    least = min(
        float(test(column[wild], column[~wild]).pvalue)
        for column in units.T
        for test in (mannwhitneyu, ks_2samp)
    )
    return least * 2 * units.shape[1] > _LEVEL


def spread_out(units: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Choose trials: half far from each other, so that thin regions are kept, half at random."""
    if len(units) <= count:
        return np.arange(len(units))
    chosen = [int(rng.integers(len(units)))]
    nearest = ((units - units[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(count // 2 - 1):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, ((units - units[chosen[-1]]) ** 2).sum(axis=1))
    chosen = sorted(set(chosen))
    left = np.setdiff1d(np.arange(len(units)), chosen)
    return np.sort(np.r_[chosen, rng.choice(left, count - len(chosen), replace=False)])


def measure_untried(units: Floats, levels: Ints, seed: int) -> tuple[float, Floats]:
    """Measure what a search never tried.

    Parameters
    ----------
    units : numpy.ndarray, trials × hyperparameters
    levels : numpy.ndarray
        Number of categories, 0 for numbers.
    seed : int

    Returns
    -------
    far : float
        Part of the ranges farther from any trial than 95 % of them are from as many random trials,
        less the 5 % that are so by chance.
    gaps : numpy.ndarray
        Part of the categories of each that was never tried.
    """
    rng = np.random.default_rng(seed)
    gaps = np.array(
        [
            1 - len(np.unique(to_codes(column, int(count)))) / count if count else 0.0
            for column, count in zip(units.T, levels, strict=True)
        ]
    )
    numbers = units[:, levels == 0]
    if not numbers.size:
        return 0.0, gaps
    points = rng.uniform(size=(_POINTS // 2, numbers.shape[1]))
    reach = np.mean(
        [
            np.quantile(cKDTree(rng.uniform(size=numbers.shape)).query(points)[0], _REACHED)
            for _ in range(3)
        ]
    )
    far = float(np.mean(cKDTree(numbers).query(points)[0] > reach))
    return max(far - (1 - _REACHED), 0.0), gaps
