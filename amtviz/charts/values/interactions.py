"""How do hyperparameters combine? The predicted objective over the pairs that matter most."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.interactions import Interactions, compute_interactions
from amtviz.analysis.scale import Scale, make_scale
from amtviz.charts.importance.importance import surrogate_of
from amtviz.grammar.axes import JITTER, Axis
from amtviz.grammar.chart import Chart
from amtviz.grammar.context import BEST_AS_POINTS, ChartContext, Panel
from amtviz.grammar.scatter import draw_anchor, draw_message
from amtviz.grammar.standalone import draw_alone
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import PANEL_HEIGHT, PANEL_WIDTH
from amtviz.model import TuningTables

TITLE = "Pairs that matter together"
_LEAST = 0.01  # of the variation; a pair that explains less isn't worth a picture
_WORST, _BEST = "#e9e5d6", "#0b6e69"  # readable on white and on dark


def interactions_of(context: ChartContext) -> Interactions:
    """Give the pairs, computed once."""
    data = context.data
    found: Interactions = context.once(
        "interactions",
        lambda: compute_interactions(
            data.trials, data.objective, data.hyperparameters, surrogate=surrogate_of(context)
        ),
    )
    return found


def brushes(context: ChartContext) -> list[str]:
    """Columns that this chart's panels brush: none."""
    return []


def panels(context: ChartContext) -> list[Panel]:
    """Draw the panels ``interaction_0``…, one for each pair that can be told from chance."""
    places = _telling(context)
    if not places:
        return []
    return [_draw(context, nth, place) for nth, place in enumerate(places)]


def finding(context: ChartContext) -> str:
    """Name the pairs, how much they explain together, and where the best is predicted."""
    found = interactions_of(context)
    if found.reason:
        return ""
    places = _telling(context)
    if not places:
        return (
            "Beyond what each hyperparameter explains alone, no pair explains anything that can be "
            "told from chance."
        )
    first = found.pairs.iloc[places[0]]
    text = (
        f"{first['First']} and {first['Second']} matter most together: beyond what each explains "
        f"alone, {100 * first['Importance']:.0f} % of the variation (90 % interval "
        f"{100 * first['Low']:.0f}–{100 * first['High']:.0f} %)."
    )
    low, high = _best_cell(context, places[0])
    return f"{text} The best is predicted at {first['First']} {low} with {first['Second']} {high}."


def draw_interactions(data: TuningTables) -> alt.VConcatChart:
    """Draw the predicted objective over the pairs that matter most, with the trials on top.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
        It says so in words when there is no such pair.
    """
    return draw_alone(data, _panels_or_words, brushes)


def _panels_or_words(context: ChartContext) -> list[Panel]:
    found = panels(context)
    if found:
        return found
    return [draw_message("no pair can be told from chance", "interaction_0", TITLE)]


def _telling(context: ChartContext) -> list[int]:
    pairs = interactions_of(context).pairs
    tells = (pairs["Low"] > pairs["Chance"]) & (pairs["Importance"] >= _LEAST)
    return [int(place) for place in np.flatnonzero(tells)]


def _column(context: ChartContext, name: str) -> tuple[str, Scale]:
    """Find a hyperparameter's safe id and its scale."""
    data = context.data
    place = next(p for p, h in enumerate(data.hyperparameters) if h.name == name)
    hyperparameter = data.hyperparameters[place]
    return f"p{place}", make_scale(hyperparameter, data.trials[hyperparameter.column])


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


def _cells(context: ChartContext, place: int) -> tuple[pd.DataFrame, str, str]:
    found = interactions_of(context)
    pair, surface = found.pairs.iloc[place], found.surfaces[place]
    surface = surface[(surface["X0"] >= 0) & (surface["Y0"] >= 0)]
    first, x_scale = _column(context, pair["First"])
    second, y_scale = _column(context, pair["Second"])
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


def _best_cell(context: ChartContext, place: int) -> tuple[str, str]:
    """Say where the best cell of a surface lies, on both hyperparameters."""
    found = interactions_of(context)
    surface = found.surfaces[place]
    best = (surface["Predicted"] * context.data.objective.sign).idxmax()
    texts = []
    for name, ends in (("First", ("X0", "X1")), ("Second", ("Y0", "Y1"))):
        _, scale = _column(context, found.pairs.iloc[place][name])
        low, high = surface.loc[best, ends[0]], surface.loc[best, ends[1]]
        if low < 0:
            texts.append("not set")
        elif scale.kind == "category":
            texts.append(str(scale.from_unit((low + high) / 2)))
        else:
            # cells end between integers: those inside are meant
            values = scale.from_unit([low + 1e-9, high - 1e-9])
            digits = 6 if scale.kind == "reverse-log" else 3
            shown = dict.fromkeys(f"{value:.{digits}g}" for value in values)
            texts.append("–".join(shown))
    return texts[0], texts[1]


def _draw(context: ChartContext, nth: int, place: int) -> Panel:
    pair = interactions_of(context).pairs.iloc[place]
    cells, first, second = _cells(context, place)
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
    cell = Chart(SharedData(f"surface_{nth}", to_rows(cells)))
    across = {"title": x.title}  # unlike other panels' title, this one's doesn't name it
    trials = Chart(context.trials).transform_filter(
        f"isValid(datum.y) && isValid(datum.{first}) && isValid(datum.{second})"
        f" && {context.selected}"
    )
    points = "selected trials"
    if context.aggregated:
        trials = trials.transform_filter(f"datum.k <= {BEST_AS_POINTS}")
        points = f"selected of the best {BEST_AS_POINTS}"
    spread = {"ax": _spread(x, first, "datum.x"), "ay": _spread(y, second, "datum.x")}
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
    chart = alt.layer(
        draw_anchor(context, x.channel(alt.X, **across), y.channel(alt.Y), view),
        # cells overlap by a hair, or the background would shine through their seams
        cell.mark_rect(tooltip=None, clip=True, x2Offset=0.7, y2Offset=-0.7).encode(
            x=x.channel(alt.X, "x0", **across),
            x2="x1",
            y=y.channel(alt.Y, "y0"),
            y2="y1",
            color=colour,
        ),
        trials.encode(x=x.channel(alt.X, "ax", **across), y=y.channel(alt.Y, "ay")),
        name=view,
        title=alt.TitleParams(
            f"Together they explain {100 * pair['Importance']:.0f} %",
            subtitle=f"mean prediction; points: {points}",
        ),
        width=PANEL_WIDTH,
        height=PANEL_HEIGHT,
        # or the scale would be one with that of the tuning jobs
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(color="independent")),
    )
    return Panel(chart)


def _spread(axis: Axis, field: str, share: str) -> str:
    """Spread points of a category over its strip."""
    return f"datum.{field} + {share} * {JITTER}" if axis.kind == "category" else f"datum.{field}"
