"""The curves and violins that are drawn, against SciPy's kernel estimate."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from amtviz import Hyperparameter
from amtviz.charts import (
    draw_hyperparameters,
    draw_objective_density,
)
from amtviz.grammar.theme import job_colour
from tests.charts.pictures import (
    KINDS,
    N,
    brushed,
    by_job,
    check_densities,
    close,
    curve,
    job_numbers,
    scored,
    silverman,
    small,
)
from tests.charts.scene import (
    HEIGHT,
    RANGES,
    WIDTH,
    View,
    draw,
    make_data,
    make_trials,
    padded,
    places,
)


@pytest.mark.parametrize("n", [N, 280, 1500])
def test_objective_density_is_the_kernel_estimate_of_every_tuning_job(n: int) -> None:
    frame = make_trials(n).sort_values("TrainingStartTime", ignore_index=True)
    view = draw(draw_objective_density(make_data(frame)))["objective_density"]
    check_densities(frame, view, by_job(frame), log=False)
    colours = [area[0]["fill"] for area in view.lines("selected", "area")]
    assert colours == [job_colour(0), job_colour(1)]


@pytest.mark.parametrize("n", [N, 280])
def test_the_density_of_an_objective_over_decades_is_that_of_its_logarithm(n: int) -> None:
    frame = make_trials(n).sort_values("TrainingStartTime", ignore_index=True)
    frame["loss"] = 10 ** (frame["loss"] * 6 - 4)
    assert frame["loss"].max() / frame["loss"].min() > 1000
    view = draw(draw_objective_density(make_data(frame)))["objective_density"]
    check_densities(frame, view, by_job(frame), log=True)


def test_the_density_follows_the_brush() -> None:
    view = brushed(p3=(0.2, 0.8))["objective_density"]
    frame = small()
    inside = scored(frame)[scored(frame)["share"].between(0.2, 0.8)]
    check_densities(frame, view, by_job(inside), log=False, brushed=True)


def test_too_few_brushed_trials_have_no_density() -> None:
    frame = scored(small())
    one = frame[frame["TuningJobName"] == "job-0"].sort_values("share")["share"]
    two_of_a_job = (float(one.iloc[0]) - 1e-6, float(one.iloc[1]) + 1e-6)
    inside = frame[frame["share"].between(*two_of_a_job)]
    counts = inside["TuningJobName"].value_counts()
    view = brushed(p3=two_of_a_job)["objective_density"]
    assert len(view.lines("selected", "area")) == sum(counts >= 3)


@pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])
@pytest.mark.parametrize("column", ["kind", "depth"])
def test_violins_are_the_kernel_estimate_at_each_value(column: str, log: bool) -> None:
    frame = make_trials(210).sort_values("TrainingStartTime", ignore_index=True)
    if log:
        frame["loss"] = 10 ** (frame["loss"] * 6 - 4)
    place = [h.name for h in RANGES].index(column)
    # both jobs are chosen: all trials are selected, and behind them are all trials
    views = draw(draw_hyperparameters(make_data(frame)), jobs=(0, 1))
    view = views[f"hyperparameter_{place}_density"]
    known = scored(frame)
    unit = np.log10 if log else (lambda v: v)
    low, high = (float(unit(end)) for end in padded(known["loss"], 0.05, log))
    bandwidth = silverman(unit(known["loss"]))
    values = known["kind"].map(KINDS) if column == "kind" else known["depth"]
    ends = (-0.5, 2.5) if column == "kind" else (0.5, 6.5)
    for layer in ("background", "selected"):
        areas = view.lines(layer, "area")
        assert len(areas) == values.nunique()
        found = {}
        for area in areas:
            left, right, y = places(area, "x", "x2", "y").T
            left, right = np.minimum(left, right), np.maximum(left, right)
            middle = (left + right) / 2 / WIDTH * (ends[1] - ends[0]) + ends[0]
            assert middle == pytest.approx(middle[0], abs=1e-3)
            centres = high - y / HEIGHT * (high - low)
            found[round(middle[0])] = centres, (right - left) / WIDTH * (ends[1] - ends[0])
        assert sorted(found) == sorted(values.unique())
        for value, (centres, widths) in found.items():
            at_value = unit(known["loss"][values == value])
            assert widths.max() == pytest.approx(0.84, abs=1e-3)  # leaves room to the next
            assert close(widths / 0.84, curve(at_value, bandwidth, centres), len(at_value))


def test_violins_follow_the_brush_and_the_legend() -> None:
    view = brushed(p3=(0.3, 1.0), jobs=(1,))["hyperparameter_2_density"]
    frame = scored(small())
    chosen = frame[np.array(job_numbers(frame)) == 1]
    counts = chosen[chosen["share"].between(0.3, 1.0)]["kind"].value_counts()
    assert len(view.lines("selected", "area")) == sum(counts >= 3)
    assert len(view.lines("background", "area")) == 3


def few_valued(values: list[int]) -> dict[str, View]:
    frame = make_trials(80).assign(depth=lambda f: np.resize(values, len(f)))
    ranges = [Hyperparameter("depth", "integer", 1, 100, scaling="Linear")]
    return draw(draw_hyperparameters(make_data(frame, ranges=ranges)))


def test_violins_at_uneven_values_do_not_touch() -> None:
    view = few_valued([1, 10, 50, 90])["hyperparameter_0_density"]
    spans = sorted(
        tuple(sorted([places(a, "x").min(), places(a, "x2").max()]))
        for a in view.lines("selected", "area")
    )
    assert len(spans) == 4
    widths = [high - low for low, high in spans]
    assert widths == pytest.approx([0.84 * 9 / (99 * 1.08) * WIDTH] * 4, rel=1e-3)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(spans))


def test_no_violins_where_they_would_be_hairs() -> None:
    assert "hyperparameter_0_density" not in few_valued([1, 2, 50, 90])
