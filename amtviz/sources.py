"""Trials that aren't AWS's, as `TuningData`: other tools' studies, logs, and saved files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from amtviz.errors import InputError
from amtviz.model import Direction, Hyperparameter
from amtviz.tidy import LOG_ENDINGS
from amtviz.tuning_data import TuningData


def from_optuna(studies: Any, *, objective: str | int | None = None) -> TuningData:
    """Make a TuningData of Optuna studies, so that the charts serve them as well.

    Parameters
    ----------
    studies : optuna.study.Study, or iterable of them
        Each becomes a tuning job of its name.
    objective : str or int, optional
        Which of several objectives to draw: its name or place. The others stay in the trials.

    Returns
    -------
    TuningData
        Only complete trials that keep the constraints are scored; see
        `amtviz.tidy.studies.optuna.tidy_study`.

    Raises
    ------
    InputError
        If something isn't a study, two have the same name, or an objective isn't known.
    """
    return TuningData.from_source("optuna", studies, objective=objective)


def from_mlflow(
    runs: Any,
    *,
    objective: str,
    direction: Direction,
    hyperparameters: Sequence[str | Hyperparameter] | None = None,
    client: Any = None,
) -> TuningData:
    """Make a TuningData of MLflow's runs, so that the charts serve them as well.

    Parameters
    ----------
    runs : pandas.DataFrame, sequence of mlflow.entities.Run, or str
        What ``mlflow.search_runs`` returns; with a client an experiment's name or number, too.
    objective : str
        The metric to optimize; the others stay in the trials.
    direction : {"Maximize", "Minimize"}
        MLflow doesn't say it.
    hyperparameters : sequence of str or Hyperparameter, optional
        The parameters to draw; by default those that have several values.
    client : mlflow.MlflowClient, optional
        It is asked for the history of each metric of each run, one call each: learning curves.

    Returns
    -------
    TuningData
        Only finished runs are scored; see `amtviz.tidy.studies.mlflow.tidy_experiment`.

    Raises
    ------
    InputError
        If something isn't a run, there is no such experiment, metric or parameter, or no direction.
    """
    return TuningData.from_source(
        "mlflow",
        runs,
        objective=objective,
        direction=direction,
        hyperparameters=hyperparameters,
        client=client,
    )


def from_ray(
    experiments: Any,
    *,
    direction: Direction,
    objective: str | None = None,
    hyperparameters: Sequence[str | Hyperparameter] | None = None,
) -> TuningData:
    """Make a TuningData of Ray Tune's experiments, so that the charts serve them as well.

    Parameters
    ----------
    experiments : ray.tune.ResultGrid, path-like, pandas.DataFrame, or iterable of them
        What ``Tuner.fit`` returns; the experiment's folder; or the grid's table, also in a CSV
        file, which doesn't say which trials failed.
    direction : {"Maximize", "Minimize"}
        Tune keeps it nowhere.
    objective : str, optional
        The metric to optimize; by default the one that the folder names. The others stay in the
        trials.
    hyperparameters : sequence of str or Hyperparameter, optional
        The parameters to draw; by default those that have several values.

    Returns
    -------
    TuningData
        Failed trials are unscored; see `amtviz.tidy.studies.ray.tidy_experiment`.

    Raises
    ------
    InputError
        If something isn't an experiment, a file can't be read, there is no such metric or
        parameter, or no direction.
    """
    return TuningData.from_source(
        "ray",
        experiments,
        objective=objective,
        direction=direction,
        hyperparameters=hyperparameters,
    )


def from_logs(
    paths: Any,
    *,
    objective: str,
    direction: Direction,
    hyperparameters: Sequence[str | Hyperparameter] | None = None,
) -> TuningData:
    """Make a TuningData of CSV or JSON files that any program wrote.

    Parameters
    ----------
    paths : path-like, or iterable of them
        A file with a row for each trial, or a folder: of such files, or of files that each hold
        one trial. What MLflow or Ray Tune wrote is read as that.
    objective : str
        The column to optimize.
    direction : {"Maximize", "Minimize"}
    hyperparameters : sequence of str or Hyperparameter, optional
        The columns to draw; by default those in ``params`` or ``config``, if there is such, else
        all but the objective; of these, those that have several values.

    Returns
    -------
    TuningData
        See `amtviz.tidy.studies.logs.tidy_logs`.

    Raises
    ------
    InputError
        If there are no logs, one can't be read, there is no such metric or parameter, or no
        direction.
    """
    return TuningData.from_source(
        "logs", paths, objective=objective, direction=direction, hyperparameters=hyperparameters
    )


def load_saved(path: str | os.PathLike[str], objective: str | None = None) -> TuningData:
    """Return what `TuningData.load` returns; of other tools' files say how they are read."""
    if is_log(path):
        raise InputError(
            f"{os.fspath(path)!r} is no file that TuningData.save wrote. Logs and other tools' "
            "files are read by amtviz.from_logs(path, objective=…, direction=…)."
        )
    return TuningData.load(path, objective=objective)


def open_logs(items: Iterable[str], objective: str | None, direction: str | None) -> list[Any]:
    """Return tuning jobs as they are, and logs of other tools among them read.

    Parameters
    ----------
    items : iterable of str
        Names, ARNs and paths.
    objective, direction : str, optional
        As for `from_logs`.

    Returns
    -------
    list of str or TuningData

    Raises
    ------
    InputError
        As `from_logs`, and if there is a direction but no log.
    """
    opened = [
        TuningData.from_source(
            "logs", item, objective=objective, direction=cast("Direction | None", direction)
        )
        # a direction says what is meant where a tuning job may be called as a folder
        if (looks_like_a_file(item) or (direction is not None and Path(item).is_dir()))
        and is_log(item)
        else item
        for item in items
    ]
    if direction is not None and not any(isinstance(item, TuningData) for item in opened):
        raise InputError(
            "direction= is for folders and files of other tools: tuning jobs say it themselves. "
            "Leave it out."
        )
    return opened


def is_log(path: str | os.PathLike[str]) -> bool:
    """Tell what isn't a snapshot: a folder, or a file that ends as logs do."""
    return Path(path).is_dir() or Path(path).suffix.lower() in LOG_ENDINGS


def looks_like_a_file(text: str) -> bool:
    """Tell a path from a tuning job's name or ARN: names have neither dots nor slashes."""
    return not text.strip().startswith(("arn:", "https://")) and any(
        sign in text for sign in "./\\"
    )
