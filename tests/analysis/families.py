"""Tuning jobs that were warm-started from each other, with the trials that they ran."""

from __future__ import annotations

import dataclasses

import pandas as pd

from amtviz import Hyperparameter, TuningData
from amtviz.model import TrainingJobDefinition, TuningJob
from tests.analysis.searches import make_search


def number(name, low, high, scaling="Linear", kind="continuous"):
    return Hyperparameter(name, kind, low, high, scaling=scaling)


def choice(name, *values):
    return Hyperparameter(name, "categorical", values=values)


RATE = number("rate", 0.001, 0.1, "Logarithmic")


def make_job(name, hyperparameters=(RATE,), parents=(), **fields):
    """One finished random search; ``fixed`` maps hyperparameters to the values they had."""
    fixed = fields.pop("fixed", {})
    definition = TrainingJobDefinition("", None, tuple(hyperparameters), fixed, (), ())
    usual = {
        "arn": "",
        "status": "Completed",
        "strategy": "Random",
        "objective": None,
        "definitions": (definition,),
        "metric_names": (),
        "warm_start_type": "IdenticalDataAndAlgorithm" if parents else None,
    }
    return TuningJob(
        name=name,
        hyperparameters=tuple(hyperparameters),
        parents=tuple(parents),
        **(usual | fields),
    )


def make_family(scores, jobs, direction="Maximize", **columns):
    """The scores of each tuning job by its name, in the order in which its trials ended."""
    trials = pd.concat(
        [make_search(values, name, direction, **columns) for name, values in scores.items()],
        ignore_index=True,
    )
    union = {h.name: h for job in reversed(jobs) for h in job.hyperparameters}
    for hyperparameter in union.values():
        middle = (hyperparameter.low or 0.0) if not hyperparameter.values else None
        trials[hyperparameter.name] = hyperparameter.values[0] if middle is None else middle
    data = TuningData.from_frame(
        trials,
        objective="y",
        direction=direction,
        hyperparameters=list(union.values()),
        job_column="TuningJobName",
    )
    return dataclasses.replace(data, jobs=tuple(jobs))
