"""Which hyperparameters matter? Two measures of importance, with intervals."""

from __future__ import annotations

import altair as alt
import pandas as pd

from amtviz.analysis.effects.importance import EXPLAINS, REACHES
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import Missing
from amtviz.findings.facts import Facts
from amtviz.findings.importance import state_importance
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.row_axis import row_axis
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import ACCENT, BACKGROUND, PANEL_HEIGHT, PANEL_STEP
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart, layered
from amtviz.model import TuningTables
from amtviz.wording.shares import format_share

MOST_SHOWN = 12
_WIDTH = 2 * PANEL_STEP - 220  # pixels; the names stand beside
_ROW = 18  # pixels
_NAME = 160  # pixels
_TITLES = {
    EXPLAINS: "How much of the variation it explains alone",
    REACHES: "How much it decides about the best tenth",
}


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw the panels ``importance_explains`` and ``importance_reaches``."""
    found = facts.importance
    if not found.explains_trusted and not found.reaches_trusted:
        return []  # the finding says why
    drawn: list[Panel | Missing] = []
    for method, view in ((EXPLAINS, "importance_explains"), (REACHES, "importance_reaches")):
        table = found.of(method)
        if table.empty:
            drawn.append(
                Missing(_TITLES[method], "no such ranking can be trusted yet", "more trials")
            )
        else:
            drawn.append(_draw(table, method, view))
    return drawn


def draw_importance(data: TuningTables) -> TuningChart:
    """Draw how much each hyperparameter matters, by two measures with 90 % intervals.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when no ranking can be trusted.
    """
    return draw_alone(CHART, data)


def _draw(table: pd.DataFrame, method: str, view: str) -> Panel:
    """Draw one measure as bars with intervals, longest first, beside what chance gives."""
    shown = table.head(MOST_SHOWN)
    names = [str(name) for name in shown["Hyperparameter"]]
    matters = shown["Low" if method == EXPLAINS else "Importance"] > shown["Chance"]
    rows = pd.DataFrame(
        {
            "r": range(len(shown)),
            "v": shown["Importance"],
            "l": shown["Low"],
            "h": shown["High"],
            "c": shown["Chance"],
            "o": matters.map({True: 0.6, False: 0.2}),
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
    y = row_axis(names, _NAME, domain=True, labelPadding=8)
    base = UnitChart(data)
    # a wide band would suggest an interval of its own: a thin tick says where chance ends
    chance = base.mark_tick(
        color=BACKGROUND, orient="vertical", size=_ROW - 3, thickness=1.5, tooltip=None
    )
    pale = alt.Opacity("o:Q", scale=None)
    chart = layered(
        base.mark_bar(color=ACCENT, height=11, tooltip=None, orient="horizontal").encode(
            x=x, y=y, x2=alt.datum(0), opacity=pale
        ),
        chance.encode(x=alt.X("c:Q"), y=alt.Y("r:Q")),
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
    has_to = "line" if method == EXPLAINS else "dot"
    note = f"line: 90 % interval; it matters if its {has_to} lies beyond the grey tick"
    left = len(table) - MOST_SHOWN
    if left > 0:
        rest = format_share(float(table["Importance"].iloc[MOST_SHOWN:].sum()))
        note += f"; {left} more together {rest}"
    return note


CHART = Chart(
    name="importance",
    title="Importance of the hyperparameters",
    panels=panels,
    draw=draw_importance,
    finding=state_importance,
    empty="no ranking can be trusted yet",
)
