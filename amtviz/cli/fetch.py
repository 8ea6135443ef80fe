"""``amtviz fetch``: tuning jobs in a file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from amtviz.cli.group import main
from amtviz.cli.options import (
    emit,
    fetch_arguments,
    fetch_options,
    json_option,
    metrics_period_option,
    name_options,
    say,
)
from amtviz.wording.signs import show_signs

_FETCH_EPILOG = """\b
Examples:
  amtviz fetch my-tuning-job -o study.sqlite
  amtviz fetch random-job bayesian-job -o both.sqlite --no-metrics
  amtviz report study.sqlite
"""


@main.command(epilog=_FETCH_EPILOG)
@click.argument("jobs", metavar="JOB...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="The file to write; another such file is replaced, and notes of these trials are kept.",
)
@click.option("--no-metrics", is_flag=True, help="Leave out what was recorded during training.")
@metrics_period_option
@fetch_options
@json_option
def fetch(
    jobs: tuple[str, ...], output: Path, no_metrics: bool, as_json: bool, **options: Any
) -> None:
    """Save tuning jobs in one file, for CloudWatch forgets.

    JOB is a tuning job's name or ARN, or the path of such a file. The file that is written can
    stand wherever a tuning job can.
    """
    arguments = fetch_arguments(**options)
    from amtviz import api  # slow to import: not for --help

    data = api.fetch_tuning_data(list(jobs), metrics=not no_metrics, **arguments)
    data.save(output)
    for notice in data.notices:
        say(show_signs(name_options(notice)), err=True)
    report = data.fetch_report
    emit(
        as_json,
        f"{report}\nWrote {output}" if report else f"Wrote {output}",
        path=output,
        trials=len(data.trials),
        notices=list(data.notices),
        fetch_report=None if report is None else {**asdict(report), "dollars": report.dollars},
    )
