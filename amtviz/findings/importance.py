"""Which hyperparameters matter, in a sentence or two."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.importance import EXPLAINS, REACHES, Importance
from amtviz.findings.facts import Facts
from amtviz.wording.lists import join_few, join_words
from amtviz.wording.shares import format_share, format_share_interval


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
            f"{format_share(found.combined)}."
        )
    else:
        text = (
            f"{first['Hyperparameter']} matters most: alone it explains {_share(first)} of the "
            f"variation in {metric} over the whole ranges"
        )
        rest = [row for _, row in table.iloc[1:3].iterrows() if row["Low"] > row["Chance"]]
        rest = [row for row in rest if row["Importance"] >= 0.01]
        named = [f"{r['Hyperparameter']} {format_share(r['Importance'])}" for r in rest]
        text += f", {join_words(named)}." if named else "; nothing else is worth naming."
        if found.combined >= 0.01:
            text += f" Combinations explain {format_share(found.combined)}."
    parts = [text, _no_better_than_chance(table), _reaching(found)]
    learnt = f"The model behind it predicts trials that it hasn't seen with R² {found.r2:.2f}"
    if found.used < found.scored:
        learnt += f"; it learnt from {found.used:,} of {found.scored:,} trials"
    return " ".join([*(part for part in parts if part), f"{learnt}."])


def _share(row: pd.Series) -> str:
    return (
        f"{format_share(row['Importance'])} "
        f"(90 % interval {format_share_interval(row['Low'], row['High'])})"
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
