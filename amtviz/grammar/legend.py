"""The one legend: which tuning job has which colour and shape; a click chooses jobs."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from amtviz.grammar.context import ChartContext
from amtviz.grammar.layers import lay
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import (
    BACKGROUND,
    COLUMNS,
    INFEASIBLE,
    PANEL_STEP,
    STATUS_SHAPES,
    job_shape,
)
from amtviz.grammar.unit_chart import UnitChart
from amtviz.wording.lists import plural
from amtviz.wording.numbers import format_number

_ROW = 18  # pixels
_ENTRY = 340  # pixels: a name of 32 characters, its number of trials, and the best
_BESIDE = 160  # pixels that names beside the panels may take
_HINT = "click: this tuning job alone; click another to add it; double-click: all"
_TICK = "M-0.2,-0.9H0.2V0.9H-0.2Z"
_DASHES = "M-1.2,-0.15H-0.7V0.15H-1.2ZM-0.25,-0.15H0.25V0.15H-0.25ZM0.7,-0.15H1.2V0.15H0.7Z"


def draw_legend(context: ChartContext, columns: int = COLUMNS) -> alt.LayerChart:
    """Draw the legend as a view of its own, named ``legend``.

    Parameters
    ----------
    context : ChartContext
    columns : int
        How many panels stand side by side below it.

    Returns
    -------
    altair.LayerChart
    """
    width = columns * PANEL_STEP - 20
    if context.stretch.whole:
        width = max(_ENTRY // 2, context.stretch.whole - _BESIDE)
    entries = _entries(context, max(1, width // _ENTRY))
    rows = int(entries["row"].max() + 1)
    base = UnitChart(SharedData("legend_entries", to_rows(entries))).encode(
        x=alt.X(
            "x:Q", axis=None, scale=alt.Scale(domain=[-10, width - 10], nice=False, zero=False)
        ),
        y=alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[rows - 0.5, -0.5], nice=False)),
    )
    jobs, signs = (base.transform_filter(f"{no}isValid(datum.j)") for no in ("", "!"))
    chosen = alt.condition(context.job_chosen, alt.value(1), alt.value(0.25))
    shape = alt.Shape("m:N", scale=None)
    symbol: dict[str, Any] = {"filled": True, "size": 80, "tooltip": None}
    text: dict[str, Any] = {
        "align": "left",
        "dx": 10,
        "fontSize": 11.5,
        "limit": _ENTRY - 24,
    }
    ink = alt.value(alt.expr("ink"))
    clickable: dict[str, Any] = {"cursor": "pointer"}
    layers = {
        "jobs": jobs.mark_point(**symbol, **clickable).encode(
            color=_colour(context), shape=shape, opacity=chosen
        ),
        # the tooltip is also what lets the names answer the pointer
        "job_names": jobs.mark_text(**text, **clickable).encode(
            text="label:N", color=ink, opacity=chosen, tooltip=alt.value(_HINT)
        ),
        "signs": signs.mark_point(**symbol, color=BACKGROUND).encode(shape=shape),
        "sign_names": signs.mark_text(**text, tooltip=None).encode(text="label:N", color=ink),
    }
    return lay("legend", layers, width=width, height=_ROW * rows)


def _colour(context: ChartContext) -> Any:
    """Colour a tuning job's sign as its trials: the only one's with all of the ramp."""
    if context.coloured_by == "j":
        return context.job_colour()
    stops = [f"{{offset: {place / 4}, color: ramp[{place * 8}]}}" for place in range(5)]
    ends = "x1: 0, y1: 0, x2: 1, y2: 0"
    return alt.value(alt.expr(f"{{gradient: 'linear', {ends}, stops: [{', '.join(stops)}]}}"))


def _entries(context: ChartContext, across: int) -> pd.DataFrame:
    """Return one row per tuning job, then one per sign that the panels use."""
    frame, data = context.frame, context.data
    best = (
        frame.groupby("j")["y"].max() if data.objective.sign > 0 else frame.groupby("j")["y"].min()
    )
    entries: list[tuple[int | None, str, str]] = []
    for place, name in enumerate(data.job_names):
        trials = int((frame["j"] == place).sum())
        value = best.get(place)
        found = f", best {format_number(value, 5)}" if value is not None and pd.notna(value) else ""
        ranked = ", colour: by rank, to the best" if context.coloured_by == "y" and found else ""
        label = f"{name} · {plural(trials, 'trial')}{found}{ranked}"
        entries.append((place, job_shape(place), label))
    drawn = set(frame.loc[frame["y"].notna(), "m"])
    statuses: dict[str, list[str]] = {}
    for status in context.axes["s"].labels:
        if STATUS_SHAPES.get(status) in drawn:
            statuses.setdefault(STATUS_SHAPES[status], []).append(status)
    details = frame["sd"].dropna().value_counts(sort=False)
    for detail, count in details.items():
        statuses.setdefault(STATUS_SHAPES[detail], []).append(f"{detail} · {count:,}")
    entries += [(None, shape, ", ".join(names)) for shape, names in statuses.items()]
    infeasible = int(details.get(INFEASIBLE, 0))
    if context.unscored > infeasible:
        entries.append((None, _TICK, f"no objective · {context.unscored - infeasible}"))
    if context.scored and context.time_field in context.brushes:  # progress is drawn
        entries.append((None, _DASHES, "best so far"))
    table = pd.DataFrame(entries, columns=["j", "m", "label"]).astype({"j": "Int64"})
    nth = pd.Series(range(len(table)))
    return table.assign(x=nth % across * _ENTRY, row=nth // across)
