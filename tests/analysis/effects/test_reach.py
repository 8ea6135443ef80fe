"""What tells the best tenth from the rest, and how far chance goes."""

import numpy as np
import pytest

from amtviz.analysis.effects.reach import Column, measure_reach

UNGROUPED = np.zeros(200, int)


def everything(units):
    return np.ones(units.shape, bool)


def measure(units, values, levels=None, group=UNGROUPED, live=None, seed=0):
    levels = np.zeros(units.shape[1], int) if levels is None else np.array(levels)
    live = everything(units) if live is None else live
    return measure_reach(units, values, levels, group, live, -1, seed=seed)


def test_the_divergence_of_categories_in_closed_form():
    every = np.repeat([0, 1, 2], [2000, 1000, 1000])
    column = Column(every, 3, False, np.arange(4000))
    # all of the best in a category that half of the trials have: 1/2 (2 - 1)² + 1/2 (0 - 1)²
    assert column.diverge(np.zeros(4000, int)) == pytest.approx(1, abs=0.02)
    assert column.diverge(every) == pytest.approx(0, abs=1e-12)


def test_the_divergence_of_numbers_in_closed_form():
    """The best half of a uniform range: half of it twice as dense, the rest empty."""
    cells = np.arange(100_000) % 50
    column = Column(cells, 50, True, np.arange(100_000))
    assert column.diverge(cells[cells < 25]) == pytest.approx(1, abs=0.07)


def test_what_decides_is_found():
    units = np.random.default_rng(0).uniform(size=(200, 4))
    found = measure(units, units[:, 1] + 0.2 * units[:, 2])
    assert found.trusted
    assert found.in_top == 20
    assert found.shares[:, 0].argmax() == 1
    assert found.shares[:, 0].sum() == pytest.approx(1)
    assert found.shares[1, 0] > found.chance[1]
    assert (found.shares[:, 1] <= found.shares[:, 0]).all()
    assert (found.shares[:, 0] <= found.shares[:, 2]).all()


def test_the_line_of_chance_holds_for_all_columns_at_once():
    """In one of twenty searches in which nothing decides, some column may exceed it."""
    trusted = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        units = rng.uniform(size=(100, 5))
        trusted += measure(units, rng.normal(size=100), group=UNGROUPED[:100], seed=seed).trusted
    assert trusted <= 4  # a chance of 5 % exceeds it once in 400 runs


def test_late_trials_that_are_good_and_alike_prove_nothing():
    """A search that drifts: the objective improves, the idle column wanders."""
    rng = np.random.default_rng(0)
    late = np.linspace(0, 1, 200)
    units = np.column_stack(
        [rng.uniform(size=200), np.clip(late + 0.05 * rng.normal(size=200), 0, 1)]
    )
    values = -3 * late + units[:, 0]
    found = measure(units, values)
    assert found.shares[1, 0] <= found.chance[1]
    assert found.shares[0, 0] > found.chance[0]


def test_the_best_tenth_is_that_of_each_group():
    """All of the better group would have the category that only this group tried."""
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1], 100)
    units = np.column_stack([np.where(group == 1, 0.75, 0.25), rng.uniform(size=200)])
    values = -5.0 * group + units[:, 1]
    found = measure(units, values, [2, 0], group=group)
    assert found.shares[:, 0] == pytest.approx([0, 1])


def test_a_child_is_compared_where_it_is_set():
    rng = np.random.default_rng(0)
    kind = np.arange(200) % 2
    units = np.column_stack([(kind + 0.5) / 2, rng.uniform(size=(200, 2))])
    units[kind == 0, 1] = np.nan
    live = ~np.isnan(units)
    found = measure(units, -1.0 * kind + 0.5 * units[:, 2], [2, 0, 0], live=live)
    assert found.shares[1, 0] <= found.chance[1]
    assert found.shares[0, 0] > found.chance[0]


@pytest.mark.parametrize("count", [0, 1, 40])
def test_too_few_have_no_best_tenth(count):
    units = np.random.default_rng(0).uniform(size=(count, 2))
    found = measure(units, units[:, 0], group=UNGROUPED[:count])
    assert not found.trusted
    assert not found.shares.any()


def test_equal_trials_have_no_best():
    units = np.random.default_rng(0).uniform(size=(200, 2))
    found = measure(units, np.ones(200))
    assert (found.trusted, found.in_top) == (False, 0)
