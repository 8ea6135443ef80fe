"""Which hyperparameters matter, in a sentence or two."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.importance import EXPLAINS, REACHES, Importance
from amtviz.findings.facts import Facts
from amtviz.wording.words import join_few


def state_importance(facts: Facts) -> str:
    """Name what matters most, by how much, and how far that can be trusted."""
    found = facts.importance
    if not found.explains_trusted:
        return " ".join(part for part in (found.reason, _reaching(found)) if part)
    metric = facts.tables.objective.metric_name
    table = found.of(EXPLAINS)
    first = table.iloc[0]
    if first["Low"] <= first["Chance"] or first["Importance"] < found.combined:
        text = (
            f"No hyperparameter alone explains much of the variation in {metric}: the most, "
            f"{first['Hyperparameter']}, explains {_share(first)}, combinations explain "
            f"{_percent(found.combined)}."
        )
    else:
        text = (
            f"{first['Hyperparameter']} matters most: alone it explains {_share(first)} of the "
            f"variation in {metric} over the whole ranges"
        )
        rest = [row for _, row in table.iloc[1:3].iterrows() if row["Low"] > row["Chance"]]
        rest = [row for row in rest if row["Importance"] >= 0.01]
        named = [f"{r['Hyperparameter']} {_percent(r['Importance'])}" for r in rest]
        text += f", {' and '.join(named)}." if named else "; nothing else is worth naming."
        if found.combined >= 0.01:
            text += f" Combinations explain {_percent(found.combined)}."
    parts = [text, _no_better_than_chance(table), _reaching(found)]
    learnt = f"The model behind it predicts trials that it hasn't seen with R² {found.r2:.2f}"
    if found.used < found.scored:
        learnt += f"; it learnt from {found.used:,} of {found.scored:,} trials"
    return " ".join([*(part for part in parts if part), f"{learnt}."])


def _share(row: pd.Series) -> str:
    return (
        f"{_percent(row['Importance'])} (90 % interval {100 * row['Low']:.0f}–"
        f"{100 * row['High']:.0f} %)"
    )


def _no_better_than_chance(table: pd.DataFrame) -> str:
    """Name those that explain no more than random numbers would."""
    idle = table.loc[table["Importance"] <= table["Chance"], "Hyperparameter"].tolist()
    if not idle:
        return ""
    return f"{join_few(idle, 3)} can't be told from chance."


def _reaching(found: Importance) -> str:
    """Say what decides about the best tenth, where that is something else."""
    table = found.of(REACHES)
    if table.empty or table["Low"].iloc[0] <= table["Chance"].iloc[0]:
        return ""
    first = table.iloc[0]
    if found.explains_trusted and first["Hyperparameter"] == found.ranking[0]:
        return ""
    return (
        f"What most decides about reaching the best tenth is {first['Hyperparameter']}, with "
        f"{_share(first)} of all differences between the best tenth and the rest."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"
