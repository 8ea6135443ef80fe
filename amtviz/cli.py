"""The command line: ``amtviz report``, ``fetch``, ``cache`` and ``demo``."""

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
  amtviz fetch my-tuning-job -o study.sqlite
  amtviz cache info
"""

_REPORT_EPILOG = """\b
Examples:
  amtviz report my-tuning-job
  amtviz report random-job bayesian-job -o both.html --advanced
  amtviz report arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/my-job
  amtviz report my-tuning-job --job-metric loss --job-metric CPUUtilization
  amtviz report my-tuning-job --section cost --price ml.m5.large=0.115
  amtviz report saved.sqlite --trials-only
"""

_FETCH_EPILOG = """\b
Examples:
  amtviz fetch my-tuning-job -o study.sqlite
  amtviz fetch random-job bayesian-job -o both.sqlite --no-metrics
  amtviz report study.sqlite
"""

_CACHE_EPILOG = """\b
Examples:
  amtviz cache info
  amtviz cache clear
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


def _aws_options(command: _Command) -> _Command:
    """Add what every command has that asks AWS; its ``cache`` and ``no_cache`` make one option."""
    for option in (
        click.option(
            "--cache",
            type=click.Path(dir_okay=False, path_type=Path),
            help="The file that keeps what can't change. Default: one in the user's cache folder.",
        ),
        click.option(
            "--no-cache", is_flag=True, help="Ask AWS for everything anew, and keep nothing."
        ),
        click.option("--profile", help="The AWS profile, as in ~/.aws/config."),
        click.option(
            "--region", help="The AWS region. Default: that of the environment or profile."
        ),
    ):
        command = option(command)
    return command


def _aws_arguments(
    region: str | None, profile: str | None, cache: Path | None, no_cache: bool
) -> dict[str, Any]:
    """Give the API's arguments for what `_aws_options` adds."""
    if cache and no_cache:
        raise click.UsageError("--no-cache and --cache contradict each other. Give one of the two.")
    from amtviz import api

    session = api.make_session(profile=profile, region=region) if profile or region else None
    return {"session": session, "cache": cache or not no_cache}


def _read_prices(
    context: click.Context, option: click.Parameter, texts: tuple[str, ...]
) -> dict[str, float]:
    """Read ``ml.m5.large=0.115``, …"""
    prices = {}
    for text in texts:
        instance, _, dollars = text.rpartition("=")
        try:
            prices[instance] = float(dollars)
        except ValueError:
            instance = ""
        if not instance:
            raise click.BadParameter(
                f"{text!r} is no price. Write it as ml.m5.large=0.115: the instance type, and "
                "dollars an hour.",
                context,
                option,
            )
    return prices


_price_option = click.option(
    "--price",
    "prices",
    metavar="TYPE=DOLLARS",
    multiple=True,
    callback=_read_prices,
    help="What an hour of an instance type costs, such as ml.m5.large=0.115; repeat for more.",
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
@click.option(
    "--section",
    "sections",
    metavar="NAME",
    multiple=True,
    help="Answer this question only: importance, progress, values, cost, next or training; "
    "repeat for more. Default: all.",
)
@_price_option
@click.option(
    "--dependence", is_flag=True, help="Begin with the partial dependence over the panels."
)
@_aws_options
def report(
    jobs: tuple[str, ...],
    output: Path,
    trials_only: bool,
    advanced: bool,
    job_metrics: tuple[str, ...],
    sections: tuple[str, ...],
    prices: dict[str, float],
    dependence: bool,
    **options: Any,
) -> None:
    """Draw one or more tuning jobs, linked, in one page.

    JOB is a tuning job's name or ARN, or the path of a file that TuningData.save wrote.
    """
    if trials_only and job_metrics:
        raise click.UsageError(
            "--trials-only leaves out what --job-metric asks for. Give one of the two."
        )
    _write(
        list(jobs),
        output,
        job_metrics=list(job_metrics) or None,
        trials_only=trials_only,
        advanced=advanced,
        sections=list(sections) or None,
        prices=prices,
        dependence=dependence,
        **_aws_arguments(**options),
    )


@main.command(epilog=_FETCH_EPILOG)
@click.argument("jobs", metavar="JOB...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="The file to write; another such file is replaced.",
)
@click.option("--no-metrics", is_flag=True, help="Leave out what was recorded during training.")
@_aws_options
def fetch(jobs: tuple[str, ...], output: Path, no_metrics: bool, **options: Any) -> None:
    """Save tuning jobs in one file, for CloudWatch forgets.

    JOB is a tuning job's name or ARN, or the path of such a file. The file that is written can
    stand wherever a tuning job can.
    """
    arguments = _aws_arguments(**options)
    from amtviz import api  # slow to import: not for --help

    data = api.fetch_tuning_data(list(jobs), metrics=not no_metrics, **arguments)
    data.save(output)
    for notice in data.notices:
        click.echo(notice, err=True)
    if data.fetch_report is not None:
        click.echo(data.fetch_report)
    click.echo(f"Wrote {output}")


@main.group(epilog=_CACHE_EPILOG)
def cache() -> None:
    """Show or clear the file that keeps what AWS needn't be asked for again."""


_cache_option = click.option(
    "--cache",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file. Default: what AMTVIZ_CACHE names, or else one in the user's cache folder.",
)


@cache.command(epilog=_CACHE_EPILOG)
@_cache_option
def info(path: Path | None) -> None:
    """Show where the cache is, and what it holds."""
    from amtviz.cache import read_cache_info

    found = read_cache_info(_cache_path(path))
    click.echo(f"Path:    {found.path}")
    click.echo(f"Size:    {found.size / 1e6:,.1f} MB")
    click.echo(f"Jobs:    {found.jobs:,}")
    click.echo(f"Series:  {found.series:,}")
    for label, time in (("Oldest:", found.oldest), ("Newest:", found.newest)):
        click.echo(f"{label}  {time:%Y-%m-%d %H:%M} UTC" if time else f"{label}  none")


@cache.command(epilog=_CACHE_EPILOG)
@_cache_option
def clear(path: Path | None) -> None:
    """Forget everything that the cache holds."""
    from amtviz.cache import clear_cache

    path = _cache_path(path)
    clear_cache(path)
    click.echo(f"Cleared {path}")


def _cache_path(path: Path | None) -> Path:
    from amtviz.cache import cache_path
    from amtviz.cache_file import VARIABLE

    path = cache_path(path or True)
    if path is None:
        raise click.UsageError(f"{VARIABLE} switches the cache off. Name a file with --cache.")
    return path


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
