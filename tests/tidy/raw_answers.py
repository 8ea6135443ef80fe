"""Raw AWS answers for the tests of tidy, as small as AWS allows unless more is asked for."""

from datetime import datetime, timedelta, timezone

import numpy as np

from amtviz.model import RawSeries, RawTuningData, RawTuningJob

START = datetime(2024, 5, 1, 12, 0, tzinfo=timezone.utc)
RANGES = {
    "IntegerParameterRanges": [
        {"Name": "max-depth", "MinValue": "1", "MaxValue": "20", "ScalingType": "Linear"}
    ],
    "ContinuousParameterRanges": [
        {"Name": "eta", "MinValue": "0.001", "MaxValue": "1", "ScalingType": "Logarithmic"}
    ],
    "CategoricalParameterRanges": [{"Name": "criterion", "Values": ['"gini"', '"entropy"']}],
}


def describe(
    name="job-a",
    metric="f1",
    direction="Maximize",
    ranges=RANGES,
    *,
    region="eu-west-1",
    definition=None,
    **fields,
):
    config = {"Strategy": "Bayesian", "ResourceLimits": {"MaxParallelTrainingJobs": 2}}
    if metric:
        config["HyperParameterTuningJobObjective"] = {"Type": direction, "MetricName": metric}
    if ranges is not None:
        config["ParameterRanges"] = ranges
    description = {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobArn": (
            f"arn:aws:sagemaker:{region}:123456789012:hyper-parameter-tuning-job/{name}"
        ),
        "HyperParameterTuningJobConfig": config,
        "HyperParameterTuningJobStatus": "Completed",
        "CreationTime": START,
        "TrainingJobStatusCounters": {"Completed": 1},
        "ObjectiveStatusCounters": {"Succeeded": 1},
    }
    if definition is not None:
        description["TrainingJobDefinition"] = definition
    return description | fields


def summarize(name, value=0.5, metric="f1", *, minute=0, tuned=None, **fields):
    summary = {
        "TrainingJobName": name,
        "TrainingJobArn": f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{name}",
        "CreationTime": START + timedelta(minutes=minute),
        "TrainingStartTime": START + timedelta(minutes=minute + 1),
        "TrainingEndTime": START + timedelta(minutes=minute + 3),
        "TrainingJobStatus": "Completed",
        "ObjectiveStatus": "Succeeded",
        "TunedHyperParameters": (
            {"max-depth": "3", "eta": "0.1", "criterion": '"gini"'} if tuned is None else tuned
        ),
    }
    if value is not None:
        summary["FinalHyperParameterTuningJobObjectiveMetric"] = {
            "MetricName": metric,
            "Value": value,
        }
    summary |= fields
    return {key: field for key, field in summary.items() if field is not None}


def record(name, metrics=(), **fields):
    return {
        "TrainingJobName": name,
        "TrainingJobArn": f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{name}",
        "TrainingJobStatus": "Completed",
        "FinalMetricDataList": [
            {"MetricName": metric, "Value": value, "Timestamp": START}
            for metric, value in dict(metrics).items()
        ],
        "BillableTimeInSeconds": 100,
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2},
        "EnableManagedSpotTraining": False,
    } | fields


def raw_job(
    summaries=(), records=(), series=(), *, description=None, region="eu-west-1", **described
):
    description = description or describe(region=region, **described)
    return RawTuningJob(
        name=description["HyperParameterTuningJobName"],
        account="123456789012",
        region=region,
        description=description,
        summaries=tuple(summaries),
        records=tuple(records),
        series=tuple(series),
        fetched_at=START + timedelta(hours=1),
    )


def raw_data(*jobs, ancestors=(), notices=()):
    return RawTuningData((*jobs, *ancestors), len(jobs), tuple(notices))


def series_of(training_job, metric, seconds, values, host=""):
    start = int(START.timestamp())
    return RawSeries(
        training_job,
        host,
        metric,
        60,
        np.array([(start + s) * 1000 for s in seconds], dtype="int64"),
        np.array(values, dtype="float64"),
    )
