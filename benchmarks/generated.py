"""Generated tuning jobs of any size, and a program that writes one as a report.

`benchmarks.page` runs it once for each checkout, with that checkout first on the path.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

import amtviz

NAMES = ("learning_rate", "weight_decay", "dropout", "momentum", "layers", "batch_size")
CATEGORIES = {"optimizer": ("adam", "lamb", "sgd"), "schedule": ("constant", "cosine", "step")}
JOBS = ("search-random", "search-bayesian", "search-hyperband")
POINTS = 30  # of a metric of a trial
_SIZE = re.compile(r"(\d+)x(\d+)(?:x(\d+))?")


@dataclass(frozen=True)
class Size:
    """How many trials, hyperparameters (eight at least) and metrics over time."""

    trials: int
    hyperparameters: int
    metrics: int = 0

    @classmethod
    def read(cls, text: str) -> Size:
        """Read ``1000x8`` or, with metrics, ``500x10x7``.

        Raises
        ------
        ValueError
            If it is written otherwise, or has fewer than one trial or eight hyperparameters.
        """
        found = _SIZE.fullmatch(text)
        size = cls(*(int(part or 0) for part in found.groups())) if found else None
        if size is None or size.trials < 1 or size.hyperparameters < len(NAMES) + len(CATEGORIES):
            raise ValueError(
                f"{text!r} is no size: write trials x hyperparameters (eight at least), such as "
                "1000x8, or with metrics 500x10x7."
            )
        return size

    def __str__(self) -> str:
        metrics = f" with {self.metrics} metrics" if self.metrics else ""
        return f"{self.trials:,} × {self.hyperparameters}{metrics}"


def generate_frame(size: Size) -> pd.DataFrame:
    """Make the trials of three tuning jobs; the same size gives the same trials."""
    dice = np.random.default_rng(0)
    count = size.trials
    more = size.hyperparameters - len(NAMES) - len(CATEGORIES)
    frame = pd.DataFrame(
        {
            "learning_rate": 10 ** dice.uniform(-5, -1, count),
            "weight_decay": 10 ** dice.uniform(-6, -2, count),
            "dropout": dice.uniform(0, 0.6, count),
            "momentum": dice.uniform(0.5, 0.99, count),
            "layers": dice.integers(1, 13, count),
            "batch_size": dice.integers(16, 513, count),
            **{name: dice.choice(values, count) for name, values in CATEGORIES.items()},
            **{f"knob_{number}": dice.uniform(0, 1, count) for number in range(more)},
        }
    )
    began = pd.Timestamp("2026-01-05 09:00", tz="UTC")
    frame["TrainingStartTime"] = began + pd.to_timedelta(np.arange(count) * 40, unit="s")
    frame["TrainingJobName"] = [f"training-{number:05d}" for number in range(count)]
    frame["job"] = np.array(JOBS)[np.arange(count) * len(JOBS) // count]
    distance = np.abs(np.log10(frame["learning_rate"]) + 3)
    noise = dice.normal(0, 0.02, count)
    frame["loss"] = 0.3 + 0.1 * distance + 0.2 * frame["dropout"] + noise
    return frame


def generate_trials(size: Size) -> amtviz.TuningData:
    """Make the tuning jobs of a size, with their metrics over time."""
    frame = generate_frame(size)
    names = list(frame.columns[: size.hyperparameters])
    data = amtviz.TuningData.from_frame(
        frame, objective="loss", direction="Minimize", hyperparameters=names, job_column="job"
    )
    return replace(data, metrics=_generate_metrics(frame, size)) if size.metrics else data


def _generate_metrics(frame: pd.DataFrame, size: Size) -> pd.DataFrame:
    dice = np.random.default_rng(1)
    trials = np.repeat(np.arange(size.trials), size.metrics * POINTS)
    points = np.tile(np.arange(POINTS), size.trials * size.metrics)
    metrics = np.tile(np.repeat(np.arange(size.metrics), POINTS), size.trials)
    final = frame["loss"].to_numpy()[trials]
    return pd.DataFrame(
        {
            "TrainingJobName": frame["TrainingJobName"].to_numpy()[trials],
            "Host": "",
            "MetricName": np.array([f"metric:{number}" for number in range(size.metrics)])[metrics],
            "Timestamp": frame["TrainingStartTime"].array[trials]
            + pd.to_timedelta(points * 60, unit="s"),
            "ElapsedSeconds": points * 60.0,
            "Value": final * (1 + np.exp(-points / 8)) + dice.normal(0, 0.01, len(points)),
        }
    ).astype({"TrainingJobName": "string", "Host": "string", "MetricName": "string"})


if __name__ == "__main__":
    jobs = generate_trials(Size.read(sys.argv[1]))
    before = time.process_time()
    amtviz.write_report(jobs, Path(sys.argv[2]), advanced=not jobs.metrics.empty)
    print(f"{time.process_time() - before:.2f} s", amtviz.__file__)
