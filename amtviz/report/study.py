"""A notebook of a study: what a page says, with code to go on from it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Any

from amtviz.charts import SECTIONS
from amtviz.charts.chart import Chart, state_finding, state_overview
from amtviz.findings.facts import Facts, facts_of
from amtviz.findings.next_ranges import state_suggestion
from amtviz.model import TuningTables
from amtviz.report.summary import summarize
from amtviz.sdk_code import quote, write_suggestion
from amtviz.texts import write_halves
from amtviz.wording.signs import show_signs

_MARKS = re.compile(r"([\\`*_\[\]<>&#|~])")  # of Markdown, HTML included

_LOAD = """\
from amtviz import TuningData, charts, visualize_tuning_job

data = TuningData.load({snapshot})  # or, as AWS has it now: amtviz.fetch_tuning_data([...])
data"""

_SDK = """\
from importlib import metadata

try:
    sdk = int(metadata.version("sagemaker").partition(".")[0])
except metadata.PackageNotFoundError:
    sdk = None  # boto3 alone starts the next tuning job, too: see below
if sdk == 3:
{sdk3}
elif sdk == 2:
{sdk2}"""

_NEXT = """\
next_job = data.next_tuning_job(
    risk="balanced",  # or "careful", or "bold"
    max_jobs=None,  # as many trials as before
    name=None,  # the same with the next number
    changes=None,  # such as {"HyperParameterTuningJobConfig.Strategy": "Random"}
)
next_job.differences"""

_START = """\
START = False  # True starts it on your AWS account, which costs what its training jobs cost

if START:
    import boto3
    from amtviz import watch

    boto3.client("sagemaker", region_name={region}).create_hyper_parameter_tuning_job(**next_job)
    watch(next_job.name)"""

_AGAIN = """\
if START:
    display(visualize_tuning_job([data, next_job.name]))"""


def write_study(
    data: TuningTables, snapshot: str, *, title: str | None = None, no_next: str | None = None
) -> dict[str, Any]:
    """Write a notebook that tells what is known of some tuning jobs, and goes on from there.

    Parameters
    ----------
    data : TuningTables
    snapshot : str
        The file that the notebook reads them from, as it finds it.
    title : str, optional
        By default, the names of the tuning jobs.
    no_next : str, optional
        Why there can't be a next tuning job; its cells are left out then.

    Returns
    -------
    dict
        As nbformat 4.5 has it, without outputs. Names in texts stand there as they are, whatever
        Markdown or HTML would make of them.
    """
    facts = facts_of(data)
    cells = [
        *_begin(data, facts, snapshot, title),
        *_answer(data, facts),
        *_go_on(data, facts, no_next),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place:02d}"
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _begin(
    data: TuningTables, facts: Facts, snapshot: str, title: str | None
) -> Iterator[dict[str, Any]]:
    verdict, _ = state_overview(facts)
    yield _text(f"# {_plain(summarize(data, title=title).title)}", _plain(verdict.text))
    yield _code(_LOAD.format(snapshot=quote(snapshot)))
    yield _text("Everything linked, as on the report's page:")
    yield _code("visualize_tuning_job(data)")


def _answer(data: TuningTables, facts: Facts) -> Iterator[dict[str, Any]]:
    """Yield each question with what can be said to it, and the first chart of its section."""
    for section in SECTIONS.values():
        if section.name == "next":
            continue  # is what the notebook ends with
        said = [state_finding(chart, facts)[0] for chart in section.charts]
        sentences = [_plain(sentence) for sentence in said if sentence]
        if sentences or (section.name == "training" and len(data.metrics)):
            yield _text(f"## {section.question}", *sentences)
            yield _draw(section.charts[0])


def _go_on(data: TuningTables, facts: Facts, no_next: str | None) -> Iterator[dict[str, Any]]:
    if not data.hyperparameters:
        return
    *compared, ranges = SECTIONS["next"].charts
    said = [(chart, state_finding(chart, facts)[0]) for chart in compared]
    said = [(chart, sentence) for chart, sentence in said if sentence]
    if said:
        sentences = [_plain(sentence) for _, sentence in said]
        yield _text(f"## {SECTIONS['next'].question}", *sentences)
        yield _draw(said[0][0])
    yield _text("## What to search next", _plain(state_suggestion(facts)))
    yield _draw(ranges)
    yield _code('data.suggest_ranges(risk="balanced")  # or "careful", or "bold"')
    if any(job.arn for job in data.jobs):
        yield _text(
            "As code for a tuner of SageMaker's SDK, of either generation: edit the ranges."
        )
        yield _code(_write_ranges(data, facts))
    if no_next is not None:
        yield _text(_plain(no_next))
        return
    yield _text(
        "## The next tuning job",
        "The last one's request with these ranges, ready for boto3. What differs:",
    )
    yield _code(_NEXT)
    yield _code(_START.format(region=quote(_region(data))))
    yield _text("When it has ended, beside those before it:")
    yield _code(_AGAIN)


def _draw(chart: Chart) -> dict[str, Any]:
    return _code(f"charts.{chart.draw.__name__}(data)")


def _write_ranges(data: TuningTables, facts: Facts) -> str:
    table, by_algorithm = facts.suggestions["balanced"], facts.algorithm_suggestions["balanced"]
    code = {f"sdk{sdk}": _block(write_suggestion(data, table, by_algorithm, sdk)) for sdk in (3, 2)}
    return _SDK.format(**code)


def _block(code: str) -> str:
    """Return code as it stands below an ``if``."""
    lines = code.splitlines()
    if all(not line or line.startswith("#") for line in lines):
        code += "\npass"
    return textwrap.indent(code, "    ")


def _region(data: TuningTables) -> str:
    arn = next((job.arn for job in data.jobs if job.arn), "")
    return arn.split(":")[3] if arn.count(":") >= 5 else ""


def _plain(text: str) -> str:
    """Escape what Markdown, HTML and MathJax would make of a text."""
    escaped = _MARKS.sub(r"\\\1", show_signs(text))
    return escaped.replace("$", "<span>$</span>")  # an element ends a formula


def _text(*paragraphs: str) -> dict[str, Any]:
    source = "\n\n".join(filter(None, paragraphs))
    return {"cell_type": "markdown", "metadata": {}, "source": write_halves(source)}


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": write_halves(source),
    }
