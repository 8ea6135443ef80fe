"""The chart that every ``draw_`` function returns: Altair's, shown as the options say."""

from __future__ import annotations

import sys
from typing import Any

import altair as alt

from amtviz.embed import draw_picture, render_frame
from amtviz.grammar.literals import mark_literals
from amtviz.settings import options


class TuningChart(alt.VConcatChart):
    """An ``altair.VConcatChart`` that a notebook shows as ``amtviz.options.renderer`` says."""

    def to_dict(self, *args: Any, **kwds: Any) -> dict[str, Any]:
        """Return the specification, as Altair does, with no text in it that Vega would misread."""
        spec: dict[str, Any] = mark_literals(super().to_dict(*args, **kwds))
        return spec

    def _repr_mimebundle_(self, *args: Any, **kwds: Any) -> Any:
        renderer = options.renderer
        if renderer == "auto":
            renderer = "html" if _is_bare_kernel() else "altair"
        if renderer == "altair":
            return super()._repr_mimebundle_(*args, **kwds)
        spec = self.to_dict(validate=False)
        if renderer == "html":
            return {"text/html": render_frame(spec, title="tuning job charts")}
        return draw_picture(spec, "png" if renderer == "png" else "svg")


def _is_bare_kernel() -> bool:
    """Whether this is a Jupyter kernel in which no renderer was chosen."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel") and alt.renderers.active in ("default", "")
