"""The widget: a JupyterChart that works without a network and knows what its brushes mean.

It is imported when first used: anywidget is an extra, and the JavaScript is bundled then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import traitlets

from amtviz.charts import TuningChart
from amtviz.charts.dashboard import selection_context
from amtviz.embed.widget import OfflineChart
from amtviz.errors import InputError, join_choices
from amtviz.grammar.columns import owners_of
from amtviz.grammar.selection import brush_of, narrow_ranges, select_trials
from amtviz.model import TuningTables
from amtviz.notebook.ranges import SelectedRanges

_JOBS = "TuningJobName"
_WAIT = 50  # milliseconds between two messages to the kernel while a brush moves


class _Derived(traitlets.TraitType[Any, Any]):
    """A value that follows the selections, and is computed when it is read."""

    def __init__(self, compute: str) -> None:
        super().__init__(read_only=True)
        self._compute = compute

    def get(self, obj: Any, cls: Any = None) -> Any:
        """Return the value for the present selections."""
        return getattr(obj, self._compute)()


class Explorer(OfflineChart):
    """Linked charts in a notebook, whose selections come back to Python.

    `amtviz.explore` makes one. Observe ``selected`` or ``selected_ranges`` to follow the reader.

    Attributes
    ----------
    data : TuningTables
        What is drawn. Another one may be put in its place.
    chart : TuningChart
        The charts of ``data``.
    selected : pandas.DataFrame
        The rows of ``data.trials`` that lie inside every brush and whose tuning job is chosen in
        the legend; all of them when nothing is selected.
    selected_ranges : SelectedRanges
        The hyperparameters that are brushed, by name, with the brushed ranges.
    """

    data = traitlets.Instance(TuningTables)
    selected = _Derived("_find_selected")
    selected_ranges = _Derived("_find_selected_ranges")
    _redraws = traitlets.Int(0).tag(sync=True)

    def __init__(self, data: TuningTables, draw: Callable[[TuningTables], TuningChart]) -> None:
        self._draw = draw
        self._context = selection_context(data)
        self._last: dict[str, Any] = {}
        self._found: dict[str, Any] = {}
        super().__init__(draw(data), debounce_wait=_WAIT, data=data)

    def select(self, ranges: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Select from Python: brushes are set, and those of other columns stay.

        Parameters
        ----------
        ranges : mapping, optional
            By the true name of a hyperparameter or the objective, the lowest and the highest
            value, or names of neighbouring categories; by ``TuningJobName``, names of jobs. None
            in place of a range takes the brush away.
        **more
            The same, where the name is one of Python.

        Raises
        ------
        InputError
            If there is no panel of that name, or the range can't be brushed.
        """
        wanted = {**(ranges or {}), **more}
        made = {self._selection_of(name): chosen for name, chosen in wanted.items()}
        values = [
            self._value_of(selection, name, chosen)
            for (selection, chosen), name in zip(made.items(), wanted, strict=True)
        ]
        self._put(dict(zip(made, values, strict=True)))

    def clear(self) -> None:
        """Select everything again."""
        self._put({name: {} for name in self._vl_selections})

    def _put(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        changed = {name: {"value": value, "store": []} for name, value in values.items()}
        with self.hold_sync():
            self._vl_selections = {**self._vl_selections, **changed}
            self._redraws += 1

    def _fields(self) -> dict[str, str]:
        """Return the field of each column that can be selected by, by its true name."""
        columns = {_JOBS: "j", self.data.objective.metric_name: "y"}
        numbered = enumerate(self.data.hyperparameters)
        return columns | {each.name: f"p{place}" for place, each in numbered}

    def _selection_of(self, name: str) -> str:
        fields = self._fields()
        drawn = {
            column: selection
            for column, field in fields.items()
            for selection in (f"c_{field}", f"b_{field}", "legend" if field == "j" else "")
            if selection in self._vl_selections
        }
        if name not in drawn:
            raise InputError(
                f"Can't select by {name!r}: no panel has it. Choose from {join_choices(drawn)}."
            )
        return drawn[name]

    def _value_of(self, selection: str, name: str, chosen: Any) -> dict[str, Any]:
        if chosen is None:
            return {}
        if selection == "legend":
            names = [chosen] if isinstance(chosen, str) else list(chosen)
            known = self.data.job_names
            for each in names:
                if each not in known:
                    raise InputError(
                        f"There is no tuning job {each!r} here. Choose from {join_choices(known)}."
                    )
            places = [known.index(each) for each in names]
            return {"j": places, "vlPoint": {"or": [{"j": place} for place in places]}}
        field = selection.partition("_")[2]
        try:
            return {field: list(brush_of(self._context.axes[field], chosen))}
        except ValueError as error:
            raise InputError(f"Can't select {chosen!r} of {name!r}. Pass {error}.") from None

    def _selections(self) -> dict[str, Any]:
        """Return the values of the selections that aren't empty."""
        values = {name: each["value"] for name, each in self._vl_selections.items()}
        return {name: value for name, value in values.items() if value and name != "hover"}

    def _find_selected(self) -> pd.DataFrame:
        return self._once("selected", lambda: select_trials(self._context, self._last))

    def _find_selected_ranges(self) -> SelectedRanges:
        def find() -> SelectedRanges:
            brushed = narrow_ranges(self._context, self._last)
            return SelectedRanges(brushed, self.data.hyperparameters, owners_of(self.data))

        return self._once("selected_ranges", find)

    def _once(self, name: str, find: Callable[[], Any]) -> Any:
        if name not in self._found:
            self._found[name] = find()
        return self._found[name]

    @traitlets.observe("_vl_selections")
    def _follow_selections(self, _: Any) -> None:
        selections = self._selections()
        if selections != self._last:
            self._last = selections
            self._announce()

    @traitlets.observe("data")
    def _redraw(self, change: Any) -> None:
        if self._context.data is change.new:  # it is being made
            return
        kept = self._last if _columns(change.new) == _columns(change.old) else {}
        self._context, self._last = selection_context(change.new), {}
        with self.hold_sync():
            self.chart = self._draw(change.new)
            drawn = self._vl_selections
            self._last = {name: value for name, value in kept.items() if name in drawn}
            made = {name: {"value": value, "store": []} for name, value in self._last.items()}
            self._vl_selections = drawn | made
        self._announce()

    def _announce(self) -> None:
        """Tell those who observe, and only for them compute what is selected."""
        before, self._found = self._found, {}
        for name in ("selected", "selected_ranges"):
            if not self._trait_notifiers.get(name):
                continue
            self.notify_change(
                traitlets.Bunch(
                    name=name,
                    old=before.get(name, traitlets.Undefined),
                    new=getattr(self, name),
                    owner=self,
                    type="change",
                )
            )


def _columns(data: TuningTables) -> tuple[list[str], list[str], str]:
    """Return what the fields of the selections stand for."""
    names = [each.name for each in data.hyperparameters]
    return names, data.job_names, data.objective.metric_name
