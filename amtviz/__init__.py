"""Linked, interactive charts of Amazon SageMaker hyperparameter tuning jobs."""

from amtviz.api import (
    Watch,
    explore,
    fetch_tuning_data,
    from_optuna,
    list_tuning_jobs,
    visualize_tuning_job,
    watch,
    write_report,
)
from amtviz.errors import AmtvizError
from amtviz.model import Hyperparameter, Objective, TuningJob
from amtviz.settings import options
from amtviz.tuning_data import TuningData

__version__ = "0.1.0"

__all__ = [
    "AmtvizError",
    "Hyperparameter",
    "Objective",
    "TuningData",
    "TuningJob",
    "Watch",
    "explore",
    "fetch_tuning_data",
    "from_optuna",
    "list_tuning_jobs",
    "options",
    "visualize_tuning_job",
    "watch",
    "write_report",
]
