"""The comparison of tuning jobs: where its marks stand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from amtviz import TuningData, api
from amtviz.analysis.chances.contest import compute_contest
from amtviz.charts import draw_comparison
from amtviz.charts.chart import draw_charts
from amtviz.charts.next import comparison
from amtviz.charts.values import hyperparameters
from tests.analysis.families import make_family, make_job
from tests.charts.scene import HEIGHT, WIDTH, at, draw, draw_panels, padded
from tests.contract.cases import CASES


def pair(a, b, **columns) -> TuningData:
    return make_family({"job-a": a, "job-b": b}, [make_job("job-a"), make_job("job-b")], **columns)


@pytest.mark.parametrize("b", [[math.nan], [1.0]])
def test_nothing_to_compare(b):
    data = pair([math.nan] * 2, b)
    assert draw_panels(comparison.CHART, data) == []
    titles = [view.title for view in draw(draw_comparison(data)).values()]
    assert "Comparison of the tuning jobs" in titles


@pytest.mark.parametrize("case", ["one_trial", "empty"])
def test_one_tuning_job_has_no_panels(case):
    assert draw_panels(comparison.CHART, CASES[case]()) == []


def test_missing_times_are_said():
    data = pair(
        np.arange(30.0), np.arange(30.0), TrainingEndTime=None, BillableTimeInSeconds=np.nan
    )
    data.trials["TrainingElapsedTimeSeconds"] = np.nan
    chart = draw_comparison(data)
    views = draw(chart)
    assert "comparison_time" not in views
    assert " ".join(chart.vconcat[1].title.subtitle) == (
        "No end times are known, so “At equal time” isn't drawn: it needs TrainingStartTime and "
        "TrainingEndTime. No billed time is known, so “At equal billed time” isn't drawn: it "
        "needs BillableTimeInSeconds and InstanceCount."
    )
    assert "chances_trials" in views
    assert "chances_time" not in views


def test_dumbbells_go_from_the_median_to_the_best():
    data = api.load_demo()
    found = compute_contest(data.trials, data.objective, {}).jobs
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


def test_cells_are_dark_from_a_chance_of_80_percent():
    """The opacity of each cell of the demo, beside its chance."""
    view = draw(draw_comparison(api.load_demo()))["chances_trials"]
    pairs = compute_contest(api.load_demo().trials, api.load_demo().objective, {}).pairs
    chances = pairs.loc[pairs["Yardstick"] == "trials", "Chance"]
    sure = int((chances >= 0.8).sum() + (chances <= 0.2).sum())
    assert sure > 0
    assert sum(mark["opacity"] == 0.6 for mark in view.marks(0, "rect")) == sure


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
