"""Write one page for each chart of the registry, with the chart itself, drawn from the demo."""

from __future__ import annotations

import inspect
from pathlib import Path

import amtviz.charts
from amtviz.api import load_demo
from amtviz.charts.standalone import draw_grid
from amtviz.model import TuningData
from amtviz.report.scripts import load_bundle, to_script_json
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

COLUMNS = 3  # panels side by side: what a page of the documentation has room for
FOLDER = "gallery"

PAGE = """\
# {title}

{summary}

```{{raw}} html
<div class="amtviz-chart"></div>
<script type="application/json">{spec}</script>
<script src="../_static/amtviz-vega.js"></script>
<script src="../_static/gallery.js"></script>
```

{text}

Alone in Python, as {{py:func}}`amtviz.charts.draw_{name}`:

```python
from amtviz import charts

charts.draw_{name}(data)
```
"""

INDEX = """\
# Charts

Each page holds the chart itself, drawn from the runs that `amtviz demo` shows: drag across a
panel, hover, click the legend. A report links all of them to each other, as
[the guide](../guide.md) explains.

```{{toctree}}
:maxdepth: 1

{names}
```
"""


def write_gallery(app: Sphinx) -> None:
    """Write the pages, the index, and the JavaScript that they share."""
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(exist_ok=True)
    data = load_demo()
    wanted = {folder / "index.md": INDEX.format(names="\n".join(amtviz.charts.CHARTS))}
    for name in amtviz.charts.CHARTS:
        wanted[folder / f"{name}.md"] = write_page(name, data, Path(app.srcdir) / "charts")
    for stale in set(folder.glob("*.md")) - set(wanted):
        stale.unlink()
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def write_page(name: str, data: TuningData, texts: Path) -> str:
    """Give a chart's page: its docstring's first words, itself, and what was written about it."""
    text = texts / f"{name}.md"
    if not text.exists():
        raise ExtensionError(
            f"The chart {name!r} has no text. Write docs/charts/{name}.md: a title, how to read "
            "the chart, and how it misleads."
        )
    title, _, rest = text.read_text(encoding="utf-8").removeprefix("# ").partition("\n")
    module = amtviz.charts.CHARTS[name]
    chart = draw_grid(data, [(module.panels, module.brushes)], columns=COLUMNS, advanced=True)
    summary = inspect.getdoc(getattr(amtviz.charts, f"draw_{name}")).partition("\n\n")[0]
    spec = to_script_json(chart.to_dict(validate=False))
    return PAGE.format(name=name, title=title, summary=summary, spec=spec, text=rest.strip())


def write_bundle(app: Sphinx, error: Exception | None) -> None:
    """Put the JavaScript of Vega, Vega-Lite and Vega-Embed beside the pages: no network needed."""
    if error is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "amtviz-vega.js"
        target.write_text(load_bundle(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write_gallery)
    app.connect("build-finished", write_bundle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
