"""Is it worth going on? The chance that more trials gain anything, and that they gain what matters.

With n trials done, the next k are a stretch of log((n + k) / n) of log time. New bests of a random
search come in log time at rate 1 (Rényi 1962), those of a search whose trials get better at another
rate a, so that one comes with chance 1 - (n / (n + k)) ** a (Nevzorov's F-alpha scheme, 1985). The
rate isn't known: it has a gamma prior, learnt from a library of searches, which the search's own
new bests update, the older counting less; so the predictive distribution is a Lomax one. A gain of
a given size or more is a rarer event with a rate of its own, of which the prior mean is what the
tail of the recent trials gives (`amtviz.analysis.gain_tail`), times how much faster such a search
is. The chances at all sizes are the distribution of the gain, and with it its mean and interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.convergence import compute_billed_seconds, finished_in_order
from amtviz.analysis.expected_best import scores_in_order
from amtviz.analysis.gain_tail import fit_gain_tail
from amtviz.model import Objective

Floats = NDArray[np.float64]
Verdict = Literal[
    "worth", "open", "unlikely", "early", "bogus best", "ceiling", "too few", "grid", "no order"
]
ChanceIs = Literal["exact", "about", "assumed", ""]

FEWEST = 10  # scored trials: with fewer, nothing is said
EARLY = 20  # trials: with fewer, a search that learns may still be drawing at random
MATTERS = 0.02  # of the distance from the median trial to the best
WORTH, UNLIKELY = 0.5, 0.2  # chances of a gain that matters, from which and below which it is said
BOGUS = 20  # times as far beyond the second as that beyond the median

_SHARES = np.array([0, 1e-4, 1e-3, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0])
_FORGET = 1.5  # a new best at trial t of n counts (t / n) ** this
_CEILINGS = (0.0, 1.0, 100.0)  # the best that errors, shares and percentages can be
_KNOWN = ("Random", "Bayesian", "Hyperband", "TPE")
_UNNAMED = ("", "Unknown")  # of a table's rows or a study's trials


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
    "Hyperband": _Prior(1.3, 10.5, -0.3),  # of asynchronous halving, as that of SageMaker is
}
_ANY_PRIOR = _Prior(1.45, 4.0, 0.28)


@dataclass(frozen=True)
class GoingOn:
    """What the next trials of one search bring.

    Attributes
    ----------
    verdict : str
        See `compute_going_on`.
    reason : str
        Why ``chance`` or ``gain`` is missing, else empty.
    chance : float
        Of any gain; missing where nothing can be said.
    chance_is : {"exact", "about", "assumed", ""}
    matters : float
        Chance of a gain that matters; missing as ``gain`` is.
    gain, low, high : float
        Mean gain, no gain included, and 90 % interval, in the objective's unit; 0 or more. Missing
        where nothing can be said, or the best is bogus.
    """

    verdict: Verdict
    reason: str = ""
    chance: float = np.nan
    chance_is: ChanceIs = ""
    matters: float = np.nan
    gain: float = np.nan
    low: float = np.nan
    high: float = np.nan


def judge_going_on(
    scores: Floats,
    strategy: str,
    more: int,
    *,
    has_order: bool = True,
    matters: float = MATTERS,
) -> GoingOn:
    """Judge what ``more`` trials bring to one search.

    Parameters
    ----------
    scores : numpy.ndarray of float
        Of all finished trials in the order in which they ended, more is better; minus infinity for
        a trial without a value.
    strategy : str
        As in `compute_going_on`.
    more : int
    has_order : bool
        Whether the order of the scores is that in which they ended.
    matters : float
        The share of the distance from the median trial to the best from which a gain matters.

    Returns
    -------
    GoingOn
    """
    obstacle = _find_obstacle(scores, strategy, has_order)
    if obstacle:
        return obstacle
    count, best = len(scores), float(scores.max())
    unit = best - float(np.median(scores[np.isfinite(scores)]))
    learns = strategy not in ("Random", *_UNNAMED)
    drawn = _count_drawn(scores, learns)
    recent = scores[-max(FEWEST, drawn) :]
    shares = np.union1d(_SHARES, [matters])
    distinct = _distinct_share(recent)
    chances = _tail_chances(recent, drawn, more, shares * unit, distinct)
    if learns:
        prior = _PRIORS.get(strategy, _ANY_PRIOR)
        chances = _update_by_progress(scores, shares * unit, chances, more, prior)
    chances = np.minimum.accumulate(chances)
    of_matters = float(chances[shares == matters][0])
    chance_is: ChanceIs = "exact" if strategy == "Random" and distinct == 1 else "about"
    if strategy in _UNNAMED:
        chance_is = "assumed"
    bogus = _describe_bogus(scores)
    if bogus:
        return GoingOn("bogus best", bogus, float(chances[0]), chance_is)
    gain, low, high = (size * unit for size in _summarize(chances, shares))
    verdict: Verdict = "open"
    if learns and count < EARLY:
        verdict = "early"
    elif of_matters >= WORTH:
        verdict = "worth"
    elif of_matters < UNLIKELY:
        verdict = "unlikely"
    return GoingOn(verdict, "", float(chances[0]), chance_is, of_matters, gain, low, high)


def _find_obstacle(scores: Floats, strategy: str, has_order: bool) -> GoingOn | None:
    """Tell why nothing can be said, if so."""
    scored = scores[np.isfinite(scores)]
    if strategy == "Grid":
        return GoingOn("grid", "a grid search ends with its last combination")
    if len(scored) < FEWEST:
        few = f"{len(scored)} {'trial has' if len(scored) == 1 else 'trials have'} a value: too few"
        return GoingOn("too few", few)
    best = scored.max()
    at_best = int((scored == best).sum())
    if at_best > 1 and best in _CEILINGS:
        return GoingOn("ceiling", f"{at_best:,} trials have reached the best value that there is")
    if not np.median(scored) < best:
        return GoingOn("ceiling", f"{at_best:,} of {len(scored):,} trials share the best value")
    if not has_order and strategy not in ("Random", *_UNNAMED):
        return GoingOn("no order", "the order of its trials isn't known")
    return None


def _count_drawn(scores: Floats, learns: bool) -> int:
    """Return how many of the last trials the next ones are like.

    Of a search that learns these are the newer half, or those since the best where they are more.
    """
    count = len(scores)
    if not learns:
        return count
    return max(-(-count // 2), count - int(scores.argmax()))


def _tail_chances(recent: Floats, drawn: int, more: int, gains: Floats, distinct: float) -> Floats:
    """Return the chance of each gain or more if the next trials are drawn as the recent ones were.

    Of any gain it is k / (n + k), failed trials included, whatever the distribution; all rates are
    multiplied by the share of distinct values, for where values tie, not all that reach the best
    beat it.
    """
    tail = fit_gain_tail(recent)
    chances = tail.chances(drawn, more, gains) if tail else np.zeros(len(gains))
    chances[0] = more / (drawn + more)
    return np.asarray(1 - (1 - chances) ** distinct)


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


def _summarize(chances: Floats, shares: Floats) -> tuple[float, float, float]:
    """Return mean and 90 % interval of a gain whose chances to exceed shares are given."""
    mean = float((chances[1:] + chances[:-1]) @ np.diff(shares) / 2)
    low, high = (
        float(np.interp(-level, -chances, shares)) if chances[0] > level else 0.0
        for level in (0.95, 0.05)
    )
    return mean, low, high


def _describe_bogus(scores: Floats) -> str:
    """Tell how far off the best value lies, if so far that it may not be one."""
    first, second = np.sort(scores)[::-1][:2]
    spread = second - np.median(scores[np.isfinite(scores)])
    if not 0 < BOGUS * spread < first - second:
        return ""
    return (
        f"the best value lies {(first - second) / spread:,.2g} times as far beyond the second best "
        "as that lies beyond the median"
    )
