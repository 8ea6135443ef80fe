"""What the panels of one dashboard share: rows, axes, selections, colours and tooltips.

Every panel is layers over one dataset with short safe column ids: the other trials in grey once
something is selected, the selected trials in colour, the best trial's ring, the hovered trial.
Every brush is its own interval selection; one expression filter combines them. Measured, this
redraws several times faster than conditional encodings or a shared selection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from amtviz.analysis.density import DensityGrid, compute_density_grid
from amtviz.grammar.axes import JITTER, Axis
from amtviz.grammar.palette import JOB_COLOURS, RAMP_STEPS
from amtviz.grammar.tables import OwnColumn, SharedData, build_tables, milliseconds, to_rows
from amtviz.grammar.tooltip import build_tooltip
from amtviz.grammar.unit_chart import unchecked
from amtviz.model import TuningTables
from amtviz.settings import DRAW_DEFAULTS, DrawOptions
from amtviz.texts import list_distinct

MOST_POINTS = 800  # up to here every trial is a point; above, cells and the best
BEST_AS_POINTS = 200
MOST_LINES = 1000  # trials whose recorded metrics are drawn: the best of them

_WIDEST_NARROW, _NARROWEST, _NARROWEST_WIDE = 400, 60, 620  # pixels of pictures

Cells = tuple[Any, Any, Any]  # each trial's cell on an axis, and the ends of all cells
Tooltip = tuple[dict[str, str], list[alt.Tooltip]]

SELECTING = "selecting"  # the signal of `ChartContext.selecting_param`
HOVERED = "isValid(hover.i) && hover.i[0] === datum.i"  # is it the trial under the pointer?

_AS_NTH: dict[str, Any] = {"as": "nth"}  # a word of Python
_NTH = alt.WindowFieldDef(op="row_number", **_AS_NTH)


@dataclass(frozen=True, eq=False)
class Panel:
    """One view of a chart, with the names by which selections find their layers.

    Attributes
    ----------
    chart : altair.LayerChart
    brush : str, optional
        The column that a drag across the panel selects by; its layer is the panel's ``anchor``.
    upright : bool
        Whether that column is on the y axis.
    strips : mapping of str to str
        Columns that a drag up or down an axis of their own selects by, and the layer of each.
    hover : str, optional
        The layer whose trials answer the pointer.
    zoom : {"elapsed", "clock"}, optional
        The time axis that the wheel and a drag zoom and pan; its layer is the panel's ``anchor``.
    wide : bool
        Whether it takes a row of its own, `theme.WIDE` pixels across.
    parameters : tuple of altair.VariableParameter
        Signals of its own that its layers read; equal names are stated once.
    shared : bool
        Whether its y axis is the objective's, which the panels of a row share.
    sentence : str
        What it shows, for who doesn't see it.
    drawn : mapping of str to mapping
        The layers that a page's script draws itself, by name: see `amtviz.grammar.layers.tell`.
    """

    chart: Any  # a layered view, or a composition of them
    brush: str | None = None
    upright: bool = False
    strips: Mapping[str, str] = field(default_factory=dict)
    hover: str | None = None
    zoom: str | None = None
    wide: bool = False
    parameters: tuple[alt.VariableParameter, ...] = ()
    shared: bool = False
    sentence: str = ""
    drawn: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """How the pictures of a chart differ from their natural sizes.

    Attributes
    ----------
    narrow, wide : int
        Pixels more, or fewer, across panels that stand side by side, and across those that take a
        row of their own.
    tall : int, optional
        Pixels up each panel whose height isn't that of its rows.
    whole : int, optional
        Pixels across the chart.
    """

    narrow: int = 0
    wide: int = 0
    tall: int | None = None
    whole: int | None = None

    def width(self, natural: int) -> int:
        """Return the pixels across a picture."""
        if natural <= _WIDEST_NARROW:
            return max(_NARROWEST, natural + self.narrow)
        return max(_NARROWEST_WIDE, natural + self.wide)

    def height(self, natural: int) -> int:
        """Return the pixels up a picture."""
        return self.tall or natural


@dataclass(eq=False)
class ChartContext:
    """The shared part of all panels of one chart or dashboard.

    Attributes
    ----------
    data : TuningTables
    options : DrawOptions
    brushes : tuple of str
        Fields whose panels are drawn: every filter reads those brushes.
    strips : tuple of str
        Fields with a brush on an axis of their own as well.
    legend : bool
        Whether a legend view is drawn, whose selection every filter reads.
    on_page : bool
        Whether each panel is a chart of its own, which a page puts in a row with others: these
        share the objective's axis.
    own : mapping of str to OwnColumn
        What charts add to the trials' columns, by safe ids.
    """

    data: TuningTables
    options: DrawOptions = DRAW_DEFAULTS
    brushes: tuple[str, ...] = ()
    strips: tuple[str, ...] = ()
    legend: bool = False
    on_page: bool = False
    stretch: Stretch = Stretch()
    own: Mapping[str, OwnColumn] = field(default_factory=dict)
    _cells: dict[str, Cells] = field(default_factory=dict)

    # --- the trials, as the browser gets them

    @property
    def frame(self) -> pd.DataFrame:
        """Trials with safe column ids, in the order they started."""
        return self._tables[0]

    @cached_property
    def axes(self) -> Mapping[str, Axis]:
        """The axis of every drawable column, by its id."""
        axes = {n: replace(axis, elastic=self.on_page) for n, axis in self._tables[1].items()}
        return axes | {"y": replace(axes["y"], shared=self.on_page)}

    @cached_property
    def _tables(self) -> tuple[pd.DataFrame, dict[str, Axis]]:
        return build_tables(self.data, self.own)

    @cached_property
    def trials(self) -> SharedData:
        """The dataset of all panels."""
        return SharedData("trials", self._rows())

    def _rows(self) -> list[dict[str, Any]]:
        # a page lists these and writes them to a file
        measured = ["y", "e", *(f"p{place}" for place in range(len(self.data.hyperparameters)))]
        return to_rows(self.frame.join(self._cell_columns()), exact=measured)

    def _cell_columns(self) -> pd.DataFrame:
        """Cell numbers, needed only where selected trials are drawn as cells."""
        columns: dict[str, Any] = {"h": self.grid.bin(self.axes["y"].unit(self.frame["y"]))}
        if self.aggregated:
            for name, axis in self.axes.items():
                if name != "y":
                    columns[f"{name}x"] = self.cells(axis)[0]
            columns["q"] = self.cells(self.axes["y"])[0]
        return pd.DataFrame(columns, index=self.frame.index).replace(-1, pd.NA).astype("Int64")

    def cells(self, axis: Axis) -> Cells:
        """Return every trial's cell on an axis (-1 without a value), and the ends of all cells."""
        if axis.field not in self._cells:
            values = self.frame[axis.field]
            index = np.full(len(values), -1)
            present = values.notna().to_numpy()
            index[present], low, high = axis.cells(values[present].to_numpy(float))
            self._cells[axis.field] = index, low, high
        return self._cells[axis.field]

    @cached_property
    def grid(self) -> DensityGrid:
        """The grid of every density of the objective, in the units of its axis' scale."""
        axis = self.axes["y"]
        return compute_density_grid(axis.unit(self.frame["y"].dropna()), *axis.unit_domain)

    @cached_property
    def scored(self) -> int:
        """How many trials have an objective."""
        return int(self.frame["y"].notna().sum())

    @property
    def all_equal(self) -> bool:
        """Whether several trials have an objective, and all the same: none is better."""
        return self.scored > 1 and self.frame["y"].nunique() == 1

    @property
    def unscored(self) -> int:
        """How many trials have none."""
        return len(self.frame) - self.scored

    @property
    def aggregated(self) -> bool:
        """Whether there are so many trials that points would hide each other."""
        return self.scored > MOST_POINTS

    @property
    def metrics(self) -> pd.DataFrame:
        """What was recorded during training, of the trials whose lines are drawn."""
        return self._metrics_of_best[0]

    @property
    def series_left_out(self) -> int:
        """How many trials with recorded metrics are left out, for there are too many lines."""
        return self._metrics_of_best[1]

    @cached_property
    def _metrics_of_best(self) -> tuple[pd.DataFrame, int]:
        metrics = self.data.metrics
        recorded = self.frame[self.frame["a"].isin(list_distinct(metrics["TrainingJobName"]))]
        best = recorded.sort_values("k", kind="stable")["a"].head(MOST_LINES)
        left_out = len(recorded) - len(best)
        kept = metrics[metrics["TrainingJobName"].isin(best)] if left_out else metrics
        return kept, left_out

    @cached_property
    def points(self) -> pd.DataFrame:
        """What was recorded during training, each row of `metrics`, by the trials' numbers.

        Columns ``m`` (metric), ``i`` (trial, if known), ``g`` (host), ``e`` (seconds since the
        training job's first value), ``c`` (milliseconds since 1970), ``v`` (value).
        """
        metrics, frame = self.metrics, self.frame[::-1]  # of several of one name the first
        places = dict(zip(frame["a"], frame["i"], strict=True))
        names = metrics["TrainingJobName"].tolist()
        return pd.DataFrame(
            {
                "m": metrics["MetricName"].fillna("").astype(object),
                "i": np.array([places.get(name, np.nan) for name in names], dtype=float),
                "g": metrics["Host"].fillna("").astype(object),
                "e": metrics["ElapsedSeconds"].to_numpy(),
                "c": milliseconds(metrics["Timestamp"]).to_numpy(),
                "v": metrics["Value"].to_numpy(),
            }
        )

    @property
    def time_field(self) -> str:
        """The column that progress is drawn over: start time ``t``, or order ``o``."""
        return "t" if "t" in self.axes else "o"

    # --- sizes

    def width(self, natural: int) -> str:
        """Return the pixels across a panel, as an expression: a page stretches its panels."""
        return "width" if self.on_page else str(self.stretch.width(natural))

    def height(self, natural: int) -> str:
        """Return the pixels up a panel, in the same way."""
        return "height" if self.on_page else str(self.stretch.height(natural))

    # --- selections

    @property
    def selected(self) -> str:
        """Expression: is the trial inside every brush, and its tuning job chosen?"""
        tests = [self._inside(name, "b") for name in self.brushes]
        tests += [self._inside(name, "c") for name in self.strips]
        if self.legend:
            tests.append(self.job_chosen)
        return " && ".join(tests) or "true"

    def selecting_param(self) -> alt.VariableParameter:
        """Return the signal that tells whether anything is selected, so that the rest is grey.

        It changes only with the first brush and the last: filters by it needn't run in between.
        """
        brushes = [f"b_{name}.{name}" for name in self.brushes]
        brushes += [f"c_{name}.{name}" for name in self.strips]
        tests = [*brushes, *(["legend.j"] if self.legend else [])]
        anything = f"isValid({' || '.join(tests)})" if tests else "false"
        return alt.VariableParameter(name=SELECTING, expr=anything)

    def best_selected(self, chart: alt.Chart, drawn: int, most: int) -> alt.Chart:
        """Keep the selected trials, by rank ``z`` (unscored last): of more than so many, the best.

        Parameters
        ----------
        chart : altair.Chart
            Its rows have the trials' columns.
        drawn : int
            How many rows it has.
        most : int
            How many selected rows may be drawn.

        Returns
        -------
        altair.Chart
        """
        chart = chart.transform_calculate(z="isValid(datum.k) ? datum.k : 1e9")
        chart = chart.transform_filter(self.selected)
        if drawn <= most:
            return chart
        chart = chart.transform_window([_NTH], sort=[alt.SortField("z", order="ascending")])
        return chart.transform_filter(f"datum.nth <= {most}")

    @property
    def job_chosen(self) -> str:
        """Expression: is the row's tuning job chosen in the legend?"""
        return "(!legend.j || indexof(legend.j, datum.j) >= 0)" if self.legend else "true"

    def _inside(self, name: str, family: str) -> str:
        brush = f"{family}_{name}.{name}"
        axis, extent = self.axes[name], brush
        value = axis.shown(f"datum.{name}")
        if axis.kind == "category":  # touching a strip of points takes the whole category
            extent = f"[{extent}[0] - {JITTER}, {extent}[1] + {JITTER}]"
        test = f"inrange({value}, {extent})"
        if axis.nulls or name in ("y", "k"):
            test = f"isValid(datum.{name}) && {test}"
        return f"(!{brush} || ({test}))"

    # --- colours, shapes, tooltips

    @property
    def coloured_by(self) -> Literal["j", "y"]:
        """What colours tell by default: which tuning job, or of one how good a trial is."""
        return "j" if self.frame["j"].nunique() > 1 else "y"

    def tells_apart(self, name: str) -> bool:
        """Whether trials differ in what colours can tell: jobs, objective, hyperparameters…"""
        is_told = name in ("j", "y", "df", "s") or name.startswith("p")
        return name == self.coloured_by or (is_told and bool(self.frame[name].nunique() > 1))

    @unchecked
    def trial_colour(self) -> Any:
        """Colour marks of trials: the one expression for all, whose rows have ``i``, ``j``, ``k``.

        By a page's ``colours``, else as `coloured_by` says; by rank rather than by value, for one
        poor outlier would leave all others the same colour.
        """
        default = f"job_colours[datum.j % {len(JOB_COLOURS)}]"
        if self.coloured_by == "y":
            default = self._objective_colour
        return alt.value(alt.expr(f"colours ? colours[datum.i] : {default}"))

    def objective_colour(self) -> Any:
        """Colour marks of trials by how good they are among all, whatever the page's colours."""
        return alt.value(alt.expr(self._objective_colour))

    @property
    def _objective_colour(self) -> str:
        place = f"(1 - (datum.k - 1) / {max(1, self.scored - 1)}) * {RAMP_STEPS - 1}"
        return f"isValid(datum.k) ? ramp[round({place})] : unknown"

    def line_colour(self) -> dict[str, Any]:
        """Encode the colour of a line over its trials: where these tell how good they are, ink."""
        if self.coloured_by == "j":
            return {"color": self.job_colour()}
        return {"color": alt.value(alt.expr("strong")), "detail": "j:N"}

    def job_colour(self) -> alt.Color:
        """Encode the tuning job as colour, of marks that stand for several trials."""
        jobs = range(len(self.axes["j"].labels))
        colours: list[Any] = [alt.expr(f"job_colours[{j % len(JOB_COLOURS)}]") for j in jobs]
        return alt.Color("j:N", scale=alt.Scale(domain=list(jobs), range=colours), legend=None)

    def shape(self) -> alt.Shape:
        """Encode status (and, past ten tuning jobs, the job) as shape."""
        return alt.Shape("m:N", scale=None)

    @property
    def one_shape(self) -> bool:
        """Whether every trial has the same shape, so that none needs to be encoded."""
        return bool(self.frame["m"].nunique() <= 1)

    @cached_property
    def tooltip(self) -> Tooltip:
        """The columns to compute for the hovered trial, and its tooltip: all that is known."""
        return build_tooltip(self.data, self.frame, self.axes, reason=False)

    @cached_property
    def tooltip_with_reason(self) -> Tooltip:
        """The same, with why the trial has no objective."""
        return build_tooltip(self.data, self.frame, self.axes, reason=True)
