"""What live views say in words."""

from __future__ import annotations

from amtviz.live.loop import Look
from amtviz.live.status import JobStatus, Status, TrialStatus
from amtviz.wording.lists import plural
from amtviz.wording.numbers import MISSING, format_dollars, format_number
from amtviz.wording.statuses import format_counts, format_status
from amtviz.wording.times import format_duration


def say_job(job: JobStatus) -> str:
    """Say what a tuning job does: ``in progress, 12 of 50 trials started: 10 completed, …``."""
    trials = plural(job.started, "trial")
    if job.most:
        trials = f"{job.started:,} of {plural(job.most, 'trial')}"
    counts = ", ".join(format_counts(job.counts))
    said = f"{format_status(job.status)}, {trials} started"
    return f"{said}: {counts}" if counts else said


def say_best(status: Status) -> str:
    """Say which trial is best."""
    if status.best is None:
        return f"no trial has a value of {status.metric} yet"
    return f"best {status.metric} {say_objective(status.best)} by {status.best.name}"


def say_objective(trial: TrialStatus) -> str:
    """Write a trial's objective."""
    return MISSING if trial.objective is None else format_number(trial.objective)


def say_cost(status: Status) -> str:
    """Say what was billed so far, and of how many trials that isn't known."""
    money = "" if status.dollars is None else f" ({format_dollars(status.dollars)})"
    missing = plural(status.uncounted, "trial") if status.uncounted else ""
    if not status.billed_seconds and missing:
        return f"the cost of {missing} isn't known"
    without = f", without {missing} whose cost isn't known" if missing else ""
    return f"{format_duration(status.billed_seconds)} billed{money}{without}"


def say_problem(look: Look) -> str:
    """Say why a look failed, and what happens next."""
    return f"{look.problem} Looking again in {format_duration(look.wait)}." if look.problem else ""


def say_end(status: Status) -> str:
    """Say how the tuning jobs ended."""
    return "; ".join(f"{job.name}: {format_status(job.status)}" for job in status.jobs)
