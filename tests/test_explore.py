"""The widget without a browser: what it says of selections as the browser would send them."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from types import ModuleType

import altair as alt
import boto3
import pandas as pd
import pytest
from botocore.validate import ParamValidator

import amtviz
from amtviz import Hyperparameter
from amtviz.charts.chart import draw_charts
from amtviz.charts.progress import objective_density
from amtviz.charts.values import hyperparameters
from amtviz.grammar import selection
from amtviz.installation import pip_install
from amtviz.notebook import SelectedRanges, make_explorer
from tests.charts.scene import make_data, make_trials

N = 40


@pytest.fixture(scope="module")
def data():
    return make_data(make_trials(N))


def draw(data):
    """Draw what is drawn fast."""
    return draw_charts(data, [hyperparameters.CHART, objective_density.CHART])


@pytest.fixture(scope="module")
def drawn(data):
    return make_explorer(data, draw)


@pytest.fixture
def view(drawn, data):
    """Give the widget as it is at first."""
    drawn.unobserve_all("selected")
    drawn.unobserve_all("selected_ranges")
    if drawn.data is not data:
        drawn.data = data
    drawn.clear()
    return drawn


def send(view, **values):
    """Do what the browser does when selections change."""
    changed = {name: {"value": value, "store": []} for name, value in values.items()}
    view.set_state({"_vl_selections": {**view._vl_selections, **changed}})


def names(frame):
    return list(frame["TrainingJobName"])


def test_it_is_a_jupyter_chart_of_the_same_charts(view, data):
    assert isinstance(view, alt.JupyterChart)
    assert view.data is data
    assert isinstance(view.chart, amtviz.charts.TuningChart)
    assert view.spec == view.chart.to_dict()
    # no module is imported from anywhere
    lines = view._esm.splitlines()
    assert not [line for line in lines if line.startswith("import ") or "esm.sh" in line]


def test_everything_is_selected_at_first(view, data):
    pd.testing.assert_frame_equal(view.selected, data.trials)
    assert dict(view.selected_ranges) == {}
    assert repr(view.selected_ranges) == "Nothing is brushed."


def test_what_the_browser_sends_is_selected(view, data):
    send(view, b_p0={"p0": [1e-4, 1e-2]}, legend={"j": [1], "vlPoint": {"or": [{"j": 1}]}})
    trials = data.trials
    inside = trials["rate"].between(1e-4, 1e-2) & (trials["TuningJobName"] == data.jobs[1].name)
    assert names(view.selected) == names(trials[inside])
    assert view.selected.columns.equals(trials.columns)
    rate = view.selected_ranges["rate"]
    assert (rate.low, rate.high) == (1e-4, 1e-2)
    send(view, b_p0={}, legend={})
    assert len(view.selected) == N


def test_changes_are_told_to_observers_only_when_something_changed(view):
    seen = []
    view.observe(seen.append, "selected")
    view.observe(seen.append, "selected_ranges")
    send(view, b_p3={"p3": [0.2, 0.4]})
    assert [change.name for change in seen] == ["selected", "selected_ranges"]
    assert seen[0].new is view.selected
    assert seen[0].owner is view
    send(view, b_p3={"p3": [0.2, 0.4]})
    send(view, hover={"i": [3]})
    assert len(seen) == 2
    send(view, b_p3={"p3": [0.2, 0.5]})
    assert [len(change.old) <= len(change.new) for change in seen[2:3]] == [True]
    view.unobserve(seen.append, "selected")
    view.unobserve(seen.append, "selected_ranges")
    send(view, b_p3={})
    assert len(seen) == 4


def test_nothing_is_computed_until_it_is_asked_for(view, monkeypatch):
    calls = []
    find = selection.select_trials
    module = importlib.import_module("amtviz.notebook.widget")
    monkeypatch.setattr(module, "select_trials", lambda *a: calls.append(a) or find(*a))
    for step in range(50):
        send(view, b_p3={"p3": [0.1, 0.2 + step / 100]})
    assert calls == []
    assert view.selected is view.selected
    assert len(calls) == 1


def test_selected_cannot_be_set(view):
    with pytest.raises(Exception, match="read-only"):
        view.selected = None


def test_python_selects(view, data):
    trials = data.trials
    view.select({"rate": (1e-4, 1e-2)}, depth=(2, 3), kind=["2", "10"], loss=(0.5, 1.1))
    inside = (
        trials["rate"].between(1e-4, 1e-2)
        & trials["depth"].isin([2, 3])
        & trials["kind"].isin(["2", "10"])
        & trials["loss"].between(0.5, 1.1)
    )
    assert names(view.selected) == names(trials[inside])
    view.select(rate=None, depth=None, kind="x", loss=None, TuningJobName="job-0")
    inside = (trials["kind"] == "x") & (trials["TuningJobName"] == "job-0")
    assert names(view.selected) == names(trials[inside])
    assert list(view.selected_ranges) == ["kind"]
    view.clear()
    assert len(view.selected) == N


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            {"speed": (1, 2)},
            "Can't select by 'speed': no panel has it. Choose from 'TuningJobName', 'loss', "
            "'rate', 'depth', 'kind' and 'share'.",
        ),
        (
            {"kind": ["2", "x"]},
            "Can't select ['2', 'x'] of 'kind'. Pass one or more neighbours of '2', '10', 'x'.",
        ),
        (
            {"rate": 3},
            "Can't select 3 of 'rate'. Pass the lowest and the highest value, as in (0.1, 0.5).",
        ),
        (
            {"TuningJobName": ["job-9"]},
            "There is no tuning job 'job-9' here. Choose from 'job-0' and 'job-1'.",
        ),
    ],
)
def test_what_cannot_be_selected_says_what_can(view, wanted, message):
    view.select(depth=(2, 3))
    before = len(view.selected)
    with pytest.raises(amtviz.AmtvizError) as error:
        view.select(wanted)
    assert str(error.value).replace("'job-1' and 'job-0'", "'job-0' and 'job-1'") == message
    assert len(view.selected) == before


def test_other_data_keep_what_is_selected_if_it_means_the_same(view):
    view.select(depth=(2, 3))
    seen = []
    view.observe(seen.append, "selected")
    more = make_data(make_trials(60))
    view.data = more
    assert view.chart.to_dict()["datasets"]["trials"] != []
    assert names(view.selected) == names(more.trials[more.trials["depth"].isin([2, 3])])
    assert len(seen) == 1
    assert seen[0].new is view.selected
    other = make_data(
        make_trials(20).rename(columns={"depth": "layers"}),
        ranges=[Hyperparameter("layers", "integer", 1, 6)],
    )
    view.data = other
    assert len(view.selected) == 20


def test_nothing_to_draw_is_nothing_selected():
    view = amtviz.explore(make_data(make_trials(3).iloc[:0]))
    assert view.selected.empty
    assert dict(view.selected_ranges) == {}


def test_without_the_extra_it_says_how_to_install_it(data, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(amtviz.AmtvizError) as error:
        amtviz.explore(data)
    assert str(error.value) == (
        "Selections come back through anywidget, which isn't installed. Install it with "
        f"{pip_install('notebook')} and restart the kernel, or use visualize_tuning_job."
    )


def test_options_are_those_of_the_other_calls(data):
    with pytest.raises(amtviz.AmtvizError, match="There is no section 'x'"):
        amtviz.explore(data, sections=["x"])
    views = {view["name"] for view in _views(amtviz.explore(data, sections=["values"]).spec)}
    assert "hyperparameter_0" in views
    assert "progress" not in views


def _views(spec):
    if "name" in spec:
        yield spec
    for kind in ("vconcat", "hconcat", "concat", "layer"):
        for child in spec.get(kind, ()):
            yield from _views(child)


# --- ranges

RATE = Hyperparameter("rate", "continuous", 1e-5, 0.1, scaling="Logarithmic")
DEPTH = Hyperparameter("depth", "integer", 1, 6)
KIND = Hyperparameter("kind", "categorical", values=("x", "10", "2"))


def brushed(*hyperparameters):
    return SelectedRanges(hyperparameters, [RATE, DEPTH, KIND])


NARROW = (
    Hyperparameter("rate", "continuous", 1e-3, 0.02, scaling="Logarithmic"),
    Hyperparameter("kind", "categorical", values=("10", "2")),
)


def sdk(generation):
    """Make what the SDK's module has, as far as it is needed."""

    class Parameter:
        def __init__(self, *values, **options):
            self.made = (type(self).__name__, values, options)

    module = ModuleType({2: "sagemaker.tuner", 3: "sagemaker.core.parameter"}[generation])
    for name in ("CategoricalParameter", "ContinuousParameter", "IntegerParameter"):
        setattr(module, name, type(name, (Parameter,), {}))
    return module


@pytest.mark.parametrize("generation", [2, 3])
def test_code_makes_the_same_objects_as_parameters(monkeypatch, generation):
    module = sdk(generation)
    for name in ("sagemaker", "sagemaker.core", module.__name__):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    ranges = brushed(*NARROW)
    for others in (False, True):
        namespace: dict = {}
        exec(ranges.code(generation, others=others), namespace)
        by_code = namespace["hyperparameter_ranges"]
        made = ranges.parameters(others=others)
        assert made.keys() == by_code.keys()
        assert ranges.parameters(generation, others=others).keys() == made.keys()
        for name, each in made.items():
            kind, values, options = each.made
            assert by_code[name].made[:2] == (kind, values)
            assert options.get("scaling_type", "Auto") == by_code[name].made[2].get(
                "scaling_type", "Auto"
            )
    assert ranges.parameters()["rate"].made == (
        "ContinuousParameter",
        (1e-3, 0.02),
        {"scaling_type": "Logarithmic"},
    )
    assert list(ranges.parameters(others=True)) == ["rate", "depth", "kind"]


def test_parameters_ask_for_the_sdk_to_be_imported(monkeypatch):
    for name in ("sagemaker.tuner", "sagemaker.core.parameter"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(amtviz.AmtvizError) as error:
        brushed(RATE).parameters()
    assert str(error.value) == (
        "SageMaker's SDK isn't imported here. Run import sagemaker.core.parameter (SDK 3) or "
        "import sagemaker.tuner (SDK 2) first, or use code() or to_aws() instead."
    )
    monkeypatch.setitem(sys.modules, "sagemaker.tuner", sdk(2))
    with pytest.raises(amtviz.AmtvizError, match=r"SDK 3 isn't imported here. Run import \S+ \("):
        brushed(RATE).parameters(3)
    with pytest.raises(amtviz.AmtvizError, match="There is no SageMaker SDK 4"):
        brushed(RATE).parameters(4)


def test_aws_accepts_its_own_shape():
    ranges = brushed(*NARROW, Hyperparameter("depth", "integer", 2, 4)).to_aws()
    assert ranges == {
        "IntegerParameterRanges": [
            {"Name": "depth", "MinValue": "2", "MaxValue": "4", "ScalingType": "Auto"}
        ],
        "ContinuousParameterRanges": [
            {"Name": "rate", "MinValue": "0.001", "MaxValue": "0.02", "ScalingType": "Logarithmic"}
        ],
        "CategoricalParameterRanges": [{"Name": "kind", "Values": ["10", "2"]}],
    }
    client = boto3.client("sagemaker", region_name="us-east-1")
    operation = client.meta.service_model.operation_model("CreateHyperParameterTuningJob")
    config = operation.input_shape.members["HyperParameterTuningJobConfig"]
    shape = config.members["ParameterRanges"]
    assert not ParamValidator().validate(ranges, shape).has_errors()
    wrong = {"IntegerParameterRanges": [{"Name": "depth", "MinValue": 2}]}
    assert ParamValidator().validate(wrong, shape).has_errors()


def test_one_value_is_static():
    ranges = brushed(Hyperparameter("depth", "integer", 3, 3), *NARROW)
    assert ranges.static == {"depth": "3"}
    assert ranges.to_aws()["IntegerParameterRanges"] == []
    assert '# "depth": one value is left, make it static: 3' in ranges.code()
    assert repr(ranges) == "depth: 3 to 3\nrate: 0.001 to 0.02\nkind: 10, 2"


def test_ranges_are_a_mapping():
    ranges = brushed(*NARROW)
    assert list(ranges) == ["rate", "kind"]
    assert "depth" not in ranges
    assert ranges["kind"].values == ("10", "2")
    with pytest.raises(KeyError, match=r"Brushed are: 'rate' and 'kind'\."):
        ranges["depth"]


def test_a_range_that_is_not_declared_has_to_be_brushed():
    tried = Hyperparameter("tried", "continuous", 0.1, 0.4, declared=False)
    ranges = SelectedRanges([RATE], [RATE, tried])
    code = ranges.code(others=True)
    assert code.startswith('# "tried" has no declared range: brush it as well.\nfrom sagemaker')
    assert '"tried": ' not in code
    assert "tried" not in ranges.code()
    error = r"'tried' has no declared range\. Brush it as well, or leave out others=True\."
    with pytest.raises(amtviz.AmtvizError, match=error):
        ranges.to_aws(others=True)
    brushed = SelectedRanges([tried], [RATE, tried])
    assert '"tried": ContinuousParameter(0.1, 0.4),' in brushed.code()
    free = Hyperparameter("free", "continuous")
    assert '# "free" has' in SelectedRanges([RATE], [RATE, free]).code(others=True)


def test_others_have_the_scale_on_which_they_were_read():
    auto = Hyperparameter("auto", "continuous", 1e-5, 0.1)
    ranges = SelectedRanges([], [auto, DEPTH])
    assert '"auto": ContinuousParameter(1e-05, 0.1, scaling_type="Logarithmic"),' in ranges.code(
        others=True
    )
    found = ranges.to_aws(others=True)
    assert found["ContinuousParameterRanges"][0]["ScalingType"] == "Logarithmic"
    assert found["IntegerParameterRanges"][0]["ScalingType"] == "Auto"


def test_objects_and_api_ranges_of_several_algorithms(monkeypatch):
    sdk = ModuleType("sagemaker.core.parameter")
    for name in ("IntegerParameter", "ContinuousParameter", "CategoricalParameter"):
        setattr(sdk, name, lambda *ends, **_: ends)
    monkeypatch.setitem(sys.modules, "sagemaker.core.parameter", sdk)
    depth = Hyperparameter("depth", "integer", 1, 9)
    both = {"depth (xgb)": {"xgb": depth}, "rate": {"xgb": RATE, "linear": RATE}}
    brushed = [Hyperparameter("depth (xgb)", "integer", 2, 4)]
    ranges = SelectedRanges(brushed, [replace(depth, name="depth (xgb)"), RATE], both)
    assert ranges.parameters(3) == {"xgb": {"depth": (2, 4)}}
    assert ranges.parameters(3, others=True) == {
        "xgb": {"depth": (2, 4), "rate": (1e-5, 0.1)},
        "linear": {"rate": (1e-5, 0.1)},
    }
    told = ranges.to_aws(others=True)
    assert [each["Name"] for each in told["xgb"]["IntegerParameterRanges"]] == ["depth"]
    assert told["linear"]["IntegerParameterRanges"] == []
    assert told["linear"]["ContinuousParameterRanges"][0]["MaxValue"] == "0.1"


def test_ranges_of_several_algorithms_stand_under_their_names():
    depth = Hyperparameter("depth", "integer", 1, 9)
    both = {"depth (xgb)": {"xgb": depth}, "rate": {"xgb": RATE, "linear": RATE}}
    declared = [replace(depth, name="depth (xgb)"), RATE]
    brushed = [Hyperparameter("depth (xgb)", "integer", 2, 4)]
    found: dict = {}
    code = SelectedRanges(brushed, declared, both).code(others=True)
    names = ("IntegerParameter", "ContinuousParameter", "CategoricalParameter")
    body = code[code.index("hyperparameter_ranges_dict") :]
    exec(body, {name: lambda *ends, **_: ends for name in names}, found)
    rate = (1e-5, 0.1)
    assert found["hyperparameter_ranges_dict"] == {
        "xgb": {"depth": (2, 4), "rate": rate},
        "linear": {"rate": rate},
    }
