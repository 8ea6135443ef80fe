"""Takes out of a view's specification the layers that the page's script draws itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

PLACE = "trials"  # the layer that stands in their place; exports are drawn by it
ROWS = "drawn"  # its dataset, which is empty but for an export
_NOTHING = "nothing"
_FOLLOWED = re.compile(r"[bc]_\w+|hover|legend|selecting|colours")  # by what is taken out


def take_out(spec: dict[str, Any], drawn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Take layers out of a view, and put an empty one in their place.

    Parameters
    ----------
    spec : dict
        A layered view, changed in place: its ``datasets`` and ``params`` are those that the layers
        left need.
    drawn : mapping of str to mapping or None
        What `amtviz.grammar.layers.tell` gave.

    Returns
    -------
    list of dict
        What the script draws, from back to front.
    """
    if not drawn:
        return []
    whole = spec.pop("data", None)
    layers: list[dict[str, Any]] = []
    for layer in spec["layer"]:
        if layer["name"] not in drawn:
            layers.append(_thin_out(layer, whole))
        elif not any(each["name"].endswith(f"_{PLACE}") for each in layers):
            layers.append(_place(spec["name"]))
    spec["layer"] = layers
    spec["params"] = _needed(spec)
    text = json.dumps(layers)
    datasets = spec.get("datasets", {}) | {ROWS: [], _NOTHING: [{}]}
    spec["datasets"] = {n: rows for n, rows in datasets.items() if f'{{"name": "{n}"}}' in text}
    return [{"name": name, **told} for name, told in drawn.items() if told]


def _thin_out(layer: dict[str, Any], data: Any) -> dict[str, Any]:
    """Give a layer the data of the whole, or one that draws none of them none."""
    empty = {"filter": "false"} in layer.get("transform", ())
    own = {"name": _NOTHING} if empty else layer.get("data", data)
    return layer | ({"data": own} if own else {})


def _place(view: str) -> dict[str, Any]:
    """Draw rows of ``l`` (an SVG path in pixels of the view) and of how it looks."""
    looks = {"shape": "l", "fill": "f", "stroke": "s", "strokeWidth": "w", "opacity": "o"}
    quantities = ("strokeWidth", "opacity")
    encoding: dict[str, Any] = {"x": {"value": 0}, "y": {"value": 0}, "size": {"value": 4}}
    for channel, field in looks.items():
        kind = "quantitative" if channel in quantities else "nominal"
        encoding[channel] = {"field": field, "type": kind, "scale": None}
    return {
        "name": f"{view}_{PLACE}",
        "data": {"name": ROWS},
        "mark": {"type": "point", "tooltip": None},
        "encoding": encoding,
    }


def _needed(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters that something reads, or a drag across the view makes."""
    params: list[dict[str, Any]] = spec.get("params", [])
    while True:
        kept = [each for each in params if _is_needed(each, params, spec["layer"])]
        if len(kept) == len(params):
            return kept
        params = kept


def _is_needed(param: dict[str, Any], params: list[dict[str, Any]], layers: Any) -> bool:
    name = param["name"]
    if not _FOLLOWED.fullmatch(name) or ("select" in param and name != "hover"):
        return True
    read = json.dumps([layers, [each for each in params if each is not param]])
    return re.search(rf"\b{name}\b", read) is not None
