"""What a tuning job is made of: frozen types that every layer shares."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from amtviz.wording.lists import plural
from amtviz.wording.numbers import format_dollars
from amtviz.wording.times import format_duration

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Kept = TypeVar("Kept")
Direction = Literal["Maximize", "Minimize"]
Kind = Literal["integer", "continuous", "categorical"]

TUNING_JOB_STATUSES = (
    "Completed",
    "InProgress",
    "Failed",
    "Stopped",
    "Stopping",
    "Deleting",
    "DeleteFailed",
)

# secondary statuses of what a limit or a lack of spot instances ended, not early stopping
CUT_OFF_OUTCOMES = {
    "MaxRuntimeExceeded": "out of time",
    "MaxWaitTimeExceeded": "out of spot",
    "Interrupted": "out of spot",
}
CUT_OFF_STATUSES = tuple(CUT_OFF_OUTCOMES)

DOLLARS_PER_METRIC = 0.01 / 1000  # of GetMetricData


@dataclass(frozen=True)
class Objective:
    """The metric that a tuning job optimizes.

    Attributes
    ----------
    metric_name : str
        Its column in ``TuningData.trials``.
    direction : {"Maximize", "Minimize"}
    members : tuple of str
        The metrics' own names where the algorithms of a tuning job optimize different ones: each
        trial has the value of its own, and ``metric_name`` names them all. Else empty.
    """

    metric_name: str
    direction: Direction
    members: tuple[str, ...] = ()

    @property
    def metric_names(self) -> tuple[str, ...]:
        """The names under which trials report it."""
        return self.members or (self.metric_name,)

    @property
    def sign(self) -> int:
        """1 when larger is better, -1 when smaller is."""
        return 1 if self.direction == "Maximize" else -1

    @property
    def worse(self) -> Literal["above", "below"]:
        """Where the worse values are."""
        return "below" if self.direction == "Maximize" else "above"


@dataclass(frozen=True)
class Hyperparameter:
    """One hyperparameter and the range that was declared for it.

    Attributes
    ----------
    name : str
        The true name, as AWS has it. Where two algorithms of a tuning job have hyperparameters of
        one name and different kinds, these are two, called ``name (definition)``; only
        ``TrainingJobDefinition.hyperparameters`` keep the true name then.
    kind : {"integer", "continuous", "categorical"}
    low, high : float or int, optional
        Bounds of an integer or continuous range; None when none was declared.
    values : tuple of str
        Categories in the declared order; empty for the other kinds.
    scaling : {"Auto", "Linear", "Logarithmic", "ReverseLogarithmic"}
    column : str
        Its column in ``TuningData.trials``: the true name, unless that name is taken by another
        column; a notice says so then.
    declared : bool
        False when nobody told its range: its kind, and what values it has, are those that trials
        happened to try, as with Autotune.
    """

    name: str
    kind: Kind
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    scaling: str = "Auto"
    column: str = ""
    declared: bool = True

    def __post_init__(self) -> None:
        if not self.column:
            object.__setattr__(self, "column", self.name)


@dataclass(frozen=True)
class TrainingJobDefinition:
    """One algorithm of a tuning job, AWS's unit; most tuning jobs have one, unnamed.

    Attributes
    ----------
    name : str
        As in the column TrainingJobDefinitionName; empty for the only one of most tuning jobs.
    objective : Objective, optional
        Its own, else the tuning job's.
    hyperparameters : tuple of Hyperparameter
        Its own ranges, else the tuning job's.
    static_hyperparameters : mapping of str to str
    metric_names : tuple of str
    instance_types : tuple of str
        Those that it may run on.
    retry_attempts : int, optional
        How often AWS starts a training job again after an error of its own, ``RetryStrategy``.
    task : str
        What runs on which data, as a digest: the same for two definitions that run the same image
        or algorithm, code and environment on the same input data. Empty where the description
        names no image and no algorithm.
    """

    name: str
    objective: Objective | None
    hyperparameters: tuple[Hyperparameter, ...]
    static_hyperparameters: Mapping[str, str]
    metric_names: tuple[str, ...]
    instance_types: tuple[str, ...]
    retry_attempts: int | None = None
    task: str = ""


@dataclass(frozen=True)
class TuningJob:
    """One tuning job as described by AWS.

    Attributes
    ----------
    status : str
        Completed, InProgress, Failed, Stopped, Stopping, Deleting or DeleteFailed.
    objective : Objective, optional
        What its algorithms optimize; None when they differ in direction, or nothing is declared.
    hyperparameters : tuple of Hyperparameter
        This job's own ranges, of all its algorithms: they may differ from those of other jobs.
    definitions : tuple of TrainingJobDefinition
        At least one of a job from AWS.
    parents : tuple of str
        Names of the warm-start parents.
    warm_start_type : str, optional
        IdenticalDataAndAlgorithm or TransferLearning.
    limits : mapping
        ``ResourceLimits`` and ``TuningJobCompletionCriteria`` of the configuration.
    created, ended : datetime, optional
        UTC.
    status_counters, objective_counters : mapping of str to int
        Training jobs by status and by objective status, as AWS counts them.
    is_ancestor : bool
        True when it wasn't asked for but is a (grand)parent of a job that was.
    """

    name: str
    arn: str
    status: str
    strategy: str
    objective: Objective | None
    hyperparameters: tuple[Hyperparameter, ...]
    definitions: tuple[TrainingJobDefinition, ...]
    metric_names: tuple[str, ...]
    parents: tuple[str, ...] = ()
    warm_start_type: str | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    created: datetime | None = None
    ended: datetime | None = None
    status_counters: Mapping[str, int] = field(default_factory=dict)
    objective_counters: Mapping[str, int] = field(default_factory=dict)
    failure_reason: str | None = None
    is_ancestor: bool = False


@dataclass(frozen=True, eq=False)
class RawSeries:
    """One metric of one training job over time, as CloudWatch answered.

    Attributes
    ----------
    host : str
        ``<training job>/algo-<n>`` for instance metrics, empty for the algorithm's own.
    period : int
        Seconds that one point stands for.
    timestamps : numpy.ndarray of int64
        Milliseconds since 1970-01-01 UTC, ascending.
    values : numpy.ndarray of float64
    """

    training_job: str
    host: str
    metric: str
    period: int
    timestamps: np.ndarray[Any, Any]
    values: np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class RawTuningJob:
    """Raw answers of AWS about one tuning job: what is kept, so newer code can read it again.

    Attributes
    ----------
    account, region : str
        Together with the name they identify the job.
    description : mapping
        The answer of DescribeHyperParameterTuningJob.
    summaries : tuple of mapping
        Every ``TrainingJobSummaries`` entry of ListTrainingJobsForHyperParameterTuningJob.
    records : tuple of mapping
        Every ``TrainingJob`` that Search returned; may be fewer than the summaries.
    series : tuple of RawSeries
    fetched_at : datetime
        UTC.
    """

    name: str
    account: str
    region: str
    description: Mapping[str, Any]
    summaries: tuple[Mapping[str, Any], ...]
    records: tuple[Mapping[str, Any], ...]
    series: tuple[RawSeries, ...]
    fetched_at: datetime


@dataclass(frozen=True)
class FetchReport:
    """What a fetch did, and what it costs.

    Attributes
    ----------
    calls : mapping of str to int
        Requests sent to AWS by operation, repeated ones (throttled, say) included.
    seconds : float
        From the first call to the last answer.
    metrics : int
        Metrics that GetMetricData was asked for, which is what CloudWatch bills.
    """

    calls: Mapping[str, int]
    seconds: float
    metrics: int = 0

    @property
    def dollars(self) -> float:
        """What CloudWatch bills for the metrics: 0.01 US dollars per 1,000."""
        return self.metrics * DOLLARS_PER_METRIC

    def __add__(self, other: FetchReport) -> FetchReport:
        operations = [*self.calls, *other.calls]
        calls = {name: self.calls.get(name, 0) + other.calls.get(name, 0) for name in operations}
        return FetchReport(calls, self.seconds + other.seconds, self.metrics + other.metrics)

    def __str__(self) -> str:
        """One line: ``Fetched in 1.24 s with 12 calls (1 Describe…, 10 …, 1 …).``."""
        total = sum(self.calls.values())
        by_operation = ", ".join(f"{count} {name}" for name, count in self.calls.items())
        text = f"Fetched in {format_duration(self.seconds)} with {plural(total, 'call')}"
        text += f" ({by_operation})" if by_operation else ""
        if self.metrics:
            billed = f"{plural(self.metrics, 'metric')} ({format_dollars(self.dollars)})"
            text += f"; CloudWatch bills {billed}"
        return f"{text}."


@dataclass(frozen=True, eq=False)
class RawTuningData:
    """Raw answers about the jobs asked for (in that order), then their ancestors.

    Attributes
    ----------
    requested : int
        How many of ``jobs``, from the first, were asked for; the rest are ancestors.
    notices : tuple of str
        What the fetch dropped, missed or was denied, in words.
    report : FetchReport, optional
        What the fetch did; None for answers read from a file.
    """

    jobs: tuple[RawTuningJob, ...]
    requested: int
    notices: tuple[str, ...]
    report: FetchReport | None = None


@dataclass(frozen=True, eq=False)
class TuningTables:
    """Everything known about one or more tuning jobs, as tidy tables; `amtviz.TuningData` adds
    what one can do with them.

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
        Trials whose note was taken away: it isn't taken over from a file that is saved to.
    """

    jobs: tuple[TuningJob, ...]
    objective: Objective
    hyperparameters: tuple[Hyperparameter, ...]
    trials: pd.DataFrame
    metrics: pd.DataFrame
    notices: tuple[str, ...] = ()
    fetched_at: datetime | None = None
    raw: RawTuningData | None = None
    fetch_report: FetchReport | None = None
    directions: Mapping[str, Direction] = field(default_factory=dict)
    unnoted: frozenset[str] = frozenset()

    def keep(self, kind: Hashable, of: Any, make: Callable[[], Kept]) -> Kept:
        """Return what was last made of these tables of one kind, or make it.

        It can't be out of date, for nothing of the tables ever changes, and goes with them; copies
        and pickles are without it.

        Parameters
        ----------
        kind : hashable
        of : object
            What else it is made of, such as options: of anything else, it is made anew.
        make : callable
        """
        kept = vars(self).setdefault("_kept", {})
        if kind not in kept or kept[kind][0] != of:
            kept[kind] = of, make()
        made: Kept = kept[kind][1]
        return made

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_kept"}

    @property
    def job_names(self) -> list[str]:
        """The tuning jobs in their order, then those known from their trials only."""
        names = [job.name for job in self.jobs]
        return list(dict.fromkeys([*names, *self.trials["TuningJobName"].dropna()]))
