"""A notebook run top to bottom in a real kernel, against the local AWS endpoint."""

from __future__ import annotations

import base64

import nbformat
import pytest
from nbclient import NotebookClient

from amtviz.demo import demo_path
from amtviz.store import snapshot as store

CELLS = [
    "from amtviz import visualize_tuning_job\n"
    "visualize_tuning_job(['digits-random', 'digits-bayesian'], advanced=True, trials_only=True)",
    "import altair as alt\n"
    "with alt.renderers.enable('png'):\n"
    "    display(visualize_tuning_job('digits-warm-start', trials_only=True))",
    "chart, trials, full = visualize_tuning_job('digits-warm-start', return_dfs=True)\n"
    "print(len(trials), trials['TuningJobName'].nunique(), len(full) >= 0)",
    "visualize_tuning_job('digits-rando')",
]


@pytest.fixture
def outputs(aws):
    aws.add(store.load(demo_path())[0])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    notebook.cells[-1].metadata["tags"] = ["raises-exception"]
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


def of_kind(outputs, kind):
    return [o.data[kind] for o in outputs if "data" in o and kind in o.data]


def test_a_notebook_shows_charts_and_the_best_trials_and_tells_errors_in_a_sentence(outputs):
    two_jobs, with_parents, frames, (error,) = outputs
    for cell in (two_jobs, with_parents):
        (best,) = [html for html in of_kind(cell, "text/html") if "<table" in html]
        assert best.partition("<tbody>")[2].count("<tr>") == 10
    charts = [html for html in of_kind(two_jobs, "text/html") if "vegaEmbed" in html]
    assert len(charts) == 1
    for text in ("digits-random", "digits-bayesian", "hyperparameter_4_density", "b_p0"):
        assert text in charts[0]
    assert "digits-warm-start" not in charts[0]
    (picture,) = of_kind(with_parents, "image/png")
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    printed = "".join(o.text for o in frames if o.output_type == "stream" and o.name == "stdout")
    assert printed == "125 3 True\n"
    written = [o.text for cell in outputs for o in cell if o.get("name") == "stderr"]
    assert not any("Warning" in text for text in written), written
    assert error.output_type == "error"
    (line,) = error.traceback
    assert line == f"TuningJobNotFoundError: {error.evalue}"
    assert "'digits-random'" in line  # the nearest name
