"""Ray Tune's experiments to `TuningTables`: its results, or its files. Ray isn't imported."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from amtviz.errors import InputError
from amtviz.model import TuningTables
from amtviz.tidy.studies.files import list_files, read_rows, read_text
from amtviz.tidy.studies.runs import Point, Run, Wish, flatten, from_epoch, read_number, tidy_runs

_STATUSES = {
    "TERMINATED": "Completed",
    "ERROR": "Failed",
    "RUNNING": "InProgress",
    "PENDING": "InProgress",
    "PAUSED": "InProgress",
}
_CONFIG = "config"
# what Tune adds to each result, beside what the trial reported
_KEPT_BY_TUNE = {
    "checkpoint_dir_name",
    "date",
    "done",
    "episodes_total",
    "experiment_id",
    "experiment_tag",
    "hostname",
    "iterations_since_restore",
    "logdir",
    "node_ip",
    "pid",
    "should_checkpoint",
    "time_since_restore",
    "time_this_iter_s",
    "time_total_s",
    "timestamp",
    "trial_id",
}
_ANONYMOUS = (
    "The table doesn't say which trials failed or still run: all are taken as completed. The "
    "experiment's folder does say."
)


def is_experiment(item: Any, wish: Wish) -> bool:
    """Tell a ``ResultGrid``, its table, or a path."""
    if isinstance(item, pd.DataFrame):
        return "trial_id" in item.columns
    is_grid = all(hasattr(item, name) for name in ("get_dataframe", "experiment_path"))
    return is_grid or isinstance(item, str | os.PathLike)


def tidy_experiment(experiment: Any, wish: Wish) -> TuningTables:
    """Make tidy tables of one experiment.

    Parameters
    ----------
    experiment : ray.tune.ResultGrid, pandas.DataFrame, or path-like
        What ``Tuner.fit`` returns, what its ``get_dataframe`` returns, a CSV file of that, or the
        experiment's folder, of which no pickle is opened.
    wish : Wish

    Returns
    -------
    TuningTables
        One trial a trial, with its last result; results over time are ``metrics``, except of a
        table. Nested parameters have their names joined by ``/``. Tune doesn't tell a trial that a
        scheduler stopped from one that trained to its end: both are completed, and
        ``training_iteration`` says how far they came. Failed trials are unscored.

    Raises
    ------
    InputError
        If a file is missing or can't be read, there is no such metric, or no direction.
    """
    notices: list[str] = []
    if isinstance(experiment, pd.DataFrame):
        rows = experiment.astype(object).where(experiment.notna(), None).to_dict(orient="records")
        runs, what = _read_table(rows, "Ray Tune"), "the table of Ray Tune's results"
        notices.append(_ANONYMOUS)
    elif isinstance(experiment, str | os.PathLike):
        path, what = Path(experiment).expanduser().resolve(), repr(os.fspath(experiment))
        if not path.exists():
            raise InputError(f"There is no file or folder {what}. Check the path.")
        if path.is_dir():
            runs = _read_folder(path, notices)
        else:
            runs = _read_table(read_rows(path), path.stem)
            notices.append(_ANONYMOUS)
    else:
        name = str(experiment.experiment_path).rstrip("/\\").replace("\\", "/").rpartition("/")[2]
        runs, what = [_read_result(result, name) for result in experiment], f"{name!r}"
    if wish.objective is None and isinstance(experiment, str | os.PathLike):
        wish = replace(wish, objective=_find_metric(Path(experiment).expanduser()))
    return tidy_runs(runs, wish, what, notices)


def is_folder(folder: Path) -> bool:
    """Tell an experiment's folder by its state, or by a trial's parameters."""
    return any(
        next(folder.glob(pattern), None) for pattern in ("experiment_state*.json", "*/params.json")
    )


def is_table(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Tell the rows of a ``ResultGrid``'s table by their columns."""
    return "trial_id" in rows[0] and any(name.startswith(f"{_CONFIG}/") for name in rows[0])


def _read_table(rows: Sequence[Mapping[str, Any]], job: str) -> list[Run]:
    runs = []
    for place, row in enumerate(rows):
        config, result = {}, {}
        for name, value in row.items():
            part, _, rest = name.partition("/")
            if part == _CONFIG and rest:
                config[rest] = value
            else:
                result[name] = value
        runs.append(_make_run(job, f"trial {place}", "Completed", config, [result]))
    return runs


def _read_result(result: Any, job: str) -> Run:
    """Read one ``Result`` of a ``ResultGrid``, with its results over time."""
    metrics = result.metrics or {}
    curve = getattr(result, "metrics_dataframe", None)
    rows = [metrics] if curve is None or curve.empty else curve.to_dict(orient="records")
    failure = None if result.error is None else _last_line(str(result.error))
    status = "Completed" if result.error is None else "Failed"
    name = Path(str(result.path)).name
    return _make_run(job, name, status, result.config or {}, rows, failure)


def _last_line(traceback: str) -> str:
    return traceback.strip().rpartition("\n")[2]


def _read_folder(folder: Path, notices: list[str]) -> list[Run]:
    if not is_folder(folder):
        raise InputError(
            f"{str(folder)!r} is no experiment of Ray Tune: no trial's params.json is in it. Pass "
            "the folder that Tune names at its end, or amtviz.from_logs for other logs."
        )
    states = _read_states(folder, notices)
    runs = []
    for file in list_files(folder, "*/params.json"):
        place = file.parent
        configs = read_rows(file)
        if len(configs) != 1:
            raise InputError(
                f"{str(file)!r} holds {len(configs)} objects, not one with a trial's parameters. "
                "Mend it, or leave the trial's folder out."
            )
        rows = _read_progress(place)
        error = place / "error.txt"
        failure = _last_line(read_text(error)) if error.is_file() else None
        name, state = states.get(place.name, (place.name, ""))
        # a state that wasn't written to the end may not know of the error
        status = "Failed" if failure else _STATUSES.get(state, "Completed")
        runs.append(_make_run(folder.name, name, status, configs[0], rows, failure))
    missing = sorted(set(states) - {file.parent.name for file in folder.glob("*/params.json")})
    if missing:
        notices.append(
            f"{len(missing):,} of {len(states):,} trials have no folder with parameters: left out."
        )
    return runs


def _read_progress(folder: Path) -> list[dict[str, Any]]:
    """Return a trial's results in their order; none of one that ended before its first."""
    for name in ("result.json", "progress.csv"):
        file = folder / name
        if file.is_file() and read_text(file).strip():
            return read_rows(file)
    return []


def _read_states(folder: Path, notices: list[str]) -> dict[str, tuple[str, str]]:
    """Return each trial's name and status by its folder, from the experiment's newest state."""
    found: dict[str, tuple[str, str]] = {}
    state = _newest_state(folder)
    entries = state.get("trial_data")
    for entry in entries if isinstance(entries, list) else ():
        try:
            trial = json.loads(entry[0])
            found[str(trial["relative_logdir"])] = str(trial["trial_id"]), str(trial["status"])
        except (ValueError, KeyError, TypeError, IndexError):
            continue  # of another version of Tune
    if not found:
        notices.append(
            "The experiment's state isn't there, or can't be read: trials without an error are "
            "taken as completed."
        )
    return found


def _newest_state(folder: Path) -> Mapping[str, Any]:
    files = sorted(folder.glob("experiment_state*.json")) if folder.is_dir() else []
    if not files:
        return {}
    try:
        state = json.loads(read_text(files[-1]))
    except (ValueError, RecursionError):
        return {}
    return state if isinstance(state, Mapping) else {}


def _find_metric(path: Path) -> str | None:
    """Return the metric that the experiment was told to optimize; it doesn't keep which way."""
    runner = _newest_state(path).get("runner_data")
    metric = runner.get("_metric") if isinstance(runner, Mapping) else None
    return metric if isinstance(metric, str) else None


def _make_run(
    job: str,
    name: str,
    status: str,
    config: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    failure: str | None = None,
) -> Run:
    flat = [
        {key: value for key, value in flatten(row, "/").items() if not key.startswith("config/")}
        for row in rows
    ]
    last = flat[-1] if flat else {}
    end, seconds = read_number(last.get("timestamp")), read_number(last.get("time_total_s"))
    reported = {key: value for key, value in last.items() if key not in _KEPT_BY_TUNE}
    texts = {
        key: value
        for key, value in reported.items()
        if value not in (None, "") and read_number(value) is None
    }
    return Run(
        job=job,
        name=str(last.get("trial_id") or name),
        status=status,
        params=flatten(config, "/"),
        metrics={key: value for key, value in reported.items() if key not in texts},
        start=None if end is None or seconds is None else _from_seconds(end - seconds),
        end=None if end is None or seconds is None else _from_seconds(end),
        seconds=seconds,
        failure=failure,
        curve=_make_curve(flat) if len(flat) > 1 else (),
        others=texts,
    )


def _make_curve(rows: Iterable[Mapping[str, Any]]) -> list[Point]:
    points = []
    first: float | None = None
    for row in rows:
        seconds, stamp = read_number(row.get("time_total_s")), read_number(row.get("timestamp"))
        if seconds is None:
            continue
        first = seconds if first is None else first
        time = None if stamp is None else _from_seconds(stamp)
        numbers = {
            key: read_number(value) for key, value in row.items() if key not in _KEPT_BY_TUNE
        }
        points += [
            Point(key, number, seconds - first, time)
            for key, number in numbers.items()
            if number is not None and key != "training_iteration"
        ]
    return points


def _from_seconds(seconds: float) -> pd.Timestamp | None:
    return from_epoch(seconds, "s")
