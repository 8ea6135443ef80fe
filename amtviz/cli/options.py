"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def aws_options(command: Command) -> Command:
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


def aws_arguments(
    region: str | None, profile: str | None, cache: Path | None, no_cache: bool
) -> dict[str, Any]:
    """Give the API's arguments for what `aws_options` adds."""
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


price_option = click.option(
    "--price",
    "prices",
    metavar="TYPE=DOLLARS",
    multiple=True,
    callback=_read_prices,
    help="What an hour of an instance type costs, such as ml.m5.large=0.115; repeat for more.",
)


def output_option(default: str) -> Callable[[Command], Command]:
    """Add where to write a page."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        default=default,
        show_default=True,
        help="The page to write; an existing file is replaced.",
    )
