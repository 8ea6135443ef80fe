"""The legend, colours, shapes and titles, and which panels there are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from amtviz import Hyperparameter, TuningData
from amtviz.charts import (
    draw_dashboard,
    draw_hyperparameters,
    draw_progress,
)
from amtviz.grammar.theme import JOB_COLOURS, STATUS_SHAPES, job_colour
from tests.charts.pictures import (
    SECTIONS,
    N,
    across,
    best_last,
    brushed,
    dashboard,
    legend_labels,
    scored,
    small,
)
from tests.charts.scene import (
    FLOOR,
    HEIGHT,
    WIDTH,
    at,
    draw,
    make_data,
    make_trials,
    padded,
    places,
)

# --- tuning jobs and statuses


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_the_legend_tells_trials_and_best(direction: str) -> None:
    legend = draw(draw_progress(make_data(small(), direction)))["legend"]
    expected = []
    for name in dict.fromkeys(small()["TuningJobName"]):
        one = small()[small()["TuningJobName"] == name]
        best = one["loss"].min() if direction == "Minimize" else one["loss"].max()
        expected.append(f"{name} · {len(one)} trials, best {best:.5g}")
    assert legend_labels(legend) == [*expected, "no objective · 9", "best so far"]
    marks = legend.marks("jobs", "symbol")
    assert [mark["fill"] for mark in marks] == [job_colour(0), job_colour(1)]


def test_the_legend_of_a_job_without_any_score_tells_no_best() -> None:
    frame = small()[:4].assign(TuningJobName=list("aaab"), loss=[1.0, 2.0, 0.5, np.nan])
    legend = draw(draw_progress(make_data(frame)))["legend"]
    assert legend_labels(legend)[:2] == ["a · 3 trials, best 0.5", "b · 1 trial"]


def test_chosen_jobs_stand_out_in_the_legend() -> None:
    marks = brushed(jobs=(1,))["legend"].marks("jobs", "symbol")
    assert [mark["opacity"] for mark in marks] == [0.25, 1]
    assert [mark["opacity"] for mark in dashboard()["legend"].marks("jobs", "symbol")] == [1, 1]


def test_colours_repeat_with_the_next_shape_after_ten_jobs() -> None:
    frame = make_trials(84, jobs=42).assign(loss=np.arange(84.0))
    frame = frame.assign(TuningJobName=[f"job-{i % 42:02d}" for i in range(84)])
    views = draw(draw_hyperparameters(make_data(frame)))
    shapes = ["circle"] * 10 + ["square"] * 10 + ["triangle-up"] * 10 + ["diamond"] * 10
    expected = [*zip(JOB_COLOURS * 4, shapes, strict=True)]
    expected += [(JOB_COLOURS[0], "circle"), (JOB_COLOURS[1], "circle")]
    legend = [(m["fill"], m["shape"]) for m in views["legend"].marks("jobs", "symbol")]
    assert legend == expected
    jobs = [int(name[-2:]) for name in best_last(frame)["TuningJobName"]]
    for view in ("hyperparameter_0", "hyperparameter_2", "tuning_job"):
        marks = views[view].marks("selected", "symbol")
        assert [(m["fill"], m["shape"]) for m in marks] == [expected[job] for job in jobs]


def test_shapes_tell_statuses() -> None:
    statuses = ["Completed", "Stopped", "Failed", "InProgress", "Stopping", "Deleting"]
    frame = small().assign(TrainingJobStatus=np.resize(statuses, N), loss=np.arange(N) * 1.0)
    views = draw(draw_hyperparameters(make_data(frame)))
    marks = views["hyperparameter_0"].marks("selected", "symbol")
    frame = best_last(frame)
    expected = [STATUS_SHAPES.get(s, "circle") for s in frame["TrainingJobStatus"]]
    assert [mark["shape"] for mark in marks] == expected
    assert len(set(expected)) == 5
    # one entry a shape
    assert legend_labels(views["legend"])[2:] == [
        *["Deleting", "Failed", "InProgress, Stopping", "Stopped"]
    ]
    assert views["status"].labels[0] == sorted(statuses)
    found = places(views["status"].marks("selected", "symbol"), "x")[:, 0]
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
    with_rugs = dashboard()
    without = draw(draw_dashboard(make_data(small()), sections=SECTIONS, advanced=False))
    assert with_rugs.keys() == without.keys()
    for view, panel in with_rugs.items():
        has_rug = view.startswith("hyperparameter_") and not view.endswith("density")
        added = [name for name in panel.names if name not in without[view].names]
        assert added == (["rug"] if has_rug else []), view
    rug = with_rugs["hyperparameter_3"].marks("rug", "rect")
    assert len(rug) == N
    centre = places(rug, "x", "width") @ [1, 0.5]
    assert centre == pytest.approx(across(small(), "hyperparameter_3"), abs=0.51)
    assert (places(rug, "y")[:, 0] >= HEIGHT + FLOOR).all()


def test_panels_in_their_order_with_their_titles() -> None:
    expected = [
        ("progress", "Progress, by start time (UTC)"),
        ("training_jobs", "Training jobs, best first"),
        ("objective_density", "Density of loss"),
        ("hyperparameter_0", "rate (log scale)"),
        ("hyperparameter_1", "depth"),
        ("hyperparameter_1_density", "depth: density per value"),
        ("hyperparameter_2", "kind"),
        ("hyperparameter_2_density", "kind: density per value"),
        ("hyperparameter_3", "share"),
        ("tuning_job", "tuning job (job-…)"),
    ]
    named = dict(expected)
    titles = [(name, view.title) for name, view in dashboard().items() if name in named]
    assert titles == expected


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
    titles = {str(panel.name): panel.title for panel in chart.vconcat[1].vconcat[0].concat}
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
    chart = draw_dashboard(make_data(frame, direction), sections=["progress"])
    finite = frame[np.isfinite(frame["loss"])]
    row = finite["loss"].idxmin() if direction == "Minimize" else finite["loss"].idxmax()
    assert chart.title.text == (
        f"loss ({direction.lower()}): best {frame['loss'][row]:.6g} "
        f"by {frame['TrainingJobName'][row]}"
    )


def test_the_title_without_any_objective() -> None:
    chart = draw_dashboard(make_data(small().assign(loss=np.nan)), sections=["progress"])
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
    y = places(panel.marks("selected", "symbol"), "y")[:, 0]
    assert y == pytest.approx(
        HEIGHT - at(np.arange(len(frame))[::-1], *padded([0, len(frame) - 1], 0.05), HEIGHT),
        abs=0.05,
    )
    data: TuningData = make_data(frame)
    assert data.trials["loss"].nunique() == len(frame)
