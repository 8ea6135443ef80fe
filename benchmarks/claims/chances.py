"""Chances that are said of going on, and of one tuning job against another, against what happens.

Searches of many kinds are run on objectives that nothing was learnt from, many seeds each. Going
on: after n trials the chances for n / 4, n / 2 and n more are asked for, and the same search shows
what these brought. Against each other: the chance that the first of a pair would find the better
best if both were run again is compared with all other seeds' outcomes. Equal searches show how
often luck is taken for a lead.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from amtviz import TuningData
from amtviz.analysis.contest import compute_contest
from amtviz.analysis.going_on import GoingOn, judge_going_on
from amtviz.analysis.rerun import compute_chance_to_win
from benchmarks.claims.search_objectives import HELD_APART, OBJECTIVES
from benchmarks.claims.searches import run_searches

CLAIM = "chances of more trials, and of one tuning job against another"

# what SageMaker or a study would name the strategy
_STRATEGIES = {
    "random": "Random",
    "TPE": "TPE",
    "TPE, 8 slots": "TPE",
    "Optuna's TPE": "TPE",
    "Gaussian process": "Bayesian",
    "evolution": "Evolution",
    "asynchronous halving": "Hyperband",
    "synchronous Hyperband": "Hyperband",
}
_EQUAL = ("random", "TPE", "Gaussian process", "evolution", "asynchronous halving")
_UNEQUAL = (
    ("random", "random, narrowed"),
    ("random", "TPE"),
    ("random", "Gaussian process"),
    ("random", "evolution"),
    ("TPE", "Gaussian process"),
    ("Gaussian process", "asynchronous halving"),
)
_DONE, _PARTS = (10, 20, 50, 100), (0.25, 0.5, 1.0)
_TRIALS = 200  # of a search that is followed
_SLOW = {"Optuna's TPE": {"seeds": 10}, "Gaussian process": {"trials": 100}}
_JOBS = (2, 3, 10, 40)


def cells(small: bool) -> Iterator[dict[str, Any]]:
    """List the units of work: one kind of search, or a pair of kinds, on one objective."""
    objectives = ["Hartmann 3", "trees 3"] if small else [*OBJECTIVES, *HELD_APART]
    kinds = ["random", "TPE"] if small else list(_STRATEGIES)
    size = {"seeds": 12 if small else 40, "trials": 100}
    longer = {} if small else {"trials": _TRIALS}
    for objective in objectives:
        for kind in kinds:
            given = {"what": "going on", "objective": objective, "kind": kind}
            yield given | size | longer | _SLOW.get(kind, {})
        equal = [kind for kind in _EQUAL if kind in kinds]
        for pair in [*((kind, kind) for kind in equal), *_UNEQUAL]:
            if not small or set(pair) <= set(kinds):
                yield {"what": "pairs", "objective": objective, "kinds": list(pair), **size}
        for kind in equal:
            yield {"what": "winner", "objective": objective, "kind": kind, **size}


def measure(cell: dict[str, Any]) -> dict[str, Any]:
    """Run the searches of a cell and ask the product; ``rows`` is a list of records."""
    work = {"going on": _go_on, "pairs": _compare, "winner": _find_winners}
    return {"rows": work[cell["what"]](cell)}


def _go_on(cell: dict[str, Any]) -> list[dict[str, Any]]:
    searches = run_searches(cell["objective"], cell["kind"], cell["seeds"], cell["trials"])
    strategy = _STRATEGIES[cell["kind"]]
    rows = []
    for scores, done, part in itertools.product(searches, _DONE, _PARTS):
        more = int(done * part + 0.5)
        if done + more > len(scores):
            continue
        told = judge_going_on(scores[:done], strategy, more)
        best = scores[:done].max()
        gain = max(0.0, float(scores[done : done + more].max() - best))
        matters = 0.02 * float(best - np.median(scores[:done]))
        rows.append(
            {
                "done": done,
                "part": part,
                "verdict": told.verdict,
                "chance": told.chance,
                "matters": told.matters,
                "unnamed": judge_going_on(scores[:done], "", more).chance,
                "gained": gain > 0,
                "gained what matters": gain > 0 and gain >= matters,
                "inside": _is_inside(told, gain),
            }
        )
    return rows


def _is_inside(told: GoingOn, gain: float) -> bool | None:
    """Whether the interval holds the gain, if it is told."""
    if np.isnan(told.high):
        return None
    return bool(told.low - 1e-12 <= gain <= told.high + 1e-12)


def _compare(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """Compare seed by seed; of equal kinds each with the next, of which the truth is one half."""
    first, second = (
        run_searches(cell["objective"], kind, cell["seeds"], cell["trials"])
        for kind in cell["kinds"]
    )
    equal = cell["kinds"][0] == cell["kinds"][1]
    rows = []
    for trials, share in itertools.product((20, 50, 100), (1.0, 0.5)):
        one, two = first[:, :trials], second[:, : int(trials * share)]
        ahead = one.max(axis=1)[:, None] - two.max(axis=1)
        wins = (ahead > 0) + 0.5 * (ahead == 0)
        for seed in range(cell["seeds"]):
            other = (seed + 1) % cell["seeds"] if equal else seed
            if equal and share == 1 and seed % 2:
                continue
            truth = np.delete(np.delete(wins, seed, 0), other, 1).mean()
            rows.append(
                {
                    "equal": equal and share == 1,
                    "as long": share == 1,
                    "chance": compute_chance_to_win(one[seed], two[other]),
                    "truth": 0.5 if equal and share == 1 else float(truth),
                }
            )
    return rows


def _find_winners(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """Let equal searches compete: is one of them said to lead, or to be ahead of any?"""
    searches = run_searches(cell["objective"], cell["kind"], cell["seeds"], cell["trials"])
    rows = []
    for jobs in _JOBS:
        for start in range(0, min(len(searches) - jobs + 1, 4 * jobs), jobs):
            scores = searches[start : start + jobs, :50]
            frame = pd.DataFrame({"score": scores.ravel(), "job": np.repeat(range(jobs), 50)})
            data = TuningData.from_frame(
                frame.astype({"job": str}),
                objective="score",
                direction="Maximize",
                job_column="job",
                hyperparameters=[],
            )
            standing = compute_contest(data.trials, data.objective, {}).standings.iloc[0]
            rows.append(
                {
                    "jobs": jobs,
                    "leads": standing["Verdict"] == "leads",
                    "ahead": len(standing["AheadOf"]) > 0,
                }
            )
    return rows


def summarize(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> pd.DataFrame:
    """Tabulate said against realised; of the two objectives held apart on their own."""
    rows = []
    for cell, result in results:
        kinds = cell.get("kinds", [cell.get("kind")])
        names = {"what": cell["what"], "objective": cell["objective"], "kind": kinds[0]}
        rows += [{**names, "random": set(kinds) <= _RANDOM, **row} for row in result["rows"]]
    table = pd.DataFrame(rows)
    apart = table["objective"].isin(list(HELD_APART))
    sets = {"": table[~apart]}
    sets |= {f", {name}": table[table["objective"] == name] for name in HELD_APART}
    found = []
    for where, part in sets.items():
        for what, tabulate in _TABLES.items():
            own = part[part["what"] == what]
            if len(own):
                found += [{**row, "Data": row["Data"] + where} for row in tabulate(own, not where)]
    return pd.DataFrame(found, columns=["Claim", "Data", "Nominal", "Goal", "Measured", "N"])


_RANDOM = {"random", "random, narrowed"}
_FACTOR = "nominal within a factor 1.25"
_SAID = (
    ("chance", "gained", "chance of any gain"),
    ("matters", "gained what matters", "chance of a gain that matters"),
)
_UNNAMED = "chance of any gain, strategy unknown: independent draws assumed, or its progress"


def _tabulate_going_on(table: pd.DataFrame, detailed: bool) -> list[dict[str, Any]]:
    synchronous = table["kind"] == "synchronous Hyperband"
    told = table[~synchronous & table["chance"].notna()]
    groups = {"random searches": told[told["random"]], "adaptive searches": told[~told["random"]]}
    rows = []
    for data, own in groups.items():
        for said, came, words in _SAID:
            rows.append(_row(words, data, own[said], _FACTOR, own[came]))
            for low in (0.0, 0.2, 0.4, 0.6, 0.8) if detailed else ():
                part = own[own[said].between(low, low + 0.2, inclusive="right")]
                claim = f"{words}, {low:.1f}–{low + 0.2:.1f}"
                rows.append(_row(claim, data, part[said], _FACTOR, part[came]))
        rows.append(_row(_UNNAMED, data, own["unnamed"], "", own["gained"]))
        rows.append(
            _row("gain in its 90 % interval", data, 0.9, "0.85 to 0.97", own["inside"].dropna())
        )
        for verdict, nominal, goal in (("worth", 0.5, "≥ 0.5"), ("unlikely", 0.2, "≤ 0.2")):
            part = own.loc[own["verdict"] == verdict, "gained what matters"]
            rows.append(
                _row(f"a gain that matters, said to be {verdict}", data, nominal, goal, part)
            )
    if detailed:
        for kind, own in told.groupby("kind"):
            for said, came, words in _SAID:
                rows.append(_row(words, kind, own[said], _FACTOR, own[came]))
                for done, part in own.groupby("done"):
                    claim = f"{words}, of {done:.0f} trials"
                    rows.append(_row(claim, kind, part[said], _FACTOR, part[came]))
        late = table[table["done"] >= 50]
        for kind in ("synchronous Hyperband", "asynchronous halving"):
            withheld = late.loc[late["kind"] == kind, "verdict"] == "brackets"
            goal = "≥ 0.9" if kind.startswith("sync") else "≤ 0.05"
            rows.append(_row("said to come in brackets", kind, np.nan, goal, withheld))
    return [row for row in rows if row["N"]]


def _tabulate_pairs(table: pd.DataFrame, detailed: bool) -> list[dict[str, Any]]:
    said = np.maximum(table["chance"], 1 - table["chance"])
    came = np.where(table["chance"] >= 0.5, table["truth"], 1 - table["truth"])
    table = table.assign(said=said, came=came)
    rows = []
    for data, chosen in (("random", table["random"]), ("adaptive", ~table["random"])):
        own = table[table["equal"] & chosen]
        for sure, goal in ((0.95, "≤ 0.1"), (0.8, "≤ 0.1")):
            words = f"equal searches, one called ahead by over {sure:.0%}"
            rows.append(_row(words, f"{data} searches", np.nan, goal, own["said"] > sure))
    lengths = {"as many trials": table["as long"], "half as many trials": ~table["as long"]}
    for data, chosen in lengths.items():
        edges = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0) if detailed else (0.5, 0.8, 1.0)
        for low, high in itertools.pairwise(edges):
            own = table[chosen & table["said"].between(low, high, inclusive="right")]
            words = f"chance to win again, {low:.1f}–{high:.1f}"
            rows.append(_row(words, data, own["said"], "nominal ± 0.1", own["came"]))
    return [row for row in rows if row["N"]]


def _tabulate_winners(table: pd.DataFrame, detailed: bool) -> list[dict[str, Any]]:
    rows = []
    for jobs, own in table.groupby("jobs"):
        for column, words in (("leads", "leads all others"), ("ahead", "is ahead of any")):
            data = f"{jobs:.0f} equal tuning jobs"
            rows.append(_row(f"best of equal ones {words}", data, np.nan, "≤ 0.1", own[column]))
    return rows


def _row(
    claim: str, data: str, nominal: pd.Series | float, goal: str, measured: pd.Series
) -> dict[str, Any]:
    """Return one row of the table; a nominal Series stands for its mean."""
    if isinstance(nominal, pd.Series):
        measured = measured[nominal.notna()]
    said = float(nominal.mean()) if isinstance(nominal, pd.Series) else nominal
    return {
        "Claim": claim,
        "Data": data,
        "Nominal": said,
        "Goal": goal,
        "Measured": float(measured.astype(float).mean()) if len(measured) else np.nan,
        "N": len(measured),
    }


_TABLES = {
    "going on": _tabulate_going_on,
    "pairs": _tabulate_pairs,
    "winner": _tabulate_winners,
}
