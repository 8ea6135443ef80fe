"""``amtviz completion``: the shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from amtviz.cli.group import main
from amtviz.cli.options import emit, json_option

_SHELLS = ("bash", "zsh", "fish")

_EPILOG = """\b
Examples:
  amtviz completion bash >> ~/.bashrc
  amtviz completion zsh >> ~/.zshrc
  amtviz completion fish > ~/.config/fish/completions/amtviz.fish
"""


@main.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(_SHELLS))
@json_option
def completion(shell: str, as_json: bool) -> None:
    """Print what a shell has to read to complete amtviz's commands and options."""
    found = get_completion_class(shell)
    assert found is not None
    source = found(main, {}, "amtviz", "_AMTVIZ_COMPLETE").source()
    emit(as_json, source, shell=shell, source=source)
