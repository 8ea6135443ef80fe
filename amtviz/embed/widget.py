"""A chart as a notebook's widget that brings its own JavaScript; Altair's asks a network for it.

It is imported when first used: anywidget is an extra, and the JavaScript is bundled then.
"""

from __future__ import annotations

import altair as alt

from amtviz.embed.frame import read_asset
from amtviz.embed.scripts import make_bundle


class OfflineChart(alt.JupyterChart):
    """Altair's widget, drawn without a network."""

    _esm = make_bundle(f"{read_asset('theme.js')}\n{read_asset('widget.js')}")
    _css = ".amtviz-view { overflow-x: auto }"
