"""A notebook of a study: valid, without outputs, and every cell of it runs."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import boto3
import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from IPython.core.interactiveshell import InteractiveShell
from markdown_it import MarkdownIt

from amtviz import TuningData
from amtviz.cli import main
from amtviz.errors import InputError, StoreError
from tests.aws.requests import make_request

HOSTILE = "<img src=x onerror=a()> [a](http://x) ![i](http://y) $x$ `_*`"


def read(path: Path, kind: str) -> list[str]:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def test_every_cell_runs_up_to_the_next_tuning_job(aws, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    boto3.client("sagemaker").create_hyper_parameter_tuning_job(**make_request())
    result = CliRunner().invoke(main, ["report", "mine", "--notebook", "study.ipynb"])
    assert result.output == "Wrote study.ipynb and study.sqlite\n"
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["study.ipynb", "study.sqlite"]
    data = TuningData.load("study.sqlite")
    texts, code = read(Path("study.ipynb"), "markdown"), read(Path("study.ipynb"), "code")
    assert texts[0].startswith("# mine\n")
    assert {"## Which hyperparameters matter?", "## The next tuning job"} <= {
        text.splitlines()[0] for text in texts
    }
    ranges = next(cell for cell in code if "if sdk == 3:" in cell)
    three, two = ranges.partition("if sdk == 3:\n")[2].split("\nelif sdk == 2:\n")
    assert textwrap.dedent(three) == data.suggest_ranges_code(3)
    assert textwrap.dedent(two) == data.suggest_ranges_code(2)

    shell = InteractiveShell()
    shown = []
    shell.user_ns["display"] = shown.append
    for cell in code:  # as its reader edits them
        edited = cell.replace("START = False", "START = True").replace("watch(next", "0 and (next")
        assert shell.run_cell(edited).error_in_exec is None, cell
    assert set(aws.jobs) == {("us-east-1", "mine"), ("us-east-1", "mine-2")}
    assert len(shown) == 1
    started = aws.jobs["us-east-1", "mine-2"].description
    assert started["WarmStartConfig"]["ParentHyperParameterTuningJobs"] == [
        {"HyperParameterTuningJobName": "mine"}
    ]


@pytest.fixture
def plain() -> TuningData:
    frame = pd.DataFrame({"x": [0.1, 0.2, 0.4, 0.8], "loss": [3, 1, 2, 4]})
    return TuningData.from_frame(frame, objective="loss", direction="Minimize")


def test_names_stay_text_and_other_trials_have_no_next_job(plain, tmp_path):
    path = plain.write_notebook(tmp_path / "study.ipynb", title=HOSTILE)
    texts = read(path, "markdown")
    assert not any("next_tuning_job" in cell or "if sdk" in cell for cell in read(path, "code"))
    with pytest.raises(InputError) as caught:
        plain.next_tuning_job()
    assert MarkdownIt().render(texts[-1]) == f"<p>{caught.value}</p>\n"
    html = MarkdownIt().render(texts[0])
    shown = "&lt;img src=x onerror=a()&gt; [a](http://x) ![i](http://y) <span>$</span>x<span>$"
    assert html.startswith(f"<h1>{shown}</span> `_*`</h1>")


def test_notes_beside_it_are_kept(plain, tmp_path):
    first = plain.trials["TrainingJobName"][0]
    plain.note(first, "again").save(tmp_path / "study.sqlite")
    plain.write_notebook(tmp_path / "study.ipynb", title="Mine")
    assert TuningData.load(tmp_path / "study.sqlite").trials["Note"][0] == "again"
    assert json.loads((tmp_path / "study.ipynb").read_text("utf-8"))["cells"][0][
        "source"
    ].startswith("# Mine\n")


def test_a_notebook_has_its_own_ending_and_no_other_names(plain, tmp_path):
    with pytest.raises(InputError) as caught:
        plain.write_notebook(tmp_path / "study.html")
    assert str(caught.value) == (
        f"Can't write a notebook to {str(tmp_path / 'study.html')!r}: pass a path ending in "
        "'.ipynb'."
    )
    asked = ["report", "mine", "--notebook", "x.ipynb", "--anonymous"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 2
    assert "--anonymous is about the page: a notebook has the data itself." in result.output


def test_another_file_in_the_place_of_its_data_is_named(plain, tmp_path):
    (tmp_path / "study.sqlite").write_text("mine")
    with pytest.raises(
        StoreError, match=r"^The notebook's data belong in '.*study\.sqlite', which"
    ):
        plain.write_notebook(tmp_path / "study.ipynb")
    assert [path.name for path in tmp_path.iterdir()] == ["study.sqlite"]
    assert (tmp_path / "study.sqlite").read_text() == "mine"
