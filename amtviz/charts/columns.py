"""What a page needs to know of the trials' columns, to list them and to read a brush."""

from __future__ import annotations

from typing import Any

from amtviz.charts.axes import JITTER
from amtviz.charts.context import ChartContext
from amtviz.charts.tables import job_names

_ALWAYS = ("t", "o", "k", "j", "s")  # columns that can be brushed beside y and hyperparameters


def describe_columns(context: ChartContext) -> list[dict[str, Any]]:
    """Describe every column of the trials that can be listed or brushed.

    Parameters
    ----------
    context : ChartContext

    Returns
    -------
    list of dict
        ``id`` (as in the trials' dataset), ``title``, ``kind`` (``text``, ``number``,
        ``integer``, ``time`` or ``category``), ``labels`` (of categories) and ``touch`` (how far
        beside a category's place a brush still takes it); hyperparameters have ``range`` as well:
        its declared ``kind``, ``low``, ``high``, ``values`` and ``scaling``.
    """
    columns: list[dict[str, Any]] = [
        {"id": "a", "title": "training job", "kind": "text"},
        _describe(context, "y"),
    ]
    for place, hyperparameter in enumerate(context.data.hyperparameters):
        declared = {
            "name": hyperparameter.name,
            "kind": hyperparameter.kind,
            "low": hyperparameter.low,
            "high": hyperparameter.high,
            "values": list(hyperparameter.values),
            "scaling": hyperparameter.scaling,
        }
        columns.append(_describe(context, f"p{place}") | {"range": declared})
    columns += [_describe(context, name) for name in _ALWAYS if name in context.axes]
    for column in columns:
        if column["id"] == "j":  # in full, not as short as on an axis
            column |= {"title": "tuning job", "labels": job_names(context.data)}
    columns.append({"id": "e", "title": "trained for (s)", "kind": "number"})
    return columns


def _describe(context: ChartContext, name: str) -> dict[str, Any]:
    axis = context.axes[name]
    column: dict[str, Any] = {"id": name, "title": axis.title, "kind": "number"}
    if axis.kind == "category":
        return column | {"kind": "category", "labels": list(axis.labels), "touch": JITTER}
    if axis.kind in ("integer", "time"):
        column["kind"] = axis.kind
    if axis.kind == "reverse-log":
        column["scale"] = "reverse-log"
    return column
