"""The directive ``live-chart``: a chart of the registry, drawn from the demo, in the page."""

from __future__ import annotations

import functools
import inspect
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import amtviz.charts
from amtviz.api import load_demo
from amtviz.embed import load_bundle, to_script_json
from amtviz.grammar.standalone import draw_grid
from amtviz.settings import DrawOptions

COLUMNS = 3  # panels side by side: what a page of the documentation has room for
FOLDER = "gallery"

HTML = """\
<div class="amtviz-chart"></div>
<script type="application/json">{spec}</script>
<script src="../_static/amtviz-vega.js"></script>
<script src="../_static/gallery.js"></script>
"""

WORDS = "{summary} Alone in Python, it is {{py:func}}`amtviz.charts.draw_{name}`."


class LiveChart(SphinxDirective):
    """``live-chart``: what the chart's docstring says first, and the chart."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        module = amtviz.charts.CHARTS[name]
        chart = draw_grid(load_once(), [module], DrawOptions(advanced=True), columns=COLUMNS)
        spec = to_script_json(chart.to_dict(validate=False))
        summary = inspect.getdoc(getattr(amtviz.charts, f"draw_{name}")).partition("\n\n")[0]
        words = self.parse_text_to_nodes(WORDS.format(summary=summary, name=name))
        return [*words, nodes.raw("", HTML.format(spec=spec), format="html")]


load_once = functools.cache(load_demo)


def check_pages(app: Sphinx) -> None:
    """Raise unless each chart of the registry has its page."""
    for name in amtviz.charts.CHARTS:
        page = Path(app.srcdir, FOLDER, f"{name}.md")
        if not page.exists():
            raise ExtensionError(
                f"The chart {name!r} has no page. Write docs/{FOLDER}/{name}.md: the chart, how to "
                "read it, and how it misleads."
            )


def write_bundle(app: Sphinx, error: Exception | None) -> None:
    """Put the JavaScript of Vega, Vega-Lite and Vega-Embed beside the pages: no network needed."""
    if error is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "amtviz-vega.js"
        # in a function: the bundle's own names would collide with those of Sphinx' scripts
        target.write_text(f"(() => {{{load_bundle()}}})();", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("live-chart", LiveChart)
    app.connect("builder-inited", check_pages)
    app.connect("build-finished", write_bundle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
