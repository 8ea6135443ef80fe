"""Assemble the page."""

from __future__ import annotations

import functools
from dataclasses import replace
from importlib import resources
from typing import Any

import jinja2

from amtviz.charts import PageCharts, PanelView
from amtviz.charts.chart import state_overview
from amtviz.embed import (
    compile_chart,
    content_security_policy,
    load_script,
    load_vega,
    to_script_json,
)
from amtviz.embed.literals import mark_literals
from amtviz.findings.facts import facts_of
from amtviz.findings.sureness import SURENESS
from amtviz.grammar.theme import theme_config
from amtviz.model import TuningTables
from amtviz.report.advice import advise
from amtviz.report.details import collect_details
from amtviz.report.drawn import take_out
from amtviz.report.model_card import show_model
from amtviz.report.packed import pack_rows, used_columns
from amtviz.report.summary import Notice, summarize
from amtviz.sdk_code import RANGE_IMPORTS, write_number
from amtviz.wording.lists import first_sentence
from amtviz.wording.questions import TOPICS
from amtviz.wording.shares import format_share
from amtviz.wording.signs import show_signs


def render_report(
    data: TuningTables,
    charts: PageCharts,
    *,
    title: str | None = None,
    reload_seconds: float | None = None,
    embedded: bool = False,
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
    embedded : bool
        The page is for a frame that is as high as the page.

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
    scripts = [load_vega(), load_script(entry)]
    verdict, unsaid = state_overview(facts_of(data))
    summary = summarize(data, title=title)
    failures = tuple(Notice(text, is_open=True) for text in (*charts.notices, *unsaid))
    summary = replace(summary, notices=(*summary.notices, *failures))
    if reload_seconds is not None:  # the page itself says that it follows what still runs
        summary = replace(summary, unfinished="")
    shown = {"overview", *(section.name for section in charts.sections)}
    shown |= {"trials"} if charts.columns else set()
    html = _template().render(
        summary=summary,
        embedded=embedded,
        verdict=verdict,
        model=show_model(data),
        topics={name: topic for name, topic in TOPICS.items() if name in shown},
        reload=None if reload_seconds is None else reload_tag(reload_seconds),
        charts=charts,
        advice=advise(facts_of(data)) if any(s.name == "next" for s in charts.sections) else (),
        sureness=SURENESS,
        policy=content_security_policy(scripts),
        no_code=dict.fromkeys(sorted(RANGE_IMPORTS, reverse=True), ""),
        with_trials=bool(charts.columns),
        css=_read("page.css") + _read("panels.css") + _read("tools.css"),
        payload=to_script_json(_payload(charts) | {"details": collect_details(data)}),
        scripts=scripts,
    )
    # half of a surrogate pair can stand in a JSON answer, but not in a UTF-8 file
    return html.encode("utf-8", "replace").decode("utf-8")


def reload_tag(seconds: float) -> str:
    """Return the tag that makes a page reload itself: without it, the same page stays as it is."""
    return f'<meta name="amtviz-reload" content="{seconds:g}">'


def _payload(charts: PageCharts) -> dict[str, Any]:
    """Return all views, with the configuration and every dataset once, whoever draws it."""
    panels = [*charts.rail, *charts.overview]
    panels += [panel for section in charts.sections for panel in section.panels]
    datasets: dict[str, Any] = {"trials": pack_rows(charts.trials)}
    views = {panel.name: _view(panel, datasets) for panel in panels}
    return {
        "datasets": datasets,
        "config": _compiled_theme(),
        "views": views,
        "tooltip": [line | {"text": mark_literals(line["text"])} for line in charts.tooltip],
        "switches": charts.switches,
        "columns": [_with_ends(column) for column in charts.columns],
        "range_imports": RANGE_IMPORTS,
    }


def _view(panel: PanelView, datasets: dict[str, Any]) -> dict[str, Any]:
    """Return a panel as ``report/compiled.js`` reads it, and add its data to those of the page.

    ``vega`` has neither data nor configuration; ``datasets`` names the columns that it needs, and
    ``drawn`` tells of the layers that the page's script draws.
    """
    spec = mark_literals(panel.chart.to_dict(validate=False))
    drawn = take_out(spec, panel.drawn)
    own = spec.pop("datasets", {})
    datasets |= {name: pack_rows(rows) for name, rows in own.items() if name not in datasets}
    try:
        vega = compile_chart(spec | {"config": theme_config()})
    except ValueError as error:
        return {"error": str(error)}
    for key in ("$schema", "config"):
        del vega[key]
    signals = {signal["name"] for signal in vega.get("signals", ())}
    return {
        "vega": vega,
        # a hover is none where the page's script draws its layer
        "params": [each for each in spec.get("params", []) if each["name"] in signals],
        "datasets": used_columns(vega, {name: datasets[name] for name in own}),
        "drawn": drawn,
    }


def _compiled_theme() -> dict[str, Any]:
    spec = {"data": {"name": "none"}, "mark": "point", "config": theme_config()}
    config: dict[str, Any] = compile_chart(spec)["config"]
    return config


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


def _keep_units(text: str) -> str:
    """Keep each number and its percent sign on one line."""
    return text.replace(" %", "\u00a0%")


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
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_show,
    )
    environment.filters |= {
        "first_sentence": first_sentence,
        "share": format_share,
        "units": _keep_units,
    }
    return environment.get_template("template.html")
