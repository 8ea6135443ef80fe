"""A chart that Altair makes and copies in no time: most of what drawing took was neither."""

from __future__ import annotations

from typing import Any

import altair as alt


class UnitChart(alt.Chart):
    """One view; its copies share its parts, which are only ever replaced, never changed in place.

    Altair copies each view with all its parts whenever it is put beside or over another, again at
    each level above, and once more when the whole is written.
    """

    def __deepcopy__(self, memo: Any = None) -> UnitChart:
        return self.__class__(*self._args, **self._kwds)

    def encode(self, *args: Any, **kwargs: Any) -> UnitChart:
        """Encode channels, which may be given in short, as text or as ``alt.value``.

        Altair finds the class of each that is in short by hashing every class it has.
        """
        return super().encode(*args, **{name: _channel(name, kwargs[name]) for name in kwargs})


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
