"""The rarer shapes of AWS's answers, served and fetched as a person has them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

import amtviz
from amtviz.analysis.cost import classify_outcomes
from amtviz.analysis.failures import compute_outcomes
from amtviz.cli import main
from amtviz.report.summary import summarize
from amtviz.wording.values import format_value
from tests.aws.constraints import check_answer
from tests.aws.generate import generate_tuning_job
from tests.aws.shapes import generate_algorithms, with_definition, with_records, with_scores
from tests.aws.world import World

DEPTH: dict[str, Any] = {
    "IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "9"}]
}
NAMES: dict[str, Any] = {"CategoricalParameterRanges": [{"Name": "depth", "Values": ["a", "b"]}]}
GROUPS: dict[str, Any] = {
    "InstanceGroups": [
        {"InstanceGroupName": "data", "InstanceType": "ml.c5.xlarge", "InstanceCount": 2},
        {"InstanceGroupName": "train", "InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
    ],
    "VolumeSizeInGB": 30,
}


def test_several_algorithms(aws: World) -> None:
    job = generate_algorithms(
        "two",
        {
            "xgb": {"ranges": DEPTH, "objective": "validation:auc"},
            "linear": {"ranges": NAMES, "objective": "test:accuracy", "static": {"seed": "1"}},
        },
        trials=6,
        series=["validation:auc"],
    )
    aws.add(job)
    data = amtviz.fetch_tuning_data("two")
    goal = "validation:auc or test:accuracy"
    final = "FinalHyperParameterTuningJobObjectiveMetric"
    assert data.objective.metric_name == goal
    assert data.trials[goal].tolist() == [s[final]["Value"] for s in job.summaries]
    assert list(data.trials["TrainingJobDefinitionName"]) == ["xgb", "linear"] * 3
    assert [h.column for h in data.hyperparameters] == ["depth (xgb)", "depth (linear)"]
    assert data.jobs[0].definitions[1].static_hyperparameters == {"seed": "1"}
    # each definition's own metrics are asked for, not those of all
    asked = {
        (query["MetricStat"]["Metric"]["MetricName"], dimension["Value"])
        for call in aws.requests
        if call.operation == "GetMetricData"
        for query in call.params["MetricDataQueries"]
        for dimension in query["MetricStat"]["Metric"]["Dimensions"]
        if dimension["Name"] == "TrainingJobName"
    }
    xgb = {s["TrainingJobName"] for s in job.summaries[::2]}
    assert {trial for metric, trial in asked if metric == "validation:auc"} == xgb


def test_groups_warm_pools_and_secondary_statuses(aws: World) -> None:
    job = generate_tuning_job("odd", 4, statuses=["Stopped"], hosts=3, series=["CPUUtilization"])
    members = [
        {"SecondaryStatus": status, "WarmPoolStatus": pool, "ResourceConfig": GROUPS}
        for status, pool in (
            ("MaxWaitTimeExceeded", {"Status": "Terminated"}),
            ("Interrupted", {"Status": "Reused", "ResourceRetainedBillableTimeInSeconds": 7}),
        )
    ]
    aws.add(with_records(with_definition(job, ResourceConfig=GROUPS), members))
    data = amtviz.fetch_tuning_data("odd")
    assert list(data.trials["SecondaryStatus"]) == ["MaxWaitTimeExceeded", "Interrupted"] * 2
    assert list(data.trials["BillableTimeInSeconds"]) == [100, 107] * 2
    assert set(data.trials["InstanceType"]) == {"2 × ml.c5.xlarge + 1 × ml.g5.xlarge"}
    hosts = data.metrics.groupby("TrainingJobName")["Host"].nunique()
    assert hosts.tolist() == [3] * 4


def test_an_objective_that_is_not_finite_is_unscored_everywhere(aws: World) -> None:
    job = generate_tuning_job("odd", 10)
    bad: list[float | str] = ["NaN", "Infinity", "-Infinity", 3.4028234663852886e38]
    aws.add(with_scores(job, bad))
    data = amtviz.fetch_tuning_data("odd", metrics=False)
    final = "FinalHyperParameterTuningJobObjectiveMetric"
    best = max(summary[final]["Value"] for summary in job.summaries[4:])
    assert data.trials["ObjectiveStatus"].eq("Succeeded").all()
    goal = data.objective
    assert data.notices[0] == (
        f"4 of 10 trials have no value of {goal.metric_name!r} (4 completed): kept in the table, "
        "unscored."
    )
    assert list(classify_outcomes(data.trials, goal)) == ["no value"] * 4 + ["completed"] * 6
    assert list(compute_outcomes(data.trials, goal)) == ["no objective"] * 4 + ["fine"] * 6
    facts = {fact[0]: fact[1:] for fact in summarize(data).facts}
    assert facts["Best"] == (format_value(best), "of 6 scored trials")
    assert facts["Trials"] == ("10", "10 completed; 4 without an objective value")
    shown = CliRunner().invoke(main, ["show", "odd"]).output
    text = " ".join(shown.split())
    assert f"4 of 10 trials completed without a value of {goal.metric_name}" in text
    told = json.loads(CliRunner().invoke(main, ["show", "odd", "--json"]).output)
    assert told["best"][goal.metric_name] == best


def test_denied_is_not_answered(aws: World) -> None:
    aws.generate("plain", trials=3)
    aws.deny("Search")
    data = amtviz.fetch_tuning_data("plain", metrics=False)
    assert not [notice for notice in data.notices if "answered" in notice]
    assert (
        "The billed time of 3 of 3 ended trials is unknown, so their cost is the time from start "
        "to end, too much for spot instances."
    ) in data.notices
    assert any("sagemaker:Search is denied" in notice for notice in data.notices)
    assert pd.isna(data.trials["SecondaryStatus"]).all()


@pytest.mark.parametrize(
    ("shape", "answer", "error"),
    [
        ("TrainingJob", {"SecondaryState": "x"}, "TrainingJob has no member SecondaryState"),
        (
            "ResourceConfig",
            {"InstanceGroups": [{"InstanceCount": "2"}]},
            "ResourceConfig.InstanceGroups[].InstanceCount is '2', not of type integer",
        ),
    ],
)
def test_what_botocore_doesnt_know_isnt_served(
    shape: str, answer: dict[str, Any], error: str
) -> None:
    with pytest.raises(AssertionError) as caught:
        check_answer("sagemaker", shape, answer)
    assert str(caught.value).splitlines()[0] == error
