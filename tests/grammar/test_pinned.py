"""Pinned trials: a ring with a letter at each, in every panel of trials."""

from __future__ import annotations

import re

import numpy as np
import pytest

from amtviz.charts import draw_dashboard
from amtviz.grammar.pinned import PIN_COLOURS
from tests.charts.scene import draw, make_data, make_trials, places

PINS = [17, 3, 40]
LOSSES = np.random.default_rng(3).normal(1, 0.2, 60)


@pytest.fixture(scope="module")
def views():
    frame = make_trials(60).sort_values("TrainingStartTime", ignore_index=True)
    frame["loss"] = LOSSES
    spec = draw_dashboard(make_data(frame), sections=["progress", "values"]).to_dict(validate=False)
    for param in spec["params"]:
        if param["name"] == "pins":
            param["value"] = PINS
    return draw(spec)


@pytest.mark.parametrize("name", ["progress", "training_jobs", "hyperparameter_0", "tuning_job"])
def test_each_has_a_ring_and_a_letter_where_its_point_is(views, name):
    view = views[name]
    points = places(view.marks("selected", "symbol"), "x", "y")
    rings = view.marks("pinned", "symbol")
    letters = view.marks("pinned_letters", "text")
    drawn = np.argsort(-LOSSES).tolist()  # the best last
    # rings stand in the order of the rows: of the trials' numbers
    expected = points[[drawn.index(trial) for trial in sorted(PINS)]]
    assert places(rings, "x", "y") == pytest.approx(expected)
    assert [mark["text"] for mark in letters] == ["B", "A", "C"]
    colours = [PIN_COLOURS[place] for place in (1, 0, 2)]
    assert [mark["stroke"] for mark in rings] == colours
    assert [mark["fill"] for mark in letters] == colours
    assert all(not mark.get("fill") or mark["fill"] == "transparent" for mark in rings)


def test_their_lines_across_all_axes_have_their_colours(views):
    view = views["parallel_lines"]
    everything = {mark["shape"] for mark in view.marks("selected", "symbol")}
    pinned = view.marks("pinned", "symbol")
    assert [mark["stroke"] for mark in pinned] == [PIN_COLOURS[place] for place in (1, 0, 2)]
    assert len({mark["shape"] for mark in pinned} & everything) == 3
    assert all(re.match(r"M0,0M0,260M11,", mark["shape"]) for mark in pinned)
