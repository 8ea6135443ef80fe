"""Every axis: its domain, positions, ticks and cells."""

from __future__ import annotations

import itertools
import json
import math
import re
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert as vlc
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amtviz.grammar.axes import (
    JITTER,
    Axis,
    category_axis,
    hyperparameter_axis,
    integer_axis,
    natural_key,
    number_axis,
    time_axis,
)
from amtviz.model import Hyperparameter

NO_VALUES = pd.Series(dtype="float64")


def axis_of(kind="continuous", low=None, high=None, values=(), scaling="Auto") -> Axis:
    dtype = "Int64" if kind == "integer" else "float64"
    hyperparameter = Hyperparameter("h", kind, low, high, scaling=scaling)
    return hyperparameter_axis(hyperparameter, pd.Series(values, dtype=dtype), "p0")[0]


# --- domains


@pytest.mark.parametrize(
    ("axis", "kind", "domain"),
    [
        # 4 % of the range to either side, in the units of the scale
        (axis_of(low=0.0, high=10.0, values=[3.0]), "linear", (-0.4, 10.4)),
        (axis_of(low=0.0, high=10.0, values=[-5.0, 15.0]), "linear", (-5.8, 15.8)),
        (axis_of(values=[2.0, 4.0]), "linear", (1.92, 4.08)),
        (axis_of(low=1.0), "linear", (0.9, 1.1)),
        (axis_of(low=2.0, values=[4.0]), "linear", (1.92, 4.08)),
        (axis_of(), "linear", (-0.04, 1.04)),
        (axis_of(values=[math.nan]), "linear", (-0.04, 1.04)),
        (axis_of(values=[5.0, 5.0]), "linear", (4.5, 5.5)),
        (axis_of(values=[0.0]), "linear", (-0.5, 0.5)),
        (axis_of(values=[-5.0]), "linear", (-5.5, -4.5)),
        (axis_of(values=[1.0, math.inf, 2.0, -math.inf]), "linear", (0.96, 2.04)),
        # integers: half a step where they are few
        (axis_of("integer", 1, 20), "integer", (0.5, 20.5)),
        (axis_of("integer", 1, 25), "integer", (0.5, 25.5)),
        (axis_of("integer", 1, 26), "integer", (0.0, 27.0)),
        (axis_of("integer", 7, 7, [7]), "integer", (6.5, 7.5)),
        (axis_of("integer", 1, 201), "integer", (-7.0, 209.0)),
        (axis_of("integer", values=[pd.NA, 3, 9]), "integer", (2.5, 9.5)),
        # logarithms
        (
            axis_of(low=1e-5, high=1e-1, scaling="Logarithmic"),
            "log",
            (10**-5.16, 10**-0.84),
        ),
        (axis_of(low=1.0, high=4.0, scaling="Logarithmic"), "log", (4**-0.04, 4**1.04)),
        (axis_of(low=1.0, high=1000.0), "log", (10**-0.12, 10**3.12)),
        (axis_of("integer", 1, 1000), "log", (10**-0.12, 10**3.12)),
        (axis_of(low=0.01, high=0.01, scaling="Logarithmic"), "log", (10**-2.2, 10**-1.8)),
        (axis_of(low=1.0, high=1.0, scaling="Logarithmic"), "log", (10**-0.5, 10**0.5)),
        (axis_of(low=1.0, high=999.0), "linear", (1 - 39.92, 999 + 39.92)),
        (axis_of(low=1.0, high=1000.0, scaling="Linear"), "linear", (1 - 39.96, 1000 + 39.96)),
        (axis_of(low=0.0, high=1.0, scaling="Logarithmic"), "linear", (-0.04, 1.04)),
        (axis_of(values=[0.0, 5.0], low=1.0, scaling="Logarithmic"), "linear", (-0.2, 5.2)),
        # reverse logarithms: place is -log10(1 - value)
        (
            axis_of(low=0.0, high=0.999, scaling="ReverseLogarithmic"),
            "reverse-log",
            (-0.12, 3.12),
        ),
        (axis_of(low=0.0, high=1.0, scaling="ReverseLogarithmic"), "linear", (-0.04, 1.04)),
    ],
)
def test_domains_of_hyperparameters(axis: Axis, kind: str, domain: tuple[float, float]) -> None:
    assert axis.kind == kind
    assert axis.domain == pytest.approx(domain, rel=1e-9)
    assert (axis.field, axis.title) == ("p0", "h")


@pytest.mark.parametrize(
    ("axis", "kind", "domain"),
    [
        (number_axis("y", pd.Series([1.0, 3.0, math.nan]), "y"), "linear", (0.9, 3.1)),
        (number_axis("y", pd.Series([1.0, 1e3]), "y"), "log", (10**-0.15, 10**3.15)),
        (number_axis("y", pd.Series([0.0, 1e3]), "y"), "linear", (-50.0, 1050.0)),
        (number_axis("y", pd.Series([-1.0, 1e3]), "y"), "linear", (-51.05, 1050.05)),
        (number_axis("y", pd.Series([0.25]), "y"), "linear", (0.225, 0.275)),
        (number_axis("y", NO_VALUES, "y"), "linear", (-0.05, 1.05)),
        (integer_axis("k", pd.Series([1.0, 2.0, 40.0]), "k"), "integer", (1 - 1.56, 40 + 1.56)),
        (integer_axis("k", pd.Series([1.0, math.nan]), "k"), "integer", (0.5, 1.5)),
        (integer_axis("k", NO_VALUES, "k"), "integer", (-0.5, 1.5)),
        (time_axis("t", pd.Series([0.0, 1e6]), "t"), "time", (-4e4, 1.04e6)),
        (time_axis("t", pd.Series([5e5]), "t"), "time", (4.7e5, 5.3e5)),
    ],
)
def test_domains_of_measured_columns(axis: Axis, kind: str, domain: tuple[float, float]) -> None:
    assert axis.kind == kind
    assert axis.domain == pytest.approx(domain, rel=1e-9)


SCALINGS = st.sampled_from(["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"])
NORMAL = st.floats(-1e12, 1e12, allow_subnormal=False) | st.floats(0, 1, allow_subnormal=False)
USUAL = NORMAL | st.sampled_from([0.0, 1.0, 1e-300, -1e-300])
BOUND = st.none() | USUAL


@settings(max_examples=150, deadline=None)
@given(
    low=BOUND,
    high=BOUND,
    values=st.lists(USUAL | st.just(math.nan), max_size=12),
    scaling=SCALINGS,
    integer=st.booleans(),
)
@example(low=None, high=None, values=[2.0**60, 2.0**60 + 256], scaling="Auto", integer=True)
@example(low=None, high=None, values=[2.0**62], scaling="Auto", integer=True)
@example(low=1e-300, high=1e300, values=[], scaling="Logarithmic", integer=False)
@example(low=None, high=None, values=[1e-300], scaling="Logarithmic", integer=False)
@example(low=1e9, high=1e9 + 2e-7, values=[], scaling="Linear", integer=False)
def test_every_domain_is_finite_and_holds_every_value_and_bound(
    low: float | None, high: float | None, values: list[float], scaling: str, integer: bool
) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    if integer:
        low, high = (None if end is None else float(round(end)) for end in (low, high))
        values = [v if math.isnan(v) else float(round(v)) for v in values]
    hyperparameter = Hyperparameter(
        "h", "integer" if integer else "continuous", low, high, scaling=scaling
    )
    axis, places = hyperparameter_axis(hyperparameter, pd.Series(values, dtype="float64"), "p0")
    assert all(math.isfinite(end) for end in (*axis.domain, *axis.unit_domain))
    assert axis.domain[0] < axis.domain[1]
    ends = [end for end in (low, high) if end is not None]
    if axis.kind == "reverse-log":
        ends = [-math.log10(1 - end) for end in ends]
    for place in [*places.dropna(), *ends]:
        assert axis.domain[0] <= place <= axis.domain[1]
    assert places.isna().tolist() == [math.isnan(v) for v in values]
    assert axis.nulls == places.isna().any()
    json.dumps(axis.scale().to_dict(), allow_nan=False)


# --- positions


def test_numbers_are_their_own_places() -> None:
    hyperparameter = Hyperparameter("h", "integer", 1, 10)
    values = pd.Series([1, pd.NA, 10], dtype="Int64", index=[5, 6, 7])
    axis, places = hyperparameter_axis(hyperparameter, values, "p0")
    assert places.dtype == "float64"
    assert places.index.tolist() == [5, 6, 7]
    assert places.tolist()[::2] == [1.0, 10.0]
    assert axis.nulls


def test_reverse_logarithmic_places_and_labels() -> None:
    hyperparameter = Hyperparameter("h", "continuous", 0.5, 0.999, scaling="ReverseLogarithmic")
    axis, places = hyperparameter_axis(hyperparameter, pd.Series([0.5, 0.9, 0.99, 0.999]), "p0")
    assert places.tolist() == pytest.approx([math.log10(2), 1, 2, 3])
    labels = axis.axis().to_dict()["labelExpr"]
    assert labels == "format(1 - pow(10, -datum.value), '.6~g')"  # the place's own value
    assert axis.scale().to_dict()["domain"] == list(axis.domain)
    assert "type" not in axis.scale().to_dict()


def test_categories_stand_in_natural_order() -> None:
    values = pd.Series(["x", "10", None, "2"], dtype="string")
    axis, places = category_axis("c", values, "p1", declared=["2", "100"])
    assert axis.labels == ("2", "10", "100", "x")
    assert places.tolist() == pytest.approx([3, 1, math.nan, 0], nan_ok=True)
    assert axis.domain == (-0.5, 3.5)
    assert axis.nulls
    assert axis.kind == "category"


@pytest.mark.parametrize("values", [[], [None, None]])
def test_a_category_without_any_value(values: list) -> None:
    axis, places = category_axis("c", pd.Series(values, dtype="string"), "p1")
    assert axis.labels == ()
    assert axis.domain == (-0.5, 0.5)
    assert places.isna().all()


@given(values=st.lists(st.none() | st.text(max_size=4), max_size=12), declared=st.sets(st.text()))
@settings(max_examples=60, deadline=None)
def test_every_category_has_its_place(values: list[str | None], declared: set[str]) -> None:
    axis, places = category_axis("c", pd.Series(values, dtype="string"), "p1", declared)
    assert set(axis.labels) == declared | {v for v in values if v is not None}
    assert len(set(axis.labels)) == len(axis.labels)
    for value, place in zip(values, places, strict=True):
        assert (math.isnan(place)) if value is None else axis.labels[int(place)] == value
    assert axis.domain == (-0.5, max(1, len(axis.labels)) - 0.5)


# --- scales and ticks


def test_scales_state_their_domain() -> None:
    log = axis_of(low=1e-5, high=0.1, scaling="Logarithmic").scale().to_dict()
    assert log["type"] == "log"
    assert "zero" not in log
    time = time_axis("t", pd.Series([0.0, 1e6]), "t").scale().to_dict()
    assert time["type"] == "utc"
    linear = axis_of(low=5.0, high=6.0).scale(range=[10, 0]).to_dict()
    assert (linear["zero"], linear["nice"], linear["range"]) == (False, False, [10, 0])
    for scale in (log, time, linear):
        assert len(scale["domain"]) == 2


def test_only_the_trials_own_field_states_the_domain() -> None:
    axis = axis_of(low=0.0, high=1.0)
    own = axis.channel(alt.X).to_dict()
    other = axis.channel(alt.X, "x0").to_dict()
    assert own["scale"]["domain"] == [-0.04, 1.04]
    assert own["field"] == "p0"
    assert other == {"field": "x0", "title": None, "type": "quantitative"}
    assert axis.channel(alt.Y).to_dict()["title"] == "h"
    time = time_axis("t", pd.Series([0.0, 1e6]), "t").channel(alt.X).to_dict()
    assert time["type"] == "temporal"


@pytest.mark.parametrize(
    ("span", "pattern"),
    [
        (60_000.0, "%H:%M:%S"),
        (3_600_000.0, "%H:%M"),
        (86_400_000.0, "%d %b %H:%M"),
        (10 * 86_400_000.0, "%d %b %Y"),
    ],
)
def test_times_are_labelled_by_their_span(span: float, pattern: str) -> None:
    assert time_axis("t", pd.Series([0.0, span]), "t").axis().to_dict()["format"] == pattern


@pytest.mark.parametrize("seconds", [270, 4.2 * 86_400])
def test_no_two_ticks_of_a_wide_time_axis_look_alike(seconds: float) -> None:
    start = 1_772_366_400_000.0  # 2026-03-01 12:00
    times = pd.Series([start, start + 1000 * seconds])
    axis = replace(time_axis("t", times, "t"), elastic=True)
    rows = alt.InlineData([{"t": time} for time in times])
    chart = alt.Chart(rows, width=600).mark_point().encode(axis.channel(alt.X))
    svg = vlc.vegalite_to_svg(chart.to_dict())
    texts = re.findall(r"<text[^>]*>([^<]*\d)</text>", svg)
    assert len(texts) > 3
    assert len(set(texts)) == len(texts)


def test_a_narrow_time_axis_labels_each_minute() -> None:
    start = 1_772_366_390_000.0  # ten seconds before noon
    times = pd.Series([start, start + 278_000.0])
    axis = replace(time_axis("t", times, "t"), elastic=True)
    rows = alt.InlineData([{"t": time} for time in times])
    chart = alt.Chart(rows, width=260).mark_point().encode(axis.channel(alt.X))
    svg = vlc.vegalite_to_svg(chart.to_dict())
    texts = re.findall(r'<text[^>]*opacity="1"[^>]*>([^<]*\d)</text>', svg)
    assert texts == ["12:00", "12:01", "12:02", "12:03", "12:04"]


def test_a_time_label_near_the_end_lies_within_the_picture() -> None:
    start = 1_772_323_200_000.0  # midnight of one day, so that the last tick is at another
    times = pd.Series([start, start + 2.02 * 86_400_000])
    axis = replace(time_axis("t", times, "t"), elastic=True)
    rows = alt.InlineData([{"t": time} for time in times])
    chart = alt.Chart(rows, width=220).mark_point().encode(axis.channel(alt.X))
    svg = vlc.vegalite_to_svg(chart.to_dict())
    ends = re.findall(r'<text text-anchor="(\w+)"[^>]*>\d\d Mar \d\d:00</text>', svg)
    assert ends[-1] == "end"


def test_integers_have_whole_ticks() -> None:
    few = axis_of("integer", 1, 3).axis().to_dict()
    assert (few["tickMinStep"], few["format"]) == (1, "d")
    assert axis_of("integer", 0, 10**7, scaling="Linear").axis().to_dict()["format"] == "~s"


def test_a_hundred_categories_get_some_labels() -> None:
    names = [f"c{i}" for i in range(100)]
    axis, _ = category_axis("c", pd.Series(names, dtype="string"), "p1")
    ticks = axis.axis().to_dict()
    assert ticks["values"] == list(range(0, 100, 6))  # 13 of 220 pixels for each
    assert ticks["labelExpr"] == json.dumps(names) + "[datum.value]"
    assert is_slanted(ticks)
    short = category_axis("c", pd.Series(["a", "b"], dtype="string"), "p1")[0].axis().to_dict()
    assert short["values"] == [0, 1]
    assert not is_slanted(short)


def is_slanted(ticks: dict) -> bool:
    asked, slanted = ticks["labelAngle"]["expr"].split(" ? ")
    assert slanted == "-35 : 0"
    longest, room = asked.split(" > ")
    return int(longest) > int(room)


# --- units


@pytest.mark.parametrize(
    "axis",
    [
        axis_of(low=1e-5, high=0.1, scaling="Logarithmic"),
        axis_of(low=0.0, high=0.999, scaling="ReverseLogarithmic"),
        axis_of(low=-3.0, high=9.0),
        axis_of("integer", 1, 9),
    ],
    ids=lambda axis: axis.kind,
)
def test_units_undo_each_other(axis: Axis) -> None:
    values = np.linspace(*axis.domain, 50)
    assert np.allclose(axis.from_unit(axis.unit(values)), values, rtol=1e-12)
    assert axis.unit_domain == tuple(axis.unit(axis.domain))
    expression = axis.from_unit_expr("u")
    assert expression == ("pow(10, u)" if axis.kind == "log" else "u")


# --- cells

CELL_AXES = {
    "linear": lambda v: number_axis("y", v - 5, "y"),
    "integer": lambda v: integer_axis("k", v.round(), "k"),
    "log": lambda v: number_axis("y", 10.0 ** (v / 2 - 3), "y"),
    "time": lambda v: time_axis("t", v * 1e6, "t"),
}
CELL_VALUES = {
    "linear": lambda v: v - 5,
    "integer": lambda v: v.round(),
    "log": lambda v: 10.0 ** (v / 2 - 3),
    "time": lambda v: v * 1e6,
}


@pytest.mark.parametrize("kind", CELL_AXES)
@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.floats(0, 10) | st.sampled_from([0.0, 10.0]), min_size=1, max_size=60))
def test_cells_hold_every_value_once(kind: str, values: list[float]) -> None:
    column = pd.Series([0.0, 10.0, *values])
    axis, drawn = CELL_AXES[kind](column), CELL_VALUES[kind](column).to_numpy(float)
    assert axis.kind == kind
    index, low, high = axis.cells(drawn)
    assert index.shape == drawn.shape
    assert len(low) == len(high) <= 24
    assert (low < high).all()
    slack = 1e-9 * np.maximum(1.0, np.abs(drawn))
    assert (low[index] - slack <= drawn).all()
    assert (drawn <= high[index] + slack).all()
    # no cell overlaps the next
    assert (low[1:] >= high[:-1] - 1e-9 * np.maximum(1.0, np.abs(high[:-1]))).all()
    inside = (low[None] + slack[:, None] < drawn[:, None]) & (
        drawn[:, None] < high[None] - slack[:, None]
    )
    assert (inside.sum(axis=1) <= 1).all()


def test_few_values_have_one_cell_each() -> None:
    axis = integer_axis("k", pd.Series([1.0, 20.0]), "k")
    index, low, high = axis.cells(np.array([4.0, 1.0, 20.0, 4.0, 2.0]))
    assert index.tolist() == [2, 0, 3, 2, 1]
    assert ((low + high) / 2).tolist() == pytest.approx([1, 2, 4, 20])
    assert (high - low).tolist() == pytest.approx([0.7] * 4)  # 70 % of the least gap


@pytest.mark.parametrize("near", [0.1 + 0.2, 0.3 + 1e-4, 0.309])
def test_few_values_that_almost_touch_share_cells_that_can_be_seen(near: float) -> None:
    axis = number_axis("y", pd.Series([0.0, 1.0]), "y")
    index, low, high = axis.cells(np.array([0.3, near, 1.0]))
    assert (high - low).tolist() == pytest.approx([1.1 / 24] * 24)
    assert index.tolist() == [7, 7, 22]
    index, low, high = axis.cells(np.array([0.3, 0.32, 1.0]))
    assert index.tolist() == [0, 1, 2]


def test_few_values_on_a_log_axis_have_equally_wide_cells() -> None:
    axis = number_axis("y", pd.Series([1.0, 1000.0]), "y")
    index, low, high = axis.cells(np.array([1.0, 10.0, 1000.0]))
    assert index.tolist() == [0, 1, 2]
    widths = np.log10(high) - np.log10(low)
    assert widths.tolist() == pytest.approx([widths[0]] * 3)
    assert np.sqrt(low * high).tolist() == pytest.approx([1, 10, 1000])


def test_many_values_are_cut_at_equal_steps_of_the_scale() -> None:
    axis = number_axis("y", pd.Series([1.0, 1e4]), "y")
    values = np.geomspace(1, 1e4, 500)
    index, low, high = axis.cells(values)
    assert np.allclose(np.diff(np.log10(low)), 4.4 / 24)
    assert (low[0], high[-1]) == pytest.approx(axis.domain)
    counts = np.bincount(index, minlength=24)
    edges = np.linspace(-0.2, 4.2, 25)
    assert counts.tolist() == np.histogram(np.log10(values), edges)[0].tolist()


def test_a_categorys_cell_is_its_strip() -> None:
    axis, places = category_axis("c", pd.Series(["a", "b", "c"], dtype="string"), "p0")
    index, low, high = axis.cells(places.to_numpy()[[2, 0, 2]])
    assert index.tolist() == [1, 0, 1]
    assert low.tolist() == pytest.approx([-JITTER, 2 - JITTER])
    assert high.tolist() == pytest.approx([JITTER, 2 + JITTER])


def test_no_value_has_no_cell() -> None:
    index, low, high = axis_of(low=0.0, high=1.0).cells(np.array([]))
    assert len(index) == 0
    assert len(low) == len(high)


# --- natural order


def test_natural_order() -> None:
    names = ["x", "10", "2", "-1", "1e2", "lr10", "lr2", "LR3", "", ".5", "a1b10", "a1b9", "relu"]
    assert sorted(names, key=natural_key) == [
        *["", "-1", ".5", "2", "10", "1e2"],
        *["a1b9", "a1b10", "lr2", "LR3", "lr10", "relu", "x"],
    ]


@given(texts=st.lists(st.text(max_size=12), min_size=2, max_size=8))
@example(texts=["٣", "3", "²", "1²", "x²"])
@example(texts=["9" * 400, "1", "1e999", "nan", "inf", "-"])
@settings(max_examples=100, deadline=None)
def test_any_texts_can_be_ordered(texts: list[str]) -> None:
    keys = [natural_key(text) for text in texts]
    for a, b in itertools.combinations(keys, 2):
        assert (a < b) + (b < a) + (a == b) == 1
    ordered = sorted(texts, key=natural_key)
    assert sorted(ordered, key=natural_key) == ordered


@given(a=st.integers(0, 10**15), b=st.integers(0, 10**15), word=st.text("abc_ /", max_size=5))
@settings(max_examples=100, deadline=None)
def test_numbers_inside_words_order_as_numbers(a: int, b: int, word: str) -> None:
    for make in ("{n}", word + "{n}", word + "{n}" + word, "x{n}.ckpt"):
        first, second = (natural_key(make.format(n=n)) for n in (a, b))
        assert (first < second) == (a < b)
        assert (first == second) == (a == b)


@given(a=st.floats(allow_nan=False), b=st.floats(allow_nan=False))
@settings(max_examples=100, deadline=None)
def test_numbers_order_as_numbers(a: float, b: float) -> None:
    if math.isfinite(a) and math.isfinite(b):
        assert (natural_key(repr(a)) < natural_key(repr(b))) == (a < b)
        assert natural_key(repr(a)) < natural_key("a word")


def test_names_of_equal_rank_always_have_the_same_order() -> None:
    """A set of text has another order in each process."""
    names = ["adam", "Adam", "1.0", "ADAM", "1", "1e0", "01"]
    expected = ("01", "1", "1.0", "1e0", "ADAM", "Adam", "adam")
    for values, declared in [(names, ()), ([], names), (names[::-1], names[:3])]:
        column = pd.Series(values, dtype="string")
        assert category_axis("c", column, "p0", declared)[0].labels == expected
