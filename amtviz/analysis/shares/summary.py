"""Shares of the variance of one trial's objective, with calibrated 90 % intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from amtviz.analysis.shares.basis import Bools, Floats, Ints
from amtviz.analysis.shares.sample import Sample
from amtviz.analysis.shares.tame import measure_untried

NAMED = 0.03  # least lower end of a share for which a hyperparameter is said to matter
PAIR_NAMED = 0.02  # the same of a pair
_COMBINED, _NOISY = 0.2, 0.3  # combinations above this matter if noise is below that
# calibrated on planted functions: see benchmarks/calibration.py
_MARGIN = 0.002  # least
_SHORT = 0.3  # part of the noise that steps and short waves may be
_FAR, _UNSEEN = 0.1, 0.12  # parts of the ranges, of the categories, that were never tried
_MOST_ABOVE, _MOST_ABOVE_AMONG = 0.03, 0.05
_ALIKE = 0.08  # standard deviation from which two shares that add up are looked at as one
_OPPOSED = -0.9  # least correlation of such shares
_MANY = 0.5  # categories per trial from which on nothing can be told


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares; the last axis of each array is mean, low and high.

    ``within`` + ``combined`` + ``noise`` are 1: all that varies within groups.

    Attributes
    ----------
    group : numpy.ndarray
        What lies between groups, as a part of everything; 0 if there is only one.
    first, total : numpy.ndarray, hyperparameters × 3
        What each explains alone, and with all others, as a part of everything.
    within : numpy.ndarray, hyperparameters × 3
        What each explains alone, as a part of what varies within groups: the figure to rank by.
    among : numpy.ndarray, hyperparameters × 3
        The same, among the trials in which it is live.
    pairs : dict
        Of two places, ascending: what only both together explain, as a part of what varies within
        groups.
    combined, noise : numpy.ndarray
        What only several together explain, and what nothing does, likewise.
    together : dict
        Pairs that moved together, so that only the sum of their shares (within groups) is known.
    most : numpy.ndarray
        Probability of each to explain the most alone.
    told : numpy.ndarray
        False where nothing can be told: it never varied within a group, or has more than half as
        many categories as there are trials.
    live : numpy.ndarray
        Part of the trials in which each can have an effect.
    ranked : bool
        Whether any can be said to matter.
    untried : float
        Part of the ranges that no trial came near, beyond what random trials leave.
    """

    group: Floats
    first: Floats
    total: Floats
    within: Floats
    among: Floats
    pairs: dict[tuple[int, int], Floats]
    combined: Floats
    noise: Floats
    together: dict[tuple[int, int], Floats]
    most: Floats
    told: Bools
    live: Floats
    ranked: bool
    untried: float


def sum_up(sample: Sample, *, seed: int = 0) -> Shares:
    """Sum up draws as means and 90 % intervals.

    Intervals are quantiles of the draws, wider by what was found missing on planted functions: by
    part of the noise (steps and short waves pass for noise, and may belong to anything), of the
    ranges that no trial came near, and of categories that were never tried.

    Parameters
    ----------
    sample : Sample
    seed : int

    Returns
    -------
    Shares
    """
    effects, layout, columns = sample.effects, sample.layout, sample.layout.columns
    left = 1 - effects.group
    first, total = effects.first * left, effects.total * left
    far, own_far, gaps = _measure_untried(sample, seed)
    unseen = _MARGIN + _UNSEEN * float(total[columns].mean(axis=1) @ gaps)
    margin = _FAR * far + unseen
    noise = float(effects.noise.mean())
    short = _SHORT * noise
    live = layout.live.mean(axis=0)
    reach = effects.reach.mean(axis=1) * left.mean()  # the variance among those that have it
    own_margin = np.maximum(margin, _MARGIN + _FAR * own_far)
    thin = np.maximum(margin, own_margin * reach)
    own_short = _SHORT / 2 * np.minimum(noise * live / np.maximum(reach, 1e-9), 1)
    above = np.minimum(own_short, _MOST_ABOVE)
    above_among = np.minimum(own_short, _MOST_ABOVE_AMONG)
    result = Shares(
        group=_interval(effects.group, 5, margin) if layout.groups > 1 else np.zeros(3),
        first=_interval(first, 5, thin, above=min(short / 2, _MOST_ABOVE)),
        total=_interval(total, 2.5, margin, above=short),
        within=_interval(effects.first, 5, thin, above=above),
        among=_interval(effects.among, 5, own_margin, above=above_among),
        pairs={
            pair: _interval(draws, 2.5, margin, above=short)
            for pair, draws in effects.pairs.items()
        },
        combined=_interval(effects.combined, 2.5, margin, above=short),
        noise=_interval(effects.noise, 2.5, margin, below=short),
        together=_find_together(effects.first, columns.tolist(), margin),
        most=np.bincount(first.argmax(axis=0), minlength=len(live)) / first.shape[1],
        told=_can_tell(sample, live),
        live=live,
        ranked=False,
        untried=far,
    )
    for shares in (result.first, result.total, result.within, result.among):
        shares[live == 0] = 0.0
    return replace(result, ranked=not sample.constant and _matters(result))


def _interval(
    draws: Floats,
    tail: float,
    margin: float | Floats,
    *,
    below: float | Floats = 0.0,
    above: float | Floats = 0.0,
) -> Floats:
    """Return mean, low and high over the last axis, so many percent cut off at either end."""
    low, high = np.percentile(draws, (tail, 100 - tail), axis=-1)
    low, high = np.maximum(low - margin - below, 0), np.minimum(high + margin + above, 1)
    return np.stack([draws.mean(axis=-1), low, high], axis=-1)


def _measure_untried(sample: Sample, seed: int) -> tuple[float, Floats, Floats]:
    """Measure what was never tried: of all; among the trials that have each; categories."""
    layout, categories = sample.layout, np.maximum(sample.levels, 0)

    def measure(trials: Ints, columns: Ints) -> tuple[float, Floats]:
        return measure_untried(sample.units[trials][:, columns], categories[columns], seed)

    far, gaps = measure(np.arange(len(sample.units)), layout.columns)
    own = np.full(len(categories), far)
    for j in layout.columns:
        mine = np.flatnonzero(layout.live[:, j])
        if len(mine) < len(sample.units):
            own[j] = measure(mine, np.flatnonzero(layout.live[mine].all(axis=0)))[0]
    return far, own, gaps


def _find_together(
    first: Floats, columns: list[int], margin: float
) -> dict[tuple[int, int], Floats]:
    """Find pairs of which one explains what the other doesn't, draw by draw."""
    loose = [j for j in columns if first[j].std() > _ALIKE]
    found = {}
    for i, j in combinations(loose, 2):
        if np.corrcoef(first[i], first[j])[0, 1] < _OPPOSED:
            shares = _interval(first[i] + first[j], 5, margin)
            if shares[1] > NAMED:
                found[i, j] = shares
    return found


def _can_tell(sample: Sample, live: Floats) -> Bools:
    layout, trials = sample.layout, len(sample.units)
    tried = np.array([len(np.unique(layout.codes[own, j])) for j, own in enumerate(layout.live.T)])
    return (live > 0) & ~((sample.levels > 0) & (tried > _MANY * live * trials))


def _matters(shares: Shares) -> bool:
    """Tell whether anything can be said to matter: alone, as one of two, or combined."""
    alone = float(shares.within[shares.told, 1].max(initial=0))
    combined = shares.combined[1] > _COMBINED and shares.noise[2] < _NOISY
    return bool(alone > NAMED or shares.together or combined)
