"""What a person sets once for a session: ``amtviz.options``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

from amtviz.errors import InputError, join_choices

RENDERERS = ("altair", "auto", "html", "png", "svg")
_CHOICES = {"renderer": RENDERERS}


@dataclass
class Options:
    """Settings of this session; nothing else in Python is changed by them.

    Attributes
    ----------
    renderer : {"altair", "auto", "html", "png", "svg"}
        How a notebook shows a chart. ``altair``: as ``altair.renderers`` says. ``html``: with the
        JavaScript it needs, so that it draws without a network. ``png``, ``svg``: as a picture,
        for where no JavaScript runs. ``auto``: ``html`` in a Jupyter kernel, unless a renderer
        was chosen in Altair; else as ``altair``.
    """

    renderer: str = "altair"

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
