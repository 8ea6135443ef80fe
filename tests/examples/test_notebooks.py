"""The example notebooks that need no AWS, run top to bottom as a reader runs them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient

from tests.embed.frames import unpack

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """The story of the digits, with few trials: its cells after the run, and its folder."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(EXAMPLES / "local_tuning", folder / "local_tuning")
    notebook = nbformat.read(EXAMPLES / "random_forest_digits.ipynb", as_version=4)
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIALS", "3")
        patch.setenv("PYTHONPATH", str(EXAMPLES.parent))
        client.execute()
    return notebook, folder


def printed(notebook) -> str:
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    return "".join(out["text"] for out in outputs if out.output_type == "stream")


def test_every_chart_of_the_story_is_drawn(digits):
    notebook, _ = digits
    pages = [
        unpack(out.data["text/html"])
        for cell in notebook.cells
        for out in cell.get("outputs", ())
        if "<iframe" in out.get("data", {}).get("text/html", "")
    ]
    sections = [re.findall(r'<details class="question" id="section-(\w+)"', page) for page in pages]
    assert sections == [
        ["importance", "values", "trials"],
        ["importance", "values", "trials"],
        ["progress", "cost", "next", "trials"],
        ["values", "next", "trials"],
        ["progress", "cost", "trials"],
    ]
    for page in pages:
        payload = re.search(r'id="amtviz-data">(.+?)</script>', page, re.DOTALL)[1]
        panels = re.findall(r'<div data-view="(\w+)"', page)
        assert panels
        assert set(panels) == set(json.loads(payload)["views"])


def test_the_story_ends_with_a_report_and_nothing_else(digits):
    folder = digits[1]
    page = (folder / "digits-report.html").read_text(encoding="utf-8")
    for job in ("digits-random", "digits-bayesian", "digits-warm-start"):
        assert job in page
    assert not (folder / "digits-output").exists()


def test_what_is_told_on_the_way(digits):
    text = printed(digits[0])
    assert "f1: 0." in text  # the script alone, twice
    assert "hyperparameter_ranges = {" in text
    assert "Stopped" in text  # by Hyperband


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_valid_and_have_no_output(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.source == cell.source.strip()
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            compile(TransformerManager().transform_cell(cell.source), path.name, "exec")


def test_there_are_notebooks():
    """Those with a SageMaker SDK are run by ``noxfile.py``."""
    names = {path.name for path in NOTEBOOKS}
    assert {"sagemaker_sdk2.ipynb", "sagemaker_sdk3.ipynb", "xgboost_builtin.ipynb"} <= names
