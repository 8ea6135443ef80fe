"""``amtviz report`` and ``amtviz demo``: tuning jobs as a page."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from amtviz.cli.group import main
from amtviz.cli.options import (
    anonymous_option,
    direction_option,
    draw_options,
    emit,
    fetch_arguments,
    fetch_options,
    json_option,
    metrics_period_option,
    name_options,
    objective_option,
    open_logs,
    output_option,
    say,
)
from amtviz.wording.signs import show_signs

_STDOUT = Path("-")

_REPORT_EPILOG = """\b
Examples:
  amtviz report my-tuning-job
  amtviz report random-job bayesian-job -o both.html --advanced
  amtviz report arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/my-job
  amtviz report my-tuning-job --job-metric loss --job-metric CPUUtilization
  amtviz report my-tuning-job --section cost --price ml.m5.large=0.115
  amtviz report saved.sqlite --trials-only --objective validation:f1
  amtviz report --like my-tuning-job
  amtviz report my-tuning-job --notebook study.ipynb
  amtviz report mlruns.csv --objective val_loss --direction minimize
  amtviz report my-tuning-job --anonymous -o for-a-forum.html
  amtviz report my-tuning-job -o - | gzip > page.html.gz
"""

_DEMO_EPILOG = """\b
Examples:
  amtviz demo
  amtviz demo -o digits.html --no-open
"""


@main.command(epilog=_DEMO_EPILOG)
@output_option("amtviz-demo.html")
@click.option(
    "--open/--no-open", "show", default=True, help="Open the page in the browser, or don't."
)
@json_option
def demo(output: Path, show: bool, as_json: bool) -> None:
    """Draw the bundled tuning jobs: real runs, no AWS account needed."""
    from amtviz import api  # slow to import: not for --help

    _write(api.load_demo(), output, as_json, title="A random forest on handwritten digits")
    if show and output != _STDOUT:
        _open(output)


@main.command(epilog=_REPORT_EPILOG)
@click.argument("jobs", metavar="[JOB]...", nargs=-1)
@click.option(
    "--like",
    metavar="JOB",
    help="Draw this one with the newest five tuning jobs of the same objective and algorithm.",
)
@click.option(
    "--notebook",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a notebook to edit and run (.ipynb), and its data beside it; a page only with -o.",
)
@output_option("amtviz-report.html")
@draw_options
@anonymous_option
@objective_option
@direction_option
@metrics_period_option
@fetch_options
@json_option
def report(
    jobs: tuple[str, ...],
    like: str | None,
    notebook: Path | None,
    output: Path,
    page: dict[str, Any],
    anonymous: bool,
    direction: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Draw one or more tuning jobs, linked, in one page.

    JOB is a tuning job's name or ARN, or the path of a file that TuningData.save wrote. With
    --objective and --direction it may be a folder, or a CSV or JSON file, that another tool wrote:
    write a folder as logs/.
    """
    more = fetch_arguments(**options)
    jobs = jobs if like is None else (like, *jobs)
    if not jobs:
        raise click.UsageError("Missing argument 'JOB...'.")
    if notebook is not None and anonymous:
        raise click.UsageError("--anonymous is about the page: a notebook has the data itself.")
    items: Any = open_logs(jobs, direction, more)
    if like is not None or notebook is not None:
        from amtviz import api  # slow to import: not for --help

        items = api.fetch_tuning_data(
            items, metrics=not page["trials_only"], related=like is not None, **more
        )
        more = {}
    if like is not None:
        for notice in items.notices:
            say(show_signs(name_options(notice)), err=True)
    if notebook is not None:
        path = items.write_notebook(notebook, title=page["title"])
        wrote = f"Wrote {path} and {path.with_suffix('.sqlite')}"
        context = click.get_current_context()
        if context.get_parameter_source("output") == ParameterSource.DEFAULT:
            emit(as_json, wrote, path=path)
            return
        if not as_json and output != _STDOUT:
            say(wrote)
    _write(items, output, as_json, anonymous=anonymous, **page, **more)


def _write(tuning_jobs: Any, output: Path, as_json: bool, **options: Any) -> None:
    from amtviz import api  # slow to import: not for --help

    if output == _STDOUT:
        if as_json:
            raise click.UsageError("--json and -o - both print. Give one of the two.")
        with tempfile.TemporaryDirectory() as folder:
            path = api.write_report(tuning_jobs, Path(folder, "page.html"), **options)
            click.echo(path.read_bytes(), nl=False)
        return
    try:
        path = api.write_report(tuning_jobs, output, **options)
    except (ConnectionError, TimeoutError):
        raise
    except OSError as error:
        if click.get_current_context().find_root().params["debug"]:
            raise
        raise click.ClickException(
            f"Can't write {str(output)!r}: {error.strerror or error}. Choose another place with -o."
        ) from error
    emit(as_json, f"Wrote {path}", path=path)


def _open(path: Path) -> None:
    """Open a page in the browser if there is a screen; its path is printed already."""
    # without a screen, webbrowser would start a text browser in this terminal
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        return
    try:
        webbrowser.open(path.absolute().as_uri())
    except (webbrowser.Error, OSError):
        return
