"""Ranges as bars on a hyperparameter's declared scale, one row below the other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from amtviz.analysis.scale import Scale


def value_spans(scale: Scale, values: Sequence[str]) -> list[tuple[float, float]]:
    """Return where values of a categorical hyperparameter lie on its scale, from 0 to 1."""
    count = max(1, len(scale.categories))
    return [
        ((place + 0.03) / count, (place + 0.97) / count)
        for place, name in enumerate(scale.categories)
        if name in values
    ]


def number_span(scale: Scale, low: float, high: float) -> tuple[float, float]:
    """Return where both ends of a range lie on a numeric scale, from 0 to 1."""
    left, right = scale.to_unit(pd.Series([low, high]))
    return float(left), float(right)
