"""Is it worth going on? The chances that more trials gain anything, and that they gain enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.chances.gain_rates import (
    comes_in_runs,
    compute_gain_chances,
    count_drawn,
    seems_to_learn,
)
from amtviz.analysis.convergence import compute_billed_seconds, finished_in_order
from amtviz.analysis.expected_best import scores_in_order
from amtviz.model import Objective
from amtviz.wording.lists import plural

Floats = NDArray[np.float64]
Basis = Literal["random", "assumed random", "its progress", ""]
Verdict = Literal[
    "worth",
    "open",
    "unlikely",
    "early",
    "bogus best",
    "ceiling",
    "too few",
    "grid",
    "no order",
    "brackets",
]

FEWEST = 10  # scored trials: with fewer, nothing is said
EARLY = 20  # trials: with fewer, a search that learns may still be drawing at random
MATTERS = 0.02  # of the distance from the median trial to the best
WORTH, UNLIKELY = 0.5, 0.2  # chances of a gain that matters from which, and below which, it is said
LEAST_OF_LEARNING = 0.25  # the least such chance that is told of a search that learns
BOGUS = 20  # times as far beyond the second best as that lies beyond the median

_SHARES = np.array([0, 1e-4, 1e-3, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0])
_CEILINGS = (0.0, 1.0, 100.0)  # the best that errors, shares and percentages can be
_UNNAMED = ("", "Unknown")  # strategies of a table's rows, or of a study's trials


@dataclass(frozen=True)
class GoingOn:
    """What the next trials of one search bring: columns of `compute_going_on`.

    Attributes
    ----------
    verdict, reason : str
    chance : float
    is_exact : bool
    basis : str
    matters, matters_from, gain, low, high : float
    drawn : int
    """

    verdict: Verdict
    reason: str = ""
    chance: float = np.nan
    is_exact: bool = False
    basis: Basis = ""
    matters: float = np.nan
    matters_from: float = np.nan
    gain: float = np.nan
    low: float = np.nan
    high: float = np.nan
    drawn: int = 0


def compute_going_on(
    trials: pd.DataFrame,
    objective: Objective,
    strategies: Mapping[str, str],
    by: str = "TuningJobName",
    more: Iterable[int] | None = None,
    matters: float = MATTERS,
) -> pd.DataFrame:
    """Estimate what the next k trials of each tuning job bring, and whether that is worth it.

    A random search beats its best within k more trials with chance k / (n + k), failed trials
    included, whatever the distribution (Rényi 1962). Other strategies are judged by the tail of
    their recent trials, by their own progress and by what searches of their kind did in a library
    (`amtviz.analysis.chances.gain_rates`). Rows without a strategy, of a table, are taken for
    independent draws unless their order is known and the newer half is better. In either case the
    chance that a gain matters counts, for gains too small to matter are likelier.

    It was measured on a library of adaptive searches (TPE, also in 8 slots and Optuna's own, a
    Gaussian process, evolution, CMA-ES, asynchronous halving) of 15 objectives that nothing was
    learnt from: 23,067 cases of n 10 to 100 and k up to n. Those that were said to gain with chance
    .35/.45/.55/.65/.74 did in .36/.46/.56/.66/.77, and said to gain what matters with
    .36/.47/.55/.65/.75 in .37/.47/.55/.64/.75. The 90 % interval held 93 to 96 %. After ``worth``,
    a gain that matters followed in 59 to 72 %. The mean gain is mostly too high, at the median
    objective by half: give the interval first. Of fewer than 20 trials, chances were up to 1.5
    times too high for searches still in their random start. What warm starts had learnt isn't
    counted.

    Chances under 20 % were too low: by ``benchmarks/claims/chances.py``, on other objectives, a
    gain that matters followed them in 28 %, and in 45 and 75 % of 59 cases on the two that were
    kept apart. Since those figures were seen, a search that learns is never told a chance under
    25 % of it, nor that it is unlikely; docs/project/calibration.md has all figures.

    Parameters
    ----------
    trials : pandas.DataFrame
        As in ``TuningData.trials``.
    objective : Objective
    strategies : mapping of str to str
        By group: ``Random``, ``Grid``, ``Bayesian``, ``Hyperband`` (asynchronous halving, as
        SageMaker's), ``TPE``, any other that learns; empty, ``Unknown`` or missing where unknown.
    by : str
        The column that groups trials.
    more : iterable of int, optional
        The k's; in place of those beyond n, where nothing was checked, n if no other is left. By
        default a quarter, half and all of n.
    matters : float
        The share of the distance from the median trial to the best from which a gain matters.

    Returns
    -------
    pandas.DataFrame
        A row per group and k. Columns: ``by``; More (Int64); Chance (float64, of any gain); IsExact
        (bool: not where values tie or trials aren't known to be random); Basis (``random``,
        ``assumed random``: rows are taken for independent draws of one way of trying; ``its
        progress``; empty without a chance); Matters (float64, chance of a gain that matters);
        MattersFrom (float64, the least of these); Gain, Low, High (float64: mean, no gain included,
        and 90 % interval; these four in the objective's unit, 0 or more whatever the direction);
        BilledSeconds (float64, of k trials at the mean of those drawn, missing where unknown);
        SecondsPerGain (float64, BilledSeconds over Matters: what one gain that matters costs,
        missing where Matters is under 1 %); Drawn (Int64, how many of the last trials the next are
        taken to be like); Verdict; Reason (why numbers are missing, else empty).

        Verdict is ``worth`` (a gain that matters is at least as likely as not), ``unlikely`` (its
        chance is under 20 %; never of a search that learns), ``open`` (between), ``early`` (fewer
        than 20 trials of a search that learns, which may still draw at random); ``bogus best`` (the
        best lies so far beyond all others that it may be no true value: Chance is given, Matters
        and gains aren't). Where nothing can be said a group has one row of missing numbers, and
        Verdict is ``too few`` (values), ``ceiling`` (the best possible value is reached, or half of
        the trials share the best), ``grid``, ``no order`` (a strategy that learns, trials without
        times) or ``brackets`` (Hyperband whose good trials come in runs, as of synchronous
        brackets: where in a bracket it stands can't be told from values).
    """
    frame, groups = finished_in_order(trials, objective, by)
    asked = None if more is None else sorted(set(more))
    rows: list[dict[str, object]] = []
    for _, own in frame.groupby(groups, sort=True):
        name = own[by].iloc[0]
        scores, strategy = scores_in_order(own, objective), strategies.get(name, "")
        ordered = _has_order(own[np.isfinite(scores)])
        billed = compute_billed_seconds(own)["BilledSeconds"]
        count = len(scores)
        parts = [int(count * part + 0.5) for part in (0.25, 0.5, 1)] if asked is None else asked
        for k in [k for k in parts if 0 < k <= count] or [count]:
            told = judge_going_on(scores, strategy, k, has_order=ordered, matters=matters)
            row = {by: name, **_to_row(told)}
            if not told.basis:
                rows.append(row)
                break
            cost = billed.iloc[-told.drawn :].mean() * k
            per_gain = cost / told.matters if told.matters >= 0.01 else np.nan
            rows.append({**row, "More": k, "BilledSeconds": cost, "SecondsPerGain": per_gain})
    return _typed(rows, by)


def judge_going_on(
    scores: Floats,
    strategy: str,
    more: int,
    *,
    has_order: bool = True,
    matters: float = MATTERS,
) -> GoingOn:
    """Judge what ``more`` trials bring to one search: a row of `compute_going_on`.

    Parameters
    ----------
    scores : numpy.ndarray of float
        Of all finished trials in the order in which they ended, more is better; minus infinity for
        a trial without a value.
    strategy : str
    more : int
    has_order : bool
        Whether the order is known.
    matters : float

    Returns
    -------
    GoingOn
    """
    obstacle = _find_obstacle(scores, strategy, has_order)
    if obstacle:
        return obstacle
    basis = _choose_basis(scores, strategy, has_order)
    learns = basis == "its progress"
    drawn = count_drawn(scores, learns)
    if np.isfinite(scores[-drawn:]).sum() < FEWEST // 2:
        return GoingOn("too few", "too few of the recent trials have a value")
    unit = float(scores.max()) - float(np.median(scores[np.isfinite(scores)]))
    shares = np.union1d(_SHARES, [matters])
    chances, distinct = compute_gain_chances(scores, strategy, learns, more, shares * unit)
    chance, is_exact = float(chances[0]), basis == "random" and distinct
    bogus = _describe_bogus(scores)
    if bogus:
        return GoingOn("bogus best", bogus, chance, is_exact, basis, drawn=drawn)
    of_matters = float(chances[shares == matters][0])
    if learns and matters <= MATTERS:
        of_matters = max(of_matters, LEAST_OF_LEARNING)
        chance = max(chance, of_matters)
    gain, low, high = (size * unit for size in _summarize(chances, shares))
    verdict: Verdict = "open"
    if learns and len(scores) < EARLY:
        verdict = "early"
    elif of_matters >= WORTH:
        verdict = "worth"
    elif of_matters < UNLIKELY and not learns:
        verdict = "unlikely"
    told = GoingOn(verdict, "", chance, is_exact, basis, of_matters, matters * unit, drawn=drawn)
    return replace(told, gain=gain, low=low, high=high)


def _find_obstacle(scores: Floats, strategy: str, has_order: bool) -> GoingOn | None:
    """Return why nothing can be said, if so."""
    scored = scores[np.isfinite(scores)]
    if strategy == "Grid":
        return GoingOn("grid", "a grid search ends with its last combination")
    if len(scored) < FEWEST:
        return GoingOn("too few", _say_few(len(scored)))
    best = scored.max()
    at_best = int((scored == best).sum())
    if at_best > 1 and best in _CEILINGS:
        return GoingOn("ceiling", f"{at_best:,} trials have reached the best possible value")
    if not np.median(scored) < best:
        return GoingOn("ceiling", f"{at_best:,} of {len(scored):,} trials share the best value")
    if strategy in ("Random", *_UNNAMED):
        return None
    if not has_order:
        return GoingOn("no order", "the order of its trials isn't known")
    if strategy == "Hyperband" and comes_in_runs(scores):
        reason = "its good trials come in runs, as those of Hyperband's brackets do"
        return GoingOn("brackets", reason)
    return None


def _say_few(scored: int) -> str:
    if not scored:
        return "no trial has a value"
    return f"only {plural(scored, 'trial')} {'has' if scored == 1 else 'have'} a value"


def _choose_basis(scores: Floats, strategy: str, has_order: bool) -> Basis:
    if strategy == "Random":
        return "random"
    if strategy in _UNNAMED and not (has_order and seems_to_learn(scores)):
        return "assumed random"
    return "its progress"


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
    times = (first - second) / spread
    told = f"{times:,.0f}" if times < 1e6 else "over a million"
    return (
        f"the best value lies {told} times as far beyond the second best as that lies beyond the "
        "median"
    )


def _has_order(scored: pd.DataFrame) -> bool:
    """Tell whether times order the trials that have a value."""
    end = scored["TrainingEndTime"].fillna(scored["TrainingStartTime"])
    end = end.fillna(scored["CreationTime"])
    return bool(end.notna().all() and end.nunique() > 1)


def _to_row(told: GoingOn) -> dict[str, object]:
    return {
        "Chance": told.chance,
        "IsExact": told.is_exact,
        "Basis": told.basis,
        "Matters": told.matters,
        "MattersFrom": told.matters_from,
        "Gain": told.gain,
        "Low": told.low,
        "High": told.high,
        "Drawn": told.drawn or None,
        "Verdict": told.verdict,
        "Reason": told.reason,
    }


def _typed(rows: list[dict[str, object]], by: str) -> pd.DataFrame:
    told = ["Matters", "MattersFrom", "Gain", "Low", "High", "BilledSeconds", "SecondsPerGain"]
    dtypes = {"More": "Int64", "IsExact": "bool", "Drawn": "Int64"}
    dtypes |= dict.fromkeys(["Chance", *told], "float64")
    columns = [by, "More", "Chance", "IsExact", "Basis", *told, "Drawn", "Verdict", "Reason"]
    return pd.DataFrame(rows, columns=columns).astype(dtypes)
