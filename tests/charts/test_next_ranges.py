"""The chart of suggested ranges: bars where the numbers put them, and its sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData, api
from amtviz.charts import draw_next_ranges
from amtviz.findings.facts import facts_of
from amtviz.findings.next_ranges import state_suggestion
from amtviz.report.advice import advise
from tests.charts import scene
from tests.contract.cases import all_failed, one_trial, thirty_hyperparameters


def sentence(data: TuningData) -> str:
    return state_suggestion(facts_of(data))


def test_bars_lie_where_the_table_says() -> None:
    data = api.load_demo()
    view = scene.draw(draw_next_ranges(data))["next_ranges"]
    table = data.suggest_ranges()
    numbers = table[table["Kind"] != "categorical"]
    assert numbers.index.tolist() == list(range(len(numbers)))  # a category has several bars
    bars, searched = (
        sorted(view.marks(layer, "rect"), key=lambda mark: mark["y"])
        for layer in ("suggested", "searched")
    )
    for row, bar, old in zip(numbers.itertuples(), bars, searched, strict=False):
        ends = np.array([row.OldLow, row.OldHigh, row.Low, row.High])
        if row.Scaling == "Logarithmic":
            ends = np.log10(ends)
        low, high = (ends[2:] - ends[0]) / (ends[1] - ends[0])
        assert bar["x"] == pytest.approx(old["x"] + low * old["width"], abs=0.6)
        assert bar["width"] == pytest.approx((high - low) * old["width"], abs=0.6)
        assert 0 < bar["x"] < bar["x"] + bar["width"] < 570


def test_the_sentence_says_what_the_table_says() -> None:
    data = api.load_demo()
    table = data.suggest_ranges()
    changed = table[table["Change"] != "keep"]
    text = sentence(data)
    assert text.startswith("At balanced risk, the next tuning job should ")
    for row in changed.itertuples():
        assert f"{row.Hyperparameter} to " in text
        assert f"(was {row.OldLow:.3g}–{row.OldHigh:.3g})" in text
    assert text.endswith(f", and keep the other {len(table) - len(changed)}.")


def test_keep_is_said_to_be_more_than_the_latest_searched() -> None:
    demo = api.load_demo()
    few = replace(demo, trials=demo.trials.groupby("TuningJobName").head(3), raw=None)
    assert sentence(few).endswith(
        "9 scored trials are too few to tell: keep it; run 20 first. Keep means all that was ever "
        "searched: n-estimators 1–200 (in digits-warm-start 50–200); max-depth 1–20 (in "
        "digits-warm-start 6–20); min-weight-fraction-leaf 0.01–0.5 (in digits-warm-start "
        "0.01–0.1)."
    )
    only = replace(few, jobs=few.jobs[:1])
    assert "Keep means" not in sentence(only)


@pytest.mark.parametrize(
    ("data", "count"), [(one_trial(), "1 scored trial is"), (all_failed(), "0 scored trials are")]
)
def test_few_trials_support_no_change(data: TuningData, count: str) -> None:
    assert sentence(data) == (
        "These trials support no change of the ranges for the next tuning job. "
        f"{count} too few to tell: keep it; run 20 first."
    )


def test_thirty_hyperparameters_have_thirty_rows() -> None:
    view = scene.draw(draw_next_ranges(thirty_hyperparameters()))["next_ranges"]
    assert len(view.marks("searched", "rect")) == 30
    assert len(view.marks("changes", "text")) == 30


def test_a_dropped_category_is_named() -> None:
    frame = pd.DataFrame({"kind": ["a", "b", "c"] * 20, "x": range(60)})
    frame["y"] = frame["kind"].map({"a": 1.0, "b": 1.0, "c": 0.0}) + frame["x"] % 7 / 100
    data = TuningData.from_frame(frame, objective="y", direction="Maximize")
    assert "drop c from kind" in sentence(data)


def test_what_was_tried_is_never_called_searched() -> None:
    frame = pd.DataFrame({"x": [6e-10, *np.linspace(0.001, 0.5, 39)]})
    frame["y"] = (frame["x"] - 0.1).abs()
    data = TuningData.from_frame(frame, objective="y", direction="Minimize")
    told = str(draw_next_ranges(data).to_dict())
    assert "wide: what was tried; " in told
    assert "was searched" not in told
    assert "6e-10" not in told
    assert "6e-10" not in sentence(data)
    assert all(
        advice.rows[0].old.startswith("not declared; tried ") for advice in advise(facts_of(data))
    )
