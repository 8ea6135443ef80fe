"""An axis that a reader switches between linear and log: one scale that is nearly either."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from amtviz.grammar.ticks import log_ticks, round_steps

NAME = "log_objective"  # the signal; pages keep it the same in all their views

_NEARLY = 1e-6  # how far the scale is from exactly linear or logarithmic
_LOG_TICKS = 5
_TINY = "datum.value < 0.001 || datum.value >= 1e5"
LOG_LABEL = f"format(datum.value, {_TINY} ? '~e' : '~g')"

Domain = tuple[float, float]


def switch_parameter(is_log: bool) -> alt.VariableParameter:
    """Return the signal and its box to tick under the chart, and how it begins."""
    box = alt.BindCheckbox(input="checkbox", name="logarithmic objective ")
    return alt.VariableParameter(name=NAME, value=is_log, bind=box)


def can_switch(low: float, high: float) -> bool:
    """Tell whether a log scale may show more: of positive numbers that span a power of ten."""
    return bool(low > 0 and np.log10(high) - np.log10(low) >= 1 - 1e-9)


def switched_scale(domain: Domain) -> dict[str, Any]:
    """Return a symmetric log scale, which is log far above its constant, and linear far below."""
    log, linear = domain[0] * _NEARLY, domain[1] / _NEARLY
    return {"type": "symlog", "constant": alt.expr(f"{NAME} ? {log!r} : {linear!r}")}


def switched_ticks(domain: Domain, linear_format: str) -> dict[str, Any]:
    """Return ticks and labels in both states."""
    log = log_values(domain)
    linear = [float(f"{v:.12g}") for v in round_steps(*domain, whole=False)]
    label = f"{NAME} ? {LOG_LABEL} : format(datum.value, '{linear_format}')"
    return {"values": alt.expr(f"{NAME} ? {log} : {linear}"), "labelExpr": label}


def log_values(domain: Domain) -> list[float]:
    """Return the ticks of a log axis."""
    low, high = np.log10(domain)
    return [float(f"{v:.12g}") for v in log_ticks(float(low), float(high), _LOG_TICKS)]
