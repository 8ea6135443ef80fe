"""Starts tuning jobs on this machine: what takes the place of a tuner's ``fit()`` in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
from answers import to_raw
from strategies import Value
from tuning import FinishedTuningJob, TuningPlan, run_tuning_job

from amtviz import Hyperparameter, Objective
from amtviz.store.snapshot import save_raw


class LocalTuner:
    """Runs a training script with values of a search, two trials at a time.

    Parameters
    ----------
    script : Path
        A training script as one gives it to SageMaker.
    channel : Path
        The folder with its data, told to it in SM_CHANNEL_TRAIN.
    output : Path
        Where models and what happened are written.
    objective : Objective
    metric_definitions : mapping of str to str
        Regular expressions that find each metric in the script's output.
    static : mapping, optional
        Hyperparameters that every trial gets.
    """

    def __init__(
        self,
        script: Path,
        channel: Path,
        output: Path,
        objective: Objective,
        metric_definitions: Mapping[str, str],
        static: Mapping[str, Value] | None = None,
    ) -> None:
        self._script, self._channel, self._output = script, channel, output
        self._objective, self._definitions = objective, metric_definitions
        self._static = dict(static or {})
        self._finished: dict[str, FinishedTuningJob] = {}

    def fit(
        self,
        name: str,
        strategy: str,
        ranges: Iterable[Hyperparameter],
        trials: int,
        parents: Iterable[str] = (),
    ) -> str:
        """Run one tuning job to its end.

        Parameters
        ----------
        name : str
        strategy : {"Random", "Bayesian", "Grid", "Hyperband"}
        ranges : iterable of Hyperparameter
        trials : int
        parents : iterable of str
            What earlier calls gave: a warm start learns from those.

        Returns
        -------
        str
            A file that stands for the tuning job, wherever amtviz takes its name.
        """
        plan = TuningPlan(
            name=name,
            strategy=strategy,
            ranges=tuple(ranges),
            objective=self._objective,
            metric_definitions=self._definitions,
            trials=trials,
            seed=len(self._finished),  # searches must not begin with the same trials
            static=self._static,
            parents=tuple(self._finished[parent] for parent in parents),
        )
        job = run_tuning_job(plan, self._script, self._channel, self._output / "models")
        path = str(self._output / f"{name}.sqlite")
        save_raw(path, to_raw([job]))
        self._finished[path] = job
        return path


def read_ranges(suggested: pd.DataFrame) -> list[Hyperparameter]:
    """Give what ``TuningData.suggest_ranges`` suggests as ranges for `LocalTuner.fit`.

    For SageMaker's tuners, ``TuningData.suggest_ranges_code`` writes them as code.
    """
    return [
        Hyperparameter(row.Hyperparameter, row.Kind, values=row.Values)
        if row.Kind == "categorical"
        else Hyperparameter(
            row.Hyperparameter,
            row.Kind,
            int(row.Low) if row.Kind == "integer" else row.Low,
            int(row.High) if row.Kind == "integer" else row.High,
            scaling=row.Scaling,
        )
        for row in suggested.itertuples()
    ]
