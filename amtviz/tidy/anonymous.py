"""The same tables under other names, for asking strangers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.model import (
    CUT_OFF_STATUSES,
    TUNING_JOB_STATUSES,
    Hyperparameter,
    Objective,
    TrainingJobDefinition,
    TuningJob,
    TuningTables,
)
from amtviz.schema import INSTANCE_METRICS, METRIC_COLUMNS, trial_dtypes
from amtviz.texts import list_distinct
from amtviz.wording.lists import plural

# words of AWS's own, which name nothing of anybody's, by what they are words for
_STATUSES = {
    *(*TUNING_JOB_STATUSES, *CUT_OFF_STATUSES, "Succeeded", "Pending", "Retryable"),
    *("NonRetryable", "Starting", "Downloading", "Training", "Uploading"),
}
_WORDS = {
    "status": frozenset(_STATUSES),
    "strategy": frozenset(("Bayesian", "Random", "Hyperband", "Grid")),
    "warm start": frozenset(("IdenticalDataAndAlgorithm", "TransferLearning")),
    "instance type": frozenset(("local", "local_gpu")),
    "metric": frozenset(INSTANCE_METRICS),
    "limit": frozenset(
        (
            *("MaxNumberOfTrainingJobs", "MaxParallelTrainingJobs", "MaxRuntimeInSeconds"),
            "TargetObjectiveMetricValue",
        )
    ),
}
_SCALINGS = ("Auto", "Linear", "Logarithmic", "ReverseLogarithmic")
_BOOKKEEPING = ("sagemaker_", "_")  # of the SDK and of AWS: names of jobs, places of code
_REASON = re.compile(r"(AlgorithmError|ClientError|InternalServerError|CapacityError)\b")
_VARYING = re.compile(r"\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)
_SPANS = re.compile(r"[-\d.–; ]*")
_INSTANCE = r"(\d+ × )?ml\.[a-z]\w{1,6}\.(\d{0,2}x?large|medium|small|metal)"
_INSTANCES = re.compile(rf"{_INSTANCE}( \+ {_INSTANCE})*")


class Pseudonyms:
    """Other names for all that the tables name, each the same wherever it stands.

    Parameters
    ----------
    tables : TuningTables
    """

    def __init__(self, tables: TuningTables) -> None:
        self._tables = tables
        self._given: dict[str, dict[str, str]] = {}
        self._tuned = {one.column for one in tables.hyperparameters}
        for name in tables.job_names:
            self("tuning job", name)
        for column in (h.column for h in tables.hyperparameters):
            self("hyperparameter", column)
        goal = tables.objective
        self._given["metric"] = {goal.metric_name: "objective"}  # also one of AWS's own
        for number, name in enumerate(goal.members, start=1):
            self._given["metric"].setdefault(name, f"objective {number}")

    def __call__(self, kind: str, text: Any) -> Any:
        """Return the other name of a text, as ``trial 12``; what is missing, or AWS's, as it is."""
        if not isinstance(text, str) or not text or text in _WORDS.get(kind, ()):
            return text
        given = self._given.setdefault(kind, {})
        return given.setdefault(text, f"{kind.partition(' of ')[0]} {len(given) + 1}")

    def metrics(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the other names of metrics."""
        return tuple(self("metric", name) for name in names)

    def prices(self, prices: Mapping[str, float]) -> dict[str, float]:
        """Return prices by the other names of instance types."""
        return {self._instance(name): price for name, price in prices.items()}

    def tables(self) -> TuningTables:
        """Return the tables under the other names, without messages, ARNs and raw answers."""
        tables = self._tables
        told = "Names, categories and messages are replaced"
        if tables.notices:
            told += f", and {plural(len(tables.notices), 'notice')} left out"
        return TuningTables(
            jobs=tuple(map(self._job, tables.jobs)),
            objective=self._objective(tables.objective),
            hyperparameters=self._hyperparameters(tables.hyperparameters),
            trials=self._trials(),
            metrics=self._series(),
            notices=(f"{told}.",),
            fetched_at=tables.fetched_at,
            directions={self("metric", k): v for k, v in tables.directions.items()},
        )

    def _objective(self, objective: Objective) -> Objective:
        name = self("metric", objective.metric_name)
        return replace(objective, metric_name=name, members=self.metrics(objective.members))

    def _hyperparameters(self, found: Sequence[Hyperparameter]) -> tuple[Hyperparameter, ...]:
        return tuple(map(self._hyperparameter, found))

    def _hyperparameter(self, one: Hyperparameter) -> Hyperparameter:
        name = self("hyperparameter", one.column)
        values = tuple(self(f"value of {one.column}", value) for value in one.values)
        scaling = one.scaling if one.scaling in _SCALINGS else "Auto"
        return replace(one, name=name, column=name, values=values, scaling=scaling)

    def _job(self, job: TuningJob) -> TuningJob:
        return TuningJob(
            name=self("tuning job", job.name),
            arn=f"arn:aws:{self('tuning job', job.name)}" if job.arn else "",
            status=self("status", job.status),
            strategy=self("strategy", job.strategy),
            objective=self._objective(job.objective) if job.objective else None,
            hyperparameters=self._hyperparameters(job.hyperparameters),
            definitions=tuple(map(self._definition, job.definitions)),
            metric_names=self.metrics(job.metric_names),
            parents=tuple(self("tuning job", parent) for parent in job.parents),
            warm_start_type=self("warm start", job.warm_start_type),
            limits={k: v for k, v in job.limits.items() if k in _WORDS["limit"] and _is_number(v)},
            created=job.created,
            ended=job.ended,
            status_counters={self("status", k): v for k, v in job.status_counters.items()},
            objective_counters={self("status", k): v for k, v in job.objective_counters.items()},
            failure_reason=self._reason(job.failure_reason),
            is_ancestor=job.is_ancestor,
        )

    def _definition(self, definition: TrainingJobDefinition) -> TrainingJobDefinition:
        return replace(
            definition,
            name=self("algorithm", definition.name),
            objective=self._objective(definition.objective) if definition.objective else None,
            hyperparameters=self._hyperparameters(definition.hyperparameters),
            static_hyperparameters=dict(
                self._static(name, value)
                for name, value in definition.static_hyperparameters.items()
                if not name.startswith(_BOOKKEEPING)
            ),
            metric_names=self.metrics(definition.metric_names),
            instance_types=tuple(map(self._instance, definition.instance_types)),
            task=self("task", definition.task),
        )

    def _static(self, name: str, value: str) -> tuple[str, str]:
        """Replace a fixed hyperparameter; the value of one that others tune stays comparable."""
        if name in self._tuned and _VARYING.fullmatch(value):
            return self("hyperparameter", name), value
        return self("hyperparameter", name), self(f"value of {name}", value)

    def _instance(self, text: Any) -> Any:
        is_plain = isinstance(text, str) and _INSTANCES.fullmatch(text)
        return text if is_plain else self("instance type", text)

    def _reason(self, text: Any) -> Any:
        """Replace a failure's message: those that differ in numbers and names only stay one."""
        if not isinstance(text, str):
            return None
        found = _REASON.match(text)
        bare = text
        for given in ("trial", "tuning job"):
            for name in self._given.get(given, {}):
                bare = bare.replace(name, "") if name else bare
        message = self("message", _VARYING.sub("", bare))
        return f"{found[0]}: {message}" if found else message

    def _trials(self) -> pd.DataFrame:
        tables, trials = self._tables, self._tables.trials
        objective, ranges = tables.objective, tables.hyperparameters
        for name in list_distinct(trials["TrainingJobName"]):
            self("trial", name)
        kinds = {
            "TuningJobName": "tuning job",
            "TrainingJobName": "trial",
            "TrainingJobDefinitionName": "algorithm",
            "TrainingJobStatus": "status",
            "ObjectiveStatus": "status",
            "SecondaryStatus": "status",
        }
        columns: dict[str, Any] = {}
        known = trial_dtypes(objective.metric_name, ranges)
        for name in known:
            columns[name] = trials[name]
            if name in kinds:
                columns[name] = _map(trials[name], lambda v, kind=kinds[name]: self(kind, v))
        columns["InstanceType"] = _map(trials["InstanceType"], self._instance)
        still = trials["Interruptions"]
        columns["Interruptions"] = _map(still, lambda v: v if _SPANS.fullmatch(v) else None)
        columns["FailureReason"] = _map(trials["FailureReason"], self._reason)
        columns["Note"] = _map(trials["Note"], lambda note: None)
        columns[self("metric", objective.metric_name)] = columns.pop(objective.metric_name)
        for one in ranges:
            values = columns.pop(one.column)
            if one.kind == "categorical":
                values = _map(values, lambda v, one=one: self(f"value of {one.column}", v))
            columns[self("hyperparameter", one.column)] = values
        for name in trials.columns:  # other final metrics; a person's own columns stay away
            taken = name in known or not pd.api.types.is_float_dtype(trials[name].dtype)
            if not taken:
                columns[self("metric", name)] = trials[name]
        if "Feasible" in trials:
            columns["Feasible"] = trials["Feasible"]
        return pd.DataFrame(columns, index=trials.index)

    def _series(self) -> pd.DataFrame:
        metrics = self._tables.metrics
        hosts = {host: self._host(host) for host in list_distinct(metrics["Host"])}
        frame = metrics[list(METRIC_COLUMNS)].copy()
        frame["TrainingJobName"] = _map(frame["TrainingJobName"], lambda v: self("trial", v))
        frame["Host"] = _map(frame["Host"], lambda v: hosts.get(v, v))
        frame["MetricName"] = _map(frame["MetricName"], lambda v: self("metric", v))
        return frame

    def _host(self, host: str) -> str:
        trial, _, instance = host.rpartition("/")
        if re.fullmatch(r"algo-\d+", instance):
            return f"{self('trial', trial)}/{instance}"
        return self("host", host)


def _map(column: pd.Series, change: Any) -> pd.Series:
    """Change each text of a column once."""
    changed = {value: change(value) for value in list_distinct(column)}
    values = [changed.get(value) for value in column.tolist()]
    return pd.Series(pd.array(values, dtype=column.dtype), column.index)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
