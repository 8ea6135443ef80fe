"""Columns of the two tables: names, dtypes, units; and typed empty tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from amtviz.model import Hyperparameter, Kind

UTC_DTYPE = "datetime64[ns, UTC]"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    dtype : str
        The pandas dtype, also when the table is empty.
    unit : str
        Empty when the column has none.
    """

    name: str
    dtype: str
    unit: str
    description: str


def _columns(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


# The objective, the hyperparameters and the other final metrics stand after ObjectiveStatus.
TRIAL_COLUMNS = _columns(
    Column("TuningJobName", "string", "", "the tuning job that ran the trial"),
    Column("TrainingJobName", "string", "", "the trial's own training job"),
    Column(
        "TrainingJobStatus",
        "string",
        "",
        "InProgress, Completed, Failed, Stopping, Stopped or Deleting",
    ),
    Column("ObjectiveStatus", "string", "", "Succeeded, Pending or Failed"),
    Column("CreationTime", UTC_DTYPE, "UTC", "when the training job was created"),
    Column("TrainingStartTime", UTC_DTYPE, "UTC", "when training started"),
    Column("TrainingEndTime", UTC_DTYPE, "UTC", "when training ended"),
    Column("TrainingElapsedTimeSeconds", "float64", "seconds", "end minus start"),
    Column(
        "BillableTimeInSeconds",
        "float64",
        "seconds",
        "billed per instance, a warm pool that was kept included: multiply by InstanceCount",
    ),
    Column(
        "InstanceType",
        "string",
        "",
        "for example ml.m5.large; of several groups 2 × ml.c5.xlarge + 1 × ml.g5.xlarge",
    ),
    Column("InstanceCount", "Int64", "instances", "of the training job, of all groups"),
    Column("EnableManagedSpotTraining", "boolean", "", "whether it ran on spot instances"),
    Column("FailureReason", "string", "", "why it failed, as AWS says"),
    Column(
        "SecondaryStatus",
        "string",
        "",
        "its status more exactly: MaxRuntimeExceeded, MaxWaitTimeExceeded, Interrupted (on spot "
        "instances), Stopped and others",
    ),
    Column("RestartCount", "Int64", "", "how often it was started again, after it was interrupted"),
    Column("TrainingJobDefinitionName", "string", "", "which of several algorithms it ran"),
)

METRIC_COLUMNS = _columns(
    Column("TrainingJobName", "string", "", "the trial"),
    Column("Host", "string", "", "the instance; empty for the algorithm's own metrics"),
    Column("MetricName", "string", "", "as published to CloudWatch"),
    Column("Timestamp", UTC_DTYPE, "UTC", "start of the period the value stands for"),
    Column("ElapsedSeconds", "float64", "seconds", "since the first point of that training job"),
    Column("Value", "float64", "the metric's own", "average over the period"),
)

LISTING_COLUMNS = _columns(
    Column("TuningJobName", "string", "", "the tuning job"),
    Column("TuningJobStatus", "string", "", "Completed, InProgress, Failed, Stopped or Stopping"),
    Column("Strategy", "string", "", "Bayesian, Random, Hyperband or Grid"),
    Column("CreationTime", UTC_DTYPE, "UTC", "when the tuning job was created"),
    Column("HyperParameterTuningEndTime", UTC_DTYPE, "UTC", "when it ended"),
    Column("Completed", "Int64", "training jobs", "that completed"),
    Column("InProgress", "Int64", "training jobs", "that run"),
    Column("Stopped", "Int64", "training jobs", "that were stopped"),
    Column("Failed", "Int64", "training jobs", "that failed, to be tried again or not"),
    Column("TuningJobArn", "string", "", "its full name"),
)

KIND_DTYPES: dict[Kind, str] = {
    "integer": "Int64",
    "continuous": "float64",
    "categorical": "string",
}

# Their unit is percent: of one core times cores for the CPU, of one GPU times GPUs for the GPUs.
INSTANCE_METRICS = (
    "CPUUtilization",
    "MemoryUtilization",
    "DiskUtilization",
    "GPUUtilization",
    "GPUMemoryUtilization",
)

# Where the objective, the hyperparameters and the final metrics go.
_BEFORE_VALUES = ("TuningJobName", "TrainingJobName", "TrainingJobStatus", "ObjectiveStatus")


def trial_dtypes(
    objective: str,
    hyperparameters: Iterable[Hyperparameter] = (),
    final_metrics: Iterable[str] = (),
) -> dict[str, str]:
    """Give the trials table's columns in order, with their dtypes.

    Parameters
    ----------
    objective : str
        Its column name.
    hyperparameters : iterable of Hyperparameter
    final_metrics : iterable of str
        Column names of the other final metrics.

    Returns
    -------
    dict of str to str
    """
    dtypes = {name: TRIAL_COLUMNS[name].dtype for name in _BEFORE_VALUES}
    dtypes[objective] = "float64"
    dtypes |= {h.column: KIND_DTYPES[h.kind] for h in hyperparameters}
    dtypes |= dict.fromkeys(final_metrics, "float64")
    return dtypes | {name: column.dtype for name, column in TRIAL_COLUMNS.items()}


def empty_metrics() -> pd.DataFrame:
    """Give a metrics table without rows, every column typed."""
    return pd.DataFrame(
        {name: pd.Series(dtype=column.dtype) for name, column in METRIC_COLUMNS.items()}
    )
