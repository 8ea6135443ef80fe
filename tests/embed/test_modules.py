"""Modules of JavaScript joined into one script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import amtviz
from amtviz.embed import join_modules, load_script, modules

FOLDER = Path(amtviz.__file__).parent
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js"))
ENTRIES = {"report/main.js", "report/watched.js", "embed/chart.js", "embed/frame.js"}
ENTRIES |= {"embed/widget.js", "live/notebook.js"}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Modules in place of amtviz's own: ``package(**{"a.js": text})``."""
    monkeypatch.setattr(modules.resources, "files", lambda _: tmp_path)
    for cached in (join_modules, load_script):
        cached.cache_clear()

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    yield write
    for cached in (join_modules, load_script):
        cached.cache_clear()


def test_each_module_is_in_a_function_once_after_what_it_imports(package):
    package(
        {
            "main.js": 'import {\n  a,\n  b as c,\n} from "./x/one.js";\n'
            'import { d } from "./x/two.js";\n\n// said\nc(a, d);\n',
            "x/one.js": 'import { d } from "./two.js";\n'
            "export const a = d;\nexport function b() {}\n",
            "x/two.js": "/**\n * Said.\n */\nexport class d {\n  e = `/** kept */`; // kept\n}\n",
        }
    )
    assert join_modules("main.js") == (
        "const $x_two = (() => {\nclass d {\ne = `/** kept */`; // kept\n}\nreturn { d };\n})();\n"
        "const $x_one = (() => {\nconst { d } = $x_two;\nconst a = d;\nfunction b() {}\n"
        "return { a, b };\n})();\n"
        "const {\na,\nb: c,\n} = $x_one;\nconst { d } = $x_two;\nc(a, d);\n"
    )
    assert load_script("main.js").startswith('(() => {\n"use strict";\nconst $x_two = ')


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('import * as one from "./one.js";', r"main.js has a line that can't be joined: import \*"),
        ('import one from "./one.js";', "can't be joined: import one"),
        ("export let a = 1;", "can't be joined: export let a"),
        ("export { a };", "can't be joined: export { a }"),
        ('import { a } from "./main.js";', "main.js imports main.js, by which it is imported"),
    ],
)
def test_what_cannot_be_joined_is_named(package, line, words):
    package({"main.js": f"{line}\n", "one.js": "export const a = 1;\n"})
    with pytest.raises(ValueError, match=words):
        join_modules("main.js")


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_own_scripts_can_stand_in_a_script_element(entry):
    assert not re.search(r"</script|<!--|\r", load_script(entry), re.IGNORECASE)


def test_every_module_is_used_and_no_string_has_several_lines():
    joined = "".join(map(join_modules, ENTRIES))
    for name in FILES:
        assert name in ENTRIES or f"const {modules._name(name)} = " in joined
        for line in (FOLDER / name).read_text("utf-8").splitlines():
            assert line.count("`") % 2 == 0, f"{name}: {line}"
