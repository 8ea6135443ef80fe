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
    FLOOR,
    HEIGHT,
    RUG,
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
    bottom = HEIGHT - FLOOR - (RUG if view.startswith("hyper") else 0)
    y = bottom - at(frame["loss"], *padded(everything["loss"], 0.05), bottom)
    if view == "progress":
        x = at(times(frame), *padded(times(everything), 0.04), WIDTH)
    elif view == "hyperparameter_2":
        x = at(frame["kind"].map(KINDS), -0.5, 2.5, WIDTH)
    else:
        x = across(frame, view)
    return x, y


@pytest.mark.parametrize("view", ["progress", *(f"hyperparameter_{i}" for i in range(4))])
@pytest.mark.parametrize("n", [400, 3000])
def test_background_cells_count_every_scored_trial(n: int, view: str) -> None:
    known = scored(many(n))
    if view == "hyperparameter_3":
        known = known[known["share"].notna()]
    cells = cell_counts(many_drawn(n)[view].marks("background", "rect"))
    assert sum(cells.values()) == len(known)
    naive = count_in_cells(cells, *pixels(known, many(n), view))
    differing = sum(abs(cells[c] - naive[c]) for c in cells)
    assert differing <= 0.02 * len(known)  # those on the line between two cells


def test_the_background_becomes_cells_past_300_scored_trials() -> None:
    for n, kind in [(300, "symbol"), (301, "rect")]:
        frame = make_trials(n).assign(loss=np.arange(n) * 1.0)
        assert draw(draw_progress(make_data(frame)))["progress"].layer("background")[0] == kind


def test_the_selected_become_cells_past_800_scored_trials() -> None:
    for n, kind in [(800, "symbol"), (801, "rect")]:
        frame = make_trials(n).assign(loss=np.arange(n) * 1.0)
        assert draw(draw_progress(make_data(frame)))["progress"].layer("selected")[0] == kind


@pytest.mark.parametrize(
    "view", ["progress", "training_jobs", *(f"hyperparameter_{i}" for i in range(4))]
)
def test_selected_cells_are_the_backgrounds_before_anything_is_brushed(view: str) -> None:
    panel = many_drawn(3000)[view]
    background = cell_counts(panel.marks("background", "rect"))
    chosen = cell_counts(panel.marks("selected", "rect"))
    assert chosen == background
    assert sum(chosen.values()) == ranks_of(many(3000)) or view == "hyperparameter_3"
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
    # opacities keep to the scale of the background's
    top = max(cell_counts(panel.marks("background", "rect")).values())
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
    panel = draw(draw_hyperparameters(make_data(frame), advanced=advanced))["hyperparameter_3"]
    assert panel.title == f"share · {n} without"
    assert not any(marks for _, groups in panel.layers for marks in groups)
