"""A check of the built pages: none of them loads anything from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# A link that a reader clicks (<a href>) loads nothing; these do when a page opens.
_LOADING = {"src", "srcset", "data", "poster"}
_FOREIGN = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
_CSS = re.compile(r"(?:url\(|@import)\s*['\"]?\s*((?:https?:)?//[^'\")\s;]+)", re.IGNORECASE)
_MODULE = re.compile(r"\bimport\b[^;\n]*?['\"]((?:https?:)?//[^'\"]+)['\"]")


class _Reader(HTMLParser):
    """Collects what a page loads from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        loads = {name: value for name, value in given.items() if name in _LOADING}
        if tag == "link" and given.get("rel") not in ("canonical", "author", "license"):
            loads["href"] = given.get("href", "")
        self.found += [value for value in loads.values() if _FOREIGN.match(value)]
        self.found += _CSS.findall(given.get("style", ""))
        if tag == "style" or (tag == "script" and "json" not in given.get("type", "")):
            self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "style":
            self.found += _CSS.findall(data)
        elif self.inside == "script":
            self.found += _MODULE.findall(data)


def find_foreign(text: str, kind: str = ".html") -> list[str]:
    """Return the addresses elsewhere that a page or a style sheet (``.css``) loads by itself."""
    if kind == ".css":
        return _CSS.findall(text)
    reader = _Reader()
    reader.feed(text)
    return reader.found


def check_built_pages(app: Sphinx, error: Exception | None) -> None:
    """Raise if a built page loads something from elsewhere."""
    if error is not None or app.builder.format != "html":
        return
    faults = [
        f"{path.relative_to(app.outdir)} loads {address}"
        for path in sorted(Path(app.outdir).rglob("*"))
        if path.suffix in (".html", ".css")
        for address in find_foreign(path.read_text(encoding="utf-8"), path.suffix)
    ]
    if faults:
        raise RuntimeError("Pages must load nothing from elsewhere: " + "; ".join(faults))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", check_built_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
