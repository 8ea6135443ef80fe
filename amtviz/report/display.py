"""What a TuningData shows of itself: text for a terminal, a card for a notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

from amtviz.model import TuningTables
from amtviz.report.summary import JobRow, Summary, summarize
from amtviz.wording.lists import plural
from amtviz.wording.numbers import MISSING
from amtviz.wording.signs import show_signs

_WIDTH = 80  # columns of a terminal
_MOST_JOBS = 12
_MOST_NOTICES = 5
_CELL = "text-align: left; padding: 3px 18px 3px 2px"


def describe_data(data: TuningTables) -> str:
    """Tell in a few lines of at most 80 characters what a TuningData holds.

    Parameters
    ----------
    data : TuningTables

    Returns
    -------
    str
        Jobs, objective, best trial, hyperparameters and notices.
    """
    summary = summarize(data)
    lines = [_headline(data)]
    objective = f"{data.objective.metric_name} ({data.objective.direction.lower()})"
    lines += _fill("objective", objective)
    if summary.best:
        best = summary.best[0]
        of = f" ({best.algorithm})" if best.algorithm else ""
        lines += _fill("best", f"{best.objective} by {best.name}{of}")
        values = [
            f"{name}={value}"
            for name, value in zip(summary.hyperparameters, best.values, strict=True)
            if value != MISSING or not best.algorithm  # it has those of its algorithm only
        ]
        lines += _fill("with", ", ".join(values)) if values else []
    else:
        lines += _fill("best", "no trial has an objective value yet")
    if summary.unfinished:
        lines += _fill("status", summary.unfinished)
    lines += ["", *_job_lines(summary.jobs)]
    for notice in summary.notices[:_MOST_NOTICES]:
        lines += _fill("notice", notice.text)
    if len(summary.notices) > _MOST_NOTICES:
        lines += _fill("notice", f"and {len(summary.notices) - _MOST_NOTICES} more in .notices")
    return "\n".join(lines)


def render_card(data: TuningTables) -> str:
    """Render what `describe_data` tells as a piece of HTML, for a notebook.

    Parameters
    ----------
    data : TuningTables

    Returns
    -------
    str
        Without scripts; it takes the notebook's own colours and fonts.
    """
    summary = summarize(data)
    facts = "".join(
        f'<td style="text-align: left; vertical-align: top; padding: 2px 24px 6px 0">'
        f'<div style="opacity: 0.7; font-size: 85%">{escape(label)}</div>'
        f"<strong>{escape(value)}</strong>"
        f'<div style="opacity: 0.7; font-size: 85%">{escape(detail)}</div></td>'
        for label, value, detail in summary.facts
    )
    parts = [
        f"<div><strong>{escape(_headline(data))}</strong>",
        f"<table><tbody><tr>{facts}</tr></tbody></table>",
        _job_table(summary),
    ]
    if summary.best:
        best = summary.best[0]
        values = ", ".join(
            f"{escape(name)} = <strong>{escape(value)}</strong>"
            for name, value in zip(summary.hyperparameters, best.values, strict=True)
            if value != MISSING or not best.algorithm
        )
        of = f" ({escape(best.algorithm)})" if best.algorithm else ""
        parts.append(
            f"<p>Best trial: {escape(best.name)}{of}{f' with {values}' if values else ''}</p>"
        )
    if summary.unfinished:
        parts.append(f"<p>{escape(summary.unfinished)}</p>")
    if summary.notices:
        items = "".join(f"<li>{escape(notice.text)}</li>" for notice in summary.notices)
        parts.append(
            f"<details><summary>{plural(len(summary.notices), 'notice')}</summary>"
            f"<ul>{items}</ul></details>"
        )
    return "".join([*parts, "</div>"])


def _headline(data: TuningTables) -> str:
    jobs = plural(len(data.jobs), "tuning job")
    return f"TuningData: {jobs}, {plural(len(data.trials), 'trial')}"


def _fill(label: str, text: str) -> list[str]:
    """Break a labelled text into lines."""
    indent = " " * 11
    return textwrap.wrap(
        show_signs(" ".join(text.split())),
        _WIDTH,
        initial_indent=f"{label:<11}",
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _job_lines(jobs: Sequence[JobRow]) -> list[str]:
    rows = [
        (
            _shorten(show_signs(job.name)),
            show_signs(job.strategy),
            show_signs(job.status),
            show_signs(", ".join(job.trials)) or "none yet",
            job.best,
        )
        for job in jobs[:_MOST_JOBS]
    ]
    head = ("tuning job", "strategy", "status", "trials", "best")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(4)]
    lines = []
    for row in [head, *rows]:
        cells = [f"{text:<{width}}" for text, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[-1]])[:_WIDTH].rstrip())
    if len(jobs) > _MOST_JOBS:
        lines.append(f"and {len(jobs) - _MOST_JOBS} more in .jobs")
    return lines


def _shorten(name: str) -> str:
    return name if len(name) <= 32 else f"{name[:31]}…"


def _job_table(summary: Summary) -> str:
    head = ("Tuning job", "Strategy", "Status", "Trials", "Best", "Best trial")
    cells = "".join(f'<th style="{_CELL}">{text}</th>' for text in head)
    rows = ""
    for job in summary.jobs:
        texts = (job.strategy, job.status, ", ".join(job.trials), job.best, job.best_trial)
        swatch = f'<span style="color: {job.colour}">■</span>'
        rows += f'<tr><td style="{_CELL}">{swatch} {escape(job.name)}</td>'
        rows += "".join(f'<td style="{_CELL}">{escape(text)}</td>' for text in texts)
        rows += "</tr>"
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"
