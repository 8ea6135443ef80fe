"""docs/howto/coming_from_sagemaker_amtviz.md says what SDK 2's own charts really give."""

from __future__ import annotations

import inspect
import math
from datetime import datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest
from sagemaker.tuner import HyperparameterTuner

from amtviz import visualize_tuning_job
from tests.aws.world import World
from tests.docs.documents import ROOT

PAGE = ROOT / "docs" / "howto" / "coming_from_sagemaker_amtviz.md"
METRICS = ("train:loss", "validation:accuracy")
OPTIONS = {"job_metrics": list(METRICS), "return_dfs": True}


def rows_of(heading: str) -> list[tuple[str, ...]]:
    """Give the cells of the table under a heading, without code marks."""
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip().strip("`") for cell in line.split("|")[1:-1]) for line in lines]


@pytest.fixture
def both(account: World) -> Any:
    """What SDK 2 and amtviz return of the same tuning job: trials, and values with trials."""
    began = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=2)
    account.generate("parent", 3, began=began, series=METRICS)
    account.generate(
        "child",
        6,
        began=began,
        parents=["parent"],
        statuses=("Completed", "Completed", "Failed"),
        series=METRICS,
    )
    theirs = HyperparameterTuner.visualize_jobs("child", **OPTIONS)[1:]
    return theirs, visualize_tuning_job("child", **OPTIONS)[1:]


def test_the_columns_of_the_trials(both: Any) -> None:
    (theirs, _), (ours, _) = both
    named = dict(rows_of("Columns of the trials"))
    assert set(theirs) == {*named, "n-estimators", "momentum"}
    assert set(named.values()) <= set(ours)
    assert set(theirs["TuningJobName"]) == {"parent", "child"}
    scored = ours.dropna(subset="validation:accuracy").set_index("TrainingJobName")
    theirs = theirs.set_index("TrainingJobName")
    assert len(ours) == 9
    assert len(theirs) == 7  # without the failed ones
    assert set(theirs.index) == set(scored.index)
    for before, after in named.items():
        if before not in ("TrainingJobName", "criterion"):
            values = theirs[before]
            if before.endswith(("StartTime", "EndTime")):
                assert (pd.to_datetime(values, utc=True) == scored.loc[values.index, after]).all()
            else:
                assert (values == scored.loc[values.index, after]).all()
    assert all(theirs["criterion"].str.startswith('"'))
    assert (theirs["criterion"].str.strip('"') == scored["criterion"].loc[theirs.index]).all()
    assert theirs["max-depth"].dtype == "float64"
    assert ours["max-depth"].dtype == "Int64"
    assert theirs["validation_accuracy"].is_monotonic_decreasing
    for _, trials in ours.groupby("TuningJobName"):
        assert trials["CreationTime"].is_monotonic_increasing


def test_the_columns_of_the_values(both: Any) -> None:
    (trials, theirs), (_, ours) = both
    named = dict(rows_of("Columns of the values during training"))
    assert set(theirs) == {*named, *trials}
    assert set(named.values()) <= set(ours)
    assert set(theirs["label"]) == set(METRICS) <= set(ours["MetricName"])
    assert theirs["ts"].dt.tz is None
    assert theirs["rel_ts"].dt.year.eq(1970).all()
    keys = ["TrainingJobName", "MetricName", "Timestamp"]
    old = theirs.assign(
        MetricName=theirs["label"], Timestamp=pd.to_datetime(theirs["ts"], utc=True)
    )
    merged = (
        old[[*keys, "value"]]
        .astype({"Timestamp": ours["Timestamp"].dtype})
        .merge(ours[[*keys, "Value"]], on=keys)
    )
    assert len(merged) == len(theirs) > 0
    assert all(math.isclose(a, b) for a, b in zip(merged["value"], merged["Value"], strict=True))


def test_the_options() -> None:
    from sagemaker.amtviz import visualize_tuning_job as theirs

    options = list(inspect.signature(theirs).parameters)
    assert list(inspect.signature(visualize_tuning_job).parameters)[:5] == options
    assert [option for option, *_ in rows_of("Options")] == [*options, "session"]
