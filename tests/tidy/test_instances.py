"""What trials ran on, and what was billed for it, in every shape that AWS has."""

import pandas as pd
import pytest

from amtviz.analysis.cost import compute_cost
from amtviz.answers import Instances, read_instances
from amtviz.fetch.wanted import list_wanted
from amtviz.schema import INSTANCE_METRICS
from amtviz.tidy import tidy_tuning_data
from tests.aws.constraints import check_answer
from tests.tidy.raw_answers import START, describe, raw_data, raw_job, record, summarize

GROUPS = {
    "InstanceGroups": [
        {"InstanceGroupName": "data", "InstanceType": "ml.c5.xlarge", "InstanceCount": 2},
        {"InstanceGroupName": "train", "InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
    ],
    "VolumeSizeInGB": 30,
}
PREFERENCES = {
    "InstancePreferences": [
        {"InstanceType": "ml.p5.48xlarge", "InstanceCount": 1},
        {"InstanceType": "ml.p4d.24xlarge", "InstanceCount": 4},
    ],
    "VolumeSizeInGB": 30,
}
CONFIGS = {
    "InstanceConfigs": [
        {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 30},
        {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30},
    ],
    "AllocationStrategy": "Prioritized",
}
SELECTED = PREFERENCES | {"SelectedInstanceType": "ml.p4d.24xlarge", "SelectedInstanceCount": 4}
MIXED = "2 × ml.c5.xlarge + 1 × ml.g5.xlarge"


def members(**fields):
    return {"TuningObjective": {}, "HyperParameterRanges": {}, **fields}


@pytest.mark.parametrize(
    ("definition", "own", "kind", "count", "hosts"),
    [
        ({"ResourceConfig": {"InstanceType": "ml.a", "InstanceCount": 3}}, {}, "ml.a", 3, 3),
        ({"ResourceConfig": GROUPS}, {}, MIXED, 3, 3),
        ({}, {"ResourceConfig": GROUPS}, MIXED, 3, 3),
        ({"ResourceConfig": PREFERENCES}, {}, None, None, 4),
        ({"ResourceConfig": PREFERENCES}, {"ResourceConfig": SELECTED}, "ml.p4d.24xlarge", 4, 4),
        ({"HyperParameterTuningResourceConfig": CONFIGS}, {}, None, 2, 2),
        (
            {"HyperParameterTuningResourceConfig": CONFIGS},
            {"ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2}},
            "ml.m5.xlarge",
            2,
            2,
        ),
        ({}, {}, None, None, 1),
    ],
)
def test_type_count_and_hosts_of_every_shape(definition, own, kind, count, hosts):
    check_answer("sagemaker", "HyperParameterTrainingJobDefinition", definition)
    check_answer("sagemaker", "TrainingJob", own)
    description = describe(definition={"RoleArn": "x", **definition})
    records = [record("t1", ResourceConfig=None) | own]
    job = raw_job([summarize("t1")], records, description=description)
    row = tidy_tuning_data(raw_data(job)).trials.iloc[0]
    assert (None if pd.isna(row["InstanceType"]) else row["InstanceType"]) == kind
    assert (None if pd.isna(row["InstanceCount"]) else row["InstanceCount"]) == count
    wanted, _ = list_wanted(0, description, job.summaries, records, START.timestamp() + 9e6)
    asked = [host for host, metric in wanted[0].series if metric == INSTANCE_METRICS[0]]
    assert asked == [f"t1/algo-{n + 1}" for n in range(hosts)]


def test_equal_choices_are_one():
    same = {"InstanceType": "ml.a", "InstanceCount": 1}
    assert read_instances(
        {"ResourceConfig": same, "HyperParameterTuningResourceConfig": {"InstanceConfigs": [same]}}
    ) == [Instances((("ml.a", 1),))]


def test_each_group_is_billed_at_its_own_price():
    job = raw_job(
        [summarize("t1")], [record("t1", BillableTimeInSeconds=1800, ResourceConfig=GROUPS)]
    )
    data = tidy_tuning_data(raw_data(job))
    prices = {"ml.c5.xlarge": 0.2, "ml.g5.xlarge": 1.4}
    cost = compute_cost(data.trials, data.objective, prices)
    assert cost["BilledSeconds"].tolist() == [3 * 1800]
    assert cost["Dollars"].tolist() == pytest.approx([(2 * 0.2 + 1.4) / 2])
    assert compute_cost(data.trials, data.objective, {"ml.c5.xlarge": 0.2})["Dollars"].isna().all()


def test_a_warm_pool_that_was_kept_is_billed():
    pool = {"Status": "Reused", "ResourceRetainedBillableTimeInSeconds": 40, "ReusedByJob": "t2"}
    records = [
        record("t1", BillableTimeInSeconds=100, WarmPoolStatus=pool),
        record("t2", BillableTimeInSeconds=100, WarmPoolStatus={"Status": "Terminated"}),
    ]
    for one in records:
        check_answer("sagemaker", "TrainingJob", one)
    job = raw_job([summarize("t1"), summarize("t2", minute=1)], records)
    assert list(tidy_tuning_data(raw_data(job)).trials["BillableTimeInSeconds"]) == [140, 100]
