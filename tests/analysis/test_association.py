"""The strength of association against SciPy's Kruskal-Wallis test."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kruskal

from amtviz.analysis.association import compute_association
from amtviz.model import Hyperparameter, Objective

Y = Objective("y", "Maximize")


def strength(values, y, kind: str = "continuous") -> float:
    trials = pd.DataFrame({"y": pd.Series(y, dtype="float64"), "h": values})
    return float(compute_association(trials, Y, [Hyperparameter("h", kind)])["h"])


def eta_squared(groups: list[list[float]]) -> float:
    """Tomczak & Tomczak (2014): (H - k + 1) / (n - k), not below 0."""
    h = kruskal(*groups).statistic
    k, n = len(groups), sum(map(len, groups))
    return max(0.0, (h - k + 1) / (n - k))


@pytest.mark.parametrize("ties", [False, True], ids=["no ties", "ties"])
@pytest.mark.parametrize("effect", [0.0, 0.5, 3.0])
def test_categories_have_kruskals_effect_size(effect: float, ties: bool) -> None:
    rng = np.random.default_rng(3)
    kinds = rng.choice(["a", "b", "10", "2"], 90)
    y = rng.normal(0, 1, 90) + effect * (kinds == "b")
    y = np.round(y) if ties else y
    expected = eta_squared([y[kinds == kind].tolist() for kind in np.unique(kinds)])
    assert strength(kinds, y, "categorical") == pytest.approx(expected, abs=1e-12)


def test_numbers_are_cut_into_five_equally_filled_parts() -> None:
    rng = np.random.default_rng(4)
    x = rng.permutation(100) ** 3  # only the order counts
    y = np.sin(np.argsort(np.argsort(x)) / 15) + rng.normal(0, 0.2, 100)
    order = np.argsort(x)
    expected = eta_squared([y[part].tolist() for part in np.split(order, 5)])
    assert expected > 0.5
    assert strength(x, y) == pytest.approx(expected, abs=1e-12)
    assert strength(np.log(x + 1.0), y) == pytest.approx(expected, abs=1e-12)


def test_a_number_of_few_values_is_grouped_by_value() -> None:
    rng = np.random.default_rng(5)
    x = rng.choice([1, 2, 4, 8, 100], 80)
    y = rng.normal(0, 1, 80) + (x == 4)
    expected = eta_squared([y[x == value].tolist() for value in np.unique(x)])
    assert strength(x, y, "integer") == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", None]),
            st.sampled_from([0.0, 0.5, 1.0, 2.5, -3.0, math.nan, math.inf, -math.inf]),
        ),
        max_size=30,
    )
)
def test_it_agrees_with_scipy_on_any_categories(rows: list[tuple[str | None, float]]) -> None:
    known = [(kind, y) for kind, y in rows if kind is not None and math.isfinite(y)]
    groups = [[y for kind, y in known if kind == k] for k in sorted({k for k, _ in known})]
    values = pd.Series([kind for kind, _ in rows], dtype="string")
    found = strength(values, [y for _, y in rows], "categorical")
    if len(groups) < 2 or len(known) <= len(groups) or len({y for _, y in known}) < 2:
        assert found == 0.0
    else:
        assert found == pytest.approx(eta_squared(groups), abs=1e-9)


def test_a_peak_in_the_middle_ranks_as_high_as_a_slope() -> None:
    rng = np.random.default_rng(6)
    peak, slope, noise = rng.uniform(0, 1, (3, 200))
    trials = pd.DataFrame({"peak": peak, "slope": slope, "noise": noise, "y": 0.0})
    trials["y"] = -4 * (peak - 0.5) ** 2 + 0.5 * slope + rng.normal(0, 0.05, 200)
    names = ["noise", "slope", "peak"]
    found = compute_association(trials, Y, [Hyperparameter(n, "continuous") for n in names])
    assert list(found.index) == ["peak", "slope", "noise"]
    assert abs(np.corrcoef(peak, trials["y"])[0, 1]) < 0.15  # a correlation doesn't see it
    assert found["peak"] > 0.4
    assert found["noise"] < 0.05


def test_noise_is_near_zero_and_never_below() -> None:
    rng = np.random.default_rng(8)
    found = [strength(rng.uniform(0, 1, 60), rng.normal(0, 1, 60)) for _ in range(40)]
    assert min(found) == 0.0
    assert np.mean(found) < 0.05


def test_everything_explained_is_one() -> None:
    assert strength(["a"] * 50 + ["b"] * 50, [0.0] * 50 + [1.0] * 50, "categorical") == (
        pytest.approx(1.0)
    )


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
def test_the_direction_does_not_matter(direction: str) -> None:
    rng = np.random.default_rng(9)
    x, y = rng.uniform(0, 1, (2, 50))
    trials = pd.DataFrame({"h": x, "y": y + x})
    h = [Hyperparameter("h", "continuous")]
    found = compute_association(trials, Objective("y", direction), h)["h"]
    flipped = compute_association(trials.assign(y=-trials["y"]), Objective("y", direction), h)["h"]
    assert found == pytest.approx(flipped, abs=1e-12)


@pytest.mark.parametrize(
    ("values", "y"),
    [
        ([], []),
        ([1.0], [1.0]),
        ([3.0] * 20, list(range(20))),
        (list(range(20)), [5.0] * 20),
        ([math.nan] * 20, list(range(20))),
        (list(range(20)), [math.nan] * 20),
        ([1.0, 2.0], [1.0, 2.0]),
        (list(range(5)), list(range(5))),
    ],
    ids=["none", "one", "constant", "flat", "no value", "no score", "two", "one each"],
)
@pytest.mark.parametrize("kind", ["continuous", "integer", "categorical"])
def test_zero_where_nothing_can_be_said(values: list, y: list, kind: str) -> None:
    dtype = {"continuous": "float64", "integer": "Int64", "categorical": "string"}[kind]
    column = pd.Series([None if math.isnan(v) else v for v in values], dtype="Float64")
    column = column.astype("Int64").astype(dtype) if kind == "categorical" else column.astype(dtype)
    assert strength(column, y, kind) == 0.0


def test_missing_values_are_left_out() -> None:
    rng = np.random.default_rng(10)
    x, y = rng.uniform(0, 1, (2, 50))
    y += x
    more = pd.Series([*x, *[math.nan] * 30], dtype="float64")
    assert strength(more, [*y, *rng.normal(9, 1, 30)]) == pytest.approx(strength(x, y), abs=1e-12)
    integers = pd.Series([*range(50), *[pd.NA] * 30], dtype="Int64")
    scores = [*y, *[0.0] * 30]
    assert strength(integers, scores, "integer") == pytest.approx(
        strength(np.arange(50.0), y), abs=1e-12
    )


def test_equal_strengths_keep_their_order_and_their_columns() -> None:
    trials = pd.DataFrame({"y": np.arange(20.0), "b (2)": 1.0, "a": 1.0, "c": np.arange(20.0)})
    hyperparameters = [
        Hyperparameter("b", "continuous", column="b (2)"),
        Hyperparameter("a", "continuous"),
        Hyperparameter("c", "continuous"),
    ]
    found = compute_association(trials, Y, hyperparameters)
    assert list(found.index) == ["c", "b (2)", "a"]
    assert str(found.dtype) == "float64"
    assert compute_association(trials, Y, []).empty
