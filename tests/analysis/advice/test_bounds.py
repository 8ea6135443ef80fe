"""Parts of a scale as bounds: few digits, outwards, and never past what a range can mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter
from amtviz.analysis.advice.bounds import set_bounds
from amtviz.analysis.scale import make_scale


def bounds(kind, low, high, units, scaling="Linear"):
    hyperparameter = Hyperparameter("x", kind, low, high, scaling=scaling)
    return set_bounds(make_scale(hyperparameter, pd.Series([low, high])), units, (low, high))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        # inside: outwards, to three digits of the new range
        (("continuous", 0, 1, (0.12345, 0.45678)), (0.123, 0.457)),
        (("continuous", 0, 1, (6e-10, 0.0375)), (0, 0.0375)),
        (("continuous", -5, 5, (0.26789, 0.5)), (-2.33, 0)),
        (("continuous", 1e-4, 1, (0.25, 0.5), "Logarithmic"), (1e-3, 1e-2)),
        (("integer", 1, 30, (0.34, 0.51)), (11, 16)),
        # at an old bound: that bound
        (("continuous", 0.123456, 0.9, (0, 0.5)), (0.123456, 0.512)),
        # beyond: as far as it means the same
        (("integer", 5, 100, (-0.15, 0.05)), (1, 9)),
        (("integer", 1, 20, (-0.15, 0.2)), (1, 4)),
        (("integer", 0, 20, (-0.15, 0.2)), (0, 4)),
        (("integer", -20, 20, (-0.15, 0.5)), (-27, 0)),
        (("integer", 1, 100, (0.8, 1.15), "Logarithmic"), (35, 223)),
        (("continuous", 5, 100, (-0.15, 0.05)), (0.5, 9.75)),
        (("continuous", 0, 1, (0.8, 1.15)), (0.8, 1)),
        (("continuous", 0.1, 0.5, (0.5, 1.15)), (0.3, 0.56)),
        (("continuous", 0.1, 0.9, (0.5, 1.15)), (0.5, 0.95)),
        (("continuous", 10, 50, (0.5, 1.15)), (30, 56)),
        (("continuous", 1e-4, 1e-1, (-0.15, 0.5), "Logarithmic"), (3.54e-5, 0.00317)),
    ],
)
def test_bounds(arguments, expected):
    assert bounds(*arguments) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("high", [0.9, 0.99995, 0.9999999])
def test_a_reverse_logarithmic_range_stays_below_one(high):
    low, top = bounds("continuous", 0.5, high, (0.4, 1.15), "ReverseLogarithmic")
    assert 0.5 < low < high < top < 1
    assert 1 - top >= (1 - high) / 10.001


def test_integers_stay_two_at_least():
    rng = np.random.default_rng(0)
    for _ in range(200):
        low, high = bounds("integer", 3, 6, tuple(np.sort(rng.uniform(0, 1, 2))))
        assert 3 <= low < high <= 6
