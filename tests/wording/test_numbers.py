import math

import numpy as np
import pytest

from amtviz.wording.numbers import format_dollars, format_number, tell_apart


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.123456789, "0.123457"),
        (1e-5, "1e-05"),
        (3.0, "3"),
        (np.float64(-0.5), "-0.5"),
        (123456789.0, "123456789"),
        (123456789.5, "1.23457e+08"),
        (1.5e300, "1.5e+300"),
        (float("nan"), "–"),
        (float("inf"), "∞"),
        (-np.inf, "-∞"),
    ],
)
def test_numbers(value, text):
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.001234, 2, "0.0012"),
        (2.16, 2, "2.2"),
        (123.4, 2, "123"),
        (99.6, 2, "100"),
        (12345.6, 3, "12346"),
        (1200, 2, "1200"),
        (-0.98765, 3, "-0.988"),
    ],
)
def test_few_digits_never_cut_the_whole_part(value, digits, text):
    assert format_number(value, digits) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([], []),
        ([0.5], ["0.5"]),
        ([0.95661, 0.95664], ["0.95661", "0.95664"]),
        ([0.95661, 0.91], ["0.9566", "0.91"]),
        ([0.5, 0.5], ["0.5", "0.5"]),
        ([float("nan"), 0.25], ["–", "0.25"]),
        ([12345.6, 12345.7], ["12345.6", "12345.7"]),
        ([float("inf"), 1e300], ["∞", "1e+300"]),
    ],
)
def test_different_numbers_look_different(values, texts):
    assert tell_apart(values) == texts


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (0, "$0.00"),
        (0.004, "under $0.01"),
        (0.0061, "$0.01"),
        (1234.5, "$1,234.50"),
        (math.nan, "–"),
    ],
)
def test_sums_of_money(dollars, text):
    assert format_dollars(dollars) == text
