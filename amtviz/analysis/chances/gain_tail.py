"""How far the best of new trials exceeds the best of those before, from the best third's excesses.

The excess over a high threshold is about generalized Pareto (Pickands 1975). With few trials its
shape and scale aren't known, so that a grid of them is weighed by the likelihood of the best
third's excesses over the value that comes next: a normal prior (-0.2, sd 0.3) on the shape, a flat
one on the scale's logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHAPES = np.linspace(-1.0, 0.8, 25)  # -1 ends like a uniform; none is 0, whose formula is another
_SCALES = np.geomspace(0.15, 10.0, 31)  # in mean excesses
_PRIOR_MEAN, _PRIOR_SD = -0.2, 0.3  # of the shape
_NEGLIGIBLE = 7.0  # log weights below the greatest
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_LEVELS, _MASS = (_NODES + 1) / 2, _WEIGHTS / 2  # from -1 … 1 to 0 … 1


@dataclass(frozen=True, eq=False)
class GainTail:
    """Posterior of the excess over the best of some trials.

    Attributes
    ----------
    weights, shapes, scales : numpy.ndarray of float
        Of generalized Pareto distributions; scales in units of ``unit``.
    unit : float
        The mean excess of the best third.
    """

    weights: Floats
    shapes: Floats
    scales: Floats
    unit: float

    def chances(self, drawn: int, more: int, gains: Floats) -> Floats:
        """Return the chance that the best of ``more`` new ones exceeds that of ``drawn`` by a gain.

        The probability above the best of n independent draws is Beta(1, n), whatever they are
        drawn from; it is integrated over by Gauss-Legendre quadrature of 24 nodes.
        """
        shapes, scales = self.shapes[:, None], self.scales[:, None]
        left = np.clip(1 + shapes * gains / self.unit / scales, 0, None)
        with np.errstate(divide="ignore", over="ignore"):
            beyond = left ** (-1 / shapes)
        above = 1 - _LEVELS ** (1 / drawn)
        none = np.exp(more * np.log1p(-above[:, None, None] * beyond[None]))
        return np.asarray(1 - self.weights @ np.tensordot(_MASS, none, 1))


def fit_gain_tail(scores: Floats) -> GainTail | None:
    """Weigh generalized Pareto distributions by how well they fit the best third's excesses.

    Parameters
    ----------
    scores : numpy.ndarray of float
        More is better; minus infinity for a trial without a value.

    Returns
    -------
    GainTail, optional
        None where the best third has one and the same value, or too few have any.
    """
    ordered = np.sort(scores)[::-1]
    place = int(min(-(-len(ordered) // 3), np.isfinite(ordered).sum() - 1))
    if place < 1 or ordered[0] == ordered[place]:
        return None
    excess = ordered[:place] - ordered[place]
    unit = float(excess.mean())
    if not 0 < unit < np.inf:
        return None
    excess = excess / unit
    shapes, scales = (a.ravel() for a in np.meshgrid(_SHAPES, _SCALES, indexing="ij"))
    # the support ends at scale / -shape for a negative shape
    inside = 1 + shapes * excess[0] / scales > 1e-9
    shapes, scales = shapes[inside], scales[inside]
    logs = np.log1p(shapes[:, None] * excess / scales[:, None]).sum(axis=1)
    posterior = -(1 + 1 / shapes) * logs - place * np.log(scales)
    posterior -= 0.5 * ((shapes - _PRIOR_MEAN) / _PRIOR_SD) ** 2
    kept = posterior > posterior.max() - _NEGLIGIBLE
    weights = np.exp(posterior[kept] - posterior.max())
    shapes, scales = shapes[kept], scales[kept]
    # a generalized Pareto's excess over a higher threshold is one again, of another scale
    return GainTail(weights / weights.sum(), shapes, scales + shapes * excess[0], unit)
