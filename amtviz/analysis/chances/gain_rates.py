"""How often a search gains, in log time: from its recent trials' tail, and its own progress.

With n trials done, the next k are a stretch of log((n + k) / n) of log time. New bests of a random
search come in log time at rate 1 (Rényi 1962), those of a search whose trials get better at another
rate a, so that one comes with chance 1 - (n / (n + k)) ** a (Nevzorov's F-alpha scheme, 1985). The
rate isn't known: it has a gamma prior, learnt from a library of searches, which the search's own
new bests update, the older counting less; so the predictive distribution is a Lomax one. A gain of
a given size or more is a rarer event with a rate of its own, of which the prior mean is what the
tail of the recent trials gives (`amtviz.analysis.chances.gain_tail`), times how much faster such a
search is. The chances at all sizes are the distribution of the gain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.chances.gain_tail import fit_gain_tail

Floats = NDArray[np.float64]

_FORGET = 1.5  # a new best at trial t of n counts (t / n) ** this
_RECENT = 10  # trials that a tail is fitted to, at least
_LEARNS = 1.28  # normal score, of 10 %, from which the newer half is taken to be better
_RUNS = -2.58  # normal score, of 0.5 %, from which good trials are taken to come in runs


@dataclass(frozen=True)
class _Prior:
    """What a kind of search does beyond its recent trials' tail, learnt from a library.

    Attributes
    ----------
    acceleration : float
        How many times the tail's rate of gains is expected.
    strength : float
        For how much log time that counts.
    power : float
        The acceleration changes as (trials / 30) to this power.
    """

    acceleration: float
    strength: float
    power: float


_PRIORS = {
    "Bayesian": _Prior(2.0, 3.2, 0.0),
    "TPE": _Prior(1.5, 6.1, 0.16),
    "Hyperband": _Prior(1.3, 10.5, -0.3),  # asynchronous halving, as SageMaker's is
}
_ANY_PRIOR = _Prior(1.45, 4.0, 0.28)


def compute_gain_chances(
    scores: Floats, strategy: str, learns: bool, more: int, gains: Floats
) -> tuple[Floats, bool]:
    """Compute the chance that the best of ``more`` trials is better by each gain or more.

    Parameters
    ----------
    scores : numpy.ndarray of float
        Of all finished trials in the order in which they ended, more is better; minus infinity for
        a trial without a value.
    strategy : str
        Of a search that learns: ``Bayesian``, ``TPE``, ``Hyperband``, or any other.
    learns : bool
        Whether trials get better; if not, they are independent draws.
    more : int
    gains : numpy.ndarray of float
        In the scores' unit, growing from 0, which stands for any gain.

    Returns
    -------
    chances : numpy.ndarray of float
    distinct : bool
        Whether no two of the best third have the same value. Where some do, not all that reach the
        best beat it: all rates are multiplied by the share of distinct values among them.
    """
    drawn = count_drawn(scores, learns)
    recent = scores[-max(_RECENT, drawn) :]
    tail = fit_gain_tail(recent)
    chances = tail.chances(drawn, more, gains) if tail else np.zeros(len(gains))
    chances[0] = more / (drawn + more)  # failed trials included, whatever the distribution
    share = _distinct_share(recent)
    chances = 1 - (1 - chances) ** share
    if learns:
        prior = _PRIORS.get(strategy, _ANY_PRIOR)
        chances = _update_by_progress(scores, gains, chances, more, prior)
    return np.minimum.accumulate(chances), share == 1


def count_drawn(scores: Floats, learns: bool) -> int:
    """Return how many of the last trials the next ones are like.

    Of a search that learns these are the newer half, or those since the best where they are more.
    """
    count = len(scores)
    return max(-(-count // 2), count - int(scores.argmax())) if learns else count


def seems_to_learn(scores: Floats) -> bool:
    """Tell whether the newer half is better than the older: a rank-sum test at 10 % (Wilcoxon)."""
    count, older = len(scores), len(scores) // 2
    newer = count - older
    ranks = pd.Series(scores).rank().to_numpy()
    mean = newer * (count + 1) / 2
    spread = np.sqrt(ranks.var(ddof=1) * newer * older / count)  # ties included
    return bool(ranks[older:].sum() - mean > _LEARNS * spread)


def comes_in_runs(scores: Floats) -> bool:
    """Tell whether the best third come in runs: the test of Wald and Wolfowitz (1940) at 0.5 %.

    They do in brackets of synchronous Hyperband, at whose ends the trials trained longest finish.
    Of simulated ones of 30 to 200 trials it finds 92 to 100 %, and 1 to 3 % of asynchronous ones.
    """
    count = len(scores)
    good = scores >= np.sort(scores)[::-1][-(-count // 3) - 1]
    ones = int(good.sum())
    runs = 1 + int((good[1:] != good[:-1]).sum())
    mean = 1 + 2 * ones * (count - ones) / count
    spread = np.sqrt(max((mean - 1) * (mean - 2) / (count - 1), 0))
    return bool(runs - mean < _RUNS * spread)


def _distinct_share(scores: Floats) -> float:
    """Return the share of distinct values in the best third."""
    best = np.sort(scores)[::-1][: -(-len(scores) // 3)]
    best = best[np.isfinite(best)]
    return len(np.unique(best)) / max(len(best), 1)


def _update_by_progress(
    scores: Floats, gains: Floats, chances: Floats, more: int, prior: _Prior
) -> Floats:
    """Update the rates of gains by the search's own, the newer the weightier."""
    count = len(scores)
    ahead = float(np.log1p(more / count))
    acceleration = prior.acceleration * (count / 30) ** prior.power
    rates = acceleration * -np.log(np.clip(1 - chances, 1e-9, 1)) / ahead
    at = np.arange(2, count + 1)
    weights = (at / count) ** _FORGET
    exposure = float(weights @ np.log(at / (at - 1)))
    seen = np.array([weights[_find_steps(scores, gain) - 2].sum() for gain in gains])
    shape = prior.strength * rates + seen
    return np.asarray(1 - (1 + ahead / (prior.strength + exposure)) ** -shape)


def _find_steps(scores: Floats, size: float) -> NDArray[np.int64]:
    """Return the trials, from 1, at which the best had risen by a size since the last such."""
    best = np.maximum.accumulate(scores)
    reference, found = best[0], []
    for place in np.flatnonzero(best[1:] > best[:-1]) + 1:
        if reference == -np.inf or best[place] - reference >= size:
            found.append(place + 1)
            reference = best[place]
    return np.array(found, dtype=np.int64)
