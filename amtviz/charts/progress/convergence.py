"""Is it worth going on? The best so far by trials, time and billed time, and what more brings."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from amtviz.charts.chart import Chart, draw_alone
from amtviz.charts.missing import ALL_EQUAL, NO_BILL, NO_ENDS, NO_OBJECTIVE, Missing
from amtviz.charts.progress.going_on import draw_completion, draw_going_on
from amtviz.findings.convergence import state_convergence
from amtviz.findings.facts import Facts
from amtviz.grammar.axes import Axis, number_axis
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.tables import SharedData, to_rows
from amtviz.grammar.theme import PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.tuning_chart import TuningChart
from amtviz.grammar.unit_chart import UnitChart, layered
from amtviz.model import TuningTables
from amtviz.wording.lists import plural
from amtviz.wording.times import time_unit

_MOST_BANDS = 3  # more tuning jobs' bands on each other can't be told apart
_MOST_STEPS = 50  # of an expected curve


def panels(facts: Facts, context: ChartContext) -> list[Panel | Missing]:
    """Draw ``convergence_trials``, ``_time``, ``_cost``, ``going_on`` and ``completion``."""
    if not facts.convergence["BestSoFar"].notna().any():
        return [Missing(CHART.title, *NO_OBJECTIVE)]
    if context.all_equal:
        return [Missing(CHART.title, *ALL_EQUAL)]
    lines = _Lines(facts, context)
    more = (draw_going_on(facts, context), draw_completion(facts, context))
    drawn = [lines.by_trials(), lines.by_time(), lines.by_cost()]
    return [*drawn, *(panel for panel in more if panel)]


def draw_convergence(data: TuningTables) -> TuningChart:
    """Draw the best so far of each tuning job by trials, by time and by billed time.

    Beside it, the best to expect after so many trials, what the next trials may gain, and how near
    each tuning job is to its limits and completion criteria.

    Parameters
    ----------
    data : TuningData

    Returns
    -------
    altair.VConcatChart
    """
    return draw_alone(CHART, data)


class _Lines:
    """The three panels of the best so far: one dataset, one y axis."""

    def __init__(self, facts: Facts, context: ChartContext) -> None:
        self.facts, self.context = facts, context
        table = facts.convergence
        self.all = table
        table = table[table["BestSoFar"].notna()]
        last = ~table["j"].duplicated(keep="last")
        table = table.assign(last=last)[table["Improved"] | last]
        self.wall, self.wall_unit = time_unit(table["WallSeconds"].max())
        self.billed, self.billed_unit = time_unit(table["BilledSeconds"].max())
        self.table = pd.DataFrame(
            {
                "j": table["j"],
                "n": table["Trial"],
                "w": table["WallSeconds"] / self.wall,
                "c": table["BilledSeconds"] / self.billed,
                "y": table["BestSoFar"],
                "e": table["last"],
            }
        )
        self.expected = self._expected()
        self.y, self.cut = self._y_axis()

    def _expected(self) -> pd.DataFrame:
        """Return few enough points of the expected curves, none where there would be too many."""
        table = self.facts.expected_best
        if table["j"].nunique() > _MOST_BANDS:
            table = table.iloc[:0]
        place, size = table.groupby("j").cumcount(), table.groupby("j")["j"].transform("size")
        step = np.maximum(1, -(-size // _MOST_STEPS))
        table = table[(place % step == 0) | (place == size - 1)]
        names = {"Trials": "n", "Expected": "y", "Low": "l", "High": "h"}
        return table.rename(columns=names)[["j", *names.values()]]

    def _y_axis(self) -> tuple[Axis, bool]:
        """Show what is better than the median trial: bad first values would flatten the rest."""
        data, sign = self.context.data, self.context.data.objective.sign
        shown = pd.concat([self.table["y"], *(self.expected[c] for c in ("y", "l", "h"))]) * sign
        finals = (self.table["y"] * sign).groupby(self.table["j"]).last()
        least = min(float((self.context.frame["y"] * sign).median()), float(finals.min()))
        best = float(shown.max())
        cut = bool(shown.min() < least < best)
        ends = pd.Series([max(least, shown.min()) if cut else shown.min(), best]) * sign
        name, drawn = data.objective.metric_name, shown * sign
        switched = self.context.axes["y"].switched
        return number_axis(name, ends, "y", beside=drawn, switched=switched), cut

    def by_trials(self) -> Panel:
        """Draw the best over the number of finished trials, with what was to be expected."""
        band = len(self.expected) > 0
        notes = ["dashed: expected, 90 % band"] if band else []
        return self._panel("n", "trials", "Best by trials finished", notes, band=band)

    def by_time(self) -> Panel | Missing:
        """Draw the best over the time since the tuning job's first training job."""
        title = "Best by time"
        if not self.table["w"].notna().any():
            return Missing(title, *NO_ENDS)
        return self._panel("w", "time", f"{title}, {self.wall_unit}", ["since the job's start"])

    def by_cost(self) -> Panel | Missing:
        """Draw the best over the billed time of all instances."""
        title = f"Best by {self.facts.charged.name}"
        source = self.all["BilledFrom"].value_counts()
        unknown, elapsed = int(source.get("unknown", 0)), int(source.get("elapsed", 0))
        if unknown == len(self.all):
            return Missing(title, *NO_BILL)
        notes = ["all instances"]
        if self.facts.charged.free:
            notes = ["nothing was billed"]
        elif elapsed:
            notes = ["end minus start where no bill is known"]
        if unknown:
            notes = [f"at least: {plural(unknown, 'trial')} without a bill"]
        return self._panel("c", "cost", f"{title}, {self.billed_unit}", notes)

    def _panel(
        self, field: str, name: str, title: str, notes: list[str], band: bool = False
    ) -> Panel:
        most = float(self.table[field].max())
        domain = (0.0, most * 1.03 if most > 0 else 1.0)
        x = Axis(field, title, "integer" if field == "n" else "linear", domain)
        # few integers get a tick each, for Vega would put some between them
        ticks = {"values": list(range(int(most) + 1))} if field == "n" and most <= 5 else {}
        layers = [self._anchor(x, ticks), *(self._bands(x) if band else []), *self._line(x)]
        if self.cut:
            notes = [*notes, "cut at median"]
        if self.context.axes["y"].switched and not self.y.switched:
            notes = [*notes, f"stays {self.y.kind}"]
        chart = layered(
            *layers,
            name=f"convergence_{name}",
            title=alt.TitleParams(title, subtitle=" · ".join(notes)),
            width=PANEL_WIDTH,
            height=PANEL_HEIGHT,
        )
        return Panel(chart, parameters=self.y.parameters)

    def _anchor(self, x: Axis, ticks: dict[str, Any]) -> alt.Chart:
        """State both scales, once."""
        nothing = UnitChart(SharedData("converging", to_rows(self.table)))
        nothing = nothing.transform_filter("false").mark_point(tooltip=None)
        at = x.channel(alt.X, axis=x.axis(**ticks))
        return nothing.encode(x=at, y=self.y.channel(alt.Y))

    def _line(self, x: Axis) -> list[alt.Chart]:
        """Draw each tuning job's line, and a dot where it ends: one trial alone has no line."""
        context = self.context
        chart = UnitChart(SharedData("converging", to_rows(self.table)))
        chart = chart.transform_filter(f"isValid(datum.{x.field}) && {context.job_chosen}")
        options: dict[str, Any] = {"clip": True, "tooltip": None}
        line = chart.mark_line(**options, interpolate="step-after", strokeWidth=2)
        end = chart.transform_filter("datum.e").mark_point(
            **options, filled=True, shape="circle", size=26, opacity=1
        )
        encoding = {
            "x": x.channel(alt.X, x.field),
            "y": self.y.channel(alt.Y, "y"),
            "color": context.job_colour(),
        }
        return [line.encode(**encoding), end.encode(**encoding)]

    def _bands(self, x: Axis) -> list[alt.Chart]:
        context = self.context
        chart = UnitChart(SharedData("expecting", to_rows(self.expected)))
        chart = chart.transform_filter(context.job_chosen)
        at = x.channel(alt.X, "n")
        band = chart.mark_area(opacity=0.16, clip=True, tooltip=None).encode(
            x=at, y=self.y.channel(alt.Y, "l"), y2=alt.Y2("h"), color=context.job_colour()
        )
        mean = chart.mark_line(strokeDash=[4, 3], strokeWidth=1.2, clip=True, tooltip=None)
        return [band, mean.encode(x=at, y=self.y.channel(alt.Y, "y"), color=context.job_colour())]


CHART = Chart(
    name="convergence",
    title="Convergence",
    panels=panels,
    draw=draw_convergence,
    finding=state_convergence,
)
