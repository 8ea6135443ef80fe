"""Which series there can be."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from amtviz.fetch.wanted import WantedTrial, list_wanted
from amtviz.schema import INSTANCE_METRICS

START = datetime(2026, 1, 5, 9, 0, tzinfo=timezone.utc)
NOW = (START + timedelta(hours=2)).timestamp()


def summary(name: str = "t", status: str = "Completed", **fields: Any) -> dict[str, Any]:
    return {"TrainingJobName": name, "TrainingJobStatus": status, "CreationTime": START, **fields}


def ran(name: str = "t", status: str = "Completed", **fields: Any) -> dict[str, Any]:
    times = {"TrainingStartTime": START, "TrainingEndTime": START + timedelta(hours=1)}
    return summary(name, status, **times, **fields)


def definition(*metrics: str, hosts: int = 1, **fields: Any) -> dict[str, Any]:
    entries = [{"Name": name, "Regex": "x"} for name in metrics]
    resources = {"InstanceType": "ml.m5.large", "InstanceCount": hosts}
    return {
        "AlgorithmSpecification": {"MetricDefinitions": entries},
        "ResourceConfig": resources,
        **fields,
    }


def wanted_of(
    description: dict[str, Any], *trials: dict[str, Any], records: Any = ()
) -> list[WantedTrial]:
    return list_wanted(0, description, trials, records, NOW)[0]


def own_metrics(trial: WantedTrial) -> list[str]:
    return [metric for host, metric in trial.series if not host]


def hosts(trial: WantedTrial) -> list[str]:
    return list(dict.fromkeys(host for host, _ in trial.series if host))


def test_every_name_that_is_known_and_five_metrics_a_host() -> None:
    finals = [{"MetricName": "ObjectiveMetric", "Value": 1.0}, {"MetricName": "f1", "Value": 1.0}]
    records = [{"TrainingJobName": "t", "FinalMetricDataList": finals}]
    one, other = wanted_of(
        {"TrainingJobDefinition": definition("f1", "loss", hosts=2)},
        ran("t"),
        ran("u"),
        records=records,
    )
    # what one trial had at its end, another that has no end yet has as well
    for trial in (one, other):
        assert own_metrics(trial) == ["f1", "loss", "ObjectiveMetric"]
        name = trial.training_job
        assert hosts(trial) == [f"{name}/algo-1", f"{name}/algo-2"]
        assert len(trial.series) == len(set(trial.series)) == 3 + 2 * len(INSTANCE_METRICS)


def test_the_objective_alone_is_known_without_definitions() -> None:
    config = {"HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "acc"}}
    (trial,) = wanted_of({"HyperParameterTuningJobConfig": config}, ran())
    assert own_metrics(trial) == ["acc"]
    assert hosts(trial) == ["t/algo-1"]
    final = {"MetricName": "acc", "Value": 1.0}
    (trial,) = wanted_of({}, ran(FinalHyperParameterTuningJobObjectiveMetric=final))
    assert own_metrics(trial) == ["acc"]


def test_each_definition_has_its_own_metrics_and_hosts() -> None:
    several = [
        definition("loss", DefinitionName="a", TuningObjective={"MetricName": "acc"}),
        definition("auc", hosts=3, DefinitionName="b"),
    ]
    a, b, unknown = wanted_of(
        {"TrainingJobDefinitions": several},
        ran("ta", TrainingJobDefinitionName="a"),
        ran("tb", TrainingJobDefinitionName="b"),
        ran("tc"),
    )
    assert (own_metrics(a), len(hosts(a))) == (["loss", "acc"], 1)
    assert (own_metrics(b), len(hosts(b))) == (["auc"], 3)
    assert (own_metrics(unknown), len(hosts(unknown))) == (["loss", "acc", "auc"], 3)


@pytest.mark.parametrize(
    ("resources", "count"),
    [
        ({"HyperParameterTuningResourceConfig": {"InstanceCount": 4}}, 4),
        (
            {
                "HyperParameterTuningResourceConfig": {
                    "InstanceConfigs": [{"InstanceCount": 1}, {"InstanceCount": 2}]
                }
            },
            2,
        ),
        ({"ResourceConfig": {"InstanceGroups": [{"InstanceCount": 2}, {"InstanceCount": 3}]}}, 5),
        ({}, 1),
    ],
)
def test_hosts_by_the_definition(resources: dict[str, Any], count: int) -> None:
    (trial,) = wanted_of({"TrainingJobDefinition": resources}, ran())
    assert len(hosts(trial)) == count


def test_a_trials_own_hosts_come_first() -> None:
    record = {"TrainingJobName": "t", "ResourceConfig": {"InstanceCount": 4}}
    (trial,) = wanted_of({"TrainingJobDefinition": definition(hosts=9)}, ran(), records=[record])
    assert hosts(trial) == [f"t/algo-{n}" for n in (1, 2, 3, 4)]


def test_windows() -> None:
    def window(trial: dict[str, Any], *records: dict[str, Any]) -> tuple[float, float]:
        (found,) = wanted_of({}, trial, records=records)
        return found.start - START.timestamp(), found.end - START.timestamp()

    began = {"TrainingStartTime": START}
    late = {"TrainingStartTime": START - timedelta(days=90)}
    assert window(ran()) == (0, 3600)
    assert window(summary(status="InProgress", **began)) == (0, 7200)  # up to now
    record = {"TrainingJobName": "t", "LastModifiedTime": START + timedelta(minutes=5)}
    assert window(summary(status="Failed", **began), record) == (0, 300)
    assert window(summary(status="InProgress", **began), record) == (0, 7200)
    assert window(summary(status="Stopped", **late)) == (-90 * 86_400, -62 * 86_400)
    assert window(summary(status="Completed")) == (0, 7200)  # it ran: AWS doesn't say when


def test_what_never_started_is_counted() -> None:
    trials = [summary("a", "Failed"), ran("b"), summary("c", "InProgress")]
    wanted, unstarted = list_wanted(3, {}, trials, [], NOW)
    assert [(trial.job, trial.training_job) for trial in wanted] == [(3, "b")]
    assert unstarted == 2


def test_hosts_past_the_first_hundred_are_counted_and_left_out() -> None:
    (trial,) = wanted_of({"TrainingJobDefinition": definition(hosts=130)}, ran())
    assert hosts(trial) == [f"t/algo-{n}" for n in range(1, 101)]
    assert trial.hosts_left == 30
