"""The ordered registry of charts, and the questions that they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

from amtviz.charts.cost import cost, failures, timeline
from amtviz.charts.importance import importance
from amtviz.charts.next import comparison, lineage, next_ranges
from amtviz.charts.progress import convergence, objective_density, progress, training_jobs
from amtviz.charts.training import instances, job_metrics, objective_progression
from amtviz.charts.values import hyperparameters, interactions, parallel_coordinates
from amtviz.errors import InputError, join_choices
from amtviz.grammar.context import ChartContext
from amtviz.wording.questions import QUESTIONS


@dataclass(frozen=True)
class Section:
    """One question, and the charts that answer it, by name."""

    question: str
    charts: Mapping[str, ModuleType]


# A new chart is one module and one line here.
SECTIONS: dict[str, Section] = {
    "importance": Section(
        QUESTIONS["importance"],
        {"importance": importance},
    ),
    "progress": Section(
        QUESTIONS["progress"],
        {
            "progress": progress,
            "training_jobs": training_jobs,
            "objective_density": objective_density,
            "convergence": convergence,
        },
    ),
    "values": Section(
        QUESTIONS["values"],
        {
            "hyperparameters": hyperparameters,
            "parallel_coordinates": parallel_coordinates,
            "interactions": interactions,
        },
    ),
    "cost": Section(
        QUESTIONS["cost"],
        {"cost": cost, "timeline": timeline, "failures": failures},
    ),
    "next": Section(
        QUESTIONS["next"],
        {"comparison": comparison, "lineage": lineage, "next_ranges": next_ranges},
    ),
    "training": Section(
        QUESTIONS["training"],
        {
            "objective_progression": objective_progression,
            "job_metrics": job_metrics,
            "instances": instances,
        },
    ),
}

CHARTS: dict[str, ModuleType] = {
    name: chart for section in SECTIONS.values() for name, chart in section.charts.items()
}


def choose_sections(wanted: Iterable[str] | None) -> dict[str, Section]:
    """Give the sections of these names in their order; all of them by default.

    Raises
    ------
    InputError
        If there is no section of such a name.
    """
    if wanted is None:
        return dict(SECTIONS)
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    for name in names:
        if name not in SECTIONS:
            raise InputError(f"There is no section {name!r}. Choose from {join_choices(SECTIONS)}.")
    if not names:
        raise InputError(f"No section is chosen. Choose from {join_choices(SECTIONS)}.")
    return {name: section for name, section in SECTIONS.items() if name in names}


def state_findings(section: Section, context: ChartContext) -> tuple[str, ...]:
    """Say in words what the charts of a section show, a paragraph each."""
    charts = section.charts.values()
    findings = [chart.finding(context) for chart in charts if hasattr(chart, "finding")]
    return tuple(text for text in findings if text)
