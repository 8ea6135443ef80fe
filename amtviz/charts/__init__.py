"""Linked Altair charts, each ``TuningData -> altair.Chart``."""

from amtviz.charts.cost.cost import draw_cost
from amtviz.charts.cost.failures import draw_failures
from amtviz.charts.cost.timeline import draw_timeline
from amtviz.charts.dashboard import PageCharts, SectionView, draw_dashboard, draw_sections
from amtviz.charts.importance.importance import draw_importance
from amtviz.charts.next.comparison import draw_comparison
from amtviz.charts.next.lineage import draw_lineage
from amtviz.charts.next.next_ranges import draw_next_ranges
from amtviz.charts.progress.convergence import draw_convergence
from amtviz.charts.progress.objective_density import draw_objective_density
from amtviz.charts.progress.progress import draw_progress
from amtviz.charts.progress.training_jobs import draw_training_jobs
from amtviz.charts.sections import CHARTS, SECTIONS
from amtviz.charts.training.instances import draw_instances
from amtviz.charts.training.job_metrics import draw_job_metrics
from amtviz.charts.training.objective_progression import draw_objective_progression
from amtviz.charts.values.hyperparameters import draw_hyperparameters
from amtviz.charts.values.interactions import draw_interactions
from amtviz.charts.values.parallel_coordinates import draw_parallel_coordinates
from amtviz.grammar.tuning_chart import TuningChart

__all__ = [
    "CHARTS",
    "SECTIONS",
    "PageCharts",
    "SectionView",
    "TuningChart",
    "draw_comparison",
    "draw_convergence",
    "draw_cost",
    "draw_dashboard",
    "draw_failures",
    "draw_hyperparameters",
    "draw_importance",
    "draw_instances",
    "draw_interactions",
    "draw_job_metrics",
    "draw_lineage",
    "draw_next_ranges",
    "draw_objective_density",
    "draw_objective_progression",
    "draw_parallel_coordinates",
    "draw_progress",
    "draw_sections",
    "draw_timeline",
    "draw_training_jobs",
]
