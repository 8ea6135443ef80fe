"""The objective's axis, which a reader switches between linear and log."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.charts.values.hyperparameters import draw_hyperparameters
from amtviz.grammar.axes import number_axis
from amtviz.grammar.switch import can_switch


def axis_of(values, **options):
    return number_axis("loss", pd.Series(values, dtype=float), "y", switched=True, **options)


@pytest.mark.parametrize("values", [[0.05, 0.3, 0.9], [1e-7, 1e-3, 2.0], [3e5, 4e8]])
def test_one_scale_is_log_or_linear(values):
    """A symmetric logarithm is sign(x) log(1 + |x| / constant)."""
    axis = axis_of(values)
    scale = axis.scale().to_dict(validate=False)
    assert scale["type"] == "symlog"
    log, linear = map(float, re.findall(r"[\d.e+-]*\d", scale["constant"]["expr"]))
    low, high = axis.domain
    assert 0 < low < min(values)
    assert max(values) < high
    inside = np.array(values)

    def place(constant, x):
        least, most = np.log1p(np.array([low, high]) / constant)
        return (np.log1p(x / constant) - least) / (most - least)

    decades = np.log10(inside / low) / np.log10(high / low)
    assert place(log, inside) == pytest.approx(decades, abs=1e-5)
    assert place(linear, inside) == pytest.approx((inside - low) / (high - low), abs=1e-5)


def test_ticks_of_both_are_round_and_inside():
    axis = axis_of([0.05, 0.3, 0.9])
    log, linear = (
        [float(value) for value in state.split(",")]
        for state in re.findall(
            r"\[([^]]*)\]", axis.axis().to_dict(validate=False)["values"]["expr"]
        )
    )
    assert log == [0.05, 0.1, 0.2, 0.5]
    assert linear == [0.2, 0.4, 0.6, 0.8]


def test_what_has_no_logarithm_is_not_switched():
    assert not axis_of([-0.1, 1.0, 20.0]).switched
    assert not axis_of([1.0, 20.0], beside=pd.Series([0.0])).switched
    assert can_switch(0.1, 1.0)
    assert not can_switch(0.11, 1.0)
    assert not can_switch(0.0, 1.0)


@pytest.mark.parametrize(("least", "begins"), [(0.05, False), (0.0005, True)])
def test_a_chart_has_the_box_and_begins_as_before(least, begins):
    loss = np.geomspace(least, 0.9, 12)
    frame = pd.DataFrame({"x": np.linspace(0.0, 1.0, 12), "loss": loss})
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    params = {p["name"]: p for p in draw_hyperparameters(data).to_dict()["params"]}
    assert params["log_objective"]["value"] is begins
    assert params["log_objective"]["bind"]["input"] == "checkbox"
    near = TuningData.from_frame(
        frame.assign(loss=loss + 1), objective="loss", direction="Minimize"
    )
    assert "log_objective" not in str(draw_hyperparameters(near).to_dict())
