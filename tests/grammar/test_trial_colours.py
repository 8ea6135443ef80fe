"""The colours and sizes of trials' marks, as Vega draws them, against plain NumPy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.charts import draw_dashboard, draw_progress
from amtviz.grammar.columns import describe_columns
from amtviz.grammar.context import ChartContext
from amtviz.grammar.palette import JOB_COLOURS, RAMP_ENDS, RAMP_STEPS, UNKNOWN, blend
from amtviz.grammar.theme import point_area, ring_area
from tests.charts.scene import draw, make_data, make_trials

RAMP = blend(RAMP_ENDS, RAMP_STEPS)


def one_job(n: int = 40) -> pd.DataFrame:
    return make_trials(n, jobs=1).sort_values("TrainingStartTime", ignore_index=True)


def by_rank(frame: pd.DataFrame, best_is_low: bool) -> list[str]:
    """The colours of the scored trials, worst first."""
    count = int(frame["loss"].notna().sum())
    shares = np.arange(count) / (count - 1)
    return [RAMP[int(np.floor(share * (RAMP_STEPS - 1) + 0.5))] for share in shares]


@pytest.mark.parametrize("direction", ["Minimize", "Maximize"])
def test_the_trials_of_one_job_are_coloured_by_rank_in_every_panel(direction: str) -> None:
    frame = one_job()
    chart = draw_dashboard(make_data(frame, direction), sections=("progress", "values"))
    views = draw(chart)
    for name in ("progress", "training_jobs", "hyperparameter_0", "hyperparameter_2"):
        marks = views[name].marks("selected", "symbol")
        assert [mark["fill"] for mark in marks] == by_rank(frame, direction == "Minimize")
    assert {mark["fill"] for mark in views["progress"].marks("unscored", "rect")} == {UNKNOWN}


def test_what_a_page_says_goes_before_everything() -> None:
    frame = one_job()
    spec = draw_progress(make_data(frame)).to_dict(validate=False)
    said = [f"#0000{n:02x}" for n in range(len(frame))]
    for param in spec["params"]:
        if param["name"] == "colours":
            param["value"] = said
    marks = draw(spec)["progress"].marks("selected", "symbol")
    worst_first = frame.sort_values("loss", ascending=False).dropna(subset="loss").index
    assert [mark["fill"] for mark in marks] == [said[place] for place in worst_first]


def test_points_shrink_with_their_number_and_the_ring_with_them() -> None:
    assert [point_area(n) for n in (0, 1, 150, 600, 10_000)] == [30, 30, 30, 15, 11]
    assert ring_area(30) == 128
    for n, rim in [(280, 0.7), (400, 0.4)]:
        frame = one_job(n).assign(loss=np.arange(n) * 1.0)
        view = draw(draw_progress(make_data(frame)))["progress"]
        marks, (ring,) = view.marks("selected", "symbol"), view.marks("ring", "symbol")
        assert {mark["size"] for mark in marks} == {round(30 * np.sqrt(150 / n), 1)}
        assert {mark["strokeWidth"] for mark in marks} == {rim}
        assert ring["size"] == pytest.approx(2.6 * marks[0]["size"] + 50, abs=0.1)
        assert (ring["x"], ring["y"]) == (marks[-1]["x"], marks[-1]["y"])


def coloured(data: TuningData) -> dict[str, str]:
    columns = describe_columns(ChartContext(data))
    return {column["id"]: column["coloured"] for column in columns if "coloured" in column}


def test_columns_say_what_trials_can_be_coloured_by() -> None:
    several = coloured(make_data(make_trials(30).assign(depth=3)))
    assert several == {"y": "yes", "p0": "yes", "p2": "yes", "p3": "yes", "j": "default"}
    statuses = np.resize(["Completed", "Stopped"], 30)
    one = coloured(make_data(one_job(30).assign(TrainingJobStatus=statuses)))
    assert (one["y"], one["s"], "j" in one) == ("default", "yes", False)
    assert len(JOB_COLOURS) == 10
