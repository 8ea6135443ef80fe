"""Suggested ranges as code for both SDKs, and ``amtviz suggest``."""

from __future__ import annotations

import json
import sys
import types
from dataclasses import replace

import pandas as pd
import pytest
from click.testing import CliRunner

from amtviz import TuningData, api
from amtviz.analysis.advice.next_ranges import COLUMNS
from amtviz.cli import main
from amtviz.errors import InputError
from amtviz.findings import facts
from amtviz.model import RawTuningData
from amtviz.sdk_code import write_ranges, write_warm_start
from amtviz.tidy import tidy_tuning_data
from amtviz.wording.values import format_ends
from tests.aws.generate import generate_tuning_job
from tests.aws.shapes import generate_algorithms
from tests.contract.cases import HOSTILE, hostile_names


class Recorder:
    """A parameter class with the arguments of the SDKs' own."""

    def __init__(self, first, second=None, scaling_type="Auto"):
        self.given = (first, second, scaling_type)


class CategoricalParameter(Recorder):
    def __init__(self, values):
        super().__init__(values)


class Parent:
    def __init__(self, hyper_parameter_tuning_job_name):
        self.name = hyper_parameter_tuning_job_name


class WarmStart:
    def __init__(self, warm_start_type, parents=None, parent_hyper_parameter_tuning_jobs=None):
        self.kind = warm_start_type
        self.parents = parents or {job.name for job in parent_hyper_parameter_tuning_jobs}


MODULES = {
    2: {
        "sagemaker.tuner": {
            "CategoricalParameter": CategoricalParameter,
            "ContinuousParameter": Recorder,
            "IntegerParameter": Recorder,
            "WarmStartConfig": WarmStart,
            "WarmStartTypes": types.SimpleNamespace(
                IDENTICAL_DATA_AND_ALGORITHM="IdenticalDataAndAlgorithm",
                TRANSFER_LEARNING="TransferLearning",
            ),
        }
    },
    3: {
        "sagemaker.core.parameter": {
            "CategoricalParameter": CategoricalParameter,
            "ContinuousParameter": Recorder,
            "IntegerParameter": Recorder,
        },
        "sagemaker.core.shapes": {
            "HyperParameterTuningJobWarmStartConfig": WarmStart,
            "ParentHyperParameterTuningJob": Parent,
        },
    },
}


def execute(code: str, sdk: int) -> dict:
    """Execute code where one SDK's modules hold stand-ins; give what it made."""
    made: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, members in MODULES[sdk].items():
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                module = types.ModuleType(".".join(parts[:end]))
                patch.setitem(sys.modules, module.__name__, module)
            vars(sys.modules[name]).update(members)
        exec(code, made)
    return made


@pytest.fixture(params=[2, 3])
def run_code(request):
    """Execute what a function writes for an SDK."""
    return lambda write: execute(write(request.param), request.param)


def test_the_demos_code_makes_its_ranges_and_its_warm_start(run_code):
    data = api.load_demo()
    made = run_code(data.suggest_ranges_code)
    table = data.suggest_ranges().set_index("Hyperparameter")
    ranges = made["hyperparameter_ranges"]
    assert list(ranges) == list(table.index)
    for name, row in table.iterrows():
        given = ranges[name].given
        if row["Kind"] == "categorical":
            assert given[0] == list(row["Values"])
        else:
            assert given == (row["Low"], row["High"], row["Scaling"])
            assert isinstance(given[0], int) == (row["Kind"] == "integer")
    warm = made["warm_start_config"]
    assert warm.kind == "IdenticalDataAndAlgorithm"
    # what ran on a local machine has no volume, which old models of AWS's wish for
    volume = {"TrainingJobDefinition.ResourceConfig.VolumeSizeInGB": 30}
    request = data.next_tuning_job(changes=volume)
    assert request["WarmStartConfig"]["WarmStartType"] == warm.kind
    assert warm.parents == {"digits-random", "digits-bayesian", "digits-warm-start"}


def test_hostile_names_and_values_stay_strings(run_code):
    data = hostile_names()
    declared = tuple(replace(h, declared=True) for h in data.hyperparameters)
    data = replace(data, hyperparameters=declared)
    ranges = run_code(data.suggest_ranges_code)["hyperparameter_ranges"]
    assert list(ranges) == [*HOSTILE, "which"]
    assert set(ranges["which"].given[0]) == set(HOSTILE)


def test_algorithms_have_code_each_from_their_own_trials(run_code):
    def ranges(name, low, high):
        return {
            "ContinuousParameterRanges": [
                {"Name": name, "MinValue": str(low), "MaxValue": str(high), "ScalingType": "Linear"}
            ]
        }

    job = generate_algorithms(
        "two",
        {"xgb": {"ranges": ranges("eta", 0, 1)}, "linear": {"ranges": ranges("eta", 5, 9)}},
        trials=24,
    )
    data = TuningData.of(tidy_tuning_data(RawTuningData((job,), 1, ())))
    made = run_code(data.suggest_ranges_code)
    given = {of: own["eta"].given for of, own in made["hyperparameter_ranges_dict"].items()}
    assert 0 <= given["xgb"][0] < given["xgb"][1] <= 1
    assert 5 <= given["linear"][0] < given["linear"][1] <= 9
    assert "warm_start_config" not in made
    assert data.suggest_ranges_code().endswith(
        "# Warm start: AWS has it for a single algorithm only, so none of these can be a parent."
    )


def row(name, kind, low, high, values=(), scaling="Auto"):
    given = [name, kind, low, high, values, scaling, low, high, values, "keep", "."]
    return pd.DataFrame([given], columns=list(COLUMNS))


def test_numbers_are_short_and_exact(run_code):
    table = pd.concat([row("a", "continuous", 1e-06, 0.1 + 0.2), row("b", "integer", 1.0, 2.0**53)])
    ranges = run_code(lambda sdk: write_ranges(table, sdk))["hyperparameter_ranges"]
    assert ranges["a"].given == (1e-06, 0.3, "Auto")
    assert ranges["b"].given == (1, 2**53, "Auto")


def autotuned():
    """Autotune's ranges aren't in the description."""
    ranges = {
        "ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.1", "MaxValue": "0.4"}],
        "CategoricalParameterRanges": [{"Name": "tree", "Values": ["a", "b"]}],
    }
    job = generate_tuning_job("auto", 12, ranges=ranges)
    config = {**job.description["HyperParameterTuningJobConfig"], "ParameterRanges": {}}
    job = replace(job, description={**job.description, "HyperParameterTuningJobConfig": config})
    return TuningData.of(tidy_tuning_data(RawTuningData((job,), 1, ())))


def test_what_trials_tried_is_no_range(run_code):
    """12 trials say little about a range."""
    data = autotuned()
    assert [h.declared for h in data.hyperparameters] == [False, False]
    assert run_code(data.suggest_ranges_code)["hyperparameter_ranges"] == {}
    comments = [n for n in data.suggest_ranges_code().splitlines() if n.startswith("# not")]
    assert comments[0].startswith('# not declared; trials tried: "lr": ContinuousParameter(')
    assert comments[1] == '# not declared; trials tried: "tree": CategoricalParameter(["a", "b"]),'


def test_the_command_tells_what_is_not_declared(tmp_path):
    study = tmp_path / "auto.sqlite"
    data = autotuned()
    data.save(study)
    told = run("suggest", str(study)).stdout
    tried = data.trials["lr"]
    rate, tree = data.suggest_ranges().set_index("Hyperparameter")["Change"][["lr", "tree"]]
    assert f"lr: not declared; tried {format_ends(tried.min(), tried.max())}; {rate}" in told
    assert f"tree: not declared; tried a, b; {tree}" in told


def test_one_value_left_is_told_to_be_static():
    code = write_ranges(row("a", "integer", 3.0, 3.0), 3)
    assert '# "a": one value is left, make it static: 3\n' in code
    assert "IntegerParameter(" not in code.partition("hyperparameter_ranges")[2]


def test_five_parents_are_the_most_and_only_ended_ones():
    job = replace(api.load_demo().jobs[0], status="Completed")
    jobs = [replace(job, name=f"job-{n}") for n in range(7)]
    jobs[2] = replace(jobs[2], status="InProgress")
    code = write_warm_start(jobs, ["job-6", "job-2", "job-5"], 2)
    assert 'parents={"job-6", "job-5", "job-0", "job-1", "job-3"},' in code
    assert "# The 5 jobs with the best trials: 1 more can't be parents.\n" in code
    assert "WarmStartTypes.TRANSFER_LEARNING," in code  # what they ran isn't known
    assert "or environment aren't all known: where you know" in code.replace("\n#", "")
    assert write_warm_start([jobs[2]], [], 3) == (
        "# Warm start: none of these tuning jobs has ended on SageMaker, to be a parent."
    )


def test_no_other_sdk():
    with pytest.raises(InputError) as caught:
        api.load_demo().suggest_ranges_code(4)
    assert str(caught.value) == "There is no SageMaker SDK 4 to write code for. Choose 2 or 3."


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_the_command_prints_evidence_and_code(tmp_path):
    study = tmp_path / "demo.sqlite"
    data = api.load_demo()
    data.save(study)
    result = run("suggest", str(study))
    assert result.exit_code == 0, result.output
    table = data.suggest_ranges().set_index("Hyperparameter")
    flat = " ".join(result.stdout.split())
    assert all(evidence in flat for evidence in table["Evidence"])
    fraction = table.loc["min-weight-fraction-leaf"]
    assert (
        f"min-weight-fraction-leaf: shift 0.01–0.5 -> {fraction['Low']:.6g}–{fraction['High']:.6g}"
    ) in result.stdout
    assert result.stdout.endswith(f"\n\n{data.suggest_ranges_code()}\n")
    assert max(map(len, result.stdout.split("from sagemaker")[0].splitlines())) <= 80


def test_the_command_prints_code_only_or_json(tmp_path):
    study = tmp_path / "demo.sqlite"
    data = api.load_demo()
    data.save(study)
    assert run("suggest", str(study), "--code-only", "--sdk", "2").stdout == (
        f"{data.suggest_ranges_code(2)}\n"
    )
    found = json.loads(run("suggest", str(study), "--json").stdout)
    assert found["code"] == data.suggest_ranges_code()
    assert [entry["Hyperparameter"] for entry in found["ranges"]] == [
        h.name for h in data.hyperparameters
    ]


def test_a_plain_dataframe_has_no_parents():
    trials = pd.DataFrame({"a": [0.1, 0.2], "loss": [1.0, 2.0]})
    data = TuningData.from_frame(trials, objective="loss", direction="Minimize")
    assert data.suggest_ranges_code().endswith("to be a parent.")


def test_each_risk_is_computed_once_and_told_by_the_command(tmp_path, monkeypatch):
    asked = []
    compute = facts.suggest_by_risk
    monkeypatch.setattr(facts, "suggest_by_risk", lambda *a: asked.append(1) or compute(*a))
    data = api.load_demo()
    tables = {risk: data.suggest_ranges(risk) for risk in ("careful", "balanced", "bold")}
    assert asked == [1]
    assert tables["balanced"] is data.suggest_ranges()
    expected = compute(data.trials, data.objective, data.hyperparameters, risks=["bold"])["bold"]
    pd.testing.assert_frame_equal(tables["bold"], expected)
    assert not tables["bold"].equals(tables["careful"])
    assert data.suggest_ranges_code(risk="bold") != data.suggest_ranges_code(risk="careful")
    with pytest.raises(InputError, match="There is no risk 'timid'"):
        data.suggest_ranges("timid")
    study = tmp_path / "demo.sqlite"
    data.save(study)
    told = run("suggest", str(study), "--risk", "bold", "--json")
    found = json.loads(told.stdout)
    assert (found["risk"], found["code"]) == ("bold", data.suggest_ranges_code(risk="bold"))


def test_a_wrong_risk_exits_with_2_and_help_says_what_each_means():
    result = run("suggest", "x", "--risk", "timid")
    assert result.exit_code == 2
    assert "'careful', 'balanced', 'bold'" in result.stderr
    told = " ".join(run("suggest", "--help").stdout.split())
    assert "bold: goes by the next search's chance alone" in told
