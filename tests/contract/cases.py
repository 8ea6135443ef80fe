"""Tables of trials that every chart must survive, each as a `TuningData`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from amtviz import Hyperparameter, TuningData

HOSTILE = [
    "a:b",
    "a.b",
    "a[0]",
    'say "hi"',
    "it's",
    "back\\slash",
    "two words",
    "🌲 depth",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "datum",
    "value",
    "count",
    "density",
    "__proto__",
    "line\nbreak",
    "separators \u2028 \u2029",
    "ends with \\",
]


def _trials(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2026-03-01 12:00", tz="UTC") + pd.to_timedelta(np.arange(n) * 50, "s")
    return pd.DataFrame(
        {
            "TuningJobName": np.where(np.arange(n) < n / 2, "first", "second"),
            "TrainingJobName": [f"trial-{i:05d}" for i in range(n)],
            "TrainingJobStatus": "Completed",
            "TrainingStartTime": start,
            "TrainingEndTime": start + pd.Timedelta(seconds=80),
            "loss": rng.normal(1, 0.2, n),
            "rate": 10 ** rng.uniform(-5, -1, n),
            "depth": rng.integers(1, 7, n),
            "kind": rng.choice(["2", "10", "x"], n) if n else pd.Series(dtype="object"),
        }
    )


_RANGES = [
    Hyperparameter("rate", "continuous", 1e-5, 1e-1, scaling="Logarithmic"),
    Hyperparameter("depth", "integer", 1, 6),
    Hyperparameter("kind", "categorical", values=("2", "10", "x")),
]


def _data(frame: pd.DataFrame, hyperparameters: list | None = None) -> TuningData:
    return TuningData.from_frame(
        frame,
        objective="loss",
        direction="Minimize",
        hyperparameters=_RANGES if hyperparameters is None else hyperparameters,
        job_column="TuningJobName",
    )


def usual() -> TuningData:
    return _data(_trials(40))


def empty() -> TuningData:
    return _data(_trials(0))


def one_trial() -> TuningData:
    return _data(_trials(1))


def two_trials() -> TuningData:
    return _data(_trials(2))


def all_failed() -> TuningData:
    return _data(
        _trials(8).assign(
            loss=np.nan, TrainingJobStatus="Failed", FailureReason="AlgorithmError: </script>"
        )
    )


def nan_objective() -> TuningData:
    frame = _trials(30)
    frame.loc[::3, "loss"] = np.nan
    frame.loc[1, "loss"] = np.inf
    frame.loc[2, "loss"] = -np.inf
    return _data(frame)


def mixed_statuses() -> TuningData:
    frame = _trials(30)
    statuses = ["Completed", "Stopped", "Failed", "InProgress", "Stopping", "Deleting"]
    frame["TrainingJobStatus"] = np.resize(statuses, 30)
    frame.loc[frame["TrainingJobStatus"].isin(["Failed", "InProgress"]), "loss"] = np.nan
    frame.loc[5, ["TrainingStartTime", "TrainingEndTime"]] = pd.NaT
    return _data(frame)


def constant_objective() -> TuningData:
    return _data(_trials(20).assign(loss=0.0))


def constant_hyperparameters() -> TuningData:
    frame = _trials(20).assign(rate=0.01, depth=3, kind="x")
    return _data(frame, ["rate", "depth", "kind"])


def missing_hyperparameters() -> TuningData:
    frame = _trials(20).astype({"depth": "Int64"})
    frame.loc[::2, ["rate", "kind"]] = None
    frame["depth"] = pd.Series([pd.NA] * 20, dtype="Int64")
    return _data(frame)


def wide_objective() -> TuningData:
    frame = _trials(40)
    return _data(frame.assign(loss=10 ** np.linspace(-6, 6, 40)))


def tiny_spread() -> TuningData:
    return _data(_trials(40).assign(loss=1e9 + np.arange(40) * 1e-3))


def thirty_hyperparameters() -> TuningData:
    frame = _trials(60)
    rng = np.random.default_rng(1)
    names = [f"h{i}" for i in range(30)]
    return _data(frame.assign(**{name: rng.uniform(0, 1, 60) for name in names}), names)


def hostile_names() -> TuningData:
    frame = _trials(25)
    rng = np.random.default_rng(2)
    frame = frame.assign(**{name: rng.uniform(0, 1, 25) for name in HOSTILE})
    frame["which"] = np.resize(HOSTILE, 25)
    frame["TuningJobName"] = np.resize(HOSTILE[:3], 25)
    return _data(frame, [*HOSTILE, "which"])


def big_integers() -> TuningData:
    frame = _trials(12)
    return _data(frame.assign(seed=[2**53 + 1 + i for i in range(12)]), ["seed"])


def scales() -> TuningData:
    """Each scaling, ranges wider than what was tried, and a range that no trial used."""
    frame = _trials(30).assign(momentum=np.linspace(0.5, 0.9999, 30), auto=np.geomspace(1, 1e4, 30))
    return _data(
        frame,
        [
            Hyperparameter("momentum", "continuous", 0.1, 0.99999, scaling="ReverseLogarithmic"),
            Hyperparameter("auto", "integer", 1, 10_000),
            Hyperparameter("rate", "continuous", 1e-8, 1.0, scaling="Logarithmic"),
            Hyperparameter("depth", "integer", 0, 100, scaling="Linear"),
        ],
    )


def other_timezones() -> TuningData:
    frame = _trials(10)
    for column in ("TrainingStartTime", "TrainingEndTime"):
        frame[column] = frame[column].dt.tz_convert("Asia/Kolkata")
    return _data(frame)


def far_apart_jobs() -> TuningData:
    frame = _trials(20)
    later = frame["TuningJobName"] == "second"
    for column in ("TrainingStartTime", "TrainingEndTime"):
        frame.loc[later, column] += pd.Timedelta(days=90)
    return _data(frame)


def thirteen_jobs() -> TuningData:
    frame = _trials(65)
    return _data(frame.assign(TuningJobName=[f"job-{i % 13}" for i in range(65)]))


def thousand_trials() -> TuningData:
    return _data(_trials(1000))


def ten_thousand_trials() -> TuningData:
    frame = _trials(10_000)
    frame.loc[::100, "loss"] = np.nan
    return _data(frame)


CASES: dict[str, Callable[[], TuningData]] = {
    case.__name__: case
    for case in (
        usual,
        empty,
        one_trial,
        two_trials,
        all_failed,
        nan_objective,
        mixed_statuses,
        constant_objective,
        constant_hyperparameters,
        missing_hyperparameters,
        wide_objective,
        tiny_spread,
        thirty_hyperparameters,
        hostile_names,
        big_integers,
        scales,
        other_timezones,
        far_apart_jobs,
        thirteen_jobs,
        thousand_trials,
        ten_thousand_trials,
    )
}
