import numpy as np
import pandas as pd
import pytest

from amtviz.wording.values import (
    format_ends,
    format_interval,
    format_range,
    format_value,
    name_category,
)


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


def test_a_category_is_no_number_of_the_sentence():
    assert [name_category(text) for text in ("2", "1e-3", "gini", "")] == [
        "'2'",
        "'1e-3'",
        "gini",
        "",
    ]


def test_ranges():
    assert format_range("integer", 1.0, 20.0, ()) == "1–20"
    assert format_range("continuous", 1e-5, 0.25, ()) == "1e-05 to 0.25"
    assert format_range("categorical", np.nan, np.nan, ("gini", "entropy")) == "gini, entropy"


@pytest.mark.parametrize(
    ("low", "high", "scaling", "text"),
    [
        (6e-10, 0.0375, "Linear", "0–0.0375"),
        (6e-10, 0.0375, "Auto", "0–0.0375"),
        (6e-10, 0.0375, "Logarithmic", "6e-10 to 0.0375"),
        (0.9, 0.99995, "ReverseLogarithmic", "0.9–0.99995"),
        (1_000_000.0, 1_000_100.0, "Linear", "1000000–1000100"),
        (3.0, 3.0, "Linear", "3"),
    ],
)
def test_a_range_in_a_sentence(low, high, scaling, text):
    assert format_interval(low, high, scaling) == text


@pytest.mark.parametrize(
    ("low", "high", "digits", "text"),
    [
        (25.0, 30.0, 4, "25–30"),
        (-0.831, -0.000151, 4, "-0.831 to -0.000151"),
        (1e-5, 0.25, 6, "1e-05 to 0.25"),
        (5.0, 5.0, 6, "5"),
        (20260101, 20260131, 3, "20260101–20260131"),
        (1760000000.25, 1760000001.75, 3, "1760000000.25–1760000001.75"),
        (0.123456, 0.7, 3, "0.123–0.7"),
    ],
)
def test_ranges_are_told_apart_and_read_as_ranges(low, high, digits, text):
    assert format_ends(low, high, digits) == text
