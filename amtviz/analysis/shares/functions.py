"""Whole functions that fit the trials, drawn given a kernel, as coefficients of basis functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular

from amtviz.analysis.shares.basis import Floats, Ints
from amtviz.analysis.shares.kernel import CONSTANT, Kernel, Strengths

_MOST_PRODUCTS = 900
_SINGLE = 1e-6  # least variance of a coefficient of a main effect that is kept, as its part
_MIXED = 3e-3  # the same, in effects of several
_PAIR, _TRIPLE = 1e-5, 1e-4  # least variance of an effect of two, three, as a part of all
_IN_TRIPLE = 6  # functions of each column in effects of three


@dataclass(frozen=True, eq=False)
class Functions:
    """Draws of functions given one kernel.

    Attributes
    ----------
    products : numpy.ndarray, products × 3
        Features whose product each is; the last feature, which is 1, fills up.
    coefficients : numpy.ndarray, products × draws
    rest : float
        Prior variance of what these products leave out.
    noise : float
        Variance of the noise.
    """

    products: Ints
    coefficients: Floats
    rest: float
    noise: float


def draw_functions(
    kernel: Kernel,
    parameters: Floats,
    features: Sequence[Floats],
    target: Floats,
    rng: np.random.Generator,
    count: int,
) -> Functions:
    """Draw functions given a kernel, by Matheron's rule (Wilson et al., 2021).

    Parameters
    ----------
    kernel : Kernel
    parameters : numpy.ndarray
        Of the kernel.
    features : sequence of numpy.ndarray
        Of each basis at the trials.
    target : numpy.ndarray
        The objective, in standard deviations.
    rng : numpy.random.Generator
    count : int

    Returns
    -------
    Functions
    """
    strengths = kernel.strengths(parameters)
    products, variances, rest = _choose_products(kernel, strengths)
    covariance = kernel.covariance(parameters, features)
    every = np.concatenate([*features, np.ones((len(target), 1))], axis=1)
    products = np.vstack([products, [[every.shape[1] - 1] * 3]])
    variances = np.append(variances, CONSTANT)
    at = every[:, products[:, 0]] * every[:, products[:, 1]] * every[:, products[:, 2]]
    root = cholesky(covariance, lower=True, check_finite=False)
    left = _square_root(covariance - (at * variances) @ at.T)
    prior = np.sqrt(variances)[:, None] * rng.normal(size=(len(variances), count))
    misfit = target[:, None] - at @ prior - left @ rng.normal(size=(len(target), count))
    moved = at.T @ cho_solve((root, True), misfit, check_finite=False)
    return Functions(products, prior + variances[:, None] * moved, rest, strengths.noise)


def draw_amplitudes(
    kernel: Kernel,
    parameters: Floats,
    features: Sequence[Floats],
    parts: Floats,
    rng: np.random.Generator,
    steps: int = 80,
) -> Floats:
    """Draw 1 ÷ scale of each group given a kernel, in multiples of the first guess.

    Parameters
    ----------
    kernel, parameters, features
        As in `draw_functions`.
    parts : numpy.ndarray, trials × groups
        The objective by the first guess in the trial's own group, 0 in others.
    rng : numpy.random.Generator
    steps : int
        Of a random walk (Metropolis).

    Returns
    -------
    numpy.ndarray
    """
    root = cholesky(kernel.covariance(parameters, features), lower=True, check_finite=False)
    whitened = solve_triangular(root, parts, lower=True, check_finite=False)
    squares, count = whitened.T @ whitened, (parts != 0).sum(axis=0)

    def value(logs: Floats) -> float:
        return float(
            count @ logs - 0.5 * np.exp(logs) @ squares @ np.exp(logs) - 0.5 * (logs @ logs) / 0.25
        )

    logs = np.zeros(parts.shape[1])
    now = value(logs)
    for step in range(steps):
        new = logs + rng.normal(size=len(logs)) * (0.1, 0.03)[step % 2]
        then = value(new)
        if np.log(rng.uniform()) < then - now:
            logs, now = new, then
    return np.exp(logs)


def _square_root(covariance: Floats) -> Floats:
    try:
        return np.asarray(cholesky(covariance, lower=True, check_finite=False))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(covariance)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))


def _choose_products(kernel: Kernel, s: Strengths) -> tuple[Ints, Floats, float]:
    """Choose the products that vary most a priori; return them, variances, and what is left."""
    variances = [sizes for sizes, _ in kernel.variances(s.log_lengths)]
    start = np.cumsum([0, *(len(sizes) for sizes in variances)])
    few = [np.flatnonzero(sizes > _MIXED) for sizes in variances]
    mixing, d = s.mixing, kernel.columns
    sum_of_one, squares, cubes = mixing.sum(), (mixing**2).sum(), (mixing**3).sum()
    whole = s.main.sum() + s.pair * (sum_of_one**2 - squares) / 2
    ids, sizes = [], []

    def add(columns: tuple[int, ...], factor: float, some: Sequence[Ints]) -> None:
        own = np.array(factor)
        for column, chosen in zip(columns, some, strict=True):
            own = np.multiply.outer(own, variances[column][chosen])
        places = [start[column] + chosen for column, chosen in zip(columns, some, strict=True)]
        grid = [place.ravel() for place in np.meshgrid(*places, indexing="ij")]
        ids.append(np.stack([*grid, *[np.full(own.size, start[-1])] * (3 - len(columns))], axis=1))
        sizes.append(own.ravel())

    for i in range(d):
        add((i,), float(s.main[i]), [np.flatnonzero(variances[i] > _SINGLE)])
    for i, j in combinations(range(d), 2):
        own = s.pair * mixing[i] * mixing[j]
        if own > _PAIR * whole:
            add((i, j), own, [few[i], few[j]])
    most = s.triple * np.sort(mixing)[-2:].prod()  # or a hundred columns would be many triples
    able = [i for i in range(d) if mixing[i] * most > _TRIPLE * whole]
    for i, j, k in combinations(able, 3):
        own = s.triple * mixing[i] * mixing[j] * mixing[k]
        if own > _TRIPLE * whole:
            add((i, j, k), own, [few[c][:_IN_TRIPLE] for c in (i, j, k)])
    products, every = np.concatenate(ids), np.concatenate(sizes)
    prior = whole + s.triple * (sum_of_one**3 - 3 * sum_of_one * squares + 2 * cubes) / 6
    top = np.argsort(-every)[:_MOST_PRODUCTS]
    return products[top], every[top], max(float(prior - every[top].sum()), 0.0)
