"""The comparison of tuning jobs: where its marks stand, and what its sentences say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from amtviz import TuningData, api
from amtviz.analysis.comparison import compute_comparison
from amtviz.charts import draw_comparison
from amtviz.charts.chart import draw_charts
from amtviz.charts.next import comparison
from amtviz.charts.values import hyperparameters
from amtviz.findings.comparison import state_comparison, write_budget
from amtviz.findings.facts import facts_of
from tests.analysis.families import RATE, make_family, make_job, number
from tests.charts.scene import HEIGHT, WIDTH, at, draw, draw_panels, padded
from tests.contract.cases import CASES

RNG = np.random.default_rng(7)
GOOD, BAD = RNG.uniform(0.5, 1, 30), RNG.uniform(0, 0.6, 30)


def state(data: TuningData) -> str:
    return state_comparison(facts_of(data))


def pair(a=GOOD, b=BAD, direction="Maximize", jobs=None, **columns) -> TuningData:
    jobs = jobs or [make_job("job-a"), make_job("job-b")]
    return make_family({"job-a": a, "job-b": b}, jobs, direction, **columns)


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
def test_the_better_of_two_is_named(direction):
    sign = 1 if direction == "Maximize" else -1
    text = state(pair(sign * GOOD, sign * BAD, direction))
    best, other = sign * GOOD.max(), sign * BAD.max()
    assert text == (
        f"With 30 trials each, job-a found a better best y ({best:.4g}) than job-b "
        f"({other:.4g}): in over 99 % of redrawn searches it comes out ahead. The same holds at "
        "equal time (30 min) and at equal billed time (30 min)."
    )


def test_luck_is_called_luck():
    a, b = np.arange(20.0), np.arange(20.0) + 0.5
    data = pair(a, b)
    found = compute_comparison(data.trials, data.objective, {"job-a": "Random", "job-b": "Random"})
    chance = 1 - found.pairs["Chance"].iloc[0]
    assert 0.5 < chance < 0.95
    text = state(data)
    assert text.startswith(
        "With 20 trials each, job-b found a better best y (19.5) than job-a (19), but the two "
        f"can't be told apart: in {100 * chance:.0f} % of redrawn searches job-b comes out ahead."
    )
    same = state(pair(a, a))
    assert same.startswith(
        "With 20 trials each, job-a and job-b found the same best y (19), and can't be told apart."
    )


def test_a_best_by_luck_against_a_better_search():
    """One lucky trial first; the other search has all of the next best."""
    text = state(pair(np.concatenate([[10.0], np.zeros(29)]), np.full(30, 9.0)))
    # 30 draws miss it with chance 29 · 30 · … · 58 / (30 · 31 · … · 59) = 29 / 59
    assert "can't be told apart: in 51 % of redrawn searches job-a comes out ahead" in text


def test_other_outcomes_at_equal_time_and_cost_have_their_figures():
    data = pair(np.arange(30.0), np.linspace(0, 25, 30))
    slow = data.trials["TuningJobName"] == "job-a"
    data.trials.loc[slow, "BillableTimeInSeconds"] = 600.0
    text = state(data)
    assert "With 30 trials each, job-a found a better best y (29) than job-b (25)" in text
    assert "The same holds at equal time (30 min)." in text
    assert "At equal billed time (30 min) job-b had found 25 and job-a 2 (redrawn" in text


def test_few_trials():
    assert state(pair([1.0], [2.0, 3.0])).startswith(
        "With 1 trial each, job-b found a better best y (2) than job-a (1); "
        "with only 1 scored trial, that may be luck."
    )


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        (
            [math.nan] * 2,
            [math.nan],
            "No tuning job has a trial with a value yet, so they can't be compared.",
        ),
        (
            [math.nan] * 2,
            [1.0],
            "Only job-b has trials with a value: there is nothing to compare.",
        ),
    ],
)
def test_nothing_to_compare(a, b, text):
    data = pair(a, b)
    assert state(data) == text
    assert draw_panels(comparison.CHART, data) == []
    assert "comparison_edf" in draw(draw_comparison(data))


@pytest.mark.parametrize("case", ["one_trial", "empty"])
def test_one_tuning_job_has_no_panels_and_no_sentence(case):
    data = CASES[case]()
    assert draw_panels(comparison.CHART, data) == []
    assert state(data) == ""


def test_missing_times_are_said():
    data = pair(TrainingEndTime=None, BillableTimeInSeconds=np.nan)
    data.trials["TrainingElapsedTimeSeconds"] = np.nan
    text = state(data)
    assert text.endswith("The times aren't all known. The billed times aren't all known.")
    assert "equal time" not in text
    views = draw(draw_comparison(data))
    assert [m["text"] for m in views["comparison_time"].marks(0, "text")] == ["times aren't known"]
    assert "chances_trials" in views
    assert "chances_time" not in views


def test_a_warm_start_isnt_compared_with_its_parents():
    jobs = [make_job("job-a"), make_job("job-b", parents=["job-a"])]
    assert state(pair(jobs=jobs)) == (
        "job-b started with what job-a had learnt, so it isn't a fair comparison with it."
    )
    jobs = [make_job("job-a"), make_job("job-b", parents=["gone"])]
    assert state(pair(jobs=jobs)) == (
        "job-b started with what gone had learnt, so it isn't a fair comparison with tuning jobs "
        "that weren't warm-started."
    )


def test_two_children_of_one_parent_are_a_fair_comparison():
    jobs = [make_job("job-a", parents=["old"]), make_job("job-b", parents=["old"])]
    text = state(pair(jobs=jobs))
    assert "job-a found a better best y" in text
    assert "fair" not in text


def test_other_ranges_are_named():
    other = number("rate", 0.001, 0.5, "Logarithmic")
    jobs = [make_job("job-a", [RATE]), make_job("job-b", [other])]
    assert state(pair(jobs=jobs)).endswith(
        "They searched different ranges of rate, which this compares as well."
    )


def test_several_tuning_jobs():
    scores = {"t-a": GOOD, "t-b": BAD, "t-c": GOOD[::-1] - 0.001, "t-d": [0.3, 0.2]}
    text = state(make_family(scores, [make_job(name) for name in scores]))
    assert text.startswith(
        f"Of 3 tuning jobs with 30 trials each, t-a found the best y ({GOOD.max():.4g});"
    )
    assert "t-a is ahead of 1 of 3 others in 95 % of redrawn searches or more" in text
    assert "can't be told apart from t-c" in text
    assert "t-d has too few trials yet." in text


def test_dumbbells_go_from_the_median_to_the_best():
    data = api.load_demo()
    found = compute_comparison(
        data.trials, data.objective, {job.name: job.strategy for job in data.jobs}
    ).jobs
    ends = padded(found[["Best", "Median"]].to_numpy(), 0.05)
    views = draw(draw_comparison(data))
    for yardstick in ("trials", "time", "cost"):
        view = views[f"comparison_{yardstick}"]
        rows = found[found["Yardstick"] == yardstick]
        assert [m["x"] for m in view.marks(3, "symbol")] == pytest.approx(
            at(rows["Best"], *ends, WIDTH)
        )
        medians = [m["x"] for m in sorted(view.marks(1, "rule"), key=lambda m: m["y"])]
        assert medians == pytest.approx(at(rows["Median"], *ends, WIDTH))
    texts = [m["text"] for m in views["comparison_trials"].marks(4, "text")]
    assert texts == ["random: 0.9149", "bayesian: 0.9566", "warm-start: 0.9576"]
    assert views["comparison_trials"].title == "With 25 trials each"


@pytest.mark.parametrize("ends", [None, (80, 150)])
def test_the_edf_counts_the_selected_trials(ends):
    data = api.load_demo()
    brush = {} if ends is None else {"p0": ends}
    chart = draw_charts(data, [hyperparameters.CHART, comparison.CHART])
    lines = draw(chart, brushes=brush)["comparison_edf"].lines(2, "line")
    low, high = ends or (0, 999)
    trials = data.trials[data.trials["n-estimators"].between(low, high)]
    domain = padded(data.trials["f1"], 0.05)
    drawn = {round(line[0]["x"], 3): line for line in (sorted(marks, key=by_x) for marks in lines)}
    assert len(drawn) == 3
    for _, values in trials.groupby("TuningJobName")["f1"]:
        distinct = np.unique(values)
        line = drawn[round(float(at(distinct[0], *domain, WIDTH)), 3)]
        shares = [(values >= value).mean() for value in distinct]
        assert [m["x"] for m in line] == pytest.approx(at(distinct, *domain, WIDTH))
        assert [1 - m["y"] / HEIGHT for m in line] == pytest.approx(shares)


def by_x(mark):
    return mark["x"]


def test_the_edf_of_many_trials_is_drawn_from_bins():
    lines = draw(draw_comparison(CASES["thousand_trials"]()))["comparison_edf"].lines(2, "line")
    assert len(lines) == 2
    assert all(len(line) <= 160 for line in lines)


def test_the_matrix_has_both_chances_of_each_pair():
    data = pair(np.arange(20.0), np.arange(20.0) + 0.5)
    view = draw(draw_comparison(data))["chances_trials"]
    texts = [m["text"] for m in view.marks(1, "text")]
    numbers = [int(text.removesuffix(" %")) for text in texts]
    assert len(numbers) == 2
    assert sum(numbers) == 100


def test_unfair_pairs_have_a_star_and_many_jobs_no_matrix():
    texts = [
        m["text"] for m in draw(draw_comparison(api.load_demo()))["chances_cost"].marks(1, "text")
    ]
    assert sum(text.endswith("*") for text in texts) == 4
    assert len(texts) == 6
    scores = {f"j-{n}": np.arange(12.0) + n for n in range(13)}
    views = draw(draw_comparison(make_family(scores, [make_job(name) for name in scores])))
    assert not [name for name in views if name.startswith("chances")]
    assert len(views["comparison_cost"].marks(3, "symbol")) == 13


def test_budgets():
    assert write_budget("trials", 1.0) == "1 trial"
    assert write_budget("trials", 1200) == "1,200 trials"
    assert write_budget("time", 71.51) == "1 min 12 s"
    assert write_budget("cost", 3 * 3600.0) == "3 h"
    assert write_budget("cost", 5000 * 3600.0) == "208 d 8 h"
