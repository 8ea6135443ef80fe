"""Every failure as a sentence with the next step."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from botocore import exceptions as boto
from botocore.exceptions import ClientError

from amtviz.errors import AwsError
from amtviz.fetch.errors import aws_errors, is_not_found
from tests.aws.world import World
from tests.fetch.fakes import fetch_trials as fetch_raw

SIGN_IN = "(aws sso login, or new keys in the environment or in ~/.aws/credentials)"


def message_of(*asked: str, session: boto3.Session | None = None) -> str:
    with pytest.raises(AwsError) as caught:
        fetch_raw(asked or ["job-a"], session=session)
    return str(caught.value)


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ExpiredToken"])
def test_expired_credentials(aws: World, code: str) -> None:
    aws.generate("job-a", 1)
    aws.fail(code, "The security token included in the request is expired")
    assert message_of() == (
        f"The AWS credentials have expired ({code}). Renew them {SIGN_IN} and try again."
    )


def test_refused_credentials(aws: World) -> None:
    aws.fail(
        "UnrecognizedClientException", "The security token included in the request is invalid."
    )
    assert message_of() == (
        "AWS doesn't accept these credentials (UnrecognizedClientException: The security token "
        "included in the request is invalid). Check the profile, the keys and this machine's "
        f"clock, or sign in again {SIGN_IN}."
    )


def test_no_region(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert message_of() == (
        "No AWS region is set. Set AWS_DEFAULT_REGION, run 'aws configure set region <region>', "
        "pass session=boto3.Session(region_name=...) (on the command line, --region), or pass the "
        "tuning job's ARN, which names its region."
    )
    assert not aws.calls


def test_no_credentials(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert message_of() == (
        "No AWS credentials were found. Run 'aws configure' or 'aws sso login', set AWS_PROFILE "
        "(on the command line, --profile), or pass session=boto3.Session(profile_name=...)."
    )


def test_half_of_the_credentials(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert message_of() == (
        "Only a part of the AWS credentials were found. Run 'aws configure' or 'aws sso login', "
        "set AWS_PROFILE (on the command line, --profile), or pass "
        "session=boto3.Session(profile_name=...)."
    )


def test_an_unknown_profile(aws: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile dev]\nregion=us-east-1\n[profile prod]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "production")
    assert message_of() == (
        "There is no AWS profile 'production' in ~/.aws/config. Choose from 'dev' and 'prod', or "
        "unset AWS_PROFILE."
    )


def test_nobody_answers(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert message_of() == (
        "Can't reach AWS in us-east-1 at http://127.0.0.1:1 (EndpointConnectionError). Check the "
        "network, VPN or proxy, and AWS_ENDPOINT_URL if it is set."
    )


@pytest.mark.parametrize(
    ("region", "hint"),
    [
        ("us-esat-1", "did you mean 'us-west-1' or 'us-east-1' or 'us-west-2'? Otherwise check"),
        ("moon-base-7", "check"),
    ],
)
def test_nobody_answers_in_an_unknown_region(
    aws: World, monkeypatch: pytest.MonkeyPatch, region: str, hint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert message_of(session=boto3.Session(region_name=region)) == (
        f"Can't reach AWS at http://127.0.0.1:1, and this boto3 knows no region {region!r}: {hint} "
        "the region's spelling, then the network."
    )


def test_an_impossible_region(aws: World) -> None:
    assert message_of(session=boto3.Session(region_name="us east 1!")) == (
        "'us east 1!' can't be an AWS region. Pass one such as 'us-east-1'."
    )


def test_any_other_answer(aws: World) -> None:
    aws.fail("ValidationException", "Something else is wrong.")
    assert message_of() == (
        "AWS answered sagemaker:DescribeHyperParameterTuningJob in us-east-1 with "
        "ValidationException: Something else is wrong. Try again; if it stays, that answer is what "
        "to ask AWS Support about."
    )


def test_a_server_error_is_retried_first(aws: World) -> None:
    aws.fail("InternalFailure", "", 500)
    assert "with InternalFailure: no reason given." in message_of()
    assert aws.calls["DescribeHyperParameterTuningJob"] == 10


@pytest.mark.parametrize(
    "error",
    [
        boto.UnauthorizedSSOTokenError(),
        boto.SSOTokenLoadError(error_msg="no token"),
        boto.TokenRetrievalError(provider="sso", error_msg="Token has expired"),
        boto.CredentialRetrievalError(provider="custom-process", error_msg="exit 1"),
    ],
)
def test_sign_ins_that_ran_out(error: Exception) -> None:
    with pytest.raises(AwsError) as caught, aws_errors():
        raise error
    reason = " ".join(str(error).split()).rstrip(".")
    assert str(caught.value) == (
        f"The AWS credentials have expired or can't be read ({reason}). Renew them {SIGN_IN} and "
        "try again."
    )
    assert caught.value.__cause__ is error


def test_any_other_failure_of_boto3() -> None:
    with pytest.raises(AwsError) as caught, aws_errors():
        raise boto.DataNotFoundError(data_path="x")
    assert str(caught.value) == (
        "boto3 couldn't ask AWS there: Unable to load data for: x. Check the AWS settings "
        "(environment variables and ~/.aws/config)."
    )


def test_the_action_that_is_denied_is_what_aws_says(aws_environment: None) -> None:
    client = boto3.client("cloudwatch")
    for text, action in (
        ("User: me is not authorized to perform: kms:Decrypt on resource: x", "kms:Decrypt"),
        ("no", "cloudwatch:GetMetricData"),
    ):
        error = ClientError({"Error": {"Code": "AccessDenied", "Message": text}}, "GetMetricData")
        with (
            pytest.raises(AwsError, match=f"may not call {action} in us-east-1"),
            aws_errors(client),
        ):
            raise error


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("ResourceNotFound", "", True),
        ("ValidationException", "Could not find the job", True),
        ("ValidationException", "Job does not exist", True),
        ("ValidationException", "Value 'x' failed", False),
        ("AccessDeniedException", "not found", False),
    ],
)
def test_what_counts_as_not_found(code: str, text: str, expected: bool) -> None:
    error = ClientError({"Error": {"Code": code, "Message": text}}, "Describe")
    assert is_not_found(error) is expected


def test_mistakes_of_our_own_pass_through() -> None:
    with pytest.raises(ZeroDivisionError), aws_errors():
        _ = 1 // 0
