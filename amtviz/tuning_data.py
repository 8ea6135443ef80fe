"""`TuningData`: the tables of some tuning jobs, with everything that one can do with them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from amtviz.charts.chart import state_finding, state_overview
from amtviz.charts.sections import choose_sections
from amtviz.errors import AmtvizError, InputError, StoreError
from amtviz.files import replacing
from amtviz.findings.facts import facts_of
from amtviz.model import Direction, Hyperparameter, TuningTables
from amtviz.next_job.advice import TuningAdvice
from amtviz.report import describe_data, render_card, write_study
from amtviz.settings import options
from amtviz.store import export, snapshot
from amtviz.store.format import check_is_store
from amtviz.tidy import (
    Wish,
    check_notes_kept,
    check_tables,
    combine_tuning_data,
    from_document,
    name_trial,
    note_trial,
    read_notes,
    star_trial,
    tidy_frame,
    tidy_source,
    tidy_tuning_data,
    to_document,
    write_notes,
)
from amtviz.wording.questions import OVERVIEW
from amtviz.wording.signs import show_signs

_DOCUMENT = "tuning data"
_NOTES = "notes"  # on trials that raw answers tell of


class TuningData(TuningAdvice):
    """Everything known about one or more tuning jobs, and what one can do with it.

    Attributes
    ----------
    jobs : tuple of TuningJob
        In the order asked for, then the ancestors.
    objective : Objective
    hyperparameters : tuple of Hyperparameter
        The union over the jobs, in the order of first appearance; ranges are the widest.
    trials : pandas.DataFrame
        One row per training job, none left out. Columns: see ``amtviz.schema.TRIAL_COLUMNS``; the
        objective, each hyperparameter and each final metric under its own name.
    metrics : pandas.DataFrame
        Long. Columns: see ``amtviz.schema.METRIC_COLUMNS``.
    notices : tuple of str
        What was dropped, missing, denied or guessed, in words.
    fetched_at : datetime, optional
        UTC; None for data that came from a plain DataFrame.
    raw : RawTuningData, optional
        The answers it was made from; None for data that came from a plain DataFrame.
    fetch_report : FetchReport, optional
        Calls, seconds and CloudWatch's price; None for data that wasn't fetched just now.
    directions : mapping of str to {"Maximize", "Minimize"}
        Of every objective of a study that has several; the others are columns of the trials.
    unnoted : frozenset of str
        Trials whose note was taken away: `save` doesn't take it over from the file.
    """

    @classmethod
    def of(cls, tables: TuningTables) -> TuningData:
        """Return the same tables with what one can do with them."""
        if isinstance(tables, cls):
            return tables
        return cls(**{field.name: getattr(tables, field.name) for field in fields(tables)})

    def __repr__(self) -> str:
        return describe_data(self)

    def _repr_html_(self) -> str:
        return render_card(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the raw answers to one SQLite file that `load` reads again.

        Parameters
        ----------
        path : path-like
            Replaced if it is an amtviz store; what it notes of these trials is taken over, where
            they have no note of their own.

        Raises
        ------
        StoreError
            If the path holds a file that isn't an amtviz store, is damaged or has notes of other
            trials, which would be lost, or if it can't be written.
        """
        kept = _read_kept_notes(path)
        check_notes_kept(self, kept, os.fspath(path))
        data = read_notes(self, [kept])
        if data.raw is not None:
            snapshot.save_raw(path, data.raw, {_NOTES: write_notes(data.trials)})
        else:
            snapshot.save_document(path, _DOCUMENT, to_document(data))

    def find_trial(self, trial: str) -> str:
        """Return the name of a trial of which less is known.

        Parameters
        ----------
        trial : str
            A training job's name, or four characters or more of its end; or ``trial 10`` for the
            tenth that ended, as reports count, and ``10`` where no other's name has this number.

        Returns
        -------
        str
            What was passed if it tells no trial.

        Raises
        ------
        InputError
            If it may be several trials.
        """
        name: str = name_trial(self.trials, self.convergence(), trial)
        return name

    def note(self, trial: str, text: str) -> TuningData:
        """Note something of a trial, to be kept with it.

        Parameters
        ----------
        trial : str
            The name of its training job, its ending, or its number: see `find_trial`.
        text : str
            2,000 characters at most; in place of an earlier note. Empty to take that away.

        Returns
        -------
        TuningData
            With the note, in the column ``Note`` of its trials: this one stays as it is. `save`
            keeps it, and the page shows it in the table, beside pinned trials and under the mouse.

        Raises
        ------
        InputError
            If there is no such trial, there are several, or the note is too long or no text.
        """
        trial = self.find_trial(trial)
        trials = note_trial(self, trial, text)
        return replace(
            self,
            trials=trials,
            unnoted=self.unnoted - {trial} if text.strip() else self.unnoted | {trial},
        )

    def star(self, trial: str, starred: bool = True) -> TuningData:
        """Star a trial, to find it again.

        Parameters
        ----------
        trial : str
            The name of its training job, its ending, or its number: see `find_trial`.
        starred : bool
            False to take the star away.

        Returns
        -------
        TuningData
            With the star, in the column ``Star`` of its trials; else as `note`.

        Raises
        ------
        InputError
            If there is no such trial, there are several, or ``starred`` is neither.
        """
        return replace(self, trials=star_trial(self, self.find_trial(trial), starred))

    def write_notebook(self, path: str | os.PathLike[str], *, title: str | None = None) -> Path:
        """Write a notebook of these tuning jobs, ready to edit and run.

        It has the charts with what they show in sentences, the suggested ranges as code for
        SageMaker's SDKs 3 and 2, and `next_tuning_job`, which it starts when it is told to. It
        reads the data from a file beside it: ``study.ipynb`` from ``study.sqlite``, as `save`
        writes it.

        Parameters
        ----------
        path : path-like
            Ends in ``.ipynb``; both files are replaced, the other one as `save` does.
        title : str, optional
            By default, the names of the tuning jobs.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        InputError
            If the path doesn't end in ``.ipynb``.
        StoreError
            If the file beside it can't be replaced: see `save`.
        FileError
            If the notebook can't be written.
        """
        path = Path(path)
        if path.suffix.lower() != ".ipynb":
            raise InputError(
                f"Can't write a notebook to {str(path)!r}: pass a path ending in '.ipynb'."
            )
        beside = path.with_suffix(".sqlite")
        try:
            self.next_tuning_job()
            no_next = None
        except InputError as error:
            no_next = str(error)
        notebook = write_study(self, beside.name, title=title, no_next=no_next)
        try:
            self.save(beside)
        except StoreError as error:
            raise StoreError(
                f"The notebook's data belong in {str(beside)!r}, which can't be replaced: {error} "
                "Or choose another name for the notebook."
            ) from error
        with replacing(path) as file:
            file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return path

    def to_parquet(self, folder: str | os.PathLike[str], *, arns: bool = False) -> tuple[Path, ...]:
        """Write the tables for other tools: ``trials``, ``metrics`` and ``jobs`` ``.parquet``.

        Parameters
        ----------
        folder : path-like
            Made if it doesn't exist; files of these names are replaced.
        arns : bool
            Also write the tuning jobs' ARNs, and the account's number where messages have it.

        Returns
        -------
        tuple of pathlib.Path
            The three files; each column keeps its dtype.

        Raises
        ------
        InputError
            If pyarrow isn't installed, or the path is a file.
        FileError
            If a file can't be written, for the disk is full, say.
        """
        return export.write_parquet(self, folder, arns=arns)

    def to_csv(self, folder: str | os.PathLike[str], *, arns: bool = False) -> tuple[Path, ...]:
        """Write the tables for other tools: ``trials``, ``metrics`` and ``jobs`` ``.csv``.

        Parameters
        ----------
        folder : path-like
            Made if it doesn't exist; files of these names are replaced.
        arns : bool
            Also write the tuning jobs' ARNs, and the account's number where messages have it.

        Returns
        -------
        tuple of pathlib.Path
            The three files, in UTF-8; times are ISO 8601 in UTC. A text that a spreadsheet would
            take for a formula has a ``'`` before it.

        Raises
        ------
        InputError
            If the path is a file.
        FileError
            If a file can't be written, for the disk is full, say.
        """
        return export.write_csv(self, folder, arns=arns)

    def findings(
        self,
        sections: Sequence[str] | str | None = None,
        *,
        prices: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """Return what can be said of these tuning jobs, in sentences.

        Parameters
        ----------
        sections : sequence of str, optional
            Which questions to answer, as in `amtviz.visualize_tuning_job`; all by default.
        prices : mapping of str to float, optional
            Dollars per instance-hour by instance type.

        Returns
        -------
        pandas.DataFrame
            Columns: Question, Finding; a row a finding, in the order of the questions. The first,
            of all questions, says what there is to know first: its question is ``Overview``.

        Raises
        ------
        InputError
            If there is no section of such a name.
        """
        facts = facts_of(self, prices)
        rows = [(OVERVIEW, state_overview(facts)[0].text)] if sections is None else []
        rows += [
            (section.question, state_finding(chart, facts)[0])
            for section in choose_sections(sections)
            for chart in (section.charts if len(self.trials) else ())
        ]
        found = pd.DataFrame(rows, columns=["Question", "Finding"], dtype="string")
        return found[found["Finding"] != ""].reset_index(drop=True)

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, objective: str | None = None) -> TuningData:
        """Read a file that `save` wrote.

        Parameters
        ----------
        path : path-like
        objective : str, optional
            Another metric to use as the objective, as in `amtviz.fetch_tuning_data`.

        Returns
        -------
        TuningData

        Raises
        ------
        StoreError
            If there is no such file, or it isn't an amtviz store, is damaged, or is newer than
            this version of amtviz can read.
        """
        raw, documents = snapshot.load(path)
        try:
            if _DOCUMENT in documents:
                parts = [from_document(documents[_DOCUMENT])]
                return cls.of(combine_tuning_data(parts, objective=objective))
            tables = tidy_tuning_data(raw, objective=objective)
            check_tables(tables)
            return cls.of(read_notes(tables, [documents.get(_NOTES, {})]))
        except AmtvizError:
            raise
        except Exception as error:  # a stranger's answers may have any shape
            if options.debug:
                raise
            reason = show_signs(f"{type(error).__name__}: {error}"[:200])
            raise StoreError(
                f"{os.fspath(path)!r} is damaged ({reason}). "
                "Fetch the tuning jobs again and save them anew."
            ) from error

    @classmethod
    def from_source(
        cls,
        source: str,
        studies: Any,
        *,
        objective: str | int | None = None,
        direction: Direction | None = None,
        hyperparameters: Sequence[str | Hyperparameter] | None = None,
        client: Any = None,
    ) -> TuningData:
        """Make one from studies of another tool.

        Parameters
        ----------
        source : {"optuna", "mlflow", "ray", "logs"}
        studies : object, or iterable of them
            Each becomes a tuning job of its name.
        objective : str or int, optional
            Which of several metrics to draw: its name; of an Optuna study its place as well. The
            others stay in the trials.
        direction : {"Maximize", "Minimize"}, optional
            Not of Optuna, whose studies say it.
        hyperparameters : sequence of str or Hyperparameter, optional
            As for `from_frame`; not of Optuna, whose studies say them.
        client : object, optional
            An ``mlflow.MlflowClient``.

        Returns
        -------
        TuningData

        Raises
        ------
        InputError
            If there is no such source, something isn't a study, two have the same name, or an
            objective isn't known.
        """
        wish = Wish(objective, direction, hyperparameters, client)
        return cls.of(tidy_source(source, studies, wish))

    @classmethod
    def from_frame(
        cls,
        df: pd.DataFrame,
        *,
        objective: str,
        direction: Direction,
        hyperparameters: Iterable[str | Hyperparameter] | None = None,
        job_column: str | None = None,
    ) -> TuningData:
        """Make one from any DataFrame with one row per trial, so the charts serve any source.

        Parameters
        ----------
        df : pandas.DataFrame
            It isn't changed. Columns of ``amtviz.schema.TRIAL_COLUMNS`` keep their meaning if it
            has them (``TrainingStartTime``, ``TrainingJobStatus``, …).
        objective : str
            The column to optimize.
        direction : {"Maximize", "Minimize"}
        hyperparameters : iterable of str or Hyperparameter, optional
            The columns to draw a panel for; by default every column that isn't the objective, the
            job column or one of ``TRIAL_COLUMNS``, nor times or names of runs. A name alone gets
            its kind and scaling from the column, and no declared range; a notice says so.
        job_column : str, optional
            The column that says which tuning job (or study, or group) a trial belongs to.

        Returns
        -------
        TuningData

        Raises
        ------
        InputError
            If a column is missing, or the objective isn't numeric.
        """
        tables = tidy_frame(
            df,
            objective=objective,
            direction=direction,
            hyperparameters=hyperparameters,
            job_column=job_column,
        )
        return cls.of(tables)


def _read_kept_notes(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what a file to be replaced notes of trials; nothing if there is none."""
    if not Path(path).is_file():
        return {}
    check_is_store(Path(path))
    try:
        documents = snapshot.load(path)[1]
        if _DOCUMENT in documents:
            return write_notes(from_document(documents[_DOCUMENT]).trials)
    except Exception as error:  # a stranger's document may have any shape
        raise StoreError(
            f"{os.fspath(path)!r} is damaged: notes that it may have can't be read, and would be "
            "lost. Save under another name."
        ) from error
    notes: dict[str, Any] = documents.get(_NOTES, {})
    return notes
