"""The Gaussian process against scikit-learn's, and its gradient against differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from amtviz import Hyperparameter
from amtviz.analysis.advice import gaussian_process
from amtviz.analysis.scale import make_scale


def numbers(count):
    ranges = [Hyperparameter(f"x{i}", "continuous", 0, 1, scaling="Linear") for i in range(count)]
    return [make_scale(one, pd.Series(dtype="float64")) for one in ranges]


def learn(count=60, columns=3):
    rng = np.random.default_rng(0)
    units = rng.uniform(size=(count, columns))
    target = np.sin(5 * units[:, 0]) + units[:, 1] + rng.normal(0, 0.1, count)
    target = (target - target.mean()) / target.std()
    return units, target, gaussian_process.fit(units, target, numbers(columns))


def test_expects_what_scikit_learn_expects_with_the_same_kernel():
    units, target, model = learn()
    kernel = ConstantKernel(1.0) + ConstantKernel(model.signal) * Matern(model.lengths, nu=2.5)
    alone = GaussianProcessRegressor(kernel + WhiteKernel(model.noise), optimizer=None)
    alone.fit(units, target)
    points = np.random.default_rng(1).uniform(size=(40, 3))
    mean, covariance = alone.predict(points, return_cov=True)
    found_mean, found = model.posterior(points)
    assert found_mean == pytest.approx(mean, abs=1e-6)
    assert model.mean(points) == pytest.approx(mean, abs=1e-6)
    assert found == pytest.approx(covariance - model.noise * np.eye(40), abs=1e-6)


def test_draws_have_the_posterior_mean_and_covariance():
    _, _, model = learn(count=15)
    points = np.random.default_rng(2).uniform(size=(4, 3))
    mean, covariance = model.posterior(points)
    draws = model.draw(points, 40_000, np.random.default_rng(3))
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.02)
    assert np.cov(draws.T) == pytest.approx(covariance, abs=0.02)


def test_left_out_r2_is_that_of_refitted_models():
    units, target, model = learn(count=25)
    residuals = []
    for row in range(25):
        rest = np.arange(25) != row
        cross = model._cross(units[rest], units[rest]) + model.noise * np.eye(24)
        weights = np.linalg.solve(cross, target[rest])
        residuals.append(target[row] - (model._cross(units[[row]], units[rest]) @ weights).item())
    r2 = 1 - np.sum(np.square(residuals)) / np.sum((target - target.mean()) ** 2)
    assert model.r2 == pytest.approx(r2, abs=1e-8)


def test_an_idle_column_is_worth_nothing_and_the_others_much():
    _, _, model = learn()
    assert (model.evidence[:2] > 20).all()
    assert model.evidence[2] < 2
    assert model.lengths[2] > 2 * model.lengths[:2].max()


def test_the_gradient_of_the_likelihood():
    rng = np.random.default_rng(4)
    units, target = rng.uniform(size=(20, 2)), rng.normal(size=20)
    squares = np.stack([np.subtract.outer(u, u) ** 2 for u in units.T])
    theta = np.log([0.4, 1.2, 0.8, 0.2])
    _, gradient = gaussian_process._likelihood(theta, squares, target)
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5
        ends = [gaussian_process._likelihood(theta + s, squares, target)[0] for s in (step, -step)]
        assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4, abs=1e-6)


def test_categories_and_missing_values_are_as_far_apart_as_each_other():
    kind = Hyperparameter("k", "categorical", values=("a", "b", "c"))
    scale = make_scale(kind, pd.Series(dtype="string"))
    codes = scale.to_unit(pd.Series(["a", "b", "c", None, None], dtype="string"))
    squares = gaussian_process._distance(codes[:, None], codes[:, None], 0, True)
    assert squares[3, 4] == 0
    assert np.unique(squares[~np.eye(5, dtype=bool)]).tolist() == pytest.approx([0, 0.49])
    column = np.array([[0.2], [0.7], [np.nan], [np.nan]])
    squares = gaussian_process._distance(column, column, 0, False)
    assert squares[0, 1] == pytest.approx(0.25)
    assert squares[0, 2] == pytest.approx(0.25 + 0.3**2)
    assert squares[2, 3] == 0
    # it must be a kernel: Euclidean, so no negative eigenvalue
    assert np.linalg.eigvalsh(gaussian_process._matern(squares)[0]).min() > -1e-9
