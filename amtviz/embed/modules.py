"""Modules of JavaScript joined into one: a browser gets one script, and nobody needs node."""

from __future__ import annotations

import functools
import posixpath
import re
from importlib import resources

_IMPORT = re.compile(r'^import \{([^}]+)\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\n", re.MULTILINE)
_SPACE = re.compile(r"^\s+", re.MULTILINE)  # blank lines, and what begins others
_LEFT = re.compile(r"^(?:import|export)\b(?! default \{).*", re.MULTILINE)


@functools.cache
def load_script(entry: str) -> str:
    """Return a module with all that it imports, as a script that leaves no names behind.

    Parameters
    ----------
    entry : str
        A file within amtviz, such as ``report/main.js``.

    Returns
    -------
    str
        As an HTML parser reads it, so that its hash can be told.

    Raises
    ------
    ValueError
        As in `join_modules`.
    """
    return f'(() => {{\n"use strict";\n{join_modules(entry)}}})();'.replace(
        "</script", "<\\/script"
    )


@functools.cache
def join_modules(entry: str) -> str:
    """Return a module with all that it imports, each in a function of its own.

    Comments on lines of their own and the space before a line are left out: no string may have
    several lines.

    Modules import and export by name (``import { a, b as c } from "./x.js";`` on one or several
    lines, ``export function a``, ``class`` or ``const``); the entry may have a default export.

    Parameters
    ----------
    entry : str
        A file within amtviz, such as ``embed/widget.js``.

    Returns
    -------
    str
        A module that imports nothing.

    Raises
    ------
    ValueError
        If modules import each other in a circle, or import or export in another way.
    """
    joined: dict[str, str] = {}
    body, _ = _read(entry, joined, (entry,))
    return "".join([*joined.values(), body])


def _read(path: str, joined: dict[str, str], importers: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return a module's body and the names that it exports, after joining what it imports."""
    text = resources.files("amtviz").joinpath(path).read_text("utf-8").replace("\r\n", "\n")

    def take(found: re.Match[str]) -> str:
        names, target = found[1].replace(" as ", ": "), _resolve(path, found[2])
        if target in importers:
            raise ValueError(f"{path} imports {target}, by which it is imported itself.")
        if target not in joined:
            body, exported = _read(target, joined, (*importers, target))
            end = f"return {{ {', '.join(exported)} }};\n"
            joined[target] = f"const {_name(target)} = (() => {{\n{body}{end}}})();\n"
        return f"const {{{names}}} = {_name(target)};\n"

    body = _IMPORT.sub(take, _COMMENT.sub("", text))
    exported = _EXPORT.findall(body)
    body = _EXPORT.sub("", body)
    if left := _LEFT.search(body):
        raise ValueError(f"{path} has a line that can't be joined: {left[0]}")
    return _SPACE.sub("", body), exported


def _resolve(path: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _name(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))
