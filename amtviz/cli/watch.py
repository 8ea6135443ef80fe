"""``amtviz watch``: tuning jobs while they run."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from amtviz.cli.group import INTERRUPTED, leave, main
from amtviz.cli.options import (
    anonymous_option,
    draw_options,
    fetch_arguments,
    fetch_options,
    make_session,
    metrics_period_option,
    objective_option,
)
from amtviz.settings import DRAW_DEFAULTS, DrawOptions, FetchOptions

if TYPE_CHECKING:
    from amtviz.live import View, Watch

INTERVAL = 30.0  # seconds
_TERMINATED = 128 + signal.SIGTERM

_EPILOG = """\b
Examples:
  amtviz watch my-tuning-job
  amtviz watch my-tuning-job --interval 60 --price ml.m5.large=0.115
  amtviz watch my-tuning-job -o live.html
  amtviz watch random-job bayesian-job --json
"""


@main.command(epilog=_EPILOG)
@click.argument("jobs", metavar="JOB...", nargs=-1, required=True)
@click.option(
    "--interval",
    type=click.FloatRange(min=1),
    default=INTERVAL,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait between two looks.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also write the page of 'amtviz report' at each change. Open, it reloads itself.",
)
@draw_options
@anonymous_option
@objective_option
@metrics_period_option
@fetch_options
@click.option("--json", "as_json", is_flag=True, help="Print each look as JSON in one line.")
def watch(
    jobs: tuple[str, ...],
    interval: float,
    output: Path | None,
    page: dict[str, Any],
    anonymous: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Show tuning jobs while they run: best trial, progress, cost, latest trials.

    JOB is a tuning job's name or ARN; a file that TuningData.save wrote may stand beside it. It
    ends when the tuning jobs have ended. Ctrl-C ends it before, and the tuning jobs go on: then it
    exits with 130. What isn't a terminal gets a line for each change.
    """
    if output == Path("-"):
        raise click.UsageError("Each look is printed, so -o - has no room. Name a file with -o.")
    if anonymous and output is None:
        raise click.UsageError("--anonymous is about the page, and there is none. Name it with -o.")
    title, trials_only = page.pop("title"), page.pop("trials_only")
    draw = DrawOptions(**page)
    fetch = FetchOptions(
        metrics=output is not None and not trials_only, **fetch_arguments(**options)
    )
    page_options = {"title": title, "anonymous": anonymous}
    follow(
        jobs,
        lambda: _choose_views(as_json, output, draw, page_options),
        fetch,
        draw,
        interval=interval,
        region=options["region"],
        profile=options["profile"],
    )


def follow(
    jobs: Sequence[str],
    make_views: Callable[[], list[View]],
    fetch: FetchOptions,
    draw: DrawOptions = DRAW_DEFAULTS,
    *,
    interval: float = INTERVAL,
    region: str | None = None,
    profile: str | None = None,
) -> None:
    """Show tuning jobs until they have ended, or a signal ends it."""
    with _ends_on_signals() as begun:
        from amtviz import api  # slow to import: not for --help

        watching = api.start_watching(
            list(jobs),
            make_views(),
            interval,
            fetch,
            draw,
            make_session=lambda: make_session(region, profile),
        )
        begun.append(watching)
        watching.wait()


def text_view() -> View:
    """Return what shows tuning jobs to people: a table that changes, or lines where it can't."""
    from amtviz.live import LineView  # slow to import: not for --help
    from amtviz.live.terminal import TerminalView

    return TerminalView() if sys.stdout.isatty() else LineView()


def _choose_views(
    as_json: bool, output: Path | None, draw: DrawOptions, page: dict[str, Any]
) -> list[View]:
    from amtviz import api  # slow to import: not for --help
    from amtviz.live import JsonView, PageView

    views: list[View] = [JsonView() if as_json else text_view()]
    if output is not None:

        def render(data: Any, seconds: float) -> str:
            return api.make_page(data, draw, reload_seconds=seconds, **page)

        views.append(PageView(api.check_page_path(output), render))
    return views


@contextlib.contextmanager
def _ends_on_signals() -> Iterator[list[Watch]]:
    """Leave the terminal as it was, and exit as shells expect, when a signal ends the command.

    Yields
    ------
    list of Watch
        To be filled with what is to be stopped.
    """

    def terminate(number: int, frame: Any) -> None:
        raise SystemExit(_TERMINATED)

    begun: list[Watch] = []
    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield begun
    except KeyboardInterrupt:
        _leave(begun, INTERRUPTED)
    except SystemExit:
        _leave(begun, _TERMINATED)
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(begun: list[Watch], code: int) -> NoReturn:
    for watching in begun:
        watching.stop()
    leave(code)
