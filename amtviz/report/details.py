"""What a page tells of single trials alone: their metrics, and where AWS shows them."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from amtviz.grammar.tables import start_times, to_rows
from amtviz.model import TuningTables
from amtviz.schema import TRIAL_COLUMNS

_ARN = re.compile(r"arn:(?P<partition>[a-z-]+):sagemaker:(?P<region>[a-z0-9-]+):\d{12}:.+")
_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
_LOGS = "logStream:group=/aws/sagemaker/TrainingJobs;prefix={};streamFilter=typeLogStreamPrefix"
_RESOURCES = {
    "BillableTimeInSeconds": ("billed for (s)", "number"),
    "InstanceType": ("instance", "text"),
    "InstanceCount": ("instances", "integer"),
}


def link_console(arn: str) -> dict[str, str] | None:
    """Return where the AWS console shows the training jobs of a tuning job, and their logs.

    The addresses are those that AWS's own tools print.

    Parameters
    ----------
    arn : str
        Of the tuning job; empty if it isn't known.

    Returns
    -------
    dict of str to str or None
        ``job`` and ``logs``: addresses with ``{}`` in place of the training job's name. None
        without an ARN, and where it isn't known which console a partition has.
    """
    found = _ARN.fullmatch(arn)
    console = _CONSOLES.get(found["partition"]) if found else None
    if found is None or console is None:
        return None
    region = found["region"]
    home = f"https://{region}.{console}/{{}}/home?region={region}#"
    return {
        "job": home.format("sagemaker") + "/jobs/{}",
        "logs": home.format("cloudwatch") + _LOGS,
    }


def collect_details(data: TuningTables) -> dict[str, Any]:
    """Collect what a page tells of single trials only.

    Parameters
    ----------
    data : TuningTables

    Returns
    -------
    dict
        ``columns`` (``id``, ``title`` and ``kind`` of each final metric but the objective, and of
        what a trial ran on), ``values`` (of each, by the trials' numbers) and ``consoles`` (of
        each tuning job, what `link_console` returned).
    """
    trials = data.trials.loc[start_times(data.trials).index]
    known = {data.objective.metric_name, *(h.column for h in data.hyperparameters)}
    metrics = {
        name: (str(name), "number")
        for name in trials
        if name not in known and name not in TRIAL_COLUMNS and _is_number(trials[name])
    }
    wanted = {
        name: told for name, told in (metrics | _RESOURCES).items() if trials[name].notna().any()
    }
    ids = {name: f"d{place}" for place, name in enumerate(wanted)}
    rows = to_rows(trials[list(wanted)].rename(columns=ids), exact=list(ids.values()))
    arns = {job.name: job.arn for job in data.jobs}
    return {
        "columns": [
            {"id": ids[name], "title": title, "kind": kind}
            for name, (title, kind) in wanted.items()
        ],
        "values": [[row[id] for row in rows] for id in ids.values()],
        "consoles": [link_console(arns.get(name, "")) for name in data.job_names],
    }


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
