"""The public calls: what they take, return, refuse and write."""

from __future__ import annotations

import functools
import re
import sys
from dataclasses import replace
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest

from amtviz import (
    AmtvizError,
    TuningData,
    fetch_tuning_data,
    visualize_tuning_job,
    write_report,
)
from amtviz.api import best_trials, load_demo
from amtviz.charts import draw_progress
from amtviz.errors import InputError
from tests.aws.world import World
from tests.fetch.fakes import HyperparameterTuner, HyperParameterTuningJob, _TuningJob

demo = functools.cache(load_demo)


@functools.cache
def frame_data(job: str = "mine", n: int = 12) -> TuningData:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"f1": rng.uniform(0, 1, n), "max-depth": rng.integers(1, 9, n)})
    return TuningData.from_frame(
        frame.assign(study=job), objective="f1", direction="Maximize", job_column="study"
    )


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "demo.sqlite"
    demo().save(path)
    return path


def names(data: TuningData) -> list[str]:
    return [job.name for job in data.jobs]


DEMO = ["digits-random", "digits-bayesian", "digits-warm-start"]


# --- what stands for tuning jobs


def test_a_tuning_data_is_taken_as_it_is() -> None:
    assert fetch_tuning_data(demo()) is demo()
    assert names(demo()) == DEMO


@pytest.mark.parametrize("kind", [str, Path], ids=["str", "Path"])
def test_a_saved_file(saved: Path, kind: type) -> None:
    data = fetch_tuning_data(kind(saved))
    assert names(data) == DEMO
    pd.testing.assert_frame_equal(data.trials, demo().trials)
    pd.testing.assert_frame_equal(data.metrics, demo().metrics)


@pytest.mark.parametrize("name", ["plain.sqlite", "with.dots.v1", "no_dot"])
def test_a_saved_file_of_plain_trials(tmp_path: Path, name: str) -> None:
    frame_data().save(tmp_path / name)
    for path in (str(tmp_path / name), tmp_path / name):
        data = fetch_tuning_data(path)
        pd.testing.assert_frame_equal(data.trials, frame_data().trials)
        assert data.objective == frame_data().objective


def test_a_saved_file_beside_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame_data().save(tmp_path / "mine.sqlite")
    monkeypatch.chdir(tmp_path)
    assert names(fetch_tuning_data("mine.sqlite")) == ["mine"]


NESTINGS = {
    "list": lambda a, b, c: [a, b, c],
    "tuple in list": lambda a, b, c: [(a, b), [[c]]],
    "generator": lambda a, b, c: (x for x in (a, b, c)),
    "generators in a list": lambda a, b, c: [(x for x in (a, b)), iter([c])],
    "Series": lambda a, b, c: pd.Series([a, b, c], dtype=object, name="job_name"),
    "array": lambda a, b, c: np.array([a, b, c], dtype=object),
    "dict values": lambda a, b, c: {"x": a, "y": b, "z": c}.values(),
    "with empty ones": lambda a, b, c: [[], a, (), b, c, []],
}


@pytest.mark.parametrize("nesting", NESTINGS)
def test_any_nesting_keeps_the_order(nesting: str) -> None:
    data = fetch_tuning_data(NESTINGS[nesting](frame_data("a"), frame_data("b"), frame_data("c")))
    assert names(data) == ["a", "b", "c"]
    assert data.trials["TuningJobName"].tolist() == ["a"] * 12 + ["b"] * 12 + ["c"] * 12
    expected = pd.concat([frame_data(x).trials["f1"] for x in "abc"], ignore_index=True)
    assert data.trials["f1"].tolist() == expected.tolist()


def test_a_set() -> None:
    parts = {frame_data("a"), frame_data("b")}
    assert sorted(names(fetch_tuning_data(parts))) == ["a", "b"]


def test_the_same_twice_counts_once(saved: Path) -> None:
    assert fetch_tuning_data([demo(), demo()]) is demo()
    data = fetch_tuning_data([demo(), saved, str(saved)])
    assert names(data) == DEMO
    assert len(data.trials) == len(demo().trials)
    assert len(data.metrics) == len(demo().metrics)


def test_a_mix_of_files_and_frames(saved: Path) -> None:
    data = fetch_tuning_data([frame_data("mine"), [saved], frame_data("yours")])
    assert names(data) == ["mine", *DEMO, "yours"]
    assert data.trials["TuningJobName"].value_counts().to_dict() == {
        "digits-random": 50,
        "digits-bayesian": 50,
        "digits-warm-start": 25,
        "mine": 12,
        "yours": 12,
    }
    assert next(h.name for h in data.hyperparameters) == "max-depth"
    assert len(data.hyperparameters) == 5


# --- what is refused, and how


def refused(*args, call=visualize_tuning_job, **kwds) -> str:
    with pytest.raises(AmtvizError) as error:
        call(*args, **kwds)
    return str(error.value)


@pytest.mark.parametrize("nothing", [[], (), [[], ()], iter([]), pd.Series(dtype=object)])
@pytest.mark.parametrize("call", [visualize_tuning_job, fetch_tuning_data])
def test_nothing_is_refused(nothing, call) -> None:
    assert refused(nothing, call=call) == (
        "There is no tuning job to show: the list is empty. Pass a tuning job's name, its ARN, a "
        "tuner that was started, or a TuningData."
    )


ACCEPTED = (
    "Pass a tuning job's name, its ARN, a HyperparameterTuner of SageMaker SDK 2 or 3 that was "
    "started, an SDK 3 HyperParameterTuningJob, or a HyperparameterTuningJobAnalytics."
)


@pytest.mark.parametrize(("thing", "kind"), [(None, "NoneType"), (7, "int"), (b"x", "bytes")])
def test_other_things_are_refused(aws_environment: None, thing, kind: str) -> None:
    for wrapped in (thing, [thing], [frame_data(), thing]):
        assert refused(wrapped) == f"Can't take a {kind} for a tuning job. {ACCEPTED}"


def test_an_answer_without_a_tuning_job_is_refused(aws_environment: None) -> None:
    assert refused({"a": "b"}) == (
        "There is no tuning job in this dict with 'a'. Pass the answer of "
        "describe_hyper_parameter_tuning_job, or a pipeline execution's step that has a TuningJob."
    )


def test_a_dataframe_is_told_how_to_become_one() -> None:
    frame = frame_data().trials
    for wrapped in (frame, [frame], [frame_data(), (frame,)]):
        assert refused(wrapped) == (
            "Can't take a DataFrame for a tuning job. Pass "
            "amtviz.TuningData.from_frame(df, objective=…, direction=…)."
        )


def test_a_path_without_a_file() -> None:
    for path in ("no/such.sqlite", Path("no/such.sqlite"), ["no/such.sqlite"]):
        assert refused(path) == "There is no file 'no/such.sqlite'. Check the path."


def test_an_unknown_metric() -> None:
    known = "'CPUUtilization', 'MemoryUtilization', 'f1', 'pre' and 'rec'"
    for metrics in (["f1", "f2"], "f2", ("f2",)):
        assert refused(demo(), job_metrics=metrics, sections="training") == (
            f"There is no metric 'f2' in these tuning jobs. Choose from {known}."
        )


@pytest.mark.parametrize("call", [visualize_tuning_job, write_report])
@pytest.mark.parametrize(
    ("sections", "words"),
    [
        (["cost", "costs"], "There is no section 'costs'. Choose from "),
        ([], "No section is chosen. Choose from "),
    ],
)
def test_an_unknown_section(call, sections, words: str, tmp_path: Path) -> None:
    path = () if call is visualize_tuning_job else (tmp_path / "page.html",)
    with pytest.raises(InputError) as caught:
        call(demo(), *path, sections=sections)
    choices = "'importance', 'progress', 'values', 'cost', 'next' and 'training'."
    assert str(caught.value) == words + choices


def test_the_sections_asked_for_in_their_order(tmp_path: Path) -> None:
    chart = visualize_tuning_job(demo(), sections=["training", "progress"])
    questions = [row.title.text for row in chart.vconcat[1:]]
    assert questions == [
        "Is the search getting anywhere, and is it worth going on?",
        "What happened inside the training jobs?",
    ]
    page = write_report(demo(), tmp_path / "page.html", sections="values").read_text("utf-8")
    assert re.findall(r'id="section-(\w+)"', page) == ["values", "trials"]


def test_an_unknown_objective() -> None:
    assert refused(demo(), objective="f2") == (
        "No tuning job has a metric 'f2'. Pass objective= one of 'f1', 'pre' and 'rec', or leave "
        "it out to use the declared one."
    )


# --- what is returned


def test_a_chart_alone_or_with_both_tables() -> None:
    chart = visualize_tuning_job(demo(), trials_only=True, sections="values")
    assert isinstance(chart, alt.VConcatChart)
    chart, trials, full = visualize_tuning_job(demo(), return_dfs=True, sections="training")
    assert isinstance(chart, alt.VConcatChart)
    assert trials is demo().trials
    assert len(full) == len(demo().metrics)
    assert set(full.columns) == {*demo().metrics.columns, *trials.columns}
    # every metric row has its own trial's columns
    row_of = trials.set_index("TrainingJobName")
    for column in ("TuningJobName", "f1", "max-depth", "criterion", "TrainingEndTime"):
        expected = row_of[column].reindex(full["TrainingJobName"])
        assert full[column].tolist() == expected.tolist()
    assert full["Value"].tolist() == demo().metrics["Value"].tolist()


def test_without_what_was_recorded_during_training(saved: Path) -> None:
    for jobs in (demo(), saved):
        sections = ("values", "training")
        chart, trials, full = visualize_tuning_job(jobs, True, trials_only=True, sections=sections)
        views = str(chart.to_dict(validate=False)["vconcat"])
        assert "hyperparameter_4" in views
        assert "progression" not in views
        assert len(trials) == 125
        assert len(full) == 0
        assert {"MetricName", "Value", "f1", "max-depth"} <= set(full.columns)
    assert len(demo().metrics) > 0  # the data itself keeps them


def test_trials_without_metrics_join_to_an_empty_table() -> None:
    _, trials, full = visualize_tuning_job(frame_data(), return_dfs=True)
    assert len(trials) == 12
    assert len(full) == 0
    assert {"Value", "f1", "max-depth"} <= set(full.columns)


def test_another_objective() -> None:
    options = {"trials_only": True, "objective": "pre", "sections": "progress"}
    chart, trials, _ = visualize_tuning_job(demo(), True, **options)
    assert chart.title.text.startswith(f"pre (maximize): best {trials['pre'].max():.6g} by ")
    assert fetch_tuning_data(demo(), objective="pre").objective.metric_name == "pre"
    assert fetch_tuning_data([demo()], objective="f1") is demo()


def test_another_objective_of_saved_trials(tmp_path: Path) -> None:
    frame = pd.DataFrame({"loss": [1.0, 2.0], "time": [4.0, 3.0], "x": [1, 2]})
    data = TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=["x"]
    )
    data.save(tmp_path / "it.sqlite")
    assert TuningData.load(tmp_path / "it.sqlite", objective="loss").objective == data.objective
    for load in (TuningData.load, fetch_tuning_data):
        loaded = load(tmp_path / "it.sqlite", objective="time")
        assert loaded.objective.metric_name == "time"
        assert loaded.trials["time"].tolist() == [4.0, 3.0]


# --- the best trials


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
def test_the_best_ten(direction: str) -> None:
    data = replace(demo(), objective=replace(demo().objective, direction=direction))
    best = best_trials(data)
    ascending = direction == "Minimize"
    expected = data.trials.sort_values("f1", ascending=ascending, kind="stable").head(10)
    assert best["TrainingJobName"].tolist() == expected["TrainingJobName"].tolist()
    assert best["f1"].tolist() == expected["f1"].tolist()
    assert best.index.tolist() == list(range(1, 11))
    assert best.columns.tolist() == [
        *["TuningJobName", "TrainingJobName", "f1", "n-estimators", "max-depth"],
        *["min-samples-leaf", "min-weight-fraction-leaf", "criterion"],
        *["TrainingJobStatus", "TrainingElapsedTimeSeconds"],
    ]
    assert len(best_trials(data, 3)) == 3
    assert len(best_trials(data, 1000)) == data.trials["f1"].notna().sum()


@pytest.mark.parametrize("direction", ["Maximize", "Minimize"])
def test_missing_and_infinite_objectives_are_not_among_the_best(direction: str) -> None:
    frame = pd.DataFrame({"y": [np.nan, 2.0, np.inf, 1.0, -np.inf, 1.0], "x": range(6)})
    data = TuningData.from_frame(frame, objective="y", direction=direction)
    expected = [3, 5, 1] if direction == "Minimize" else [1, 3, 5]
    assert best_trials(data)["x"].tolist() == expected


def test_without_ipython_nothing_is_shown(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    visualize_tuning_job(frame_data())
    assert "IPython" not in sys.modules
    assert capsys.readouterr() == ("", "")


# --- what is written


def test_a_report_of_any_of_them(tmp_path: Path, saved: Path) -> None:
    options = {"title": "A title", "trials_only": True, "sections": "progress"}
    path = write_report([saved], str(tmp_path / "report.html"), **options)
    assert path == tmp_path / "report.html"
    page = path.read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "A title" in page
    for name in DEMO:
        assert name in page
    write_report(frame_data("other-study"), path)  # in the place of the first
    again = path.read_text(encoding="utf-8")
    assert "other-study" in again
    assert "digits-random" not in again
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


def test_a_report_of_500_trials_of_10_hyperparameters_can_be_mailed(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.uniform(size=(500, 10)), columns=[f"h{i}" for i in range(10)])
    frame["f1"] = frame["h0"] * frame["h1"] + frame["h2"] + rng.normal(0, 0.05, 500)
    frame["study"] = np.repeat(["one", "other"], 250)
    begun = pd.Timestamp("2026-01-05", tz="UTC") + pd.to_timedelta(np.arange(500) * 40, "s")
    frame["TrainingStartTime"], frame["TrainingEndTime"] = begun, begun + pd.Timedelta(seconds=90)
    data = TuningData.from_frame(frame, objective="f1", direction="Maximize", job_column="study")
    assert write_report(data, tmp_path / "report.html").stat().st_size < 3_000_000


def test_paths_that_no_report_can_be_written_to(tmp_path: Path) -> None:
    folder, missing = tmp_path / "folder", tmp_path / "missing" / "report.html"
    folder.mkdir()
    assert refused(frame_data(), folder, call=write_report) == (
        f"Can't write the report to {str(folder)!r}: it is a folder. Pass a file's path."
    )
    assert refused(frame_data(), str(missing), call=write_report) == (
        f"Can't write the report to {str(missing)!r}: there is no folder "
        f"{str(missing.parent)!r}. Pass a file's path."
    )
    # the path is looked at before anything is fetched
    assert "it is a folder" in refused("job-that-is-never-asked-for", folder, call=write_report)


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("the old one")
    with pytest.raises(InputError):
        write_report(demo(), path, job_metrics=["nope"], sections="training")
    assert path.read_text() == "the old one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("png", b"\x89PNG"),
        ("svg", b"<svg"),
        ("pdf", b"%PDF"),
        ("json", b"{"),
        ("html", b"<!DOCTYPE"),
    ],
)
def test_charts_save_as_pictures(tmp_path: Path, ending: str, start: bytes) -> None:
    path = tmp_path / f"chart.{ending}"
    draw_progress(frame_data()).save(path)
    assert path.read_bytes().lstrip()[: len(start)] == start


def test_the_whole_dashboard_saves(tmp_path: Path) -> None:
    visualize_tuning_job(demo(), advanced=True).save(tmp_path / "all.svg")
    svg = (tmp_path / "all.svg").read_text(encoding="utf-8")
    assert "digits-warm-start · 25 trials" in svg


# --- tuning jobs on AWS


def test_names_tuners_files_and_frames_in_one_call(aws: World, saved: Path) -> None:
    ranges = {"IntegerParameterRanges": [{"Name": "max-depth", "MinValue": "1", "MaxValue": "20"}]}
    for name in ("by-name", "by-arn", "tuner-2", "tuner-3", "resource"):
        aws.generate(name, 4, ranges=ranges, objective="f1")
    arn = "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/by-arn"
    tuners = [
        HyperparameterTuner(_TuningJob("tuner-2")),
        HyperparameterTuner(HyperParameterTuningJob("tuner-3")),
    ]
    data = fetch_tuning_data(
        ["by-name", (frame_data("mine"), tuners), saved, {arn}, HyperParameterTuningJob("resource")]
    )
    assert names(data) == ["by-name", "mine", "tuner-2", "tuner-3", *DEMO, "by-arn", "resource"]
    assert data.trials["TuningJobName"].value_counts()[["by-arn", "tuner-3"]].tolist() == [4, 4]
    depths = data.trials.set_index("TuningJobName")["max-depth"]
    assert str(depths.dtype) == "Int64"
    assert depths.notna().all()


def test_tuning_jobs_on_aws_are_drawn_with_their_parents(aws: World, tmp_path: Path) -> None:
    aws.generate("random-1", 6)
    aws.generate("bayes-1", 5, parents=["random-1"], series=["train:loss"])
    chart, trials, full = visualize_tuning_job("bayes-1", return_dfs=True)
    assert trials["TuningJobName"].value_counts().to_dict() == {"random-1": 6, "bayes-1": 5}
    assert full["MetricName"].unique().tolist() == ["train:loss"]
    assert set(full["TuningJobName"]) == {"bayes-1"}
    assert chart.title.text.startswith("validation:accuracy (maximize): best ")
    alone = fetch_tuning_data("bayes-1", ancestors=False)
    assert names(alone) == ["bayes-1"]
    path = write_report(["bayes-1"], tmp_path / "report.html", trials_only=True)
    assert "random-1" in path.read_text(encoding="utf-8")


def test_metrics_are_not_asked_for_in_vain(aws: World) -> None:
    aws.generate("bayes-1", 5, series=["train:loss"])
    _, _, full = visualize_tuning_job("bayes-1", return_dfs=True, trials_only=True)
    assert len(full) == 0
    assert aws.calls["GetMetricData"] == 0


def test_what_was_fetched_can_be_saved_and_drawn_again(aws: World, tmp_path: Path) -> None:
    aws.generate("bayes-1", 5, series=["train:loss"])
    data = fetch_tuning_data("bayes-1")
    data.save(tmp_path / "it.sqlite")
    before = sum(aws.calls.values())
    again = fetch_tuning_data(tmp_path / "it.sqlite")
    assert sum(aws.calls.values()) == before
    pd.testing.assert_frame_equal(again.trials, data.trials)
    pd.testing.assert_frame_equal(again.metrics, data.metrics)


def test_an_unknown_job_is_named(aws: World) -> None:
    aws.generate("bayes-1", 2)
    assert "'bayes-2'" in refused(["bayes-1", "bayes-2"])
