"""A notebook as nbconvert writes it: charts that draw without a network, and pictures."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest

from tests.browser.conftest import Visit
from tests.notebooks.conftest import ROOT

CELLS = [
    "import amtviz\n"
    "from tests.charts.scene import make_data, make_trials\n"
    "chart = amtviz.charts.draw_hyperparameters(make_data(make_trials(60)))\n"
    "amtviz.options.renderer = 'html'\n"
    "chart",
    "amtviz.options.renderer = 'png'\nchart",
    "import altair\n"
    "amtviz.options.renderer = 'altair'\n"
    "altair.renderers.enable('png')\n"
    "display(chart)",
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nbconvert")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    nbformat.write(notebook, folder / "x.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "x.ipynb", "--execute", "--to", "html"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "x.html"


def test_an_exported_notebook_draws_without_a_network(browser, exported):
    visit = Visit(browser, exported, {"viewport": {"width": 1280, "height": 900}})
    visit.page.goto(visit.url, wait_until="domcontentloaded")
    visit.page.frame_locator("iframe[title='tuning job charts']").locator("canvas").wait_for()
    (frame,) = [frame for frame in visit.page.frames if frame.parent_frame]
    assert frame.evaluate("amtviz.views.chart.data('trials').length") == 60
    # the page around it asks for libraries of its own, which aren't to be had
    assert not [url for url in visit.requests if "vega" in url]
    assert not [error for error in visit.errors if "Failed to load" not in error]
    pictures = visit.page.locator("img[src^='data:image/png']")
    assert pictures.count() == 2  # one as amtviz makes it, one as Altair does
    widths = [pictures.nth(nth).evaluate("each => each.naturalWidth") for nth in (0, 1)]
    assert widths[0] == 2 * widths[1] > 1000
    assert pictures.nth(0).evaluate("each => each.width") <= widths[1]
    visit.context.close()
