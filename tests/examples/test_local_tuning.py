"""The example as a user runs it, and the bundled store that it wrote."""

import json
import re
import subprocess
import sys
from datetime import datetime
from itertools import pairwise

import botocore.session
import numpy as np
import pytest
from botocore.validate import ParamValidator

from amtviz import Hyperparameter
from amtviz.demo import demo_path
from amtviz.store import snapshot as store
from tests.examples.local_tuning import EXAMPLE, strategies

SEED = 5


def run_example(*options, cwd):
    return subprocess.run(
        [sys.executable, str(EXAMPLE / "run.py"), *map(str, options)],
        cwd=cwd,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def small_path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("local_tuning")
    options = ("--trials", 3, 3, 2, "--most-trees", 16, "--folds", 2, "--seed", SEED)
    result = run_example("-o", "small.sqlite", *options, cwd=folder)
    assert result.returncode == 0, result.stderr
    assert re.search(r"^wrote small\.sqlite in \d+ s$", result.stdout, re.MULTILINE)
    return folder / "small.sqlite"


@pytest.fixture(scope="module")
def hyperband_and_grid_path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("local_tuning")
    options = ("--jobs", "hyperband", "grid", "--trials", 4, 2, "--most-trees", 10, "--folds", 2)
    result = run_example("-o", "other.sqlite", *options, cwd=folder)
    assert result.returncode == 0, result.stderr
    return folder / "other.sqlite"


@pytest.fixture(params=["small", "hyperband and grid", "bundled"])
def raw(request):
    """Each store in turn: what must hold for any of them."""
    fixtures = {"small": "small_path", "hyperband and grid": "hyperband_and_grid_path"}
    name = fixtures.get(request.param)
    return store.load(request.getfixturevalue(name) if name else demo_path())[0]


def values_of(job):
    """Map (training job, metric) to the series."""
    return {(s.training_job, s.metric): s for s in job.series}


def finals(job, metric="f1"):
    """The last value of a metric in each trial's series, in the order the trials were made."""
    series = values_of(job)
    names = [summary["TrainingJobName"] for summary in job.summaries]
    return np.array([series[name, metric].values[-1] for name in names])


def shape_problems(answer, shape, path="") -> list[str]:
    """Where an answer isn't what the service model says: names, types, patterns, enums."""
    problems = []
    if not path:
        report = ParamValidator().validate(answer, shape)
        problems += [report.generate_report()] if report.has_errors() else []
    if shape.type_name == "structure":
        for name, value in answer.items():
            problems += shape_problems(value, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for value in answer:
            problems += shape_problems(value, shape.member, f"{path}[]")
    elif shape.type_name == "string":
        if shape.enum and answer not in shape.enum:
            problems.append(f"{path} {answer!r} isn't one of the choices")
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(pattern, answer):
            problems.append(f"{path} {answer!r} doesn't match {pattern}")
    return problems


def test_answers_have_the_shapes_of_the_service_model(raw):
    model = botocore.session.get_session().get_service_model("sagemaker")
    for job in raw.jobs:
        answers = [
            ("DescribeHyperParameterTuningJobResponse", job.description),
            *(("HyperParameterTrainingJobSummary", summary) for summary in job.summaries),
            *(("TrainingJob", record) for record in job.records),
        ]
        problems = {p for name, a in answers for p in shape_problems(a, model.shape_for(name))}
        # the one thing that AWS would not say: a machine that isn't AWS's has no type of its
        assert {p for p in problems if "InstanceType 'local' isn't one" not in p} == set()


def test_answers_agree_with_each_other(raw):
    for job in raw.jobs:
        summaries = {s["TrainingJobName"]: s for s in job.summaries}
        assert [r["TrainingJobName"] for r in job.records] == list(summaries)
        for record in job.records:
            summary = summaries[record["TrainingJobName"]]
            assert record["TuningJobArn"] == job.description["HyperParameterTuningJobArn"]
            for name in ("TrainingJobStatus", "TrainingStartTime", "TrainingEndTime"):
                assert record[name] == summary[name]
            assert record["HyperParameters"].items() >= summary["TunedHyperParameters"].items()
            final = {m["MetricName"]: m["Value"] for m in record["FinalMetricDataList"]}
            assert set(final) == {"pre", "rec", "f1"}
            assert summary["FinalHyperParameterTuningJobObjectiveMetric"] == {
                "Type": "Maximize",
                "MetricName": "f1",
                "Value": final["f1"],
            }
            series = values_of(job)
            for metric, value in final.items():
                assert series[record["TrainingJobName"], metric].values[-1] == value
        counters = job.description["TrainingJobStatusCounters"]
        statuses = [s["TrainingJobStatus"] for s in job.summaries]
        assert sum(counters.values()) == len(statuses)
        assert counters["Completed"] == statuses.count("Completed")
        assert counters["Stopped"] == statuses.count("Stopped")


def test_series_lie_within_their_training_job(raw):
    for job in raw.jobs:
        times = {
            s["TrainingJobName"]: (s["TrainingStartTime"], s["TrainingEndTime"])
            for s in job.summaries
        }
        for series in job.series:
            start, end = (
                datetime.fromisoformat(time).timestamp() * 1000
                for time in times[series.training_job]
            )
            assert len(series.timestamps) == len(series.values) > 0
            assert (np.diff(series.timestamps) >= 0).all()  # two lines in one millisecond
            assert start - 1 <= series.timestamps[0] <= series.timestamps[-1] <= end + 1
            in_script = series.metric in ("pre", "rec", "f1")
            assert series.host == ("" if in_script else f"{series.training_job}/algo-1")


def test_the_small_run_is_three_jobs_that_go_on_from_each_other(small_path):
    raw, documents = store.load(small_path)

    assert documents == {}
    assert raw.requested == 3
    assert "'local'" in raw.notices[0]
    jobs = {job.name: job for job in raw.jobs}
    assert {name: len(job.summaries) for name, job in jobs.items()} == {
        "digits-random": 3,
        "digits-bayesian": 3,
        "digits-warm-start": 2,
    }
    warm = jobs["digits-warm-start"].description
    assert warm["WarmStartConfig"] == {
        "ParentHyperParameterTuningJobs": [
            {"HyperParameterTuningJobName": "digits-random"},
            {"HyperParameterTuningJobName": "digits-bayesian"},
        ],
        "WarmStartType": "IdenticalDataAndAlgorithm",
    }
    best = warm["OverallBestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert best == max(max(finals(job)) for job in raw.jobs)


def test_the_small_run_searches_what_its_seed_says(small_path):
    raw, _ = store.load(small_path)
    job = raw.jobs[0]
    declared = job.description["HyperParameterTuningJobConfig"]["ParameterRanges"]
    ranges = [
        *(
            Hyperparameter(r["Name"], "integer", int(r["MinValue"]), int(r["MaxValue"]))
            for r in declared["IntegerParameterRanges"]
        ),
        *(
            Hyperparameter(r["Name"], "continuous", float(r["MinValue"]), float(r["MaxValue"]))
            for r in declared["ContinuousParameterRanges"]
        ),
        *(
            Hyperparameter(
                r["Name"], "categorical", values=tuple(json.loads(v) for v in r["Values"])
            )
            for r in declared["CategoricalParameterRanges"]
        ),
    ]
    search = strategies.Strategy("Random", ranges, "Maximize", SEED)

    expected = [search.ask().params for _ in range(3)]

    tuned = [summary["TunedHyperParameters"] for summary in job.summaries]
    assert [{name: json.loads(value) for name, value in t.items()} for t in tuned] == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--trials", "3"],
            "--trials has 1 numbers for 3 jobs (random, bayesian, warm-start). "
            "Give one number for each job.",
        ),
        (
            ["--jobs", "warm-start", "--trials", "3"],
            "--jobs starts with warm-start. Name the jobs it learns from before it.",
        ),
        (
            ["--jobs", "random", "random", "--trials", "3", "3"],
            "--jobs names a job twice. Name each once.",
        ),
    ],
)
def test_wrong_options_say_what_to_give(tmp_path, options, message):
    result = run_example(*options, cwd=tmp_path)

    assert result.returncode == 2
    assert result.stderr.endswith(f"error: {message}\n")


def test_the_bundled_store_is_a_full_run():
    raw, _ = store.load(demo_path())

    assert demo_path().stat().st_size < 2_000_000
    random, bayesian, warm = raw.jobs
    assert [(j.name, len(j.summaries)) for j in raw.jobs] == [
        ("digits-random", 50),
        ("digits-bayesian", 50),
        ("digits-warm-start", 25),
    ]
    parents = warm.description["WarmStartConfig"]["ParentHyperParameterTuningJobs"]
    assert [p["HyperParameterTuningJobName"] for p in parents] == [random.name, bayesian.name]
    for before, after in pairwise(raw.jobs):
        assert (
            before.description["HyperParameterTuningEndTime"] <= after.description["CreationTime"]
        )


def test_the_bundled_store_names_the_best_trials():
    raw, _ = store.load(demo_path())

    for job in raw.jobs:
        scores = finals(job)
        best = job.description["BestTrainingJob"]
        assert best["TrainingJobName"] == job.summaries[int(scores.argmax())]["TrainingJobName"]
        assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == scores.max()


def test_the_bundled_store_tells_the_story():
    random, bayesian, warm = (finals(job) for job in store.load(demo_path())[0].jobs)

    # random search sees bad and good; Bayesian climbs above it; the warm start begins up there
    assert random.min() < 0.6 < 0.9 < random.max()
    assert bayesian.max() > random.max()
    assert np.median(bayesian[25:]) > np.quantile(random, 0.9)
    assert warm[:5].min() > np.quantile(random, 0.9)
    assert warm.max() >= bayesian.max()


def test_the_bundled_store_measured_at_most_two_trials_at_a_time():
    for job in store.load(demo_path())[0].jobs:
        events = sorted(
            (time, step)
            for s in job.summaries
            for time, step in ((s["TrainingStartTime"], 1), (s["TrainingEndTime"], -1))
        )
        assert max(np.cumsum([step for _, step in events])) == 2
        for series in job.series:
            if series.metric == "CPUUtilization":
                assert series.period == 1
                assert 0 < series.values.min() <= series.values.max() < 200
            if series.metric == "MemoryUtilization":
                assert 0 < series.values.min() <= series.values.max() < 50
