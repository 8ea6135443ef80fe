"""Functions taken apart, against integrals by drawing points in groups and choices."""

from itertools import combinations

import numpy as np
import pytest
from scipy.stats.qmc import Sobol

from amtviz.analysis.shares.basis import category_basis, ordinal_basis, smooth_basis
from amtviz.analysis.shares.decomposition import Decomposition
from amtviz.analysis.shares.functions import Functions
from amtviz.analysis.shares.layout import find_cells, find_layout
from amtviz.analysis.shares.sample import Sample

POINTS = 2**13
GROUPS = np.array([0.6, 0.4])
OFFSET, SCALE = np.array([1.0, 2.5]), np.array([2.0, 2.0])
NOISE, REST = 0.1, 0.05


class Planted:
    """Columns: a kind (of three), a child of kind 1, two numbers; the last is fixed in group 1."""

    def __init__(self):
        rng = np.random.default_rng(0)
        kind = rng.integers(0, 3, 300)
        units = np.column_stack([(kind + 0.5) / 3, rng.uniform(size=(300, 3))])
        units[kind != 1, 1] = np.nan
        group = np.repeat([0, 1], [180, 120])
        units[group == 1, 3] = 0.5
        self.levels = np.array([3, 0, 0, 0])
        self.layout = find_layout(units, self.levels, group)
        bases = [category_basis(np.full(3, 1 / 3)), *[smooth_basis()] * 3, category_basis(GROUPS)]
        self.decomposition = Decomposition(bases, np.arange(4), find_cells(self.layout))
        start = self.decomposition.start
        one = self.decomposition.one
        few = [2, 2, 3, 2, 1]  # functions of each that are used
        singles = [start[c] + k for c in range(5) for k in range(few[c])]
        pairs = [
            (start[c] + k, start[e] + m)
            for c, e in combinations(range(5), 2)
            for k in range(few[c])
            for m in range(few[e])
        ]
        triples = [(start[0], start[1], start[2]), (start[0] + 1, start[2], start[4])]
        ids = [(one, one, one)]
        ids += [(s, one, one) for s in singles] + [(*p, one) for p in pairs] + triples
        self.ids = np.array(ids)
        self.coefficients = rng.normal(size=(len(ids), 1)) / 3
        drawn = Functions(self.ids, self.coefficients, REST, NOISE)
        self.effects = self.decomposition.take(drawn, OFFSET, SCALE)
        self.sample = Sample(
            self.effects,
            self.decomposition,
            self.layout,
            units,
            self.levels,
            0,
            0,
            False,
            False,
            1.0,
        )

    def evaluate(self, units, group):
        """The function, standardized; a column that isn't live counts for nothing."""
        bases = self.decomposition.bases
        features = [b.evaluate(u) for b, u in zip(bases, units.T, strict=False)]
        features = [f * self.live(units, group)[:, [j]] for j, f in enumerate(features)]
        features += [bases[4].at[group], np.ones((len(units), 1))]
        return np.concatenate(features, axis=1)[:, self.ids].prod(axis=2) @ self.coefficients[:, 0]

    def live(self, units, group):
        live = np.ones(units.shape, bool)
        live[:, 1] = (units[:, 0] * 3).astype(int) == 1
        live[group == 1, 3] = False
        return live


@pytest.fixture(scope="module")
def planted():
    return Planted()


@pytest.fixture(scope="module")
def drawn(planted):
    """Each group's points twice, with the function's values."""
    both = Sobol(8, scramble=False).random(POINTS)  # even: few points are exact enough
    found = []
    for g in (0, 1):
        group = np.full(POINTS, g)
        one, two = both[:, :4], both[:, 4:]
        found.append((group, one, two, planted.evaluate(one, group), planted.evaluate(two, group)))
    return found


def frozen(planted, one, two, group, columns):
    """The second points with some columns of the first."""
    points = two.copy()
    points[:, columns] = one[:, columns]
    return planted.evaluate(points, group)


@pytest.fixture(scope="module")
def within(drawn):
    return sum(w * y.var() for w, (*_, y, _) in zip(GROUPS, drawn, strict=True)) + NOISE + REST


def test_the_groups_part_is_the_variance_of_their_means(planted, drawn, within):
    means = np.array([SCALE[g] * y.mean() + OFFSET[g] for g, (*_, y, _) in enumerate(drawn)])
    between = GROUPS @ (means - GROUPS @ means) ** 2
    known = between / (between + within * SCALE[0] ** 2)
    assert planted.effects.group[0] == pytest.approx(known, abs=0.01)


@pytest.mark.parametrize("column", [0, 2, 3])
def test_first_and_total_are_found_by_picking_and_freezing(planted, drawn, within, column):
    first = total = 0.0
    others = [c for c in range(4) if c != column]
    for w, (group, one, two, y, z) in zip(GROUPS, drawn, strict=True):
        if not planted.live(one, group)[:, column].any():
            continue
        again = frozen(planted, one, two, group, [column])
        first += w * np.mean((y - y.mean()) * (again - z))
        # the children of a choice lie anywhere where it isn't theirs: they count with it
        total += w * np.mean((y - frozen(planted, one, two, group, others)) ** 2) / 2
    assert planted.effects.first[column, 0] == pytest.approx(first / within, abs=0.01)
    assert planted.effects.total[column, 0] == pytest.approx(total / within, abs=0.01)


def test_a_child_is_measured_where_it_is_set(planted, drawn, within):
    first = inside = 0.0
    for w, (group, one, two, *_) in zip(GROUPS, drawn, strict=True):
        one, two = one.copy(), two.copy()
        one[:, 0] = two[:, 0] = 0.5  # the kind that has it, a third of the trials
        y, z = planted.evaluate(one, group), planted.evaluate(two, group)
        own = np.mean((y - y.mean()) * (frozen(planted, one, two, group, [1]) - z))
        first += w * own / 3
        inside += w * (y.var() + NOISE + REST) / 3
    assert planted.effects.first[1, 0] == pytest.approx(first / within, abs=0.01)
    assert planted.effects.among[1, 0] == pytest.approx(first / inside, abs=0.01)
    assert planted.effects.reach[1, 0] == pytest.approx(inside / within, abs=0.01)


@pytest.mark.parametrize("pair", [(2, 3), (0, 2)])
def test_pairs_are_found_by_freezing_both(planted, drawn, within, pair):
    known = 0.0
    for w, (group, one, two, y, z) in zip(GROUPS, drawn, strict=True):
        if not planted.live(one, group)[:, list(pair)].all(axis=1).any():
            continue
        parts = [
            np.mean((y - y.mean()) * (frozen(planted, one, two, group, columns) - z))
            for columns in ([*pair], [pair[0]], [pair[1]])
        ]
        known += w * (parts[0] - parts[1] - parts[2])
    assert planted.effects.pairs[pair][0] == pytest.approx(known / within, abs=0.01)


def test_all_parts_add_up(planted):
    effects = planted.effects
    whole = effects.first.sum(axis=0) + effects.combined + effects.noise
    assert whole == pytest.approx(1)


def test_curves_are_means_over_all_others(planted, drawn):
    at = np.array([0.1, 0.45, 0.9])
    for column, where in ((2, None), (3, 0), (0, None), (1, None)):
        means = []
        for place in at:
            sums = weights = 0.0
            for g, (group, one, *_) in enumerate(drawn):
                if where is not None and g != where:
                    continue
                points = one.copy()
                if column == 1:
                    points[:, 0] = 0.5  # the kind that has the child
                points[:, column] = place
                value = (SCALE[g] * planted.evaluate(points, group) + OFFSET[g]).mean()
                sums, weights = sums + GROUPS[g] * value, weights + GROUPS[g]
            means.append(sums / weights)
        assert planted.sample.curve(column, at)[:, 0] == pytest.approx(means, abs=0.05)


@pytest.mark.parametrize("pair", [(2, 3), (0, 2), (1, 2)])
def test_surfaces_are_means_over_all_others(planted, drawn, pair):
    x, y = np.array([0.2, 0.5, 0.8]), np.array([0.1, 0.7])
    if pair[0] == 0:
        x = (np.arange(3) + 0.5) / 3
    ours = planted.sample.surface(*pair, x, y)
    for i, j in ((0, 0), (1, 1), (2, 0)):
        sums = weights = 0.0
        for g, (group, one, *_) in enumerate(drawn):
            if g == 1 and 3 in pair:
                continue
            points = one.copy()
            if 1 in pair:
                points[:, 0] = 0.5
            points[:, pair[0]], points[:, pair[1]] = x[i], y[j]
            value = (SCALE[g] * planted.evaluate(points, group) + OFFSET[g]).mean()
            sums, weights = sums + GROUPS[g] * value, weights + GROUPS[g]
        assert ours[i, j] == pytest.approx(sums / weights, abs=0.05)


def test_two_choices_that_decide_combine():
    """Each of two switches sets a child; together they are worth something."""
    rng = np.random.default_rng(0)
    switches = rng.integers(0, 2, (400, 2))
    units = np.column_stack([(switches + 0.5) / 2, rng.uniform(size=(400, 2))])
    units[:, 2:][switches == 0] = np.nan
    layout = find_layout(units, np.array([2, 2, 0, 0]), None)
    bases = [category_basis(np.full(2, 0.5))] * 2 + [smooth_basis()] * 2
    decomposition = Decomposition(bases, np.arange(4), find_cells(layout))
    one = decomposition.one
    ids = np.array([[one] * 3, [0, one, one], [0, 1, one]])
    effects = decomposition.take(
        Functions(ids, np.array([[0.3], [2.0], [1.0]]), 0.0, 0.0), np.zeros(1), np.ones(1)
    )
    assert effects.first[:2, 0] == pytest.approx([0.8, 0])
    assert effects.pairs[0, 1][0] == pytest.approx(0.2)
    assert effects.total[:2, 0] == pytest.approx([1.0, 0.2])


def test_a_few_values_in_order_can_decide():
    layers = np.tile([0, 1, 2], 40)
    units = np.column_stack([(layers + 0.5) / 3, np.random.default_rng(0).uniform(size=120)])
    units[layers == 0, 1] = np.nan
    layout = find_layout(units, np.array([-3, 0]), None)
    bases = [ordinal_basis(3), smooth_basis()]
    decomposition = Decomposition(bases, np.arange(2), find_cells(layout))
    one = decomposition.one
    ids = np.array([[one] * 3, [0, one, one], [2, one, one]])  # the line of each
    drawn = Functions(ids, np.array([[0.0], [1.0], [1.0]]), 0.0, 0.0)
    effects = decomposition.take(drawn, np.zeros(1), np.ones(1))
    assert effects.first[:, 0] == pytest.approx([0.6, 0.4])  # the child in two of three
    assert effects.among[1, 0] == pytest.approx((2 / 3) / (2 / 3 + 2 / 3 * 0.375), abs=0.01)
