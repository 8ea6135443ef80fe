"""Summaries and Search records to trials: one for each training job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from amtviz.answers import Instances, find_definition, read_definitions, read_instances
from amtviz.errors import join_choices
from amtviz.model import RawTuningJob
from amtviz.schema import NOTE_COLUMNS, TRIAL_COLUMNS
from amtviz.tidy.interruptions import read_interruptions
from amtviz.tidy.times import drop_early_ends, to_utc
from amtviz.tidy.values import fits_int64
from amtviz.wording.lists import plural
from amtviz.wording.statuses import FINAL_STATUSES

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Trial:
    """One training job as two AWS answers tell of it.

    Attributes
    ----------
    job : int
        Position of the tuning job that listed it.
    tuning_job : str
        Label of the tuning job that launched it.
    definition : str, optional
        Name of the definition that it ran; None when it isn't known which of several.
    record : mapping
        What Search returned; empty when it returned none.
    instances : tuple of Instances
        What it may have run on; one when that is known.
    tuned : mapping
        Its hyperparameters, as text.
    fixed : mapping
        Those that weren't tuned: of its definition, or as Search has them.
    """

    job: int
    tuning_job: str
    name: str
    summary: Mapping[str, Any]
    record: Mapping[str, Any]
    definition: str | None
    instances: tuple[Instances, ...]
    tuned: Mapping[str, object]
    fixed: Mapping[str, object]

    def get(self, key: str) -> Any:
        """Return a field of the summary, or of the record when the summary lacks it."""
        value = self.summary.get(key)
        return self.record.get(key) if value is None else value

    @cached_property
    def final_metrics(self) -> dict[str, float]:
        """The last value of every metric, by name."""
        entries = [self.objective_metric, *(self.record.get("FinalMetricDataList") or ())]
        return {
            str(entry["MetricName"]): float(entry["Value"])
            for entry in entries
            if entry.get("MetricName") and entry.get("Value") is not None
        }

    @property
    def objective_metric(self) -> Mapping[str, Any]:
        """Its own objective with its last value, as the list of trials has it; empty if not."""
        return self.summary.get("FinalHyperParameterTuningJobObjectiveMetric") or {}


def collect_trials(
    raws: Sequence[RawTuningJob],
    labels: Sequence[str],
    by_identity: Mapping[tuple[str, str, str], str],
    notices: list[str],
) -> list[Trial]:
    """Return every training job once, also when a warm-started job lists its parents' too.

    Parameters
    ----------
    raws : sequence of RawTuningJob
    labels : sequence of str
        The name to show each under.
    by_identity : mapping of (account, region, name) to str
        The same labels, to find the parents.
    notices : list of str

    Returns
    -------
    list of Trial
    """
    found: dict[tuple[str, str], Trial] = {}
    nameless = sum(not _name_of(summary) for raw in raws for summary in raw.summaries)
    if nameless:
        notices.append(
            f"{plural(nameless, 'trial')} {'is' if nameless == 1 else 'are'} left out: AWS listed "
            "neither a name nor an ARN."
        )
    for position, raw in enumerate(raws):
        for trial in _read_trials(position, raw, labels[position], by_identity):
            key = (trial.tuning_job, trial.name)
            # the answer of the job that launched it has its ranges and its record
            if key not in found or (
                trial.tuning_job == labels[position] and found[key].job != position
            ):
                found[key] = trial
    strangers = dict.fromkeys(t.tuning_job for t in found.values() if t.tuning_job not in labels)
    if strangers:
        notices.append(
            f"Some trials were launched by {join_choices(strangers, limit=5)}, which wasn't "
            "fetched: they are kept under that name."
        )
    return list(found.values())


def _read_trials(
    position: int, raw: RawTuningJob, label: str, by_identity: Mapping[tuple[str, str, str], str]
) -> list[Trial]:
    definitions = read_definitions(raw.description, raw.summaries)
    possible = {name: read_instances(d) for name, d in definitions.items()}
    by_arn = {r.get("TrainingJobArn"): r for r in raw.records}
    by_name = {r.get("TrainingJobName"): r for r in raw.records}
    trials = []
    for summary in raw.summaries:
        called = _name_of(summary)
        if not called:
            continue
        arn = summary.get("TrainingJobArn")
        name = summary.get("TrainingJobName")
        record = (by_arn.get(arn) if arn else None) or (by_name.get(name) if name else None) or {}
        definition = find_definition(summary.get("TrainingJobDefinitionName"), definitions)
        owner = summary.get("TuningJobName")
        own_job = owner in (None, raw.name)
        static = {} if definition is None else definitions[definition].get("StaticHyperParameters")
        identity = (raw.account, raw.region, str(owner))
        trials.append(
            Trial(
                job=position,
                tuning_job=label if own_job else by_identity.get(identity, str(owner)),
                name=called,
                summary=summary,
                record=record,
                definition=definition,
                # of several allowed instance types, only the record knows which one it was
                instances=tuple(
                    read_instances(record) or ([] if definition is None else possible[definition])
                ),
                tuned=summary.get("TunedHyperParameters") or {},
                fixed={
                    **((static or {}) if own_job else {}),
                    **(record.get("HyperParameters") or {}),
                },
            )
        )
    return trials


def _name_of(summary: Mapping[str, Any] | None) -> str:
    """Return the name of a listed trial, by its ARN if need be; empty if it has neither."""
    summary = summary or {}
    arn = str(summary.get("TrainingJobArn") or "")
    return str(summary.get("TrainingJobName") or arn.rpartition("/")[2])


def fixed_columns(trials: Sequence[Trial], notices: list[str]) -> dict[str, Any]:
    """Return the columns of ``TRIAL_COLUMNS``, each a sequence with one value per trial.

    Parameters
    ----------
    trials : sequence of Trial
    notices : list of str
        Gets how many ended trials have no billed time.

    Returns
    -------
    dict of str to sequence
    """
    columns: dict[str, Any] = {
        name: [trial.get(name) for trial in trials]
        for name in ("TrainingJobStatus", "ObjectiveStatus", "FailureReason", "SecondaryStatus")
    }
    columns["TuningJobName"] = [trial.tuning_job for trial in trials]
    columns["TrainingJobName"] = [trial.name for trial in trials]
    for name in ("CreationTime", "TrainingStartTime", "TrainingEndTime"):
        columns[name] = to_utc([trial.get(name) for trial in trials])
    start, end = columns["TrainingStartTime"], columns["TrainingEndTime"]
    columns["TrainingEndTime"], told = drop_early_ends(start, end, columns["TrainingJobName"])
    notices += told
    elapsed = columns["TrainingEndTime"] - start
    columns["TrainingElapsedTimeSeconds"] = elapsed.dt.total_seconds()
    columns["BillableTimeInSeconds"] = [_read_billed(trial.record) for trial in trials]
    spot = "EnableManagedSpotTraining"
    columns[spot] = [trial.record.get(spot) for trial in trials]
    told_steps = [read_interruptions(trial.record) for trial in trials]
    columns["RestartCount"] = [told.restarts for told in told_steps]
    columns["Interruptions"] = [told.still for told in told_steps]
    columns["RepeatedTimeInSeconds"] = [told.repeated for told in told_steps]
    trained = (trial.record.get("TrainingTimeInSeconds") for trial in trials)
    columns["TrainingTimeInSeconds"] = [None if t is None else float(t) for t in trained]
    columns["InstanceType"] = [_only({i.type for i in trial.instances}) for trial in trials]
    counts = [_only({i.count for i in trial.instances}) for trial in trials]
    columns["InstanceCount"] = [count if fits_int64(count) else None for count in counts]
    columns["TrainingJobDefinitionName"] = [trial.definition or None for trial in trials]
    columns |= {name: [None] * len(trials) for name in NOTE_COLUMNS}
    ended = [trial for trial in trials if trial.get("TrainingJobStatus") in FINAL_STATUSES]
    unbilled = [t for t in ended if t.record.get("BillableTimeInSeconds") is None]
    if unbilled:
        # without a record Search was denied, or lags: the fetch itself says which
        answered = ": AWS's Search answered without it" if all(t.record for t in unbilled) else ""
        notices.append(
            f"The billed time of {len(unbilled):,} of {len(ended):,} ended trials is unknown"
            f"{answered}, so their cost is the time from start to end, too much for spot instances."
        )
    return {name: columns[name] for name in TRIAL_COLUMNS}


def _only(values: set[T]) -> T | None:
    """Return the only one of some values; None of several."""
    return next(iter(values)) if len(values) == 1 else None


def _read_billed(record: Mapping[str, Any]) -> float | None:
    """Return the seconds billed per instance, those for which a warm pool was kept included."""
    billed = record.get("BillableTimeInSeconds")
    pool = record.get("WarmPoolStatus") or {}
    kept = pool.get("ResourceRetainedBillableTimeInSeconds") or 0
    return None if billed is None else float(billed + kept)


def build_frame(columns: Mapping[str, Any], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """Make a table of columns, in the order and with the dtypes of ``dtypes``.

    Parameters
    ----------
    columns : mapping of str to sequence
        None is a missing value.
    dtypes : mapping of str to str

    Returns
    -------
    pandas.DataFrame
    """
    typed = {}
    dtype: Any  # a str: too many overloads to follow
    for name, dtype in dtypes.items():
        values = columns[name]
        if not isinstance(values, pd.Series):
            # None in a list of large integers would make floats of them: pd.array keeps them exact
            values = pd.Series(pd.array(list(values), dtype=dtype))
        typed[name] = values.astype(dtype)
    return pd.DataFrame(typed)
