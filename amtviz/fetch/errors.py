"""What botocore raises, as sentences with the next step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from difflib import get_close_matches
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import botocore.loaders
import botocore.session
from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from amtviz.errors import AwsError, ExpiredCredentialsError, TemporaryAwsError, join_choices
from amtviz.fetch.checked import NOT_AWS
from amtviz.wording.times import format_duration

ATTEMPTS = 10

# All that amtviz calls to read; the first two are needed.
READER_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "sagemaker:DescribeHyperParameterTuningJob",
                "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
                "sagemaker:Search",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:ListHyperParameterTuningJobs",
                "cloudwatch:GetMetricData",
            ],
            "Resource": "*",
        }
    ],
}

# What it calls besides to start a tuning job, which only happens when it is asked to.
STARTER_POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["sagemaker:CreateHyperParameterTuningJob", "sagemaker:AddTags"],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        },
    ],
}

_DENIED = {"AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "NotAuthorized"}
_EXPIRED = {"ExpiredTokenException", "ExpiredToken", "RequestExpired"}
_REFUSED = {
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "MissingAuthenticationToken",
}
_THROTTLED = {
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
}
_SKEWED = {"RequestTimeTooSkewed", "RequestInTheFuture"}
_UNREACHABLE = (boto.HTTPClientError, boto.ConnectionError)
_SILENT = (boto.ReadTimeoutError, boto.ConnectTimeoutError)
_CLOCK_SECONDS = 240  # AWS takes no request that is signed five minutes off
_UNREADABLE = (
    boto.SSOError,
    boto.TokenRetrievalError,
    boto.CredentialRetrievalError,
    boto.RefreshWithMFAUnsupportedError,
    getattr(boto, "LoginError", boto.SSOError),  # newer botocore only
)
_SIGN_IN = "(aws sso login, or new keys in the environment or in ~/.aws/credentials)"


class AccessDeniedError(AwsError):
    """The credentials may not make a call.

    Attributes
    ----------
    action : str
        The IAM action that is missing, for example ``sagemaker:Search``.
    """

    def __init__(self, message: str, action: str) -> None:
        super().__init__(message)
        self.action = action


@contextmanager
def aws_errors(client: Any = None) -> Iterator[None]:
    """Turn what botocore raises inside into an `AwsError` with a sentence.

    Parameters
    ----------
    client : botocore client, optional
        The one that makes the calls: it knows its service and region.

    Raises
    ------
    AwsError
    """
    try:
        yield
    except ClientError as error:
        raise _explain_answer(error, client) from error
    except (BotoCoreError, boto.HTTPClientError) as error:
        raise _explain_failure(error, client) from error


def is_not_found(error: ClientError) -> bool:
    """Tell whether AWS answered that the resource doesn't exist."""
    code, message = _code(error), error.response.get("Error", {}).get("Message", "")
    return code in ("ResourceNotFound", "ResourceNotFoundException") or (
        code == "ValidationException" and bool(re.search(r"not (find|found|exist)", message))
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _place(client: Any) -> str:
    return f"in {client.meta.region_name}" if client is not None else "there"


def _explain_answer(error: ClientError, client: Any) -> AwsError:
    code = _code(error)
    message = str(error.response.get("Error", {}).get("Message", "")).strip().rstrip(".")
    service = client.meta.service_model.service_name if client is not None else "sagemaker"
    action = f"{service}:{error.operation_name}"
    if code in _DENIED:
        return _explain_denial(action, message, client)
    if code in _EXPIRED:
        return ExpiredCredentialsError(
            f"The AWS credentials have expired ({code}). Renew them {_SIGN_IN} and try again."
        )
    if code == NOT_AWS:
        return TemporaryAwsError(
            f"What answers {action} {_place(client)} isn't AWS: it sent {message}. Sign in to the "
            "network, VPN or proxy if it asks for that, check AWS_ENDPOINT_URL if it is set, and "
            "try again."
        )
    if off := _tell_clock(error):
        return AwsError(
            f"This machine's clock is {off} AWS's, and AWS takes no request that is more than five "
            f"minutes off ({code}). Set the clock and try again."
        )
    if code in _REFUSED:
        return AwsError(
            f"AWS doesn't accept these credentials ({code}: {message}). Check the profile, the "
            f"keys and this machine's clock, or sign in again {_SIGN_IN}."
        )
    if code in _THROTTLED:
        return TemporaryAwsError(
            f"AWS throttled {action} {_place(client)} {ATTEMPTS} times in a row ({code}: "
            f"{message}). Others may be using up the account's rate: wait a minute and try again, "
            "or ask for fewer tuning jobs at once."
        )
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    kind = TemporaryAwsError if status >= 500 else AwsError
    return kind(
        f"AWS answered {action} {_place(client)} with {code}: {message or 'no reason given'}. "
        "Try again; if it stays, that answer is what to ask AWS Support about."
    )


def _tell_clock(error: ClientError) -> str:
    """Say how far this machine's clock is from AWS's, if that is why a request was refused."""
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if _code(error) not in _REFUSED | _EXPIRED | _SKEWED:
        return ""
    try:
        there = parsedate_to_datetime(headers.get("date", ""))
        seconds = (datetime.now(timezone.utc) - there).total_seconds()
    except (TypeError, ValueError):
        return ""
    if abs(seconds) < _CLOCK_SECONDS:
        return ""
    off = format_duration(60 * round(abs(seconds) / 60))
    return f"{off} {'ahead of' if seconds > 0 else 'behind'}"


def _explain_denial(action: str, message: str, client: Any) -> AccessDeniedError:
    found = re.search(r"not authorized to perform: ([\w-]+:\w+)", message)
    action = found.group(1) if found else action
    who = re.search(r"User: (\S+)", message)
    principal = who.group(1) if who else "these credentials"
    starts = any(action in statement["Action"] for statement in STARTER_POLICY["Statement"])
    policy = STARTER_POLICY if starts else READER_POLICY
    needs = "to start tuning jobs, amtviz needs this policy as well"
    return AccessDeniedError(
        f"Access denied: {principal} may not call {action} {_place(client)}. Ask the account's "
        f"administrator to allow it; "
        f"{needs if starts else 'this policy is all that amtviz needs'}: {json.dumps(policy)}",
        action,
    )


def _explain_failure(error: Exception, client: Any) -> AwsError:
    if isinstance(error, boto.NoRegionError):
        return AwsError(
            "No AWS region is set. Set AWS_DEFAULT_REGION, run 'aws configure set region "
            "<region>', pass session=boto3.Session(region_name=...) (on the command line, "
            "--region), or pass the tuning job's ARN, which names its region."
        )
    if isinstance(error, boto.ProfileNotFound):
        return AwsError(
            f"There is no AWS profile {error.kwargs['profile']!r} in ~/.aws/config. Choose from "
            f"{join_choices(_profiles())}, or unset AWS_PROFILE."
        )
    if isinstance(error, (boto.NoCredentialsError, boto.PartialCredentialsError)):
        part = "Only a part of the" if isinstance(error, boto.PartialCredentialsError) else "No"
        return AwsError(
            f"{part} AWS credentials were found. Run 'aws configure' or 'aws sso login', set "
            "AWS_PROFILE (on the command line, --profile), or pass "
            "session=boto3.Session(profile_name=...)."
        )
    if isinstance(error, _UNREADABLE):
        return ExpiredCredentialsError(
            f"The AWS credentials have expired or can't be read ({_one_line(error)}). Renew them "
            f"{_SIGN_IN} and try again."
        )
    if isinstance(error, boto.InvalidRegionError):
        return AwsError(
            f"{error.kwargs['region_name']!r} can't be an AWS region. Pass one such as 'us-east-1'."
        )
    if isinstance(error, _UNREACHABLE):
        return _explain_connection(error, client)
    return AwsError(
        f"boto3 couldn't ask AWS {_place(client)}: {_one_line(error)}. Check the AWS settings "
        "(environment variables and ~/.aws/config)."
    )


def explain_silence(failure: Exception | None, client: Any, seconds: float) -> AwsError:
    """Say that AWS didn't answer any request for so long, or why none reached it.

    Parameters
    ----------
    failure : Exception, optional
        How the last request ended.
    client : botocore client
    seconds : float

    Returns
    -------
    TemporaryAwsError
    """
    if isinstance(failure, _UNREACHABLE) and not isinstance(failure, _SILENT):
        return _explain_connection(failure, client)
    return TemporaryAwsError(
        f"AWS has not answered for {format_duration(seconds)} {_place(client)} at "
        f"{client.meta.endpoint_url}. Check the network, VPN or proxy, and AWS_ENDPOINT_URL if it "
        f"is set; on a slow network, pass timeout={5 * seconds:.0f}."
    )


def _explain_connection(error: Exception, client: Any) -> AwsError:
    if client is None:
        return TemporaryAwsError(
            f"Can't reach AWS ({_one_line(error)}). Check the network, VPN or proxy."
        )
    region, url = client.meta.region_name, client.meta.endpoint_url
    known = known_regions()
    if region not in known:
        close = " or ".join(map(repr, get_close_matches(region, known)))
        hint = f"did you mean {close}? Otherwise check" if close else "check"
        return AwsError(
            f"Can't reach AWS at {url}, and this boto3 knows no region {region!r}: {hint} the "
            "region's spelling, then the network."
        )
    return TemporaryAwsError(
        f"Can't reach AWS in {region} at {url} ({type(error).__name__}). Check the network, VPN or "
        "proxy, and AWS_ENDPOINT_URL if it is set."
    )


@cache
def known_regions() -> tuple[str, ...]:
    """Return the regions that this boto3 knows."""
    # the loader only: a session would fail on a bad profile before it could say so
    partitions = botocore.loaders.create_loader().load_data("endpoints")["partitions"]
    return tuple(region for partition in partitions for region in partition["regions"])


def _profiles() -> list[str]:
    try:
        return sorted(botocore.session.Session(profile="default").available_profiles)
    except BotoCoreError:
        return []


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
