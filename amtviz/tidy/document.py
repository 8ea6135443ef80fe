"""`TuningTables` without raw answers to a JSON document, and back."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

import pandas as pd

from amtviz.errors import StoreError
from amtviz.installation import pip_install
from amtviz.model import (
    Direction,
    Hyperparameter,
    Objective,
    TrainingJobDefinition,
    TuningJob,
    TuningTables,
)
from amtviz.schema import NOTE_COLUMNS, TRIAL_COLUMNS
from amtviz.texts import has_halves, write_halves
from amtviz.tidy.shapes import check_tables

FORMAT = 1
_ADDED = (  # columns of the trials that versions before 0.2.0 don't write
    *("SecondaryStatus", "RestartCount", "Interruptions"),
    *("RepeatedTimeInSeconds", "TrainingTimeInSeconds", *NOTE_COLUMNS),
)

# what pandas calls the columns that a DataFrame of a person may have, and AWS's answers make
_DTYPE = re.compile(
    r"object|str|string(\[\w+\])?|bool(ean)?|u?int\d+|U?Int\d+|[fF]loat\d+|category"
    r"|datetime64\[(s|ms|us|ns)(, [\w/+:-]+)?\]|timedelta64\[(s|ms|us|ns)\]"
)


def to_document(data: TuningTables) -> dict[str, Any]:
    """Turn tables and descriptions into a document that JSON can hold.

    Parameters
    ----------
    data : TuningTables
        Its raw answers are not part of the document.

    Returns
    -------
    dict
        Strict JSON: no NaN. Objects that JSON doesn't know, in columns of the caller's own, become
        text.
    """
    document = {
        "format": FORMAT,
        "objective": dataclasses.asdict(data.objective),
        "hyperparameters": [dataclasses.asdict(h) for h in data.hyperparameters],
        "jobs": [dataclasses.asdict(job) for job in data.jobs],
        "notices": list(data.notices),
        "fetched_at": data.fetched_at,
        "directions": dict(data.directions),
        "trials": _write_frame(data.trials),
        "metrics": _write_frame(data.metrics),
    }
    plain: dict[str, Any] = json.loads(json.dumps(document, default=_write_object))
    return plain


def from_document(document: Mapping[str, Any]) -> TuningTables:
    """Read a document that `to_document` wrote.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    TuningTables

    Raises
    ------
    StoreError
        If it was written by a newer version, or lacks something.
    """
    if document.get("format", FORMAT) > FORMAT:
        raise StoreError(
            f"These trials were written by a newer amtviz (format {document['format']}, this one "
            f"reads up to {FORMAT}). Upgrade amtviz: {pip_install(upgrade=True)}"
        )
    if has_halves(document):
        document = write_halves(document)
    try:
        tables = TuningTables(
            jobs=tuple(_read_job(job) for job in document["jobs"]),
            objective=_read_known_objective(document["objective"]),
            hyperparameters=_read_hyperparameters(document["hyperparameters"]),
            trials=_complete(_read_frame(document["trials"])),
            metrics=_read_frame(document["metrics"]),
            notices=tuple(document["notices"]),
            fetched_at=_read_time(document["fetched_at"]),
            directions=_read_directions(document.get("directions", {})),  # older ones have none
        )
        check_tables(tables)
        return tables
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"The stored trials are damaged ({type(error).__name__}: {error}). Save them anew."
        ) from error


def _read_job(entry: Mapping[str, Any]) -> TuningJob:
    fields = dict(entry)
    fields["objective"] = _read_objective(entry["objective"])
    fields["hyperparameters"] = _read_hyperparameters(entry["hyperparameters"])
    fields["definitions"] = tuple(
        TrainingJobDefinition(
            **{
                **definition,
                "objective": _read_objective(definition["objective"]),
                "hyperparameters": _read_hyperparameters(definition["hyperparameters"]),
                "metric_names": tuple(definition["metric_names"]),
                "instance_types": tuple(definition["instance_types"]),
            }
        )
        for definition in entry["definitions"]
    )
    for name in ("metric_names", "parents"):
        fields[name] = tuple(entry[name])
    for name in ("created", "ended"):
        fields[name] = _read_time(entry[name])
    return TuningJob(**fields)


def _read_objective(entry: Mapping[str, Any] | None) -> Objective | None:
    return None if entry is None else _read_known_objective(entry)


def _read_known_objective(entry: Mapping[str, Any]) -> Objective:
    return Objective(**{**entry, "members": tuple(entry.get("members", ()))})


def _read_directions(entries: Mapping[str, Any]) -> dict[str, Direction]:
    wrong = {*entries.values()} - {*get_args(Direction)}
    if wrong:
        raise ValueError(f"a direction is {min(wrong)!r:.60}")
    return dict(entries)


def _read_hyperparameters(entries: list[dict[str, Any]]) -> tuple[Hyperparameter, ...]:
    return tuple(Hyperparameter(**{**e, "values": tuple(e["values"])}) for e in entries)


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _write_frame(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [_write_column(str(name), frame[name]) for name in frame.columns]


def _write_column(name: str, column: pd.Series) -> dict[str, Any]:
    dtype = column.dtype
    entry: dict[str, Any] = {"name": name, "dtype": str(dtype)}
    if isinstance(dtype, pd.CategoricalDtype):
        categories = _write_column("", pd.Series(dtype.categories))
        codes = column.cat.codes.tolist()
        return entry | {"categories": categories, "ordered": dtype.ordered, "values": codes}
    missing = column.isna().tolist()
    values: list[Any]
    if pd.api.types.is_timedelta64_dtype(dtype):
        values = column.astype("int64").tolist()
    else:
        values = column.astype(object).tolist()
    values = [None if gone else _write_value(v) for v, gone in zip(values, missing, strict=True)]
    return entry | {"values": values}


def _write_value(value: Any) -> Any:
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def _write_object(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()  # of a pandas.Timestamp: with its nanoseconds
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def _complete(trials: pd.DataFrame) -> pd.DataFrame:
    """Add the columns that older documents lack, without values."""
    dtypes: dict[str, Any] = {name: TRIAL_COLUMNS[name].dtype for name in _ADDED}
    lacking = {
        name: pd.Series(pd.array([None] * len(trials), dtype=dtype), trials.index)
        for name, dtype in dtypes.items()
        if name not in trials
    }
    return trials.assign(**lacking)


def _read_frame(entries: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame({entry["name"]: _read_column(entry) for entry in entries})


def _read_column(entry: Mapping[str, Any]) -> pd.Series:
    dtype, values = entry["dtype"], entry["values"]
    if not _DTYPE.fullmatch(dtype):  # one of a billion letters would take all memory
        raise ValueError(f"a column is {dtype!r:.60}")
    if "categories" in entry:
        categories = pd.Index(_read_column(entry["categories"]))
        return pd.Series(
            pd.Categorical.from_codes(values, categories=categories, ordered=entry["ordered"])
        )
    if dtype == "object":
        return pd.Series(values, dtype=object)
    if dtype.lower().startswith("float"):
        values = [float(v) if isinstance(v, str) else v for v in values]
    if dtype.startswith("datetime"):
        times = pd.to_datetime(pd.Series(values, dtype=object), utc=True, format="ISO8601")
        return times.astype(dtype) if "," in dtype else times.dt.tz_localize(None).astype(dtype)
    return pd.Series(pd.array(values, dtype=dtype))
