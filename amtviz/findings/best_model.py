"""The best training job as AWS described it: its model, and what made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amtviz.analysis.best_so_far import rank_trials
from amtviz.answers import find_definition, read_definitions
from amtviz.errors import InputError
from amtviz.model import TuningTables

Answer = Mapping[str, Any]


def describe_best(data: TuningTables, answer: Answer | None = None) -> dict[str, Any]:
    """Describe the best training job.

    Parameters
    ----------
    data : TuningTables
        With raw answers.
    answer : mapping, optional
        What DescribeTrainingJob answered about it, in place of what Search knew.

    Returns
    -------
    dict
        See `amtviz.TuningData.best_training_job`.

    Raises
    ------
    InputError
        If there are no raw answers, or no trial has a value.
    """
    ranks = rank_trials(data.trials, data.objective).dropna()
    if data.raw is not None and ranks.empty:
        raise InputError(
            "There is no best training job: no trial, of "
            f"{len(data.trials):,}, has a value of {data.objective.metric_name!r}. "
            "'amtviz show' tells how they ended."
        )
    best = None if ranks.empty else data.trials.loc[ranks.idxmin()]
    jobs = () if data.raw is None or best is None else data.raw.jobs
    name = "" if best is None else str(best["TrainingJobName"])
    raw = next((job for job in jobs if _find(job.summaries, name)), None)
    if best is None or raw is None:
        raise InputError(
            "There is no training job of SageMaker's here: these trials come from a DataFrame or "
            "another tuner, or their names were replaced. Fetch the tuning job itself, "
            "amtviz.fetch_tuning_data('my-tuning-job')."
        )
    summary, record = _find(raw.summaries, name), answer or _find(raw.records, name)
    definitions = read_definitions(raw.description)
    of = find_definition(summary.get("TrainingJobDefinitionName"), definitions)
    definition = {} if of is None else definitions[of]
    algorithm = record.get("AlgorithmSpecification") or definition.get("AlgorithmSpecification")
    return {
        "TrainingJobName": name,
        "TuningJobName": raw.name,
        "Region": raw.region,
        "Objective": {
            "MetricName": data.objective.metric_name,
            "Type": data.objective.direction,
            "Value": float(best[data.objective.metric_name]),
        },
        "S3ModelArtifacts": (record.get("ModelArtifacts") or {}).get("S3ModelArtifacts"),
        "TrainingImage": (algorithm or {}).get("TrainingImage"),
        "AlgorithmName": (algorithm or {}).get("AlgorithmName"),
        "RoleArn": record.get("RoleArn") or definition.get("RoleArn"),
        "HyperParameters": {
            **(definition.get("StaticHyperParameters") or {}),
            **(summary.get("TunedHyperParameters") or {}),
            **(record.get("HyperParameters") or {}),
        },
        "Environment": dict(record.get("Environment") or definition.get("Environment") or {}),
    }


def _find(answers: tuple[Answer, ...], name: str) -> Answer:
    return next((each for each in answers if each.get("TrainingJobName") == name), {})
