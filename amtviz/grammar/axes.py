"""The axis of a panel: its field, scale, ticks and cells, taken from the declared range."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.scale import ScaleKind, Side, find_far, scale_kind, spans_decades
from amtviz.grammar.switch import (
    LOG_LABEL,
    log_values,
    switch_parameter,
    switched_scale,
    switched_ticks,
)
from amtviz.grammar.switch import NAME as SWITCH
from amtviz.grammar.theme import PANEL_WIDTH
from amtviz.grammar.unit_chart import unchecked
from amtviz.model import Hyperparameter
from amtviz.texts import list_distinct
from amtviz.wording.numbers import format_number

AxisKind = ScaleKind | Literal["integer", "time"]

GOLDEN = 0.6180339887498949  # its multiples spread evenly, and are the same each time
JITTER = 0.3  # half the width of a category's strip of points, where 1 is a whole category
LABELLED = "labelled"  # the signal that tells whether a shared axis has its labels here
LABELS = 34  # pixels of these: the page's script keeps that room for them
_MAX_CELLS = 24
_TITLE = 26  # characters along the height of a panel
_APART = 100  # values closer than that part of the axis share cells
_LABEL_PIXELS = 13  # a slanted category label needs that much
_EDGE = 0.005  # of the domain: a brush that comes so close to its end holds what lies beyond
_PADDING = 5  # pixels beside an axis, in which labels may lie
_TIMES = (
    # most days, how ticks are labelled, and in how many letters, each of 6 pixels: of up to 8 ticks
    # none is to look like the one before (Vega steps by 30 seconds up to 339)
    (7e-5, "%M:%S.%L", 9),
    (0.004, "%H:%M:%S", 8),
    (1, "%H:%M", 5),
    (6, "%d %b %H:%M", 12),
    (np.inf, "%d %b %Y", 11),
)

# seconds where there are any: with them, labels a minute apart would hide each other
_WHOLE_MINUTES = "slice(datum.label, -3) === ':00' ? slice(datum.label, 0, -3) : datum.label"


@dataclass(frozen=True)
class Axis:
    """What a panel needs to know of the column on one of its axes.

    Attributes
    ----------
    field : str
        The safe column id in the page's data, such as ``p0``.
    title : str
        The true name.
    domain : tuple of float
        Lower and upper end, padded, in the field's own units.
    labels : tuple of str
        Names of the categories, which the field holds as 0, 1, 2, …
    nulls : bool
        Whether a trial without a value exists.
    beyond : int
        How many values lie beyond one end of the domain: they are drawn at that end.
    far : {"above", "below"}
        Which end.
    switched : bool
        Whether a reader switches it between linear and log; it begins as its kind says.
    shared : bool
        Whether the panels of a row share it on y: the first, where the signal `LABELLED` is
        true, has the labels, and none a title.
    elastic : bool
        Whether a page stretches the panels: ticks and labels follow their size.
    """

    field: str
    title: str
    kind: AxisKind
    domain: tuple[float, float]
    labels: tuple[str, ...] = ()
    nulls: bool = False
    beyond: int = 0
    far: Side = "above"
    switched: bool = False
    shared: bool = False
    elastic: bool = False

    @property
    def parameters(self) -> tuple[alt.VariableParameter, ...]:
        """The signals that a panel with this axis reads."""
        return (switch_parameter(self.is_log),) if self.switched else ()

    @property
    def note(self) -> str:
        """What isn't drawn where it is, in words: ``2 above 0.62``; else empty."""
        if not self.beyond:
            return ""
        end = self.domain[1] if self.far == "above" else self.domain[0]
        return f"{self.beyond:,} {self.far} {format_number(end, 3)}"

    @property
    def edges(self) -> tuple[float, float]:
        """Both ends, as near as a brush has to come to hold what lies beyond them."""
        low, high = self.unit_domain
        inside = (high - low) * _EDGE
        low, high = self.from_unit([low + inside, high - inside])
        return float(low), float(high)

    def shown(self, expr: str) -> str:
        """Put a value where it is drawn, in the browser: one beyond the domain at its end."""
        if not self.beyond:
            return expr
        low, high = self.edges
        return f"clamp({expr}, {low!r}, {high!r})"

    def strip_expr(self) -> str:
        """Spread a category's trials over its strip, in the browser; null where there is none."""
        # null + 0.1 is a number: it would stand in the first category's strip
        value = f"datum.{self.field}"
        return f"(isValid({value}) ? {value} + datum.x : null)"

    def share_expr(self, value: str) -> str:
        """Write how far along the axis a value stands, from 0 to 1, in the browser."""
        shown = self.shown(value)
        if not self.switched:
            return _share(shown, self.domain, is_log=self.is_log)
        log, linear = (_share(shown, self.domain, is_log=state) for state in (True, False))
        return f"({SWITCH} ? {log} : {linear})"

    @property
    def is_log(self) -> bool:
        """Whether the scale itself is logarithmic."""
        return self.kind == "log"

    def unit(self, values: Any) -> Any:
        """Map field values to the scale on which equal steps look equal."""
        values = np.asarray(values, dtype=float)
        if self.beyond:
            values = np.clip(values, *self.domain)
        return np.log10(values) if self.is_log else values

    def from_unit(self, values: Any) -> Any:
        """Undo `unit`."""
        return 10.0 ** np.asarray(values, dtype=float) if self.is_log else np.asarray(values)

    def from_unit_expr(self, expr: str) -> str:
        """Undo `unit` in the browser."""
        return f"pow(10, {expr})" if self.is_log else expr

    @property
    def unit_domain(self) -> tuple[float, float]:
        """Both ends in the units of `unit`."""
        low, high = self.unit(self.domain)
        return float(low), float(high)

    @unchecked
    def channel(self, channel: type[Any], field: str | None = None, **kwds: Any) -> Any:
        """Encode this column on x or y.

        The scale's domain is stated on the trial's own field only: a second statement on other
        fields of the same axis would conflict, and the axis would follow the data.
        """
        vega_type = "T" if self.kind == "time" else "Q"
        # the panel's title names what is on x; all layers must agree, or none is shown
        titled = channel is alt.Y and not self.shared
        kwds.setdefault("title", self._title() if titled else None)
        if field is None:
            kwds.setdefault("scale", self.scale())
            kwds.setdefault("axis", self.axis())
        return channel(f"{field or self.field}:{vega_type}", **kwds)

    def _title(self) -> str | list[str]:
        # the joint name of several objectives is longer than the axis
        lines = textwrap.wrap(
            self.title, _TITLE, break_long_words=False, break_on_hyphens=False
        ) or [self.title]
        lines += [self.note] if self.note else []
        return lines if len(lines) > 1 else self.title

    @unchecked
    def scale(self, **kwds: Any) -> alt.Scale:
        """Return the Vega-Lite scale, its domain stated."""
        options: dict[str, Any] = {"domain": list(self.domain), "nice": False}
        if self.switched:
            options |= switched_scale(self.domain)
        elif self.kind == "log":
            options["type"] = "log"
        elif self.kind == "time":
            options["type"] = "utc"
        else:
            options["zero"] = False
        if self.beyond:
            options["clamp"] = True
        return alt.Scale(**options, **kwds)

    @unchecked
    def axis(self, **kwds: Any) -> alt.Axis:
        """Return the Vega-Lite axis: few ticks, integers as integers, categories by name."""
        if self.kind == "category":
            return self._category_axis(**kwds)
        options: dict[str, Any] = {
            "tickCount": self._tick_count(),
            "labelFlush": True,
            "labelOverlap": "greedy",
            "labelSeparation": 6,
        }
        if self.switched:
            options |= switched_ticks(self.domain, _number_format(self.domain))
        elif self.kind == "integer":
            options |= {"tickMinStep": 1, "format": _integer_format(self.domain)}
        elif self.kind == "time":
            options |= self._time_labels()
        elif self.kind == "log":
            options |= {"labelExpr": LOG_LABEL, "values": log_values(self.domain)}
        elif self.kind == "reverse-log":
            options |= {"labelExpr": "format(1 - pow(10, -datum.value), '.6~g')"}
        elif self.kind == "linear":
            options |= {"format": _number_format(self.domain)}
        if self.shared:
            label = options.get("labelExpr", "datum.label")
            options["labelExpr"] = f"{LABELLED} ? {label} : ''"
            options["minExtent"] = alt.expr(f"{LABELLED} ? {LABELS} : 0")
        return alt.Axis(**options | kwds)

    def _tick_count(self) -> Any:
        if not self.elastic:
            return 4
        return alt.expr("clamp(height / 48, 3, 6)" if self.shared else "clamp(width / 70, 2, 8)")

    def _time_labels(self) -> dict[str, Any]:
        days = (self.domain[1] - self.domain[0]) / 86_400_000
        pattern, letters = next((how, n) for most, how, n in _TIMES if days < most)
        # a label that begins or ends beyond the axis would be cut off at the picture's edge
        labels = {"format": pattern, "labelFlush": 3 * letters - _PADDING}
        return labels | ({"labelExpr": _WHOLE_MINUTES} if pattern.endswith("%S") else {})

    def _category_axis(self, **kwds: Any) -> alt.Axis:
        step = -(-len(self.labels) * _LABEL_PIXELS // PANEL_WIDTH)
        longest = max((len(label) for label in self.labels), default=0)
        count = max(1, len(self.labels))
        each = f"width / {count}" if self.elastic else str(PANEL_WIDTH // count)
        slanted = f"{longest * 6} > {each}"
        return alt.Axis(
            values=list(range(0, len(self.labels), step)),
            labelExpr=f"{json.dumps(list(self.labels))}[datum.value]",
            grid=False,
            labelAngle=alt.expr(f"{slanted} ? -35 : 0"),
            labelAlign=alt.expr(f"{slanted} ? 'right' : 'center'"),
            labelLimit=alt.expr(f"{slanted} ? 72 : {each}"),
            labelOverlap=False,
            **kwds,
        )

    def cells(self, values: Any) -> tuple[Any, Any, Any]:
        """Cut the axis into cells; few-valued columns get one cell a value.

        Parameters
        ----------
        values : array of float
            Without missing values.

        Returns
        -------
        index : numpy.ndarray of int
            The cell of each value.
        low, high : numpy.ndarray of float
            Both ends of every cell, in the field's units.
        """
        unit = self.unit(values)
        distinct = np.unique(unit)
        span = self.unit_domain[1] - self.unit_domain[0]
        gap = np.diff(distinct).min() if len(distinct) > 1 else span
        apart = self.kind == "category" or gap >= span / _APART  # else cells would be hairs
        if 0 < len(distinct) <= _MAX_CELLS and self.kind != "time" and apart:
            half = JITTER if self.kind == "category" else min(gap, span / 8) * 0.35
            return (
                np.searchsorted(distinct, unit),
                self.from_unit(distinct - half),
                self.from_unit(distinct + half),
            )
        edges = np.linspace(*self.unit_domain, _MAX_CELLS + 1)
        index = np.clip(np.digitize(unit, edges) - 1, 0, _MAX_CELLS - 1)
        return index, self.from_unit(edges[:-1]), self.from_unit(edges[1:])


def _share(value: str, domain: tuple[float, float], *, is_log: bool) -> str:
    low, high = np.log10(domain).tolist() if is_log else domain
    if is_log:
        value = f"log({value}) / LN10"
    return f"(({value}) - {low!r}) / {high - low!r}"


def hyperparameter_axis(
    hyperparameter: Hyperparameter, values: pd.Series, field: str
) -> tuple[Axis, pd.Series]:
    """Build the axis of a hyperparameter and the numbers to draw on it.

    Parameters
    ----------
    hyperparameter : Hyperparameter
    values : pandas.Series
        Its column of the trials table.
    field : str

    Returns
    -------
    axis : Axis
    numbers : pandas.Series of float64
        Positions on the axis; missing where there is no value to place.
    """
    if hyperparameter.kind == "categorical":
        return category_axis(hyperparameter.name, values, field, hyperparameter.values)
    numbers = _finite(values)
    ends = [e for e in (hyperparameter.low, hyperparameter.high) if e is not None]
    low = min([*ends, *numbers.dropna()], default=0.0)
    high = max([*ends, *numbers.dropna()], default=1.0)
    kind = _numeric_kind(hyperparameter, low, high)
    axis = Axis(field, hyperparameter.name, kind, (low, high), nulls=bool(numbers.isna().any()))
    if kind == "reverse-log":
        numbers = -np.log10(1 - numbers)
        axis = replace(axis, domain=(-np.log10(1 - low), -np.log10(1 - high)))
    return _padded(axis), numbers


def number_axis(
    title: str,
    values: pd.Series,
    field: str,
    worse: Side | None = None,
    beside: pd.Series | None = None,
    *,
    switched: bool = False,
) -> Axis:
    """Build the axis of a measured number, on a log scale where it spans three decades.

    Parameters
    ----------
    title : str
    values : pandas.Series
        What it has to hold.
    field : str
    worse : {"above", "below"}, optional
        Where the bad values are: a few of them that lie far off are drawn at that end of the
        axis, which the others fill.
    beside : pandas.Series, optional
        What else is drawn: the scale isn't logarithmic unless all of it is positive, for what has
        no logarithm would stand at the top.
    switched : bool
        Let a reader switch between linear and log, where all that is drawn is positive.

    Returns
    -------
    Axis
    """
    numbers = _finite(values).dropna()
    far = find_far(numbers.to_numpy(), worse) if worse else np.zeros(len(numbers), dtype=bool)
    kept = numbers[~far]
    low, high = (kept.min(), kept.max()) if len(kept) else (0.0, 1.0)
    positive = beside is None or bool((_finite(beside).dropna() > 0).all())
    kind: AxisKind = "log" if spans_decades(low, high) and positive else "linear"
    beyond, side = int(far.sum()), worse or "above"
    axis = _padded(Axis(field, title, kind, (float(low), float(high))), 0.05)
    if switched and positive and low > 0:
        least = max(axis.domain[0], low / 2)  # all of the axis has a logarithm
        axis = replace(axis, domain=(float(least), axis.domain[1]), switched=True)
    return replace(axis, beyond=beyond, far=side)


def measured_axis(title: str, values: pd.Series, field: str) -> tuple[Axis, pd.Series]:
    """Build the axis of a measured number of the trials, and the numbers to draw on it."""
    numbers = _finite(values)
    axis = number_axis(title, numbers, field)
    return replace(axis, nulls=bool(numbers.isna().any())), numbers


def integer_axis(title: str, values: pd.Series, field: str) -> Axis:
    """Build the axis of a count or a rank."""
    numbers = _finite(values).dropna()
    low, high = (numbers.min(), numbers.max()) if len(numbers) else (0.0, 1.0)
    nulls = bool(values.isna().any())
    return _padded(Axis(field, title, "integer", (float(low), float(high)), nulls=nulls))


def time_axis(title: str, milliseconds: pd.Series, field: str) -> Axis:
    """Build the axis of a time given in milliseconds since 1970-01-01 UTC."""
    low, high = float(milliseconds.min()), float(milliseconds.max())
    axis = Axis(field, title, "time", (low, high), nulls=bool(milliseconds.isna().any()))
    if low == high:
        return replace(axis, domain=(low - 30_000, high + 30_000))
    return _padded(axis)


def category_axis(
    title: str, values: pd.Series, field: str, declared: Iterable[str] = ()
) -> tuple[Axis, pd.Series]:
    """Build an axis of names in natural order, and each value's place on it."""
    text = values.astype("string")
    # sorted twice, since equal keys ("1" and "1.0") would stand in a set's own order
    names = sorted(sorted({*declared, *list_distinct(text)}), key=natural_key)
    places = text.map({name: float(place) for place, name in enumerate(names)}).astype("float64")
    axis = Axis(
        field,
        title,
        "category",
        (-0.5, max(len(names), 1) - 0.5),
        tuple(names),
        bool(places.isna().any()),
    )
    return axis, places


def natural_key(text: str) -> list[tuple[int, float, str]]:
    """Sort key that puts 2 before 10, also inside words."""
    if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", text, re.IGNORECASE):
        return [(0, float(text), "")]
    parts = re.split(r"(\d+)", text.casefold())
    return [(1, float(p), "") if p.isdecimal() else (2, 0.0, p) for p in parts if p]


def _numeric_kind(hyperparameter: Hyperparameter, low: float, high: float) -> AxisKind:
    kind = scale_kind(hyperparameter, low, high)
    if kind == "linear" and hyperparameter.kind == "integer":
        return "integer"
    return kind


def _padded(axis: Axis, share: float = 0.04) -> Axis:
    """Widen the domain, so that marks at its ends aren't cut."""
    low, high = axis.unit_domain
    if axis.kind == "integer" and high - low <= _MAX_CELLS:
        pad = 0.5
    elif low == high:
        pad = max(abs(low) * 0.1, 1e-12) if low else 0.5
    else:
        pad = (high - low) * share
    pad = max(pad, 4 * float(np.spacing(max(abs(low), abs(high)))))  # 2**60 + 0.5 is 2**60
    low, high = low - pad, high + pad
    if axis.is_log:
        low, high = max(low, -323.0), min(high, 308.0)  # the powers of ten that a float can be
    low, high = axis.from_unit([low, high])
    return replace(axis, domain=(float(low), float(high)))


def _finite(values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64").astype("float64")
    return numbers.where(np.isfinite(numbers))


def _integer_format(domain: tuple[float, float]) -> str:
    """Write integers in full where a prefix would hide what tells them apart, as of dates."""
    if domain[1] < 1e5:
        return "d"
    is_narrow = domain[1] - domain[0] < 0.1 * domain[1]
    return "d" if is_narrow else "~s"


def _number_format(domain: tuple[float, float]) -> str:
    """Return digits enough to tell ticks apart, and an SI prefix to numbers that read badly."""
    size = max(abs(domain[0]), abs(domain[1]))
    digits = int(np.ceil(np.log10(size / (domain[1] - domain[0])))) + 2
    return f".{max(6, digits)}~g" if 1e-4 <= size < 1e5 else f".{max(3, digits)}~s"
