"""The layers of the design, read from the imports."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "amtviz"
FILES = sorted(PACKAGE.rglob("*.py"))

# What each layer may import of amtviz; a layer may always import itself.
BASE = {"answers", "model", "schema", "errors", "files", "progress"}
ALLOWED = {
    "errors": set(),
    "answers": set(),
    "model": set(),
    "files": set(),
    "progress": set(),
    "wording": {"model"},
    "schema": {"model"},
    "settings": {"errors"},
    "sdk_code": {"model", "errors", "analysis"},
    "demo": set(),
    "embed": set(),
    "store": BASE,
    "fetch": BASE | {"store"},
    "tidy": BASE,
    "analysis": BASE,
    "findings": BASE | {"analysis", "wording", "grammar", "charts"},
    "grammar": BASE | {"analysis", "wording", "embed", "settings"},
    "charts": BASE | {"analysis", "findings", "grammar", "wording"},
    "report": BASE | {"analysis", "charts", "grammar", "embed", "sdk_code"},
    "live": BASE | {"analysis", "charts", "grammar", "embed", "report"},
    "notebook": BASE | {"charts", "grammar", "embed", "sdk_code"},
    "tuning_data": BASE | {"analysis", "report", "sdk_code", "store", "tidy"},
    "api": BASE
    | {"tuning_data", "store", "fetch", "tidy", "analysis", "charts", "report", "demo"}
    | {"live", "notebook"},
    "cli": BASE | {"api", "store", "report", "live"},
    "__init__": BASE | {"api", "settings", "tuning_data"},
    "__main__": {"cli"},
}
ONLY_IN = {
    "boto3": {"fetch"},
    "botocore": {"fetch"},
    "altair": {"grammar", "charts", "report", "embed", "notebook"},
    "vl_convert": {"embed"},
    "anywidget": {"notebook"},
    "sqlite3": {"store"},
    "platformdirs": {"store"},
    "pyarrow": {"store"},
    "click": {"cli"},
    "rich": {"live"},
    "sklearn": {"analysis"},
    "sagemaker": set(),
}


def read_imports(file, *, typing_too=False):
    """Give (module, line, name of the function it is in) of each import that runs."""
    found = []

    def visit(node, function):
        if isinstance(node, ast.If) and not typing_too and "TYPE_CHECKING" in ast.dump(node.test):
            return
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        if isinstance(node, ast.Import):
            found.extend((alias.name, node.lineno, function) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            module = absolute_module(node, file)
            names = [f"{module}.{alias.name}" for alias in node.names]
            found.extend((name, node.lineno, function) for name in names)
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(ast.parse(file.read_text(encoding="utf-8")), None)
    return found


def absolute_module(node, file):
    if not node.level:
        return node.module
    parts = ("amtviz", *file.relative_to(PACKAGE).parts)[: -node.level]
    return ".".join([*parts, *([node.module] if node.module else [])])


def layer_of(file):
    first = file.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def name_of(file):
    return str(file.relative_to(PACKAGE))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_layers_import_only_what_they_may(file):
    layer = layer_of(file)
    assert layer in ALLOWED, f"{name_of(file)}: a new layer has to be allowed something"
    for module, line, _ in read_imports(file):
        parts = module.split(".")
        if parts[0] != "amtviz":
            continue
        target = parts[1] if len(parts) > 1 else "__init__"
        if target.startswith("__version"):
            continue
        assert target == layer or target in ALLOWED[layer], (
            f"{name_of(file)}:{line}: {layer} may not import {module}"
        )


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_libraries_stay_in_their_layers(file):
    for module, line, _ in read_imports(file):
        library = module.split(".")[0]
        assert layer_of(file) in ONLY_IN.get(library, {layer_of(file)}), (
            f"{name_of(file)}:{line}: only {ONLY_IN[library] or 'nobody'} may import {library}"
        )


def test_the_reader_of_imports_reads_them(tmp_path):
    file = PACKAGE / "charts" / "x.py"
    source = tmp_path / "x.py"
    source.write_text(
        "from __future__ import annotations\n"
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import boto3\n"
        "def f():\n    import altair as alt\n"
        "from amtviz import store\n"
    )
    assert [module for module, _, _ in read_imports(source)][2:] == ["altair", "amtviz.store"]
    assert "boto3" in [module for module, _, _ in read_imports(source, typing_too=True)]
    relative = ast.parse("from ..tidy import raw\nfrom . import context").body
    assert [absolute_module(node, file) for node in relative] == ["amtviz.tidy", "amtviz.charts"]
