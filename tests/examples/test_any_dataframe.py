"""``examples/any_dataframe.py``, run as a reader runs it, and its two reports."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
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


def column(spec, name):
    """Return a column of the trials that a page holds; None where there is no value."""
    trials = spec["datasets"]["trials"]
    ((form, packed),) = trials["columns"][name].items()
    if form == "same":
        return [packed] * trials["count"]
    return packed if form == "digits" else np.frombuffer(base64.b64decode(packed), form).tolist()


def test_cars(reports):
    page, spec = reports["cars"]
    cars = data.cars()
    drawn = column(spec, "y")
    assert len(drawn) == len(cars) == 406
    assert drawn.count(None) == cars["Miles_per_Gallon"].isna().sum() == 8
    assert max(value for value in drawn if value is not None) == 46.6
    assert "8 of 406 trials have no value of &#39;Miles_per_Gallon&#39;" in page
    assert "Mazda Glc &#39;80" in page  # the car that goes farthest
    for origin in cars["Origin"].unique():
        assert origin in page
    names = set(spec["views"])
    assert {f"hyperparameter_{place}" for place in range(6)} <= names
    assert {"progress", "objective_density", "tuning_job", "training_jobs"} <= names


def test_weather(reports):
    page, spec = reports["weather"]
    days = data.seattle_weather()
    assert len(days) == 1461
    assert column(spec, "y") == days["temp_max"].tolist()  # in the order of the days
    # and on a time axis
    assert column(spec, "t") == [day.timestamp() * 1000 for day in days["date"]]
    assert set(column(spec, "p4")) == set(range(days["weather"].nunique()))
    hottest = days.loc[days["temp_max"].idxmax(), "date"]
    assert f"{hottest:%Y-%m-%d}" in page
    assert {"hyperparameter_4", "hyperparameter_4_density"} <= set(spec["views"])
