"""Ray Tune's experiments as `TuningData`: files that Tune itself wrote (``data/make_ray.py``)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from amtviz import from_logs, from_ray
from amtviz.charts import draw_dashboard
from amtviz.errors import InputError

FOLDER = Path(__file__).parent / "data" / "ray"
ASKED = {"objective": "val/loss", "direction": "Minimize"}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "results.csv", float_precision="round_trip")


@pytest.fixture(scope="module")
def data():
    return from_ray(FOLDER / "digits", **ASKED)


def test_trials_are_the_folders(data, table):
    trials = data.trials
    assert [job.name for job in data.jobs] == ["digits"]
    statuses = ["Completed"] * 8
    statuses[2] = statuses[7] = "Failed"
    assert trials["TrainingJobStatus"].tolist() == statuses
    assert trials["TrainingJobName"].str[-5:].tolist() == [f"0000{n}" for n in range(8)]
    assert trials["FailureReason"].dropna().tolist() == [
        "RuntimeError: out of memory: <script>alert(1)</script>",
        "ValueError: no such layers",
    ]
    by_name = trials.set_index("TrainingJobName")
    for row in table.to_dict(orient="records"):
        trial = by_name.loc[row["trial_id"]]
        assert trial["optimizer/lr"] == row["config/optimizer/lr"]
        assert trial["layers"] == row["config/layers"]
        assert trial["été"] == row["config/été"]
        assert trial["training_iteration"] == row["training_iteration"]
        assert trial["TrainingElapsedTimeSeconds"] == row["time_total_s"]
        assert trial["TrainingEndTime"].timestamp() == row["timestamp"]
        if row["config/number"] in (2, 3, 4, 5):  # failed, NaN, infinite, not reported
            assert pd.isna(trial["val/loss"])
        else:
            assert trial["val/loss"] == row["val/loss"]
    failed = table.query("`config/number` == 2")["val/loss"].item()
    assert trials["val/loss (last reported)"].dropna().tolist() == [failed]
    draw_dashboard(data).to_dict(validate=False)


def test_results_over_time_are_curves(data):
    file = next((FOLDER / "digits").glob("*_00001_*/progress.csv"))
    progress = pd.read_csv(file, float_precision="round_trip")
    of_trial = data.metrics["TrainingJobName"] == progress["trial_id"][0]
    points = data.metrics[of_trial & (data.metrics["MetricName"] == "accuracy")]
    assert points["Value"].tolist() == progress["accuracy"].tolist()
    elapsed = progress["time_total_s"] - progress["time_total_s"][0]
    assert points["ElapsedSeconds"].tolist() == pytest.approx(elapsed.tolist())
    assert set(data.metrics["MetricName"]) == {"val/loss", "accuracy"}
    assert "4 points of metrics over time are no finite number: left out." in data.notices


def test_the_table_is_the_same_but_for_failures(data, table):
    for found in (
        from_ray(FOLDER / "results.csv", **ASKED),
        from_ray(table, **ASKED),
        from_logs(FOLDER / "results.csv", **ASKED),
    ):
        assert set(found.trials["TrainingJobStatus"]) == {"Completed"}
        assert found.notices[0] == (
            "The table doesn't say which trials failed or still run: all are taken as completed. "
            "The experiment's folder does say."
        )
        names = ["optimizer/lr", "layers", "été", "accuracy"]
        expected = data.trials[names].iloc[:7].reset_index(drop=True)
        pd.testing.assert_frame_equal(found.trials[names], expected)


def test_a_grid_is_the_same_as_its_folder(data):
    results = []
    for trial in sorted((FOLDER / "digits").glob("*/params.json")):
        lines = (trial.parent / "result.json").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        error = trial.parent / "error.txt"
        results.append(
            SimpleNamespace(
                metrics=rows[-1] if rows else {},
                metrics_dataframe=pd.DataFrame(rows),
                config=json.loads(trial.read_text(encoding="utf-8")),
                error=RuntimeError(error.read_text(encoding="utf-8")) if error.exists() else None,
                path=str(trial.parent),
            )
        )

    class Grid(list):
        experiment_path = "/somewhere/digits"

        def get_dataframe(self):
            raise AssertionError("not needed")

    found = from_ray(Grid(results), **ASKED)
    last = found.trials["TrainingJobName"][7]
    assert last.startswith("train_")  # it reported nothing, its name neither
    columns = [name for name in data.trials.columns if name != "TrainingJobName"]
    pd.testing.assert_frame_equal(found.trials[columns], data.trials[columns])


def test_the_metric_is_the_experiments_own_and_states_count(tmp_path):
    copy = tmp_path / "digits"
    shutil.copytree(FOLDER / "digits", copy)
    state = next(copy.glob("experiment_state*"))
    state.write_text(state.read_text(encoding="utf-8").replace("TERMINATED", "RUNNING", 1))
    for file in copy.glob("*/result.json"):
        file.unlink()  # as where only the CSV logger ran
    running = from_ray(copy, direction="Maximize")
    assert running.objective.metric_name == "accuracy"
    assert running.trials["TrainingJobStatus"].value_counts()["InProgress"] == 1
    assert [job.status for job in running.jobs] == ["InProgress"]
    state.unlink()
    assert from_ray(copy, **ASKED).notices[0] == (
        "The experiment's state isn't there, or can't be read: trials without an error are taken "
        "as completed."
    )


def test_what_is_wrong_is_named(tmp_path):
    def message_of(what, **options) -> str:
        with pytest.raises(InputError) as caught:
            from_ray(what, **{**ASKED, **options})
        return str(caught.value)

    assert message_of(tmp_path / "nowhere") == (
        f"There is no file or folder {str(tmp_path / 'nowhere')!r}. Check the path."
    )
    assert message_of(tmp_path) == (
        f"{str(tmp_path)!r} is no experiment of Ray Tune: no trial's params.json is in it. Pass "
        "the folder that Tune names at its end, or amtviz.from_logs for other logs."
    )
    assert message_of(FOLDER / "digits", direction="max") == (
        "direction is 'max'. Which values of 'val/loss' are better isn't said in "
        f"{str(FOLDER / 'digits')!r}. Pass direction='Maximize' or 'Minimize'."
    )
    assert message_of(7) == (
        "Can't take a int for an experiment of Ray Tune. Pass a ResultGrid, or the path of the "
        "experiment's folder, or a list of them."
    )
    folder = tmp_path / "none" / "trial"
    folder.mkdir(parents=True)
    (folder / "params.json").write_text("[]")
    assert message_of(tmp_path / "none") == (
        f"{str(folder / 'params.json')!r} holds 0 objects, not one with a trial's parameters. "
        "Mend it, or leave the trial's folder out."
    )
    folder = tmp_path / "broken" / "trial"
    folder.mkdir(parents=True)
    (folder / "params.json").write_text("{")
    assert message_of(tmp_path / "broken").startswith(
        f"{str(folder / 'params.json')!r} is no JSON: "
    )
