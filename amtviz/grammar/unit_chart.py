"""A chart that Altair copies in no time: most of what drawing took was copies of copies."""

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
