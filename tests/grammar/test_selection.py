"""What selections mean in Python, against plain pandas and against what Vega draws."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amtviz import Hyperparameter
from amtviz.api import load_demo
from amtviz.grammar.context import ChartContext
from amtviz.grammar.selection import brush_of, narrow_ranges, read_brushes, select_trials
from tests.charts.pictures import brushed, ranks_of, small
from tests.charts.scene import RANGES, make_data, make_trials
from tests.contract.cases import CASES
from tests.grammar.test_selections import BRUSHES

FRAME = small()
CONTEXT = ChartContext(make_data(FRAME))


def names(frame: pd.DataFrame) -> list[str]:
    return list(frame["TrainingJobName"])


def brush(**ends) -> dict:
    return {f"b_{field}": {field: list(extent)} for field, extent in ends.items()}


@pytest.mark.parametrize("name", BRUSHES)
def test_a_brush_is_a_filter_of_pandas(name):
    ends, test = BRUSHES[name]
    found = select_trials(CONTEXT, brush(**{name: ends}))
    assert names(found) == names(FRAME[test(FRAME)])
    pd.testing.assert_frame_equal(found, CONTEXT.data.trials[test(FRAME)])


@pytest.mark.parametrize("name", BRUSHES)
def test_python_and_the_browser_select_the_same(name):
    ends, _ = BRUSHES[name]
    drawn = brushed(**{name: ends})["hyperparameter_3"].marks("selected", "symbol")
    assert ranks_of(select_trials(CONTEXT, brush(**{name: ends}))) == len(drawn)


def test_brushes_and_the_legend_intersect():
    fields = ["p0", "p3", "y"]
    selections = brush(**{field: BRUSHES[field][0] for field in fields})
    inside = np.logical_and.reduce([BRUSHES[field][1](FRAME) for field in fields])
    assert names(select_trials(CONTEXT, selections)) == names(FRAME[inside])
    both = FRAME["TuningJobName"].eq("job-1") & BRUSHES["p3"][1](FRAME)
    legend = {"legend": {"j": [_place("job-1")]}}
    assert names(select_trials(CONTEXT, brush(p3=(0.25, 0.5)) | legend)) == names(FRAME[both])
    all_jobs = {"legend": {"j": [0, 1]}}
    assert len(select_trials(CONTEXT, all_jobs)) == len(FRAME)


def _place(job):
    return [each.name for each in CONTEXT.data.jobs].index(job)


def test_a_brush_of_an_axis_counts_whichever_end_is_first():
    upright = {"c_p0": {"p0": [1e-2, 1e-4]}}
    assert names(select_trials(CONTEXT, upright)) == names(FRAME[BRUSHES["p0"][1](FRAME)])
    touched = {"c_p2": {"p2": [0.8, 0.75]}}  # the strip of "10" ends at 0.7
    assert names(select_trials(CONTEXT, touched)) == names(FRAME[FRAME["kind"] == "10"])
    two = brush(p0=(1e-4, 1e-2)) | {"c_p0": {"p0": [1e-1, 1e-3]}}
    assert names(select_trials(CONTEXT, two)) == names(FRAME[FRAME["rate"].between(1e-3, 1e-2)])


@pytest.mark.parametrize(
    "nothing",
    [{}, {"b_p0": {}}, {"b_p0": None}, {"hover": {"i": [3]}}, {"b_zz": {"zz": [0, 1]}}],
)
def test_without_a_brush_all_are_selected(nothing):
    assert select_trials(CONTEXT, nothing).equals(CONTEXT.data.trials)
    assert narrow_ranges(CONTEXT, nothing) == []


def test_missing_values_are_outside_every_brush():
    frame = FRAME.assign(share=FRAME["share"].where(FRAME.index % 2 == 0))
    context = ChartContext(make_data(frame))
    found = select_trials(context, brush(p3=(-1, 2)))
    assert names(found) == names(frame[frame["share"].notna()])
    assert select_trials(context, brush(y=(-99, 99)))["loss"].notna().all()


def test_rows_keep_their_order_when_trials_started_in_another():
    frame = make_trials(40)
    assert not frame["TrainingStartTime"].is_monotonic_increasing
    found = select_trials(ChartContext(make_data(frame)), brush(p3=(0.2, 0.6)))
    assert names(found) == names(frame[frame["share"].between(0.2, 0.6)])


@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_data_can_be_selected_from(case):
    data = CASES[case]()
    context = ChartContext(data)
    if not len(data.trials):
        assert select_trials(context, {}).empty
        return
    for field, axis in context.axes.items():
        selections = brush(**{field: axis.domain})
        missing = context.frame[field].isna().sum()
        assert len(select_trials(context, selections)) == len(data.trials) - missing
        for narrowed in narrow_ranges(context, selections):
            declared = next(h for h in data.hyperparameters if h.name == narrowed.name)
            assert set(narrowed.values) >= set(declared.values)
            if declared.low is not None:
                assert narrowed.low <= declared.low <= declared.high <= narrowed.high


# --- ranges


def ranges(context=CONTEXT, **ends):
    return {each.name: each for each in narrow_ranges(context, brush(**ends))}


def test_ranges_are_round_and_hold_the_brush():
    found = ranges(p0=(2.3456e-4, 0.0123456), p1=(1.5, 3.5), p2=(0.75, 1.8), p3=(0.123456, 0.5))
    assert [(each.low, each.high) for each in found.values()] == [
        (2.34e-4, 0.0124),
        (2, 3),
        (None, None),
        (0.123, 0.5),
    ]
    assert found["kind"].values == ("x", "10")  # in the declared order
    assert found["rate"].scaling == "Logarithmic"
    assert all(isinstance(end, int) for end in (found["depth"].low, found["depth"].high))


def test_ranges_end_where_the_declared_ones_do():
    found = ranges(p0=(1e-9, 1.0), p1=(-3, 9), p3=(-0.04, 1.04))
    assert [(each.low, each.high) for each in found.values()] == [(1e-5, 0.1), (1, 6), (0.0, 1.0)]
    touching = ranges(p3=(1.0, 1.03))["share"]
    assert (touching.low, touching.high) == (1.0, 1.0)


@pytest.mark.parametrize("nowhere", [{"p1": (2.2, 2.6)}, {"p3": (1.01, 1.03)}])
def test_a_brush_on_no_possible_value_leaves_no_range(nowhere):
    assert ranges(**nowhere) == {}


def test_a_brush_on_no_category_leaves_no_range():
    assert ranges(p2=(0.35, 0.4)) == {}
    context = CONTEXT
    apart = brush(p3=(0.1, 0.2)) | {"c_p3": {"p3": [0.9, 0.8]}}
    assert narrow_ranges(context, apart) == []
    assert select_trials(context, apart).empty


def test_a_reverse_logarithmic_range_is_in_its_own_units():
    frame = FRAME.assign(momentum=1 - 10 ** -np.linspace(0.5, 3.5, len(FRAME)))
    momentum = Hyperparameter("momentum", "continuous", 0.5, 0.9999, scaling="ReverseLogarithmic")
    context = ChartContext(make_data(frame, ranges=(momentum,)))
    (found,) = ranges(context, p0=(1.0, 2.0)).values()
    assert (found.low, found.high) == (0.9, 0.99)
    selected = select_trials(context, brush(p0=(1.0, 2.0)))
    assert names(selected) == names(frame[frame["momentum"].between(0.9 - 1e-12, 0.99 + 1e-12)])
    assert brush_of(context.axes["p0"], (0.9, 0.99)) == pytest.approx((1.0, 2.0))


@given(st.floats(0, 1), st.floats(0, 1))
def test_every_selected_trial_lies_in_the_ranges(start, end):
    low, high = sorted((start, end))
    logs = [10 ** (-5 + 4 * share) for share in (low, high)]
    selections = brush(p0=logs, p3=(low, high))
    trials = select_trials(CONTEXT, selections)
    for each in narrow_ranges(CONTEXT, selections):
        assert trials[each.name].between(each.low, each.high).all()
        assert each.low <= each.high


# --- from Python to a brush


@pytest.mark.parametrize(
    ("field", "chosen"),
    [("p0", (1e-4, 1e-2)), ("p1", (3, 2)), ("p2", "10"), ("p2", ["10", "x"]), ("p3", (0.2, 0.3))],
)
def test_a_brush_from_python_selects_just_that(field, chosen):
    name = {f"p{place}": each.name for place, each in enumerate(RANGES)}[field]
    found = select_trials(CONTEXT, brush(**{field: brush_of(CONTEXT.axes[field], chosen)}))
    if field == "p2":
        expected = FRAME[name].isin([chosen] if isinstance(chosen, str) else chosen)
    else:
        expected = FRAME[name].between(min(chosen), max(chosen))
    assert names(found) == names(FRAME[expected])
    assert 0 < len(found) < len(FRAME)


@pytest.mark.parametrize(
    ("field", "chosen", "words"),
    [
        ("p2", ["2", "x"], "one or more neighbours of '2', '10', 'x'"),  # "10" is between
        ("p2", ["y"], "one or more neighbours"),
        ("p2", [], "one or more neighbours"),
        ("p0", (1, 2, 3), r"as in \(0.1, 0.5\)"),
        ("p0", ("a", "b"), r"as in \(0.1, 0.5\)"),
        ("p0", (0, math.inf), r"as in \(0.1, 0.5\)"),
        ("p0", 3, r"as in \(0.1, 0.5\)"),
    ],
)
def test_what_cannot_be_brushed_says_what_can(field, chosen, words):
    with pytest.raises(ValueError, match=words):
        brush_of(CONTEXT.axes[field], chosen)


def test_brushes_of_the_demo_are_read_in_any_direction():
    context = ChartContext(load_demo())
    found = list(read_brushes(context, {"c_p1": {"p1": [9, 3]}, "legend": {"j": [0]}}))
    assert found == [("p1", 3, 9)]
