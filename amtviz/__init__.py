"""Linked, interactive charts of Amazon SageMaker hyperparameter tuning jobs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from amtviz.version import __version__  # noqa: F401  for whoever asks a package for it

if TYPE_CHECKING:
    from amtviz.api import (
        Watch,
        explore,
        fetch_tuning_data,
        list_tuning_jobs,
        visualize_tuning_job,
        watch,
        write_report,
    )
    from amtviz.errors import AmtvizError
    from amtviz.model import Hyperparameter, Objective, TuningJob
    from amtviz.settings import options
    from amtviz.sources import from_logs, from_mlflow, from_optuna, from_ray
    from amtviz.tuning_data import TuningData

__all__ = [
    "AmtvizError",
    "Hyperparameter",
    "Objective",
    "TuningData",
    "TuningJob",
    "Watch",
    "explore",
    "fetch_tuning_data",
    "from_logs",
    "from_mlflow",
    "from_optuna",
    "from_ray",
    "list_tuning_jobs",
    "options",
    "visualize_tuning_job",
    "watch",
    "write_report",
]

# Each is imported when it is first asked for: `amtviz --help` needs neither Altair nor pandas.
_HOMES = {
    "AmtvizError": "errors",
    "Hyperparameter": "model",
    "Objective": "model",
    "TuningData": "tuning_data",
    "TuningJob": "model",
    "from_logs": "sources",
    "from_mlflow": "sources",
    "from_optuna": "sources",
    "from_ray": "sources",
    "options": "settings",
}


def __getattr__(name: str) -> Any:
    if name in __all__:
        home = importlib.import_module(f"amtviz.{_HOMES.get(name, 'api')}")
        found = globals()[name] = getattr(home, name)
        return found
    if not name.startswith("_"):
        try:
            return importlib.import_module(f"amtviz.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"amtviz.{name}":
                raise
    raise AttributeError(f"module 'amtviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
