"""The binned density against SciPy's kernel density estimate and Silverman's closed form."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from scipy.stats import gaussian_kde

from amtviz.analysis.density import DensityGrid, compute_density, compute_density_grid

RNG = np.random.default_rng(7)
SAMPLES = {
    "normal": RNG.normal(0.8, 0.05, 400),
    "two modes": np.concatenate([RNG.normal(-2, 0.4, 150), RNG.normal(3, 0.6, 250)]),
    "skewed": RNG.gamma(2.0, 0.3, 300),
    "few": np.array([0.2, 0.25, 0.4, 0.41, 0.9]),
    "two": np.array([1.0, 2.0]),
    "far from zero": 1e9 + RNG.normal(0, 3, 200),
    "tiny": RNG.normal(0, 1e-12, 200),
    "huge": RNG.normal(0, 1e12, 200),
    "ties": np.repeat([1.0, 1.5, 2.0, 4.0], [30, 10, 40, 5]),
}


def grid_of(values, share: float = 1.5) -> DensityGrid:
    """A grid wide enough that no kernel reaches over its ends."""
    low, high = float(np.min(values)), float(np.max(values))
    pad = share * (high - low)
    return compute_density_grid(values, low - pad, high + pad)


def silverman(values: list[float]) -> float:
    """Silverman (1986), eq. 3.31, with the quartiles that Python's own library gives."""
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    spread = statistics.stdev(values)
    if upper > lower:
        spread = min(spread, (upper - lower) / 1.34)
    return 0.9 * spread * len(values) ** (-1 / 5)


def scipys_estimate(grid: DensityGrid, values) -> np.ndarray:
    """SciPy's own, of the same bandwidth; centred, since it loses digits far from zero."""
    middle = np.mean(values)
    kernel = gaussian_kde(values - middle, bw_method=grid.bandwidth / np.std(values, ddof=1))
    return kernel(grid.centres - middle)


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_scipys_kernel_estimate(name: str) -> None:
    values = SAMPLES[name]
    grid = grid_of(values)
    found = compute_density(grid, grid.bin(values))
    # of values moved to the middle of their bins, it differs by the kernel's cut tails only
    binned = scipys_estimate(grid, grid.centres[grid.bin(values)])
    assert np.abs(found - binned).max() < 0.003 * binned.max()
    # moving a value by half a bin changes a kernel by at most that times its steepest slope
    steepest = math.exp(-0.5) / (math.sqrt(2 * math.pi) * grid.bandwidth**2)
    expected = scipys_estimate(grid, values)
    assert np.abs(found - expected).max() < steepest * grid.step / 2
    if len(values) >= 100 and name != "ties":
        assert np.abs(found - expected).max() < 0.02 * expected.max()


@pytest.mark.parametrize("name", SAMPLES)
def test_it_integrates_to_one(name: str) -> None:
    grid = grid_of(SAMPLES[name])
    density = compute_density(grid, grid.bin(SAMPLES[name]))
    assert (density >= 0).all()
    assert density.sum() * grid.step == pytest.approx(1, abs=1e-9)
    assert trapezoid(density, grid.centres) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", ["normal", "two modes", "skewed", "few", "ties"])
def test_the_bandwidth_is_silvermans(name: str) -> None:
    values = SAMPLES[name]
    expected = silverman(values.tolist())
    low = float(values.min()) - 2 * expected
    # ends at which neither the least nor the greatest bandwidth of a grid is reached
    assert compute_density_grid(values, low, low + 30 * expected).bandwidth == pytest.approx(
        expected, rel=1e-12
    )


def test_the_bandwidth_without_a_quartile_range_is_the_standard_deviations() -> None:
    values = np.array([5.0] * 20 + [4.0, 6.0])
    expected = 0.9 * statistics.stdev(values.tolist()) * 22**-0.2
    assert compute_density_grid(values, 4.0, 6.0).bandwidth == pytest.approx(expected, rel=1e-12)


def test_outliers_do_not_widen_the_bandwidth() -> None:
    values = np.concatenate([RNG.normal(0, 1, 500), [40.0, 50.0, -45.0]])
    grid = compute_density_grid(values, -50, 50)
    assert grid.bandwidth == pytest.approx(100 / 60)  # the least: 0.26 would be Silverman's
    assert np.std(values) * 0.9 * 503**-0.2 < 100 / 60
    density = compute_density(grid, grid.bin(values))
    assert abs(grid.centres[density.argmax()]) < 1
    assert density.sum() * grid.step == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize(
    ("values", "bandwidth"),
    [([], 10 / 60), ([3.0], 10 / 60), ([3.0] * 50, 10 / 60), ([-1e6, 1e6], 2.0)],
    ids=["none", "one", "constant", "wider than the grid"],
)
def test_the_bandwidth_keeps_within_the_grid(values: list[float], bandwidth: float) -> None:
    grid = compute_density_grid(values, 0.0, 10.0)
    assert grid.bandwidth == pytest.approx(bandwidth)
    assert 40 <= grid.bins <= 160
    assert grid.weights.sum() == pytest.approx(1)
    assert grid.low + grid.bins * grid.step == pytest.approx(10.0)


def test_no_value_has_no_density() -> None:
    grid = compute_density_grid([], 0.0, 1.0)
    assert compute_density(grid, grid.bin([])).tolist() == [0.0] * grid.bins
    assert compute_density(grid, [-1, -1]).tolist() == [0.0] * grid.bins


@pytest.mark.parametrize("values", [[0.4], [0.4] * 30])
def test_one_value_is_one_kernel(values: list[float]) -> None:
    grid = compute_density_grid(values, 0.0, 1.0)
    density = compute_density(grid, grid.bin(values))
    peak = 1 / (grid.bandwidth * math.sqrt(2 * math.pi))
    assert density.max() == pytest.approx(peak, rel=0.01)
    assert grid.centres[density.argmax()] == pytest.approx(0.4, abs=grid.step)


def test_two_values_are_two_kernels() -> None:
    grid = compute_density_grid([2.1, 7.9], 0.0, 10.0)
    density = compute_density(grid, grid.bin([2.1, 7.9]))
    assert np.allclose(density, density[::-1])
    assert density[grid.bin([2.1])] == pytest.approx(density.max())


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_missing_and_infinite_values_are_left_out(bad: float) -> None:
    values = RNG.normal(0, 1, 60)
    grid, with_bad = (
        compute_density_grid(v, -4, 4) for v in (values, np.concatenate([values, [bad] * 9]))
    )
    assert (with_bad.bandwidth, with_bad.bins) == (grid.bandwidth, grid.bins)
    assert grid.bin([bad, 0.0, bad]).tolist() == [-1, grid.bin([0.0])[0], -1]
    assert np.array_equal(
        compute_density(grid, grid.bin(values)),
        compute_density(grid, grid.bin(np.concatenate([values, [bad] * 9]))),
    )


def test_bins_at_the_ends() -> None:
    grid = compute_density_grid([0.0, 1.0, 2.0], 0.0, 2.0)
    last = grid.bins - 1
    assert grid.bin([0.0, 2.0, -0.1, 2.1]).tolist() == [0, last, 0, last]
    assert grid.bin([grid.step * 0.999, grid.step * 1.001]).tolist() == [0, 1]
    assert grid.centres[[0, -1]].tolist() == pytest.approx([grid.step / 2, 2 - grid.step / 2])
    assert grid.bin(grid.centres).tolist() == list(range(grid.bins))


def test_what_falls_off_an_end_is_lost() -> None:
    """A value on an end has half of its kernel outside."""
    grid = compute_density_grid([0.0, 10.0], 0.0, 10.0)
    half = compute_density(grid, [0]).sum() * grid.step
    assert half == pytest.approx(0.5, abs=0.5 * grid.weights[grid.reach] + 1e-9)


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False) | st.sampled_from([math.nan, math.inf, -math.inf])


@settings(max_examples=80, deadline=None)
@given(values=st.lists(NUMBERS, max_size=40), low=st.floats(-1e6, 1e6), span=st.floats(1e-3, 1e6))
def test_any_values_have_a_density_on_any_grid(
    values: list[float], low: float, span: float
) -> None:
    grid = compute_density_grid(values, low, low + span)
    bins = grid.bin(values)
    finite = np.isfinite(values) if values else np.array([], dtype=bool)
    assert ((bins == -1) == ~finite).all()
    assert (bins < grid.bins).all()
    for value, place in zip(values, bins, strict=True):
        if math.isfinite(value) and low < value < low + span:
            assert abs(grid.centres[place] - value) <= grid.step * 0.51
    density = compute_density(grid, bins)
    assert np.isfinite(density).all()
    assert density.shape == (grid.bins,)
    assert density.sum() * grid.step <= 1 + 1e-9
