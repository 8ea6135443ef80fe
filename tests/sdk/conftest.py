"""An AWS account in which SageMaker's SDKs can start tuning jobs; ``noxfile.py`` runs this."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.aws.world import ACCOUNT, World

REGIONS = ("us-east-1", "eu-west-1")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Trainer"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_NO_TELEMETRY = {
    "SchemaVersion": "1.0",
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}
_SCRIPT = "print('pre: 0.9 rec: 0.8 f1: 0.85')\n"


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test whose SDK asks for any machine but this one."""
    asked = []
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str, *args: object, **kwargs: object) -> object:
        if host not in ("127.0.0.1", "localhost"):
            asked.append(host)
            raise socket.gaierror(f"no test may reach {host}")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    assert asked == []


@pytest.fixture
def account(aws: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """An account with a role and, in each region, a bucket with training data."""
    boto3.client("iam").create_role(RoleName="Trainer", AssumeRolePolicyDocument=json.dumps(TRUST))
    for region in REGIONS:
        s3 = boto3.client("s3", region_name=region)
        outside = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket(region), **(outside if region != "us-east-1" else {}))
        s3.put_object(Bucket=bucket(region), Key="digits/train.csv", Body=b"1,2\n")
    settings = tmp_path / "sagemaker.yaml"
    settings.write_text(json.dumps(_NO_TELEMETRY))  # JSON is YAML, too
    monkeypatch.setenv("SAGEMAKER_USER_CONFIG_OVERRIDE", str(settings))
    monkeypatch.chdir(tmp_path)
    return aws


@pytest.fixture
def source_dir(tmp_path: Path) -> str:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(_SCRIPT)
    return str(folder)


def bucket(region: str) -> str:
    return f"bucket-{region}"
