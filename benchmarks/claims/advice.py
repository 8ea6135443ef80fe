"""Does the advice help? A second round in suggested ranges against others.

For each task, first round and seed, amtviz suggests ranges; 25 random trials there compete with 25
in the old ranges, and so do 25 in the box of the best fifth of the first round and in a box around
its best trial (a fifth of each range to both sides, and its categories). *Measured* is how often
the best of the second round beats that of the old ranges; ties count half. It is exact for the
trials at hand: the best of every 25 of a box's trials against the best of every 25 of 2,000 random
ones. Trials of the first round are in neither. Every trial is a real scikit-learn model,
cross-validated on one of scikit-learn's own data sets.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator
from functools import cache
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from amtviz import Hyperparameter, Objective
from amtviz.analysis import suggest_by_risk
from amtviz.analysis.advice.next_ranges import RISKS
from amtviz.analysis.scale import make_scale
from benchmarks.claims.advice_tasks import (
    HELD_OUT,
    TASKS,
    Ranges,
    Task,
    adaptive_search,
    category,
    search,
)

CLAIM = "The next search does better in the suggested ranges"
FIRST = {"25 random": 25, "50 random": 50, "100 random": 100, "50 adaptive": 50}
GOALS = {"50 random": 0.89, "100 random": 0.92, "50 adaptive": 0.90}
IDLE_GOAL = 0.10
SECOND = 25
OBJECTIVE = Objective("score", "Maximize")
_POOL, _SMALL_POOL = 2000, 200
_AT_LEAST = 35  # trials of a box
_AROUND = 0.2


def cells(small: bool) -> Iterator[dict[str, Any]]:
    """Return what there is to measure."""
    tasks = ["tree, digits"] if small else list(TASKS)
    for seed in range(1 if small else 10):
        for task in tasks:
            for first in ["50 random"] if small else FIRST:
                yield {"task": task, "first": first, "seed": seed, "small": small}
        for trials in [25] if small else [25, 50]:
            yield {"task": "planted", "first": f"{trials} random", "seed": seed, "small": small}


def measure(cell: dict[str, Any]) -> dict[str, Any]:
    """Measure one cell: by way to choose ranges, wins and what was narrowed."""
    if cell["task"] == "planted":
        return _measure_planted(FIRST[cell["first"]], cell["seed"])
    task = TASKS[cell["task"]]
    pool = _pool(cell["task"], _SMALL_POOL if cell["small"] else _POOL)
    if cell["first"] == "50 adaptive":
        first, rest = adaptive_search(task, FIRST[cell["first"]], cell["seed"]), pool
    else:
        order = np.random.default_rng([cell["seed"], FIRST[cell["first"]]]).permutation(len(pool))
        count = FIRST[cell["first"]]
        first, rest = pool.iloc[order[:count]], pool.iloc[order[count:]]
    ways = _suggested(task.ranges, first)
    ways |= {"best fifth": _best_fifth(task, first), "around the best": _around_best(task, first)}
    result = {}
    for way, ranges in ways.items():
        seed = [cell["seed"], zlib.crc32(way.encode())]
        result[way] = {
            "win": _chance(_second_round(task, ranges, rest, seed), rest["score"].to_numpy()),
            "narrowed": [
                new != old
                for new, old in zip(ranges, task.ranges, strict=True)
                if old.name in task.idle
            ],
        }
    return result


def summarize(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> pd.DataFrame:
    """Return a row for each claim and data; columns Claim, Data, Nominal, Goal, Measured, N."""
    rows = [
        {**cell, "way": way, "win": found.get("win"), "idle": found["narrowed"]}
        for cell, result in results
        for way, found in result.items()
    ]
    table = pd.DataFrame(rows)
    table["held"] = table["task"].isin(HELD_OUT)
    made = []
    real = table[table["task"] != "planted"]
    for (first, held, way), part in real.groupby(["first", "held", "way"], sort=False):
        tasks = "tasks never tuned on" if held else "tasks tuned on"
        goal = GOALS.get(first) if way in RISKS else None
        by_task = part.groupby("task")["win"].mean()
        made.append(
            (f"{way} beats the old ranges", f"{first}, {tasks}", goal, by_task.mean(), len(part))
        )
    for (first, way), part in table.groupby(["first", "way"], sort=False):
        flags = [flag for found in part["idle"] for flag in found]
        if flags and way in RISKS:
            data = f"{first}, planted and real"
            made.append(
                (f"{way} narrows what is idle", data, IDLE_GOAL, np.mean(flags), len(flags))
            )
    columns = ["Claim", "Data", "Goal", "Measured", "N"]
    summary = pd.DataFrame(made, columns=columns)
    summary.insert(2, "Nominal", "")
    return summary


@cache
def _pool(name: str, size: int) -> pd.DataFrame:
    """Return random trials of a task; kept in a file, since the slowest take a minute."""
    folder = Path(os.environ.get("AMTVIZ_BENCHMARKS", tempfile.gettempdir()))
    path = folder / f"advice-{name.replace(', ', '-').replace(' ', '-')}-{size}.csv"
    if not path.exists():
        made = search(TASKS[name], TASKS[name].ranges, size, [99, 7])
        part = path.with_suffix(f".{os.getpid()}")
        made.to_csv(part, index=False)
        part.replace(path)
    return pd.read_csv(path)


def _suggested(ranges: Ranges, first: pd.DataFrame) -> dict[str, Ranges]:
    return {
        risk: tuple(
            category(old.name, *row.Values) if old.kind == "categorical" else _ends(old, row)
            for row, old in zip(table.itertuples(), ranges, strict=True)
        )
        for risk, table in suggest_by_risk(first, OBJECTIVE, ranges).items()
    }


def _ends(old: Hyperparameter, row: Any) -> Hyperparameter:
    cast_to = int if old.kind == "integer" else float
    return _between(old, cast_to(row.Low), cast_to(row.High))


def _between(old: Hyperparameter, low: float, high: float) -> Hyperparameter:
    if old.kind == "integer" and low >= high:
        low, high = max(old.low or 0, low - 1), min(old.high or 0, high + 1)
    return Hyperparameter(old.name, old.kind, low, high, scaling=old.scaling)


def _best_fifth(task: Task, first: pd.DataFrame) -> Ranges:
    best = first.nlargest(max(5, -(-len(first) // 5)), "score")
    return tuple(
        category(old.name, *sorted(set(best[old.name])))
        if old.kind == "categorical"
        else _between(old, best[old.name].min(), best[old.name].max())
        for old in task.ranges
    )


def _around_best(task: Task, first: pd.DataFrame) -> Ranges:
    best = first.nlargest(1, "score")
    made = []
    for old in task.ranges:
        if old.kind == "categorical":
            made.append(category(old.name, *best[old.name]))
            continue
        scale = make_scale(old, pd.Series(dtype="float64"))
        unit = float(scale.to_unit(best[old.name])[0])
        low, high = scale.from_unit([max(0.0, unit - _AROUND), min(1.0, unit + _AROUND)])
        made.append(_between(old, max(low, old.low), min(high, old.high)))
    return tuple(made)


def _second_round(task: Task, ranges: Ranges, rest: pd.DataFrame, seed: list[int]) -> np.ndarray:
    """Return scores of random trials in ranges: those at hand there, and more if they are few."""
    extended = any(
        new.kind != "categorical" and (new.low < old.low or new.high > old.high)
        for new, old in zip(ranges, task.ranges, strict=True)
    )
    inside = np.full(len(rest), not extended)
    for one in ranges:
        values = rest[one.name]
        if one.kind == "categorical":
            inside &= values.isin(one.values).to_numpy()
        else:
            inside &= values.between(one.low, one.high).to_numpy()
    scores = rest.loc[inside, "score"].to_numpy()
    if len(scores) < _AT_LEAST:
        more = search(task, ranges, _AT_LEAST - len(scores), seed)
        scores = np.append(scores, more["score"])
    return scores


def _chance(new: np.ndarray, old: np.ndarray) -> float:
    """Return the chance that the best of 25 of the new beats that of 25 of the old."""
    ours, weights = _best_of(new)
    theirs, others = _best_of(old)
    below = np.append(0.0, np.cumsum(others))
    less, most = (below[np.searchsorted(theirs, ours, side)] for side in ("left", "right"))
    return float(weights @ (less + (most - less) / 2))


def _best_of(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return scores, and the chance of each to be the best of 25 drawn without replacement."""
    count = len(scores)
    every = comb(count, SECOND)
    return np.sort(scores), np.array([comb(k, SECOND - 1) / every for k in range(count)])


def _measure_planted(trials: int, seed: int) -> dict[str, Any]:
    """Suggest ranges for a bowl of three with noise and four that are idle."""
    rng = np.random.default_rng([seed, trials, 3])
    names = [f"x{place}" for place in range(3)]
    idle = [f"idle{place}" for place in range(3)]
    first = pd.DataFrame({name: rng.uniform(size=trials) for name in names + idle})
    first["idle3"] = rng.choice(["a", "b", "c"], trials)
    first["score"] = -((first[names] - rng.uniform(0.2, 0.8, 3)) ** 2).sum(axis=1)
    first["score"] += rng.normal(0, 0.2 * first["score"].std(), trials)
    ranges = (
        *(Hyperparameter(name, "continuous", 0, 1, scaling="Linear") for name in names + idle),
        category("idle3", "a", "b", "c"),
    )
    result = {}
    for risk, new in _suggested(ranges, first).items():
        narrowed = [a != b for a, b in zip(new[3:], ranges[3:], strict=True)]
        result[risk] = {"win": None, "narrowed": narrowed}
    return result
