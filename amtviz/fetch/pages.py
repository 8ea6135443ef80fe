"""Pages of AWS's lists, also where the tokens that lead from one to the next never end."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import PaginationError

from amtviz.fetch.errors import aws_errors

IDLE = 10  # pages in a row that may bring nothing new: lists shift, and Search filters late

Page = Mapping[str, Any]


class Pages:
    """Pages of an operation, each once.

    Parameters
    ----------
    client : botocore client
    operation : str
        As a method of the client.
    keys : callable
        Returns what identifies each entry of a page.
    most : int
        More entries than there can be.
    **asked
        What the operation is asked for.

    Attributes
    ----------
    endless : bool
        Whether AWS named a next page when reading ended: one that was there already, or after
        `IDLE` pages in a row without anything new, or after ``most`` entries.
    """

    def __init__(
        self,
        client: Any,
        operation: str,
        keys: Callable[[Page], Iterable[Hashable]],
        most: float,
        **asked: Any,
    ) -> None:
        self._client = client
        self._pages = client.get_paginator(operation).paginate(**asked)
        self._keys = keys
        self._most = most
        self.endless = False

    def __iter__(self) -> Iterator[Page]:
        seen: set[Hashable] = set()
        tokens: set[str] = set()
        idle = 0
        with aws_errors(self._client):
            try:
                for page in self._pages:
                    yield page
                    before = len(seen)
                    seen.update(self._keys(page))
                    idle = 0 if len(seen) > before else idle + 1
                    token = page.get("NextToken")
                    if token and (token in tokens or idle >= IDLE or len(seen) > self._most):
                        self.endless = True
                        return
                    tokens.add(token or "")
            except PaginationError:  # the same token twice in a row
                self.endless = True
