"""Diverged values, what trials stand for, and what was never tried."""

import numpy as np
import pytest

from amtviz.analysis.shares.tame import (
    are_accidents,
    compute_volumes,
    measure_untried,
    spread_out,
    tame,
)

EQUAL = np.full(100, 0.01)


def test_trials_stand_for_what_is_nearest():
    units = np.concatenate([np.linspace(0, 0.1, 20), [0.9]])[:, None]
    volumes = compute_volumes(units, np.random.default_rng(0))
    assert volumes.sum() == pytest.approx(1)
    assert volumes[-1] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("unit", [1.0, 1e-12, -1e9])
def test_diverged_values_are_moved_to_the_worst_ordinary_one(unit):
    values = np.random.default_rng(0).normal(size=100)
    wild = values.copy()
    wild[[3, 50]] = 1e6
    rest = np.delete(values, [3, 50])
    tamed = tame(unit * wild, EQUAL)
    assert tamed[[3, 50]] == pytest.approx(unit * rest.max())
    assert np.delete(tamed, [3, 50]) == pytest.approx(unit * rest)


@pytest.mark.parametrize("draw", ["normal", "uniform", "exponential"])
def test_ordinary_values_stay(draw):
    values = getattr(np.random.default_rng(1), draw)(size=100)
    assert (tame(values, EQUAL) == values).all()
    assert (tame(np.ones(100), EQUAL) == 1).all()


def test_accidents_lie_nowhere_in_particular():
    units = np.random.default_rng(0).uniform(size=(100, 3))
    scattered, cornered = np.zeros(100, bool), np.zeros(100, bool)
    scattered[[5, 40, 77]] = True
    cornered[np.argsort(units[:, 1])[-8:]] = True
    assert are_accidents(units, scattered)
    assert not are_accidents(units, cornered)
    assert not are_accidents(units, np.zeros(100, bool))
    assert not are_accidents(units, np.arange(100) % 5 == 0)  # too many


def test_thin_regions_are_kept_of_many_trials():
    rng = np.random.default_rng(0)
    units = np.concatenate([rng.normal(0.5, 0.01, (5000, 2)), rng.uniform(size=(20, 2))])
    chosen = spread_out(units, 100, rng)
    assert len(set(chosen)) == 100
    assert np.sum(chosen >= 5000) > 15
    assert spread_out(units[:50], 100, rng).tolist() == list(range(50))


def test_what_was_never_tried():
    rng = np.random.default_rng(0)
    everywhere = rng.uniform(size=(100, 2))
    levels = np.array([0, 0])
    assert measure_untried(everywhere, levels, 0)[0] < 0.1
    assert measure_untried(everywhere * [0.5, 1], levels, 0)[0] == pytest.approx(0.4, abs=0.12)
    kinds = np.column_stack([everywhere[:, 0], rng.integers(0, 3, 100) / 5 + 0.1])
    assert measure_untried(kinds, np.array([0, 5]), 0)[1].tolist() == pytest.approx([0, 0.4])
