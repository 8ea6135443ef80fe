"""Assemble the page."""

from __future__ import annotations

import functools
from dataclasses import replace
from importlib import resources
from typing import Any

import jinja2

from amtviz.charts import PageCharts
from amtviz.embed import content_security_policy, load_bundle, load_script, to_script_json
from amtviz.findings.facts import facts_of
from amtviz.findings.sureness import SURENESS
from amtviz.model import TuningTables
from amtviz.report.advice import advise
from amtviz.report.summary import AGAIN, summarize
from amtviz.sdk_code import RANGE_IMPORTS, write_number
from amtviz.wording.signs import show_signs


def render_report(
    data: TuningTables,
    charts: PageCharts,
    *,
    title: str | None = None,
    reload_seconds: float | None = None,
) -> str:
    """Render one HTML page that holds everything it needs and requests nothing.

    Parameters
    ----------
    data : TuningTables
        What the page says in words and tables.
    charts : PageCharts
        What it draws. Where a chart has top-level parameters ``ink``, ``rule`` and ``paper``,
        they follow the reader's light or dark mode.
    title : str, optional
        By default, the names of the tuning jobs.
    reload_seconds : float, optional
        The page reloads itself after that time, and keeps what is selected, as long as it has the
        tag that `reload_tag` gives.

    Returns
    -------
    str
        HTML, to be written as UTF-8.

    Raises
    ------
    ValueError
        If a chart holds a number that isn't finite.
    """
    entry = "report/main.js" if reload_seconds is None else "report/watched.js"
    scripts = [load_bundle(), load_script(entry)]
    summary = summarize(data, title=title)
    summary = replace(summary, notices=(*summary.notices, *charts.notices))
    if reload_seconds is not None:
        summary = replace(summary, unfinished=summary.unfinished.removesuffix(f" {AGAIN}"))
    html = _template().render(
        summary=summary,
        reload=None if reload_seconds is None else reload_tag(reload_seconds),
        sections=charts.sections,
        advice=advise(facts_of(data)) if any(s.name == "next" for s in charts.sections) else (),
        sureness=SURENESS,
        policy=content_security_policy(scripts),
        no_code=dict.fromkeys(sorted(RANGE_IMPORTS, reverse=True), ""),
        with_trials=bool(charts.columns),
        css=_read("page.css"),
        payload=to_script_json(_payload(charts)),
        scripts=scripts,
    )
    # half of a surrogate pair can stand in a JSON answer, but not in a UTF-8 file
    return html.encode("utf-8", "replace").decode("utf-8")


def reload_tag(seconds: float) -> str:
    """Return the tag that makes a page reload itself: without it, the same page stays as it is."""
    return f'<meta name="amtviz-reload" content="{seconds:g}">'


def _payload(charts: PageCharts) -> dict[str, Any]:
    """Return the charts with every dataset once, however many of them draw it."""
    drawn = {"legend": charts.legend} | {
        section.name: section.chart for section in charts.sections if section.chart is not None
    }
    specs = {name: chart.to_dict(validate=False) for name, chart in drawn.items()}
    datasets: dict[str, Any] = {}
    for spec in specs.values():
        own = spec.get("datasets", {})
        datasets |= own
        spec["datasets"] = list(own)
    datasets.setdefault("trials", charts.trials)
    return {
        "datasets": datasets,
        "specs": specs,
        "columns": [_with_ends(column) for column in charts.columns],
        "range_imports": RANGE_IMPORTS,
    }


def _with_ends(column: dict[str, Any]) -> dict[str, Any]:
    """Add the ends of a declared range as code has them: JavaScript rounds large integers."""
    declared = column.get("range")
    if declared is None:
        return column
    owners = {of: _written(own) for of, own in declared.get("owners", {}).items()}
    return column | {"range": _written(declared) | ({"owners": owners} if owners else {})}


def _written(declared: dict[str, Any]) -> dict[str, Any]:
    if declared["low"] is None or declared["high"] is None:
        return declared
    ends = [write_number(declared[end], declared["kind"]) for end in ("low", "high")]
    return declared | {"ends": ends}


def _show(value: Any) -> Any:
    """Write control characters, which HTML drops or obeys, so that they can be seen."""
    is_text = isinstance(value, str) and not hasattr(value, "__html__")
    return show_signs(value, lines=True) if is_text else value


@functools.cache
def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8").replace("\r\n", "\n")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_show,
    )
    return environment.from_string(_read("template.html"))
