"""``amtviz completion``: the shell completes commands and options."""

from __future__ import annotations

import os
import re

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
)

from amtviz.cli.group import main
from amtviz.cli.options import emit, json_option

_SHELLS = ("bash", "zsh", "fish", "powershell")

_EPILOG = """\b
Examples:
  amtviz completion bash >> ~/.bashrc
  amtviz completion zsh >> ~/.zshrc
  amtviz completion fish > ~/.config/fish/completions/amtviz.fish
  amtviz completion powershell | Out-String | Invoke-Expression

In PowerShell, put that line into the file that $PROFILE names.
"""

_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $ast, $cursor)
    $text = $ast.ToString()
    $end = [Math]::Min($text.Length, $cursor - $ast.Extent.StartOffset)
    $env:COMP_WORDS = $text.Substring(0, $end)
    $env:COMP_CWORD = $word
    $env:%(complete_var)s = "powershell_complete"
    try {
        & %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, "ParameterValue", $help)
        }
    } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:%(complete_var)s -ErrorAction Ignore
    }
}
"""


@add_completion_class
class PowerShellComplete(ShellComplete):
    """Completes in PowerShell 5 and 7, which click doesn't know."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is completed, and that one."""
        # backslashes are part of a path here, not escapes
        found = re.findall(r"\"[^\"]*\"?|'[^']*'?|\S+", os.environ["COMP_WORDS"])
        words = [word.strip("\"'") for word in found][1:]
        word = os.environ.get("COMP_CWORD", "").strip("\"'")  # PowerShell unsets an empty one
        return (words[:-1] if word and words else words), word

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line that the script above takes apart."""
        return f"{item.value}\t{item.help}" if item.help else str(item.value)


@main.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(_SHELLS))
@json_option
def completion(shell: str, as_json: bool) -> None:
    """Print what a shell has to read to complete amtviz's commands and options."""
    found = get_completion_class(shell)
    assert found is not None
    source = found(main, {}, "amtviz", "_AMTVIZ_COMPLETE").source()
    emit(as_json, source, shell=shell, source=source)
