import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amtviz.model import Hyperparameter
from amtviz.tidy.values import (
    convert_value,
    decode_categories,
    decode_value,
    fits_int64,
    format_number,
    infer_kind,
    parse_number,
    sort_naturally,
)

INTEGER = Hyperparameter("n", "integer")
CONTINUOUS = Hyperparameter("x", "continuous")


def wrap(text):
    return st.sampled_from([text, json.dumps(text), f"[{text}]", f'["{text}"]', f" {text} "])


@given(st.integers(-(10**25), 10**25).flatmap(lambda n: st.tuples(st.just(n), wrap(str(n)))))
def test_integers_survive_every_wrapping_exactly(pair):
    number, text = pair
    assert decode_value(INTEGER, text) == number
    assert isinstance(decode_value(INTEGER, text), int)


@given(
    st.floats(allow_nan=False, allow_infinity=False).flatmap(
        lambda x: st.tuples(st.just(x), wrap(repr(x)))
    )
)
def test_floats_survive_every_wrapping_exactly(pair):
    number, text = pair
    assert decode_value(CONTINUOUS, text) == number


@given(st.text())
def test_no_text_breaks_the_decoding(text):
    assert isinstance(decode_value(INTEGER, text), int | None)
    number = decode_value(CONTINUOUS, text)
    assert number is None or math.isfinite(number)
    assert isinstance(decode_value(Hyperparameter("c", "categorical"), text), str)
    assert infer_kind([text]) in ("integer", "continuous", "categorical")


@given(st.lists(st.text(), unique=True, min_size=1), st.booleans())
def test_categories_survive_json(values, quoted):
    declared = decode_categories([json.dumps(v) for v in values] if quoted else values)
    hyperparameter = Hyperparameter("c", "categorical", values=declared)
    for value in values:
        assert decode_value(hyperparameter, json.dumps(value)) in (value, json.dumps(value))
        if quoted:
            assert decode_value(hyperparameter, value) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ('"12"', 12),
        ("[32]", 32),
        ('["32"]', 32),
        ('"\\"7\\""', 7),
        ("12.0", 12),
        ("1e3", 1000),
        ("9007199254740993", 9007199254740993),
        ("12.5", None),
        ("[1, 2]", None),
        ("gini", None),
        ("nan", None),
        ("1_000", None),
        ("٣", None),
        ("1e400", None),
        ("", None),
        ("[", None),
        ('"', None),
    ],
)
def test_integers(text, expected):
    assert decode_value(INTEGER, text) == expected


def test_categories_are_found_among_the_declared_ones_first():
    sizes = Hyperparameter("c", "categorical", values=("[32]", "[32, 16]"))
    assert decode_value(sizes, "[32]") == "[32]"
    assert decode_value(sizes, '"[32, 16]"') == "[32, 16]"
    numbers = Hyperparameter("c", "categorical", values=("32", "64"))
    assert decode_value(numbers, '["32"]') == "32"
    assert decode_value(numbers, '"128"') == "128"


def test_declared_categories_lose_quotes_only_if_all_have_them():
    assert decode_categories(['"gini"', '"entropy"']) == ("gini", "entropy")
    assert decode_categories(['"gini"', "entropy"]) == ('"gini"', "entropy")
    assert decode_categories(["b", "a", "b"]) == ("b", "a")


def test_a_lone_surrogate_stays_escaped_so_that_it_can_be_written():
    value = decode_value(Hyperparameter("c", "categorical"), '"\\ud800"')
    assert value == '"\\ud800"'
    value.encode()


def test_kinds_are_inferred():
    assert infer_kind(["1", '"2"', "[3]"]) == "integer"
    assert infer_kind(["1", "2.5"]) == "continuous"
    assert infer_kind(["1", "auto"]) == "categorical"
    assert infer_kind([]) == "categorical"


def test_values_change_kind():
    assert convert_value(12, "continuous") == 12.0
    assert convert_value(12, "categorical") == "12"
    assert convert_value(12.0, "categorical") == "12"
    assert convert_value(0.1, "categorical") == "0.1"
    assert convert_value("0.5", "continuous") == 0.5
    assert convert_value("x", "continuous") is None
    assert convert_value(None, "integer") is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_formatted_numbers_read_back_the_same(number):
    assert float(format_number(number)) == number
    assert float(parse_number(format_number(number))) == number


def test_int64_bounds():
    assert fits_int64(2**63 - 1)
    assert fits_int64(-(2**63))
    assert not fits_int64(2**63)
    assert fits_int64(1e300)
    assert fits_int64(None)


def test_natural_order():
    assert sort_naturally(["10", "2", "b10", "b2", "1e-3", "b2"]) == (
        "1e-3",
        "2",
        "10",
        "b2",
        "b10",
    )


@given(st.lists(st.text()))
def test_any_texts_can_be_sorted(texts):
    assert set(sort_naturally(texts)) == set(texts)
