"""Run one trial: a training script in a subprocess, its metrics and its use of the machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import psutil

# (Name, Regex) as in AlgorithmSpecification.MetricDefinitions: the first group is the value.
MetricDefinitions = Mapping[str, str]
# Gets what one line of output says (metric name -> value); True stops the trial.
OnMetrics = Callable[[dict[str, float]], bool]

PERIOD = 1  # seconds between two samples of CPU and memory
GRACE = 5  # seconds that a stopped script has to end by itself


@dataclass(frozen=True)
class Point:
    """One value of one metric; the time is UTC."""

    metric: str
    time: datetime
    value: float


@dataclass
class TrialRun:
    """What happened in one trial.

    ``status`` and ``secondary_status`` are SageMaker's words: Completed, Failed, or Stopped with
    the secondary status Stopped (as told) or MaxRuntimeExceeded. ``usage`` holds CPUUtilization
    in percent of one core (so up to 100 times the cores) and MemoryUtilization in percent.
    """

    started: datetime
    ended: datetime
    status: str = "Completed"
    secondary_status: str = "Completed"
    failure_reason: str | None = None
    metrics: list[Point] = field(default_factory=list)
    usage: list[Point] = field(default_factory=list)


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


def find_metrics(line: str, definitions: MetricDefinitions) -> dict[str, float]:
    """Give the metrics that one line of output holds."""
    matches = {name: re.search(regex, line) for name, regex in definitions.items()}
    return {name: float(match[1]) for name, match in matches.items() if match}


def run_trial(
    script: Path,
    hyperparameters: Mapping[str, str],
    channel: Path,
    model_dir: Path,
    definitions: MetricDefinitions,
    max_runtime: float,
    on_metrics: OnMetrics = lambda metrics: False,
) -> TrialRun:
    """Train once and wait for the end.

    Parameters
    ----------
    script : Path
        A Python script that takes its hyperparameters as ``--name value``.
    channel, model_dir : Path
        Given to the script as SM_CHANNEL_TRAIN and SM_MODEL_DIR.
    max_runtime : float
        Seconds after which the script is stopped.
    on_metrics : callable
        Called with the metrics of every line that has some; True stops the script.
    """
    options = [part for name, value in hyperparameters.items() for part in (f"--{name}", value)]
    started = utc_now()
    process = subprocess.Popen(
        [sys.executable, str(script), *options],
        env={**os.environ, "SM_CHANNEL_TRAIN": str(channel), "SM_MODEL_DIR": str(model_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    run = TrialRun(started, started)
    ended = threading.Event()
    sampler = threading.Thread(target=_sample_usage, args=(process.pid, ended, run.usage))
    sampler.start()
    stopped_by: list[str] = []
    limit = threading.Timer(max_runtime, _stop, (process, stopped_by, "MaxRuntimeExceeded"))
    limit.start()
    try:
        last_line = _follow_output(process, definitions, on_metrics, run, stopped_by)
    finally:
        limit.cancel()
        process.kill()  # nothing to kill unless reading the output failed
        process.wait()
        ended.set()
        sampler.join()
    run.ended = utc_now()
    if stopped_by:
        run.status, run.secondary_status = "Stopped", stopped_by[0]
    elif process.returncode != 0:
        run.status = run.secondary_status = "Failed"
        run.failure_reason = (
            f"AlgorithmError: the script ended with exit code {process.returncode}: {last_line}"
        )
    return run


def _follow_output(
    process: subprocess.Popen[str],
    definitions: MetricDefinitions,
    on_metrics: OnMetrics,
    run: TrialRun,
    stopped_by: list[str],
) -> str:
    """Read the output to its end, noting when each metric came; give the last line."""
    assert process.stdout is not None
    last_line = ""
    for line in process.stdout:
        now = utc_now()
        last_line = line.strip() or last_line
        found = find_metrics(line, definitions)
        run.metrics += [Point(name, now, value) for name, value in found.items()]
        if found and not stopped_by and on_metrics(found):
            _stop(process, stopped_by, "Stopped")
    process.wait()
    return last_line


def _stop(process: subprocess.Popen[str], stopped_by: list[str], reason: str) -> None:
    """Ask the script to end, then make it."""
    stopped_by.append(reason)
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()


def _sample_usage(pid: int, ended: threading.Event, usage: list[Point]) -> None:
    """Measure the process and its children once a period, until it ends."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        start, cpu_seconds = utc_now(), _sum_over_tree(root, _cpu_seconds)
        while not ended.wait(PERIOD):
            memory = _sum_over_tree(root, psutil.Process.memory_percent)
            if memory == 0:  # it ended just now: what is left of it uses nothing
                return
            now, cpu_seconds_now = utc_now(), _sum_over_tree(root, _cpu_seconds)
            cpu = 100 * (cpu_seconds_now - cpu_seconds) / (now - start).total_seconds()
            # the time of a point is the start of its period, as in CloudWatch
            usage.append(Point("CPUUtilization", start, cpu))
            usage.append(Point("MemoryUtilization", start, memory))
            start, cpu_seconds = now, cpu_seconds_now


def _sum_over_tree(root: psutil.Process, measure: Callable[[psutil.Process], float]) -> float:
    """Measure a process and its children; those that ended meanwhile don't count."""
    total = measure(root)
    for child in root.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            total += measure(child)
    return total


def _cpu_seconds(process: psutil.Process) -> float:
    """User and system time, with that of its ended children, so that a sum never falls."""
    times = process.cpu_times()
    return times.user + times.system + times.children_user + times.children_system
