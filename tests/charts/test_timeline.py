"""The timeline: bars where the times put them, and what is selected, failed or still running."""

from __future__ import annotations

from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.charts import draw_dashboard, draw_timeline
from amtviz.charts.cost import timeline
from amtviz.charts.missing import sort_out
from tests.charts import scene
from tests.charts.costs import T0, limited, make_costs
from tests.contract.cases import far_apart_jobs, ten_thousand_trials

CHOSEN = ("whole", "stopped", "failed")  # layers of the selected bars


@pytest.fixture(scope="module")
def data() -> TuningData:
    return make_costs()


def subtitle(chart: alt.VConcatChart) -> str:
    spec = chart.to_dict(validate=False)
    panels = [panel for row in spec["vconcat"][1:] for panel in row["vconcat"]]
    return next(panel["title"]["subtitle"] for panel in panels if panel["name"] == "timeline")


def test_bars_lie_from_start_to_end_in_rows_that_never_overlap(data):
    view = scene.draw(draw_timeline(data))["timeline"]
    trials = data.trials
    waits, bars = view.marks("waits", "rule"), view.marks("target", "rect")
    assert len(bars) == len(waits) == len(trials)
    seconds = trials["TrainingElapsedTimeSeconds"]
    widths = np.array(sorted(bar["width"] for bar in bars))
    unit = widths.sum() / seconds.sum()
    assert widths == pytest.approx(np.sort(seconds) * unit, abs=0.05)
    assert [abs(w["x2"] - w["x"]) for w in waits] == pytest.approx([30 * unit] * 24, abs=0.05)
    for _, row in pd.DataFrame(bars).groupby("y"):
        row = row.sort_values("x")
        ends = (row["x"] + row["width"]).shift().iloc[1:]
        assert (row["x"].iloc[1:] >= ends - 0.01).all()


def test_failed_and_stopped_look_different(data):
    view = scene.draw(draw_timeline(data))["timeline"]
    statuses = data.trials["TrainingJobStatus"].value_counts()
    assert len(view.marks("whole", "rect")) == statuses["Completed"]
    assert len(view.marks("stopped", "rect")) == statuses["Stopped"]
    assert len(view.marks("failed", "rect")) == statuses["Failed"]
    assert all(
        mark["fill"] == "transparent" or not mark.get("fill")
        for mark in view.marks("failed", "rect")
    )
    assert all(mark["opacity"] == 0.5 for mark in view.marks("stopped", "rect"))


def test_a_brush_leaves_the_selected_bars(data):
    spec = draw_timeline(data).to_dict(validate=False)
    rows = spec["datasets"]["trials"]
    chosen = scene.draw(spec, jobs=(1,))["timeline"]
    own = [row for row in rows if row["j"] == 1]
    drawn = sum(len(chosen.marks(layer, "rect")) for layer in CHOSEN)
    assert drawn == len(own) < len(rows)
    assert len(chosen.marks("background", "rect")) == len(rows)
    assert scene.draw(spec)["timeline"].marks("background", "rect") == []


def test_jobs_months_apart_have_clocks_of_their_own():
    view = scene.draw(draw_timeline(far_apart_jobs()))["timeline"]
    assert "since the tuning job's start" in view.title
    bars = pd.DataFrame(view.marks("target", "rect"))
    assert (bars["x"].round() == round(bars["x"].min())).sum() == 2


def test_too_many_bars_become_counts():
    view = scene.draw(draw_timeline(ten_thousand_trials()))["timeline"]
    assert view.title.startswith("Training jobs at once")
    assert sum(len(line) for line in view.lines("running", "line")) == 240


def test_no_times_no_timeline():
    frame = pd.DataFrame({"loss": [1.0, 2.0], "x": [1, 2]})
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    panels, missing = sort_out(scene.draw_panels(timeline.CHART, data))
    assert panels == []
    assert missing == (
        "No end times are known, so “Training jobs in their parallel slots” isn't drawn: "
        "it needs TrainingStartTime and TrainingEndTime."
    )
    view = scene.draw(draw_timeline(data))["timeline"]
    assert view.kinds == ["text"]
    assert " ".join(view.marks("message", "text")[0]["text"].split()) == missing


def test_a_trial_holds_its_slot_while_it_waits_for_its_instance():
    """Where a limit says that AWS runs them, no wait lies under another bar of its row."""
    rng = np.random.default_rng(3)
    free, rows = [0.0] * 4, []
    for _ in range(60):  # a new training job as soon as one of four slots is free
        created = min(free)
        start = created + rng.gamma(2, 40)
        end = start + rng.gamma(4, 60)
        free[free.index(created)] = end + 5
        rows.append((created, start, end))
    times = pd.DataFrame(rows, columns=["CreationTime", "TrainingStartTime", "TrainingEndTime"])
    frame = times.apply(lambda column: T0 + pd.to_timedelta(column.round(), "s"))
    frame = frame.assign(loss=1.0, x=rng.uniform(0, 1, 60))
    data = TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=["x"]
    )
    view = scene.draw(draw_timeline(limited(data, 4)))["timeline"]
    waits = pd.DataFrame(view.marks("waits", "rule"))
    bars = pd.DataFrame(view.marks("target", "rect"))
    middle = (bars["y"] + bars["height"] / 2).round(3)
    assert middle.nunique() == 4
    assert len(waits) == (frame["TrainingStartTime"] - frame["CreationTime"] >= "1s").sum()
    for wait in waits.itertuples():
        row = bars[(middle - wait.y).abs() < 1]
        ends = row["x"] + row["width"]
        low, high = min(wait.x, wait.x2), max(wait.x, wait.x2)
        assert not ((row["x"] < high - 0.1) & (ends > low + 0.1)).any()
    assert waits[["x", "x2"]].min().min() >= 0  # inside the picture


def test_what_still_runs_reaches_to_now_and_has_an_arrow(data):
    trials = data.trials.copy()
    last = trials.index[-1]
    trials.loc[last, "TrainingJobStatus"] = "InProgress"
    trials.loc[last, "TrainingEndTime"] = pd.NaT
    trials.loc[last, "TrainingElapsedTimeSeconds"] = np.nan
    began = trials.loc[last, "TrainingStartTime"]
    at = (began + pd.Timedelta(seconds=900)).to_pydatetime()
    chart = draw_timeline(replace(data, trials=trials, fetched_at=at))
    view = scene.draw(chart)["timeline"]
    (arrow,) = view.marks("running", "symbol")
    bars = pd.DataFrame(view.marks("target", "rect"))
    longest = bars.loc[bars["width"].idxmax()]
    known = trials["TrainingElapsedTimeSeconds"].max()
    assert longest["width"] / bars["width"].nlargest(2).iloc[1] == pytest.approx(900 / known)
    assert arrow["x"] == pytest.approx(longest["x"] + longest["width"] + 6, abs=0.1)
    assert "arrow: still running" in subtitle(chart)


def test_those_without_times_are_counted(data):
    trials = data.trials.copy()
    trials.loc[:2, ["TrainingStartTime", "TrainingEndTime"]] = pd.NaT
    trials.loc[:2, "TrainingElapsedTimeSeconds"] = np.nan
    chart = draw_timeline(replace(data, trials=trials))
    assert len(scene.draw(chart)["timeline"].marks("target", "rect")) == len(trials) - 3
    assert "3 without a start or an end not drawn" in subtitle(chart)


def test_a_brush_elsewhere_and_the_pointer_are_followed(data):
    spec = draw_dashboard(data, sections=["values", "cost"]).to_dict(validate=False)
    rows = spec["datasets"]["trials"]
    chosen = [row for row in rows if row["p0"] is not None and 0.2 <= row["p0"] <= 0.6]
    view = scene.draw(spec, brushes={"p0": (0.2, 0.6)})["timeline"]
    assert sum(len(view.marks(layer, "rect")) for layer in CHOSEN) == len(chosen)
    hovered = scene.draw(spec, hover=rows[4]["i"])["timeline"]
    (mark,) = hovered.marks("hovered", "rect")
    other = hovered.marks("target", "rect")[4]
    assert (mark["x"], mark["width"]) == pytest.approx((other["x"], other["width"]))
