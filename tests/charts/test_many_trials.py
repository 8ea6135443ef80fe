"""The cells that many trials are drawn as: what they count, against plain counting."""

from __future__ import annotations

import functools
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from amtviz.charts import (
    draw_dashboard,
    draw_hyperparameters,
    draw_progress,
)
from amtviz.grammar.palette import DIM, JOB_COLOURS, RAMP_ENDS, RAMP_STEPS, blend
from tests.charts.pictures import (
    KINDS,
    SECTIONS,
    across,
    by_job,
    check_densities,
    ranks_of,
    scored,
    times,
)
from tests.charts.scene import (
    HEIGHT,
    WIDTH,
    View,
    at,
    draw,
    make_data,
    make_trials,
    padded,
    places,
)


@functools.cache
def many(n: int) -> pd.DataFrame:
    frame = make_trials(n, seed=5)
    frame.loc[frame.index % 11 == 0, "share"] = np.nan
    return frame.sort_values("TrainingStartTime", ignore_index=True)


@functools.cache
def many_spec(n: int) -> dict:
    chart = draw_dashboard(make_data(many(n)), sections=SECTIONS, advanced=True)
    return chart.to_dict(validate=False)


@functools.cache
def many_drawn(n: int, ends: tuple[float, float] | None = None) -> dict[str, View]:
    return draw(many_spec(n), brushes={"p0": ends} if ends else {})


def cell_counts(marks: list[dict]) -> Counter:
    """Read how many trials each cell counts from its opacity."""
    opacities = places(marks, "opacity")[:, 0]
    shares = ((opacities - 0.1) / 0.8) ** 2
    counts = shares / shares.min()
    # the least count need not be one
    for least in range(1, 30):
        if np.abs(counts * least - np.round(counts * least)).max() < 0.05:
            break
    corners = [
        tuple(np.round(sorted([x, x + w]) + sorted([y, y + h]), 3))
        for x, w, y, h in places(marks, "x", "width", "y", "height")
    ]
    return Counter(dict(zip(corners, np.round(counts * least).astype(int).tolist(), strict=True)))


def count_in_cells(cells: Counter, x: np.ndarray, y: np.ndarray) -> Counter:
    """Count points inside rectangles, one by one."""
    found = Counter()
    for corner in cells:
        left, right, top, bottom = corner
        inside = (
            (left - 0.002 <= x) & (x < right + 0.002) & (top - 0.002 <= y) & (y < bottom + 0.002)
        )
        found[corner] = int(inside.sum())
    return found


def pixels(frame: pd.DataFrame, everything: pd.DataFrame, view: str) -> tuple[np.ndarray, ...]:
    y = HEIGHT - at(frame["loss"], *padded(everything["loss"], 0.05), HEIGHT)
    if view == "progress":
        x = at(times(frame), *padded(times(everything), 0.04), WIDTH)
    elif view == "hyperparameter_2":
        x = at(frame["kind"].map(KINDS), -0.5, 2.5, WIDTH)
    else:
        x = across(frame, view)
    return x, y


@pytest.mark.parametrize("view", ["progress", *(f"hyperparameter_{i}" for i in range(4))])
def test_cells_count_every_scored_trial(view: str) -> None:
    known = scored(many(3000))
    if view == "hyperparameter_3":
        known = known[known["share"].notna()]
    panel = many_drawn(3000)[view]
    assert panel.lines("background", "rect") == [[]]  # nothing is selected away
    cells = cell_counts(panel.marks("selected", "rect"))
    assert sum(cells.values()) == len(known)
    naive = count_in_cells(cells, *pixels(known, many(3000), view))
    differing = sum(abs(cells[c] - naive[c]) for c in cells)
    assert differing <= 0.02 * len(known)  # those on the line between two cells


def test_trials_become_cells_past_800_with_an_objective() -> None:
    for n, kind in [(800, "symbol"), (801, "rect")]:
        frame = make_trials(n).assign(loss=np.arange(n) * 1.0)
        panel = draw(draw_progress(make_data(frame)), jobs=(0,))["progress"]
        assert [panel.layer(layer)[0] for layer in ("background", "selected")] == [kind, kind]


@pytest.mark.parametrize(
    "view", ["progress", "training_jobs", *(f"hyperparameter_{i}" for i in range(4))]
)
def test_grey_cells_are_where_any_trial_is_once_some_are_selected(view: str) -> None:
    panel, chosen = many_drawn(3000)[view], many_drawn(3000, (1e-4, 1e-3))[view]
    corners = ("x", "y", "width", "height")
    every = {tuple(row) for row in places(panel.marks("selected", "rect"), *corners).round(3)}
    grey = chosen.marks("background", "rect")
    assert {tuple(row) for row in places(grey, *corners).round(3)} == every
    assert {(mark["fill"], mark.get("opacity", 1)) for mark in grey} == {(DIM, 1)}
    assert len(panel.marks("best", "symbol")) == (
        (many(3000)["loss"].rank().le(200) & many(3000)["share"].notna()).sum()
        if view == "hyperparameter_3"
        else 200
    )


def test_selected_cells_follow_the_brush() -> None:
    ends = (1e-4, 1e-3)
    frame = many(3000)
    inside = frame[frame["rate"].between(*ends)]
    panel = many_drawn(3000, ends)["hyperparameter_1"]
    marks = panel.marks("selected", "rect")
    # opacities keep to the scale of what they are before anything is brushed
    before = many_drawn(3000)["hyperparameter_1"]
    top = max(cell_counts(before.marks("selected", "rect")).values())
    counts = ((places(marks, "opacity")[:, 0] - 0.1) / 0.8) ** 2 * top
    assert counts == pytest.approx(np.round(counts), abs=1e-3)
    assert counts.sum() == pytest.approx(ranks_of(inside), abs=0.1)
    best = frame["loss"].rank() <= 200
    assert len(panel.marks("best", "symbol")) == (best & frame["rate"].between(*ends)).sum()
    # the rug counts all trials, scored or not
    shares = ((places(panel.marks("rug", "rect"), "opacity")[:, 0] - 0.1) / 0.8) ** 2
    depths = frame["depth"].value_counts()
    assert sorted(shares * depths.max()) == pytest.approx(
        sorted(inside["depth"].value_counts()), abs=1e-3
    )


def test_the_density_of_many_is_still_the_kernel_estimate() -> None:
    check_densities(
        many(3000), many_drawn(3000)["objective_density"], by_job(many(3000)), log=False
    )


@pytest.mark.parametrize(("n", "advanced"), [(40, True), (400, False), (2950, True)])
def test_a_hyperparameter_that_no_trial_used(n: int, advanced: bool) -> None:
    frame = make_trials(n).assign(share=np.nan)
    chart = draw_hyperparameters(make_data(frame), advanced=advanced)
    assert "hyperparameter_3" not in draw(chart)
    assert chart.vconcat[1].title.subtitle == [
        "No trial has a value, so “share” isn't drawn: it needs trials with values."
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_cell_has_the_colour_of_its_best_selected_trial(jobs: int) -> None:
    frame = make_trials(1000, jobs=jobs, seed=2).sort_values("TrainingStartTime", ignore_index=True)
    ends = (1e-4, 1e-3)
    chart = draw_hyperparameters(make_data(frame))
    view = draw(chart, brushes={"p0": ends})["hyperparameter_3"]
    known = scored(frame)
    inside = known[known["rate"].between(*ends)]
    ranks = known["loss"].rank(method="first")
    names = list(dict.fromkeys(frame["TuningJobName"]))
    ramp = blend(RAMP_ENDS, RAMP_STEPS)
    x, y = (
        across(inside, "hyperparameter_3"),
        HEIGHT - at(inside["loss"], *padded(known["loss"], 0.05), HEIGHT),
    )
    checked = 0
    for mark in view.marks("selected", "rect"):
        left, right = sorted([mark["x"], mark["x"] + mark["width"]])
        top, bottom = sorted([mark["y"], mark["y"] + mark["height"]])
        clear = [  # not on the line between two cells
            (left + d <= x) & (x <= right - d) & (top + d <= y) & (y <= bottom - d)
            for d in (0.02, -0.02)
        ]
        if (clear[0] != clear[1]).any():
            continue
        best = inside[clear[0]]["loss"].idxmin()
        if jobs == 1:
            share = 1 - (ranks[best] - 1) / (len(known) - 1)
            expected = ramp[int(np.floor(share * (RAMP_STEPS - 1) + 0.5))]
        else:
            expected = JOB_COLOURS[names.index(frame["TuningJobName"][best])]
        assert mark["fill"] == expected
        checked += 1
    assert checked > 30
