"""The command line: click commands over the API, each in a module of its own."""

from amtviz.cli import cache, completion, fetch, jobs, notes, pages, suggest, watch  # noqa: F401  they add themselves to the group
from amtviz.cli.group import main

__all__ = ["main"]
