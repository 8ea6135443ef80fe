"""The registry of other tuners whose studies are read: a source is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from amtviz.errors import InputError, join_choices
from amtviz.model import TuningTables
from amtviz.tidy import optuna
from amtviz.tidy.combine import combine_tuning_data


@dataclass(frozen=True)
class Source:
    """A tuner of which studies are read, without importing it.

    Attributes
    ----------
    study, pass_ : str
        What a study is called, and what to pass: ``an Optuna study``, ``an optuna.Study``.
    rename : str
        How to give one a name of its own.
    accepts : callable
        Tells whether an object is a study, by what it offers.
    tidy : callable
        Makes the tables of one study, given it and the objective to draw (a name, a place or
        None): one tuning job of the study's name.
    """

    study: str
    pass_: str
    rename: str
    accepts: Callable[[Any], bool]
    tidy: Callable[[Any, str | int | None], TuningTables]


SOURCES = {
    "optuna": Source(
        "an Optuna study",
        "an optuna.Study",
        "optuna.create_study(study_name=…)",
        optuna.is_study,
        optuna.tidy_study,
    ),
}


def tidy_source(source: str, studies: Any, *, objective: str | int | None = None) -> TuningTables:
    """Make tidy tables of one or more studies of another tuner.

    Parameters
    ----------
    source : str
        A name of ``SOURCES``.
    studies : object, or iterable of them
    objective : str or int, optional
        Which of several objectives to draw: its name or place. The others stay in the trials.

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
            f"There is no source {source!r} of trials. Choose {join_choices(SOURCES)}."
        )
    of = SOURCES[source]
    iterable = isinstance(studies, Iterable) and not isinstance(studies, str)
    found = [studies] if of.accepts(studies) else list(studies) if iterable else []
    wrong = next((one for one in found if not of.accepts(one)), None)
    if not found or wrong is not None:
        given = studies if wrong is None else wrong
        raise InputError(
            f"Can't take a {type(given).__name__} for {of.study}. Pass {of.pass_}, or a list of "
            "them."
        )
    parts = [of.tidy(study, objective) for study in found]
    names = [job.name for part in parts for job in part.jobs]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(
            f"Several studies are called {join_choices(repeated)}. Give each a name of its own: "
            f"{of.rename}."
        )
    return combine_tuning_data(parts)
