"""Options that several commands share."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from amtviz.settings import TIMEOUT
from amtviz.wording.questions import QUESTIONS
from amtviz.wording.risks import RISK_WORDS
from amtviz.wording.signs import escape_in_json, show_signs

if TYPE_CHECKING:
    import pandas as pd

Command = TypeVar("Command", bound=Callable[..., Any])


def region_options(command: Command) -> Command:
    """Add where to ask AWS, and as whom: ``region`` and ``profile``."""
    profile = click.option("--profile", help="The AWS profile, as in ~/.aws/config.")
    region = click.option(
        "--region", help="The AWS region. Default: that of the environment or profile."
    )
    return region(profile(command))


def make_session(region: str | None, profile: str | None) -> Any:
    """Return the session for what `region_options` adds; None for boto3's default one."""
    from amtviz import api  # slow to import: not for --help

    return api.make_session(profile=profile, region=region) if profile or region else None


timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="How long AWS may be silent before this ends.",
)


def fetch_options(command: Command) -> Command:
    """Add what every command has that reads tuning jobs from AWS."""
    cache = click.option(
        "--cache",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The file that keeps what can't change. Default: one in the user's cache folder.",
    )
    no_cache = click.option(
        "--no-cache", is_flag=True, help="Ask AWS for everything anew, and keep nothing."
    )
    no_ancestors = click.option(
        "--no-ancestors", is_flag=True, help="Leave out the warm-start parents, and theirs."
    )
    return region_options(no_cache(cache(timeout_option(no_ancestors(command)))))


metrics_period_option = click.option(
    "--metrics-period",
    type=click.INT,
    metavar="SECONDS",
    help="From one point of a metric to the next, a multiple of 60. Default: by age and length.",
)
objective_option = click.option(
    "--objective",
    metavar="METRIC",
    help="Take another metric in place of the tuning jobs' own objective.",
)
direction_option = click.option(
    "--direction",
    type=click.Choice(["Maximize", "Minimize"], case_sensitive=False),
    help="Of a folder or file of another tool: which values of --objective are better.",
)


def open_logs(jobs: tuple[str, ...], direction: str | None, arguments: dict[str, Any]) -> list[Any]:
    """Return the jobs, with logs of other tools among them read; see `fetch_arguments`."""
    from amtviz import sources  # slow to import: not for --help

    opened = sources.open_logs(jobs, arguments["objective"], direction)
    if not any(isinstance(item, str) for item in opened):
        arguments["objective"] = None  # they have it by now
    return opened


def fetch_arguments(
    region: str | None,
    profile: str | None,
    cache: Path | None,
    no_cache: bool,
    no_ancestors: bool,
    timeout: float,
    objective: str | None = None,
    metrics_period: int | None = None,
) -> dict[str, Any]:
    """Return the API's arguments for what `fetch_options` and the two options above add."""
    if cache and no_cache:
        raise click.UsageError("--no-cache and --cache contradict each other. Give one of the two.")
    return {
        "session": make_session(region, profile),
        "cache": cache or not no_cache,
        "ancestors": not no_ancestors,
        "timeout": timeout,
        "objective": objective,
        "metrics_period": metrics_period,
    }


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


_DRAW_OPTIONS = (
    click.option("--title", help="The page's title. Default: the names of the tuning jobs."),
    click.option(
        "--trials-only", is_flag=True, help="Leave out what was recorded during training: faster."
    ),
    click.option("--advanced", is_flag=True, help="Add a rug under each hyperparameter's panel."),
    click.option(
        "--job-metric",
        "job_metrics",
        metavar="NAME",
        multiple=True,
        help="Draw this metric of those recorded during training; repeat for more. Default: the "
        "algorithm's own, if six or fewer.",
    ),
    click.option(
        "--section",
        "sections",
        type=click.Choice([*QUESTIONS]),
        multiple=True,
        help="Answer this question only; repeat for more. Default: all.",
    ),
    click.option(
        "--price",
        "prices",
        metavar="TYPE=DOLLARS",
        multiple=True,
        callback=_read_prices,
        help="What an hour of an instance type costs, such as ml.m5.large=0.115; repeat for more.",
    ),
    click.option(
        "--dependence", is_flag=True, help="Begin with the partial dependence over the panels."
    ),
)


def draw_options(command: Command) -> Command:
    """Add what a page shows; the command gets it as one dict, ``page``: the API's arguments."""

    @functools.wraps(command)
    def run(**values: Any) -> Any:
        page = {name: values.pop(name) for name in names}
        for name in ("job_metrics", "sections"):  # repeated options
            page[name] = list(page[name]) or None
        if page["trials_only"] and page["job_metrics"]:
            raise click.UsageError(
                "--trials-only leaves out what --job-metric asks for. Give one of the two."
            )
        return command(page=page, **values)

    given: list[click.Parameter] = getattr(command, "__click_params__", [])
    run.__click_params__ = [*given]  # type: ignore[attr-defined]
    added: Any = run
    for option in reversed(_DRAW_OPTIONS):
        added = option(added)
    names = [parameter.name for parameter in added.__click_params__[len(given) :]]
    return cast(Command, added)


anonymous_option = click.option(
    "--anonymous",
    is_flag=True,
    help="In the page, replace names, categories and messages, to ask strangers; numbers and "
    "times stay.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


# what messages call by its name in Python
_IN_PYTHON = {
    r"amtviz\.from_logs\(path, objective=…, direction=…\)": "'amtviz report' and 'amtviz suggest', "
    "with --objective and --direction",
    "direction=": "--direction=",
    "related=": "--like=",
    "objective=": "--objective=",
    "metrics_period=": "--metrics-period=",
    "interval=": "--interval=",
    "timeout=": "--timeout=",
    "cache=False": "--no-cache",
    "max_jobs=": "--max-jobs=",
}


def name_options(text: str) -> str:
    """Return a message with the command line's own options in place of Python's arguments."""
    for python, option in _IN_PYTHON.items():
        text = re.sub(rf"\b{python}", option, text)
    return text


def say(text: str, *, err: bool = False) -> None:
    """Print lines for people; what a name may hold to command a terminal is shown, not obeyed."""
    click.echo(show_signs(text, lines=True), err=err)


def ask(question: str) -> bool:
    """Ask for a yes; Ctrl-C and an end of what is typed are a no."""
    try:
        return click.confirm(show_signs(question), err=True)
    except click.Abort:
        click.echo(err=True)
        return False


def emit(as_json: bool, text: str, **values: Any) -> None:
    """Print a text for people, or the same as one JSON object for programs."""
    if as_json:
        click.echo(escape_in_json(json.dumps(values, indent=2, default=_to_json)))
    else:
        say(text)


def align(rows: Sequence[Sequence[str]], numbers: int = 0) -> str:
    """Write rows of a table under each other; so many columns, the last ones, hold numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first = len(widths) - numbers
    lines = (
        "  ".join(
            f"{cell:>{width}}" if place >= first else f"{cell:<{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows for JSON, missing values as null."""
    values = table.astype(object).where(table.notna(), None)
    rows: list[dict[str, Any]] = values.to_dict(orient="records")
    return rows


def _to_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


risk_option = click.option(
    "--risk",
    type=click.Choice([*RISK_WORDS]),
    default="balanced",
    show_default=True,
    help="; ".join(f"{risk}: {means}" for risk, means in RISK_WORDS.items()) + ".",
)


def output_option(default: str) -> Callable[[Command], Command]:
    """Add where to write a page."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path),
        default=default,
        show_default=True,
        help="The page to write, - for standard output; an existing file is replaced.",
    )
