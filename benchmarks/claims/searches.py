"""Searches of many kinds, many seeds at once: values in the order of finish, more is better."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.claims.search_objectives import HELD_APART, OBJECTIVES, SearchObjective

Floats = NDArray[np.float64]
Search = Callable[[SearchObjective, np.random.Generator, int, int], Floats]


@lru_cache(maxsize=8)
def run_searches(objective: str, kind: str, seeds: int, trials: int) -> Floats:
    """Run one kind of search so many times: an array of seeds x trials."""
    rng = np.random.default_rng(crc32(f"{objective}|{kind}".encode()))
    found = SEARCHES[kind]((OBJECTIVES | HELD_APART)[objective], rng, seeds, trials)
    found.flags.writeable = False
    return found


def _random(goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int) -> Floats:
    return goal(rng.uniform(size=(seeds, trials, goal.dimensions)), rng)


def _narrowed(goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int) -> Floats:
    """Search at random in ranges of 0.6 of the width, around the best of 500 points."""
    points = rng.uniform(size=(500, goal.dimensions))
    low = np.clip(points[goal(points, rng).argmax()] - 0.3, 0, 0.4)
    return goal(low + 0.6 * rng.uniform(size=(seeds, trials, goal.dimensions)), rng)


def _bandwidths(points: Floats) -> tuple[Floats, Floats]:
    """Return centres and widths of Parzen windows, with the prior's as the last (Bergstra 2011)."""
    seeds, count, dimensions = points.shape
    centres = np.sort(points, axis=1)
    edge = np.zeros((seeds, 1, dimensions))
    padded = np.concatenate([edge, centres, edge + 1], axis=1)
    gaps = np.diff(padded, axis=1)
    widths = np.maximum(gaps[:, 1:], gaps[:, :-1])
    if count > 1:  # at the ends, the neighbour's distance
        widths[:, 0], widths[:, -1] = gaps[:, 1], gaps[:, -2]
    widths = np.clip(widths, 1 / min(100, 1 + count), 1)
    return np.concatenate([centres, edge + 0.5], axis=1), np.concatenate([widths, edge + 1], axis=1)


def _tpe(
    goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int, slots: int = 1
) -> Floats:
    """Search by univariate TPE after 10 random trials; of ``slots`` at once, the last are unknown."""
    from scipy.special import ndtr, ndtri

    points, values = np.zeros((seeds, trials, goal.dimensions)), np.zeros((seeds, trials))

    def density(at: Floats, centres: Floats, widths: Floats) -> Floats:
        inside = ndtr((1 - centres) / widths) - ndtr(-centres / widths)
        far = (at[:, :, None] - centres[:, None]) / widths[:, None]
        mixed = np.exp(-0.5 * far**2) / (widths * inside)[:, None]
        return np.log(mixed.mean(axis=2) + 1e-300)

    for place in range(trials):
        known = place - slots + 1
        chosen = rng.uniform(size=(seeds, goal.dimensions))
        if known >= 10:
            order = (-values[:, :known]).argsort(axis=1, kind="stable")[:, :, None]
            sorted_points = np.take_along_axis(points[:, :known], order, 1)
            good = min(int(np.ceil(0.1 * known)), 25)
            below = _bandwidths(sorted_points[:, :good])
            above = _bandwidths(sorted_points[:, good:])
            pick = rng.integers(good + 1, size=(seeds, 24, goal.dimensions))
            centre, width = (np.take_along_axis(part, pick, 1) for part in below)
            low, high = ndtr(-centre / width), ndtr((1 - centre) / width)
            drawn = ndtri(low + (high - low) * rng.uniform(size=centre.shape))
            drawn = np.clip(centre + width * drawn, 0, 1)
            gain = (density(drawn, *below) - density(drawn, *above)).argmax(axis=1)
            chosen = np.take_along_axis(drawn, gain[:, None], 1)[:, 0]
        points[:, place], values[:, place] = chosen, goal(chosen, rng)
    return values


def _gaussian_process(
    goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int
) -> Floats:
    """Search by the expected improvement of a Gaussian process, after 8 random trials."""
    from scipy.special import ndtr

    dimensions, start = goal.dimensions, 8
    points, values = np.zeros((seeds, trials, dimensions)), np.zeros((seeds, trials))
    points[:, :start] = rng.uniform(size=(seeds, start, dimensions))
    values[:, :start] = goal(points[:, :start], rng)
    lengths, noise = np.full((seeds, dimensions), 0.5), np.full(seeds, 1e-3)
    for place in range(start, trials):
        seen, targets = points[:, :place], _standardize(values[:, :place])
        if place == start or place % 10 == 0:
            lengths, noise = _fit_kernel(seen, targets, lengths, noise, rng)
        inverse = np.linalg.inv(_covariance(seen, lengths, noise))
        weights = inverse @ targets[..., None]
        scale = (targets[..., None] * weights).sum((1, 2)) / place
        best = seen[np.arange(seeds), targets.argmax(1)][:, None]
        size = np.exp(rng.uniform(np.log(0.01), np.log(0.2), (seeds, 55, 1)))
        moved = rng.uniform(size=(seeds, 55, dimensions)) < max(0.5, 1 / dimensions)
        near = best + rng.normal(size=moved.shape) * size * moved
        tried = np.concatenate(
            [rng.uniform(size=(seeds, 110, dimensions)), np.clip(near, 0, 1)], axis=1
        )
        cross = _matern(tried, seen, lengths)
        spread = np.sqrt(np.maximum(1 - ((cross @ inverse) * cross).sum(-1), 1e-9) * scale[:, None])
        highest = (_matern(seen, seen, lengths) @ weights)[..., 0].max(1)[:, None]
        gap = ((cross @ weights)[..., 0] - highest) / spread
        gain = spread * (gap * ndtr(gap) + np.exp(-gap * gap / 2) / np.sqrt(2 * np.pi))
        chosen = np.take_along_axis(tried, gain.argmax(1)[:, None, None], 1)[:, 0]
        points[:, place], values[:, place] = chosen, goal(chosen, rng)
    return values


def _standardize(values: Floats) -> Floats:
    """Return scores for a Gaussian process, without far tails."""
    scores = values - np.median(values, axis=1, keepdims=True)
    spread = np.percentile(values, 90, axis=1) - np.percentile(values, 30, axis=1)
    spread = np.where(spread > 0, spread, values.std(axis=1) + 1e-9)
    scores = np.clip(scores / spread[:, None], -2, None)
    scores = np.where(scores > 3, 3 + np.log1p(np.maximum(scores - 3, 0)), scores)
    return scores - scores.mean(axis=1, keepdims=True)


def _matern(one: Floats, two: Floats, lengths: Floats) -> Floats:
    one, two = one / lengths[:, None], two / lengths[:, None]
    squares = (one * one).sum(-1)[:, :, None] + (two * two).sum(-1)[:, None]
    far = np.sqrt(5 * np.maximum(squares - 2 * one @ two.swapaxes(1, 2), 0))
    return (1 + far + far * far / 3) * np.exp(-far)


def _covariance(points: Floats, lengths: Floats, noise: Floats) -> Floats:
    return _matern(points, points, lengths) + np.eye(points.shape[1]) * (
        noise[:, None, None] + 1e-6
    )


def _fit_kernel(
    points: Floats, targets: Floats, lengths: Floats, noise: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Try 14 kernels and keep each seed's likeliest."""
    best, kept_lengths, kept_noise = np.full(len(points), -np.inf), lengths, noise
    for attempt in range(14):
        length, level = lengths, noise
        if attempt:
            step = rng.normal(size=lengths.shape) * 0.5
            near = np.clip(lengths * np.exp(step), 0.06, 5)
            wide = np.exp(rng.uniform(np.log(0.1), np.log(3), lengths.shape))
            length = near if attempt < 9 else wide
            level = np.exp(rng.uniform(np.log(1e-4), np.log(0.5), len(points)))
        factor = np.linalg.cholesky(_covariance(points, length, level))
        residual = np.linalg.solve(factor, targets[..., None])[..., 0]
        fit = -0.5 * points.shape[1] * np.log((residual**2).mean(1) + 1e-12)
        fit -= np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(1)
        fit -= 0.3 * (np.log(length / 0.6) ** 2).sum(1)
        better = fit > best
        best = np.where(better, fit, best)
        kept_lengths = np.where(better[:, None], length, kept_lengths)
        kept_noise = np.where(better, level, kept_noise)
    return kept_lengths, kept_noise


def _evolution(goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int) -> Floats:
    """Search by regularized evolution (Real 2019): the oldest of 20 dies, the best of 5 begets."""
    points, values = np.zeros((seeds, trials, goal.dimensions)), np.zeros((seeds, trials))
    rows = np.arange(seeds)
    for place in range(trials):
        chosen = rng.uniform(size=(seeds, goal.dimensions))
        if place >= 20:
            met = place - 20 + rng.integers(20, size=(seeds, 5))
            parent = met[rows, values[rows[:, None], met].argmax(1)]
            moved = rng.uniform(size=chosen.shape) < max(0.4, 1 / goal.dimensions)
            step = moved * rng.normal(size=chosen.shape) * 0.15
            chosen = np.clip(points[rows, parent] + step, 0, 1)
        points[:, place], values[:, place] = chosen, goal(chosen, rng)
    return values


def _halving(
    goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int, slots: int = 8
) -> Floats:
    """Halve asynchronously (Li 2020): rungs of 1, 3, 9 and 27, the best third goes on.

    A trial that stops early has the value that it had reached by then.
    """
    rungs, started = (1, 3, 9, 27), trials + slots + 2
    sample = goal(rng.uniform(size=(400, goal.dimensions)), rng)
    unit = np.subtract(*np.percentile(sample, [75, 25])) or sample.std()
    ends = goal(rng.uniform(size=(seeds, started, goal.dimensions)), rng)
    slow, speed = (np.exp(rng.normal(size=ends.shape) * size) for size in (0.5, 0.3))
    values = np.zeros((seeds, trials))
    for seed in range(seeds):
        reached: list[list[float]] = [[] for _ in rungs]
        running = [(speed[seed, trial], trial, 0) for trial in range(slots)]
        heapq.heapify(running)
        following, found = slots, []
        while len(found) < trials:
            now, trial, rung = heapq.heappop(running)
            short = slow[seed, trial] * (rungs[rung] ** -0.7 - rungs[-1] ** -0.7)
            value = ends[seed, trial] - 1.5 * unit * short
            reached[rung].append(value)
            others = np.array(reached[rung])
            promoted = len(others) < 3 or (others > value).sum() < len(others) // 3
            if rung < len(rungs) - 1 and promoted:
                longer = speed[seed, trial] * (rungs[rung + 1] - rungs[rung])
                heapq.heappush(running, (now + longer, trial, rung + 1))
                continue
            found.append(value)
            if following < started:
                heapq.heappush(running, (now + speed[seed, following], following, 0))
                following += 1
        values[seed] = found
    return values


def _optuna(goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int) -> Floats:
    """Search by Optuna's own TPE."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    values = np.zeros((seeds, trials))
    for seed in range(seeds):
        study = optuna.create_study(
            direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed)
        )
        for place in range(trials):
            trial = study.ask()
            point = [trial.suggest_float(f"x{i}", 0, 1) for i in range(goal.dimensions)]
            values[seed, place] = goal(np.array([point]), rng)[0]
            study.tell(trial, values[seed, place])
    return values


SEARCHES: dict[str, Search] = {
    "random": _random,
    "random, narrowed": _narrowed,
    "TPE": _tpe,
    "TPE, 8 slots": lambda *given: _tpe(*given, slots=8),
    "Optuna's TPE": _optuna,
    "Gaussian process": _gaussian_process,
    "evolution": _evolution,
    "asynchronous halving": _halving,
}
