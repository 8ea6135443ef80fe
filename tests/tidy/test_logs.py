"""Logs of any program as `TuningData`."""

from __future__ import annotations

import json
import math
from pathlib import Path

import optuna
import pandas as pd
import pytest
from click.testing import CliRunner

import amtviz
from amtviz import from_logs
from amtviz.cli import main
from amtviz.errors import InputError
from amtviz.sources import open_logs

ASKED = {"objective": "loss", "direction": "Minimize"}
TRIALS = [
    {"params": {"lr": 0.1, "opt": {"name": "sgd"}}, "metrics": {"loss": 0.5, "f1": 0.7}},
    {"params": {"lr": 0.01, "opt": {"name": "<b>"}}, "metrics": {"loss": math.nan, "f1": 0.1}},
    {"params": {"lr": 1, "opt": {"name": None}}, "metrics": {"f1": 0.2}, "status": "FAILED"},
]


def check_trials(data) -> None:
    assert {h.name: h.kind for h in data.hyperparameters} == {
        "lr": "continuous",
        "opt.name": "categorical",
    }
    assert data.trials["lr"].tolist() == [0.1, 0.01, 1.0]
    assert data.trials["opt.name"].tolist()[:2] == ["sgd", "<b>"]
    assert pd.isna(data.trials["opt.name"][2])
    assert data.trials["loss"].tolist()[0] == 0.5
    assert data.trials["loss"].isna().tolist() == [False, True, True]
    assert data.trials["f1"].tolist() == [0.7, 0.1, 0.2]


def test_rows_of_json_in_every_shape(tmp_path):
    flat = pd.json_normalize(TRIALS)
    texts = {
        "list.json": json.dumps(TRIALS, indent=1),
        "lines.jsonl": "\n".join(map(json.dumps, TRIALS)) + "\n",
        "lines.json": "\n".join(map(json.dumps, TRIALS)) + '\n{"params": {"lr"',  # half written
        "frame.json": flat.to_json(),
        "commas.csv": flat.to_csv(index=False),
        "index.csv": flat.to_csv(),
        "semicolons.csv": "\ufeff" + flat.to_csv(index=False, sep=";"),
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        data = from_logs(path, **ASKED)
        check_trials(data)
        assert [job.name for job in data.jobs] == [path.stem]
        assert data.trials["TrainingJobStatus"].tolist() == ["Completed"] * 2 + ["Failed"]
        assert data.trials["TrainingJobName"][2] == f"{path.stem}-0003"


def test_a_file_a_trial(tmp_path):
    for place, trial in enumerate(TRIALS, 9):
        (tmp_path / f"run-{place}.json").write_text(json.dumps(trial, indent=2))
    (tmp_path / "notes.txt").write_text("not a log")
    data = from_logs(tmp_path, **ASKED)
    check_trials(data)
    assert data.trials["TrainingJobName"].tolist() == ["run-9", "run-10", "run-11"]
    assert [job.name for job in data.jobs] == [tmp_path.name]


def test_a_row_a_trial_without_names_of_parts(tmp_path):
    frame = pd.DataFrame(
        {
            "trial_id": ["a", "b", "c"],
            "depth": [3, 4, 5],
            "kind": ["NA", "None", "x"],
            "loss": ["0.5", "inf", ""],
            "state": ["COMPLETE", "COMPLETE", "RUNNING"],
            "start_time": ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", ""],
            "end_time": ["2026-01-01T00:30:00Z", "2026-01-01T03:00:00Z", ""],
            "InstanceType": ["ml.m5.large"] * 3,
        }
    )
    frame.to_csv(tmp_path / "one.csv", index=False)
    data = from_logs(tmp_path / "one.csv", **ASKED)
    assert {h.name: (h.kind, h.values) for h in data.hyperparameters} == {
        "depth": ("integer", ()),
        "kind": ("categorical", ("NA", "None", "x")),
    }
    assert data.trials["TrainingJobName"].tolist() == ["a", "b", "c"]
    assert data.trials["TrainingElapsedTimeSeconds"].tolist()[:2] == [1800, 7200]
    assert data.trials["loss"].isna().tolist() == [False, True, True]
    assert data.trials["InstanceType"].tolist() == ["ml.m5.large"] * 3
    assert data.jobs[0].status == "InProgress"


def test_files_of_rows_are_searches_and_files_of_steps_are_trials(tmp_path):
    for name, rate in (("first", 0.1), ("second", 0.2)):
        frame = pd.DataFrame({"epoch": [1, 2, 3], "lr": rate, "loss": [3 * rate, 2 * rate, rate]})
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    steps = from_logs(tmp_path, **ASKED)
    assert steps.trials["TrainingJobName"].tolist() == ["first", "second"]
    assert steps.trials["loss"].tolist() == [0.1, 0.2]
    assert [h.name for h in steps.hyperparameters] == ["lr"]
    points = steps.metrics.query("TrainingJobName == 'second'")
    assert points["Value"].tolist() == pytest.approx([0.6, 0.4, 0.2])
    assert points["ElapsedSeconds"].tolist() == [0, 1, 2]
    assert steps.notices[:2] == (
        "Each of 2 files is taken for one trial, for 'epoch' grows from row to row: its last row "
        "is the result.",
        "The files have no times of their steps: a step is drawn as a second.",
    )
    for path in tmp_path.glob("*.csv"):
        pd.read_csv(path).rename(columns={"epoch": "depth"}).to_csv(path, index=False)
    rows = from_logs(tmp_path, **ASKED)
    assert rows.trials["TuningJobName"].tolist() == ["first"] * 3 + ["second"] * 3
    assert rows.notices[0] == (
        "Each row of 2 files is taken for one trial, each file for a search."
    )


@pytest.mark.parametrize(
    "stamp", [None, lambda at: at.isoformat(), lambda at: at.timestamp(), lambda at: 3]
)
def test_a_page_is_written_of_steps_with_and_without_times(stamp, tmp_path):
    began = pd.Timestamp("2026-05-01 12:00", tz="UTC")
    times = [began + pd.Timedelta(seconds=30 * place) for place in range(3)]
    for rate in (0.1, 0.2, 0.4):
        frame = pd.DataFrame({"epoch": [1, 2, 3], "lr": rate, "loss": [3 * rate, 2 * rate, rate]})
        if stamp is not None:
            frame["timestamp"] = list(map(stamp, times))
        frame.to_csv(tmp_path / f"run-{rate}.csv", index=False)
    data = from_logs(tmp_path, **ASKED)
    timed = stamp is not None and stamp(began) != 3
    points = data.metrics.query("MetricName == 'loss'")
    assert points["ElapsedSeconds"].tolist()[:3] == ([0, 30, 60] if timed else [0, 1, 2])
    assert points["Timestamp"].tolist()[:3] == times if timed else points["Timestamp"].isna().all()
    assert data.trials["TrainingStartTime"].notna().all() == timed
    page = amtviz.write_report(data, tmp_path / "x.html").read_text("utf-8")
    assert "objective_progression" in page
    assert ("objective_progression_clock" in page) == timed


def test_halves_of_surrogate_pairs_are_written(tmp_path):
    rows = [{"params": {"\ud800": "\udfff", "x": place}, "loss": place} for place in range(2)]
    (tmp_path / "x.json").write_text(json.dumps(rows))
    data = from_logs(tmp_path / "x.json", **ASKED)
    assert data.trials["\\ud800"].tolist() == ["\\udfff"] * 2


def test_optunas_table_is_read(tmp_path):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(study_name="s", sampler=optuna.samplers.RandomSampler(seed=0))

    def run(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        if trial.number == 2:
            raise optuna.TrialPruned
        return x

    study.optimize(run, n_trials=4)
    study.trials_dataframe().to_csv(tmp_path / "study.csv")
    data = from_logs(tmp_path / "study.csv", objective="value", direction="Minimize")
    assert data.trials["x"].tolist() == [trial.params["x"] for trial in study.trials]
    assert data.trials["TrainingJobStatus"].tolist() == ["Completed"] * 2 + ["Stopped", "Completed"]
    assert [h.name for h in data.hyperparameters] == ["x"]


WRONG = {
    "empty.csv": ("", "{path} is empty. Pass a file in which trials are logged."),
    "header.csv": (
        "lr,loss\n",
        "There is no row in {path}. Pass a file in which trials are logged.",
    ),
    "wide.csv": (
        "lr,loss\n1,2\n1,2,3\n",
        "Line 3 of {path} has 3 values for 2 columns. Mend it, or quote values that have a ','.",
    ),
    "twice.csv": (
        "lr,lr,loss\n1,2,3\n",
        "{path} has several columns called 'lr'. Give each a name of its own.",
    ),
    "numbers.json": (
        "[1, 2]",
        "{path} holds 1 where a trial should be. Write an object with names and values for each "
        "trial.",
    ),
    "null.json": (
        "null",
        "{path} holds null where a trial should be. Write an object with names and values for each "
        "trial.",
    ),
    "huge.csv": (
        "lr,loss,InstanceCount\n1,2,inf\n",
        "The column 'InstanceCount' can't be read as Int64 (cannot convert float infinity to "
        "integer). Convert it, or give it another name if it means something else.",
    ),
    "lines.jsonl": (
        '{"loss": 1}\nloss\n{"loss": 2}\n',
        "Line 2 of {path} is no JSON: Expecting value: line 1 column 1 (char 0). Mend it, or leave "
        "the file out.",
    ),
    "deep.json": (
        "[" * 100_000,
        "{path} is no JSON: nested too deeply. Mend it, or leave the file out.",
    ),
    "other.csv": (
        "lr,error\n1,2\n",
        "There is no metric 'loss' in {path}. Pass objective= one of 'lr' and 'error'.",
    ),
    "words.csv": (
        "lr,loss\n1,low\n",
        "'loss' in {path} is no number: 'low'. Pass objective= one of 'lr'.",
    ),
    "unlogged.csv": (
        "lr,loss\n1,\n",
        "'loss' in {path} is no metric, or has no value. Pass objective= one of 'lr'.",
    ),
    "semicolons.csv": (
        "lr;loss\n0,1;2,5\n",
        "'loss' in {path} is no number: '2,5'. Log one in each of them.",
    ),
    "log.txt": (
        "x",
        "{path} is no log that is read. Pass a file that ends in '.csv', '.json', '.jsonl' and "
        "'.ndjson', or a folder of such.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(name, tmp_path):
    text, expected = WRONG[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        from_logs(path, **ASKED)
    assert str(caught.value) == expected.format(path=repr(str(path)))


def test_hyperparameters_are_chosen_by_name(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("lr,n,loss\n1,2,3\n2,3,4\n", encoding="utf-8")
    for asked in ("lr", ["lr", "lr"]):
        data = from_logs(path, **ASKED, hyperparameters=asked)
        assert [h.name for h in data.hyperparameters] == ["lr"]
    with pytest.raises(InputError, match=r"no parameter 'x' in .*\. Choose from 'lr' and 'n'\.$"):
        from_logs(path, **ASKED, hyperparameters=["x"])
    with pytest.raises(InputError, match=r"^hyperparameters=3 names none\. Pass a list of names"):
        from_logs(path, **ASKED, hyperparameters=3)


def test_numbers_of_hundreds_of_digits_are_infinite(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"lr": 1, "loss": %s}, {"lr": 2, "loss": 3}]' % ("9" * 400), encoding="utf-8")
    assert from_logs(path, **ASKED).trials["loss"].isna().tolist() == [True, False]


def test_folders_without_logs_and_bytes_are_named(tmp_path):
    with pytest.raises(InputError, match=r"^There is no log in the folder .* Pass one with files"):
        from_logs(tmp_path, **ASKED)
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "meta.yaml").write_text("")
    with pytest.raises(InputError, match=r"pass mlflow\.search_runs\(\) to amtviz\.from_mlflow"):
        from_logs(tmp_path, **ASKED)
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"isn't text in UTF-8 \(byte 0\)"):
        from_logs(tmp_path / "x.csv", **ASKED)
    with pytest.raises(InputError, match=r"^There is no file or folder"):
        from_logs(tmp_path / "nowhere", **ASKED)


def test_a_log_is_no_snapshot(tmp_path):
    (tmp_path / "x.csv").write_text("lr,loss\n1,2\n")
    for path in (tmp_path, tmp_path / "x.csv"):
        with pytest.raises(InputError) as caught:
            amtviz.fetch_tuning_data(path)
        assert str(caught.value) == (
            f"{str(path)!r} is no file that TuningData.save wrote. Logs and other tools' files "
            "are read by amtviz.from_logs(path, objective=…, direction=…)."
        )


def test_the_command_line_takes_a_folder_and_says_what_to_do_with_logs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("logs").mkdir()
    Path("logs", "x.csv").write_text("lr,loss\n1,2\n2,1\n")
    (item,) = open_logs(["logs"], "loss", "Minimize")
    assert item.trials["loss"].tolist() == [2, 1]
    with pytest.raises(InputError, match=r"^direction= is for folders and files"):
        open_logs(["job"], "loss", "Minimize")
    item.save("mine.sqlite")
    for asked, more in (("logs/", " --objective METRIC --direction minimize"), ("mine.sqlite", "")):
        result = CliRunner().invoke(main, ["next", asked])
        assert result.exit_code == 1
        assert result.output == (
            "Error: These trials aren't SageMaker's: there is no request to write. "
            f"'amtviz suggest {asked}{more}' says what to search.\n"
        )
    assert CliRunner().invoke(main, ["best", "logs/"]).output == (
        "Error: 'logs/' is no file that TuningData.save wrote. Logs and other tools' files are "
        "read by 'amtviz report' and 'amtviz suggest', with --objective and --direction.\n"
    )
