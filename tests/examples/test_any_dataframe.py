"""``examples/any_dataframe.py``, run as a reader runs it, and its two reports."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from vega_datasets import data

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """What each report draws: its specification, and the page around it."""
    folder = tmp_path_factory.mktemp("reports")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = ROOT / "examples" / "any_dataframe.py"
    done = subprocess.run(
        [sys.executable, script, "-o", folder],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        *("Wrote", str(folder / "cars.html")),
        *("Wrote", str(folder / "weather.html")),
    ]
    found = {}
    for name in ("cars", "weather"):
        page = (folder / f"{name}.html").read_text(encoding="utf-8")
        spec = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
        found[name] = page, json.loads(spec[1])
    return found


def views(spec):
    """Give the named views inside a specification."""
    if isinstance(spec, dict):
        if isinstance(spec.get("name"), str) and "layer" in spec:
            yield spec["name"]
        for inner in spec.values():
            yield from views(inner)
    elif isinstance(spec, list):
        for inner in spec:
            yield from views(inner)


def test_cars(reports):
    page, spec = reports["cars"]
    cars = data.cars()
    drawn = spec["datasets"]["trials"]
    assert len(drawn) == len(cars) == 406
    assert sum(row["y"] is None for row in drawn) == cars["Miles_per_Gallon"].isna().sum() == 8
    assert max(row["y"] for row in drawn if row["y"] is not None) == 46.6
    assert "8 of 406 trials have no value of &#39;Miles_per_Gallon&#39;" in page
    assert "Mazda Glc &#39;80" in page  # the car that goes farthest
    for origin in cars["Origin"].unique():
        assert origin in page
    names = set(views(spec))
    assert {f"hyperparameter_{place}" for place in range(6)} <= names
    assert {"progress", "objective_density", "tuning_job", "training_jobs"} <= names


def test_weather(reports):
    page, spec = reports["weather"]
    days = data.seattle_weather()
    drawn = spec["datasets"]["trials"]
    assert len(drawn) == len(days) == 1461
    assert [row["y"] for row in drawn] == days["temp_max"].tolist()  # in the order of the days
    assert drawn[0]["t"] == days["date"].iloc[0].value // 1_000_000  # and on a time axis
    assert {row["p4"] for row in drawn} == set(range(days["weather"].nunique()))
    hottest = days.loc[days["temp_max"].idxmax(), "date"]
    assert f"{hottest:%Y-%m-%d}" in page
    assert {"hyperparameter_4", "hyperparameter_4_density"} <= set(views(spec))
