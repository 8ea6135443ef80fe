"""Axes drawn as marks: which column one is of, and where it stands, are signals.

Vega-Lite's own axes are of one column each, for as long as a chart is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from amtviz.grammar.axes import Axis
from amtviz.grammar.ticks import decades, log_ticks, round_steps

_LABEL = 13  # pixels of a category's name


def label_rows(axes: Sequence[Axis], length: int) -> list[dict[str, Any]]:
    """Return the ticks of all axes.

    Parameters
    ----------
    axes : sequence of Axis
    length : int
        Pixels of an axis.

    Returns
    -------
    list of dict
        ``g`` (the axis' place), ``u`` (how far up, from 0 to 1), ``value`` and, of an axis that is
        switched, ``s`` (whether the tick is one of the log scale).
    """
    rows = []
    for place, axis in enumerate(axes):
        for is_log in (False, True) if axis.switched else (axis.is_log,):
            state = {"s": is_log} if axis.switched else {}
            for value, share in zip(*_ticks(axis, length, is_log=is_log), strict=True):
                rows.append({"g": place, "u": share, "value": value, **state})
    return rows


def label_expression(axes: Sequence[Axis]) -> str:
    """Write a tick's label as an expression: as every panel writes the same column."""
    written = []
    for axis in axes:
        options = axis.axis().to_dict(validate=False)
        written.append(options.get("labelExpr") or f"format(datum.value, '{options['format']}')")
    return f"[{', '.join(written)}][datum.g]"


def _ticks(axis: Axis, length: int, *, is_log: bool) -> tuple[list[float], list[float]]:
    """Choose an axis' ticks: values in the field's units, and how far up each stands."""
    values = np.asarray(_tick_values(axis, length, is_log=is_log), dtype=float)
    units, ends = values, np.array(axis.domain)
    if is_log:
        units, ends = np.log10(values), np.log10(ends)
    shares = (units - ends[0]) / (ends[1] - ends[0])
    return values.tolist(), np.round(shares, 6).tolist()


def _tick_values(axis: Axis, length: int, *, is_log: bool) -> Any:
    if axis.kind == "category":
        step = -(-len(axis.labels) * _LABEL // length)
        return np.arange(0, len(axis.labels), step, dtype=float)
    low, high = axis.domain
    if axis.kind == "reverse-log":  # its units are powers of the distance from 1
        steps = decades(-high, -low)
        if len(steps) <= 2:
            steps = 1 - round_steps(1 - 10.0**-low, 1 - 10.0**-high, whole=False)
        return -np.log10(steps)
    if is_log:
        return log_ticks(float(np.log10(low)), float(np.log10(high)))
    return round_steps(low, high, whole=axis.kind == "integer")
