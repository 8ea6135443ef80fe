"""The layers of the design, read from the imports."""

import ast
from pathlib import Path

import amtviz

PACKAGE = Path(__file__).parent.parent / "amtviz"
FILES = sorted(PACKAGE.rglob("*.py"))

# What each layer may import of amtviz; a layer may always import itself.
BASE = {"model", "schema", "errors", "files", "progress"}
ALLOWED = {
    "errors": set(),
    "model": {"api", "export"},  # in methods only: see the exception below
    "files": set(),
    "progress": set(),
    "sdk_code": {"model", "errors", "analysis"},
    "schema": {"model"},
    "store_format": BASE,
    "store": BASE | {"store_format"},
    "cache_file": BASE | {"store_format"},
    "cache": BASE | {"cache_file", "store_format"},
    "export": BASE,
    "demo": set(),
    "fetch": BASE | {"cache", "store_format"},
    "tidy": BASE,
    "analysis": BASE,
    "settings": {"errors"},
    "embed": set(),
    "charts": BASE | {"analysis", "embed", "settings"},
    "report": BASE | {"analysis", "charts", "embed", "sdk_code"},
    "live": BASE | {"analysis", "charts", "embed", "report"},
    "notebook": BASE | {"charts", "embed", "sdk_code"},
    "api": BASE
    | {"cache", "store", "fetch", "tidy", "analysis", "charts", "report", "sdk_code", "demo"}
    | {"live", "notebook"},
    "cli": BASE | {"api", "cache", "cache_file", "demo", "report", "live"},
    "__init__": BASE | {"api", "settings"},
    "__main__": {"cli"},
}
ONLY_IN = {
    "boto3": {"fetch"},
    "botocore": {"fetch"},
    "altair": {"charts", "report", "embed", "notebook"},
    "vl_convert": {"embed"},
    "anywidget": {"notebook"},
    "sqlite3": {"store", "store_format", "cache", "cache_file"},
    "platformdirs": {"cache"},
    "pyarrow": {"export"},
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


def test_layers_import_only_what_they_may():
    assert {layer_of(file) for file in FILES} == set(ALLOWED), "each layer is allowed something"
    crossed = [
        f"{name_of(file)}:{line}: {layer_of(file)} may not import {module}"
        for file in FILES
        for module, line, _ in read_imports(file)
        if module.split(".")[0] == "amtviz"
        and target_of(module) not in {"__version__", layer_of(file), *ALLOWED[layer_of(file)]}
    ]
    assert crossed == []


def target_of(module):
    return [*module.split("."), "__init__"][1]


def test_libraries_stay_in_their_layers():
    strayed = [
        f"{name_of(file)}:{line}: only {ONLY_IN[library] or 'nobody'} may import {library}"
        for file in FILES
        for module, line, _ in read_imports(file)
        if (library := module.split(".")[0]) in ONLY_IN and layer_of(file) not in ONLY_IN[library]
    ]
    assert strayed == []


def test_the_one_exception_is_methods_of_the_model():
    imports = read_imports(PACKAGE / "model.py")
    joins = [(module, function) for module, _, function in imports if "amtviz" in module]
    assert {module for module, _ in joins} == {"amtviz.api", "amtviz.export"}
    assert all(function in vars(amtviz.TuningData) for _, function in joins)


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
