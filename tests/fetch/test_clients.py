"""Clients and calls side by side."""

from __future__ import annotations

import threading

import boto3
import pytest

import amtviz
from amtviz.errors import AwsError
from amtviz.fetch.clients import Clients, attempt
from amtviz.fetch.patience import run_concurrently


def test_one_client_a_service_session_and_region(aws_environment: None) -> None:
    one, two = boto3.Session(region_name="us-east-1"), boto3.Session(region_name="us-east-1")
    clients = Clients(one)
    client = clients.get("sagemaker")
    assert clients.get("sagemaker", one) is client
    assert clients.get("sagemaker", one, "us-east-1") is client
    assert clients.get("sagemaker", two) is not client
    assert clients.get("cloudwatch") is not client
    there = clients.get("sagemaker", one, "eu-west-1")
    assert there.meta.region_name == "eu-west-1"


def test_retries_are_explicit_and_amtviz_says_who_asks(aws_environment: None) -> None:
    config = Clients().get("sagemaker").meta.config
    assert config.retries["mode"] == "adaptive"
    assert config.retries["total_max_attempts"] == 10
    assert config.max_pool_connections == 8
    assert config.user_agent_extra == f"amtviz/{amtviz.__version__}"


def test_many_threads_get_the_same_client(aws_environment: None) -> None:
    clients = Clients()
    assert len(set(run_concurrently(lambda _: clients.get("sagemaker"), range(16)))) == 1


def test_calls_run_side_by_side_and_answer_in_order() -> None:
    meeting = threading.Barrier(8)  # passes only when eight are in it at once

    def double(number: int) -> int:
        meeting.wait(timeout=60)
        return 2 * number

    assert run_concurrently(double, range(16)) == [2 * number for number in range(16)]


def test_the_first_error_in_order_is_raised() -> None:
    def fail(number: int) -> None:
        raise AwsError(str(number))

    with pytest.raises(AwsError, match=r"^0$"):
        run_concurrently(fail, range(40))


def test_attempt_gives_the_error_and_only_ours() -> None:
    def denied() -> None:
        raise AwsError("denied")

    answer = attempt(denied)
    assert isinstance(answer, AwsError)
    assert attempt(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        attempt(lambda: 1 // 0)
