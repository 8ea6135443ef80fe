"""Which hyperparameters matter? Two measures of importance, with intervals."""

from __future__ import annotations

import json

import altair as alt
import pandas as pd

from amtviz.analysis.importance import EXPLAINS, REACHES, Importance, compute_importance
from amtviz.analysis.surrogate import Surrogate, fit_surrogate
from amtviz.grammar.chart import Chart
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import draw_message
from amtviz.grammar.standalone import draw_alone
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import ACCENT, BACKGROUND, PANEL_HEIGHT, PANEL_STEP
from amtviz.model import TuningTables
from amtviz.wording.words import join_few

TITLE = "Importance of the hyperparameters"
MOST_SHOWN = 12
_WIDTH = 2 * PANEL_STEP - 220  # pixels; the names stand beside
_ROW = 18  # pixels
_NAME = 160  # pixels
_TITLES = {
    EXPLAINS: "How much of the variation it explains alone",
    REACHES: "How much it decides about the best tenth",
}


def surrogate_of(context: ChartContext) -> Surrogate:
    """Give the model of the trials that several charts share."""
    data = context.data
    made: Surrogate = context.once(
        "surrogate", lambda: fit_surrogate(data.trials, data.objective, data.hyperparameters)
    )
    return made


def importance_of(context: ChartContext) -> Importance:
    """Give the importance that several charts share."""
    data = context.data

    def compute() -> Importance:
        return compute_importance(
            data.trials, data.objective, data.hyperparameters, surrogate=surrogate_of(context)
        )

    made: Importance = context.once("importance", compute)
    return made


def brushes(context: ChartContext) -> list[str]:
    """Columns that this chart's panels brush: none."""
    return []


def panels(context: ChartContext) -> list[Panel]:
    """Draw the panels ``importance_explains`` and ``importance_reaches``."""
    found = importance_of(context)
    if not found.explains_trusted and not found.reaches_trusted:
        return [draw_message("no ranking can be trusted yet", "importance_explains", TITLE)]
    drawn = []
    for method, view in ((EXPLAINS, "importance_explains"), (REACHES, "importance_reaches")):
        table = found.of(method)
        if table.empty:
            drawn.append(draw_message("no ranking can be trusted yet", view, _TITLES[method]))
        else:
            drawn.append(_draw(table, method, view))
    return drawn


def finding(context: ChartContext) -> str:
    """Name what matters most, by how much, and how far that can be trusted."""
    found = importance_of(context)
    if not found.explains_trusted:
        return " ".join(part for part in (found.reason, _reaching(found)) if part)
    metric = context.data.objective.metric_name
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


def draw_importance(data: TuningTables) -> alt.VConcatChart:
    """Draw how much each hyperparameter matters, by two measures with 90 % intervals.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when no ranking can be trusted.
    """
    return draw_alone(data, panels, brushes)


def _share(row: pd.Series) -> str:
    return (
        f"{_percent(row['Importance'])} (90 % interval {100 * row['Low']:.0f}–"
        f"{100 * row['High']:.0f} %)"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"


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


def _draw(table: pd.DataFrame, method: str, view: str) -> Panel:
    """Draw one measure as bars with intervals, longest first, beside what chance gives."""
    shown = table.head(MOST_SHOWN)
    names = [str(name) for name in shown["Hyperparameter"]]
    rows = pd.DataFrame(
        {
            "r": range(len(shown)),
            "v": shown["Importance"],
            "l": shown["Low"],
            "h": shown["High"],
            "c": shown["Chance"],
        }
    )
    data = SharedData(view.replace("_", "").lower()[:20], to_rows(rows))
    height = max(PANEL_HEIGHT // 2, len(shown) * _ROW)
    x = alt.X(
        "v:Q",
        title=None,
        scale=alt.Scale(domain=[0, min(1.0, float(shown["High"].max()) * 1.05) or 1.0], nice=False),
        axis=alt.Axis(format=".0%", tickCount=5, grid=True, labelFlush=True),
    )
    y = alt.Y(
        "r:Q",
        title=None,
        scale=alt.Scale(domain=[len(shown) - 0.5, -0.5], nice=False, zero=False),
        axis=alt.Axis(
            values=list(range(len(shown))),
            tickCount=len(shown),
            labelExpr=f"{json.dumps(names)}[datum.value]",
            labelLimit=_NAME,
            labelOverlap=False,
            grid=False,
            ticks=False,
            labelFontSize=11,
            labelPadding=8,
        ),
    )
    base = Chart(data)
    # a wide band would suggest an interval of its own: a thin line says where chance ends
    chance = base.transform_filter("datum.r === 0").mark_rule(
        color=BACKGROUND, strokeDash=[3, 3], tooltip=None
    )
    chart = alt.layer(
        base.mark_bar(
            color=ACCENT, opacity=0.45, height=11, tooltip=None, orient="horizontal"
        ).encode(x=x, y=y, x2=alt.datum(0)),
        chance.encode(x=alt.X("c:Q")),
        base.mark_rule(color=ACCENT, strokeWidth=2, tooltip=None).encode(
            x=alt.X("l:Q"), x2="h", y=alt.Y("r:Q")
        ),
        base.mark_point(filled=True, color=ACCENT, opacity=1, size=44, tooltip=None).encode(
            x=alt.X("v:Q"), y=alt.Y("r:Q")
        ),
        name=view,
        title=alt.TitleParams(_TITLES[method], subtitle=_note(table, method), limit=_WIDTH + 60),
        width=_WIDTH,
        height=height,
    )
    return Panel(chart)


def _note(table: pd.DataFrame, method: str) -> str:
    note = "line: 90 % interval; dashed: what random numbers reach"
    left = len(table) - MOST_SHOWN
    if left > 0:
        rest = _percent(float(table["Importance"].iloc[MOST_SHOWN:].sum()))
        note += f"; {left} more together {rest}"
    return note
