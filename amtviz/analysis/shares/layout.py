"""In which trials each hyperparameter can have an effect, and what decides that.

A hyperparameter is *live* in a trial if it is set there and takes more than one value within the
trial's group. Elsewhere it has no effect by construction: so a difference between groups, or
between trials that have it and trials that don't, is never laid at its door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amtviz.analysis.shares.basis import Bools, Floats, Ints, to_codes

_LOST = 0.05  # values missing for no reason in at most this part of the trials: these are left out
_MOST_CODES = 40  # of a hyperparameter that can decide whether another is set
_MOST_CELLS = 200  # more choices that decide are told as groups


@dataclass(frozen=True, eq=False)
class Layout:
    """What varies where.

    Attributes
    ----------
    group : numpy.ndarray
        Of each trial, 0 to the number of groups less 1.
    codes : numpy.ndarray, trials × hyperparameters
        Of those with few values; -1 for others, and where not set.
    live : numpy.ndarray, trials × hyperparameters
    parents : dict
        Place of a hyperparameter that isn't always set -> place of the one that decides.
    kept : numpy.ndarray
        False for trials that lack a value for no reason.
    split : bool
        Whether groups were split by what is set, since nothing says why.
    """

    group: Ints
    codes: Ints
    live: Bools
    parents: dict[int, int]
    kept: Bools
    split: bool

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.group.max(initial=-1)) + 1

    @property
    def columns(self) -> Ints:
        """Places of the hyperparameters that are live somewhere."""
        return np.flatnonzero(self.live.any(axis=0))

    def of(self, trials: Ints) -> Layout:
        """Return that of some trials."""
        return replace(
            self,
            group=to_labels(self.group[trials]),
            codes=self.codes[trials],
            live=self.live[trials],
            kept=self.kept[trials],
        )


@dataclass(frozen=True, eq=False)
class Cells:
    """Groups × choices that decide what is set: within one, live hyperparameters are independent.

    Attributes
    ----------
    probability, group : numpy.ndarray
        Of each cell; groups as frequent as among the trials, choices equally likely.
    deciders : list of int
        Places of the hyperparameters that decide.
    codes : numpy.ndarray, cells × deciders
        -1 where that one is itself not set.
    live : numpy.ndarray, cells × hyperparameters
    """

    probability: Floats
    group: Ints
    deciders: list[int]
    codes: Ints
    live: Bools


def find_layout(units: Floats, levels: Ints, groups: Sequence[Any] | None) -> Layout:
    """Find what varies where.

    Parameters
    ----------
    units : numpy.ndarray, trials × hyperparameters
        From 0 to 1, NaN where not set.
    levels : numpy.ndarray
        How many values each can have: 0 for a number, c for categories, -c for values in order.
    groups : sequence, optional
        The group of each trial.

    Returns
    -------
    Layout
    """
    there, counts = ~np.isnan(units), np.abs(levels)
    filled = np.nan_to_num(units)
    codes = np.full(units.shape, -1, np.int64)
    for place, count in enumerate(counts):
        if count:
            found = to_codes(filled[:, place], int(count))
            codes[:, place] = np.where(there[:, place], found, -1)
    group = np.zeros(len(units), np.int64)
    if groups is not None:
        places = {name: place for place, name in enumerate(sorted(set(groups)))}
        group = np.array([places[name] for name in groups], np.int64)
    parents = _find_parents(there, codes, counts, group)
    while _count_cells(codes, parents, group) > _MOST_CELLS:
        largest = max(parents.values(), key=lambda p: counts[p])
        parents = {child: p for child, p in parents.items() if p != largest}
    unexplained = [
        j
        for j in range(units.shape[1])
        if j not in parents and not _is_decided(there[:, j], group[:, None])
    ]
    kept, split = np.ones(len(units), bool), False
    for j in unexplained:
        lost = ~there[:, j] & np.isin(group, group[there[:, j]])
        if lost.mean() <= _LOST:
            kept &= ~lost
    if any(not _is_decided(there[kept, j], group[kept, None]) for j in unexplained):
        group, split = to_labels(np.column_stack([group, there[:, unexplained]])), True
    if kept.any():
        group = to_labels(np.where(kept, group, group[kept][0]))
    return Layout(
        group, codes, _find_live(units, there, codes, counts, group, kept), parents, kept, split
    )


def find_cells(layout: Layout) -> Cells:
    """Find the cells of a layout."""
    deciders = sorted(set(layout.parents.values()))
    found: dict[tuple[int, ...], float] = {}
    for group, count in enumerate(np.bincount(layout.group)):
        mine = layout.group == group
        seen = [np.unique(layout.codes[mine & (layout.codes[:, p] >= 0), p]) for p in deciders]
        choices = [values.tolist() or [-1] for values in seen]
        each = count / len(layout.group) / np.prod([len(values) for values in choices])
        for choice in product(*choices):
            code = dict(zip(deciders, choice, strict=True))
            for _ in deciders:  # one that is itself not set under this choice
                code = {p: c if _is_set(layout, group, p, code) else -1 for p, c in code.items()}
            key = (group, *code.values())
            found[key] = found.get(key, 0.0) + each
    keys = np.array(list(found), np.int64).reshape(len(found), -1)
    live = [
        [
            _is_live(layout, group, j, dict(zip(deciders, codes, strict=True)))
            for j in range(layout.live.shape[1])
        ]
        for group, *codes in keys.tolist()
    ]
    return Cells(np.array(list(found.values())), keys[:, 0], deciders, keys[:, 1:], np.array(live))


def to_labels(rows: NDArray[np.generic]) -> Ints:
    """Number the different rows, or values, from 0."""
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel()


def _is_decided(values: Bools, keys: Ints) -> bool:
    """Tell whether values are the same wherever all keys are."""
    labels = to_labels(keys)
    return len(np.unique(np.stack([labels, values], axis=1), axis=0)) == len(np.unique(labels))


def _find_parents(there: Bools, codes: Ints, counts: Ints, group: Ints) -> dict[int, int]:
    """Find what decides whether each is set: of several, the one with the fewest values."""
    able = [p for p, count in enumerate(counts) if 0 < count <= _MOST_CODES]
    parents = {}
    for j in range(there.shape[1]):
        if _is_decided(there[:, j], group[:, None]):
            continue
        found = [
            p
            for p in able
            if p != j
            and there[there[:, j], p].all()
            and _is_decided(there[:, j], np.stack([group, codes[:, p]], axis=1))
        ]
        if found:
            parents[j] = min(found, key=lambda p: (len(np.unique(codes[:, p])), p))
    return parents


def _count_cells(codes: Ints, parents: dict[int, int], group: Ints) -> int:
    deciders = set(parents.values())
    choices = [len(np.unique(codes[codes[:, p] >= 0, p])) for p in deciders]
    return int(np.prod(choices)) * (int(group.max(initial=-1)) + 1) if deciders else 0


def _find_live(
    units: Floats, there: Bools, codes: Ints, counts: Ints, group: Ints, kept: Bools
) -> Bools:
    live = there.copy()
    for g in range(int(group.max(initial=-1)) + 1):
        mine = kept & (group == g)
        for j, count in enumerate(counts):
            here = mine & there[:, j]
            values = codes[here, j] if count else units[here, j]
            if len(values) == 0 or np.ptp(values) < 1e-12:
                live[group == g, j] = False
    return live


def _is_set(layout: Layout, group: int, j: int, code: dict[int, int]) -> bool:
    """Tell whether a decider is set in a cell; one that nothing decides is."""
    if j not in layout.parents:
        return True
    parent = layout.parents[j]
    mine = (layout.group == group) & (layout.codes[:, parent] == code[parent])
    return bool(layout.codes[mine, j].max(initial=-1) >= 0)


def _is_live(layout: Layout, group: int, j: int, code: dict[int, int]) -> bool:
    mine = layout.group == group
    if j in layout.parents:
        mine = mine & (layout.codes[:, layout.parents[j]] == code[layout.parents[j]])
    return bool(layout.live[mine, j].mean() > 0.5) if mine.any() else False
