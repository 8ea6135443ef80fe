"""``amtviz next``: the request for the next tuning job, and its start."""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amtviz.cli.group import INTERRUPTED, main
from amtviz.cli.options import (
    align,
    ask,
    emit,
    fetch_arguments,
    fetch_options,
    json_option,
    objective_option,
    records,
    risk_option,
    say,
)
from amtviz.cli.watch import follow, text_view
from amtviz.files import replacing
from amtviz.settings import FetchOptions
from amtviz.wording.signs import show_signs

if TYPE_CHECKING:
    import pandas as pd

    from amtviz.analysis.advice.next_ranges import Risk
    from amtviz.next_job.job import NextTuningJob

_STDOUT = Path("-")
_TAGS = "Tags["
_NAME = "HyperParameterTuningJobName"
_CREATE = "aws sagemaker create-hyper-parameter-tuning-job --cli-input-json "

_EPILOG = """\b
Examples:
  amtviz next my-tuning-job
  amtviz next my-tuning-job --max-jobs 40 --risk bold -o next.json
  amtviz next my-tuning-job --set HyperParameterTuningJobConfig.Strategy=Random
  amtviz next my-tuning-job --start
  amtviz next my-tuning-job --start --yes --no-watch
  aws sagemaker create-hyper-parameter-tuning-job --cli-input-json file://next.json
"""


def _read_changes(
    context: click.Context, option: click.Parameter, texts: tuple[str, ...]
) -> dict[str, str | None]:
    """Read ``Path=value``, …; None for null, also where AWS wants text."""
    for text in texts:
        if not text.partition("=")[0] or "=" not in text:
            raise click.BadParameter(
                f"{text!r} sets nothing. Write it as Path=value, such as "
                "HyperParameterTuningJobConfig.Strategy=Random.",
                context,
                option,
            )
    pairs = (text.partition("=") for text in texts)
    return {path: None if value == "null" else value for path, _, value in pairs}


@main.command("next", epilog=_EPILOG)
@click.argument("jobs", metavar="JOB...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path),
    default="next.json",
    show_default=True,
    help="The request to write, - for standard output; an existing file is replaced.",
)
@risk_option
@click.option(
    "--max-jobs",
    type=click.IntRange(min=1),
    help="How many trials it has at most. Default: as many as the tuning job before.",
)
@click.option("--name", help="Its name. Default: that of the one before, with the next number.")
@click.option(
    "--set",
    "changes",
    metavar="PATH=VALUE",
    multiple=True,
    callback=_read_changes,
    help="Set a member of the request; repeat for more. What isn't text is JSON, and null takes it "
    "away.",
)
@click.option("--start", is_flag=True, help="Start it, after asking, and watch it.")
@click.option("--yes", is_flag=True, help="Start it without asking.")
@click.option("--no-watch", is_flag=True, help="Don't watch it.")
@objective_option
@fetch_options
@json_option
def next_job(
    jobs: tuple[str, ...],
    output: Path,
    risk: Risk,
    max_jobs: int | None,
    name: str | None,
    changes: dict[str, str | None],
    start: bool,
    yes: bool,
    no_watch: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write the request for the next tuning job, and start it if told so.

    It is that of JOB, with the ranges that 'amtviz suggest' suggests and a warm start from JOB,
    where AWS allows one. JOB is a tuning job's name or ARN, or the path of a file that
    TuningData.save wrote; of several, it follows the one with the best trial.
    """
    _check_usage(output, start, yes, no_watch, as_json)
    arguments = fetch_arguments(**options)
    from amtviz import api  # slow to import: not for --help

    _check_logs(jobs)
    data = api.fetch_tuning_data(list(jobs), metrics=False, **arguments)
    if data.raw is None:
        raise click.ClickException(_not_theirs(" ".join(map(shlex.quote, jobs))))
    request = data.next_tuning_job(risk, max_jobs, name, changes)
    asking = {"session": arguments["session"], "timeout": arguments["timeout"]}
    if name is None and _NAME not in changes and (start or data.fetch_report is not None):
        free = api.find_free_name(request, **asking)
        if free != request.name:
            request = data.next_tuning_job(risk, max_jobs, free, changes)
    _write(request, output)
    if not as_json:
        say(_describe(request, output, start), err=output == _STDOUT)
    if start and not yes:
        _ask(request, output)
    arn = _start(api, request, output, asking) if start else None
    if as_json:
        emit(
            True,
            "",
            path=output,
            name=request.name,
            parent=request.parent,
            region=request.region,
            differences=records(request.differences),
            notes=list(request.notes),
            request=request,
            arn=arn,
        )
    elif arn is not None:
        say(f"Started {request.name} in {request.region}.", err=output == _STDOUT)
        if not no_watch:
            where = {name: options[name] for name in ("region", "profile")}
            fetch = FetchOptions(**{**arguments, "metrics": False, "objective": None})
            follow([arn], lambda: [text_view()], fetch, **where)


def _check_logs(jobs: tuple[str, ...]) -> None:
    from amtviz import sources  # slow to import: not for --help

    for job in jobs:
        if sources.looks_like_a_file(job) and sources.is_log(job):
            asked = f"{shlex.quote(job)} --objective METRIC --direction minimize"
            raise click.ClickException(_not_theirs(asked))


def _not_theirs(asked: str) -> str:
    return (
        "These trials aren't SageMaker's: there is no request to write. "
        f"'amtviz suggest {asked}' says what to search."
    )


def _check_usage(output: Path, start: bool, yes: bool, no_watch: bool, as_json: bool) -> None:
    if as_json and output == _STDOUT:
        raise click.UsageError("--json and -o - both print. Give one of the two.")
    if yes and not start:
        raise click.UsageError("--yes answers what only --start asks. Add --start.")
    if no_watch and not start:
        raise click.UsageError("--no-watch is about what only --start starts. Add --start.")
    if start and not yes and not _can_ask():
        raise click.UsageError(
            "--start asks before it spends money, and there is no terminal to ask on. Add --yes to "
            "start without asking."
        )


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _write(request: NextTuningJob, output: Path) -> None:
    if output == _STDOUT:
        emit(True, "", **request)
        return
    text = json.dumps(request, indent=2) + "\n"
    with replacing(output, private=True) as beside:  # its environment may hold what is secret
        beside.write_text(text, encoding="utf-8")


def _describe(request: NextTuningJob, output: Path, start: bool) -> str:
    """Say what differs from the parent, as a table, what was left out, and how to start it."""
    table = request.differences
    labels = _shorten(table)
    rows = [("", request.parent, request.name)]
    rows += [
        (label, show_signs(row.Before), show_signs(row.After))
        for label, row in zip(labels, table.itertuples(), strict=True)
        if row.Path != _NAME
    ]
    parts = [align(rows), *map(show_signs, request.notes)]
    if output != _STDOUT:
        parts.append(f"Wrote {output}")
        parts += [] if start else [f"{_CREATE}{shlex.quote(f'file://{output}')}"]
    return "\n".join(parts)


def _shorten(table: pd.DataFrame) -> list[str]:
    """Return the end of each path, or more of it where ends are alike."""
    ends = [show_signs(_end(path)) for path in table["Path"]]
    count = Counter(ends)
    return [
        end if count[end] == 1 else show_signs(path)
        for end, path in zip(ends, table["Path"], strict=True)
    ]


def _end(path: str) -> str:
    """Return the last member of a path, or the name that stands in brackets there."""
    if path.startswith(_TAGS):
        return path
    if path.endswith("]"):
        return path[path.rfind("[") + 1 : -1]
    return path.rpartition(".")[2]


def _kept(output: Path) -> str:
    return "" if output == _STDOUT else f" The request is in {output}."


def _ask(request: NextTuningJob, output: Path) -> None:
    """Ask once; whatever else than yes leaves the file, and starts nothing."""
    if not ask(f"Start {request.name} in {request.region}?"):
        say(f"Nothing was started.{_kept(output)}", err=True)
        raise click.exceptions.Exit(1)


def _start(api: Any, request: NextTuningJob, output: Path, asking: dict[str, Any]) -> str:
    kept = _kept(output)
    try:
        arn: str = api.start_tuning_job(dict(request), region=request.region, **asking)
    except KeyboardInterrupt:
        say(
            f"Stopped while AWS was asked to start {request.name!r}, which it may have done: "
            f"'amtviz show {request.name}' tells.{kept}",
            err=True,
        )
        raise click.exceptions.Exit(INTERRUPTED) from None
    except Exception as error:
        if kept and error.args:
            error.args = (f"{error}{kept}",)
        raise
    return arn
