"""Whose credentials a session has, told without asking AWS."""

from __future__ import annotations

import hashlib
import json
import os

import boto3

from amtviz.errors import AwsError
from amtviz.fetch.errors import aws_errors

# What of a profile says which account and role its short-lived keys are for, by their provider.
_OF_PROFILE = {
    "sso": ("sso_account_id", "sso_role_name"),
    "assume-role": ("role_arn",),
}


# What makes boto3 ask another endpoint than AWS's own.
_ENDPOINT_VARIABLES = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_SAGEMAKER",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)
_OF_ENDPOINT = ("endpoint_url", "services", "ignore_configured_endpoint_urls")


def identify(session: boto3.Session) -> str | None:
    """Return a text that stands for one set of credentials at one endpoint.

    An access key belongs to one account for ever, and so does the role that a profile signs in to:
    whoever comes with the same identity is answered by the same account.

    Parameters
    ----------
    session : boto3.Session

    Returns
    -------
    str or None
        A digest; None if there are no usable credentials.
    """
    try:
        with aws_errors():
            credentials = session.get_credentials()
            if credentials is None:
                return None
            config = session._session.full_config
            profile = config.get("profiles", {}).get(session.profile_name, {})
            wanted = _OF_PROFILE.get(credentials.method, ())
            if wanted and all(key in profile for key in wanted):
                parts = [profile[key] for key in wanted]
            else:  # only then, since it may sign in
                parts = [credentials.get_frozen_credentials().access_key]
    except AwsError:
        return None  # the call that needs them will say why
    services = config.get("services", {}).get(profile.get("services"))
    parts += [os.environ.get(name) for name in _ENDPOINT_VARIABLES]
    parts += [*(profile.get(key) for key in _OF_ENDPOINT), services]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
