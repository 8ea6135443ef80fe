"""The chart that every ``draw_`` function returns: Altair's, shown as the options say."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt

from amtviz.embed import draw_picture, render_chart, render_frame
from amtviz.embed.literals import mark_literals
from amtviz.settings import options

_TITLE = "tuning job charts"


@dataclass(frozen=True)
class Page:
    """The page that is shown and saved in place of a chart.

    Attributes
    ----------
    render : callable
        Return the page as HTML; called with ``embedded``, whether it is for a frame.
    picture : callable
        Draw the picture for where no JavaScript runs.
    below : callable
        Return HTML to stand under the frame.
    """

    render: Callable[..., str]
    picture: Callable[[], tuple[dict[str, Any], dict[str, Any]]]
    below: Callable[[], str]


class TuningChart(alt.VConcatChart):
    """An ``altair.VConcatChart`` that a notebook shows as ``amtviz.options.renderer`` says.

    In a frame it brings its JavaScript along. Where it has a page, that is shown in its place, and
    rendered then; what Altair's methods change of a chart is shown as the chart it is.
    """

    _page: Page | None = None
    _draw: Callable[[], TuningChart] | None = None

    @classmethod
    def behind(cls, page: Page, draw: Callable[[], TuningChart]) -> TuningChart:
        """Return a chart for which a page is shown and saved; it is drawn when it is asked for."""
        chart = cls.__new__(cls)
        # Altair's own way would make them part of the chart
        object.__setattr__(chart, "_page", page)
        object.__setattr__(chart, "_draw", draw)
        return chart

    def __getattr__(self, name: str) -> Any:
        # Altair keeps all parts of a chart in these two; whoever displays it asks for names like
        # ``_repr_html_``, which no part has
        if name in ("_args", "_kwds") and self._draw is not None:
            drawn = self._draw()
            object.__setattr__(self, "_args", drawn._args)
            object.__setattr__(self, "_kwds", drawn._kwds)
            return vars(self)[name]
        if name.startswith("_"):
            raise AttributeError(name)
        return super().__getattr__(name)  # type: ignore[no-untyped-call]

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, "_page", None)
        super().__setattr__(name, value)

    def save(self, fp: Any, format: Any = None, *args: Any, **kwds: Any) -> None:
        """Save the chart as ``altair.VConcatChart.save`` does, but a page that works offline.

        Parameters
        ----------
        fp : path-like or file
        format : {"html", "json", "png", "svg", "pdf"}, optional
            By default, what the file's name ends in. ``html`` is the page of the whole chart, as
            `amtviz.write_report` writes it, or a page of a single one; with any further argument,
            Altair's own page.
        *args, **kwds
            As Altair has them.
        """
        if args or kwds or _format(fp, format) != "html":
            super().save(fp, format, *args, **kwds)
            return
        html = self._render(embedded=False)
        if isinstance(fp, (str, os.PathLike)):
            Path(fp).write_text(html, encoding="utf-8")
        else:
            fp.write(html)

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
        if renderer != "html":
            return draw_picture(self.to_dict(validate=False), "png" if renderer == "png" else "svg")
        if self._page is None:
            return {"text/html": self._frame()}
        picture, size = self._page.picture()
        html = self._frame(picture["image/png"]) + self._page.below()
        return {"text/html": html, **picture}, size

    def _display_(self) -> Any:
        """Return what marimo shows."""
        if options.renderer in ("auto", "html") and alt.renderers.active in ("default", ""):
            return _Html(self._frame())
        return alt.VConcatChart(**self._kwds)

    def picture(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the chart as a PNG, as small as where no JavaScript runs."""
        return draw_picture(self.to_dict(validate=False), "png", scale=1)

    def _frame(self, picture: bytes | None = None) -> str:
        return render_frame(self._render(embedded=True), title=_TITLE, picture=picture)

    def _render(self, *, embedded: bool) -> str:
        if self._page is not None:
            return self._page.render(embedded=embedded)
        return render_chart(self.to_dict(validate=False), title=_TITLE)


@dataclass(frozen=True)
class _Html:
    text: str

    def _repr_html_(self) -> str:
        return self.text


def _format(fp: Any, given: Any) -> str:
    """Return what a file is to hold."""
    if given is not None or not isinstance(fp, (str, os.PathLike)):
        return str(given).lower()
    return Path(fp).suffix.lstrip(".").lower()


def _is_bare_kernel() -> bool:
    """Whether this is a Jupyter kernel in which no renderer was chosen."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel") and alt.renderers.active in ("default", "")
