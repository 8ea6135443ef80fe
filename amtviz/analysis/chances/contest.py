"""Which tuning job did better, with as many trials, as much time and as much money, luck apart."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amtviz.analysis.chances.rerun import compute_chance_to_win, find_sure_pairs
from amtviz.analysis.chances.spending import YARDSTICKS, Spending, read_spending
from amtviz.model import Objective
from amtviz.texts import list_distinct
from amtviz.wording.lists import plural

FEWEST = 10  # scored trials: of fewer, no chance is given
LEADS = 0.8  # the chance of doing better again from which a leader is named

_JOB_DTYPES = {
    "Budget": "float64",
    "Total": "float64",
    "Trials": "Int64",
    "Scored": "Int64",
    "Best": "float64",
    "Median": "float64",
}
_PAIR_DTYPES = {
    "Budget": "float64",
    "FirstTrials": "Int64",
    "SecondTrials": "Int64",
    "FirstBest": "float64",
    "SecondBest": "float64",
    "Chance": "float64",
    "Fair": "bool",
    "Verdict": "object",
}
_STANDING_COLUMNS = ["Yardstick", "Jobs", "Leaders", "AheadOf", "Verdict"]


@dataclass(frozen=True, eq=False)
class Contest:
    """Tuning jobs compared at equal trials, time and cost: see `compute_contest`."""

    jobs: pd.DataFrame
    pairs: pd.DataFrame
    standings: pd.DataFrame


def compute_contest(
    trials: pd.DataFrame,
    objective: Objective,
    ancestors: Mapping[str, Collection[str]],
    by: str = "TuningJobName",
) -> Contest:
    """Compare tuning jobs at equal trials, equal time and equal billed time.

    What happened is one thing: the best that each found within the budget. What would happen again
    is another: the chance that one tuning job's best is better if both are run again with as many
    trials as each had finished within the budget, from the ranks of these trials
    (`amtviz.analysis.chances.rerun`); it is the same for every strategy. One run each seldom tells
    searches apart: a leader is named from a chance of 80 %.

    On 17,207 pairs of searches of a library (random, TPE, a Gaussian process, evolution, CMA-ES,
    asynchronous halving, on 15 objectives that nothing was learnt from) pairs said to have 85 % won
    87 % of reruns, those said to have 92 % as many; 0.0 % of equal pairs were given above 95 %, 1 %
    above 80 %. Of pairs that truly win 95 % or more, 69 % were given above 80 %. They had equal
    numbers of trials; ``benchmarks/claims/chances.py`` measures others, and pairs of which one has
    half as many (docs/project/calibration.md).

    Parameters
    ----------
    trials : pandas.DataFrame
        As in ``TuningData.trials``; failed trials count as trials without a value.
    objective : Objective
    ancestors : mapping of str to collection of str
        By group, the warm-start ancestors whose knowledge it started with, as of
        `amtviz.analysis.lineage.find_ancestors`; a group that isn't in it started with none.
    by : str
        The column that groups trials.

    Returns
    -------
    Contest
        ``jobs``: a row per yardstick and group, in the order of the groups. Columns: ``by``;
        Yardstick (``trials``, ``time``: seconds since the group began, ``cost``: billed seconds of
        all instances); Budget (float64: the smallest total of the groups with ten scored trials or
        more; of all, where fewer than two have so many); Total (float64: what the group spent);
        Trials, Scored (Int64: finished within the budget, and of these with a value); Best, Median
        (float64, of those, in the objective's own unit); Reason (why Best is missing, else empty).
        ``pairs``: a row per yardstick and pair. Columns: First, Second; Yardstick; Budget (float64,
        the smaller total of the two); FirstTrials, SecondTrials (Int64, finished within it);
        FirstBest, SecondBest (float64); Chance (float64, that the first beats the second again);
        Fair (bool, whether both started with the same knowledge); Verdict (``first`` or ``second``:
        that one would probably do better again; ``open``: one run each can't tell; ``unfair``;
        empty without a chance); Reason (why Chance is missing, else empty).
        ``standings``: a row per yardstick and set of two or more groups that started with the same
        knowledge and have a Best. Columns: Yardstick; Jobs (tuple of str); Leaders (tuple of str,
        those with the best Best of ``jobs``); AheadOf (tuple of str: those that the only leader
        would probably beat again, by Holm's procedure among all pairs of the set); Verdict
        (``leads``: the only leader would probably beat each of the others again; ``can't tell``:
        of two; ``one of many``: the best of three or more isn't shown to be better than each of the
        others; ``too few``: no chance is known).
    """
    names = [str(name) for name in list_distinct(trials[by])]
    searches = read_spending(trials, objective, by)
    known = {name: frozenset(ancestors.get(name, ())) for name in names}
    jobs: list[dict[str, object]] = []
    pairs: list[dict[str, object]] = []
    memo: dict[tuple[str, str, int, int], float] = {}
    for yardstick in YARDSTICKS:
        budget = _common_budget(searches, yardstick)
        for name in names:
            row = _within(searches.get(name), yardstick, budget, objective.sign)
            jobs.append({by: name, "Yardstick": yardstick, **row})
        for pair in itertools.combinations(names, 2):
            row = _compare(searches, pair, yardstick, objective.sign, memo)
            fair = known[pair[0]] == known[pair[1]]
            row |= {"Fair": fair, "Verdict": _judge(row.get("Chance"), fair)}
            pairs.append({"First": pair[0], "Second": pair[1], "Yardstick": yardstick, **row})
    job_table = pd.DataFrame(jobs, columns=[by, "Yardstick", *_JOB_DTYPES, "Reason"])
    pair_table = pd.DataFrame(
        pairs, columns=["First", "Second", "Yardstick", *_PAIR_DTYPES, "Reason"]
    )
    job_table, pair_table = job_table.astype(_JOB_DTYPES), pair_table.astype(_PAIR_DTYPES)
    return Contest(job_table, pair_table, _rank(job_table, pair_table, known, objective.sign, by))


def _common_budget(searches: Mapping[str, Spending], yardstick: str) -> float:
    known = [s for s in searches.values() if s.scored and np.isfinite(s.total(yardstick))]
    many = [search for search in known if search.scored >= FEWEST]
    chosen = many if len(many) > 1 else known
    return min((search.total(yardstick) for search in chosen), default=np.nan)


def _within(search: Spending | None, yardstick: str, budget: float, sign: int) -> dict[str, object]:
    """Return one tuning job's row at the common budget."""
    if search is None:
        return {"Budget": budget, "Reason": "no trial has finished"}
    total = search.total(yardstick)
    row: dict[str, object] = {"Budget": budget, "Total": total}
    reason = _unknown(search, yardstick)
    if not reason and total < budget * (1 - 1e-9):
        reason = _say_few(search.scored)
    if reason:
        return row | {"Reason": reason}
    every = search.within(yardstick, budget)
    scores = every[np.isfinite(every)]
    row |= {"Trials": len(every), "Scored": len(scores), "Reason": ""}
    if not len(scores):
        return row | {"Reason": "no trial with a value by then"}
    return row | {"Best": scores.max() * sign, "Median": float(np.median(scores)) * sign}


def _unknown(search: Spending, yardstick: str) -> str:
    if not search.scored:
        return "no trial has a value"
    if np.isfinite(search.total(yardstick)):
        return ""
    return "its times aren't known" if yardstick == "time" else "its billed time isn't known"


def _say_few(scored: int) -> str:
    return f"only {plural(scored, 'scored trial')}"


def _compare(
    searches: Mapping[str, Spending],
    names: tuple[str, str],
    yardstick: str,
    sign: int,
    memo: dict[tuple[str, str, int, int], float],
) -> dict[str, object]:
    """Return the row of a pair; a chance that another yardstick had the same trials for is kept."""
    found = [searches[name] for name in names if name in searches]
    if len(found) < 2:
        return {"Reason": "no trial has finished"}
    reason = next(filter(None, (_unknown(search, yardstick) for search in found)), "")
    if reason:
        return {"Reason": reason}
    budget = min(search.total(yardstick) for search in found)
    one, two = (search.within(yardstick, budget) for search in found)
    row: dict[str, object] = {"Budget": budget, "FirstTrials": len(one), "SecondTrials": len(two)}
    bests = np.array([scores.max(initial=-np.inf) for scores in (one, two)])
    bests[~np.isfinite(bests)] = np.nan
    row |= {"FirstBest": bests[0] * sign, "SecondBest": bests[1] * sign}
    if np.isnan(bests).any():
        return row | {"Reason": "no trial with a value by then"}
    fewest = min(int(np.isfinite(scores).sum()) for scores in (one, two))
    if fewest < FEWEST:
        return row | {"Reason": _say_few(fewest)}
    key = (*names, len(one), len(two))
    if key not in memo:
        memo[key] = compute_chance_to_win(one, two)
    return row | {"Chance": memo[key], "Reason": ""}


def _judge(chance: object, fair: bool) -> str:
    """Return the verdict on a pair."""
    if not isinstance(chance, float):
        return ""
    if not fair:
        return "unfair"
    if chance >= LEADS:
        return "first"
    return "second" if chance <= 1 - LEADS else "open"


def _rank(
    jobs: pd.DataFrame,
    pairs: pd.DataFrame,
    known: Mapping[str, frozenset[str]],
    sign: int,
    by: str,
) -> pd.DataFrame:
    """Return the leader of each set of tuning jobs that started with the same knowledge."""
    rows = []
    for yardstick in YARDSTICKS:
        table = jobs[(jobs["Yardstick"] == yardstick) & jobs["Best"].notna()]
        bests = table.set_index(by)["Best"] * sign
        chances = _look_up(pairs[pairs["Yardstick"] == yardstick])
        for start in dict.fromkeys(known.values()):
            names = [name for name in bests.index if known[name] == start]
            if len(names) > 1:
                row = _stand(bests[names], chances)
                rows.append({"Yardstick": yardstick, "Jobs": tuple(names), **row})
    return pd.DataFrame(rows, columns=_STANDING_COLUMNS)


def _look_up(pairs: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return known chances by pair, in both orders."""
    pairs = pairs[pairs["Chance"].notna()]
    ends = zip(pairs["First"], pairs["Second"], pairs["Chance"], strict=True)
    return {
        pair: chance
        for one, two, odds in ends
        for pair, chance in (((one, two), odds), ((two, one), 1 - odds))
    }


def _stand(bests: pd.Series, chances: Mapping[tuple[str, str], float]) -> dict[str, object]:
    """Return who leads a set of tuning jobs, whom it is ahead of, and the verdict."""
    names = list(bests.index)
    leaders = tuple(name for name in names if bests[name] == bests.max())
    own = {pair: c for pair, c in chances.items() if set(pair) <= set(names) and c >= 0.5}
    row: dict[str, object] = {"Leaders": leaders, "AheadOf": ()}
    if not own:
        return row | {"Verdict": "too few"}
    others = [name for name in names if name not in leaders]
    if len(leaders) == 1:
        sure = find_sure_pairs(own, LEADS)
        row["AheadOf"] = tuple(name for name in others if (leaders[0], name) in sure)
        if all(chances.get((leaders[0], name), 0.0) >= LEADS for name in others):
            return row | {"Verdict": "leads"}
    return row | {"Verdict": "can't tell" if len(names) == 2 else "one of many"}
