"""Every hostile text, in every place: nothing runs, breaks or vanishes where Python writes."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from rich.console import Console

from amtviz import TuningData
from amtviz.cli import main, options
from amtviz.live.lines import JsonView, LineView
from amtviz.live.loop import Look
from amtviz.live.status import describe_status
from amtviz.live.terminal import TerminalView
from amtviz.store.export import guard
from amtviz.texts import write_halves
from amtviz.wording.signs import show_signs
from tests.hostile.places import PLACES, make_trials
from tests.hostile.strings import ALL, SOME

FEW = ("hyperparameter", "job", "algorithm", "metric", "job's reason")  # each text costs much there
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_BETWEEN = "-- between the two --"
# Rich's own
_COLOURS = re.compile(r"\x1b\[(\d+(;\d+)*)?m|\x1b\[\?25[lh]|\x1b\[\d*[AK]|\x1b\[2K|\r")


def texts_of(place: str) -> list[str]:
    return SOME if place in FEW else ALL


@pytest.fixture(scope="module", params=PLACES)
def found(request) -> tuple[str, list[str], TuningData]:
    texts = texts_of(request.param)
    return request.param, [write_halves(text) for text in texts], make_trials(texts, request.param)


@pytest.fixture(scope="module", params=PLACES)
def told(request) -> tuple[str, list[str], TuningData]:
    """Return fewer texts: a command computes all that there is to say."""
    texts = [write_halves(text) for text in SOME]
    return request.param, texts, make_trials(SOME, request.param)


@pytest.fixture
def show(told, tmp_path):
    """Run a command on the data, saved as a file, and return what it prints."""
    path = tmp_path / "file.sqlite"
    told[2].save(path)

    def run(command: str, *options: str) -> str:
        done = CliRunner().invoke(main, ["--debug", command, str(path), *options])
        assert done.exception is None, done.exception
        return done.output

    return run


@pytest.fixture
def show_both(show, monkeypatch):
    """Run a command, and return what it prints for people and for programs: it computes once."""

    def emit(as_json: bool, text: str, **values: object) -> None:
        options.emit(False, text, **values)
        print(_BETWEEN)
        options.emit(True, text, **values)

    monkeypatch.setattr("amtviz.cli.jobs.emit", emit)
    monkeypatch.setattr("amtviz.cli.suggest.emit", emit)
    return lambda command: show(command).split(f"{_BETWEEN}\n")


def test_show(show_both, told) -> None:
    text, written = show_both("show")
    assert not _OBEYED.search(text + written)
    if told[0] == "job":
        assert [job["name"] for job in json.loads(written)["tuning_jobs"]] == told[1]


def test_suggest(show_both, told) -> None:
    text, written = show_both("suggest")
    assert not _OBEYED.search(text + written)
    if told[0] == "hyperparameter":
        names = [row["Hyperparameter"] for row in json.loads(written)["ranges"]]
        assert names == ["x", "k", *told[1]]


def test_fetch_notices(show, tmp_path) -> None:
    assert not _OBEYED.search(show("fetch", "-o", str(tmp_path / "again.sqlite")))


@pytest.mark.parametrize("sdk", [2, 3])
def test_code(found, sdk) -> None:
    place, texts, data = found
    code = data.suggest_ranges_code(sdk)
    assert not _OBEYED.search(code)
    made: dict[str, object] = {}

    def take(*values: object, **_: object) -> tuple[object, ...]:
        return values

    classes = re.findall(r"\w+(?=Parameter)|\bWarm\w+|\bHyper\w+Config|\bParent\w+", code)
    known = dict.fromkeys({f"{c}Parameter" for c in classes} | set(classes), take)
    lines = re.sub(r"^from .*?(\n\)|$)", "", code, flags=re.MULTILINE | re.DOTALL)
    body = code[code.index("hyperparameter_ranges") :] if not lines.strip() else code
    body = re.sub(r"^(from|import) [^(\n]*(\([^)]*\))?$", "", body, flags=re.MULTILINE)
    exec(body, known, made)
    (name,) = [name for name in made if name.startswith("hyperparameter_ranges")]
    if place == "hyperparameter":
        assert set(made[name]) <= {"x", "k", *texts}
        assert len(made[name]) > len(texts) / 2


def test_live_views(found, capsys) -> None:
    place, texts, data = found
    status = describe_status(data)
    now = datetime(2026, 3, 2, tzinfo=timezone.utc)
    look = Look(1, now, data, status, True, True, None, 0.0)
    LineView().show(look)
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert not _OBEYED.search(printed)
    JsonView().show(look)
    line = capsys.readouterr().out
    assert not _OBEYED.search(line)
    if place == "job":
        assert [job["name"] for job in json.loads(line)["jobs"]] == texts
    paper = io.StringIO()
    console = Console(file=paper, force_terminal=True, width=4_000, height=200, markup=True)
    view = TerminalView(console)
    view.start(30.0)
    view.show(look)
    view.stop(look, None)
    drawn = _COLOURS.sub("", paper.getvalue())
    assert not _OBEYED.search(drawn)
    if place == "job":
        lines = [line.rstrip() for line in drawn.split("\n")]
        for text in texts:
            assert any(line.startswith(show_signs(text).rstrip()) for line in lines), text


def test_what_a_prompt_and_a_notebook_show(found) -> None:
    data = found[2]
    assert not _OBEYED.search(repr(data))
    parser = _Tags()
    parser.feed(data._repr_html_())
    assert parser.tags <= {
        *("div", "strong", "table", "tbody", "thead", "tr", "td", "th", "p", "span"),
        *("details", "summary", "ul", "li"),
    }
    assert parser.attributes <= {"style"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_csv(found, tmp_path) -> None:
    place, texts, data = found
    tables = {}
    for path in data.to_csv(tmp_path):
        with open(path, encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.reader(file, strict=True))
    column = {
        "category": "k", "reason": "FailureReason", "instance type": "InstanceType",
        "status": "TrainingJobStatus", "algorithm": "TrainingJobDefinitionName",
        "job": "TuningJobName", "trial": "TrainingJobName",
    }.get(place)  # fmt: skip
    head, *rows = tables["trials"]
    expected = [guard(text) for text in texts]
    if column:
        cells = [row[head.index(column)] for row in rows]
        assert set(expected) <= set(cells)
    if place == "hyperparameter":
        assert set(expected) <= set(head)
    for text in (cell for table in tables.values() for row in table for cell in row):
        number = re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|[-+]?inf", text, re.IGNORECASE)
        assert number or not text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), text


def test_a_list_for_the_terminal() -> None:
    import pandas as pd

    from amtviz.cli.jobs import _list_text

    now = pd.Timestamp("2026-03-01", tz="UTC")
    table = pd.DataFrame(
        {
            "TuningJobName": [write_halves(text) for text in ALL],
            "TuningJobStatus": "Completed",
            "CreationTime": now,
            "Parents": [write_halves(text) for text in ALL],
            "Completed": 1,
            "Failed": 0,
        }
    )
    text = _list_text(table)
    assert not _OBEYED.search(text)
    assert text.count("\n") == len(ALL)


def test_there_are_enough() -> None:
    cheap = ("code", "lines", "JSON lines", "table", "prompt", "card", "CSV")
    dear = ("show", "show --json", "suggest", "suggest --json", "fetch")
    assert len(set(ALL)) == len(ALL)
    count = sum(len(texts_of(place)) * len(cheap) + len(SOME) * len(dear) for place in PLACES)
    assert count > 8_000
