"""Odd but ordinary inputs, drawn right: far values, missing categories, one value a trial."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, TuningData
from amtviz.charts import (
    draw_failures,
    draw_hyperparameters,
    draw_job_metrics,
    draw_progress,
    draw_timeline,
)
from amtviz.findings.facts import facts_of
from amtviz.grammar.axes import hyperparameter_axis, number_axis
from amtviz.grammar.columns import describe_columns
from amtviz.grammar.context import ChartContext
from amtviz.grammar.selection import select_trials
from amtviz.schema import METRIC_COLUMNS
from tests.charts import scene

N = 60


def make_frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    start = scene.START + pd.to_timedelta(np.arange(N) * 50, "s")
    return pd.DataFrame(
        {
            "TuningJobName": "job",
            "TrainingJobName": [f"t-{i:02d}" for i in range(N)],
            "TrainingJobStatus": "Completed",
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.Timedelta(seconds=120),
            "loss": rng.uniform(0.2, 0.6, N),
            "share": rng.uniform(0, 1, N),
            "kind": pd.Series(rng.choice(["a", "b"], N), dtype="string"),
        }
    )


RANGES = (
    Hyperparameter("share", "continuous", 0, 1),
    Hyperparameter("kind", "categorical", values=("a", "b")),
)


def make_data(frame: pd.DataFrame) -> TuningData:
    return scene.make_data(frame, ranges=RANGES)


@pytest.fixture(scope="module")
def diverged() -> TuningData:
    frame = make_frame()
    frame.loc[[5, 20], "loss"] = [300.0, 450.0]
    return make_data(frame)


def test_two_diverged_values_stand_at_the_edge_and_the_others_fill_the_panel(diverged):
    view = scene.draw(draw_progress(diverged))["progress"]
    heights = pd.Series([mark["y"] for mark in view.marks("selected", "symbol")])
    assert (heights == 0).sum() == 2
    others = heights[heights > 0]
    assert len(others) == N - 2
    loss = diverged.trials["loss"].drop([5, 20])
    low, high = scene.padded(loss, 0.05)
    expected = scene.HEIGHT - scene.at(loss, low, high, scene.HEIGHT)
    assert np.sort(others) == pytest.approx(np.sort(expected), abs=0.01)


def test_the_axis_says_how_many_lie_beyond(diverged):
    axis = ChartContext(diverged).axes["y"]
    assert (axis.kind, axis.beyond, axis.far) == ("linear", 2, "above")
    high = scene.padded(diverged.trials["loss"].drop([5, 20]), 0.05)[1]
    assert axis.note == f"2 above {high:.3g}"
    assert axis.channel(scene.alt.Y).to_dict()["title"] == ["loss", axis.note]


@pytest.mark.parametrize(
    ("values", "worse", "beyond"),
    [
        (np.r_[np.linspace(0.1, 0.12, 58), 0.9, 0.95], "below", 0),  # the best are never cut
        (np.r_[np.linspace(0.1, 0.12, 58), 0.9, 0.95], "above", 2),
        (np.r_[np.linspace(0.5, 0.9, 58), -40.0, -50.0], "below", 2),
        (np.geomspace(1e-4, 1e3, 60), "above", 0),  # a log axis shows them all
        (np.r_[np.linspace(0.1, 0.12, 50), np.full(10, 50.0)], "above", 0),  # not a few
        (np.array([0.1, 0.2]), "above", 0),
    ],
)
def test_only_few_and_far_bad_values_are_beyond(values, worse, beyond):
    assert number_axis("y", pd.Series(values), "y", worse).beyond == beyond


def test_a_brush_that_reaches_the_edge_holds_what_lies_beyond(diverged):
    context = ChartContext(diverged, brushes=("y",))
    axis = context.axes["y"]
    above = diverged.trials["loss"] > 0.5
    for high, count in ((axis.domain[1], above.sum()), (0.61, above.sum() - 2)):
        high = min(high, axis.domain[1]) if high != 0.61 else axis.edges[1] - 1e-6
        selected = select_trials(context, {"b_y": {"y": [0.5, high]}})
        assert len(selected) == count
    edges = next(c for c in describe_columns(context) if c["id"] == "y")["edges"]
    assert tuple(edges) == axis.edges
    low, high = axis.edges
    assert f"inrange(clamp(datum.y, {low!r}, {high!r}), b_y.y)" in context.selected


def test_a_category_that_a_trial_lacks_is_missing():
    frame = make_frame()
    frame.loc[30:, "kind"] = pd.NA
    views = scene.draw(draw_hyperparameters(make_data(frame), advanced=True), jobs=(0,))
    panel = views["hyperparameter_1"]
    assert len(panel.marks("selected", "symbol")) == 30
    assert len(panel.marks("background", "symbol")) == 30
    assert len(panel.marks("rug", "rect")) == 30
    counts = frame["kind"].value_counts()
    widths = pd.Series([mark["x"] for mark in panel.marks("selected", "symbol")])
    assert (widths < scene.WIDTH / 2).sum() == counts["a"]
    density = views["hyperparameter_1_density"]
    assert len(density.lines("selected", "area")) == 2


def test_a_scale_with_something_that_has_no_logarithm_is_linear():
    values = pd.Series([0.001, 10.0])
    assert number_axis("y", values, "y").kind == "log"
    assert number_axis("y", values, "y", beside=pd.Series([1.0, np.nan])).kind == "log"
    assert number_axis("y", values, "y", beside=pd.Series([-1.0, 1.0])).kind == "linear"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (1e-4, 0.1, [1e-4, 1e-3, 1e-2, 1e-1]),
        (0.1, 1.0, [0.1, 0.2, 0.5, 1.0]),
        (1e-8, 1.0, [1e-8, 1e-6, 1e-4, 1e-2, 1.0]),
    ],
)
def test_log_axes_have_round_ticks_inside_the_range(low, high, ticks):
    h = Hyperparameter("h", "continuous", low, high, scaling="Logarithmic")
    axis, _ = hyperparameter_axis(h, pd.Series([low, high]), "p0")
    values = axis.axis().to_dict()["values"]
    assert values == pytest.approx(ticks)
    assert all(axis.domain[0] <= value <= axis.domain[1] for value in values)


@pytest.mark.parametrize(
    ("low", "high", "form"),
    [(20260101, 20260131, "d"), (1_760_000_000, 1_760_003_600, "d"), (0, 10**7, "~s")],
)
def test_integers_that_differ_in_their_last_digits_are_labelled_in_full(low, high, form):
    h = Hyperparameter("h", "integer", low, high, scaling="Linear")
    axis, _ = hyperparameter_axis(h, pd.Series([low, high]), "p0")
    assert axis.axis().to_dict()["format"] == form


def test_the_first_and_the_last_violin_are_whole():
    frame = make_frame()
    frame["share"] = np.arange(N) % 3 / 2
    view = scene.draw(draw_hyperparameters(make_data(frame)))["hyperparameter_0_density"]
    groups = view.lines("selected", "area")
    assert len(groups) == 3
    ends = [(min(m["x"] for m in g), max(m["x"] + m["width"] for m in g)) for g in groups]
    widths = [high - low for low, high in ends]
    assert widths == pytest.approx([widths[0]] * 3, abs=0.01)
    assert min(low for low, _ in ends) >= -0.01
    assert max(high for _, high in ends) <= scene.WIDTH + 0.01


@pytest.mark.parametrize("slots", [1, 2, 3])
def test_the_timeline_names_every_job(slots):
    frame = make_frame()
    frame["TuningJobName"] = np.where(np.arange(N) % 2, "job-one", "job-two")
    ends = frame["TrainingStartTime"] + pd.Timedelta(seconds=100 * slots - 20)
    data = make_data(frame.assign(TrainingEndTime=ends))
    view = scene.draw(draw_timeline(data))["timeline"]
    assert sorted(next(found for found in view.labels if "one" in found)) == ["one", "two"]


def test_cut_offs_are_told_from_early_stopping():
    frame = make_frame()
    frame.loc[40:44, "TrainingJobStatus"] = "Stopped"
    frame["SecondaryStatus"] = pd.Series([pd.NA] * N, dtype="string")
    frame.loc[40:42, "SecondaryStatus"] = "MaxRuntimeExceeded"
    data = make_data(frame)
    chart = draw_timeline(data)
    view = scene.draw(chart)["timeline"]
    assert len(view.marks("stopped", "rect")) == 5
    assert len(view.marks("cut_off", "symbol")) == 3
    assert "hourglass: cut off (MaxRuntimeExceeded 3)" in str(chart.to_dict(validate=False))


def test_infeasible_trials_have_a_mark_of_their_own():
    frame = make_frame()
    frame["Feasible"] = np.arange(N) >= 4
    frame.loc[:4, "loss"] = np.nan
    view = scene.draw(draw_progress(make_data(frame)))["progress"]
    assert len(view.marks("infeasible", "symbol")) == 4
    assert len(view.marks("unscored", "rect")) == 1


def test_algorithms_are_a_panel_and_a_column():
    frame = make_frame()
    frame["TrainingJobDefinitionName"] = pd.Series(["xgb", "linear"] * (N // 2), dtype="string")
    data = make_data(frame)
    view = scene.draw(draw_hyperparameters(data))["algorithm"]
    assert len(view.marks("selected", "symbol")) == N
    assert view.labels[0] == ["linear", "xgb"]
    context = ChartContext(data)
    column = next(c for c in describe_columns(context) if c["id"] == "df")
    assert (column["name"], column["labels"]) == ("TrainingJobDefinitionName", ["linear", "xgb"])
    assert "algorithm" in [tip.to_dict()["title"] for tip in context.tooltip[1]]
    assert "(xgb)" in repr(data) or "(linear)" in repr(data)


def test_one_metric_point_a_trial_is_a_dot_and_its_number():
    frame = make_frame().head(8)
    data = make_data(frame)
    metrics = pd.DataFrame(
        {
            "TrainingJobName": frame["TrainingJobName"],
            "Host": "",
            "MetricName": "f1",
            "Timestamp": frame["TrainingEndTime"],
            "ElapsedSeconds": 0.0,
            "Value": np.linspace(0.5, 0.75, 8),
        }
    )[list(METRIC_COLUMNS)]
    view = scene.draw(draw_job_metrics(replace(data, metrics=metrics)))["metric_0"]
    assert len(view.marks("ends", "symbol")) == 8
    texts = [mark["text"] for mark in view.marks("numbers", "text")]
    assert sorted(texts) == [f"{value:.4g}" for value in np.linspace(0.5, 0.75, 8)]
    assert not [label for axis in view.labels for label in axis if label[-1] in "pnµm"]


def test_reasons_never_run_into_their_counts():
    frame = make_frame()
    frame["TrainingJobStatus"] = "Failed"
    frame["loss"] = np.nan
    frame["FailureReason"] = "AlgorithmError: exit code 1"
    frame["TrainingEndTime"] = frame["TrainingStartTime"] + pd.Timedelta(days=40, hours=23)
    data = make_data(frame)
    assert len(facts_of(data).failure_reasons)
    view = scene.draw(draw_failures(data))["failures_reasons"]
    (count,), (reason,) = (view.marks(name, "text") for name in ("count", "reason"))
    assert reason["x"] - count["x"] >= 6 * len(count["text"])
