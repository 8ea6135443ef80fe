"""The questions and charts as Markdown, from the registry: no page lists them by hand."""

from __future__ import annotations

import inspect

from amtviz.charts import CHARTS, SECTIONS
from amtviz.charts.chart import Chart

FOLDER = "gallery"
PICTURES = "_static/gallery"  # of the built pages

_CARD = """\
<figure class="amtviz-card">
<a href="{name}.html"><img src="../{pictures}/{name}.png" alt="{title}"></a>
<figcaption><a href="{name}.html">{title}</a>{summary}</figcaption>
</figure>"""


def summarize(chart: Chart) -> str:
    """Say in a sentence what a chart shows: its docstring's first, without "Draw"."""
    sentence = (inspect.getdoc(chart.draw) or "").partition("\n\n")[0]
    shown = " ".join(sentence.split()).removeprefix("Draw ")
    return shown[:1].upper() + shown[1:]


def write_table() -> str:
    """Return a table of the questions, and the charts that answer each."""
    rows = ["| question | where to look |", "|---|---|"]
    for section in SECTIONS.values():
        links = (
            f"[{chart.name.replace('_', ' ')}]({FOLDER}/{chart.name}.md)"
            for chart in section.charts
        )
        rows.append(f"| {section.question} | {', '.join(links)} |")
    return "\n".join(rows)


def write_questions() -> str:
    """Return a heading for each question, with its section's name and what each chart shows."""
    parts = []
    for section in SECTIONS.values():
        parts.append(f"### {section.question}")
        parts.append(f"The section `{section.name}`:")
        parts.append(
            "\n".join(
                f"- [{chart.title}]({FOLDER}/{chart.name}.md): {_lower(summarize(chart))}"
                for chart in section.charts
            )
        )
    return "\n\n".join(parts)


def write_gallery() -> str:
    """Return a heading for each question, with a picture of each chart that leads to its page."""
    parts = []
    for section in SECTIONS.values():
        cards = "\n".join(
            _CARD.format(
                name=chart.name, pictures=PICTURES, title=chart.title, summary=summarize(chart)
            )
            for chart in section.charts
        )
        parts.append(f"## {section.question}")
        parts.append(f'```{{raw}} html\n<div class="amtviz-cards">\n{cards}\n</div>\n```')
    pages = "\n".join(CHARTS)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{pages}\n```")
    return "\n\n".join(parts)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
