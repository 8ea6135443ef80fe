"""Selections that come back: a real mouse in JupyterLab and Notebook 7, pandas in the kernel."""

from __future__ import annotations

import pytest

from tests.charts.scene import make_data, make_trials
from tests.notebooks.scene import coloured, drag, signal

N = 60
SHOW = f"""\
import json
import amtviz
from ipywidgets import Label
from tests.charts.scene import make_data, make_trials

data = make_data(make_trials({N}))
view = amtviz.explore(data, sections=["values"])
told = Label("all")
view.observe(lambda change: setattr(told, "value", f"{{len(change.new)}} selected"), "selected")
display(told, view)"""
TELL = """\
ranges = view.selected_ranges
print(json.dumps({
    "trials": sorted(view.selected["TrainingJobName"]),
    "ranges": {name: [each.low, each.high, each.values] for name, each in ranges.items()},
    "code": ranges.code(),
}))"""


SELECT = "view.select(depth=(2, 3), TuningJobName='job-1')"
CLEAR = "view.clear()"
FEWER = "view.data = make_data(make_trials(40)); print(len(view.selected))"
FRAME = "amtviz.options.renderer = 'html'\namtviz.charts.draw_hyperparameters(data)"
CELLS = (SHOW, TELL, SELECT, CLEAR, FEWER, FRAME)
PLACE = "document.querySelector('.amtviz-view')"
VIEW = f"{PLACE}.amtviz"
# else it is drawn once more, which takes away what is being dragged
FITS = f"Math.abs({VIEW}.width - {PLACE}.clientWidth) < 2"


@pytest.fixture(scope="module", params=["lab", "notebook"])
def notebook(open_notebook, request):
    opened = open_notebook(request.param, *CELLS)
    run(opened, SHOW)
    opened.page.wait_for_function(f"{PLACE}?.amtviz")
    return opened


@pytest.fixture
def cleared(notebook):
    """Give the notebook with nothing selected."""
    redrawn(notebook, CLEAR)
    return notebook


def run(notebook, cell):
    notebook.run(CELLS.index(cell))


def redrawn(notebook, cell):
    """Run a cell and wait for the charts that it makes, drawn for the width that there is."""
    before = notebook.page.evaluate(f"{VIEW}.asked")
    run(notebook, cell)
    notebook.page.wait_for_function(f"{VIEW}.asked > {before} && {FITS}")


@pytest.fixture(scope="module")
def trials():
    """Trials as the charts number them."""
    trials = make_trials(N).sort_values("TrainingStartTime", kind="stable")
    return trials.reset_index(drop=True)


def told(page, inside):
    """Wait until the kernel has told that so many are selected."""
    page.locator(".widget-label", has_text=f"{inside.sum()} selected").wait_for()


def test_a_drag_selects_rows_in_the_kernel(cleared, trials):
    page = cleared.page
    drag(page, "hyperparameter_0", 0.2, 0.8)
    drag(page, "hyperparameter_2", 0.02, 0.1)  # touches the first category, "2"
    low, high = sorted(signal(page, "b_p0")["p0"])
    inside = trials["rate"].between(low, high) & (trials["kind"] == "2")
    assert 0 < inside.sum() < N / 2
    told(page, inside)
    found = cleared.printed(CELLS.index(TELL))
    assert found["trials"] == sorted(trials.loc[inside, "TrainingJobName"])
    assert list(found["ranges"]) == ["rate", "kind"]
    assert found["ranges"]["kind"] == [None, None, ["2"]]
    assert found["ranges"]["rate"][:2] == pytest.approx([low, high], rel=0.01)
    assert found["ranges"]["rate"][0] <= low < high <= found["ranges"]["rate"][1]
    assert '"kind": CategoricalParameter(["2"]),' in found["code"]


def test_python_and_the_mouse_select_together(cleared, trials):
    page = cleared.page
    scored = trials["loss"].notna()
    redrawn(cleared, SELECT)
    inside = trials["depth"].isin([2, 3]) & (trials["TuningJobName"] == "job-1")
    assert coloured(page, "hyperparameter_0") == set(trials.index[inside & scored])
    assert signal(page, "b_p1") == {"p1": [2, 3]}
    drag(page, "hyperparameter_0", 0.3, 0.9)
    inside &= trials["rate"].between(*sorted(signal(page, "b_p0")["p0"]))
    told(page, inside)
    found = cleared.printed(CELLS.index(TELL))
    assert found["trials"] == sorted(trials.loc[inside, "TrainingJobName"])
    redrawn(cleared, CLEAR)
    assert coloured(page, "hyperparameter_0") == set(trials.index[scored])


def test_the_charts_follow_the_theme_of_the_notebook(notebook):
    page = notebook.page
    for theme, paper, ink in (
        ("JupyterLab Dark", "rgb(17, 17, 17)", "#cdd3d8"),
        ("JupyterLab Light", "rgb(255, 255, 255)", "#2f353b"),
    ):
        change = f"jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})"
        page.evaluate(f"{change}.then(() => null)")
        page.wait_for_function(f"{VIEW}.view.signal('ink') === '{ink}'")
        assert signal(page, "paper") == paper


def test_html_draws_in_a_frame_of_its_height(notebook):
    run(notebook, FRAME)
    title = "iframe[title='tuning job charts']"
    canvas = notebook.page.frame_locator(title).locator("canvas")
    canvas.wait_for()
    notebook.page.wait_for_function(
        f"""(() => {{
          const frame = document.querySelector("{title}");
          const drawn = frame.contentDocument.querySelector("canvas").offsetHeight;
          // neither cut nor followed by air
          return drawn <= frame.offsetHeight && frame.offsetHeight < drawn + 60;
        }})()"""
    )


def test_other_data_take_the_place_of_those_drawn(cleared):
    redrawn(cleared, FEWER)
    fewer = make_data(make_trials(40)).trials["loss"].notna().sum()
    assert len(coloured(cleared.page, "hyperparameter_0")) == fewer
    output = cleared.cell(CELLS.index(FEWER)).locator(".jp-OutputArea-output pre")
    assert output.inner_text().strip() == "40"
