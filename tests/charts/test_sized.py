"""How wide and high single charts are drawn, as Vega draws them."""

from __future__ import annotations

import inspect
import re

import pytest
import vl_convert as vlc

from amtviz import api, charts
from amtviz.charts import CHARTS, draw_progress
from amtviz.errors import InputError
from tests.charts import scene


def pixels(chart) -> float:
    """The width of the whole picture."""
    svg = vlc.vegalite_to_svg(chart.to_dict(validate=False))
    return float(re.search(r'width="([\d.]+)"', svg)[1])


@pytest.mark.parametrize(
    ("name", "width"), [("progress", 300), ("progress", 1500), ("hyperparameters", 600)]
)
def test_a_chart_is_as_wide_as_asked(name: str, width: int) -> None:
    chart = getattr(charts, f"draw_{name}")(api.load_demo(), width=width)
    assert 0.9 * width <= pixels(chart) <= 1.02 * width


def test_panels_are_as_high_as_asked() -> None:
    chart = draw_progress(scene.make_data(scene.make_trials(40)), height=320)
    heights = [mark["y"] for mark in scene.draw(chart)["progress"].marks("selected", "symbol")]
    # 5 % of room above and below
    assert [min(heights), max(heights)] == pytest.approx([320 / 22, 320 * 21 / 22], abs=1e-3)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ({"width": "x"}, "width can't be 'x'. Give whole pixels from 200 to 10,000."),
        ({"width": 10}, "width can't be 10. Give whole pixels from 200 to 10,000."),
        ({"height": True}, "height can't be True. Give whole pixels from 50 to 10,000."),
        ({"height": 1e3}, "height can't be 1000.0. Give whole pixels from 50 to 10,000."),
    ],
)
def test_a_wrong_size_is_refused(size: dict, message: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        draw_progress(scene.make_data(scene.make_trials(5)), **size)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_takes_and_documents_a_size(name: str) -> None:
    draw = getattr(charts, CHARTS[name].draw.__name__)
    assert list(inspect.signature(draw).parameters)[-2:] == ["width", "height"]
    assert draw.__doc__.count("    width : int, optional\n") == 1
    assert draw.__doc__.index("width : int") < draw.__doc__.index("Returns\n    -------")
