"""From a part of a scale to bounds that mean something, in few digits."""

from __future__ import annotations

import math

from amtviz.analysis.scale import Scale

_SMALL = 3  # integers up to it as a lower bound are what the count means
_FURTHER = 10  # a positive bound, or one minus it, goes to that part of itself at most


def set_bounds(
    scale: Scale, units: tuple[float, float], old: tuple[float, float]
) -> tuple[float, float]:
    """Turn both ends of a part of a scale to bounds.

    An end that reaches the old one is the old one; beyond it, an extension keeps what the range
    can mean: counts stay at least 1, what is positive stays positive, a fraction stays one.

    Parameters
    ----------
    scale : Scale
        Of a number.
    units : tuple of float
        Both ends; below 0 or above 1 to extend.
    old : tuple of float
        The bounds so far.

    Returns
    -------
    tuple of float
        Whole for an integer; to about three digits of the range, outwards.
    """
    low, high = (float(value) for value in scale.exact(units))
    least, most = _limits(scale, old)
    least = least if units[0] < 0 else old[0]
    most = most if units[1] > 1 else old[1]
    if scale.hyperparameter.kind == "integer":
        bottom, top = max(least, float(round(low))), min(most, float(round(high)))
        if bottom >= top:  # AWS wants a smallest below a largest
            bottom, top = max(old[0], top - 1), min(old[1], bottom + 1)
        return bottom, top
    step = _step(min(high, most) - max(low, least))
    bottom = least if low <= least else max(least, _round(low, scale, step, up=False))
    top = most if high >= most else min(most, _round(high, scale, step, up=True))
    return bottom, top


def _limits(scale: Scale, old: tuple[float, float]) -> tuple[float, float]:
    """Return how far an extension may go."""
    low, high = old
    least, most = -math.inf, math.inf
    if scale.hyperparameter.kind == "integer":
        if low >= 0:
            least = low if low <= _SMALL else 1.0
        return least, most
    if low >= 0:
        least = low / _FURTHER  # zero itself may mean something else
        if high <= 1:  # a fraction, perhaps a probability
            most = 1.0 if high == 1 else (1 + high) / 2
    if scale.kind == "reverse-log":
        most = 1 - (1 - high) / _FURTHER
    return least, most


def _step(width: float) -> float:
    return float(10.0 ** (math.floor(math.log10(width)) - 2))


def _round(value: float, scale: Scale, step: float, *, up: bool) -> float:
    """Round outwards: to digits of the range on a linear scale, else to the value's own."""
    if scale.kind == "reverse-log":
        rest = 1 - value
        return _clean(1 - _to_step(rest, _step(rest), up=not up))
    return _to_step(value, _step(value) if scale.kind == "log" else step, up=up)


def _to_step(value: float, step: float, *, up: bool) -> float:
    steps = math.ceil(value / step - 1e-6) if up else math.floor(value / step + 1e-6)
    return _clean(steps * step)


def _clean(value: float) -> float:
    return float(f"{value:.12g}")
