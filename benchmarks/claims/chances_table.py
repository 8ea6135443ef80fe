"""The table of chances: what was said beside what came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.claims.search_objectives import HELD_APART

_RANDOM = {"random", "random, narrowed"}
_SYNCHRONOUS = "synchronous Hyperband"
_FACTOR = "as said, × 0.8 to 1.25"
_GAINS = (
    ("chance", "gained", "chance of any gain"),
    ("matters", "gained what matters", "chance of a gain that matters"),
)
_TENTHS = ((0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.0))
_FIFTHS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0))

Part = tuple["pd.Series | float", pd.Series]  # what was said, and what came
Row = list[str]


def summarize(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> pd.DataFrame:
    """Return said against realised; of each of the two objectives held apart on its own."""
    rows = []
    for cell, result in results:
        kinds = cell.get("kinds", [cell.get("kind")])
        names = {"what": cell["what"], "objective": cell["objective"], "kind": kinds[0]}
        rows += [{**names, "random": set(kinds) <= _RANDOM, **row} for row in result["rows"]]
    table = pd.DataFrame(rows)
    usual = table[~table["objective"].isin(list(HELD_APART))]
    kinds = usual[(usual["what"] == "going on") & (usual["kind"] != _SYNCHRONOUS)]
    found = _tabulate(usual, f"{usual['objective'].nunique()} objectives", _FIFTHS, _TENTHS)
    for kind, own in kinds.groupby("kind", sort=False):
        by_trials = [part for _, part in own.groupby("done")]
        where = (
            f"{kind}, {' / '.join(f'{done:.0f}' for done in sorted(own['done'].unique()))} trials"
        )
        found += [_gains(where, said, came, words, by_trials) for said, came, words in _GAINS]
    for name in HELD_APART:
        own = table[table["objective"] == name]
        found += _tabulate(own, f"held apart: {name}", (), ((0.5, 0.8), (0.8, 1.0)))
    columns = ["Claim", "Data", "Nominal", "Goal", "Measured", "N"]
    return pd.DataFrame([row for row in found if row[-1] != "0"], columns=columns)


def _tabulate(
    table: pd.DataFrame,
    where: str,
    bins: Iterable[tuple[float, float]],
    pair_bins: Iterable[tuple[float, float]],
) -> list[Row]:
    if not len(table):
        return []
    going_on, pairs, winners = (
        table[table["what"] == what] for what in ("going on", "pairs", "winner")
    )
    return [
        *_tabulate_going_on(going_on, where, bins),
        *_tabulate_pairs(pairs, where, pair_bins),
        *_tabulate_winners(winners, where),
    ]


def _tabulate_going_on(
    table: pd.DataFrame, where: str, bins: Iterable[tuple[float, float]]
) -> list[Row]:
    told = table[(table["kind"] != _SYNCHRONOUS) & table["chance"].notna()]
    rows = []
    for kind, own in (("random", told[told["random"]]), ("adaptive", told[~told["random"]])):
        data = f"{kind} searches, {where}"
        for said, came, words in _GAINS:
            rows.append(_gains(data, said, came, words, [own]))
            for low, high in bins:
                part = own[own[said].between(low, high, inclusive="right")]
                rows.append(_gains(data, said, came, f"{words}, {_span(low, high)}", [part]))
        rows.append(_row("any gain, strategy unknown", data, "", [(own["unnamed"], own["gained"])]))
        inside = [(0.9, own["inside"].dropna())]
        rows.append(_row("gain within its 90 % interval", data, "85 to 97 %", inside))
        for verdict, limit, goal in (("worth", 0.5, "≥ 50 %"), ("unlikely", 0.2, "≤ 20 %")):
            came = own.loc[own["verdict"] == verdict, "gained what matters"]
            rows.append(
                _row(f"a gain that matters, after “{verdict}”", data, goal, [(limit, came)])
            )
    for kind, goal in ((_SYNCHRONOUS, "≥ 90 %"), ("asynchronous halving", "≤ 5 %")):
        late = table[(table["kind"] == kind) & (table["done"] >= 50)]
        withheld = [(np.nan, late["verdict"] == "brackets")]
        rows.append(
            _row("said to come in brackets, 50 or more", f"{kind}, {where}", goal, withheld)
        )
    return rows


def _gains(data: str, said: str, came: str, words: str, parts: list[pd.DataFrame]) -> Row:
    told = [part[part[said].notna()] for part in parts]
    return _row(words, data, _FACTOR, [(part[said], part[came]) for part in told])


def _tabulate_pairs(
    table: pd.DataFrame, where: str, bins: Iterable[tuple[float, float]]
) -> list[Row]:
    first = table["chance"] >= 0.5
    said = table["chance"].where(first, 1 - table["chance"])
    table = table.assign(said=said, came=table["truth"].where(first, 1 - table["truth"]))
    rows = []
    for kind, chosen in (("random", table["random"]), ("adaptive", ~table["random"])):
        own = table.loc[table["equal"] & chosen, "said"]
        for sure in (0.95, 0.8):
            words = f"equal searches, one ahead by over {100 * sure:.0f} %"
            data = f"{kind} searches, {where}"
            rows.append(_row(words, data, "≤ 10 %", [(np.nan, own > sure)]))
    for length, chosen in (("as", table["as long"]), ("half as", ~table["as long"])):
        for low, high in bins:
            own = table[chosen & table["said"].between(low, high, inclusive="right")]
            words = f"chance to do better again, {_span(low, high)}"
            data = f"{length} many trials, {where}"
            rows.append(_row(words, data, "as said ± 10 %", [(own["said"], own["came"])]))
    return rows


def _tabulate_winners(table: pd.DataFrame, where: str) -> list[Row]:
    rows = []
    for jobs, own in table.groupby("jobs"):
        data = f"{jobs:.0f} equal tuning jobs, {where}"
        for column, words in (("leads", "all others"), ("ahead", "any other")):
            told = [(np.nan, own[column])]
            rows.append(_row(f"the best said to be ahead of {words}", data, "≤ 10 %", told))
    return rows


def _row(claim: str, data: str, goal: str, parts: list[Part]) -> Row:
    """Return a row; of several parts, figures one after the other. A missing nominal is none."""
    parts = [(said, came) for said, came in parts if len(came)]
    said = [float(np.mean(nominal)) for nominal, _ in parts]
    came = [float(measured.astype(float).mean()) for _, measured in parts]
    counts = [f"{len(measured):,}" for _, measured in parts] or ["0"]
    told = "" if np.isnan(said).any() else _percents(said)
    return [claim, data, told, goal, _percents(came), " / ".join(dict.fromkeys(counts))]


def _percents(shares: list[float]) -> str:
    return " / ".join(f"{100 * share:.{1 if 0 < share < 0.02 else 0}f}" for share in shares) + " %"


def _span(low: float, high: float) -> str:
    return f"{100 * low:.0f}–{100 * high:.0f} %"
