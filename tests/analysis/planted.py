"""Trials of functions whose importances are known in closed form."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amtviz import Hyperparameter, Objective

MINIMIZE = Objective("y", "Minimize")


def linear(*names, low=0.0, high=1.0):
    return [Hyperparameter(n, "continuous", low, high, scaling="Linear") for n in names]


def draw(function, count, names, *, low=0.0, high=1.0, noise=0.0, seed=0):
    """Draw trials uniformly; noise is a share of the function's standard deviation."""
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(low, high, (count, len(names)))
    values = function(inputs.T)
    values = values + rng.normal(0, noise * values.std(), count)
    ranges = linear(*names, low=low, high=high)
    return pd.DataFrame(dict(zip(names, inputs.T, strict=True))).assign(y=values), ranges


def ishigami(x):
    """Sobol shares alone: 0.3139, 0.4424, 0; the first with the third: 0.2437."""
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def additive(x):
    """Shares alone: 16, 4 and 1 of 21, and 0; nothing combines."""
    return 4 * x[0] + 2 * x[1] + x[2] + 0 * x[3]


def product(x):
    """Only the first two together matter."""
    return (x[0] - 0.5) * (x[1] - 0.5) + 0 * x[2]
