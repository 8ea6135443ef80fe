"""Where trials fail: the rate by region of each hyperparameter, and whether it depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from amtviz.analysis.scale import Scale, make_scale, to_floats
from amtviz.model import Hyperparameter, Objective
from amtviz.texts import number_distinct

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FAILED, UNSCORED, FINE = "failed", "no objective", "fine"
RANGE, CATEGORY, NOT_SET = "range", "category", "not set"
FEWEST = 3  # failures, and trials that didn't fail, without which nothing is tested
LEAST_P = 0.05  # of all hyperparameters together: the chance of a false alarm

_MOST_REGIONS = 5  # that a range of numbers is cut into
_PER_REGION = 8  # trials on average, with fewer there are fewer regions
_PERMUTATIONS = 999
_Z = NormalDist().inv_cdf(0.95)  # of a 90 % interval
_RATES = {
    "Hyperparameter": "object",
    "Region": "object",
    "Low": "float64",
    "High": "float64",
    "Category": "object",
    "Trials": "int64",
    "Failed": "int64",
    "Rate": "float64",
    "RateLow": "float64",
    "RateHigh": "float64",
}
_DEPENDENCE = {
    "Hyperparameter": "object",
    "ChiSquare": "float64",
    "PValue": "float64",
    "Adjusted": "float64",
    "Depends": "bool",
}


def compute_outcomes(trials: pd.DataFrame, objective: Objective) -> pd.Series:
    """Tell which trials failed.

    Parameters
    ----------
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective

    Returns
    -------
    pandas.Series of object
        ``failed`` (TrainingJobStatus Failed); ``no objective`` (completed, or of unknown status,
        without a finite objective, whatever AWS calls it, unless Pending); ``fine`` (anything else
        that has ended, also Stopped); missing for what hasn't. The index is that of ``trials``.
    """
    status, judged = trials["TrainingJobStatus"], trials["ObjectiveStatus"]
    scored = np.isfinite(to_floats(trials[objective.metric_name]))
    completed = (status.isna() | status.eq("Completed")).fillna(False).to_numpy(bool)
    pending = judged.eq("Pending").fillna(False).to_numpy(bool)
    outcomes = np.full(len(trials), None, dtype=object)
    outcomes[status.eq("Stopped").fillna(False).to_numpy(bool) | (completed & scored)] = FINE
    outcomes[completed & ~scored & ~pending] = UNSCORED
    outcomes[status.eq("Failed").fillna(False).to_numpy(bool)] = FAILED
    return pd.Series(outcomes, trials.index, dtype="object", name="Outcome")


def compute_wilson(failed: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats]:
    """Return the 90 % score interval of a rate (Wilson, 1927), which few trials don't mislead.

    It is what Brown, Cai & DasGupta (2001, "Interval Estimation for a Binomial Proportion")
    recommend for small samples.

    Parameters
    ----------
    failed, trials : array of int

    Returns
    -------
    low, high : numpy.ndarray of float64
        Missing where there are no trials.
    """
    k, n = np.asarray(failed, dtype=float), np.asarray(trials, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (k + _Z**2 / 2) / (n + _Z**2)
        half = _Z / (n + _Z**2) * np.sqrt(k * (n - k) / n + _Z**2 / 4)
    # at the ends both terms are equal but for rounding
    low = np.where(k == 0, 0.0, centre - half)
    high = np.where(k == n, 1.0, centre + half)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def compute_failure_rates(
    trials: pd.DataFrame, objective: Objective, hyperparameters: Sequence[Hyperparameter]
) -> pd.DataFrame:
    """Count failures in regions of each hyperparameter that are equally wide on its scale.

    Trials without an objective count as failed, those that haven't ended don't count.

    Parameters
    ----------
    trials : pandas.DataFrame
    objective : Objective
    hyperparameters : sequence of Hyperparameter

    Returns
    -------
    pandas.DataFrame
        Columns: Hyperparameter (name); Region (``range``, ``category`` or ``not set``); Low, High
        (both ends of a range: an integer's belong to it, a continuous one's lower end does);
        Category; Trials, Failed (int64); Rate, RateLow, RateHigh (0 to 1, with the 90 % interval of
        `compute_wilson`; missing without trials). Two to five ranges, ascending, by the number of
        trials; categories in their declared order; ``not set`` last, if there is such a trial.
    """
    ended = _ended(trials, objective)
    failed = ended["Outcome"].ne(FINE).to_numpy()
    tables = [_count(*_cut(h, ended), failed) for h in hyperparameters]
    if not tables:
        return pd.DataFrame(columns=list(_RATES)).astype(_RATES)
    return pd.concat(tables, ignore_index=True).astype(_RATES)


def compute_failure_dependence(
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Test whether failing depends on a hyperparameter at all, with all of them taken together.

    A permutation test: Pearson's chi-square of the regions of `compute_failure_rates`, against
    what it is when failing is dealt out anew among the trials of each tuning job (so that another
    tuning job, with other ranges, isn't mistaken for the cause). The least p-value of all
    hyperparameters in each permutation corrects for their number, whatever their dependence on
    each other (minP; Westfall & Young, 1993, "Resampling-Based Multiple Testing"); the trials as
    they are count as one of the permutations (Phipson & Smyth, 2010).

    Parameters
    ----------
    trials : pandas.DataFrame
    objective : Objective
    hyperparameters : sequence of Hyperparameter
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row per hyperparameter with trials in two regions or more; least p-value first.
        Columns: Hyperparameter; ChiSquare (with the failures expected in each tuning job); PValue;
        Adjusted (for the number of hyperparameters); Depends (Adjusted at most 0.05). No rows with
        fewer than three failures, or fewer than three trials that didn't fail.
    """
    ended = _ended(trials, objective)
    failed = ended["Outcome"].ne(FINE).to_numpy()
    count = int(failed.sum())
    names, statistics = [], []
    if min(count, len(failed) - count) >= FEWEST:
        jobs = number_distinct(ended["TuningJobName"])
        dealt = _deal(failed, jobs, seed)
        for hyperparameter in hyperparameters:
            codes = _cut(hyperparameter, ended)[1]
            if len(np.unique(codes)) > 1:
                names.append(hyperparameter.name)
                statistics.append(_chi_square(codes, dealt, jobs))
    if not names:
        return pd.DataFrame(columns=list(_DEPENDENCE)).astype(_DEPENDENCE)
    found = np.round(statistics, 9)  # equal tables differ in the last digits
    ranked = np.sort(found, axis=1)
    above = [len(r) - np.searchsorted(r, row) for r, row in zip(ranked, found, strict=True)]
    p = np.array(above) / found.shape[1]
    adjusted = (p.min(axis=0) <= p[:, :1]).mean(axis=1)
    table = pd.DataFrame(
        {
            "Hyperparameter": pd.Series(names, dtype="object"),
            "ChiSquare": found[:, 0],
            "PValue": p[:, 0],
            "Adjusted": adjusted,
            "Depends": adjusted <= LEAST_P,
        }
    )
    order = ["Adjusted", "PValue", "ChiSquare"]
    return table.sort_values(
        order, ascending=[True, True, False], kind="stable", ignore_index=True
    ).astype(_DEPENDENCE)


@dataclass(frozen=True)
class FailingPart:
    """The part of a hyperparameter's regions where most failures are, against all others.

    Attributes
    ----------
    rows : tuple of int
        Positions in the rates of this hyperparameter: neighbours, where they are ranges.
    rate, low, high : float
        Of failing in it, with the 90 % interval.
    others : float
        The rate everywhere else.
    """

    rows: tuple[int, ...]
    rate: float
    low: float
    high: float
    others: float


def find_failing_part(rates: pd.DataFrame) -> FailingPart | None:
    """Find the regions that set most failures apart: the split of the greatest chi-square.

    Parameters
    ----------
    rates : pandas.DataFrame
        Rows of `compute_failure_rates` of one hyperparameter.

    Returns
    -------
    FailingPart or None
        None where no part fails more than the rest.
    """
    n, k = rates["Trials"].to_numpy(float), rates["Failed"].to_numpy(float)
    best, chosen = 0.0, None
    for rows in _parts(rates):
        inside, rest = n[rows].sum(), n.sum() - n[rows].sum()
        if not inside or not rest:
            continue
        rate, others = k[rows].sum() / inside, (k.sum() - k[rows].sum()) / rest
        apart = (rate - others) * np.sqrt(inside * rest)
        if apart > best * (1 + 1e-9):
            low, high = compute_wilson(k[rows].sum(), inside)
            best = apart
            chosen = FailingPart(tuple(rows), float(rate), float(low), float(high), float(others))
    return chosen


def _parts(rates: pd.DataFrame) -> list[list[int]]:
    """Return what a sentence can name, the smallest first; empty regions are at no end."""
    used = [place for place, count in enumerate(rates["Trials"]) if count]
    kind = rates["Region"].to_numpy()
    ranges = [place for place in used if kind[place] == RANGE]
    parts = [list(range(a, b + 1)) for a in ranges for b in ranges if b >= a]
    categories = [place for place in used if kind[place] == CATEGORY]
    # by falling rate: one of these splits is the best of all (Breiman et al., 1984)
    categories.sort(key=lambda place: -rates["Rate"].iloc[place])
    parts += [sorted(categories[:count]) for count in range(1, len(categories) + 1)]
    parts += [[place] for place in used if kind[place] == NOT_SET]
    return sorted(parts, key=len)


def _ended(trials: pd.DataFrame, objective: Objective) -> pd.DataFrame:
    """Return the trials whose outcome is known, with it."""
    frame = trials.assign(Outcome=compute_outcomes(trials, objective))
    return frame[frame["Outcome"].notna()]


def _cut(hyperparameter: Hyperparameter, trials: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """Return a hyperparameter's regions, and the number of each trial's region."""
    column = trials[hyperparameter.column]
    scale = make_scale(hyperparameter, column)
    if scale.kind == "category":
        regions = pd.DataFrame({"Region": CATEGORY, "Category": list(scale.categories)})
        places = {name: place for place, name in enumerate(scale.categories)}
        codes = column.astype("string").map(places).to_numpy(float, na_value=np.nan)
    else:
        values = to_floats(column)
        count = int(np.clip(len(trials) // _PER_REGION, 2, _MOST_REGIONS))
        borders = _borders(scale, count)
        whole = hyperparameter.kind == "integer"
        low, high = borders[:-1] + 0.5 * whole, borders[1:] - 0.5 * whole
        regions = pd.DataFrame({"Region": RANGE, "Low": low, "High": high})
        codes = np.where(np.isfinite(values), np.digitize(values, borders[1:-1]), np.nan)
    missing = np.isnan(codes)
    if missing.any():
        codes = np.where(missing, len(regions), codes)
        regions = pd.concat([regions, pd.DataFrame({"Region": [NOT_SET]})], ignore_index=True)
    regions.insert(0, "Hyperparameter", hyperparameter.name)
    return regions.reindex(columns=list(_RATES)[:5]), codes.astype(int)


def _borders(scale: Scale, count: int) -> Floats:
    """Cut a range into parts that are equally wide on its scale, at round numbers."""
    hyperparameter = scale.hyperparameter
    units = np.linspace(0, 1, count + 1)
    exact = replace(scale, hyperparameter=replace(hyperparameter, kind="continuous"))
    borders = np.asarray(exact.from_unit(units), dtype=float)
    if hyperparameter.kind == "integer":  # between integers, and one region each for a few
        least, most = np.ceil(borders[0]), np.floor(borders[-1])
        if most - least < _MOST_REGIONS:
            return np.arange(least, most + 2) - 0.5
        inner = np.floor(borders[1:-1]) + 0.5
        return np.unique([least - 0.5, *inner[(inner > least) & (inner < most)], most + 0.5])
    for digits in range(2, 17):
        inner = np.array([float(f"{border:.{digits}g}") for border in borders[1:-1]])
        off = np.abs(scale.to_unit(pd.Series(inner)) - units[1:-1])
        if (off < 0.1 / count).all():
            break
    return np.array([borders[0], *inner, borders[-1]])


def _count(regions: pd.DataFrame, codes: Ints, failed: Flags) -> pd.DataFrame:
    trials = np.bincount(codes, minlength=len(regions))
    count = np.bincount(codes[failed], minlength=len(regions))
    low, high = compute_wilson(count, trials)
    rate = np.where(trials > 0, count / np.maximum(trials, 1), np.nan)
    return regions.assign(Trials=trials, Failed=count, Rate=rate, RateLow=low, RateHigh=high)


def _deal(failed: Flags, jobs: Ints, seed: int) -> NDArray[np.float32]:
    """Return who failed, as it is and dealt out anew within each tuning job, in columns."""
    rng = np.random.default_rng(seed)
    dealt = np.repeat(failed[:, None].astype(np.float32), _PERMUTATIONS + 1, axis=1)
    for job in np.unique(jobs):
        rows = np.flatnonzero(jobs == job)
        dealt[rows, 1:] = rng.permuted(dealt[rows, 1:], axis=0)
    return dealt


def _chi_square(codes: Ints, dealt: NDArray[np.float32], jobs: Ints) -> Floats:
    """Return the statistic of each dealing; a region without expected failures adds nothing."""
    inside = (codes[:, None] == np.unique(codes)).astype(np.float32)
    each = np.bincount(jobs, weights=dealt[:, 0]) / np.bincount(jobs)
    trials, expected = inside.sum(axis=0, dtype=float), inside.T.astype(float) @ each[jobs]
    varies = (expected > 0) & (expected < trials)
    found = (inside.T @ dealt).astype(float)[varies] - expected[varies, None]
    spread = expected[varies] * (1 - expected[varies] / trials[varies])
    return np.asarray((found**2 / spread[:, None]).sum(axis=0))
