"""What a notebook's cell holds of `visualize_tuning_job`: the page, a picture, the best trials."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import numpy as np
import pandas as pd
from nbformat.v4 import new_code_cell, new_notebook, new_output

from amtviz import TuningData, options, visualize_tuning_job, write_report
from amtviz.api import best_trials, load_demo

MB = 1_000_000


def make(n: int, points: int = 0) -> TuningData:
    """Make trials with ten hyperparameters, and two metrics of so many points each."""
    random = np.random.default_rng(7)
    values = random.uniform(size=(n, 10)) * 10.0 ** np.arange(-5, 5)
    frame = pd.DataFrame(values, columns=[f"hyperparameter-{k}" for k in range(10)])
    frame["loss"] = values[:, 5] + random.normal(0, 0.2, n)
    start = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(np.arange(n) * 60, "s")
    frame["TrainingStartTime"], frame["TrainingEndTime"] = start, start + pd.Timedelta("5min")
    data = TuningData.from_frame(frame, objective="loss", direction="Minimize")
    rows = [
        (name, "", metric, began + pd.Timedelta(seconds=60.0 * k), 60.0 * k, random.normal())
        for name, began in zip(data.trials["TrainingJobName"], start, strict=True)
        for metric in ("train:loss", "validation:loss")
        for k in range(points)
    ]
    metrics = pd.DataFrame(rows, columns=data.metrics.columns)
    return replace(data, metrics=metrics.astype(data.metrics.dtypes))


def saved_size(data: TuningData) -> int:
    """Return the bytes that a notebook's file gains by showing these trials."""
    with options.set(renderer="html"):
        bundle, metadata = visualize_tuning_job(data)._repr_mimebundle_()
    bundle["image/png"] = bundle["image/png"].hex()  # longer than base64
    output = new_output("display_data", bundle, metadata=metadata)
    return len(nbformat.writes(new_notebook(cells=[new_code_cell("", outputs=[output])])))


def test_a_cell_of_the_demo_is_small() -> None:
    assert len(load_demo().trials) == 125
    assert saved_size(load_demo()) < 1.6 * MB


def test_a_cell_of_many_trials_is_small() -> None:
    data = make(500, 10)
    assert (len(data.hyperparameters), len(data.metrics)) == (10, 10_000)
    assert saved_size(data) < 3 * MB


def test_the_best_trials_are_folded_below() -> None:
    data = make(30)
    chart = visualize_tuning_job(data)
    with options.set(renderer="html"):
        html = chart._repr_mimebundle_()[0]["text/html"]
    below = html.rpartition("<details>")[2]
    assert below.startswith("<summary>The 10 best trials</summary>")
    names = list(best_trials(data)["TrainingJobName"])
    places = [below.index(f"<td>{name}</td>") for name in names]
    assert len(names) == 10
    assert places == sorted(places)


def test_nothing_is_folded_where_no_trial_has_an_objective() -> None:
    data = TuningData.from_frame(
        pd.DataFrame({"y": [np.nan], "x": [1.0]}), objective="y", direction="Maximize"
    )
    with options.set(renderer="html"):
        html = visualize_tuning_job(data)._repr_mimebundle_()[0]["text/html"]
    assert "<details>" not in html


def test_the_chart_is_saved_as_the_report(tmp_path) -> None:
    data = make(30)
    chosen = {"sections": ["progress", "values"], "advanced": True}
    visualize_tuning_job(data, **chosen).save(tmp_path / "chart.html")
    write_report(data, tmp_path / "report.html", **chosen)
    assert (tmp_path / "chart.html").read_bytes() == (tmp_path / "report.html").read_bytes()
