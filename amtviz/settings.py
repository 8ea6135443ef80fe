"""What a call asks AWS for, what it draws, and what is set once a session (`options`)."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from numbers import Real
from typing import Any

from amtviz.errors import InputError, join_choices

TIMEOUT = 60.0  # seconds
RENDERERS = ("altair", "auto", "html", "png", "svg")
_CHOICES: dict[str, tuple[Any, ...]] = {"debug": (False, True), "renderer": RENDERERS}


@dataclass(frozen=True)
class FetchOptions:
    """What to ask AWS, and how; each is described at `amtviz.visualize_tuning_job`."""

    session: Any = None
    objective: str | None = None
    ancestors: bool = True
    metrics: bool = True
    metrics_period: int | None = None
    cache: bool | str | os.PathLike[str] = True
    timeout: float = TIMEOUT
    related: bool = False

    def __post_init__(self) -> None:
        check_timeout(self.timeout)


@dataclass(frozen=True)
class DrawOptions:
    """What to draw, and how; each is described at `amtviz.visualize_tuning_job`."""

    sections: Sequence[str] | None = None
    advanced: bool = False
    job_metrics: Sequence[str] | None = None
    prices: Mapping[str, float] = field(default_factory=dict)
    dependence: bool = False

    def __post_init__(self) -> None:
        for name in ("sections", "job_metrics"):  # a name alone is one name
            value = getattr(self, name)
            if value is not None:
                names = (value,) if isinstance(value, str) else tuple(value)
                object.__setattr__(self, name, names)
        object.__setattr__(self, "prices", check_prices(self.prices))


def check_timeout(timeout: Any) -> float:
    """Return how many seconds AWS may be silent; raise an InputError unless that is a time."""
    number = isinstance(timeout, Real) and not isinstance(timeout, bool)
    if not number or not 0 < timeout < math.inf:
        raise InputError(
            f"timeout={timeout!r} is no time to wait for AWS. Pass a number of seconds above 0, "
            f"such as {TIMEOUT:.0f}, which is the default."
        )
    return float(timeout)


def check_prices(prices: Any) -> dict[str, float]:
    """Return prices by instance type; raise an InputError unless they are dollars an hour."""
    if not isinstance(prices, Mapping | None):
        raise InputError(f"prices={prices!r}. Pass a dict such as {{'ml.m5.large': 0.115}}.")
    for name, price in (prices or {}).items():
        if (
            not isinstance(price, Real)
            or isinstance(price, bool)
            or not 0 <= float(price) < math.inf
        ):
            raise InputError(
                f"prices has {price!r} for {name!r}, which is no price. Pass dollars an hour, a "
                "number such as 0.115."
            )
    return {str(name): float(price) for name, price in (prices or {}).items()}


#: What is drawn unless told otherwise.
DRAW_DEFAULTS = DrawOptions()


@dataclass
class Options:
    """Settings of this session; nothing else in Python is changed by them.

    Attributes
    ----------
    renderer : {"altair", "auto", "html", "png", "svg"}
        How a notebook shows a chart. ``html``: in a frame with the JavaScript it needs, so that it
        draws without a network; the chart of whole tuning jobs as their page. ``altair``: as
        ``altair.renderers`` says. ``png``, ``svg``: as a picture, for where no JavaScript runs.
        ``auto``: ``html`` in a notebook, unless a renderer was chosen in Altair; else as
        ``altair``.
    debug : bool
        Raise where a chart or a sentence fails, rather than say so in its place.
    """

    renderer: str = "auto"
    debug: bool = False

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _CHOICES:
            raise InputError(f"There is no option {name!r}. Choose from {join_choices(_CHOICES)}.")
        if value not in _CHOICES[name]:
            raise InputError(
                f"options.{name} can't be {value!r}. Choose from {join_choices(_CHOICES[name])}."
            )
        object.__setattr__(self, name, value)

    @contextmanager
    def set(self, **values: Any) -> Iterator[Options]:
        """Set options for the length of a ``with`` block.

        Raises
        ------
        InputError
            If there is no such option, or it can't be that.
        """
        before = {field.name: getattr(self, field.name) for field in fields(self)}
        try:
            for name, value in values.items():
                setattr(self, name, value)
            yield self
        finally:
            for name, value in before.items():
                setattr(self, name, value)


#: The settings of this session.
options = Options()
