"""MLflow's runs to `TuningTables`, by what they offer: MLflow itself isn't imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import TuningTables
from amtviz.tidy.studies.runs import Point, Run, Wish, from_epoch, read_number, read_time, tidy_runs
from amtviz.wording.lists import plural

_STATUSES = {
    "FINISHED": "Completed",
    "FAILED": "Failed",
    "KILLED": "Stopped",
    "RUNNING": "InProgress",
    "SCHEDULED": "InProgress",
}
_PARENT = "mlflow.parentRunId"
_NAME = "mlflow.runName"
_WHAT = "the MLflow runs"


def is_runs(item: Any, wish: Wish) -> bool:
    """Tell a table of runs, runs themselves, or with a client what an experiment is called."""
    if isinstance(item, pd.DataFrame):
        return "run_id" in item.columns
    if isinstance(item, str):
        return wish.client is not None
    return isinstance(item, Sequence) and len(item) > 0 and all(map(_is_run, item))


def tidy_experiment(runs: Any, wish: Wish) -> TuningTables:
    """Make tidy tables of runs.

    Parameters
    ----------
    runs : pandas.DataFrame, sequence of mlflow.entities.Run, or str
        What ``mlflow.search_runs`` returns, also read from a CSV file; or an experiment's name or
        number, which the wish's client knows.
    wish : Wish
        With a client (``mlflow.MlflowClient()``), the history of each metric of each run is asked
        for, and becomes ``metrics``: one call each.

    Returns
    -------
    TuningTables
        One trial a run, one tuning job an experiment. A run in which others are nested is a tuning
        job of its own name, and no trial. Runs that failed, were killed or still run are unscored.

    Raises
    ------
    InputError
        If there is no such experiment, metric or parameter, or no direction.
    """
    if isinstance(wish.objective, str) and isinstance(runs, pd.DataFrame):
        asked = wish.objective.removeprefix("metrics.")  # as the table calls it
        wish = replace(wish, objective=asked)
    notices: list[str] = []
    if isinstance(runs, str):
        experiment, found = _fetch_experiment(runs, wish.client)
        read = [_read_entity(run, experiment) for run in found]
    elif isinstance(runs, pd.DataFrame):
        read = list(_read_table(runs))
    else:
        read = [_read_entity(run, None) for run in runs]
    trials = _group_nested(read[::-1], notices)  # MLflow lists the newest first
    if wish.client is not None:
        trials = [
            (key, replace(run, curve=_fetch_curve(key, run, wish.client))) for key, run in trials
        ]
    return tidy_runs([run for _, run in trials], wish, _WHAT, notices)


def _is_run(item: Any) -> bool:
    return all(hasattr(item, name) for name in ("info", "data"))


def _read_table(table: pd.DataFrame) -> Iterator[tuple[str, str, Run]]:
    """Yield each row as a run: its own id, its parent's or "", and what it says."""
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise InputError(
            f"The table of MLflow's runs has several columns called {join_choices(set(repeated))}. "
            "Give each a name of its own."
        )
    for row in table.astype(object).where(table.notna(), None).to_dict(orient="records"):
        parts: dict[str, dict[str, Any]] = {"params": {}, "metrics": {}, "tags": {}}
        for column, value in row.items():
            part, _, name = str(column).partition(".")
            if name and part in parts and value is not None and value != "":
                parts[part][name] = _read_cell(value) if part == "params" else value
        yield _read_run(row, parts)


def _read_cell(value: Any) -> Any:
    """Return a parameter as logged: a CSV's whole numbers are floats where others are missing."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _read_entity(run: Any, experiment: str | None) -> tuple[str, str, Run]:
    """Do the same for an ``mlflow.entities.Run``, whose times are milliseconds."""
    info, data = run.info, run.data
    fields = {
        "run_id": info.run_id,
        "experiment": experiment,
        "experiment_id": info.experiment_id,
        "status": info.status,
        "start_time": _from_milliseconds(info.start_time),
        "end_time": _from_milliseconds(info.end_time),
    }
    return _read_run(fields, {"params": data.params, "metrics": data.metrics, "tags": data.tags})


def _read_run(
    fields: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]]
) -> tuple[str, str, Run]:
    key, tags = str(fields["run_id"]), parts["tags"]
    number = fields.get("experiment_id")
    experiment = fields.get("experiment") or (
        "MLflow" if number is None else f"experiment {number}"
    )
    return (
        key,
        str(tags.get(_PARENT) or ""),
        Run(
            job=experiment,
            name=str(tags.get(_NAME) or key),
            status=_STATUSES.get(str(fields.get("status")), "Completed"),
            params=parts["params"],
            metrics=parts["metrics"],
            start=read_time(fields.get("start_time")),
            end=read_time(fields.get("end_time")),
        ),
    )


def _group_nested(
    read: Sequence[tuple[str, str, Run]], notices: list[str]
) -> list[tuple[str, Run]]:
    """Return the runs that are trials, those nested in another under its name."""
    by_key = {key: run for key, _, run in read}
    nested = {parent for _, parent, _ in read}
    named = Counter(by_key[key].name for key in by_key if key in nested)
    parents = {
        key: run.name if named[run.name] == 1 else f"{run.name} ({key[:8]})"
        for key, run in by_key.items()
        if key in nested
    }
    if parents:
        names = join_choices(parents.values(), limit=5)
        notices.append(
            f"{plural(len(parents), 'run')} with others nested in "
            f"{'it is a tuning job' if len(parents) == 1 else 'them are tuning jobs'}, not "
            f"{'a trial' if len(parents) == 1 else 'trials'}: {names}."
        )
    return [
        (key, replace(run, job=parents.get(parent, run.job)))
        for key, parent, run in read
        if key not in parents
    ]


def _fetch_experiment(name: str, client: Any) -> tuple[str, list[Any]]:
    """Ask a client for an experiment's runs, page by page."""
    found = client.get_experiment_by_name(name)
    if found is None and name.isdecimal():
        found = client.get_experiment(name)
    if found is None:
        known = join_choices(each.name for each in client.search_experiments())
        raise InputError(f"There is no MLflow experiment {name!r}. Choose from {known}.")
    runs: list[Any] = []
    token = None
    while True:
        page = client.search_runs([found.experiment_id], page_token=token)
        runs += page
        token = getattr(page, "token", None)
        if not token:
            return str(found.name), runs


def _fetch_curve(key: str, run: Run, client: Any) -> list[Point]:
    points: list[tuple[str, float, pd.Timestamp]] = []
    for metric in run.metrics:
        for point in client.get_metric_history(key, metric):
            value, time = read_number(point.value), _from_milliseconds(point.timestamp)
            if value is not None and time is not None:
                points.append((metric, value, time))
    first = min((time for _, _, time in points), default=None)
    return [
        Point(metric, value, (time - first).total_seconds(), time) for metric, value, time in points
    ]


def _from_milliseconds(value: Any) -> pd.Timestamp | None:
    return None if value is None else from_epoch(value, "ms")
