"""Nothing reaches a terminal but through the few functions that show what a name would command."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "amtviz"

# by the last of the name that is called, or by the last two
SINKS = {
    *("print", "pprint", "input", "tqdm", "Text", "Console", "Markdown"),
    *("click.echo", "click.secho", "click.style", "click.prompt", "click.confirm", "click.pause"),
    *("echo", "secho", "click.progressbar", "echo_via_pager", "print_exc", "print_exception"),
    *("tqdm.write", "stdout.write", "stderr.write", "stdout.writelines", "stderr.writelines"),
    *("buffer.write", "console.print", "_console.print", "console.log", "console.out"),
    *("warnings.warn", "warn", "getLogger", "logger.debug", "logger.info", "logger.warning"),
    *("logger.error", "logger.exception", "from_markup", "from_ansi", "os.write"),
}
MODULES = {"logging", "logging.config", "pprint", "curses", "syslog"}  # which amtviz has no use for
# where text becomes visible: each of these shows signs, or says here why it needn't
ALLOWED = {
    "cli/options.py": {"say", "ask", "emit"},
    "live/lines.py": {"_print"},
    "live/terminal.py": {"write"},
    "progress.py": {"tell", "_make_bar"},
}
EXEMPT = {
    ("live/terminal.py", "__init__"): "Console(markup=False, emoji=False, highlight=False)",
    ("cli/pages.py", "_write"): "click.echo(path.read_bytes(), nl=False)",  # a page, into a pipe
}


def find_sinks(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, the function around it, what is called) of each place that writes."""
    for scope, node in _walk(ast.parse(text), "<module>"):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in {*names} & MODULES:
                yield node.lineno, scope, f"import {name}"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            # altair's own Text and Tooltip draw, and reach no terminal
            if called.startswith("alt."):
                continue
            if {called, called.rpartition(".")[2], ".".join(called.split(".")[-2:])} & SINKS:
                yield node.lineno, scope, ast.unparse(node)


def _walk(node: ast.AST, scope: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        yield scope, child
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from _walk(child, child.name if is_function else scope)


def shows_signs(text: str, function: str) -> bool:
    """Tell whether a function calls one of those that write control characters visibly."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) in ("show_signs", "escape_in_json")
        for scope, node in _walk(ast.parse(text), "<module>")
        if scope == function
    )


def test_every_way_to_a_terminal_shows_signs() -> None:
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        name, text = file.relative_to(PACKAGE).as_posix(), file.read_text(encoding="utf-8")
        for line, scope, call in find_sinks(text):
            if scope in ALLOWED.get(name, set()) or EXEMPT.get((name, scope)) == call:
                continue
            found.append(f"{name}:{line} {call} (write it with amtviz.cli.options.say)")
    assert found == []


@pytest.mark.parametrize(
    ("name", "function"), [(name, each) for name, all_ in ALLOWED.items() for each in sorted(all_)]
)
def test_those_that_may_write_show_signs(name: str, function: str) -> None:
    text = (PACKAGE / name).read_text(encoding="utf-8")
    assert function in {scope for _, scope, _ in find_sinks(text)}, "it writes no more: forbid it"
    assert shows_signs(text, function)


@pytest.mark.parametrize(
    "line",
    [
        "print(name)",
        "click.echo(name)",
        "from logging import getLogger",
        "import logging",
        "rich.text.Text(name)",
        "Text(name)",
        "self._console.print(name)",
        "console.print(name)",
        "sys.stdout.write(name)",
        "sys.stderr.write(name)",
        "tqdm.write(name)",
        "tqdm.tqdm(desc=name)",
        "tqdm(desc=name)",
        "warnings.warn(name)",
        "click.secho(name)",
        "sys.stdout.buffer.write(name)",
        "traceback.print_exc()",
    ],
)
def test_a_new_way_is_found(line: str) -> None:
    assert [scope for _, scope, _ in find_sinks(f"def f():\n    {line}\n")] == ["f"]
