"""Answers of AWS's shapes made from botocore's own model: whatever it allows, and a little more.

A case is its number: the same number makes the same answers.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np

from amtviz.model import RawSeries, RawTuningData, RawTuningJob
from tests.aws.protocols import service_model

_DEEPEST = 9
_BEGAN = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
_ACCOUNT, _REGION = "123456789012", "us-east-1"

#: Texts for what has neither a choice nor names of its own: values of hyperparameters among them.
_PLAIN = ("1", "12", "-3", "0.5", "1e-5", '"12"', "[32]", '"gini"', "gini", "true", "0", "7.0")
_TEXTS = (
    *_PLAIN,
    *("", " ", "NaN", "-Infinity", "9223372036854775808", "1" * 40, '"', "[", "null", "1e400"),
    *("constructor", "__proto__", "[/macro]", "\x1b[31m", "\u202egnp", "e\u0301", "🙂", "\x00"),
    *("</script>", "=cmd()", "100%", "٣", "１２", "0x10", "1_000", "+5", ".5", "5.", "--1"),
    *("a" * 2500, '"\\ud800"'),
)
#: Names that meet again in ranges, values and metrics, by the shape's own name.
_NAMES: Mapping[str, Sequence[str]] = {
    "ParameterKey": ("lr", "depth", "kind", "a:b.c", "TrainingJobName", "toString", "f1"),
    "HyperParameterKey": ("lr", "depth", "kind", "a:b.c", "TrainingJobName", "toString", "f1"),
    "MetricName": ("f1", "loss", "ObjectiveMetric", "TrainingJobStatus", "lr"),
    "HyperParameterTrainingJobDefinitionName": ("one", "two"),
    "HyperParameterTuningJobName": ("job-0", "job-1", "job-2"),
}
_INTEGERS = (0, 1, 2, 7, -1, 500, 2**31 - 1, 2**63, -(2**63) - 1)
_FLOATS = (0.0, 0.25, 0.5, 0.75, -1.5, 1e-300, 1e308, 3.5e38, float("nan"), float("inf"))
_TIMES = (
    datetime.min.replace(tzinfo=timezone.utc),
    datetime.max.replace(tzinfo=timezone.utc),
    datetime(1970, 1, 1, tzinfo=timezone.utc),
    datetime(2400, 2, 29, 12, tzinfo=timezone(timedelta(hours=14))),
)


class Maker:
    """Makes values of shapes.

    Parameters
    ----------
    case : int
    broken : float
        How often a required member is missing, which AWS promises never to happen.
    """

    def __init__(self, case: int, broken: float = 0.0) -> None:
        self.dice = random.Random(case)
        self._broken = broken
        self._present = self.dice.choice((0.0, 0.3, 0.6, 0.9, 1.0))
        self._null = self.dice.choice((0.0, 0.0, 0.05, 0.2))
        self._unknown = self.dice.choice((0.0, 0.1, 0.5))
        self._odd = self.dice.choice((0.0, 0.1, 0.5))  # values at the edge of their type

    def make(self, shape: Any, depth: int = 0) -> Any:
        """Return a value of a shape."""
        maker = getattr(self, f"_make_{shape.type_name}", None)
        return None if maker is None else maker(shape, depth)

    def _make_structure(self, shape: Any, depth: int) -> dict[str, Any]:
        made = {}
        for name, member in shape.members.items():
            required = name in shape.required_members
            if required and self.dice.random() < self._broken:
                continue
            if not required and (depth > _DEEPEST or self.dice.random() >= self._present):
                continue
            null = not required and self.dice.random() < self._null
            made[name] = None if null else self.make(member, depth + 1)
        return made

    def _make_list(self, shape: Any, depth: int) -> list[Any]:
        return [self.make(shape.member, depth + 1) for _ in range(self.dice.randint(0, 3))]

    def _make_map(self, shape: Any, depth: int) -> dict[str, Any]:
        return {
            self.make(shape.key, depth + 1): self.make(shape.value, depth + 1)
            for _ in range(self.dice.randint(0, 4))
        }

    def _make_string(self, shape: Any, depth: int) -> str:
        if shape.enum:
            unknown = self.dice.random() < self._unknown
            return f"New{self.dice.randint(0, 3)}" if unknown else self.dice.choice(shape.enum)
        if shape.name in _NAMES and self.dice.random() >= self._odd / 2:
            return self.dice.choice(_NAMES[shape.name])
        return self.dice.choice(_TEXTS if self._is_odd() else _PLAIN)

    def _make_integer(self, shape: Any, depth: int) -> int:
        return self.dice.choice(_INTEGERS) if self._is_odd() else self.dice.randint(0, 5000)

    _make_long = _make_integer

    def _make_double(self, shape: Any, depth: int) -> float:
        return self.dice.choice(_FLOATS) if self._is_odd() else self.dice.random()

    _make_float = _make_double

    def _make_boolean(self, shape: Any, depth: int) -> bool:
        return self.dice.random() < 0.5

    def _make_timestamp(self, shape: Any, depth: int) -> datetime:
        if self._is_odd():
            return self.dice.choice(_TIMES)
        return _BEGAN + timedelta(seconds=self.dice.randint(0, 100_000))

    def _is_odd(self) -> bool:
        return self.dice.random() < self._odd


def make_case(case: int, broken: float = 0.0) -> RawTuningData:
    """Make what AWS may answer about one to three tuning jobs."""
    maker = Maker(case, broken)
    jobs = tuple(_make_job(maker, f"job-{n}") for n in range(maker.dice.choice((1, 1, 1, 2, 3))))
    return RawTuningData(jobs, maker.dice.randint(1, len(jobs)), ())


def make_answers(maker: Maker, name: str) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Make a description, summaries and records that belong together more or less."""
    shape_for = service_model("sagemaker").shape_for
    arn = f"arn:aws:sagemaker:{_REGION}:{_ACCOUNT}"
    description = maker.make(shape_for("DescribeHyperParameterTuningJobResponse"))
    summaries, records = [], []
    for trial in range(maker.dice.choice((0, 1, 2, 5, 8))):
        summary = maker.make(shape_for("HyperParameterTrainingJobSummary"))
        record = maker.make(shape_for("TrainingJob"))
        called = f"{name}-{trial:03d}"
        for answer in (summary, record):
            for key, text in (
                ("TrainingJobName", called),
                ("TrainingJobArn", f"{arn}:training-job/{called}"),
            ):
                if key in answer or answer is record:
                    answer[key] = text
        if maker.dice.random() < 0.8:
            summary.pop("TuningJobName", None)
        record["TuningJobArn"] = f"{arn}:hyper-parameter-tuning-job/{name}"
        summaries.append(summary)
        if maker.dice.random() < 0.7:
            records.append(record)
    if "HyperParameterTuningJobName" in description:
        description["HyperParameterTuningJobName"] = name
        description["HyperParameterTuningJobArn"] = f"{arn}:hyper-parameter-tuning-job/{name}"
    if maker.dice.random() < 0.9:  # else most have none, or another each
        goal = {"Type": "Maximize", "MetricName": "f1"}
        config = description.setdefault("HyperParameterTuningJobConfig", {})
        config["HyperParameterTuningJobObjective"] = goal
        for definition in (
            description.get("TrainingJobDefinition"),
            *(description.get("TrainingJobDefinitions") or ()),
        ):
            if definition:
                definition.pop("TuningObjective", None)
    return description, summaries, records


def _make_job(maker: Maker, name: str) -> RawTuningJob:
    description, summaries, records = make_answers(maker, name)
    series = []
    for summary in summaries[: maker.dice.randint(0, 3)]:
        times = np.arange(maker.dice.randint(0, 4), dtype=np.int64) * 60_000
        values = np.array([maker.make(_DOUBLE) for _ in times], dtype=np.float64)
        host = maker.dice.choice(("", f"{name}/algo-1"))
        trial = str(summary.get("TrainingJobName"))
        series.append(RawSeries(trial, host, "f1", 60, times, values))
    return RawTuningJob(
        name,
        _ACCOUNT,
        _REGION,
        description,
        tuple(summaries),
        tuple(records),
        tuple(series),
        _BEGAN,
    )


_DOUBLE = service_model("sagemaker").shape_for("MetricValue")
