"""``examples/ci_report.py``, run as a schedule runs it, against the local endpoint."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import boto3
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bucket(aws):
    boto3.client("s3").create_bucket(Bucket="our-reports")
    return "our-reports"


def run(*arguments, **environment):
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "ci_report.py", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def open_link(link):
    # the endpoint's own certificate-less address; no proxy of this machine
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(link, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read().decode("utf-8")


def test_a_named_tuning_job_becomes_a_page_behind_a_link(aws, bucket, tmp_path):
    aws.generate("my-tuning-job", trials=12)
    summary = tmp_path / "summary.md"
    told, link = run(
        "my-tuning-job", "--bucket", bucket, "--hours", "2", GITHUB_STEP_SUMMARY=str(summary)
    )
    assert told.startswith(f"Reported on 1 tuning job in s3://{bucket}/tuning-reports/")
    assert parse_qs(urlparse(link).query)["X-Amz-Expires"] == ["7200"]
    kind, page = open_link(link)
    assert kind == "text/html; charset=utf-8"
    assert "my-tuning-job" in page
    assert summary.read_text() == f"[Report on 1 tuning job]({link})\n"


def test_by_default_it_reports_on_all_that_are_new(aws, bucket):
    for name in ("first-job", "second-job"):
        aws.generate(name, trials=8)
    told, link = run("--bucket", bucket, "--days", "100000", "--prefix", "a/b/")
    assert told.startswith(f"Reported on 2 tuning jobs in s3://{bucket}/a/b/")
    page = open_link(link)[1]
    assert "first-job" in page
    assert "second-job" in page


def test_a_quiet_day_uploads_nothing(aws, bucket):
    assert run("--bucket", bucket) == ["No tuning job was created in the last 24 hours: no report."]
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=bucket)
