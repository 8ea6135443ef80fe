"""The registry of other tools whose studies are read: a module of ``studies`` and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import TuningTables
from amtviz.tidy.combine import combine_tuning_data
from amtviz.tidy.studies import logs, mlflow, optuna, ray
from amtviz.tidy.studies.runs import Wish


@dataclass(frozen=True)
class Source:
    """A tool of which studies are read, without importing it.

    Attributes
    ----------
    study, pass_ : str
        What a study is called, and what to pass: ``an Optuna study``, ``an optuna.Study``.
    rename : str
        How to give one a name of its own.
    accepts : callable
        Tells whether an object is a study, by what it offers, given it and the wish.
    tidy : callable
        Makes the tables of one study, given it and the wish: one tuning job of the study's name,
        or several.
    """

    study: str
    pass_: str
    rename: str
    accepts: Callable[[Any, Wish], bool]
    tidy: Callable[[Any, Wish], TuningTables]


SOURCES = {
    "optuna": Source(
        "an Optuna study",
        "an optuna.Study",
        "optuna.create_study(study_name=…)",
        optuna.is_study,
        optuna.tidy_study,
    ),
    "mlflow": Source(
        "MLflow's runs",
        "what mlflow.search_runs returns, or an experiment's name with client=",
        "pass the runs of one experiment at once",
        mlflow.is_runs,
        mlflow.tidy_experiment,
    ),
    "ray": Source(
        "an experiment of Ray Tune",
        "a ResultGrid, or the path of the experiment's folder",
        "RunConfig(name=…)",
        ray.is_experiment,
        ray.tidy_experiment,
    ),
    "logs": Source(
        "logs",
        "the path of a CSV or JSON file, or of a folder with some",
        "rename the files",
        logs.is_path,
        logs.tidy_logs,
    ),
}


def tidy_source(source: str, studies: Any, wish: Wish) -> TuningTables:
    """Make tidy tables of one or more studies of another tool.

    Parameters
    ----------
    source : str
        A name of ``SOURCES``.
    studies : object, or iterable of them
    wish : Wish

    Returns
    -------
    TuningTables
        One tuning job a study, one trial a trial.

    Raises
    ------
    InputError
        If there is no such source, something isn't a study, two have the same name, or an objective
        isn't known.
    """
    if source not in SOURCES:
        raise InputError(
            f"There is no source {source!r} of trials. Choose from {join_choices(SOURCES)}."
        )
    of = SOURCES[source]
    iterable = isinstance(studies, Iterable) and not isinstance(studies, str | pd.DataFrame)
    found = [studies] if of.accepts(studies, wish) else list(studies) if iterable else []
    wrong = next((one for one in found if not of.accepts(one, wish)), None)
    if not found or wrong is not None:
        given = studies if wrong is None else wrong
        raise InputError(
            f"Can't take a {type(given).__name__} for {of.study}. Pass {of.pass_}, or a list of "
            "them."
        )
    parts = [of.tidy(study, wish) for study in found]
    names = [job.name for part in parts for job in part.jobs]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(
            f"Several studies are called {join_choices(repeated)}. Give each a name of its own: "
            f"{of.rename}."
        )
    return combine_tuning_data(parts)
