"""Directives that write the pages of charts from the registry, drawn from the demo.

``live-chart NAME`` is the chart, to be dragged and hovered; ``chart-gallery`` shows a picture of
each, ``question-list`` and ``question-table`` list them by question.
"""

from __future__ import annotations

import functools
from pathlib import Path

import vl_convert
from docutils import nodes
from registry import FOLDER, PICTURES, summarize, write_gallery, write_questions, write_table
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from amtviz.api import load_demo
from amtviz.charts import CHARTS
from amtviz.charts.chart import Chart, draw_charts, link
from amtviz.embed import load_bundle, to_script_json
from amtviz.embed.modules import join_modules
from amtviz.embed.scripts import bundled_vega_lite
from amtviz.findings.facts import facts_of
from amtviz.grammar.compose import compose_panel, top_level
from amtviz.grammar.scatter import draw_message
from amtviz.settings import DrawOptions

COLUMNS = 3  # panels side by side: what a page of the documentation has room for

HTML = """\
<div class="amtviz-chart"></div>
<script type="application/json">{spec}</script>
<script src="../_static/amtviz-vega.js"></script>
<script src="../_static/amtviz-theme.js"></script>
<script src="../_static/gallery.js"></script>
"""

WORDS = "{summary} Alone in Python, it is {{py:func}}`amtviz.charts.draw_{name}`."


class LiveChart(SphinxDirective):
    """``live-chart``: what the chart's docstring says first, and the chart."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        chart = CHARTS[self.arguments[0]]
        drawn = draw_charts(load_once(), [chart], DrawOptions(advanced=True), columns=COLUMNS)
        spec = to_script_json(drawn.to_dict(validate=False))
        words = WORDS.format(summary=summarize(chart), name=chart.name)
        html = nodes.raw("", HTML.format(spec=spec), format="html")
        return [*self.parse_text_to_nodes(words), html]


class ChartGallery(SphinxDirective):
    """``chart-gallery``: a picture of each chart, by question, and the pages of the charts."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(write_gallery(), allow_section_headings=True)


class QuestionList(SphinxDirective):
    """``question-list``: what answers each question, under a heading of its own."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(write_questions(), allow_section_headings=True)


class QuestionTable(SphinxDirective):
    """``question-table``: the charts that answer each question."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(write_table())


load_once = functools.cache(load_demo)


def draw_thumbnail(chart: Chart) -> bytes:
    """Draw a chart's first panel as a PNG, or in words that the demo has nothing of it."""
    facts = facts_of(load_once())
    context = link(facts, [chart])
    panel = next(
        iter(chart.panels(facts, context)), draw_message(chart.empty, chart.name, chart.title)
    )
    drawn = compose_panel(panel, context)
    drawn.title, drawn.config = panel.chart.title, top_level(None)["config"]
    drawn.autosize = panel.chart.autosize  # no page gives it its size
    spec = drawn.to_dict(validate=False)
    scale = 0.6 if panel.wide else 2  # all are shown about 300 pixels wide
    return vl_convert.vegalite_to_png(spec, vl_version=bundled_vega_lite(), scale=scale)


def check_pages(app: Sphinx) -> None:
    """Raise unless each chart of the registry has its page."""
    for name in CHARTS:
        page = Path(app.srcdir, FOLDER, f"{name}.md")
        if not page.exists():
            raise ExtensionError(
                f"The chart {name!r} has no page. Write docs/{FOLDER}/{name}.md: the chart, how to "
                "read it, and how it misleads."
            )


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Put JavaScript, and pictures of the charts, beside the pages: no network needed."""
    if error is None and app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        # in functions: their own names would collide with those of Sphinx' scripts
        vega = f"(() => {{{load_bundle()}}})();"
        (static / "amtviz-vega.js").write_text(vega, encoding="utf-8")
        theme = f"{join_modules('embed/theme.js')}return {{ THEMES, paint, repaint }};"
        theme = f"window.amtvizTheme = (() => {{\n{theme}\n}})();"
        (static / "amtviz-theme.js").write_text(theme, encoding="utf-8")
        folder = Path(app.outdir) / PICTURES
        folder.mkdir(exist_ok=True)
        for name, chart in CHARTS.items():
            (folder / f"{name}.png").write_bytes(draw_thumbnail(chart))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("live-chart", LiveChart)
    app.add_directive("chart-gallery", ChartGallery)
    app.add_directive("question-list", QuestionList)
    app.add_directive("question-table", QuestionTable)
    app.connect("builder-inited", check_pages)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
