"""Objectives that searches are run on: functions of points of the unit cube, more is better.

None of those in OBJECTIVES was used to learn the constants of `going_on` and `rerun` in
`amtviz.analysis.chances`, though the form of the methods was chosen with their figures in view.
HELD_APART has two that were never looked at before the methods were fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Values = Callable[[Floats], Floats]


@dataclass(frozen=True)
class SearchObjective:
    """A function of points, the last axis being the hyperparameters.

    Attributes
    ----------
    noise : float
        Standard deviation (scale) of what each evaluation adds.
    freedom : int
        Degrees of freedom of Student's t that the noise has; 0 for a normal one.
    """

    dimensions: int
    values: Values
    noise: float = 0.0
    freedom: int = 0

    def __call__(self, points: Floats, rng: np.random.Generator) -> Floats:
        values = self.values(points)
        if not self.noise:
            return values
        draw = rng.standard_t(self.freedom, values.shape) if self.freedom else None
        return values + self.noise * (rng.normal(size=values.shape) if draw is None else draw)


def _hartmann3(u: Floats) -> Floats:
    heights = np.array([1, 1.2, 3, 3.2])
    widths = np.array([[3, 10, 30], [0.1, 10, 35]] * 2)
    centres = 1e-4 * np.array(
        [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]
    )
    return (heights * np.exp(-((u[..., None, :] - centres) ** 2 * widths).sum(-1))).sum(-1)


def _rosenbrock(u: Floats) -> Floats:
    x = u * 4 - 2
    valley = 100 * (x[..., 1:] - x[..., :-1] ** 2) ** 2 + (1 - x[..., :-1]) ** 2
    return -np.log1p(valley.sum(-1))


def _levy(u: Floats) -> Floats:
    w = 1 + (u * 20 - 11) / 4
    middle = (w[..., :-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[..., :-1] + 1) ** 2)
    return -(np.sin(np.pi * w[..., 0]) ** 2 + middle.sum(-1) + (w[..., -1] - 1) ** 2)


def _shekel(u: Floats) -> Floats:
    depths = 0.1 * np.array([1, 2, 2, 4, 4, 6, 3, 7, 5, 5])
    one, two = [4, 1, 8, 6, 3, 2, 5, 8, 6, 7], [4, 1, 8, 6, 7, 9, 3, 1, 2, 3.6]
    centres = np.array([one, two, one, two]).T
    return (1 / (((u[..., None, :] * 10 - centres) ** 2).sum(-1) + depths)).sum(-1)


def _bowl(u: Floats) -> Floats:
    centre = np.array([0.3, 0.6, 0.5, 0.7, 0.4, 0.55, 0.35, 0.65])
    weights = np.array([4, 2, 1, 0.5, 0.25, 0.2, 0.15, 0.1])
    d = u.shape[-1]
    return -((u - centre[:d]) ** 2 * weights[:d]).sum(-1)


def _waves(seed: int, dimensions: int, frequency: float, count: int = 200) -> Values:
    """Draw a smooth random function: a Gaussian process by its random Fourier features."""
    rng = np.random.default_rng(seed)
    slopes = rng.normal(size=(count, dimensions)) * frequency
    phases, heights = rng.uniform(0, 2 * np.pi, count), rng.normal(size=count) * (2 / count) ** 0.5
    return lambda u: np.cos(u @ slopes.T + phases) @ heights


def _trees(seed: int, dimensions: int, count: int, depth: int) -> Values:
    """Draw a sum of random trees: constant in boxes."""
    rng = np.random.default_rng(seed)
    features = rng.integers(dimensions, size=(count, depth))
    cuts, leaves = rng.uniform(0.1, 0.9, (count, depth)), rng.normal(size=(count, 2**depth))

    def values(u: Floats) -> Floats:
        places = ((u[..., features] > cuts) * 2 ** np.arange(depth)).sum(-1)
        return leaves[np.arange(count), places].sum(-1) / np.sqrt(count)

    return values


def _needle(u: Floats) -> Floats:
    far = ((u - np.array([0.5, 0.6, 0.3])) ** 2).sum(-1)
    return -0.6 * ((u - 0.5) ** 2).sum(-1) + 1.5 * np.exp(-far / 0.01)


def _valley(u: Floats) -> Floats:
    rate = u[..., 0] * 4
    loss = (rate - 2.2) ** 2 * 0.3 + 0.2 * (u[..., 1] - 0.7) ** 2 + 0.05 * u[..., 2]
    return -np.where(rate > 3, 3 + 0.1 * u[..., 1], loss)  # beyond it, training diverges


def _steps(u: Floats) -> Floats:
    return np.floor(8 * np.exp(2 * _bowl(u)) + 2 * np.sin(9 * u[..., 0])) / 10


def _ceiling(u: Floats) -> Floats:
    return np.minimum(1, 1.02 + 0.7 * _bowl(u)).round(3)


def _styblinski(u: Floats) -> Floats:
    x = u * 10 - 5
    return -(x**4 - 16 * x**2 + 5 * x).sum(-1) / 2


@cache
def _tabulate(name: str) -> tuple[Floats, Floats]:
    """Cross-validate a scikit-learn model at Sobol points: points, and scores there."""
    from scipy.stats import qmc
    from sklearn.datasets import load_diabetes, load_wine
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR
    from sklearn.tree import DecisionTreeClassifier

    def tree(u: Floats) -> DecisionTreeClassifier:
        return DecisionTreeClassifier(
            max_depth=int(1 + u[0] * 11),
            min_samples_leaf=int(1 + u[1] * 30),
            max_features=0.1 + 0.9 * u[2],
            ccp_alpha=10 ** (u[3] * 4 - 4),
            random_state=0,
        )

    def vectors(u: Floats) -> object:
        machine = SVR(C=10 ** (u[0] * 5 - 1), gamma=10 ** (u[1] * 4 - 4), epsilon=50 * u[2])
        return make_pipeline(StandardScaler(), machine)

    make, inputs, target, scoring, dimensions = {
        "wine": (tree, *load_wine(return_X_y=True), "accuracy", 4),
        "diabetes": (vectors, *load_diabetes(return_X_y=True), "neg_root_mean_squared_error", 3),
    }[name]
    chosen = np.random.default_rng(0).permutation(len(target))[:240]
    folds = KFold(3, shuffle=True, random_state=0)
    points = qmc.Sobol(dimensions, seed=1).random(512)
    scores = [
        cross_val_score(make(u), inputs[chosen], target[chosen], cv=folds, scoring=scoring).mean()
        for u in points
    ]
    return points, np.array(scores)


def _look_up(name: str, unit: float = 0.0) -> Values:
    """Interpolate a tabulated task; ``unit`` is what its scores are multiples of."""

    def values(u: Floats) -> Floats:
        from sklearn.neighbors import KNeighborsRegressor

        points, scores = _tabulate(name)
        model = KNeighborsRegressor(4, weights=lambda far: 1 / (far + 0.02) ** 3)
        found = model.fit(points, scores).predict(u.reshape(-1, u.shape[-1])).reshape(u.shape[:-1])
        return np.round(found / unit) * unit if unit else found

    return values


_ROUGH = _waves(3, 2, 6.0)
OBJECTIVES = {
    "Hartmann 3": SearchObjective(3, _hartmann3),
    "Rosenbrock 4": SearchObjective(4, _rosenbrock),
    "Levy 4": SearchObjective(4, _levy),
    "Shekel 4": SearchObjective(4, _shekel),
    "noisy waves 6": SearchObjective(6, _waves(2, 6, 4.0), noise=0.4),
    "2 of 8 matter": SearchObjective(8, lambda u: _ROUGH(u[..., :2]) + 0.1 * _bowl(u[..., 2:])),
    "heavy noise 3": SearchObjective(3, lambda u: 2 * _bowl(u), noise=0.15, freedom=3),
    "steps 2": SearchObjective(2, _steps),
    "ceiling 2": SearchObjective(2, _ceiling),
    "trees 3": SearchObjective(3, _trees(7, 3, 60, 3)),
    "needle 3": SearchObjective(3, _needle),
    "valley 3": SearchObjective(3, _valley),
    "tree, wine": SearchObjective(4, _look_up("wine", 1 / 178)),
}
HELD_APART = {
    "Styblinski 5": SearchObjective(5, _styblinski),
    "SVR, diabetes": SearchObjective(3, _look_up("diabetes")),
}
