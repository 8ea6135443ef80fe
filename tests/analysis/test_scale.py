"""Values to their declared scale and back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter
from amtviz.analysis.scale import make_scale, scale_kind

NUMBERS = [
    (Hyperparameter("x", "continuous", -2, 6, scaling="Linear"), [-2, 0, 6], [0, 0.25, 1]),
    (
        Hyperparameter("x", "continuous", 1e-4, 1, scaling="Logarithmic"),
        [1e-4, 0.01, 1],
        [0, 0.5, 1],
    ),
    (
        Hyperparameter("x", "continuous", 0, 0.9999, scaling="ReverseLogarithmic"),
        [0, 0.99, 0.9999],
        [0, 0.5, 1],
    ),
    (Hyperparameter("x", "continuous", 1e-3, 1), [1e-3, 1], [0, 1]),
    (Hyperparameter("x", "integer", 1, 8, scaling="Linear"), [1, 8], [1 / 16, 15 / 16]),
]


@pytest.mark.parametrize(("hyperparameter", "values", "units"), NUMBERS)
def test_numbers_there_and_back(hyperparameter, values, units):
    scale = make_scale(hyperparameter, pd.Series(values, dtype="float64"))
    assert scale.to_unit(pd.Series(values)) == pytest.approx(units)
    assert scale.from_unit(units) == pytest.approx(values)


@pytest.mark.parametrize("scaling", ["Linear", "Logarithmic"])
@pytest.mark.parametrize(("low", "high"), [(1, 2), (1, 5), (0, 3), (2, 7), (1, 200), (7, 7)])
def test_both_ends_of_an_integer_range_are_integers_in_it(low, high, scaling):
    scale = make_scale(
        Hyperparameter("n", "integer", low, high, scaling=scaling), pd.Series([low, high])
    )
    found = scale.from_unit(np.linspace(0, 1, 101))
    assert (found[0], found[-1]) == (low, high)
    assert (np.diff(found) >= 0).all()
    every = pd.Series(range(low, high + 1))
    assert scale.from_unit(scale.to_unit(every)).tolist() == every.tolist()


def test_categories_there_and_back():
    kind = Hyperparameter("k", "categorical", values=("b", "a"))
    scale = make_scale(kind, pd.Series(["c", "a", None], dtype="string"))
    assert scale.categories == ("b", "a", "c")
    units = scale.to_unit(pd.Series(["b", "a", "c", None], dtype="string"))
    assert units[:3] == pytest.approx([1 / 6, 1 / 2, 5 / 6])
    assert np.isnan(units[3])
    assert scale.from_unit(units[:3]).tolist() == ["b", "a", "c"]


@pytest.mark.parametrize("power", range(-12, 9))
@pytest.mark.parametrize("factor", [1.0, 3.0])
def test_an_auto_range_of_three_decades_is_log_whatever_the_rounding(power, factor):
    auto = Hyperparameter("x", "continuous")
    low = float(f"{factor}e{power}")
    assert scale_kind(auto, low, float(f"{factor}e{power + 3}")) == "log"
    assert scale_kind(auto, low, float(f"{factor * 0.999}e{power + 3}")) == "linear"
