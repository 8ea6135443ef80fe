"""What brushes, hovering and the legend select, against plain pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz.charts import (
    draw_hyperparameters,
)
from amtviz.grammar.palette import DIM
from amtviz.grammar.theme import job_colour
from tests.charts.pictures import (
    VIEWS,
    N,
    across,
    best_last,
    brushed,
    dashboard,
    heights,
    job_numbers,
    ranks_of,
    scored,
    small,
)
from tests.charts.scene import (
    View,
    draw,
    make_data,
    places,
)


def count(views: dict[str, View], view: str = "hyperparameter_3") -> int:
    return len(views[view].marks("selected", "symbol"))


FIRST_HALF = small()["TrainingStartTime"].iloc[N // 2]
BRUSHES = {
    "p0": ((1e-4, 1e-2), lambda f: f["rate"].between(1e-4, 1e-2)),
    "p1": ((1.5, 3.5), lambda f: f["depth"].isin([2, 3])),
    "p3": ((0.25, 0.5), lambda f: f["share"].between(0.25, 0.5)),
    "k": ((0.5, 10.5), lambda f: f["loss"].rank() <= 10),
    "y": ((0.9, 1.1), lambda f: f["loss"].between(0.9, 1.1)),
    "j": ((0.9, 1.1), lambda f: pd.Series(job_numbers(f), f.index) == 1),
    # any part of a category's strip takes all of it
    "p2": ((0.75, 0.8), lambda f: f["kind"] == "10"),
    "t": (
        (0.0, FIRST_HALF.timestamp() * 1000),
        lambda f: f["TrainingStartTime"] <= FIRST_HALF,
    ),
}


@pytest.mark.parametrize("name", BRUSHES)
def test_a_brush_selects_in_every_panel(name: str) -> None:
    ends, test = BRUSHES[name]
    views = brushed(**{name: ends})
    frame = small()
    inside = frame[test(frame)]
    expected = ranks_of(inside)
    assert 0 < expected < ranks_of(frame)
    for view in (*VIEWS, "hyperparameter_2", "tuning_job"):
        assert count(views, view) == expected
        grey = views[view].marks("background", "symbol")
        assert len(grey) == ranks_of(frame)
        assert {mark["fill"] for mark in grey} == {DIM}
        floor = views[view].marks("unscored", "rect")
        # without an objective there is no rank
        assert len(floor) == (len(inside) - expected if view != "training_jobs" else 0)
    found = places(views["hyperparameter_3"].marks("selected", "symbol"), "x")[:, 0]
    assert found == pytest.approx(across(best_last(inside), "hyperparameter_3"), abs=1e-3)
    assert len(views["hyperparameter_0"].marks("rug", "rect")) == len(inside)  # the rug


def test_brushes_intersect_with_each_other_and_the_legend() -> None:
    names = ["p0", "p3", "y"]
    frame = small()
    views = brushed(**{name: BRUSHES[name][0] for name in names})
    inside = frame[np.logical_and.reduce([BRUSHES[name][1](frame) for name in names])]
    assert count(views) == len(inside)
    assert 0 < len(inside) < 20
    views = brushed(jobs=(1,), p3=(0.25, 0.5))
    inside = scored(frame[BRUSHES["p3"][1](frame) & BRUSHES["j"][1](frame)])
    assert count(views) == len(inside)
    assert len(views["progress"].lines("best_so_far", "line")) == 1
    assert views["progress"].lines("best_so_far", "line")[0][0]["stroke"] == job_colour(1)
    assert count(brushed(jobs=(0, 1))) == ranks_of(frame)


def test_categories_left_and_right_of_a_brush_stay_out() -> None:
    frame = scored(small())
    for ends, kinds in [
        ((-0.3, 0.29), ["2"]),
        ((0.31, 0.69), []),
        ((0.29, 0.71), ["2", "10"]),
        ((-0.5, 2.5), ["2", "10", "x"]),
    ]:
        assert count(brushed(p2=ends)) == frame["kind"].isin(kinds).sum()


def test_missing_values_are_outside_every_brush() -> None:
    frame = small().assign(share=small()["share"].where(small().index % 2 == 0))
    chart = draw_hyperparameters(make_data(frame))
    views = draw(chart, brushes={"p3": (-0.04, 1.04)})
    assert count(views, "hyperparameter_0") == scored(frame)["share"].notna().sum()
    assert count(draw(chart), "hyperparameter_0") == ranks_of(frame)
    assert count(draw(chart), "hyperparameter_3") == scored(frame)["share"].notna().sum()
    assert views["hyperparameter_3"].title == f"share · {frame['share'].isna().sum()} without"


@pytest.mark.parametrize("trial", [0, 20])
def test_hover_marks_the_trial_in_every_panel(trial: int) -> None:
    views = brushed(hover=trial)
    one = small().iloc[[trial]]
    assert one["loss"].notna().all()
    for view in VIEWS:
        (mark,) = views[view].marks("hovered", "symbol")
        expected = [across(one, view)[0], heights(one["loss"])[0]]
        assert [mark["x"], mark["y"]] == pytest.approx(expected, abs=1e-3)
        assert mark["size"] == 110


def test_hover_marks_a_trial_without_objective_on_the_floor() -> None:
    trial = int(small().index[small()["loss"].isna()][0])
    views = brushed(hover=trial)
    for view in VIEWS[:4]:
        marks = views[view].marks("hovered_unscored", "rect")
        assert len(marks) == 1
        centre = (places(marks, "x", "width") @ [1, 0.5])[0]
        assert centre == pytest.approx(across(small().iloc[[trial]], view)[0], abs=1.01)
    assert dashboard()["progress"].marks("hovered_unscored", "rect") == []
