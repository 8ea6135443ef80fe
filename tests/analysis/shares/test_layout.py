"""What varies where: groups, fixed values, hyperparameters that are set for some choices only."""

import numpy as np
import pytest

from amtviz.analysis.shares.layout import find_cells, find_layout

NAN = np.nan


def codes(values, count):
    return (np.asarray(values, float) + 0.5) / count


def test_a_value_fixed_in_a_group_is_live_in_the_others():
    units = np.column_stack([np.linspace(0, 1, 10), np.linspace(1, 0, 10)])
    units[:5, 1] = 0.3
    layout = find_layout(units, np.array([0, 0]), ["a"] * 5 + ["b"] * 5)
    assert layout.live.tolist() == [[True, False]] * 5 + [[True, True]] * 5
    assert (layout.parents, layout.split, layout.groups) == ({}, False, 2)
    assert layout.columns.tolist() == [0, 1]


def test_what_decides_is_found_and_makes_cells():
    kind = np.tile([0, 1, 2], 20)
    rng = np.random.default_rng(0)
    units = np.column_stack([codes(kind, 3), rng.uniform(size=60), rng.uniform(size=60)])
    units[kind != 1, 1] = NAN
    layout = find_layout(units, np.array([3, 0, 0]), None)
    assert layout.parents == {1: 0}
    assert layout.kept.all()
    cells = find_cells(layout)
    assert cells.deciders == [0]
    assert cells.codes.ravel().tolist() == [0, 1, 2]
    assert cells.probability == pytest.approx([1 / 3] * 3)
    assert cells.live.tolist() == [[True, c == 1, True] for c in range(3)]


def test_choices_in_choices():
    rng = np.random.default_rng(0)
    outer, inner = rng.integers(0, 2, 200), rng.integers(0, 3, 200)
    units = np.column_stack([codes(outer, 2), codes(inner, 3), rng.uniform(size=200)])
    units[outer == 0, 1] = NAN
    units[(outer == 0) | (inner != 2), 2] = NAN
    layout = find_layout(units, np.array([2, -3, 0]), None)
    assert layout.parents == {1: 0, 2: 1}
    cells = find_cells(layout)
    found = {tuple(c): p for c, p in zip(cells.codes.tolist(), cells.probability, strict=True)}
    assert found == pytest.approx({(0, -1): 1 / 2, (1, 0): 1 / 6, (1, 1): 1 / 6, (1, 2): 1 / 6})
    assert cells.live[:, 2].sum() == 1


def test_groups_are_as_frequent_as_their_trials():
    units = np.random.default_rng(0).uniform(size=(100, 2))
    cells = find_cells(find_layout(units, np.array([0, 0]), ["a"] * 70 + ["b"] * 30))
    assert cells.probability == pytest.approx([0.7, 0.3])


def test_missing_for_no_reason_is_left_out_if_seldom_and_splits_groups_if_not():
    units = np.random.default_rng(0).uniform(size=(100, 2))
    units[[3, 50], 1] = NAN
    layout = find_layout(units, np.array([0, 0]), None)
    assert np.flatnonzero(~layout.kept).tolist() == [3, 50]
    assert not layout.split
    units[::2, 1] = NAN
    layout = find_layout(units, np.array([0, 0]), None)
    assert layout.kept.all()
    assert (layout.split, layout.groups) == (True, 2)
    assert len(np.unique(layout.group[::2])) == 1


def test_too_many_choices_that_decide_are_told_as_groups():
    rng = np.random.default_rng(0)
    choices = rng.integers(0, 30, (3000, 2))
    units = np.column_stack([codes(choices, 30), rng.uniform(size=(3000, 2))])
    for j in (0, 1):
        units[choices[:, j] < 15, 2 + j] = NAN
    layout = find_layout(units, np.array([30, 30, 0, 0]), None)
    assert layout.split
    assert len(find_cells(layout).probability) <= 200 * layout.groups


@pytest.mark.parametrize("shape", [(0, 2), (5, 0), (1, 3)])
def test_nothing_varies_without_trials(shape):
    layout = find_layout(np.full(shape, 0.5), np.zeros(shape[1], int), None)
    assert not layout.live.any()
    assert len(layout.columns) == 0


def test_no_trial_is_like_another():
    units = np.random.default_rng(0).uniform(size=(10, 2))
    layout = find_layout(units, np.array([0, 0]), list(range(10)))
    assert not layout.live.any()
