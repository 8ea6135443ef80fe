"""The best so far by trials, time and billed time, what more trials bring, and the sentence."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData
from amtviz.analysis.expected_best import compute_expected_best
from amtviz.analysis.expected_gain import compute_expected_gain
from amtviz.charts import draw_convergence
from amtviz.findings.convergence import state_convergence
from amtviz.findings.facts import facts_of
from amtviz.grammar.theme import job_colour
from amtviz.model import Objective, TuningJob
from tests.charts.scene import HEIGHT, START, WIDTH, View, at, draw, padded, places
from tests.contract.cases import CASES

CREATED = START.to_pydatetime()


def search(scores, job="search", seconds=60.0, **columns) -> pd.DataFrame:
    scores = pd.Series(scores, dtype="float64")
    start = START + pd.to_timedelta(np.arange(len(scores)) * seconds, "s")
    return pd.DataFrame(
        {
            "TuningJobName": job,
            "TrainingJobName": [f"{job}-{i:03d}" for i in range(len(scores))],
            "TrainingJobStatus": np.where(scores.isna(), "Failed", "Completed"),
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.to_timedelta(seconds, "s"),
            "BillableTimeInSeconds": seconds,
            "InstanceCount": 2,
            "score": scores,
            "rate": 0.1,
            **columns,
        }
    )


def make(*frames: pd.DataFrame, direction="Maximize", **jobs: dict) -> TuningData:
    data = TuningData.from_frame(
        pd.concat(frames, ignore_index=True),
        objective="score",
        direction=direction,
        hyperparameters=["rate"],
        job_column="TuningJobName",
    )
    usual = {"strategy": "Random", "status": "Completed"}
    changed = [dataclasses.replace(job, **(usual | jobs.get(job.name, {}))) for job in data.jobs]
    return dataclasses.replace(data, jobs=tuple(changed))


def state(data: TuningData) -> str:
    return state_convergence(facts_of(data))


def views(data: TuningData, **options) -> dict[str, View]:
    return draw(draw_convergence(data), **options)


def normal(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n).round(6)


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
    assert drawn["convergence_time"].title == "Best so far, by time, minutes"
    assert drawn["convergence_cost"].title == "Best so far, by billed time, minutes"


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
    assert {mark["fill"] for mark in drawn["expected_gain"].marks(1, "symbol")} == {job_colour(1)}


def test_it_says_what_the_billed_time_is() -> None:
    data = make(search(normal(12), BillableTimeInSeconds=math.nan))
    spec = draw_convergence(data).to_dict(validate=False)
    assert "end minus start where no bill is known" in str(spec)
    spot = {"BillableTimeInSeconds": [math.nan, *[60.0] * 11], "EnableManagedSpotTraining": True}
    spec = draw_convergence(make(search(normal(12), **spot))).to_dict(validate=False)
    assert "at least: 1 trial without a bill" in str(spec)
    spot["BillableTimeInSeconds"] = math.nan
    spec = draw_convergence(make(search(normal(12), **spot))).to_dict(validate=False)
    assert "billed time isn't known" in str(spec)


def test_few_trials_are_counted_in_whole_numbers() -> None:
    assert views(make(search([1.0])))["convergence_trials"].labels[0] == ["0", "1"]
    assert views(make(search([1.0, 2.0])))["convergence_trials"].labels[0] == ["0", "1", "2"]


# --- what more trials bring


def test_the_expected_gain_of_each_job_and_k() -> None:
    data = make(search(normal(30), "a"), search(normal(12, 1), "b"))
    table = compute_expected_gain(
        data.trials, Objective("score", "Maximize"), {"a": "Random", "b": "Random"}
    )
    view = views(data)["expected_gain"]
    top = table["High"].max() * 1.18
    x = at(np.arange(5), -0.5, 4.5, WIDTH)
    y = HEIGHT - at(table["Gain"], 0, top, HEIGHT)
    assert np.allclose(places(view.marks(1, "symbol"), "x", "y"), np.column_stack([x, y]))
    high = HEIGHT - at(table["High"], 0, top, HEIGHT)
    rules = places(view.marks(0, "rule"), "y", "y2")
    assert np.allclose(np.sort(rules, axis=1), np.column_stack([high, np.full(5, HEIGHT)]))
    assert [mark["text"] for mark in view.marks(2, "text")] == [
        "25 %",
        "45 %",
        "50 %",
        "45 %",
        "50 %",
    ]
    assert view.labels[0] == [
        ["+10", "20 min"],
        ["+25", "50 min"],
        ["+30", "1 h"],
        ["+10", "20 min"],
        ["+12", "24 min"],
    ]


def test_many_jobs_have_one_dot_each_the_best_first_chosen() -> None:
    frames = [search(normal(30, seed) + seed, f"job-{seed:02d}") for seed in range(12)]
    drawn = views(make(*frames))["expected_gain"]
    assert drawn.labels[0] == [["+25", "50 min"]] * 9
    assert len(drawn.marks(1, "symbol")) == 9
    assert drawn.marks(1, "symbol")[0]["fill"] == job_colour(3)


def test_it_says_when_nothing_can_be_said_of_more_trials() -> None:
    view = views(make(search(normal(6))))["expected_gain"]
    (text,) = view.marks(0, "text")
    assert text["text"] == "nothing can be said yet:\ntoo few trials have a value"


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


# --- the sentence


def test_a_finished_random_search() -> None:
    scores = normal(50)
    data = make(search(scores))
    row = compute_expected_gain(data.trials, data.objective, {"search": "Random"}).iloc[1]
    at_trial = int(scores.argmax()) + 1
    records = [i for i in range(25, 50) if scores[i] > scores[:i].max()]
    assert len(records) > 2
    late = f"improved {len(records)} times"
    share = 100 * row["Gain"] / (scores.max() - np.median(scores))
    assert 2 <= share < 10  # so that no verdict is due
    assert state(data) == (
        f"search found its best score, {scores.max():.4g}, at trial {at_trial} of 50 and {late} in "
        f"its second half. 25 more trials have a 33 % chance of beating its best, for about "
        f"50 min of billed time: the expected gain is {row['Gain']:.2g} (90 % interval 0 to "
        f"{row['High']:.2g}), {share:.1g} % of the distance from the median trial to the best."
    )


def test_the_verdict_follows_its_rule() -> None:
    rng = np.random.default_rng(0)
    settled = np.append(rng.uniform(0, 1, 400), 1 + rng.uniform(0, 0.001, 400))
    wild = rng.normal(size=12)
    assert state(make(search(settled))).endswith("to the best: probably not worth it.")
    assert state(make(search(wild))).endswith("to the best: probably worth going on.")


def test_a_search_that_learns_isnt_given_up_early() -> None:
    """Only of many trials, the last of which gained little, is it said that more will not pay."""
    for climbing, settled, verdict in ((70, 50, "."), (105, 75, ": probably not worth it.")):
        scores = np.append(np.linspace(0, 1, climbing), 1 + np.linspace(0, 0.005, settled))
        text = state(make(search(scores), search={"strategy": "Bayesian"}))
        share = re.search(r" ([\d.]+) % of the distance from the median trial to the best", text)
        assert float(share[1]) < 2
        assert text.endswith(f"to the best{verdict}")
    climbing = state(make(search(np.linspace(0, 1, 200)), search={"strategy": "Bayesian"}))
    assert climbing.endswith(" % of the distance from the median trial to the best.")


def test_it_says_which_trials_stand_for_the_next_ones() -> None:
    scores = np.append(normal(20), [9.0, *normal(30, 1)])
    data = make(search(scores), search={"strategy": "Bayesian"})
    assert "chance of beating its best if they are like those since its best, for" in state(data)


def test_a_running_search_is_what_it_is_about() -> None:
    limits = {"MaxNumberOfTrainingJobs": 100}
    data = make(
        search(normal(30) + 9, "first"),
        search(normal(24, 1), "second"),
        second={"status": "InProgress", "strategy": "Bayesian", "limits": limits},
    )
    text = state(data)
    assert text.startswith("second found its best score so far, ")
    assert f"The best of all, {data.trials['score'].max():.4g}, is of first." in text
    assert "12 more trials have about a " in text
    assert "chance of beating its best if they are like its recent half, " in text
    assert "distance" not in text  # it isn't the best job: nothing to compare with
    assert text.endswith("It still runs, at 24 of 100 training jobs.")


def test_money_where_a_price_was_given() -> None:
    data = make(search(normal(30), InstanceType="ml.m5.large"))
    facts = facts_of(data, {"ml.m5.large": 0.12})
    # 25 trials of a minute on 2 instances
    assert "for about 50 min of billed time ($0.10): the" in state_convergence(facts)
    other = facts_of(data, {"ml.c5.large": 0.12})
    assert "for about 50 min of billed time: the" in state_convergence(other)
    mixed = make(search(normal(30), InstanceType=["ml.m5.large", "ml.c5.large"] * 15))
    facts = facts_of(mixed, {"ml.m5.large": 0.12})
    assert "for about 50 min of billed time: the" in state_convergence(facts)


def test_small_searches() -> None:
    assert state(make(search([1.5]))) == (
        "search has finished one trial: score 1.5. What more trials would gain can't be said: 1 "
        "trial has a value: too few."
    )
    assert state(make(search([1.5, 2.5]))).startswith(
        "search found its best score, 2.5, at trial 2 of 2. What more trials would gain can't"
    )
    assert state(make(search([1.0, 2.0, 1.5, 1.8]))).startswith(
        "search found its best score, 2, at trial 2 of 4 and did not improve in its second"
    )
    assert state(make(search([math.nan]))) == (
        "The one finished trial has no value, so there is no best yet."
    )
    assert state(make(search([math.nan] * 3))) == (
        "None of the 3 finished trials has a value, so there is no best yet."
    )
    running = search([math.nan] * 3).assign(TrainingJobStatus="InProgress")
    assert state(make(running)) == "No trial has finished yet."


def test_values_that_differ_little_are_told_apart() -> None:
    text = state(CASES["tiny_spread"]())
    assert text.startswith("first found its best loss, 1000000000, at trial 1 of 20 ")
    scores = [1e6 + i / 1000 for i in range(12)]
    assert "its best score, 1000000.011, at" in state(make(search(scores)))


def test_a_small_chance_and_an_unknown_cost() -> None:
    scores = np.append([9.0], normal(3000))
    frame = search(scores, BillableTimeInSeconds=math.nan, EnableManagedSpotTraining=True)
    data = make(frame, search={"strategy": "Bayesian"})
    text = state(data)
    assert "25 more trials have a chance of under 1 % of beating its best, at a cost" in text
    assert "at a cost that isn't known: the expected gain is" in text
    assert "(90 % interval 0 to 0), under 1 % of the distance" in text


@pytest.mark.parametrize("case", [name for name in CASES if name != "empty"])
def test_every_case_has_a_whole_sentence(case: str) -> None:
    text = state(CASES[case]())
    assert text.endswith(".")
    assert "nan" not in text.replace("nan_", "")
    assert "inf " not in text


def test_a_job_known_only_by_its_description_is_left_out() -> None:
    other = TuningJob("idle", "", "InProgress", "Random", None, (), (), ())
    data = make(search(normal(12)))
    data = dataclasses.replace(data, jobs=(other, *data.jobs))
    assert state(data).startswith("search found its best score, ")
