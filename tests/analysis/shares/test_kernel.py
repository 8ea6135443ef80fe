"""The kernel against sums over all pairs and triples, densities of SciPy, and differences."""

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.stats import multivariate_normal

from amtviz.analysis.shares.basis import category_basis, smooth_basis
from amtviz.analysis.shares.functions import draw_functions
from amtviz.analysis.shares.kernel import CONSTANT, Kernel
from amtviz.analysis.shares.posterior import draw_kernels


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(0)
    units = rng.uniform(size=(25, 4))
    bases = [smooth_basis(), smooth_basis(), category_basis(np.full(3, 1 / 3)), smooth_basis()]
    features = [basis.evaluate(own) for basis, own in zip(bases, units.T, strict=True)]
    kernel = Kernel(bases, grouped=False)
    parameters = rng.normal(size=len(kernel.centre)) * 0.5
    target = np.sin(5 * units[:, 0]) + units[:, 1] + 0.1 * rng.normal(size=25)
    return kernel, parameters, features, target - target.mean()


def brute_force(kernel, parameters, features):
    s = kernel.strengths(parameters)
    grams = [
        (own * sizes) @ own.T
        for own, (sizes, _) in zip(features, kernel.variances(s.log_lengths), strict=True)
    ]
    whole = CONSTANT + sum(m * g for m, g in zip(s.main, grams, strict=True))
    mixed = [m * g for m, g in zip(s.mixing, grams, strict=True)]
    whole = whole + s.pair * sum(mixed[i] * mixed[j] for i, j in combinations(range(4), 2))
    triples = combinations(range(4), 3)
    whole = whole + s.triple * sum(mixed[i] * mixed[j] * mixed[k] for i, j, k in triples)
    return whole + (s.noise + 1e-5) * np.eye(len(whole))


def test_the_covariance_sums_effects_of_one_two_and_three(made):
    kernel, parameters, features, _ = made
    ours = kernel.covariance(parameters, features)
    assert ours == pytest.approx(brute_force(kernel, parameters, features), abs=1e-5)


def test_the_density_is_the_normal_one_times_the_prior(made):
    kernel, parameters, features, target = made
    other = parameters * 0.3

    def density(p):
        covariance = brute_force(kernel, p, features)
        prior = multivariate_normal.logpdf(p, np.zeros(len(p)), np.eye(len(p)))
        return multivariate_normal.logpdf(target, np.zeros(len(target)), covariance) + prior

    ours = kernel.value(parameters, features, target) - kernel.value(other, features, target)
    assert ours == pytest.approx(density(parameters) - density(other), abs=1e-3)


def test_the_gradient_is_that_of_differences(made):
    kernel, parameters, features, target = made
    value, slopes = kernel.gradient(parameters, features, target)
    assert value == pytest.approx(kernel.value(parameters, features, target))
    known = approx_fprime(parameters, lambda p: kernel.value(p, features, target), 1e-6)
    assert slopes == pytest.approx(known, abs=2e-3)


def test_the_information_is_that_of_differences(made):
    kernel, parameters, features, _ = made
    inverse = np.linalg.inv(kernel.covariance(parameters, features))
    step, slopes = 1e-5, []
    for place in range(len(parameters)):
        moved = np.eye(len(parameters))[place] * step
        up, down = (kernel.covariance(parameters + s * moved, features) for s in (1, -1))
        slopes.append(inverse @ (up - down) / (2 * step))
    known = [[0.5 * np.trace(a @ b) for a in slopes] for b in slopes] + np.eye(len(parameters))
    assert kernel.information(parameters, features) == pytest.approx(np.array(known), abs=2e-2)


def test_functions_drawn_scatter_about_the_regression_as_it_says(made):
    """Mean and covariance at new places, in closed form (kriging)."""
    kernel, parameters, features, target = made
    rng = np.random.default_rng(1)
    drawn = draw_functions(kernel, parameters, features, target, rng, 4000)
    new = [f[rng.permutation(25)[:6]] * 0.9 for f in features]
    every = np.concatenate([*new, np.ones((6, 1))], axis=1)
    at = every[:, drawn.products].prod(axis=2) @ drawn.coefficients
    both = [np.concatenate([old, some]) for old, some in zip(features, new, strict=True)]
    s = kernel.strengths(parameters)
    whole = kernel.covariance(parameters, both) - s.noise * np.diag(np.arange(31) >= 25)
    old, across, own = whole[:25, :25], whole[25:, :25], whole[25:, 25:]
    mean = across @ np.linalg.solve(old, target)
    covariance = own - across @ np.linalg.solve(old, across.T)
    spread = np.sqrt(np.diag(covariance))
    assert np.abs(at.mean(axis=1) - mean).max() < 0.1 * spread.max()
    assert at.std(axis=1) == pytest.approx(spread, rel=0.15, abs=0.02)


def test_kernels_drawn_find_the_noise():
    rng = np.random.default_rng(0)
    units = rng.uniform(size=(120, 2))
    target = 2 * units[:, 0] + 0.5 * rng.normal(size=120)
    target = (target - target.mean()) / target.std()
    kernel = Kernel([smooth_basis(), smooth_basis()], grouped=False)
    features = [smooth_basis().evaluate(own) for own in units.T]
    kernels = draw_kernels(kernel, features, target, rng, 24)
    noise = [kernel.strengths(parameters).noise for parameters in kernels]
    known = 0.25 / (4 / 12 + 0.25)
    assert len(kernels) == 24
    assert np.median(noise) == pytest.approx(known, rel=0.25)
    assert np.std(np.log(noise)) == pytest.approx(np.sqrt(2 / 120), rel=0.6)
