"""The best so far by trials, time and billed time, and what more trials bring, as drawn."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.analysis.chances.going_on import compute_going_on
from amtviz.analysis.expected_best import compute_expected_best
from amtviz.charts import draw_convergence
from amtviz.findings.convergence import state_convergence
from amtviz.findings.facts import facts_of
from amtviz.grammar.theme import job_colour
from amtviz.model import Objective
from tests.charts.scene import HEIGHT, START, WIDTH, View, at, draw, padded, places
from tests.findings.finished import make, normal, search

CREATED = START.to_pydatetime()


def views(data: TuningData, **options) -> dict[str, View]:
    return draw(draw_convergence(data), **options)


# --- the lines


LINE, END = -2, -1  # layers


def test_the_best_so_far_by_trials_time_and_billed_time() -> None:
    scores = [2.0, math.nan, 3.0, 1.0, 5.0, 4.0]
    drawn = views(make(search(scores)))
    # shown from the median of the scored trials, 3, to 5
    low, high = padded([3.0, 5.0], 0.05)
    shown = [(0, 2.0), (2, 3.0), (4, 5.0), (5, 5.0)]
    y = HEIGHT - at([value for _, value in shown], low, high, HEIGHT)
    for name, first, step in (("trials", 1, 1), ("time", 1, 1), ("cost", 2, 2)):
        (line,) = drawn[f"convergence_{name}"].lines(LINE, "line")
        most = first + 5 * step
        x = at([first + i * step for i, _ in shown], 0, most * 1.03, WIDTH)
        assert np.allclose(places(line, "x", "y"), np.column_stack([x, y]))
        assert line[0]["interpolate"] == "step-after"
        assert line[0]["stroke"] == job_colour(0)
        (end,) = drawn[f"convergence_{name}"].marks(END, "symbol")
        assert (end["x"], end["y"]) == pytest.approx((x[-1], y[-1]))
    assert drawn["convergence_time"].title == "Best by time, minutes"
    assert drawn["convergence_cost"].title == "Best by billed time, minutes"


def test_the_expected_best_and_its_band() -> None:
    scores = normal(20)
    data = make(search(scores), direction="Minimize")
    table = compute_expected_best(data.trials, Objective("score", "Minimize"), {"search": "Random"})
    view = views(data)["convergence_trials"]
    (band,) = view.lines(1, "area")
    (mean,) = view.lines(2, "line")
    best = scores.min()
    low, high = padded([np.median(scores), best], 0.05)
    x = at(np.arange(1, 21), 0, 20.6, WIDTH)
    assert np.allclose(places(mean, "x")[:, 0], x)
    down = [HEIGHT - at(table[c], low, high, HEIGHT) for c in ("Expected", "Low", "High")]
    assert np.allclose(places(mean, "y")[:, 0], down[0])
    assert np.allclose(places(band, "y", "y2"), np.column_stack(down[1:]))


def test_more_than_three_jobs_have_no_bands() -> None:
    frames = [search(normal(12, seed), f"job-{seed}") for seed in range(4)]
    view = views(make(*frames))["convergence_trials"]
    assert view.kinds == ["symbol", "line", "symbol"]
    assert len(view.lines(1, "line")) == 4


def test_a_chosen_job_is_drawn_alone() -> None:
    data = make(search(normal(12), "a"), search(normal(12, 1), "b"))
    drawn = views(data, jobs=(1,))
    (line,) = drawn["convergence_time"].lines(LINE, "line")
    assert line[0]["stroke"] == job_colour(1)
    assert {mark["stroke"] for mark in drawn["going_on"].marks(0, "rule")} == {job_colour(1)}


def test_it_says_what_the_billed_time_is() -> None:
    data = make(search(normal(12), BillableTimeInSeconds=math.nan))
    spec = draw_convergence(data).to_dict(validate=False)
    assert "end minus start where no bill is known" in str(spec)
    spot = {"BillableTimeInSeconds": [math.nan, *[60.0] * 11], "EnableManagedSpotTraining": True}
    spec = draw_convergence(make(search(normal(12), **spot))).to_dict(validate=False)
    assert "at least: 1 trial without a bill" in str(spec)
    spot["BillableTimeInSeconds"] = math.nan
    spec = draw_convergence(make(search(normal(12), **spot))).to_dict(validate=False)
    (missing,) = spec["vconcat"][1]["title"]["subtitle"]
    assert missing.startswith("No billed time is known, so “Best by billed time” isn't drawn: ")


def test_few_trials_are_counted_in_whole_numbers() -> None:
    assert views(make(search([1.0])))["convergence_trials"].labels[0] == ["0", "1"]
    assert views(make(search([1.0, 2.0])))["convergence_trials"].labels[0] == ["0", "1", "2"]


# --- what more trials bring


def test_the_gain_of_each_job_and_k_and_the_chance_that_it_matters() -> None:
    data = make(search(normal(30), "a"), search(normal(12, 1), "b"))
    table = compute_going_on(
        data.trials, Objective("score", "Maximize"), {"a": "Random", "b": "Random"}
    )
    view = views(data)["going_on"]
    top = table["High"].max() * 1.18
    x = at(np.arange(6), -0.5, 5.5, WIDTH)
    rules = view.marks(0, "rule")
    assert np.allclose(places(rules, "x")[:, 0], x)
    ends = [HEIGHT - at(table[name], 0, top, HEIGHT) for name in ("High", "Low")]
    assert np.allclose(np.sort(places(rules, "y", "y2"), axis=1), np.column_stack(ends))
    assert [mark["text"] for mark in view.marks(1, "text")] == [
        f"{100 * chance:.0f} %" for chance in table["Matters"]
    ]
    assert view.labels[0] == [[f"+{k}", ""] for k in (8, 15, 30, 3, 6, 12)]


def test_the_cost_stands_below_where_there_is_room() -> None:
    labels = views(make(search(normal(30))))["going_on"].labels[0]
    assert labels == [["+8", "16 min"], ["+15", "30 min"], ["+30", "1 h"]]


def test_many_jobs_have_one_bar_each_the_best_first_chosen() -> None:
    frames = [search(normal(30, seed) + seed, f"job-{seed:02d}") for seed in range(12)]
    drawn = views(make(*frames))["going_on"]
    assert drawn.labels[0] == [["+15", ""]] * 9
    assert len(drawn.marks(0, "rule")) == 9
    assert drawn.marks(0, "rule")[0]["stroke"] == job_colour(3)


@pytest.mark.parametrize("scores", [normal(6), [0.5] * 14 + [0.6] * 16, np.append(normal(30), 1e6)])
def test_where_no_gain_is_known_the_finding_says_why_and_no_panel_is_drawn(scores) -> None:
    data = make(search(scores))
    drawn = views(data)
    assert "going_on" not in drawn
    assert "convergence_trials" in drawn
    reason = facts_of(data).going_on["Reason"].iloc[0]
    assert reason
    assert reason in state_convergence(facts_of(data))


def test_on_a_local_machine_time_is_called_training_time() -> None:
    frame = search(normal(12), InstanceType="local", BillableTimeInSeconds=math.nan)
    drawn = views(make(frame.assign(TrainingElapsedTimeSeconds=60.0)))
    assert drawn["convergence_cost"].title == "Best by training time, minutes"


def test_what_ends_the_tuning_job() -> None:
    limits = {
        "MaxNumberOfTrainingJobs": 40,
        "MaxRuntimeInSeconds": 7200,
        "TargetObjectiveMetricValue": 99,
        "BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 20},
        "ConvergenceDetected": {"CompleteOnConvergence": "Enabled"},
    }
    ended = CREATED + pd.Timedelta(hours=1)
    data = make(
        search([3.0, 1.0, 2.0, 0.0, 1.0, 2.0]),
        search={"limits": limits, "created": CREATED, "ended": ended},
    )
    view = views(data)["completion"]
    assert {mark["text"] for mark in view.marks(2, "text")} == {
        "6 of 40 training jobs",
        "5 of 20 trials not improving",
        "runtime 1 h of 2 h",
        "target 99 not reached",
        "until it converges",
    }
    bars = sorted(places(view.marks(1, "rule"), "x2")[:, 0] / WIDTH)
    assert bars == pytest.approx([0, 0, 0.15, 0.25, 0.5])
