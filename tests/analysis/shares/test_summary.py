"""Shares of known functions, and what is said of groups, conditions and diverged values."""

import numpy as np
import pytest

from amtviz.analysis.shares import NAMED, draw_sample, find_layout, sum_up


def measure(units, values, levels=None, groups=None, seed=0):
    levels = np.zeros(units.shape[1], int) if levels is None else np.array(levels)
    layout = find_layout(units, levels, groups)
    sample = draw_sample(units, values, levels, layout, seed=seed)
    return sample, sum_up(sample, seed=seed)


@pytest.fixture(scope="module")
def uniform():
    return np.random.default_rng(0).uniform(size=(100, 4))


@pytest.fixture(scope="module")
def slopes(uniform):
    """Of 4, 2 and 1 with a noise of variance 1: of 21 / 12 + 1."""
    noise = np.random.default_rng(1).normal(size=100)
    noise = (noise - noise.mean()) / noise.std()
    return 4 * uniform[:, 0] + 2 * uniform[:, 1] + uniform[:, 2] + noise


@pytest.fixture(scope="module")
def known(uniform, slopes):
    return measure(uniform, slopes)


def holds(interval, truth):
    return interval[1] - 0.01 <= truth <= interval[2] + 0.01


def test_slopes_and_noise_in_closed_form(known):
    sample, shares = known
    whole = 21 / 12 + 1
    for j, variance in enumerate([16 / 12, 4 / 12, 1 / 12, 0]):
        assert holds(shares.within[j], variance / whole)
    assert holds(shares.noise, 1 / whole)
    assert holds(shares.combined, 0)
    assert shares.ranked
    assert shares.most.argmax() == 0
    assert shares.within[3, 1] < NAMED < shares.within[0, 1]
    assert (shares.within[:, 1] <= shares.within[:, 0]).all()
    assert (shares.within[:, 0] <= shares.within[:, 2]).all()
    draws = sample.effects
    assert (draws.first.sum(axis=0) + draws.combined + draws.noise) == pytest.approx(1)
    assert shares.group.tolist() == [0, 0, 0]


@pytest.mark.parametrize(("unit", "offset"), [(1e-12, 0), (1e9, 5e9), (-1e307, 0)])
def test_no_unit_bends_anything(uniform, slopes, known, unit, offset):
    there = measure(uniform, unit * slopes + offset)[1].within
    assert there == pytest.approx(known[1].within, abs=1e-3 if unit > 0 else 0.03)


def test_the_same_seed_draws_the_same(uniform, slopes, known):
    assert (measure(uniform, slopes)[1].within == known[1].within).all()


def test_diverged_values_change_little(uniform, slopes, known):
    spoilt = slopes.copy()
    spoilt[[3, 50]] = 1e6
    sample, shares = measure(uniform, spoilt)
    assert (sample.left_out, sample.tamed) == (2, 0)
    assert shares.within[:, 0] == pytest.approx(known[1].within[:, 0], abs=0.05)
    cliff = np.where(uniform[:, 1] > 0.92, 1e6, slopes)
    sample, shares = measure(uniform, cliff)
    assert (sample.left_out, sample.tamed) == (0, np.sum(uniform[:, 1] > 0.92))


@pytest.mark.parametrize("offset", [1.0, 1000.0])
def test_what_groups_make_is_theirs(uniform, offset):
    """One column is fixed in the first group, and says which group it is."""
    group = np.repeat([0, 1], 50)
    units = uniform.copy()
    units[group == 0, 3] = 0.2
    values = 2 * units[:, 0] + offset * group
    values = values + 0.1 * np.random.default_rng(2).normal(size=100)
    _, shares = measure(units, values, groups=group)
    between, inside = offset**2 / 4, 4 / 12 + 0.01
    assert holds(shares.group, between / (between + inside))
    assert holds(shares.within[0], (4 / 12) / inside)
    assert shares.within[3, 1] < 0.01
    assert shares.first[0, 0] == pytest.approx(
        shares.within[0, 0] * inside / (between + inside), abs=0.02
    )
    assert shares.live.tolist() == [1, 1, 1, 0.5]


def test_groups_of_other_scales_are_measured_on_their_own(uniform):
    group = np.repeat([0, 1], 50)
    values = np.where(group == 1, 20.0, 1.0) * (uniform[:, 0] + uniform[:, 1])
    sample, shares = measure(uniform, values, groups=group)
    assert sample.own_scale
    assert shares.within[:2, 0] == pytest.approx([0.5, 0.5], abs=0.05)


def test_a_child_takes_nothing_of_its_parents_effect(uniform):
    kind = np.arange(100) % 2
    units = np.column_stack([(kind + 0.5) / 2, uniform[:, :2]])
    units[kind == 0, 1] = np.nan
    values = kind + 0.3 * units[:, 2] + 0.05 * np.random.default_rng(3).normal(size=100)
    sample, shares = measure(units, values, [2, 0, 0])
    whole = 1 / 4 + 0.09 / 12 + 0.0025
    assert sample.layout.parents == {1: 0}
    assert holds(shares.within[0], 0.25 / whole)
    assert shares.within[1, 1] < 0.005
    assert shares.within[1, 2] < 0.06
    assert shares.among[1, 1] < 0.03
    assert holds(shares.among[2], (0.09 / 12) / whole)


def test_columns_that_move_together_are_told_as_one(uniform):
    units = uniform.copy()
    units[:, 1] = units[:, 0]
    values = 3 * units[:, 0] + 0.2 * np.random.default_rng(4).normal(size=100)
    _, shares = measure(units, values)
    assert list(shares.together) == [(0, 1)]
    assert holds(shares.together[0, 1], (9 / 12) / (9 / 12 + 0.04))
    assert shares.within[0, 2] - shares.within[0, 1] > 0.3
    assert shares.ranked


def test_as_many_categories_as_trials_cant_be_told(uniform):
    units = uniform.copy()
    units[:, 3] = (np.arange(100) + 0.5) / 100
    values = units[:, 0] + 0.1 * np.random.default_rng(5).normal(size=100)
    _, shares = measure(units, values, [0, 0, 0, 100])
    assert shares.told.tolist() == [True, True, True, False]
    assert shares.within[0, 1] > 0.5


def test_only_two_together(uniform):
    values = (uniform[:, 0] - 0.5) * (uniform[:, 1] - 0.5)
    _, shares = measure(uniform, values + 0.01 * np.random.default_rng(6).normal(size=100))
    noise = 1e-4 / (1 / 144 + 1e-4)
    assert holds(shares.pairs[0, 1], 1 - noise)
    assert max(low for pair, (_, low, _) in shares.pairs.items() if pair != (0, 1)) < 0.02
    assert shares.within[:, 1].max() < NAMED
    assert shares.ranked  # combined


def test_noise_is_nobodys(uniform):
    ranked = [
        measure(uniform[:60], np.random.default_rng(seed).normal(size=60))[1].ranked
        for seed in range(8)
    ]
    assert sum(ranked) <= 1


def test_many_trials_are_chosen_from():
    units = np.random.default_rng(0).uniform(size=(2000, 3))
    sample, shares = measure(units, units[:, 0] + units[:, 1])
    assert len(sample.units) == 400
    assert shares.within[:, 0] == pytest.approx([0.5, 0.5, 0], abs=0.03)
