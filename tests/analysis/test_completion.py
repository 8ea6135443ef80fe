import dataclasses
import math

import pandas as pd
import pytest

from amtviz.analysis.completion import compute_completion
from amtviz.model import Objective, TuningJob
from tests.analysis.searches import START, make_search

JOB = TuningJob("a", "", "InProgress", "Bayesian", None, (), (), ())


def complete(scores, limits, direction="Maximize", at=None, **job):
    job = dataclasses.replace(JOB, limits=limits, **job)
    table = compute_completion([job], make_search(scores), Objective("y", direction), at)
    assert set(table["TuningJobName"]) <= {"a"}
    return [*table.drop(columns="TuningJobName").itertuples(index=False, name=None)]


def test_training_jobs_are_counted_failed_ones_included():
    rows = complete([1, math.nan, 2], {"MaxNumberOfTrainingJobs": 12, "MaxParallelTrainingJobs": 2})
    assert rows == [("MaxNumberOfTrainingJobs", 12, 3, 0.25)]


def test_runtime_ends_with_the_job_or_when_it_was_asked():
    limits, hour = {"MaxRuntimeInSeconds": 7200}, pd.Timedelta(hours=1)
    begun = START.to_pydatetime()
    row = ("MaxRuntimeInSeconds", 7200, 3600, 0.5)
    assert complete([1], limits, created=begun, ended=begun + hour) == [row]
    assert complete([1], limits, created=begun, at=begun + hour) == [row]
    (unknown,) = complete([1], limits, created=begun)
    assert math.isnan(unknown[2])
    assert math.isnan(unknown[3])


def test_trials_since_the_last_improvement():
    limits = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 20}}
    name = "MaxNumberOfTrainingJobsNotImproving"
    assert complete([1, 5, 3, 5, math.nan], limits) == [(name, 20, 3, 0.15)]
    assert complete([math.nan] * 4, limits) == [(name, 20, 4, 0.2)]
    assert complete([5, 4, 3], limits, "Minimize") == [(name, 20, 0, 0)]


@pytest.mark.parametrize(("direction", "target"), [("Maximize", 0.5), ("Minimize", 1.5)])
def test_a_target_is_reached_or_not(direction, target):
    (row,) = complete([1.0], {"TargetObjectiveMetricValue": target}, direction)
    assert row == ("TargetObjectiveMetricValue", target, 1.0, 1.0)
    other = "Minimize" if direction == "Maximize" else "Maximize"
    (row,) = complete([1.0], {"TargetObjectiveMetricValue": target}, other)
    assert math.isnan(row[3])


def test_aws_tells_no_progress_of_convergence():
    (row,) = complete([1.0], {"ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}})
    assert row[0] == "ConvergenceDetected"
    assert all(math.isnan(number) for number in row[1:])
    off = {"ConvergenceDetected": {"CompleteOnConvergence": "Disabled"}}
    assert complete([1.0], off) == []


def test_a_job_without_a_trial():
    job = dataclasses.replace(JOB, name="other", limits={"MaxNumberOfTrainingJobs": 5})
    table = compute_completion([job], make_search([1.0]), Objective("y", "Maximize"))
    assert table["Reached"].tolist() == [0]
