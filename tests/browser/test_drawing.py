"""What the page's script draws itself, against what Vega draws of the same charts."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from amtviz import Hyperparameter, TuningData
from amtviz.charts.page import draw_sections
from amtviz.report import render_report
from amtviz.settings import DRAW_DEFAULTS
from tests.browser.scene import drag, marks, point_at, signal

WINDOW = {"width": 1280, "height": 900}
FAR, FEW = 24, 60  # levels of a colour that can be seen; pixels that may differ by so much
SEAM = 64  # levels by which a seam of two cells may differ: Vega lays them in another order

_COUNT = """async ([far, ...urls]) => {
  const pixels = await Promise.all(urls.map(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), g = canvas.getContext('2d');
    g.drawImage(image, 0, 0);
    return g.getImageData(0, 0, image.width, image.height).data;
  }));
  const [one, other] = pixels;
  if (one.length !== other.length) throw new Error('pictures of different sizes');
  let differ = 0, inked = 0;
  for (let at = 0; at < one.length; at += 4) {
    const off = Math.max(...[0, 1, 2].map((c) => Math.abs(one[at + c] - other[at + c])));
    if (off >= far) differ += 1;
    if (Math.abs(one[at] - one[0]) >= far) inked += 1;
  }
  return [differ, inked];
}"""


def differing(page, one: bytes, other: bytes, far: int = FAR) -> int:
    """Count the pixels of two pictures that look different; neither may be empty."""
    urls = [f"data:image/png;base64,{base64.b64encode(each).decode()}" for each in (one, other)]
    differ, inked = page.evaluate(_COUNT, [far, *urls])
    assert inked > 500
    return differ


def many_trials() -> TuningData:
    """More trials than are drawn as points, some without an objective, of two tuning jobs."""
    random = np.random.default_rng(7)
    n = 900
    rate, depth = 10 ** random.uniform(-5, -1, n), random.integers(1, 13, n)
    loss = 0.3 + 0.05 * (np.log10(rate) + 3) ** 2 + random.gamma(2, 0.02, n)
    failed = random.uniform(size=n) < 0.05
    start = pd.Timestamp("2026-03-01 12:00", tz="UTC") + pd.to_timedelta(np.arange(n) * 70, "s")
    frame = pd.DataFrame(
        {
            "TuningJobName": np.where(np.arange(n) < 450, "first-job", "second-job"),
            "TrainingJobName": [f"trial-{i:03d}" for i in range(n)],
            "TrainingJobStatus": np.where(failed, "Failed", "Completed"),
            "loss": np.where(failed, np.nan, loss),
            "rate": rate,
            "depth": depth,
            "optimizer": random.choice(["adam", "sgd"], n),
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.Timedelta("60s"),
        }
    )
    return TuningData.from_frame(
        frame,
        objective="loss",
        direction="Minimize",
        hyperparameters=[
            Hyperparameter("rate", "continuous", 1e-5, 1e-1, scaling="Logarithmic"),
            Hyperparameter("depth", "integer", 1, 12),
            Hyperparameter("optimizer", "categorical", values=("adam", "sgd")),
        ],
    )


def plain(charts):
    """Leave all drawing to Vega."""

    def strip(panels):
        return tuple(replace(panel, drawn={}) for panel in panels)

    sections = tuple(replace(each, panels=strip(each.panels)) for each in charts.sections)
    return replace(
        charts, sections=sections, rail=strip(charts.rail), overview=strip(charts.overview)
    )


@pytest.fixture(scope="module")
def written(demo, tmp_path_factory):
    """Write pages of few and of many trials: as they are, and with all drawing left to Vega."""
    folder = tmp_path_factory.mktemp("drawing")
    pages = {}
    for name, data in (("few", demo), ("many", many_trials())):
        # ticks of few trials lie upon each other, in Vega in the order in which they came back
        options = replace(DRAW_DEFAULTS, sections=("progress", "values"), advanced=name == "many")
        charts = draw_sections(data, options)
        for kind, own in (("drawn", charts), ("plain", plain(charts))):
            path = folder / f"{name}_{kind}.html"
            path.write_text(render_report(data, own), encoding="utf-8")
            pages[name, kind] = path
    return pages


def pictures(page, views):
    """Take the pictures of the overview and of other views."""
    page.evaluate("amtviz.settle().then(() => null)")
    page.evaluate("new Promise((next) => requestAnimationFrame(() => setTimeout(next)))")
    places = ["#overview", *(f"[data-view={view}]" for view in views)]
    return [page.locator(place).first.screenshot() for place in places]


@pytest.mark.parametrize(
    ("trials", "far", "views", "context"),
    [
        # level lines make Vega leave more room below the axes: the same picture, but higher
        ("few", FAR, (), {"color_scheme": "dark", "device_scale_factor": 2}),
        ("many", SEAM, ("parallel_lines",), {"color_scheme": "light"}),
    ],
)
def test_the_drawing_is_that_of_vega(open_page, written, trials, far, views, context):
    drawn, vega = (
        open_page(written[trials, kind], viewport=WINDOW, **context) for kind in ("drawn", "plain")
    )
    assert drawn.evaluate("document.querySelectorAll('canvas.drawn').length") > 12
    assert vega.evaluate("document.querySelectorAll('canvas.drawn').length") == 0
    few = FEW * context.get("device_scale_factor", 1) ** 2
    steps = {
        "start": lambda page: None,
        "in a brush": lambda page: drag(page, "hyperparameter_0_group", 0.3, 0.8, release=False),
        "printed": lambda page: page.evaluate("dispatchEvent(new Event('beforeprint'))"),
        "cleared": lambda page: (
            page.evaluate("dispatchEvent(new Event('afterprint'))"),
            page.mouse.up(),
            page.locator("button.clear").first.click(),
        ),
        "coloured": lambda page: page.locator(".by select").select_option(index=2),
    }
    for step, do in steps.items():
        taken = []
        for page in (drawn, vega):
            do(page)
            taken.append(pictures(page, views))
        for one, other in zip(*taken, strict=True):
            assert differing(drawn, one, other, far) <= few, step


def test_every_layer_shows_what_is_selected(open_page, written):
    page = open_page(written["many", "drawn"], viewport=WINDOW)
    data = many_trials()
    trials = data.trials.sort_values("TrainingStartTime", kind="stable").reset_index(drop=True)
    for start, end, down_start, down_end in ((0.2, 0.7, 0.9, 0.3), (0.55, 0.95, 0.6, 0.2)):
        drag(page, "hyperparameter_0_group", start, end)
        drag(page, "objective_density_group", down_start, down_end, down=True)
        rates, losses = sorted(signal(page, "b_p0")["p0"]), sorted(signal(page, "b_y")["y"])
        inside = trials["rate"].between(*rates) & trials["loss"].between(*losses)
        assert 0 < inside.sum() < len(trials)
        best = set(trials["loss"].rank().le(200).loc[inside].pipe(lambda s: s.index[s]))
        for view in ("progress", "hyperparameter_1", "hyperparameter_2"):
            layers = {
                layer["name"]: layer["marks"]
                for layer in page.evaluate("(view) => amtviz.describe(view)", view)
            }
            counts = [cell["count"] for cell in layers[f"{view}_selected"]]
            assert sum(counts) == inside.sum()
            assert {mark["i"] for mark in layers[f"{view}_best"]} == best
            assert layers[f"{view}_unscored"] == []
        lines = page.evaluate("amtviz.describe('parallel_lines')[0].marks.map((each) => each.i)")
        assert set(lines) == set(trials["loss"][inside].nsmallest(150).index)


def test_the_pointer_finds_and_tells_the_same(open_page, written, demo):
    trials = demo.trials.sort_values("TrainingStartTime", kind="stable").reset_index(drop=True)
    best, told = int(trials["f1"].idxmax()), []
    for kind in ("drawn", "plain"):
        page = open_page(written["few", kind], viewport=WINDOW)
        page.locator("[data-view=hyperparameter_1]").scroll_into_view_if_needed()
        x, y = point_at(page, "hyperparameter_1", "selected", best)
        page.mouse.move(x - 1, y)
        page.mouse.move(x, y)
        tooltip = page.locator("#vg-tooltip-element.visible")
        tooltip.wait_for()
        told.append(tooltip.inner_text())
        for view in ("hyperparameter_1", "progress"):
            hovered = marks(page, view, "hovered")
            assert [mark["i"] for mark in hovered] == [best]
    assert told[0] == told[1]
    assert trials["TrainingJobName"][best] in told[0]


def test_an_exported_picture_has_the_trials(open_page, written):
    taken = []
    for kind in ("drawn", "plain"):
        page = open_page(written["few", kind], viewport=WINDOW)
        drag(page, "hyperparameter_0_group", 0.3, 0.8)
        page.evaluate("amtviz.settle().then(() => null)")
        export = "(view) => amtviz.views[view].toImageURL('png')"
        views = ("hyperparameter_1", "objective_density")
        taken.append([page.evaluate(export, view) for view in views])
    for pair in zip(*taken, strict=True):
        pictures = [base64.b64decode(url.split(",")[1]) for url in pair]
        assert differing(page, *pictures, SEAM) <= FEW
