"""Tuning data and a chart for tests of the page: numbers by arithmetic, not by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import altair as alt
import pandas as pd

from amtviz.charts import PageCharts, PanelView, SectionView
from amtviz.tuning_data import TuningData

START = pd.Timestamp("2026-01-12 09:00", tz="UTC")
HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    '<img src=x onerror="window.hacked = 2">',
    "\"'`]]>--><!-- {{ 7 * 7 }} ${7*7} &lt;b&gt; \u2028\u2029 😀",
)


def make_trials(count: int = 24, jobs: tuple[str, ...] = ("random-job", "bayes-job")):
    """Trials whose best is row 5 (loss 0.25), with a failed row 2 of the first tuning job."""
    rows = range(max(1, count))  # of nothing, the columns would lose their types
    df = pd.DataFrame(
        {
            "TuningJobName": [jobs[row % len(jobs)] for row in rows],
            "TrainingJobName": [f"{jobs[row % len(jobs)]}-{row:03d}-abcd" for row in rows],
            "TrainingJobStatus": "Completed",
            "FailureReason": None,
            "loss": [0.25 + abs(row - 5) / 64 for row in rows],
            "rate": [10.0 ** -(1 + row % 4) / 3 for row in rows],
            "depth": [1 + row % 6 for row in rows],
            "kernel": [("linear", "rbf")[row % 2] for row in rows],
            "TrainingStartTime": [START + pd.Timedelta(minutes=row) for row in rows],
            "TrainingEndTime": [START + pd.Timedelta(minutes=row, seconds=30) for row in rows],
        }
    )
    if count > 2:
        df.loc[2, ["TrainingJobStatus", "FailureReason"]] = ["Failed", "AlgorithmError: no memory"]
        df.loc[2, "loss"] = float("nan")
    return df.head(count)


def make_data(df: pd.DataFrame | None = None, *, from_aws: bool = True, **changes) -> TuningData:
    data = TuningData.from_frame(
        make_trials() if df is None else df,
        objective="loss",
        direction="Minimize",
        hyperparameters=["rate", "depth", "kernel"],
    )
    if from_aws:
        jobs = tuple(
            replace(job, arn=f"arn:{job.name}", strategy="Bayesian", status="Completed")
            for job in data.jobs
        )
        fetched = datetime(2026, 1, 12, 12, 30, tzinfo=timezone.utc)
        data = replace(data, jobs=jobs, fetched_at=fetched, notices=())
    return replace(data, **changes)


def make_rows(data: TuningData, texts: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The trials as the browser gets them, in the order of the table."""
    return [
        {
            "i": place,
            "a": name,
            "y": None if pd.isna(loss) else float(loss),
            "k": None if pd.isna(rank) else int(rank),
            "x": float(rate),
            "job": job,
            "text": text,
        }
        for place, (name, loss, rank, rate, job, text) in enumerate(
            zip(
                data.trials["TrainingJobName"],
                data.trials["loss"],
                data.trials["loss"].rank(method="first"),
                data.trials["rate"],
                data.trials["TuningJobName"],
                (texts or ("a",)) * len(data.trials),
                strict=False,
            )
        )
    ]


def make_panel(data: TuningData, texts: tuple[str, ...] = (), name: str = "panel_0") -> PanelView:
    """A panel as a page has them: theme signals, a brush, and the trials as points."""
    source = alt.InlineData(values=make_rows(data, texts), name="trials")
    points = alt.Chart(source, name=f"{name}_points").mark_point(filled=True)
    points = points.encode(x="x:Q", y="y:Q", tooltip="text:N")
    colours = {"ink": "#33383d", "rule": "#e3e6e8", "paper": "white", "labelled": True}
    chart = alt.layer(points.add_params(alt.selection_interval(name="b_x", encodings=["x"])))
    chart = chart.properties(
        name=name,
        width=220,
        height=160,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    ).add_params(*(alt.param(name=name, value=value) for name, value in colours.items()))
    return PanelView(name, "rate", ("note",), "sentence", False, False, False, 270, 184, 220, chart)


def make_page(data: TuningData, *panels: PanelView) -> PageCharts:
    """The charts of a page: the given panels, or one, in the only section."""
    section = SectionView(
        "values", "Which matter?", ("All & none.",), panels or (make_panel(data),)
    )
    columns = (
        {"id": "a", "title": "training job", "kind": "text", "name": "TrainingJobName"},
        {"id": "y", "title": "loss", "kind": "number", "name": "loss", "coloured": "default"},
        {"id": "k", "title": "rank, best first", "kind": "integer"},
    )
    if not len(data.trials):
        return PageCharts((section,))
    return PageCharts((section,), columns=columns, trials=tuple(make_rows(data)))
