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
from amtviz.analysis.chances.contest import compute_contest
from amtviz.analysis.chances.going_on import GoingOn, judge_going_on
from amtviz.analysis.chances.rerun import compute_chance_to_win
from benchmarks.claims.chances_table import summarize
from benchmarks.claims.search_objectives import HELD_APART, OBJECTIVES
from benchmarks.claims.searches import run_searches

__all__ = ["CLAIM", "cells", "measure", "summarize"]

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
    objectives = ["Hartmann 3"] if small else [*OBJECTIVES, *HELD_APART]
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
