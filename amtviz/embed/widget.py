"""A chart as a notebook's widget that brings its own JavaScript; Altair's asks a network for it.

It is imported when first used: anywidget is an extra, and the JavaScript is bundled then.
"""

from __future__ import annotations

import altair as alt

from amtviz.embed.modules import join_modules
from amtviz.embed.scripts import make_bundle


class OfflineChart(alt.JupyterChart):
    """Altair's widget, drawn without a network."""

    _esm = make_bundle(join_modules("embed/widget.js"))
    _css = ".amtviz-view { overflow-x: auto }"
