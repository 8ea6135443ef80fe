"""Tuning jobs of the rarer shapes that AWS answers, made of plain generated ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from amtviz.model import RawTuningJob
from tests.aws.constraints import check_answer
from tests.aws.generate import generate_tuning_job


def check_shapes(job: RawTuningJob) -> None:
    """Raise an AssertionError unless botocore knows each member of the answers."""
    check_answer("sagemaker", "DescribeHyperParameterTuningJobResponse", job.description)
    for summary in job.summaries:
        check_answer("sagemaker", "HyperParameterTrainingJobSummary", summary)
    for record in job.records:
        check_answer("sagemaker", "TrainingJob", record)


def generate_algorithms(
    name: str, definitions: Mapping[str, Mapping[str, Any]], trials: int = 10, **options: Any
) -> RawTuningJob:
    """Make a tuning job of several algorithms, whose trials come in turn.

    Parameters
    ----------
    name : str
    definitions : mapping of str to mapping
        By definition name: ``ranges``, ``objective``, ``direction``, ``score`` and whatever else
        `tests.aws.generate.generate_tuning_job` takes; ``static`` hyperparameters.
    trials : int
        Of all algorithms.
    **options
        Of all algorithms.
    """
    played = {
        of: generate_tuning_job(name, trials, **{**options, **without(own, "static")})
        for of, own in definitions.items()
    }
    first = next(iter(played.values()))
    owners = [list(played)[place % len(played)] for place in range(trials)]
    summaries = [
        {**played[of].summaries[place], "TrainingJobDefinitionName": of}
        for place, of in enumerate(owners)
    ]
    names = {summary["TrainingJobName"]: of for summary, of in zip(summaries, owners, strict=True)}
    config = first.description["HyperParameterTuningJobConfig"]
    described = [
        {
            **job.description["TrainingJobDefinition"],
            "DefinitionName": of,
            "TuningObjective": job.description["HyperParameterTuningJobConfig"][
                "HyperParameterTuningJobObjective"
            ],
            "HyperParameterRanges": job.description["HyperParameterTuningJobConfig"][
                "ParameterRanges"
            ],
            "StaticHyperParameters": dict(definitions[of].get("static", {})),
        }
        for of, job in played.items()
    ]
    description = without(first.description, "TrainingJobDefinition") | {
        "HyperParameterTuningJobConfig": without(
            config, "HyperParameterTuningJobObjective", "ParameterRanges"
        ),
        "TrainingJobDefinitions": described,
    }
    return replace(
        first,
        description=description,
        summaries=tuple(summaries),
        records=tuple(played[of].records[place] for place, of in enumerate(owners)),
        series=tuple(
            s for of, job in played.items() for s in job.series if names.get(s.training_job) == of
        ),
    )


def with_definition(job: RawTuningJob, *absent: str, **members: Any) -> RawTuningJob:
    """Change members of its only training-job definition; those in ``absent`` go."""
    definition = without(job.description["TrainingJobDefinition"], *absent) | members
    return replace(job, description={**job.description, "TrainingJobDefinition": definition})


def with_records(job: RawTuningJob, members: Sequence[Mapping[str, Any]]) -> RawTuningJob:
    """Add members to the records of its trials, in turn."""
    return replace(
        job,
        records=tuple(
            {**record, **members[place % len(members)]} for place, record in enumerate(job.records)
        ),
    )


def without(answer: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in names}


def with_scores(job: RawTuningJob, values: Sequence[float | str]) -> RawTuningJob:
    """Let its first trials have these final values of the objective."""
    final = "FinalHyperParameterTuningJobObjectiveMetric"
    changed = [
        {**summary, final: {**summary[final], "Value": value}}
        for summary, value in zip(job.summaries, values, strict=False)
    ]
    return replace(job, summaries=(*changed, *job.summaries[len(changed) :]))
