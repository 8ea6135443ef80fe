"""Where an axis has its ticks: at round values, and inside its domain."""

from __future__ import annotations

from typing import Any

import numpy as np

_TICKS = 6  # at most about that many


def log_ticks(low: float, high: float, most: int = _TICKS) -> Any:
    """Choose round values on a log scale.

    Parameters
    ----------
    low, high : float
        Exponents of ten at both ends.
    most : int
        About how many may stand.

    Returns
    -------
    numpy.ndarray of float
        Powers of ten; of few of those, also 2 and 5 times them; within hardly more than a factor
        of two, equal steps.
    """
    steps = decades(low, high, most)
    return steps if len(steps) > 2 else round_steps(10.0**low, 10.0**high, whole=False)


def decades(low: float, high: float, most: int = _TICKS) -> Any:
    """Return the powers of ten between two exponents; of few of those, also 2 and 5 times them."""
    powers = np.arange(np.ceil(low), np.floor(high) + 1)
    if len(powers) > 2:
        return 10.0 ** powers[:: -(-len(powers) // most)]
    steps = np.outer(10.0 ** np.arange(np.floor(low), high), [1, 2, 5]).ravel()
    return steps[(steps >= 10.0**low) & (steps <= 10.0**high)]


def round_steps(low: float, high: float, *, whole: bool) -> Any:
    """Return multiples of 1, 2 or 5 times a power of ten."""
    least = (high - low) / _TICKS
    power = 10.0 ** np.floor(np.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    step = max(step, 1.0) if whole else step
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
