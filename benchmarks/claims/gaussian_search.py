"""A search by the expected improvement of a Gaussian process, many seeds at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.claims.search_objectives import SearchObjective

Floats = NDArray[np.float64]


def search_by_gaussian_process(
    goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int
) -> Floats:
    """Start with 8 random trials; the kernel is fitted again every ten."""
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
