"""What holds of every notebook; those with a SageMaker SDK are run by ``noxfile.py``."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("**/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_valid_and_have_no_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.source == cell.source.strip()
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            compile(cell.source, path.name, "exec")


def test_there_are_notebooks() -> None:
    names = {path.name for path in NOTEBOOKS}
    assert {"sagemaker_sdk2.ipynb", "sagemaker_sdk3.ipynb", "xgboost_builtin.ipynb"} <= names
