"""Which of two searches would find the better best if both were run again?

If the distribution function of one search's trials is a power of the other's, F ** a (the
alternatives of Lehmann 1953), the best of n and of m trials is the first's with chance
a n / (a n + m). The ranks of the trials have a partial likelihood for a (Savage 1956, Cox 1975), of
which the better half of all trials is taken. The prior says that most pairs of searches are nearly
equal: a Cauchy one of log a around 0, of scale 0.3, learnt from a library of searches. So the luck
of one best value counts for little, whatever the strategy, and nothing depends on the objective's
unit or on how far off a value lies.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pair = TypeVar("Pair", bound=Hashable)

_PRIOR_SCALE = 0.3
_LOGS = np.linspace(-6, 6, 121)  # of a
_PRIOR = -np.log1p((_LOGS / _PRIOR_SCALE) ** 2)


def compute_chance_to_win(first: Floats, second: Floats) -> float:
    """Return the chance that the first search's best is better if both are run again as long.

    Parameters
    ----------
    first, second : numpy.ndarray of float
        Scores of all finished trials, more is better; minus infinity for a trial without a value.
        Those of one search are from as long a part of it as is run again.

    Returns
    -------
    float
        Equal values of both count as half in favour of either.
    """
    scores = np.concatenate([first, second])
    is_first = np.arange(len(scores)) < len(first)
    tied = bool(np.isin(first[np.isfinite(first)], second).any())
    favours = (True, False) if tied else (True,)
    fit = np.mean([_fit_ranks(scores, is_first, favour) for favour in favours], axis=0) + _PRIOR
    weights = np.exp(fit - fit.max())
    odds = np.exp(_LOGS) * len(first) / len(second)
    return float(weights @ (odds / (1 + odds)) / weights.sum())


def _fit_ranks(scores: Floats, is_first: NDArray[np.bool_], favour_first: bool) -> Floats:
    """Return the log partial likelihood, by log a, of the ranks of the better half, best first."""
    order = np.lexsort((is_first != favour_first, -scores))  # of equals, one search's come first
    order = order[np.isfinite(scores[order])]
    mine = is_first[order][: -(-len(scores) // 2)]
    left = is_first.sum() - np.cumsum(mine) + mine
    others = (~is_first).sum() - np.cumsum(~mine) + ~mine
    chosen = np.log(np.exp(_LOGS)[:, None] * left + others).sum(axis=1)
    return np.asarray(mine.sum() * _LOGS - chosen)


def find_sure_pairs(chances: Mapping[Pair, float], sure: float) -> list[Pair]:
    """Return the pairs that may be named among so many, by Holm's procedure (1979).

    Parameters
    ----------
    chances : mapping of pair to float
        Of the better one of each pair.
    sure : float
        One minus what all that is named may be wrong with, taken together.

    Returns
    -------
    list
        The surest first.
    """
    found = []
    for place, pair in enumerate(sorted(chances, key=lambda pair: -chances[pair])):
        if (1 - chances[pair]) * (len(chances) - place) > 1 - sure:
            break
        found.append(pair)
    return found
