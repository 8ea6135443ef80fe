"""The best trial's model, as the page shows it: where it is, and code to deploy it."""

from __future__ import annotations

from dataclasses import dataclass

from amtviz.deploy_code import write_deployment
from amtviz.errors import InputError
from amtviz.findings.best_model import describe_best
from amtviz.model import TuningTables


@dataclass(frozen=True)
class ModelCard:
    """What there is to copy.

    Attributes
    ----------
    rows : tuple of (label, value)
    code : dict of int to str
        By the generation of the SageMaker SDK, the newest first.
    """

    rows: tuple[tuple[str, str], ...]
    code: dict[int, str]


def show_model(data: TuningTables) -> ModelCard | None:
    """Return where the best trial's model is; None unless AWS told it."""
    try:
        best = describe_best(data)
    except InputError:
        return None
    if not best["S3ModelArtifacts"]:
        return None
    rows = {
        "Model": best["S3ModelArtifacts"],
        "Image": best["TrainingImage"],
        "Algorithm": best["AlgorithmName"],
        "Training job": best["TrainingJobName"],
    }
    return ModelCard(
        tuple((label, value) for label, value in rows.items() if value),
        {sdk: write_deployment(best["TrainingJobName"], best["Region"], sdk) for sdk in (3, 2)},
    )
