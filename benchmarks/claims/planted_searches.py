"""Searches that try planted functions: at random, Optuna's TPE, expected improvement."""

from __future__ import annotations

import numpy as np

from benchmarks.claims.functions import Floats, Ints, Planted, code

SIZES = {"random": (50, 100, 250), "tpe": (50, 100, 225), "gp-ei": (40, 75)}


def search(planted: Planted, kind: str, trials: int, seed: int) -> tuple[Floats, Ints, Floats]:
    """Return units, groups and objectives of a search's trials, in order; one search a group."""
    if kind == "random":
        rng = np.random.default_rng([seed, trials])
        group = planted.group_of(trials)
        units = planted.fill(rng.uniform(size=(trials, len(planted.ranges))), group)
        noise = planted.noise * rng.normal(size=trials)
        return units, group, planted.function(units, group) + noise
    return {"tpe": _search_tpe, "gp-ei": _search_ei}[kind](planted, trials, seed)


def _search_tpe(planted: Planted, trials: int, seed: int) -> tuple[Floats, Ints, Floats]:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    rng, group = np.random.default_rng([seed, 7]), planted.group_of(trials)
    d = len(planted.ranges)
    units, values = np.full((trials, d), 0.5), np.zeros(trials)
    studies = {}
    for i, g in enumerate(group.tolist()):
        if g not in studies:
            sampler = optuna.samplers.TPESampler(seed=1000 * seed + g)
            studies[g] = optuna.create_study(sampler=sampler)
        trial, own = studies[g].ask(), planted.fill(units[[i]], group[[i]])
        # parents before children, or what is set isn't known yet
        for j in sorted(range(d), key=lambda j: j in planted.parents):
            fixed = j in planted.fixed.get(g, {})
            if fixed or not planted.is_set(own, group[[i]])[0, j]:
                continue
            h = planted.ranges[j]
            if h.kind == "categorical":
                count = len(h.values)
                own[0, j] = (trial.suggest_categorical(h.name, range(count)) + 0.5) / count
            elif h.kind == "integer":
                count = int(h.high - h.low + 1)
                own[0, j] = (trial.suggest_int(h.name, 0, count - 1) + 0.5) / count
            else:
                own[0, j] = trial.suggest_float(h.name, 0, 1)
        units[i] = own[0]
        values[i] = planted.function(own, group[[i]])[0] + planted.noise * rng.normal()
        studies[g].tell(trial, values[i])
    return units, group, values


def _search_ei(planted: Planted, trials: int, seed: int) -> tuple[Floats, Ints, Floats]:
    """Maximize expected improvement on a Matérn process, refitted every fifth trial."""
    from scipy.stats import norm
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    rng, d = np.random.default_rng([seed, 3]), len(planted.ranges)
    group = np.zeros(trials, np.int64)
    discrete = {j: len(h.values) for j, h in enumerate(planted.ranges) if h.values}

    def snap(points: Floats) -> Floats:
        points = points.copy()
        for j, count in discrete.items():
            points[:, j] = (code(points[:, j], count) + 0.5) / count
        return points

    def evaluate(points: Floats) -> Floats:
        noise = planted.noise * rng.normal(size=len(points))
        return planted.function(points, group[: len(points)]) + noise

    units = snap(rng.uniform(size=(10, d)))
    values, kernel = evaluate(units), None
    while len(values) < trials:
        target = (values - values.mean()) / values.std()
        if kernel is None or len(values) % 5 == 0:
            kernel = ConstantKernel(1.0, (0.05, 50)) * Matern(np.full(d, 0.5), (0.05, 10), nu=2.5)
            kernel += WhiteKernel(0.01, (1e-5, 1))
            model = GaussianProcessRegressor(kernel, random_state=0).fit(units, target)
            kernel = model.kernel_
        else:
            model = GaussianProcessRegressor(kernel, optimizer=None).fit(units, target)
        near = np.clip(units[values.argmin()] + 0.05 * rng.normal(size=(200, d)), 0, 1)
        points = snap(np.concatenate([rng.uniform(size=(600, d)), near]))
        mean, deviation = model.predict(points, return_std=True)
        gain = (target.min() - mean) / np.maximum(deviation, 1e-9)
        best = points[[np.argmax(deviation * (gain * norm.cdf(gain) + norm.pdf(gain)))]]
        units, values = np.concatenate([units, best]), np.append(values, evaluate(best))
    return units, group, values
