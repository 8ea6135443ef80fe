"""MLflow's runs as `TuningData`: files that MLflow itself wrote (``data/make_mlflow.py``)."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from amtviz import from_logs, from_mlflow
from amtviz.errors import InputError
from amtviz.schema import METRIC_COLUMNS

FOLDER = Path(__file__).parent / "data" / "mlflow"
ASKED = {"objective": "val/loss", "direction": "Minimize"}


class Client:
    """Answers as MLflow's client did, in pages of five."""

    def __init__(self, name="digits / résumé"):
        self.answers = json.loads((FOLDER / "experiment.json").read_text(encoding="utf-8"))
        self.answers["experiment"]["name"] = name
        self.calls = []

    def search_experiments(self):
        return [SimpleNamespace(**self.answers["experiment"])]

    def get_experiment_by_name(self, name):
        return next((one for one in self.search_experiments() if one.name == name), None)

    def get_experiment(self, number):
        return next(one for one in self.search_experiments() if one.experiment_id == number)

    def search_runs(self, experiments, page_token=None):
        assert experiments == [self.answers["experiment"]["experiment_id"]]
        place = int(page_token or 0)
        page = Page(
            SimpleNamespace(
                info=SimpleNamespace(**run["info"]), data=SimpleNamespace(**run["data"])
            )
            for run in self.answers["runs"][place : place + 5]
        )
        page.token = str(place + 5) if place + 5 < len(self.answers["runs"]) else None
        return page

    def get_metric_history(self, run_id, metric):
        self.calls.append((run_id, metric))
        run = next(run for run in self.answers["runs"] if run["info"]["run_id"] == run_id)
        return [SimpleNamespace(**point) for point in run["histories"][metric]]


class Page(list):
    token: str | None = None


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "runs.csv", keep_default_na=False, na_values=[""])


def test_trials_are_the_rows_of_mlflows_table(table):
    data = from_mlflow(table, **ASKED)
    rows = table[::-1].reset_index(drop=True)  # MLflow lists the newest first
    rows = rows[rows["tags.mlflow.runName"] != "second search"].reset_index(drop=True)
    assert len(data.trials) == len(rows) == 13
    statuses = {
        "FINISHED": "Completed",
        "FAILED": "Failed",
        "KILLED": "Stopped",
        "RUNNING": "InProgress",
    }
    assert data.trials["TrainingJobStatus"].tolist() == rows["status"].map(statuses).tolist()
    scored = (rows["status"] == "FINISHED") & (rows["metrics.val/loss"] < 1e300)  # MLflow's inf
    expected = rows["metrics.val/loss"].where(scored)
    pd.testing.assert_series_equal(data.trials["val/loss"], expected, check_names=False)
    last = rows["metrics.val/loss"].where(rows["status"] != "FINISHED")
    reported = data.trials["val/loss (last reported)"]
    pd.testing.assert_series_equal(reported, last, check_names=False)
    assert data.trials["accuracy"].tolist() == rows["metrics.accuracy"].tolist()
    assert data.trials["learning rate"].tolist() == rows["params.learning rate"].tolist()
    start = pd.to_datetime(rows["start_time"], utc=True)
    assert data.trials["TrainingStartTime"].tolist() == start.tolist()


def test_kinds_come_from_the_texts(table):
    data = from_mlflow(table, **ASKED)
    kinds = {h.name: (h.kind, h.values, h.scaling) for h in data.hyperparameters}
    assert kinds == {
        "bootstrap": ("categorical", ("False", "True"), "Auto"),
        "criterion": ("categorical", ("entropy", "gini", "None"), "Auto"),
        "learning rate": ("continuous", (), "Logarithmic"),
        "__proto__": ("categorical", ("<b>0</b>", "<b>1</b>"), "Auto"),
        "model/depth": ("integer", (), "Auto"),
        "dropout": ("continuous", (), "Auto"),
    }
    assert not any(h.declared for h in data.hyperparameters)
    assert "seed" in data.trials  # one value: kept, not drawn
    assert (
        "No hyperparameter is made of 'seed': it has one value in all trials. Name them in "
        "hyperparameters= to have them drawn."
    ) in data.notices
    named = from_mlflow(table, **ASKED, hyperparameters=["seed", "dropout"])
    assert [h.name for h in named.hyperparameters] == ["seed", "dropout"]


def test_a_run_with_nested_ones_is_a_tuning_job(table):
    data = from_mlflow(table, **ASKED)
    counts = data.trials["TuningJobName"].value_counts().to_dict()
    assert counts == {"experiment 1": 10, "second search": 3}
    assert data.trials["TrainingJobName"].tolist()[3:5] == ["same name", "same name (2)"]
    assert data.notices[0] == (
        "1 run with others nested in it is a tuning job, not a trial: 'second search'."
    )


@pytest.mark.parametrize("name", ["digits / résumé", "1"])
def test_an_experiment_has_histories(name, table):
    client = Client()
    data = from_mlflow(name, **ASKED, client=client)
    same = from_mlflow(table, **ASKED)
    pd.testing.assert_frame_equal(
        data.trials.drop(columns="TuningJobName"),
        same.trials[data.trials.columns].drop(columns="TuningJobName"),
        check_dtype=False,
    )
    assert set(data.trials["TuningJobName"]) == {"digits / résumé", "second search"}
    assert {name: str(dtype) for name, dtype in data.metrics.dtypes.items()} == {
        name: column.dtype for name, column in METRIC_COLUMNS.items()
    }
    assert len(client.calls) == sum(len(run["data"]["metrics"]) for run in client.answers["runs"])
    run = next(r for r in client.answers["runs"] if r["info"]["run_name"] == "trial 0")
    points = data.metrics.query("TrainingJobName == 'trial 0' and MetricName == 'val/loss'")
    assert points["Value"].tolist() == [p["value"] for p in run["histories"]["val/loss"]]
    milliseconds = np.array([p["timestamp"] for p in run["histories"]["val/loss"]])
    first = min(p["timestamp"] for of in run["histories"].values() for p in of)
    assert points["ElapsedSeconds"].tolist() == pytest.approx((milliseconds - first) / 1000)
    assert (points["Timestamp"].astype("int64") // 10**6).tolist() == milliseconds.tolist()
    assert np.isfinite(data.metrics["Value"]).all()


def test_runs_themselves_and_the_file_are_read_alike(table):
    client = Client()
    runs = [*client.search_runs(["1"]), *client.search_runs(["1"], "5")]
    runs += client.search_runs(["1"], "10")
    for data in (from_mlflow(runs, **ASKED), from_logs(FOLDER / "runs.csv", **ASKED)):
        expected = from_mlflow(table, **ASKED).trials[data.trials.columns]
        pd.testing.assert_frame_equal(data.trials, expected, check_dtype=False)


def message_of(*args, **options) -> str:
    with pytest.raises(InputError) as caught:
        from_mlflow(*args, **options)
    return str(caught.value)


def test_what_is_wrong_is_named(table):
    assert message_of(table, objective="loss", direction="Minimize") == (
        "There is no metric 'loss' in the MLflow runs. Pass objective= one of 'accuracy' and "
        "'val/loss'."
    )
    assert message_of(table, objective="accuracy", direction=None) == (
        "Which values of 'accuracy' are better isn't said in the MLflow runs. Pass "
        "direction='Maximize' or 'Minimize'."
    )
    assert message_of(table, **ASKED, hyperparameters=["depth"]) == (
        "There is no parameter 'depth' in the MLflow runs. Choose from 'bootstrap', 'criterion', "
        "'learning rate', '__proto__', 'seed', 'model/depth' and 'dropout'."
    )
    assert message_of("digits", **ASKED, client=Client()) == (
        "There is no MLflow experiment 'digits'. Choose from 'digits / résumé'."
    )
    assert message_of("digits", **ASKED) == (
        "Can't take a str for MLflow's runs. Pass what mlflow.search_runs returns, or an "
        "experiment's name with client=, or a list of them."
    )
    assert message_of(table.drop(columns="run_id"), **ASKED).startswith(
        "Can't take a DataFrame for"
    )
    twice = pd.concat([table, table[["run_id"]]], axis=1)
    assert message_of(twice, **ASKED) == (
        "The table of MLflow's runs has several columns called 'run_id'. Give each a name of its "
        "own."
    )
    assert message_of(table.iloc[:0], **ASKED) == (
        "There is no trial in the MLflow runs. Pass one in which something ran."
    )
