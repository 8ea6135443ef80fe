"""Trade-offs: the front's line and rings where the trials are, and what is said of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.charts import draw_sections, draw_trade_offs
from amtviz.charts.chart import link
from amtviz.charts.cost import trade_offs
from amtviz.charts.missing import Missing
from amtviz.findings.facts import facts_of
from amtviz.findings.trade_offs import state_trade_offs
from amtviz.grammar.columns import describe_columns
from amtviz.settings import DrawOptions
from tests.charts.scene import START, at, draw, draw_panels, padded, places
from tests.contract.cases import CASES

# front of score and time: d (0.5 in 10 s), b (0.8 in 20), c (0.9 in 40), e (1 in 90); f ties with c
SCORES = [0.7, 0.8, 0.9, 0.5, 1.0, 0.9, np.nan]
SECONDS = [30, 20, 40, 10, 90, 40, 5]
FRONT = [3, 1, 2, 5, 4]


def make(**columns) -> TuningData:
    frame = pd.DataFrame(
        {
            "TrainingJobName": list("abcdefg"),
            "TrainingStartTime": START,
            "TrainingEndTime": START + pd.to_timedelta(SECONDS, "s"),
            "TrainingJobStatus": ["Completed"] * 6 + ["Failed"],
            "score": SCORES,
            "x": np.linspace(0, 1, 7),
            **columns,
        }
    )
    return TuningData.from_frame(
        frame, objective="score", direction="Maximize", hyperparameters=["x"]
    )


def test_the_line_is_the_front():
    view = draw(draw_trade_offs(make()))["trade_off_0"]
    width, height = 220, 160
    x = at([SECONDS[i] for i in FRONT], *padded(SECONDS, 0.05), width)
    y = height - at([SCORES[i] for i in FRONT], *padded(SCORES, 0.05), height)
    rings = places(view.marks("on_front", "symbol"), "x", "y")
    assert rings == pytest.approx(np.column_stack([x, y]), abs=0.2)
    (line,) = view.lines("front", "line")
    corners = places(line, "x", "y")
    # a better score can be had from its time on, not before
    steps = [(x[0], y[0])]
    for here, up in zip(x[1:], y[1:], strict=True):
        steps += [(here, steps[-1][1]), (here, up)]
    assert corners == pytest.approx(np.array(steps), abs=0.2)


def test_of_two_that_are_best_large_the_line_ends_at_each():
    # a model that is as good, but not faster, is beaten
    data = make(throughput=[5.0, 9.0, 7.0, 9.5, 3.0, 7.0, 1.0])
    view = draw(draw_trade_offs(data))["trade_off_1"]
    corners = places(view.lines("front", "line")[0], "x", "y")
    rings = places(view.marks("on_front", "symbol"), "x", "y")
    assert len(rings) == 5
    first, second = rings[0], rings[1]
    assert corners[0] == pytest.approx(first)
    assert corners[1] == pytest.approx([first[0], second[1]])


def test_the_table_and_a_brush_have_the_front():
    data = make(throughput=[5.0, 9.0, 7.0, 8.0, 3.0, 7.0, 1.0])
    own = trade_offs.columns(facts_of(data))
    expected = ["none", "time + throughput", *["time + throughput"] * 4, None]
    expected[3] = "time"
    assert (
        own["fr"].values.astype(object).where(own["fr"].values.notna(), None).tolist() == expected
    )
    context = link(facts_of(data), [trade_offs.CHART])
    (column,) = (c for c in describe_columns(context) if c["id"] == "fr")
    assert (column["kind"], column["listed"]) == ("category", True)
    assert column["labels"] == ["none", "time", "time + throughput"]
    assert [row["fr"] for row in context.trials.rows if row["a"] == "d"] == [1]


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (
            {},
            "No trial within 0.003 of the best score, 1, takes less than 80 % of its training "
            "time, 1 min 30 s. 5 of 6 trials are on the front of score and training time: every "
            "other one is beaten by one that is at least as good in both.",
        ),
        (
            {"score": [0.7, 0.8, 0.9, 0.5, 1.0, 0.999, np.nan]},
            "f is within 0.001 of the best score, 1, at 44 % of its training time: 40 s rather "
            "than 1 min 30 s, as far as one run of each tells. 4 of 6 trials are on the front of "
            "score and training time: every other one is beaten by one that is at least as good "
            "in both.",
        ),
        (
            {"score": [0.7, 0.8, 1.0, 0.5, 1.0, 0.9, np.nan], "recall": [0.1] * 2 + [0.9] * 5},
            "No trial within 0.003 of the best score, 1, takes less than 80 % of its training "
            "time, 40 s. 3 of 6 trials are on the front of score and training time: every other "
            "one is beaten by one that is at least as good in both. The best score is the best "
            "in recall, too.",
        ),
        (
            {"TrainingEndTime": START, "recall": [0.7, 0.8, 0.9, 0.5, 1.0, 0.9, 0.0]},
            "The best score is the best in recall, too.",
        ),
    ],
)
def test_what_is_said(columns, text):
    assert state_trade_offs(facts_of(make(**columns))) == text


def test_costs_stand_first_and_dollars_in_place_of_billed_time():
    data = make(
        InstanceType=["ml.a"] * 4 + ["ml.b"] * 3,
        InstanceCount=1,
        BillableTimeInSeconds=[20, 15, 30, 8, 60, 25, 4],
        EnableManagedSpotTraining=True,
        latency=np.arange(7.0),
        novelty=np.arange(7.0),
    )
    titles = [measure.title for measure in facts_of(data).measures]
    assert titles == ["billed time", "training time", "latency", "novelty"]
    priced = facts_of(data, {"ml.a": 1.0, "ml.b": 2.0}).measures
    assert [measure.title for measure in priced][:2] == ["cost", "training time"]
    assert priced[0].values[4] == pytest.approx(60 / 3600 * 2)


def test_any_two_on_a_page_have_the_front_where_it_is_known():
    data = make(latency=[7.0, 6, 5, 4, 3, 2, 1], novelty=np.arange(7.0))
    (section,) = draw_sections(data, DrawOptions(sections=["cost"])).sections
    (panel,) = (panel for panel in section.panels if panel.name == "trade_off")
    params = {p.name: p.value for p in panel.chart.params}
    assert params["trade_off_names"] == ["score", "training time, seconds", "latency", "novelty"]
    spec = panel.chart.to_dict(validate=False)
    (up,) = (layer for layer in spec["layer"] if layer["name"] == "trade_off_up")
    assert "labelled" not in str(up["transform"])  # the objective's axis has labels here, too
    points = pd.DataFrame(spec["datasets"]["trade_off_points"])
    assert set(points["g"]) | set(points["h"]) == {0, 1, 2}  # novelty has no direction
    values = np.column_stack([SECONDS, [7.0, 6, 5, 4, 3, 2, 1]])
    beaten = [(((values <= row).all(1)) & ((values < row).any(1))).any() for row in values]
    assert ((points["g"] == 1) & (points["h"] == 2)).sum() == 7 - sum(beaten)


def test_where_nothing_is_known_a_line_says_what_would_bring_it():
    data = make(TrainingEndTime=pd.NaT)
    (missing,) = draw_panels(trade_offs.CHART, data)
    assert isinstance(missing, Missing)
    assert state_trade_offs(facts_of(data)) == ""
    assert draw_panels(trade_offs.CHART, CASES["two_trials"]()) == [missing]
    # as where all that is known is the same for all
    assert draw_panels(trade_offs.CHART, make(TrainingEndTime=START)) == [missing]
    assert "nothing else that differs is known" in missing.why
