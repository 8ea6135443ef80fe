"""The chance that one tuning job beats another if both are run again, as a matrix."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pandas as pd

from amtviz.analysis.chances.contest import LEADS
from amtviz.findings.facts import Facts
from amtviz.grammar.context import Panel
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import ACCENT, PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.unit_chart import UnitChart, layered
from amtviz.wording.names import short_names
from amtviz.wording.shares import format_chance

_MOST_JOBS = 6  # more have too many pairs for numbers


def draw_chances(facts: Facts, yardstick: str) -> Panel | None:
    """Draw the panel ``chances_…``: the chance that a row's tuning job beats a column's again.

    Parameters
    ----------
    facts : Facts
    yardstick : {"trials", "time", "cost"}

    Returns
    -------
    Panel, optional
        None for more than six tuning jobs, or where no chance is known.
    """
    names = facts.compared
    much = {"trials": "many trials", "time": "much time", "cost": f"much {facts.charged.name}"}
    pairs = facts.contest.pairs
    pairs = pairs[(pairs["Yardstick"] == yardstick) & pairs["Chance"].notna()]
    pairs = pairs[pairs["First"].isin(names) & pairs["Second"].isin(names)]
    if len(names) > _MOST_JOBS or not len(pairs):
        return None
    cells = _cells(names, pairs)
    short = short_names(facts.tables.job_names)
    labels = f"{json.dumps([short[name] for name in names])}[datum.value]"
    scale: dict[str, Any] = {"nice": False, "zero": False}
    ends = [-0.5, len(names) - 0.5]
    axis: dict[str, Any] = {
        "values": list(range(len(names))),
        "labelExpr": labels,
        "labelLimit": 66,
        "labelOverlap": False,
        "grid": False,
        "ticks": False,
        "domain": False,
    }
    longest = max(len(short[name]) for name in names)
    slanted = longest * 6 > PANEL_WIDTH / len(names)
    turned: dict[str, Any] = {
        "labelAngle": -35 if slanted else 0,
        "labelAlign": "right" if slanted else "center",
    }
    base = UnitChart(SharedData(f"odds{yardstick}", to_rows(cells)))
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=ends, **scale),
        axis=alt.Axis(**axis, **turned),
    )
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=ends[::-1], **scale),
        axis=alt.Axis(**axis),
    )
    notes = ["row beats column, if run again"]
    if cells["u"].any():
        notes.append("*: warm start")
    chart = layered(
        base.mark_rect(color=ACCENT, tooltip=None).encode(
            x=alt.X("x0:Q"),
            x2="x1",
            y=alt.Y("y0:Q"),
            y2="y1",
            opacity=alt.Opacity("o:Q", scale=None),
        ),
        base.mark_text(fontSize=11, tooltip=None).encode(
            x=x, y=y, text="t:N", color=alt.value(alt.expr("ink"))
        ),
        name=f"chances_{yardstick}",
        title=alt.TitleParams(f"Chance with as {much[yardstick]}", subtitle=" · ".join(notes)),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
    )
    return Panel(chart)


def _cells(names: list[str], pairs: pd.DataFrame) -> pd.DataFrame:
    """Return a cell for each ordered pair; dark where the row would probably do better again."""
    places = {name: place for place, name in enumerate(names)}
    cells = []
    for row in pairs.itertuples():
        first, second = str(row.First), str(row.Second)
        for one, two, chance in ((first, second, row.Chance), (second, first, 1 - row.Chance)):
            dark = 0.6 if chance >= LEADS else 0.22 if chance > 0.5 else 0.06
            shown = format_chance(chance, brief=True).removesuffix(" %")
            cells.append(
                {
                    "x": places[two],
                    "y": places[one],
                    "o": dark,
                    "t": f"{shown} %{'' if row.Fair else '*'}",
                    "u": not row.Fair,
                }
            )
    table = pd.DataFrame(cells)
    edges = {"x0": table["x"] - 0.48, "x1": table["x"] + 0.48}
    return table.assign(**edges, y0=table["y"] - 0.47, y1=table["y"] + 0.47)
