"""The numbers that are drawn: every mark's place, height and colour, against plain pandas."""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gaussian_kde

from amtviz import Hyperparameter, TuningData
from amtviz.charts import (
    draw_dashboard,
    draw_hyperparameters,
    draw_objective_density,
    draw_progress,
    draw_training_jobs,
)
from amtviz.charts.theme import JOB_COLOURS, STATUS_SHAPES, job_colour
from tests.charts.scene import (
    FLOOR,
    HEIGHT,
    RANGES,
    RUG,
    START,
    WIDTH,
    View,
    at,
    draw,
    make_data,
    make_trials,
    padded,
    places,
)

BACKGROUND, SELECTED = 1, 2  # layers of a panel of up to 2,500 trials; the anchor is 0
N = 60


@functools.cache
def small() -> pd.DataFrame:
    """Trials in the order of their start, as the rows of a page are."""
    return make_trials(N).sort_values("TrainingStartTime", ignore_index=True)


@functools.cache
def spec() -> dict:
    return draw_dashboard(make_data(small()), advanced=True).to_dict(validate=False)


@functools.cache
def dashboard() -> dict[str, View]:
    return draw(spec())


def brushed(jobs: tuple[int, ...] = (), hover: int | None = None, **brushes) -> dict[str, View]:
    return draw(spec(), brushes=brushes, jobs=jobs, hover=hover)


def scored(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["loss"].notna()]


def job_numbers(frame: pd.DataFrame) -> list[int]:
    names = list(dict.fromkeys(small()["TuningJobName"]))
    return [names.index(name) for name in frame["TuningJobName"]]


def heights(values, bottom: float = HEIGHT - FLOOR, log: bool = False) -> np.ndarray:
    """Pixels of an objective, from the top."""
    return bottom - at(values, *padded(small()["loss"], 0.05, log), bottom, log)


def times(frame: pd.DataFrame) -> pd.Series:
    return (frame["TrainingStartTime"] - START).dt.total_seconds()


KINDS = {"2": 0, "10": 1, "x": 2}


def across(frame: pd.DataFrame, view: str) -> np.ndarray:
    """Pixels of the trials' places on a panel's x, worked out by hand."""
    if view == "progress":
        return at(times(frame), *padded(times(small()), 0.04), WIDTH)
    if view == "hyperparameter_0":
        return at(frame["rate"], 10**-5.16, 10**-0.84, WIDTH, log=True)
    if view == "hyperparameter_1":
        return at(frame["depth"], 0.5, 6.5, WIDTH)
    if view == "hyperparameter_3":
        return at(frame["share"], -0.04, 1.04, WIDTH)
    assert view == "training_jobs"
    ranks = small()["loss"].rank().loc[frame.index]
    return at(ranks, *padded([1, ranks_of(small())], 0.04), WIDTH)


def ranks_of(frame: pd.DataFrame) -> int:
    return int(frame["loss"].notna().sum())


VIEWS = ["progress", "hyperparameter_0", "hyperparameter_1", "hyperparameter_3", "training_jobs"]


# --- points


@pytest.mark.parametrize("view", VIEWS)
def test_one_point_a_scored_trial_at_its_place(view: str) -> None:
    panel, trials = dashboard()[view], scored(small())
    bottom = HEIGHT - FLOOR - (RUG if view.startswith("hyper") else 0)
    expected = np.column_stack([across(trials, view), heights(trials["loss"], bottom)])
    for layer in (BACKGROUND, SELECTED):
        marks = panel.marks(layer, "symbol")
        assert places(marks, "x", "y") == pytest.approx(expected, abs=1e-3)
    colours = [mark["fill"] for mark in panel.marks(SELECTED, "symbol")]
    assert colours == [job_colour(j) for j in job_numbers(trials)]
    assert len(set(colours)) == 2


def test_the_trials_of_a_category_stay_within_its_strip() -> None:
    trials = scored(small())
    for layer in (BACKGROUND, SELECTED):
        found = places(dashboard()["hyperparameter_2"].marks(layer, "symbol"), "x")[:, 0]
        centres = at(trials["kind"].map(KINDS), -0.5, 2.5, WIDTH)
        assert np.abs(found - centres).max() <= 0.3 * WIDTH / 3 + 1e-6
        assert np.abs(found - centres).max() > 0.2 * WIDTH / 3  # and fill it
    assert dashboard()["hyperparameter_2"].labels[0] == ["2", "10", "x"]
    jobs = places(dashboard()["tuning_job"].marks(SELECTED, "symbol"), "x")[:, 0]
    centres = at(job_numbers(trials), -0.5, 1.5, WIDTH)
    assert np.abs(jobs - centres).max() <= 0.3 * WIDTH / 2 + 1e-6


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_training_jobs_stand_best_first(direction: str) -> None:
    panel = draw(draw_training_jobs(make_data(small(), direction)))["training_jobs"]
    marks = places(panel.marks(SELECTED, "symbol"), "x", "y")
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
    lines, trials = panel.lines(3, "line"), scored(small())
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
    order = np.flatnonzero(frame["loss"].notna()) + 1
    found = places(panel.marks(SELECTED, "symbol"), "x")[:, 0]
    assert found == pytest.approx(at(order, *padded([1, N], 0.04), WIDTH), abs=1e-3)
    assert len(panel.lines(3, "line")) == 2


# --- trials without an objective


@pytest.mark.parametrize("view", VIEWS[:4])
def test_ticks_on_the_floor_are_the_unscored_trials(view: str) -> None:
    unscored = small()[small()["loss"].isna()]
    floor = dashboard()[view].marks(4 if view == "progress" else 3, "rect")
    assert len(floor) == len(unscored) == 9
    rug = RUG if view.startswith("hyper") else 0
    centre = places(floor, "x", "width") @ [1, 0.5]
    assert centre == pytest.approx(across(unscored, view), abs=1.01)
    top, height = places(floor, "y", "height").T
    assert (top >= HEIGHT - FLOOR - rug).all()
    assert (top + height <= HEIGHT - rug).all()
    assert [mark["fill"] for mark in floor] == [job_colour(j) for j in job_numbers(unscored)]


def test_no_floor_where_every_trial_has_an_objective() -> None:
    panel = draw(draw_progress(make_data(scored(small()))))["progress"]
    assert panel.kinds == ["symbol", "symbol", "symbol", "line", "symbol"]
    assert places(panel.marks(SELECTED, "symbol"), "y").max() == pytest.approx(
        heights(scored(small())["loss"], HEIGHT).max(), abs=1e-3
    )


# --- densities


def silverman(values: pd.Series) -> float:
    spread = min(values.std(), (values.quantile(0.75) - values.quantile(0.25)) / 1.34)
    return 0.9 * float(spread) * len(values) ** -0.2


def curve(values: pd.Series, bandwidth: float, centres: np.ndarray) -> np.ndarray:
    """SciPy's density, scaled to its peak."""
    found = gaussian_kde(values, bw_method=bandwidth / values.std())(centres)
    return found / found.max()


def close(found: np.ndarray, expected: np.ndarray, few: int) -> bool:
    """Within what moving each value by half a bin does to the curve."""
    return np.abs(found - expected).max() < (0.1 if few < 40 else 0.05)


def check_densities(frame: pd.DataFrame, view: View, groups: list[pd.Series], log: bool) -> None:
    """Compare an objective density's areas with SciPy's estimate of each group."""
    everything = scored(frame)["loss"]
    unit = np.log10 if log else (lambda v: v)
    low, high = (float(unit(end)) for end in padded(everything, 0.05, log))
    bandwidth = silverman(unit(everything))
    assert (high - low) / 60 < bandwidth < (high - low) / 5
    areas = [*view.lines(1, "area"), *view.lines(2, "area")]
    assert len(areas) == 1 + len(groups)
    for area, values in zip(areas, [everything, *groups], strict=True):
        x, y = places(area, "x", "y").T
        centres = low + x / WIDTH * (high - low)
        step = (high - low) / len(x)
        assert centres == pytest.approx(low + (np.arange(len(x)) + 0.5) * step, abs=step / 50)
        found = (HEIGHT - y) / HEIGHT * 1.05
        assert found.max() == pytest.approx(1, abs=1e-3)
        assert close(found, curve(unit(values), bandwidth, centres), len(values))


def by_job(frame: pd.DataFrame) -> list[pd.Series]:
    return [jobs["loss"] for _, jobs in scored(frame).groupby("TuningJobName", sort=False)]


@pytest.mark.parametrize("n", [N, 280, 1500])
def test_objective_density_is_the_kernel_estimate_of_every_tuning_job(n: int) -> None:
    frame = make_trials(n).sort_values("TrainingStartTime", ignore_index=True)
    view = draw(draw_objective_density(make_data(frame)))["objective_density"]
    check_densities(frame, view, by_job(frame), log=False)
    colours = [area[0]["fill"] for area in view.lines(2, "area")]
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
    check_densities(frame, view, by_job(inside), log=False)
    assert places(view.lines(1, "area")[0], "x", "y") == pytest.approx(
        places(dashboard()["objective_density"].lines(1, "area")[0], "x", "y")
    )  # the picture of all stays


def test_too_few_brushed_trials_have_no_density() -> None:
    frame = scored(small())
    one = frame[frame["TuningJobName"] == "job-0"].sort_values("share")["share"]
    two_of_a_job = (float(one.iloc[0]) - 1e-6, float(one.iloc[1]) + 1e-6)
    inside = frame[frame["share"].between(*two_of_a_job)]
    counts = inside["TuningJobName"].value_counts()
    view = brushed(p3=two_of_a_job)["objective_density"]
    assert len(view.lines(2, "area")) == sum(counts >= 3)


@pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])
@pytest.mark.parametrize("column", ["kind", "depth"])
def test_violins_are_the_kernel_estimate_at_each_value(column: str, log: bool) -> None:
    frame = make_trials(210).sort_values("TrainingStartTime", ignore_index=True)
    if log:
        frame["loss"] = 10 ** (frame["loss"] * 6 - 4)
    place = [h.name for h in RANGES].index(column)
    view = draw(draw_hyperparameters(make_data(frame)))[f"hyperparameter_{place}_density"]
    known = scored(frame)
    unit = np.log10 if log else (lambda v: v)
    low, high = (float(unit(end)) for end in padded(known["loss"], 0.05, log))
    bandwidth = silverman(unit(known["loss"]))
    values = known["kind"].map(KINDS) if column == "kind" else known["depth"]
    ends = (-0.5, 2.5) if column == "kind" else (0.5, 6.5)
    for layer in (1, 2):
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
    assert len(view.lines(2, "area")) == sum(counts >= 3)
    assert len(view.lines(1, "area")) == 3


def few_valued(values: list[int]) -> dict[str, View]:
    frame = make_trials(80).assign(depth=lambda f: np.resize(values, len(f)))
    ranges = [Hyperparameter("depth", "integer", 1, 100, scaling="Linear")]
    return draw(draw_hyperparameters(make_data(frame, ranges=ranges)))


def test_violins_at_uneven_values_do_not_touch() -> None:
    view = few_valued([1, 10, 50, 90])["hyperparameter_0_density"]
    spans = sorted(
        tuple(sorted([places(a, "x").min(), places(a, "x2").max()])) for a in view.lines(2, "area")
    )
    assert len(spans) == 4
    widths = [high - low for low, high in spans]
    assert widths == pytest.approx([0.84 * 9 / (99 * 1.08) * WIDTH] * 4, rel=1e-3)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(spans))


def test_no_violins_where_they_would_be_hairs() -> None:
    assert "hyperparameter_0_density" not in few_valued([1, 2, 50, 90])


# --- brushes, hover and legend


def count(views: dict[str, View], view: str = "hyperparameter_3") -> int:
    return len(views[view].marks(SELECTED, "symbol"))


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
        assert len(views[view].marks(BACKGROUND, "symbol")) == ranks_of(frame)
        floor = views[view].marks(4 if view == "progress" else 3, "rect")
        # without an objective there is no rank
        assert len(floor) == (len(inside) - expected if view != "training_jobs" else 0)
    found = places(views["hyperparameter_3"].marks(SELECTED, "symbol"), "x")[:, 0]
    assert found == pytest.approx(across(scored(inside), "hyperparameter_3"), abs=1e-3)
    assert len(views["hyperparameter_0"].marks(4, "rect")) == len(inside)  # the rug


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
    assert len(views["progress"].lines(3, "line")) == 1
    assert views["progress"].lines(3, "line")[0][0]["stroke"] == job_colour(1)
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
        bottom = HEIGHT - FLOOR - (RUG if view.startswith("hyper") else 0)
        layers = [
            groups[0] for kind, groups in views[view].layers[SELECTED + 1 :] if kind == "symbol"
        ]
        (mark,) = layers[-1]
        expected = [across(one, view)[0], heights(one["loss"], bottom)[0]]
        assert [mark["x"], mark["y"]] == pytest.approx(expected, abs=1e-3)
        assert mark["size"] == 110


def test_hover_marks_a_trial_without_objective_on_the_floor() -> None:
    trial = int(small().index[small()["loss"].isna()][0])
    views = brushed(hover=trial)
    for view in VIEWS[:4]:
        kind, (marks,) = views[view].layers[-1]
        assert kind == "rect"
        assert len(marks) == 1
        centre = (places(marks, "x", "width") @ [1, 0.5])[0]
        assert centre == pytest.approx(across(small().iloc[[trial]], view)[0], abs=1.01)
    assert dashboard()["progress"].layers[-1][1] == [[]]


# --- many trials


@functools.cache
def many(n: int) -> pd.DataFrame:
    frame = make_trials(n, seed=5)
    frame.loc[frame.index % 11 == 0, "share"] = np.nan
    return frame.sort_values("TrainingStartTime", ignore_index=True)


@functools.cache
def many_spec(n: int) -> dict:
    return draw_dashboard(make_data(many(n)), advanced=True).to_dict(validate=False)


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
    cells = cell_counts(many_drawn(n)[view].marks(BACKGROUND, "rect"))
    assert sum(cells.values()) == len(known)
    naive = count_in_cells(cells, *pixels(known, many(n), view))
    differing = sum(abs(cells[c] - naive[c]) for c in cells)
    assert differing <= 0.02 * len(known)  # those on the line between two cells


def test_the_background_becomes_cells_past_300_scored_trials() -> None:
    for n, kind in [(300, "symbol"), (301, "rect")]:
        frame = make_trials(n).assign(loss=np.arange(n) * 1.0)
        assert draw(draw_progress(make_data(frame)))["progress"].kinds[BACKGROUND] == kind


def test_the_selected_become_cells_past_2500_scored_trials() -> None:
    for n, kind in [(2500, "symbol"), (2501, "rect")]:
        frame = make_trials(n).assign(loss=np.arange(n) * 1.0)
        assert draw(draw_progress(make_data(frame)))["progress"].kinds[SELECTED] == kind


@pytest.mark.parametrize(
    "view", ["progress", "training_jobs", *(f"hyperparameter_{i}" for i in range(4))]
)
def test_selected_cells_are_the_backgrounds_before_anything_is_brushed(view: str) -> None:
    panel = many_drawn(3000)[view]
    background, chosen = (cell_counts(panel.marks(layer, "rect")) for layer in (1, 2))
    assert chosen == background
    assert sum(chosen.values()) == ranks_of(many(3000)) or view == "hyperparameter_3"
    assert len(panel.marks(3, "symbol")) == (
        (many(3000)["loss"].rank().le(200) & many(3000)["share"].notna()).sum()
        if view == "hyperparameter_3"
        else 200
    )


def test_selected_cells_follow_the_brush() -> None:
    ends = (1e-4, 1e-3)
    frame = many(3000)
    inside = frame[frame["rate"].between(*ends)]
    panel = many_drawn(3000, ends)["hyperparameter_1"]
    marks = panel.marks(2, "rect")
    # opacities keep to the scale of the background's
    top = max(cell_counts(panel.marks(1, "rect")).values())
    counts = ((places(marks, "opacity")[:, 0] - 0.1) / 0.8) ** 2 * top
    assert counts == pytest.approx(np.round(counts), abs=1e-3)
    assert counts.sum() == pytest.approx(ranks_of(inside), abs=0.1)
    best = frame["loss"].rank() <= 200
    assert len(panel.marks(3, "symbol")) == (best & frame["rate"].between(*ends)).sum()
    # the rug counts all trials, scored or not
    shares = ((places(panel.marks(5, "rect"), "opacity")[:, 0] - 0.1) / 0.8) ** 2
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


# --- tuning jobs and statuses


def legend_labels(view: View) -> list[str]:
    return [
        mark["text"] for kind, groups in view.layers if kind == "text" for g in groups for mark in g
    ]


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_the_legend_tells_trials_and_best(direction: str) -> None:
    legend = draw(draw_progress(make_data(small(), direction)))["legend"]
    expected = []
    for name in dict.fromkeys(small()["TuningJobName"]):
        one = small()[small()["TuningJobName"] == name]
        best = one["loss"].min() if direction == "Minimize" else one["loss"].max()
        expected.append(f"{name} · {len(one)} trials, best {best:.5g}")
    assert legend_labels(legend) == [*expected, "no objective · 9", "best so far"]
    marks = legend.marks(0, "symbol")
    assert [mark["fill"] for mark in marks] == [job_colour(0), job_colour(1)]


def test_the_legend_of_a_job_without_any_score_tells_no_best() -> None:
    frame = small()[:4].assign(TuningJobName=list("aaab"), loss=[1.0, 2.0, 0.5, np.nan])
    legend = draw(draw_progress(make_data(frame)))["legend"]
    assert legend_labels(legend)[:2] == ["a · 3 trials, best 0.5", "b · 1 trial"]


def test_chosen_jobs_stand_out_in_the_legend() -> None:
    marks = brushed(jobs=(1,))["legend"].marks(0, "symbol")
    assert [mark["opacity"] for mark in marks] == [0.25, 1]
    assert [mark["opacity"] for mark in dashboard()["legend"].marks(0, "symbol")] == [1, 1]


def test_colours_repeat_with_the_next_shape_after_ten_jobs() -> None:
    frame = make_trials(84, jobs=42).assign(loss=np.arange(84.0))
    frame = frame.assign(TuningJobName=[f"job-{i % 42:02d}" for i in range(84)])
    views = draw(draw_hyperparameters(make_data(frame)))
    shapes = ["circle"] * 10 + ["square"] * 10 + ["triangle-up"] * 10 + ["diamond"] * 10
    expected = [*zip(JOB_COLOURS * 4, shapes, strict=True)]
    expected += [(JOB_COLOURS[0], "circle"), (JOB_COLOURS[1], "circle")]
    legend = [(m["fill"], m["shape"]) for m in views["legend"].marks(0, "symbol")]
    assert legend == expected
    started = frame.sort_values("TrainingStartTime")
    jobs = [int(name[-2:]) for name in started["TuningJobName"]]
    for view in ("hyperparameter_0", "hyperparameter_2", "tuning_job"):
        marks = views[view].marks(SELECTED, "symbol")
        assert [(m["fill"], m["shape"]) for m in marks] == [expected[job] for job in jobs]


def test_shapes_tell_statuses() -> None:
    statuses = ["Completed", "Stopped", "Failed", "InProgress", "Stopping", "Deleting"]
    frame = small().assign(TrainingJobStatus=np.resize(statuses, N), loss=np.arange(N) * 1.0)
    views = draw(draw_hyperparameters(make_data(frame)))
    marks = views["hyperparameter_0"].marks(SELECTED, "symbol")
    expected = [STATUS_SHAPES.get(s, "circle") for s in frame["TrainingJobStatus"]]
    assert [mark["shape"] for mark in marks] == expected
    assert len(set(expected)) == 5
    # one entry a shape
    assert legend_labels(views["legend"])[2:-1] == [
        *["Deleting", "Failed", "InProgress", "Stopped, Stopping"]
    ]
    assert views["status"].labels[0] == sorted(statuses)
    found = places(views["status"].marks(SELECTED, "symbol"), "x")[:, 0]
    centres = at([sorted(statuses).index(s) for s in frame["TrainingJobStatus"]], -0.5, 5.5, WIDTH)
    assert np.abs(found - centres).max() <= 0.3 * WIDTH / 6 + 1e-6


def test_the_legend_names_only_statuses_that_points_have() -> None:
    frame = small()
    failed = frame["loss"].isna()
    frame = frame.assign(TrainingJobStatus=np.where(failed, "Failed", "Completed"))
    legend = draw(draw_progress(make_data(frame)))["legend"]
    assert legend_labels(legend)[2:] == ["no objective · 9", "best so far"]


# --- which panels, and their titles


def test_rugs_stand_under_hyperparameters_only() -> None:
    data = make_data(small())
    with_rugs, without = (draw(draw_dashboard(data, advanced=a)) for a in (True, False))
    assert with_rugs.keys() == without.keys()
    for view, panel in with_rugs.items():
        added = len(panel.layers) - len(without[view].layers)
        assert added == (view.startswith("hyperparameter_") and not view.endswith("density")), view
    rug = with_rugs["hyperparameter_3"].marks(4, "rect")
    assert len(rug) == N
    centre = places(rug, "x", "width") @ [1, 0.5]
    assert centre == pytest.approx(across(small(), "hyperparameter_3"), abs=0.51)
    assert (places(rug, "y")[:, 0] >= HEIGHT - RUG).all()


def test_panels_in_their_order_with_their_titles() -> None:
    titles = {
        name: view.title for name, view in dashboard().items() if name not in ("legend", "nothing")
    }
    assert list(titles.items())[:10] == [
        ("progress", "Progress, by start time (UTC)"),
        ("objective_density", "Density of loss"),
        ("hyperparameter_0", "rate (log scale)"),
        ("hyperparameter_1", "depth"),
        ("hyperparameter_1_density", "depth: density per value"),
        ("hyperparameter_2", "kind"),
        ("hyperparameter_2_density", "kind: density per value"),
        ("hyperparameter_3", "share"),
        ("tuning_job", "tuning job (job-…)"),
        ("training_jobs", "Training jobs, best first"),
    ]


@pytest.mark.parametrize("n", [12, 13])
def test_many_hyperparameters_stand_by_their_association(n: int) -> None:
    rng = np.random.default_rng(2)
    frame = small().drop(columns=["rate", "depth", "kind", "share"])
    noise = {f"h{i}": rng.uniform(0, 1, N) for i in range(n)}
    frame = frame.assign(**noise)
    frame["h7"] = -frame["loss"].fillna(0)
    frame["h5"] = frame["loss"].fillna(0) + rng.normal(0, 0.15, N)
    ranges = [Hyperparameter(f"h{i}", "continuous", scaling="Linear") for i in range(n)]
    chart = draw_hyperparameters(make_data(frame, ranges=ranges))
    titles = {str(panel.name): panel.title for panel in chart.vconcat[1].concat}
    names = [name for name in titles if name.startswith("hyperparameter_")]
    assert all(titles[name] == f"h{name.split('_')[1]}" for name in names)
    in_order = [f"hyperparameter_{i}" for i in range(n)]
    assert sorted(names) == sorted(in_order)
    if n <= 12:
        assert names == in_order
    else:
        assert names[:2] == ["hyperparameter_7", "hyperparameter_5"]
        assert names != in_order


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_the_title_names_the_best_trial(direction: str) -> None:
    frame = small().assign(loss=small()["loss"].where(small().index != 4, math.inf))
    frame.loc[5, "loss"] = -math.inf
    chart = draw_dashboard(make_data(frame, direction))
    finite = frame[np.isfinite(frame["loss"])]
    row = finite["loss"].idxmin() if direction == "Minimize" else finite["loss"].idxmax()
    assert chart.title.text == (
        f"loss ({direction.lower()}): best {frame['loss'][row]:.6g} "
        f"by {frame['TrainingJobName'][row]}"
    )


def test_the_title_without_any_objective() -> None:
    chart = draw_dashboard(make_data(small().assign(loss=np.nan)))
    assert chart.title.text == "loss (minimize)"


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.6, 0.95, ["0.6", "0.7", "0.8", "0.9"]),
        (0.0, 120.0, ["0", "50", "100"]),
        (0.99, 0.9901, ["0.99", "0.99002", "0.99004", "0.99006", "0.99008", "0.9901"]),
        (0.1, 0.100001, ["0.1", "0.1000002", "0.1000004", "0.1000006", "0.1000008", "0.100001"]),
        (0.0, 250_000.0, ["0", "50k", "100k", "150k", "200k", "250k"]),
        (250_000.0, 251_000.0, ["250k", "250.2k", "250.4k", "250.6k", "250.8k", "251k"]),
        (0.0, 1e-5, ["0", "2µ", "4µ", "6µ", "8µ", "10µ"]),
    ],
)
def test_ticks_tell_their_values_apart(low: float, high: float, labels: list[str]) -> None:
    frame = scored(small()).assign(loss=lambda f: np.linspace(low, high, len(f)))
    assert draw(draw_progress(make_data(frame)))["progress"].labels[1] == labels


def test_trials_that_differ_by_little_stay_apart() -> None:
    frame = scored(small()).assign(loss=lambda f: 1e9 + np.arange(len(f)) * 1e-3)
    panel = draw(draw_progress(make_data(frame)))["progress"]
    y = places(panel.marks(SELECTED, "symbol"), "y")[:, 0]
    assert y == pytest.approx(
        HEIGHT - at(np.arange(len(frame)), *padded([0, len(frame) - 1], 0.05), HEIGHT), abs=0.05
    )
    data: TuningData = make_data(frame)
    assert data.trials["loss"].nunique() == len(frame)
