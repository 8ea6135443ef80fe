"""The local endpoint is as strict as AWS's documentation, so that a lax client fails here."""

from __future__ import annotations

import urllib.parse
import urllib.request
from datetime import datetime, timedelta
from typing import Any

import boto3
import botocore.parsers
import botocore.serialize
import numpy as np
import pytest
from botocore.exceptions import ClientError

from tests.aws.cloudwatch import NAMESPACE
from tests.aws.generate import BEGAN
from tests.aws.world import World

JOB = "HyperParameterTuningJobName"
METRICS = ("train:loss", "CPUUtilization")


@pytest.fixture
def sagemaker(aws: World) -> Any:
    return boto3.client("sagemaker")


@pytest.fixture
def cloudwatch(aws: World) -> Any:
    return boto3.client("cloudwatch")


def refusal(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


# SageMaker


def test_a_page_has_ten_unless_asked_and_never_more_than_100(aws: World, sagemaker: Any) -> None:
    aws.generate("job-a", 120)
    by_arn = {"Name": "TuningJobArn", "Operator": "Equals"}
    arn = sagemaker.describe_hyper_parameter_tuning_job(**{JOB: "job-a"})[f"{JOB[:-4]}Arn"]
    expression = {"Filters": [{**by_arn, "Value": arn}]}
    list_trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job
    for call, key, asked in (
        (list_trials, "TrainingJobSummaries", {JOB: "job-a"}),
        (sagemaker.search, "Results", {"Resource": "TrainingJob", "SearchExpression": expression}),
        (sagemaker.list_hyper_parameter_tuning_jobs, "HyperParameterTuningJobSummaries", {}),
    ):
        assert len(call(**asked)[key]) == (1 if not asked else 10)
        code, message = refusal(call, **asked, MaxResults=101)
        assert code == "ValidationException"
        assert message.endswith("Member must have value less than or equal to 100")
        assert refusal(call, **asked, NextToken="x") == ("ValidationException", "Invalid NextToken")
    token = list_trials(**{JOB: "job-a"})["NextToken"]
    aws.generate("job-b", 120)
    assert refusal(list_trials, **{JOB: "job-b"}, NextToken=token)[1] == "Invalid NextToken"


def test_sorting_by_the_objective_drops_trials_as_documented(aws: World, sagemaker: Any) -> None:
    aws.generate("job-a", 8, statuses=("Completed", "Failed"))
    answer = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        **{JOB: "job-a"}, SortBy="FinalObjectiveMetricValue"
    )
    assert len(answer["TrainingJobSummaries"]) == 4


def test_names_that_cannot_be_or_are_not(aws: World, sagemaker: Any) -> None:
    describe = sagemaker.describe_hyper_parameter_tuning_job
    assert refusal(describe, **{JOB: "x" * 33})[0] == "ValidationException"
    assert refusal(describe, **{JOB: "gone"})[0] == "ResourceNotFound"
    list_trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job
    assert refusal(list_trials, **{JOB: "gone"})[0] == "ResourceNotFound"
    aws.generate("Bayes-1", 1)
    assert describe(**{JOB: "bayes-1"})[JOB] == "Bayes-1"  # names know no case


def test_calls_and_faults_are_counted(aws: World, sagemaker: Any) -> None:
    aws.generate("job-a", 1)
    aws.throttle("DescribeHyperParameterTuningJob", first=2)
    sagemaker.describe_hyper_parameter_tuning_job(**{JOB: "job-a"})
    assert aws.calls == {"DescribeHyperParameterTuningJob": 3}
    aws.deny("DescribeHyperParameterTuningJob")
    code, message = refusal(sagemaker.describe_hyper_parameter_tuning_job, **{JOB: "job-a"})
    assert code == "AccessDeniedException"
    assert "is not authorized to perform: sagemaker:DescribeHyperParameterTuningJob" in message


def test_other_services_are_motos(aws: World) -> None:
    assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="bucket-of-a-test")
    s3.put_object(Bucket="bucket-of-a-test", Key="a/b", Body=b"text")
    assert s3.get_object(Bucket="bucket-of-a-test", Key="a/b")["Body"].read() == b"text"


def test_each_test_begins_with_an_empty_moto(aws: World) -> None:
    assert boto3.client("s3").list_buckets()["Buckets"] == []


# CloudWatch


def query(trial: str, metric: str = "train:loss", period: int = 60, **more: Any) -> dict[str, Any]:
    instance = metric.endswith("Utilization")
    dimension = ("Host", f"{trial}/algo-1") if instance else ("TrainingJobName", trial)
    return {
        "Id": "m0",
        "MetricStat": {
            "Metric": {
                "Namespace": NAMESPACE,
                "MetricName": metric,
                "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
            },
            "Period": period,
            "Stat": "Average",
        },
        **more,
    }


def window(minutes: int = 10) -> dict[str, datetime]:
    return {"StartTime": BEGAN, "EndTime": BEGAN + timedelta(minutes=minutes)}


@pytest.fixture
def trial(aws: World) -> str:
    aws.now = BEGAN + timedelta(hours=2)
    job = aws.generate("job-a", 2, seconds=600, series=METRICS)
    return str(job.summaries[0]["TrainingJobName"])


def test_metrics_come_as_they_were_recorded(aws: World, cloudwatch: Any, trial: str) -> None:
    for metric in METRICS:
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[query(trial, metric)], ScanBy="TimestampAscending", **window(11)
        )
        (result,) = answer["MetricDataResults"]
        expected = next(s for s in aws.series("us-east-1") if s.metric == metric)
        assert (result["Id"], result["StatusCode"]) == ("m0", "Complete")
        assert [t.timestamp() * 1000 for t in result["Timestamps"]] == expected.timestamps.tolist()
        assert result["Values"] == expected.values.tolist()


def test_the_end_is_exclusive_and_the_newest_come_first(
    aws: World, cloudwatch: Any, trial: str
) -> None:
    answer = cloudwatch.get_metric_data(MetricDataQueries=[query(trial)], **window(9))
    times = answer["MetricDataResults"][0]["Timestamps"]
    assert times == [BEGAN + timedelta(minutes=m) for m in range(8, -1, -1)]


def test_longer_periods_aggregate(aws: World, cloudwatch: Any, trial: str) -> None:
    expected = aws.series("us-east-1")[0].values.reshape(2, 5)
    for stat, values in (("Average", expected.mean(1)), ("Maximum", expected.max(1))):
        asked = query(trial, period=300)
        asked["MetricStat"]["Stat"] = stat
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[asked], ScanBy="TimestampAscending", **window()
        )
        np.testing.assert_allclose(answer["MetricDataResults"][0]["Values"], values)


@pytest.mark.parametrize(
    ("days", "period", "points"),
    [
        (14, 60, 10),
        (16, 60, 0),
        (16, 300, 2),
        (62, 300, 2),
        (64, 300, 0),
        (64, 3600, 1),
        (454, 3600, 1),
        (456, 3600, 0),
    ],
)
def test_old_points_need_long_periods(
    aws: World, cloudwatch: Any, trial: str, days: int, period: int, points: int
) -> None:
    aws.now = BEGAN + timedelta(days=days)
    answer = cloudwatch.get_metric_data(MetricDataQueries=[query(trial, period=period)], **window())
    (result,) = answer["MetricDataResults"]
    assert (len(result["Values"]), result["StatusCode"]) == (points, "Complete")


def test_what_get_metric_data_refuses(aws: World, cloudwatch: Any, trial: str) -> None:
    def refused(queries: list[dict[str, Any]], **more: Any) -> str:
        asked = {"MetricDataQueries": queries, **window(), **more}
        return refusal(cloudwatch.get_metric_data, **asked)[1]

    many = [query(trial, Id=f"m{i}") for i in range(501)]
    assert "must not have a size greater than 500" in refused(many)
    assert "are not unique" in refused(many[:1] * 2)
    assert "must start with a lowercase letter" in refused([query(trial, Id="M1")])
    assert "a multiple of 60, not 90" in refused([query(trial, period=90)])
    assert "StartTime must be less" in refused([query(trial)], EndTime=BEGAN)
    assert "between 1 and 100800" in refused([query(trial)], MaxDatapoints=100_801)
    assert refused([query(trial)], NextToken="x") == "The next token specified is invalid."


def test_wide_windows_of_many_queries_are_throttled(
    aws: World, cloudwatch: Any, trial: str
) -> None:
    queries = [query(trial, Id=f"m{i}") for i in range(500)]
    wide = {"StartTime": BEGAN - timedelta(days=10), "EndTime": BEGAN}
    asked = {"MetricDataQueries": queries, **wide}
    assert refusal(cloudwatch.get_metric_data, **asked) == ("ThrottlingException", "Rate exceeded")


def test_pages_of_points_are_merged_by_id(aws: World, cloudwatch: Any, trial: str) -> None:
    queries = [query(trial, Id="m0"), query(trial, "CPUUtilization", Id="m1")]
    asked = {
        "MetricDataQueries": queries,
        "MaxDatapoints": 7,
        **window(),
        "ScanBy": "TimestampAscending",
    }
    found: dict[str, list[float]] = {"m0": [], "m1": []}
    statuses = []
    for page in cloudwatch.get_paginator("get_metric_data").paginate(**asked):
        for result in page["MetricDataResults"]:
            found[result["Id"]] += result["Values"]
            statuses.append((result["Id"], len(result["Values"]), result["StatusCode"]))
    assert statuses == [
        ("m0", 7, "PartialData"),
        ("m0", 3, "Complete"),
        ("m1", 4, "PartialData"),
        ("m1", 6, "Complete"),
    ]
    assert found["m0"] == aws.series("us-east-1")[0].values.tolist()
    assert found["m1"] == aws.series("us-east-1")[1].values.tolist()


def test_a_metric_that_is_forbidden(aws: World, cloudwatch: Any, trial: str) -> None:
    aws.metric_status["train:loss"] = "Forbidden"
    answer = cloudwatch.get_metric_data(MetricDataQueries=[query(trial)], **window())
    (result,) = answer["MetricDataResults"]
    assert (result["StatusCode"], result["Values"]) == ("Forbidden", [])
    assert result["Messages"] == [{"Code": "Forbidden", "Value": "train:loss can't be read"}]


def test_list_metrics_forgets_after_two_weeks(aws: World, cloudwatch: Any, trial: str) -> None:
    asked = {"Namespace": NAMESPACE, "Dimensions": [{"Name": "TrainingJobName", "Value": trial}]}
    (metric,) = cloudwatch.list_metrics(**asked)["Metrics"]
    assert metric["MetricName"] == "train:loss"
    assert len(cloudwatch.list_metrics(Namespace=NAMESPACE)["Metrics"]) == 6
    aws.now = BEGAN + timedelta(days=15)
    assert cloudwatch.list_metrics(**asked)["Metrics"] == []


def test_the_query_protocol_of_older_boto3(aws: World, cloudwatch: Any, trial: str) -> None:
    operation = cloudwatch.meta.service_model.operation_model("GetMetricData")
    asked = {"MetricDataQueries": [query(trial)], **window()}
    serialized = botocore.serialize.create_serializer("query").serialize_to_request(
        asked, operation
    )
    form = urllib.parse.urlencode(serialized["body"]).encode()
    scope = "AKID/20260105/us-east-1/monitoring/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=x"}
    with urllib.request.urlopen(urllib.request.Request(aws.url, form, headers)) as response:
        raw = {"body": response.read(), "headers": {}, "status_code": 200}
    parsed = botocore.parsers.create_parser("query").parse(raw, operation.output_shape)
    (old,) = parsed["MetricDataResults"]
    (new,) = cloudwatch.get_metric_data(**asked)["MetricDataResults"]
    assert len(old["Values"]) == 10
    assert {key: old[key] for key in new} == new
