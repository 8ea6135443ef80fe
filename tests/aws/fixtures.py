"""Fixtures of the local AWS endpoint; ``tests/conftest.py`` makes them known to every test.

``aws`` is all that a test needs::

    def test_it(aws):
        aws.generate("bayes-1", trials=50, parents=["random-1"])   # or aws.add(store.load(p)[0])
        data = amtviz.fetch_tuning_data("bayes-1")
        assert aws.calls["Search"] == 1

boto3 of this process, and of every process it starts, reaches the endpoint through the
environment, with dummy credentials, in us-east-1. Waits between retries are left out in this
process. Faults: `World.throttle`, `World.deny`, `World.fail`, `World.delay`, `World.delete`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import boto3
import botocore.loaders
import botocore.retries.bucket
import botocore.retries.standard
import pytest

from amtviz.fetch import clients
from tests.aws.server import Server
from tests.aws.world import World


@pytest.fixture(scope="session")
def aws_models() -> Iterator[None]:
    """Read botocore's models once: making a client costs a tenth of a second otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        read = functools.cache(botocore.loaders.JSONFileLoader().load_file)
        patch.setattr(
            botocore.loaders.JSONFileLoader, "load_file", lambda self, file_path: read(file_path)
        )
        yield


@pytest.fixture(scope="session")
def aws_server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def aws_environment(aws_models: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Dummy credentials and a region, and nothing of this machine's own AWS settings."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", f"{tmp_path}/no-aws-config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{tmp_path}/no-aws-credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def no_retry_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry as botocore does, without the time between."""
    monkeypatch.setattr(
        botocore.retries.standard.ExponentialBackoff, "delay_amount", lambda self, context: 0
    )
    monkeypatch.setattr(
        botocore.retries.bucket.TokenBucket, "acquire", lambda self, amount=1, block=True: True
    )
    monkeypatch.setattr(clients, "wrong_pause", lambda attempts: 0)


@pytest.fixture
def aws(
    aws_server: Server,
    aws_environment: None,
    no_retry_waits: None,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """An empty AWS; see the module's docstring."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws_server.url)
    aws_server.endpoint.reset()
    return aws_server.endpoint.world
