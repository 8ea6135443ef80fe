"""What somebody noted of trials: two columns of the trials, and a document beside raw answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from amtviz.errors import InputError, StoreError, join_choices
from amtviz.model import TuningTables
from amtviz.schema import NOTE_COLUMNS, TRIAL_COLUMNS
from amtviz.texts import write_halves
from amtviz.wording.lists import plural

LONGEST_NOTE = 2_000  # characters
_NEAR = 5
_SHORTEST = 4  # characters of a name's ending
_NUMBER = re.compile(r"(trial )?0*(\d{1,9})", re.IGNORECASE)

Notes = Mapping[str, Mapping[str, Any]]


def name_trial(trials: pd.DataFrame, finished: pd.DataFrame, trial: Any) -> Any:
    """Return the name of a trial of which the ending or the number is told.

    Parameters
    ----------
    trials : pandas.DataFrame
    finished : pandas.DataFrame
        Columns: TrainingJobName; Trial, its number within its tuning job as reports count.
    trial : object
        A name, or four characters or more of its end; or ``10`` or ``trial 10``.

    Returns
    -------
    object
        What was passed if it tells no trial.

    Raises
    ------
    InputError
        If it may be several.
    """
    names = [str(name) for name in trials["TrainingJobName"].dropna()]
    if not isinstance(trial, str) or trial in names:
        return trial
    found = [name for name in names if len(trial) >= _SHORTEST and name.endswith(trial)]
    if number := _NUMBER.fullmatch(trial.strip()):
        counted = finished["Trial"] == int(number[2])
        found += [str(name) for name in finished.loc[counted, "TrainingJobName"]]
        if not number[1]:  # AWS's names have a number, too: that in the order of creation
            own = re.compile(rf".*-0*{number[2]}-[0-9a-f]{{8}}", re.DOTALL)
            found += [name for name in names if own.fullmatch(name)]
    found = list(dict.fromkeys(found))
    if len(found) > 1:
        some = " or ".join(map(repr, found[:_NEAR]))
        raise InputError(f"{trial!r} may be {some}. Pass the name of one.")
    return found[0] if found else trial


def note_trial(tables: TuningTables, trial: str, note: str) -> pd.DataFrame:
    """Return the trials with a note on one.

    Parameters
    ----------
    tables : TuningTables
    trial : str
        The name of its training job.
    note : str
        In place of the one that it has; empty for none.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    InputError
        If there is no such trial, there are several, or the note is too long or no text.
    """
    row, trials = _find(tables.trials, trial), tables.trials.copy()
    trials.loc[row, "Note"] = _check_note(note)
    return trials


def star_trial(tables: TuningTables, trial: str, star: bool) -> pd.DataFrame:
    """Return the trials with a star on one, or without; else as `note_trial`."""
    if not isinstance(star, bool | np.bool_):
        raise InputError(f"A trial is starred or not, and not {star!r}. Pass True or False.")
    row, trials = _find(tables.trials, trial), tables.trials.copy()
    trials.loc[row, "Star"] = bool(star)
    return trials


def write_notes(trials: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return what is noted of trials as a document that JSON can hold, by the trial's name."""
    notes: dict[str, dict[str, Any]] = {}
    columns = ["TrainingJobName", *NOTE_COLUMNS]
    for name, note, star in trials[columns].itertuples(index=False):
        kept: dict[str, Any] = {} if pd.isna(note) else {"Note": str(note)}
        if not pd.isna(star) and star:
            kept |= {"Star": True}
        if kept:
            notes[str(name)] = kept
    return notes


def read_notes(tables: TuningTables, documents: Iterable[Notes]) -> TuningTables:
    """Return tables with what documents note of their trials; earlier documents come first.

    Parameters
    ----------
    tables : TuningTables
    documents : iterable of mapping
        As `write_notes` returns them; what is no note, or of no trial here, is passed over.

    Returns
    -------
    TuningTables
    """
    notes: dict[str, Any] = {}
    for document in documents:
        notes |= {name: kept for name, kept in document.items() if name not in notes}
    for name in tables.unnoted & notes.keys():
        if isinstance(notes[name], Mapping):
            notes[name] = {"Star": notes[name].get("Star")}
    if not notes:
        return tables
    of_trials = map(notes.get, tables.trials["TrainingJobName"].tolist())
    found = [kept if isinstance(kept, Mapping) else {} for kept in of_trials]
    texts = [kept.get("Note") for kept in found]
    columns = {
        "Note": [write_halves(t[:LONGEST_NOTE]) if isinstance(t, str) else None for t in texts],
        "Star": [True if kept.get("Star") is True else None for kept in found],
    }
    typed = {
        name: pd.Series(values, index=tables.trials.index, dtype=TRIAL_COLUMNS[name].dtype)
        for name, values in columns.items()
    }
    # what the tables themselves say comes first
    own = {name: tables.trials[name].fillna(values) for name, values in typed.items()}
    return replace(tables, trials=tables.trials.assign(**own))


def check_notes_kept(tables: TuningTables, notes: Notes, path: str) -> None:
    """Raise StoreError if a file to be replaced has notes of trials that the tables don't have."""
    known = set(tables.trials["TrainingJobName"].tolist())
    lost = [
        name
        for name, kept in notes.items()
        if name not in known
        and isinstance(kept, Mapping)
        and (kept.get("Note") or kept.get("Star"))
    ]
    if lost:
        raise StoreError(
            f"{path!r} has notes or stars of {plural(len(lost), 'trial')} that this data doesn't "
            f"have, {join_choices(lost, limit=3)}: they would be lost. Save under "
            "another name, or the tuning jobs of these trials together with this data."
        )


def _find(trials: pd.DataFrame, name: Any) -> Any:
    """Return the row of a trial."""
    names = trials["TrainingJobName"].tolist()  # pyarrow compares no half of a surrogate pair
    wanted = {name} if isinstance(name, str) else set()
    rows = trials.index[[each in wanted for each in names]]
    if len(rows) == 1:
        return rows[0]
    if len(rows):
        jobs = join_choices(dict.fromkeys(trials.loc[rows, "TuningJobName"]))
        raise InputError(
            f"Several trials are called {name!r}, in {jobs}. Note one in data that holds its "
            "tuning job alone."
        )
    known = [str(each) for each in trials["TrainingJobName"].dropna()]
    asked = str(name)
    near = [each for each in known if asked and each.endswith(asked)][:_NEAR]
    near = near or get_close_matches(asked, known, _NEAR)
    hint = (
        f"Did you mean {' or '.join(map(repr, near))}?"
        if near
        else f"Pass one of {join_choices(known, limit=_NEAR)}."
    )
    raise InputError(f"There is no trial {name!r}. {hint}")


def _check_note(note: Any) -> str | None:
    if not isinstance(note, str):
        raise InputError(f"A note is a text, not of the type {type(note).__name__}. Pass a str.")
    if len(note) > LONGEST_NOTE:
        raise InputError(f"The note has {len(note):,} characters. Pass {LONGEST_NOTE:,} at most.")
    return write_halves(note.strip()) or None
