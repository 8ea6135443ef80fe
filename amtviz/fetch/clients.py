"""Sessions, clients with explicit retries, and calls side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from amtviz.errors import AwsError
from amtviz.fetch.errors import ATTEMPTS, aws_errors, known_regions

THREADS = 8  # SageMaker's control plane allows an account few calls a second

T = TypeVar("T")
R = TypeVar("R")


class Clients:
    """One client a service, session and region, made when first asked for.

    Parameters
    ----------
    session : boto3.Session, optional
        For what brings no session of its own; boto3's default one if None.
    """

    def __init__(self, session: boto3.Session | None = None) -> None:
        self._session = session
        self._lock = threading.Lock()  # making a client isn't thread-safe, using it is
        self._clients: dict[tuple[str, int, str | None], Any] = {}
        self._kept: list[boto3.Session] = []  # an id is unique only while its object lives

    def get(
        self, service: str, session: boto3.Session | None = None, region: str | None = None
    ) -> Any:
        """Give the client of a service.

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
                # only sagemaker and cloudwatch are asked for, and the stubs want a literal
                make: Callable[..., Any] = session.client
                self._clients[key] = make(service, region_name=region, config=_config(region))
            return self._clients[key]

    def _default_session(self) -> boto3.Session:
        if self._session is None:
            self._session = boto3.DEFAULT_SESSION or boto3.Session()
        return self._session


def run_concurrently(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Call a function on each item in threads, and give the answers in the items' order.

    Parameters
    ----------
    function : callable
    items : iterable

    Returns
    -------
    list

    Raises
    ------
    Exception
        The first in the items' order; what hasn't begun by then is never begun.
    """
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="amtviz")
    try:
        return [future.result() for future in [pool.submit(function, item) for item in items]]
    finally:
        pool.shutdown(cancel_futures=True)


def attempt(function: Callable[[], R]) -> R | AwsError:
    """Call a function, and give the `AwsError` that it raised in place of an answer."""
    try:
        return function()
    except AwsError as error:
        return error


def _config(region: str | None) -> Config:
    from amtviz import __version__

    # An unknown region is likelier a slip than a new one: then don't retry for a minute.
    known = region in known_regions()
    return Config(
        retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS if known else 2},
        max_pool_connections=THREADS,
        connect_timeout=10,
        user_agent_extra=f"amtviz/{__version__}",
    )
