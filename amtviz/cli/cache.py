"""``amtviz cache``: the file that keeps final answers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from amtviz.cli.group import main
from amtviz.cli.options import emit, json_option

_CACHE_EPILOG = """\b
Examples:
  amtviz cache info
  amtviz cache clear
"""


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
@json_option
def info(path: Path | None, as_json: bool) -> None:
    """Show where the cache is, and what it holds."""
    from amtviz.store.cache import read_cache_info  # not for --help

    found = read_cache_info(_cache_path(path))
    lines = [
        f"Path:    {found.path}",
        f"Size:    {found.size / 1e6:,.1f} MB",
        f"Jobs:    {found.jobs:,}",
        f"Series:  {found.series:,}",
    ]
    for label, time in (("Oldest:", found.oldest), ("Newest:", found.newest)):
        lines.append(f"{label}  {time:%Y-%m-%d %H:%M} UTC" if time else f"{label}  none")
    emit(as_json, "\n".join(lines), **asdict(found))


@cache.command(epilog=_CACHE_EPILOG)
@_cache_option
@json_option
def clear(path: Path | None, as_json: bool) -> None:
    """Forget everything that the cache holds."""
    from amtviz.store.cache import clear_cache  # not for --help

    path = _cache_path(path)
    clear_cache(path)
    emit(as_json, f"Cleared {path}", path=path)


def _cache_path(path: Path | None) -> Path:
    from amtviz.store.cache import cache_path  # not for --help
    from amtviz.store.cache_file import VARIABLE

    path = cache_path(path or True)
    if path is None:
        raise click.UsageError(f"{VARIABLE} switches the cache off. Name a file with --cache.")
    return path
