"""The chart that is returned: Altair's own, but for how a notebook shows it."""

from __future__ import annotations

import base64
import copy
import io
import json
import pickle
import re
import subprocess
import sys
from types import SimpleNamespace

import altair as alt
import pytest

from amtviz import options
from amtviz.charts import Page, TuningChart, draw_dashboard, draw_progress
from amtviz.embed import render_chart
from tests.charts.scene import make_data, make_trials
from tests.contract.cases import empty
from tests.embed.frames import unpack


@pytest.fixture(scope="module")
def chart():
    return draw_progress(make_data(make_trials(20)))


@pytest.fixture
def kernel(monkeypatch):
    """Pretend to be in a Jupyter kernel."""
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))


def without_ids(bundle):
    return re.sub("altair-viz-[0-9a-f]+", "", str(bundle))


def shown(chart, renderer):
    with options.set(renderer=renderer):
        return chart._repr_mimebundle_(include=None, exclude=None)


def test_it_is_a_chart_of_altair_in_every_other_way(chart, tmp_path):
    assert isinstance(chart, alt.VConcatChart)
    spec = chart.to_dict()
    for same in (chart.copy(), copy.deepcopy(chart), copy.copy(chart)):
        assert isinstance(same, TuningChart)
        assert same.to_dict() == spec
    assert chart.properties(title="x").to_dict()["title"] == "x"
    for ending in ("json", "html", "svg", "png"):
        path = tmp_path / f"chart.{ending}"
        chart.save(path)
        assert path.stat().st_size > 5000


def test_altair_reads_specifications_as_before(chart):
    plain = alt.VConcatChart(vconcat=[alt.Chart("x.csv").mark_point()])
    assert type(alt.Chart.from_dict(plain.to_dict())) is alt.VConcatChart
    assert type(plain) is alt.VConcatChart


def test_altair_shows_it_where_that_is_chosen(chart):
    by_altair = alt.VConcatChart._repr_mimebundle_(chart)
    assert without_ids(shown(chart, "altair")) == without_ids(by_altair)
    with alt.renderers.enable("json"):
        assert "application/json" in str(shown(chart, "altair"))


def test_a_frame_holds_all_that_its_page_needs(chart):
    bundle = shown(chart, "html")
    assert list(bundle) == ["text/html"]
    assert bundle["text/html"].startswith('<iframe title="tuning job charts" sandbox="')
    page = unpack(bundle["text/html"])
    assert page == render_chart(chart.to_dict(validate=False), title="tuning job charts")
    assert "vegaEmbed" in page
    assert "://cdn" not in page + bundle["text/html"]
    assert bundle == shown(chart, "html")  # the same input, the same bytes


@pytest.fixture
def paged():
    """A chart with a page, and what was asked of the page."""
    asked = []

    def render(*, embedded):
        asked.append(embedded)
        return f"<p>{embedded}</p>"

    def draw():
        return draw_progress(make_data(make_trials(20)))

    page = Page(render, lambda: draw().picture(), lambda: "<p>best</p>")
    return TuningChart.behind(page, draw), asked


def test_a_page_is_rendered_when_it_is_shown(paged):
    chart, asked = paged
    assert asked == []
    data, size = shown(chart, "html")
    assert asked == [True]
    assert list(data) == ["text/html", "image/png"]
    assert unpack(data["text/html"]) == "<p>True</p>"
    assert data["text/html"].endswith("<p>best</p>")
    # the picture stands in the HTML as well: most frontends show only that
    picture = re.search(r'<img class="amtviz-picture" [^>]*base64,([^"]+)"', data["text/html"])[1]
    assert base64.b64decode(picture) == data["image/png"]
    width = int.from_bytes(data["image/png"][16:20], "big")
    assert size["image/png"]["width"] == width


def test_a_chart_behind_a_page_is_drawn_once_it_is_asked_for(paged):
    drawn = []

    def draw():
        drawn.append(draw_progress(make_data(make_trials(9))))
        return drawn[-1]

    chart = TuningChart.behind(paged[0]._page, draw)
    shown(chart, "html")
    assert not hasattr(chart, "_repr_html_")
    assert drawn == []
    spec = chart.to_dict()
    assert chart.properties(title="x").to_dict()["title"] == "x"
    assert chart.vconcat == drawn[0].vconcat
    assert len(drawn) == 1
    assert spec == drawn[0].to_dict()
    later = TuningChart.behind(paged[0]._page, draw)
    assert copy.deepcopy(later).to_dict() == spec
    with pytest.raises(AttributeError, match="unknown"):
        _ = later.unknown


def test_a_picture_and_altairs_renderers_show_the_chart_itself(paged):
    chart, asked = paged
    assert list(shown(chart, "png")[0]) == ["image/png"]
    assert "vega" in str(shown(chart, "altair"))
    assert asked == []


@pytest.mark.parametrize("change", ["properties", "attribute"])
def test_what_altair_makes_of_it_is_shown_as_it_is(paged, change):
    chart, asked = paged
    if change == "attribute":
        chart.title = "mine"
    else:
        chart = chart.properties(title="mine")
    page = unpack(shown(chart, "html")["text/html"])
    assert page == render_chart(chart.to_dict(validate=False), title="tuning job charts")
    assert asked == []


def test_html_is_saved_as_a_page_that_works_offline(paged, tmp_path):
    chart, asked = paged
    chart.save(tmp_path / "x.html")
    assert (tmp_path / "x.html").read_text("utf-8") == "<p>False</p>"
    into = io.StringIO()
    chart.save(into, format="html")
    assert into.getvalue() == "<p>False</p>"
    assert asked == [False, False]
    alone = chart.properties(title="mine")
    alone.save(str(tmp_path / "y.html"))
    assert "://cdn" not in (tmp_path / "y.html").read_text("utf-8")
    # with more said, and in every other format, as Altair does
    chart.save(tmp_path / "z.html", embed_options={"actions": False})
    assert "://cdn" in (tmp_path / "z.html").read_text("utf-8")
    chart.save(tmp_path / "x.json")
    assert json.loads((tmp_path / "x.json").read_text("utf-8")) == chart.to_dict()
    assert asked == [False, False]


def test_marimo_gets_the_frame(paged):
    chart, _ = paged
    assert unpack(chart._display_()._repr_html_()) == "<p>True</p>"
    with options.set(renderer="altair"):
        assert type(chart._display_()) is alt.VConcatChart
        assert chart._display_().to_dict() == chart.to_dict()
    with alt.renderers.enable("png"):
        assert type(chart._display_()) is alt.VConcatChart


def test_png_is_drawn_twice_as_large_as_it_is_shown(chart):
    data, metadata = shown(chart, "png")
    assert data["image/png"].startswith(b"\x89PNG")
    size = metadata["image/png"]
    with alt.renderers.enable("png"):
        _, single = chart._repr_mimebundle_()
    assert size == single["image/png"]
    assert int.from_bytes(data["image/png"][16:20], "big") == 2 * size["width"]


def test_svg_is_a_drawing(chart):
    data, _ = shown(chart, "svg")
    assert data["image/svg+xml"].startswith("<svg")
    assert "loss" in data["image/svg+xml"]


def test_auto_is_html_in_a_kernel(chart, kernel):
    assert list(shown(chart, "auto")) == ["text/html"]
    assert "iframe" in shown(chart, "auto")["text/html"]


def test_auto_leaves_it_to_altair_where_a_renderer_was_chosen(chart, kernel):
    with alt.renderers.enable("png"):
        data, _ = shown(chart, "auto")
    assert list(data) == ["image/png"]


def test_auto_leaves_it_to_altair_outside_of_a_kernel(chart):
    assert without_ids(shown(chart, "auto")) == without_ids(shown(chart, "altair"))


def test_every_chart_follows_the_option():
    for chart in (draw_dashboard(empty()), draw_dashboard(make_data(make_trials(9)))):
        assert "svg" in str(shown(chart, "svg"))[:40]


def test_no_data_can_leave_the_frame():
    names = make_trials(3).assign(kind='"></iframe><script>alert(1)</script>')
    html = shown(draw_dashboard(make_data(names), sections=["values"]), "html")["text/html"]
    assert html.count("<") == 2  # the frame's own two tags
    assert html.count('"') == 8
    assert "alert(1)</script>" not in unpack(html)


def test_showing_changes_nothing_global(chart):
    code = (
        "import altair as alt; import amtviz\n"
        "from tests.charts.scene import make_data, make_trials\n"
        "amtviz.options.renderer = 'png'\n"
        "before = alt.renderers.active\n"
        "amtviz.charts.draw_progress(make_data(make_trials(9)))._repr_mimebundle_()\n"
        "assert alt.renderers.active == before\n"
        "assert 'sagemaker' not in __import__('sys').modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_can_be_pickled(chart):
    assert pickle.loads(pickle.dumps(chart)).to_dict() == chart.to_dict()
