"""What a page's specifications leave to its script."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources

import pytest

from amtviz import api
from amtviz.charts.page import draw_sections
from amtviz.report.drawn import take_out
from amtviz.settings import DRAW_DEFAULTS


@pytest.fixture(scope="module")
def panels():
    options = replace(DRAW_DEFAULTS, sections=("progress", "values", "next"), advanced=True)
    charts = draw_sections(api.load_demo(), options)
    every = [*charts.rail, *charts.overview, *(p for s in charts.sections for p in s.panels)]
    return {panel.name: panel for panel in every}


def test_a_view_keeps_what_doesnt_follow_the_selection(panels):
    panel = panels["hyperparameter_0"]
    whole = panel.chart.to_dict(validate=False)
    spec = panel.chart.to_dict(validate=False)
    told = take_out(spec, panel.drawn)
    assert [each["kind"] for each in told] == ["points", "ticks"]
    assert [each["name"] for each in told] == ["hyperparameter_0_selected", "hyperparameter_0_rug"]
    before = [layer["name"] for layer in whole["layer"]]
    kept = [name for name in before if name not in panel.drawn]
    place = before.index("hyperparameter_0_background")
    kept.insert(place, "hyperparameter_0_trials")
    assert [layer["name"] for layer in spec["layer"]] == kept
    assert "selecting" not in json.dumps(spec["layer"])
    names = [param["name"] for param in spec["params"]]
    assert "b_p0" in names  # its own brush
    assert not {"b_p1", "hover", "selecting", "colours", "legend"} & set(names)
    assert spec["datasets"]["drawn"] == []


def test_what_is_told_is_json_and_of_a_kind_that_the_script_knows(panels):
    script = resources.files("amtviz").joinpath("report/stack.js").read_text("utf-8")
    kinds = set(re.findall(r"^  (\w+): [A-Z]\w+,$", script, re.MULTILINE))
    told = [each for panel in panels.values() for each in panel.drawn.values() if each]
    json.dumps(told, allow_nan=False)
    assert {each["kind"] for each in told} <= kinds
    assert {"points", "ticks", "density", "violins", "lines", "shares"} <= kinds


def test_a_view_without_trials_is_left_alone(panels):
    panel = next(panel for panel in panels.values() if not panel.drawn)
    spec = panel.chart.to_dict(validate=False)
    assert take_out(spec, panel.drawn) == []
    assert spec == panel.chart.to_dict(validate=False)
