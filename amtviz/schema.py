"""Columns of the tables: names, dtypes, units; and typed empty tables."""

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
    Column(
        "Interruptions",
        "string",
        "seconds",
        "when it stood still for an interruption, from–to since its start: 120–300; 800–860",
    ),
    Column(
        "RepeatedTimeInSeconds",
        "float64",
        "seconds",
        "trained before its last restart: trained again, unless it went on from a checkpoint",
    ),
    Column(
        "TrainingTimeInSeconds",
        "float64",
        "seconds",
        "as AWS counts it: less BillableTimeInSeconds, it is what spot instances saved",
    ),
    Column("TrainingJobDefinitionName", "string", "", "which of several algorithms it ran"),
    Column("Note", "string", "", "what somebody noted of it: `TuningData.note`"),
    Column("Star", "boolean", "", "whether somebody starred it: `TuningData.star`"),
)

#: Of these, what a person adds: no source of trials knows them.
NOTE_COLUMNS = ("Note", "Star")

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
    Column(
        "Parents",
        "string",
        "",
        "what it was warm-started from, with spaces between; missing where that isn't known",
    ),
    Column("TuningJobArn", "string", "", "its full name"),
)

# --- numbers that are known of the trials; chances and shares are from 0 to 1

_JOB = Column("TuningJobName", "string", "", "the tuning job")
_SHARES = (
    Column("Importance", "float64", "", "a share, from 0 to 1"),
    Column("Low", "float64", "", "lower end of its 90 % interval"),
    Column("High", "float64", "", "upper end of its 90 % interval"),
)
_OWN = "the objective's own"

IMPORTANCE_COLUMNS = _columns(
    Column("Hyperparameter", "string", "", "its name"),
    Column(
        "Question",
        "string",
        "",
        "`explains` (the objective over the whole ranges) or `reaches the best` (tenth of trials)",
    ),
    *_SHARES,
    Column(
        "Chance",
        "float64",
        "",
        "it matters if Low exceeds this (`explains`), or Importance does (`reaches the best`)",
    ),
)

INTERACTION_COLUMNS = _columns(
    Column("First", "string", "", "a hyperparameter"),
    Column("Second", "string", "", "another hyperparameter"),
    *_SHARES,
    Column("Chance", "float64", "", "what Low must exceed for the pair to matter together"),
)

CONVERGENCE_COLUMNS = _columns(
    _JOB,
    Column("TrainingJobName", "string", "", "the trial"),
    Column("Trial", "Int64", "trials", "finished so far, this one included"),
    Column("BestSoFar", "float64", _OWN, "best objective so far"),
    Column("Improved", "boolean", "", "whether this trial is the best so far"),
    Column(
        "WallSeconds", "float64", "seconds", "from the first trial's creation to this one's end"
    ),
    Column("BilledSeconds", "float64", "seconds", "billed so far, of all instances"),
    Column("BilledFrom", "string", "", "`billed`, `elapsed` (end minus start) or `unknown`"),
)

EXPECTED_GAIN_COLUMNS = _columns(
    _JOB,
    Column("More", "Int64", "trials", "k, how many more"),
    Column("Chance", "float64", "", "that they beat the best"),
    Column("IsExact", "boolean", "", "whether Chance is exact, as of random search"),
    Column("Basis", "string", "", "`random`, `assumed random`, `its progress`, or empty"),
    Column("Matters", "float64", "", "chance of a gain of MattersFrom or more"),
    Column("MattersFrom", "float64", _OWN, "2 % of the distance from the median trial to the best"),
    Column("Gain", "float64", _OWN, "mean gain, none included; mostly too high"),
    Column("Low", "float64", _OWN, "lower end of the gain's 90 % interval"),
    Column("High", "float64", _OWN, "upper end of the gain's 90 % interval"),
    Column("BilledSeconds", "float64", "seconds", "what k more trials would be billed"),
    Column("SecondsPerGain", "float64", "seconds", "BilledSeconds over Matters"),
    Column("Drawn", "Int64", "trials", "the last ones, which the next are taken to be like"),
    Column(
        "Verdict",
        "string",
        "",
        "`worth`, `open`, `unlikely`, `early`, `bogus best`, `ceiling`, `too few`, `grid`, "
        "`no order` or `brackets`",
    ),
    Column("Reason", "string", "", "why numbers are missing, or empty"),
)

COST_COLUMNS = _columns(
    _JOB,
    Column("InstanceType", "string", "", "empty where unknown"),
    Column(
        "Outcome",
        "string",
        "",
        "`completed`, `stopped early`, `out of time`, `out of spot`, `running`, `no value` or "
        "`failed`",
    ),
    Column("Trials", "Int64", "trials", "of these"),
    Column("Elapsed", "Int64", "trials", "counted by end minus start, for want of a bill"),
    Column("Unknown", "Int64", "trials", "of which no time is known"),
    Column("BilledSeconds", "float64", "seconds", "billed, of all instances"),
    Column("Dollars", "float64", "US dollars", "at the given prices"),
)

FAILURE_COLUMNS = _columns(
    Column("Hyperparameter", "string", "", "its name"),
    Column("Region", "string", "", "`range`, `category` or `not set`"),
    Column("Low", "float64", "the hyperparameter's own", "lower end of a range"),
    Column("High", "float64", "the hyperparameter's own", "upper end of a range"),
    Column("Category", "string", "", "its value"),
    Column("Trials", "Int64", "trials", "that ended"),
    Column("Failed", "Int64", "trials", "that failed, or have no objective"),
    Column("Rate", "float64", "", "share of trials that failed"),
    Column("RateLow", "float64", "", "lower end of its 90 % interval"),
    Column("RateHigh", "float64", "", "upper end of its 90 % interval"),
    Column("PValue", "float64", "", "that failing depends on it, of all hyperparameters together"),
    Column("Depends", "boolean", "", "whether it does, at 5 %; missing where too few failed"),
)

COMPARISON_COLUMNS = _columns(
    _JOB,
    Column("Other", "string", "", "the tuning job that it is compared with"),
    Column("At", "string", "", "what is equal: `trials`, `time` or `cost`"),
    Column("Budget", "float64", "trials or seconds", "the smaller total of the two"),
    Column("Trials", "Int64", "trials", "finished within the budget"),
    Column("OtherTrials", "Int64", "trials", "of the other"),
    Column("Best", "float64", _OWN, "of these trials"),
    Column("OtherBest", "float64", _OWN, "of the other's"),
    Column("Chance", "float64", "", "that its best is better if both are run again"),
    Column("Fair", "boolean", "", "whether both started with the same knowledge"),
    Column("Verdict", "string", "", "`better`, `worse`, `open`, `unfair`, or empty"),
    Column("Reason", "string", "", "why Chance is missing, or empty"),
)

LINEAGE_COLUMNS = _columns(
    _JOB,
    Column("Generation", "Int64", "", "1 without parents"),
    Column("Parents", "object", "", "tuple of names"),
    Column("Unknown", "object", "", "tuple of names: ancestors that aren't in the data"),
    Column("WarmStartType", "string", "", "missing without parents"),
    Column("Trials", "Int64", "trials", "that finished"),
    Column("BestBefore", "float64", _OWN, "best of all known ancestors"),
    Column("BestBeforeOf", "string", "", "the ancestor that found it"),
    Column("Best", "float64", _OWN, "best of its own trials"),
    Column("Gain", "float64", _OWN, "how much better Best is; negative if worse"),
)

ADVICE_REVIEW_COLUMNS = _columns(
    Column("TuningJobName", "string", "", "a warm-started tuning job"),
    Column("Risk", "string", "", "`careful`, `balanced` or `bold`"),
    Column("KnownTrials", "Int64", "trials", "of its ancestors, scored: the advice is from these"),
    Column("Changes", "Int64", "", "how many ranges the advice would have changed"),
    Column("SearchedInside", "float64", "", "share of the job's own ranges that lies inside"),
    Column("Trials", "Int64", "trials", "of the job, scored"),
    Column("Inside", "Int64", "trials", "of these, in the ranges of the advice"),
    Column("Best", "float64", _OWN, "of all"),
    Column("BestInside", "float64", _OWN, "of those inside"),
    Column("BestOutside", "float64", _OWN, "of the others"),
    Column("MedianInside", "float64", _OWN, "of those inside"),
    Column("MedianOutside", "float64", _OWN, "of the others"),
    Column("BestIsInside", "boolean", "", "missing where both bests are equal"),
    Column(
        "Luck",
        "float64",
        "",
        "chance of a difference like that, or a greater one, if there is none between both sides",
    ),
    Column(
        "Verdict",
        "string",
        "",
        "of the trials inside: `better`, `worse`, `open`, `too few`, `all inside`, `none inside`, "
        "`no change` or `no trials`",
    ),
)

# By the method of TuningData that returns the table.
NUMBER_COLUMNS = {
    "importance": IMPORTANCE_COLUMNS,
    "interactions": INTERACTION_COLUMNS,
    "convergence": CONVERGENCE_COLUMNS,
    "expected_gain": EXPECTED_GAIN_COLUMNS,
    "cost": COST_COLUMNS,
    "failures": FAILURE_COLUMNS,
    "comparison": COMPARISON_COLUMNS,
    "lineage": LINEAGE_COLUMNS,
    "advice_review": ADVICE_REVIEW_COLUMNS,
}

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
    """Return the trials table's columns in order, with their dtypes.

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
    """Return a metrics table without rows, every column typed."""
    return pd.DataFrame(
        {name: pd.Series(dtype=column.dtype) for name, column in METRIC_COLUMNS.items()}
    )
