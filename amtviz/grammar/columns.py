"""What a page needs to know of the trials' columns, to list them and to read a brush."""

from __future__ import annotations

from typing import Any

from amtviz.analysis.advice.algorithms import find_owners
from amtviz.analysis.scale import name_scaling
from amtviz.grammar.axes import JITTER
from amtviz.grammar.context import ChartContext
from amtviz.model import Hyperparameter, TuningTables

_ALWAYS = (
    "t",
    "o",
    "k",
    "j",
    "df",
    "s",
)  # columns that can be brushed beside y and hyperparameters


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
        beside a category's place a brush still takes it), ``listed`` (of a chart's own column:
        whether the table has it), ``edges`` (the ends where values beyond
        them are drawn), ``scale`` (``log`` or ``reverse-log``); ``coloured`` where trials can be
        coloured by it: ``default`` for what `ChartContext.trial_colour` tells, else ``yes``;
        ``name`` is what the column is called in ``TuningData.trials``, where it has one;
        hyperparameters have ``range`` as well: its declared ``kind``, ``low``, ``high``,
        ``values`` and ``scaling``, ``Auto`` resolved to ``Logarithmic`` where the axis is, and
        whether it was ``declared``; of several algorithms ``owners``, the same as each that has it
        declares it.
    """
    data = context.data
    columns: list[dict[str, Any]] = [
        {"id": "a", "title": "training job", "kind": "text", "name": "TrainingJobName"},
        _describe(context, "y") | {"name": data.objective.metric_name},
    ]
    every_owner = owners_of(data)
    for place, hyperparameter in enumerate(data.hyperparameters):
        declared = _range(hyperparameter)
        owners = every_owner[hyperparameter.name]
        if owners:
            declared["owners"] = {of: _range(own) for of, own in owners.items()}
        if hyperparameter.kind != "categorical":
            kind = context.axes[f"p{place}"].kind
            declared["scaling"] = name_scaling(hyperparameter.scaling, kind)
        own = {"range": declared, "name": hyperparameter.column}
        columns.append(_describe(context, f"p{place}") | own)
    columns += [_describe(context, name) for name in _ALWAYS if name in context.axes]
    columns += [
        _describe(context, name) | {"listed": own.listed} for name, own in context.own.items()
    ]
    for column in columns:
        if column["id"] == "j":  # in full, not as short as on an axis
            jobs = data.job_names
            column |= {"title": "tuning job", "labels": jobs, "name": "TuningJobName"}
        elif column["id"] == "s":
            column["name"] = "TrainingJobStatus"
        elif column["id"] == "df":
            column["name"] = "TrainingJobDefinitionName"
        if context.tells_apart(column["id"]):
            column["coloured"] = "default" if column["id"] == context.coloured_by else "yes"
    if context.frame["sd"].notna().any():
        columns.append({"id": "sd", "title": "status in detail", "kind": "text"})
    return columns + [
        {"id": id, "title": title, "kind": kind, "name": name}
        for id, title, kind, name in (
            ("c", "started (UTC)", "time", "TrainingStartTime"),
            ("e", "trained for (s)", "number", "TrainingElapsedTimeSeconds"),
            ("f", "reason", "text", "FailureReason"),
            ("star", "star", "text", "Star"),
            ("note", "note", "text", "Note"),
        )
        if id in context.frame
    ]


def owners_of(data: TuningTables) -> dict[str, dict[str, Hyperparameter]]:
    """Return by hyperparameter how each of several algorithms that has it declares it.

    Parameters
    ----------
    data : TuningTables

    Returns
    -------
    dict of str to dict
        By name, then by the definition's name; each is empty for tuning jobs of one algorithm.
    """
    return {each.name: find_owners(data.jobs, each) for each in data.hyperparameters}


def _range(hyperparameter: Hyperparameter) -> dict[str, Any]:
    return {
        "name": hyperparameter.name,
        "kind": hyperparameter.kind,
        "low": hyperparameter.low,
        "high": hyperparameter.high,
        "values": list(hyperparameter.values),
        "scaling": hyperparameter.scaling,
        "declared": hyperparameter.declared,
    }


def _describe(context: ChartContext, name: str) -> dict[str, Any]:
    axis = context.axes[name]
    column: dict[str, Any] = {"id": name, "title": axis.title, "kind": "number"}
    if axis.kind == "category":
        return column | {"kind": "category", "labels": list(axis.labels), "touch": JITTER}
    if axis.beyond:
        column["edges"] = list(axis.edges)
    if axis.kind in ("integer", "time"):
        column["kind"] = axis.kind
    if axis.kind in ("log", "reverse-log"):
        column["scale"] = axis.kind
    return column
