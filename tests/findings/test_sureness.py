"""How sure the page says it is: in the words and figures of the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amtviz.analysis.advice.next_ranges import RISKS
from amtviz.findings.sureness import SURENESS
from amtviz.wording.questions import QUESTIONS
from amtviz.wording.risks import RISK_WORDS

PAGE = Path(__file__).parents[2] / "docs" / "project" / "calibration.md"


@pytest.mark.parametrize("section", SURENESS)
def test_each_paragraph_stands_above_its_figures(section: str) -> None:
    assert section in QUESTIONS
    text = PAGE.read_text("utf-8")
    flat = " ".join(text.split())
    rows = " ".join(line for line in text.splitlines() if line.startswith(("| ", "- ")))
    for paragraph in SURENESS[section]:
        assert paragraph in flat
        counts = re.findall(r"\b\d{1,3},\d{3}\b|\b\d{2,3}(?= cases)", paragraph)
        assert all(count in rows for count in counts)


def test_the_measured_figures_are_those_of_the_tables() -> None:
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("| ")
    ]

    def measured(claim: str, data: str) -> list[str]:
        return next(row[4:] for row in cells if row[0] == claim and row[1].startswith(data))

    importance, chances, following = (
        " ".join(SURENESS[s]) for s in ("importance", "progress", "next")
    )
    for data in ("random, 50", "TPE, 50", "Gaussian process, 40"):
        share, count = measured("interval of a share", data)
        assert share in importance
        assert f"({count}" in importance
    for data in ("random searches, 7", "adaptive searches, 7"):
        share, count = measured("chance of any gain", data)
        assert share in chances
        assert f"{count} cases" in chances
    share, count = measured("chance to do better again, 80–90 %", "as many")
    assert f"{share} of {count} cases" in following
    after = [
        measured("beats the old ranges", f"{n}, two tasks")[1] for n in ("50 random", "100 random")
    ]
    assert f"{after[0].removesuffix(' %')} / {after[1]}" in following


def test_every_risk_has_its_words() -> None:
    assert list(RISK_WORDS) == list(RISKS)
