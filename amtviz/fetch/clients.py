"""Sessions, and clients with explicit retries and time-outs."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, TypeVar

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.utils import parse_timestamp

from amtviz.errors import AwsError
from amtviz.fetch.checked import NOT_AWS, CheckedParsers
from amtviz.fetch.errors import ATTEMPTS, aws_errors, known_regions
from amtviz.fetch.identity import identify
from amtviz.fetch.kept import Keeper
from amtviz.fetch.patience import THREADS, Patience
from amtviz.version import __version__

WRONG_ATTEMPTS = 3  # a network that asks for a sign-in goes on doing so

R = TypeVar("R")


class Clients:
    """One client a service, session and region, made when first asked for.

    Parameters
    ----------
    session : boto3.Session, optional
        For what brings no session of its own; boto3's default one if None.
    keeper : Keeper, optional
        Knows what needn't be asked for.
    patience : Patience, optional
        Watches whether AWS answers.

    Attributes
    ----------
    calls : collections.Counter
        Requests sent so far by operation, repeated ones included.
    """

    def __init__(
        self,
        session: boto3.Session | None = None,
        keeper: Keeper | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.keeper = keeper or Keeper()
        self.patience = patience or Patience()
        self._session = session
        self._lock = threading.Lock()  # making a client isn't thread-safe, using it is
        self._counting = threading.Lock()
        self._clients: dict[tuple[str, int, str | None], Any] = {}
        self._kept: list[boto3.Session] = []  # an id is unique only while its object lives
        self.calls: Counter[str] = Counter()

    def get(
        self, service: str, session: boto3.Session | None = None, region: str | None = None
    ) -> Any:
        """Return the client of a service.

        Parameters
        ----------
        service : {"sagemaker", "cloudwatch"}
        session : boto3.Session, optional
        region : str, optional
            In place of the session's own.

        Returns
        -------
        botocore client

        Raises
        ------
        AwsError
            If there is no region, or the profile doesn't exist.
        """
        with self._lock, aws_errors():
            session = session or self._default_session()
            region = region or session.region_name
            key = (service, id(session), region)
            if key not in self._clients:
                self._kept.append(session)
                client = _own_session(session, service).create_client(
                    service, region_name=region, config=_config(region, self.patience)
                )
                # the first, for a handler that answers in AWS's place ends the round
                client.meta.events.register_first("before-send", self._count)
                client.meta.events.register("needs-retry", _repeat_wrong)
                client.meta.events.register("after-call", _refuse_wrong)
                self.patience.watch(client)
                self._clients[key] = client
            return self._clients[key]

    def identify(self, session: boto3.Session | None, region: str | None) -> tuple[str | None, str]:
        """Tell whose credentials ask SageMaker, and in which region; see `identify`."""
        if not self.keeper.active:
            return None, ""
        with self._lock, aws_errors():
            session = session or self._default_session()
        # without a client: making one takes longer than reading all that is kept
        return identify(session), region or session.region_name or ""

    def _count(self, event_name: str, **_: Any) -> None:
        with self._counting:
            self.calls[event_name.rpartition(".")[2]] += 1

    def _default_session(self) -> boto3.Session:
        if self._session is None:
            self._session = boto3.DEFAULT_SESSION or boto3.Session()
        return self._session


def make_session(profile: str | None = None, region: str | None = None) -> boto3.Session:
    """Make a boto3 session.

    Parameters
    ----------
    profile : str, optional
        Of the AWS configuration files.
    region : str, optional

    Returns
    -------
    boto3.Session

    Raises
    ------
    AwsError
        If there is no such profile.
    """
    with aws_errors():
        return boto3.Session(profile_name=profile, region_name=region)


def attempt(function: Callable[[], R]) -> R | AwsError:
    """Call a function, and give the `AwsError` that it raised in place of an answer."""
    try:
        return function()
    except AwsError as error:
        return error


class _Credentials:
    """A session's credentials, for another one; refreshed ones stay shared."""

    def __init__(self, session: boto3.Session) -> None:
        self.load_credentials = session.get_credentials


def _own_session(session: boto3.Session, service: str) -> botocore.session.Session:
    """Return a session that reads times its own way, and is else like the caller's.

    botocore looks up the machine's timezone for each time: ten times slower than parsing the rest.
    """
    profile = session.profile_name  # "default" also when there is none of that name
    own = botocore.session.Session(
        event_hooks=session.events,
        include_builtin_handlers=False,  # they are among the caller's
        profile=profile if profile in session.available_profiles else None,
    )
    own.register_component("credential_provider", _Credentials(session))
    parsers = CheckedParsers()
    parsers.set_parser_defaults(timestamp_parser=_TIME_PARSERS[service])
    own.register_component("response_parser_factory", parsers)
    return own


def _parse_time(value: Any) -> datetime:
    """Read a time of SageMaker's as UTC."""
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, timezone.utc)
    return parse_timestamp(value)


def _parse_seconds(value: Any) -> float:
    """Read a time of CloudWatch's as seconds since 1970, which it is except in older protocols."""
    return value if isinstance(value, (int, float)) else parse_timestamp(value).timestamp()


_TIME_PARSERS: dict[str, Callable[[Any], Any]] = {
    "sagemaker": _parse_time,
    "cloudwatch": _parse_seconds,
}


def _repeat_wrong(response: Any, attempts: int, **_: Any) -> float | None:
    """Return in how many seconds to ask again for what isn't AWS's answer; None for not at all."""
    if response is None or attempts >= WRONG_ATTEMPTS:
        return None
    wrong = response[1].get("Error", {}).get("Code") == NOT_AWS
    return wrong_pause(attempts) if wrong else None


def wrong_pause(attempts: int) -> float:
    """Return the seconds to wait after so many wrong answers: up to 1, up to 2, …"""
    return random.random() * 2 ** (attempts - 1)


def _refuse_wrong(parsed: dict[str, Any], model: Any, **_: Any) -> None:
    """Raise for a wrong answer whose status says that all is well."""
    if parsed.get("Error", {}).get("Code") == NOT_AWS:
        raise ClientError(parsed, model.name)


def _config(region: str | None, patience: Patience) -> Config:
    # An unknown region is likelier a slip than a new one: then don't retry for a minute.
    known = region in known_regions()
    return Config(
        retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS if known else 2},
        max_pool_connections=THREADS,
        connect_timeout=min(10, patience.try_seconds),
        read_timeout=patience.try_seconds,
        user_agent_extra=f"amtviz/{__version__}",
    )
