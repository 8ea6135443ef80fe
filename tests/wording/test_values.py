import numpy as np
import pandas as pd
import pytest

from amtviz.wording.values import format_range, format_value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456789, "0.123457"),
        (3.0, "3"),
        (np.float32(0.5), "0.5"),
        (2**53 + 1, "9007199254740993"),
        (np.int64(7), "7"),
        ("gini", "gini"),
        ("", ""),
        (True, "True"),
        (None, "–"),
        (float("nan"), "–"),
        (pd.NA, "–"),
        (pd.NaT, "–"),
        (-np.inf, "-∞"),
    ],
)
def test_values(value, text):
    assert format_value(value) == text


def test_ranges():
    assert format_range("integer", 1.0, 20.0, ()) == "1–20"
    assert format_range("continuous", 1e-5, 0.25, ()) == "1e-05–0.25"
    assert format_range("categorical", np.nan, np.nan, ("gini", "entropy")) == "gini, entropy"
