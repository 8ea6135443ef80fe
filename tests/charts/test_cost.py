"""The cost panels and the timeline: bars where the numbers put them, and true sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData, TuningJob, api
from amtviz.analysis.cost import compute_cost
from amtviz.charts import cost, draw_cost, draw_timeline, timeline
from amtviz.charts.standalone import make_context
from tests.charts import scene
from tests.contract.cases import all_failed, empty, far_apart_jobs, one_trial, ten_thousand_trials

T0 = pd.Timestamp("2026-03-01 12:00", tz="UTC")


def make(n: int = 24) -> TuningData:
    """Two tuning jobs on two instance types, every sixth trial failed, every eighth stopped."""
    rng = np.random.default_rng(0)
    at = np.arange(n) // 3 * 400 + 60 * (np.arange(n) % 3)
    seconds = rng.integers(100, 280, n)
    status = np.where(np.arange(n) % 6 == 5, "Failed", "Completed")
    status[::8] = "Stopped"
    frame = pd.DataFrame(
        {
            "TuningJobName": np.where(np.arange(n) < n / 2, "random", "bayesian"),
            "TrainingJobName": [f"trial-{i}" for i in range(n)],
            "TrainingJobStatus": status,
            "CreationTime": T0 + pd.to_timedelta(at, "s"),
            "TrainingStartTime": T0 + pd.to_timedelta(at + 30, "s"),
            "TrainingEndTime": T0 + pd.to_timedelta(at + 30 + seconds, "s"),
            "BillableTimeInSeconds": seconds,
            "InstanceType": np.where(np.arange(n) % 2, "ml.m5.large", "ml.c5.large"),
            "InstanceCount": 1,
            "loss": np.where(status == "Failed", np.nan, rng.normal(1, 0.2, n)),
            "x": rng.uniform(0, 1, n),
        }
    )
    return TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=["x"]
    )


def sentence(data: TuningData, **options) -> str:
    return cost.finding(make_context(data, [cost], **options))


@pytest.fixture(scope="module")
def data() -> TuningData:
    return make()


def test_bars_are_as_long_as_the_seconds(data):
    view = scene.draw(draw_cost(data))["cost"]
    table = compute_cost(data.trials, data.objective)
    bars = view.marks(0, "rect")
    rows = {"completed": 0, "stopped early": 1, "failed": 2}
    seconds = table.groupby("Outcome")["BilledSeconds"].sum()
    assert set(seconds.index) == set(rows)
    longest = seconds.max()
    lengths = pd.Series([b["width"] for b in bars]).groupby([round(b["y"]) for b in bars]).sum()
    for outcome, row in rows.items():
        assert lengths.iloc[row] / lengths.max() == pytest.approx(
            seconds[outcome] / longest, abs=0.01
        )
    whole = seconds.sum()
    texts = [mark["text"] for mark in view.marks(1, "text")]
    assert [text.split(" · ")[1] for text in texts] == [
        f"{100 * seconds[name] / whole:.0f} %" for name in rows
    ]


def test_prices_turn_the_bars_into_dollars(data):
    prices = {"ml.m5.large": 0.115, "ml.c5.large": 0.102}
    views = scene.draw(draw_cost(data, prices=prices))
    assert views["cost"].title == "Where the money went, dollars"
    hours = data.trials.groupby("InstanceType")["BillableTimeInSeconds"].sum() / 3600
    for text in (mark["text"] for mark in views["cost_types"].marks(1, "text")):
        assert any(
            text.startswith(f"${hours[name] * price:,.2f}") for name, price in prices.items()
        )
    text = sentence(data, prices=prices)
    dollars = sum(hours[name] * price for name, price in prices.items())
    assert f": ${dollars:,.2f} at the given prices." in text


def test_a_type_without_a_price_is_named_and_never_guessed(data):
    text = sentence(data, prices={"ml.m5.large": 0.115})
    hours = data.trials.groupby("InstanceType")["BillableTimeInSeconds"].sum() / 3600
    assert (
        f"at least ${hours['ml.m5.large'] * 0.115:,.2f} at the given prices, without ml.c5.large, "
        "which has no price." in text
    )
    assert scene.draw(draw_cost(data, prices={"ml.m5.large": 0.115}))["cost"].title.startswith(
        "Where the billable time went, "
    )


def test_the_sentence_says_what_was_lost_and_how_long_trials_waited(data):
    trials, text = data.trials, sentence(data)
    seconds = trials["BillableTimeInSeconds"]
    failed, stopped = (trials["TrainingJobStatus"] == name for name in ("Failed", "Stopped"))
    share = 100 * seconds[failed].sum() / seconds.sum()
    assert f"{share:.0f} % of it went into {failed.sum()} trials that failed" in text
    share = 100 * seconds[stopped].sum() / seconds.sum()
    assert f"{share:.0f} % into {stopped.sum()} that were stopped early." in text
    assert "waited 30 seconds for its instance (median" in text
    assert "slots" not in text  # no limit is known, so nobody knows how many could have run
    assert "spot" not in text


def test_slots_are_compared_with_what_was_configured(data):
    jobs = tuple(
        TuningJob(
            name=job.name,
            arn="",
            status="Completed",
            strategy="Random",
            objective=data.objective,
            hyperparameters=data.hyperparameters,
            definitions=(),
            metric_names=(),
            limits={"MaxParallelTrainingJobs": 6},
        )
        for job in data.jobs
    )
    text = sentence(replace(data, jobs=jobs))
    trials, used, places = data.trials, 0.0, 0.0
    for _, own in trials.groupby("TuningJobName"):
        span = (own["TrainingEndTime"].max() - own["TrainingStartTime"].min()).total_seconds()
        used += own["TrainingElapsedTimeSeconds"].sum()
        places += 6 * span
    share = f"{100 * used / places:.0f} %"
    assert f"The tuning jobs' parallel slots were busy {share} of the time: " in text


def test_the_demo_says_what_it_took():
    text = sentence(api.load_demo())
    seconds = api.load_demo().trials["BillableTimeInSeconds"].sum()
    assert text.startswith(
        f"The 125 trials took {seconds / 60:.3g} minutes of billable instance time on local."
    )


@pytest.mark.parametrize("data", [empty(), one_trial(), all_failed()])
def test_without_a_bill_nothing_is_claimed(data):
    assert sentence(data) == ""
    assert cost.panels(make_context(data, [cost])) == [] or not len(data.trials)


# --- the timeline


def test_bars_lie_from_start_to_end_in_rows_that_never_overlap(data):
    view = scene.draw(draw_timeline(data))["timeline"]
    trials = data.trials
    waits, bars = view.marks(1, "rule"), view.marks(2, "rect")
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
    assert len(view.marks(3, "rect")) == statuses["Completed"]
    assert len(view.marks(4, "rect")) == statuses["Stopped"]
    assert len(view.marks(5, "rect")) == statuses["Failed"]
    assert all(
        mark["fill"] == "transparent" or not mark.get("fill") for mark in view.marks(5, "rect")
    )
    assert all(mark["opacity"] == 0.5 for mark in view.marks(4, "rect"))


def test_a_brush_leaves_the_selected_bars(data):
    spec = draw_timeline(data).to_dict(validate=False)
    rows = spec["datasets"]["trials"]
    chosen = scene.draw(spec, jobs=(1,))["timeline"]
    own = [row for row in rows if row["j"] == 1]
    drawn = sum(len(chosen.marks(layer, "rect")) for layer in (3, 4, 5))
    assert drawn == len(own) < len(rows)
    assert len(chosen.marks(2, "rect")) == len(rows)


def test_jobs_months_apart_have_clocks_of_their_own():
    view = scene.draw(draw_timeline(far_apart_jobs()))["timeline"]
    assert "since the tuning job's start" in view.title
    bars = pd.DataFrame(view.marks(1, "rect"))
    assert (bars["x"].round() == round(bars["x"].min())).sum() == 2


def test_too_many_bars_become_counts():
    view = scene.draw(draw_timeline(ten_thousand_trials()))["timeline"]
    assert view.title.startswith("Training jobs at once")
    assert sum(len(line) for line in view.lines(1, "line")) == 240


def test_no_times_no_timeline():
    frame = pd.DataFrame({"loss": [1.0, 2.0], "x": [1, 2]})
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    assert timeline.panels(make_context(data, [timeline])) == []
    assert scene.draw(draw_timeline(data))["timeline"].kinds == ["text"]
