"""The group of commands, and how they tell errors."""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Any, NoReturn

import click

from amtviz.cli.options import name_options, say
from amtviz.errors import AmtvizError
from amtviz.settings import options
from amtviz.version import __version__
from amtviz.wording.signs import show_signs

INTERRUPTED = 128 + signal.SIGINT  # as shells have it

_EPILOG = """\b
Examples:
  amtviz demo
  amtviz report my-tuning-job -o report.html
  amtviz report random-job bayesian-job --advanced --region eu-west-1
  amtviz fetch my-tuning-job -o study.sqlite
  amtviz cache info
"""


class _OneLineErrors(click.Group):
    """A group that says what went wrong in one line, and shows a traceback only on request."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see `click.Group.invoke`."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            # typed as final, but click has no other place for it
            vars(error)["message"] = show_signs(error.message, lines=True)
            raise
        except (click.Abort, click.exceptions.Exit):
            raise
        except KeyboardInterrupt:
            say("Stopped. What the cache has by now isn't asked for again.", err=True)
            leave(INTERRUPTED)
        except Exception as error:
            if ctx.params["debug"]:
                raise
            raise click.ClickException(_explain(error)) from error


def leave(code: int) -> NoReturn:
    """End at once: Python would tidy up for longer than who pressed Ctrl-C wants to wait."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _explain(error: Exception) -> str:
    message = show_signs(" ".join(str(error).split()))
    if isinstance(error, AmtvizError):
        return name_options(message)
    if isinstance(error, OSError) and error.strerror:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"{error.strerror}: {str(error.filename or 'the output')!r}. Free some space."
        if error.filename:
            return f"{error.strerror}: {str(error.filename)!r}. Check the path and its permissions."
    return (
        f"Unexpected {type(error).__name__}: {message or 'no message'}. "
        "Run 'amtviz --debug ...' to see where it comes from."
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
    options.debug = debug
