"""Where the next search should look: boxes proposed and judged by functions that fit the trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.advice import gaussian_process
from amtviz.analysis.advice.gaussian_process import GaussianProcess
from amtviz.analysis.scale import Scale

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

IDLE = 2.5  # natural logs of likelihood that a hyperparameter has to be worth
_MOST = 300  # trials that it learns from: the best third of these, and others at random
_EVERYWHERE, _NEAR = 1000, 500  # candidates
_NEAR_TRIALS = 8  # the best ones, as expected
_STEP = 0.08  # standard deviation of a candidate around its trial
_DRAWS = 200
_SHARES = (0.03, 0.08, 0.15, 0.25, 0.35, 0.45)  # of the optima beyond each end of a box
_MARGINS = (0.04, 0.1)
_HALVES = (0.1, 0.2, 0.3)  # of boxes around the trial that is expected to be the best
_RARE = 0.3  # share of the optima with a category, of an even share, to keep it
_SECOND, _ROUNDS = 25, 3  # trials of a second round, and how many rounds a function is asked
_DECIDING = 10  # values at most of a column that decides whether another is set


@dataclass(frozen=True, eq=False)
class Box:
    """A part of the ranges: ends on the scales from 0 to 1, and codes of categories."""

    low: Floats
    high: Floats
    kept: tuple[Ints, ...]

    def holds(self, points: Floats, counts: Ints, slack: float = 0.0) -> Bools:
        """Tell for each value of each point whether it lies inside; a missing one does."""
        inside = (points >= self.low - slack) & (points <= self.high + slack) | np.isnan(points)
        for place in np.flatnonzero(counts):
            found = np.isin(to_codes(points[:, place], counts[place]), self.kept[place])
            inside[:, place] = found | np.isnan(points[:, place])
        return np.asarray(inside)


@dataclass(frozen=True, eq=False)
class Promising:
    """What a model of the trials expects.

    Attributes
    ----------
    boxes : tuple of Box
        Where one may search next; each is the whole range of what is idle.
    wins, cut : numpy.ndarray
        The chance that 25 random trials in each beat 25 in the whole ranges, and the share of
        the optima that it cuts off.
    optima : numpy.ndarray, functions × hyperparameters
        Where each drawn function is best.
    idle : numpy.ndarray of bool
        Hyperparameters without which the trials are explained as well.
    r2 : float
        How well it predicts each trial from all others, on normal scores of the objective.
    """

    boxes: tuple[Box, ...]
    wins: Floats
    cut: Floats
    optima: Floats
    idle: Bools
    r2: float

    def choose(self, caution: float) -> Box:
        """Return the box that pays best, if an optimum cut off costs `caution` chances to win."""
        return self.boxes[int(np.argmax(self.wins - caution * self.cut))]


def find_promising(
    units: Floats, score: Floats, scales: Sequence[Scale], seed: int = 0
) -> Promising:
    """Propose parts of the ranges for a second search, and judge them.

    A Gaussian process learns the normal scores of the objective, and functions that fit the trials
    are drawn from it (Thompson 1933). Their optima, among candidates everywhere and near the best
    trials (as Eriksson et al. 2019, "Scalable global optimization via local Bayesian
    optimization"), propose boxes of several sizes; some more stand around the best trial. Other
    draws judge them: by the chance that 25 random trials in the box beat 25 in the whole ranges. A
    hyperparameter is left whole if the likelihood of the trials falls by less than 2.5 natural
    logs without it.

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
    from threadpoolctl import threadpool_limits  # dear to import

    rng = np.random.default_rng(seed)
    rows = _choose(score, rng)
    # threads of BLAS cost more than they save on matrices this small
    with threadpool_limits(1, user_api="blas"):
        model = gaussian_process.fit(units[rows], _normal_scores(score[rows]), scales)
        space = _Space.of(units[rows], scales)
        # without what decides, what it decides about would tell as much
        idle = (model.evidence < IDLE) & ~space.deciding
        optima = _draw_optima(model, space, rng)
        centre = model.units[np.argmax(model.mean(model.units))]
        boxes = [
            _propose(optima, centre, share, margin, idle, space.counts)
            for share in _SHARES
            for margin in _MARGINS
        ]
        boxes += [_around(centre, half, idle, boxes[-1].kept) for half in _HALVES]
        wins = _judge(model, space, boxes, rng)
    cut = [1 - box.holds(optima, space.counts, 0.02).all(axis=1).mean() for box in boxes]
    return Promising(tuple(boxes), wins, np.array(cut), optima, idle, model.r2)


def to_codes(units: Floats, count: int) -> Ints:
    """Return the category of each unit; -1 where missing."""
    codes = np.clip(np.floor(units * count), 0, count - 1)
    return np.where(np.isnan(units), -1, codes).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Space:
    """Where candidates come from: all ranges, set and missing as the trials show it.

    Attributes
    ----------
    units : numpy.ndarray, trials × hyperparameters
    counts : numpy.ndarray of int
        Categories; 0 for a number.
    deciding : numpy.ndarray of bool
        Columns whose value decides whether others are set.
    """

    units: Floats
    counts: Ints
    deciding: Bools

    @classmethod
    def of(cls, units: Floats, scales: Sequence[Scale]) -> _Space:
        missing = np.isnan(units)
        deciding = np.array([_decides(column, missing) for column in units.T])
        return cls(units, np.array([len(scale.categories) for scale in scales]), deciding)

    @property
    def whole(self) -> Box:
        width = len(self.counts)
        return Box(np.zeros(width), np.ones(width), tuple(np.arange(c) for c in self.counts))

    def sample(self, box: Box, count: int, rng: np.random.Generator) -> Floats:
        """Draw points of a box, each set and missing as in some trial."""
        points = box.low + rng.uniform(size=(count, len(box.low))) * (box.high - box.low)
        for place in np.flatnonzero(self.counts):
            points[:, place] = (rng.choice(box.kept[place], count) + 0.5) / self.counts[place]
        if np.isnan(self.units).any():
            fits = box.holds(self.units, self.counts)[:, self.deciding].all(axis=1)
            trials = self.units[fits] if fits.any() else self.units
            like = trials[rng.integers(0, len(trials), count)]
            points = np.where(self.deciding | np.isnan(like), like, points)
        return points

    def near(self, centres: Floats, count: int, rng: np.random.Generator) -> Floats:
        """Draw points near some: few numbers moved a little, few categories exchanged."""
        points = centres[rng.integers(0, len(centres), count)]
        moved = rng.normal(size=points.shape) * _STEP * (rng.uniform(size=points.shape) < 0.7)
        other = self.sample(self.whole, count, rng)
        exchanged = np.where(rng.uniform(size=points.shape) < 0.1, other, points)
        changed = np.where(self.counts > 0, exchanged, np.clip(points + moved, 0, 1))
        return np.where(self.deciding | np.isnan(points) | np.isnan(changed), points, changed)


def _decides(column: Floats, missing: Bools) -> bool:
    """Whether its value says of every trial if some other column is set."""
    values = np.unique(column[~np.isnan(column)])
    if not 2 <= len(values) <= _DECIDING:
        return False
    shares = np.array([missing[column == value].mean(axis=0) for value in values])
    decided = np.isin(shares, (0.0, 1.0)).all(axis=0)
    return bool((decided & (np.ptp(shares, axis=0) > 0)).any())


def _choose(score: Floats, rng: np.random.Generator) -> Ints:
    order = np.argsort(-score, kind="stable")
    if len(order) <= _MOST:
        return order
    best = _MOST // 3
    return np.concatenate([order[:best], rng.choice(order[best:], _MOST - best, replace=False)])


def _normal_scores(values: Floats) -> Floats:
    """Return each value's place in a normal distribution: outliers and units don't matter."""
    shares = (pd.Series(values).rank().to_numpy() - 0.5) / len(values)
    normal = NormalDist()
    scores = np.array([normal.inv_cdf(share) for share in shares])
    return np.asarray(scores / scores.std())


def _draw_optima(model: GaussianProcess, space: _Space, rng: np.random.Generator) -> Floats:
    best = np.argsort(-model.mean(model.units), kind="stable")[:_NEAR_TRIALS]
    candidates = np.vstack(
        [
            space.sample(space.whole, _EVERYWHERE, rng),
            space.near(model.units[best], _NEAR, rng),
        ]
    )
    return np.asarray(candidates[model.draw(candidates, _DRAWS, rng).argmax(axis=1)])


def _propose(
    optima: Floats, centre: Floats, share: float, margin: float, idle: Bools, counts: Ints
) -> Box:
    """Return the box of the middle optima and the centre; all of what is idle."""
    width = len(counts)
    low, high, kept = np.zeros(width), np.ones(width), [np.arange(count) for count in counts]
    for place in np.flatnonzero(~idle):
        values = optima[np.isfinite(optima[:, place]), place]
        if not len(values):
            continue
        if counts[place]:
            codes = to_codes(values, counts[place])
            shares = np.bincount(codes, minlength=counts[place]) / len(codes)
            keep = shares >= _RARE / counts[place]
            if np.isfinite(centre[place]):
                keep[to_codes(centre[place : place + 1], counts[place])] = True
            kept[place] = np.flatnonzero(keep)
        else:
            ends = [*np.quantile(values, [share, 1 - share]), centre[place]]
            low[place] = max(0.0, np.nanmin(ends) - margin)
            high[place] = min(1.0, np.nanmax(ends) + margin)
    return Box(low, high, tuple(kept))


def _around(centre: Floats, half: float, idle: Bools, kept: tuple[Ints, ...]) -> Box:
    whole = idle | np.isnan(centre)
    low = np.where(whole, 0.0, np.clip(centre - half, 0, 1))
    return Box(low, np.where(whole, 1.0, np.clip(centre + half, 0, 1)), kept)


def _judge(
    model: GaussianProcess, space: _Space, boxes: Sequence[Box], rng: np.random.Generator
) -> Floats:
    """Return each box's chance that a round in it beats one in the whole ranges."""
    size = _SECOND * _ROUNDS
    points = np.vstack([space.sample(box, size, rng) for box in [space.whole, *boxes]])
    draws = model.draw(points, _DRAWS, rng)
    best = draws.reshape(_DRAWS, len(boxes) + 1, _ROUNDS, _SECOND).max(axis=3)
    return np.asarray((best[:, 1:, :, None] > best[:, :1, None, :]).mean(axis=(0, 2, 3)))
