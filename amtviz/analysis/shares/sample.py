"""Functions that fit the trials, drawn with all that is unknown about them, and taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from amtviz.analysis.shares.basis import (
    Basis,
    Floats,
    Ints,
    category_basis,
    ordinal_basis,
    smooth_basis,
    to_codes,
)
from amtviz.analysis.shares.decomposition import Decomposition, Effects
from amtviz.analysis.shares.functions import draw_amplitudes, draw_functions
from amtviz.analysis.shares.kernel import Kernel
from amtviz.analysis.shares.layout import Layout, find_cells
from amtviz.analysis.shares.posterior import draw_kernels
from amtviz.analysis.shares.tame import are_accidents, compute_volumes, spread_out, tame

MOST_TRIALS = 400  # that functions are learnt from
_MOST_FOR_KERNEL = 160  # that the kernel's parameters are learnt from
_KERNELS, _FUNCTIONS = 36, 8  # drawn, and for each of them
_DEAR = 120  # trials from which on two thirds of the kernels do
_STEP = 3.0  # standard deviations: groups' means are brought together by whole ones
_SCALES = 3.0  # groups whose standard deviations differ by more have each a scale of their own
_FEWEST = 8  # trials of a group with a scale, and with fences, of its own


@dataclass(frozen=True, eq=False)
class Sample:
    """Draws of functions that fit the trials.

    Attributes
    ----------
    effects : Effects
        Of all draws; the last axis are draws.
    decomposition : Decomposition
    layout : Layout
        Of the trials that were learnt from.
    units : numpy.ndarray, trials × hyperparameters
        The same trials; anywhere where a hyperparameter isn't live.
    levels : numpy.ndarray
    left_out : int
        Trials whose objective diverged by accident, or that lack a value for no reason.
    tamed : int
        Trials whose diverged objective counts as the worst ordinary one.
    own_scale : bool
        Whether groups differ so much that each was measured on its own scale.
    constant : bool
        Whether all objectives are the same.
    unit : float
        What the objective was divided by, so that no square overflows.
    """

    effects: Effects
    decomposition: Decomposition
    layout: Layout
    units: Floats
    levels: Ints
    left_out: int
    tamed: int
    own_scale: bool
    constant: bool
    unit: float

    def curve(self, column: int, units: Floats) -> Floats:
        """Return the objective's mean over all others at places of one, places × draws.

        NaN at values of a deciding hyperparameter that no trial has.
        """
        basis = self._basis(column)
        found = self.effects.curves[column]
        if column in self.decomposition.cells.deciders:
            return self.unit * found[to_codes(units, len(found))]
        return self.unit * (found[0] + basis.evaluate(units) @ found[1:])

    def surface(self, first: int, second: int, x: Floats, y: Floats) -> Floats:
        """Return the objective's mean over all others at places of two, first × second."""
        d, cells = self.decomposition, self.decomposition.cells
        owners = d.owner[self.effects.terms]
        own = np.isin(owners, [-1, first, second]).all(axis=1)
        terms, coefficients = self.effects.terms[own], self.effects.cells[own]
        weights = cells.probability * cells.live[:, first] * cells.live[:, second]
        weights = np.broadcast_to(weights, (len(x), len(y), len(weights)))
        sides = []
        for column, units in ((first, x), (second, y)):
            across = column == first
            if column in cells.deciders:
                count = self._basis(column).at.shape[0]
                wanted = to_codes(units, count)
                has = cells.codes[:, cells.deciders.index(column)] == wanted[:, None]
                weights = weights * (has[:, None] if across else has[None])
            start = d.start[np.flatnonzero(d.columns == column)[0]]
            values = np.concatenate(
                [self._basis(column).evaluate(units), np.ones((len(units), 1))], axis=1
            )
            place = np.where(owners[own] == column, terms - start, values.shape[1] - 1)
            sides.append(values[:, place].prod(axis=2))  # units × terms
        weights = weights / np.maximum(weights.sum(axis=2, keepdims=True), 1e-12)
        means = np.einsum("xys,as->xya", weights, coefficients, optimize=True)
        return self.unit * np.asarray(np.einsum("xya,xa,ya->xy", means, *sides, optimize=True))

    def _basis(self, column: int) -> Basis:
        return self.decomposition.bases[
            int(np.flatnonzero(self.decomposition.columns == column)[0])
        ]


def draw_sample(
    units: Floats,
    values: Floats,
    levels: Ints,
    layout: Layout,
    *,
    seed: int = 0,
) -> Sample:
    """Draw functions that fit the trials, and take them apart.

    Gaussian processes over the declared ranges (Oakley & O'Hagan, 2004, "Probabilistic sensitivity
    analysis of complex models: a Bayesian approach"; Le Gratiet, Cannamela & Iooss, 2014), each
    with a kernel drawn from what the trials leave open about it. Groups are one more category:
    how much they differ, and how much effects do between them, is learnt.

    Parameters
    ----------
    units : numpy.ndarray, trials × hyperparameters
        On the declared scales from 0 to 1, NaN where not set; category k of c anywhere in
        [k/c, (k+1)/c).
    values : numpy.ndarray
        The objective, finite.
    levels : numpy.ndarray
        How many values each hyperparameter can have: 0 for a number, c for categories, -c for
        values in order.
    layout : Layout
        What `find_layout` found; some hyperparameter has to be live.
    seed : int

    Returns
    -------
    Sample
    """
    rng = np.random.default_rng(seed)
    unit = float(np.abs(values).max()) or 1.0
    values = values / unit
    units = np.where(np.isnan(units), np.nan, np.clip(units, 0, 1))
    # what isn't live lies anywhere: no distance and no gap
    full = np.where(layout.live, units, rng.uniform(size=units.shape))
    columns = layout.columns
    tamed, volumes = _tame_groups(values, layout, full, rng)
    kept, wild = layout.kept, tamed != values
    if are_accidents(full[kept][:, columns], wild[kept]):
        kept = kept & ~wild
    use = np.flatnonzero(kept)
    use = use[spread_out(full[use][:, columns], MOST_TRIALS, rng)]
    layout, full = layout.of(use), full[use]
    columns = layout.columns
    target, offset, scale, own_scale = _standardize(tamed[use], volumes[use], layout.group)
    with threadpool_limits(1, user_api="blas"):  # threads wait for each other on small matrices
        decomposition, effects = _draw(
            target, offset, scale, layout, full, levels, own_scale=own_scale, rng=rng
        )
    return Sample(
        effects,
        decomposition,
        layout,
        full,
        levels,
        left_out=int((~kept).sum()),
        tamed=int((wild & kept).sum()),
        own_scale=own_scale,
        constant=bool(np.ptp(tamed) == 0),
        unit=unit,
    )


def _draw(
    target: Floats,
    offset: Floats,
    scale: Floats,
    layout: Layout,
    units: Floats,
    levels: Ints,
    *,
    own_scale: bool,
    rng: np.random.Generator,
) -> tuple[Decomposition, Effects]:
    columns, count = layout.columns, layout.groups
    bases = [_make_basis(int(levels[j])) for j in columns]
    features = [
        basis.evaluate(units[:, j]) * layout.live[:, [j]]
        for basis, j in zip(bases, columns, strict=True)
    ]
    if count > 1:
        bases.append(category_basis(np.bincount(layout.group) / len(target)))
        features.append(bases[-1].at[layout.group])
    kernel = Kernel(bases, grouped=count > 1)
    decomposition = Decomposition(bases, columns, find_cells(layout))
    some = spread_out(units[:, columns], _MOST_FOR_KERNEL, rng)
    number = _KERNELS if len(some) <= _DEAR else _KERNELS * 2 // 3
    kernels = draw_kernels(kernel, [own[some] for own in features], target[some], rng, number)
    parts = target[:, None] * (layout.group[:, None] == np.arange(count))
    taken = []
    for parameters in kernels:
        amplitudes = np.ones(count)
        if own_scale:
            amplitudes = draw_amplitudes(kernel, parameters, features, parts, rng)
        functions = draw_functions(
            kernel, parameters, features, parts @ amplitudes, rng, _FUNCTIONS
        )
        taken.append(decomposition.take(functions, offset, scale / amplitudes))
    return decomposition, _join(taken)


def _make_basis(level: int) -> Basis:
    if level > 0:
        return category_basis(np.full(level, 1 / level))
    return ordinal_basis(-level) if level else smooth_basis()


def _tame_groups(
    values: Floats, layout: Layout, units: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Tame the objective within each group; return also what each trial stands for."""
    tamed, volumes = values.astype(np.float64), np.zeros(len(values))
    for group in range(layout.groups):
        mine = np.flatnonzero(layout.kept & (layout.group == group))
        live = layout.live[mine].any(axis=0)
        volumes[mine] = 1 / max(len(mine), 1)
        if live.any() and len(mine) > 1:
            volumes[mine] = compute_volumes(units[mine][:, live], rng)
        if len(mine) >= _FEWEST:
            tamed[mine] = tame(tamed[mine], volumes[mine])
    return tamed, volumes


def _standardize(
    values: Floats, volumes: Floats, group: Ints
) -> tuple[Floats, Floats, Floats, bool]:
    """Bring the groups' means together, and return standard deviations within groups.

    By whole steps only: what is left of a difference is the model's to judge, and an offset of
    any size changes nothing within groups.
    """
    count = np.bincount(group)
    part = volumes / np.bincount(group, volumes)[group]
    centre = np.bincount(group, part * values)
    deviation = np.sqrt(np.bincount(group, part * (values - centre[group]) ** 2))
    weights = count / len(values)
    typical = float(np.sqrt(weights @ deviation**2)) or 1.0
    enough = (count >= _FEWEST) & (deviation > 0)
    own_scale = bool(
        enough.sum() > 1 and deviation[enough].max() > _SCALES * deviation[enough].min()
    )
    scale = np.full(len(count), typical)
    if own_scale:
        scale = np.where(enough, deviation, typical)
    step = _STEP * scale
    offset = np.round((centre - weights @ centre) / step) * step + weights @ centre
    return (values - offset[group]) / scale[group], offset, scale, own_scale


def _join(taken: Sequence[Effects]) -> Effects:
    """Put the draws of several kernels together."""
    joined: dict[str, Any] = {}
    for field in fields(Effects):
        each = [getattr(effects, field.name) for effects in taken]
        if field.name in ("pairs", "curves"):
            joined[field.name] = {
                key: np.concatenate([one[key] for one in each], axis=-1) for key in each[0]
            }
        elif field.name in ("terms", "cells"):
            joined[field.name] = np.concatenate(each)
        else:
            joined[field.name] = np.concatenate(each, axis=-1)
    joined["cells"] = joined["cells"] / len(taken)
    return Effects(**joined)
