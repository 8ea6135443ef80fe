"""The tooltip of the hovered trial: its whole configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping

import altair as alt
import pandas as pd

from amtviz.grammar.axes import Axis
from amtviz.model import TuningTables


def build_tooltip(
    data: TuningTables, frame: pd.DataFrame, axes: Mapping[str, Axis], *, reason: bool
) -> tuple[dict[str, str], list[alt.Tooltip]]:
    """Write a tooltip as expressions, to be computed for the one hovered trial only.

    Parameters
    ----------
    data : TuningTables
    frame, axes
        What `amtviz.grammar.tables.build_tables` gave.
    reason : bool
        Say why the trial has no objective.

    Returns
    -------
    computed : dict of str to str
        Expressions by the column to compute.
    tooltip : list of altair.Tooltip
    """
    texts = tooltip_texts(data, frame, axes)
    if not reason:
        del texts[next(reversed(texts))]
    titles = [alt.Tooltip(f"tip{n}:N", title=_escape(title)) for n, title in enumerate(texts)]
    return {f"tip{n}": text for n, text in enumerate(texts.values())}, titles


def tooltip_texts(
    data: TuningTables, frame: pd.DataFrame, axes: Mapping[str, Axis]
) -> dict[str, str]:
    """Write each line of a tooltip as an expression, by its title.

    Parameters
    ----------
    data : TuningTables
    frame, axes
        What `amtviz.grammar.tables.build_tables` gave.

    Returns
    -------
    dict of str to str
        The last is why a trial has no objective.
    """
    number = "isValid(datum.{0}) ? format(datum.{0}, '.6~g') : '–'"
    status = f"{json.dumps(list(axes['s'].labels))}[datum.s]"
    if frame["sd"].notna().any():
        status += " + (isValid(datum.sd) ? ' · ' + datum.sd : '')"
    algorithm = []
    if "df" in axes:
        label = f"{json.dumps(list(axes['df'].labels))}[datum.df]"
        algorithm = [("algorithm", f"isValid(datum.df) ? {label} : '–'")]
    items: list[tuple[str, str]] = [
        ("training job", "datum.a"),
        ("tuning job", f"{json.dumps(data.job_names)}[datum.j]"),
        *algorithm,
        ("status", status),
        (data.objective.metric_name, number.format("y")),
        (f"rank of {frame['y'].notna().sum()}", "isValid(datum.k) ? datum.k : '–'"),
    ]
    for place, hyperparameter in enumerate(data.hyperparameters):
        name = f"p{place}"
        if axes[name].kind == "category":
            labels = json.dumps(list(axes[name].labels))
            value = f"isValid(datum.{name}) ? {labels}[datum.{name}] : '–'"
        elif f"{name}s" in frame:
            value = f"isValid(datum.{name}s) ? datum.{name}s : '–'"
        elif hyperparameter.kind == "integer":
            value = f"isValid(datum.{name}) ? format(datum.{name}, 'd') : '–'"
        else:
            value = number.format(name)
        items.append((hyperparameter.name, value))
    started = "isValid(datum.c) ? utcFormat(datum.c, '%Y-%m-%d %H:%M:%S') : '–'"
    items.append(("started (UTC)", started))
    short = "format(datum.e * 1000, '.3~r') + ' ms'"
    trained = f"datum.e > 0 && datum.e < 0.9995 ? {short} : format(datum.e, ',.3~r') + ' s'"
    items.append(("trained for", f"isValid(datum.e) ? ({trained}) : '–'"))
    for id in ("star", "note"):
        if id in frame:
            items.append((id, f"isValid(datum.{id}) ? datum.{id} : '–'"))
    items.append(("reason", "isValid(datum.f) ? datum.f : 'no objective was reported'"))
    texts: dict[str, str] = {}
    for title, expression in items:
        # equal titles would be one line of the tooltip, and that name can't be a member's
        while title in texts or title == "__proto__":
            title += " "
        texts[title] = expression
    return texts


def _escape(title: str) -> str:
    """Escape what Vega-Lite doesn't when it writes a title into an expression: all but quotes."""
    text = json.dumps(title, ensure_ascii=False)[1:-1].replace('\\"', '"')
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")  # line ends, to a parser
