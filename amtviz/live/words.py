"""What live views say in words."""

from __future__ import annotations

from amtviz.live.loop import Look
from amtviz.live.status import JobStatus, Status, TrialStatus
from amtviz.report.words import (
    MISSING,
    format_counts,
    format_seconds,
    format_status,
    format_value,
    plural,
)


def say_job(job: JobStatus) -> str:
    """Say what a tuning job does: ``in progress, 12 of 50 trials started: 10 completed, …``."""
    of = f" of {job.most:,}" if job.most else ""
    noun = "trial" if (job.most or job.started) == 1 else "trials"
    counts = ", ".join(format_counts(job.counts))
    return f"{format_status(job.status)}, {job.started:,}{of} {noun} started" + (
        f": {counts}" if counts else ""
    )


def say_best(status: Status) -> str:
    """Say which trial is best."""
    if status.best is None:
        return f"no trial has a value of {status.metric} yet"
    return f"best {status.metric} {say_objective(status.best)} by {status.best.name}"


def say_objective(trial: TrialStatus) -> str:
    """Write a trial's objective."""
    return MISSING if trial.objective is None else format_value(float(trial.objective))


def say_cost(status: Status) -> str:
    """Say what was billed so far, and of how many trials that isn't known."""
    money = "" if status.dollars is None else f" (${status.dollars:,.2f})"
    missing = plural(status.uncounted, "trial") if status.uncounted else ""
    if not status.billed_seconds and missing:
        return f"the cost of {missing} isn't known"
    without = f", without {missing} whose cost isn't known" if missing else ""
    return f"{format_seconds(status.billed_seconds)} billed{money}{without}"


def say_problem(look: Look) -> str:
    """Say why a look failed, and what happens next."""
    return f"{look.problem} Looking again in {format_seconds(look.wait)}." if look.problem else ""


def say_end(status: Status) -> str:
    """Say how the tuning jobs ended."""
    return "; ".join(f"{job.name}: {format_status(job.status)}" for job in status.jobs)
