"""Searches of many kinds, many seeds at once: values in the order of finish, more is better."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.claims.gaussian_search import search_by_gaussian_process
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
    """Search by univariate TPE after 10 random trials, in ``slots`` at once."""
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


def _brackets(goal: SearchObjective, rng: np.random.Generator, seeds: int, trials: int) -> Floats:
    """Search by synchronous Hyperband: brackets of 27, 12, 6 and 4 trials one after the other."""
    sample = goal(rng.uniform(size=(400, goal.dimensions)), rng)
    unit = np.subtract(*np.percentile(sample, [75, 25])) or sample.std()
    found: list[Floats] = []
    while sum(part.shape[1] for part in found) < trials:
        for count, first in ((27, 1), (12, 3), (6, 9), (4, 27)):
            ends = goal(rng.uniform(size=(seeds, count, goal.dimensions)), rng)
            slow = np.exp(rng.normal(size=ends.shape) * 0.5)
            for rung in [rung for rung in (1, 3, 9, 27) if rung >= first]:
                values = ends - 1.5 * unit * slow * (rung**-0.7 - 27**-0.7)
                kept = max(1, ends.shape[1] // 3) if rung < 27 else 0
                order = (-values).argsort(axis=1)
                stopped = np.sort(order[:, kept:], axis=1)
                found.append(np.take_along_axis(values, stopped, 1))
                ends, slow = (np.take_along_axis(a, order[:, :kept], 1) for a in (ends, slow))
    return np.concatenate(found, axis=1)[:, :trials]


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
    "Gaussian process": search_by_gaussian_process,
    "evolution": _evolution,
    "asynchronous halving": _halving,
    "synchronous Hyperband": _brackets,
}
