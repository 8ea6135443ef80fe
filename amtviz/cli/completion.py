"""``amtviz completion``: the shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from amtviz.cli.group import main

_SHELLS = ("bash", "zsh", "fish")

_EPILOG = """\b
Examples:
  amtviz completion bash >> ~/.bashrc
  amtviz completion zsh >> ~/.zshrc
  amtviz completion fish > ~/.config/fish/completions/amtviz.fish
"""


@main.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print what a shell has to read to complete amtviz's commands and options."""
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(main, {}, "amtviz", "_AMTVIZ_COMPLETE").source())
