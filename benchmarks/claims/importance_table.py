"""The table of importance's claims: what is said beside what is true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from amtviz.analysis.effects.importance import NAMED_COMBINED
from amtviz.analysis.shares import NAMED, PAIR_NAMED
from amtviz.findings.importance import SURE
from benchmarks.claims.functions import GROUPED_KEPT_APART, KEPT_APART

_TOLERANCE = 0.01
_MATTERS = 0.03  # least true share whose interval counts
_IDLE = 0.003  # most true total share of a hyperparameter that has no effect
_LEAD = 0.05  # least true lead of the first
_BLAMED = 0.05  # lower end by which a hyperparameter without effect is blamed

_PAIR = 0.1  # least true share of a pair that should be named

Fit = dict[str, Any]
Hits = Callable[[Fit], Iterable[bool]]


def summarize(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> pd.DataFrame:
    """Return a row a claim and kind of data."""
    fits = [
        {**cell, **said, "truth": result["truth"]}
        for cell, result in results
        for said in result.get("said", ())
    ]
    rows = [*_plain(fits), *_pure_noise(fits), *_grouped(fits), *_edges(results)]
    rows = [row for row in rows if row[-1] != "0"]  # a claim that these functions can't test
    return pd.DataFrame(rows, columns=["Claim", "Data", "Nominal", "Goal", "Measured", "N"])


def _row(claim: str, data: str, nominal: str, goal: str, fits: list[Fit], hits: Hits) -> list[Any]:
    """Return a row; of several numbers of trials, the rates one after the other."""
    sizes = sorted({fit["trials"] for fit in fits})
    rates, counts = [], []
    for n in sizes:
        found = [bool(hit) for fit in fits if fit["trials"] == n for hit in hits(fit)]
        rates.append(f"{100 * np.mean(found):.0f}" if found else "–")
        counts.append(str(len(found)))
    of = " / ".join(str(n) for n in sizes)
    counted = counts[0] if len({*counts}) == 1 else " / ".join(counts)
    return [claim, f"{data}, {of} trials", nominal, goal, f"{' / '.join(rates)} %", counted]


def _holds(interval: list[float], truth: float) -> bool:
    return interval[1] - _TOLERANCE <= truth <= interval[2] + _TOLERANCE


def _plain(fits: list[Fit]) -> Iterator[list[Any]]:
    for kind in ("random", "tpe", "gp-ei"):
        for apart in (False, True):
            some = [
                fit
                for fit in fits
                if fit["what"] == "shares"
                and fit["search"] == kind
                and (fit["function"] in KEPT_APART) == apart
            ]
            if some:
                data = kind + (", kept apart" if apart else "")
                yield from _of_one_kind(some, data, "85–97 %" if kind == "random" else "≥ 75 %")


def _of_one_kind(fits: list[Fit], data: str, goal: str) -> Iterator[list[Any]]:
    def row(claim: str, nominal: str, goal: str, hits: Hits) -> list[Any]:
        return _row(claim, data, nominal, goal, fits, hits)

    yield row("interval of a share", "90 %", goal, partial(_intervals, kind="first"))
    yield row("interval of a pair's share", "90 %", goal, partial(_intervals, kind="pairs"))
    yield row("interval of combinations", "90 %", goal, partial(_interval, kind="combined"))
    yield row("interval of noise", "90 %", goal, partial(_interval, kind="noise"))
    yield row("the first is, true lead over 5 %", "right", "≥ 95 % from 100 on", _right)
    yield row("“matters most”, where said of one", "right", "≥ 95 %", _right_where_said)
    yield row("“matter most together”, additive functions", "0", "≤ 10 %", _together)
    yield row("“combinations explain”, additive functions", "0", "≤ 10 %", _combined)
    yield row("a pair of over 10 % is named", "", "", _pairs_named)
    yield row("an idle one “matters”", "0", "≤ 5 %", _idle_named)
    yield row("an idle one decides about the best tenth", "≤ 5 %", "≤ 5 %", _idle_reaching)


def _intervals(fit: Fit, kind: str) -> Iterator[bool]:
    for interval, truth in zip(fit[kind], fit["truth"][kind], strict=True):
        if truth > _MATTERS:
            yield _holds(interval, truth)


def _interval(fit: Fit, kind: str) -> Iterator[bool]:
    yield _holds(fit[kind], fit["truth"][kind])


def _right(fit: Fit) -> Iterator[bool]:
    truth = fit["truth"]["first"]
    if np.diff(np.sort(truth))[-1] > _LEAD:
        yield int(np.argmax([share[0] for share in fit["first"]])) == int(np.argmax(truth))


def _right_where_said(fit: Fit) -> Iterator[bool]:
    first = int(np.argmax([share[0] for share in fit["first"]]))
    if fit["ranked"] and fit["first"][first][1] > NAMED and fit["most"][first] >= SURE:
        yield from _right(fit)


def _is_additive(fit: Fit) -> bool:
    return abs(fit["truth"]["combined"]) < _IDLE


def _together(fit: Fit) -> Iterator[bool]:
    if _is_additive(fit):
        yield max(low for _, low, _ in fit["pairs"]) > PAIR_NAMED


def _combined(fit: Fit) -> Iterator[bool]:
    if _is_additive(fit):
        yield fit["combined"][1] > NAMED_COMBINED


def _pairs_named(fit: Fit) -> Iterator[bool]:
    for (_, low, _), truth in zip(fit["pairs"], fit["truth"]["pairs"], strict=True):
        if truth > _PAIR:
            yield low > PAIR_NAMED


def _idle(fit: Fit) -> list[int]:
    return [j for j, total in enumerate(fit["truth"]["total"]) if total < _IDLE]


def _idle_named(fit: Fit) -> Iterator[bool]:
    return (fit["first"][j][1] > NAMED for j in _idle(fit))


def _idle_reaching(fit: Fit) -> Iterator[bool]:
    return (fit["reaching"][j] for j in _idle(fit))


def _blamed(fit: Fit, kind: str) -> Iterator[bool]:
    return (fit[kind][j][1] > _BLAMED for j in _idle(fit))


def _pure_noise(fits: list[Fit]) -> Iterator[list[Any]]:
    noise = [fit for fit in fits if fit["what"] == "noise"]
    kinds: dict[str, Hits] = {
        "anything “matters”": lambda fit: [fit["ranked"]],
        "anything decides about the best tenth": lambda fit: [any(fit["reaching"])],
    }
    for claim, hits in kinds.items():
        if noise:
            yield _row(claim, "pure noise", "≤ 5 %", "≤ 5 %", noise, hits)


def _grouped(fits: list[Fit]) -> Iterator[list[Any]]:
    grouped = [fit for fit in fits if fit["what"] == "grouped"]
    kinds: list[tuple[str, str, str, Hits]] = [
        ("interval of a share", "90 %", "85–97 %", partial(_intervals, kind="first")),
        (
            "interval of the groups' share",
            "90 %",
            "85–97 %",
            lambda fit: _interval(fit, "group") if fit["truth"]["group"] > 0 else [],
        ),
        ("blamed on the wrong one", "0", "≤ 5 %", partial(_blamed, kind="first")),
        ("the same among trials that have it", "0", "≤ 5 %", partial(_blamed, kind="among")),
        ("an idle one decides about the best tenth", "≤ 5 %", "≤ 5 %", _idle_reaching),
    ]
    for kind in ("random", "tpe"):
        for apart in (False, True):
            some = [
                fit
                for fit in grouped
                if fit["search"] == kind and (fit["function"] in GROUPED_KEPT_APART) == apart
            ]
            data = f"groups and conditions, {kind}" + (", kept apart" if apart else "")
            for claim, nominal, goal, hits in kinds if some else ():
                yield _row(claim, data, nominal, goal, some, hits)


def _edges(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[list[Any]]:
    edges = [result for cell, result in results if cell["what"] == "edges"]
    kinds = {
        "diverged": ("3 of 60 values at 1e6", "≤ 0.05"),
        "tiny": ("objective × 1e-12", "≤ 0.01"),
        "huge": ("objective × 1e9 + 5e9", "≤ 0.02"),
    }
    for kind, (data, goal) in kinds.items():
        if edges:
            moves = [edge[kind] for edge in edges]
            within = float(np.mean([move <= float(goal.removeprefix("≤ ")) for move in moves]))
            measured = f"{max(moves):.2g}, {within:.0%} within the goal".replace("%", " %")
            yield ["largest move of a share", data, "0", goal, measured, len(edges)]
    for cell, result in results:
        if cell["what"] == "time":
            data = f"{cell['trials']:,} trials of {cell['columns']}"
            goal = "≤ 3 s" if cell["trials"] <= 500 else "≤ 6 s"
            yield ["seconds of one processor", data, "", goal, f"{result['seconds']:.1f} s", 1]
