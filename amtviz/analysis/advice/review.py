"""Whether advice came true: a warm start's trials in and out of what its parents' would suggest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from amtviz.analysis.advice.next_ranges import RISKS, Risk, suggest_by_risk
from amtviz.analysis.lineage import find_ancestors
from amtviz.analysis.scale import make_scale, to_floats
from amtviz.model import Hyperparameter, Objective, TuningJob

FEWEST_BESIDE = 5  # trials on either side; fewer aren't compared
LUCK = 0.1  # chance at most of a difference like this, if it makes none, to call one side better
MOST_REVIEWED = 3  # the latest warm starts: each takes a model of its own

COLUMNS = {
    "TuningJobName": "object",
    "Risk": "object",
    "KnownTrials": "int64",
    "Changes": "int64",
    "SearchedInside": "float64",
    "Trials": "int64",
    "Inside": "int64",
    "Best": "float64",
    "BestInside": "float64",
    "BestOutside": "float64",
    "MedianInside": "float64",
    "MedianOutside": "float64",
    "BestIsInside": "boolean",
    "Luck": "float64",
    "Verdict": "object",
}


@dataclass(frozen=True, eq=False)
class AdviceReview:
    """What the advice would have been for each warm-started tuning job, and what came of it.

    Attributes
    ----------
    table : pandas.DataFrame
        A row per tuning job and risk, the latest job first. Columns: TuningJobName; Risk;
        KnownTrials (int64: scored trials of its ancestors, which the advice is from); Changes
        (int64: hyperparameters that it would have changed); SearchedInside (float64: the share of
        the job's own ranges that lies inside, on the declared scales; missing where no range is
        declared); Trials, Inside (int64: scored trials of the job, and those inside); Best,
        BestInside, BestOutside, MedianInside, MedianOutside (float64: of the objective, missing
        without such trials); BestIsInside (boolean); Luck (float64: the chance of a difference
        like that between both sides, or a greater one, if there is none: two-sided Mann-Whitney
        test; missing for fewer than five trials on a side); Verdict (``better``: inside, with Luck
        of 10 % at most; ``worse``; ``open``; ``too few`` on a side; ``all inside``; ``none
        inside``; ``no change``: the advice was to keep all; ``no trials``: none is scored yet).
    advice : dict of (str, str) to pandas.DataFrame
        By tuning job and risk, what `amtviz.analysis.suggest_ranges` returns.
    inside : pandas.DataFrame of boolean
        By the trials' index, a column per risk: whether a trial of a reviewed job lies inside.
        Missing for all others.
    """

    table: pd.DataFrame
    advice: Mapping[tuple[str, Risk], pd.DataFrame]
    inside: pd.DataFrame

    @property
    def jobs(self) -> list[str]:
        """The reviewed tuning jobs, the latest first."""
        return list(dict.fromkeys(self.table["TuningJobName"]))


def compute_advice_review(
    jobs: Sequence[TuningJob],
    trials: pd.DataFrame,
    objective: Objective,
    hyperparameters: Sequence[Hyperparameter],
    *,
    most: int = MOST_REVIEWED,
) -> AdviceReview:
    """Compare a warm start's trials in and out of the ranges that its parents' trials suggest.

    The advice is what `amtviz.analysis.suggest_ranges` makes of the trials of all its ancestors,
    in the ranges that these declared. A trial lies inside if each of its values does; one that it
    hasn't set, and one of a hyperparameter that no ancestor tuned, doesn't count.

    Parameters
    ----------
    jobs : sequence of TuningJob
    trials : pandas.DataFrame
        As ``TuningData.trials``.
    objective : Objective
    hyperparameters : sequence of Hyperparameter
        As ``TuningData.hyperparameters``.
    most : int
        How many tuning jobs are reviewed: the latest.

    Returns
    -------
    AdviceReview
        Without rows where no tuning job has an ancestor with trials in the data.
    """
    rows: list[dict[str, Any]] = []
    advice: dict[tuple[str, Risk], pd.DataFrame] = {}
    inside = pd.DataFrame(pd.NA, trials.index, list(RISKS), dtype="boolean")
    ancestors = find_ancestors(jobs)
    for job in _latest_children(jobs, trials, ancestors)[:most]:
        parents = [each for each in jobs if each.name in ancestors[job.name]]
        known = trials[trials["TuningJobName"].isin(ancestors[job.name])]
        own = trials[trials["TuningJobName"] == job.name]
        searched = _as_searched(hyperparameters, parents)
        for risk, table in suggest_by_risk(known, objective, searched).items():
            within = _lie_inside(own, table, searched)
            advice[job.name, risk] = table
            inside.loc[own.index, risk] = within
            rows.append(
                {
                    "TuningJobName": job.name,
                    "Risk": risk,
                    "KnownTrials": int(np.isfinite(_values(known, objective)).sum()),
                    "Changes": int((table["Change"] != "keep").sum()),
                    "SearchedInside": _share_inside(job, table),
                    **_compare(_values(own, objective), within, objective),
                }
            )
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    table.loc[table["Changes"] == 0, "Verdict"] = "no change"
    return AdviceReview(table, advice, inside)


def _latest_children(
    jobs: Sequence[TuningJob], trials: pd.DataFrame, ancestors: Mapping[str, tuple[str, ...]]
) -> list[TuningJob]:
    """Return the tuning jobs with ancestors that ran trials, the latest first.

    AWS warm-starts no tuning job of several algorithms.
    """
    ran = set(trials["TuningJobName"].dropna())
    children = [
        job for job in jobs if len(job.definitions) < 2 and ran.intersection(ancestors[job.name])
    ]
    # without times, descendants come after their ancestors
    begun = {job.name: job.created.timestamp() if job.created else 0.0 for job in children}
    return sorted(children, key=lambda job: (begun[job.name], len(ancestors[job.name])))[::-1]


def _as_searched(
    hyperparameters: Sequence[Hyperparameter], jobs: Sequence[TuningJob]
) -> list[Hyperparameter]:
    """Return the hyperparameters that some jobs tuned, with the widest ranges that they declare."""
    found = []
    for each in hyperparameters:
        own = [h for job in jobs for h in job.hyperparameters if h.name == each.name]
        if own:
            low = min((h.low for h in own if h.low is not None), default=None)
            high = max((h.high for h in own if h.high is not None), default=None)
            values = tuple(dict.fromkeys(value for h in own for value in h.values))
            scaling = own[0].scaling
            found.append(replace(each, low=low, high=high, values=values, scaling=scaling))
    return found


def _values(trials: pd.DataFrame, objective: Objective) -> NDArray[np.float64]:
    return trials[objective.metric_name].to_numpy(np.float64, na_value=np.nan)


def _lie_inside(
    trials: pd.DataFrame, table: pd.DataFrame, hyperparameters: Sequence[Hyperparameter]
) -> NDArray[np.bool_]:
    """Tell of each trial whether all of its values lie in the suggested ranges."""
    inside = np.ones(len(trials), dtype=bool)
    for hyperparameter, row in zip(hyperparameters, table.itertuples(), strict=True):
        column = trials[hyperparameter.column]
        if hyperparameter.kind == "categorical":
            within = column.astype("string").isin(row.Values).to_numpy(bool)
        else:
            values = to_floats(column)
            within = (values >= row.Low) & (values <= row.High)
        inside &= within | column.isna().to_numpy(bool)
    return inside


def _share_inside(job: TuningJob, table: pd.DataFrame) -> float:
    """Return the share of a job's own ranges that the suggested ones hold."""
    suggested = {row.Hyperparameter: row for row in table.itertuples()}
    shares = [
        _share_of(own, suggested[own.name]) for own in job.hyperparameters if own.name in suggested
    ]
    return float(np.prod(shares))


def _share_of(own: Hyperparameter, suggested: Any) -> float:
    """Return the share of a declared range that a suggested one holds; NaN without a range."""
    if own.kind == "categorical":
        return len({*own.values} & {*suggested.Values}) / len(own.values) if own.values else np.nan
    if own.low is None or own.high is None:
        return np.nan
    if own.low == own.high:
        return float(suggested.Low <= own.low <= suggested.High)
    scale = make_scale(own, pd.Series(dtype="float64"))
    # an integer's share of the scale reaches half a step to either side
    half = 0.5 if own.kind == "integer" and not (scale.kind == "log" and own.low < 1) else 0.0
    wide = [suggested.Low - half, suggested.High + half]
    ends = scale.to_unit(pd.Series(np.clip(wide, own.low - half, own.high + half)))
    return float(max(0.0, ends[1] - ends[0]))


def _compare(
    values: NDArray[np.float64], inside: NDArray[np.bool_], objective: Objective
) -> dict[str, Any]:
    """Compare the scored trials inside with those outside."""
    scored = np.isfinite(values)
    score, inside = values[scored] * objective.sign, inside[scored]
    sides = score[inside], score[~inside]
    bests = [objective.sign * side.max() if len(side) else np.nan for side in sides]
    medians = [objective.sign * np.median(side) if len(side) else np.nan for side in sides]
    found: dict[str, Any] = {
        "Trials": len(score),
        "Inside": len(sides[0]),
        "Best": objective.sign * score.max() if len(score) else np.nan,
        "BestInside": bests[0],
        "BestOutside": bests[1],
        "MedianInside": medians[0],
        "MedianOutside": medians[1],
        # of equal bests on both sides, neither is the one
        "BestIsInside": _is_inside(*sides),
        "Luck": np.nan,
    }
    if not len(score):
        return found | {"Verdict": "no trials"}
    if not all(map(len, sides)):
        return found | {"Verdict": "all inside" if len(sides[0]) else "none inside"}
    if min(map(len, sides)) < FEWEST_BESIDE:
        return found | {"Verdict": "too few"}
    from scipy.stats import mannwhitneyu  # dear to import, seldom needed

    wins, luck = mannwhitneyu(*sides, method="asymptotic")  # with ties, and two-sided
    beyond = wins - len(sides[0]) * len(sides[1]) / 2
    verdict = "open" if luck > LUCK else "better" if beyond > 0 else "worse"
    return found | {"Luck": float(luck), "Verdict": verdict}


def _is_inside(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> bool | None:
    best = [side.max(initial=-np.inf) for side in (inside, outside)]
    return None if best[0] == best[1] else bool(best[0] > best[1])
