"""``amtviz best``: the model of the best training job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from amtviz.cli.group import main
from amtviz.cli.options import (
    emit,
    fetch_arguments,
    fetch_options,
    json_option,
    objective_option,
    say,
)
from amtviz.wording.signs import show_signs

if TYPE_CHECKING:
    from amtviz import TuningData

_EPILOG = """\b
Examples:
  amtviz best my-tuning-job
  amtviz best my-tuning-job --sdk 2
  amtviz best random-job bayesian-job --json | jq -r .S3ModelArtifacts
"""
_LABELS = {
    "S3ModelArtifacts": "Model",
    "TrainingImage": "Image",
    "AlgorithmName": "Algorithm",
    "RoleArn": "Role",
}


@main.command(epilog=_EPILOG)
@click.argument("jobs", metavar="JOB...", nargs=-1, required=True)
@click.option(
    "--sdk",
    type=click.Choice(["2", "3"]),
    help="Also print the code that deploys it, for this generation of the SageMaker SDK.",
)
@objective_option
@fetch_options
@json_option
def best(jobs: tuple[str, ...], sdk: str | None, as_json: bool, **options: Any) -> None:
    """Show the model of the best training job: where it is, and what made it.

    JOB is a tuning job's name or ARN, or the path of a file that TuningData.save wrote.
    """
    arguments = fetch_arguments(**options)
    from amtviz import api  # slow to import: not for --help

    data = api.fetch_tuning_data(list(jobs), metrics=False, **arguments)
    asking = {"session": arguments["session"], "timeout": arguments["timeout"]}
    found, missing = api.find_best_training_job(data, **asking)
    if missing and not as_json:
        say(missing, err=True)
    code = {"code": api.write_deployment(found, int(sdk))} if sdk else {}
    text = "\n\n".join([_describe(found, _read_categories(data, found)), *code.values()])
    emit(as_json, text, **found, **code)


def _read_categories(data: TuningData, found: dict[str, Any]) -> dict[str, str]:
    """Return tuned categories as the table of trials has them: without JSON's quotes."""
    row = (
        data.trials.loc[data.trials["TrainingJobName"] == found["TrainingJobName"]].iloc[0].dropna()
    )
    categories = [h for h in data.hyperparameters if h.kind == "categorical"]
    of = found["HyperParameters"]
    return {h.name: str(row[h.column]) for h in categories if h.name in of and h.column in row}


def _describe(found: dict[str, Any], categories: dict[str, str]) -> str:
    from amtviz.wording.numbers import format_number  # slow to import: not for --help

    objective = found["Objective"]
    lines = [
        f"{found['TrainingJobName']} of {found['TuningJobName']}: "
        f"{objective['MetricName']} {format_number(objective['Value'], 6)}"
    ]
    lines += [f"{label}: {found[key]}" for key, label in _LABELS.items() if found[key]]
    for key, label in (("HyperParameters", "Hyperparameters"), ("Environment", "Environment")):
        lines += [f"{label}:"] if found[key] else []
        shown = categories if key == "HyperParameters" else {}
        lines += [f"  {name} = {shown.get(name, value)}" for name, value in found[key].items()]
    return "\n".join(map(show_signs, lines))
