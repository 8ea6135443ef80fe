"""Assemble the page."""

from __future__ import annotations

import functools
from importlib import resources

import altair as alt
import jinja2

from amtviz.model import TuningData
from amtviz.report.scripts import content_security_policy, load_bundle, to_script_json
from amtviz.report.summary import summarize


def render_report(
    data: TuningData,
    chart: alt.TopLevelMixin,
    *,
    title: str | None = None,
) -> str:
    """Render one HTML page that holds everything it needs and requests nothing.

    Parameters
    ----------
    data : TuningData
        What the page says in words and tables.
    chart : altair.Chart or any composition
        What it draws. If it has top-level parameters ``ink``, ``rule`` and ``paper``, they follow
        the reader's light or dark mode.
    title : str, optional
        By default, the names of the tuning jobs.

    Returns
    -------
    str
        HTML, to be written as UTF-8.

    Raises
    ------
    ValueError
        If the chart holds a number that isn't finite.
    """
    scripts = [load_bundle(), _read("page.js")]
    html = _template().render(
        summary=summarize(data, title=title),
        policy=content_security_policy(scripts),
        css=_read("page.css"),
        spec=to_script_json(chart.to_dict(validate=False)),
        scripts=scripts,
    )
    # half of a surrogate pair can stand in a JSON answer, but not in a UTF-8 file
    return html.encode("utf-8", "replace").decode("utf-8")


@functools.cache
def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8").replace("\r\n", "\n")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_read("template.html"))
