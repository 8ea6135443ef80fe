"""The tables as files for other tools."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from amtviz.api import load_demo
from amtviz.errors import InputError
from amtviz.installation import pip_install


@pytest.fixture(scope="module")
def data():
    return load_demo()


def test_parquet_keeps_every_dtype(data, tmp_path) -> None:
    paths = data.to_parquet(tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["trials.parquet", "metrics.parquet", "jobs.parquet"]
    trials, metrics, jobs = (pd.read_parquet(path) for path in paths)
    pd.testing.assert_frame_equal(trials, data.trials)
    pd.testing.assert_frame_equal(metrics, data.metrics)
    assert jobs["TuningJobName"].tolist() == [job.name for job in data.jobs]
    assert jobs["CreationTime"].tolist() == [job.created for job in data.jobs]
    assert jobs["ObjectiveDirection"].unique().tolist() == ["Maximize"]
    assert jobs["Parents"].iloc[-1].split(" ") == list(data.jobs[-1].parents)
    assert jobs["IsAncestor"].dtype == "boolean"


def test_csv_holds_the_same(data, tmp_path) -> None:
    paths = data.to_csv(str(tmp_path))
    assert [path.name for path in paths] == ["trials.csv", "metrics.csv", "jobs.csv"]
    trials, metrics, jobs = (pd.read_csv(path) for path in paths)
    assert trials.columns.tolist() == data.trials.columns.tolist()
    assert len(jobs) == len(data.jobs)
    # pandas 2 reads the last of 17 digits approximately
    np.testing.assert_allclose(metrics["Value"], data.metrics["Value"], rtol=1e-15)
    times = pd.to_datetime(trials["TrainingStartTime"], format="ISO8601", utc=True)
    assert times.tolist() == data.trials["TrainingStartTime"].tolist()


def test_empty_tables_keep_their_columns(data, tmp_path) -> None:
    empty = replace(data, jobs=(), trials=data.trials.iloc[:0], metrics=data.metrics.iloc[:0])
    trials, _, jobs = (pd.read_parquet(path) for path in empty.to_parquet(tmp_path))
    pd.testing.assert_series_equal(trials.dtypes, data.trials.dtypes)
    assert jobs.empty
    assert "TuningJobName" in jobs


def test_without_pyarrow(data, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError) as caught:
        data.to_parquet(tmp_path)
    assert str(caught.value) == (
        f"Parquet files need pyarrow. Install it with {pip_install('parquet')}, or use to_csv."
    )


def test_a_file_is_no_folder(data, tmp_path) -> None:
    (tmp_path / "x").write_text("precious")
    with pytest.raises(InputError) as caught:
        data.to_csv(tmp_path / "x")
    assert str(caught.value) == (
        f"{str(tmp_path / 'x')!r} is a file. Pass a folder to write the tables to."
    )
