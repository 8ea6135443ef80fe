"""How do hyperparameters combine? The predicted objective over the pairs that matter most."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.scale import Scale
from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.values.pair import draw_pair
from amtviz.findings.facts import Facts
from amtviz.findings.interactions import column_scale, state_interactions, telling_pairs
from amtviz.grammar.axes import JITTER, Axis
from amtviz.grammar.context import BEST_AS_POINTS, ChartContext, Panel
from amtviz.grammar.layers import Drawn, lay, tell
from amtviz.grammar.pinned import draw_pinned
from amtviz.grammar.scatter import draw_anchor
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart
from amtviz.model import TuningTables
from amtviz.wording.shares import format_share

_WORST, _BEST = "#e9e5d6", "#0b6e69"  # readable on white and on dark


def panels(facts: Facts, context: ChartContext) -> list[Panel]:
    """Draw ``interaction_0``…, a pair each that can be told from chance, and on a page ``pair``."""
    drawn = [_draw(facts, context, nth, place) for nth, place in enumerate(telling_pairs(facts))]
    if context.on_page and context.scored and len(facts.shown_axes.fields) > 1:
        drawn.append(draw_pair(facts, context))
    return drawn


def draw_interactions(data: TuningTables) -> TuningChart:
    """Draw the predicted objective over the pairs that matter most, with the trials on top.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when there is no such pair.
    """
    return draw_alone(CHART, data)


def _ends(units: pd.Series, scale: Scale, axis: Axis, *, upper: bool) -> Any:
    """Place ends of cells, given in units of the scale, on the axis of a panel."""
    if scale.kind == "category":
        count = len(scale.categories)
        codes = np.round(units * count).astype(int) - int(upper)
        places = {name: place for place, name in enumerate(axis.labels)}
        at = np.array([places[scale.categories[code]] for code in codes], dtype=float)
        return at + (0.5 if upper else -0.5)
    values = scale.low + np.asarray(units) * (scale.high - scale.low)
    # a reverse-log axis holds what its scale holds; a log axis the values themselves
    return 10.0**values if scale.kind == "log" else values


def _cells(facts: Facts, context: ChartContext, place: int) -> tuple[pd.DataFrame, str, str]:
    found = facts.interactions
    pair, surface = found.pairs.iloc[place], found.surfaces[place]
    first, x_scale = column_scale(facts, pair["First"])
    second, y_scale = column_scale(facts, pair["Second"])
    x, y = context.axes[first], context.axes[second]
    cells = pd.DataFrame(
        {
            "x0": _ends(surface["X0"], x_scale, x, upper=False),
            "x1": _ends(surface["X1"], x_scale, x, upper=True),
            "y0": _ends(surface["Y0"], y_scale, y, upper=False),
            "y1": _ends(surface["Y1"], y_scale, y, upper=True),
            "v": surface["Predicted"].to_numpy(),
        }
    )
    return cells, first, second


def _draw(facts: Facts, context: ChartContext, nth: int, place: int) -> Panel:
    pair = facts.interactions.pairs.iloc[place]
    cells, first, second = _cells(facts, context, place)
    x, y = context.axes[first], context.axes[second]
    view = f"interaction_{nth}"
    low, high = float(cells["v"].min()), float(cells["v"].max())
    ends = [_WORST, _BEST] if context.data.objective.sign > 0 else [_BEST, _WORST]
    colour = alt.Color(
        "v:Q",
        scale=alt.Scale(domain=[low, high], range=ends, interpolate="lab"),
        legend=alt.Legend(
            title="predicted",
            orient="right",
            gradientLength=PANEL_HEIGHT - 40,
            gradientThickness=8,
            tickCount=3,
            titleFontSize=10,
            labelFontSize=10,
            titleColor=alt.ExprRef("ink"),
            labelColor=alt.ExprRef("ink"),
        ),
    )
    cell = UnitChart(SharedData(f"surface_{nth}", to_rows(cells)))
    across = {"title": x.title}  # unlike other panels' title, this one's doesn't name it
    placed = f"isValid(datum.y) && isValid(datum.{first}) && isValid(datum.{second})"
    trials = UnitChart(context.trials).transform_filter(f"{placed} && {context.selected}")
    points = "selected trials"
    if context.aggregated:
        trials = trials.transform_filter(f"datum.k <= {BEST_AS_POINTS}")
        points = f"selected of the best {BEST_AS_POINTS}"
    spread = {"ax": _spread(x, first, "datum.x"), "ay": _spread(y, second, "datum.x")}
    at = {"x": x.channel(alt.X, "ax", **across), "y": y.channel(alt.Y, "ay")}
    pinned = UnitChart(context.trials).transform_filter(placed).transform_calculate(**spread)
    trials = trials.transform_calculate(**spread).mark_point(
        filled=True,
        size=14,
        color="#16191c",
        stroke="white",
        strokeWidth=0.6,
        opacity=0.8,
        shape="circle",
        tooltip=None,
    )
    told = {
        "kind": "points",
        "of": "scored",
        "x": first,
        "spread": x.kind == "category",
        "y": second,
        "spread_y": y.kind == "category",
        "most": BEST_AS_POINTS if context.aggregated else None,
        "area": 14,
        "colour": "#16191c",
        "rim": "white",
        "width": 0.6,
        "opacity": 0.8,
        "one": "circle",
    }
    layers = {
        "anchor": draw_anchor(context, x.channel(alt.X, **across), y.channel(alt.Y)),
        # cells overlap by a hair, or the background would shine through their seams
        "surface": cell.mark_rect(tooltip=None, clip=True, x2Offset=0.7, y2Offset=-0.7).encode(
            x=x.channel(alt.X, "x0", **across),
            x2="x1",
            y=y.channel(alt.Y, "y0"),
            y2="y1",
            color=colour,
        ),
        "selected": Drawn(trials.encode(**at), told),
        **draw_pinned(pinned.encode(**at), x.share_expr("datum.ax")),
    }
    chart = lay(
        view,
        layers,
        title=alt.TitleParams(
            f"Together they explain {format_share(pair['Importance'])}",
            subtitle=f"mean prediction; points: {points}",
        ),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
        # or the scale would be one with that of the tuning jobs
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(color="independent")),
    )
    return Panel(chart, drawn=tell(view, layers))


def _spread(axis: Axis, field: str, share: str) -> str:
    """Spread points of a category over its strip."""
    return f"datum.{field} + {share} * {JITTER}" if axis.kind == "category" else f"datum.{field}"


CHART = Chart(
    name="interactions",
    title="Pairs that matter together",
    panels=panels,
    draw=draw_interactions,
    finding=state_interactions,
    empty="no pair can be told from chance",
)
