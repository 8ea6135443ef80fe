"""Drawn functions taken apart: what varies by group, by each hyperparameter, by several.

Within a cell (a group and the choices that decide what is set) the live hyperparameters vary
independently over their ranges, so a function is a sum of coefficients × orthonormal products of
theirs, and a share a sum of squares, without integration error (as in polynomial chaos: Sudret,
2008). Cells are put together by the law of total variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import csr_matrix

from amtviz.analysis.shares.basis import Basis, Bools, Floats, Ints
from amtviz.analysis.shares.functions import Functions
from amtviz.analysis.shares.layout import Cells, to_labels

_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Effects:
    """Of each draw of a function; the last axis are draws, variances are parts of those in groups.

    Attributes
    ----------
    group : numpy.ndarray
        Part of the whole variance that lies between groups; all others are parts of the rest.
    first, total : numpy.ndarray, hyperparameters × draws
    pairs : dict
        Of two places, ascending: what only both together explain.
    combined, noise : numpy.ndarray
    among : numpy.ndarray, hyperparameters × draws
        ``first`` as a part of the variance among the trials in which it is live.
    reach : numpy.ndarray, hyperparameters × draws
        That variance, weighed by how many trials these are, as a part of all.
    curves : dict
        Of a place: the objective at each of its values, or its level and its coefficients.
    terms, cells : numpy.ndarray, terms × 3, terms × cells
        Features that a term is the product of, and its mean coefficient in each cell, in the
        objective's unit; the term of ones alone is the level.
    """

    group: Floats
    first: Floats
    total: Floats
    pairs: dict[tuple[int, int], Floats]
    combined: Floats
    noise: Floats
    among: Floats
    reach: Floats
    curves: dict[int, Floats]
    terms: Ints
    cells: Floats


class Decomposition:
    """Takes functions apart.

    Parameters
    ----------
    bases : sequence of Basis
        Of the columns, then, if there are several, of the groups.
    columns : numpy.ndarray
        Place of each column among the hyperparameters.
    cells : Cells
    """

    def __init__(self, bases: Sequence[Basis], columns: Ints, cells: Cells) -> None:
        self.bases, self.columns, self.cells = bases, columns, cells
        self.by_group = np.eye(int(cells.group.max()) + 1)[cells.group].T * cells.probability
        self.start = np.cumsum([0, *(basis.count for basis in bases)])
        self.one = int(self.start[-1])
        # the hyperparameter that each feature belongs to; groups and ones to none
        owners = [*columns.tolist(), *[-1] * (len(bases) - len(columns))]
        self.owner = np.append(np.repeat(owners, np.diff(self.start)), -1)
        self.free = np.array([o >= 0 and o not in cells.deciders for o in self.owner.tolist()])
        self.value = self._values()

    def _values(self) -> Floats:
        """Return each feature's value in each cell: of free ones, whether they are live."""
        cells = self.cells
        value = np.ones((self.one + 1, len(cells.probability)))
        for place, basis in enumerate(self.bases):
            own = slice(self.start[place], self.start[place + 1])
            if place >= len(self.columns):
                value[own] = basis.at[cells.group].T
                continue
            column = int(self.columns[place])
            value[own] = cells.live[:, column]
            if column in cells.deciders:
                codes = cells.codes[:, cells.deciders.index(column)]
                value[own] *= basis.at[np.maximum(codes, 0)].T
        return value

    def take(self, functions: Functions, offset: Floats, scale: Floats) -> Effects:
        """Take functions apart.

        Parameters
        ----------
        functions : Functions
            Of a standardized objective.
        offset, scale : numpy.ndarray
            Of each group: what standardized it.

        Returns
        -------
        Effects
        """
        p, group = self.cells.probability, self.cells.group
        terms, coefficients = self._gather(functions)
        level = np.zeros((len(p), coefficients.shape[2]))
        plain = (terms == self.one).all(axis=1)
        if plain.any():
            level = coefficients[plain][0]
        terms, coefficients = terms[~plain], coefficients[~plain]
        lives = self.value[terms].prod(axis=1) > 0
        within = level - self._mean_by(group, p, level)
        rest = functions.rest + functions.noise
        local = (coefficients**2).sum(axis=0) + rest  # of each cell, around its level
        whole = p @ (within**2 + local)
        first, total = self._singles(terms, coefficients, lives, level)
        pairs = self._pairs(terms, coefficients, lives, level)
        among = np.ones_like(first)
        for j in self.columns:
            here = self.cells.live[:, j] * p
            centred = level - self._mean_by(group, here, level)
            among[j] = here @ (centred**2 + local)
        scales, offsets = scale[group][:, None], offset[group][:, None]
        levels = level * scales + offsets
        weights = self.by_group.sum(axis=1)
        means = (self.by_group @ levels) / weights[:, None]
        between = weights @ (means - weights @ means) ** 2
        inside = (scales[:, 0] ** 2 * p) @ (within**2 + local)
        noise = np.full(len(whole), functions.noise) / whole
        return Effects(
            group=between / (between + inside),
            first=first / whole,
            total=total / whole,
            pairs={pair: variance / whole for pair, variance in pairs.items()},
            combined=1 - first.sum(axis=0) / whole - noise,
            noise=noise,
            among=first / among,
            reach=among / whole,
            curves=self._curves(terms, coefficients * scales, lives, levels),
            terms=np.vstack([[[self.one] * 3], terms]),
            cells=np.concatenate([levels[None], coefficients * scales]).mean(axis=2),
        )

    def _gather(self, functions: Functions) -> tuple[Ints, Floats]:
        """Sum up coefficients over what is fixed in a cell: terms, terms × cells × draws."""
        products = functions.products
        fixed = self.value[products].prod(axis=1)
        kept = np.sort(np.where(self.free[products], products, self.one), axis=1)
        terms, place = np.unique(kept, axis=0, return_inverse=True)
        shape = (len(terms), len(products))
        sums = csr_matrix((np.ones(len(products)), (place.ravel(), np.arange(shape[1]))), shape)
        columns = [sums @ (functions.coefficients * own[:, None]) for own in fixed.T]
        return terms, np.stack(columns, axis=1)

    def _singles(
        self, terms: Ints, coefficients: Floats, lives: Bools, level: Floats
    ) -> tuple[Floats, Floats]:
        """Return the variances of what each explains alone, and with all others."""
        shape = (self.cells.live.shape[1], level.shape[1])
        first, total = np.zeros(shape), np.zeros(shape)
        owners = self.owner[terms]
        squares = np.einsum("asr,s->ar", coefficients**2, self.cells.probability)
        variances = self._variances_of_means(coefficients, lives)
        single = (owners >= 0).sum(axis=1) == 1
        for j in self.columns:
            own = (owners == j).any(axis=1)
            if j not in self.cells.deciders:
                first[j] = variances[own & single].sum(axis=0)
                total[j] = squares[own].sum(axis=0)
        for place, j in enumerate(self.cells.deciders):
            first[j] = self._between(level[None], self.cells.live[None, :, j], place)[0]
            total[j] = self._moved(np.concatenate([level[None], coefficients]), place)
        return first, total

    def _pairs(
        self, terms: Ints, coefficients: Floats, lives: Bools, level: Floats
    ) -> dict[tuple[int, int], Floats]:
        """Return the variance that only two together explain."""
        owners = np.sort(self.owner[terms], axis=1)
        order = (owners >= 0).sum(axis=1)
        variances = self._variances_of_means(coefficients, lives)
        live, deciders = self.cells.live, self.cells.deciders
        found = {}
        for i, j in combinations(self.columns.tolist(), 2):
            if not (live[:, i] & live[:, j]).any():
                continue
            deciding = [c for c in (i, j) if c in deciders]
            if not deciding:
                own = (order == 2) & (owners[:, 1] == i) & (owners[:, 2] == j)
                found[i, j] = variances[own].sum(axis=0)
            elif len(deciding) == 1:
                other = j if deciding[0] == i else i
                own = (order == 1) & (owners[:, 2] == other)
                here = lives[own] & live[:, deciding[0]]
                place = deciders.index(deciding[0])
                found[i, j] = self._between(coefficients[own], here, place).sum(axis=0)
            else:
                found[i, j] = self._crossed(level, i, j)
        return found

    def _variances_of_means(self, coefficients: Floats, lives: Bools) -> Floats:
        """Return each term's variance, its coefficient averaged over cells of a group."""
        inside = lives @ self.by_group.T  # terms × groups: probability
        means = np.einsum("gs,as,asr->agr", self.by_group, lives, coefficients, optimize=True)
        means /= np.maximum(inside, _TINY)[:, :, None]
        return np.asarray(np.einsum("ag,agr->ar", inside, means**2))

    def _between(self, coefficients: Floats, here: Bools, place: int) -> Floats:
        """Return the variance within groups of each term's means by a deciding one's value."""
        group, p = self.cells.group, self.cells.probability
        value = to_labels(np.stack([group, self.cells.codes[:, place]], axis=1))
        out = np.zeros((len(coefficients), coefficients.shape[2]))
        for alive in np.unique(here, axis=0):
            own, weights = (here == alive).all(axis=1), p * alive
            some = coefficients[own]
            moved = self._mean_by(value, weights, some) - self._mean_by(group, weights, some)
            out[own] = weights @ moved**2
        return out

    def _crossed(self, level: Floats, i: int, j: int) -> Floats:
        """Return the variance of what two deciding ones explain together."""
        cells, group = self.cells, self.cells.group
        codes = [cells.codes[:, cells.deciders.index(c)] for c in (i, j)]
        weights = cells.probability * cells.live[:, i] * cells.live[:, j]
        single = [to_labels(np.stack([group, own], axis=1)) for own in codes]
        both = to_labels(np.stack([group, *codes], axis=1))
        moved = self._mean_by(both, weights, level) + self._mean_by(group, weights, level)
        moved -= sum(self._mean_by(keys, weights, level) for keys in single)
        return np.asarray(weights @ moved**2)

    def _moved(self, values: Floats, place: int) -> Floats:
        """Return the variance of all terms between cells that differ only in one deciding one."""
        cells = self.cells
        live = cells.live[:, cells.deciders[place]]
        own = np.where(live, -1, cells.codes[:, place])
        others = np.delete(cells.codes, place, axis=1)
        keys = to_labels(np.column_stack([cells.group, others, own]))
        weights = cells.probability * live
        moved = values - self._mean_by(keys, weights, values)
        return np.asarray((weights @ moved**2).sum(axis=0))

    def _mean_by(self, keys: Ints, weights: Floats, values: Floats) -> Floats:
        """Return, for each cell (the last axis but one), the weighted mean of those of its key."""
        same = (keys[:, None] == keys) * weights
        return np.asarray((same @ values) / np.maximum(same.sum(axis=1), _TINY)[:, None])

    def _curves(
        self, terms: Ints, coefficients: Floats, lives: Bools, levels: Floats
    ) -> dict[int, Floats]:
        """Return what each hyperparameter's mean over all others is made of, in draws."""
        cells, p = self.cells, self.cells.probability
        owners = self.owner[terms]
        single = (owners >= 0).sum(axis=1) == 1
        found = {}
        for place, j in enumerate(self.columns.tolist()):
            weights = p * cells.live[:, j]
            if j in cells.deciders:
                codes = cells.codes[:, cells.deciders.index(j)]
                seen = np.unique(codes[cells.live[:, j]])
                at = (codes == seen[:, None]) * weights
                means = (at @ levels) / at.sum(axis=1, keepdims=True)
                found[j] = np.full((len(self.bases[place].at), levels.shape[1]), np.nan)
                found[j][seen] = means
                continue
            own = np.flatnonzero(single & (owners == j).any(axis=1))
            found[j] = np.zeros((1 + self.bases[place].count, levels.shape[1]))
            found[j][0] = weights @ levels / weights.sum()
            alive = lives[own] * p
            sums = np.einsum("as,asr->ar", alive, coefficients[own])
            features = terms[own].min(axis=1) - self.start[place]
            found[j][1 + features] = sums / np.maximum(alive.sum(axis=1), _TINY)[:, None]
        return found
