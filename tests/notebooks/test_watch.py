"""Charts that are drawn anew while a tuning job runs, under a real mouse."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

import pytest

from tests.notebooks.scene import coloured, drag, middle, signal

JOB = "job-a"
VIEW = "document.querySelector('.amtviz-view')?.amtviz"
ROWS = f"{VIEW}?.view.data('trials').length"
WATCH = f"import amtviz\namtviz.watch('{JOB}', 1, block=False, sections=['values', 'training'])"


@pytest.fixture
def advance(aws):
    options = {"began": datetime.now(timezone.utc) - timedelta(hours=5), "series": ["train:loss"]}
    return lambda finished: aws.advance(JOB, finished, most=30, **options)


@pytest.fixture(params=["lab", "notebook"])
def page(request, advance, open_notebook):
    """A notebook that watches a tuning job with 12 finished trials and two that run."""
    advance(12)
    names = [name for name in os.environ if name.startswith(("AWS_", "AMTVIZ_"))]
    settings = {name: os.environ[name] for name in names}
    notebook = open_notebook(
        request.param, f"import os\nos.environ.update({settings!r})", WATCH, "print('\"go on\"')"
    )
    notebook.run(0)
    notebook.run(1)
    notebook.page.wait_for_function(f"{ROWS} === 14")
    assert notebook.printed(2) == "go on"  # the kernel is free
    return notebook.page


def test_brush_and_zoom_survive_what_comes(page, advance) -> None:
    drag(page, "hyperparameter_0", 0.4, 0.8)
    brush = signal(page, "b_p0")
    before = coloured(page, "hyperparameter_1")
    page.evaluate(f"{VIEW}.view.signal('zoom_elapsed_x', [1, 3]).runAsync().then(() => null)")

    advance(24)
    page.wait_for_function(f"{ROWS} === 26")
    assert signal(page, "b_p0")["p0"] == pytest.approx(brush["p0"])
    assert signal(page, "zoom_elapsed") == {"x": [1, 3]}
    after = coloured(page, "hyperparameter_1")
    assert before < after
    low, high = sorted(brush["p0"])
    rows = page.evaluate(f"{VIEW}.view.data('trials').map(({{i, p0, y}}) => [i, p0, y])")
    assert after == {i for i, value, y in rows if low <= value <= high and y is not None}

    # what comes during a drag waits for its end
    drag(page, "hyperparameter_1", 0.1, 0.5, release=False)
    advance(30)
    page.wait_for_function("Object.values(amtvizLive.pending)[0].datasets.trials.length === 30")
    assert page.evaluate(ROWS) == 26
    page.mouse.up()
    page.wait_for_function(f"{ROWS} === 30")
    assert signal(page, "b_p0")["p0"] == pytest.approx(brush["p0"])
    assert len(signal(page, "b_p1")["p1"]) == 2
    page.get_by_text(f"Ended. {JOB}: completed.").wait_for()

    # and a brush that was brought back goes away as any other
    page.mouse.dblclick(*middle(page, "hyperparameter_2"))
    assert signal(page, "b_p0") == {}
