"""The points, lines and ticks that are drawn: their places and colours, against plain pandas."""

from __future__ import annotations

import numpy as np
import pytest

from amtviz.charts import (
    draw_progress,
    draw_training_jobs,
)
from amtviz.grammar.theme import job_colour
from tests.charts.pictures import (
    KINDS,
    VIEWS,
    N,
    across,
    best_last,
    dashboard,
    heights,
    job_numbers,
    ranks_of,
    scored,
    small,
    spec,
)
from tests.charts.scene import (
    FLOOR,
    HEIGHT,
    RUG,
    WIDTH,
    at,
    draw,
    make_data,
    make_trials,
    padded,
    places,
)

# --- points


@pytest.mark.parametrize("view", VIEWS)
def test_one_point_a_scored_trial_at_its_place(view: str) -> None:
    panel, trials = dashboard()[view], best_last(small())
    expected = np.column_stack([across(trials, view), heights(trials["loss"])])
    assert panel.lines("background", "symbol") == [[]]  # nothing is selected away
    marks = panel.marks("selected", "symbol")
    assert places(marks, "x", "y") == pytest.approx(expected, abs=1e-3)
    ring = panel.marks("ring", "symbol")
    assert places(ring, "x", "y") == pytest.approx(expected[-1:], abs=1e-3)  # the best
    assert (ring[0].get("fill"), ring[0]["strokeWidth"]) in {(None, 2), ("transparent", 2)}
    colours = [mark["fill"] for mark in panel.marks("selected", "symbol")]
    assert colours == [job_colour(j) for j in job_numbers(trials)]
    assert len(set(colours)) == 2


def test_the_trials_of_a_category_stay_within_its_strip() -> None:
    trials = best_last(small())
    found = places(dashboard()["hyperparameter_2"].marks("selected", "symbol"), "x")[:, 0]
    centres = at(trials["kind"].map(KINDS), -0.5, 2.5, WIDTH)
    assert np.abs(found - centres).max() <= 0.3 * WIDTH / 3 + 1e-6
    assert np.abs(found - centres).max() > 0.2 * WIDTH / 3  # and fill it
    assert dashboard()["hyperparameter_2"].labels[0] == ["2", "10", "x"]
    jobs = places(dashboard()["tuning_job"].marks("selected", "symbol"), "x")[:, 0]
    centres = at(job_numbers(trials), -0.5, 1.5, WIDTH)
    assert np.abs(jobs - centres).max() <= 0.3 * WIDTH / 2 + 1e-6


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_training_jobs_stand_best_first(direction: str) -> None:
    panel = draw(draw_training_jobs(make_data(small(), direction)))["training_jobs"]
    marks = places(panel.marks("selected", "symbol"), "x", "y")
    ordered = marks[np.argsort(marks[:, 0]), 1]
    steps = np.diff(ordered)  # pixels grow downwards
    assert (steps <= 0).all() if direction == "Minimize" else (steps >= 0).all()
    assert len(marks) == ranks_of(small())


def test_few_training_jobs_are_named_by_rank() -> None:
    frame = make_trials(10).assign(TrainingJobName=[f"tune-{n}" for n in "jihgfedcba"])
    panel = draw(draw_training_jobs(make_data(frame)))["training_jobs"]
    expected = scored(frame).sort_values("loss")["TrainingJobName"].str[len("tune-") :]
    assert panel.labels[0] == expected.tolist()
    many = dashboard()["training_jobs"].labels[0]
    assert many == ["1", "10", "20", "30", "40", "50"]


# --- best so far


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_the_dashed_line_is_the_best_so_far_at_every_trial(direction: str) -> None:
    panel = draw(draw_progress(make_data(small(), direction)))["progress"]
    lines, trials = panel.lines("best_so_far", "line"), scored(small())
    names = list(dict.fromkeys(small()["TuningJobName"]))
    assert len(lines) == len(names) == 2
    for number, (name, line) in enumerate(zip(names, lines, strict=True)):
        one = trials[trials["TuningJobName"] == name]
        losses = one["loss"].tolist()
        naive = [
            (min if direction == "Minimize" else max)(losses[: n + 1]) for n in range(len(losses))
        ]
        corners = places(line, "x", "y")
        pixels, expected = across(one, "progress"), heights(naive)
        # a step line keeps each height up to the next corner
        steps = np.searchsorted(corners[:, 0], pixels + 1e-6) - 1
        assert corners[steps, 1] == pytest.approx(expected, abs=1e-3)
        assert corners[[0, -1], 0] == pytest.approx(pixels[[0, -1]], abs=1e-3)
        assert len(corners) == len(set(naive)) + (naive[-1] == naive[-2])  # no corner too many
        assert {mark["stroke"] for mark in line} == {job_colour(number)}
        assert {(mark["interpolate"], *mark["strokeDash"]) for mark in line} == {
            ("step-after", 4, 3)
        }


def test_progress_by_order_where_times_are_unknown() -> None:
    frame = small().drop(columns=["TrainingStartTime", "TrainingEndTime"])
    panel = draw(draw_progress(make_data(frame)))["progress"]
    assert panel.title == "Progress, by trial, in order of start"
    order = best_last(frame).index + 1
    found = places(panel.marks("selected", "symbol"), "x")[:, 0]
    assert found == pytest.approx(at(order, *padded([1, N], 0.04), WIDTH), abs=1e-3)
    assert len(panel.lines("best_so_far", "line")) == 2


# --- trials without an objective


@pytest.mark.parametrize("view", VIEWS[:4])
def test_ticks_on_the_floor_are_the_unscored_trials(view: str) -> None:
    unscored = small()[small()["loss"].isna()]
    floor = dashboard()[view].marks("unscored", "rect")
    assert len(floor) == len(unscored) == 9
    rug = RUG if view.startswith("hyper") else 0  # between the points and the axis, the lowest
    centre = places(floor, "x", "width") @ [1, 0.5]
    assert centre == pytest.approx(across(unscored, view), abs=1.01)
    top, height = places(floor, "y", "height").T
    assert (top >= HEIGHT).all()
    assert (top + height <= HEIGHT + FLOOR).all()
    lowest = draw(spec())[view].marks("rug", "rect") if rug else []
    assert all(HEIGHT + FLOOR <= tick["y"] <= HEIGHT + FLOOR + rug for tick in lowest)
    assert [mark["fill"] for mark in floor] == [job_colour(j) for j in job_numbers(unscored)]


def test_no_floor_where_every_trial_has_an_objective() -> None:
    panel = draw(draw_progress(make_data(scored(small()))))["progress"]
    assert "unscored" not in panel.names
    before_pins = panel.names[: panel.names.index("ring") + 1]
    assert before_pins == ["anchor", "background", "selected", "best_so_far", "ring"]
    assert places(panel.marks("selected", "symbol"), "y").max() == pytest.approx(
        heights(scored(small())["loss"]).max(), abs=1e-3
    )
