"""What interruptions cost, against the trials' own numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.analysis.interruptions import compute_interruptions, list_interruptions
from amtviz.charts import draw_timeline
from amtviz.charts.cost import timeline
from amtviz.findings.cost import state_cost
from amtviz.findings.facts import facts_of
from tests.charts.scene import draw

START = pd.Timestamp("2026-03-01 12:00", tz="UTC")


def make(**columns) -> TuningData:
    frame = pd.DataFrame(
        {
            "TrainingJobName": list("abcd"),
            "TrainingJobStatus": ["Completed", "Completed", "Stopped", "Completed"],
            "SecondaryStatus": ["Completed", "Completed", "MaxWaitTimeExceeded", "Completed"],
            "TrainingStartTime": START,
            "TrainingEndTime": START + pd.to_timedelta([1000, 600, 500, 400], "s"),
            "BillableTimeInSeconds": [300, 200, 100, 400],
            "TrainingTimeInSeconds": [1000, 500, None, 400],
            "InstanceType": "ml.m5.large",
            "InstanceCount": [2, 1, 1, 1],
            "EnableManagedSpotTraining": [True, True, True, False],
            "RestartCount": pd.array([2, 1, 0, None], dtype="Int64"),
            "Interruptions": ["100–220; 400.5–500", "50–80", "300–500", None],
            "RepeatedTimeInSeconds": [280.5, 50.0, 0.0, None],
            "loss": [1.0, 2.0, 3.0, 4.0],
            "x": [1.0, 2.0, 3.0, 4.0],
            **columns,
        }
    )
    return TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=["x"]
    )


def test_each_interruption_has_its_span():
    spans = list_interruptions(make().trials)
    assert spans.index.tolist() == [0, 0, 1, 2]
    assert spans["From"].tolist() == [100, 400.5, 50, 300]
    assert spans["To"].tolist() == [220, 500, 80, 500]
    assert list_interruptions(make(Interruptions=None).trials).empty


def test_what_they_cost():
    table = compute_interruptions(make().trials)
    assert table["TrainingJobName"].tolist() == ["a", "b", "c"]
    assert table["Times"].tolist() == [2, 1, 1]
    assert table["StillSeconds"].tolist() == [219.5, 30, 200]
    assert table["RepeatedSeconds"].tolist() == [561, 50, 0]  # of both instances


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (
            {},
            "3 trials ran on spot instances, billed 70 % less than the time that they took: 35 min "
            "of instance time saved. 3 trials were interrupted, 4 times in all, and stood still "
            "for 7 min 30 s; 10 min 11 s of instance time had been trained before the last "
            "restarts: that was trained again, unless from checkpoints.",
        ),
        (
            {"Interruptions": None, "RepeatedTimeInSeconds": None, "RestartCount": [1, 0, 0, 0]},
            "One trial was interrupted once.",
        ),
        ({"Interruptions": None, "RestartCount": 0}, "35 min of instance time saved. "),
    ],
)
def test_what_is_said_of_them(columns, text):
    said = state_cost(facts_of(make(**columns)))
    assert text in f"{said} "
    assert ("interrupted" in said) == ("interrupted" in text)


def test_outcomes_tell_want_of_spot_from_early_stopping():
    assert make().cost()["Outcome"].tolist() == ["completed", "completed", "out of spot"][::2]
    assert "went into 1 trial that ran out of spot instances" in state_cost(facts_of(make()))


def test_trials_without_a_value_say_which_limit_ended_them():
    ends = ["MaxRuntimeExceeded", "Interrupted", "MaxWaitTimeExceeded", "Completed"]
    data = make(TrainingJobStatus="Stopped", SecondaryStatus=ends, loss=[None, None, None, 4.0])
    assert (
        "into 3 trials that ended without a value (1 ran out of time and 2 ran out of spot "
        "instances), "
    ) in state_cost(facts_of(data))


def test_gaps_lie_within_the_bars():
    view = draw(draw_timeline(make()))["timeline"]
    bars = sorted(view.marks("target", "rect"), key=lambda mark: -mark["width"])
    unit = bars[0]["width"] / 1000
    gaps = sorted(view.marks("interrupted", "rect"), key=lambda mark: -mark["width"])
    assert [gap["width"] for gap in gaps] == pytest.approx(
        [200 * unit, 120 * unit, 99.5 * unit, 30 * unit], abs=0.05
    )
    (first,) = (gap for gap in gaps if gap["width"] == pytest.approx(120 * unit, abs=0.05))
    assert first["x"] - bars[0]["x"] == pytest.approx(100 * unit, abs=0.05)
    assert bars[0]["y"] < first["y"] < bars[0]["y"] + bars[0]["height"]


def test_the_table_has_restarts_where_there_are_any():
    own = timeline.columns(facts_of(make()))["rs"]
    assert own.listed
    assert own.values.tolist()[:3] == [2, 1, 0]
    assert timeline.columns(facts_of(make(RestartCount=0))) == {}
