"""Charts that Altair makes and copies in no time: most of what drawing took was that."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TypeVar

import altair as alt
from altair.utils import schemapi

Given = ParamSpec("Given")
Made = TypeVar("Made")


def unchecked(method: Callable[Given, Made]) -> Callable[Given, Made]:
    """Let what a function makes of Altair's parts be validated as part of the chart only."""

    @functools.wraps(method)
    def call(*args: Given.args, **kwds: Given.kwargs) -> Made:
        with schemapi.debug_mode(False):  # for a moment, as in Altair's own copies
            return method(*args, **kwds)

    return call


class _Shared:
    """A chart whose copies share its parts, which are only ever replaced, never changed in place.

    Altair copies each view with all its parts whenever it is put beside or over another, again at
    each level above, and once more when the whole is written.
    """

    def __deepcopy__(self, memo: Any = None) -> Any:
        return self.copy()

    def copy(self, deep: Any = True, ignore: Any = None) -> Any:
        """Return a chart with the same parts; copy those that are named, for they are changed."""
        made = self.__class__.__new__(self.__class__)
        parts = dict(vars(self)["_kwds"])
        object.__setattr__(made, "_args", ())
        object.__setattr__(made, "_kwds", parts)
        for name in deep if isinstance(deep, Iterable) else ():
            part = parts.get(name)
            if isinstance(part, alt.SchemaBase):
                parts[name] = part.copy(deep=False)
            elif isinstance(part, (list, dict)):
                parts[name] = part.copy()
        return made


class LayeredChart(_Shared, alt.LayerChart):
    """Layers over each other; made once, it isn't put together anew by each copy."""

    def copy(self, deep: Any = True, ignore: Any = None) -> Any:
        """Return a chart with the same layers, or copies of them."""
        made = super().copy(deep)
        if deep is True:
            made.layer = [layer.copy() for layer in made.layer]
        return made


class UnitChart(_Shared, alt.Chart):
    """One view.

    Altair validates each part on its own, and again as a part of others; and for a channel given
    as a text or a value it looks through all of its classes. What is drawn here is valid: the
    tests validate the charts whole.
    """

    def encode(self, *args: Any, **channels: Any) -> UnitChart:
        """Encode as ``altair.Chart.encode`` does."""
        own = {name: _channel(name, given) for name, given in channels.items()}
        made: UnitChart = super().encode(*args, **own)
        return made


def layered(*layers: alt.Chart, **options: Any) -> LayeredChart:
    """Lay charts over each other, the first at the back; options are those of ``altair.layer``."""
    return LayeredChart(layer=list(layers), **options)


def _channel(name: str, given: Any) -> Any:
    """Return what a channel is given as an object of the channel's class."""
    own = name[0].upper() + name[1:]
    if isinstance(given, str):
        return getattr(alt, own)(given)
    if isinstance(given, dict):
        for kind in ("value", "datum"):
            if kind in given:
                return getattr(alt, own + kind.title())(**given)
    return given


for _name in dir(alt.Chart):
    if _name.startswith(("mark_", "transform_")) or _name == "properties":
        setattr(UnitChart, _name, unchecked(getattr(alt.Chart, _name)))
