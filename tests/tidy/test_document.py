import json

import numpy as np
import pandas as pd
import pytest

from amtviz.errors import StoreError
from amtviz.installation import pip_install
from amtviz.store import snapshot as store
from amtviz.tidy import from_document, tidy_frame, tidy_tuning_data, to_document
from tests.tidy.raw_answers import describe, raw_data, raw_job, record, series_of, summarize


def round_trip(data):
    text = json.dumps(to_document(data), allow_nan=False)
    return from_document(json.loads(text))


def assert_same(data, again):
    assert again.jobs == data.jobs
    assert again.objective == data.objective
    assert again.hyperparameters == data.hyperparameters
    assert again.notices == data.notices
    assert again.fetched_at == data.fetched_at
    pd.testing.assert_frame_equal(again.trials, data.trials)
    pd.testing.assert_frame_equal(again.metrics, data.metrics)


def test_frames_of_every_dtype_come_back_the_same():
    times = pd.DatetimeIndex(["2024-01-01T00:00:00.123456789", None, "2024-06-01T00:00:00.5"])
    df = pd.DataFrame(
        {
            "y": [0.1, np.nan, np.inf],
            "low": [-np.inf, 0.1, 1e-320],
            "big": pd.array([2**60 + 1, None, -(2**62)], dtype="Int64"),
            "text": ["</script>", None, "ü🎉\u2028"],
            "TrainingStartTime": times.tz_localize("Europe/Berlin"),
            "EnableManagedSpotTraining": pd.array([True, None, False], dtype="boolean"),
            "naive": times,
            "zoned": times.tz_localize("Asia/Tokyo"),
            "delta": pd.to_timedelta([1, None, 3], unit="s"),
            "category": pd.Categorical(["b", None, "a"], categories=["b", "a"], ordered=True),
            "numbers": pd.Categorical([2, 1, 2]),
            "object": pd.Series([{"a": 1}, None, [1]], dtype=object),
            "plain": [1, 2, 3],
            "small": np.array([1, 2, 3], dtype="int8"),
            "bits": [True, False, True],
            "float32": np.array([0.1, np.nan, np.inf], dtype="float32"),
        }
    )
    data = tidy_frame(
        df, objective="y", direction="Minimize", hyperparameters=["low", "big", "text"]
    )
    assert_same(data, round_trip(data))
    assert round_trip(data).trials["big"][0] == 2**60 + 1


def test_empty_tables_keep_their_types():
    data = tidy_frame(pd.DataFrame({"y": [], "x": []}), objective="y", direction="Minimize")
    assert_same(data, round_trip(data))


def test_data_from_aws_come_back_the_same():
    definition = {
        "DefinitionName": "d",
        "AlgorithmSpecification": {
            "TrainingImage": "forest:1",
            "MetricDefinitions": [{"Name": "f1", "Regex": "x"}],
        },
        "ResourceConfig": {"InstanceType": "ml.x", "InstanceCount": 1},
        "StaticHyperParameters": {"epochs": "3"},
    }
    job = raw_job(
        [summarize("t1"), summarize("t2", float("nan"))],
        [record("t1", {"loss": 1.0})],
        [series_of("t1", "loss", [0, 60], [2.0, float("nan")])],
        description=describe(definition=definition),
    )
    data = tidy_tuning_data(raw_data(job))
    assert_same(data, round_trip(data))
    assert round_trip(data).jobs[0].definitions[0].task


def test_it_fits_the_store(tmp_path):
    data = tidy_frame(
        pd.DataFrame({"y": [0.5, np.nan], "n": [2**60, 1]}), objective="y", direction="Minimize"
    )
    store.save_document(tmp_path / "a.amtviz", "tuning data", to_document(data))
    raw, documents = store.load(tmp_path / "a.amtviz")
    assert raw.jobs == ()
    assert_same(data, from_document(documents["tuning data"]))


def test_what_can_not_be_read():
    document = to_document(
        tidy_frame(pd.DataFrame({"y": [1.0]}), objective="y", direction="Minimize")
    )
    with pytest.raises(StoreError) as error:
        from_document(document | {"format": 2})
    assert str(error.value) == (
        "These trials were written by a newer amtviz (format 2, this one reads up to 1). Upgrade "
        f"amtviz: {pip_install(upgrade=True)}"
    )
    del document["trials"]
    with pytest.raises(StoreError) as error:
        from_document(document)
    assert str(error.value) == (
        "The stored trials are damaged (KeyError: 'trials'). Save them anew."
    )
