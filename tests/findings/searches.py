"""Searches of planted functions, drawn once for all tests that read them."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from amtviz import Hyperparameter, TuningData
from tests.analysis.planted import additive, draw, linear, product


def data_of(trials, ranges, direction="Minimize", **options) -> TuningData:
    return TuningData.from_frame(
        trials, objective="y", direction=direction, hyperparameters=ranges, **options
    )


@functools.cache
def slopes() -> TuningData:
    """Shares of 16, 4 and 1 of 21, and none."""
    return data_of(*draw(additive, 60, list("abcd"), noise=0.1))


@functools.cache
def multiplied() -> TuningData:
    """Only the first two together matter."""
    return data_of(*draw(product, 60, list("abc")))


@functools.cache
def noise() -> TuningData:
    trials, ranges = draw(additive, 60, list("abcd"))
    return data_of(trials.assign(y=np.random.default_rng(3).normal(size=60)), ranges)


@functools.cache
def two_jobs() -> TuningData:
    """Of two tuning jobs, the first has epochs fixed, and all objectives are lower by 3."""
    rng = np.random.default_rng(0)
    trials = pd.DataFrame(rng.uniform(size=(80, 3)), columns=["a", "b", "epochs"])
    trials["job"] = np.repeat(["first", "second"], 40)
    trials.loc[:39, "epochs"] = 0.1
    trials["y"] = 3.0 * (trials["job"] == "second") + trials["a"] + trials["epochs"]
    trials["y"] += rng.normal(0, 0.2, 80)
    return data_of(trials, linear("a", "b", "epochs"), job_column="job")


@functools.cache
def conditional() -> TuningData:
    """A depth for trees alone, a seed of as many values as trials, and one that stands still."""
    rng = np.random.default_rng(0)
    kind = rng.choice(["tree", "line"], 80)
    depth = pd.array(rng.integers(1, 9, 80), dtype="Int64")
    depth[kind != "tree"] = pd.NA
    trials = pd.DataFrame({"kind": kind, "other": rng.uniform(size=80), "depth": depth})
    trials["y"] = np.where(kind == "tree", trials["depth"].fillna(0).astype(float), 12.0)
    trials["y"] += rng.normal(0, 0.5, 80)
    trials = trials.assign(still=0.5, seed=[str(number) for number in range(80)])
    ranges = [
        Hyperparameter("kind", "categorical", values=("tree", "line")),
        Hyperparameter("depth", "integer", 1, 8, scaling="Linear"),
        *linear("other", "still"),
        Hyperparameter("seed", "categorical", values=tuple(trials["seed"])),
    ]
    return data_of(trials, ranges)


@functools.cache
def crowded() -> TuningData:
    """A search that leaves its first ten trials for one corner of four ranges."""
    rng = np.random.default_rng(1)
    near = 0.7 + 0.04 * rng.normal(size=(50, 4))
    units = np.clip(np.vstack([rng.uniform(size=(10, 4)), near]), 0, 1)
    trials = pd.DataFrame(units, columns=list("abcd"))
    trials["y"] = (units - 0.7) ** 2 @ [4, 2, 1, 0] + 0.002 * rng.normal(size=60)
    return data_of(trials, linear(*"abcd"))
