"""The tables as plain files, for other tools."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from amtviz.errors import InputError
from amtviz.files import replacing, writing
from amtviz.installation import pip_install
from amtviz.model import TuningJob, TuningTables
from amtviz.schema import UTC_DTYPE

_JOB_DTYPES = {
    "TuningJobName": "string",
    "TuningJobArn": "string",
    "TuningJobStatus": "string",
    "Strategy": "string",
    "ObjectiveMetric": "string",
    "ObjectiveDirection": "string",
    "Parents": "string",
    "WarmStartType": "string",
    "CreationTime": UTC_DTYPE,
    "EndTime": UTC_DTYPE,
    "FailureReason": "string",
    "IsAncestor": "boolean",
}


# as a spreadsheet sees the beginning of a formula, also of wide signs; a number is none
_BEGINS = r"[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]"
_FORMULA = re.compile(
    rf"{_BEGINS}(?!(?<=[+-])(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\Z)", re.IGNORECASE | re.ASCII
)
_ACCOUNT = re.compile(r"(?<=:)\d{12}(?=:)|(?<!\d)\d{12}(?=\.dkr\.)")


def write_parquet(
    data: TuningTables, folder: str | os.PathLike[str], *, arns: bool
) -> tuple[Path, ...]:
    """Write the tables as Parquet; see `TuningData.to_parquet`."""
    try:
        import pyarrow  # noqa: F401  (pandas would name other choices)
    except ImportError as error:
        raise InputError(
            f"Parquet files need pyarrow. Install it with {pip_install('parquet')}, or use to_csv."
        ) from error
    tables = _choose(data, arns)
    return _write(
        tables, folder, "parquet", lambda table, path: table.to_parquet(path, engine="pyarrow")
    )


def write_csv(
    data: TuningTables, folder: str | os.PathLike[str], *, arns: bool
) -> tuple[Path, ...]:
    """Write the tables as CSV; see `TuningData.to_csv`."""

    def write(table: pd.DataFrame, path: Path) -> None:
        table = table.copy()
        for name in table.columns:
            if str(table[name].dtype) == UTC_DTYPE:
                # one form whatever the fractions of a second are
                table[name] = table[name].map(lambda time: time.isoformat(), na_action="ignore")
            elif not pd.api.types.is_numeric_dtype(table[name].dtype):
                table[name] = table[name].astype(object).map(guard, na_action="ignore")
        table.columns = [guard(name) for name in table.columns]
        table.to_csv(
            path,
            index=False,
            encoding="utf-8",
            errors="backslashreplace",  # half of a surrogate pair
            lineterminator="\r\n",  # RFC 4180
        )

    return _write(_choose(data, arns), folder, "csv", write)


def guard(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula, as the page's own CSV does."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _choose(data: TuningTables, arns: bool) -> dict[str, pd.DataFrame]:
    """Return the tables by name; without ARNs, no text in them has an account's number."""
    tables = {"trials": data.trials, "metrics": data.metrics, "jobs": make_jobs_table(data)}
    if arns:
        return tables
    tables["jobs"] = tables["jobs"].drop(columns="TuningJobArn")
    for name in ("trials", "jobs"):
        reasons = tables[name]["FailureReason"].astype(object)
        hidden = reasons.map(lambda text: _ACCOUNT.sub("…", text), na_action="ignore")
        tables[name] = tables[name].assign(FailureReason=hidden.astype("string"))
    return tables


def make_jobs_table(data: TuningTables) -> pd.DataFrame:
    """Return one row a tuning job, in the order of ``data.jobs``.

    Parameters
    ----------
    data : TuningTables

    Returns
    -------
    pandas.DataFrame
        Columns TuningJobName, TuningJobArn, TuningJobStatus, Strategy, ObjectiveMetric,
        ObjectiveDirection, Parents (names with spaces between), WarmStartType, CreationTime and
        EndTime (UTC), FailureReason, IsAncestor.
    """
    rows = [_describe(job) for job in data.jobs]
    return pd.DataFrame(rows, columns=list(_JOB_DTYPES)).astype(_JOB_DTYPES)


def _describe(job: TuningJob) -> dict[str, Any]:
    objective = asdict(job.objective) if job.objective else {}
    return {
        "TuningJobName": job.name,
        "TuningJobArn": job.arn,
        "TuningJobStatus": job.status,
        "Strategy": job.strategy,
        "ObjectiveMetric": objective.get("metric_name"),
        "ObjectiveDirection": objective.get("direction"),
        "Parents": " ".join(job.parents),
        "WarmStartType": job.warm_start_type,
        "CreationTime": job.created,
        "EndTime": job.ended,
        "FailureReason": job.failure_reason,
        "IsAncestor": job.is_ancestor,
    }


def _write(
    tables: Mapping[str, pd.DataFrame],
    folder: str | os.PathLike[str],
    ending: str,
    write: Callable[[pd.DataFrame, Path], None],
) -> tuple[Path, ...]:
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{str(folder)!r} is a file. Pass a folder to write the tables to.")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in tables.items():
        path = folder / f"{name}.{ending}"
        with replacing(path) as beside:
            write(table, beside)
        paths.append(path)
    return tuple(paths)
