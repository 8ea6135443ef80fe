"""What Vega draws of a chart: the marks of its scene graph, in pixels of each panel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert as vlc

from amtviz import Hyperparameter, TuningData
from amtviz.charts.chart import Chart, link
from amtviz.findings.facts import facts_of
from amtviz.grammar.context import Panel

WIDTH, HEIGHT = 220, 160  # of a panel, in pixels
FLOOR, RUG = 13, 10  # of the height, kept for ticks where there are any
START = pd.Timestamp("2026-03-01 12:00", tz="UTC")

Marks = list[dict[str, Any]]


@dataclass(frozen=True)
class View:
    """One panel: its layers from the lowest, with their names, its title and its axes' labels."""

    names: list[str]
    layers: list[tuple[str, list[Marks]]]
    title: str
    labels: list[list[str]]

    def layer(self, layer: str | int) -> tuple[str, list[Marks]]:
        """Return the kind and the marks of a layer, by its name in this view or by its place."""
        return self.layers[self.names.index(layer) if isinstance(layer, str) else layer]

    def marks(self, layer: str | int, kind: str) -> Marks:
        """Return the marks of a layer."""
        found, groups = self.layer(layer)
        assert found == kind
        return [mark for group in groups for mark in group]

    def lines(self, layer: str | int, kind: str) -> list[Marks]:
        """Return the corners of each line or area of a layer."""
        found, groups = self.layer(layer)
        assert found == (kind if groups else "")
        return groups

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.layers]


def draw(
    chart: alt.VConcatChart | dict[str, Any],
    brushes: Mapping[str, Sequence[float]] | None = None,
    hover: int | None = None,
    jobs: Sequence[int] = (),
    strips: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, View]:
    """Draw a chart or its specification, as it is with these selections made: views by name."""
    spec = chart if isinstance(chart, dict) else chart.to_dict(validate=False)
    channels = {
        p["name"]: p["select"]["encodings"][0]
        for p in spec["params"]
        if "encodings" in p.get("select", {})
    }
    values: dict[str, Any] = {
        f"b_{name}": {channels.get(f"b_{name}", "x"): list(ends)}
        for name, ends in (brushes or {}).items()
    }
    values |= {f"c_{name}": {"y": list(ends)} for name, ends in (strips or {}).items()}
    if hover is not None:
        values["hover"] = [{"i": hover}]
    if jobs:
        values["legend"] = [{"j": job} for job in jobs]
    params = [
        p | ({"value": values.pop(p["name"])} if p["name"] in values else {})
        for p in spec["params"]
    ]
    assert not values, f"no such selections: {list(values)}"
    spec = spec | {"params": params}
    scene = vlc.vegalite_to_scenegraph(spec)["scenegraph"]
    groups = {
        str(mark.get("name")).removesuffix("_group"): mark["items"][0]
        for mark in _groups(scene)
        if mark.get("role") == "scope" and str(mark.get("name")).endswith("_group")
    }
    views = {name: _read(name, group) for name, group in groups.items()}
    return {name: view for name, view in views.items() if not name.startswith("concat_")}


def _groups(mark: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if mark["marktype"] == "group":
        yield mark
        for item in mark["items"]:
            for inner in item.get("items", ()):
                yield from _groups(inner)


def _read(view: str, group: dict[str, Any]) -> View:
    names: list[str] = []
    layers: list[tuple[str, list[Marks]]] = []
    title, labels = "", []
    for mark in group["items"]:
        name = str(mark.get("name"))
        if mark.get("role") == "mark" and not name.endswith(("_brush", "_brush_bg")):
            names.append(layer_name(view, name))
            layers.append((mark["marktype"], [mark["items"]]))
        elif mark.get("role") == "scope" and name.endswith("_pathgroup"):
            lines = [line for item in mark["items"] for line in item["items"]]
            kind = lines[0]["marktype"] if lines else ""
            names.append(layer_name(view, name))
            layers.append((kind, [line["items"] for line in lines]))
        elif mark.get("role") == "title":
            title = _texts(mark, "title-text")[0]
        elif mark.get("role") == "axis":
            labels.append(_texts(mark, "axis-label"))
    # grid lines are an axis of their own, without labels
    return View(names, layers, title, [found for found in labels if found])


def layer_name(view: str, mark: str) -> str:
    """Return what a layer is called in its view; Altair may have put a number behind that."""
    return re.sub(r"(_\d+)?_(marks|pathgroup)$", "", mark).removeprefix(f"{view}_")


def _texts(mark: dict[str, Any], role: str) -> list[str]:
    if mark.get("role") == role:
        return [item["text"] for item in mark["items"]]
    inner = (child for item in mark["items"] for child in item.get("items", ()))
    return [text for child in inner for text in _texts(child, role)]


def at(values: Any, low: float, high: float, length: float, log: bool = False) -> np.ndarray:
    """Place values on a scale from 0 to ``length`` pixels."""
    values = np.asarray(values, dtype=float)
    if log:
        values, low, high = np.log10(values), np.log10(low), np.log10(high)
    return (values - low) / (high - low) * length


def padded(values: Any, share: float, log: bool = False) -> tuple[float, float]:
    """Widen the range of values by a share of it to either side."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    values = np.log10(values) if log else values
    pad = share * (values.max() - values.min())
    low, high = values.min() - pad, values.max() + pad
    return (10**low, 10**high) if log else (float(low), float(high))


def places(marks: Marks, *names: str) -> np.ndarray:
    """Give the marks' numbers of those names, one row a mark."""
    return np.array([[float(mark.get(name, 0.0)) for name in names] for mark in marks])


RANGES = (
    Hyperparameter("rate", "continuous", 1e-5, 1e-1, scaling="Logarithmic"),
    Hyperparameter("depth", "integer", 1, 6),
    Hyperparameter("kind", "categorical", values=("x", "10", "2")),
    Hyperparameter("share", "continuous", 0.0, 1.0),
)


def make_trials(n: int, jobs: int = 2, seed: int = 0) -> pd.DataFrame:
    """Trials in no particular order of time, every seventh without an objective."""
    rng = np.random.default_rng(seed)
    start = START + pd.to_timedelta(rng.permutation(n) * 50, "s")
    frame = pd.DataFrame(
        {
            "TuningJobName": [f"job-{i}" for i in rng.permutation(n) % jobs],
            "TrainingJobName": [f"trial-{i:05d}" for i in range(n)],
            "TrainingJobStatus": "Completed",
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.Timedelta(seconds=80),
            "loss": rng.normal(1, 0.2, n),
            "rate": 10 ** rng.uniform(-5, -1, n),
            "depth": rng.integers(1, 7, n),
            "kind": rng.choice(["2", "10", "x"], n),
            "share": rng.uniform(0, 1, n),
        }
    )
    unscored = frame.index % 7 == 3
    frame.loc[unscored, "loss"] = np.nan
    return frame


def make_data(frame: pd.DataFrame, direction: str = "Minimize", ranges: Any = RANGES) -> TuningData:
    return TuningData.from_frame(
        frame,
        objective="loss",
        direction=direction,
        hyperparameters=list(ranges),
        job_column="TuningJobName",
    )


def draw_panels(chart: Chart, data: TuningData) -> list[Panel]:
    """Draw a chart's panels as the dashboard does."""
    facts = facts_of(data)
    return chart.panels(facts, link(facts, [chart]))
