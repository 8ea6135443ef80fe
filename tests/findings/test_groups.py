"""Which tuning jobs and algorithms count as one group: those that run the same task."""

from __future__ import annotations

import numpy as np
import pytest

from amtviz import TuningData
from amtviz.analysis.effects.tasks import merge_same_tasks
from amtviz.demo import demo_path
from amtviz.findings.facts import facts_of
from amtviz.findings.importance import state_importance
from amtviz.tidy import tidy_tuning_data
from tests.findings.searches import two_jobs
from tests.tidy.raw_answers import describe, raw_data, raw_job, summarize

RANGES = {
    "ContinuousParameterRanges": [
        {"Name": name, "MinValue": "0", "MaxValue": "1", "ScalingType": "Linear"}
        for name in ("eta", "alpha")
    ]
}
ETA = {"ContinuousParameterRanges": RANGES["ContinuousParameterRanges"][:1]}
CHANNEL = {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://data/a"}}}
OTHER = {"ChannelName": "test", "DataSource": {"S3DataSource": {"S3Uri": "s3://data/b"}}}


def define(image="forest:1", channels=(CHANNEL, OTHER), metric="f1", static=(), **fields):
    return {
        "AlgorithmSpecification": {
            "TrainingInputMode": "File",
            "TrainingImage": image,
            "MetricDefinitions": [{"Name": metric, "Regex": metric}],
        },
        "InputDataConfig": list(channels),
        "StaticHyperParameters": {"folds": "5", **dict(static)},
    } | fields


def search(name, definition, count=30, ranges=RANGES, shift=0.0, seed=0, **fields):
    """Return a tuning job whose f1 is eta, and some more."""
    rng = np.random.default_rng(seed)
    names = [r["Name"] for r in ranges["ContinuousParameterRanges"]]
    trials = []
    for place in range(count):
        tuned = dict(zip(names, rng.uniform(size=len(names)), strict=True))
        value = tuned["eta"] + shift + 0.05 * rng.normal()
        tuned = {key: str(float(number)) for key, number in tuned.items()}
        trials.append(summarize(f"{name}-{place}", value, minute=place, tuned=tuned))
    return raw_job(
        trials, description=describe(name, ranges=ranges, definition=definition, **fields)
    )


def groups_of(*jobs) -> list[str]:
    """Return the tuning job that each one's trials count as."""
    data = tidy_tuning_data(raw_data(*jobs))
    merged = merge_same_tasks(data.trials, data.jobs, data.hyperparameters)
    return merged.groupby(data.trials["TuningJobName"])["TuningJobName"].first().tolist()


@pytest.mark.parametrize(
    ("definition", "fields", "groups"),
    [
        (define(), {}, ["a", "a"]),
        (define(channels=(OTHER, CHANNEL), metric="f1 of it"), {}, ["a", "a"]),
        (
            define(static={"sagemaker_job_name": "b", "_tuning_objective_metric": "f1"}),
            {},
            ["a"] * 2,
        ),
        (define(image="forest:2"), {}, ["a", "b"]),
        (define(channels=(CHANNEL,)), {}, ["a", "b"]),
        (define(static={"folds": "10"}), {}, ["a", "b"]),
        (define(static={"more": "1"}), {}, ["a", "b"]),
        (define(static={"sagemaker_submit_directory": "s3://b"}), {}, ["a", "b"]),
        (define(Environment={"MODE": "b"}), {}, ["a", "b"]),
        (define(static={"alpha": "0.5"}), {"ranges": ETA}, ["a", "a"]),  # tuned in the other
        (define(), {"ranges": ETA}, ["a", "b"]),  # the algorithm's own default, not known
    ],
)
def test_two_jobs_are_one_group_where_they_run_the_same_task(definition, fields, groups):
    jobs = (search("a", define(), 2), search("b", definition, 2, **fields))
    assert groups_of(*jobs) == groups


@pytest.mark.parametrize("unknown", [{}, {"AlgorithmSpecification": {"TrainingInputMode": "File"}}])
def test_where_nothing_is_known_jobs_stay_apart(unknown):
    jobs = search("a", unknown, 2), search("b", unknown, 2)
    assert groups_of(*jobs) == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "groups"),
    [("IdenticalDataAndAlgorithm", ["a", "a"]), ("TransferLearning", ["a", "b"])],
)
def test_a_warm_start_may_say_that_the_task_is_the_same(kind, groups):
    """Its code lies elsewhere, as the SDK uploads it anew; a static value still tells apart."""
    warm = {
        "WarmStartConfig": {
            "WarmStartType": kind,
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "a"}],
        }
    }
    child = define(static={"sagemaker_submit_directory": "s3://b"})
    assert groups_of(search("a", define(), 2), search("b", child, 2, **warm)) == groups
    other = define(static={"folds": "10"})
    assert groups_of(search("a", define(), 2), search("b", other, 2, **warm)) == ["a", "b"]


def several(name, *definitions):
    """Return a tuning job of several algorithms, of which each has its own f1."""
    trials, described = [], []
    for place, (label, definition, shift) in enumerate(definitions):
        job = search(f"{name}-{label}", definition, shift=shift, seed=place)
        trials += [summary | {"TrainingJobDefinitionName": label} for summary in job.summaries]
        objective = {"Type": "Maximize", "MetricName": "f1"}
        own = {
            "DefinitionName": label,
            "TuningObjective": objective,
            "HyperParameterRanges": RANGES,
        }
        described.append(definition | own)
    description = describe(name, metric=None, ranges=None, TrainingJobDefinitions=described)
    return raw_job(trials, description=description)


def test_algorithms_are_groups_and_the_same_one_in_two_jobs_is_one():
    forest, boost = ("forest", define(), 0.0), ("boost", define("boost:1"), 2.0)
    data = tidy_tuning_data(raw_data(several("a", forest, boost), several("b", forest, boost)))
    effects = facts_of(data).effects
    assert effects.grouped_by == ("TrainingJobDefinitionName",)
    assert effects.layout.groups == 2
    assert state_importance(facts_of(data)).startswith(
        "Which algorithm a trial belongs to explains 9"
    )


def test_the_same_task_makes_no_sentence_about_tuning_jobs():
    same = tidy_tuning_data(raw_data(search("a", define()), search("b", define(), seed=1)))
    text = state_importance(facts_of(same))
    assert text.startswith("eta matters most: ")
    assert "tuning job" not in text
    other = define("forest:2")
    shifted = tidy_tuning_data(
        raw_data(search("a", define()), search("b", other, seed=1, shift=2.0))
    )
    text = state_importance(facts_of(shifted))
    assert text.startswith("Which tuning job a trial belongs to explains 9")
    assert "Within tuning jobs, eta matters most: " in text


def test_the_demo_is_one_task():
    facts = facts_of(TuningData.load(demo_path()))
    assert len(facts.tables.jobs) == 3
    assert facts.effects.grouped_by == ()


def test_rows_of_a_table_are_grouped_by_their_job_column():
    assert facts_of(two_jobs()).effects.grouped_by == ("TuningJobName",)
