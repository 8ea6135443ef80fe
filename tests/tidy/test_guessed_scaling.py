"""The scale of values for which no range is declared, guessed from how they spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.tidy.ranges import guess_scaling


@pytest.mark.parametrize(("count", "least"), [(10, 90), (50, 99), (1000, 100)])
def test_random_values_show_their_scale(count, least):
    right = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        right += guess_scaling(10 ** rng.uniform(-5, -2, count)) == "Logarithmic"
        right += guess_scaling(rng.uniform(0, 1, count)) != "Logarithmic"
    assert right >= least


@pytest.mark.parametrize(
    ("values", "scaling"),
    [
        ([], "Auto"),
        ([1.0], "Auto"),
        ([-1.0, 1e-5, 1.0], "Auto"),
        ([0.0, 1e-5, 1.0], "Auto"),
        ([1.0, 20.0], "Auto"),
        ([0.001, 0.01, 0.1], "Logarithmic"),
        (range(1, 1001), "Linear"),
    ],
)
def test_few_and_regular_values(values, scaling):
    assert guess_scaling(values) == scaling


def test_a_column_has_no_declared_range():
    rates = 10 ** np.random.default_rng(0).uniform(-5, -2, 40)
    assert rates.max() / rates.min() < 1000  # they never reach the ends
    data = TuningData.from_frame(
        pd.DataFrame({"rate": rates, "y": 1.0}), objective="y", direction="Minimize"
    )
    (rate,) = data.hyperparameters
    assert (rate.low, rate.high, rate.scaling) == (None, None, "Logarithmic")
