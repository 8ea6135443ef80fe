"""The command line: ``amtviz report`` and ``amtviz demo``."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from amtviz import __version__
from amtviz.errors import AmtvizError

_Command = TypeVar("_Command", bound=Callable[..., Any])

_EPILOG = """\b
Examples:
  amtviz demo
  amtviz report my-tuning-job -o report.html
  amtviz report random-job bayesian-job --advanced --region eu-west-1
"""

_REPORT_EPILOG = """\b
Examples:
  amtviz report my-tuning-job
  amtviz report random-job bayesian-job -o both.html --advanced
  amtviz report arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/my-job
  amtviz report my-tuning-job --job-metric loss --job-metric CPUUtilization
  amtviz report saved.sqlite --trials-only
"""

_DEMO_EPILOG = """\b
Examples:
  amtviz demo
  amtviz demo -o digits.html --no-open
"""


class _OneLineErrors(click.Group):
    """A group that says what went wrong in one line, and shows a traceback only on request."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see `click.Group.invoke`."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params["debug"]:
                raise
            raise click.ClickException(_explain(error)) from error


def _explain(error: Exception) -> str:
    message = " ".join(str(error).split())
    if isinstance(error, AmtvizError):
        return message
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.strerror}: {str(error.filename)!r}. Check the path and its permissions."
    return (
        f"Unexpected {type(error).__name__}: {message or 'no message'}. "
        "Run 'amtviz --debug ...' to see where it comes from."
    )


def _output_option(default: str) -> Callable[[_Command], _Command]:
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        default=default,
        show_default=True,
        help="The page to write; an existing file is replaced.",
    )


@click.group(
    cls=_OneLineErrors,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="amtviz")
@click.option("--debug", is_flag=True, help="On an error, show the traceback.")
def main(debug: bool) -> None:
    """Draw SageMaker hyperparameter tuning jobs as one offline HTML page."""


@main.command(epilog=_DEMO_EPILOG)
@_output_option("amtviz-demo.html")
@click.option(
    "--open/--no-open", "show", default=True, help="Open the page in the browser, or don't."
)
def demo(output: Path, show: bool) -> None:
    """Draw the bundled tuning jobs: real runs, no AWS account needed."""
    from amtviz import api  # slow to import: not for --help

    path = _write(api.load_demo(), output, title="A random forest on handwritten digits")
    if show:
        _open(path)


@main.command(epilog=_REPORT_EPILOG)
@click.argument("jobs", metavar="JOB...", nargs=-1, required=True)
@_output_option("amtviz-report.html")
@click.option(
    "--trials-only", is_flag=True, help="Leave out what was recorded during training: faster."
)
@click.option("--advanced", is_flag=True, help="Add a rug under each hyperparameter's panel.")
@click.option(
    "--job-metric",
    "job_metrics",
    metavar="NAME",
    multiple=True,
    help="Keep this metric of those recorded during training; repeat for more. Default: all.",
)
@click.option("--region", help="The AWS region. Default: that of the environment or profile.")
@click.option("--profile", help="The AWS profile, as in ~/.aws/config.")
def report(
    jobs: tuple[str, ...],
    output: Path,
    trials_only: bool,
    advanced: bool,
    job_metrics: tuple[str, ...],
    region: str | None,
    profile: str | None,
) -> None:
    """Draw one or more tuning jobs, linked, in one page.

    JOB is a tuning job's name or ARN, or the path of a file that TuningData.save wrote.
    """
    if trials_only and job_metrics:
        raise click.UsageError(
            "--trials-only leaves out what --job-metric asks for. Give one of the two."
        )
    from amtviz import api  # slow to import: not for --help

    session = api.make_session(profile=profile, region=region) if profile or region else None
    _write(
        list(jobs),
        output,
        job_metrics=list(job_metrics) or None,
        trials_only=trials_only,
        advanced=advanced,
        session=session,
    )


def _write(tuning_jobs: Any, output: Path, **options: Any) -> Path:
    from amtviz import api

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
    click.echo(f"Wrote {path}")
    return path


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
