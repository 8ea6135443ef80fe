"""Planted functions with known shares of variance, and searches that try them.

Columns are numbers from 0 to 1 to a function (a category's code, or a value's place among a few, is
made of it); in the trials' table they have their declared ranges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz import Hyperparameter, Objective
from amtviz.analysis.scale import make_scale

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OBJECTIVE = Objective("loss", "Minimize")
_POINTS = 2**16  # of the integrals


@dataclass(frozen=True, eq=False)
class Planted:
    """A function of known shares.

    Attributes
    ----------
    function : callable
        Of trials × columns and their groups, the expected objective.
    ranges : tuple of Hyperparameter
    noise : float
        Standard deviation.
    weights : tuple of float
        How many of the trials each group has.
    fixed : mapping
        Of a group: columns that are fixed in it, and where.
    absent : mapping
        Of a group: columns that it lacks.
    parents : mapping
        Of a column: the one that decides whether it is set, and the codes with which it is.
    """

    function: Callable[[Floats, Ints], Floats]
    ranges: tuple[Hyperparameter, ...]
    noise: float = 0.1
    weights: tuple[float, ...] = (1.0,)
    fixed: Mapping[int, Mapping[int, float]] = field(default_factory=dict)
    absent: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    parents: Mapping[int, tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def fill(self, units: Floats, group: Ints) -> Floats:
        """Put fixed values where they are fixed."""
        units = units.copy()
        for g, values in self.fixed.items():
            for column, value in values.items():
                units[group == g, column] = value
        return units

    def is_set(self, units: Floats, group: Ints) -> NDArray[np.bool_]:
        there = np.ones(units.shape, bool)
        for g, columns in self.absent.items():
            there[np.ix_(group == g, columns)] = False
        for column, (parent, codes) in self.parents.items():
            count = len(self.ranges[parent].values)
            chosen = np.isin(code(units[:, parent], count), codes)
            there[:, column] &= there[:, parent] & chosen
        return there

    def is_live(self, units: Floats, group: Ints) -> NDArray[np.bool_]:
        live = self.is_set(units, group)
        for g, values in self.fixed.items():
            live[np.ix_(group == g, [*values])] = False
        return live

    def group_of(self, trials: int) -> Ints:
        """Return the group of each of so many trials, one group after the other."""
        ends = np.round(np.cumsum(self.weights) / np.sum(self.weights) * trials).astype(int)
        return np.searchsorted(ends, np.arange(trials), side="right")

    def tabulate(self, units: Floats, group: Ints, values: Floats) -> pd.DataFrame:
        """Return the table of trials."""
        there, columns = self.is_set(units, group), {}
        for place, h in enumerate(self.ranges):
            made = pd.Series(make_scale(h, pd.Series(dtype=object)).from_unit(units[:, place]))
            columns[h.name] = made.where(there[:, place])
        jobs = [f"job-{g}" for g in group]
        table = pd.DataFrame(columns)
        table.insert(0, OBJECTIVE.metric_name, values)  # refuses a hyperparameter of that name
        return table.assign(TuningJobName=jobs)


def code(units: Floats, count: int) -> Ints:
    return np.minimum((units * count).astype(int), count - 1)


def pick(units: Floats, *values: float) -> Floats:
    return np.array(values)[code(units, len(values))]


def by_group(group: Ints, *values: float) -> Floats:
    return np.array(values)[group]


def numbers(*names: str) -> tuple[Hyperparameter, ...]:
    return tuple(Hyperparameter(n, "continuous", 0, 1, scaling="Linear") for n in names)


def category(name: str, count: int) -> Hyperparameter:
    return Hyperparameter(name, "categorical", values=tuple(f"{name}{i}" for i in range(count)))


RATE = Hyperparameter("rate", "continuous", 1e-5, 1e-1, scaling="Logarithmic")
LAYERS = Hyperparameter("layers", "integer", 1, 5, scaling="Linear")


def _ishigami(u: Floats, _: Ints) -> Floats:
    x = (2 * u - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def _conditional(u: Floats, _: Ints) -> Floats:
    kind = code(u[:, 0], 3)
    own = np.select([kind == 0, kind == 1], [1.5 * (u[:, 1] - 0.3) ** 2, 0.4 * u[:, 2]], 0.0)
    return pick(u[:, 0], 0.3, 0.0, 0.5) + own + 0.2 * u[:, 3]


PLAIN: dict[str, Planted] = {
    "additive": Planted(
        lambda u, _: 3 * u[:, 0] + 2 * u[:, 1] + u[:, 2], numbers(*"abcde"), noise=0.2
    ),
    "additive curves": Planted(
        lambda u, _: 3 * np.sqrt(u[:, 0]) + np.exp(2 * u[:, 1]) / 3 + 2 * np.abs(u[:, 2] - 0.35),
        numbers(*"abcdef"),
        noise=0.4,
    ),
    "bowl": Planted(
        lambda u, _: (u[:, :5] - [0.3, 0.6, 0.5, 0.7, 0.4]) ** 2 @ [4, 2, 1, 0.5, 0.25],
        numbers(*"abcde"),
        noise=0.02,
    ),
    "interaction": Planted(
        lambda u, _: 4 * (u[:, 0] - 0.5) * (u[:, 1] - 0.5) + 0.5 * u[:, 2],
        numbers(*"abcde"),
        noise=0.05,
    ),
    "ishigami": Planted(_ishigami, numbers(*"abcd"), noise=0.1),
    "log scale": Planted(
        lambda u, _: 0.4 * (5 * u[:, 0] - 3) ** 2 + 2 * u[:, 1] ** 2 + 0.3 * u[:, 2],
        (RATE, *numbers("dropout", "momentum"), LAYERS),
    ),
    "categorical": Planted(
        lambda u, _: (
            pick(u[:, 0], 0, 0.3, 1, 0.2)
            + pick(u[:, 1], 0, 0.5) * (1 + u[:, 2])
            + (u[:, 3] - 0.6) ** 2
        ),
        (category("kind", 4), category("penalty", 2), *numbers("a", "b"), LAYERS),
        noise=0.1,
    ),
    "mostly noise": Planted(lambda u, _: u[:, 0] + 0.5 * u[:, 1], numbers(*"abcdef"), noise=0.5),
    "ten": Planted(
        lambda u, _: (
            np.exp(1.5 * u[:, 0]) + 2 * u[:, 1] * u[:, 2] + np.sin(4 * u[:, 3]) + 0.5 * u[:, 4]
        ),
        numbers(*"abcdefghij"),
        noise=0.3,
    ),
}
KEPT_APART: dict[str, Planted] = {
    "ridge": Planted(
        lambda u, _: np.tanh(4 * (u[:, 0] + u[:, 1] - 1)) + 0.5 * np.cos(3 * u[:, 2]) * u[:, 3],
        numbers(*"abcdef"),
        noise=0.1,
    ),
    "plateau": Planted(
        lambda u, _: (
            np.maximum(0, u[:, 0] - 0.3) * (1 + u[:, 1] ** 2) * 2
            + pick(u[:, 3], 0, 0.4, 0.1)
            + 0.2 * code(u[:, 4], 5) / 4
        ),
        (RATE, *numbers("decay", "idle"), category("optimizer", 3), LAYERS),
        noise=0.1,
    ),
}
NOISE = {
    f"noise of {d}": Planted(lambda u, _: np.zeros(len(u)), numbers(*"abcdefghij"[:d]), noise=1.0)
    for d in (3, 6, 10)
}
GROUPED: dict[str, Planted] = {
    "jobs": Planted(
        lambda u, g: g + 2 * u[:, 0] + 3 * (u[:, 1] - 0.4) ** 2,
        numbers(*"abcde"),
        noise=0.2,
        weights=(0.4, 0.35, 0.25),
        fixed={0: {2: 0.3}},
    ),
    "algorithms": Planted(
        lambda u, g: np.where(g == 0, 2 + u[:, 0], u[:, 2] ** 2),
        numbers(*"abcde"),
        weights=(0.5, 0.5),
        absent={0: (2, 3), 1: (0, 1)},
    ),
    "fixed in the parent": Planted(
        lambda u, g: g + 0.8 * u[:, 2],
        numbers(*"abcd"),
        noise=0.2,
        weights=(0.5, 0.5),
        fixed={0: {0: 0.25}, 1: {1: 0.25}},
    ),
    "conditional": Planted(
        _conditional,
        (category("kind", 3), *numbers(*"abcd")),
        parents={1: (0, (0,)), 2: (0, (1,)), 4: (0, (2,))},
    ),
    "idle children": Planted(
        lambda u, _: pick(u[:, 0], 0.8, 0.55, 0.6) + 0.1 * (u[:, 4] - 0.5) ** 2,
        (category("kind", 3), *numbers(*"abcde")),
        noise=0.03,
        parents={1: (0, (0,)), 2: (0, (1,)), 3: (0, (2,))},
    ),
    "noise in jobs": Planted(
        lambda u, g: by_group(g, 0, 1, 3),
        (category("kind", 4), *numbers(*"abcde")),
        noise=1.0,
        weights=(0.4, 0.4, 0.2),
        fixed={0: {1: 0.2}, 1: {2: 0.3, 3: 0.5}},
        absent={2: (4,)},
    ),
}
GROUPED_KEPT_APART: dict[str, Planted] = {
    "choice in jobs": Planted(
        lambda u, g: 0.5 * g + np.where(code(u[:, 0], 3) == 0, 1.5 * u[:, 1], 0) + u[:, 3] ** 2,
        (category("kind", 3), *numbers(*"abcd")),
        noise=0.2,
        weights=(0.5, 0.5),
        fixed={0: {4: 0.1}},
        parents={1: (0, (0,)), 2: (0, (1,))},
    ),
    "code versions": Planted(
        lambda u, g: (
            by_group(g, 0, 0.3, 1.5, 0.2) + 0.5 * np.exp(1.5 * u[:, 0]) + 1.5 * u[:, 1] * u[:, 2]
        ),
        numbers(*"abcdef"),
        noise=0.25,
        weights=(0.4, 0.3, 0.2, 0.1),
        fixed={0: {5: 0.1}, 3: {5: 0.7}},
    ),
}
FUNCTIONS = {**PLAIN, **KEPT_APART, **NOISE, **GROUPED, **GROUPED_KEPT_APART}


@dataclass(frozen=True, eq=False)
class Truth:
    """Known shares: ``group`` of everything, the others of what varies within groups."""

    group: float
    first: Floats
    total: Floats
    pairs: dict[tuple[int, int], float]
    combined: float
    noise: float


@lru_cache(maxsize=64)
def find_truth(name: str) -> Truth:
    """Integrate the shares by picking and freezing (Saltelli et al., 2010), group by group."""
    planted, rng = FUNCTIONS[name], np.random.default_rng(1)
    d, weights = len(planted.ranges), np.array(planted.weights) / np.sum(planted.weights)
    means, variances = np.zeros(len(weights)), np.zeros(len(weights))
    first, total = np.zeros((len(weights), d)), np.zeros((len(weights), d))
    pairs: dict[tuple[int, int], float] = {}
    for g in range(len(weights)):
        group = np.full(_POINTS, g)
        one, two = (planted.fill(rng.uniform(size=(_POINTS, d)), group) for _ in range(2))
        y, other = planted.function(one, group), planted.function(two, group)
        means[g], variances[g] = y.mean(), y.var() + planted.noise**2
        live, also = planted.is_live(one, group), planted.is_live(two, group)
        for j in range(d):
            if not live[:, j].any():
                continue
            count = min(live[:, j].sum(), also[:, j].sum())
            left, right = (np.flatnonzero(rows[:, j])[:count] for rows in (live, also))
            frozen, moved = two[right].copy(), one[left].copy()
            frozen[:, j], moved[:, j] = one[left, j], two[right, j]
            again = planted.function(frozen, group[:count])
            part = live[:, j].mean()
            own = y[left] - y[left].mean()
            first[g, j] = part * np.mean(own * (again - other[right]))
            changed = y[left] - planted.function(moved, group[:count])
            total[g, j] = part * np.mean(changed**2) / 2
        if len(weights) == 1 and not planted.parents:
            for i, j in combinations(range(d), 2):
                frozen = two.copy()
                frozen[:, [i, j]] = one[:, [i, j]]
                both = np.mean((y - y.mean()) * (planted.function(frozen, group) - other))
                pairs[i, j] = float((both - first[g, i] - first[g, j]) / variances[g])
    within = float(weights @ variances)
    between = float(weights @ (means - weights @ means) ** 2)
    alone, noise = (weights @ first) / within, planted.noise**2 / within
    return Truth(
        between / (between + within),
        alone,
        (weights @ total) / within,
        pairs,
        float(1 - noise - alone.sum()),
        noise,
    )
