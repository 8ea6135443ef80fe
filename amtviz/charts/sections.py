"""The ordered registry of charts, by the question that they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from amtviz.charts.chart import Chart
from amtviz.charts.cost import cost, failures, timeline, trade_offs
from amtviz.charts.importance import importance
from amtviz.charts.next import advice_review, comparison, lineage, next_ranges
from amtviz.charts.progress import convergence, objective_density, progress, training_jobs
from amtviz.charts.training import instances, job_metrics, objective_progression
from amtviz.charts.values import hyperparameters, interactions, parallel_coordinates
from amtviz.errors import InputError, join_choices
from amtviz.wording.questions import QUESTIONS


@dataclass(frozen=True)
class Section:
    """One question, and the charts that answer it."""

    name: str
    charts: tuple[Chart, ...]

    @property
    def question(self) -> str:
        """The question, as a heading."""
        return QUESTIONS[self.name]


# A new chart is one module, and its place here.
SECTIONS = {
    section.name: section
    for section in (
        Section("importance", (importance.CHART,)),
        Section(
            "progress",
            (
                progress.CHART,
                training_jobs.CHART,
                objective_density.CHART,
                convergence.CHART,
            ),
        ),
        Section("values", (hyperparameters.CHART, parallel_coordinates.CHART, interactions.CHART)),
        Section("cost", (cost.CHART, trade_offs.CHART, timeline.CHART, failures.CHART)),
        Section("next", (comparison.CHART, lineage.CHART, advice_review.CHART, next_ranges.CHART)),
        Section("training", (objective_progression.CHART, job_metrics.CHART, instances.CHART)),
    )
}
CHARTS = {chart.name: chart for section in SECTIONS.values() for chart in section.charts}


def choose_sections(wanted: Iterable[str] | None) -> list[Section]:
    """Return the sections of these names in their order; all of them by default.

    Raises
    ------
    InputError
        If there is no section of such a name.
    """
    if wanted is None:
        return list(SECTIONS.values())
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    for name in names:
        if name not in SECTIONS:
            raise InputError(f"There is no section {name!r}. Choose from {join_choices(SECTIONS)}.")
    if not names:
        raise InputError(f"No section is chosen. Choose from {join_choices(SECTIONS)}.")
    return [section for name, section in SECTIONS.items() if name in names]
