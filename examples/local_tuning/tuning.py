"""Run one tuning job: ask the strategy, train a few trials at a time, tell it what came out."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from optuna.trial import Trial as OptunaTrial
from runner import MetricDefinitions, TrialRun, run_trial, utc_now
from strategies import Strategy, Value

from amtviz import Hyperparameter, Objective


@dataclass(frozen=True)
class TuningPlan:
    """What to tune and how: the request to create a tuning job, in short.

    ``static`` are hyperparameters that every trial gets; ``parents`` are the finished tuning jobs
    that a warm start learns from; ``resources`` are Hyperband's least and most reports a trial.
    """

    name: str
    strategy: str
    ranges: tuple[Hyperparameter, ...]
    objective: Objective
    metric_definitions: MetricDefinitions
    trials: int
    seed: int
    static: dict[str, Value] = field(default_factory=dict)
    parents: tuple[FinishedTuningJob, ...] = ()
    parallel: int = 2
    max_runtime: int = 300
    resources: tuple[int, int] = (1, 10)


@dataclass(frozen=True)
class FinishedTrial:
    """One training job: what it was given and what happened."""

    name: str
    created: datetime
    hyperparameters: dict[str, Value]
    run: TrialRun

    def final(self, metric: str) -> float | None:
        """Give the last value that the metric had, None if it never had one."""
        values = [point.value for point in self.run.metrics if point.metric == metric]
        return values[-1] if values else None


@dataclass(frozen=True)
class FinishedTuningJob:
    """One tuning job: the plan and all its trials, in the order they were asked for."""

    plan: TuningPlan
    created: datetime
    ended: datetime
    trials: tuple[FinishedTrial, ...]


def run_tuning_job(
    plan: TuningPlan,
    script: Path,
    channel: Path,
    models: Path,
    on_trial: Callable[[FinishedTrial], None] = lambda trial: None,
) -> FinishedTuningJob:
    """Run all trials of a plan.

    A trial starts when all but the ``parallel - 1`` before it are told, in the order they were
    asked for: so the same seed asks for the same trials, whichever happens to end first.
    """
    created = utc_now()
    strategy = Strategy(
        plan.strategy,
        plan.ranges,
        plan.objective.direction,
        plan.seed,
        plan.resources,
        parents=_evaluated(plan),
    )
    running: deque[tuple[OptunaTrial, Future[FinishedTrial]]] = deque()
    finished: list[FinishedTrial] = []

    def tell_oldest() -> None:
        asked, future = running.popleft()
        trial = future.result()
        completed = trial.run.status == "Completed"
        strategy.tell(asked, trial.final(plan.objective.metric_name), completed=completed)
        finished.append(trial)
        on_trial(trial)

    with ThreadPoolExecutor(plan.parallel) as pool:
        for number in range(1, plan.trials + 1):
            if len(running) == plan.parallel:
                tell_oldest()
            asked = strategy.ask()
            name = training_job_name(plan, number)
            running.append(
                (asked, pool.submit(_train, plan, name, strategy, asked, script, channel, models))
            )
        while running:
            tell_oldest()
    return FinishedTuningJob(plan, created, utc_now(), tuple(finished))


def training_job_name(plan: TuningPlan, number: int) -> str:
    """Name a trial as SageMaker does: the tuning job, a number, eight hexadecimal digits."""
    digest = hashlib.sha256(f"{plan.name} {plan.seed} {number}".encode()).hexdigest()
    return f"{plan.name}-{number:03d}-{digest[:8]}"


def encode(value: Value) -> str:
    """Write a hyperparameter as SageMaker's SDK 2 sends it: categories in JSON's quotes."""
    return json.dumps(value) if isinstance(value, str) else str(value)


def _evaluated(plan: TuningPlan) -> list[tuple[dict[str, Value], float]]:
    """List the parents' trials that gave an objective."""
    finals = [
        (trial.hyperparameters, trial.final(plan.objective.metric_name))
        for parent in plan.parents
        for trial in parent.trials
    ]
    return [(values, final) for values, final in finals if final is not None]


def _train(
    plan: TuningPlan,
    name: str,
    strategy: Strategy,
    asked: OptunaTrial,
    script: Path,
    channel: Path,
    models: Path,
) -> FinishedTrial:
    created = utc_now()
    steps = 0

    def stop_early(metrics: dict[str, float]) -> bool:
        nonlocal steps
        if plan.objective.metric_name not in metrics:
            return False
        steps += 1
        return strategy.report(asked, steps, metrics[plan.objective.metric_name])

    values = dict(asked.params)
    run = run_trial(
        script,
        {name: str(value) for name, value in {**plan.static, **values}.items()},
        channel,
        models / name,
        plan.metric_definitions,
        plan.max_runtime,
        stop_early,
    )
    return FinishedTrial(name, created, values, run)
