"""The table of importance's claims: what is said beside what is true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from amtviz.analysis.effects.importance import NAMED_COMBINED
from amtviz.analysis.shares import NAMED, PAIR_NAMED
from benchmarks.claims.functions import GROUPED_KEPT_APART, KEPT_APART

_TOLERANCE = 0.01
_MATTERS = 0.03  # least true share whose interval counts
_IDLE = 0.003  # most true total share of a hyperparameter that has no effect
_LEAD = 0.05  # least true lead of the first
_BLAMED = 0.05  # lower end by which a hyperparameter without effect is blamed

Fit = dict[str, Any]


def summarize(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> pd.DataFrame:
    """Return a row a claim and kind of data."""
    fits = [
        {**cell, **said, "truth": result["truth"]}
        for cell, result in results
        for said in result.get("said", ())
    ]
    rows = [*_plain(fits), *_pure_noise(fits), *_grouped(fits), *_edges(results)]
    return pd.DataFrame(rows, columns=["Claim", "Data", "Nominal", "Goal", "Measured", "N"])


def _rate(hits: Iterable[bool]) -> tuple[str, int]:
    found = [bool(hit) for hit in hits]
    return (f"{100 * np.mean(found):.1f} %" if found else "–"), len(found)


def _row(claim: str, data: str, nominal: str, goal: str, hits: Iterable[bool]) -> list[Any]:
    return [claim, data, nominal, goal, *_rate(hits)]


def _holds(interval: list[float], truth: float) -> bool:
    return interval[1] - _TOLERANCE <= truth <= interval[2] + _TOLERANCE


def _plain(fits: list[Fit]) -> Iterator[list[Any]]:
    plain = [fit for fit in fits if fit["what"] == "shares"]
    for kind in ("random", "tpe", "gp-ei"):
        for n in sorted({fit["trials"] for fit in plain if fit["search"] == kind}):
            for apart in (False, True):
                some = [
                    fit
                    for fit in plain
                    if (fit["search"], fit["trials"]) == (kind, n)
                    and (fit["function"] in KEPT_APART) == apart
                ]
                if some:
                    data = f"{kind}, {n} trials" + (", kept apart" if apart else "")
                    yield from _of_one_kind(some, data, "85–97 %" if kind == "random" else "≥ 75 %")


def _of_one_kind(fits: list[Fit], data: str, goal: str) -> Iterator[list[Any]]:
    yield _row("90 % interval of a share", data, "90 %", goal, _intervals(fits, "first"))
    yield _row("90 % interval of a pair's share", data, "90 %", goal, _intervals(fits, "pairs"))
    for kind in ("combined", "noise"):
        hits = (_holds(fit[kind], fit["truth"][kind]) for fit in fits)
        yield _row(f"90 % interval of {kind}", data, "90 %", goal, hits)
    leads = [fit for fit in fits if np.diff(np.sort(fit["truth"]["first"]))[-1] > _LEAD]
    right = (_argmax(fit["first"]) == int(np.argmax(fit["truth"]["first"])) for fit in leads)
    yield _row("matters most (true lead over 5 %)", data, "right", "≥ 95 % from 100 on", right)
    additive = [fit for fit in fits if abs(fit["truth"]["combined"]) < _IDLE]
    together = (max((p[1] for p in fit["pairs"]), default=0) > PAIR_NAMED for fit in additive)
    yield _row("matter most together, additive functions", data, "0", "≤ 10 %", together)
    combined = (fit["combined"][1] > NAMED_COMBINED for fit in additive)
    yield _row("combinations explain, additive functions", data, "0", "≤ 10 %", combined)
    found = (
        fit["pairs"][place][1] > PAIR_NAMED
        for fit in fits
        for place, truth in enumerate(fit["truth"]["pairs"])
        if truth > 0.1
    )
    yield _row("a pair of over 10 % is named", data, "", "", found)
    idle = [(fit, j) for fit in fits for j in _idle(fit)]
    yield _row(
        "an idle hyperparameter said to matter",
        data,
        "0",
        "≤ 5 %",
        (fit["first"][j][1] > NAMED for fit, j in idle),
    )
    yield _row(
        "an idle one said to decide about the best tenth",
        data,
        "5 %",
        "≤ 5 %",
        (fit["reaching"][j] for fit, j in idle),
    )


def _intervals(fits: list[Fit], kind: str) -> Iterator[bool]:
    for fit in fits:
        for interval, truth in zip(fit[kind], fit["truth"][kind], strict=True):
            if truth > _MATTERS:
                yield _holds(interval, truth)


def _argmax(shares: list[list[float]]) -> int:
    return int(np.argmax([share[0] for share in shares]))


def _idle(fit: Fit) -> list[int]:
    return [j for j, total in enumerate(fit["truth"]["total"]) if total < _IDLE]


def _pure_noise(fits: list[Fit]) -> Iterator[list[Any]]:
    noise = [fit for fit in fits if fit["what"] == "noise"]
    for n in sorted({fit["trials"] for fit in noise}):
        some = [fit for fit in noise if fit["trials"] == n]
        data = f"pure noise, {n} trials"
        hits = (fit["ranked"] for fit in some)
        yield _row("anything said to matter", data, "0", "≤ 5 %", hits)
        hits = (any(fit["reaching"]) for fit in some)
        yield _row("anything said to decide about the best tenth", data, "5 %", "≤ 5 %", hits)


def _grouped(fits: list[Fit]) -> Iterator[list[Any]]:
    grouped = [fit for fit in fits if fit["what"] == "grouped"]
    for kind in ("random", "tpe"):
        for apart in (False, True):
            some = [
                fit
                for fit in grouped
                if fit["search"] == kind and (fit["function"] in GROUPED_KEPT_APART) == apart
            ]
            if not some:
                continue
            data = f"groups and conditions, {kind}" + (", kept apart" if apart else "")
            yield _row(
                "90 % interval of a share", data, "90 %", "85–97 %", _intervals(some, "first")
            )
            several = [fit for fit in some if fit["truth"]["group"] > 0]
            hits = (_holds(fit["group"], fit["truth"]["group"]) for fit in several)
            yield _row("90 % interval of the groups' share", data, "90 %", "85–97 %", hits)
            blamed = (fit["first"][j][1] > _BLAMED for fit in some for j in _idle(fit))
            yield _row("an effect blamed on the wrong one", data, "0", "≤ 5 %", blamed)
            among = (fit["among"][j][1] > _BLAMED for fit in some for j in _idle(fit))
            yield _row("the same, among trials that have it", data, "0", "≤ 5 %", among)
            reaching = (fit["reaching"][j] for fit in some for j in _idle(fit))
            yield _row(
                "an idle one said to decide about the best tenth", data, "5 %", "≤ 5 %", reaching
            )


def _edges(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[list[Any]]:
    edges = [result for cell, result in results if cell["what"] == "edges"]
    kinds = {
        "diverged": ("3 of 60 values at 1e6", "≤ 0.05"),
        "tiny": ("objective × 1e-12", "≤ 0.01"),
        "huge": ("objective × 1e9 + 5e9", "≤ 0.02"),
    }
    for kind, (data, goal) in kinds.items():
        if edges:
            most = max(edge[kind] for edge in edges)
            yield ["largest move of a share", data, "0", goal, f"{most:.4f}", len(edges)]
    for cell, result in results:
        if cell["what"] == "time":
            data = f"{cell['trials']:,} trials of {cell['columns']}"
            goal = "≤ 3 s" if cell["trials"] <= 500 else "≤ 6 s"
            yield ["seconds of one processor", data, "", goal, f"{result['seconds']:.1f} s", 1]
