"""Kernels drawn from what the trials leave open about them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from scipy.linalg import cholesky
from scipy.optimize import minimize

from amtviz.analysis.shares.basis import Floats
from amtviz.analysis.shares.kernel import Kernel

_SCANNED = 120  # trials by which starts are compared
_FEW = 12  # columns that are scanned twice; of more, once takes long enough
_ALIKE = 5.0  # logarithm of the density by which two answers may differ
_WIDER = 1.2  # than Laplace's approximation, so that its tails are reached
_WARM_UP = 6  # steps of a chain that aren't kept


def draw_kernels(
    kernel: Kernel,
    features: Sequence[Floats],
    target: Floats,
    rng: np.random.Generator,
    count: int,
) -> list[Floats]:
    """Draw parameters of the kernel from their posterior.

    From each of two maxima a chain of elliptical slices (Murray, Adams & MacKay, 2010) about
    Laplace's approximation there (Nishihara, Murray & Adams, 2014).

    Parameters
    ----------
    kernel : Kernel
    features : sequence of numpy.ndarray
        Of each basis at the trials.
    target : numpy.ndarray
        The objective, in standard deviations.
    rng : numpy.random.Generator
    count : int

    Returns
    -------
    list of numpy.ndarray
    """
    maxima = _find_maxima(kernel, features, target)
    thin = int(np.clip(400 // len(target), 2, 6))
    kept = []
    for best in maxima:
        information = kernel.information(best, features)
        root = np.linalg.inv(cholesky(information, lower=True)).T * _WIDER

        def log_ratio(u: Floats, best: Floats = best, root: Floats = root) -> float:
            return float(kernel.value(best + root @ u, features, target) + 0.5 * u @ u)

        u = rng.normal(size=len(best)) * 0.5
        value = log_ratio(u)
        for step in range(_WARM_UP + count // len(maxima) * thin):
            direction = rng.normal(size=len(u))
            level = value + np.log(rng.uniform())
            angle = rng.uniform(0, 2 * np.pi)
            low, high = angle - 2 * np.pi, angle
            while True:
                new = u * np.cos(angle) + direction * np.sin(angle)
                value = log_ratio(new)
                if value > level or high - low < 1e-6:
                    break
                low, high = (angle, high) if angle < 0 else (low, angle)
                angle = rng.uniform(low, high)
            u = new
            if step >= _WARM_UP and (step - _WARM_UP) % thin == 0:
                kept.append(best + root @ u)
    return kept


def _find_maxima(kernel: Kernel, features: Sequence[Floats], target: Floats) -> list[Floats]:
    """Find the most probable kernels, with more and with less noise: these look alike."""
    scanned = _scan(kernel, features, target)
    noisy = scanned.copy()
    noisy[3 * kernel.columns :] = -2.0, -2.0, 0.8

    def negative(parameters: Floats) -> tuple[float, Floats]:
        value, slopes = kernel.gradient(parameters, features, target)
        return -value, -slopes

    bounds = [(-5, 5)] * len(scanned)
    options = {"maxiter": 40, "maxfun": 50}
    found = sorted(
        (
            minimize(negative, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
            for start in (scanned, noisy)
        ),
        key=lambda result: float(result.fun),
    )
    best = found[0]
    return [r.x if r.fun < best.fun + _ALIKE else best.x for r in found]


def _scan(kernel: Kernel, features: Sequence[Floats], target: Floats) -> Floats:
    """Find a start by trying short and long lengths, weak and strong effects, one by one.

    Without it a wave of a few periods is missed where trials are few.
    """
    parameters = np.zeros(len(kernel.centre))
    part, target = [own[:_SCANNED] for own in features], target[:_SCANNED]
    best = kernel.value(parameters, part, target)
    rounds = 2 if kernel.columns <= _FEW else 1
    for i in [*range(kernel.columns)] * rounds:
        ordered = kernel.bases[i].log_variances.ndim > 1
        lengths = (-2.4, -1.6, -0.8, 0.8) if ordered else (0.0,)
        for length, main in product(lengths, (-0.5, 1.2)):
            new = parameters.copy()
            new[i], new[kernel.columns + i] = length, main
            value = kernel.value(new, part, target)
            if value > best:
                best, parameters = value, new
    return parameters
