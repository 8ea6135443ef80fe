"""What the panels and the finding on convergence share, computed once."""

from __future__ import annotations

import pandas as pd

from amtviz.analysis.completion import compute_completion
from amtviz.analysis.convergence import compute_convergence
from amtviz.analysis.expected_best import compute_expected_best
from amtviz.analysis.expected_gain import compute_expected_gain
from amtviz.grammar.context import ChartContext
from amtviz.grammar.tables import job_names

UNITS = ((180, 1, "seconds"), (3 * 3600, 60, "minutes"), (float("inf"), 3600, "hours"))


def convergence(context: ChartContext) -> pd.DataFrame:
    """Give every finished trial with the best so far; ``j`` numbers the tuning job."""
    data = context.data

    def compute() -> pd.DataFrame:
        return _numbered(context, compute_convergence(data.trials, data.objective))

    table: pd.DataFrame = context.once("convergence", compute)
    return table


def expected_best(context: ChartContext) -> pd.DataFrame:
    """Give the expected best after n trials; ``j`` numbers the tuning job."""
    data = context.data

    def compute() -> pd.DataFrame:
        table = compute_expected_best(data.trials, data.objective, _strategies(context))
        return _numbered(context, table)

    table: pd.DataFrame = context.once("expected best", compute)
    return table


def expected_gain(context: ChartContext) -> pd.DataFrame:
    """Give what the next trials gain; ``j`` numbers the tuning job."""
    data = context.data

    def compute() -> pd.DataFrame:
        table = compute_expected_gain(data.trials, data.objective, _strategies(context))
        return _numbered(context, table)

    table: pd.DataFrame = context.once("expected gain", compute)
    return table


def completion(context: ChartContext) -> pd.DataFrame:
    """Give each limit and criterion that a tuning job has; ``j`` numbers the tuning job."""
    data = context.data

    def compute() -> pd.DataFrame:
        table = compute_completion(data.jobs, data.trials, data.objective, data.fetched_at)
        return _numbered(context, table)

    table: pd.DataFrame = context.once("completion", compute)
    return table


def time_unit(longest: float) -> tuple[int, str]:
    """Choose the unit for times up to so many seconds: its seconds, and its name."""
    seconds, name = next((s, name) for most, s, name in UNITS if not longest > most)
    return seconds, name


def _strategies(context: ChartContext) -> dict[str, str]:
    return {job.name: job.strategy for job in context.data.jobs}


def _numbered(context: ChartContext, table: pd.DataFrame) -> pd.DataFrame:
    places = {name: place for place, name in enumerate(job_names(context.data))}
    return table.assign(j=table["TuningJobName"].map(places).astype("int64"))
