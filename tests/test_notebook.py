"""A notebook run top to bottom in a real kernel, against the local AWS endpoint."""

from __future__ import annotations

import base64

import nbformat
import pytest
from nbclient import NotebookClient

from amtviz.demo import demo_path
from amtviz.store import snapshot as store
from tests.embed.frames import unpack

CELLS = [
    "from amtviz import visualize_tuning_job\n"
    "visualize_tuning_job(['digits-random', 'digits-bayesian'], advanced=True, trials_only=True)",
    "import altair as alt\n"
    "with alt.renderers.enable('png'):\n"
    "    display(visualize_tuning_job('digits-warm-start', trials_only=True))",
    "chart, trials, full = visualize_tuning_job('digits-warm-start', return_dfs=True)\n"
    "print(len(trials), trials['TuningJobName'].nunique(), len(full) >= 0)",
    "visualize_tuning_job('digits-rando')",
    "import time\n"
    "from amtviz.progress import progress\n"
    "with progress('Fetching', 'trial', 3) as advance:\n"
    "    time.sleep(1.1)  # longer than one is spared a bar\n"
    "    advance(2)",
]

EMPTY = {"text/html": "", "text/plain": ""}


@pytest.fixture
def outputs(aws):
    aws.add(store.load(demo_path())[0])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    notebook.cells[3].metadata["tags"] = ["raises-exception"]
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


def test_a_notebook_shows_the_page_and_tells_errors_in_a_sentence(outputs):
    two_jobs, with_parents, frames, (error,), (bar,) = outputs
    *bars, shown = two_jobs
    for bar in bars:  # nothing is left of them
        assert bar.data == EMPTY
    html = shown.data["text/html"]
    assert html.rpartition("<details>")[2].partition("<tbody>")[2].count("<tr>") == 10
    page = unpack(html)
    for text in ("digits-random", "digits-bayesian", "hyperparameter_4_density", "b_p0"):
        assert text in page
    assert "digits-warm-start" not in page
    assert base64.b64decode(shown.data["image/png"]).startswith(b"\x89PNG")
    picture = with_parents[-1]
    assert list(picture.data) == ["image/png", "text/plain"]
    assert base64.b64decode(picture.data["image/png"]).startswith(b"\x89PNG")
    printed = "".join(o.text for o in frames if o.output_type == "stream" and o.name == "stdout")
    assert printed == "125 3 True\n"
    written = [o.text for cell in outputs for o in cell if o.get("name") == "stderr"]
    assert not any("Warning" in text for text in written), written
    assert error.output_type == "error"
    (line,) = error.traceback
    assert line == f"TuningJobNotFoundError: {error.evalue}"
    assert "'digits-random'" in line  # the nearest name
    assert bar.data == EMPTY
