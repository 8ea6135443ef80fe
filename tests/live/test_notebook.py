"""A watch in a notebook's kernel: what stays in the file."""

from __future__ import annotations

import re
import threading
import time

import nbformat
import pytest
from nbclient import NotebookClient

from tests.aws.world import World

CELLS = [
    "import amtviz\ndata = amtviz.watch('job-a', 1, trials_only=True, sections=['values'])",
    "print(len(data.trials), data.jobs[0].status)",
    "try:\n    amtviz.watch('no-such-job')\nexcept amtviz.AmtvizError as error:\n"
    "    print(type(error).__name__)",
]


@pytest.fixture
def cells(aws: World):
    """The cells after a run, during which the tuning job ended."""
    aws.advance("job-a", 2, most=5)

    def end_it() -> None:
        while not aws.calls["Search"]:
            time.sleep(0.02)
        aws.advance("job-a", 5, most=5)

    thread = threading.Thread(target=end_it)
    thread.start()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    thread.join()
    return notebook.cells


def test_it_blocks_until_the_end_and_leaves_the_last_charts(cells) -> None:
    watched, told, failed = cells
    assert told.outputs[0].text == "5 Completed\n"
    assert [output.output_type for output in watched.outputs] == ["display_data"] * 3
    words, charts, script = (output.data for output in watched.outputs)
    assert "job-a: completed, 5 of 5 trials started: 5 completed" in words["text/plain"]
    assert words["text/plain"].endswith("Ended. job-a: completed.")
    assert '<progress value="5" max="5">' in words["text/html"]
    (id_,) = re.findall(r'data-amtviz-live="(\w+)"', charts["text/html"])
    assert f'pending["{id_}"] = ' in script["text/html"]
    assert script["text/html"].count('"i":') >= 5
    for html in (charts["text/html"], script["text/html"]):
        assert html.count("</script>") == html.count("<script>") == 1
        assert "http://" not in re.sub(r"http://www\.w3\.org", "", html.split("<script>")[0])
    # the error is told in place of the charts as well
    assert failed.outputs[-1].text == "TuningJobNotFoundError\n"
    assert "no-such-job" in failed.outputs[0].data["text/plain"]
