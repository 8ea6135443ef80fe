"""Any DataFrame with one row per trial to `TuningTables`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import Direction, Hyperparameter, Objective, TuningJob, TuningTables
from amtviz.schema import KIND_DTYPES, TRIAL_COLUMNS, empty_metrics, trial_dtypes
from amtviz.texts import write_halves
from amtviz.tidy.columns import (
    describe_kinds,
    infer_hyperparameter,
    list_values,
    read_fixed_column,
    read_objective_column,
    read_values,
    write_dates,
)
from amtviz.tidy.hyperparameters import explain_fit, fit_values
from amtviz.tidy.objective import explain_unscored
from amtviz.tidy.oddities import differs_everywhere, explain_scaling, explain_values
from amtviz.tidy.ranges import assign_columns
from amtviz.tidy.times import drop_early_ends
from amtviz.tidy.trials import build_frame
from amtviz.wording.statuses import RUNNING_STATUSES

_DEFAULT_JOB = "trials"


def tidy_frame(
    df: pd.DataFrame,
    *,
    objective: str,
    direction: Direction,
    hyperparameters: Iterable[str | Hyperparameter] | None = None,
    job_column: str | None = None,
) -> TuningTables:
    """Make tidy tables of any DataFrame with one row per trial.

    Parameters
    ----------
    df : pandas.DataFrame
        It isn't changed. Columns of ``amtviz.schema.TRIAL_COLUMNS`` keep their meaning.
    objective : str
        The column to optimize.
    direction : {"Maximize", "Minimize"}
    hyperparameters : iterable of str or Hyperparameter, optional
        By default every column that isn't the objective, the job column or one of
        ``TRIAL_COLUMNS``, nor times or names of runs. A name alone gets its kind and scaling from
        the column, and no declared range; dates that are named become categories in their order.
        Other columns stay in the trials as they are, after the others.
    job_column : str, optional
        The column that says which tuning job (or study, or group) a trial belongs to; it becomes
        ``TuningJobName``.

    Returns
    -------
    TuningTables
        Trials in the order of the rows.

    Raises
    ------
    InputError
        If a column is missing or can't be read, or the objective isn't numeric.
    """
    frame = _with_text_labels(df)
    _check_arguments(frame, str(objective), direction, job_column)
    notices: list[str] = []
    goal = Objective(str(objective), direction)
    declared = _declare(frame, goal, hyperparameters, job_column, notices)
    fixed = _read_fixed(frame, goal, job_column, notices)
    read: list[Hyperparameter] = []
    values = []
    for hyperparameter, column in declared:
        found = read_values(hyperparameter, frame[column], notices)
        fitted, found = fit_values(hyperparameter, found)
        notices += explain_fit(hyperparameter, fitted)
        read.append(fitted)
        values.append(found)
    used = {goal.metric_name, job_column, *TRIAL_COLUMNS, *(column for _, column in declared)}
    extras = [name for name in frame.columns if name not in used]
    taken = [*TRIAL_COLUMNS, goal.metric_name, *extras]
    columns, _, collisions = assign_columns(read, [], taken)
    notices += collisions
    read = [replace(h, column=columns[h.name]) for h in read]
    scores = read_objective_column(frame[goal.metric_name])
    table = {h.column: found for h, found in zip(read, values, strict=True)}
    trials = build_frame(
        {**fixed, goal.metric_name: scores, **table}, trial_dtypes(goal.metric_name, read)
    )
    statuses = trials["TrainingJobStatus"].tolist()
    notices += explain_unscored(statuses, trials[goal.metric_name].notna().tolist(), goal)
    notices += explain_values(trials, read)
    return TuningTables(
        jobs=_make_jobs(trials, goal, read),
        objective=goal,
        hyperparameters=tuple(read),
        trials=pd.concat([trials, frame[extras]], axis=1) if extras else trials,
        metrics=empty_metrics(),
        notices=tuple(dict.fromkeys(notices)),
    )


def _with_text_labels(df: pd.DataFrame) -> pd.DataFrame:
    """Return a copy with text labels and rows numbered from 0."""
    if not isinstance(df, pd.DataFrame):
        raise InputError(
            f"df is a {type(df).__name__}, not a pandas.DataFrame. Pass pandas.DataFrame(…) of it, "
            "or its to_pandas()."
        )
    names = [write_halves(str(name)) for name in df.columns]
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise InputError(
            f"The DataFrame has several columns called {join_choices(repeated)}. Give each column "
            "a name of its own."
        )
    return df.set_axis(names, axis=1).reset_index(drop=True)


def _check_arguments(
    frame: pd.DataFrame, objective: str, direction: str, job_column: str | None
) -> None:
    if direction not in ("Maximize", "Minimize"):
        raise InputError(f"direction is {direction!r}. Pass 'Maximize' or 'Minimize'.")
    for argument, column in (("objective", objective), ("job_column", job_column)):
        if column is not None and column not in frame:
            raise InputError(
                f"There is no column {column!r} for {argument}=. The columns are "
                f"{join_choices(frame.columns)}."
            )
    if objective == job_column:
        raise InputError(f"{objective!r} can't be both objective= and job_column=. Change one.")
    fixed = TRIAL_COLUMNS.get(objective)
    if fixed is not None and fixed.dtype != "float64":
        raise InputError(
            f"{objective!r} is a fixed column ({fixed.description}), so it can't be the objective. "
            "Give the column another name."
        )


def _declare(
    frame: pd.DataFrame,
    objective: Objective,
    asked: Iterable[str | Hyperparameter] | None,
    job_column: str | None,
    notices: list[str],
) -> list[tuple[Hyperparameter, str]]:
    """Return the hyperparameters, each with the column of the frame that it is read from."""
    if isinstance(asked, str):
        asked = [asked]
    reserved = {objective.metric_name, job_column, *TRIAL_COLUMNS}
    choices = [name for name in frame.columns if name not in reserved]
    declared: dict[str, tuple[Hyperparameter, str]] = {}
    inferred, unfit, names = [], [], []
    for one in choices if asked is None else asked:
        if isinstance(one, Hyperparameter):
            declared[one.name] = (_check_hyperparameter(one, frame, objective, choices), one.column)
            notices += explain_scaling(one, "")
            continue
        name = str(one)
        _check_column(name, frame, objective, choices)
        if asked is not None:
            frame[name] = write_dates(frame[name])
        hyperparameter = infer_hyperparameter(name, frame[name])
        if asked is None and _is_name(hyperparameter, frame[name]):
            names.append(name)
            continue
        if hyperparameter is not None:
            declared[name] = (hyperparameter, name)
            inferred.append(hyperparameter)
        elif asked is None:
            unfit.append(name)
        else:
            raise InputError(
                f"The hyperparameter {name!r} holds {frame[name].dtype} values, which have no "
                "range. Convert it to numbers or text, or leave it out of hyperparameters=."
            )
    if inferred:
        notices.append(
            "Kinds are taken from the columns, and no range is declared: "
            f"{describe_kinds(inferred)}."
        )
    if unfit:
        notices.append(
            f"No hyperparameter is made of {join_choices(unfit)}: times and complex numbers have "
            "no range. They stay in the table."
        )
    if names:
        notices.append(
            f"No hyperparameter is made of {join_choices(names)}: each trial has a value of its "
            "own, as names of runs have. They stay in the table; name them in hyperparameters= to "
            "have them drawn."
        )
    return list(declared.values())


def _is_name(hyperparameter: Hyperparameter | None, column: pd.Series) -> bool:
    """Tell whether a column names its trials rather than describes them."""
    if hyperparameter is None or hyperparameter.kind != "categorical":
        return False
    return differs_everywhere(column.astype(str).where(column.notna()))


def _check_hyperparameter(
    one: Hyperparameter, frame: pd.DataFrame, objective: Objective, choices: Sequence[str]
) -> Hyperparameter:
    _check_column(one.column, frame, objective, choices)
    if one.kind not in KIND_DTYPES:
        raise InputError(
            f"The kind of {one.name!r} is {one.kind!r}. Pass {join_choices(KIND_DTYPES)}."
        )
    return replace(one, values=tuple(str(value) for value in one.values))


def _check_column(
    name: str, frame: pd.DataFrame, objective: Objective, choices: Sequence[str]
) -> None:
    if name == objective.metric_name:
        raise InputError(f"{name!r} is the objective: leave it out of hyperparameters=.")
    if name not in frame:
        raise InputError(
            f"There is no column {name!r} for hyperparameters=. Choose from "
            f"{join_choices(choices)}."
        )


def _read_fixed(
    frame: pd.DataFrame, objective: Objective, job_column: str | None, notices: list[str]
) -> dict[str, Any]:
    """Return the columns of ``TRIAL_COLUMNS``: those of the frame, and missing values."""
    nothing = [None] * len(frame)
    columns: dict[str, Any] = {
        name: read_fixed_column(frame[name], column.dtype, notices) if name in frame else nothing
        for name, column in TRIAL_COLUMNS.items()
        if name != objective.metric_name
    }
    columns["TuningJobName"] = _name_jobs(frame, job_column, notices)
    columns["TrainingJobName"] = _name_trials(frame, columns["TuningJobName"])
    statuses = [
        "Completed" if status is None or pd.isna(status) else status
        for status in columns["TrainingJobStatus"]
    ]
    if "TrainingJobStatus" in frame and frame["TrainingJobStatus"].isna().any():
        notices.append("Trials without a TrainingJobStatus are taken as Completed.")
    columns["TrainingJobStatus"] = statuses
    start, end = columns["TrainingStartTime"], columns["TrainingEndTime"]
    elapsed = "TrainingElapsedTimeSeconds"
    if start is not nothing and end is not nothing:
        end, told = drop_early_ends(start, end, columns["TrainingJobName"])
        notices += told
        columns["TrainingEndTime"] = end
        if columns.get(elapsed) is nothing:
            columns[elapsed] = (end - start).dt.total_seconds()
    return columns


def _name_jobs(frame: pd.DataFrame, job_column: str | None, notices: list[str]) -> list[str]:
    source = job_column or ("TuningJobName" if "TuningJobName" in frame else None)
    if source is None:
        return [_DEFAULT_JOB] * len(frame)
    if source != "TuningJobName" and "TuningJobName" in frame:
        notices.append(f"The column 'TuningJobName' gives way to the job column {source!r}.")
    names = list_values(read_fixed_column(frame[source], "string", notices))
    if None in names:
        notices.append(
            f"{names.count(None)} trials have no {source!r}: they are shown as {_DEFAULT_JOB!r}."
        )
    return [_DEFAULT_JOB if name is None else name for name in names]


def _name_trials(frame: pd.DataFrame, jobs: Sequence[str]) -> list[str]:
    given: list[str | None] = [None] * len(frame)
    if "TrainingJobName" in frame:
        given = list_values(read_fixed_column(frame["TrainingJobName"], "string", []))
    names = [f"trial-{row:04d}" if name is None else name for row, name in enumerate(given, 1)]
    seen = set()
    for key in zip(jobs, names, strict=True):
        if key in seen:
            raise InputError(
                f"Two trials of {key[0]!r} are called {key[1]!r} in TrainingJobName. Give each "
                "trial one row and a name of its own, or drop the column."
            )
        seen.add(key)
    return names


def _make_jobs(
    trials: pd.DataFrame, objective: Objective, hyperparameters: Sequence[Hyperparameter]
) -> tuple[TuningJob, ...]:
    names = list(dict.fromkeys(trials["TuningJobName"])) or [_DEFAULT_JOB]
    running = set(trials.loc[trials["TrainingJobStatus"].isin(RUNNING_STATUSES), "TuningJobName"])
    return tuple(
        TuningJob(
            name=name,
            arn="",
            status="InProgress" if name in running else "Completed",
            strategy="",
            objective=objective,
            hyperparameters=tuple(hyperparameters),
            definitions=(),
            metric_names=(),
        )
        for name in names
    )
