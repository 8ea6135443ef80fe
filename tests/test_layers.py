"""The parts of the design, read from the imports, and held to the documentation's own table."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "project" / "architecture.md"
MOST_MODULES = 22  # of a folder


def read_table(page: str) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return what each part may import of amtviz, and each library with the parts that may."""
    lines = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| `")]
    rows = [(re.findall(r"`(\w+)`", parts), *rest) for parts, _, *rest in lines]
    ground = set(rows[0][0])
    allowed: dict[str, set[str]] = {}
    libraries: dict[str, set[str]] = {}
    for parts, inside, outside in rows:
        for part in parts:
            allowed[part] = ground | {part, *re.findall(r"`(\w+)`", inside)}
            for library in re.findall(r"\w+", outside):
                libraries.setdefault(library, set()).add(part)
    return allowed, libraries


ALLOWED, LIBRARIES = read_table(PAGE.read_text(encoding="utf-8"))
LIBRARIES["sagemaker"] = set()


def read_modules(root: Path) -> dict[str, Path]:
    """Return every module of amtviz by its full name."""
    files = sorted((root / "amtviz").rglob("*.py"))
    names = (file.relative_to(root).with_suffix("").parts for file in files)
    return {
        ".".join(name[:-1] if name[-1] == "__init__" else name): file
        for name, file in zip(names, files, strict=True)
    }


MODULES = read_modules(ROOT)


def read_imports(source: str, module: str = "amtviz.x") -> list[tuple[str, int]]:
    """Return (what, line) of each import that runs, nested ones too."""
    found = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            for other in node.orelse:
                visit(other)
            return
        if isinstance(node, ast.Import):
            found.extend((alias.name, node.lineno) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            found.extend((f"{origin}.{alias.name}", node.lineno) for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(source))
    return found


def part_of(module: str) -> str:
    """Return the part that a module belongs to: its folder, or its own name."""
    return [*module.split("."), "__init__"][1]


def imports_of(module: str) -> list[tuple[str, int]]:
    return read_imports(MODULES[module].read_text(encoding="utf-8"), module)


def find_module(name: str, modules: dict[str, Path]) -> str | None:
    """Return the module that an imported name is, or is in."""
    while name not in modules and "." in name:
        name = name.rpartition(".")[0]
    return name if name in modules else None


def find_circle(graph: dict[str, set[str]]) -> list[str]:
    """Return a circle of modules, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def find_faults(module: str, imports: list[tuple[str, int]]) -> list[str]:
    """Say what a module imports that the table doesn't allow."""
    part, faults = part_of(module), []
    for name, line in imports:
        if name.partition(".")[0] == "amtviz":
            target = part_of(find_module(name, MODULES) or name)
            if target not in ALLOWED.get(part, set()):
                faults.append(f"{module}:{line}: {part} may not import {target}")
        else:
            library = name.partition(".")[0]
            if part not in LIBRARIES.get(library, {part}):
                who = ", ".join(sorted(LIBRARIES[library])) or "nobody"
                faults.append(f"{module}:{line}: only {who} may import {library}")
    return faults


def test_parts_import_only_what_the_documentation_says():
    assert [fault for module in MODULES for fault in find_faults(module, imports_of(module))] == []


def test_the_documentation_names_the_parts_that_there_are():
    assert set(ALLOWED) == {part_of(module) for module in MODULES}
    assert set().union(*ALLOWED.values()) == set(ALLOWED)


def test_no_modules_import_each_other_in_a_circle():
    graph = {
        module: {find_module(name, MODULES) for name, _ in imports_of(module)} - {None, module}
        for module in MODULES
    }
    assert find_circle(graph) == []


def test_no_folder_is_crowded():
    counts = Counter(file.parent for file in MODULES.values())
    folder, most = counts.most_common(1)[0]
    assert most <= MOST_MODULES, folder


def read_lazy_imports(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line of each import inside a function, and the comment on it or on its block."""
    lines = source.splitlines()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    first = node.lineno - 1
                    while re.match(r"\s*(import|from) ", lines[first - 1]):
                        first -= 1
                    block = lines[first - 1 : node.end_lineno]
                    comments = [line.partition("#")[2].strip() for line in block]
                    yield node.lineno, " ".join(filter(None, comments))


def test_imports_inside_functions_say_why():
    silent = [
        f"{module}:{line}"
        for module, file in MODULES.items()
        for line, why in read_lazy_imports(file.read_text(encoding="utf-8"))
        if not why
    ]
    assert silent == []
    sources = ("def f():\n    import x  # slow", "def f():\n    # slow\n    import y\n    import x")
    assert [[why for _, why in read_lazy_imports(source)] for source in sources] == [
        ["slow"],
        ["slow", "slow"],
    ]


def test_the_reader_of_imports_reads_nested_and_relative_ones():
    source = (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import boto3\n"
        "def f():\n    import altair as alt\n"
        "from amtviz import store\n"
        "from ..tidy import raw\n"
        "from . import sections\n"
    )
    assert [name for name, _ in read_imports(source, "amtviz.charts.x")] == [
        "typing.TYPE_CHECKING",
        "altair",
        "amtviz.store",
        "amtviz.tidy.raw",
        "amtviz.charts.sections",
    ]


@pytest.mark.parametrize(
    ("module", "name", "fault"),
    [
        ("amtviz.cli.x", "boto3", "only fetch may import boto3"),
        ("amtviz.api", "sagemaker.tuner", "only nobody may import sagemaker"),
        ("amtviz.analysis.x", "amtviz.tidy.raw.y", "analysis may not import tidy"),
        ("amtviz.report.x", "altair", "only charts, embed, grammar may import altair"),
        ("amtviz.wording.x", "amtviz.api", "wording may not import api"),
        ("amtviz.tidy.x", "amtviz.model.Objective", None),
        ("amtviz.new.x", "amtviz.model", "new may not import model"),
    ],
)
def test_what_is_not_allowed_is_found(module, name, fault):
    found = find_faults(module, [(name, 7)])
    assert found == ([] if fault is None else [f"{module}:7: {fault}"])


def test_a_circle_is_found():
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) in (
        ["a", "b", "c", "a"],
        ["b", "c", "a", "b"],
        ["c", "a", "b", "c"],
        ["a", "c", "b", "a"],
        ["c", "b", "a", "c"],
        ["b", "a", "c", "b"],
    )
    assert find_circle({"a": {"b", "c"}, "b": {"c"}}) == []
