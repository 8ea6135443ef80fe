"""Functions of one hyperparameter: orthonormal over its range, and varying as the kernel says."""

import numpy as np
import pytest
from scipy.integrate import trapezoid

from amtviz.analysis.shares.basis import LENGTHS, category_basis, ordinal_basis, smooth_basis


def test_numbers_have_orthonormal_functions_without_a_mean():
    at = np.linspace(0, 1, 4001)
    functions = smooth_basis().evaluate(at)
    assert trapezoid(functions, at, axis=0) == pytest.approx(np.zeros(24), abs=1e-3)
    products = trapezoid(functions[:, :8, None] * functions[:, None, :8], at, axis=0)
    assert products == pytest.approx(np.eye(8), abs=5e-3)
    assert np.ptp(np.diff(functions[:, 0])) < 1e-9  # the first is a line


@pytest.mark.parametrize("length", [0.1, 0.6, 3.0])
def test_variances_are_those_of_a_matern_process_less_its_mean(length):
    basis = smooth_basis()
    variances, _ = basis.variances(np.log(length))
    at = np.linspace(0, 1, 400, endpoint=False) + 1 / 800
    steps = np.sqrt(5) * np.abs(at[:, None] - at) / length
    kernel = (1 + steps + steps**2 / 3) * np.exp(-steps)
    functions = basis.evaluate(at)
    known = np.einsum("nk,nm,mk->k", functions, kernel, functions) / 400**2
    assert variances.sum() == pytest.approx(1)
    nearest = LENGTHS[np.abs(np.log(LENGTHS / length)).argmin()]
    assert variances == pytest.approx(known / known.sum(), abs=0.02 + abs(nearest - length) / 10)


def test_slopes_by_the_length_are_the_differences():
    basis, step = smooth_basis(), 1e-6
    for log_length in (-2.1, -0.4, 0.9):
        up, down = (basis.variances(log_length + s)[0] for s in (step, -step))
        slopes = basis.variances(log_length)[1]
        assert slopes == pytest.approx((up - down) / (2 * step), abs=1e-6)


@pytest.mark.parametrize("count", [2, 3, 7, 40])
def test_a_few_values_in_order_have_functions_over_just_these(count):
    basis = ordinal_basis(count)
    at = basis.evaluate((np.arange(count) + 0.5) / count)
    assert basis.count == min(count - 1, 24)
    assert at.mean(axis=0) == pytest.approx(np.zeros(basis.count), abs=1e-9)
    assert at.T @ at / count == pytest.approx(np.eye(basis.count), abs=1e-9)
    assert np.corrcoef(at[:, 0], np.arange(count))[0, 1] ** 2 == pytest.approx(1)


def test_categories_are_weighed_and_equally_uncertain():
    weights = np.array([0.5, 0.3, 0.2])
    basis = category_basis(weights)
    at = basis.evaluate(np.array([0.1, 0.5, 0.9]))
    assert weights @ at == pytest.approx(np.zeros(2), abs=1e-9)
    assert (at * weights[:, None]).T @ at == pytest.approx(np.eye(2))
    variances, slopes = basis.variances(0.0)
    # independent effects of one variance, less their weighted mean
    centred = np.eye(3) - weights
    covariance = centred @ centred.T
    ours = (at * variances) @ at.T
    assert ours / ours[0, 0] == pytest.approx(covariance / covariance[0, 0])
    assert not slopes.any()


def test_hundreds_of_categories_stay_numbers():
    basis = category_basis(np.full(300, 1 / 300))
    assert np.isfinite(basis.at).all()
    assert basis.variances(0.0)[0].sum() == pytest.approx(1)
