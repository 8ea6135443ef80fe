import math

import pandas as pd
import pytest

from amtviz.analysis.lineage import (
    compute_generations,
    compute_range_changes,
    describe_range,
    find_ancestors,
)
from amtviz.model import Hyperparameter
from tests.analysis.families import RATE, choice, make_family, make_job, number

CHAIN = [
    make_job("c", parents=["b"]),
    make_job("a"),
    make_job("b", parents=["a", "gone"]),
    make_job("alone"),
]


def test_ancestors_are_found_over_generations_nearest_first():
    assert find_ancestors(CHAIN) == {
        "c": ("b", "a", "gone"),
        "a": (),
        "b": ("a", "gone"),
        "alone": (),
    }


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
def test_the_gain_is_over_the_best_of_all_ancestors(direction):
    sign = 1 if direction == "Maximize" else -1
    scores = {"a": [1.0, 5.0], "b": [4.0], "c": [math.nan, 6.5], "alone": [9.0]}
    signed = {name: [sign * s for s in values] for name, values in scores.items()}
    data = make_family(signed, CHAIN, direction)
    table = compute_generations(data.jobs, data.trials, data.objective).set_index("TuningJobName")
    assert table.index.tolist() == ["a", "b", "c"]
    assert table["Generation"].tolist() == [1, 2, 3]
    assert table["Trials"].tolist() == [2, 1, 2]
    assert (table["Best"] * sign).tolist() == [5.0, 4.0, 6.5]
    assert (table["BestBefore"] * sign).tolist()[1:] == [5.0, 5.0]
    assert table["BestBeforeOf"].tolist()[1:] == ["a", "a"]
    assert table["Gain"].tolist()[1:] == [-1.0, 1.5]
    assert pd.isna(table.loc["a", "Gain"])
    assert table["Unknown"].tolist() == [(), ("gone",), ("gone",)]


def test_parents_that_are_gone_and_trials_without_a_value():
    jobs = [make_job("a", parents=["gone"]), make_job("b", parents=["a"])]
    data = make_family({"a": [1.0], "b": [math.nan]}, jobs)
    table = compute_generations(data.jobs, data.trials, data.objective)
    assert table["Generation"].tolist() == [2, 3]
    assert table["BestBefore"].isna().tolist() == [True, False]
    assert table["Gain"].isna().all()


def test_no_warm_start_has_no_rows():
    data = make_family({"a": [1.0]}, [make_job("a")])
    assert not len(compute_generations(data.jobs, data.trials, data.objective))
    assert not len(compute_range_changes(data.jobs))


def test_parents_in_a_circle_end():
    jobs = [make_job("a", parents=["b"]), make_job("b", parents=["a"])]
    data = make_family({"a": [1.0], "b": [2.0]}, jobs)
    assert len(compute_generations(data.jobs, data.trials, data.objective)) == 2


LOW, HIGH = 0.01, 1.0


@pytest.mark.parametrize(
    ("new", "change"),
    [
        (number("x", 0.01, 1.0), "same"),
        (number("x", 0.1, 1.0), "narrowed"),
        (number("x", 0.1, 0.5), "narrowed"),
        (number("x", 0.01, 2.0), "extended"),
        (number("x", 0.1, 2.0), "shifted"),
        (number("x", 0.001, 0.5), "shifted"),
        (number("x", 0.01, 1.0, "Logarithmic"), "scaling changed"),
        (number("x", 0.1, 1.0, "Logarithmic"), "narrowed and scaling changed"),
        (choice("x", "0.1", "0.2"), "other kind"),
        (Hyperparameter("x", "continuous", scaling="Linear"), "bounds not declared"),
    ],
)
def test_numeric_ranges(new, change):
    jobs = [make_job("a", [number("x", LOW, HIGH)]), make_job("b", [new], ["a"])]
    table = compute_range_changes(jobs)
    assert table["Change"].tolist() == [change]
    assert table["Old"].tolist() == ["0.01–1"]
    assert table["New"].tolist() == [describe_range(new)]


@pytest.mark.parametrize(
    ("values", "change"),
    [
        (("y", "x"), "same"),
        (("x",), "values dropped"),
        (("x", "y", "z"), "values added"),
        (("x", "z"), "values dropped and values added"),
    ],
)
def test_categories(values, change):
    jobs = [make_job("a", [choice("k", "x", "y")]), make_job("b", [choice("k", *values)], ["a"])]
    row = compute_range_changes(jobs).iloc[0]
    assert (row["Change"], row["Old"], row["New"]) == (change, "x, y", ", ".join(values))


def test_what_is_new_and_what_is_gone_was_or_is_fixed():
    parent = make_job("a", [RATE, choice("k", "x", "y")], fixed={"depth": '"6"'})
    child = make_job("b", [RATE, number("depth", 2, 8, kind="integer")], ["a"], fixed={"k": "x"})
    table = compute_range_changes([parent, child]).set_index("Hyperparameter")
    assert table.index.tolist() == ["rate", "depth", "k"]
    assert table["Change"].tolist() == ["same", "new", "gone"]
    assert table.loc["depth", ["Old", "New"]].tolist() == ["fixed at 6", "2–8"]
    assert table.loc["k", ["Old", "New"]].tolist() == ["x, y", "fixed at x"]


def test_each_known_parent_is_compared_once():
    jobs = [
        make_job("a", [number("x", 0, 1)]),
        make_job("b", [number("x", 0, 4)]),
        make_job("c", [number("x", 0, 2)], ["a", "b", "gone"]),
    ]
    table = compute_range_changes(jobs)
    assert table["Parent"].tolist() == ["a", "b"]
    assert table["Change"].tolist() == ["extended", "narrowed"]


def test_numbers_keep_their_digits():
    assert describe_range(number("x", 0.0123456, 12345678)) == "0.0123456–12345678"
    assert describe_range(number("x", 3, 3)) == "3"
    assert describe_range(Hyperparameter("k", "categorical")) == "no values declared"
