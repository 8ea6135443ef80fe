"""What must hold of a started tuner, whichever SDK it is of."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import boto3
import pandas as pd

from amtviz import TuningData, fetch_tuning_data, visualize_tuning_job
from amtviz.deploy_code import write_deployment
from tests.aws.world import World

METRICS = [
    {"Name": "f1", "Regex": "f1: ([0-9.]+)"},
    {"Name": "pre", "Regex": "pre: ([0-9.]+)"},
]
NEVER_STARTED = (
    "The HyperparameterTuner was never started, so it has no tuning job to show. Call its fit() "
    "(SageMaker SDK 2) or tune() (SDK 3) first, or pass the name of a tuning job that ran."
)
_KINDS = {"integer": "Int64", "continuous": "float64"}


def last_request(account: World) -> dict[str, Any]:
    """Give what an SDK asked CreateHyperParameterTuningJob for last."""
    calls = [c for c in account.requests if c.operation == "CreateHyperParameterTuningJob"]
    return calls[-1].params


def assert_drawn(account: World, started: Any, name: str, objective: str = "f1") -> pd.DataFrame:
    """Draw what stands for a tuning job, and compare its trials with what AWS holds."""
    chart, trials, metrics = visualize_tuning_job(started, return_dfs=True)
    (region,) = {of for of, job in account.jobs if job == name.lower()}
    job = account.jobs[region, name.lower()]
    held = {summary["TrainingJobName"]: summary for summary in job.summaries}
    shown = trials.set_index("TrainingJobName")
    assert set(shown.index) == set(held)
    assert set(trials["TuningJobName"]) == {job.name}
    for trial, summary in held.items():
        final = summary["FinalHyperParameterTuningJobObjectiveMetric"]
        assert shown.loc[trial, objective] == final["Value"]
        for hyperparameter, text in summary["TunedHyperParameters"].items():
            assert same(shown.loc[trial, hyperparameter], text)
    assert {objective, "CPUUtilization"} <= set(metrics["MetricName"])
    drawn = json.dumps(chart.to_dict())
    for hyperparameter in summary["TunedHyperParameters"]:
        assert hyperparameter in drawn
    return trials


def same(shown: Any, text: str) -> bool:
    """Compare a cell with what AWS has: a number, a word, or a word in quotes (SDK 2)."""
    if isinstance(shown, str):
        return text in (shown, json.dumps(shown))
    return math.isclose(shown, float(text))


def assert_kinds(data: TuningData, kinds: Mapping[str, str]) -> None:
    """Compare declared kinds, and the columns' types with them."""
    assert {h.name: h.kind for h in data.hyperparameters} == kinds
    for name, kind in kinds.items():
        dtype = data.trials[name].dtype
        assert str(dtype) == _KINDS[kind] if kind in _KINDS else pd.api.types.is_string_dtype(dtype)


def assert_ranges_arrived(data: TuningData, asked: dict[str, Any]) -> None:
    """Compare the ranges that an SDK asked AWS for with the suggestion they were made from."""
    ranges = asked["HyperParameterTuningJobConfig"]["ParameterRanges"]
    table = data.suggest_ranges().set_index("Hyperparameter")
    found = set()
    for kind in ("Integer", "Continuous"):
        for item in ranges.get(f"{kind}ParameterRanges", ()):
            row = table.loc[item["Name"]]
            found.add(item["Name"])
            assert row["Kind"] == kind.lower()
            assert math.isclose(float(item["MinValue"]), row["Low"])
            assert math.isclose(float(item["MaxValue"]), row["High"])
            assert item.get("ScalingType", "Auto") == row["Scaling"]
    for item in ranges.get("CategoricalParameterRanges", ()):
        values = table.loc[item["Name"], "Values"]
        found.add(item["Name"])
        assert all(same(value, text) for value, text in zip(values, item["Values"], strict=True))
    assert found == set(table.index)
    assert (table["Change"] == "narrow").any()  # else nothing was suggested


def assert_analytics_agree(analytics: Any, trials: pd.DataFrame, objective: str) -> None:
    """Compare trials with the SDK's own table of them, an independent reading."""
    theirs = analytics.dataframe().set_index("TrainingJobName").sort_index()
    ours = trials.set_index("TrainingJobName").sort_index()
    assert list(theirs.index) == list(ours.index)
    assert theirs["FinalObjectiveValue"].tolist() == ours[objective].tolist()
    assert (
        theirs["TrainingElapsedTimeSeconds"].tolist() == ours["TrainingElapsedTimeSeconds"].tolist()
    )
    assert (
        pd.to_datetime(theirs["TrainingStartTime"], utc=True) == ours["TrainingStartTime"]
    ).all()


def assert_importing_leaves_the_sdk_alone() -> None:
    """Import amtviz anew, where the SDK is installed."""
    code = "import sys, amtviz; print([m for m in sys.modules if m.startswith('sagemaker')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def assert_next_round(account: World, started: Any) -> None:
    """Start the tuning job that amtviz makes of one that an SDK started, and compare them."""
    data = fetch_tuning_data(started, metrics=False)
    first = last_request(account)
    child = data.next_tuning_job()
    boto3.client("sagemaker").create_hyper_parameter_tuning_job(**child)
    assert last_request(account) == dict(child)
    for part in ("TrainingJobDefinition", "HyperParameterTuningJobConfig"):
        rest = [
            {k: v for k, v in r[part].items() if k != "ParameterRanges"} for r in (first, child)
        ]
        assert rest[0] == rest[1]
    assert child["WarmStartConfig"]["WarmStartType"] == "IdenticalDataAndAlgorithm"


def assert_deploys(account: World, started: Any, sdk: int) -> None:
    """Run the code that puts the best training job's model behind an endpoint."""
    best = fetch_tuning_data(started, metrics=False).best_training_job()
    name, now = best["TrainingJobName"], datetime.now(timezone.utc)
    arn = f"arn:aws:sagemaker:us-east-1:123456789012:{{}}/{name}"
    # what moto answers to these isn't of AWS's shape
    account.answer_with("ListTags", {"Tags": []})
    for what, more in {
        "Model": {},
        "EndpointConfig": {"ProductionVariants": []},
        "Endpoint": {"EndpointStatus": "InService", "LastModifiedTime": now},
    }.items():
        named = {f"{what}Name": name, f"{what}Arn": arn.format(what.lower()), "CreationTime": now}
        account.answer_with(f"Describe{what}", named | more)
    exec(write_deployment(name, "us-east-1", sdk), {})
    client = boto3.client("sagemaker")
    (endpoint,) = client.list_endpoints()["Endpoints"]
    assert endpoint["EndpointStatus"] == "InService"
    account.answers.clear()
    (model,) = client.list_models()["Models"]
    container = client.describe_model(ModelName=model["ModelName"])["PrimaryContainer"]
    assert container["Image"] == best["TrainingImage"]
    assert container["ModelDataUrl"] == best["S3ModelArtifacts"]
