"""Do importance's intervals hold, and is what it names right? Against known shares of variance."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from amtviz.analysis.effects.fit import fit_effects
from amtviz.analysis.effects.importance import REACHES, compute_importance
from benchmarks.claims.functions import (
    FUNCTIONS,
    GROUPED,
    GROUPED_KEPT_APART,
    KEPT_APART,
    NOISE,
    OBJECTIVE,
    PLAIN,
    Planted,
    find_truth,
)
from benchmarks.claims.importance_table import summarize
from benchmarks.claims.planted_searches import SIZES, search

__all__ = ["CLAIM", "cells", "measure", "summarize"]

CLAIM = "Which hyperparameters matter, by how much, and which together"
_SEEDS = {"noise": 20, "random": 8, "tpe": 8, "gp-ei": 6, "grouped": 8, "edges": 10}
_GROUPED_TRIALS = 120
_NOISE_TRIALS = (20, 50, 100)
_DIVERGED = 3


def cells(small: bool) -> Iterator[dict[str, Any]]:
    """Yield one for each search, of which every size is measured, and a few for edges and time."""
    if small:
        yield {"what": "shares", "function": "additive", "search": "random", "seed": 0}
        yield {"what": "grouped", "function": "jobs", "search": "random", "seed": 0}
        yield {"what": "noise", "function": "noise of 3", "seed": 0}
        yield {"what": "edges", "function": "bowl", "seed": 0}
        yield {"what": "time", "trials": 500, "columns": 10}
        return
    for trials in (500, 5000):
        yield {"what": "time", "trials": trials, "columns": 10}
    for seed in range(max(_SEEDS.values())):  # so that a part of a run has something of everything
        yield from _cells_of(seed)
    for seed in range(_SEEDS["gp-ei"]):  # by far the dearest
        yield from _plain(seed, "gp-ei")


def _plain(seed: int, kind: str) -> Iterator[dict[str, Any]]:
    for name in {**PLAIN, **KEPT_APART}:
        yield {"what": "shares", "function": name, "search": kind, "seed": seed}


def _cells_of(seed: int) -> Iterator[dict[str, Any]]:
    if seed < _SEEDS["noise"]:
        for name in NOISE:
            yield {"what": "noise", "function": name, "seed": seed}
    for kind in ("random", "tpe"):
        if seed < _SEEDS[kind]:
            yield from _plain(seed, kind)
    if seed < _SEEDS["grouped"]:
        for kind in ("random", "tpe"):
            for name in {**GROUPED, **GROUPED_KEPT_APART}:
                yield {"what": "grouped", "function": name, "search": kind, "seed": seed}
    if seed < _SEEDS["edges"]:
        for name in ("additive", "bowl", "categorical", "ten"):
            yield {"what": "edges", "function": name, "seed": seed}


def measure(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what amtviz says, and the truth."""
    if cell["what"] == "time":
        return _measure_time(cell["trials"], cell["columns"])
    planted, seed = FUNCTIONS[cell["function"]], cell["seed"]
    if cell["what"] == "edges":
        return _measure_edges(planted, seed)
    if cell["what"] == "grouped":
        sizes: tuple[int, ...] = (_GROUPED_TRIALS,)
    else:
        sizes = _NOISE_TRIALS if cell["what"] == "noise" else SIZES[cell["search"]]
    kind = cell.get("search", "random")
    made = {n: search(planted, kind, n, seed) for n in (sizes if kind == "random" else sizes[-1:])}
    whole = made[sizes[-1]]
    said = []
    for n in sizes:
        units, group, values = made.get(n) or tuple(part[:n] for part in whole)
        trials = planted.tabulate(units, group, values)
        said.append({"trials": n, **_say(trials, planted, seed)})
    truth = find_truth(cell["function"])
    return {
        "said": said,
        "truth": {
            "group": truth.group,
            "first": truth.first.tolist(),
            "total": truth.total.tolist(),
            "pairs": list(truth.pairs.values()),
            "combined": truth.combined,
            "noise": truth.noise,
        },
    }


def _say(trials: pd.DataFrame, planted: Planted, seed: int) -> dict[str, Any]:
    started = time.process_time()
    effects = fit_effects(trials, OBJECTIVE, planted.ranges, seed=seed)
    found = compute_importance(trials, OBJECTIVE, planted.ranges, effects=effects, seed=seed)
    spent = time.process_time() - started
    shares = effects.shares
    assert shares is not None
    reaches = found.of(REACHES).set_index("Hyperparameter").reindex(effects.names)
    above = reaches["Importance"] > reaches["Chance"]
    pairs = [shares.pairs[key].tolist() for key in sorted(shares.pairs)]
    return {
        "group": shares.group.tolist(),
        "first": shares.within.tolist(),
        "among": shares.among.tolist(),
        "pairs": pairs,
        "combined": shares.combined.tolist(),
        "noise": shares.noise.tolist(),
        "ranked": found.explains_trusted,
        "most": shares.most.tolist(),
        "reaching": above.tolist(),
        "seconds": round(spent, 2),
    }


def _measure_edges(planted: Planted, seed: int) -> dict[str, Any]:
    """Return how far shares move with diverged values, and with another unit."""
    units, group, values = search(planted, "random", 60, seed)
    diverged = values.copy()
    diverged[np.random.default_rng(seed).choice(60, _DIVERGED, replace=False)] = 1e6
    own = _shares(planted, units, group, values, seed)

    def moved(other: np.ndarray) -> float:
        return float(np.abs(_shares(planted, units, group, other, seed) - own).max())

    return {
        "diverged": moved(diverged),
        "tiny": moved(values * 1e-12),
        "huge": moved(values * 1e9 + 5e9),
    }


def _shares(
    planted: Planted, units: np.ndarray, group: np.ndarray, values: np.ndarray, seed: int
) -> np.ndarray:
    trials = planted.tabulate(units, group, values)
    shares = fit_effects(trials, OBJECTIVE, planted.ranges, seed=seed).shares
    assert shares is not None
    return shares.within[:, 0]


def _measure_time(trials: int, columns: int) -> dict[str, Any]:
    planted = Planted(FUNCTIONS["ten"].function, FUNCTIONS["ten"].ranges[:columns], noise=0.3)
    table = planted.tabulate(*search(planted, "random", trials, 0))
    started = time.process_time()
    compute_importance(table, OBJECTIVE, planted.ranges)
    return {"seconds": round(time.process_time() - started, 2)}
