"""``amtviz list`` and ``amtviz show``: which tuning jobs there are, and what they found."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import click

from amtviz.cli.group import main
from amtviz.cli.options import (
    align,
    direction_option,
    emit,
    fetch_arguments,
    fetch_options,
    json_option,
    make_session,
    name_options,
    objective_option,
    open_logs,
    records,
    region_options,
    say,
    timeout_option,
)
from amtviz.model import TUNING_JOB_STATUSES
from amtviz.wording.signs import show_signs

if TYPE_CHECKING:
    import pandas as pd

_MOST = 50
_WIDTH = 80  # columns of a terminal
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

_LIST_EPILOG = """\b
Examples:
  amtviz list
  amtviz list --status InProgress
  amtviz list --contains digits --since 7d
  amtviz list --since 2026-11-01 --json
"""

_SHOW_EPILOG = """\b
Examples:
  amtviz show my-tuning-job
  amtviz show random-job bayesian-job
  amtviz show saved.sqlite --json
"""


def _read_since(
    context: click.Context, option: click.Parameter, text: str | None
) -> datetime | None:
    """Read a date, a time, or how long ago."""
    if text is None:
        return None
    ago = re.fullmatch(r"(\d+)([mhdw])", text)
    try:
        if ago:
            return datetime.now(timezone.utc) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return datetime.fromisoformat(text).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} is no time. Write a date (2026-11-01), a time (2026-11-01T12:00), or how "
            "long ago (30m, 12h, 7d, 2w).",
            context,
            option,
        ) from None


@main.command("list", epilog=_LIST_EPILOG)
@click.option(
    "--status",
    type=click.Choice(TUNING_JOB_STATUSES, case_sensitive=False),
    help="Only those with this status.",
)
@click.option("--contains", metavar="TEXT", help="Only those with this in their name.")
@click.option(
    "--since",
    metavar="WHEN",
    callback=_read_since,
    help="Only those created since a date (2026-11-01) or in the last 30m, 12h, 7d or 2w.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=_MOST,
    show_default=True,
    help="No more than that many.",
)
@region_options
@timeout_option
@json_option
def list_jobs(
    status: str | None,
    contains: str | None,
    since: datetime | None,
    most: int,
    timeout: float,
    as_json: bool,
    **options: Any,
) -> None:
    """List the tuning jobs of the account, newest first."""
    from amtviz import api  # slow to import: not for --help

    table = api.list_tuning_jobs(
        status=status,
        contains=contains,
        since=since,
        most=most + 1,
        session=make_session(**options),
        timeout=timeout,
        lineage=True,
    )
    shown = table.head(most)
    emit(as_json, _list_text(shown), tuning_jobs=records(shown), complete=len(table) <= most)
    if len(table) > most and not as_json:
        say(f"There are more: --most shows more than {most}.", err=True)
    unknown = int(shown["Parents"].isna().sum())
    if unknown and not as_json:
        say(
            f"What {'it was' if unknown == 1 else f'{unknown:,} of them were'} warm-started from "
            "isn't known: sagemaker:Search doesn't say, or is denied.",
            err=True,
        )


def _list_text(table: pd.DataFrame) -> str:
    """Write the table for a terminal."""
    if table.empty:
        return "No tuning job matches, in this account and region."
    parents = table["Parents"].fillna("").map(show_signs)
    some = bool((parents != "").any())
    origin = ["WARM-STARTED FROM"] if some else []
    rows = [("NAME", "STATUS", "CREATED (UTC)", *origin, "DONE", "FAILED")]  # 80 columns mostly
    rows += [
        (
            show_signs(row.TuningJobName),
            show_signs(row.TuningJobStatus),
            f"{row.CreationTime:%Y-%m-%d %H:%M}",
            *([parent] if some else []),
            f"{row.Completed:,}",
            f"{row.Failed:,}",
        )
        for row, parent in zip(table.itertuples(), parents, strict=True)
    ]
    return align(rows, numbers=2)


@main.command(epilog=_SHOW_EPILOG)
@click.argument("jobs", metavar="JOB...", nargs=-1, required=True)
@objective_option
@direction_option
@fetch_options
@json_option
def show(jobs: tuple[str, ...], direction: str | None, as_json: bool, **options: Any) -> None:
    """Show what tuning jobs found: status, best trial, notices, and an answer to each question.

    JOB is a tuning job's name or ARN, or the path of a file that TuningData.save wrote. With
    --objective and --direction it may be a folder, or a CSV or JSON file, that another tool wrote:
    write a folder as logs/.
    """
    arguments = fetch_arguments(**options)
    from amtviz import api  # slow to import: not for --help

    items = open_logs(jobs, direction, arguments)
    data: Any = api.fetch_tuning_data(items, metrics=False, **arguments)
    best = records(api.best_trials(data, 1))
    findings = data.findings()
    tables = {name: records(table) for name, table in data.numbers().items()} if as_json else {}
    emit(
        as_json,
        "\n\n".join([name_options(repr(data)), *_describe(findings)]),
        objective={"metric": data.objective.metric_name, "direction": data.objective.direction},
        tuning_jobs=[
            {
                "name": job.name,
                "arn": job.arn,
                "status": job.status,
                "strategy": job.strategy,
                "parents": list(job.parents),
                "created": job.created,
                "ended": job.ended,
                "trials": int((data.trials["TuningJobName"] == job.name).sum()),
            }
            for job in data.jobs
        ],
        trials=len(data.trials),
        best=best[0] if best else None,
        notices=list(data.notices),
        findings=records(findings),
        **tables,
    )


def _describe(findings: pd.DataFrame) -> Iterator[str]:
    """Yield each question with its answers below, a paragraph each, for a terminal."""
    for question, rows in findings.groupby("Question", sort=False):
        answers = ("\n".join(_wrap(text)) for text in rows["Finding"])
        yield "\n".join([str(question), "\n\n".join(answers)])


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )
