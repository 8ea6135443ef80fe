"""The command line: click commands over the API, each in a module of its own."""

from amtviz.cli import (  # noqa: F401  they add themselves to the group
    best,
    cache,
    completion,
    fetch,
    jobs,
    next_job,
    notes,
    pages,
    suggest,
    watch,
)
from amtviz.cli.group import main

__all__ = ["main"]
