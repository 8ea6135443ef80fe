"""Datasets in columns: the same cases are unpacked by tests/javascript/columns.test.js."""

from __future__ import annotations

import base64
import json
import struct

import pytest

from amtviz.report.packed import pack_rows, used_columns
from tests.test_shared_cases import CASES


def test_rows_are_packed_in_columns_each_in_its_shortest_form() -> None:
    case = CASES["columns"]
    assert pack_rows(case["rows"]) == case["packed"]


def test_a_number_that_a_shorter_type_holds_takes_that() -> None:
    halves = [1 / 3 + n for n in range(200)]
    short = [struct.unpack("<f", struct.pack("<f", each))[0] for each in halves]
    packed = pack_rows([{"x": each, "y": own} for each, own in zip(halves, short, strict=True)])
    assert base64.b64decode(packed["columns"]["x"]["f8"]) == struct.pack("<200d", *halves)
    assert base64.b64decode(packed["columns"]["y"]["f4"]) == struct.pack("<200f", *short)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_none_stops_the_page(number) -> None:
    with pytest.raises(ValueError, match=r"^Out of range float values are not JSON compliant$"):
        pack_rows([{"x": 1.5}, {"x": number}])


def test_a_key_that_a_row_lacks_is_null() -> None:
    packed = pack_rows([{"x": 1}, {"x": 2, "y": "a"}])
    assert packed["columns"]["y"] == {"values": [None, "a"]}


def test_no_rows_and_no_columns() -> None:
    assert pack_rows([]) == {"count": 0, "columns": {}}
    assert pack_rows([{}]) == {"count": 1, "columns": {}}


def test_a_chart_gets_the_columns_that_it_names() -> None:
    packed = {"trials": pack_rows([{"p0": 1, "p1": 2, "p0s": "one", "y": 3}])}
    spec = {"encoding": {"x": {"field": "p0"}}, "transform": [{"filter": "datum.y > 1 && p1x"}]}
    assert used_columns(json.loads(json.dumps(spec)), packed) == {"trials": ["p0", "y"]}
