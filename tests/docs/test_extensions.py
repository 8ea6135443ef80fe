"""What the documentation writes from the registry, and what its build refuses."""

from __future__ import annotations

import importlib
import re
import sys

import pytest
from click.testing import CliRunner

from amtviz.charts import CHARTS, SECTIONS, draw_sections
from amtviz.cli import main
from amtviz.settings import DrawOptions
from amtviz.wording.questions import QUESTIONS
from tests.charts.scene import make_data, make_trials
from tests.docs.documents import ROOT


@pytest.fixture
def extension(monkeypatch):
    """Import one of the documentation's own extensions."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "_ext"), *sys.path])
    return importlib.import_module


def test_guide_help_and_page_ask_the_same_questions(extension):
    registry = extension("registry")
    guide = re.findall(r"^### (.*)$", registry.write_questions(), re.MULTILINE)
    table = re.findall(r"^\| ([A-Z].*?\?) \|", registry.write_table(), re.MULTILINE)
    gallery = re.findall(r"^## (.*)$", registry.write_gallery(), re.MULTILINE)
    page = draw_sections(make_data(make_trials(12)), DrawOptions()).sections
    assert guide == table == gallery == list(QUESTIONS.values())
    assert [QUESTIONS[view.name] for view in page] == [view.question for view in page]
    assert [view.name for view in page] == [name for name in QUESTIONS if name != "training"]
    told = " ".join(CliRunner().invoke(main, ["report", "--help"]).output.split())
    assert f"[{'|'.join(QUESTIONS)}]" in re.sub(r"\|\s+", "|", told)


def test_no_page_counts_the_questions():
    """Their number is the registry's, so a new one makes no page wrong."""
    for name in ("README.md", "docs/guide.md", "docs/index.md", "docs/start.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"\b(four|five|six|seven) questions\b", text, re.IGNORECASE), name


def test_every_chart_stands_in_every_list_with_a_sentence(extension):
    registry = extension("registry")
    cards = re.findall(
        r'<img src="../_static/gallery/(\w+).png" alt="(.*?)".*?</a>([A-Z].*?\.)</figcaption>',
        registry.write_gallery(),
        re.DOTALL,
    )
    assert [(name, title) for name, title, _ in cards] == [
        (c.name, c.title) for c in CHARTS.values()
    ]
    for text in (registry.write_table(), registry.write_questions()):
        assert re.findall(r"\(gallery/(\w+).md\)", text) == list(CHARTS)
    for section in SECTIONS.values():
        assert f"The section `{section.name}`:" in registry.write_questions()


def test_every_chart_has_a_title_of_its_own_and_says_what_it_draws():
    titles = [chart.title for chart in CHARTS.values()]
    assert len(set(titles)) == len(titles)
    for name, chart in CHARTS.items():
        assert chart.draw.__doc__.startswith("Draw "), name
        assert chart.draw.__name__ == f"draw_{name}"


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ('<script src="https://cdn.x.org/a.js"></script>', ".html", ["https://cdn.x.org/a.js"]),
        ('<link rel="stylesheet" href="//x.org/a.css">', ".html", ["//x.org/a.css"]),
        ('<link rel="preconnect" href="HTTP://x.org">', ".html", ["HTTP://x.org"]),
        ('<img srcset="https://x.org/a.png 2x">', ".html", ["https://x.org/a.png 2x"]),
        ('<p style="background: url(https://x.org/a.png)">', ".html", ["https://x.org/a.png"]),
        ("<style>@import '//x.org/f.css';</style>", ".html", ["//x.org/f.css"]),
        ("<script>import a from 'https://x.org/a';</script>", ".html", ["https://x.org/a"]),
        ("@font-face { src: url('https://x.org/f.woff') }", ".css", ["https://x.org/f.woff"]),
        ('<a href="https://x.org">x</a><img src="a.png">', ".html", []),
        ('<link rel="canonical" href="https://x.org">', ".html", []),
        ('<script type="application/json">{"$schema": "https://x.org"}</script>', ".html", []),
        ('<script>const namespace = "http://www.w3.org/2000/svg";</script>', ".html", []),
        ("a { background: url(data:image/png;base64,AA) }", ".css", []),
    ],
)
def test_what_pages_load_from_elsewhere_is_found(extension, text, kind, found):
    assert extension("offline").find_foreign(text, kind) == found
