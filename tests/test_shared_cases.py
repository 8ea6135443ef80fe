"""Rules that stand in Python and in JavaScript: tests/javascript/ reads the same cases."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest

from amtviz import Hyperparameter, TuningData
from amtviz.grammar.columns import describe_columns
from amtviz.grammar.context import ChartContext
from amtviz.grammar.palette import RAMP_ENDS, RAMP_STEPS, blend
from amtviz.grammar.selection import narrow_range, narrow_ranges, select_trials
from amtviz.grammar.tables import to_rows
from amtviz.grammar.theme import theme_params
from amtviz.sdk_code import RANGE_IMPORTS, write_number, write_ranges
from amtviz.store.export import guard
from amtviz.wording.values import format_value

CASES = json.loads((Path(__file__).parent / "javascript" / "cases.json").read_text("utf-8"))
ROOT = Path(__file__).parents[1]


def why(case) -> str:
    return case["why"]


@pytest.mark.parametrize("case", CASES["numbers"], ids=lambda case: repr(case["number"]))
def test_numbers(case) -> None:
    number = case["number"]
    assert float(case["fifteen"]) in (pytest.approx(number, rel=1e-14, abs=0), math.inf)
    assert float(case["six"]) == pytest.approx(number, rel=5e-6, abs=0)
    assert write_number(number, "continuous") == case["fifteen"]
    assert format_value(number) == case["shown"]
    assert f"{number + 0.0:.6g}" == case["six"]


@pytest.mark.parametrize("case", CASES["ranges"], ids=why)
def test_ranges(case) -> None:
    found = narrow_range(case["kind"], case["scale"], case["brush"], case["limits"])
    assert (found and list(found)) == case["ends"]


@pytest.mark.parametrize("case", CASES["code"], ids=why)
@pytest.mark.parametrize("sdk", RANGE_IMPORTS)
def test_code(case, sdk) -> None:
    columns = {name.title(): name for name in ("kind", "low", "high", "values", "scaling")}
    rows = [
        {"Hyperparameter": row["name"]} | {column: row[key] for column, key in columns.items()}
        for row in case["rows"]
    ]
    table = pd.DataFrame(rows, columns=["Hyperparameter", *columns], dtype=object)
    code = write_ranges(table, sdk)
    assert code == RANGE_IMPORTS[sdk] + "\n\n" + "\n".join(case["lines"])
    # what a file can hold, and what Python reads from it, are the texts themselves
    made = {name: lambda *ends, **_: ends for name in ("IntegerParameter", "ContinuousParameter")}
    made["CategoricalParameter"] = tuple
    exec(code.encode().decode().removeprefix(RANGE_IMPORTS[sdk]), made)
    ranged = [row for row in case["rows"] if row["low"] is None or row["low"] < row["high"]]
    assert list(made["hyperparameter_ranges"]) == [row["name"] for row in ranged]
    for row in ranged:
        expected = row["values"] or pytest.approx((row["low"], row["high"]), rel=1e-15, abs=1e-300)
        assert made["hyperparameter_ranges"][row["name"]] == (
            tuple(expected) if row["values"] else expected
        )


@pytest.mark.parametrize("case", CASES["csv"], ids=lambda case: repr(case["cell"]))
def test_csv(case, tmp_path) -> None:
    (read,) = csv.reader(io.StringIO(f"{case['quoted']},x\r\n", newline=""))
    assert read == [case["cell"], "x"]
    frame = pd.DataFrame({"TrainingJobName": [case["cell"]], "x": [0.5], "y": [1.0]})
    data = TuningData.from_frame(frame, objective="y", direction="Minimize", hyperparameters=["x"])
    trials = data.to_csv(tmp_path)[0].read_bytes().decode()
    assert f"\r\n{case['quoted']}," in trials or f",{case['quoted']}," in trials


@pytest.mark.parametrize("case", CASES["formulas"], ids=lambda case: repr(case["text"]))
def test_formulas(case) -> None:
    assert guard(case["text"]) == case["guarded"]


def make_context(given) -> ChartContext:
    frame = pd.DataFrame(given["trials"]).rename(columns={"job": "TuningJobName"})
    hyperparameters = [
        Hyperparameter(**each | {"values": tuple(each["values"])})
        for each in given["hyperparameters"]
    ]
    return ChartContext(
        TuningData.from_frame(
            frame, objective="loss", direction="Minimize", hyperparameters=hyperparameters
        )
    )


def page_of(given):
    """Return what a page tells its JavaScript of these trials."""
    context = make_context(given)
    places = [f"p{place}" for place in range(len(given["hyperparameters"]))]
    columns = [each for each in describe_columns(context) if each["id"] in ("y", *places)]
    rows = to_rows(context.frame[["i", "j", "k", "y", *places, f"{places[-1]}s"]])
    return {"columns": columns, "trials": rows}


def test_selections_are_of_what_a_page_has() -> None:
    given = CASES["selections"]
    assert json.loads(json.dumps(page_of(given))) == given["page"]


@pytest.mark.parametrize("case", CASES["selections"]["cases"], ids=why)
def test_selections(case) -> None:
    context = make_context(CASES["selections"])
    trials = context.data.trials.reset_index(drop=True)
    chosen = select_trials(context, case["selections"])["TrainingJobName"]
    assert list(trials.index[trials["TrainingJobName"].isin(chosen)]) == case["selected"]
    found = narrow_ranges(context, case["selections"])
    assert {
        each.name: list(each.values) if each.kind == "categorical" else [each.low, each.high]
        for each in found
    } == case["ranges"]


@pytest.mark.parametrize("case", CASES["blends"], ids=why)
def test_blends(case) -> None:
    assert blend(case["colours"], len(case["blended"])) == case["blended"]


def test_colours_are_those_of_the_charts_and_the_page() -> None:
    style = (ROOT / "amtviz/report/page.css").read_text("utf-8")
    script = (ROOT / "amtviz/embed/theme.js").read_text("utf-8")
    light = {param.name: param.to_dict()["value"] for param in theme_params()}
    assert light.pop("colours") is None
    assert light.pop("enlarged") == 1
    assert light.pop("ramp") == blend(RAMP_ENDS, RAMP_STEPS)
    one = r'^    (\w+): "(#\w{6})",$'
    halves = [half.split("\n  },", 1)[0] for half in script.split("\n  light: {")[1:]]
    halves += [half.split("\n  },", 1)[0] for half in script.split("\n  dark: {")[1:]]
    lights, darks = (dict(re.findall(one, half, re.MULTILINE)) for half in halves)
    assert list(lights) == list(darks)
    assert (
        lights | {"job_colours": re.findall(r'^      "(#\w{6})",$', halves[0], re.MULTILINE)}
        == light
    )
    assert re.findall(r"ramp: blend\((.*), STEPS\)", halves[0]) == [json.dumps(list(RAMP_ENDS))]
    assert f"const STEPS = {RAMP_STEPS};" in script
    for name in ("ink", "rule", "paper", "strong", "accent"):
        assert all(f"--{name}: {half[name]};" in style for half in (lights, darks))
