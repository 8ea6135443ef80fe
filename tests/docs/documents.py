"""The documents, and the snippets and links in them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("benchmarks/*.md"),
        *ROOT.glob("examples/**/*.md"),
    ]
)
_FENCE = re.compile(r"^```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?:\]\(|(?:src|srcset)=\")(?!https?:|mailto:)([^)#\"]+)")


@dataclass(frozen=True)
class Snippet:
    """A fenced block of a document."""

    language: str
    text: str
    line: int

    @property
    def commands(self) -> list[list[str]]:
        """The commands of a shell snippet, as words."""
        text = self.text.replace("\\\n", " ")
        lines = [part for line in text.splitlines() for part in line.split("&&")]
        return [words for line in lines if (words := shlex.split(line, comments=True))]


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def read_snippets(text: str) -> list[Snippet]:
    """Give a document's fenced blocks; those that Sphinx itself runs (``{directive}``) are left."""
    return [
        Snippet(found["language"], found["text"], text.count("\n", 0, found.start()) + 2)
        for found in _FENCE.finditer(text)
        if not found["language"].startswith("{")
    ]


def read_links(text: str) -> list[str]:
    """Give the links of a document to other files."""
    return _LINK.findall(_FENCE.sub("", text))
