"""What every chart of the registry promises, on data of every kind."""

from __future__ import annotations

import functools
import json
import math
import re
import warnings

import altair as alt
import pandas as pd
import pytest
import vl_convert as vlc

from amtviz import TuningData
from amtviz.charts import CHARTS, draw_dashboard
from amtviz.charts.chart import draw_charts
from amtviz.findings.facts import facts_of
from amtviz.grammar.unit_chart import LayeredChart, UnitChart
from tests.contract.cases import CASES

SAFE = re.compile(r"[a-z][a-z0-9]{0,6}")
SMALL = [name for name in CASES if name != "ten_thousand_trials"]


@functools.cache
def table(case: str) -> TuningData:
    return CASES[case]()


def draw(data: TuningData, chart: str) -> alt.VConcatChart:
    if chart == "dashboard":
        return draw_dashboard(data, advanced=True)
    return draw_charts(data, [CHARTS[chart]])


@functools.cache
def spec_text(case: str, chart: str = "dashboard") -> str:
    """Draw once for all tests; strict JSON, and without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return json.dumps(draw(table(case), chart).to_dict(validate=False), allow_nan=False)


def spec_of(case: str, chart: str = "dashboard") -> dict:
    return json.loads(spec_text(case, chart))


def panels(spec: dict) -> list[dict]:
    """Every panel of a dashboard, without the legend."""
    rows = [row for section in spec["vconcat"][1:] for row in section["vconcat"]]
    return [panel for row in rows for panel in (row["concat"] if "columns" in row else [row])]


def layers(node: dict, data: dict | None = None):
    """Every marked layer of a panel, which may be composed of several views, and its data."""
    data = node.get("data", data)
    if "mark" in node:
        yield node, data
    for kind in ("layer", "concat", "vconcat"):
        for child in node.get(kind, ()):
            yield from layers(child, data)


def walk(node: object):
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


# the dashboard has all of them; alone, a chart has fewer selections
@pytest.mark.parametrize(
    ("chart", "case"),
    [
        *(("dashboard", case) for case in CASES),
        *((chart, case) for chart in CHARTS for case in ("usual", "all_failed", "hostile_names")),
    ],
)
def test_is_drawn_by_vega(case: str, chart: str) -> None:
    svg = vlc.vegalite_to_svg(spec_of(case, chart))
    assert svg.startswith("<svg")
    assert "NaN" not in svg
    assert "Infinity" not in svg
    assert ">undefined<" not in svg


@pytest.mark.parametrize("case", SMALL)
def test_is_valid_vega_lite(case: str) -> None:
    alt.VConcatChart.validate(spec_of(case))


@pytest.mark.parametrize("case", CASES)
def test_every_trial_is_embedded_once(case: str) -> None:
    spec, trials = spec_of(case), table(case).trials
    rows = spec["datasets"].get("trials", [])
    assert len(rows) == len(trials)
    assert {row["a"] for row in rows} == set(trials["TrainingJobName"])
    assert not any("values" in node["data"] for node in walk(spec) if "data" in node)


@pytest.mark.parametrize("case", CASES)
def test_only_safe_ids_are_fields(case: str) -> None:
    spec = spec_of(case)
    datasets = spec.pop("datasets")
    fields = {node["field"] for node in walk(spec) if isinstance(node.get("field"), str)}
    columns = {column for rows in datasets.values() for row in rows[:1] for column in row}
    assert all(SAFE.fullmatch(name) for name in fields | columns)


@pytest.mark.parametrize("case", CASES)
def test_no_panel_has_a_conditional_encoding(case: str) -> None:
    assert not any("condition" in node for node in walk(panels(spec_of(case))))


def tells(values: pd.Series) -> bool:
    """Whether trials differ in a hyperparameter, or there is but one trial."""
    return values.nunique() > 1 or (len(values) == 1 and values.notna().all())


def layer_names(spec: dict) -> set[str]:
    return {str(node["name"]) for node in walk(spec) if "mark" in node and "name" in node}


@pytest.mark.parametrize("case", [name for name in CASES if name != "empty"])
def test_views_and_selections_have_their_fixed_names(case: str) -> None:
    spec, hyperparameters = spec_of(case), range(len(table(case).hyperparameters))
    names = [panel["name"] for panel in panels(spec)]
    assert len(set(names)) == len(names)
    data = table(case)
    told = [i for i in hyperparameters if tells(data.trials[data.hyperparameters[i].column])]
    assert {"progress", *(f"hyperparameter_{i}" for i in told)} <= set(names)
    unlike = data.trials[data.objective.metric_name].replace([math.inf, -math.inf], math.nan)
    count = unlike.notna().sum()
    if unlike.nunique() > 1 or count == 1:
        assert "training_jobs" in names
    assert ("objective_density" in names) == (count >= 3 and unlike.nunique() > 1)
    assert not any(name.endswith("message") for name in layer_names(spec))  # nothing is empty
    selections = {p["name"]: p["views"] for p in spec["params"] if "views" in p}
    assert {"hover", "legend", *(f"b_p{i}" for i in told)} <= set(selections)
    layers = {node.get("name") for node in walk(spec)}
    assert all(set(views) <= layers for views in selections.values())
    assert "legend" in layers


@pytest.mark.parametrize("case", ["usual", "hostile_names", "thousand_trials"])
def test_the_same_data_gives_the_same_spec(case: str) -> None:
    again = json.dumps(draw(CASES[case](), "dashboard").to_dict(validate=False))
    assert again == spec_text(case)


def test_charts_made_in_less_time_are_what_altair_makes(monkeypatch) -> None:
    quick = spec_text("usual")
    for kind in (UnitChart, LayeredChart, *UnitChart.__mro__[1:2]):
        for name in [name for name in vars(kind) if name[0] != "_" or name == "__deepcopy__"]:
            monkeypatch.delattr(kind, name)
    assert json.dumps(draw(CASES["usual"](), "dashboard").to_dict(validate=False)) == quick


@pytest.mark.parametrize("case", [name for name in CASES if name != "empty"])
@pytest.mark.parametrize("chart", [name for name in CHARTS if CHARTS[name].finding])
def test_findings_are_sentences(case: str, chart: str) -> None:
    text = CHARTS[chart].finding(facts_of(table(case)))
    assert text == "" or text[-1] in ".!?"
    assert not re.search(r"\b(nan|inf|NaT|<NA>)\b", text)
    assert text == " ".join(text.split()) or case == "hostile_names"


def test_says_so_when_there_is_nothing_to_draw() -> None:
    assert "No training job has been started yet." in spec_text("empty")


def test_says_so_when_no_trial_has_an_objective() -> None:
    spec = spec_of("all_failed")
    assert "no objective · 8" in vlc.vegalite_to_svg(spec)
    said = [" ".join(section["title"]["subtitle"]) for section in spec["vconcat"][1:]]
    assert any(
        "No trial has an objective yet, so “Training jobs, best first” and “Convergence” aren't "
        "drawn: they need a trial that completes with a value." in text
        for text in said
    )


def test_nothing_depends_on_the_number_of_trials_past_800() -> None:
    """Selected trials become cells: no layer draws one mark per trial."""
    points = 0
    for panel in panels(spec_of("ten_thousand_trials")):
        for layer, data in layers(panel):
            if layer["mark"]["type"] in ("point", "rule") and data["name"] == "trials":
                tests = " ".join(str(t["filter"]) for t in layer["transform"] if "filter" in t)
                few = r"datum\.k (<= 200|=== 1)|datum\.nth <= 150|% 1 < 0\.02$"
                few += r"|hover\.i\[0\] ===|^false|pins"
                assert re.search(few, tests), panel["name"]
                points += 1
    assert points
