"""Real models to tune, each with ranges that a person might declare first; milliseconds a trial."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from amtviz import Hyperparameter
from amtviz.analysis.scale import make_scale

Ranges = tuple[Hyperparameter, ...]


def integer(name: str, low: int, high: int, scaling: str = "Linear") -> Hyperparameter:
    return Hyperparameter(name, "integer", low, high, scaling=scaling)


def number(name: str, low: float, high: float, scaling: str = "Linear") -> Hyperparameter:
    return Hyperparameter(name, "continuous", low, high, scaling=scaling)


def category(name: str, *values: str) -> Hyperparameter:
    return Hyperparameter(name, "categorical", values=values)


@dataclass(frozen=True)
class Task:
    """A model, its data, how it is scored (larger is better), and the ranges to search.

    Attributes
    ----------
    idle : tuple of str
        Hyperparameters that can't change the score.
    """

    data: str
    scoring: str
    ranges: Ranges
    build: Callable[..., Any]
    folds: int = 3
    rows: int = 300
    idle: tuple[str, ...] = ()


def _svm(c: float, gamma: float, kernel: str, balanced: str) -> Any:
    weights = "balanced" if balanced == "yes" else None
    model = SVC(C=c, gamma=gamma, kernel=kernel, class_weight=weights, max_iter=3000)
    return make_pipeline(StandardScaler(), model)


def _tree(depth: int, leaf: int, split: int, features: float, pruning: float, rule: str) -> Any:
    return DecisionTreeClassifier(
        max_depth=depth,
        min_samples_leaf=leaf,
        min_samples_split=split,
        max_features=features,
        ccp_alpha=pruning,
        criterion=rule,
        random_state=0,
    )


def _neighbours(k: int, power: float, weights: str, scaler: str, leaf: int) -> Any:
    scale = {"standard": StandardScaler, "minmax": MinMaxScaler}[scaler]()
    return make_pipeline(scale, KNeighborsRegressor(k, p=power, weights=weights, leaf_size=leaf))


def _ridge(alpha: float, gamma: float, kernel: str, offset: float) -> Any:
    model = KernelRidge(alpha=alpha, gamma=gamma, kernel=kernel, degree=2, coef0=offset)
    return make_pipeline(StandardScaler(), model)


def _forest(trees: int, depth: int, leaf: int, fraction: float, rule: str) -> Any:
    return RandomForestClassifier(
        trees,
        max_depth=depth,
        min_samples_leaf=leaf,
        min_weight_fraction_leaf=fraction,
        criterion=rule,
        random_state=0,
    )


def _svr(c: float, epsilon: float, gamma: float, kernel: str, offset: float, shrink: str) -> Any:
    model = SVR(
        C=c,
        epsilon=epsilon,
        gamma=gamma,
        kernel=kernel,
        coef0=offset,
        shrinking=shrink == "yes",
        max_iter=3000,
    )
    return make_pipeline(StandardScaler(), model)


RMSE = "neg_root_mean_squared_error"

TUNED = {
    "svm, breast cancer": Task(
        "breast_cancer",
        "f1_macro",
        (
            number("c", 1e-4, 1e3, "Logarithmic"),
            number("gamma", 1e-6, 10, "Logarithmic"),
            category("kernel", "rbf", "sigmoid", "poly"),
            category("balanced", "yes", "no"),
        ),
        _svm,
    ),
    "tree, digits": Task(
        "digits",
        "accuracy",
        (
            integer("depth", 1, 12),
            integer("leaf", 1, 40),
            integer("split", 2, 80),
            number("features", 0.05, 0.6),
            number("pruning", 1e-6, 0.1, "Logarithmic"),
            category("rule", "gini", "entropy", "log_loss"),
        ),
        _tree,
        folds=2,
    ),
    "neighbours, diabetes": Task(
        "diabetes",
        RMSE,
        (
            integer("k", 1, 30),
            number("power", 1, 5),
            category("weights", "uniform", "distance"),
            category("scaler", "standard", "minmax"),
            integer("leaf", 5, 60),
        ),
        _neighbours,
        folds=2,
        idle=("leaf",),
    ),
    "kernel ridge, diabetes": Task(
        "diabetes",
        RMSE,
        (
            number("alpha", 1e-4, 1e2, "Logarithmic"),
            number("gamma", 1e-4, 1, "Logarithmic"),
            category("kernel", "rbf", "laplacian", "poly"),
            number("offset", 0, 10),
        ),
        _ridge,
        folds=2,
    ),
}
# never looked at while the method was made
HELD_OUT = {
    "forest, wine": Task(
        "wine",
        "neg_log_loss",
        (
            integer("trees", 1, 20),
            integer("depth", 1, 20),
            integer("leaf", 1, 40),
            number("fraction", 0.01, 0.5),
            category("rule", "gini", "entropy", "log_loss"),
        ),
        _forest,
        folds=2,
    ),
    "support vector regression, diabetes": Task(
        "diabetes",
        RMSE,
        (
            number("c", 1e-2, 1e4, "Logarithmic"),
            number("epsilon", 1e-3, 50, "Logarithmic"),
            number("gamma", 1e-5, 1, "Logarithmic"),
            category("kernel", "rbf", "sigmoid", "poly"),
            number("offset", 0, 5),
            category("shrink", "yes", "no"),
        ),
        _svr,
        folds=2,
        rows=200,
        idle=("shrink",),
    ),
}
TASKS = TUNED | HELD_OUT


@cache
def _load(name: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
    inputs, target = getattr(datasets, f"load_{name}")(return_X_y=True)
    chosen = np.random.default_rng(0).permutation(len(target))[:rows]
    return inputs[chosen], target[chosen]


def evaluate(task: Task, point: dict[str, Any]) -> float:
    """Cross-validate one configuration, with the same folds for all; larger is better."""
    inputs, target = _load(task.data, task.rows)
    kind = KFold if task.scoring == RMSE else StratifiedKFold
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folds = kind(task.folds, shuffle=True, random_state=0)
        model = task.build(**point)
        return float(cross_val_score(model, inputs, target, cv=folds, scoring=task.scoring).mean())


def draw(ranges: Ranges, count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Draw configurations as a random search does, on the declared scales."""
    kinds = {"integer": int, "continuous": float, "categorical": str}
    columns = {}
    for one in ranges:
        values = make_scale(one, pd.Series(dtype="float64")).from_unit(rng.uniform(size=count))
        columns[one.name] = [kinds[one.kind](value) for value in values]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def search(task: Task, ranges: Ranges, count: int, seed: list[int]) -> pd.DataFrame:
    """Run a random search; the score stands in column ``score``."""
    points = draw(ranges, count, np.random.default_rng(seed))
    return pd.DataFrame(points).assign(score=[evaluate(task, point) for point in points])


def adaptive_search(task: Task, count: int, seed: int) -> pd.DataFrame:
    """Run a search by TPE (Optuna's own settings); columns as of `search`."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    rows = []

    def objective(trial: Any) -> float:
        point: dict[str, Any] = {}
        for one in task.ranges:
            log = one.scaling == "Logarithmic"
            if one.kind == "categorical":
                point[one.name] = trial.suggest_categorical(one.name, one.values)
            elif one.kind == "integer":
                point[one.name] = trial.suggest_int(one.name, one.low, one.high, log=log)
            else:
                point[one.name] = trial.suggest_float(one.name, one.low, one.high, log=log)
        score = evaluate(task, point)
        rows.append({**point, "score": score})
        return score

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, count)
    return pd.DataFrame(rows)
