"""Every public door returns a `TuningData`, which can do all that the reference says."""

from __future__ import annotations

from pathlib import Path

import optuna
import pandas as pd
import pytest

import amtviz
from amtviz import TuningData
from amtviz.api import load_demo
from tests.aws.world import World
from tests.charts.scene import make_data, make_trials

FILES = Path(__file__).parent / "tidy" / "data"


def fetch(folder: Path) -> TuningData:
    return amtviz.fetch_tuning_data("job-a")


def fetch_without_metrics(folder: Path) -> TuningData:
    return amtviz.fetch_tuning_data("job-a", metrics=False)


def combine(folder: Path) -> TuningData:
    frame = make_trials(5).rename(columns={"loss": "validation:accuracy"})
    others = TuningData.from_frame(frame, objective="validation:accuracy", direction="Maximize")
    return amtviz.fetch_tuning_data(["job-a", fetch(folder), others])


def load(folder: Path) -> TuningData:
    fetch(folder).save(folder / "a.sqlite")
    return TuningData.load(folder / "a.sqlite")


def load_plain_trials(folder: Path) -> TuningData:
    from_frame(folder).save(folder / "a.sqlite")
    return TuningData.load(folder / "a.sqlite")


def fetch_a_file(folder: Path) -> TuningData:
    fetch(folder).save(folder / "a.sqlite")
    return amtviz.fetch_tuning_data(folder / "a.sqlite")


def from_frame(folder: Path) -> TuningData:
    return TuningData.from_frame(make_trials(5), objective="loss", direction="Minimize")


def from_optuna(folder: Path) -> TuningData:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    return amtviz.from_optuna(study)


def from_mlflow(folder: Path) -> TuningData:
    runs = pd.read_csv(FILES / "mlflow" / "runs.csv")
    return amtviz.from_mlflow(runs, objective="val/loss", direction="Minimize")


def from_ray(folder: Path) -> TuningData:
    return amtviz.from_ray(FILES / "ray" / "digits", objective="val/loss", direction="Minimize")


def from_logs(folder: Path) -> TuningData:
    make_trials(5).to_csv(folder / "trials.csv")
    return amtviz.from_logs(folder / "trials.csv", objective="loss", direction="Minimize")


def demo(folder: Path) -> TuningData:
    return load_demo()


def watch(folder: Path) -> TuningData:
    return amtviz.watch("job-a", 1)


def watch_in_the_background(folder: Path) -> TuningData:
    handle = amtviz.watch("job-a", 1, block=False)
    assert handle.wait() is handle.data
    return handle.data


def explore(folder: Path) -> TuningData:
    return amtviz.explore(make_data(make_trials(5)), sections=["progress"]).data


DOORS = (
    fetch,
    fetch_without_metrics,
    combine,
    load,
    load_plain_trials,
    fetch_a_file,
    from_frame,
    from_optuna,
    from_mlflow,
    from_ray,
    from_logs,
    demo,
    watch,
    watch_in_the_background,
    explore,
)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_what_comes_in_is_a_tuning_data(door, aws: World, tmp_path: Path) -> None:
    aws.generate("job-a", 3)
    data = door(tmp_path)
    assert type(data) is TuningData
    assert len(data.trials) >= 3
    data.save(tmp_path / "again.sqlite")
    assert len(TuningData.load(tmp_path / "again.sqlite").trials) == len(data.trials)
